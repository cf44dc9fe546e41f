//! Requests to answers: routes, methods and formats as kromgo has them.
//!
//! In: a request. Out: a response. Whatever is asked, the work is bounded: ids that are not
//! configured are answered without a query, parameters that nobody reads make no difference, and
//! pictures are drawn a few at a time.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use tokio::sync::Semaphore;

use super::ask::Parameters;
use super::book::Book;
use super::counters::Counters;
use super::fetch::Fetched;
use super::respond::{self, Keep};
use super::{badge, bulk, gallery, graph, process};
use crate::badge::graph::Zone;
use crate::badge::value::Failure;
use crate::prometheus::{Cache, Held, Policy};

/// Values that are remembered.
const MAX_VALUES: usize = 512;

/// Bytes of values that are remembered.
const MAX_VALUE_BYTES: usize = 16 << 20;

/// Pictures drawn at once.
const MAX_RENDERS: usize = 2;

/// Pictures that wait to be drawn.
const MAX_WAITING: usize = 16;

/// Longest time between two queries for one value, in seconds.
const MAX_INTERVAL: u32 = 60;

/// What does not come from the configuration file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Seconds since the epoch.
    pub now: fn() -> f64,
    /// How long after its time a value stands in for one that cannot be had.
    pub stale_limit: Duration,
    /// How long a query is waited for where an older value could stand in.
    pub patience: Duration,
    /// The wall clock of graphs.
    pub zone: Zone,
    /// Whether each request gets a line in the log.
    pub log_requests: bool,
}

/// The server's state; cloning shares it.
#[derive(Clone)]
pub struct App {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    book: RwLock<Arc<Book>>,
    pub(super) cache: Cache<Fetched>,
    pub(super) counters: Arc<Counters>,
    pub(super) settings: Settings,
    renders: Semaphore,
    waiting: AtomicUsize,
}

