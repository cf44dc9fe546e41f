//! The cluster as an overview for a terminal.
//!
//! In: a cluster, or a part of the facts. Out: aligned plain text: numbers, nodes, and the apps of
//! each namespace; for a part, a row for each thing in it.

use std::fmt::Write as _;

use serde_json::Value;

use super::flat::{Detail, Flat, flat};
use crate::inventory::{Cluster, Fact, Namespace, Node, Role};

/// The overview.
pub(super) fn text(cluster: &Cluster) -> String {
    let platform = &cluster.platform;
    let mut out = format!("Cluster {}\n\n", cluster.name.shown());
    let versions = [
        ("Distribution", &platform.distribution),
        ("Talos", &platform.talos_version),
        ("Kubernetes", &platform.kubernetes_version),
        ("API server", &platform.endpoint),
    ];
    out += &columns(versions.map(|(name, fact)| [name.to_owned(), fact.shown().to_owned()]));
    let counts = cluster.counts.iter().filter(|(_, number)| **number > 0);
    section(&mut out, "Counts", counts.map(|(name, number)| [words(name), number.to_string()]));
    section(&mut out, "Nodes", cluster.nodes.iter().map(node));
    section(&mut out, "Apps", cluster.namespaces.iter().filter_map(|one| apps(cluster, one)));
    section(
        &mut out,
        "Not visible",
        cluster.blind_spots.iter().map(|spot| [spot.what.clone(), spot.reason.clone()]),
    );
    out
}

