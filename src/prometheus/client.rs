//! Asks a server of the Prometheus query API: [`Client`].
//!
//! In: an address with its credentials, and queries. Out: [`Answer`]s. Works with Prometheus,
//! Thanos, Mimir and `VictoriaMetrics`. Each query has a time limit, each answer a size limit, and
//! only so many run at once. Neither credentials nor the address reach an error or the log.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, RequestBuilder, Response, StatusCode, Url, redirect};
use tokio::sync::Semaphore;

use super::answer::{self, Answer, Limits};
use super::error::QueryError;

/// How the server knows us.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Access {
    /// By the user and password of the URL, if it has them.
    #[default]
    Url,
    /// By a name and password.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// By a token.
    Bearer {
        /// The token.
        token: String,
    },
}

impl fmt::Debug for Access {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str(match self {
            Self::Url => "Url",
            Self::Basic { .. } => "Basic",
            Self::Bearer { .. } => "Bearer",
        })
    }
}

/// What a client is made of.
#[derive(Clone)]
pub struct Options {
    /// Base address, to which `/api/v1/query` is added; user and password in it are used.
    pub url: String,
    /// How the server knows us.
    pub access: Access,
    /// Further headers, such as a tenant.
    pub headers: Vec<(String, String)>,
    /// Certificates in PEM that are trusted beside the system's.
    pub authorities: Vec<u8>,
    /// Limit for one query, its wait for a free place included; `None` is no limit.
    pub timeout: Option<Duration>,
    /// Most bytes of an answer, unpacked.
    pub max_bytes: usize,
    /// Most queries at once.
    pub max_parallel: usize,
}

impl Options {
    /// Limits that suit a badge server: 30 s, 8 MiB, 8 at once.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            access: Access::default(),
            headers: vec![],
            authorities: vec![],
            timeout: Some(Duration::from_secs(30)),
            max_bytes: 8 << 20,
            max_parallel: 8,
        }
    }
}

/// An instant query.
#[derive(Clone, Debug, PartialEq)]
pub struct Instant {
    /// `PromQL`, as written.
    pub query: String,
    /// For when, in seconds since the epoch.
    pub time: f64,
}

/// A range query.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// `PromQL`, as written.
    pub query: String,
    /// Seconds since the epoch.
    pub start: f64,
    /// Seconds since the epoch.
    pub end: f64,
    /// Seconds between points.
    pub step: f64,
}

/// A client of one server; cloning shares its connections and limits.
#[derive(Clone)]
pub struct Client {
    http: Arc<Http>,
    instant: Url,
    range: Url,
    shared: Arc<Shared>,
}

/// Connections to a server.
///
/// What can be wrong is judged at once: headers, and certificates where there are any. The rest is
/// made for the first query, so that a server that waits takes little.
struct Http {
    made: OnceLock<reqwest::Client>,
    base: Url,
    options: Options,
}

impl Http {
    fn new(base: &Url, options: &Options) -> Result<Self, QueryError> {
        headers(base, options)?;
        let made = OnceLock::new();
        let http = Self { made, base: base.clone(), options: options.clone() };
        if base.scheme() != "http" {
            http.get()?;
        }
        Ok(http)
    }

    fn get(&self) -> Result<&reqwest::Client, QueryError> {
        if let Some(client) = self.made.get() {
            return Ok(client);
        }
        let client = connections(&self.base, &self.options)?;
        Ok(self.made.get_or_init(|| client))
    }
}

struct Shared {
    timeout: Option<Duration>,
    max_bytes: usize,
    places: Semaphore,
    /// Bytes of all answers that are being read.
    held: AtomicUsize,
}

impl fmt::Debug for Client {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.debug_struct("Client").field("server", &self.server()).finish_non_exhaustive()
    }
}

