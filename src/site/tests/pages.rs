//! Tests of the pages that are made of tables: an empty cluster, hostile names, and their words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::{build, fixture, html, ids};
use crate::gitops::walk;
use crate::inventory::{Cluster, collect};
use crate::site::pages::{
    exposure, gitops, gpu, isolation, monitoring, schedules, secrets, security, storage, versions,
};
use crate::site::tables::{ALL, Scope};
use crate::site::{Meta, Site};
use crate::source::{Sources, parse};

/// What a page opens with.
type Sentence = fn(&Cluster) -> String;

/// Every page that is made of tables, by path, with its first sentence.
const PAGES: [(&str, Sentence); 10] = [
    ("storage.html", storage::sentence),
    ("gpu.html", gpu::sentence),
    ("monitoring.html", monitoring::sentence),
    ("schedules.html", schedules::sentence),
    ("gitops.html", gitops::sentence),
    ("versions.html", versions::sentence),
    ("exposure.html", exposure::sentence),
    ("isolation.html", isolation::sentence),
    ("secrets.html", secrets::sentence),
    ("security.html", security::sentence),
];

/// A repository whose every name is markup.
const HOSTILE: &str = include_str!("hostile.yaml");

fn read(text: &str) -> Cluster {
    let files = [("kubernetes/all.yaml", text.as_bytes())];
    let sources = Sources::from_memory(files);
    let (documents, mut found) = parse(&sources);
    let (effective, wrong) = walk(&sources, &documents, None);
    found.extend(wrong);
    collect(&sources, &documents, &effective, None, &found).0
}

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| read(HOSTILE));
static SITE: LazyLock<Site> = LazyLock::new(|| build(&CLUSTER, &fixture::meta()));

#[test]
fn empty_pages_say_what_was_looked_for() {
    let cluster = fixture::empty();
    let site = build(&cluster, &fixture::meta());
    let pages: BTreeMap<&str, &str> = html(&site).collect();
    for (path, sentence) in PAGES {
        let said = sentence(&cluster);
        assert!(said.starts_with("No ") && said.ends_with('.'), "{path}: {said}");
        assert!(pages[path].contains(&said), "{path}: {said}");
        assert!(!pages[path].contains("<table"), "{path} has a table");
        assert!(pages[path].contains("absent-note"), "{path} says nothing of its tables");
    }
}

#[test]
fn hostile_names_stay_text() {
    for (path, text) in html(&SITE) {
        assert!(!text.contains("<img"), "{path}: {}", around(text, "<img"));
        assert!(!text.contains("<i>"), "{path}: {}", around(text, "<i>"));
        assert!(!text.contains("onerror=\""), "{path}");
        assert!(!text.contains(" style=") && !super::holds_code(text), "{path}");
    }
    let pages: BTreeMap<&str, &str> = html(&SITE).collect();
    for (path, _) in PAGES {
        assert!(pages[path].contains("&lt;img"), "{path} shows no hostile name at all");
    }
}

fn around<'a>(text: &'a str, found: &str) -> &'a str {
    let at = text.find(found).unwrap_or_default();
    let start = (0..=at.saturating_sub(80)).rev().find(|at| text.is_char_boundary(*at));
    let end = (at..text.len().min(at + 80)).rev().find(|at| text.is_char_boundary(*at));
    &text[start.unwrap_or(0)..end.unwrap_or(at)]
}

#[test]
fn hostile_names_make_no_second_id() {
    for (path, text) in html(&SITE) {
        let all = ids(text);
        assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len(), "{path}: {all:?}");
    }
}

#[test]
fn no_value_of_a_secret_reaches_a_page() {
    for (path, text) in html(&SITE) {
        assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMg"), "{path}");
    }
}

#[test]
fn every_table_has_rows_of_something() {
    let meta = Meta::default();
    let apps = crate::site::links::AppPaths::new(&CLUSTER);
    let links = crate::site::links::Links::new(&meta, &apps, "");
    let scope = Scope::new(&CLUSTER, links);
    let filled: Vec<&str> =
        ALL.iter().filter(|(_, make, _)| !make(scope).rows.is_empty()).map(|it| it.0).collect();
    for name in [
        "alerts",
        "backups",
        "claims",
        "exposures",
        "external_secrets",
        "isolation",
        "isolation_matrix",
        "kustomizations",
        "missing_dependencies",
        "monitors",
        "policies",
        "runtime_classes",
        "schedules",
        "secrets",
        "tracing_policies",
        "gpu_requests",
    ] {
        assert!(filled.contains(&name), "`{name}` is empty; filled are {filled:?}");
    }
}

#[test]
fn tables_narrow_to_a_namespace_only_by_it() {
    let meta = Meta::default();
    let apps = crate::site::links::AppPaths::new(&CLUSTER);
    let links = crate::site::links::Links::new(&meta, &apps, "");
    let scope = Scope { namespace: Some("no-such-namespace"), ..Scope::new(&CLUSTER, links) };
    for (name, make, narrows) in ALL {
        assert!(!narrows || make(scope).rows.is_empty(), "`{name}` ignores the namespace");
    }
}

#[test]
fn guide_names_every_table() {
    let guide = include_str!("../../../content/guides/writing.md");
    for (name, ..) in ALL {
        assert!(guide.contains(&format!("`{name}`")), "writing.md does not name `{name}`");
    }
}

#[test]
fn names_of_tables_are_in_order() {
    assert!(ALL.is_sorted_by_key(|(name, ..)| *name));
}

#[test]
fn blank_columns_can_still_be_asked_for() {
    let meta = Meta::default();
    let apps = crate::site::links::AppPaths::new(&CLUSTER);
    let links = crate::site::links::Links::new(&meta, &apps, "");
    let table = crate::site::tables::claims(Scope::new(&CLUSTER, links));
    assert!(table.columns.iter().all(|column| column.key != "volume"), "no claim names one");
    let keys = ["volume", "claim"].map(str::to_owned);
    let chosen = table.select(&keys).expect("both are columns");
    assert_eq!(
        chosen.columns.iter().map(|column| &column.key).collect::<Vec<_>>(),
        ["volume", "claim"]
    );
    assert!(chosen.rows.iter().all(|row| row.len() == 2));
}

#[test]
fn sentences_fit_their_number() {
    let check = |cluster: &Cluster, sentence: Sentence, expected: &str| {
        assert_eq!(sentence(cluster), expected);
    };
    let mut cluster = fixture::homelab();
    cluster.claims.truncate(1);
    check(
        &cluster,
        storage::sentence,
        "One volume claim is declared. Nothing in this repository is seen to save it.",
    );
    cluster.claims[0].backups.push("a/b".to_owned());
    check(
        &cluster,
        storage::sentence,
        "One volume claim is declared. It is saved by a declared backup.",
    );
    cluster.gpus.truncate(1);
    check(
        &cluster,
        gpu::sentence,
        "One graphics card is given to one node. Shared, it serves three pods. \
         Nothing is seen to ask for one.",
    );
    cluster.kustomizations.retain(|entry| entry.depends_on.iter().any(|wait| !wait.exists));
    cluster.kustomizations.truncate(1);
    check(
        &cluster,
        gitops::sentence,
        "One Flux Kustomization is applied, with two dependencies. One of them leads nowhere.",
    );
    check(
        &fixture::homelab(),
        versions::sentence,
        "The cluster is declared to run Talos v1.13.4 and Kubernetes v1.35.1. \
         Fifteen charts and 46 images are named by manifests.",
    );
}
