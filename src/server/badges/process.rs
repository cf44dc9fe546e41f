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
    let page = rustix::param::page_size() as f64;
    let mut numbers = vec![];
    if let Ok(text) = std::fs::read_to_string("/proc/self/stat") {
        numbers.extend(of_stat(&text, page));
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        numbers.push(("process_open_fds", "Open files.", files.count() as f64));
    }
    numbers
}

/// Fields by `proc(5)`, counted after the name in brackets, which may hold spaces.
fn of_stat(text: &str, page: f64) -> Vec<Number> {
    let Some((_, after)) = text.rsplit_once(") ") else { return vec![] };
    let fields: Vec<f64> = after.split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
    let field = |number: usize| fields.get(number - 3).copied().unwrap_or(0.0);
    vec![
        ("process_cpu_seconds_total", "Processor time.", (field(14) + field(15)) / TICKS),
        ("process_threads", "Threads.", field(20)),
        ("process_virtual_memory_bytes", "Address space.", field(23)),
        ("process_resident_memory_bytes", "Memory in use.", field(24) * page),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_any_name() {
        let text = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 3 0 9 4096 12 18 0";
        let numbers: Vec<f64> = of_stat(text, 4096.0).iter().map(|number| number.2).collect();
        assert_eq!(numbers, [2.0, 3.0, 4096.0, 49152.0]);
        assert_eq!(of_stat("", 4096.0), []);
    }
}