impl Client {
    /// Prepares a client; nothing is dialled.
    pub fn new(options: &Options) -> Result<Self, QueryError> {
        let mut base = address(&options.url)?;
        let http = Arc::new(Http::new(&base, options)?);
        _ = base.set_username("");
        _ = base.set_password(None);
        let shared = Shared {
            timeout: options.timeout,
            max_bytes: options.max_bytes,
            places: Semaphore::new(options.max_parallel),
            held: AtomicUsize::new(0),
        };
        Ok(Self {
            http,
            instant: below(&base, "api/v1/query"),
            range: below(&base, "api/v1/query_range"),
            shared: Arc::new(shared),
        })
    }

    /// Scheme, host and port of the server, for the log.
    pub fn server(&self) -> String {
        self.instant.origin().ascii_serialization()
    }

    /// Asks for the samples of one moment.
    pub async fn instant(&self, query: &Instant, limits: Limits) -> Result<Answer, QueryError> {
        let time = seconds(query.time);
        let mut fields = vec![("query", query.query.clone()), ("time", time)];
        fields.extend(self.timeout_field());
        self.ask(&self.instant, &fields, limits).await
    }

    /// Asks for series over time.
    pub async fn range(&self, query: &Range, limits: Limits) -> Result<Answer, QueryError> {
        let mut fields = vec![
            ("query", query.query.clone()),
            ("start", seconds(query.start)),
            ("end", seconds(query.end)),
            ("step", seconds(query.step)),
        ];
        fields.extend(self.timeout_field());
        self.ask(&self.range, &fields, limits).await
    }

    fn timeout_field(&self) -> Option<(&'static str, String)> {
        self.shared.timeout.map(|timeout| ("timeout", format!("{}ms", timeout.as_millis().max(1))))
    }

    async fn ask(
        &self,
        url: &Url,
        fields: &[(&str, String)],
        limits: Limits,
    ) -> Result<Answer, QueryError> {
        let asking = async {
            let _place = self.shared.places.acquire().await.map_err(|_| QueryError::Busy)?;
            self.post_or_get(url, fields, limits).await
        };
        match self.shared.timeout {
            Some(after) => tokio::time::timeout(after, asking)
                .await
                .unwrap_or(Err(QueryError::TimedOut { after })),
            None => asking.await,
        }
    }

    /// Queries are sent as forms, for they may be long; a proxy that allows no POST is asked by GET.
    async fn post_or_get(
        &self,
        url: &Url,
        fields: &[(&str, String)],
        limits: Limits,
    ) -> Result<Answer, QueryError> {
        let mut encoded = url.clone();
        encoded.query_pairs_mut().clear().extend_pairs(fields);
        let form = encoded.query().unwrap_or_default().to_owned();
        let http = self.http.get()?;
        let request = http.post(url.clone()).body(form);
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        let response = send(request.header(CONTENT_TYPE, kind)).await?;
        let refused = [StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_IMPLEMENTED];
        if !refused.contains(&response.status()) {
            return self.read(response, limits).await;
        }
        let mut with_query = url.clone();
        with_query.query_pairs_mut().extend_pairs(fields);
        self.read(send(http.get(with_query)).await?, limits).await
    }

    async fn read(&self, mut response: Response, limits: Limits) -> Result<Answer, QueryError> {
        let status = response.status().as_u16();
        let mut held = Held { shared: &self.shared, bytes: 0 };
        let length = response.content_length().map_or(0, |length| length as usize);
        if length > self.shared.max_bytes {
            return Err(QueryError::TooLarge { limit: self.shared.max_bytes });
        }
        let mut body = Vec::with_capacity(length);
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            held.grow(chunk.len())?;
            body.extend_from_slice(&chunk);
        }
        answer::parse(status, &body, limits)
    }
}

/// The share of one answer in the memory for all of them.
struct Held<'a> {
    shared: &'a Shared,
    bytes: usize,
}

