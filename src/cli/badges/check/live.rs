//! What the server answers to each query of a configuration.
//!
//! In: a configuration and how its server is reached. Out: a row for each badge and graph, and
//! findings: nothing found, more than a badge can show, expressions that fail. A server that cannot
//! be reached is one error, however many badges ask it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Report;
use crate::badge::Vector;
use crate::badge::lint::{self, Finding};
use crate::badge::spec::{BadgeKind, BadgeSpec, Config, GraphSpec, Origin};
use crate::badge::value::{Failure as Failed, Outcome, Programs};
use crate::cli::Failure;
use crate::cli::badges::progress::progress;
use crate::cli::badges::source::{self, Inputs, Source};
use crate::diagnostic::Severity::{self, Error, Warning};
use crate::prometheus::{self, Answer, Client, Limits, QueryError, Range};
use crate::server::badges::{clients, outcome};

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

/// Asks for all badges and graphs, and adds to the report. Facts of the repository ask nobody.
pub(super) fn ask(
    source: &Source,
    inputs: &Inputs,
    config: &Config,
    report: &mut Report,
) -> Result<(), Failure> {
    let clients = match clients(&source.upstreams(config, inputs)) {
        Ok(clients) => clients,
        Err(error) => {
            let is_told = |finding: &Finding| finding.code == "badge/server";
            if !report.findings.iter().any(is_told) {
                report.findings.push(Finding::new(Error, "badge/server", error.to_string()));
            }
            return Ok(());
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Failure::Runtime { source })?;
    let subjects = subjects(config);
    let answers = runtime.block_on(all(&clients, &subjects));
    judge(&subjects, answers, report);
    Ok(())
}

/// Badges and then graphs that a server is asked for, in the order of the file.
fn subjects(config: &Config) -> Vec<Subject<'_>> {
    let badges = config.badges.iter().filter(|spec| spec.origin != Origin::Facts);
    badges.map(Subject::Badge).chain(config.graphs.iter().map(Subject::Graph)).collect()
}

/// The answers in the order of the subjects; none where nothing says whom to ask.
async fn all(
    clients: &BTreeMap<Origin, Client>,
    subjects: &[Subject<'_>],
) -> Vec<Option<Answered>> {
    let now = source::now();
    let places = Arc::new(Semaphore::new(MAX_PARALLEL));
    let mut asking = JoinSet::new();
    for (idx, subject) in subjects.iter().enumerate() {
        let Some(client) = clients.get(subject.origin()).cloned() else { continue };
        let (query, span, places) =
            (subject.query().to_owned(), subject.span(), Arc::clone(&places));
        asking.spawn(async move {
            let _place = places.acquire().await;
            let begun = Instant::now();
            (idx, (one(&client, query, span, now).await, begun.elapsed()))
        });
    }
    let n_all = asking.len();
    let mut answers: Vec<_> = subjects.iter().map(|_| None).collect();
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

fn judge(subjects: &[Subject<'_>], answers: Vec<Option<Answered>>, report: &mut Report) {
    let mut unreached: Vec<String> = vec![];
    let mut rows = vec![];
    let mut findings = vec![];
    let n_all = answers.len();
    for (subject, answered) in subjects.iter().zip(answers) {
        // That nothing says whom to ask is told without asking.
        let Some((answer, took)) = answered else { continue };
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
    fn origin(&self) -> &Origin {
        match self {
            Self::Badge(spec) => &spec.origin,
            Self::Graph(spec) => &spec.origin,
        }
    }

    fn query(&self) -> &str {
        match self {
            Self::Badge(spec) => &spec.query,
            Self::Graph(spec) => &spec.query,
        }
    }

    /// Length, distance from now and step of what is asked for; nothing for a moment.
    fn span(&self) -> Option<(Duration, Duration, Duration)> {
        match self {
            Self::Badge(spec) => span(spec.kind),
            Self::Graph(spec) => {
                let last = spec.max_duration.map_or(WINDOW, |max| max.min(WINDOW));
                Some((last, Duration::ZERO, Duration::from_mins(1)))
            }
        }
    }

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
    let outcome = outcome(spec, &programs, answer);
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(failure) if failure == Failed::unexpected_type() => {
            let what = "it gave a scalar, a text or a range of values, which a badge cannot show";
            return vec![((Error, "badge/result-type"), what.to_owned())];
        }
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
    let first_counts = matches!(spec.kind, BadgeKind::Instant | BadgeKind::Range { .. })
        && spec.for_each.is_none();
    if !first_counts {
        return told;
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
        let other = crate::badge::value::instant(spec, programs, &vec![sample.clone()]);
        other.map_or(true, |other| (&other.value, &other.color) != (&first.value, &first.color))
    })
}
