//! The schema of the file as it is written: every key optional, unknown keys refused.
//!
//! In: YAML. Out: [`File`], whose values know their places, or what the reader found wrong. It never
//! judges values.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::{Options, Spanned};

use super::{ConfigError, Place, preset};

/// Keys of the schemas before 0.12.
const LEGACY: &[&str] = &["metrics", "badge", "hideAll", "history", "templates"];

/// A text with its place.
pub(super) type Text = Option<Spanned<String>>;

/// Badges and graphs of Prometheus values: kromgo's schema, and what Rackbook adds to it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(title = "Configuration of rackbook badges")]
pub(super) struct File {
    /// URL of the Prometheus, Thanos, Mimir or VictoriaMetrics server to ask. The variable
    /// `KROMGO_PROMETHEUS_URL` wins over it.
    pub(super) prometheus: Option<String>,
    /// Further servers, by the name that a badge's `source` says.
    #[schemars(with = "Option<BTreeMap<String, Server>>")]
    pub(super) sources: Option<IndexMap<String, Spanned<Server>>>,
    /// The page that lists all badges and graphs.
    pub(super) gallery: Option<Gallery>,
    /// How long answers may be kept.
    pub(super) cache: Option<Cache>,
    /// Which other sites may read answers with scripts.
    pub(super) cors: Option<Cors>,
    /// Also answer the addresses of kromgo before 0.11: `/query?metric=ID` and `/ID`.
    pub(super) legacy_routes: Option<bool>,
    /// A PNG, ICO or GIF file in base64 for `/favicon.ico`.
    #[schemars(with = "Option<String>")]
    pub(super) favicon: Text,
    /// What badges and graphs have that say nothing themselves.
    pub(super) defaults: Option<Defaults>,
    /// The badges.
    #[schemars(with = "Option<Vec<Badge>>")]
    pub(super) badges: Option<Vec<Spanned<Badge>>>,
    /// The graphs.
    #[schemars(with = "Option<Vec<Graph>>")]
    pub(super) graphs: Option<Vec<Spanned<Graph>>>,
}

/// A server with the query API of Prometheus.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Server {
    /// Its address, to which `/api/v1/query` is added.
    #[schemars(with = "String")]
    pub(super) url: Text,
    /// User and password.
    pub(super) basic_auth: Option<BasicAuth>,
    /// File with a token; read again when the configuration is loaded.
    pub(super) bearer_token_file: Option<String>,
    /// Further headers, such as `X-Scope-OrgID` for a tenant.
    pub(super) headers: Option<BTreeMap<String, String>>,
    /// File with certificates to trust, in PEM.
    pub(super) ca_file: Option<String>,
    /// Longest time for one query, such as `10s`; that of `KROMGO_QUERY_TIMEOUT` otherwise.
    #[schemars(with = "Option<String>")]
    pub(super) timeout: Text,
}

/// User and password for a server.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct BasicAuth {
    /// The name.
    pub(super) username: String,
    /// File with the password.
    pub(super) password_file: String,
}

/// The page that lists all badges and graphs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Gallery {
    /// Whether there is one; a plain landing page otherwise.
    pub(super) enabled: Option<bool>,
}

/// How long answers may be kept.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Cache {
    /// Whether they may be kept at all.
    pub(super) enabled: Option<bool>,
    /// For how many seconds; 300 where it is left out or 0.
    #[schemars(with = "Option<u32>")]
    pub(super) max_age: Option<Spanned<i64>>,
    /// How old a value may get while its server fails, such as `24h`; `0` shows no old values.
    #[schemars(with = "Option<String>")]
    pub(super) stale_limit: Text,
}

/// Which other sites may read answers with scripts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cors {
    /// Origins such as `https://www.example.com`, or `*` for every site.
    #[schemars(with = "Vec<String>")]
    pub(super) origins: Vec<Spanned<String>>,
}

/// What badges and graphs have that say nothing themselves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Defaults {
    /// For badges.
    pub(super) badge: Option<BadgeDefaults>,
    /// For graphs.
    pub(super) graph: Option<GraphFields>,
}