impl Held<'_> {
    /// One answer may have `max_bytes`, all together twice that.
    fn grow(&mut self, by: usize) -> Result<(), QueryError> {
        let limit = self.shared.max_bytes;
        self.bytes += by;
        let all = self.shared.held.fetch_add(by, Ordering::Relaxed) + by;
        if self.bytes > limit {
            return Err(QueryError::TooLarge { limit });
        }
        if all > limit * 2 { Err(QueryError::Busy) } else { Ok(()) }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.shared.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

async fn send(request: RequestBuilder) -> Result<Response, QueryError> {
    request.send().await.map_err(unreachable)
}

/// The chain of causes without the address.
fn unreachable(error: reqwest::Error) -> QueryError {
    let mut reasons = vec![];
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        reasons.push(error.to_string());
        cause = error.source();
    }
    reasons.dedup();
    if reasons.is_empty() {
        reasons.push(error.without_url().to_string());
    }
    QueryError::Unreachable { reason: reasons.join(": ") }
}

/// Seconds with as many decimals as are needed, at most three.
fn seconds(time: f64) -> String {
    let text = format!("{time:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn address(text: &str) -> Result<Url, QueryError> {
    let wrong = |reason: &str| QueryError::Address { reason: reason.to_owned() };
    let url = Url::parse(text.trim()).map_err(|error| wrong(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        _ => Err(wrong("it must begin with `http://` or `https://`")),
    }
}

/// The path below a base, whose query is kept.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url.set_fragment(None);
    url
}

fn connections(base: &Url, options: &Options) -> Result<reqwest::Client, QueryError> {
    // The second client of a process finds the provider in its place.
    _ = rustls::crypto::ring::default_provider().install_default();
    let setup = |error: reqwest::Error| QueryError::Setup { reason: reason(&error) };
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("rackbook/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers(base, options)?)
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .pool_idle_timeout(Duration::from_mins(1))
        .pool_max_idle_per_host(options.max_parallel);
    if base.scheme() == "http" {
        // The system's certificates take longer to read than all the rest of the start.
        builder = builder.tls_certs_only([]);
    } else if !options.authorities.is_empty() {
        let found = Certificate::from_pem_bundle(&options.authorities).map_err(setup)?;
        if found.is_empty() {
            let reason = "the CA file holds no certificate in PEM".to_owned();
            return Err(QueryError::Setup { reason });
        }
        builder = builder.tls_certs_merge(found);
    }
    builder.build().map_err(setup)
}

fn reason(error: &reqwest::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
}

fn headers(base: &Url, options: &Options) -> Result<HeaderMap, QueryError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &options.headers {
        let wrong = || QueryError::Setup { reason: format!("`{name}` is not a usable header") };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        headers.append(key, HeaderValue::from_str(value).map_err(|_| wrong())?);
    }
    if let Some(value) = authorization(base, &options.access)? {
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

fn authorization(base: &Url, access: &Access) -> Result<Option<HeaderValue>, QueryError> {
    let decoded =
        |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let text = match access {
        Access::Url if base.username().is_empty() && base.password().is_none() => return Ok(None),
        Access::Url => basic(&decoded(base.username()), &decoded(base.password().unwrap_or(""))),
        Access::Basic { user, password } => basic(user, password),
        Access::Bearer { token } => format!("Bearer {}", token.trim()),
    };
    let wrong = |_| QueryError::Setup { reason: "the token is not usable".to_owned() };
    let mut value = HeaderValue::from_str(&text).map_err(wrong)?;
    value.set_sensitive(true);
    Ok(Some(value))
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine as _;
    let pair = format!("{user}:{password}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Bytes;
    use axum::extract::Request;
    use axum::http::{Method, StatusCode, Uri};
    use axum::routing::any;
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::badge::Sample;

    const ONE: &str = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"2"]}]}}"#;

    /// A stand-in for Prometheus; its address.
    async fn upstream<F, A>(answer: F) -> String
    where
        F: Fn(Method, Uri, HeaderMap, Bytes) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = (StatusCode, String)> + Send,
    {
        let handler = any(move |request: Request| async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.expect("a body").to_bytes();
            answer(parts.method, parts.uri, parts.headers, body).await
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().fallback_service(handler);
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}")
    }

    async fn ask(options: &Options) -> Result<Answer, QueryError> {
        let query = Instant { query: "up == 1 # a&b".to_owned(), time: 1.5 };
        Client::new(options).expect("a client").instant(&query, Limits::default()).await
    }

    fn two() -> Answer {
        Answer::Vector(vec![Sample { labels: [].into(), time: 1.0, value: 2.0 }])
    }

    #[tokio::test]
    async fn a_query_is_a_form() {
        let base = upstream(|method, uri, headers, body| async move {
            assert_eq!((method, uri.path()), (Method::POST, "/prom/api/v1/query"));
            assert_eq!(headers["authorization"], "Basic dXNlcjpwQHNz");
            assert_eq!(headers["x-scope-orgid"], "home");
            assert_eq!(body, "query=up+%3D%3D+1+%23+a%26b&time=1.5&timeout=30000ms");
            (StatusCode::OK, ONE.to_owned())
        })
        .await;
        let mut options = Options::new(base.replace("//", "//user:p%40ss@") + "/prom/");
        options.headers = vec![("X-Scope-OrgID".to_owned(), "home".to_owned())];
        assert_eq!(ask(&options).await, Ok(two()));
    }

    #[tokio::test]
    async fn where_post_is_refused_get_is_tried() {
        let base = upstream(|method, uri, headers, _| async move {
            assert_eq!(headers["authorization"], "Bearer t");
            match method {
                Method::GET if uri.query().is_some_and(|query| query.starts_with("query=up+")) => {
                    (StatusCode::OK, ONE.to_owned())
                }
                _ => (StatusCode::METHOD_NOT_ALLOWED, String::new()),
            }
        })
        .await;
        let mut options = Options::new(base);
        options.access = Access::Bearer { token: "t\n".to_owned() };
        assert_eq!(ask(&options).await, Ok(two()));
    }

    #[tokio::test]
    async fn long_and_late_answers_are_given_up() {
        let base = upstream(|_, _, _, _| async { (StatusCode::OK, " ".repeat(2000)) }).await;
        let mut options = Options::new(base);
        options.max_bytes = 1000;
        assert_eq!(ask(&options).await, Err(QueryError::TooLarge { limit: 1000 }));
        let base = upstream(|_, _, _, _| std::future::pending()).await;
        let mut options = Options::new(base);
        options.timeout = Some(Duration::from_millis(10));
        let late = QueryError::TimedOut { after: Duration::from_millis(10) };
        assert_eq!(ask(&options).await, Err(late));
    }

    #[tokio::test]
    async fn no_error_names_the_address() {
        let options = Options::new("http://user:secret@127.0.0.1:1/x");
        let error = ask(&options).await.expect_err("nobody listens").to_string();
        assert!(error.contains("refused") && !error.contains("secret"), "{error}");
        assert!(!error.contains("127.0.0.1:1/x"), "{error}");
        let client = Client::new(&options).expect("a client");
        assert_eq!(format!("{client:?}"), r#"Client { server: "http://127.0.0.1:1", .. }"#);
    }

    #[test]
    fn wrong_settings_are_found_without_dialling() {
        for (url, expected) in [
            ("prometheus:9090", "must begin with `http://`"),
            ("", "relative URL without a base"),
            ("ftp://prometheus", "must begin with `http://`"),
        ] {
            let error = Client::new(&Options::new(url)).expect_err("a wrong address").to_string();
            assert!(error.contains(expected), "{error}");
        }
        let mut options = Options::new("https://example.com");
        options.authorities = b"text".to_vec();
        assert!(Client::new(&options).is_err());
        let mut options = Options::new("http://example.com");
        options.headers = vec![("a b".to_owned(), String::new())];
        assert!(Client::new(&options).is_err());
    }

    #[test]
    fn times_have_no_needless_decimals() {
        assert_eq!(seconds(1_704_067_200.0), "1704067200");
        assert_eq!(seconds(60.0), "60");
        assert_eq!(seconds(1.25), "1.25");
    }
}
