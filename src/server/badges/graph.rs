//! `/graphs/{id}`: a window of time as SVG, PNG or JSON.
//!
//! In: an id and parameters. Out: a response. The window goes to Prometheus, the looks do not; what
//! is drawn is remembered until there is a newer value.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Response};

use super::app::App;
use super::ask::Parameters;
use super::book::{Book, GraphEntry};
use super::counters::{Format, Kind};
use super::fetch::{Fetched, Question, fetch};
use super::respond::{self, Rendered};
use crate::badge::graph::{self, Graph, Options, RenderParams, Theme, Window, WindowParams};
use crate::badge::value::Failure;
use crate::badge::{Matrix, png};
use crate::prometheus::{Answer, Held};

/// Points that are drawn without leaving the thread that answers.
const QUICK_POINTS: usize = 10_000;

/// Answers one request.
pub(super) async fn answer(
    app: &App,
    book: &Arc<Book>,
    id: &str,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Response<Body> {
    let format = match parameters.get("format") {
        Some("json") => Format::Json,
        Some("png") => Format::Png,
        _ => Format::Svg,
    };
    let Some(entry) = book.graph(id) else {
        app.shared.counters.unknown(Kind::Graph, format);
        return respond::failure(id, &Failure::not_found(), format);
    };
    entry.requests.count(format);
    match made(app, book, entry, parameters, format).await {
        Ok((rendered, held)) => {
            let keep = app.keep(book, &held, entry.max_age);
            respond::success(&rendered, keep, headers)
        }
        Err(failure) => respond::failure(id, &failure, format),
    }
}

async fn made(
    app: &App,
    book: &Arc<Book>,
    entry: &Arc<GraphEntry>,
    parameters: &Parameters,
    format: Format,
) -> Result<(Rendered, Held<Fetched>), Failure> {
    let looks = Looks::from(entry.options().with(&render_params(parameters)));
    if format == Format::Png {
        let bad = |error: png::Error| Failure::invalid_parameter(error);
        png::check_size(looks.width, looks.height).map_err(bad)?;
    }
    let asked = window_params(parameters);
    let now = (app.shared.settings.now)();
    let window = graph::window(&asked, now, entry.spec.max_duration).map_err(|error| Failure {
        status: 400,
        reason: error.to_string(),
        detail: None,
    })?;
    let key = format!("{:?}\n{}\n{}", entry.spec.origin, span(&asked, window), entry.spec.query);
    let question = || Question::Range { query: entry.spec.query.clone(), window };
    let held = fetch(app, &entry.asked, &key, app.policy(book, entry.max_age), question).await?;
    let key = (format, span(&asked, window), looked(parameters));
    if !held.is_stale
        && let Some(rendered) = entry.memory.get(&key, &held.value)
    {
        return Ok((rendered, held));
    }
    let looks = Looks { utc_offset: app.shared.settings.zone.offset_at(window.end), ..looks };
    let rendered = drawn(app, entry, looks, &held, format).await?;
    if !held.is_stale {
        entry.memory.put(key, &held.value, &rendered);
    }
    Ok((rendered, held))
}

fn window_params(parameters: &Parameters) -> WindowParams<'_> {
    WindowParams {
        last: parameters.get("last"),
        start: parameters.get("start"),
        end: parameters.get("end"),
        step: parameters.get("step"),
    }
}

fn render_params(parameters: &Parameters) -> RenderParams<'_> {
    RenderParams {
        width: parameters.get("width"),
        height: parameters.get("height"),
        legend: parameters.get("legend"),
        fill: parameters.get("fill"),
        ymin: parameters.get("ymin"),
        ymax: parameters.get("ymax"),
        theme: parameters.get("theme"),
    }
}

/// The window as a key: windows that end now are the same whenever they are asked for.
fn span(asked: &WindowParams<'_>, window: Window) -> String {
    let Window { start, end, step } = window;
    let step = if asked.step.is_some() { step.to_string() } else { "auto".to_owned() };
    match (asked.last, asked.start, asked.end) {
        (Some(_), _, _) | (None, None, None) => format!("last {} {step}", (end - start).round()),
        (None, Some(_), None) => format!("from {start} {step}"),
        (None, _, Some(_)) => format!("at {start} {end} {step}"),
    }
}

/// The looks as a key.
fn looked(parameters: &Parameters) -> String {
    let names = ["width", "height", "legend", "fill", "ymin", "ymax", "theme"];
    let values = names.map(|name| parameters.get(name).unwrap_or_default());
    values.join("\n")
}

