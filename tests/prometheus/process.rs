//! A Prometheus as a process of its own.
//!
//! In: recorded series and a configuration. Out: a server on a free port, and its answers.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tempfile::TempDir;

use super::server::{receive, send};

/// Longest wait for anything; only a failure takes it.
const PATIENCE: Duration = Duration::from_mins(1);

/// Longer than any test keeps its data.
const RETENTION: &str = "--storage.tsdb.retention.time=10y";

/// Whether both programs can be started; says so where not.
pub(super) fn is_installed() -> bool {
    ["prometheus", "promtool"].into_iter().all(|program| {
        let started = Command::new(program).arg("--version").output();
        let reason = match started {
            Ok(output) if output.status.success() => return true,
            Ok(output) => format!("does not start: {}", output.status),
            Err(error) if error.kind() == ErrorKind::NotFound => "is not on the PATH".to_owned(),
            Err(error) => format!("does not start: {error}"),
        };
        // Written past the test harness, which shows what passing tests print to nobody.
        _ = writeln!(std::io::stderr(), "skipped: `{program}` {reason}");
        false
    })
}

/// What only `reader` with the password `correct horse` may pass.
const DOOR: &str = "basic_auth_users:\n  \
                    reader: $2b$04$RackbookRackbookRackburXwyWaSROuEUiyXc54u3csY22ycc212\n";

pub(super) struct Prometheus {
    child: Child,
    address: String,
    folder: TempDir,
    door: Door,
}

/// How a server is reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    /// Below `/metrics-of/home`, by the user and password of [`DOOR`].
    Closed,
}

impl Door {
    fn prefix(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Closed => "/metrics-of/home",
        }
    }

    fn headers(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Open => &[],
            Self::Closed => &[("Authorization", "Basic cmVhZGVyOmNvcnJlY3QgaG9yc2U=")],
        }
    }

    fn flags(self, folder: &Path) -> Vec<String> {
        if self == Self::Open {
            return vec![];
        }
        let file = folder.join("web.yaml");
        std::fs::write(&file, DOOR).expect("a file");
        let file = format!("--web.config.file={}", file.display());
        vec![file, format!("--web.route-prefix={}", self.prefix())]
    }
}

impl Prometheus {
    /// One that knows recorded series, in the text format of `OpenMetrics`, and scrapes nothing.
    pub(super) fn of(series: &str) -> Self {
        Self::start(recorded(series), "", Door::Open)
    }

    /// The same below a path, for those who know the password.
    pub(super) fn behind_password(series: &str) -> Self {
        Self::start(recorded(series), "", Door::Closed)
    }

    /// One that scrapes the metrics at an address, often.
    pub(super) fn scraping(address: &str) -> Self {
        let scraping = format!(
            "  scrape_interval: 1s\n  scrape_timeout: 1s\n\
             scrape_configs:\n  - job_name: rackbook\n    static_configs:\n      \
             - targets: ['{address}']\n"
        );
        Self::start(tempfile::tempdir().expect("a folder"), &scraping, Door::Open)
    }

    fn start(folder: TempDir, settings: &str, door: Door) -> Self {
        let config = folder.path().join("prometheus.yaml");
        let log = folder.path().join("queries.log");
        let text = format!("global:\n  query_log_file: '{}'\n{settings}", log.display());
        std::fs::write(&config, text).expect("a file");
        let mut child = program(&config, &folder.path().join("data"), &door.flags(folder.path()));
        let address = listening(&mut child);
        let prometheus = Self { child, address, folder, door };
        until("Prometheus is ready", || prometheus.get("/-/ready").0 == 200);
        prometheus
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}{}", self.address, self.door.prefix())
    }

    /// Status and body.
    fn get(&self, path: &str) -> (u16, String) {
        let path = format!("{}{path}", self.door.prefix());
        let answer = receive(send(&self.address, "GET", &path, self.door.headers()));
        (answer.status, dechunked(answer.header("transfer-encoding"), answer.text()))
    }

    /// The `data` of a call of the API; an error of it is a failure.
    #[track_caller]
    pub(super) fn api(&self, call: &str, parameters: &[(&str, &str)]) -> Value {
        let (status, body) = self.get(&path(call, parameters));
        let mut answer: Value = serde_json::from_str(&body).expect("an answer of JSON");
        assert!(status == 200 && answer["status"] == "success", "{parameters:?}: {body}");
        answer["data"].take()
    }

    /// The samples for a moment.
    #[track_caller]
    pub(super) fn samples(&self, query: &str, time: &str) -> Vec<f64> {
        let data = self.api("query", &[("query", query), ("time", time)]);
        let samples = data["result"].as_array().expect("a vector");
        samples.iter().map(|sample| number(&sample["value"][1])).collect()
    }

    /// What Prometheus says it was asked last for a query: beginning and end in RFC 3339.
    pub(super) fn asked(&self, query: &str) -> (String, String) {
        let log = std::fs::read_to_string(self.folder.path().join("queries.log")).expect("a log");
        let mut lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let line = lines.rfind(|line| line["params"]["query"] == query).expect(query);
        let time = |name: &str| line["params"][name].as_str().expect("a time").to_owned();
        (time("start"), time("end"))
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A number of the API, which are texts.
#[track_caller]
pub(super) fn number(value: &Value) -> f64 {
    value.as_str().expect("a text").parse().expect("a number")
}

/// Waits for something that is only a matter of time.
#[track_caller]
pub(super) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A folder with blocks of these series.
fn recorded(series: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("series.txt");
    std::fs::write(&text, series).expect("a file");
    let mut promtool = Command::new("promtool");
    promtool.args(["tsdb", "create-blocks-from", "openmetrics"]).arg(text);
    let output = promtool.arg(folder.path().join("data")).output().expect("promtool");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

fn program(config: &Path, data: &Path, flags: &[String]) -> Child {
    let flag = |name: &str, path: &Path| format!("--{name}={}", path.display());
    let mut command = Command::new("prometheus");
    command.args([flag("config.file", config), flag("storage.tsdb.path", data)]);
    command.args(["--web.listen-address=127.0.0.1:0", RETENTION]).args(flags);
    command.stderr(Stdio::piped()).spawn().expect("a program")
}

/// The address that Prometheus logs once it listens; the log is read on, lest the pipe be full.
fn listening(child: &mut Child) -> String {
    let (sender, receiver) = mpsc::channel();
    let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    std::thread::spawn(move || {
        let lines = lines.map_while(Result::ok);
        lines.for_each(|line| _ = sender.send(line));
    });
    let mut log = vec![];
    loop {
        let line = receiver.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|_| panic!("it does not listen: {log:#?}"));
        let address = line.split(" address=").nth(1).filter(|_| line.contains("\"Listening on\""));
        if let Some(address) = address.and_then(|rest| rest.split_whitespace().next()) {
            return address.to_owned();
        }
        log.push(line);
    }
}

fn path(call: &str, parameters: &[(&str, &str)]) -> String {
    let pairs = parameters.iter().map(|(name, value)| {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        format!("{name}={value}")
    });
    format!("/api/v1/{call}?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// A body without the lengths between its chunks; all of the API's text is ASCII here.
fn dechunked(encoding: &str, body: String) -> String {
    if encoding != "chunked" {
        return body;
    }
    let (mut rest, mut whole) = (body.as_str(), String::new());
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).expect("a length");
        whole.push_str(&after[..length]);
        rest = after[length..].trim_start_matches("\r\n");
    }
    whole
}
