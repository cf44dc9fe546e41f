//! One badge for each value of a label: which there are, and which is meant.
//!
//! In: a [`ForEach`] and the labels of samples or series. Out: members with the part of the id that
//! stands for each. What a request says is compared with what the server answered; it never becomes
//! part of a query.

use std::collections::{BTreeMap, BTreeSet};

use crate::badge::spec::{BadgeSpec, ForEach};

/// Longest part of an id that stands for a value, in bytes.
const MAX_SLUG: usize = 64;

/// One value of the label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The part of the id.
    pub slug: String,
    /// The value as the server gave it.
    pub value: String,
    /// Its first place in the answer.
    pub idx: usize,
}

/// The members of an answer, in its order; the first of several with one slug counts.
pub fn members<'a>(
    each: &ForEach,
    labels: impl Iterator<Item = &'a BTreeMap<String, String>>,
) -> Vec<Member> {
    let mut seen = BTreeSet::new();
    let values = labels.enumerate().filter_map(|(idx, labels)| {
        let value = labels.get(&each.label).filter(|value| !value.is_empty())?;
        Some(Member { slug: slug(value), value: value.clone(), idx })
    });
    values.filter(|member| seen.insert(member.slug.clone())).take(each.max).collect()
}

/// A value with what no id may have turned into hyphens.
fn slug(value: &str) -> String {
    let fits = |one: char| one.is_ascii_alphanumeric() || "._-".contains(one);
    let slug: String = value.chars().map(|one| if fits(one) { one } else { '-' }).collect();
    slug[..slug.len().min(MAX_SLUG)].to_owned()
}

impl BadgeSpec {
    /// What stands in an id where the label stands in this badge's id.
    pub fn slug_in<'a>(&self, id: &'a str) -> Option<&'a str> {
        let hole = format!("{{{}}}", self.for_each.as_ref()?.label);
        let (before, after) = self.id.split_once(&hole)?;
        let slug = id.strip_prefix(before)?.strip_suffix(after)?;
        (!slug.is_empty()).then_some(slug)
    }

    /// The badge of one member: its id and title hold the value.
    #[must_use]
    pub fn for_member(&self, member: &Member) -> BadgeSpec {
        let Some(each) = &self.for_each else { return self.clone() };
        let hole = format!("{{{}}}", each.label);
        BadgeSpec {
            id: self.id.replace(&hole, &member.slug),
            title: self.title.as_ref().map(|title| title.replace(&hole, &member.value)),
            for_each: None,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(node: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("node".to_owned(), node.to_owned())])
    }

    #[test]
    fn members_are_bounded_distinct_and_fit_for_an_id() {
        let each = ForEach { label: "node".to_owned(), max: 3 };
        let all = ["a:9100", "", "a-9100", "b", "c", "d"].map(labels);
        let found = members(&each, all.iter());
        let slugs: Vec<_> = found.iter().map(|member| member.slug.as_str()).collect();
        assert_eq!(slugs, ["a-9100", "b", "c"]);
        assert_eq!((found[0].value.as_str(), found[1].idx), ("a:9100", 3));
        assert_eq!(slug(&"é".repeat(1000)).len(), MAX_SLUG);
    }
}
