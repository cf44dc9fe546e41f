//! From a repository to the world: the steps of the GitHub action, the image's way of running, and
//! several badge servers over one Prometheus.
#![expect(clippy::disallowed_methods, reason = "a test starts programs and writes files")]
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]
#![cfg(unix)]

#[path = "publish/action.rs"]
mod action;
#[path = "publish/container.rs"]
mod container;
#[path = "publish/crawl.rs"]
mod crawl;
#[path = "publish/manifests.rs"]
mod manifests;
#[path = "publish/manual.rs"]
mod manual;
#[path = "publish/release.rs"]
mod release;
#[path = "publish/replicas.rs"]
mod replicas;
#[path = "publish/server.rs"]
mod server;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A file of this project.
fn ours(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Says what is skipped, past the test harness, which shows what passing tests print to nobody.
fn skip(reason: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}

/// Whether all these programs can be run; where one cannot, says what is skipped.
fn can_run(programs: &[&str]) -> bool {
    let missing = |program: &&&str| {
        let mut command = Command::new(program);
        command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_err()
    };
    match programs.iter().find(missing) {
        Some(program) => {
            skip(&format!("`{program}` is not there"));
            false
        }
        None => true,
    }
}
