//! The preview server: serves exactly the files that `build` writes.
//!
//! In: the built site and a socket. Out: HTTP. It never touches the disk: what is not in the map
//! cannot be asked for.

pub mod badges;
mod kind;

use std::collections::BTreeMap;
use std::future::Future;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens there.
    #[error("port {} is in use: choose another one with `--port`", address.port())]
    InUse {
        /// The address.
        address: SocketAddr,
    },
    /// The system refuses.
    #[error("cannot listen on `{address}`: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The connection to the network is lost.
    #[error("the server stopped: {source}")]
    Stopped {
        /// What the system says.
        source: io::Error,
    },
}

/// Opens the socket; port 0 takes any free one.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::InUse { address },
        _ => ServeError::Listen { address, source },
    })
}

/// Serves until `shutdown` is ready; requests under way are answered first.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let served = axum::serve(listener, app).with_graceful_shutdown(shutdown).await;
    served.map_err(|source| ServeError::Stopped { source })
}

/// The server of one site.
///
/// `/` is `index.html`, `/x` is `x.html`, and `/x` leads to `/x/` where that holds an
/// `index.html`. Whatever is missing answers with the site's `404.html`. `base` is the path that the
/// site is published under, such as `/rackbook/`: the same files are there too, because a page for
/// missing addresses can only name its own files from the top.
pub fn app(files: Arc<BTreeMap<String, Arc<[u8]>>>, base: &str) -> Router {
    let tags = files.iter().map(|(path, bytes)| (path.clone(), tag(bytes))).collect();
    let site = Arc::new(Site { files, tags, base: base.to_owned() });
    Router::new().fallback(handle).with_state(site)
}

struct Site {
    files: Arc<BTreeMap<String, Arc<[u8]>>>,
    tags: BTreeMap<String, HeaderValue>,
    base: String,
}

/// What a request path leads to.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    File(String),
    /// A relative address.
    Elsewhere(String),
    Nothing,
}

