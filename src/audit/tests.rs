//! Each rule with files that it reports, and files that it must not.

mod acknowledged;
mod fires;
mod quiet;

use std::collections::BTreeMap;

use super::*;
use crate::{gitops, inventory, source};

/// A sync root that applies `apps`.
const ROOT: (&str, &str) = (
    "flux/root.yaml",
    "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {url: https://git.example.com/homelab}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}\n",
);

/// Files with the way from the sync root to `apps/*.yaml`.
fn with_root<'a>(files: &[(&'a str, &'a str)]) -> BTreeMap<&'a str, String> {
    let mut all: BTreeMap<&str, String> =
        files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
    all.insert(ROOT.0, ROOT.1.to_owned());
    if !all.contains_key("apps/kustomization.yaml") {
        let names: Vec<&str> = files
            .iter()
            .filter_map(|(path, _)| path.strip_prefix("apps/"))
            .filter(|name| !name.contains('/') && name.ends_with(".yaml"))
            .collect();
        let lines: Vec<String> = names.iter().map(|name| format!("  - ./{name}\n")).collect();
        all.insert("apps/kustomization.yaml", format!("resources:\n{}", lines.concat()));
    }
    all
}

fn sources(files: &[(&str, &str)]) -> Sources {
    let all = with_root(files);
    Sources::from_memory(all.iter().map(|(path, text)| (*path, text.as_bytes())))
}

fn settled(files: &[(&str, &str)]) -> Settled {
    let sources = sources(files);
    let (documents, mut diagnostics) = source::parse(&sources);
    assert_eq!(diagnostics, [], "the files of a test can be read");
    let (effective, wrong) = gitops::walk(&sources, &documents, None);
    diagnostics.extend(wrong);
    let (cluster, wrong) = inventory::collect(&sources, &documents, &effective, None, &diagnostics);
    diagnostics.extend(wrong);
    let input = Input {
        sources: &sources,
        documents: &documents,
        effective: &effective,
        cluster: &cluster,
        diagnostics: &diagnostics,
    };
    settle(audit(&input), &sources, &documents, "2026-11-24")
}

/// `path:line: message` of all findings of a code.
fn of(code: &str, files: &[(&str, &str)]) -> Vec<String> {
    let settled = settled(files);
    let of = settled.findings.iter().filter(|finding| finding.code == code);
    of.map(|finding| {
        let at = finding.source.as_ref();
        let at = at.map(|at| format!("{}:{}: ", at.path, at.line)).unwrap_or_default();
        format!("{at}{}", finding.message)
    })
    .collect()
}

/// The rule reports exactly this.
fn fires(code: &str, files: &[(&str, &str)], expected: &str) {
    assert!(rule(code).is_some(), "{code}");
    assert_eq!(of(code, files), [expected], "{code}");
}

/// The rule says nothing.
fn quiet(code: &str, files: &[(&str, &str)]) {
    assert!(rule(code).is_some(), "{code}");
    assert_eq!(of(code, files), Vec::<String>::new(), "{code}");
}

#[test]
fn rules_are_well_formed() {
    let mut codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    codes.extend(READING.iter().map(|one| one.code));
    let number = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), number, "each code once");
    for rule in RULES {
        let Rule { code, title, explanation, blind_spot, example, .. } = rule;
        assert!(code.split('/').count() == 2, "{code}");
        assert!(!title.is_empty() && !title.ends_with('.'), "{code}");
        assert!(explanation.ends_with('.') && !example.is_empty(), "{code}");
        assert!(blind_spot.is_empty() || blind_spot.ends_with('.'), "{code}");
    }
}

#[test]
fn each_rule_has_a_test_that_fires_and_one_that_does_not() {
    let (fires, quiet) = (include_str!("tests/fires.rs"), include_str!("tests/quiet.rs"));
    let without: Vec<&str> = RULES
        .iter()
        .map(|rule| rule.code)
        .filter(|code| {
            let call = format!("\"{code}\"");
            !fires.contains(&call) || !quiet.contains(&call)
        })
        .collect();
    assert!(without.is_empty(), "write tests for {without:?}");
}
