//! The real program as a process of its own, asked over sockets.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tempfile::TempDir;

/// Longest wait for anything; only a failure takes it.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) struct Server {
    child: Child,
    log: Arc<Log>,
    pub(super) address: String,
    pub(super) metrics: String,
    pub(super) folder: TempDir,
}

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    changed: Condvar,
}

/// An answer over HTTP.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    #[track_caller]
    pub(super) fn has(&self, part: &str) -> &Self {
        assert!(
            self.text().contains(part),
            "`{part}` is missing from {} {}",
            self.status,
            self.text()
        );
        self
    }

    #[track_caller]
    pub(super) fn lacks(&self, part: &str) -> &Self {
        assert!(!self.text().contains(part), "`{part}` is in {}", self.text());
        self
    }

    #[track_caller]
    pub(super) fn is(&self, status: u16, kind: &str) -> &Self {
        let head = (self.status, self.header("content-type"));
        assert!(head.0 == status && head.1.starts_with(kind), "{head:?} {}", self.text());
        self
    }
}

fn program(config: &std::path::Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rackbook"));
    command.args(["badges", "-config"]).arg(config).env_clear();
    // Where facts are asked for, they are those of the example.
    command.args(["--repo", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/homelab")]);
    command.envs([
        ("KROMGO_SERVER_HOST", "127.0.0.1"),
        ("KROMGO_SERVER_PORT", "0"),
        ("KROMGO_METRICS_HOST", "127.0.0.1"),
        ("KROMGO_METRICS_PORT", "0"),
    ]);
    command.envs(variables.iter().copied());
    command
}

fn file(config: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, config).expect("a file");
    (folder, path)
}

/// What a start that must fail says, and its exit status.
pub(super) fn fails_with(config: &str, variables: &[(&str, &str)]) -> (String, Option<i32>) {
    let (_folder, path) = file(config);
    let output = program(&path, variables).output().expect("a program");
    (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code())
}

impl Server {
    pub(super) fn start(config: &str) -> Self {
        Self::with(config, &[])
    }

    pub(super) fn with(config: &str, variables: &[(&str, &str)]) -> Self {
        Self::spawn(file(config).0, variables)
    }

    /// A server of the `config.yaml` in a folder.
    pub(super) fn at(folder: TempDir) -> Self {
        Self::spawn(folder, &[])
    }

    fn spawn(folder: TempDir, variables: &[(&str, &str)]) -> Self {
        let path = folder.path().join("config.yaml");
        let mut child =
            program(&path, variables).stderr(Stdio::piped()).spawn().expect("a program");
        let log = Arc::new(Log::default());
        let (writer, stderr) = (Arc::clone(&log), child.stderr.take().expect("a pipe"));
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                writer.lines.lock().unwrap().push(line);
                writer.changed.notify_all();
            }
            writer.lines.lock().unwrap().push("the log ends".to_owned());
            writer.changed.notify_all();
        });
        let mut server =
            Self { child, log, address: String::new(), metrics: String::new(), folder };
        let address = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            line["address"].as_str().expect("an address").to_owned()
        };
        server.address = address(&server.wait_for("serving badges"));
        let has_metrics = !variables.contains(&("KROMGO_METRICS_ENABLED", "false"));
        if has_metrics {
            server.metrics = address(&server.wait_for("serving metrics"));
        }
        server
    }

    /// The first line of the log with these words, when it comes.
    #[track_caller]
    pub(super) fn wait_for(&self, words: &str) -> String {
        let mut lines = self.log.lines.lock().unwrap();
        loop {
            if let Some(line) = lines.iter().find(|line| line.contains(words)) {
                return line.clone();
            }
            let is_over = lines.iter().any(|line| line == "the log ends");
            let (next, waited) = self.log.changed.wait_timeout(lines, PATIENCE).unwrap();
            lines = next;
            assert!(!is_over && !waited.timed_out(), "`{words}` is not logged: {lines:#?}");
        }
    }

    pub(super) fn log(&self) -> String {
        self.log.lines.lock().unwrap().join("\n")
    }

    pub(super) fn write(&self, config: &str) {
        std::fs::write(self.folder.path().join("config.yaml"), config).expect("a file");
    }

    pub(super) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("a process");
    }

    /// The number of its process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("a process")
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    pub(super) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let stream = self.send(method, path, headers);
        receive(stream)
    }

    /// Sends a request and leaves the answer in the socket.
    pub(super) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> TcpStream {
        send(&self.address, method, path, headers)
    }

    /// The value of one line of the metrics.
    pub(super) fn metric(&self, name: &str) -> f64 {
        let text = receive(send(&self.metrics, "GET", "/metrics", &[])).text();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().expect("a number"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

pub(super) fn send(address: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let host =
        if headers.iter().any(|(name, _)| *name == "Host") { "" } else { "Host: example.com\r\n" };
    let mut request = format!("{method} {path} HTTP/1.1\r\n{host}Connection: close\r\n");
    for (name, value) in headers {
        _ = write!(request, "{name}: {value}\r\n");
    }
    // A server that refuses early may close before all is sent.
    _ = stream.write_all((request + "\r\n").as_bytes());
    stream
}

pub(super) fn receive(mut stream: TcpStream) -> Answer {
    let mut bytes = vec![];
    // What came before a reset is still an answer.
    _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no head: {}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    Answer {
        status: status.parse().expect("a number"),
        headers: headers.collect(),
        body: bytes[end + 4..].to_vec(),
    }
}
