//! An index in the serialised form of `MiniSearch` 7 (`serializationVersion` 2).
//!
//! In: documents of four fields. Out: JSON that `MiniSearch.loadJS` takes, but for one thing: `index` lists
//! `[term, {field: {document: frequency}}]`, `fieldLength` the number of different terms of each
//! field of each document, `averageFieldLength` their means over all documents. Field names and
//! their numbers are those that `js/search.js` gives as options. Frequencies are 1: how often a
//! word stands in a page says little in a handbook, and costs a third of the index's bytes. For the
//! same reason the documents of a term are a list of steps from one to the next, such as `[4,1]`
//! for 4 and 5, which `js/search.js` unfolds to `{"4":1,"5":1}` before it calls `MiniSearch`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::words::words;

/// Names of the fields by number.
const FIELDS: [&str; 4] = ["title", "headings", "names", "text"];

/// The number of the field of running text, whose small words are left out.
const TEXT: usize = 3;

/// Words of running text that are in every page.
const COMMON: &[&str] = &[
    "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by",
    "can", "do", "does", "each", "for", "from", "had", "has", "have", "how", "if", "in", "into",
    "is", "it", "its", "more", "no", "not", "of", "on", "one", "only", "or", "other", "so", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "was", "were",
    "what", "when", "where", "which", "who", "will", "with", "you", "your",
];

/// The texts of one document by field.
pub(super) struct Document<'a> {
    pub(super) fields: [&'a str; 4],
}

/// Which documents hold a term in each field.
#[derive(Default)]
pub(super) struct Index {
    terms: BTreeMap<String, [Vec<usize>; 4]>,
    lengths: Vec<[usize; 4]>,
}

impl Index {
    pub(super) fn new<'a>(documents: impl Iterator<Item = Document<'a>>) -> Self {
        let mut index = Self::default();
        for (number, document) in documents.enumerate() {
            let mut lengths = [0; 4];
            let mut known: BTreeSet<String> = BTreeSet::new();
            for (field, text) in document.fields.iter().enumerate() {
                let mut terms: BTreeSet<String> = words(text).into_iter().collect();
                if field == TEXT {
                    // What a better field says already is found by that.
                    terms.retain(|term| is_worth(term) && !known.contains(term));
                }
                lengths[field] = terms.len();
                for term in terms {
                    known.insert(term.clone());
                    index.terms.entry(term).or_default()[field].push(number);
                }
            }
            index.lengths.push(lengths);
        }
        index
    }

    /// The index as JSON.
    pub(super) fn json(&self) -> String {
        let count = self.lengths.len();
        let mut out = format!("{{\"documentCount\":{count},\"nextId\":{count},\"documentIds\":{{");
        list(&mut out, 0..count, |out, id| _ = write!(out, "\"{id}\":{id}"));
        out.push_str("},\"fieldIds\":{");
        list(&mut out, FIELDS.iter().enumerate(), |out, (id, name)| {
            _ = write!(out, "\"{name}\":{id}");
        });
        out.push_str("},\"fieldLength\":{");
        list(&mut out, self.lengths.iter().enumerate(), |out, (id, lengths)| {
            let [title, headings, names, text] = lengths;
            _ = write!(out, "\"{id}\":[{title},{headings},{names},{text}]");
        });
        out.push_str("},\"averageFieldLength\":[");
        list(&mut out, 0..FIELDS.len(), |out, field| {
            let sum: usize = self.lengths.iter().map(|lengths| lengths[field]).sum();
            // At least a little: MiniSearch divides by it.
            _ = write!(out, "{:.3}", (sum as f64 / count.max(1) as f64).max(0.001));
        });
        out.push_str("],\"storedFields\":{},\"dirtCount\":0,\"index\":[");
        list(&mut out, &self.terms, |out, (term, fields)| {
            let term = serde_json::to_string(term).expect("bug: text is JSON");
            _ = write!(out, "[{term},{{");
            let filled = fields.iter().enumerate().filter(|(_, documents)| !documents.is_empty());
            list(out, filled, |out, (field, documents)| {
                _ = write!(out, "\"{field}\":[");
                let before = std::iter::once(&0).chain(documents);
                let steps = documents.iter().zip(before).map(|(id, before)| id - before);
                list(out, steps, |out, step| _ = write!(out, "{step}"));
                out.push(']');
            });
            out.push_str("}]");
        });
        out + "],\"serializationVersion\":2}"
    }
}

/// Whether somebody would search for a word of running text.
fn is_worth(term: &str) -> bool {
    term.chars().nth(1).is_some() && !COMMON.contains(&term)
}

/// Writes items with commas between them.
fn list<T>(out: &mut String, items: impl IntoIterator<Item = T>, write: impl Fn(&mut String, T)) {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_that_of_minisearch() {
        let documents = [
            Document { fields: ["Ceph", "", "", "the ceph of a rack"] },
            Document { fields: ["Rack", "How", "", ""] },
        ];
        let json: serde_json::Value =
            serde_json::from_str(&Index::new(documents.into_iter()).json()).unwrap();
        assert_eq!(json["documentCount"], 2);
        assert_eq!(json["serializationVersion"], 2);
        assert_eq!(json["fieldLength"]["0"], serde_json::json!([1, 0, 0, 1]));
        assert_eq!(json["averageFieldLength"][0], 1.0);
        let expected = serde_json::json!([
            ["ceph", {"0": [0]}],
            ["how", {"1": [1]}],
            ["rack", {"0": [1], "3": [0]}],
        ]);
        assert_eq!(json["index"], expected);
    }
}
