//! "Did you mean": the nearest of a set of names.
//!
//! In: a wrong word and candidates. Out: the closest one, if it is close enough to be a slip.

/// The candidate nearest to `wrong`, where no more than a third of its letters differ.
///
/// Distance is Damerau-Levenshtein over characters; the first of equals wins, so give candidates
/// in a fixed order.
pub fn closest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wrong.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(wrong, candidate), candidate))
        .filter(|(distance, _)| *distance > 0 && *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_slips_only() {
        assert_eq!(closest("nodse", ["hosts", "nodes"]), Some("nodes"));
        assert_eq!(closest("zebra", ["hosts", "nodes"]), None);
        assert_eq!(closest("nodes", ["nodes"]), None);
    }
}
