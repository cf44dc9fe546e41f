//! Badge servers as processes, and a stand-in for Prometheus that counts what it is asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest wait for anything; only a failure takes it.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running badge server.
pub(super) struct Server {
    child: Child,
    lines: Mutex<Receiver<String>>,
    address: String,
}

impl Server {
    /// Starts a command that runs `rackbook badges`, on ports of its own.
    pub(super) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                // A test that ended listens no more.
                let _ = sender.send(line);
            }
        });
        let mut server = Self { child, lines: Mutex::new(lines), address: String::new() };
        let line = server.says("serving badges");
        let text: serde_json::Value = serde_json::from_str(&line).unwrap();
        text["address"].as_str().unwrap().clone_into(&mut server.address);
        server
    }

    /// Waits for a line of the log.
    #[track_caller]
    pub(super) fn says(&self, part: &str) -> String {
        let lines = self.lines.lock().unwrap();
        let (end, mut seen) = (Instant::now() + PATIENCE, vec![]);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match lines.recv_timeout(left) {
                Ok(line) if line.contains(part) => return line,
                Ok(line) => seen.push(line),
                Err(error) => panic!("no `{part}` ({error}) in:\n{}", seen.join("\n")),
            }
        }
    }

    /// Status and body of an address.
    pub(super) fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end.
    pub(super) fn ended(mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers every query with 42 after a while, and counts.
pub(super) struct Upstream {
    pub(super) url: String,
    asked: Arc<AtomicUsize>,
}

impl Upstream {
    pub(super) fn taking(pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counter = Arc::clone(&counter);
                std::thread::spawn(move || connection(stream, &counter, pause));
            }
        });
        Self { url, asked }
    }

    /// How many queries came.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Answers until the other side goes away.
fn connection(stream: TcpStream, counter: &AtomicUsize, pause: Duration) {
    let mut reader = BufReader::new(stream);
    while let Some(length) = head(&mut reader) {
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        counter.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(pause);
        let body = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"42"]}]}}"#;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        if reader.get_mut().write_all((head + body).as_bytes()).is_err() {
            return;
        }
    }
}

/// Reads the head of a request; gives the length of its body.
fn head(reader: &mut BufReader<TcpStream>) -> Option<usize> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(text) = line.strip_prefix("content-length:") {
            length = text.trim().parse().ok()?;
        }
        if line.is_empty() {
            return Some(length);
        }
    }
}
