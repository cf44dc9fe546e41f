//! Ranges of addresses, as pools and attachments give them.
//!
//! In: `192.0.2.0/24`, `192.0.2.10-192.0.2.20`, `192.0.2.7`. Out: [`Range`]s that can be compared.
//! IPv4 and IPv6 never overlap.

use std::net::IpAddr;

use ipnet::IpNet;

/// First and last address, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) first: IpAddr,
    pub(crate) last: IpAddr,
}

impl Range {
    /// The range that a text means; none where it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((first, last)) = text.split_once('-') {
            return Self::between(first, last);
        }
        if let Ok(net) = text.parse::<IpNet>() {
            return Some(Self { first: net.network(), last: net.broadcast() });
        }
        let address = text.parse().ok()?;
        Some(Self { first: address, last: address })
    }

    /// The range between two addresses of one family.
    pub(crate) fn between(first: &str, last: &str) -> Option<Self> {
        let (first, last): (IpAddr, IpAddr) =
            (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(Self { first, last })
    }

    /// What both hold.
    pub(crate) fn overlap(self, other: Self) -> Option<Self> {
        if self.first.is_ipv4() != other.first.is_ipv4() {
            return None;
        }
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }

    /// Whether it holds an address, given with or without prefix length.
    pub(crate) fn holds(self, address: &str) -> bool {
        let address = address.split('/').next().unwrap_or(address).trim();
        let Ok(address) = address.parse::<IpAddr>() else { return false };
        address.is_ipv4() == self.first.is_ipv4() && self.first <= address && address <= self.last
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            return write!(to, "{}", self.first);
        }
        write!(to, "{}-{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_overlap_within_a_family() {
        let check = |left: &str, right: &str, expected: Option<&str>| {
            let (left, right) = (Range::parse(left).unwrap(), Range::parse(right).unwrap());
            assert_eq!(left.overlap(right).map(|it| it.to_string()).as_deref(), expected);
        };
        check("192.0.2.100-192.0.2.200", "192.0.2.0/24", Some("192.0.2.100-192.0.2.200"));
        check("192.0.2.0/25", "192.0.2.128/25", None);
        check("192.0.2.7", "192.0.2.7/32", Some("192.0.2.7"));
        check("192.0.2.0/24", "2001:db8::/64", None);
        assert!(Range::parse("${RANGE}").is_none());
        assert!(Range::parse("192.0.2.0/24").unwrap().holds("192.0.2.9/24"));
    }
}
