//! Words beside lines, and the legend of a hand-drawn picture.
//!
//! In: a scene with boxes and lines. Out: labels that touch nothing else, a number where no place is
//! free, and a legend of line kinds and numbers. It moves no box and no line.

use super::sketch::Way;
use crate::diagram::layout::MARGIN;
use crate::diagram::palette::Tone;
use crate::diagram::scene::{Label, Look, Path, Point, Rect, Scene, Text, px};
use crate::diagram::text::{Style, fit, shorten, width};

/// Height of a label.
pub(super) const HEIGHT: i32 = px(16);
/// Space between words and the end of their ground, and between a label and the end of its line.
const CLEAR: i32 = px(4);
const END: i32 = px(7);
/// Step in which places are tried.
const STEP: i32 = px(5);
/// Height of a legend row, and width of a sample.
const ROW: i32 = px(22);
const SAMPLE: i32 = px(26);

/// Puts words on a path; `numbered` takes what got a number only.
pub(in crate::diagram) fn label(
    scene: &mut Scene,
    path: usize,
    words: &str,
    numbered: &mut Vec<String>,
) {
    if let Some(label) = find(scene, &scene.paths[path], &shorten(words)) {
        scene.labels.push(label);
        return;
    }
    let known = numbered.iter().position(|other| other == words);
    let number = known.unwrap_or_else(|| {
        numbered.push(words.to_owned());
        numbered.len() - 1
    });
    if let Some(label) = find(scene, &scene.paths[path], &(number + 1).to_string()) {
        scene.labels.push(label);
    }
}

fn find(scene: &Scene, path: &Path, words: &str) -> Option<Label> {
    let room = width(words, Style::Detail) + 2 * CLEAR;
    let mut pieces: Vec<(Point, Point)> = path.segments().collect();
    pieces.dedup();
    // What all ends share comes first, then the longest piece.
    let shared = |piece: &(Point, Point)| {
        path.lines.iter().filter(|line| line.windows(2).any(|it| (it[0], it[1]) == *piece)).count()
    };
    let length = |(from, to): &(Point, Point)| (from.x - to.x).abs() + (from.y - to.y).abs();
    pieces.sort_by_key(|piece| std::cmp::Reverse((shared(piece), length(piece))));
    // Words on a small step hide it, so that the line seems straight.
    let steps = pieces.iter().filter(|piece| piece.0.y == piece.1.y && length(piece) <= px(14));
    let over = |(from, to): &(Point, Point)| {
        Rect::new((from.x + to.x - room) / 2, from.y - HEIGHT / 2, room, HEIGHT)
    };
    let step = steps.map(over).find(|rect| is_free(scene, path, rect, true));
    let mut places = pieces.iter().flat_map(|piece| places(*piece, room));
    let rect = step.or_else(|| places.find(|rect| is_free(scene, path, rect, false)))?;
    let at = Point::new(rect.x + CLEAR, rect.y + px(12));
    let text = Text::new(at, words, Style::Detail).quiet();
    Some(Label { path: path.id.clone(), rect, text })
}

/// Places on a straight piece, from its middle outwards.
fn places((from, to): (Point, Point), room: i32) -> Vec<Rect> {
    let level = from.y == to.y;
    let size = if level { room } else { HEIGHT };
    let (low, high) = if level {
        (from.x.min(to.x), from.x.max(to.x))
    } else {
        (from.y.min(to.y), from.y.max(to.y))
    };
    let reach = (high - low - size) / 2 - END;
    if reach < 0 {
        return Vec::new();
    }
    let middle = (low + high - size) / 2;
    let offsets = (0..=reach / STEP).flat_map(|step| [step * STEP, -step * STEP]);
    offsets
        .map(|offset| {
            if level {
                Rect::new(middle + offset, from.y - HEIGHT / 2, room, HEIGHT)
            } else {
                Rect::new(from.x - room / 2, middle + offset, room, HEIGHT)
            }
        })
        .collect()
}

/// Whether a label may stand somewhere; `over_own` where it may hide corners of its own line.
fn is_free(scene: &Scene, own: &Path, rect: &Rect, over_own: bool) -> bool {
    let whole = Rect::new(MARGIN / 2, 0, scene.width - MARGIN, scene.height);
    let inside = rect.x >= whole.x && rect.right() <= whole.right() && rect.y >= 0;
    let boxes = scene.nodes.iter().all(|node| {
        let around = node.look == Look::Frame
            && node.rect.x < rect.x
            && node.rect.y < rect.y
            && node.rect.right() > rect.right()
            && node.rect.bottom() > rect.bottom();
        let words = || node.texts.iter().all(|text| !text.rect().grown(px(3)).overlaps(rect));
        if around { words() } else { !node.rect.overlaps(rect) }
    });
    let words = scene.notes.iter().all(|note| !note.rect().overlaps(rect));
    let labels = scene.labels.iter().all(|label| !label.rect.grown(px(2)).overlaps(rect));
    let crossed = scene.paths.iter().any(|path| {
        let is_own = path.id == own.id;
        path.segments().any(|(from, to)| {
            let own_way = is_own
                && (from.y == to.y && from.y == rect.middle().y
                    || from.x == to.x && from.x == rect.middle().x);
            !(own_way || is_own && over_own) && Rect::around(from, to).grown(px(4)).overlaps(rect)
        })
    });
    inside && boxes && words && labels && !crossed
}

/// Writes what kinds of lines mean, and what numbers stand for.
pub(in crate::diagram) fn legend(
    scene: &mut Scene,
    kinds: &[(Way, Tone)],
    numbered: &[String],
    left: i32,
) {
    if kinds.is_empty() && numbered.is_empty() {
        scene.height += MARGIN;
        return;
    }
    let mut y = scene.height + px(26);
    let mut x = left;
    let right = scene.width - MARGIN;
    for (way, tone) in kinds {
        let name = way.name().unwrap_or_default();
        let name = Text::new(Point::new(x + SAMPLE + px(7), y), name, Style::Detail);
        let end = name.at.x + name.width + px(18);
        if end > right && x > left {
            (x, y) = (left, y + ROW);
        }
        let line = vec![Point::new(x, y - px(4)), Point::new(x + SAMPLE, y - px(4))];
        scene.paths.push(Path {
            id: format!("legend-{}", way.name().unwrap_or_default()),
            ends: Vec::new(),
            lines: vec![line],
            caps: Vec::new(),
            tone: *tone,
            stroke: way.stroke(),
            title: way.name().unwrap_or_default().to_owned(),
        });
        let at = Point::new(x + SAMPLE + px(7), y);
        x = at.x + name.width + px(18);
        scene.legend_texts.push(Text { at, ..name });
    }
    if !kinds.is_empty() {
        y += ROW;
    }
    for (index, words) in numbered.iter().enumerate() {
        let number = Text::new(Point::new(left, y), (index + 1).to_string(), Style::Name);
        let at = Point::new(left + px(24), y);
        let words = Text::new(at, fit(words, Style::Detail, right - at.x), Style::Detail);
        scene.legend_texts.extend([number, words]);
        y += ROW;
    }
    scene.height = y - ROW + MARGIN;
}
