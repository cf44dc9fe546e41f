//! Headings get their anchors: [`Slugger`].
//!
//! In: the words of headings in order. Out: ids as GitHub makes them, unique within the page.

use std::collections::BTreeMap;

/// Hands out the ids of one page.
#[derive(Clone, Debug, Default)]
pub(super) struct Slugger {
    /// Ids in use, each with the number that its next repetition tries first.
    taken: BTreeMap<String, usize>,
}

impl Slugger {
    /// The id of a heading; one that the author wrote is kept as it is.
    pub(super) fn id(&mut self, explicit: Option<&str>, text: &str) -> String {
        let wanted = match explicit {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => slug(text),
        };
        let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
        let mut id = wanted.clone();
        let mut number = self.taken.get(&wanted).copied().unwrap_or(1);
        while self.taken.contains_key(&id) {
            id = format!("{wanted}-{number}");
            number += 1;
        }
        self.taken.insert(wanted, number);
        self.taken.entry(id.clone()).or_insert(1);
        id
    }
}

/// Lower case, without punctuation, spaces as dashes: what GitHub does.
pub(super) fn slug(text: &str) -> String {
    let is_kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
    let kept = text.trim().chars().filter(is_kept).flat_map(char::to_lowercase);
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_github() {
        assert_eq!(slug("GPU on Talos: `nvidia-smi` & more"), "gpu-on-talos-nvidia-smi--more");
        assert_eq!(slug("Über_uns 2.0"), "über_uns-20");
    }

    #[test]
    fn ids_are_unique() {
        let mut slugger = Slugger::default();
        let ids: Vec<_> = ["A", "A", "A-1", "!"].map(|text| slugger.id(None, text)).into();
        assert_eq!(ids, ["a", "a-1", "a-1-1", "section"]);
        assert_eq!(slugger.id(Some("Own"), "A"), "Own");
    }
}
