//! Pictures that are read from left to right: columns of boxes, lines between neighbouring columns.
//!
//! In: boxes with their sizes and what leads to what. Out: a [`Scene`]. The fullest column is stacked
//! from the top; boxes of the others stand beside what they lead to. It knows nothing of clusters.

mod boxes;
mod lines;
#[cfg(test)]
pub(super) mod tests;

use crate::diagram::layout::{Block, MARGIN};
use crate::diagram::palette::Tone;
use crate::diagram::scene::{Mark, Point, Scene, Stroke, Text, px, times};
use crate::diagram::text::{self, Style};

pub(super) use boxes::{Card, Chip, Frame, chip_rows};

/// Space between boxes of a column.
const GAP: i32 = px(14);
/// Height of a column's name, and of each line below it.
const HEADING: i32 = px(26);
const NOTE: i32 = px(15);
/// Height of a line of the legend.
const LEGEND_ROW: i32 = px(20);

/// Boxes one above the other.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) notes: Vec<String>,
    pub(super) width: i32,
    /// Lines that the space right of it keeps room for, used or not.
    pub(super) tracks: i32,
    /// In their order; places are relative to the corner of each.
    pub(super) blocks: Vec<Block>,
}

/// What the lines of one side of a gutter share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// Lines from one box leave it as one.
    Source,
    /// Lines into one box enter it as one.
    Target,
}

/// Something that leads to something in the next column.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) tone: Tone,
    pub(super) stroke: Stroke,
    /// What the line says; the first of a bundle counts.
    pub(super) title: String,
}

/// A row of the legend: marks with words.
pub(super) type Key = Vec<(Option<Tone>, String)>;

/// Everything that a picture of columns holds.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) list: Vec<Column>,
    /// For each gutter: what its lines share, and what leads to what.
    pub(super) leads: Vec<(Share, Vec<Lead>)>,
    pub(super) legend: Vec<Key>,
}

/// Width of the space right of a column with room for a number of lines.
pub(super) const fn gutter(tracks: i32) -> i32 {
    lines::BEFORE + lines::AFTER + tracks * lines::PITCH
}

/// Draws up columns.
pub(super) fn draw(plan: Columns) -> Scene {
    let Columns { list: mut columns, leads, legend } = plan;
    lines::make_room(&mut columns, &leads);
    let top = MARGIN + heads(&columns);
    let tops = tops(&columns, &leads, top);
    let mut scene = Scene { height: top, ..Scene::default() };
    let mut left = MARGIN;
    for (column, tops) in columns.into_iter().zip(&tops) {
        words(&mut scene, &column, left);
        for (mut block, top) in column.blocks.into_iter().zip(tops) {
            let corner = Point::new(left, *top);
            block.node.rect.width = column.width;
            scene.height = scene.height.max(top + block.node.rect.height);
            scene.nodes.push(block.node.moved(corner));
            scene.nodes.extend(block.children.into_iter().map(|child| child.moved(corner)));
        }
        scene.width = left + column.width + MARGIN;
        left += column.width + gutter(column.tracks);
    }
    scene.paths =
        leads.iter().flat_map(|(share, leads)| lines::paths(&scene, *share, leads)).collect();
    key(&mut scene, &legend);
    scene
}

/// Height of the columns' names.
fn heads(columns: &[Column]) -> i32 {
    let notes = columns.iter().map(|column| column.notes.len()).max().unwrap_or(0);
    HEADING + times(notes) * NOTE
}

fn words(scene: &mut Scene, column: &Column, left: i32) {
    let heading = text::fit(&column.heading, Style::Heading, column.width);
    scene.notes.push(Text::new(Point::new(left, MARGIN + px(12)), heading, Style::Heading));
    for (index, note) in column.notes.iter().enumerate() {
        let at = Point::new(left, MARGIN + px(28) + times(index) * NOTE);
        let note = text::fit(note, Style::Detail, column.width);
        scene.notes.push(Text::new(at, note, Style::Detail).quiet());
    }
}

fn height(column: &Column) -> i32 {
    let gaps = times(column.blocks.len().saturating_sub(1)) * GAP;
    column.blocks.iter().map(|block| block.node.rect.height).sum::<i32>() + gaps
}

