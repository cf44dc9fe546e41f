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
const ROUNDS: usize = 9;

/// Length of one load.
const LENGTH: Duration = Duration::from_secs(1);

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
    let mut done: Vec<(Done, Done)> = DELAYS.iter().map(|_| Default::default()).collect();
    for _ in 0..ROUNDS {
        for ((_, server), (of_bare, of_server)) in started.iter().zip(&mut done) {
            round(tool, &bare, of_bare);
            round(tool, server, of_server);
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
    // A server that was idle has to ask first.
    let first = Connection::open(server.address).and_then(|mut open| open.get("/badges/cpu"));
    assert_eq!(first.expect("an answer").status, 200);
    let before = server.worked();
    let load = tool.load(server.address, "/badges/cpu", LENGTH);
    assert_eq!(load.failed, 0, "all are answered");
    let work = server.worked().saturating_sub(before).as_secs_f64();
    done.per_second.push(load.per_second);
    done.slow.push(load.slow.as_secs_f64() * 1e3);
    done.work.push(work * 1e6 / (load.per_second * LENGTH.as_secs_f64()));
    done.most = server.memory().most / 1e3;
}

fn figures(tool: Tool, threads: usize, done: &[(Done, Done)]) -> Vec<Figure> {
    let how = format!(
        "answers per second of a bare axum handler in a process of its own, which serves the very \
         bytes and headers of the badge from memory with {threads} worker threads, as many as the \
         badge server has. Load by {}, {CONNECTIONS} connections that are kept, on the same \
         processors.",
        tool.name()
    );
    let all: Vec<f64> = done.iter().flat_map(|(bare, _)| bare.per_second.clone()).collect();
    let mut figures = vec![Figure::new("Bare handler", &all, "/s", Goal::None, how)];
    for (delay, (bare, ours)) in DELAYS.iter().zip(done) {
        figures.extend(of_delay(*delay, bare, ours));
    }
    let work: Vec<f64> =
        done.iter().flat_map(|(bare, ours)| shares(&bare.work, &ours.work)).collect();
    let how = "processor time of the bare handler for an answer divided by that of the badge \
               server, user and system: what the share would be if the load tool took nothing and \
               nobody else used the machine.";
    figures.push(Figure::new("Share by processor time", &work, "", Goal::AtLeast(0.7), how));
    let work: Vec<f64> = done.iter().flat_map(|(_, ours)| ours.work.clone()).collect();
    let how = "processor time of the badge server for one answer.";
    figures.push(Figure::new("Work for a badge", &work, " µs", Goal::None, how));
    let most: Vec<f64> = done.iter().map(|(_, ours)| ours.most).collect();
    let how = "most memory that a badge server of these held at once (`VmHWM`).";
    figures.push(Figure::new("Memory under this load", &most, " MB", Goal::AtMost(64.0), how));
    figures
}

/// Each of `parts` divided by the one of `wholes` in the same round.
fn shares(parts: &[f64], wholes: &[f64]) -> Vec<f64> {
    parts.iter().zip(wholes).map(|(part, whole)| part / whole).collect()
}

fn of_delay(delay: u64, bare: &Done, ours: &Done) -> [Figure; 3] {
    let name = |what: &str| format!("{what}, upstream takes {delay} ms");
    let share = shares(&ours.per_second, &bare.per_second);
    let how = format!(
        "answers per second of the badge server divided by those of the bare handler just before, \
         {ROUNDS} times; values are asked for anew every {MAX_AGE} s meanwhile."
    );
    let share = Figure::new(name("Share of it"), &share, "", Goal::AtLeast(0.7), how);
    let how = "the same as a number.";
    let number = Figure::new(name("Badges"), &ours.per_second, "/s", Goal::None, how);
    let how = "99 of 100 answers took at most this under that load.";
    [share, number, Figure::new(name("Slow ones"), &ours.slow, " ms", Goal::None, how)]
}
