//! The JSON of the query API becomes an [`Answer`].
//!
//! In: the bytes of a response. Out: samples or series in the server's order, no more of them than
//! [`Limits`] says: what is over is skipped while it is read, so that a large answer does not become
//! a larger one in memory. Label values are cut at 4 KiB. Native histograms are left out.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::QueryError;
use crate::badge::{Matrix, Sample, Series, Vector};

/// Longest label name or value that is kept, in bytes.
const MAX_LABEL: usize = 4096;

/// Most of an error message that is kept, in bytes.
const MAX_MESSAGE: usize = 512;

/// What a query gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Samples of one moment.
    Vector(Vector),
    /// Series over time.
    Matrix(Matrix),
    /// One number without labels, such as of `42` or `time()`.
    Scalar,
    /// A text.
    String,
}

/// How much of an answer is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Samples of a vector, or series of a matrix.
    pub items: usize,
    /// Points of all series together.
    pub points: usize,
}

impl Default for Limits {
    /// 1000 samples or series, 200 000 points: about 3 MB.
    fn default() -> Self {
        Self { items: 1000, points: 200_000 }
    }
}

/// Reads one response.
///
/// The order of keys and keys that are not known do not matter. Format:
/// <https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview>.
pub fn parse(status: u16, body: &[u8], limits: Limits) -> Result<Answer, QueryError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let envelope = EnvelopeSeed(limits).deserialize(&mut reader);
    match envelope {
        Ok(envelope) if envelope.status == "success" && (200..300).contains(&status) => {
            answer(envelope.data)
        }
        Ok(envelope) => Err(QueryError::Refused {
            status,
            kind: cut(envelope.kind, MAX_MESSAGE),
            message: cut(envelope.message, MAX_MESSAGE),
        }),
        Err(_) if !(200..300).contains(&status) => {
            let message = String::from_utf8_lossy(&body[..body.len().min(MAX_MESSAGE)]);
            let message = message.trim().to_owned();
            Err(QueryError::Refused { status, kind: String::new(), message })
        }
        Err(error) => {
            Err(QueryError::NotUnderstood { reason: format!("not JSON of the API: {error}") })
        }
    }
}

fn answer(data: Option<Data>) -> Result<Answer, QueryError> {
    let wrong = |reason: &str| Err(QueryError::NotUnderstood { reason: reason.to_owned() });
    let Some(data) = data else { return wrong("it has no `data`") };
    if data.left_out > 0 {
        tracing::warn!(left_out = data.left_out, "an answer has more samples than are kept");
    }
    match data.kind.as_str() {
        "vector" => Ok(Answer::Vector(data.items.into_iter().filter_map(Item::sample).collect())),
        "matrix" => Ok(Answer::Matrix(data.items.into_iter().map(Item::series).collect())),
        "scalar" => Ok(Answer::Scalar),
        "string" => Ok(Answer::String),
        "" => wrong("it has no `resultType`"),
        _ => wrong("its `resultType` is unknown"),
    }
}

