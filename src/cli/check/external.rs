//! Whether links to other hosts work: [`check`].
//!
//! In: the links of all pages. Out: a warning for each that does not lead to a page. Hosts are asked
//! side by side, the pages of one host one after another, first by HEAD and then by GET. Answers
//! are kept for a week. It never asks private addresses or names that are kept for examples, and a
//! host that asks for patience is not asked again in the same run.
#![expect(clippy::disallowed_methods, reason = "imperative shell: asks the network, keeps a cache")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Method, StatusCode, Url, redirect};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::Failure;
use crate::content::ExternalLink;
use crate::diagnostic::Diagnostic;

/// How long one page may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a page that was there is not asked for again, in seconds.
const KEPT: i64 = 7 * 24 * 3600;

/// Hosts that are asked at once.
const MAX_HOSTS: usize = 8;

/// The cache's file within its folder.
const FILE: &str = "links.json";

/// When a page was last there, in seconds since 1970, by its address.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Seen(BTreeMap<String, i64>);

/// What a page's host says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// The page is there.
    Here,
    /// It is not: why.
    Gone(String),
    /// The host does not say, or asks for patience.
    Unsaid,
}

/// Asks for all links, and tells of those that lead nowhere.
pub(super) fn check(links: &[ExternalLink], cache: &Path) -> Result<Vec<Diagnostic>, Failure> {
    let now = jiff::Timestamp::now().as_second();
    let path = cache.join(FILE);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut seen: Seen = serde_json::from_str(&text).unwrap_or_default();
    seen.0.retain(|_, last| (now - *last).abs() < KEPT);
    let addresses: BTreeSet<&str> = links.iter().map(|link| link.address.as_str()).collect();
    let urls = addresses.into_iter().filter_map(|address| Url::parse(address).ok());
    let asked = urls.filter(|url| is_public(url) && !seen.0.contains_key(url.as_str())).collect();
    let answers = ask(asked)?;
    let here = answers.iter().filter(|(_, answer)| **answer == Answer::Here);
    seen.0.extend(here.map(|(address, _)| (address.clone(), now)));
    keep(&seen, cache);
    Ok(links.iter().filter_map(|link| told(link, &answers)).collect())
}

/// Writes the cache; without it the next run asks again, so a disk that refuses is no error.
fn keep(seen: &Seen, cache: &Path) {
    let text = serde_json::to_string_pretty(seen).unwrap_or_default();
    if !seen.0.is_empty() && std::fs::create_dir_all(cache).is_ok() {
        _ = std::fs::write(cache.join(FILE), text);
    }
}

fn told(link: &ExternalLink, answers: &BTreeMap<String, Answer>) -> Option<Diagnostic> {
    let address = Url::parse(&link.address).map_or_else(|_| link.address.clone(), String::from);
    let Some(Answer::Gone(why)) = answers.get(&address) else { return None };
    let message = format!("`{}` cannot be read: {why}", link.address);
    let found = Diagnostic::warning("content/external-link", message).at(link.span);
    Some(found.help("correct the address, or link to an archived copy"))
}

/// Whether an address may be asked: no private network, no name of an example.
fn is_public(url: &Url) -> bool {
    const RESERVED: [&str; 8] =
        ["example", "test", "invalid", "localhost", "local", "internal", "lan", "arpa"];
    let Some(host) = url.host_str() else { return false };
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return is_public_address(address);
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_example = ["example.com", "example.net", "example.org"].iter().any(|name| {
        host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    host.contains('.') && !is_example && !RESERVED.contains(&last)
}

/// Whether an address is no special one; source: the registries of RFC 6890.
fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let [first, second, ..] = four.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(four.is_private()
                || four.is_loopback()
                || four.is_link_local()
                || four.is_documentation()
                || four.is_unspecified()
                || is_shared
                || first >= 224)
        }
        IpAddr::V6(six) => {
            (six.segments()[0] & 0xe000) == 0x2000 && six.segments()[..2] != [0x2001, 0xdb8]
        }
    }
}

fn ask(urls: Vec<Url>) -> Result<BTreeMap<String, Answer>, Failure> {
    if urls.is_empty() {
        return Ok(BTreeMap::new());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Failure::Runtime { source })?;
    // The second client of a process finds the provider in its place.
    _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .user_agent(concat!("rackbook/", env!("CARGO_PKG_VERSION"), " (link check)"))
        .redirect(redirect::Policy::limited(5))
        .timeout(PATIENCE)
        .build()
        .map_err(|error| Failure::Usage(format!("cannot ask other hosts: {error}")))?;
    Ok(runtime.block_on(all(&client, urls)))
}

