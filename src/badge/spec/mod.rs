//! The text of a configuration file in kromgo's schema becomes a [`Config`].
//!
//! In: YAML. Out: every badge and graph with its defaults applied and its words checked, or all that
//! is wrong with line and column. It never compiles expressions (see
//! [`Programs`](super::value::Programs)), reads files or looks at the environment.

mod check;
mod duration;
mod error;
mod favicon;
pub mod preset;
mod raw;
mod resolve;

use std::collections::BTreeMap;
use std::time::Duration;

pub use check::Known;
pub use duration::{DurationError, parse_duration};
pub use error::{ConfigError, Place, Problem};
pub use favicon::Favicon;
pub use preset::{Preset, PresetKind};
pub use resolve::parse;

/// The JSON Schema (draft 2020-12) of a configuration file, for editors.
pub fn schema() -> serde_json::Value {
    raw::schema()
}

/// A configuration with all defaults applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// URL of the server to ask; the environment may give another.
    pub prometheus: Option<String>,
    /// Further servers by name.
    pub sources: BTreeMap<String, ServerSpec>,
    /// Whether `/` lists the badges; a landing page stands there otherwise.
    pub gallery: bool,
    /// How long answers may be kept.
    pub cache: Cache,
    /// Origins whose scripts may read answers; `*` is every one.
    pub cors: Vec<String>,
    /// Whether addresses of kromgo before 0.11 are answered too.
    pub legacy_routes: bool,
    /// The picture for `/favicon.ico`.
    pub favicon: Option<Favicon>,
    /// What error badges and badges without their own settings look like.
    pub badge_defaults: BadgeLook,
    /// In the order of the file, which is the order of the gallery.
    pub badges: Vec<BadgeSpec>,
    /// In the order of the file, which is the order of the gallery.
    pub graphs: Vec<GraphSpec>,
}

/// What `Cache-Control` says for successes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Whether anything may be kept at all.
    pub enabled: bool,
    /// Seconds.
    pub max_age: u32,
    /// How old a value may get while its server fails; absent where the file does not say.
    pub stale_limit: Option<Duration>,
}

/// A server of the file's `sources`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSpec {
    /// Its address.
    pub url: String,
    /// User, and the file with the password.
    pub basic_auth: Option<(String, String)>,
    /// The file with a token.
    pub bearer_token_file: Option<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The file with certificates.
    pub ca_file: Option<String>,
    /// Limit for one query; absent where the file does not say.
    pub timeout: Option<Duration>,
}

/// Where a value comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The server of `prometheus:`.
    #[default]
    Prometheus,
    /// A server of `sources:`, which has this name.
    Named(String),
    /// The repository: no server is asked.
    Facts,
}

/// Whether a badge follows the reader's colour scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorScheme {
    /// The same for everyone.
    #[default]
    Fixed,
    /// Darker where the reader prefers the dark.
    Auto,
}

/// What an address may set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `?label=`.
    pub label: bool,
    /// `?color=`.
    pub color: bool,
    /// `?labelColor=`.
    pub label_color: bool,
}

/// Font, size and style: what all badges of a configuration share unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeLook {
    /// Name of a font, such as `dejavu-sans`; known to exist.
    pub font: String,
    /// Font size in pixels, at least 1.
    pub size: u32,
    /// One of `flat`, `flat-square`, `plastic`, `for-the-badge`, `social`.
    pub style: String,
    /// Name or hex as written; absent means the drawing's default. Not checked, as in kromgo.
    pub label_color: Option<String>,
    /// Whether it follows the reader's colour scheme.
    pub scheme: ColorScheme,
    /// As `label_color`, in the dark; absent means the drawing's default.
    pub dark_label_color: Option<String>,
}

