//! Addresses as numbers: ranges, what they share, and short ways to write them.
//!
//! In: text as manifests write it. Out: [`Span`]s of addresses of one family. Text that is no
//! address gives none.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Addresses from the first to the last, both included, all of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) is_v6: bool,
    pub(super) first: u128,
    pub(super) last: u128,
}

fn number(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(address) => (false, u128::from(u32::from(address))),
        IpAddr::V6(address) => (true, u128::from(address)),
    }
}

/// The address itself, without a prefix length, a port or what surrounds it in a URL.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split('/').next().unwrap_or(text);
    let inner = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let plain = inner.unwrap_or(text);
    plain.parse().ok().or_else(|| plain.split_once(':')?.0.parse().ok())
}

impl Span {
    /// One address.
    pub(super) fn one(text: &str) -> Option<Self> {
        let (is_v6, at) = number(address(text)?);
        Some(Self { is_v6, first: at, last: at })
    }

    /// A subnet, `first-last`, or one address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((first, last)) = text.split_once('-') {
            return Self::between(first, last);
        }
        match text.parse::<IpNet>() {
            Ok(net) => Some(Self::of(net)),
            Err(_) => Self::one(text),
        }
    }

    /// From one address to another; none where they are of two families or the wrong way round.
    pub(super) fn between(first: &str, last: &str) -> Option<Self> {
        let (first, last) = (Self::one(first)?, Self::one(last)?);
        let fits = first.is_v6 == last.is_v6 && first.first <= last.first;
        fits.then_some(Self { last: last.last, ..first })
    }

    fn of(net: IpNet) -> Self {
        let ((is_v6, first), (_, last)) = (number(net.network()), number(net.broadcast()));
        Self { is_v6, first, last }
    }

    /// How many addresses, as far as a number can tell.
    pub(super) fn size(&self) -> u128 {
        (self.last - self.first).saturating_add(1)
    }

    pub(super) fn is_one(&self) -> bool {
        self.first == self.last
    }

    pub(super) fn holds(&self, other: &Self) -> bool {
        self.is_v6 == other.is_v6 && self.first <= other.first && other.last <= self.last
    }

    pub(super) fn shares(&self, other: &Self) -> bool {
        self.is_v6 == other.is_v6 && self.first <= other.last && other.first <= self.last
    }

    /// Without the addresses that a machine cannot have: the first and last of an IPv4 subnet.
    pub(super) fn usable(&self) -> Self {
        if self.is_v6 || self.size() < 4 {
            return *self;
        }
        Self { first: self.first + 1, last: self.last - 1, ..*self }
    }

    /// The runs of addresses within this one that none of `taken` holds.
    pub(super) fn free(&self, taken: &[Self]) -> Vec<Self> {
        let mut taken: Vec<&Self> = taken.iter().filter(|one| one.shares(self)).collect();
        taken.sort_unstable();
        let mut free = Vec::new();
        let mut next = Some(self.first);
        for one in taken {
            let Some(from) = next else { break };
            if one.first > from {
                free.push(Self { first: from, last: one.first - 1, ..*self });
            }
            next = one.last.checked_add(1).map(|after| after.max(from));
        }
        let rest = next.filter(|from| *from <= self.last);
        free.extend(rest.map(|from| Self { first: from, ..*self }));
        free
    }

    /// How an address of this range is written whole.
    fn written(&self, at: u128) -> String {
        if self.is_v6 {
            return Ipv6Addr::from(at).to_string();
        }
        Ipv4Addr::from(u32::try_from(at).unwrap_or(u32::MAX)).to_string()
    }

    /// The first and the last address, with a dash where there are several.
    pub(super) fn whole(&self) -> String {
        if self.is_one() {
            return self.written(self.first);
        }
        format!("{}–{}", self.written(self.first), self.written(self.last))
    }

    /// As a subnet, where it is one.
    pub(super) fn subnet(&self) -> String {
        let size = self.size();
        let is_net = size.is_power_of_two() && self.first.is_multiple_of(size) && !self.is_one();
        if !is_net {
            return self.whole();
        }
        let bits = if self.is_v6 { 128 } else { 32 };
        format!("{}/{}", self.written(self.first), bits - size.trailing_zeros())
    }

    /// The same within a network: the bytes that all of it have in common are left out.
    pub(super) fn short(&self, within: Option<&Self>) -> String {
        let Some(within) = within.filter(|within| !self.is_v6 && within.holds(self)) else {
            return self.whole();
        };
        let differing = (within.first ^ within.last) as u32;
        let bytes = (32 - differing.leading_zeros()).div_ceil(8).clamp(1, 4);
        let cut = |at: u128| {
            let text = self.written(at);
            let kept: Vec<&str> = text.split('.').skip(4 - bytes as usize).collect();
            if bytes == 4 { text } else { format!(".{}", kept.join(".")) }
        };
        let (first, last) = (cut(self.first), cut(self.last));
        if self.is_one() { first } else { format!("{first}–{last}") }
    }
}

