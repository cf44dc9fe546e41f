//! Where boxes stand: a grid of columns, lanes stacked from top to bottom, rows packed in order.
//!
//! In: blocks with the number of columns that each needs. Out: boxes at their places. It draws no
//! line; the room between rows is told by the router.

use super::scene::{Node, Point, Rect, Text, px, times};
use super::text::Style;

/// Space between columns.
pub(crate) const GAP: i32 = px(16);
/// Space around the picture.
pub(crate) const MARGIN: i32 = px(20);
/// Space between a box and what it holds.
pub(crate) const PAD: i32 = px(10);
/// Space between chips.
pub(crate) const CHIP_GAP: i32 = px(8);
/// Height of a bus bar.
pub(crate) const BAR_HEIGHT: i32 = px(26);
/// Width for the names of lanes.
pub(crate) const GUTTER: i32 = px(84);
/// Widest picture.
pub(crate) const WIDEST: i32 = px(1090);

/// Columns of equal width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) left: i32,
    pub(crate) unit: i32,
    pub(crate) columns: usize,
}

impl Grid {
    /// Width of a number of neighbouring columns.
    pub(crate) fn span(&self, columns: usize) -> i32 {
        times(columns) * self.unit + times(columns.saturating_sub(1)) * GAP
    }

    /// Left edge of a column.
    pub(crate) fn column(&self, index: usize) -> i32 {
        self.left + times(index) * (self.unit + GAP)
    }

    pub(crate) fn right(&self) -> i32 {
        self.left + self.span(self.columns)
    }

    /// The fewest columns that are at least so wide.
    pub(crate) fn columns_for(&self, width: i32) -> usize {
        let step = self.unit + GAP;
        usize::try_from((width + GAP + step - 1) / step).unwrap_or(1).max(1)
    }
}

/// Sizes of rows so that no row differs from another by more than one.
pub(crate) fn balanced(count: usize, most: usize) -> Vec<usize> {
    let rows = count.div_ceil(most.max(1)).max(1);
    (0..rows).map(|row| (count + rows - 1 - row) / rows).collect()
}

/// Rows of indices: each thing goes to the first row that has room.
pub(crate) fn pack(spans: &[usize], columns: usize) -> Vec<Vec<usize>> {
    let mut rows: Vec<(usize, Vec<usize>)> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        match rows.iter_mut().find(|(used, _)| used + span <= columns) {
            Some((used, row)) => {
                *used += span;
                row.push(index);
            }
            None => rows.push((*span, vec![index])),
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A width rounded up to whole steps of 8 pixels.
pub(crate) const fn rounded(width: i32) -> i32 {
    (width + px(8) - 1) / px(8) * px(8)
}

/// A box with what it holds; places are relative to its left upper corner.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) node: Node,
    pub(crate) children: Vec<Node>,
    /// Columns that it takes.
    pub(crate) span: usize,
}

/// Boxes side by side, or bars one above the other.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    /// Boxes, made equally high.
    Boxes(Vec<Block>),
    /// Bars over the whole width; their words come after the lines.
    Bars(Vec<Node>),
}

impl Row {
    pub(crate) fn height(&self) -> i32 {
        match self {
            Self::Boxes(blocks) => {
                blocks.iter().map(|block| block.node.rect.height).max().unwrap_or(0)
            }
            Self::Bars(bars) => {
                let gaps = bars.len().saturating_sub(1);
                times(bars.len()) * BAR_HEIGHT + times(gaps) * CHIP_GAP
            }
        }
    }

    /// Ids of what paths can end at.
    pub(crate) fn ids(&self) -> Vec<&str> {
        match self {
            Self::Boxes(blocks) => blocks.iter().map(|block| block.node.id.as_str()).collect(),
            Self::Bars(bars) => bars.iter().map(|bar| bar.id.as_str()).collect(),
        }
    }

    /// Boxes and bars at their places, with the row's upper edge at `top`.
    pub(crate) fn place(self, grid: &Grid, top: i32) -> Vec<Node> {
        let height = self.height();
        match self {
            Self::Boxes(blocks) => place_blocks(blocks, grid, top, height),
            Self::Bars(bars) => place_bars(bars, grid, top),
        }
    }
}

