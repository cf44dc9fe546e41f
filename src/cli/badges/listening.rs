//! A server's life: sockets, signals, reloads and its end.
//!
//! In: the environment, a book and where it came from. Out: nothing until a signal ends it. It
//! says in the log where it listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::environment::{Environment, Place};
use super::source::{self, Inputs, Source};
use super::watch::Changes;
use crate::cli::Failure;
use crate::server::badges::{App, Book, Limits, Patience, Settings, serve};

/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(10);

/// How long a connection may be idle.
const IDLE: Duration = Duration::from_mins(2);

/// How long requests under way are waited for at the end.
const FAREWELL: Duration = Duration::from_secs(30);

/// How long a query is waited for where an older value could be shown.
const PATIENCE: Duration = Duration::from_secs(2);

/// Threads that answer; more only take memory.
const THREADS: usize = 4;

pub(super) fn run(
    environment: &Environment,
    source: Source,
    book: Book,
    inputs: Inputs,
) -> Result<(), Failure> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, THREADS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .max_blocking_threads(8)
        .enable_all()
        .build()
        .map_err(|source| Failure::Runtime { source })?;
    let result = runtime.block_on(live(environment, source, book, inputs));
    runtime.shutdown_background();
    result
}

async fn live(
    environment: &Environment,
    source: Source,
    book: Book,
    inputs: Inputs,
) -> Result<(), Failure> {
    let mut signals = Signals::new().map_err(|source| Failure::Runtime { source })?;
    let hangup = signal(SignalKind::hangup());
    let mut hangup = hangup.map_err(|source| Failure::Runtime { source })?;
    let changes = Changes::of(source.path());
    let (n_entries, app) = (book.len(), App::new(book, settings(environment)));
    let limits = limits(environment);
    let (end, ended) = watch::channel(false);
    let listener = listen(&environment.server).await?;
    let metrics = match &environment.metrics {
        Some(place) => Some(listen(place).await?),
        None => None,
    };
    tracing::info!(address = address(&listener), entries = n_entries, "serving badges");
    let mut serving = tokio::task::JoinSet::new();
    serving.spawn(serve(listener, app.router(), limits, ended.clone()));
    if let Some(listener) = metrics {
        tracing::info!(address = address(&listener), "serving metrics");
        serving.spawn(serve(listener, app.metrics_router(), limits, ended));
    }
    let mut reloads = Reloads { app, source, changes, inputs };
    loop {
        tokio::select! {
            () = reloads.changes.next() => reloads.reload(),
            _ = hangup.recv() => reloads.reload_now(),
            () = signals.asked_to_stop() => break,
        }
    }
    tracing::info!("ending after the requests under way");
    _ = end.send(true);
    tokio::select! {
        () = async { while serving.join_next().await.is_some() {} } => {}
        // A second signal waits for nobody.
        () = signals.asked_to_stop() => {}
    }
    Ok(())
}

fn settings(environment: &Environment) -> Settings {
    Settings {
        now: source::now,
        stale_limit: environment.stale_limit,
        patience: PATIENCE,
        zone: environment.zone.clone(),
        log_requests: environment.log_requests,
    }
}

fn limits(environment: &Environment) -> Limits {
    let head = environment.read_timeout.map_or(HEAD, |timeout| timeout.min(HEAD));
    let patience =
        Patience { head: Some(head), idle: Some(IDLE), write: environment.write_timeout };
    Limits { patience, farewell: FAREWELL }
}

/// The first configuration of the file that differs is served; a wrong one changes nothing.
struct Reloads {
    app: App,
    source: Source,
    changes: Changes,
    /// What was tried last.
    inputs: Inputs,
}

impl Reloads {
    /// Loads the files if they changed.
    fn reload(&mut self) {
        match self.source.inputs() {
            Ok(inputs) if inputs == self.inputs => {}
            _ => self.reload_now(),
        }
    }

    fn reload_now(&mut self) {
        let loaded = self.source.inputs().and_then(|inputs| {
            let book = self.source.compile(&inputs);
            self.inputs = inputs;
            book
        });
        match loaded {
            Ok(book) => {
                let entries = book.len();
                self.app.open(book);
                tracing::info!(entries, "the configuration is loaded");
            }
            Err(error) => {
                self.app.refuse();
                tracing::error!(%error, "the configuration is wrong; the old one stays in use");
            }
        }
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    async fn asked_to_stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.quit.recv() => {}
        }
    }
}

/// Opens a socket; without a host, on every address of both families.
async fn listen(place: &Place) -> Result<TcpListener, Failure> {
    let port = place.port;
    let host = place.host.trim_matches(['[', ']']);
    let opened = if host.is_empty() {
        match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {
            Ok(listener) => Ok(listener),
            // The system may have no IPv6.
            Err(_) => TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await,
        }
    } else {
        TcpListener::bind((host, port)).await
    };
    opened.map_err(|source| {
        let host = if host.is_empty() { "every address" } else { host };
        tracing::error!(%source, "cannot start: cannot listen on {host}, port {port}");
        Failure::Problems
    })
}

fn address(listener: &TcpListener) -> String {
    let address = listener.local_addr();
    let fallback = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    address.unwrap_or(fallback).to_string()
}
