//! What the server answers to each query of a configuration.
//!
//! In: a configuration and how its server is reached. Out: a row for each badge and graph, and
//! findings: nothing found, more than a badge can show, expressions that fail. A server that cannot
//! be reached is one error, however many badges ask it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Report;
use crate::badge::Vector;
use crate::badge::lint::{self, Finding};
use crate::badge::spec::{BadgeKind, BadgeSpec, Config, GraphSpec};
use crate::badge::value::{self, Outcome, Programs};
use crate::cli::Failure;
use crate::cli::badges::progress::progress;
use crate::cli::badges::source::{self, Source};
use crate::diagnostic::Severity::{self, Error, Warning};
use crate::prometheus::{self, Answer, Client, Limits, QueryError, Range};

/// Queries at once.
const MAX_PARALLEL: usize = 4;

/// What is asked for a graph: its last hour, minute by minute.
const WINDOW: Duration = Duration::from_hours(1);

/// Samples that are compared with the first.
const MAX_COMPARED: usize = 100;

/// What one badge or graph gave.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: &'static str,
    pub(super) id: String,
    pub(super) message: String,
    pub(super) color: Option<String>,
    /// Absent where there was no answer.
    pub(super) n_series: Option<usize>,
    pub(super) took: Duration,
}

type Answered = (Result<Answer, QueryError>, Duration);

