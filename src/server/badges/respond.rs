//! Answers: bodies with the headers that kromgo sends, and those that caches like.
//!
//! In: bodies, or why there is none. Out: responses. Statuses and words are kromgo's; texts of the
//! server that was asked never come here.

mod body;

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{
    AGE, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, RETRY_AFTER, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Response, StatusCode};

pub(super) use body::Rendered;

use super::counters::Format;
use crate::badge::value::Failure;
use crate::badge::{draw, json};

/// The policy of all answers but pages.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The policy of the gallery.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                           base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Characters of an id that an error shows.
const MAX_ID: usize = 64;

/// Seconds for which an old value may be kept by caches.
const STALE_AGE: u32 = 30;

/// Status 503.
const BUSY: u16 = StatusCode::SERVICE_UNAVAILABLE.as_u16();

/// Too many pictures are being drawn.
pub(super) fn busy() -> Failure {
    Failure { status: BUSY, reason: "Too Many Requests Under Way".to_owned(), detail: None }
}

/// The content type of a format.
pub(super) fn content_type(format: Format) -> &'static str {
    match format {
        Format::Svg => "image/svg+xml",
        Format::Shields | Format::Json => "application/json",
        Format::Png => "image/png",
    }
}

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// So many seconds, of which some have passed. `stale` is for how many more a cache may show
    /// the answer while this server does not answer.
    For { seconds: u32, age: Duration, stale: u32 },
    /// Shortly: an old value stands in.
    Briefly,
    /// Not at all, as the configuration wants.
    Never,
}

/// A badge or graph, or 304 where the client has it.
pub(super) fn success(rendered: &Rendered, keep: Keep, asked: &HeaderMap) -> Response<Body> {
    let form = rendered.form(asked);
    let mut response = if keep != Keep::Never && is_known(&form.tag, asked) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        with_body(StatusCode::OK, rendered.kind(), form.bytes)
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, form.tag);
    if let Some(encoding) = form.encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if rendered.is_text() {
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    headers.insert(CACHE_CONTROL, cache_control(keep));
    if let Keep::For { seconds, age, stale } = keep {
        headers.insert(AGE, HeaderValue::from(age.as_secs()));
        // A second line, so that the first stays what kromgo's readers compare with.
        let text = format!("stale-while-revalidate={seconds}, stale-if-error={stale}");
        let value = HeaderValue::from_str(&text).expect("bug: digits are a header");
        headers.append(CACHE_CONTROL, value);
    }
    secure(response, POLICY)
}

fn cache_control(keep: Keep) -> HeaderValue {
    let shared = |seconds: u32| {
        let text = format!("public, max-age={seconds}, s-maxage={seconds}");
        HeaderValue::from_str(&text).expect("bug: digits are a header")
    };
    match keep {
        Keep::For { seconds, .. } => shared(seconds),
        Keep::Briefly => shared(STALE_AGE),
        Keep::Never => HeaderValue::from_static("no-cache, no-store, must-revalidate, max-age=0"),
    }
}