/// What badges have that say nothing themselves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct BadgeDefaults {
    /// `dejavu-sans`, `dejavu-sans-bold`, `comic-neue` or `comic-neue-bold`.
    #[schemars(with = "Option<String>", extend("enum" = ["dejavu-sans", "dejavu-sans-bold", "comic-neue", "comic-neue-bold"]))]
    pub(super) font: Text,
    /// Size of the text in pixels; 11 where it is left out.
    pub(super) size: Option<i64>,
    /// `flat`, `flat-square`, `plastic`, `for-the-badge` or `social`.
    #[schemars(with = "Option<String>", extend("enum" = ["flat", "flat-square", "plastic", "for-the-badge", "social"]))]
    pub(super) style: Text,
    /// Colour of the left part.
    pub(super) label_color: Option<String>,
    /// `auto` follows the reader's colour scheme, `fixed` does not.
    #[schemars(with = "Option<String>", extend("enum" = ["auto", "fixed"]))]
    pub(super) color_scheme: Text,
    /// Colour of the left part in the dark, with `colorScheme: auto`.
    pub(super) dark_label_color: Option<String>,
    /// What an address may set with `?label=`, `?color=` and `?labelColor=`.
    #[schemars(with = "Option<Vec<String>>", extend("items" = {"enum": ["label", "color", "labelColor"]}))]
    pub(super) overrides: Option<Vec<Spanned<String>>>,
    /// Whether the gallery leaves badges out.
    pub(super) gallery: Option<Hidden>,
}

/// Whether the gallery leaves something out.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Hidden {
    /// Whether it does.
    pub(super) hidden: Option<bool>,
}

/// How long the answers of one badge or graph may be kept.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct OwnCache {
    /// For how many seconds.
    #[schemars(with = "Option<u32>")]
    pub(super) max_age: Option<Spanned<i64>>,
}

/// A badge: one value.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Badge {
    /// The last part of its address: letters, digits, `.`, `_`, `-`. With `forEach` it holds the
    /// label in braces, such as `temperature_{node}`.
    #[schemars(with = "Option<String>")]
    pub(super) id: Text,
    /// A ready-made badge; what is said here wins over it.
    #[schemars(with = "Option<String>", extend("enum" = preset_names()))]
    pub(super) preset: Text,
    /// Text of the left part; the id where it is left out.
    pub(super) title: Option<String>,
    /// A name of `sources`, or `facts` for what the repository says.
    #[schemars(with = "Option<String>")]
    pub(super) source: Text,
    /// PromQL; the name of a fact with `source: facts`.
    #[schemars(with = "Option<String>")]
    pub(super) query: Text,
    /// `instant`, `range`, `up` or `alerts`.
    #[serde(rename = "type")]
    #[schemars(with = "Option<String>", extend("enum" = ["instant", "range", "up", "alerts"]))]
    pub(super) kind: Text,
    /// The span of time of a badge of type `range`.
    #[schemars(with = "Option<Range>")]
    pub(super) range: Option<Spanned<Range>>,
    /// CEL that makes the message of `result` and `labels`.
    #[schemars(with = "Option<String>")]
    pub(super) value_expr: Text,
    /// CEL that makes the colour.
    #[schemars(with = "Option<String>")]
    pub(super) color_expr: Text,
    /// Colour of the left part.
    pub(super) label_color: Option<String>,
    /// `auto` follows the reader's colour scheme, `fixed` does not.
    #[schemars(with = "Option<String>", extend("enum" = ["auto", "fixed"]))]
    pub(super) color_scheme: Text,
    /// Colour of the left part in the dark, with `colorScheme: auto`.
    pub(super) dark_label_color: Option<String>,
    /// `flat`, `flat-square`, `plastic`, `for-the-badge` or `social`.
    #[schemars(with = "Option<String>", extend("enum" = ["flat", "flat-square", "plastic", "for-the-badge", "social"]))]
    pub(super) style: Text,
    /// `mdi:name` of Material Design Icons, or `si:name` of Simple Icons.
    #[schemars(with = "Option<String>")]
    pub(super) icon: Text,
    /// Draws the points of a badge of type `range` behind its message.
    #[schemars(with = "Option<bool>")]
    pub(super) sparkline: Option<Spanned<bool>>,
    /// One badge for each value of a label.
    #[schemars(with = "Option<ForEach>")]
    pub(super) for_each: Option<Spanned<ForEach>>,
    /// What an address may set: `label`, `color`, `labelColor`.
    #[schemars(with = "Option<Vec<String>>", extend("items" = {"enum": ["label", "color", "labelColor"]}))]
    pub(super) overrides: Option<Vec<Spanned<String>>>,
    /// How long its answers may be kept.
    pub(super) cache: Option<OwnCache>,
    /// Whether the gallery leaves it out.
    pub(super) gallery: Option<Hidden>,
}

/// The span of time of a badge.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    /// Its length, such as `24h`.
    #[schemars(with = "String")]
    pub(super) last: Text,
    /// How long before now it ends.
    #[schemars(with = "Option<String>")]
    pub(super) offset: Text,
    /// Time between two points; a hundredth of the span, at least a minute, where it is left out.
    #[schemars(with = "Option<String>")]
    pub(super) step: Text,
    /// `last`, `first`, `avg`, `min`, `max` or `sum`.
    #[schemars(with = "Option<String>", extend("enum" = ["last", "first", "avg", "min", "max", "sum"]))]
    pub(super) reduce: Text,
}

