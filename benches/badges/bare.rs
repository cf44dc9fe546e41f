//! The least that can be done with axum: the same bytes with the same headers, from memory.
//!
//! In: an answer to repeat. Out: a process that gives it for every path.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response};
use axum::{Router, routing};

use super::http::Answer;
use super::program::Program;

/// The argument with which this program is that process.
pub(super) const ARGUMENT: &str = "--bare";

/// Starts this program again as a server of the answer.
pub(super) fn start(answer: &Answer, threads: usize) -> Program {
    let program = std::env::current_exe().expect("a path");
    let mut command = Command::new(program);
    command.args([ARGUMENT, &threads.to_string()]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a program");
    let mut input = child.stdin.take().expect("a pipe");
    for (name, value) in &answer.headers {
        writeln!(input, "{name}: {value}").expect("a reader");
    }
    input.write_all(b"\n").and_then(|()| input.write_all(&answer.body)).expect("a reader");
    drop(input);
    let mut address = String::new();
    let output = child.stdout.take().expect("a pipe");
    BufReader::new(output).read_line(&mut address).expect("an address");
    Program::of(child, address.trim().parse().expect("an address"))
}

/// Serves what comes on standard input.
pub(super) fn run(threads: usize) {
    let (headers, body) = read();
    let handler = move || async move {
        let mut response = Response::new(Body::from(body.clone()));
        *response.headers_mut() = headers.clone();
        response
    };
    let serving = async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        super::say(&format!("{}\n", listener.local_addr().expect("an address")));
        let router = Router::new().route("/badges/cpu", routing::get(handler));
        axum::serve(listener, router).await.expect("a server");
    };
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(threads).enable_all().build().expect("a runtime").block_on(serving);
}

fn read() -> (HeaderMap, Bytes) {
    let (mut input, mut headers) = (std::io::stdin().lock(), HeaderMap::new());
    loop {
        let mut line = String::new();
        input.read_line(&mut line).expect("a line");
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        // hyper adds the date by itself.
        if name != "date" {
            let value = HeaderValue::from_static(value.to_owned().leak());
            headers.insert(HeaderName::from_bytes(name.as_bytes()).expect("a name"), value);
        }
    }
    let mut body = vec![];
    input.read_to_end(&mut body).expect("a body");
    (headers, body.into())
}
