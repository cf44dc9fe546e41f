//! `rackbook badges render`: writes every badge and graph into a folder once.
//!
//! In: a configuration and the answers of its server. Out: `badges/ID.svg`, `graphs/ID.svg` and the
//! other formats that are asked for, and `index.json` with all values. The bytes are those of the
//! server, whose own routes are asked in this process. What cannot be had keeps its former file.

mod folder;

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use clap::{Args, ValueEnum};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::environment::Environment;
use super::progress::progress;
use super::source::{self, Source};
use crate::cli::{Failure, report};
use crate::server::badges::{App, Settings};
use folder::Folder;

/// Badges and graphs that are made at once.
const MAX_PARALLEL: usize = 4;

/// Longest file that is taken from the server, in bytes.
const MAX_BYTES: usize = 64 << 20;

#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(super) struct Options {
    #[command(flatten)]
    file: super::FileOptions,

    /// Folder to write into; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// What to write of each, separated by commas
    #[arg(long, value_enum, value_name = "FORMATS", value_delimiter = ',', default_value = "svg")]
    format: Vec<Format>,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Format {
    /// badges/ID.svg and graphs/ID.svg
    Svg,
    /// badges/ID.json and graphs/ID.json
    Json,
    /// badges/ID.png and graphs/ID.png
    Png,
    /// shields/ID.json, which the endpoint badges of shields.io read
    Shields,
}

const HELP: &str = "\
Each file is exchanged as a whole. A badge whose query fails is told, and its former file stays.
`index.json` holds all values with their times. Other files of the folder are left alone.

Exit status: 0 where everything was written, 1 where something was left out, 2 where nothing could
be done.

Examples:
  rackbook badges render --out public          public/badges/cpu.svg, public/graphs/cpu.svg, ...
  rackbook badges render --out public --format svg,shields
  KROMGO_PROMETHEUS_URL=https://prometheus.example.com rackbook badges render --out badges";

/// A badge or graph to write.
#[derive(Clone, Debug)]
struct Subject {
    /// `badges` or `graphs`: the route and the folder.
    kind: &'static str,
    id: String,
}

/// What was made of one.
struct Made {
    /// As JSON, without the line end.
    value: Value,
    /// Path in the folder and content.
    files: Vec<(&'static str, String, Vec<u8>)>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let environment = match Environment::read(source::variable) {
        Ok(environment) => environment,
        Err(message) => return wrong(&message),
    };
    let source = Source::find(options.file.config.as_deref(), &options.file.common, &environment);
    let book = match source.load() {
        Ok((book, _)) => book,
        Err(error) => return wrong(&error.to_string()),
    };
    let folder = Folder::open(&options.out)?;
    let settings = Settings {
        now: source::now,
        // A file must not look new and hold an old value.
        stale_limit: Duration::ZERO,
        patience: Duration::ZERO,
        zone: environment.zone.clone(),
        log_requests: false,
    };
    let app = App::new(book, settings);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|source| Failure::Runtime { source })?;
    runtime.block_on(async {
        let subjects = subjects(&app).await;
        write(&app.router(), &subjects, options, &folder).await
    })
}

/// All badges and then all graphs, in the order of the file.
async fn subjects(app: &App) -> Vec<Subject> {
    let badges = app.badge_ids().await.into_iter().map(|id| Subject { kind: "badges", id });
    let graphs = app.graph_ids().into_iter().map(|id| Subject { kind: "graphs", id });
    badges.chain(graphs).collect()
}

async fn write(
    router: &Router,
    subjects: &[Subject],
    options: &Options,
    folder: &Folder,
) -> Result<(), Failure> {
    let mut formats = options.format.clone();
    formats.sort_unstable();
    formats.dedup();
    let (mut index, now) = (Index::after(folder.get("index.json")), source::now() as u64);
    let (mut n_files, mut n_failed, mut n_done) = (0, 0, 0);
    for some in subjects.chunks(MAX_PARALLEL) {
        let mut making = tokio::task::JoinSet::new();
        for (idx, subject) in some.iter().enumerate() {
            let (router, subject, formats) = (router.clone(), subject.clone(), formats.clone());
            making.spawn(async move { (idx, make(&router, &subject, &formats).await) });
        }
        let mut all = making.join_all().await;
        all.sort_by_key(|(idx, _)| *idx);
        n_done += all.len();
        progress(n_done, subjects.len());
        for (idx, made) in all {
            match made {
                Ok(made) => {
                    n_files += made.files.len();
                    for (below, name, bytes) in &made.files {
                        folder.put(below, name, bytes)?;
                    }
                    index.add(&some[idx], made.value, now);
                }
                Err(reason) => {
                    n_failed += 1;
                    tell(&some[idx], &reason);
                    index.keep(&some[idx], &reason);
                }
            }
        }
    }
    folder.put("", "index.json", index.text(now).as_bytes())?;
    report::print(&format!("{}: {} files written\n", folder.path().display(), n_files + 1))?;
    if n_failed > 0 {
        report::warn("help: `rackbook badges check --live` tells why a query fails\n");
        return Err(Failure::Problems);
    }
    Ok(())
}

