//! How great a value can become, known before anything runs.
//!
//! In: a function and how great its arguments can be. Out: how great its result can be, in bytes and
//! never too small. It is what keeps hostile labels from costing time or memory.

use super::types::Type;

/// Labels longer than this are cut before an expression sees them.
pub(super) const MAX_LABEL: usize = 1024;
/// More labels than this are left out.
pub(super) const MAX_LABELS: usize = 128;

/// The longest text of one number, with all of its digits and room for commas.
const NUMBER: f64 = 450.0;

/// So many items of so many bytes; a text has items of one byte, a single value is one item, and an
/// optional value is what it may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) n_items: f64,
    pub(super) item: f64,
}

impl Size {
    pub(super) const SINGLE: Size = Size { n_items: 1.0, item: 8.0 };
    pub(super) const LABELS: Size = Size { n_items: MAX_LABELS as f64, item: MAX_LABEL as f64 };

    pub(super) fn text(bytes: f64) -> Size {
        Size { n_items: bytes, item: 1.0 }
    }

    pub(super) fn bytes(self) -> f64 {
        self.n_items * self.item
    }

    /// The greater of both.
    pub(super) fn or(self, other: Size) -> Size {
        Size { n_items: self.n_items.max(other.n_items), item: self.item.max(other.item) }
    }

    /// What one item of a list, map or optional value of this size can be.
    pub(super) fn of_item(self, item: &Type) -> Size {
        match item {
            Type::Text | Type::Bytes => Size::text(self.item),
            Type::Optional(inner) => self.of_item(inner),
            Type::List(_) | Type::Map(..) | Type::Dyn | Type::Free => {
                Size { n_items: self.item, item: self.item }
            }
            _ => Size::SINGLE,
        }
    }
}

/// The size of what a function gives.
pub(super) fn of_result(function: &str, arguments: &[Size], result: &Type) -> Size {
    let bytes = |idx: usize| arguments.get(idx).map_or(0.0, |size| size.bytes());
    let all: f64 = arguments.iter().map(|size| size.bytes()).sum();
    let greatest = arguments.iter().map(|size| size.bytes()).fold(NUMBER, f64::max);
    let widest = arguments.iter().fold(Size::SINGLE, |one, two| one.or(*two));
    match (function, result) {
        ("_+_", Type::Text | Type::Bytes) => Size::text(all),
        ("_+_", Type::List(_)) => {
            Size { n_items: arguments.iter().map(|size| size.n_items).sum(), ..widest }
        }
        ("_[_]" | "_[?_]" | "_?._", item) => arguments[0].of_item(item),
        ("colorScale", _) => Size::text(bytes(2) + 8.0),
        (".charAt" | ".substring" | ".trim" | ".lowerAscii" | ".upperAscii" | ".reverse", _) => {
            Size::text(bytes(0))
        }
        (".split", _) => Size { n_items: bytes(0) + 1.0, item: bytes(0) },
        (".join", _) => Size::text(bytes(0) + arguments[0].n_items * bytes(1)),
        (".replace", _) => Size::text(bytes(0) + (bytes(0) + 1.0) * bytes(2)),
        // Each two bytes of the format may be a place for a number; the rest is shown at most as hex.
        (".format", _) => Size::text(bytes(0) * NUMBER / 2.0 + bytes(1) * 2.0),
        ("strings.quote", _) => Size::text(bytes(0) * 2.0 + 2.0),
        (_, Type::Text | Type::Bytes) => Size::text(greatest),
        (_, Type::Optional(inner)) => of_result("", arguments, inner),
        (_, Type::List(_) | Type::Map(..) | Type::Dyn | Type::Free) => widest,
        _ => Size::SINGLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_never_taken_for_smaller() {
        let text = |bytes| Size::text(bytes);
        let bytes = |function: &str, sizes: &[Size]| {
            of_result(function, sizes, &Type::Text).bytes() as usize
        };
        assert_eq!(bytes("_+_", &[text(3.0), text(4.0)]), 7);
        assert_eq!(bytes(".replace", &[text(3.0), text(0.0), text(5.0)]), 3 + 4 * 5);
        let list = Size { n_items: 4.0, item: 10.0 };
        assert_eq!(bytes(".join", &[list, text(2.0)]), 40 + 8);
        assert!(bytes(".format", &[text(2.0), list]) >= 450);
        assert_eq!(bytes("_?_:_", &[Size::SINGLE, text(2000.0), text(5.0)]), 2000);
    }
}
