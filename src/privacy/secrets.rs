//! Secrets by their form.
//!
//! In: text. Out: what looks like a secret, and as what. It knows forms that are made to be known:
//! armour of keys and prefixes of tokens; a password is not told from a word.
//!
//! Sources of the forms: RFC 7468 (private keys), the age specification, SOPS for its ciphertext, and
//! what GitHub, GitLab, Slack, AWS, Google, Tailscale, `DigitalOcean`, Grafana and Vault document of
//! their tokens.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// As what.
    pub(super) what: &'static str,
    pub(super) text: &'a str,
}

/// Forms; each begins with letters that are rare elsewhere, so that looking is fast.
const FORMS: &[(&str, &str)] = &[
    ("a private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=\\]{16}"),
    ("an age identity", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    ("SOPS ciphertext", r"ENC\[AES256_GCM,data:[A-Za-z0-9+/=]+,iv:"),
    ("a GitHub token", r"gh[pousr]_[A-Za-z0-9]{36}"),
    ("a GitHub token", r"github_pat_[A-Za-z0-9_]{60}"),
    ("a GitLab token", r"glpat-[A-Za-z0-9_-]{20}"),
    ("a Slack token", r"xox[abprs]-[0-9]{6,}-[A-Za-z0-9-]{10,}"),
    ("a Slack webhook", r"hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20}"),
    ("a Discord webhook", r"discord(?:app)?\.com/api/webhooks/[0-9]{15,}/[A-Za-z0-9_-]{50}"),
    ("an AWS key id", r"\bAKIA[0-9A-Z]{16}\b"),
    ("a Google key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("a Tailscale key", r"tskey-[a-z]+-[A-Za-z0-9]{8,}-[A-Za-z0-9]{20,}"),
    ("a DigitalOcean token", r"dop_v1_[0-9a-f]{64}"),
    ("a Grafana token", r"glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}"),
    ("a Vault token", r"\bhvs\.[A-Za-z0-9_-]{24,}"),
    ("a JSON Web Token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
];

static ALL: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(FORMS.iter().map(|(_, form)| form)).expect("bug: our own patterns compile")
});
static EACH: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let one = |(_, form): &(&str, &str)| Regex::new(form).expect("bug: our own pattern compiles");
    FORMS.iter().map(one).collect()
});

/// The first of each form.
pub(super) fn find(text: &str) -> Vec<Found<'_>> {
    let of_form = |at: usize| {
        let found = EACH[at].find_iter(text).find(|found| !is_example(found.as_str()))?;
        Some(Found { what: FORMS[at].0, text: found.as_str() })
    };
    ALL.matches(text).into_iter().filter_map(of_form).collect()
}

/// Whether a value is one that a document invented: of one repeated character, or saying so.
fn is_example(text: &str) -> bool {
    let end: Vec<char> = text.chars().rev().take(12).collect();
    end.windows(2).all(|pair| pair[0] == pair[1]) || text.to_lowercase().contains("example")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_form() {
        // Put together here, so that no scanner takes this file for one that holds secrets.
        let (hex, word) = ("0123456789abcdef", "Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7j");
        for (text, what) in [
            (format!("-----BEGIN {} KEY-----\nMIIEvQIBADANBgkq", "PRIVATE"), "a private key"),
            (format!("AGE-SECRET-{}{}", "KEY-1", word.to_uppercase().repeat(2)), "an age identity"),
            (format!("ENC[{},data:abc=,iv:", "AES256_GCM"), "SOPS ciphertext"),
            (format!("{}_{word}", "ghp"), "a GitHub token"),
            (format!("{}_v1_{}", "dop", hex.repeat(4)), "a DigitalOcean token"),
            (format!("{}{}", "AKIA", "ABCDEFGHIJKLMNOP"), "an AWS key id"),
        ] {
            let found = find(&text);
            assert_eq!(found.first().map(|found| found.what), Some(what), "{text}");
        }
    }

    #[test]
    fn words_and_examples_are_no_secrets() {
        for text in [
            "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
            "`-----BEGIN PRIVATE KEY-----` opens one",
            "ghp_ is how they begin; AKIA is another",
            "AKIAIOSFODNN7EXAMPLE",
            "ENC[AES256_GCM,…]",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
