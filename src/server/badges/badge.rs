//! `/badges/{id}`: one value as SVG, PNG or JSON.
//!
//! In: an id and parameters. Out: a response. What is drawn is remembered until there is a newer
//! value; a value that stands in for a newer one says its age.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Response};

use super::app::App;
use super::ask::Parameters;
use super::book::{BadgeEntry, Book};
use super::counters::{Format, Kind};
use super::fetch::{Fetched, Question, fetch};
use super::looks::Looks;
use super::respond::{self, Rendered};
use crate::badge::draw::Scheme;
use crate::badge::png::{self, Scale};
use crate::badge::spec::{BadgeKind, BadgeSpec, ColorScheme};
use crate::badge::value::{self, Failure, Member, Outcome, Programs};
use crate::badge::{Picture, color, draw, json};
use crate::prometheus::{Answer, Held};

/// Answers one request.
pub(super) async fn answer(
    app: &App,
    book: &Book,
    id: &str,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Response<Body> {
    let format = match parameters.get("format") {
        Some("shields" | "endpoint") => Format::Shields,
        Some("json") => Format::Json,
        Some("png") => Format::Png,
        _ => Format::Svg,
    };
    let Some((entry, slug)) = book.badge(id) else {
        app.shared.counters.unknown(Kind::Badge, format);
        return respond::failure(id, &Failure::not_found(), format);
    };
    entry.requests.count(format);
    let looks = Looks::new(entry, slug, format, parameters);
    match made(app, book, entry, looks).await {
        Ok((rendered, held)) => {
            let keep = app.keep(book, &held, entry.max_age);
            respond::success(&rendered, keep, headers)
        }
        Err(failure) => respond::failure(id, &failure, format),
    }
}

/// The newest value of a badge, as its server gave it.
pub(super) async fn fetched(
    app: &App,
    book: &Book,
    entry: &BadgeEntry,
) -> Result<Held<Fetched>, Failure> {
    let now = app.shared.settings.now;
    let question = || Question::of_badge(&entry.spec.query, entry.spec.kind, now());
    fetch(app, &entry.asked, &entry.key, app.policy(book, entry.max_age), question).await
}

/// The members of a badge that stands for many.
pub(super) fn members(entry: &BadgeEntry, fetched: &Fetched) -> Vec<Member> {
    let Some(each) = &entry.spec.for_each else { return vec![] };
    match &fetched.answer {
        Answer::Vector(vector) => value::members(each, vector.iter().map(|one| &one.labels)),
        Answer::Matrix(matrix) => value::members(each, matrix.iter().map(|one| &one.labels)),
        Answer::Scalar | Answer::String => vec![],
    }
}

/// The body of a badge.
pub(super) async fn made(
    app: &App,
    book: &Book,
    entry: &BadgeEntry,
    looks: Looks,
) -> Result<(Rendered, Held<Fetched>), Failure> {
    let held = fetched(app, book, entry).await?;
    if !held.is_stale
        && let Some(rendered) = entry.memory.get(&looks, &held.value)
    {
        return Ok((rendered, held));
    }
    let (spec, outcome) = shown(entry, &looks, &held.value)?;
    let old = held.is_stale.then_some(held.age);
    let label_color = label_color(&spec, &looks);
    let body = match looks.format {
        Format::Svg => picture(entry, &spec, &outcome, &looks, old).into_bytes(),
        Format::Png => {
            let svg = picture(entry, &spec, &outcome, &looks, old);
            app.draw(move || png::png(&svg, Scale::ONE).map_err(Failure::render)).await?
        }
        Format::Shields => {
            let seconds = book.config.cache.enabled.then_some(entry.max_age);
            json::shields(&outcome, label_color.as_deref(), seconds).into_bytes()
        }
        Format::Json => {
            let text = json::kromgo(&spec.id, &outcome, label_color.as_deref());
            marked(text, old).into_bytes()
        }
    };
    let rendered = Rendered::new(respond::content_type(looks.format), body);
    if old.is_none() {
        entry.memory.put(looks, &held.value, &rendered);
    }
    Ok((rendered, held))
}

/// The badge that is meant, and what it shows.
fn shown(
    entry: &BadgeEntry,
    looks: &Looks,
    fetched: &Arc<Fetched>,
) -> Result<(BadgeSpec, Outcome), Failure> {
    let (spec, answer) = match &looks.slug {
        None => (entry.spec.clone(), None),
        Some(slug) => {
            let mut members = members(entry, fetched).into_iter();
            let member = members.find(|member| member.slug == *slug);
            let member = member.ok_or_else(Failure::not_found)?;
            (entry.spec.for_member(&member), Some(only(&fetched.answer, member.idx)))
        }
    };
    let answer = answer.as_ref().unwrap_or(&fetched.answer);
    let outcome = outcome(&spec, &entry.programs, answer);
    warn(entry, &spec.id, fetched, &outcome);
    let mut outcome = outcome?;
    if let Some(label) = &looks.label {
        outcome.title.clone_from(label);
        outcome.label = Some(label.clone());
    }
    if looks.color.is_some() {
        outcome.color.clone_from(&looks.color);
    }
    Ok((spec, outcome))
}

/// One sample or series of an answer.
fn only(answer: &Answer, idx: usize) -> Answer {
    match answer {
        Answer::Vector(vector) => Answer::Vector(vector.get(idx).cloned().into_iter().collect()),
        Answer::Matrix(matrix) => Answer::Matrix(matrix.get(idx).cloned().into_iter().collect()),
        Answer::Scalar => Answer::Scalar,
        Answer::String => Answer::String,
    }
}

/// What a badge shows of an answer, by its type.
pub fn outcome(spec: &BadgeSpec, programs: &Programs, answer: &Answer) -> Result<Outcome, Failure> {
    match (spec.kind, answer) {
        (BadgeKind::Instant, Answer::Vector(vector)) => value::instant(spec, programs, vector),
        (BadgeKind::Up, Answer::Vector(vector)) => value::up(spec, programs, vector),
        (BadgeKind::Alerts, Answer::Vector(vector)) => value::alerts(spec, programs, vector),
        (BadgeKind::Range { reduce, .. }, Answer::Matrix(matrix)) => {
            value::range(spec, programs, reduce, matrix)
        }
        _ => Err(Failure::unexpected_type()),
    }
}

/// Tells the log, once per value.
fn warn(entry: &BadgeEntry, id: &str, fetched: &Arc<Fetched>, outcome: &Result<Outcome, Failure>) {
    match outcome {
        Ok(Outcome { warning: Some(warning), .. }) if entry.warned.is_new(fetched) => {
            tracing::warn!(id, warning, "a badge is not shown as it should be");
        }
        Err(Failure { reason, detail, .. }) if entry.warned.is_new(fetched) => {
            let detail = detail.as_deref().unwrap_or_default();
            tracing::warn!(id, reason, detail, "a badge cannot be shown");
        }
        _ => {}
    }
}

fn picture(
    entry: &BadgeEntry,
    spec: &BadgeSpec,
    outcome: &Outcome,
    looks: &Looks,
    old: Option<Duration>,
) -> String {
    let suffix = old.map(|age| format!("{} old", in_words(age)));
    draw::svg(&Picture {
        color: outcome.color.as_deref().unwrap_or_default(),
        label_color: looks.label_color.as_deref().or(spec.look.label_color.as_deref()),
        style: looks.style,
        font: entry.font,
        size: spec.look.size,
        icon: entry.icon.as_ref(),
        title_suffix: suffix.as_deref(),
        sparkline: spec.sparkline.then_some(outcome.trend.as_slice()),
        scheme: match spec.look.scheme {
            ColorScheme::Fixed => Scheme::Fixed,
            ColorScheme::Auto => {
                Scheme::Auto { dark_label_color: spec.look.dark_label_color.as_deref() }
            }
        },
        ..Picture::new(&spec.id, outcome.label.as_deref(), &outcome.value)
    })
}

/// The resolved colour of the label, where something says one.
fn label_color(spec: &BadgeSpec, looks: &Looks) -> Option<String> {
    let color = looks.label_color.as_deref().or(spec.look.label_color.as_deref())?;
    Some(color::resolve_label(color).as_str().to_owned())
}

/// kromgo's JSON, with a mark where the value stands in for a newer one.
fn marked(text: String, stale: Option<Duration>) -> String {
    match (stale, text.trim_end().strip_suffix('}')) {
        (Some(age), Some(open)) => format!("{open},\"stale\":true,\"age\":{}}}\n", age.as_secs()),
        _ => text,
    }
}

/// An age in its largest unit.
pub(super) fn in_words(age: Duration) -> String {
    let seconds = age.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_said_in_their_largest_unit() {
        for (seconds, expected) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7199, "1 h"), (86_400, "1 d")]
        {
            assert_eq!(in_words(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn old_values_are_marked_in_json() {
        let old = Some(Duration::from_secs(90));
        let expected = "{\"id\":\"a\",\"stale\":true,\"age\":90}\n";
        assert_eq!(marked("{\"id\":\"a\"}\n".to_owned(), old), expected);
        assert_eq!(marked("{}\n".to_owned(), None), "{}\n");
    }
}