fn tell(subject: &Subject, reason: &str) {
    let kind = subject.kind.trim_end_matches('s');
    report::warn(&format!("error: {kind} `{}`: {reason}; its former files stay\n", subject.id));
}

/// Asks for one in all formats; nothing of it is kept where one fails.
async fn make(router: &Router, subject: &Subject, formats: &[Format]) -> Result<Made, String> {
    let Subject { kind, id } = subject;
    if id.contains('{') {
        return Err("its members cannot be had".to_owned());
    }
    if !folder::is_name(id) {
        return Err("its id is no name of a file".to_owned());
    }
    let value = get(router, subject, "json").await?;
    let parsed = serde_json::from_slice(&value).map_err(|error| error.to_string())?;
    let mut files = vec![];
    for format in formats {
        let (below, ending, word) = match format {
            Format::Svg => (*kind, "svg", "svg"),
            Format::Json => (*kind, "json", "json"),
            Format::Png => (*kind, "png", "png"),
            Format::Shields if *kind == "badges" => ("shields", "json", "shields"),
            Format::Shields => continue,
        };
        let bytes = if word == "json" { value.clone() } else { get(router, subject, word).await? };
        files.push((below, format!("{id}.{ending}"), bytes));
    }
    Ok(Made { value: parsed, files })
}

/// A badge in a format.
pub(super) async fn badge(router: &Router, id: &str, format: &str) -> Result<Vec<u8>, String> {
    get(router, &Subject { kind: "badges", id: id.to_owned() }, format).await
}

/// The body of a success, or what the server says instead.
async fn get(router: &Router, subject: &Subject, format: &str) -> Result<Vec<u8>, String> {
    let id = utf8_percent_encode(&subject.id, NON_ALPHANUMERIC);
    let request = Request::get(format!("/{}/{id}?format={format}", subject.kind));
    let request = request.body(Body::empty()).map_err(|error| error.to_string())?;
    let Ok(response) = router.clone().oneshot(request).await;
    // Pictures of failures have status 200, and only what succeeded has a tag.
    let is_success = response.status() == StatusCode::OK
        && response.headers().contains_key(axum::http::header::ETAG);
    let body =
        to_bytes(response.into_body(), MAX_BYTES).await.map_err(|error| error.to_string())?;
    if is_success { Ok(body.into()) } else { Err(reason(&body)) }
}

/// The words of an error in the form of shields.io.
fn reason(body: &[u8]) -> String {
    let error: Value = serde_json::from_slice(body).unwrap_or_default();
    error["message"].as_str().unwrap_or("it cannot be shown").to_owned()
}

/// All values, each with its time.
#[derive(Default)]
struct Index {
    badges: Vec<Value>,
    graphs: Vec<Value>,
    /// What was written before.
    former: Value,
}

impl Index {
    /// An empty one that knows the former; a file that is none says nothing.
    fn after(former: Option<Vec<u8>>) -> Self {
        let former = former.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { former: former.unwrap_or_default(), ..Self::default() }
    }

    fn add(&mut self, subject: &Subject, mut value: Value, now: u64) {
        if let Some(value) = value.as_object_mut() {
            // The points of a graph are in a file of their own.
            value.shift_remove("series");
            value.insert("time".to_owned(), now.into());
        }
        self.list(subject).push(value);
    }

    /// Keeps the former value with its time, and says why there is no newer one.
    fn keep(&mut self, subject: &Subject, reason: &str) {
        let former = self.former[subject.kind].as_array().into_iter().flatten();
        let mut former = former.filter(|value| value["id"] == subject.id.as_str());
        let mut value = former.next().cloned().unwrap_or_else(|| json!({ "id": subject.id }));
        value["error"] = reason.into();
        self.list(subject).push(value);
    }

    fn list(&mut self, subject: &Subject) -> &mut Vec<Value> {
        if subject.kind == "badges" { &mut self.badges } else { &mut self.graphs }
    }

    /// `{"time","badges":[..],"graphs":[..]}`, times in whole seconds since the epoch.
    fn text(&self, now: u64) -> String {
        let whole = json!({ "time": now, "badges": self.badges, "graphs": self.graphs });
        format!("{whole}\n")
    }
}

fn wrong(message: &str) -> Result<(), Failure> {
    report::warn(&format!("error: {message}\n"));
    Err(Failure::Problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_keeps_its_former_value() {
        let subject = |id: &str| Subject { kind: "badges", id: id.to_owned() };
        let mut first = Index::after(None);
        first.add(&subject("a"), json!({ "id": "a", "value": "1" }), 5);
        let mut second = Index::after(Some(first.text(5).into_bytes()));
        second.keep(&subject("a"), "Query Error");
        second.keep(&subject("b"), "Query Error");
        let expected = "{\"time\":9,\"badges\":[{\"id\":\"a\",\"value\":\"1\",\"time\":5,\
                        \"error\":\"Query Error\"},{\"id\":\"b\",\"error\":\"Query Error\"}],\
                        \"graphs\":[]}\n";
        assert_eq!(second.text(9), expected);
        for broken in ["", "[]", "{\"badges\":7}"] {
            Index::after(Some(broken.into())).keep(&subject("a"), "why");
        }
    }
}