/// One badge for each value of a label.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ForEach {
    /// The label.
    pub(super) label: String,
    /// How many badges there may be; 50 where it is left out, at most 500.
    #[schemars(with = "Option<u32>")]
    pub(super) max: Option<Spanned<i64>>,
}

/// What a graph and the defaults of graphs have in common.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GraphFields {
    /// The longest window that may be asked for, such as `7d`; `0` is any.
    #[schemars(with = "Option<String>")]
    pub(super) max_duration: Text,
    /// Pixels; 600 where it is left out.
    pub(super) width: Option<i64>,
    /// Pixels; 200 where it is left out.
    pub(super) height: Option<i64>,
    /// Whether the series are named.
    pub(super) legend: Option<bool>,
    /// Whether the area below the line is tinted.
    pub(super) fill: Option<bool>,
    /// Name of a theme; `auto` follows the reader's colour scheme.
    #[schemars(with = "Option<String>")]
    pub(super) theme: Text,
    /// Name of a font.
    #[schemars(with = "Option<String>", extend("enum" = ["dejavu-sans", "dejavu-sans-bold", "comic-neue", "comic-neue-bold"]))]
    pub(super) font: Text,
    /// CEL that writes the numbers of the value axis.
    #[schemars(with = "Option<String>")]
    pub(super) value_expr: Text,
    /// Lower end of the value axis.
    pub(super) y_min: Option<f64>,
    /// Upper end of the value axis.
    pub(super) y_max: Option<f64>,
    /// Dashed lines for the first series: `average`, `min`, `max`, `median`.
    #[schemars(with = "Option<Vec<String>>", extend("items" = {"enum": ["average", "min", "max", "median"]}))]
    pub(super) mark_line: Option<Vec<Spanned<String>>>,
    /// Whether the gallery leaves it out.
    pub(super) gallery: Option<Hidden>,
}

/// A graph: a window of time.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Graph {
    /// The last part of its address: letters, digits, `.`, `_`, `-`.
    #[schemars(with = "String")]
    pub(super) id: Text,
    /// Text above it; the id where it is left out.
    pub(super) title: Option<String>,
    /// A name of `sources`.
    #[schemars(with = "Option<String>")]
    pub(super) source: Text,
    /// PromQL.
    #[schemars(with = "String")]
    pub(super) query: Text,
    /// How long its answers may be kept.
    pub(super) cache: Option<OwnCache>,
    // Serde cannot flatten and refuse unknown keys at once, so these stand here again.
    /// The longest window that may be asked for, such as `7d`; `0` is any.
    #[schemars(with = "Option<String>")]
    max_duration: Text,
    /// Pixels; 600 where it is left out.
    width: Option<i64>,
    /// Pixels; 200 where it is left out.
    height: Option<i64>,
    /// Whether the series are named.
    legend: Option<bool>,
    /// Whether the area below the line is tinted.
    fill: Option<bool>,
    /// Name of a theme; `auto` follows the reader's colour scheme.
    #[schemars(with = "Option<String>")]
    theme: Text,
    /// Name of a font.
    #[schemars(with = "Option<String>", extend("enum" = ["dejavu-sans", "dejavu-sans-bold", "comic-neue", "comic-neue-bold"]))]
    font: Text,
    /// CEL that writes the numbers of the value axis.
    #[schemars(with = "Option<String>")]
    value_expr: Text,
    /// Lower end of the value axis.
    y_min: Option<f64>,
    /// Upper end of the value axis.
    y_max: Option<f64>,
    /// Dashed lines for the first series: `average`, `min`, `max`, `median`.
    #[schemars(with = "Option<Vec<String>>", extend("items" = {"enum": ["average", "min", "max", "median"]}))]
    mark_line: Option<Vec<Spanned<String>>>,
    /// Whether the gallery leaves it out.
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

/// The JSON Schema of the file, draft 2020-12.
pub(super) fn schema() -> serde_json::Value {
    let mut rest = schemars::schema_for!(File).to_value();
    let mut schema = serde_json::Map::new();
    // What tells a reader most stands first.
    for key in ["$schema", "title", "description"] {
        let value = rest.as_object_mut().and_then(|rest| rest.shift_remove(key));
        schema.extend(value.map(|value| (key.to_owned(), value)));
    }
    if let serde_json::Value::Object(rest) = rest {
        schema.extend(rest);
    }
    schema.into()
}

fn preset_names() -> Vec<&'static str> {
    preset::ALL.iter().map(|preset| preset.name).collect()
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
        "{} belongs to the pre-0.12 schema of kromgo; see Upgrading 0.11 → 0.12, or let \
         `rackbook badges migrate` rewrite the file",
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
