//! `rackbook badges` as a process of its own, with what the kernel knows about it.
//!
//! In: a configuration. Out: a server that answers, the time until it did, its memory and its
//! processor time. The process ends when its value is dropped.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::http::Connection;

/// Longest wait for a start.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Program {
    child: Child,
    pub(super) address: SocketAddr,
    /// From the start of the process to the first 200 of `/readyz`.
    pub(super) ready: Duration,
    _folder: Option<TempDir>,
}

/// Memory in kB, as `/proc/PID/status` has it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    pub(super) resident: f64,
    pub(super) most: f64,
    /// The part of the resident memory that is no file.
    pub(super) own: f64,
}

impl Program {
    /// A badge server of this configuration.
    pub(super) fn start(config: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.yaml");
        std::fs::write(&path, config).expect("a file");
        let (address, metrics) = (free(), free());
        let mut command = Command::new(env!("CARGO_BIN_EXE_rackbook"));
        command.args(["badges", "--config"]).arg(&path).env_clear().envs([
            ("KROMGO_SERVER_HOST", "127.0.0.1"),
            ("KROMGO_SERVER_PORT", &address.port().to_string()),
            ("KROMGO_METRICS_HOST", "127.0.0.1"),
            ("KROMGO_METRICS_PORT", &metrics.port().to_string()),
        ]);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let child = command.spawn().expect("a program");
        let ready = until_ready(address, begun);
        Self { child, address, ready, _folder: Some(folder) }
    }

    /// A process that serves already.
    pub(super) fn of(child: Child, address: SocketAddr) -> Self {
        Self { child, address, ready: Duration::ZERO, _folder: None }
    }

    pub(super) fn memory(&self) -> Memory {
        let text = self.about("status");
        let number = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
            let value = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            value.expect("a line of `/proc`")
        };
        Memory { resident: number("VmRSS"), most: number("VmHWM"), own: number("RssAnon") }
    }

    /// Processor time so far.
    pub(super) fn worked(&self) -> Duration {
        let text = self.about("stat");
        let (_, after) = text.rsplit_once(") ").expect("a name in brackets");
        let times = after.split(' ').skip(11).take(2);
        let ticks: u64 = times.filter_map(|time| time.parse::<u64>().ok()).sum();
        // Linux counts these times in hundredths of a second.
        Duration::from_millis(ticks * 10)
    }

    fn about(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.child.id());
        std::fs::read_to_string(path).expect("a process that runs")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// An address at which nobody listens.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

fn until_ready(address: SocketAddr, begun: Instant) -> Duration {
    loop {
        let answer = Connection::open(address).and_then(|mut open| open.get("/readyz"));
        if answer.is_ok_and(|answer| answer.status == 200) {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < PATIENCE, "the server does not start");
        std::thread::sleep(Duration::from_micros(200));
    }
}