/// The text up to a length in bytes, at a character's border.
fn cut(mut text: String, length: usize) -> String {
    if text.len() > length {
        text.truncate(text.floor_char_boundary(length));
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

/// The outermost object.
#[derive(Default)]
struct Envelope {
    status: String,
    kind: String,
    message: String,
    data: Option<Data>,
}

#[derive(Default)]
struct Data {
    kind: String,
    items: Vec<Item>,
    /// Series and points that were too many.
    left_out: usize,
}

/// One element of `result`.
#[derive(Default)]
struct Item {
    labels: BTreeMap<String, String>,
    value: Option<(f64, f64)>,
    points: Vec<(f64, f64)>,
}

impl Item {
    fn sample(self) -> Option<Sample> {
        let (time, value) = self.value?;
        Some(Sample { labels: self.labels, time, value })
    }

    fn series(self) -> Series {
        Series { labels: self.labels, points: self.points }
    }
}

struct EnvelopeSeed(Limits);

impl<'de> DeserializeSeed<'de> for EnvelopeSeed {
    type Value = Envelope;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Envelope, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EnvelopeSeed {
    type Value = Envelope;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an object with `status`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "status" => envelope.status = map.next_value()?,
                "errorType" => envelope.kind = map.next_value()?,
                "error" => envelope.message = map.next_value()?,
                "data" => envelope.data = map.next_value_seed(DataSeed(self.0))?,
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(envelope)
    }
}

struct DataSeed(Limits);

impl<'de> DeserializeSeed<'de> for DataSeed {
    type Value = Option<Data>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<Data>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DataSeed {
    type Value = Option<Data>;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an object with `resultType` and `result`")
    }

    fn visit_unit<E>(self) -> Result<Option<Data>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Data>, A::Error> {
        let mut data = Data::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "resultType" => data.kind = map.next_value()?,
                "result" => (data.items, data.left_out) = map.next_value_seed(ItemsSeed(self.0))?,
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(Some(data))
    }
}

struct ItemsSeed(Limits);

impl<'de> DeserializeSeed<'de> for ItemsSeed {
    type Value = (Vec<Item>, usize);

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ItemsSeed {
    type Value = (Vec<Item>, usize);

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok((vec![], 0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut budget = Budget { left: self.0.points, left_out: 0 };
        let mut items = vec![];
        loop {
            if items.len() == self.0.items {
                while list.next_element::<IgnoredAny>()?.is_some() {
                    budget.left_out += 1;
                }
                return Ok((items, budget.left_out));
            }
            match list.next_element_seed(ItemSeed(&mut budget))? {
                Some(Some(item)) => items.push(item),
                Some(None) => {}
                None => return Ok((items, budget.left_out)),
            }
        }
    }
}

/// How many points may still be kept, and how many were too many.
struct Budget {
    left: usize,
    left_out: usize,
}

/// One element.
struct ItemSeed<'a>(&'a mut Budget);

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = Option<Item>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<Item>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ItemSeed<'_> {
    type Value = Option<Item>;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a sample or a series")
    }

    // The two elements of a scalar or a text.
    fn visit_f64<E>(self, _: f64) -> Result<Option<Item>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<Item>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<Item>, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Option<Item>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Item>, A::Error> {
        let mut item = Item::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "metric" => {
                    let labels: BTreeMap<String, String> = map.next_value()?;
                    let cut = |(name, value)| (cut(name, MAX_LABEL), cut(value, MAX_LABEL));
                    item.labels = labels.into_iter().map(cut).collect();
                }
                "value" => item.value = Some(map.next_value::<Point>()?.0),
                "values" => item.points = map.next_value_seed(PointsSeed(self.0))?,
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(Some(item))
    }
}

struct PointsSeed<'a>(&'a mut Budget);

impl<'de> DeserializeSeed<'de> for PointsSeed<'_> {
    type Value = Vec<(f64, f64)>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for PointsSeed<'_> {
    type Value = Vec<(f64, f64)>;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a list of points")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut points = vec![];
        while self.0.left > 0 {
            let Some(Point(point)) = list.next_element()? else { return Ok(points) };
            points.push(point);
            self.0.left -= 1;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            self.0.left_out += 1;
        }
        Ok(points)
    }
}

