//! How close cached badges come to a handler that does nothing.
//!
//! In: a load tool. Out: the share of a bare handler's answers per second, by what the upstream
//! takes. All are measured in turn, several times, so that a slow moment of the machine meets all.

use std::time::Duration;

use super::figure::{Figure, Goal, Section};
use super::http::Connection;
use super::program::Program;
use super::upstream::Upstream;
use super::wrk::{CONNECTIONS, Tool};
use super::{bare, config};

/// Rounds, an odd number.
const ROUNDS: usize = 7;

/// Length of one load.
const LENGTH: Duration = Duration::from_secs(2);

/// Values are asked for anew after so many seconds, also while the load lasts.
const MAX_AGE: u32 = 2;

/// What the upstream takes for an answer, in milliseconds.
const DELAYS: [u64; 3] = [0, 20, 200];

/// What one server did in all rounds.
#[derive(Default)]
struct Done {
    per_second: Vec<f64>,
    /// Milliseconds.
    slow: Vec<f64>,
    /// Microseconds of processor time for an answer.
    work: Vec<f64>,
    /// MB.
    most: f64,
}

pub(super) fn cached() -> Section {
    let tool = Tool::find();
    let started: Vec<(Upstream, Program)> = DELAYS.into_iter().map(start).collect();
    let answer =
        Connection::open(started[0].1.address).and_then(|mut open| open.get("/badges/cpu"));
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let bare = bare::start(&answer.expect("an answer"), threads);
    let servers: Vec<&Program> =
        std::iter::once(&bare).chain(started.iter().map(|(_, program)| program)).collect();
    let mut done: Vec<Done> = servers.iter().map(|_| Done::default()).collect();
    for _ in 0..ROUNDS {
        for (server, done) in servers.iter().zip(&mut done) {
            round(tool, server, done);
        }
    }
    Section { title: "Cached badges", figures: figures(tool, threads, &done) }
}

fn start(delay: u64) -> (Upstream, Program) {
    let upstream = Upstream::start(Duration::from_millis(delay));
    let program = Program::start(&config::usual(&upstream, MAX_AGE));
    (upstream, program)
}

fn round(tool: Tool, server: &Program, done: &mut Done) {
    let before = server.worked();
    let load = tool.load(server.address, "/badges/cpu", LENGTH);
    assert_eq!(load.refused, 0, "all are answered");
    let work = server.worked().saturating_sub(before).as_secs_f64();
    done.per_second.push(load.per_second);
    done.slow.push(load.slow.as_secs_f64() * 1e3);
    done.work.push(work * 1e6 / (load.per_second * LENGTH.as_secs_f64()));
    done.most = server.memory().most / 1e3;
}

fn figures(tool: Tool, threads: usize, done: &[Done]) -> Vec<Figure> {
    let (bare, ours) = done.split_first().expect("a bare handler");
    let how = format!(
        "answers per second of a bare axum handler in a process of its own, which serves the very \
         bytes and headers of the badge from memory with {threads} worker threads, as many as the \
         badge server has. Load by {}, {CONNECTIONS} connections that are kept, on the same \
         processors.",
        tool.name()
    );
    let mut figures = vec![Figure::new("Bare handler", &bare.per_second, "/s", Goal::None, how)];
    let of_bare = |ours: &[f64], bare: &[f64]| -> Vec<f64> {
        ours.iter().zip(bare).map(|(ours, bare)| ours / bare).collect()
    };
    for (delay, ours) in DELAYS.iter().zip(ours) {
        let name = |what: &str| format!("{what}, upstream takes {delay} ms");
        let share = of_bare(&ours.per_second, &bare.per_second);
        let how = format!(
            "answers per second of the badge server divided by those of the bare handler in the \
             same round, median of {ROUNDS} rounds with the least and the most; values are asked \
             for anew every {MAX_AGE} s meanwhile.",
        );
        figures.push(Figure::new(name("Share of it"), &share, "", Goal::AtLeast(0.7), how));
        let how = "the same as a number.";
        figures.push(Figure::new(name("Badges"), &ours.per_second, "/s", Goal::None, how));
        let how = "99 of 100 answers took at most this under that load: nobody waits for the \
                   upstream where there is a value.";
        figures.push(Figure::new(name("Slow ones"), &ours.slow, " ms", Goal::None, how));
    }
    let work = |name, work: &[f64]| {
        let how = "processor time of the server for one answer, user and system, which does not \
                   depend on what the load tool takes of the machine.";
        Figure::new(name, work, " µs", Goal::None, how)
    };
    figures.push(work("Work of the bare handler", &bare.work));
    figures.push(work("Work for a badge", &ours[0].work));
    let most: Vec<f64> = ours.iter().map(|done| done.most).collect();
    let how = "most memory that a badge server of these held at once (`VmHWM`).";
    figures.push(Figure::new("Memory under this load", &most, " MB", Goal::AtMost(64.0), how));
    figures
}
