//! Everything that is measured but the throughput of cached badges.
//!
//! In: servers started for it. Out: a [`Section`] each.

use std::io::Write as _;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use flate2::{Compression, write::GzEncoder};

use super::config;
use super::figure::{Figure, Goal, Section};
use super::http::{Connection, load};
use super::program::{Memory, Program};
use super::upstream::Upstream;

/// Clients that come at once.
const CLIENTS: usize = 20;

/// Seconds for which a value serves while intervals are counted.
const INTERVAL: u32 = 2;

/// Connections that ask for pictures; more than the server lets wait would be refused.
const PAINTERS: usize = 8;

/// Badges that are asked for once each.
const COLD: usize = 400;

/// How often a start is measured.
const STARTS: usize = 20;

fn server(delay: u64, max_age: u32) -> (Upstream, Program) {
    let upstream = Upstream::start(Duration::from_millis(delay));
    let program = Program::start(&config::usual(&upstream, max_age));
    (upstream, program)
}

pub(super) fn queries() -> Section {
    let (upstream, program) = server(20, 300);
    storm(&program);
    let counts: Vec<f64> = upstream.asked().values().map(|times| times.len() as f64).collect();
    assert_eq!(counts.len(), config::ids().count(), "every badge is asked for");
    let how = format!(
        "{CLIENTS} clients ask for all {} badges over a connection each at the same moment, of a \
         server that has just started and whose upstream takes 20 ms; counted at the upstream.",
        counts.len()
    );
    let name = "Queries for each badge when all ask at once";
    let mut figures = vec![Figure::new(name, &counts, "", Goal::Exactly(1.0), how)];
    let (upstream, program) = server(20, INTERVAL);
    let ids: Vec<&str> = config::ids().collect();
    let load = load(program.address, 28, Duration::from_secs(13), |idx| {
        std::thread::sleep(Duration::from_millis(5));
        format!("/badges/{}", ids[idx % ids.len()])
    });
    let per_interval = |times: &Vec<Instant>| {
        let between = *times.last()? - *times.first()?;
        Some((times.len() - 1) as f64 * f64::from(INTERVAL) / between.as_secs_f64())
    };
    let counts: Vec<f64> = upstream.asked().values().filter_map(per_interval).collect();
    let how = format!(
        "28 connections ask for the badges in turn for 13 s, while a value serves for {INTERVAL} \
         s; queries of each badge divided by the intervals that passed."
    );
    let name = "Queries for each badge and interval";
    figures.push(Figure::new(name, &counts, "", Goal::AtMost(1.0), how));
    let how = "requests of that load that got no badge, or no answer as the connection was cut.";
    figures.push(Figure::new(
        "Failed requests",
        &[load.failed as f64],
        "",
        Goal::Exactly(0.0),
        how,
    ));
    figures.push(peak(&program, "of that server."));
    Section { title: "Queries to Prometheus", figures }
}

/// All badges over many connections at the same moment.
fn storm(program: &Program) {
    let (ids, barrier) = (config::ids(), Barrier::new(CLIENTS * config::ids().count()));
    let one = |id: &str| {
        let mut open = Connection::open(program.address).expect("a connection");
        barrier.wait();
        assert_eq!(open.get(&format!("/badges/{id}")).expect("an answer").status, 200);
    };
    std::thread::scope(|scope| {
        for id in ids.flat_map(|id| std::iter::repeat_n(id, CLIENTS)) {
            let one = &one;
            scope.spawn(move || one(id));
        }
    });
}

pub(super) fn pictures() -> Section {
    let (_upstream, program) = server(0, 300);
    let path = |format: &str, idx: usize| {
        format!(
            "/graphs/cpu?format={format}&width=600&height=200&ymax={:.4}",
            80.0 + idx as f64 / 1e4
        )
    };
    let drawn = |name: &str, format: &str, goal: Goal| {
        let rounds: Vec<_> = (0..5)
            .map(|round| {
                let numbered = |idx: usize| path(format, round * 100_000 + idx);
                load(program.address, PAINTERS, Duration::from_secs(2), numbered)
            })
            .collect();
        assert!(rounds.iter().all(|load| load.failed == 0), "all are drawn");
        let how = format!(
            "600×200, two series over an hour, no two alike so that none is remembered; over \
             {PAINTERS} connections for 2 s, five times; 99 of 100 took at most {:.1} ms.",
            rounds[2].slow.as_secs_f64() * 1e3
        );
        let per_second: Vec<f64> = rounds.iter().map(|load| load.per_second).collect();
        Figure::new(name, &per_second, "/s", goal, how)
    };
    let mut figures = vec![
        drawn("Graphs as PNG", "png", Goal::AtLeast(500.0)),
        drawn("Graphs as SVG", "svg", Goal::None),
    ];
    figures.push(peak(&program, "of the server that drew these graphs."));
    for (name, is_shared, how) in [
        ("First sight of a badge", false, "its value is asked of an upstream that takes no time,"),
        ("First drawing of a badge", true, "the value is there already,"),
    ] {
        let how = format!("a badge that nobody asked for yet: {how} over a kept connection.");
        figures.push(Figure::new(name, &cold(is_shared), " ms", Goal::None, how));
    }
    Section { title: "Pictures", figures }
}