fn section<const N: usize>(
    out: &mut String,
    title: &str,
    rows: impl IntoIterator<Item = [String; N]>,
) {
    let rows = columns(rows);
    if !rows.is_empty() {
        let _ = write!(out, "\n{title}\n{rows}");
    }
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn node(node: &Node) -> [String; 4] {
    let role = match node.role.get() {
        Some(Role::ControlPlane) => "control plane",
        Some(Role::Worker) => "worker",
        None => "—",
    };
    let host = node.host.as_deref().unwrap_or("—");
    [node.name.clone(), role.to_owned(), node.address.shown().to_owned(), host.to_owned()]
}

/// A namespace with the names of its apps; none where it has no apps.
fn apps(cluster: &Cluster, namespace: &Namespace) -> Option<[String; 2]> {
    let Namespace { name, apps, .. } = namespace;
    let named = |id: &String| {
        let app = cluster.apps.iter().find(|app| app.id == *id)?;
        let version = app.chart.as_ref().map(|chart| &chart.version).and_then(Fact::get);
        Some(match version {
            Some(version) => format!("{} ({version})", app.name),
            None => app.name.clone(),
        })
    };
    let apps: Vec<_> = apps.iter().filter_map(named).collect();
    (!apps.is_empty()).then(|| [name.clone(), apps.join(", ")])
}

/// A part of the facts as a table; a single value as it is.
pub(super) fn part(value: &Value) -> String {
    let Flat { columns, rows } = flat(value, Detail::Overview);
    if let [row] = rows.as_slice()
        && let ([name], [cell]) = (columns.as_slice(), row.as_slice())
        && name == "value"
    {
        return format!("{}\n", printable(cell));
    }
    let is_shown = |at: &usize| rows.iter().any(|row| !row[*at].is_empty());
    let shown: Vec<_> = (0..columns.len()).filter(is_shown).collect();
    let header: Vec<_> = shown.iter().map(|at| columns[*at].to_uppercase()).collect();
    let cells = |row: &Vec<String>| shown.iter().map(|at| cut(&row[*at])).collect::<Vec<_>>();
    match columns.as_slice() {
        [] => "  none\n".to_owned(),
        [only] if only == "value" => grid(rows.iter().map(cells)),
        _ => grid(std::iter::once(header).chain(rows.iter().map(cells))),
    }
}

/// Several parts, each under its name.
pub(super) fn parts(value: &Value) -> String {
    let parts = value.as_object().into_iter().flatten();
    parts
        .flat_map(|(name, value)| [name.clone(), "\n".to_owned(), part(value), "\n".to_owned()])
        .collect()
}

/// A cell that is too long for a terminal, without its end.
fn cut(cell: &str) -> String {
    const WIDTH: usize = 48;
    match cell.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

fn columns<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> String {
    grid(rows.into_iter().map(Vec::from))
}

/// Rows with their columns aligned, indented by two spaces.
pub(super) fn grid(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let printable_row = |row: Vec<String>| row.iter().map(|cell| printable(cell)).collect();
    let rows: Vec<Vec<String>> = rows.into_iter().map(printable_row).collect();
    let mut widths = vec![0; rows.iter().map(Vec::len).max().unwrap_or_default()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("  {cell:width$}"));
        let _ = writeln!(out, "{}", cells.collect::<String>().trim_end());
    }
    out
}

/// Text of a manifest without what a terminal would obey.
fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::inventory::{App, Route, Source};
    use crate::source::{Root, Sources, Span};

    /// Two nodes, and one app with a route.
    pub(in super::super) fn small_cluster() -> Cluster {
        let sources = Sources::from_memory([("nodes.yaml", b"a: 1\n".as_slice())]);
        let file = sources.find(Root::Repository, "nodes.yaml").expect("the file");
        let source = Source::new(&sources, Span::new(file, 0, 1), "");
        let known = |text: &str| Fact::known(text.to_owned(), source.clone());
        let route = Route {
            id: "media/films".to_owned(),
            kind: "HTTPRoute".to_owned(),
            from_values: false,
            hostnames: vec![known("films.example.com"), known("films.example.com")],
            gateways: vec![],
            missing_gateways: vec![],
            backends: vec![],
            app: None,
            source: source.clone(),
        };
        let namespace = Namespace {
            name: "media".to_owned(),
            pod_security: unknown(),
            apps: vec!["media/films".to_owned()],
            source: source.clone(),
        };
        Cluster {
            name: known("lab"),
            counts: [("nodes".to_owned(), 2), ("pools".to_owned(), 0)].into(),
            nodes: vec![small_node("node-2", &source), small_node("node-10", &source)],
            namespaces: vec![namespace],
            apps: vec![small_app(&source)],
            routes: vec![route],
            ..empty_cluster()
        }
    }

    fn unknown<T>() -> Fact<T> {
        Fact::unknown("not declared")
    }

    fn empty_cluster() -> Cluster {
        Cluster::empty(unknown())
    }

    fn small_node(name: &str, source: &Source) -> Node {
        Node {
            name: name.to_owned(),
            role: Fact::known(Role::Worker, source.clone()),
            address: Fact::known("192.0.2.10".to_owned(), source.clone()),
            interfaces: vec![],
            schematic: unknown(),
            schematic_id: unknown(),
            extensions: vec![],
            install_disk: unknown(),
            labels: [].into(),
            taints: vec![],
            kernel_modules: vec![],
            vm: None,
            host: None,
            source: source.clone(),
        }
    }

    fn small_app(source: &Source) -> App {
        App {
            id: "media/films".to_owned(),
            namespace: "media".to_owned(),
            name: "films".to_owned(),
            kind: "Deployment".to_owned(),
            purpose: unknown(),
            chart: None,
            workloads: vec![],
            images: vec![],
            routes: vec![],
            claims: vec![],
            attachments: vec![],
            gpus: vec![],
            secrets: vec![],
            addresses: vec![],
            kustomization: None,
            objects: vec![],
            chain: vec![],
            source: source.clone(),
        }
    }

    #[test]
    fn the_overview_is_aligned() {
        let expected = "\
Cluster lab

  Distribution  —
  Talos         —
  Kubernetes    —
  API server    —

Counts
  nodes  2

Nodes
  node-2   worker  192.0.2.10  —
  node-10  worker  192.0.2.10  —

Apps
  media  films
";
        assert_eq!(text(&small_cluster()), expected);
    }
}
