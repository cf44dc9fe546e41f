//! The query of a request: the parameters that matter, and no others.
//!
//! In: the text behind the `?`. Out: values by name, the first of each name as in Go. Names that
//! nobody reads make no difference. `amp;name` counts as `name`: HTML that was escaped twice asks
//! so.

use percent_encoding::percent_decode;

/// Parameters that anything reads.
const NAMES: [&str; 18] = [
    "format",
    "style",
    "label",
    "color",
    "labelColor",
    "metric",
    "ids",
    "last",
    "start",
    "end",
    "step",
    "width",
    "height",
    "legend",
    "fill",
    "ymin",
    "ymax",
    "theme",
];

/// Longest value that is read, in bytes as sent.
const MAX_VALUE: usize = 2048;

/// The parameters of one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters([Option<String>; NAMES.len()]);

impl Parameters {
    pub(super) fn new(query: &str) -> Self {
        let mut parameters = Self::default();
        // Go refuses pairs with a semicolon too.
        for pair in query.split('&').filter(|pair| !pair.contains(';') || is_escaped(pair)) {
            let pair = pair.strip_prefix("amp;").unwrap_or(pair);
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(idx) = NAMES.iter().position(|known| *known == name) else { continue };
            if value.len() <= MAX_VALUE && parameters.0[idx].is_none() {
                parameters.0[idx] = Some(decode(value));
            }
        }
        parameters
    }

    /// As addresses of kromgo before 0.11 mean them: without a format they ask for shields.io's
    /// JSON, and `badge` and `raw` are what `svg` and `json` are now.
    pub(super) fn of_old(mut self) -> Self {
        let format = match self.get("format") {
            None => "endpoint",
            Some("badge") => "svg",
            Some("raw") => "json",
            Some(_) => return self,
        };
        self.0[0] = Some(format.to_owned());
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let idx = NAMES.iter().position(|known| *known == name)?;
        self.0[idx].as_deref().filter(|value| !value.is_empty())
    }
}

fn is_escaped(pair: &str) -> bool {
    pair.strip_prefix("amp;").is_some_and(|rest| !rest.contains(';'))
}

/// Percent signs and pluses decoded; bytes that are no UTF-8 become `�`.
fn decode(value: &str) -> String {
    let spaced: Vec<u8> =
        value.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }).collect();
    percent_decode(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, name: &str, expected: Option<&str>) {
        assert_eq!(Parameters::new(query).get(name), expected, "{query}");
    }

    #[test]
    fn the_first_of_each_name_counts() {
        check("format=json&format=svg", "format", Some("json"));
        check("a=b&style=plastic&c", "style", Some("plastic"));
        check("format", "format", None);
        check("Format=json", "format", None);
        check("", "format", None);
        check("title=evil", "title", None);
    }

    #[test]
    fn values_are_decoded() {
        check("start=2024-01-01T00%3A00%3A00%2B02:00", "start", Some("2024-01-01T00:00:00+02:00"));
        check("last=1h+30m", "last", Some("1h 30m"));
        check("theme=%ff%00%zz", "theme", Some("\u{fffd}\0%zz"));
        check("last=7d&amp;theme=dracula", "theme", Some("dracula"));
        check("a;theme=dracula", "theme", None);
    }

    #[test]
    fn old_formats_have_new_names() {
        for (old, new) in [("", "endpoint"), ("format=badge", "svg"), ("format=raw", "json")] {
            assert_eq!(Parameters::new(old).of_old().get("format"), Some(new), "{old}");
        }
        assert_eq!(Parameters::new("format=png").of_old().get("format"), Some("png"));
    }

    #[test]
    fn unknown_parameters_change_nothing() {
        let one = Parameters::new("format=json");
        assert_eq!(one, Parameters::new("cb=1&format=json&cb=2"));
        check(&format!("style={}", "x".repeat(10_000)), "style", None);
    }
}
