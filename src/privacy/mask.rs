//! Personal values in a text, and their masks.
//!
//! In: text and rules. Out: the same text with masks of the same number of bytes. Addresses that are
//! nobody's are left: private ranges, those for documentation (RFC 5737, RFC 3849), and the
//! resolvers that everybody uses.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Do, Rules};

/// Resolvers that everybody may use: Cloudflare, Google, Quad9.
const RESOLVERS: &[&str] = &[
    "1.1.1.1",
    "1.0.0.1",
    "1.1.1.2",
    "1.1.1.3",
    "8.8.8.8",
    "8.8.4.4",
    "9.9.9.9",
    "149.112.112.112",
];

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("bug: our own pattern compiles")
}

static IPV4: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b"));
static IPV6: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b[23][0-9a-f]{3}:(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}"));
static MAC: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b"));
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b[a-z0-9][a-z0-9._+-]*@(?:[a-z0-9-]+\.)+[a-z]{2,24}\b"));

/// A value in a text, and what is done with it.
struct Value {
    range: Range<usize>,
    action: Do,
    /// Bytes at its start that a mask leaves.
    kept: usize,
}

/// The text with masks; none where nothing is to be masked.
pub(super) fn masked(text: &str, rules: &Rules) -> Option<String> {
    let values = values(text, rules);
    if values.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    for value in values {
        let kept = if value.action == Do::Mask { value.kept } else { 0 };
        let is_form = |byte: u8| value.action == Do::Mask && b".:@-/".contains(&byte);
        for byte in &mut bytes[value.range.start + kept..value.range.end] {
            // Line ends stay, so that lines keep their numbers.
            if !is_form(*byte) && *byte != b'\n' && *byte != b'\r' {
                *byte = b'x';
            }
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The first value that should have been masked and has no mask.
pub(super) fn first_left<'a>(text: &'a str, rules: &Rules) -> Option<&'a str> {
    let is_mask = |text: &str| text.chars().filter(|at| at.is_alphanumeric()).all(|at| at == 'x');
    let all = values(text, rules).into_iter().map(|value| &text[value.range]);
    all.into_iter().find(|text| !is_mask(text))
}

fn values(text: &str, rules: &Rules) -> Vec<Value> {
    let mut values = vec![];
    if rules.public_addresses != Do::Show {
        let four = IPV4.find_iter(text).filter(|found| is_public_v4(found.as_str()));
        let six = IPV6.find_iter(text).filter(|found| is_public_v6(found.as_str()));
        values.extend(four.chain(six).map(|found| Value {
            range: found.range(),
            action: rules.public_addresses,
            kept: kept(found.as_str(), 2),
        }));
    }
    if rules.mac_addresses != Do::Show {
        values.extend(MAC.find_iter(text).map(|found| Value {
            range: found.range(),
            action: rules.mac_addresses,
            kept: kept(found.as_str(), 3),
        }));
    }
    if rules.email_addresses != Do::Show {
        let own = EMAIL.find_iter(text).filter(|found| is_somebody(found.as_str()));
        values.extend(own.map(|found| Value {
            range: found.range(),
            action: rules.email_addresses,
            kept: 0,
        }));
    }
    for pattern in &rules.patterns {
        let found = pattern.fits.find_iter(text).filter(|found| !found.is_empty());
        values.extend(found.map(|found| Value {
            range: found.range(),
            action: pattern.action,
            kept: 0,
        }));
    }
    values
}

/// Bytes of the first `parts` parts of an address.
fn kept(text: &str, parts: usize) -> usize {
    let ends = text.match_indices(['.', ':', '-']).nth(parts - 1);
    ends.map_or(0, |(at, _)| at + 1)
}

fn is_public_v4(text: &str) -> bool {
    let Ok(address) = text.parse::<Ipv4Addr>() else { return false };
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_test = first == 198 && (18..20).contains(&second);
    let is_protocol = (first, second, third) == (192, 0, 0);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || is_shared
        || is_test
        || is_protocol
        || first == 0
        || first >= 224
        || RESOLVERS.contains(&text))
}

fn is_public_v6(text: &str) -> bool {
    let Ok(address) = text.trim_end_matches(':').parse::<Ipv6Addr>() else {
        return text.parse::<Ipv6Addr>().is_ok_and(|address| address.segments()[1] != 0xdb8);
    };
    let [first, second, ..] = address.segments();
    !(first == 0x2001 && second == 0xdb8)
}

/// Whether an address may be a person's: not of the names for examples, and not Git's own user.
fn is_somebody(text: &str) -> bool {
    let (user, host) = text.split_once('@').unwrap_or_default();
    let is_example = ["example.com", "example.org", "example.net"]
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")));
    !is_example && user != "git"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::Pattern;

    fn rules(action: Do) -> Rules {
        let fits = Regex::new(r"home\.test").unwrap();
        Rules {
            public_addresses: action,
            mac_addresses: action,
            email_addresses: action,
            patterns: vec![Pattern { fits, action }],
            ..Rules::default()
        }
    }

    fn check(text: &str, mask: &str, hidden: &str) {
        let made = |action| masked(text, &rules(action)).unwrap_or_else(|| text.to_owned());
        assert_eq!(made(Do::Mask), mask);
        assert_eq!(made(Do::Hide), hidden);
        assert_eq!(made(Do::Show).len(), text.len());
        assert!(first_left(&made(Do::Mask), &rules(Do::Mask)).is_none());
    }

    #[test]
    fn masks_keep_form_and_length() {
        check("at 150.136.194.98/32", "at 150.136.xxx.xx/32", "at xxxxxxxxxxxxxx/32");
        check("BC:24:11:01:02:03", "BC:24:11:xx:xx:xx", "xxxxxxxxxxxxxxxxx");
        check("jane@doe.io", "xxxx@xxx.xx", "xxxxxxxxxxx");
        check("nas.home.test", "nas.xxxx.xxxx", "nas.xxxxxxxxx");
        check("2a01:4f8:1:2::1 a", "2a01:4f8:x:x::x a", "xxxxxxxxxxxxxxx a");
    }

    #[test]
    fn what_is_nobodys_stays() {
        for text in [
            "10.1.2.3 192.168.0.1 172.20.0.1 127.0.0.1 100.64.1.1 192.0.2.1 198.51.100.7 203.0.113.9",
            "1.1.1.1 8.8.8.8 0.0.0.0 255.255.255.255 999.1.1.1 v1.2.3.4",
            "2001:db8::1 fe80::1 12:34",
            "a@example.com git@github.com name@sha256 x@1.2.3",
        ] {
            assert_eq!(masked(text, &rules(Do::Mask)), None, "{text}");
        }
    }
}
