//! Where words beside lines stand.
//!
//! In: a scene with boxes and paths. Out: words on bars and paths that touch no box, no line of
//! another path and no other words; where nothing fits, a number that the legend explains. It moves
//! no box and no line.

use super::palette::Tone;
use super::scene::{Label, Look, Mark, Node, Path, Point, Rect, Scene, Text, px};
use super::text::{Style, width};

/// Space between words and lines.
const CLEAR: i32 = px(4);
/// Step in which places are tried.
const STEP: i32 = px(6);
/// Room for the mark before a bar's name.
const MARK_ROOM: i32 = px(16);
/// Height of a label.
const HEIGHT: i32 = px(16);

/// Words for a bar: its name, and details, each of which may be empty.
#[derive(Clone, Debug)]
pub(crate) struct BarWords {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) details: Vec<String>,
}

impl BarWords {
    fn detail(&self, count: usize) -> String {
        joined(self.details[..count].iter())
    }

    fn whole(&self) -> String {
        let parts = std::iter::once(&self.name).chain(&self.details);
        joined(parts)
    }
}

fn joined<'a>(parts: impl Iterator<Item = &'a String>) -> String {
    let parts = parts.filter(|part| !part.is_empty()).map(String::as_str);
    parts.collect::<Vec<_>>().join(" · ")
}

/// Words for a path, with the horizontal piece that they belong on.
pub(crate) struct PathWords {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) track: (Point, Point),
}

/// Puts words on bars that stand together: name and details in columns that no line crosses, or
/// each for itself where columns do not fit; `numbered` takes what got a number only.
pub(crate) fn on_bars(scene: &mut Scene, bars: &[BarWords], numbered: &mut Vec<String>) {
    let nodes = bars.iter().filter_map(|words| position(scene, words)).collect::<Vec<_>>();
    let Some(first) = nodes.first().map(|at| scene.nodes[*at].rect) else { return };
    let mut crossed: Vec<i32> =
        nodes.iter().flat_map(|at| crossings(&scene.paths, &scene.nodes[*at].rect)).collect();
    crossed.sort_unstable();
    crossed.dedup();
    let Some(columns) = columns(bars, &first, &crossed) else {
        for words in bars {
            on_bar(scene, words, numbered);
        }
        return;
    };
    for words in bars {
        let Some(at) = position(scene, words) else { continue };
        let node = &mut scene.nodes[at];
        write_name(node, columns[0], &words.name);
        for (detail, x) in words.details.iter().zip(&columns[1..]) {
            write_detail(node, *x, detail);
        }
    }
}

fn position(scene: &Scene, words: &BarWords) -> Option<usize> {
    scene.nodes.iter().position(|node| node.id == words.id)
}

/// Left edges of the columns of names and details.
fn columns(bars: &[BarWords], bar: &Rect, crossed: &[i32]) -> Option<Vec<i32>> {
    let names = bars.iter().map(|words| MARK_ROOM + width(&words.name, Style::Name));
    let count = bars.iter().map(|words| words.details.len()).max().unwrap_or(0);
    let detail = |column: usize| {
        let texts = bars.iter().filter_map(move |words| words.details.get(column));
        texts.map(|text| width(text, Style::Detail)).max().unwrap_or(0)
    };
    let widths = names.max().into_iter().chain((0..count).map(detail));
    let mut start = bar.x + px(10);
    let mut columns = Vec::new();
    for width in widths {
        let left = gap_from(start, bar, crossed, width)?;
        columns.push(left);
        start = left + width + px(12);
    }
    Some(columns)
}

/// Puts words on one bar, left of all lines over it or in the first gap.
fn on_bar(scene: &mut Scene, words: &BarWords, numbered: &mut Vec<String>) {
    let Some(at) = position(scene, words) else { return };
    let bar = scene.nodes[at].rect;
    let crossed = crossings(&scene.paths, &bar);
    let name_room = MARK_ROOM + width(&words.name, Style::Name);
    for count in (0..=words.details.len()).rev() {
        let detail = words.detail(count);
        let gap = if detail.is_empty() { 0 } else { px(8) };
        let whole = name_room + gap + width(&detail, Style::Detail);
        if let Some(left) = gap_from(bar.x + px(10), &bar, &crossed, whole) {
            write_name(&mut scene.nodes[at], left, &words.name);
            write_detail(&mut scene.nodes[at], left + name_room + gap, &detail);
            return;
        }
    }
    numbered.push(words.whole());
    let number = numbered.len().to_string();
    let room = MARK_ROOM + width(&number, Style::Name);
    if let Some(left) = gap_from(bar.x + px(10), &bar, &crossed, room) {
        write_name(&mut scene.nodes[at], left, &number);
    }
}

