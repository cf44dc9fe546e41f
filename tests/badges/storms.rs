//! Many who mean it badly at once: what they cost, as the most memory that the server ever held.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use flate2::{Compression, write::GzEncoder};
use rustix::process::Signal;

use super::server::receive;
use super::upstream::{Asked, Reply, data, vector};
use super::{CPU, Server, Upstream, usual, with};

/// Most memory at once, in kB.
const MOST: u64 = 64_000;

/// What a release build takes of it for the program's file; a debug build takes more.
const FILE: u64 = 16_000;

/// Says the most memory that the server held so far, and that it is little enough.
#[track_caller]
fn is_small(server: &Server, after: &str) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()));
    let Ok(status) = status else {
        return say(&format!("skipped: there is no /proc to ask for memory after {after}"));
    };
    let kilobytes = |key: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap()
    };
    let (most, file) = (kilobytes("VmHWM:"), kilobytes("RssFile:"));
    let own = most.saturating_sub(file);
    say(&format!("at most {most} kB, {own} kB of it not the program's file: {after}"));
    assert!(own < MOST - FILE, "{most} kB, {file} kB of it of files, after {after}");
}

fn say(text: &str) {
    _ = writeln!(std::io::stderr(), "{text}");
}

/// A connection on which many things are asked without waiting.
fn open(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(&server.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    stream.set_nodelay(true).expect("a socket");
    stream
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: example.com\r\n\r\n")
}

/// The status and body of the next answer on a connection that is kept.
fn next(reader: &mut BufReader<TcpStream>) -> Option<(u16, bool)> {
    let (mut status, mut length, mut is_last) = (None, 0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(rest) = line.strip_prefix("http/1.1 ") {
            status = rest.get(..3).and_then(|status| status.parse().ok());
        } else if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        } else if line == "connection: close" {
            is_last = true;
        } else if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((status?, is_last))
}

#[test]
fn ten_thousand_unknown_ids() {
    const EACH: usize = 1000;
    let (upstream, server) = usual(CPU);
    std::thread::scope(|scope| {
        for client in 0..10 {
            let mut stream = open(&server);
            let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
            scope.spawn(move || {
                for idx in 0..EACH {
                    let id = format!("/badges/{client}-{idx}?format=json&a={idx}");
                    stream.write_all(request(&id).as_bytes()).expect("a server");
                }
            });
            scope.spawn(move || {
                for _ in 0..EACH {
                    assert_eq!(next(&mut reader).expect("an answer").0, 404);
                }
            });
        }
    });
    assert_eq!(upstream.asked().len(), 0);
    is_small(&server, "10 000 unknown ids");
}

#[test]
fn ids_of_100_kb_at_once() {
    let (upstream, server) = usual(CPU);
    let long = format!("/badges/{}", "é".repeat(50_000));
    let asking: Vec<_> = (0..300).map(|_| server.send("GET", &long, &[])).collect();
    let statuses = asking.into_iter().map(|stream| receive(stream).status);
    assert!(statuses.into_iter().all(|status| [400, 414, 431].contains(&status)));
    server.get("/badges/cpu").has("17.5%");
    assert_eq!(upstream.asked().len(), 1);
    is_small(&server, "300 ids of 100 kB at once");
}

/// As many points as a window may have, in several series.
fn crowded(asked: &Asked) -> Reply {
    let (start, end, step) = (asked.number("start"), asked.number("end"), asked.number("step"));
    let n_points = ((end - start) / step) as usize;
    let one = |series: usize| {
        let value = |idx: usize| (idx * 37 + series * 11) % 97;
        let point = |idx: usize| format!("[{},\"{}\"]", start + idx as f64 * step, value(idx));
        let points = (0..n_points).map(point).collect::<Vec<_>>().join(",");
        format!("{{\"metric\":{{\"node\":\"{series}\"}},\"values\":[{points}]}}")
    };
    data("matrix", &format!("[{}]", (0..4).map(one).collect::<Vec<_>>().join(",")))
}

#[test]
fn the_largest_pictures_at_once() {
    let (_upstream, server) = with(Upstream::new(crowded), CPU);
    let asked = |looks: &str, n_clients: usize| {
        let path = |idx: usize| format!("/graphs/cpu?last=6h&{looks}&ymax={}", idx + 100);
        let asking: Vec<_> =
            (0..n_clients).map(|idx| server.send("GET", &path(idx), &[])).collect();
        asking.into_iter().map(|stream| receive(stream).status).collect::<Vec<_>>()
    };
    let statuses = asked("format=png&width=2048&height=2048", 200);
    assert!(statuses.iter().all(|status| *status == 400), "{statuses:?}");
    is_small(&server, "200 pictures of 2048 × 2048");
    let statuses = asked("format=png&width=1000&height=1000", 18);
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    is_small(&server, "18 pictures of 1000 × 1000");
    let statuses = asked("width=2048&height=2048", 40);
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    is_small(&server, "40 graphs of 2048 × 2048 as SVG");
    server.get("/healthz").is(200, "text/plain");
}

#[test]
fn hundreds_who_send_a_byte_at_a_time() {
    let (_upstream, server) = usual(CPU);
    let mut streams: Vec<_> = (0..400).map(|_| open(&server)).collect();
    for byte in request("/badges/cpu").bytes() {
        for stream in &mut streams {
            stream.write_all(&[byte]).expect("a server");
        }
    }
    for stream in streams {
        assert_eq!(next(&mut BufReader::new(stream)).expect("an answer").0, 200);
    }
    is_small(&server, "400 who send a byte at a time");
}

#[test]
fn heads_that_never_end() {
    let (_upstream, server) = usual(CPU);
    let mut streams: Vec<_> = (0..1000).map(|_| open(&server)).collect();
    let start = format!("GET /badges/cpu HTTP/1.1\r\nX: {}", "x".repeat(30_000));
    for stream in &mut streams {
        stream.write_all(start.as_bytes()).expect("a server");
    }
    server.get("/badges/cpu").has("17.5%");
    is_small(&server, "1000 heads of 30 kB without an end");
}

#[test]
fn hundreds_who_take_a_byte_at_a_time() {
    let (_upstream, server) = usual(CPU);
    let asked = request("/graphs/cpu").repeat(300);
    let mut streams: Vec<_> = (0..300).map(|_| open(&server)).collect();
    for stream in &mut streams {
        stream.write_all(asked.as_bytes()).expect("a server");
    }
    for _ in 0..20 {
        for stream in &mut streams {
            stream.read_exact(&mut [0]).expect("a server");
        }
    }
    server.get("/badges/cpu").has("17.5%");
    is_small(&server, "300 who ask for 300 graphs each and take a byte at a time");
}

/// Twenty badges with queries of their own.
fn badges(settings: &str) -> String {
    let one = |idx| format!("  - {{id: b{idx}, query: up + {idx}{settings}}}\n");
    format!("badges:\n{}", (0..20).map(one).collect::<String>())
}

/// Asks for all of them at once.
fn all(server: &Server) -> Vec<super::server::Answer> {
    let path = |idx: usize| format!("/badges/b{idx}?format=json");
    let asking: Vec<_> = (0..20).map(|idx| server.send("GET", &path(idx), &[])).collect();
    asking.into_iter().map(receive).collect()
}

#[test]
fn answers_of_a_gigabyte() {
    let upstream = Upstream::new(|_| Reply::Endless);
    let (_upstream, server) = with(upstream, &badges(""));
    assert!(all(&server).iter().all(|answer| answer.status == 500));
    is_small(&server, "20 answers of a gigabyte");
}

#[test]
fn packed_answers_of_100_mb() {
    let mut packer = GzEncoder::new(vec![], Compression::fast());
    packer.write_all(&vec![b' '; 100_000_000]).expect("memory");
    let packed = packer.finish().expect("memory");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length";
            let head = format!("{head}: {}\r\n\r\n", packed.len());
            _ = stream.read(&mut [0; 4096]);
            _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&packed));
        }
    });
    let server = Server::start(&format!("prometheus: {url}\n{}", badges("")));
    assert!(all(&server).iter().all(|answer| answer.status == 500));
    is_small(&server, "20 packed answers of 100 MB");
}

