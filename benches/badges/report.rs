//! The machine that measured, and the marked block of `BENCHMARKS.md`.
//!
//! In: `/proc` and the file. Out: the file with the block replaced; the rest of it stays.

use std::path::Path;
use std::process::Command;

const BEGIN: &str = "<!-- badges: written by `cargo bench --bench badges -- --write` -->\n";
const END: &str = "<!-- badges: end -->\n";

/// What the numbers depend on.
pub(super) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (kernel, load) = (read("/proc/sys/kernel/osrelease"), read("/proc/loadavg"));
    let load = load.split(' ').next().unwrap_or_default();
    let date = said(Command::new("date").args(["-u", "+%Y-%m-%d"]));
    let compiler = said(Command::new("rustc").arg("--version"));
    format!(
        "Rackbook {}, {compiler}, on {n_cores} cores of {model}, Linux {}, {date}. Load before: \
         {load}. Where there are several samples, the number is their median, with the least and \
         the most.\n\n",
        env!("CARGO_PKG_VERSION"),
        kernel.trim()
    )
}

fn said(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

/// Replaces what stands between the marks.
pub(super) fn write(block: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("BENCHMARKS.md");
    let text = std::fs::read_to_string(&path).expect("a readable `BENCHMARKS.md`");
    let (before, rest) = text.split_once(BEGIN).expect("the mark of the beginning");
    let (_, after) = rest.split_once(END).expect("the mark of the end");
    let block = block.trim_end();
    let text = format!("{before}{BEGIN}\n{block}\n\n{END}{after}");
    std::fs::write(&path, text).expect("a writable `BENCHMARKS.md`");
}
