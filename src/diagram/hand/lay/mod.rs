//! Places for boxes within boxes, and right-angled lines between any two of them.
//!
//! In: [`Task`]: units in lanes or in the order of their links, and links. Out: [`Laid`]: places and
//! lines in half pixels. Boxes stand in rows; a line runs through the channels between rows, in a
//! gap of each row that it passes, and enters a frame beside its name. It knows no words.
//!
//! Everything is computed as if lines ran downwards: `across` is along a row, `along` from row to
//! row. The drawer turns it for pictures that run to the right.

mod across;
mod along;
mod ports;
mod rows;
mod wires;

use crate::diagram::scene::{Point, Rect, px};

use rows::Rows;
use wires::Wires;

/// Space between a frame and what it holds.
pub(super) const PAD: i32 = px(12);
/// Space between boxes of a row, and between a box and a passing line.
const GAP: i32 = px(16);
const PASS_GAP: i32 = px(12);
/// Space between a box's corner and its lines, and between these.
const INSET: i32 = px(10);
const PITCH: i32 = px(12);
/// Lines that enter or leave a box on one side at most; what is beyond stands in the table only.
const MOST_PORTS: usize = 40;

/// What kind of box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Of a size.
    Leaf { across: i32, along: i32 },
    /// Around others: room before the first row, before the first box of a row, and at the start of
    /// its upper edge, which its name takes; and the least that it measures along.
    Frame { before: i32, beside: i32, name: i32, least: i32 },
    /// Over the whole row, with words at its start.
    Bar { words: i32, along: i32 },
}

/// A box.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// The frame that holds it, which comes before it.
    pub(super) parent: Option<usize>,
    /// The lane of a unit that no frame holds.
    pub(super) lane: usize,
    pub(super) shape: Shape,
}

/// A line that is wanted.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Lines of one unit with the same look share their way.
    pub(super) look: usize,
    /// Length of its words in the direction from row to row; nothing without words.
    pub(super) words: i32,
    /// Their length along a row.
    pub(super) breadth: i32,
}

/// What is to be laid out.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) units: Vec<Unit>,
    pub(super) wishes: Vec<Wish>,
    /// Whether units stand in the rows of their lanes, in the order given.
    pub(super) lanes: bool,
    /// Widest row.
    pub(super) limit: i32,
}

/// A line with all that shares its way.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Numbers of wishes.
    pub(super) wishes: Vec<usize>,
    /// From the common start to each end, in the order of `wishes`.
    pub(super) ways: Vec<Vec<Point>>,
}

/// Places: `x` is across, `y` along.
#[derive(Clone, Debug, Default)]
pub(super) struct Laid {
    pub(super) rects: Vec<Rect>,
    pub(super) lines: Vec<Line>,
    /// Upper edges of the first rows of lanes.
    pub(super) lanes: Vec<(usize, i32)>,
    pub(super) width: i32,
    pub(super) height: i32,
    /// Wishes that are not drawn.
    pub(super) left_out: Vec<usize>,
}

/// Lays out a task.
pub(super) fn lay(task: &Task) -> Laid {
    for limit in [100, 85, 70, 55].map(|part| task.limit / 100 * part) {
        let laid = attempt(task, limit, true);
        if laid.width <= task.limit {
            return laid;
        }
    }
    attempt(task, task.limit, false)
}

fn attempt(task: &Task, limit: i32, passing: bool) -> Laid {
    let rows = Rows::new(task, limit);
    let wires = Wires::new(task, rows, passing);
    let places = across::places(task, &wires);
    let ports = ports::ports(task, &wires, &places);
    along::finish(task, &wires, &places, &ports)
}
