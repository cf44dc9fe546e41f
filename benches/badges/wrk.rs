//! Load by `wrk`, where it is on `PATH`.
//!
//! In: an address. Out: answers per second and the time that 99 of 100 took at most.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use super::http::{self, Load};

/// Connections that ask at once.
pub(super) const CONNECTIONS: usize = 32;

/// What makes the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Wrk,
    Own,
}

impl Tool {
    pub(super) fn find() -> Self {
        let is_there = Command::new("wrk").arg("-v").output().is_ok();
        if is_there { Self::Wrk } else { Self::Own }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Wrk => "`wrk` with one thread",
            Self::Own => "this program with a thread for each connection, as `wrk` is not there",
        }
    }

    /// The same path again and again.
    pub(super) fn load(self, address: SocketAddr, path: &str, length: Duration) -> Load {
        match self {
            Self::Wrk => wrk(address, path, length),
            Self::Own => http::load(address, CONNECTIONS, length, |_| path.to_owned()),
        }
    }
}

fn wrk(address: SocketAddr, path: &str, length: Duration) -> Load {
    let mut command = Command::new("wrk");
    command.args(["-t1", "--latency"]);
    command.args([format!("-c{CONNECTIONS}"), format!("-d{}s", length.as_secs().max(1))]);
    let output = command.arg(format!("http://{address}{path}")).output().expect("wrk");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let word = |key: &str| {
        let line = text.lines().find_map(|line| line.trim_start().strip_prefix(key));
        line.map(|line| line.trim_start_matches(':').trim().to_owned())
    };
    let number = |key: &str| word(key).and_then(|word| word.parse().ok());
    let time = |key: &str| word(key).and_then(|word| duration(&word)).unwrap_or_default();
    assert!(word("Socket errors").is_none(), "{text}");
    Load {
        per_second: number("Requests/sec").unwrap_or_else(|| panic!("wrk says {text}")),
        slow: time("99%"),
        failed: number("Non-2xx or 3xx responses").map_or(0, |failed| failed as usize),
    }
}

/// `1.23ms`, as `wrk` writes times.
fn duration(text: &str) -> Option<Duration> {
    let end = text.find(|character: char| character.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(end);
    let scale = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        _ => return None,
    };
    Some(Duration::from_secs_f64(number.parse::<f64>().ok()? * scale))
}
