//! Badges as JSON: kromgo's own form, that of shields.io's endpoint badges, and errors.
//!
//! In: outcomes. Out: one compact line with a line end, the same bytes as Go's `json.Encoder` writes:
//! keys in order, absent ones left out, and `<`, `>`, `&` escaped so that it is safe inside HTML.
//! Format: <https://shields.io/badges/endpoint-badge>.

use std::fmt::Write;

use super::expr::{plain, shortest};
use super::value::Outcome;

/// `{"id","title","value","color"?,"labelColor"?,"result"?,"labels"?}`; `label_color` is the resolved
/// hex, and a result without digits is left out.
pub fn kromgo(id: &str, outcome: &Outcome, label_color: Option<&str>) -> String {
    let mut object = Object::new();
    object.text("id", id);
    object.text("title", &outcome.title);
    object.text("value", &outcome.value);
    object.some("color", outcome.color.as_deref());
    object.some("labelColor", label_color);
    if let Some(result) = outcome.result.filter(|result| result.is_finite()) {
        object.raw("result", &number(result));
    }
    if !outcome.labels.is_empty() {
        let mut labels = Object::new();
        outcome.labels.iter().for_each(|(name, value)| labels.text(name, value));
        object.raw("labels", &labels.close());
    }
    object.line()
}

/// `{"schemaVersion":1,"label","message","color"?,"labelColor"?,"cacheSeconds"?}`; the seconds are
/// absent where nothing may be cached.
pub fn shields(outcome: &Outcome, label_color: Option<&str>, cache_seconds: Option<u32>) -> String {
    let mut object = Object::new();
    object.raw("schemaVersion", "1");
    object.text("label", &outcome.title);
    object.text("message", &outcome.value);
    object.some("color", outcome.color.as_deref());
    object.some("labelColor", label_color);
    if let Some(seconds) = cache_seconds.filter(|seconds| *seconds > 0) {
        object.raw("cacheSeconds", &seconds.to_string());
    }
    object.line()
}

/// `{"schemaVersion":1,"label":ID,"message":REASON,"isError":true}`.
pub fn error(id: &str, reason: &str) -> String {
    let mut object = Object::new();
    object.raw("schemaVersion", "1");
    object.text("label", id);
    object.text("message", reason);
    object.raw("isError", "true");
    object.line()
}

/// A text in quotes, escaped as Go does.
pub fn text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for at in text.chars() {
        match at {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                write!(quoted, "\\u{:04x}", u32::from(at)).expect("bug: a text takes all");
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A finite number as Go writes it: with an exponent only below 1e-6 and from 1e21 on.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return plain(value);
    }
    // Go takes the zero out of `e-09`, not out of longer or positive exponents.
    let written = shortest(value);
    match written.split_once("e-0") {
        Some((digits, exponent)) => format!("{digits}e-{exponent}"),
        None => written,
    }
}

/// An object that is being written.
struct Object(String);

impl Object {
    fn new() -> Object {
        Object("{".to_owned())
    }

    fn raw(&mut self, key: &str, value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&text(key));
        self.0.push(':');
        self.0.push_str(value);
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &text(value));
    }

    /// Writes the key when there is a value that says something.
    fn some(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.text(key, value);
        }
    }

    fn close(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn line(self) -> String {
        self.close() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn outcome() -> Outcome {
        Outcome {
            label: None,
            title: "CPU".to_owned(),
            value: "17.5%".to_owned(),
            color: Some("green".to_owned()),
            result: Some(17.5),
            labels: BTreeMap::from([("job".to_owned(), "node".to_owned())]),
            trend: vec![],
            warning: None,
        }
    }

    fn no_data() -> Outcome {
        let value = "no data".to_owned();
        Outcome { value, color: None, result: None, labels: BTreeMap::new(), ..outcome() }
    }

    #[test]
    fn kromgo_has_its_keys_in_order() {
        let full = "{\"id\":\"cpu\",\"title\":\"CPU\",\"value\":\"17.5%\",\"color\":\"green\",\
                    \"labelColor\":\"#555\",\"result\":17.5,\"labels\":{\"job\":\"node\"}}\n";
        assert_eq!(kromgo("cpu", &outcome(), Some("#555")), full);
        let bare = "{\"id\":\"cpu\",\"title\":\"CPU\",\"value\":\"no data\"}\n";
        assert_eq!(kromgo("cpu", &no_data(), None), bare);
        for result in [f64::NAN, f64::INFINITY] {
            let outcome = Outcome { result: Some(result), ..no_data() };
            assert_eq!(kromgo("cpu", &outcome, None), bare);
        }
        let zero = Outcome { result: Some(0.0), ..no_data() };
        assert!(kromgo("cpu", &zero, None).ends_with(",\"result\":0}\n"));
    }

    #[test]
    fn shields_has_its_keys_in_order() {
        let full = "{\"schemaVersion\":1,\"label\":\"CPU\",\"message\":\"17.5%\",\
                    \"color\":\"green\",\"labelColor\":\"#555\",\"cacheSeconds\":300}\n";
        assert_eq!(shields(&outcome(), Some("#555"), Some(300)), full);
        let bare = "{\"schemaVersion\":1,\"label\":\"CPU\",\"message\":\"no data\"}\n";
        assert_eq!(shields(&no_data(), None, None), bare);
    }

    #[test]
    fn errors_say_so() {
        let expected = "{\"schemaVersion\":1,\"label\":\"nope\",\"message\":\"Not Found\",\
                        \"isError\":true}\n";
        assert_eq!(error("nope", "Not Found"), expected);
    }

    #[test]
    fn texts_are_escaped_for_html() {
        let hostile = "<a href=\"x\">&\\\u{1}\u{8}\n\u{2028}\u{7f}ü";
        let expected = "\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\\\\\u0001\\b\\n\\u2028\u{7f}ü\"";
        assert_eq!(text(hostile), expected);
        assert_eq!(serde_json::from_str::<String>(&text(hostile)).expect("JSON"), hostile);
    }

    #[test]
    fn numbers_are_written_as_go_does() {
        let rows = [
            (0.0, "0"),
            (-0.0, "-0"),
            (18.0, "18"),
            (17.5, "17.5"),
            (1_234_567.0, "1234567"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (0.000_001, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (1e-10, "1e-10"),
            (-2.25, "-2.25"),
        ];
        for (value, expected) in rows {
            assert_eq!(number(value), expected);
        }
    }
}
