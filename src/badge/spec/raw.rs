//! The schema of the file as it is written: every key optional, unknown keys refused.
//!
//! In: YAML. Out: [`File`], whose values know their places, or what the reader found wrong. It never
//! judges values.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::{Options, Spanned};

use super::{ConfigError, Place};

/// Keys of the schemas before 0.12.
const LEGACY: &[&str] = &["metrics", "badge", "hideAll", "history", "templates"];

/// A text with its place.
pub(super) type Text = Option<Spanned<String>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct File {
    pub(super) prometheus: Option<String>,
    pub(super) gallery: Option<Gallery>,
    pub(super) cache: Option<Cache>,
    pub(super) favicon: Text,
    pub(super) defaults: Option<Defaults>,
    pub(super) badges: Option<Vec<Spanned<Badge>>>,
    pub(super) graphs: Option<Vec<Spanned<Graph>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gallery {
    pub(super) enabled: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Cache {
    pub(super) enabled: Option<bool>,
    pub(super) max_age: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Defaults {
    pub(super) badge: Option<BadgeDefaults>,
    pub(super) graph: Option<GraphFields>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct BadgeDefaults {
    pub(super) font: Text,
    pub(super) size: Option<i64>,
    pub(super) style: Text,
    pub(super) label_color: Option<String>,
    pub(super) gallery: Option<Hidden>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hidden {
    pub(super) hidden: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Badge {
    pub(super) id: Text,
    pub(super) title: Option<String>,
    pub(super) query: Text,
    #[serde(rename = "type")]
    pub(super) kind: Text,
    pub(super) range: Option<Spanned<Range>>,
    pub(super) value_expr: Text,
    pub(super) color_expr: Text,
    pub(super) label_color: Option<String>,
    pub(super) style: Text,
    pub(super) icon: Text,
    pub(super) gallery: Option<Hidden>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    pub(super) last: Text,
    pub(super) offset: Text,
    pub(super) step: Text,
    pub(super) reduce: Text,
}

/// What a graph and the defaults of graphs have in common.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GraphFields {
    pub(super) max_duration: Text,
    pub(super) width: Option<i64>,
    pub(super) height: Option<i64>,
    pub(super) legend: Option<bool>,
    pub(super) fill: Option<bool>,
    pub(super) theme: Text,
    pub(super) font: Text,
    pub(super) value_expr: Text,
    pub(super) y_min: Option<f64>,
    pub(super) y_max: Option<f64>,
    pub(super) mark_line: Option<Vec<Spanned<String>>>,
    pub(super) gallery: Option<Hidden>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Graph {
    pub(super) id: Text,
    pub(super) title: Option<String>,
    pub(super) query: Text,
    // Serde cannot flatten and refuse unknown keys at once, so these stand here again.
    max_duration: Text,
    width: Option<i64>,
    height: Option<i64>,
    legend: Option<bool>,
    fill: Option<bool>,
    theme: Text,
    font: Text,
    value_expr: Text,
    y_min: Option<f64>,
    y_max: Option<f64>,
    mark_line: Option<Vec<Spanned<String>>>,
    gallery: Option<Hidden>,
}

impl Graph {
    /// What it has in common with the defaults, taken out.
    pub(super) fn take_fields(&mut self) -> GraphFields {
        GraphFields {
            max_duration: self.max_duration.take(),
            width: self.width,
            height: self.height,
            legend: self.legend,
            fill: self.fill,
            theme: self.theme.take(),
            font: self.font.take(),
            value_expr: self.value_expr.take(),
            y_min: self.y_min,
            y_max: self.y_max,
            mark_line: self.mark_line.take(),
            gallery: self.gallery.take(),
        }
    }
}

/// Reads the file; a file of an older schema is told as such before anything else.
pub(super) fn read(text: &str) -> Result<File, ConfigError> {
    refuse_legacy(text)?;
    match serde_saphyr::from_str_with_options::<Option<File>>(text, options()) {
        Ok(file) => Ok(file.unwrap_or_default()),
        Err(serde_saphyr::Error::Eof { .. }) => Ok(File::default()),
        Err(error) => Err(invalid(&error)),
    }
}

fn options() -> Options {
    serde_saphyr::options! { with_snippet: false }
}

/// Tells the keys of an older schema; what else is wrong is left to the reading itself.
fn refuse_legacy(text: &str) -> Result<(), ConfigError> {
    type Keys = Option<Entries>;
    let Ok(Some(Entries(keys))) = serde_saphyr::from_str_with_options::<Keys>(text, options())
    else {
        return Ok(());
    };
    let is_legacy = |key: &&Spanned<String>| LEGACY.contains(&key.value.as_str());
    let Some(first) = keys.iter().find(is_legacy) else { return Ok(()) };
    let found: Vec<_> =
        keys.iter().filter(is_legacy).map(|key| format!("`{}`", key.value)).collect();
    let message = format!(
        "{} belongs to the pre-0.12 schema of kromgo; see Upgrading 0.11 → 0.12, or run \
         `rackbook badges migrate`",
        found.join(", ")
    );
    Err(ConfigError::new(message, Place::of(first.referenced)))
}

/// The keys of a map in their order.
struct Entries(Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> serde::de::Visitor<'de> for Keys {
            type Value = Entries;

            fn expecting(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
                to.write_str("a map of settings")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Entries, A::Error> {
                let mut keys = vec![];
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Entries(keys))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

fn invalid(error: &serde_saphyr::Error) -> ConfigError {
    let message = match error {
        serde_saphyr::Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("duplicate key `{key}`")
        }
        serde_saphyr::Error::MultipleDocuments { .. } => "more than one document".to_owned(),
        other => plain_message(&other.to_string()),
    };
    let place = error.location().and_then(Place::of);
    ConfigError::new(format!("invalid configuration: {message}"), place)
}

/// The reader's message without the place that it names.
fn plain_message(full: &str) -> String {
    let (first, rest) = full.split_once(": ").unwrap_or_default();
    let message = if first.starts_with("line ") { rest } else { full };
    message.split(" at line ").next().unwrap_or(message).to_owned()
}
