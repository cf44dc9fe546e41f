//! A client of HTTP/1.1 that keeps its connection, and load made of it.
//!
//! In: an address and paths. Out: answers, or how many there were and how long they took.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

pub(super) struct Connection(BufReader<TcpStream>);

pub(super) struct Answer {
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(super) fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.ask(path, "")
    }

    /// Asks with further headers, each with its line's end.
    pub(super) fn ask(&mut self, path: &str, headers: &str) -> io::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: example.com\r\n{headers}\r\n");
        self.0.get_mut().write_all(request.as_bytes())?;
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let mut headers = vec![];
        while let Some((name, value)) = self.line()?.split_once(": ") {
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut answer = Answer { status, headers, body: vec![] };
        let length = answer.header("content-length").and_then(|length| length.parse().ok());
        answer.body.resize(length.unwrap_or(0), 0);
        self.0.read_exact(&mut answer.body)?;
        Ok(answer)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        if line.is_empty() {
            Err(io::ErrorKind::UnexpectedEof.into())
        } else {
            Ok(line.trim_end().to_owned())
        }
    }
}

/// What came of a load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) per_second: f64,
    /// 99 of 100 answers took at most this.
    pub(super) slow: Duration,
    /// Requests with another answer than 200, or with none.
    pub(super) failed: usize,
}

/// Asks over some connections at once for as long as it is told; `path` gets a number that no
/// other request gets.
pub(super) fn load(
    address: SocketAddr,
    connections: usize,
    length: Duration,
    path: impl Fn(usize) -> String + Sync,
) -> Load {
    let begun = Instant::now();
    let one = |idx: usize| {
        let open = || Connection::open(address).expect("a connection");
        let (mut kept, mut times, mut failed) = (open(), vec![], 0);
        for round in 0.. {
            let asked = Instant::now();
            match kept.get(&path(idx + round * connections)) {
                Ok(answer) if answer.status == 200 => times.push(asked.elapsed()),
                Ok(_) => failed += 1,
                Err(_) => (kept, failed) = (open(), failed + 1),
            }
            if begun.elapsed() > length {
                break;
            }
        }
        (times, failed)
    };
    let done: Vec<(Vec<Duration>, usize)> = std::thread::scope(|scope| {
        let spawned: Vec<_> = (0..connections).map(|idx| scope.spawn(move || one(idx))).collect();
        spawned.into_iter().map(|thread| thread.join().expect("a load")).collect()
    });
    let took = begun.elapsed();
    let failed = done.iter().map(|(_, failed)| failed).sum();
    let mut times: Vec<Duration> = done.into_iter().flat_map(|(times, _)| times).collect();
    times.sort_unstable();
    Load {
        per_second: times.len() as f64 / took.as_secs_f64(),
        slow: times.get(times.len() * 99 / 100).copied().unwrap_or_default(),
        failed,
    }
}
