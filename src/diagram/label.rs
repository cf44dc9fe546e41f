//! Where words beside lines stand.
//!
//! In: a scene with boxes and paths. Out: words on bars and paths that touch no box, no line of
//! another path and no other words; where nothing fits, a number that the legend explains. It moves
//! no box and no line.

use super::scene::{Label, Mark, Node, Path, Point, Rect, Scene, Text, px};
use super::text::{Style, width};

/// Space between words and lines.
const CLEAR: i32 = px(4);
/// Step in which places are tried.
const STEP: i32 = px(6);
/// Height of a label.
const HEIGHT: i32 = px(16);

/// Words for a bar: its name, and details that may be left off from the end.
#[derive(Clone, Debug)]
pub(crate) struct BarWords {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) details: Vec<String>,
}

impl BarWords {
    fn detail(&self, count: usize) -> String {
        self.details[..count].join(" · ")
    }

    fn whole(&self) -> String {
        let parts = std::iter::once(&self.name).chain(&self.details);
        parts.map(String::as_str).collect::<Vec<_>>().join(" · ")
    }
}

/// Words for a path, with the horizontal piece that they belong on.
pub(crate) struct PathWords {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) track: (Point, Point),
}

/// Puts words on a bar, left of all lines over it or in the first gap; `numbered` takes what got a
/// number only.
pub(crate) fn on_bar(scene: &mut Scene, words: &BarWords, numbered: &mut Vec<String>) {
    let Some(index) = scene.nodes.iter().position(|node| node.id == words.id) else { return };
    let bar = scene.nodes[index].rect;
    let crossings = crossings(&scene.paths, &bar);
    let has_mark =
        !matches!(scene.nodes[index].look, super::scene::Look::Bar(super::palette::Tone::Plain(_)));
    let lead = if has_mark { px(16) } else { 0 };
    for count in (0..=words.details.len()).rev() {
        let detail = words.detail(count);
        let name_width = width(&words.name, Style::Name);
        let gap = if detail.is_empty() { 0 } else { px(8) };
        let whole = lead + name_width + gap + width(&detail, Style::Detail);
        if let Some(x) = gap_of(&bar, &crossings, whole) {
            write_on_bar(&mut scene.nodes[index], x, words, &detail);
            return;
        }
    }
    numbered.push(words.whole());
    let number = numbered.len().to_string();
    if let Some(x) = gap_of(&bar, &crossings, lead + width(&number, Style::Name)) {
        let words = BarWords { id: words.id.clone(), name: number, details: Vec::new() };
        write_on_bar(&mut scene.nodes[index], x, &words, "");
    }
}

fn write_on_bar(bar: &mut Node, x: i32, words: &BarWords, detail: &str) {
    let mut x = x;
    let baseline = bar.rect.middle().y + px(9) / 2;
    if let super::scene::Look::Bar(tone) = bar.look
        && !matches!(tone, super::palette::Tone::Plain(_))
    {
        bar.marks.push(Mark { at: Point::new(x + px(5), bar.rect.middle().y), tone });
        x += px(16);
    }
    let name = Text::new(Point::new(x, baseline), &words.name, Style::Name);
    x += name.width + px(8);
    bar.texts.push(name);
    if !detail.is_empty() {
        bar.texts.push(Text::new(Point::new(x, baseline), detail, Style::Detail).quiet());
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

/// The leftmost place on a bar with `room` that no line crosses.
fn gap_of(bar: &Rect, crossings: &[i32], room: i32) -> Option<i32> {
    let mut x = bar.x + px(12);
    for crossing in crossings {
        if x + room + px(6) <= *crossing {
            break;
        }
        x = x.max(crossing + px(10));
    }
    (x + room <= bar.right() - px(8)).then_some(x)
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
    let hits = |(from, to): (Point, Point)| Rect::around(from, to).grown(px(1)).overlaps(rect);
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
        assert_eq!(gap_of(&BAR, crossings, room), expected);
    }

    #[test]
    fn words_take_the_first_gap() {
        check(&[], 300, Some(24));
        check(&[500], 300, Some(24));
        check(&[200], 300, Some(220));
        check(&[200, 400, 600, 800], 300, None);
    }
}