impl App {
    /// A server of a book.
    pub fn new(mut book: Book, settings: Settings) -> Self {
        let counters = Arc::new(Counters::default());
        book.attach(&counters);
        let shared = Shared {
            book: RwLock::new(Arc::new(book)),
            cache: Cache::new(MAX_VALUES, MAX_VALUE_BYTES, Instant::now),
            counters,
            settings,
            renders: Semaphore::new(MAX_RENDERS),
            waiting: AtomicUsize::new(0),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Serves a newer book from now on; requests under way keep the one that they began with.
    pub fn open(&self, mut book: Book) {
        let counters = &self.shared.counters;
        book.attach(counters);
        counters.reloads.fetch_add(1, Ordering::Relaxed);
        counters.is_outdated.store(0, Ordering::Relaxed);
        *self.shared.book.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
    }

    /// Counts that there is a newer configuration that cannot be used.
    pub fn refuse(&self) {
        self.shared.counters.failed_reloads.fetch_add(1, Ordering::Relaxed);
        self.shared.counters.is_outdated.store(1, Ordering::Relaxed);
    }

    fn book(&self) -> Arc<Book> {
        Arc::clone(&self.shared.book.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The ids of all badges, hidden ones too; where the members of one that stands for many cannot
    /// be had, its own.
    pub async fn badge_ids(&self) -> Vec<String> {
        bulk::ids(self, &self.book(), |_| true).await
    }

    /// The ids of all graphs.
    pub fn graph_ids(&self) -> Vec<String> {
        self.book().config.graphs.iter().map(|spec| spec.id.clone()).collect()
    }

    /// The routes of the main port.
    pub fn router(&self) -> Router {
        Router::new().fallback(handle).with_state(self.clone())
    }

    /// The routes of the port for metrics.
    pub fn metrics_router(&self) -> Router {
        Router::new().fallback(metrics).with_state(self.clone())
    }

    /// How long a value serves whose answers may be kept for so many seconds.
    pub(super) fn policy(&self, book: &Book, max_age: u32) -> Policy {
        let seconds = if book.config.cache.enabled { max_age.clamp(1, MAX_INTERVAL) } else { 1 };
        Policy {
            fresh: Duration::from_secs(seconds.into()),
            stale: self.stale_limit(book),
            patience: self.shared.settings.patience,
        }
    }

    fn stale_limit(&self, book: &Book) -> Duration {
        book.config.cache.stale_limit.unwrap_or(self.shared.settings.stale_limit)
    }

    /// How long an answer with this value may be kept.
    pub(super) fn keep(&self, book: &Book, held: &Held<Fetched>, max_age: u32) -> Keep {
        if !book.config.cache.enabled {
            return Keep::Never;
        }
        if held.is_stale {
            return Keep::Briefly;
        }
        let stale = self.stale_limit(book).as_secs();
        let stale = u32::try_from(stale).unwrap_or(u32::MAX);
        Keep::For { seconds: max_age, age: held.age, stale }
    }

    /// Draws off the threads that answer, a few at a time; refuses where too many wait already.
    pub(super) async fn draw<T: Send + 'static>(
        &self,
        draw: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let waiting = Waiting::new(&self.shared.waiting);
        if waiting.before >= MAX_WAITING {
            self.shared.counters.refused_renders.fetch_add(1, Ordering::Relaxed);
            return Err(respond::busy());
        }
        let _place = self.shared.renders.acquire().await.map_err(|_| respond::busy())?;
        tokio::task::spawn_blocking(draw).await.unwrap_or_else(|error| Err(Failure::render(error)))
    }
}

/// One who waits for a picture.
struct Waiting<'a> {
    all: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn new(all: &'a AtomicUsize) -> Self {
        Self { all, before: all.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
enum Route<'a> {
    Badge(Cow<'a, str>),
    Graph(Cow<'a, str>),
    /// A badge by an address of kromgo before 0.11, which names it in the path.
    OldBadge(Cow<'a, str>),
    /// As before, with the name in a parameter.
    OldQuery,
    Bulk,
    Index,
    Style,
    Favicon,
    Health,
    Nothing,
}

fn route(path: &str) -> Route<'_> {
    if let Some(id) = path.strip_prefix("/badges/").and_then(id) {
        return Route::Badge(id);
    }
    if let Some(id) = path.strip_prefix("/graphs/").and_then(id) {
        return Route::Graph(id);
    }
    match path {
        "/" => Route::Index,
        "/badges.json" => Route::Bulk,
        "/query" => Route::OldQuery,
        "/assets/gallery.css" => Route::Style,
        "/favicon.ico" => Route::Favicon,
        "/healthz" | "/readyz" => Route::Health,
        _ => path.strip_prefix('/').and_then(id).map_or(Route::Nothing, Route::OldBadge),
    }
}

/// One segment of a path, decoded.
fn id(segment: &str) -> Option<Cow<'_, str>> {
    let is_one = !segment.is_empty() && !segment.contains('/');
    is_one.then(|| percent_decode_str(segment).decode_utf8_lossy())
}

async fn handle(State(app): State<App>, request: Request<Body>) -> Response<Body> {
    let begun = Instant::now();
    // A body is never read, and is not kept while the answer is made.
    let (request, _) = request.into_parts();
    let book = app.book();
    let mut response = answer(&app, &book, &request).await;
    respond::share(&mut response, &book.config.cors, &request.headers);
    if request.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    let (status, took) = (response.status(), begun.elapsed());
    app.shared.counters.answered(status.as_u16(), took);
    if status == StatusCode::NOT_MODIFIED {
        app.shared.counters.not_modified.fetch_add(1, Ordering::Relaxed);
    }
    if app.shared.settings.log_requests {
        let (method, path) = (&request.method, shortened(request.uri.path()));
        let microseconds = took.as_micros() as u64;
        tracing::info!(%method, path, status = status.as_u16(), microseconds, "request");
    }
    response
}

fn shortened(path: &str) -> &str {
    &path[..path.floor_char_boundary(256)]
}

async fn answer(
    app: &App,
    book: &Arc<Book>,
    request: &axum::http::request::Parts,
) -> Response<Body> {
    let route = route(request.uri.path());
    let is_read = matches!(request.method, Method::GET | Method::HEAD);
    let is_old = book.config.legacy_routes;
    let parameters = || Parameters::new(request.uri.query().unwrap_or_default());
    match route {
        Route::Badge(_) | Route::Graph(_) | Route::Bulk
            if request.method == Method::OPTIONS && !book.config.cors.is_empty() =>
        {
            respond::preflight()
        }
        Route::Badge(_) | Route::Graph(_) if !is_read => respond::not_allowed(),
        _ if !is_read => respond::not_found(),
        Route::Badge(id) => badge::answer(app, book, &id, &parameters(), &request.headers).await,
        Route::Graph(id) => graph::answer(app, book, &id, &parameters(), &request.headers).await,
        Route::OldBadge(id) if is_old => {
            badge::answer(app, book, &id, &parameters().of_old(), &request.headers).await
        }
        Route::OldQuery if is_old => {
            let parameters = parameters().of_old();
            let id = parameters.get("metric").unwrap_or_default();
            badge::answer(app, book, id, &parameters, &request.headers).await
        }
        Route::Bulk => bulk::answer(app, book, &parameters(), &request.headers).await,
        Route::Index => {
            let members = gallery::members(app, book).await;
            respond::page(gallery::html(book, &members, &gallery::base(&request.headers)))
        }
        Route::Style => {
            let style = Bytes::from_static(gallery::STYLE.as_bytes());
            respond::asset("text/css; charset=utf-8", style, &request.headers)
        }
        Route::Favicon => match &book.favicon {
            Some((kind, bytes)) => respond::asset(kind, bytes.clone(), &request.headers),
            None => respond::not_found(),
        },
        Route::Health => respond::plain(StatusCode::OK, "OK"),
        Route::Nothing | Route::OldBadge(_) | Route::OldQuery => respond::not_found(),
    }
}

async fn metrics(State(app): State<App>, request: Request<Body>) -> Response<Body> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if request.uri().path() != "/metrics" || !is_read {
        return respond::not_found();
    }
    let text = app.shared.counters.text(app.shared.cache.statistics(), &process::numbers());
    let mut response = respond::plain(StatusCode::OK, text);
    let kind = axum::http::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(axum::http::header::CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_what_they_name() {
        for (path, expected) in [
            ("/badges/cpu", Route::Badge("cpu".into())),
            ("/badges/a%2Fb", Route::Badge("a/b".into())),
            ("/badges/%ff", Route::Badge("\u{fffd}".into())),
            ("/graphs/cpu", Route::Graph("cpu".into())),
            ("/badges/cpu/", Route::Nothing),
            ("/badges/", Route::Nothing),
            ("/badges", Route::OldBadge("badges".into())),
            ("/badges.json", Route::Bulk),
            ("/query", Route::OldQuery),
            ("/talos_version", Route::OldBadge("talos_version".into())),
            ("/assets/", Route::Nothing),
            ("/assets/../gallery.css", Route::Nothing),
            ("/assets/mdi.txt.gz", Route::Nothing),
            ("/healthz", Route::Health),
            ("/readyz/", Route::Nothing),
            ("/metrics", Route::OldBadge("metrics".into())),
        ] {
            assert_eq!(route(path), expected, "{path}");
        }
    }
}