#[test]
fn labels_of_1_mb() {
    let long = format!("\"a\":\"{}\"", "<é\u{202e}&".repeat(140_000));
    let upstream = Upstream::new(move |_| vector(&[(&long, "1")]));
    let (_upstream, server) = with(upstream, &badges(", valueExpr: labels.a"));
    for answer in all(&server) {
        assert!(answer.status == 200 && answer.body.len() < 20_000, "{}", answer.body.len());
    }
    is_small(&server, "20 labels of 1 MB");
}

#[test]
fn a_kept_connection_is_not_cut_while_it_asks() {
    let upstream = Upstream::usual();
    let config = format!("prometheus: {}\n{CPU}", upstream.url);
    let server = Server::with(&config, &[("KROMGO_SERVER_READ_TIMEOUT", "50ms")]);
    let mut stream = open(&server);
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(500) {
        stream.write_all(request("/badges/cpu").as_bytes()).expect("a server");
        assert_eq!(next(&mut reader).expect("an answer").0, 200);
    }
}

#[test]
fn the_end_loses_nothing_under_load() {
    let (_upstream, mut server) = usual(&format!("cache: {{maxAge: 1}}\n{CPU}"));
    let streams: Vec<_> = (0..16).map(|_| open(&server)).collect();
    let begun = Instant::now();
    let ask = |mut stream: TcpStream| {
        let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
        for n_answers in 0.. {
            let path = if n_answers % 8 == 0 { "/graphs/cpu" } else { "/badges/cpu" };
            if stream.write_all(request(path).as_bytes()).is_err() {
                return (n_answers, true);
            }
            match next(&mut reader) {
                Some((200, false)) => {}
                Some((200, true)) => return (n_answers, false),
                _ => return (n_answers, true),
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the server does not end");
        }
        (0, true)
    };
    let ends: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> =
            streams.into_iter().map(|stream| scope.spawn(move || ask(stream))).collect();
        std::thread::sleep(Duration::from_millis(300));
        server.signal(Signal::TERM);
        asking.into_iter().map(|thread| thread.join().expect("a client")).collect()
    });
    assert!(server.wait().success());
    let n_answers: usize = ends.iter().map(|(n_answers, _)| n_answers).sum();
    let n_lost = ends.iter().filter(|(_, is_lost)| *is_lost).count();
    say(&format!("{n_answers} answers until the end, {n_lost} connections ended without one"));
    assert!(n_answers > 100);
    assert_eq!(n_lost, 0);
}
