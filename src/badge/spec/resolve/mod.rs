//! The file as written becomes the configuration as meant: defaults below what each entry says.
//!
//! In: the file. Out: [`Config`]. Merging follows Go's `cmp.Or`: zero and the empty text count as
//! not said, while `false` does not. It never asks whether a server or a fact exists.

mod badge;
mod graph;
mod server;

use serde_saphyr::Spanned;

use super::check::{Checker, Known, place, set, set_plain};
use super::raw::{self, Text};
use super::{
    BadgeLook, Cache, ColorScheme, Config, ConfigError, Favicon, Overrides, Place, favicon,
};

const MAX_AGE: u32 = 300;
const FONT: &str = "dejavu-sans";
const SIZE: u32 = 11;
const STYLE: &str = "flat";

/// Reads, merges and checks a configuration; every problem is told at once.
pub fn parse(text: &str, known: &Known<'_>) -> Result<Config, ConfigError> {
    let file = raw::read(text)?;
    let mut checker = Checker::new(*known);
    let config = checker.config(file);
    match ConfigError::of(checker.problems) {
        Some(error) => Err(error),
        None => Ok(config),
    }
}

/// What badges have that say nothing themselves.
struct BadgeDefaults {
    look: BadgeLook,
    overrides: Overrides,
    hidden: bool,
}

impl Checker<'_> {
    fn config(&mut self, file: raw::File) -> Config {
        let cache = self.cache(file.cache.unwrap_or_default());
        let favicon = self.favicon(file.favicon);
        let defaults = file.defaults.unwrap_or_default();
        let badge = self.badge_defaults(defaults.badge.unwrap_or_default());
        let graph = self.graph_look(defaults.graph.unwrap_or_default(), "defaults.graph");
        let sources = self.servers(file.sources.unwrap_or_default());
        self.sources = sources.keys().cloned().collect();
        Config {
            prometheus: set_plain(file.prometheus),
            sources,
            gallery: file.gallery.and_then(|gallery| gallery.enabled).unwrap_or(true),
            cache,
            cors: self.origins(file.cors),
            legacy_routes: file.legacy_routes.unwrap_or(false),
            favicon,
            badges: self.badges(file.badges.unwrap_or_default(), &badge),
            graphs: self.graphs(file.graphs.unwrap_or_default(), &graph),
            badge_defaults: badge.look,
        }
    }

    fn cache(&mut self, cache: raw::Cache) -> Cache {
        Cache {
            enabled: cache.enabled.unwrap_or(true),
            max_age: self.max_age(cache.max_age, "cache.maxAge").unwrap_or(MAX_AGE),
            stale_limit: self.duration(set(cache.stale_limit), "cache.staleLimit"),
        }
    }

    /// Seconds; 0 counts as not said.
    fn max_age(&mut self, max_age: Option<Spanned<i64>>, path: &str) -> Option<u32> {
        let max_age = max_age?;
        if max_age.value < 0 {
            self.wrong(format!("{path}: must not be negative"), place(&max_age));
        }
        Some(u32::try_from(max_age.value).unwrap_or(u32::MAX)).filter(|seconds| *seconds > 0)
    }

    fn own_max_age(&mut self, cache: Option<raw::OwnCache>, path: &str) -> Option<u32> {
        self.max_age(cache?.max_age, &format!("{path}.cache.maxAge"))
    }

    fn favicon(&mut self, text: Text) -> Option<Favicon> {
        let text = set(text)?;
        favicon::decode(&text.value).map_err(|message| self.wrong(message, place(&text))).ok()
    }

    fn badge_defaults(&mut self, defaults: raw::BadgeDefaults) -> BadgeDefaults {
        let path = "defaults.badge";
        let font = self.font(defaults.font, &format!("{path}.font"));
        let style = self.style(defaults.style, &format!("{path}.style"));
        let scheme = self.scheme(defaults.color_scheme, &format!("{path}.colorScheme"));
        let look = BadgeLook {
            font: font.unwrap_or_else(|| FONT.to_owned()),
            size: positive(defaults.size).unwrap_or(SIZE),
            style: style.unwrap_or_else(|| STYLE.to_owned()),
            label_color: set_plain(defaults.label_color),
            scheme: scheme.unwrap_or_default(),
            dark_label_color: set_plain(defaults.dark_label_color),
        };
        BadgeDefaults {
            look,
            overrides: self.overrides(defaults.overrides, path).unwrap_or_default(),
            hidden: hidden(defaults.gallery.as_ref()).unwrap_or(false),
        }
    }

    fn scheme(&mut self, text: Text, path: &str) -> Option<ColorScheme> {
        let text = set(text)?;
        match text.value.as_str() {
            "auto" => Some(ColorScheme::Auto),
            "fixed" => Some(ColorScheme::Fixed),
            other => {
                let got = super::super::expr::quote(other);
                self.wrong(
                    format!("{path}: unknown scheme {got}, use auto or fixed"),
                    place(&text),
                );
                None
            }
        }
    }

    fn overrides(&mut self, names: Option<Vec<Spanned<String>>>, path: &str) -> Option<Overrides> {
        let mut overrides = Overrides::default();
        for name in names? {
            match name.value.as_str() {
                "label" => overrides.label = true,
                "color" => overrides.color = true,
                "labelColor" => overrides.label_color = true,
                other => {
                    let got = super::super::expr::quote(other);
                    let message =
                        format!("{path}.overrides: unknown {got}, use label, color, labelColor");
                    self.wrong(message, place(&name));
                }
            }
        }
        Some(overrides)
    }

    /// Origins as a browser sends them: a scheme and a host, without a path.
    fn origins(&mut self, cors: Option<raw::Cors>) -> Vec<String> {
        let mut origins = vec![];
        for origin in cors.map(|cors| cors.origins).unwrap_or_default() {
            let text = origin.value.trim_end_matches('/');
            let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            let is_host = |host: &str| {
                !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
            };
            if text != "*" && !host.is_some_and(is_host) {
                let message = "cors.origins: an origin is `*`, or a scheme and a host such as \
                               `https://www.example.com`";
                self.wrong(message.to_owned(), place(&origin));
            }
            origins.push(text.to_ascii_lowercase());
        }
        origins
    }
}

/// An expression with its place.
fn expression(text: Text) -> Option<(String, Option<Place>)> {
    set(text).map(|text| (text.value.clone(), place(&text)))
}

fn hidden(gallery: Option<&raw::Hidden>) -> Option<bool> {
    gallery.and_then(|gallery| gallery.hidden)
}

/// A size in pixels; zero and less count as not said.
fn positive(size: Option<i64>) -> Option<u32> {
    size.filter(|size| *size > 0).map(|size| u32::try_from(size).unwrap_or(u32::MAX))
}