/// Upper edges of all boxes, by column.
fn tops(columns: &[Column], leads: &[(Share, Vec<Lead>)], top: i32) -> Vec<Vec<i32>> {
    let heights: Vec<i32> = columns.iter().map(height).collect();
    let full = heights.iter().copied().max().unwrap_or(0);
    // The last of those that are equally full: ends hold more than ways.
    let anchor = heights.iter().rposition(|height| *height == full).unwrap_or(0);
    let mut tops: Vec<Vec<i32>> = vec![vec![]; columns.len()];
    if columns.is_empty() {
        return tops;
    }
    let ends = (top, top + full);
    tops[anchor] = stacked(&columns[anchor], &vec![top; columns[anchor].blocks.len()], ends);
    let before = (0..anchor).rev().map(|at| (at, at + 1, at));
    let after = (anchor + 1..columns.len()).map(|at| (at, at - 1, at - 1));
    for (at, beside, gutter) in before.chain(after) {
        let leads = leads.get(gutter).map_or(&[][..], |(_, leads)| leads);
        let wanted: Vec<i32> = columns[at]
            .blocks
            .iter()
            .map(|block| wanted(block, &columns[beside], &tops[beside], leads, top))
            .collect();
        tops[at] = stacked(&columns[at], &wanted, ends);
    }
    tops
}

/// Where a box would stand in the middle of what it is tied to.
fn wanted(block: &Block, beside: &Column, tops: &[i32], leads: &[Lead], top: i32) -> i32 {
    let tied = |id: &str| {
        let own = block.node.id.as_str();
        leads
            .iter()
            .any(|lead| (lead.from == own && lead.to == id) || (lead.to == own && lead.from == id))
    };
    let middles = beside.blocks.iter().zip(tops).filter(|(other, _)| tied(&other.node.id));
    let middles: Vec<i32> = middles.map(|(other, top)| top + other.node.rect.height / 2).collect();
    if middles.is_empty() {
        return top;
    }
    let middle = middles.iter().sum::<i32>() / times(middles.len());
    (middle - block.node.rect.height / 2) / 2 * 2
}

/// Boxes in their order, each as near as can be to where it wants to be, none above `top` or below
/// `bottom`.
fn stacked(column: &Column, wanted: &[i32], (top, bottom): (i32, i32)) -> Vec<i32> {
    let mut tops = Vec::new();
    let mut least = top;
    for (block, wanted) in column.blocks.iter().zip(wanted) {
        let top = (*wanted).max(least);
        tops.push(top);
        least = top + block.node.rect.height + GAP;
    }
    let mut most = bottom;
    for (top, block) in tops.iter_mut().zip(&column.blocks).rev() {
        *top = (*top).min(most - block.node.rect.height);
        most = *top - GAP;
    }
    tops
}

/// Writes the legend below everything.
fn key(scene: &mut Scene, legend: &[Key]) {
    if legend.iter().all(Vec::is_empty) {
        scene.height += MARGIN;
        return;
    }
    let mut y = scene.height + px(30);
    let right = scene.width - MARGIN;
    for entries in legend.iter().filter(|entries| !entries.is_empty()) {
        let mut left = MARGIN;
        for (tone, words) in entries {
            let text = Text::new(Point::new(0, 0), words, Style::App).quiet();
            let room = if tone.is_some() { px(16) } else { 0 };
            if left > MARGIN && left + room + text.width > right {
                left = MARGIN;
                y += LEGEND_ROW;
            }
            if let Some(tone) = tone {
                let at = Point::new(left + px(5), y - px(4));
                scene.legend_marks.push(Mark { at, tone: *tone });
            }
            let width = text.width;
            scene.legend_texts.push(Text { at: Point::new(left + room, y), ..text });
            left += room + width + px(20);
        }
        y += LEGEND_ROW;
    }
    scene.height = y - LEGEND_ROW + MARGIN;
}

/// A number with its noun: `one` for one, `many` otherwise.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The first few names, and how many more there are.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names[..names.len().min(most)].join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The namespace and the name of an id; the namespace is empty where there is none.
pub(super) fn parted(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or(("", id))
}

/// The order of names as people read them: `node-2` before `node-10`.
pub(super) fn natural(one: &str, other: &str) -> std::cmp::Ordering {
    natord::compare(one, other).then_with(|| one.cmp(other))
}
