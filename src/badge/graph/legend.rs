//! The legend: what series are called, and where their names stand.
//!
//! In: series and the room beside and below the title. Out: names in rows that never reach into
//! the title; what has no room is counted in a last entry.

use std::collections::BTreeMap;

use super::text::{Face, clean, fit, width};
use crate::badge::Series;

/// A name of a series and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// The series' index; none for the count of those without room.
    pub(super) series: Option<usize>,
    /// The name.
    pub(super) text: String,
    /// Left edge of the mark, from the left edge of the picture.
    pub(super) left: f64,
    /// The row, the title's own being 0.
    pub(super) row: usize,
}

/// The room for a legend, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// Left edge.
    pub(super) left: f64,
    /// Right edge.
    pub(super) right: f64,
    /// Width of the title in row 0.
    pub(super) title: f64,
    /// Rows below the title's.
    pub(super) rows: usize,
    /// Size of the font.
    pub(super) size: f64,
    /// The face of names.
    pub(super) face: Face,
}

impl Room {
    /// From the left edge of the mark to the text.
    pub(super) fn mark(&self) -> f64 {
        self.size * 1.1
    }

    fn gap(&self) -> f64 {
        self.size * 1.4
    }

    fn entry(&self, text: &str) -> f64 {
        self.mark() + width(text, self.size, self.face)
    }
}

/// Names of series: the values of those labels in which they differ, all but the metric's name
/// where they do not.
pub(super) fn names(series: &[Series]) -> Vec<String> {
    let differs = |name: &String, value: &String| {
        series.iter().any(|other| other.labels.get(name) != Some(value))
    };
    let differing: Vec<_> = series.iter().map(|one| joined(&one.labels, &differs)).collect();
    if differing.iter().all(|name| !name.is_empty()) {
        return differing;
    }
    series.iter().map(|one| whole_name(&one.labels)).collect()
}

fn whole_name(labels: &BTreeMap<String, String>) -> String {
    let name = joined(labels, &|name, _| name != "__name__");
    if name.is_empty() { joined(labels, &|_, _| true) } else { name }
}

fn joined(
    labels: &BTreeMap<String, String>,
    is_wanted: &dyn Fn(&String, &String) -> bool,
) -> String {
    let wanted = labels.iter().filter(|(name, value)| is_wanted(name, value));
    let values = wanted.map(|(_, value)| clean(value)).filter(|value| !value.is_empty());
    clean(&values.collect::<Vec<_>>().join(" "))
}

/// Places names: at the right of the title's row where all fit there, else in rows below it.
pub(super) fn entries(names: &[String], room: Room) -> Vec<Entry> {
    let wanted: Vec<_> = names.iter().enumerate().filter(|(_, name)| !name.is_empty()).collect();
    let total: f64 = wanted.iter().map(|(_, name)| room.entry(name) + room.gap()).sum();
    let begin = room.right + room.gap() - total;
    let edge = if room.title > 0.0 { room.left + room.title + room.size * 2.0 } else { room.left };
    if begin >= edge {
        return in_title_row(&wanted, begin, room);
    }
    in_rows(&wanted, room)
}

fn in_title_row(named: &[(usize, &String)], begin: f64, room: Room) -> Vec<Entry> {
    let mut left = begin;
    let place = |(index, name): &(usize, &String)| {
        let entry = Entry { series: Some(*index), text: (*name).clone(), left, row: 0 };
        left += room.entry(name) + room.gap();
        entry
    };
    named.iter().map(place).collect()
}

fn in_rows(named: &[(usize, &String)], room: Room) -> Vec<Entry> {
    let mut entries: Vec<Entry> = vec![];
    let (mut left, mut row) = (room.left, 1);
    let longest = (room.right - room.left) * 0.6 - room.mark();
    for (place, (index, name)) in named.iter().enumerate() {
        let text = fit(name, room.size, room.face, longest);
        let rest = named.len() - place;
        let more = format!("+{rest} more");
        let mut needed = room.entry(&text);
        if left > room.left && left + needed > room.right && row < room.rows {
            (left, row) = (room.left, row + 1);
        }
        if row == room.rows && rest > 1 {
            needed += room.gap() + room.entry(&more);
        }
        if row > room.rows || text.is_empty() || left + needed > room.right {
            if row <= room.rows && left + room.entry(&more) <= room.right {
                entries.push(Entry { series: None, text: more, left, row });
            }
            return entries;
        }
        let end = left + room.entry(&text) + room.gap();
        entries.push(Entry { series: Some(*index), text, left, row });
        left = end;
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::badge::graph::tests::series;

    const ROOM: Room =
        Room { left: 10.0, right: 310.0, title: 40.0, rows: 2, size: 11.0, face: Face::Regular };

    fn check(names: &[&str], room: Room, expected: &str) {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let entries = entries(&names, room);
        let rows: Vec<_> =
            entries.iter().map(|entry| format!("{}:{}", entry.row, entry.text)).collect();
        assert_eq!(rows.join(" "), expected);
        for entry in &entries {
            let edge = if entry.row == 0 { room.left + room.title } else { room.left };
            let end = entry.left + room.mark() + width(&entry.text, room.size, Face::Regular);
            assert!(entry.left >= edge && end <= room.right + 0.01, "{entry:?}");
        }
    }

    #[test]
    fn few_names_stand_beside_the_title_and_many_below() {
        check(&["a", "b"], ROOM, "0:a 0:b");
        check(
            &["node-alpha", "node-beta", "node-gamma", "delta"],
            ROOM,
            "1:node-alpha 1:node-beta 1:node-gamma 2:delta",
        );
        check(&["", "b"], ROOM, "0:b");
        check(&[], ROOM, "");
    }

    #[test]
    fn names_without_room_are_counted() {
        check(
            &["node-number-one"; 9],
            ROOM,
            "1:node-number-one 1:node-number-one 2:node-number-one 2:+6 more",
        );
        check(&["node-number-one"; 9], Room { rows: 0, ..ROOM }, "");
        check(
            &["x".repeat(90).as_str(), "y"],
            Room { rows: 1, ..ROOM },
            "1:xxxxxxxxxxxxxxxxxxxxxxxx… 1:y",
        );
    }

    #[test]
    fn series_are_called_by_what_differs() {
        let mut matrix = vec![series("a", &[1.0]), series("b", &[1.0])];
        for one in &mut matrix {
            one.labels.insert("job".to_owned(), "node".to_owned());
            one.labels.insert("__name__".to_owned(), "up".to_owned());
        }
        assert_eq!(names(&matrix), ["a", "b"]);
        assert_eq!(names(&matrix[..1]), ["a node"]);
        matrix[0].labels.retain(|name, _| name == "__name__");
        assert_eq!(names(&matrix[..1]), ["up"]);
    }
}
