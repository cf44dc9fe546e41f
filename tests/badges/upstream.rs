//! A stand-in for Prometheus: answers what a test tells it to and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

/// One query as it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) fields: BTreeMap<String, String>,
}

impl Asked {
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub(super) fn number(&self, name: &str) -> f64 {
        self.field(name).parse().expect("a number")
    }
}

/// What it does.
pub(super) enum Reply {
    Json(String),
    Status(u16, String),
    /// Closes the connection with nothing.
    Nothing,
    /// Sends white space for ever.
    Endless,
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

pub(super) struct Upstream {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    answer: Arc<Mutex<Arc<Answer>>>,
    gate: Arc<Gate>,
}

/// While it is shut, answers wait.
#[derive(Default)]
struct Gate {
    is_shut: Mutex<bool>,
    waiting: Mutex<usize>,
    changed: Condvar,
}

impl Upstream {
    pub(super) fn new(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answer: Arc<Answer> = Arc::new(answer);
        let this = Self {
            url,
            asked: Arc::default(),
            answer: Arc::new(Mutex::new(answer)),
            gate: Arc::default(),
        };
        let (asked, answer) = (Arc::clone(&this.asked), Arc::clone(&this.answer));
        let gate = Arc::clone(&this.gate);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, answer, gate) =
                    (Arc::clone(&asked), Arc::clone(&answer), Arc::clone(&gate));
                std::thread::spawn(move || connection(stream, &asked, &answer, &gate));
            }
        });
        this
    }

    /// 17.5 of `{job="node"}`, and a series 10, 20, 15.
    pub(super) fn usual() -> Self {
        Self::new(usual)
    }

    /// The same vector for every instant query.
    pub(super) fn of(value: &'static str, labels: &'static str) -> Self {
        Self::new(move |_| vector(&[(labels, value)]))
    }

    pub(super) fn answer(&self, answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) {
        *self.answer.lock().unwrap() = Arc::new(answer);
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn shut(&self) {
        *self.gate.is_shut.lock().unwrap() = true;
    }

    pub(super) fn open(&self) {
        *self.gate.is_shut.lock().unwrap() = false;
        self.gate.changed.notify_all();
    }

    /// Waits until so many queries stand before the gate.
    pub(super) fn wait_for(&self, queries: usize) {
        let mut waiting = self.gate.waiting.lock().unwrap();
        while *waiting < queries {
            waiting = self.gate.changed.wait(waiting).unwrap();
        }
    }
}

pub(super) fn usual(asked: &Asked) -> Reply {
    if asked.path.ends_with("query_range") {
        let start = asked.number("start");
        let point = |idx: f64, value: &str| format!("[{},\"{value}\"]", start + idx * 60.0);
        let points = [point(0.0, "10"), point(1.0, "20"), point(2.0, "15")].join(",");
        return data(
            "matrix",
            &format!("[{{\"metric\":{{\"job\":\"node\"}},\"values\":[{points}]}}]"),
        );
    }
    vector(&[(r#""job":"node""#, "17.5")])
}

/// Samples of labels as JSON pairs, and values.
pub(super) fn vector(samples: &[(&str, &str)]) -> Reply {
    let one = |(labels, value): &(&str, &str)| {
        format!("{{\"metric\":{{{labels}}},\"value\":[1700000000,\"{value}\"]}}")
    };
    data("vector", &format!("[{}]", samples.iter().map(one).collect::<Vec<_>>().join(",")))
}

pub(super) fn data(kind: &str, result: &str) -> Reply {
    Reply::Json(format!(
        "{{\"status\":\"success\",\"data\":{{\"resultType\":\"{kind}\",\"result\":{result}}}}}"
    ))
}

fn connection(
    stream: TcpStream,
    asked: &Mutex<Vec<Asked>>,
    answer: &Mutex<Arc<Answer>>,
    gate: &Gate,
) {
    let mut writer = stream.try_clone().expect("a stream");
    let mut reader = BufReader::new(stream);
    while let Some(query) = read(&mut reader) {
        asked.lock().unwrap().push(query.clone());
        pass(gate);
        let answer = Arc::clone(&answer.lock().unwrap());
        let (status, body) = match answer(&query) {
            Reply::Json(body) => (200, body),
            Reply::Status(status, body) => (status, body),
            Reply::Nothing => return,
            Reply::Endless => {
                _ = writer.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                while writer.write_all(&[b' '; 16384]).is_ok() {}
                return;
            }
        };
        let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\n\r\n", body.len());
        if writer
            .write_all(head.as_bytes())
            .and_then(|()| writer.write_all(body.as_bytes()))
            .is_err()
        {
            return;
        }
    }
}

fn pass(gate: &Gate) {
    *gate.waiting.lock().unwrap() += 1;
    gate.changed.notify_all();
    let mut is_shut = gate.is_shut.lock().unwrap();
    while *is_shut {
        is_shut = gate.changed.wait(is_shut).unwrap();
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let target = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header == "\r\n" {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let form = format!("{query}&{}", String::from_utf8_lossy(&body));
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let fields = pairs.map(|(name, value)| (name.to_owned(), decode(value))).collect();
    Some(Asked { path: path.to_owned(), fields })
}
