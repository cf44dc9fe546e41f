//! What views that place their boxes by hand have in common: boxes, words in them, the legend.
//!
//! In: places and words. Out: parts of a [`Scene`]. It knows nothing of clusters.

#[cfg(test)]
#[path = "kit/tests/made.rs"]
pub(super) mod made;

use std::cmp::Ordering;

use crate::diagram::layout::MARGIN;
use crate::diagram::palette::Tone;
use crate::diagram::scene::{Look, Mark, Node, Point, Rect, Scene, Tag, Text, px};
use crate::diagram::text::{Style, width};

/// Narrowest picture: pages stretch pictures to their own width, and small ones would grow large.
pub(super) const NARROWEST: i32 = px(960);
/// Space between a box's edge and its words.
pub(super) const INSET: i32 = px(9);
/// Width of a mark with the space after it.
pub(super) const MARK_ROOM: i32 = px(16);
const LEGEND_ROW: i32 = px(22);
const TAG_HEIGHT: i32 = px(15);

/// Natural order, made total.
pub(super) fn natural(one: &str, other: &str) -> Ordering {
    natord::compare(one, other).then_with(|| one.cmp(other))
}

/// A number with its noun: `one` for one, `many` otherwise.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The parts that are not empty, with a dot between them.
pub(super) fn joined<S: AsRef<str>>(parts: &[S]) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).filter(|it| !it.is_empty()).collect();
    parts.join(" · ")
}

/// At most `most` names, and how many more there are.
pub(super) fn listed<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Text cut to a width in half pixels; empty where not even a letter fits.
pub(super) fn fit(text: &str, style: Style, room: i32) -> String {
    if width(text, style) <= room {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while !kept.is_empty() {
        kept.pop();
        let cut: String = kept.iter().collect();
        let cut = format!("{}…", cut.trim_end_matches([' ', '-', '.', '·', '_', ',']));
        if width(&cut, style) <= room {
            return if cut == "…" { String::new() } else { cut };
        }
    }
    String::new()
}

/// As many parts from the first on as fit with dots between them; the first is cut if it has to be.
pub(super) fn fit_parts<S: AsRef<str>>(parts: &[S], style: Style, room: i32) -> String {
    let fits = |count: &usize| width(&joined(&parts[..*count]), style) <= room;
    match (1..=parts.len()).rev().find(fits) {
        Some(count) => joined(&parts[..count]),
        None => parts.first().map(|part| fit(part.as_ref(), style, room)).unwrap_or_default(),
    }
}

/// Parts in lines of a width, with dots between those of one line.
pub(super) fn flow<S: AsRef<str>>(parts: &[S], style: Style, room: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts.iter().map(AsRef::as_ref).filter(|part| !part.is_empty()) {
        let longer = lines.last().map(|line| format!("{line} · {part}"));
        match longer.filter(|line| width(line, style) <= room) {
            Some(longer) => *lines.last_mut().expect("bug: a line was made longer") = longer,
            None => lines.push(part.to_owned()),
        }
    }
    lines
}

/// A box without words.
pub(super) fn node(id: String, rect: Rect, look: Look, title: String) -> Node {
    Node {
        id,
        rect,
        parent: None,
        look,
        target: None,
        link: None,
        title,
        texts: vec![],
        marks: vec![],
        tags: vec![],
    }
}

/// Writes words that are cut to `room`; gives where they end. Writes none where none fit.
pub(super) fn write(node: &mut Node, at: Point, words: &str, style: Style, room: i32) -> i32 {
    put(node, Text::new(at, fit(words, style, room), style))
}

/// The same, quieter.
pub(super) fn whisper(node: &mut Node, at: Point, words: &str, style: Style, room: i32) -> i32 {
    put(node, Text::new(at, fit(words, style, room), style).quiet())
}

fn put(node: &mut Node, text: Text) -> i32 {
    let end = text.at.x + text.width;
    if !text.words.is_empty() {
        node.texts.push(text);
    }
    end
}

pub(super) fn tag_width(words: &str) -> i32 {
    width(words, Style::Tag) + px(8)
}

/// A word in a small box that ends at `right`; gives where it starts.
pub(super) fn tag(node: &mut Node, words: &str, right: i32, middle: i32) -> i32 {
    let width = tag_width(words);
    let rect = Rect::new(right - width, middle - TAG_HEIGHT / 2, width, TAG_HEIGHT);
    node.tags.push(Tag { rect, text: words.to_owned() });
    rect.x
}

/// A mark and what it stands for, or words alone.
pub(super) type Entry = (Option<Tone>, String);

/// Writes the legend below the picture and makes it high enough. Entries wrap at the right edge.
pub(super) fn legend(scene: &mut Scene, rows: &[Vec<Entry>]) {
    let right = scene.width - MARGIN;
    let mut y = scene.height + px(26);
    for row in rows.iter().filter(|row| !row.is_empty()) {
        let mut x = MARGIN;
        for (tone, words) in row {
            let lead = if tone.is_some() { MARK_ROOM } else { 0 };
            let words = fit(words, Style::App, right - MARGIN - lead);
            let text = Text::new(Point::new(0, 0), words, Style::App).quiet();
            if x > MARGIN && x + lead + text.width > right {
                (x, y) = (MARGIN, y + LEGEND_ROW);
            }
            if let Some(tone) = tone {
                scene.legend_marks.push(Mark { at: Point::new(x + px(5), y - px(4)), tone: *tone });
            }
            let at = Point::new(x + lead, y);
            x = at.x + text.width + px(20);
            scene.legend_texts.push(Text { at, ..text });
        }
        y += LEGEND_ROW;
    }
    let any = rows.iter().any(|row| !row.is_empty());
    scene.height = if any { y - LEGEND_ROW + px(8) + MARGIN } else { scene.height + MARGIN };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_to_its_room() {
        let name = "a-name-that-is-longer-than-twenty-eight-letters";
        assert_eq!(fit(name, Style::App, px(1000)), name);
        let cut = fit(name, Style::App, px(100));
        assert!(cut.ends_with('…') && width(&cut, Style::App) <= px(100), "{cut}");
        assert_eq!(fit(name, Style::App, 0), "");
    }

    #[test]
    fn names_are_counted() {
        assert_eq!(listed(&["a", "b", "c"], 3), "a, b, c");
        assert_eq!(listed(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(flow(&["one", "two", "three"], Style::App, px(60)), ["one · two", "three"]);
        assert_eq!(fit_parts(&["one", "two", "three"], Style::App, px(60)), "one · two");
        assert_eq!(joined(&["a", "", "b"]), "a · b");
        assert_eq!(count(1, "card", "cards") + &count(2, ", card", ", cards"), "1 card2 , cards");
    }
}