/// What is said instead of a badge or graph: in a picture with status 200, because pictures with
/// other statuses are not shown; otherwise in JSON with the status.
pub(super) fn failure(id: &str, failure: &Failure, format: Format) -> Response<Body> {
    let mut response = if format == Format::Svg {
        let svg = draw::error(id, &failure.reason, failure.status);
        with_body(StatusCode::OK, content_type(Format::Svg), svg.into())
    } else {
        let status = StatusCode::from_u16(failure.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = json::error(&shown_id(id), &failure.reason);
        with_body(status, content_type(Format::Json), body.into())
    };
    if failure.status == BUSY {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    secure(response, POLICY)
}

/// At most 64 characters without control characters and such as turn the direction of text.
pub(super) fn shown_id(id: &str) -> String {
    let is_shown = |one: &char| {
        !one.is_control()
            && !matches!(one, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    id.chars().filter(is_shown).take(MAX_ID).collect()
}

/// The gallery.
pub(super) fn page(html: String) -> Response<Body> {
    let mut response = with_body(StatusCode::OK, "text/html; charset=utf-8", html.into());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    secure(response, PAGE_POLICY)
}

/// A file that belongs to the gallery.
pub(super) fn asset(kind: &'static str, body: Bytes, asked: &HeaderMap) -> Response<Body> {
    let rendered = Rendered::new(kind, body);
    let keep = Keep::For { seconds: 3600, age: Duration::ZERO, stale: 0 };
    let mut response = success(&rendered, keep, asked);
    let headers = response.headers_mut();
    headers.remove(AGE);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}

/// A short text.
pub(super) fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    secure(with_body(status, "text/plain; charset=utf-8", text.into()), POLICY)
}

/// The same words as Go's.
pub(super) fn not_found() -> Response<Body> {
    plain(StatusCode::NOT_FOUND, "404 page not found\n")
}

pub(super) fn not_allowed() -> Response<Body> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed\n");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn with_body(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Body> {
    let length = body.len();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn secure(mut response: Response<Body>, policy: &'static str) -> Response<Body> {
    let mut set = |name: HeaderName, value| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(CONTENT_SECURITY_POLICY, policy);
    response
}

/// What scripts of other sites may see, where their origin is allowed.
pub(super) fn share(response: &mut Response<Body>, origins: &[String], asked: &HeaderMap) {
    use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN};
    if origins.is_empty() {
        return;
    }
    let is_open = origins.iter().any(|origin| origin == "*");
    let headers = response.headers_mut();
    if !is_open {
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    let Some(origin) = asked.get(ORIGIN) else { return };
    let known = |known: &String| known.as_bytes().eq_ignore_ascii_case(origin.as_bytes());
    if !is_open && !origins.iter().any(known) {
        return;
    }
    let allowed = if is_open { HeaderValue::from_static("*") } else { origin.clone() };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Age"));
}

/// What a browser asks before a script may.
pub(super) fn preflight() -> Response<Body> {
    use axum::http::header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE,
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("If-None-Match"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    secure(response, POLICY)
}

/// Whether the client holds these bytes already.
fn is_known(tag: &HeaderValue, asked: &HeaderMap) -> bool {
    let is_tag = |one: &str| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one).as_bytes() == tag.as_bytes()
    };
    let lists = asked.get_all(IF_NONE_MATCH).into_iter();
    lists.filter_map(|list| list.to_str().ok()).any(|list| list.split(',').any(is_tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(response: &Response<Body>, name: HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().expect("a text"))
    }

    #[test]
    fn a_success_may_be_kept() {
        let rendered = Rendered::new("image/svg+xml", "<svg/>");
        let keep = Keep::For { seconds: 300, age: Duration::from_millis(7900), stale: 86_400 };
        let response = success(&rendered, keep, &HeaderMap::new());
        assert_eq!(header(&response, CACHE_CONTROL), "public, max-age=300, s-maxage=300");
        let lines: Vec<_> = response.headers().get_all(CACHE_CONTROL).iter().collect();
        assert_eq!(lines[1], "stale-while-revalidate=300, stale-if-error=86400");
        assert_eq!((header(&response, AGE), header(&response, CONTENT_LENGTH)), ("7", "6"));
        assert_eq!(header(&response, X_CONTENT_TYPE_OPTIONS), "nosniff");
        let never = success(&rendered, Keep::Never, &HeaderMap::new());
        assert!(header(&never, CACHE_CONTROL).starts_with("no-cache, no-store"));
        let brief = success(&rendered, Keep::Briefly, &HeaderMap::new());
        assert_eq!(header(&brief, CACHE_CONTROL), "public, max-age=30, s-maxage=30");
    }

    #[test]
    fn what_the_client_has_is_not_sent() {
        let rendered = Rendered::new("image/svg+xml", "<svg/>");
        let mut asked = HeaderMap::new();
        asked.insert(IF_NONE_MATCH, rendered.form(&HeaderMap::new()).tag);
        let keep = Keep::For { seconds: 300, age: Duration::ZERO, stale: 0 };
        let response = success(&rendered, keep, &asked);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&response, CONTENT_LENGTH), "");
        let other = Rendered::new("image/svg+xml", "<svg />");
        assert_eq!(success(&other, keep, &asked).status(), StatusCode::OK);
    }

    #[test]
    fn only_allowed_origins_may_read() {
        let shared = |origins: &[&str], origin: &'static str| {
            let mut asked = HeaderMap::new();
            asked.insert("origin", HeaderValue::from_static(origin));
            let mut response = plain(StatusCode::OK, "");
            let origins: Vec<_> = origins.iter().map(|one| (*one).to_owned()).collect();
            share(&mut response, &origins, &asked);
            header(&response, HeaderName::from_static("access-control-allow-origin")).to_owned()
        };
        assert_eq!(shared(&[], "https://a.example.com"), "");
        assert_eq!(shared(&["*"], "https://a.example.com"), "*");
        let one = ["https://a.example.com"];
        assert_eq!(shared(&one, "https://A.example.com"), "https://A.example.com");
        assert_eq!(shared(&one, "https://b.example.com"), "");
    }

    #[test]
    fn failures_are_pictures_with_status_200_or_json() {
        let response = failure("x", &Failure::not_found(), Format::Svg);
        assert_eq!(
            (response.status().as_u16(), header(&response, CACHE_CONTROL)),
            (200, "no-store")
        );
        for (what, status) in [
            (Failure::not_found(), 404),
            (Failure::query("secret"), 500),
            (busy(), 503),
            (Failure::window_too_long(), 400),
        ] {
            let response = failure("x", &what, Format::Json);
            assert_eq!(
                (response.status().as_u16(), header(&response, CONTENT_TYPE)),
                (status, "application/json")
            );
        }
    }

    #[test]
    fn ids_are_shown_short_and_clean() {
        assert_eq!(shown_id("a\u{1}b\u{202e}c\n"), "abc");
        assert_eq!(shown_id(&"x".repeat(100_000)).len(), 64);
    }
}
