//! Numbers and lists in words, for sentences made from facts.
//!
//! In: counts and names. Out: English fragments that are right for none, one and many. It knows
//! nothing of clusters.

/// The number words, up to what reads well in a sentence.
const NUMBERS: [&str; 21] = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// A number as a word up to twenty, as digits beyond; zero is `no`.
pub(crate) fn number(count: usize) -> String {
    NUMBERS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// `one host`, `two hosts`, `no hosts`.
pub(crate) fn count(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(count), pick(count, one, many))
}

/// `1 host`, `2 hosts`, `0 hosts`: for labels, where digits line up.
pub(crate) fn digits(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", pick(count, one, many))
}

/// The form of a noun or verb that fits a number.
pub(crate) fn pick<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// The same text with its first letter in upper case.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [front @ .., last] => {
            let front: Vec<&str> = front.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", front.join(", "), last.as_ref())
        }
    }
}

/// `One of them carries …`, `Two of them carry …`, `Both carry …`, for a part of what the sentence
/// before has named; nothing where the part is empty.
pub(crate) fn part(some: usize, all: usize, one: &str, many: &str) -> Option<String> {
    match (some, all) {
        (0, _) => None,
        (1, 1) => Some(format!("It {one}.")),
        (2, 2) => Some(format!("Both {many}.")),
        (some, all) if some == all => Some(format!("All of them {many}.")),
        (some, _) => {
            Some(format!("{} of them {}.", sentence(&number(some)), pick(some, one, many)))
        }
    }
}

/// `A` or `An`, by the first letter.
pub(crate) fn article(noun: &str) -> &'static str {
    if noun.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) { "An" } else { "A" }
}

/// A folder's or file's name as a title: `disaster-recovery` becomes `Disaster recovery`.
pub(crate) fn title(name: &str) -> String {
    sentence(&name.replace(['-', '_'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_fit_their_number() {
        let check = |n, expected| assert_eq!(count(n, "host", "hosts"), expected);
        check(0, "no hosts");
        check(1, "one host");
        check(2, "two hosts");
        check(15, "fifteen hosts");
        check(21, "21 hosts");
    }

    #[test]
    fn parts_fit_their_whole() {
        let check = |some, all, expected: Option<&str>| {
            assert_eq!(part(some, all, "carries a card", "carry a card").as_deref(), expected);
        };
        check(0, 3, None);
        check(1, 1, Some("It carries a card."));
        check(1, 3, Some("One of them carries a card."));
        check(2, 2, Some("Both carry a card."));
        check(2, 3, Some("Two of them carry a card."));
        check(3, 3, Some("All of them carry a card."));
    }

    #[test]
    fn lists_end_in_and() {
        let check = |items: &[&str], expected| assert_eq!(list(items), expected);
        check(&[], "");
        check(&["a"], "a");
        check(&["a", "b"], "a and b");
        check(&["a", "b", "c"], "a, b and c");
    }
}