/// [`Options`] without its borrowed formatter, to be sent to another thread.
struct Looks {
    width: u32,
    height: u32,
    legend: bool,
    fill: bool,
    theme: Theme,
    y_min: Option<f64>,
    y_max: Option<f64>,
    utc_offset: i32,
}

impl From<Options<'_>> for Looks {
    fn from(options: Options<'_>) -> Self {
        let Options { width, height, legend, fill, theme, y_min, y_max, utc_offset, .. } = options;
        Self { width, height, legend, fill, theme, y_min, y_max, utc_offset }
    }
}

async fn drawn(
    app: &App,
    entry: &Arc<GraphEntry>,
    looks: Looks,
    held: &Held<Fetched>,
    format: Format,
) -> Result<Rendered, Failure> {
    let Answer::Matrix(matrix) = &held.value.answer else { return Err(Failure::unexpected_type()) };
    let points: usize = matrix.iter().map(|series| series.points.len()).sum();
    let stale = held.is_stale.then_some(held.age);
    if format != Format::Png && points <= QUICK_POINTS {
        return draw(entry, &looks, &held.value, stale, format);
    }
    let (entry, value) = (Arc::clone(entry), Arc::clone(&held.value));
    app.draw(move || draw(&entry, &looks, &value, stale, format)).await
}

fn draw(
    entry: &GraphEntry,
    looks: &Looks,
    fetched: &Arc<Fetched>,
    stale: Option<std::time::Duration>,
    format: Format,
) -> Result<Rendered, Failure> {
    let Answer::Matrix(matrix) = &fetched.answer else { return Err(Failure::unexpected_type()) };
    let title = match stale {
        Some(age) => format!("{} ({} old)", entry.spec.name(), super::badge::in_words(age)),
        None => entry.spec.name().to_owned(),
    };
    let format_tick = entry.ticks.as_ref().map(|program| {
        move |value: f64| {
            let text = program.eval(value, &std::collections::BTreeMap::new());
            text.unwrap_or_else(|_| value.to_string())
        }
    });
    let mut options = entry.options();
    options.width = looks.width;
    options.height = looks.height;
    options.legend = looks.legend;
    options.fill = looks.fill;
    options.theme = looks.theme;
    options.y_min = looks.y_min;
    options.y_max = looks.y_max;
    options.utc_offset = looks.utc_offset;
    options.format_tick = format_tick.as_ref().map(|format| format as &dyn Fn(f64) -> String);
    let name = entry.spec.name();
    let graph = picture(&entry.spec.id, &title, matrix, fetched.window, options);
    if graph.dropped() > 0 && entry.warned.is_new(fetched) {
        let dropped = graph.dropped();
        tracing::warn!(id = entry.spec.id, dropped, "a graph has too many series");
    }
    let body = match format {
        Format::Png => graph::png(&graph).map_err(Failure::render)?,
        Format::Json | Format::Shields => json(&Graph { title: name, ..graph }, stale).into_bytes(),
        Format::Svg => graph::svg(&graph).into_bytes(),
    };
    Ok(Rendered::new(respond::content_type(format), body))
}

fn picture<'a>(
    id: &'a str,
    title: &'a str,
    series: &'a Matrix,
    window: Window,
    options: Options<'a>,
) -> Graph<'a> {
    let Window { start, end, step } = window;
    Graph { id, title, series, start, end, step, options }
}

/// The samples, with a mark where they stand in for newer ones.
fn json(graph: &Graph<'_>, stale: Option<std::time::Duration>) -> String {
    let mut text = graph::json(graph);
    if let Some(age) = stale {
        text.pop();
        _ = write!(text, ",\"stale\":true,\"age\":{}}}", age.as_secs());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: &str) {
        let parameters = Parameters::new(query);
        let asked = window_params(&parameters);
        for now in [1_704_067_200.0, 1_704_067_300.5] {
            let window = graph::window(&asked, now, None).expect("a window");
            assert_eq!(span(&asked, window), expected, "{query}");
        }
    }

    #[test]
    fn windows_that_end_now_have_one_key() {
        check("", "last 3600 auto");
        check("last=1h", "last 3600 auto");
        check("last=60m&start=1&end=2", "last 3600 auto");
        check("last=2h&step=5m", "last 7200 300");
        check("start=1704000000", "from 1704000000 auto");
        check("start=1704000000&end=1704003600", "at 1704000000 1704003600 auto");
    }
}
