//! Serves a router over sockets, with limits for slow clients and an orderly end: [`serve`].
//!
//! In: a listener, a router, and when to end. Out: HTTP/1.1. At the end no new connection is taken,
//! requests under way are answered, and after a limit the rest is dropped.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONNECTION, HeaderValue};
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tower_http::catch_panic::CatchPanicLayer;

use super::connection::{Patience, Phase, Timed};
use super::respond;

/// Most connections at once; more wait to be taken.
const MAX_CONNECTIONS: usize = 1024;

/// How long requests that were sent before the end may take to be read.
const LAST_CALL: Duration = Duration::from_millis(100);

/// Largest head of a request, in bytes.
const MAX_HEAD: usize = 16 << 10;

/// Limits of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For slow clients.
    pub patience: Patience,
    /// How long requests under way are waited for at the end.
    pub farewell: Duration,
}

/// Serves until `end` says true, then finishes what is under way.
///
/// A panic while a request is answered becomes status 500.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut end: watch::Receiver<bool>,
) {
    let router = router.layer(CatchPanicLayer::custom(|_| {
        tracing::error!("a request could not be answered: a bug");
        respond::plain(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error\n")
    }));
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    // Ends when the last connection drops its sender.
    let is_ended = end.clone();
    let (open, mut all_closed) = mpsc::channel::<Infallible>(1);
    let spawn = |(stream, place): Taken| {
        let (router, end, open) = (router.clone(), is_ended.clone(), open.clone());
        tokio::spawn(async move {
            connection(stream, router, limits.patience, end).await;
            drop((place, open));
        });
    };
    loop {
        tokio::select! {
            taken = take(&listener, &places) => taken.into_iter().for_each(&spawn),
            _ = end.wait_for(|end| *end) => break,
        }
    }
    // Clients whose connections stand open in the queue are served too.
    while let Ok(Some(taken)) = tokio::time::timeout(Duration::ZERO, take(&listener, &places)).await
    {
        spawn(taken);
    }
    drop((listener, open));
    _ = tokio::time::timeout(limits.farewell, all_closed.recv()).await;
}

/// A connection with its place among those that may be open.
type Taken = (TcpStream, OwnedSemaphorePermit);

async fn take(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<Taken> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            // Out of files or memory: give what is open time to end.
            tracing::warn!(%error, "cannot take a connection");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    patience: Patience,
    mut end: watch::Receiver<bool>,
) {
    _ = stream.set_nodelay(true);
    let phase = Phase::default();
    let stream = TokioIo::new(Timed::new(stream, phase.clone(), patience));
    let router = TowerToHyperService::new(router);
    let is_ending = Arc::new(AtomicBool::new(false));
    let is_last = Arc::clone(&is_ending);
    let service = service_fn(move |request: Request<Incoming>| {
        answer(router.clone(), phase.clone(), Arc::clone(&is_last), request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEAD);
    let mut serving = std::pin::pin!(builder.serve_connection(stream, service));
    // What a client sent before the end is read and answered, so the end comes a little later.
    let ended = async {
        _ = end.wait_for(|end| *end).await;
        is_ending.store(true, Ordering::Relaxed);
        tokio::time::sleep(LAST_CALL).await;
    };
    let served = tokio::select! {
        served = serving.as_mut() => served,
        () = ended => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection broke");
    }
}

async fn answer(
    router: TowerToHyperService<Router>,
    phase: Phase,
    is_last: Arc<AtomicBool>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    phase.begin();
    let mut response = router.call(request.map(Body::new)).await;
    if let Ok(response) = &mut response
        && is_last.load(Ordering::Relaxed)
    {
        // A client that is not told would ask again into a connection that is being closed.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    phase.end();
    response
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Notify;

    use super::*;

    const LIMITS: Limits = Limits {
        patience: Patience { head: None, idle: None, write: None },
        farewell: Duration::from_secs(30),
    };

    async fn start(
        router: Router,
    ) -> (TcpStream, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (end, ended) = watch::channel(false);
        let serving = tokio::spawn(serve(listener, router, LIMITS, ended));
        (TcpStream::connect(address).await.expect("a connection"), end, serving)
    }

    async fn ask(stream: &mut TcpStream) {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("a request");
    }

    async fn all(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an answer");
        text
    }

    #[tokio::test]
    async fn a_request_under_way_is_answered_at_the_end() {
        let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (inner_entered, inner_go) = (Arc::clone(&entered), Arc::clone(&go));
        let handler = get(move || async move {
            inner_entered.notify_one();
            inner_go.notified().await;
            "done"
        });
        let (mut stream, end, serving) = start(Router::new().route("/", handler)).await;
        ask(&mut stream).await;
        entered.notified().await;
        end.send(true).expect("a server");
        go.notify_one();
        assert!(all(stream).await.ends_with("done"));
        serving.await.expect("an orderly end");
    }

    #[tokio::test]
    async fn idle_connections_do_not_hold_the_end_up() {
        let (mut stream, end, serving) =
            start(Router::new().route("/", get(|| async { "one" }))).await;
        ask(&mut stream).await;
        let mut first = [0; 15];
        stream.read_exact(&mut first).await.expect("an answer");
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        end.send(true).expect("a server");
        serving.await.expect("an orderly end");
    }

    #[tokio::test]
    async fn a_panic_is_status_500() {
        async fn broken() -> &'static str {
            panic!("as the test wants")
        }
        let (mut stream, end, _serving) = start(Router::new().route("/", get(broken))).await;
        ask(&mut stream).await;
        end.send(true).expect("a server");
        assert!(all(stream).await.starts_with("HTTP/1.1 500 "));
    }
}
