//! A stand-in for Prometheus that counts what it is asked and takes its time.
//!
//! In: a delay. Out: 17.5 for instant queries, two curves for ranges, and a count for each query.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;

/// When each query was asked.
type Asked = BTreeMap<String, Vec<Instant>>;

pub(super) struct Upstream {
    pub(super) url: String,
    asked: Arc<Mutex<Asked>>,
}

impl Upstream {
    pub(super) fn start(delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Asked>> = Arc::default();
        let counted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let asked = Arc::clone(&counted);
                // A connection ends when the server that is measured does.
                std::thread::spawn(move || _ = serve(&stream, &asked, delay));
            }
        });
        Self { url, asked }
    }

    pub(super) fn asked(&self) -> Asked {
        self.asked.lock().expect("no panic").clone()
    }
}

fn serve(stream: &TcpStream, asked: &Mutex<Asked>, delay: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    while let Some((is_range, fields)) = read(&mut reader)? {
        let query = fields.get("query").cloned().unwrap_or_default();
        asked.lock().expect("no panic").entry(query).or_default().push(Instant::now());
        std::thread::sleep(delay);
        let body = if is_range { curves(&fields) } else { VALUE.to_owned() };
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length";
        writer.write_all(format!("{head}: {}\r\n\r\n{body}", body.len()).as_bytes())?;
    }
    Ok(())
}

/// Whether a range is asked for, and the fields of the form.
fn read(reader: &mut impl io::BufRead) -> io::Result<Option<(bool, BTreeMap<String, String>)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().to_ascii_lowercase().strip_prefix("content-length: ") {
            Some(value) => length = value.parse().unwrap_or(0),
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut form = vec![0; length];
    reader.read_exact(&mut form)?;
    let form = String::from_utf8_lossy(&form).replace('+', " ");
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let fields = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
    Ok(Some((first.contains("query_range"), fields)))
}

const VALUE: &str = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":"node"},"value":[1700000000,"17.5"]}]}}"#;

fn curves(fields: &BTreeMap<String, String>) -> String {
    let number = |name: &str| -> f64 { fields[name].parse().expect("a number") };
    let (start, end, step) = (number("start"), number("end"), number("step"));
    let n_points = ((end - start) / step).floor() as usize + 1;
    let curve = |name: &str, phase: f64| {
        let mut points = String::new();
        for idx in 0..n_points {
            let comma = if idx == 0 { "" } else { "," };
            let value = 40.0 + 25.0 * (idx as f64 / 9.0 + phase).sin() + (idx * 7 % 5) as f64;
            _ = write!(points, "{comma}[{},\"{value:.3}\"]", start + idx as f64 * step);
        }
        format!("{{\"metric\":{{\"node\":\"{name}\"}},\"values\":[{points}]}}")
    };
    let result = [curve("node-1", 0.0), curve("node-2", 2.0)].join(",");
    format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{result}]}}}}"#)
}
