//! The page at `/`: every badge and graph with the text that embeds it.
//!
//! In: a configuration, the members of badges that stand for many, and where the server is reached. Out: HTML without JavaScript. Titles are
//! escaped for Markdown first and for HTML second.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::HOST;
use html_escape::encode_double_quoted_attribute as attribute;
use html_escape::encode_text as text;

use super::app::App;
use super::badge;
use super::book::Book;
use crate::badge::spec::Config;
use crate::badge::value::Member;

/// How long the page waits for the members of all badges.
const PATIENCE: Duration = Duration::from_secs(2);

/// Members by the id of the badge that stands for them.
pub(super) type Members = BTreeMap<String, Vec<Member>>;

/// The members of all badges that stand for many; those of a server that does not answer in time
/// are left out.
pub(super) async fn members(app: &App, book: &Book) -> Members {
    let mut members = Members::new();
    let asking = async {
        for entry in book.templates().iter().filter(|entry| !entry.spec.hidden) {
            if let Ok(held) = badge::fetched(app, book, entry).await {
                members.insert(entry.spec.id.clone(), badge::members(entry, &held.value));
            }
        }
    };
    _ = tokio::time::timeout(PATIENCE, asking).await;
    members
}

/// The style sheet at `/assets/gallery.css`.
pub(super) const STYLE: &str = include_str!("gallery.css");

/// The page for a configuration; `base` comes from [`base`].
///
/// What nothing says whom to ask for is counted and not shown.
pub(super) fn html(book: &Book, members: &Members, base: &str) -> String {
    let mut page = head(&book.config);
    if book.config.gallery {
        gallery(book, members, base, &mut page);
    } else {
        page.push_str(LANDING);
    }
    page.push_str("</body>\n</html>\n");
    page
}

const LANDING: &str = "<body class=\"landing\">\n<main>\n<h1>Badges</h1>\n<p>This server draws \
                       badges and graphs of a homelab. It does not list them.</p>\n</main>\n";

fn head(config: &Config) -> String {
    let favicon = match config.favicon {
        Some(_) => "<link rel=\"icon\" href=\"/favicon.ico\">\n",
        None => "",
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Badges</title>\n{favicon}\
         <link rel=\"stylesheet\" href=\"/assets/gallery.css\">\n</head>\n"
    )
}

/// Ids and names of the badges that are shown, those of many in place of the one that stands for
/// them.
fn badges(book: &Book, members: &Members) -> Vec<(String, String)> {
    let mut badges = vec![];
    let shown = book.config.badges.iter().filter(|badge| !badge.hidden);
    for badge in shown.filter(|badge| book.can_ask(&badge.origin)) {
        if badge.for_each.is_none() {
            badges.push((badge.id.clone(), badge.name().to_owned()));
            continue;
        }
        for member in members.get(&badge.id).into_iter().flatten() {
            let badge = badge.for_member(member);
            badges.push((badge.id.clone(), badge.name().to_owned()));
        }
    }
    badges
}

/// How many badges and graphs wait for a server to be named.
fn n_waiting(book: &Book) -> usize {
    let badges = book.config.badges.iter().map(|badge| (badge.hidden, &badge.origin));
    let graphs = book.config.graphs.iter().map(|graph| (graph.hidden, &graph.origin));
    badges.chain(graphs).filter(|(hidden, origin)| !hidden && !book.can_ask(origin)).count()
}

fn gallery(book: &Book, members: &Members, base: &str, page: &mut String) {
    page.push_str("<body class=\"gallery\">\n<main>\n<h1>Badges and graphs</h1>\n");
    let badges = badges(book, members);
    let graphs = book.config.graphs.iter().filter(|graph| !graph.hidden);
    let graphs = graphs.filter(|graph| book.can_ask(&graph.origin));
    let graphs: Vec<_> = graphs.map(|it| (it.id.clone(), it.name().to_owned())).collect();
    if badges.is_empty() && graphs.is_empty() {
        page.push_str("<p>No endpoints to show.</p>\n");
    } else {
        page.push_str("<p class=\"hint\">One click selects the text to copy.</p>\n");
    }
    let n_waiting = n_waiting(book);
    if n_waiting > 0 {
        _ = writeln!(
            page,
            "<p class=\"hint\">{n_waiting} more need a Prometheus: set <code>prometheus:</code> in \
             the configuration, or <code>KROMGO_PROMETHEUS_URL</code>.</p>"
        );
    }
    section("Badges", "badges", &badges, base, page);
    section("Graphs", "graphs", &graphs, base, page);
    page.push_str("</main>\n");
}

fn section(
    heading: &str,
    folder: &str,
    entries: &[(String, String)],
    base: &str,
    page: &mut String,
) {
    if entries.is_empty() {
        return;
    }
    _ = writeln!(page, "<h2>{heading}</h2>\n<ul class=\"{folder}\">");
    for (id, name) in entries {
        let address = format!("{base}/{folder}/{id}");
        let markdown = format!("![{}]({address})", markdown_text(name));
        let image = format!("<img src=\"{address}\" alt=\"{}\">", attribute(name));
        _ = writeln!(
            page,
            "<li id=\"{folder}-{id}\">\n<h3>{}</h3>\n\
             <p class=\"picture\"><a href=\"/{folder}/{id}\"><img src=\"/{folder}/{id}\" alt=\"{}\"></a></p>\n\
             <pre><code>{}</code></pre>\n\
             <details><summary>HTML and JSON</summary>\n<pre><code>{}</code></pre>\n\
             <pre><code>{}</code></pre>\n</details>\n</li>",
            text(name),
            attribute(name),
            text(&markdown),
            text(&image),
            text(&format!("{address}?format=json")),
        );
    }
    page.push_str("</ul>\n");
}

/// A title as the alternative text of a Markdown image.
fn markdown_text(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for one in name.chars() {
        match one {
            '\\' | '[' | ']' => escaped.extend(['\\', one]),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(one),
        }
    }
    escaped
}

/// Scheme and host as the client sees them; empty where the host is not one, so that addresses
/// become relative and a made-up `Host` writes nothing into the page.
pub(super) fn base(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_host) {
        return String::new();
    }
    let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let first = forwarded.and_then(|list| list.split(',').next()).map(str::trim);
    let scheme = match first {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
        _ => "http",
    };
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn check(host: &str, proto: Option<&str>, expected: &str) {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).expect("a header"));
        if let Some(proto) = proto {
            let name = HeaderName::from_static("x-forwarded-proto");
            headers.insert(name, HeaderValue::from_str(proto).expect("a header"));
        }
        assert_eq!(base(&headers), expected);
    }

    #[test]
    fn the_address_is_the_client_s() {
        check("example.com", None, "http://example.com");
        check("example.com", Some("https"), "https://example.com");
        check("example.com", Some("https, http"), "https://example.com");
        check("example.com", Some("javascript"), "http://example.com");
        check("[::1]:8080", None, "http://[::1]:8080");
        check("ex ample.com", None, "");
        check("evil.com)![x](http://x", None, "");
        assert_eq!(base(&HeaderMap::new()), "");
    }

    #[test]
    fn titles_are_escaped_for_markdown() {
        assert_eq!(markdown_text("a[b]\\\nc"), r"a\[b\]\\ c");
    }
}