async fn handle(State(site): State<Arc<Site>>, request: Request<Body>) -> Response<Body> {
    let mut response = if matches!(*request.method(), Method::GET | Method::HEAD) {
        site.answer(request.uri().path(), request.headers())
    } else {
        not_allowed()
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if request.method() == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

impl Site {
    fn answer(&self, path: &str, headers: &HeaderMap) -> Response<Body> {
        let below = path.strip_prefix(&self.base).filter(|_| self.base != "/");
        let path = below.map_or(path.to_owned(), |rest| format!("/{rest}"));
        match find(&self.files, &path) {
            Found::File(path) if self.is_known(&path, headers) => self.not_modified(&path),
            Found::File(path) => self.file(&path, StatusCode::OK),
            Found::Elsewhere(address) => elsewhere(&address),
            Found::Nothing if self.files.contains_key("404.html") => {
                self.file("404.html", StatusCode::NOT_FOUND)
            }
            Found::Nothing => plain(StatusCode::NOT_FOUND, "there is no such page\n"),
        }
    }

    /// Whether the browser holds these bytes already.
    fn is_known(&self, path: &str, headers: &HeaderMap) -> bool {
        let tag = self.tags[path].as_bytes();
        let is_tag = |one: &str| {
            let one = one.trim();
            one == "*" || one.strip_prefix("W/").unwrap_or(one).as_bytes() == tag
        };
        let lists = headers.get_all(IF_NONE_MATCH).into_iter();
        lists.filter_map(|list| list.to_str().ok()).any(|list| list.split(',').any(is_tag))
    }

    fn file(&self, path: &str, status: StatusCode) -> Response<Body> {
        let bytes = Arc::clone(&self.files[path]);
        let length = bytes.len();
        let mut response = Response::new(Body::from(Bytes::from_owner(bytes)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind::of(path)));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        if status == StatusCode::OK {
            headers.insert(ETAG, self.tags[path].clone());
        }
        response
    }

    fn not_modified(&self, path: &str) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().insert(ETAG, self.tags[path].clone());
        response
    }
}

/// Looks a request path up.
fn find(files: &BTreeMap<String, Arc<[u8]>>, path: &str) -> Found {
    let Ok(path) = percent_decode_str(path).decode_utf8() else { return Found::Nothing };
    let path = path.strip_prefix('/').unwrap_or(&path);
    let is_folder = path.is_empty() || path.ends_with('/');
    let exact = if is_folder { format!("{path}index.html") } else { path.to_owned() };
    let page = format!("{path}.html");
    if files.contains_key(&exact) {
        Found::File(exact)
    } else if !is_folder && files.contains_key(&page) {
        Found::File(page)
    } else if !is_folder && files.contains_key(&format!("{path}/index.html")) {
        Found::Elsewhere(kind::relative_folder(path))
    } else {
        Found::Nothing
    }
}

fn tag(bytes: &[u8]) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    let text = format!("\"{:016x}-{:x}\"", hasher.finish(), bytes.len());
    HeaderValue::from_str(&text).expect("bug: a tag is digits")
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn elsewhere(address: &str) -> Response<Body> {
    let mut response = plain(StatusCode::TEMPORARY_REDIRECT, "");
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
}

fn not_allowed() -> Response<Body> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are served\n");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    fn site() -> Arc<BTreeMap<String, Arc<[u8]>>> {
        let files = [
            ("404.html", "none"),
            ("apps/index.html", "apps"),
            ("apps/media/a b.html", "ab"),
            ("assets/site.css", "css"),
            ("index.html", "home"),
            ("network.html", "net"),
        ];
        Arc::new(files.map(|(path, text)| (path.to_owned(), text.as_bytes().into())).into())
    }

    async fn ask(method: &str, path: &str, tag: Option<&str>) -> (u16, HeaderMap, String) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(tag) = tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = app(site(), "/rackbook/").oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        (parts.status.as_u16(), parts.headers, String::from_utf8_lossy(&body).into_owned())
    }

    async fn check(path: &str, status: u16, body: &str) {
        let (got, headers, text) = ask("GET", path, None).await;
        assert_eq!((got, text.as_str()), (status, body), "{path}");
        assert_eq!(headers[CACHE_CONTROL], "no-cache");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[tokio::test]
    async fn paths_lead_to_files() {
        check("/", 200, "home").await;
        check("/index.html", 200, "home").await;
        check("/network", 200, "net").await;
        check("/network?a=b", 200, "net").await;
        check("/rackbook/network.html", 200, "net").await;
        check("/rackbook/", 200, "home").await;
        check("/apps/", 200, "apps").await;
        check("/apps/media/a%20b", 200, "ab").await;
        check("/apps", 307, "").await;
    }

    #[tokio::test]
    async fn whatever_is_missing_is_404() {
        for path in [
            "/none",
            "/network/",
            "//index.html",
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/apps/../index.html",
            "/%ff",
            "/index.html%00",
            "/.rackbook",
        ] {
            check(path, 404, "none").await;
        }
    }

    #[tokio::test]
    async fn a_folder_is_reached_with_its_slash() {
        let (_, headers, _) = ask("GET", "/apps", None).await;
        assert_eq!(headers[LOCATION], "./apps/");
    }

    #[tokio::test]
    async fn an_unchanged_file_is_not_sent_again() {
        let (_, headers, _) = ask("GET", "/network.html", None).await;
        let tag = headers[ETAG].to_str().expect("a tag").to_owned();
        for sent in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let (status, headers, body) = ask("GET", "/network.html", Some(&sent)).await;
            assert_eq!((status, body.as_str()), (304, ""), "{sent}");
            assert_eq!(headers[ETAG], tag);
        }
        assert_eq!(ask("GET", "/", Some(&tag)).await.0, 200);
        assert_eq!(ask("GET", "/none", Some("*")).await.0, 404);
    }

    #[tokio::test]
    async fn head_has_the_headers_alone_and_the_rest_is_refused() {
        let (status, headers, body) = ask("HEAD", "/assets/site.css", None).await;
        assert_eq!((status, body.as_str()), (200, ""));
        assert_eq!(headers[CONTENT_LENGTH], "3");
        assert_eq!(headers[CONTENT_TYPE], "text/css; charset=utf-8");
        let (status, headers, _) = ask("POST", "/", None).await;
        assert_eq!((status, &headers[ALLOW]), (405, &HeaderValue::from_static("GET, HEAD")));
    }

    #[tokio::test]
    async fn a_socket_is_served_and_cannot_be_taken_twice() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

        let listener = listen(([127, 0, 0, 1], 0).into()).await.expect("a socket");
        let address = listener.local_addr().expect("an address");
        let taken = listen(address).await.expect_err("a taken port");
        assert!(taken.to_string().contains("choose another one with `--port`"));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let shutdown = async move { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(serve(listener, app(site(), "/rackbook/"), shutdown));
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhome"));
        stop.send(()).expect("a server");
        server.await.expect("a task").expect("an orderly end");
    }
}
