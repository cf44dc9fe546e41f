//! What settings make of findings.

use super::fires::{claim, kustomization};
use super::*;

/// Two claims without backup, a claim that nothing mounts, and these settings.
fn with(settings: &str) -> Settled {
    let (data, more) = (claim("data", ""), claim("more", ""));
    let site = format!("title: Lab\nfindings:\n{settings}");
    settled(&[("apps/a.yaml", &data), ("apps/b.yaml", &more), ("site/site.yaml", &site)])
}

fn codes(settled: &Settled, code: &str) -> Vec<(Severity, usize)> {
    let of = settled.findings.iter().filter(|finding| finding.code == code);
    of.map(|finding| (finding.severity, finding.items.len())).collect()
}

use crate::diagnostic::Severity;

const CODE: &str = "storage/backup-missing";

fn wrong(settings: &str) -> Vec<String> {
    let told = with(settings).diagnostics.into_iter();
    told.map(|one| format!("{}: {}; {}", one.code, one.message, one.help.unwrap_or_default()))
        .collect()
}

#[test]
fn severities_are_set_and_switched_off() {
    assert_eq!(codes(&with("  severity: {}\n"), CODE), [(Severity::Warning, 2)]);
    assert_eq!(
        codes(&with("  severity: {storage/backup-missing: error}\n"), CODE),
        [(Severity::Error, 2)]
    );
    assert_eq!(codes(&with("  severity: {storage/backup-missing: off}\n"), CODE), []);
}

fn acknowledge(place: &str, more: &str) -> String {
    format!(
        "  acknowledge:\n    - {{code: storage/backup-missing, where: '{place}', reason: can be made again{more}}}\n"
    )
}

#[test]
fn one_of_many_is_acknowledged() {
    let settled = with(&acknowledge("web/data", ", until: 2026-11-24"));
    assert_eq!(settled.diagnostics, []);
    assert_eq!(codes(&settled, CODE), [(Severity::Warning, 1)]);
    assert_eq!(settled.acknowledged.len(), 1);
    assert_eq!(settled.acknowledged[0].finding.items[0].text, "`web/data`");
    let left = settled.findings.iter().find(|one| one.code == CODE).expect("one is left");
    assert!(left.message.ends_with("; 1 of them acknowledged"), "{}", left.message);
}

#[test]
fn all_of_them_by_a_pattern_or_path() {
    for place in ["web/*", "apps/*.yaml", "**"] {
        let settled = with(&acknowledge(place, ""));
        assert_eq!(codes(&settled, CODE), [], "{place}");
        assert_eq!(settled.acknowledged.len(), 1, "{place}");
    }
}

#[test]
fn an_acknowledgement_ends() {
    let settled = with(&acknowledge("**", ", until: 2026-11-23"));
    assert_eq!(codes(&settled, CODE), [(Severity::Warning, 2)]);
    let help = &settled.findings.iter().find(|one| one.code == CODE).expect("it is back").help;
    assert!(help.ends_with("the acknowledgement ended on 2026-11-23: can be made again"), "{help}");
}

#[test]
fn one_that_fits_nothing_is_a_note() {
    let told = with(&acknowledge("other/*", "")).diagnostics;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].code, told[0].severity), ("config/acknowledgement-unused", Severity::Note));
}

#[test]
fn what_is_wrong_is_told() {
    let check = |settings: &str, expected: &str| assert_eq!(wrong(settings), [expected]);
    check(
        "  severity: {storage/backup-mising: off}\n",
        "config/unknown-code: there is no finding `storage/backup-mising`; did you mean `storage/backup-missing`?",
    );
    check(
        "  severity: {storage/backup-missing: fatal}\n",
        "config/invalid: `fatal` is no severity; write `off`, `note`, `warning` or `error`",
    );
    check(
        "  severities: {}\n",
        "config/unknown-key: unknown key `severities`; did you mean `severity`?",
    );
    check(
        &acknowledge("**", ", until: soon"),
        "config/invalid: `soon` is no date; write it as `2027-01-31`",
    );
    check(
        "  acknowledge: [{code: storage/backup-missing, where: '**'}]\n",
        "config/invalid: an acknowledgement needs `reason`; ",
    );
}

#[test]
fn a_message_of_the_walk_is_told_once() {
    assert!(adopts("flux/path-missing") && !adopts("yaml/syntax"));
    let ks = kustomization("web", "  path: ./gone\n");
    let settled = settled(&[("apps/ks.yaml", &ks)]);
    let of = settled.findings.iter().filter(|one| one.code == "flux/path-missing");
    assert_eq!(of.count(), 1);
}
