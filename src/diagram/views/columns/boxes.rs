//! Boxes of pictures in columns: cards with lines of words, frames with chips in them.
//!
//! In: words and widths. Out: [`Block`]s whose height their content decides.

use crate::diagram::Target;
use crate::diagram::layout::{Block, PAD, chip_places, chip_width, chips_across};
use crate::diagram::palette::Tone;
use crate::diagram::scene::{Look, Mark, Node, Point, Rect, Tag, Text, px, times};
use crate::diagram::text::{Style, fit, shorten, width};
use crate::diagram::views::Links;

/// Space between a box's edge and its words.
const INSET: i32 = px(10);
/// Height of the first line, and of each further one.
const FIRST: i32 = px(26);
const LINE: i32 = px(15);
/// Space below the last line.
const FOOT: i32 = px(5);
/// Room for a mark.
const MARK: i32 = px(16);
const TAG_HEIGHT: i32 = px(16);
const CHIP_HEIGHT: i32 = px(26);

/// A box with words.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) target: Option<Target>,
    pub(crate) look: Look,
    /// A mark before the name.
    pub(crate) tone: Option<Tone>,
    pub(crate) name: String,
    /// Lines below the name; empty ones are left out.
    pub(crate) details: Vec<String>,
    /// A word at the right of the name; empty for none.
    pub(crate) tag: String,
    pub(crate) title: String,
}

impl Card {
    pub(crate) fn block(self, room: i32, links: Links) -> Block {
        let mut node = self.head(room, links);
        let details: Vec<&String> = self.details.iter().filter(|line| !line.is_empty()).collect();
        for (index, line) in details.iter().enumerate() {
            let at = Point::new(INSET, px(33) + times(index) * LINE);
            let line = fit(line, Style::Detail, room - 2 * INSET);
            node.texts.push(Text::new(at, line, Style::Detail).quiet());
        }
        node.rect.height =
            FIRST + times(details.len()) * LINE + if details.is_empty() { 0 } else { FOOT };
        Block { node, children: vec![], span: 1 }
    }

    /// The box with its name, its mark and its tag, as high as these.
    fn head(&self, room: i32, links: Links) -> Node {
        let mut node = Node {
            id: self.id.clone(),
            rect: Rect::new(0, 0, room, FIRST),
            parent: None,
            look: self.look,
            link: self.target.as_ref().and_then(links),
            target: self.target.clone(),
            title: self.title.clone(),
            texts: vec![],
            marks: vec![],
            tags: vec![],
        };
        let mut left = INSET;
        if let Some(tone) = self.tone {
            node.marks.push(Mark { at: Point::new(left + px(5), FIRST / 2 + px(1)), tone });
            left += MARK;
        }
        let mut right = room - INSET;
        if !self.tag.is_empty() {
            let size = width(&self.tag, Style::Tag) + px(8);
            let rect = Rect::new(right - size, px(6), size, TAG_HEIGHT);
            node.tags.push(Tag { rect, text: self.tag.clone() });
            right -= size + px(8);
        }
        let name = fit(&self.name, Style::Name, right - left);
        node.texts.push(Text::new(Point::new(left, px(18)), name, Style::Name));
        node
    }
}

/// A small box in a frame.
#[derive(Clone, Debug)]
pub(crate) struct Chip {
    pub(crate) id: String,
    pub(crate) target: Option<Target>,
    pub(crate) look: Look,
    pub(crate) tone: Option<Tone>,
    pub(crate) name: String,
    /// A short word or number at its right; empty for none.
    pub(crate) count: String,
    pub(crate) title: String,
}

impl Chip {
    /// Width that it wants.
    fn wanted(&self) -> i32 {
        let mark = if self.tone.is_some() { MARK } else { 0 };
        let count =
            if self.count.is_empty() { 0 } else { width(&self.count, Style::Detail) + px(8) };
        self.name_width() + mark + count + 2 * px(9)
    }

    fn name_width(&self) -> i32 {
        width(&shorten(&self.name), Style::App)
    }

    fn node(self, rect: Rect, parent: &str, links: Links) -> Node {
        let (mut left, mut right) = (rect.x + px(9), rect.right() - px(9));
        let baseline = rect.y + px(17);
        let mut texts = Vec::new();
        let mut marks = Vec::new();
        if let Some(tone) = self.tone {
            marks.push(Mark { at: Point::new(left + px(4), rect.middle().y), tone });
            left += MARK;
        }
        // A name that would be cut is worth more than the number beside it.
        let (whole, room) = (self.name_width(), right - left);
        let beside = room - width(&self.count, Style::Detail) - px(6);
        let crowded = whole > beside && whole <= room;
        if !self.count.is_empty() && !crowded {
            let text = Text::new(Point::new(0, baseline), &self.count, Style::Detail).quiet();
            right -= text.width;
            texts.push(Text { at: Point::new(right, baseline), ..text });
            right -= px(6);
        }
        let name = fit(&self.name, Style::App, right - left);
        texts.insert(0, Text::new(Point::new(left, baseline), name, Style::App));
        Node {
            id: self.id,
            rect,
            parent: Some(parent.to_owned()),
            look: self.look,
            link: self.target.as_ref().and_then(links),
            target: self.target,
            title: self.title,
            texts,
            marks,
            tags: vec![],
        }
    }
}

/// A box with chips.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) card: Card,
    pub(crate) chips: Vec<Chip>,
}

/// How many chips stand side by side in a frame, and how wide each is: as many as the longest wants,
/// but `least` at least and `most` at most. Longer words are cut.
pub(crate) fn chip_rows(chips: &[Chip], room: i32, (least, most): (usize, usize)) -> (usize, i32) {
    let inner = room - 2 * PAD;
    let wanted = chips.iter().map(Chip::wanted).max().unwrap_or(0).min(inner);
    let across = chips_across(inner, wanted).clamp(least, most);
    (across, chip_width(inner, across))
}

impl Frame {
    /// `across` chips stand side by side, each `size` wide.
    pub(crate) fn block(self, room: i32, (across, size): (usize, i32), links: Links) -> Block {
        let mut block = self.card.block(room, links);
        let parent = block.node.id.clone();
        let top = block.node.rect.height + px(2);
        let places = chip_places(
            self.chips.len(),
            across,
            Point::new(size, CHIP_HEIGHT),
            Point::new(PAD, top),
        );
        if let Some(last) = places.last() {
            block.node.rect.height = last.bottom() + PAD;
        }
        let chips = self.chips.into_iter().zip(places);
        block.children = chips.map(|(chip, rect)| chip.node(rect, &parent, links)).collect();
        block
    }
}
