//! What the badge server does in a second and what it takes, as numbers for `BENCHMARKS.md`.
//!
//! In: the program in its release build, and `wrk` where it is on `PATH`. Out: tables on standard
//! output, with `--write` also in `BENCHMARKS.md`. A goal that is missed fails nothing: the machine
//! may be busy.
//!
//! ```text
//! cargo bench --bench badges -- [--write] [SECTION]...
//! ```
#![expect(clippy::disallowed_methods, reason = "imperative shell: starts programs and measures")]

#[path = "badges/bare.rs"]
mod bare;
#[path = "badges/config.rs"]
mod config;
#[path = "badges/figure.rs"]
mod figure;
#[path = "badges/http.rs"]
mod http;
#[path = "badges/program.rs"]
mod program;
#[path = "badges/report.rs"]
mod report;
#[path = "badges/sections.rs"]
mod sections;
#[path = "badges/throughput.rs"]
mod throughput;
#[path = "badges/upstream.rs"]
mod upstream;
#[path = "badges/wrk.rs"]
mod wrk;

use std::io::Write as _;

use figure::Section;

/// Measures some figures.
type Measure = fn() -> Section;

/// By their names on the command line.
const SECTIONS: [(&str, Measure); 6] = [
    ("throughput", throughput::cached),
    ("queries", sections::queries),
    ("pictures", sections::pictures),
    ("sizes", sections::sizes),
    ("start", sections::start),
    ("memory", sections::idle),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, threads] = &arguments[..]
        && first == bare::ARGUMENT
    {
        return bare::run(threads.parse().expect("a number of threads"));
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        return say("nothing is measured but by `cargo bench`\n");
    }
    let named: Vec<&String> = arguments.iter().filter(|one| !one.starts_with("--")).collect();
    let is_asked = |name: &str| named.is_empty() || named.iter().any(|one| *one == name);
    let mut block = report::machine();
    say(&block);
    for (_, measure) in SECTIONS.iter().filter(|(name, _)| is_asked(name)) {
        let section = measure().markdown();
        say(&section);
        block += &section;
    }
    if arguments.iter().any(|argument| argument == "--write") {
        assert!(named.is_empty(), "only all sections together are written");
        report::write(&block);
    }
}

fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).expect("an output");
}
