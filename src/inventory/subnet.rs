//! Arithmetic of addresses and subnets, on text as manifests write it.
//!
//! In: `192.0.2.10`, `192.0.2.10/24`. Out: subnets and whether they hold one another. Text that is
//! no address is in no subnet.

use std::net::IpAddr;

use ipnet::IpNet;

/// The subnet that an address with prefix length is in, where it is larger than one address.
pub(crate) fn of(address: &str) -> Option<IpNet> {
    let net: IpNet = address.trim().parse().ok()?;
    (net.prefix_len() < net.max_prefix_len()).then(|| net.trunc())
}

/// Whether the address, or the first address of the subnet, is in `subnet`.
pub(crate) fn contains(subnet: &str, address: &str) -> bool {
    let Ok(outer) = subnet.trim().parse::<IpNet>() else { return false };
    first(address).is_some_and(|address| outer.contains(&address))
}

/// The address itself, or the first one of a subnet or of a range `first-last`.
fn first(text: &str) -> Option<IpAddr> {
    let text = text.split('-').next().unwrap_or(text).trim();
    let net = || text.parse::<IpNet>().ok().map(|net| net.network());
    text.parse().ok().or_else(net)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnets_hold_addresses_subnets_and_ranges() {
        assert_eq!(of("192.0.2.77/25").map(|net| net.to_string()).as_deref(), Some("192.0.2.0/25"));
        assert_eq!(of("192.0.2.77/32"), None);
        assert!(contains("192.0.2.0/24", "192.0.2.9"));
        assert!(contains("192.0.2.0/24", "192.0.2.128/25"));
        assert!(contains("192.0.2.0/24", "192.0.2.10-192.0.2.20"));
        assert!(!contains("192.0.2.0/24", "198.51.100.1"));
        assert!(!contains("192.0.2.0/24", "${ADDRESS}"));
        assert!(contains("2001:db8::/64", "2001:db8::9"));
    }
}