fn place_blocks(blocks: Vec<Block>, grid: &Grid, top: i32, height: i32) -> Vec<Node> {
    let mut column = 0;
    let mut nodes = Vec::new();
    for mut block in blocks {
        let corner = Point::new(grid.column(column), top);
        block.node.rect.width = grid.span(block.span);
        block.node.rect.height = height;
        column += block.span;
        nodes.push(block.node.moved(corner));
        nodes.extend(block.children.into_iter().map(|child| child.moved(corner)));
    }
    nodes
}

fn place_bars(bars: Vec<Node>, grid: &Grid, top: i32) -> Vec<Node> {
    let width = grid.right() - grid.left;
    let step = BAR_HEIGHT + CHIP_GAP;
    let place = |(index, mut bar): (usize, Node)| {
        bar.rect = Rect::new(grid.left, top + times(index) * step, width, BAR_HEIGHT);
        bar
    };
    bars.into_iter().enumerate().map(place).collect()
}

/// Rows of one kind of thing, with a name at the left.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    pub(crate) heading: String,
    pub(crate) notes: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

impl Lane {
    /// Its name and notes, beside a first row at `top`.
    pub(crate) fn words(&self, top: i32) -> Vec<Text> {
        let heading = Text::new(Point::new(MARGIN, top + px(17)), &self.heading, Style::Heading);
        let note = |(index, note): (usize, &String)| {
            let at = Point::new(MARGIN, top + px(33) + times(index) * px(15));
            Text::new(at, note, Style::Detail).quiet()
        };
        std::iter::once(heading).chain(self.notes.iter().enumerate().map(note)).collect()
    }
}

/// Places of chips in a box: equal in size, in rows of `per_row`, from the corner `from`.
pub(crate) fn chip_places(count: usize, per_row: usize, size: Point, from: Point) -> Vec<Rect> {
    let place = |index: usize| {
        let (row, column) = (index / per_row.max(1), index % per_row.max(1));
        let x = from.x + times(column) * (size.x + CHIP_GAP);
        let y = from.y + times(row) * (size.y + CHIP_GAP);
        Rect::new(x, y, size.x, size.y)
    };
    (0..count).map(place).collect()
}

/// How many chips of a width stand side by side in `room`; at least one.
pub(crate) fn chips_across(room: i32, width: i32) -> usize {
    usize::try_from((room + CHIP_GAP) / (width + CHIP_GAP)).unwrap_or(1).max(1)
}

/// Width of each of `count` chips that fill `room` together, in whole pixels.
pub(crate) fn chip_width(room: i32, count: usize) -> i32 {
    let count = times(count.max(1));
    (room - (count - 1) * CHIP_GAP) / count / px(1) * px(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_balanced(count: usize, most: usize, expected: &[usize]) {
        assert_eq!(balanced(count, most), expected);
    }

    #[test]
    fn rows_are_balanced() {
        check_balanced(4, 4, &[4]);
        check_balanced(4, 3, &[2, 2]);
        check_balanced(5, 4, &[3, 2]);
        check_balanced(7, 3, &[3, 2, 2]);
        check_balanced(0, 3, &[0]);
    }

    #[test]
    fn first_row_with_room_is_taken() {
        assert_eq!(pack(&[7, 6, 5, 3], 12), [vec![0, 2], vec![1, 3]]);
        assert_eq!(pack(&[], 12), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn columns_cover_a_width() {
        let grid = Grid { left: 0, unit: px(70), columns: 12 };
        assert_eq!(grid.columns_for(px(70)), 1);
        assert_eq!(grid.columns_for(px(71)), 2);
        assert_eq!(grid.columns_for(grid.span(5)), 5);
    }

    #[test]
    fn chips_fill_the_room() {
        let width = chip_width(px(200), 2);
        assert_eq!(width, px(96));
        assert_eq!(chips_across(px(200), width), 2);
        assert_eq!(chips_across(px(10), width), 1);
    }
}