/// Milliseconds of the first answer for each of many badges.
fn cold(is_shared: bool) -> Vec<f64> {
    let upstream = Upstream::start(Duration::ZERO);
    let program = Program::start(&config::many(&upstream, COLD + 1, is_shared));
    let mut open = Connection::open(program.address).expect("a connection");
    let mut once = |idx: usize| {
        let asked = Instant::now();
        let answer = open.get(&format!("/badges/b{idx}")).expect("an answer");
        assert_eq!(answer.status, 200);
        asked.elapsed().as_secs_f64() * 1e3
    };
    // The first one opens the connection to the upstream and reads the face.
    once(COLD);
    (0..COLD).map(once).collect()
}

pub(super) fn sizes() -> Section {
    let (_upstream, program) = server(0, 300);
    let mut open = Connection::open(program.address).expect("a connection");
    let plain = open.get("/badges/cpu").expect("an answer").body;
    let packed = open.ask("/badges/cpu", "Accept-Encoding: gzip\r\n").expect("an answer");
    let kilobytes = |bytes: &[u8]| [bytes.len() as f64 / 1e3];
    let how = "SVG of the badge `cpu` with the value `17.5%`, flat, letters as outlines.";
    let size = Figure::new("Badge", &kilobytes(&plain), " kB", Goal::AtMost(2.7), how);
    let is_packed = packed.header("content-encoding") == Some("gzip");
    let (body, how) = if is_packed {
        (packed.body, "the same for a client that accepts gzip.")
    } else {
        (gzip(&plain), "what a proxy in front can make of it; the server itself does not pack.")
    };
    let packed = Figure::new("Badge with gzip", &kilobytes(&body), " kB", Goal::None, how);
    Section { title: "Sizes", figures: vec![size, packed] }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(vec![], Compression::default());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}

pub(super) fn start() -> Section {
    let upstream = Upstream::start(Duration::ZERO);
    let once = |_| Program::start(&config::usual(&upstream, 300)).ready.as_secs_f64() * 1e3;
    let times: Vec<f64> = (0..STARTS).map(once).collect();
    let how = format!(
        "from the start of the process to the first 200 of `/readyz`, with 14 badges and a graph; \
         median of {STARTS} starts with the least and the most."
    );
    let figures = vec![Figure::new("Start to ready", &times, " ms", Goal::AtMost(20.0), how)];
    Section { title: "Start", figures }
}

pub(super) fn idle() -> Section {
    let started: Vec<(Upstream, Program)> = (0..3).map(|_| server(0, 300)).collect();
    let now = |of: fn(Memory) -> f64| -> Vec<f64> {
        started.iter().map(|(_, program)| of(program.memory()) / 1e3).collect()
    };
    let resident = |name: &str, goal: Goal, how: &str| {
        Figure::new(name, &now(|memory| memory.resident), " MB", goal, how)
    };
    let how = "memory of a server that has just started (`VmRSS`), of three.";
    let mut figures = vec![resident("After the start", Goal::AtMost(12.0), how)];
    std::thread::sleep(Duration::from_secs(10));
    let how = "the same ten seconds later.";
    figures.push(resident("Idle", Goal::AtMost(12.0), how));
    let how = "the part of it that is not the program's file, which the system may drop.";
    figures.push(Figure::new("Idle, own", &now(|memory| memory.own), " MB", Goal::None, how));
    started.iter().for_each(|(_, program)| storm(program));
    let how = format!("after {CLIENTS} clients asked for all badges at the same moment.");
    figures.push(resident("In use", Goal::None, &how));
    Section { title: "Memory", figures }
}

fn peak(program: &Program, whose: &str) -> Figure {
    let how = format!("most memory at once (`VmHWM`) {whose}");
    let most = program.memory().most / 1e3;
    Figure::new("Memory meanwhile", &[most], " MB", Goal::AtMost(64.0), how)
}
