//! How long reading, parsing, walking and modelling take, and whether they grow with the input.
//!
//! `cargo bench --bench walk` prints a table for the example, one, four and sixteen times over.
//! `cargo bench --bench walk -- DIR` does the same for another repository. Copies lie in folders of
//! their own, with paths and names rewritten, so that each is a cluster's worth of its own.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measures")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rackbook::source::{Roots, Sources, parse, read};
use rackbook::{gitops, inventory};

/// How often each is measured; the fastest counts.
const RUNS: usize = 5;
/// Stages in their order.
const STAGES: [&str; 3] = ["parse", "walk", "model"];

struct Measured {
    files: usize,
    objects: usize,
    times: [Duration; 3],
}

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab");
    let root = folder.map_or(example, PathBuf::from);
    let roots = Roots { repository: root.clone(), site: root.clone() };
    let reading = (0..RUNS).map(|_| time(|| read(&roots)).1).min().unwrap_or_default();
    let sources = match read(&roots) {
        Ok((sources, _)) => sources,
        Err(error) => return println!("{error}"),
    };
    println!("{}: read in {}", root.display(), shown(reading));
    println!(
        "{:>7}{:>7}{:>9}{:>12}{:>12}{:>12}{:>12}  ratio",
        "copies", "files", "objects", STAGES[0], STAGES[1], STAGES[2], "all"
    );
    let mut before: Option<Duration> = None;
    for copies in [1, 4, 16] {
        let measured = measure(&copied(&sources, copies));
        let all: Duration = measured.times.iter().sum();
        let ratio = before.map_or_else(String::new, |before| {
            format!("{:6.2}", all.as_secs_f64() / before.as_secs_f64())
        });
        let [parse, walk, model] = measured.times.map(shown);
        println!(
            "{copies:>7}{:>7}{:>9}{parse:>12}{walk:>12}{model:>12}{:>12} {ratio}",
            measured.files,
            measured.objects,
            shown(all)
        );
        before = Some(all);
    }
    println!("a ratio of 4 is linear growth");
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed())
}

fn measure(sources: &Sources) -> Measured {
    let mut best = [Duration::MAX; 3];
    let mut objects = 0;
    for _ in 0..RUNS {
        let ((documents, _), parsed) = time(|| parse(sources));
        let ((effective, wrong), walked) = time(|| gitops::walk(sources, &documents, None));
        let (_, modelled) =
            time(|| inventory::collect(sources, &documents, &effective, None, &wrong));
        objects = effective.objects.len();
        for (best, now) in best.iter_mut().zip([parsed, walked, modelled]) {
            *best = (*best).min(now);
        }
    }
    Measured { files: sources.files().count(), objects, times: best }
}

/// The manifests several times, all reached from the one sync root.
fn copied(sources: &Sources, copies: usize) -> Sources {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for copy in 0..copies {
        for (_, file) in sources.files() {
            // The first copy keeps its names, so that one copy is the repository itself.
            let change = |text: &str| {
                if copy == 0 { text.to_owned() } else { renamed(text, copy) }
            };
            let bytes =
                file.text().map_or_else(|| file.bytes().to_vec(), |text| change(text).into_bytes());
            files.push((change(&file.path), bytes));
        }
    }
    Sources::from_memory(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

/// Folders and names that hang together, with the copy's number behind them.
fn renamed(text: &str, copy: usize) -> String {
    text.replace("kubernetes/apps", &format!("kubernetes/apps-{copy}"))
        .replace("kubernetes/components", &format!("kubernetes/components-{copy}"))
        .replace("flux/cluster/ks.yaml", &format!("flux/cluster/ks-{copy}.yaml"))
        .replace("cluster-apps", &format!("cluster-apps-{copy}"))
        .replace("namespace: ", &format!("namespace: x{copy}-"))
}
