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
use super::respond::{self, Rendered};
use crate::badge::png::{self, Scale};
use crate::badge::spec::BadgeKind;
use crate::badge::value::{self, Failure, Outcome};
use crate::badge::{Picture, Style, color, draw, json};
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
        Some("shields") => Format::Shields,
        Some("json") => Format::Json,
        Some("png") => Format::Png,
        _ => Format::Svg,
    };
    let Some(entry) = book.badge(id) else {
        app.shared.counters.unknown(Kind::Badge, format);
        return respond::failure(id, &Failure::not_found(), format);
    };
    entry.requests.count(format);
    let style = match parameters.get("style") {
        Some(name) => Style::from_name(name).unwrap_or_default(),
        None => entry.style,
    };
    match made(app, book, entry, format, style).await {
        Ok((rendered, held)) => respond::success(&rendered, App::keep(book, &held), headers),
        Err(failure) => respond::failure(id, &failure, format),
    }
}

async fn made(
    app: &App,
    book: &Book,
    entry: &BadgeEntry,
    format: Format,
    style: Style,
) -> Result<(Rendered, Held<Fetched>), Failure> {
    let now = app.shared.settings.now;
    let question = || Question::of_badge(&entry.spec.query, entry.spec.kind, now());
    let held = fetch(app, &book.client, &entry.key, app.policy(book), question).await?;
    if !held.is_stale
        && let Some(rendered) = entry.memory.get(&(format, style), &held.value)
    {
        return Ok((rendered, held));
    }
    let outcome = outcome(entry, &held.value)?;
    let old = held.is_stale.then_some(held.age);
    let body = match format {
        Format::Svg => picture(entry, &outcome, style, old).into_bytes(),
        Format::Png => {
            let svg = picture(entry, &outcome, style, old);
            app.draw(move || png::png(&svg, Scale::ONE).map_err(Failure::render)).await?
        }
        Format::Shields => {
            let cache = book.config.cache;
            let seconds = cache.enabled.then_some(cache.max_age);
            json::shields(&outcome, label_color(entry).as_deref(), seconds).into_bytes()
        }
        Format::Json => {
            let text = json::kromgo(&entry.spec.id, &outcome, label_color(entry).as_deref());
            marked(text, old).into_bytes()
        }
    };
    let rendered = Rendered::new(respond::content_type(format), body);
    if old.is_none() {
        entry.memory.put((format, style), &held.value, &rendered);
    }
    Ok((rendered, held))
}

fn outcome(entry: &BadgeEntry, fetched: &Arc<Fetched>) -> Result<Outcome, Failure> {
    let (spec, programs) = (&entry.spec, &entry.programs);
    let outcome = match (spec.kind, &fetched.answer) {
        (BadgeKind::Instant, Answer::Vector(vector)) => value::instant(spec, programs, vector),
        (BadgeKind::Range { reduce, .. }, Answer::Matrix(matrix)) => {
            value::range(spec, programs, reduce, matrix)
        }
        _ => Err(Failure::unexpected_type()),
    };
    match &outcome {
        Ok(Outcome { warning: Some(warning), .. }) if entry.warned.is_new(fetched) => {
            tracing::warn!(id = spec.id, warning, "a badge is not shown as it should be");
        }
        Err(Failure { reason, detail, .. }) if entry.warned.is_new(fetched) => {
            let detail = detail.as_deref().unwrap_or_default();
            tracing::warn!(id = spec.id, reason, detail, "a badge cannot be shown");
        }
        _ => {}
    }
    outcome
}

fn picture(entry: &BadgeEntry, outcome: &Outcome, style: Style, old: Option<Duration>) -> String {
    let suffix = old.map(|age| format!(" ({} old)", in_words(age)));
    draw::svg(&Picture {
        color: outcome.color.as_deref().unwrap_or_default(),
        label_color: entry.spec.look.label_color.as_deref(),
        style,
        font: entry.font,
        size: entry.spec.look.size,
        icon: entry.icon.as_ref(),
        title_suffix: suffix.as_deref(),
        ..Picture::new(&entry.spec.id, outcome.label.as_deref(), &outcome.value)
    })
}

/// The resolved colour of the label, where the configuration has one.
fn label_color(entry: &BadgeEntry) -> Option<String> {
    let color = entry.spec.look.label_color.as_deref()?;
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
