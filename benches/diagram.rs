//! How long pictures of clusters take, and how long Graphviz takes for the same graph.
//!
//! `cargo bench --bench diagram -- DIR` draws a repository's network; without a folder the example's.
//! Then the same cluster with a thousand nodes. Where `dot` is installed it draws the same boxes,
//! nested the same way, with the same lines, as a process whose start is measured with an empty
//! graph and taken off. Other work on the machine only makes numbers worse, so the best round counts.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]
#![expect(clippy::disallowed_methods, reason = "a bench runs another program and takes the time")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rackbook::badge::png::{Scale, png_within};
use rackbook::diagram::Diagram;
use rackbook::diagram::palette::Theme;
use rackbook::diagram::views::{Subject, VIEWS, network};
use rackbook::inventory::Cluster;
use rackbook::source::{Roots, parse, read};
use rackbook::{gitops, inventory};
use serde_json::Value;

/// Rounds of which the best counts.
const ROUNDS: usize = 15;
/// Rounds of what takes a second each.
const FEW: usize = 3;
/// Nodes of the large cluster.
const MANY: usize = 1000;

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab");
    let folder = folder.map_or(example, PathBuf::from);
    let Some(cluster) = cluster(&folder) else {
        return println!("{} cannot be read", folder.display());
    };
    println!("{}", folder.display());
    println!("{:<44}{:>12}{:>12}", "picture", "best", "bytes");
    views(&cluster);
    let drawn = network(&cluster, &|_| None);
    let png = || png_within(&drawn.raster(Theme::Light), Scale::new(1.0), 40_000_000);
    report("network, layout and SVG", ROUNDS, || network(&cluster, &|_| None).svg("it"));
    report("network, PNG of what is laid out", ROUNDS, || png().unwrap_or_default());
    let many = with_nodes(&cluster, MANY);
    report("network of 1000 nodes, layout and SVG", ROUNDS, || network(&many, &|_| None).svg("it"));
    println!();
    against_dot(&cluster, "network");
    against_dot(&many, "network of 1000 nodes");
}

fn cluster(folder: &Path) -> Option<Cluster> {
    let roots = Roots { repository: folder.to_owned(), site: folder.to_owned() };
    let (sources, _) = read(&roots).ok()?;
    let documents = parse(&sources).0;
    let (effective, wrong) = gitops::walk(&sources, &documents, None);
    Some(inventory::collect(&sources, &documents, &effective, None, &wrong).0)
}

/// All views that need no app to be named, each whole.
fn views(cluster: &Cluster) {
    for view in VIEWS {
        let draw = || (view.draw)(cluster, Subject::default(), &|_| None);
        let count = draw().len();
        if count > 0 {
            let name =
                format!("{}, {count} picture{}", view.name, if count > 1 { "s" } else { "" });
            let all = || draw().iter().map(|diagram| diagram.svg("it")).collect::<String>();
            report(&name, ROUNDS, all);
        }
    }
}

/// The cluster with so many nodes, the first ones over and over under other names.
fn with_nodes(cluster: &Cluster, count: usize) -> Cluster {
    let nodes = cluster.nodes.iter().cycle().take(count).cloned().enumerate();
    let nodes = nodes.map(|(at, mut node)| {
        node.name = format!("{}-{at}", node.name);
        node.vm = None;
        node
    });
    Cluster { nodes: nodes.collect(), ..cluster.clone() }
}

fn best<T>(rounds: usize, work: impl Fn() -> T) -> Duration {
    let round = || {
        let start = Instant::now();
        drop(black_box(work()));
        start.elapsed()
    };
    (0..rounds).map(|_| round()).min().unwrap_or_default()
}

fn report<T: AsRef<[u8]>>(name: &str, rounds: usize, draw: impl Fn() -> T) {
    let bytes = draw().as_ref().len();
    println!("{name:<44}{:>12}{bytes:>12}", shown(best(rounds, draw)));
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// Times `dot` on the same graph and prints the ratio.
fn against_dot(cluster: &Cluster, name: &str) {
    let diagram = network(cluster, &|_| None);
    let graph = graph(&diagram);
    if dot("digraph {}").is_none() {
        return println!("skipped: `dot` is not installed");
    }
    let ours = best(ROUNDS, || network(cluster, &|_| None).svg("it"));
    let start = best(ROUNDS, || dot("digraph {}"));
    let theirs = best(FEW, || dot(&graph)).saturating_sub(start);
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    let (ours, theirs) = (shown(ours), shown(theirs));
    println!("{name}: rackbook {ours}, dot {theirs}: {ratio:.0} times");
}

fn dot(graph: &str) -> Option<Vec<u8>> {
    let mut program = Command::new("dot");
    let program = program.arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = program.stderr(Stdio::null()).spawn().ok()?;
    child.stdin.take()?.write_all(graph.as_bytes()).ok()?;
    Some(child.wait_with_output().ok()?.stdout)
}

/// The picture's boxes and lines in Graphviz's language: what holds others is a cluster.
fn graph(diagram: &Diagram) -> String {
    let json = diagram.json(&|_| None);
    let list = |key: &str| json[key].as_array().cloned().unwrap_or_default();
    let (boxes, lines) = (list("boxes"), list("lines"));
    let mut out = String::from("digraph { compound=true; node [shape=box];\n");
    for one in boxes.iter().filter(|one| one["parent"].is_null()) {
        let held = boxes.iter().filter(|other| other["parent"] == one["id"]);
        let held: String = held.map(dot_node).collect();
        if held.is_empty() {
            out += &dot_node(one);
        } else {
            let _ = writeln!(
                out,
                "subgraph \"cluster_{}\" {{ {held}{} }}",
                text(&one["id"]),
                anchor(one)
            );
        }
    }
    for line in &lines {
        let ends: Vec<&str> = line["ends"].as_array().into_iter().flatten().map(text).collect();
        if let Some((hub, rest)) = ends.split_first() {
            for end in rest {
                let _ = writeln!(out, "\"{hub}\" -> \"{end}\";");
            }
        }
    }
    out + "}\n"
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn dot_node(one: &Value) -> String {
    let words = one["texts"].as_array().into_iter().flatten().map(|line| text(&line["text"]));
    let label = words.collect::<Vec<_>>().join("\\n").replace('"', "'");
    format!("\"{}\" [label=\"{label}\"];\n", text(&one["id"]))
}

/// A point in a cluster that its lines end at.
fn anchor(one: &Value) -> String {
    format!("label=\"{}\"; \"{}\" [shape=point];", text(&one["texts"][0]["text"]), text(&one["id"]))
}
