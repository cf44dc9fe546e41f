//! How long pictures take: a table of the best of several rounds.
//!
//! In: nothing. Out: a table on standard output. Other work on the machine makes every number worse
//! and none better, so the best round is the one that tells about the program.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use rackbook::badge::draw::{self, Picture, Scheme, Style};
use rackbook::badge::graph::{self, Graph, Options, Theme};
use rackbook::badge::{Matrix, Series, icon};

/// Rounds of which the best counts.
const ROUNDS: u32 = 12;

/// How long a round should take, so that the clock's own steps do not count.
const ROUND: Duration = Duration::from_millis(60);

/// Threads that draw at the same time.
const THREADS: u32 = 2;

fn main() {
    println!("{:<44}{:>12}{:>10}", "picture", "best", "bytes");
    badges();
    graphs();
    pixels();
}

fn badges() {
    let flat = Picture { color: "green", ..Picture::new("cpu", Some("cpu"), "17.5%") };
    let talos = icon::find("si:talos");
    let values: Vec<f64> = (0..60).map(wave).collect();
    let scheme = Scheme::Auto { dark_label_color: None };
    let with_icon = Picture { icon: talos.as_ref(), ..flat };
    for (name, picture) in [
        ("badge flat", flat),
        ("badge flat, icon", with_icon),
        ("badge plastic", Picture { style: Style::Plastic, ..flat }),
        ("badge for-the-badge", Picture { style: Style::ForTheBadge, ..flat }),
        ("badge social", Picture { style: Style::Social, ..flat }),
        ("badge flat, 日本語", Picture { message: "日本語", ..flat }),
        ("badge flat, chart", Picture { sparkline: Some(&values), ..flat }),
        ("badge flat, follows the scheme", Picture { scheme, ..flat }),
    ] {
        report(name, || draw::svg(black_box(&picture)).into_bytes());
    }
}

fn graphs() {
    for count in [1, 5, 20] {
        let series = matrix(count);
        let graph = graph(&series);
        report(&format!("graph SVG, {count} series"), || {
            graph::svg(black_box(&graph)).into_bytes()
        });
    }
}

fn pixels() {
    for count in [1, 5] {
        for fill in [false, true] {
            let series = matrix(count);
            let mut graph = graph(&series);
            graph.options.fill = fill;
            let filled = if fill { ", filled" } else { "" };
            let name = format!("graph PNG, {count} series{filled}");
            report(&name, || graph::png(black_box(&graph)).unwrap_or_default());
        }
        let each = together(count);
        println!(
            "{:<44}{:>10.0}/s",
            format!("graph PNG, {count} series, {THREADS} threads"),
            1.0 / each
        );
    }
}

/// Seconds that a PNG takes when as many threads draw as there are.
fn together(count: u32) -> f64 {
    let pictures = 40;
    let round = || {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let series = matrix(count);
                    let graph = graph(&series);
                    (0..pictures).for_each(|_| drop(black_box(graph::png(&graph))));
                });
            }
        });
        start.elapsed().as_secs_f64() / f64::from(pictures * THREADS)
    };
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

/// Prints a line of the table.
fn report(name: &str, draw: impl Fn() -> Vec<u8>) {
    let bytes = draw().len();
    let start = Instant::now();
    black_box(draw());
    let count = (ROUND.as_secs_f64() / start.elapsed().as_secs_f64()).clamp(1.0, 100_000.0) as u32;
    let round = || {
        let start = Instant::now();
        (0..count).for_each(|_| drop(black_box(draw())));
        start.elapsed() / count
    };
    let best = (0..ROUNDS).map(|_| round()).min().unwrap_or_default();
    println!("{name:<44}{:>9.1} µs{bytes:>10}", best.as_secs_f64() * 1e6);
}

fn wave(index: u32) -> f64 {
    let place = f64::from(index);
    40.0 + 20.0 * (place / 9.0).sin() + 7.0 * (place * 1.7).cos()
}

/// Series of an hour with a point each minute.
fn matrix(count: u32) -> Matrix {
    let points = |series: u32| {
        (0..60).map(move |index| {
            (
                1_767_225_600.0 + 60.0 * f64::from(index),
                wave(index + series * 31) + f64::from(series),
            )
        })
    };
    let labels = |series: u32| [("instance".to_owned(), format!("node-{series}"))].into();
    (0..count)
        .map(|series| Series { labels: labels(series), points: points(series).collect() })
        .collect()
}

fn graph(series: &Matrix) -> Graph<'_> {
    Graph {
        id: "cpu",
        title: "CPU",
        series,
        start: 1_767_225_600.0,
        end: 1_767_229_140.0,
        step: 60.0,
        options: Options {
            width: 600,
            height: 200,
            legend: true,
            fill: false,
            theme: Theme::DEFAULT,
            y_min: None,
            y_max: None,
            mark_lines: vec![],
            font: None,
            format_tick: None,
            utc_offset: 0,
        },
    }
}
