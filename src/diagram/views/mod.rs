//! Views: which facts of a [`Cluster`](crate::inventory::Cluster) become which boxes and lines.
//!
//! In: the inventory. Out: a [`Diagram`](super::Diagram) each. The engine places what they give.

#[cfg(test)]
mod checks;
mod flux;
mod network;

pub use flux::flux;
pub use network::network;

/// An id for a thing: unique for a kind and name, safe in XML and in CSS selectors.
fn id(kind: &str, name: &str) -> String {
    let safe = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => character.to_string(),
        '/' => "__".to_owned(),
        other => format!("_{:x}_", u32::from(other)),
    };
    format!("{kind}-{}", name.chars().map(safe).collect::<String>())
}
