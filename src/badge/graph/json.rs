//! A graph's samples as JSON.
//!
//! In: a [`Graph`]. Out: `{"id","title","start","end","step","series":[{"labels","data"}]}` with
//! times in seconds; samples that are not finite have no JSON and are dropped.

use super::Graph;
use crate::badge::Series;

/// The samples as JSON, at most [`MAX_SERIES`](super::MAX_SERIES) series.
pub fn json(graph: &Graph<'_>) -> String {
    let mut out = String::from("{\"id\":");
    push_text(graph.id, &mut out);
    out.push_str(",\"title\":");
    push_text(graph.title, &mut out);
    let window = [("start", graph.start), ("end", graph.end), ("step", graph.step)];
    for (name, value) in window {
        out.push_str(",\"");
        out.push_str(name);
        out.push_str("\":");
        push_number(value, &mut out);
    }
    out.push_str(",\"series\":[");
    for (index, series) in graph.shown().iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_series(series, &mut out);
    }
    out + "]}"
}

fn push_series(series: &Series, out: &mut String) {
    out.push_str("{\"labels\":{");
    for (index, (name, value)) in series.labels.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_text(name, out);
        out.push(':');
        push_text(value, out);
    }
    out.push_str("},\"data\":[");
    let finite = series.points.iter().filter(|(time, value)| (time + value * 0.0).is_finite());
    for (index, (time, value)) in finite.enumerate() {
        out.push_str(if index > 0 { ",{\"t\":" } else { "{\"t\":" });
        push_number(*time, out);
        out.push_str(",\"v\":");
        push_number(*value, out);
        out.push('}');
    }
    out.push_str("]}");
}

fn push_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// A number without a needless `.0`; 0 for what is not finite.
fn push_number(value: f64, out: &mut String) {
    if value.fract().abs() < f64::MIN_POSITIVE && value.abs() < 1e15 {
        out.push_str(&(value as i64).to_string());
    } else {
        let number = serde_json::Number::from_f64(value);
        out.push_str(&number.map_or_else(|| "0".to_owned(), |number| number.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::badge::graph::tests::{graph, series};

    #[test]
    fn samples_are_written_in_seconds() {
        let matrix = vec![series("node", &[10.0, 15.25, 20.0])];
        let expected = r#"{"id":"cpu","title":"CPU","start":1767225600,"end":1767225720,"step":60,"series":[{"labels":{"instance":"node"},"data":[{"t":1767225600,"v":10},{"t":1767225660,"v":15.25},{"t":1767225720,"v":20}]}]}"#;
        assert_eq!(json(&graph(&matrix)), expected);
    }

    #[test]
    fn what_is_not_finite_is_dropped() {
        let matrix = vec![series("a", &[f64::NAN, 1e300, f64::INFINITY, f64::NEG_INFINITY])];
        let text = json(&graph(&matrix));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["series"][0]["data"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn series_are_bounded() {
        let matrix = vec![series("a", &[1.0]); 120];
        let value: serde_json::Value = serde_json::from_str(&json(&graph(&matrix))).unwrap();
        assert_eq!(value["series"].as_array().unwrap().len(), 100);
        let none = json(&graph(&vec![]));
        assert!(none.ends_with("\"series\":[]}"));
    }
}
