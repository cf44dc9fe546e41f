//! The order of names as people read them: `node-2` before `node-10`.
//!
//! In: two names. Out: an [`Ordering`] that is total, so that sorting is deterministic.

use std::cmp::Ordering;

/// Compares names with their numbers read as numbers; names that differ never compare equal.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    natord::compare(left, right).then_with(|| left.cmp(right))
}

/// Sorts by the name that `key` gives.
pub(crate) fn sort_by<T>(items: &mut [T], key: impl Fn(&T) -> &str) {
    items.sort_by(|left, right| compare(key(left), key(right)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_numbers() {
        let mut names = vec!["node-10", "node-2", "db", "node-1"];
        sort_by(&mut names, |name| name);
        assert_eq!(names, ["db", "node-1", "node-2", "node-10"]);
        assert_eq!(compare("192.0.2.9", "192.0.2.10"), Ordering::Less);
    }
}