/// One badge.
#[derive(Clone, Debug, PartialEq)]
pub struct BadgeSpec {
    /// Letters, digits, `.`, `_` and `-`; unique among badges. With [`for_each`](Self::for_each) it
    /// holds the label in braces once.
    pub id: String,
    /// As written; absent when empty. See [`BadgeSpec::label`].
    pub title: Option<String>,
    /// Where its value comes from.
    pub origin: Origin,
    /// `PromQL`, passed on as it is; the name of a fact where the repository is asked.
    pub query: String,
    /// Where the query stands; absent for that of a preset or type.
    pub query_at: Option<Place>,
    /// Whether a moment or a span of time is asked for.
    pub kind: BadgeKind,
    /// Makes the message.
    pub value_expr: String,
    /// Where the expression stands; absent for the default one.
    pub value_at: Option<Place>,
    /// Makes the colour.
    pub color_expr: Option<String>,
    /// Where the expression stands.
    pub color_at: Option<Place>,
    /// Font, size, style and label colour.
    pub look: BadgeLook,
    /// `mdi:name` or `si:name`; known to exist.
    pub icon: Option<String>,
    /// Whether the points of its span of time are drawn.
    pub sparkline: bool,
    /// Whether it stands for one badge per value of a label.
    pub for_each: Option<ForEach>,
    /// What an address may set.
    pub overrides: Overrides,
    /// Seconds for which its answers may be kept, where they are its own.
    pub max_age: Option<u32>,
    /// Whether the gallery leaves it out.
    pub hidden: bool,
}

/// One badge for each value of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForEach {
    /// The label.
    pub label: String,
    /// How many values count, in the order of the answer.
    pub max: usize,
}

impl BadgeSpec {
    /// The name that JSON and the gallery show: the title, else the id.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// The text of the left side: as [`name`](Self::name), but an icon alone needs no words.
    pub fn label(&self) -> Option<&str> {
        match (&self.title, &self.icon) {
            (None, Some(_)) => None,
            _ => Some(self.name()),
        }
    }
}

/// What a badge asks its server for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadgeKind {
    /// The value now.
    Instant,
    /// A span of time, reduced to one value.
    Range {
        /// Its length, above zero.
        last: Duration,
        /// How long before now it ends.
        offset: Duration,
        /// Time between two points, above zero.
        step: Duration,
        /// How many values become one.
        reduce: Reduce,
    },
    /// All samples now: the share of them that is not 0.
    Up,
    /// All samples now: each is an alert that fires.
    Alerts,
}

/// How the points of a series become one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduce {
    /// The latest.
    #[default]
    Last,
    /// The earliest.
    First,
    /// The mean.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// All together.
    Sum,
}

/// One graph.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphSpec {
    /// Letters, digits, `.`, `_` and `-`; unique among graphs.
    pub id: String,
    /// As written; absent when empty.
    pub title: Option<String>,
    /// The server that is asked.
    pub origin: Origin,
    /// `PromQL`, passed on as it is.
    pub query: String,
    /// Where the query stands.
    pub query_at: Option<Place>,
    /// The longest window that may be asked for; absent means any.
    pub max_duration: Option<Duration>,
    /// Pixels; not clamped.
    pub width: u32,
    /// Pixels; not clamped.
    pub height: u32,
    /// Whether the series are named.
    pub legend: bool,
    /// Whether the area below the line is tinted.
    pub fill: bool,
    /// Name of a theme, known to exist; absent means the drawing's default.
    pub theme: Option<String>,
    /// Name of a font, known to exist; absent means the drawing's default.
    pub font: Option<String>,
    /// Formats the ticks of the value axis; absent means the drawing's own numbers.
    pub value_expr: Option<String>,
    /// Where the expression stands.
    pub value_at: Option<Place>,
    /// Lower end of the value axis.
    pub y_min: Option<f64>,
    /// Upper end of the value axis.
    pub y_max: Option<f64>,
    /// Dashed lines for the first series.
    pub mark_lines: Vec<MarkLine>,
    /// Seconds for which its answers may be kept, where they are its own.
    pub max_age: Option<u32>,
    /// Whether the gallery leaves it out.
    pub hidden: bool,
}

impl GraphSpec {
    /// The name that is shown: the title, else the id.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}

/// A level that a graph marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkLine {
    /// The mean of the first series.
    Average,
    /// Its least value.
    Min,
    /// Its greatest value.
    Max,
    /// Its middle value.
    Median,
}

#[cfg(test)]
mod tests;
