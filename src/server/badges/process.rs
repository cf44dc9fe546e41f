//! Numbers about this process from `/proc`; none where there is no `/proc`.
//!
//! In: the kernel's files. Out: gauges and counters under the names that all clients of Prometheus
//! use.
#![expect(clippy::disallowed_methods, reason = "imperative shell: reads /proc")]

/// Name, help and value.
pub(super) type Number = (&'static str, &'static str, f64);

/// Ticks per second of the times in `/proc`, which Linux fixes for all programs.
const TICKS: f64 = 100.0;

pub(super) fn numbers() -> Vec<Number> {
    let mut numbers = vec![];
    if let Ok(text) = std::fs::read_to_string("/proc/self/stat") {
        numbers.extend(of_stat(&text));
    }
    if let Ok(text) = std::fs::read_to_string("/proc/self/status") {
        numbers.extend(of_status(&text));
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        numbers.push(("process_open_fds", "Open files.", files.count() as f64));
    }
    numbers
}

/// Fields by `proc(5)`, counted after the name in brackets, which may hold spaces.
fn of_stat(text: &str) -> Option<Number> {
    let (_, after) = text.rsplit_once(") ")?;
    let fields: Vec<f64> = after.split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
    let field = |number: usize| fields.get(number - 3).copied().unwrap_or(0.0);
    Some(("process_cpu_seconds_total", "Processor time.", (field(14) + field(15)) / TICKS))
}

/// Lines such as `VmRSS:     1234 kB`.
fn of_status(text: &str) -> Vec<Number> {
    let number = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    let lines = [
        ("VmRSS", 1024.0, "process_resident_memory_bytes", "Memory in use."),
        ("VmHWM", 1024.0, "process_resident_memory_max_bytes", "Most memory in use so far."),
        ("VmSize", 1024.0, "process_virtual_memory_bytes", "Address space."),
        ("Threads", 1.0, "process_threads", "Threads."),
    ];
    let found = lines
        .iter()
        .filter_map(|(key, unit, name, help)| Some((*name, *help, number(key)? * unit)));
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_any_name() {
        let text = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 3 0 9 4096 12 18 0";
        assert_eq!(of_stat(text).map(|number| number.2), Some(2.0));
        assert_eq!(of_stat(""), None);
    }

    #[test]
    fn lines_have_units() {
        let text = "Name:\ta\nVmSize:\t  8 kB\nVmRSS:\t  2 kB\nThreads:\t3\n";
        let numbers: Vec<f64> = of_status(text).iter().map(|number| number.2).collect();
        assert_eq!(numbers, [2048.0, 8192.0, 3.0]);
    }
}