/// `[seconds, "value"]`.
struct Point((f64, f64));

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let (time, text) = <(f64, String)>::deserialize(reader)?;
        let value =
            text.parse().map_err(|_| serde::de::Error::custom("a value is not a number"))?;
        Ok(Self((time, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Answer, QueryError> {
        parse(200, body.as_bytes(), Limits { items: 2, points: 3 })
    }

    fn success(kind: &str, result: &str) -> Answer {
        let body = format!(
            r#"{{"status":"success","data":{{"resultType":"{kind}","result":{result}}},"stats":{{}}}}"#
        );
        read(&body).expect("an answer")
    }

    fn values(answer: Answer) -> Vec<f64> {
        let Answer::Vector(samples) = answer else { panic!("not a vector: {answer:?}") };
        samples.iter().map(|sample| sample.value).collect()
    }

    #[test]
    fn a_vector_keeps_its_order_and_labels() {
        let result =
            r#"[{"metric":{"job":"node"},"value":[1.5,"17.5"]},{"metric":{},"value":[2,"1e+06"]}]"#;
        let Answer::Vector(samples) = success("vector", result) else { panic!("not a vector") };
        assert_eq!(samples[0].labels["job"], "node");
        assert_eq!((samples[0].time, samples[0].value), (1.5, 17.5));
        assert_eq!((samples[1].time, samples[1].value), (2.0, 1e6));
        assert_eq!(success("vector", "[]"), Answer::Vector(vec![]));
        assert_eq!(success("vector", "null"), Answer::Vector(vec![]));
    }

    #[test]
    fn values_may_be_infinite_or_no_number() {
        let result = r#"[{"metric":{},"value":[1,"+Inf"]},{"metric":{},"value":[1,"-Inf"]}]"#;
        assert_eq!(values(success("vector", result)), [f64::INFINITY, f64::NEG_INFINITY]);
        assert!(values(success("vector", r#"[{"value":[1,"NaN"]}]"#))[0].is_nan());
    }

    #[test]
    fn what_is_over_the_limit_is_skipped() {
        let one = r#"{"metric":{},"value":[1,"1"]}"#;
        assert_eq!(values(success("vector", &format!("[{one},{one},{one},{one}]"))), [1.0, 1.0]);
        let one = r#"{"metric":{},"values":[[1,"1"],[2,"2"]]}"#;
        let Answer::Matrix(series) = success("matrix", &format!("[{one},{one},{one}]")) else {
            panic!("not a matrix")
        };
        assert_eq!(series[0].points, [(1.0, 1.0), (2.0, 2.0)]);
        assert_eq!(series[1].points, [(1.0, 1.0)]);
        assert_eq!(series.len(), 2);
    }

    #[test]
    fn long_labels_are_cut() {
        let long = "é".repeat(4096);
        let result = format!(r#"[{{"metric":{{"a":"{long}"}},"value":[1,"1"]}}]"#);
        let Answer::Vector(samples) = success("vector", &result) else { panic!("not a vector") };
        assert_eq!(samples[0].labels["a"].len(), MAX_LABEL + "…".len());
    }

    #[test]
    fn other_types_are_told_apart_and_histograms_left_out() {
        assert_eq!(success("scalar", r#"[1.5,"42"]"#), Answer::Scalar);
        assert_eq!(success("string", r#"[1,"text"]"#), Answer::String);
        let histogram = r#"[{"metric":{},"histogram":[1,{"count":"1"}]}]"#;
        assert_eq!(success("vector", histogram), Answer::Vector(vec![]));
    }

    #[test]
    fn the_order_of_keys_does_not_matter() {
        let body = r#"{"data":{"result":[{"value":[1,"2"],"metric":{}}],"resultType":"vector"},"status":"success"}"#;
        assert_eq!(values(read(body).expect("an answer")), [2.0]);
    }

    fn fails(status: u16, body: &str, expected: &str) {
        let error = parse(status, body.as_bytes(), Limits::default()).expect_err("an error");
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn errors_say_what_is_wrong() {
        let refused = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
        fails(400, refused, "status 400: bad_data: parse error");
        fails(200, refused, "status 200: bad_data: parse error");
        fails(502, "<html>bad gateway", "status 502: : <html>bad gateway");
        fails(500, "", "status 500");
        fails(500, r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#, "500");
        fails(200, "<html>", "not JSON of the API");
        fails(200, "[]", "not JSON of the API");
        fails(200, "{}", "refused");
        fails(200, r#"{"status":"success"}"#, "no `data`");
        fails(200, r#"{"status":"success","data":null}"#, "no `data`");
        fails(200, r#"{"status":"success","data":{"result":[]}}"#, "no `resultType`");
        fails(200, r#"{"status":"success","data":{"resultType":"x","result":[]}}"#, "unknown");
        let word =
            r#"{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"x"]}]}}"#;
        fails(200, word, "a value is not a number");
    }
}