/// Asks for all badges and graphs, and adds to the report.
pub(super) fn ask(source: &Source, config: &Config, report: &mut Report) -> Result<(), Failure> {
    let client = match client(source, config) {
        Ok(client) => client,
        Err(message) => {
            let is_told = |finding: &Finding| finding.code == "badge/server";
            if !report.findings.iter().any(is_told) {
                report.findings.push(Finding::new(Error, "badge/server", message));
            }
            return Ok(());
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Failure::Runtime { source })?;
    let answers = runtime.block_on(all(&client, config));
    judge(config, answers, report);
    Ok(())
}

fn client(source: &Source, config: &Config) -> Result<Client, String> {
    let upstream = source.upstream().map_err(|error| error.to_string())?;
    let url = upstream.url.as_ref().or(config.prometheus.as_ref());
    let url = url.ok_or_else(|| "no prometheus url provided".to_owned())?;
    let options = prometheus::Options {
        access: upstream.access,
        headers: upstream.headers,
        authorities: upstream.authorities,
        timeout: upstream.timeout,
        ..prometheus::Options::new(url)
    };
    Client::new(&options).map_err(|error| error.to_string())
}

/// The answers for the badges and then the graphs, in the order of the file.
async fn all(client: &Client, config: &Config) -> Vec<Option<Answered>> {
    let now = source::now();
    let badges = config.badges.iter().map(|spec| (spec.query.clone(), span(spec.kind)));
    let minute = Duration::from_mins(1);
    let graphs = config.graphs.iter().map(|spec| {
        let last = spec.max_duration.map_or(WINDOW, |max| max.min(WINDOW));
        (spec.query.clone(), Some((last, Duration::ZERO, minute)))
    });
    let places = Arc::new(Semaphore::new(MAX_PARALLEL));
    let mut asking = JoinSet::new();
    for (idx, (query, span)) in badges.chain(graphs).enumerate() {
        let (client, places) = (client.clone(), Arc::clone(&places));
        asking.spawn(async move {
            let _place = places.acquire().await;
            let begun = Instant::now();
            (idx, (one(&client, query, span, now).await, begun.elapsed()))
        });
    }
    let n_all = asking.len();
    let mut answers: Vec<_> = (0..n_all).map(|_| None).collect();
    let mut n_done = 0;
    while let Some(joined) = asking.join_next().await {
        n_done += 1;
        progress(n_done, n_all);
        if let Ok((idx, answered)) = joined {
            answers[idx] = Some(answered);
        }
    }
    answers
}

/// Length, distance from now and step of what is asked for; nothing for a moment.
fn span(kind: BadgeKind) -> Option<(Duration, Duration, Duration)> {
    let BadgeKind::Range { last, offset, step, .. } = kind else { return None };
    Some((last, offset, step))
}

async fn one(
    client: &Client,
    query: String,
    span: Option<(Duration, Duration, Duration)>,
    now: f64,
) -> Result<Answer, QueryError> {
    let limits = Limits::default();
    let Some((last, offset, step)) = span else {
        return client.instant(&prometheus::Instant { query, time: now }, limits).await;
    };
    let end = now - offset.as_secs_f64();
    let start = end - last.as_secs_f64();
    client.range(&Range { query, start, end, step: step.as_secs_f64() }, limits).await
}

fn judge(config: &Config, answers: Vec<Option<Answered>>, report: &mut Report) {
    let mut unreached: Vec<String> = vec![];
    let mut rows = vec![];
    let mut findings = vec![];
    let n_all = answers.len();
    let mut answers = answers.into_iter();
    let subjects = config.badges.iter().map(Subject::Badge);
    for subject in subjects.chain(config.graphs.iter().map(Subject::Graph)) {
        let answered = answers.next().flatten();
        let (answer, took) = answered.unwrap_or((Err(QueryError::Busy), Duration::ZERO));
        let (mut row, n_series) = (subject.row(took), answer.as_ref().ok().map(series));
        row.n_series = n_series;
        match answer {
            Ok(answer) => {
                let told = subject.look(&answer, &mut row);
                findings.extend(
                    told.into_iter().map(|(how, what)| subject.finding(&report.text, how, &what)),
                );
            }
            Err(error @ (QueryError::Unreachable { .. } | QueryError::TimedOut { .. })) => {
                unreached.push(error.to_string());
            }
            Err(error) => {
                let how = (Error, "badge/query-failed");
                findings.push(subject.finding(&report.text, how, &error.to_string()));
            }
        }
        rows.push(row);
    }
    if let Some(first) = unreached.first() {
        let message = format!("{first} ({} of {n_all} queries)", unreached.len());
        findings.push(Finding::new(Error, "badge/unreachable", message));
    }
    // What the answers show makes the guesses from the queries alone needless.
    let is_guess = |finding: &Finding| finding.code == "badge/many-series";
    report.findings.retain(|finding| !is_guess(finding) || !unreached.is_empty());
    report.findings.extend(findings);
    report.rows = Some(rows);
}

fn series(answer: &Answer) -> usize {
    match answer {
        Answer::Vector(vector) => vector.len(),
        Answer::Matrix(matrix) => matrix.len(),
        Answer::Scalar | Answer::String => 1,
    }
}

/// A severity and code, and what is to be told.
type Told = ((Severity, &'static str), String);

/// Whose query it is.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Badge(&'a BadgeSpec),
    Graph(&'a GraphSpec),
}

impl Subject<'_> {
    fn row(self, took: Duration) -> Row {
        let (kind, id) = match self {
            Self::Badge(spec) => ("badge", spec.id.clone()),
            Self::Graph(spec) => ("graph", spec.id.clone()),
        };
        Row { kind, id, message: "-".to_owned(), color: None, n_series: None, took }
    }

    fn finding(self, text: &str, how: (Severity, &'static str), what: &str) -> Finding {
        match self {
            Self::Badge(spec) => lint::of_badge(spec, text, how, what),
            Self::Graph(spec) => lint::of_graph(spec, text, how, what),
        }
    }

    /// What the answer shows, and what is doubtful about it.
    fn look(self, answer: &Answer, row: &mut Row) -> Vec<Told> {
        match (self, answer) {
            (Self::Badge(spec), _) => badge(spec, answer, row),
            (Self::Graph(_), Answer::Matrix(matrix)) if matrix.is_empty() => vec![no_data()],
            (Self::Graph(_), Answer::Matrix(_)) => vec![],
            (Self::Graph(_), _) => vec![no_range()],
        }
    }
}

fn no_data() -> Told {
    ((Warning, "badge/no-data"), "it gave no data".to_owned())
}

fn no_range() -> Told {
    ((Error, "badge/result-type"), "it gave no series over time".to_owned())
}

fn badge(spec: &BadgeSpec, answer: &Answer, row: &mut Row) -> Vec<Told> {
    // An expression that does not compile is told without any server.
    let Ok(programs) = Programs::compile(spec) else { return vec![] };
    let outcome = match (spec.kind, answer) {
        (BadgeKind::Range { reduce, .. }, Answer::Matrix(matrix)) => {
            value::range(spec, &programs, reduce, matrix)
        }
        (BadgeKind::Instant, Answer::Vector(vector)) => value::instant(spec, &programs, vector),
        _ => {
            let what = "it gave a scalar, a text or a range of values, which a badge cannot show";
            return vec![((Error, "badge/result-type"), what.to_owned())];
        }
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(failure) => {
            let why = failure.detail.unwrap_or(failure.reason);
            return vec![(
                (Error, "badge/expression-failed"),
                format!("valueExpr cannot be told: {why}"),
            )];
        }
    };
    row.message.clone_from(&outcome.value);
    row.color.clone_from(&outcome.color);
    doubts(spec, &programs, &outcome, answer)
}

fn doubts(spec: &BadgeSpec, programs: &Programs, outcome: &Outcome, answer: &Answer) -> Vec<Told> {
    let mut told = vec![];
    match outcome.result {
        None => told.push(no_data()),
        Some(result) if !result.is_finite() => {
            told.push((
                (Warning, "badge/not-finite"),
                format!("it gave {result}, which is no number to show"),
            ));
        }
        Some(_) => {}
    }
    if let Some(warning) = &outcome.warning {
        told.push(((Warning, "badge/expression-failed"), warning.clone()));
    }
    if let Answer::Vector(vector) = answer
        && differs(spec, programs, outcome, vector)
    {
        let what = format!(
            "it gave {} series that show different badges, and only the first is shown",
            vector.len()
        );
        told.push(((Warning, "badge/many-series"), what));
    }
    if let Answer::Matrix(matrix) = answer
        && matrix.len() > 1
    {
        let what =
            format!("it gave {} series, and only the first with values is shown", matrix.len());
        told.push(((Warning, "badge/many-series"), what));
    }
    told
}

/// Whether another sample would make another badge: versions on many nodes are often all the same.
fn differs(spec: &BadgeSpec, programs: &Programs, first: &Outcome, vector: &Vector) -> bool {
    vector.iter().skip(1).take(MAX_COMPARED).any(|sample| {
        let other = value::instant(spec, programs, &vec![sample.clone()]);
        other.map_or(true, |other| (&other.value, &other.color) != (&first.value, &first.color))
    })
}
