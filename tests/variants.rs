//! Small repositories of the kinds that people have, each with what must be read of it.
//!
//! In: files in memory, whose names are invented. Out: nothing: counts, names and codes are compared
//! with what is written beside them. Nothing here reads a disk.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;

use rackbook::gitops::{Effective, walk};
use rackbook::inventory::{Cluster, Value, collect};
use rackbook::source::{Sources, parse};

#[path = "variants/layouts.rs"]
mod layouts;
#[path = "variants/nodes.rs"]
mod nodes;
#[path = "variants/yaml.rs"]
mod yaml;

/// A repository that was read.
struct Made {
    /// What would be applied.
    effective: Effective,
    /// What was read from it.
    cluster: Cluster,
    /// Codes of everything that was said while reading it.
    codes: Vec<&'static str>,
}

/// Reads files that are written one below the other, each under `== path`.
fn made(text: &str) -> Made {
    let files: Vec<(&str, &str)> =
        text.split("== ").skip(1).map(|file| file.split_once('\n').unwrap()).collect();
    made_of(&files.iter().map(|(path, text)| (*path, text.as_bytes())).collect::<Vec<_>>())
}

/// Reads files of bytes.
fn made_of(files: &[(&str, &[u8])]) -> Made {
    let sources = Sources::from_memory(files.iter().copied());
    let (documents, mut all) = parse(&sources);
    let (effective, wrong) = walk(&sources, &documents, None);
    all.extend(wrong);
    let (cluster, wrong) = collect(&sources, &documents, &effective, None, &all);
    all.extend(wrong);
    Made { effective, cluster, codes: all.iter().map(|one| one.code).collect() }
}

impl Made {
    /// Checks some of the counts.
    fn counts(&self, expected: &[(&str, usize)]) {
        for (key, number) in expected {
            assert_eq!(self.cluster.counts[*key], *number, "{key} of {:?}", self.objects());
        }
    }

    /// `Kind namespace/name` of all effective objects, sorted.
    fn objects(&self) -> Vec<String> {
        let all = self.effective.objects.iter();
        let mut lines: Vec<_> = all.map(|one| format!("{} {}", one.kind, one.id())).collect();
        lines.sort();
        lines
    }

    /// Ids of the apps.
    fn apps(&self) -> Vec<&str> {
        self.cluster.apps.iter().map(|app| app.id.as_str()).collect()
    }

    /// Host names that are known.
    fn hosts(&self) -> Vec<&str> {
        self.cluster.exposures.iter().map(|one| one.name.shown()).collect()
    }
}

/// A Flux Kustomization in a file; a root where its name is `cluster`.
fn ks(file: &str, name: &str, path: &str) -> String {
    let mut text = format!("== {file}\n");
    if name == "cluster" {
        text += "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {url: 'https://git.example.com/home/ops.git'}\n---\n";
    }
    let _ = write!(
        text,
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  path: {path}\n  sourceRef: {{kind: GitRepository, name: flux-system, namespace: flux-system}}\n"
    );
    text
}

/// A release of app-template in a file.
fn release(file: &str, id: &str, values: &str) -> String {
    let (namespace, name) = id.split_once('/').unwrap();
    format!(
        "== {file}\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  chart: {{spec: {{chart: app-template, version: 4.2.0, sourceRef: {{kind: HelmRepository, name: charts}}}}}}\n  values:\n{values}"
    )
}

/// The value of a fact that is known.
fn known<T>(value: &Value<T>) -> Option<&T> {
    if let Value::Known(value) = value { Some(value) } else { None }
}
