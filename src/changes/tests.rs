//! Changes between clusters that are made by hand.

use super::*;
use crate::inventory::{Fact, Namespace};
use crate::source::{Root, Sources, Span};

fn source(line: usize) -> Source {
    let text = "a: 1\n".repeat(20);
    let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
    let file = sources.find(Root::Repository, "a.yaml").expect("the file");
    Source::new(&sources, Span::new(file, (line - 1) * 5, (line - 1) * 5 + 1), "")
}

fn cluster(version: Fact<String>, namespaces: &[&str], line: usize) -> Cluster {
    let mut cluster = Cluster::empty(Fact::unknown("none"));
    cluster.platform.talos_version = version;
    cluster.namespaces = namespaces
        .iter()
        .map(|name| Namespace {
            name: (*name).to_owned(),
            pod_security: Fact::unknown(format!("not set at line {line}")),
            apps: vec![],
            source: source(line),
        })
        .collect();
    cluster
}

fn sentences(old: &Cluster, new: &Cluster) -> Vec<String> {
    let text = |change: &Change| {
        let parts = change.sentence().into_iter().map(|part| match part {
            Part::Words(text) | Part::Code(text) => text,
        });
        parts.collect()
    };
    changes(old, new).iter().map(text).collect()
}

fn known(text: &str, line: usize) -> Fact<String> {
    Fact::known(text.to_owned(), source(line))
}

#[test]
fn lines_and_reasons_are_no_change() {
    let old = cluster(known("v1", 1), &["media"], 1);
    assert_eq!(changes(&old, &cluster(known("v1", 9), &["media"], 9)), vec![]);
}

#[test]
fn values_come_and_go() {
    let unknown = || Fact::unknown("none");
    let with = cluster(known("v1", 1), &[], 1);
    let without = cluster(unknown(), &[], 1);
    assert_eq!(sentences(&without, &with), ["Talos set to v1"]);
    assert_eq!(sentences(&with, &without), ["Talos no longer known or set, was v1"]);
    assert_eq!(changes(&without, &cluster(Fact::unknown("other"), &[], 2)), vec![]);
}

#[test]
fn names_are_in_the_order_of_people() {
    let none = cluster(known("v1", 1), &[], 1);
    let some = cluster(known("v1", 1), &["n-10", "n-2", "a"], 1);
    let added = ["namespace a added", "namespace n-2 added", "namespace n-10 added"];
    assert_eq!(sentences(&none, &some), added);
    let places: Vec<_> = changes(&some, &none).into_iter().map(|one| one.sources).collect();
    assert!(places.iter().all(|it| it.before.is_some() && it.after.is_none()));
}