fn write_name(bar: &mut Node, left: i32, name: &str) {
    let middle = bar.rect.middle().y;
    let mut left = left;
    if let Look::Bar(tone) = bar.look
        && !matches!(tone, Tone::Plain(_))
    {
        bar.marks.push(Mark { at: Point::new(left + px(5), middle), tone });
        left += MARK_ROOM;
    }
    bar.texts.push(Text::new(Point::new(left, middle + px(9) / 2), name, Style::Name));
}

fn write_detail(bar: &mut Node, left: i32, detail: &str) {
    if !detail.is_empty() {
        let baseline = bar.rect.middle().y + px(4);
        bar.texts.push(Text::new(Point::new(left, baseline), detail, Style::Detail).quiet());
    }
}

/// Where vertical lines cross or start on a bar.
fn crossings(paths: &[Path], bar: &Rect) -> Vec<i32> {
    let over = |(from, to): &(Point, Point)| {
        from.x == to.x && from.y.min(to.y) < bar.bottom() && from.y.max(to.y) > bar.y
    };
    let mut crossings: Vec<i32> =
        paths.iter().flat_map(Path::segments).filter(over).map(|(from, _)| from.x).collect();
    crossings.sort_unstable();
    crossings.dedup();
    crossings
}

/// The leftmost place on a bar from `start` with `room` that no line crosses.
fn gap_from(start: i32, bar: &Rect, crossings: &[i32], room: i32) -> Option<i32> {
    let mut left = start;
    for crossing in crossings {
        if left + room + px(5) <= *crossing {
            break;
        }
        left = left.max(crossing + px(8));
    }
    (left + room <= bar.right() - px(8)).then_some(left)
}

/// Puts words on a path; `numbered` takes what got a number only.
pub(crate) fn on_path(scene: &mut Scene, words: &PathWords, numbered: &mut Vec<String>) {
    if let Some(label) = find(scene, words, &words.text) {
        scene.labels.push(label);
        return;
    }
    numbered.push(words.text.clone());
    if let Some(label) = find(scene, words, &numbered.len().to_string()) {
        scene.labels.push(label);
    }
}

fn find(scene: &Scene, words: &PathWords, text: &str) -> Option<Label> {
    let text_width = width(text, Style::Detail);
    let room = text_width + 2 * CLEAR;
    let (from, to) = words.track;
    let middle = (from.x + to.x - room) / 2;
    let reach = (to.x - from.x - room) / 2 - px(8);
    let offsets = (0..=reach.max(-1) / STEP).flat_map(|step| [step * STEP, -step * STEP]);
    let places =
        offsets.map(|offset| Rect::new(middle + offset, from.y - HEIGHT / 2, room, HEIGHT));
    let rect = places.filter(|_| reach >= 0).find(|rect| is_free(scene, &words.path, rect))?;
    let at = Point::new(rect.x + CLEAR, rect.y + px(12));
    let text = Text::new(at, text, Style::Detail).quiet();
    Some(Label { path: words.path.clone(), rect, text })
}

fn is_free(scene: &Scene, own: &str, rect: &Rect) -> bool {
    let hits = |(from, to): (Point, Point)| Rect::around(from, to).grown(px(5)).overlaps(rect);
    let boxes = scene.nodes.iter().all(|node| !node.rect.overlaps(rect));
    let words = scene.notes.iter().all(|note| !note.rect().overlaps(rect));
    let labels = scene.labels.iter().all(|label| !label.rect.overlaps(rect));
    let foreign = scene.paths.iter().filter(|path| path.id != own);
    let own_uprights = scene.paths.iter().filter(|path| path.id == own);
    boxes
        && words
        && labels
        && !foreign.flat_map(Path::segments).any(hits)
        && !own_uprights.flat_map(Path::segments).filter(|(from, to)| from.x == to.x).any(hits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Rect = Rect::new(0, 0, 1000, 52);

    fn check(crossings: &[i32], room: i32, expected: Option<i32>) {
        assert_eq!(gap_from(20, &BAR, crossings, room), expected);
    }

    #[test]
    fn words_take_the_first_gap() {
        check(&[], 300, Some(20));
        check(&[500], 300, Some(20));
        check(&[200], 300, Some(216));
        check(&[200, 400, 600, 800], 300, None);
    }

    #[test]
    fn bars_share_columns() {
        let bar = |name: &str, tag: &str| BarWords {
            id: String::new(),
            name: name.to_owned(),
            details: vec![tag.to_owned(), "192.0.2.0/24".to_owned()],
        };
        let bars = [bar("cluster", "tag not declared"), bar("iot", "VLAN 62")];
        let free = columns(&bars, &BAR, &[]).expect("room for all");
        let crossed = columns(&bars, &BAR, &[free[2] + 4]).expect("room for all");
        assert_eq!(free[..2], crossed[..2]);
        assert_eq!(crossed[2], free[2] + 4 + px(8));
        assert_eq!(columns(&bars, &BAR, &[100, 200, 300, 400, 500, 600, 700, 800, 900]), None);
    }
}