/// A number of addresses in words that stay short: `14`, `65 536`, `2^64`.
pub(super) fn amount(size: u128) -> String {
    if size >= 1 << 24 {
        return format!("over 2^{}", size.ilog2());
    }
    let digits = size.to_string();
    match digits.len() {
        0..=4 => digits,
        length => format!("{}\u{a0}{}", &digits[..length - 3], &digits[length - 3..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Span {
        Span::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn ranges_are_read() {
        assert_eq!(span("192.0.2.0/24").size(), 256);
        assert_eq!(span("192.0.2.0-192.0.2.63").subnet(), "192.0.2.0/26");
        assert_eq!(span("2001:db8::/56").subnet(), "2001:db8::/56");
        assert_eq!(span("192.0.2.1-192.0.2.64").subnet(), "192.0.2.1–192.0.2.64");
        assert_eq!(span("192.0.2.10-192.0.2.19").size(), 10);
        assert_eq!(span("https://192.0.2.9:8006"), span("192.0.2.9"));
        assert_eq!(span("https://[2001:db8::9]:8006"), span("2001:db8::9"));
        assert_eq!(Span::one("192.0.2.9/24"), Some(span("192.0.2.9/32")));
        for wrong in
            ["", "x", "192.0.2.9-192.0.2.1", "192.0.2.9-2001:db8::", "https://a.example.com"]
        {
            assert_eq!(Span::parse(wrong), None, "{wrong}");
        }
        assert!(span("2001:db8::/32").holds(&span("2001:db8:1::/48")));
        assert!(!span("0.0.0.0/0").shares(&span("::/0")));
    }

    #[test]
    fn what_is_free_lies_between() {
        let whole = span("192.0.2.0/28");
        let taken = [span("192.0.2.4-192.0.2.6"), span("192.0.2.5"), span("192.0.2.1")];
        let free: Vec<String> =
            whole.usable().free(&taken).iter().map(|it| it.short(Some(&whole))).collect();
        assert_eq!(free, [".2–.3", ".7–.14"]);
        assert_eq!(whole.free(&[span("192.0.2.0/24")]), []);
        assert_eq!(span("::/0").free(&[span("::/0")]), []);
        assert_eq!(whole.free(&[]), [whole]);
    }

    #[test]
    fn addresses_are_written_short() {
        let check = |within: &str, text: &str, expected: &str| {
            assert_eq!(span(text).short(Some(&span(within))), expected);
        };
        check("192.0.2.0/24", "192.0.2.9", ".9");
        check("198.51.100.0/23", "198.51.100.9-198.51.101.3", ".100.9–.101.3");
        check("192.0.2.0/24", "198.51.100.9", "198.51.100.9");
        check("0.0.0.0/0", "198.51.100.9", "198.51.100.9");
        check("2001:db8::/64", "2001:db8::9", "2001:db8::9");
        assert_eq!(amount(256) + &amount(65_536), "25665\u{a0}536");
        assert_eq!(amount(u128::MAX), "over 2^127");
    }
}