/// The answers by address.
async fn all(client: &Client, urls: Vec<Url>) -> BTreeMap<String, Answer> {
    let mut hosts: BTreeMap<String, Vec<Url>> = BTreeMap::new();
    for url in urls {
        let host = url.host_str().unwrap_or_default().to_owned();
        hosts.entry(host).or_default().push(url);
    }
    let (mut waiting, mut asking) = (hosts.into_values(), JoinSet::new());
    let mut answers = BTreeMap::new();
    loop {
        while asking.len() < MAX_HOSTS
            && let Some(urls) = waiting.next()
        {
            asking.spawn(host(client.clone(), urls));
        }
        match asking.join_next().await {
            Some(joined) => answers.extend(joined.unwrap_or_default()),
            None => return answers,
        }
    }
}

/// The answers of one host, page after page, until it asks for patience or cannot be reached.
async fn host(client: Client, urls: Vec<Url>) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    for url in urls {
        let answer = page(&client, &url).await;
        let is_over = answer == Answer::Unsaid;
        answers.push((url.into(), answer));
        if is_over {
            break;
        }
    }
    answers
}

async fn page(client: &Client, url: &Url) -> Answer {
    for method in [Method::HEAD, Method::GET] {
        let is_last = method == Method::GET;
        match client.request(method, url.clone()).send().await.map(|response| response.status()) {
            Ok(status) if status.is_success() || status == StatusCode::NOT_MODIFIED => {
                return Answer::Here;
            }
            Ok(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
                return Answer::Unsaid;
            }
            // A page for members is there.
            Ok(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) if is_last => {
                return Answer::Unsaid;
            }
            Ok(status) if is_last => return Answer::Gone(format!("the host answers {status}")),
            Err(error) if is_last => return Answer::Gone(reason(&error)),
            _ => {}
        }
    }
    Answer::Unsaid
}

/// Why a host could not be asked, without the address that the message names already.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} seconds", PATIENCE.as_secs());
    }
    if error.is_redirect() {
        return "it leads on and on".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string().trim_end_matches('.').to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn private_addresses_and_examples_are_not_asked() {
        let check = |address: &str, expected| {
            assert_eq!(is_public(&Url::parse(address).unwrap()), expected, "{address}");
        };
        for address in [
            "http://192.168.1.1/",
            "http://10.0.0.1",
            "http://127.0.0.1:4000",
            "http://[::1]/",
            "http://[fd00::1]/",
            "http://100.64.0.1",
            "https://grafana.example.com",
            "https://example.org",
            "http://nas.local",
            "http://nas",
            "http://vault.internal/x",
            "http://192.0.2.7",
        ] {
            check(address, false);
        }
        for address in ["https://www.talos.dev/v1/", "http://9.9.9.9", "https://anexample.com"] {
            check(address, true);
        }
    }

    /// A server that knows two pages, one of them only by GET.
    fn server() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().take(5).flatten() {
                let mut bytes = [0; 4096];
                let length = stream.read(&mut bytes).unwrap_or(0);
                let status = match String::from_utf8_lossy(&bytes[..length]).lines().next() {
                    Some(line) if line.starts_with("HEAD /here ") => "200 OK",
                    Some(line) if line.starts_with("GET /get ") => "200 OK",
                    Some(line) if line.starts_with("HEAD ") => "405 Method Not Allowed",
                    _ => "404 Not Found",
                };
                let answer =
                    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                _ = stream.write_all(answer.as_bytes());
            }
        });
        port
    }

    #[test]
    fn pages_are_asked_for_by_head_and_then_get() {
        let port = server();
        let url = |path: &str| Url::parse(&format!("http://127.0.0.1:{port}/{path}")).unwrap();
        let answers = ask(["here", "get", "gone"].map(url).into()).unwrap();
        let answer = |path: &str| answers[url(path).as_str()].clone();
        assert_eq!([answer("here"), answer("get")], [Answer::Here, Answer::Here]);
        assert_eq!(answer("gone"), Answer::Gone("the host answers 404 Not Found".to_owned()));
    }
}
