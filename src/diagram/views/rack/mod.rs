//! Hosts and racks: elevations in rack units, and what runs on each machine.
//!
//! In: a [`Cluster`] and where each thing leads. Out: one [`Diagram`]. What has no place in a rack is
//! a card beside it, so that the picture needs no settings. It draws what is declared: which disk or
//! port is in use no file tells.

mod card;
mod elevation;
mod gather;
mod words;

#[cfg(test)]
mod tests;

use super::super::{Diagram, Target};
use super::kit;
use crate::diagram::layout::{GAP, MARGIN, WIDEST, balanced};
use crate::diagram::scene::{Node, Rect, Scene, px, times};
use crate::inventory::Cluster;
use card::Card;
use elevation::Elevation;
use gather::{Gathered, Thing};

/// Width of a rack; two stand side by side.
const RACK_WIDTH: i32 = (WIDEST - 2 * MARGIN - GAP) / 2 / px(1) * px(1);
/// Most cards side by side, and how wide a lone one is.
const MOST_ACROSS: usize = 4;
const LONE_WIDTH: i32 = px(420);
/// Racks and cards beyond which the rest is counted.
const MOST_RACKS: usize = 12;
const MOST_CARDS: usize = 48;
/// Space between rows.
const ROW_GAP: i32 = px(20);

/// Draws hosts, racks and what stands in them.
///
/// `links` tells the relative URL of a thing's page, or nothing where it has none. Where nothing is
/// known, the picture is empty.
pub fn rack(cluster: &Cluster, links: &dyn Fn(&Target) -> Option<String>) -> Diagram {
    let gathered = Gathered::new(cluster);
    let layout = Layout::new(&gathered);
    Diagram {
        title: words::title(&gathered).to_owned(),
        description: words::description(&gathered),
        caption: words::caption(&layout),
        table: words::table(&gathered),
        scene: layout.scene(links),
    }
}

/// What is drawn, and how many of each are left out.
struct Layout<'a> {
    racks: Vec<Elevation<'a>>,
    cards: Vec<Card<'a>>,
    more_racks: usize,
    more_cards: usize,
    /// Things in a rack that more share units with than can be drawn.
    crowded: usize,
}

impl<'a> Layout<'a> {
    fn new(gathered: &'a Gathered<'a>) -> Self {
        let shown = &gathered.racks[..gathered.racks.len().min(MOST_RACKS)];
        let racks: Vec<Elevation> =
            shown.iter().map(|rack| Elevation::new(rack, &gathered.things)).collect();
        // A device in a rack says all in its face.
        let stands = |thing: &&Thing| !thing.is_device || thing.place.is_none();
        let mut cards: Vec<Card> = gathered.things.iter().filter(stands).map(Card::new).collect();
        let more_cards = cards.len().saturating_sub(MOST_CARDS);
        cards.truncate(MOST_CARDS);
        let crowded = racks.iter().map(|rack| rack.crowded).sum();
        let more_racks = gathered.racks.len() - shown.len();
        Self { racks, cards, more_racks, more_cards, crowded }
    }

    fn scene(&self, links: &dyn Fn(&Target) -> Option<String>) -> Scene {
        let mut nodes: Vec<Node> = Vec::new();
        let mut y = MARGIN;
        let mut beside = 0;
        if let [rack] = self.racks.as_slice() {
            let bottom = y + rack.height();
            nodes.extend(rack.nodes(Rect::new(MARGIN, y, RACK_WIDTH, rack.height()), links));
            let left = MARGIN + RACK_WIDTH + GAP;
            let mut top = y;
            for card in &self.cards {
                let height = card.height(RACK_WIDTH);
                if top > y && top + height / 3 > bottom {
                    break;
                }
                nodes.extend(card.nodes(Rect::new(left, top, RACK_WIDTH, height), links));
                top += height + GAP;
                beside += 1;
            }
            y = bottom.max(top - GAP) + ROW_GAP;
        } else {
            for row in self.racks.chunks(2) {
                let tallest = row.iter().map(Elevation::height).max().unwrap_or(0);
                for (rack, at) in row.iter().zip(0..) {
                    let left = MARGIN + at * (RACK_WIDTH + GAP);
                    // All stand on the same floor.
                    let top = y + tallest - rack.height();
                    let rect = Rect::new(left, top, RACK_WIDTH, rack.height());
                    nodes.extend(rack.nodes(rect, links));
                }
                y += tallest + ROW_GAP;
            }
        }
        y = self.shelf(&self.cards[beside..], y, &mut nodes, links);
        let right = nodes.iter().map(|node| node.rect.right()).max().unwrap_or(0);
        let width = (right + MARGIN).max(kit::NARROWEST);
        let mut scene = Scene { width, height: y - ROW_GAP, nodes, ..Scene::default() };
        kit::legend(&mut scene, &words::legend(self));
        scene
    }

    /// Places cards in rows of equal cards; gives where the next row would start.
    fn shelf(
        &self,
        cards: &[Card],
        top: i32,
        nodes: &mut Vec<Node>,
        links: &dyn Fn(&Target) -> Option<String>,
    ) -> i32 {
        let mut y = top;
        let mut rest = cards;
        let rows = balanced(cards.len(), MOST_ACROSS);
        let across = rows[0].max(usize::from(!self.racks.is_empty()) * 2);
        let room = WIDEST - 2 * MARGIN - (times(across) - 1) * GAP;
        let width = (room / times(across.max(1))).min(LONE_WIDTH.max(RACK_WIDTH)) / px(1) * px(1);
        let width = if self.racks.is_empty() { width.min(LONE_WIDTH) } else { width };
        for count in rows {
            let (row, after) = rest.split_at(count.min(rest.len()));
            rest = after;
            let height = row.iter().map(|card| card.height(width)).max().unwrap_or(0);
            for (card, at) in row.iter().zip(0..) {
                let rect = Rect::new(MARGIN + at * (width + GAP), y, width, height);
                nodes.extend(card.nodes(rect, links));
            }
            y += if row.is_empty() { 0 } else { height + ROW_GAP };
        }
        y
    }
}
