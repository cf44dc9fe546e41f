//! What somebody adds to the network picture by hand: providers, routers, switches and cables.
//!
//! In: an [`Overlay`], if there is one. Out: lanes of cards, bundles from card to card and on to
//! networks and hosts, and their words. Without an overlay all is empty and the picture as it was.

use std::collections::{BTreeMap, BTreeSet};

use super::boxes::{Boxes, CARD_HEIGHT, CARD_SPAN, INSET};
use super::gather::id;
use crate::diagram::Target;
use crate::diagram::hand::Overlay;
use crate::diagram::hand::marks;
use crate::diagram::hand::sketch::{Item, Kind, Sketch, Tie, Way};
use crate::diagram::layout::{Block, Lane, MARGIN};
use crate::diagram::route::{Bundle, End, Side, Slot};
use crate::diagram::scene::{CapKind, Icon, Look, Node, Point, Rect, Scene, Text, px};
use crate::diagram::text::{Style, fit};

/// Bundles of an overlay that are drawn at most.
const MOST_BUNDLES: usize = 10;
/// Room for an icon, and its size.
const ICON_ROOM: i32 = px(26);
const ICON: i32 = px(18);
/// Widest name of a lane, which stands left of the rails.
const LANE_NAME: i32 = px(84);

/// An overlay, or nothing.
pub(super) struct Hand<'a> {
    sketch: Option<&'a Sketch>,
}

/// Ties that become one bundle: of one start and look.
type Comb<'a> = Vec<&'a Tie>;

impl<'a> Hand<'a> {
    pub(super) fn new(overlay: Option<&'a Overlay>) -> Self {
        Self { sketch: overlay.map(|overlay| &overlay.sketch) }
    }

    fn items(&self) -> &'a [Item] {
        self.sketch.map_or(&[], |sketch| &sketch.items)
    }

    fn ties(&self) -> &'a [Tie] {
        self.sketch.map_or(&[], |sketch| &sketch.ties)
    }

    fn lane_names(&self) -> &'a [String] {
        self.sketch.map_or(&[], |sketch| &sketch.lanes)
    }

    fn own(&self) -> impl Iterator<Item = (usize, &'a Item)> {
        self.items().iter().enumerate().filter(|(_, item)| item.kind == Kind::Node)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.own().next().is_none()
    }

    /// Cards of the fullest lane.
    pub(super) fn widest(&self) -> usize {
        let lanes: BTreeSet<usize> = self.own().map(|(_, item)| item.lane).collect();
        let of = |lane| self.own().filter(|(_, item)| item.lane == lane).count();
        lanes.into_iter().map(of).max().unwrap_or(0)
    }

    /// Whether a line starts at the internet.
    pub(super) fn needs_internet(&self) -> bool {
        self.items().iter().any(|item| item.kind == Kind::Derived && item.target.is_none())
    }

    pub(super) fn title(&self) -> Option<String> {
        self.sketch.map(|sketch| sketch.title.clone())
    }

    pub(super) fn description(&self) -> String {
        let description = self.sketch.map_or("", |sketch| sketch.description.as_str());
        if description.is_empty() { String::new() } else { format!("{description} ") }
    }

    pub(super) fn caption(&self) -> String {
        let names = self.lane_names();
        let shown = match names {
            [] => return String::new(),
            [only] => format!("The lane {only} is written by hand."),
            [rest @ .., last] => {
                format!("The lanes {} and {last} are written by hand.", rest.join(", "))
            }
        };
        match self.combs().len().saturating_sub(MOST_BUNDLES) {
            0 => shown,
            1 => format!("{shown} 1 of their lines is left out; the table has it."),
            many => format!("{shown} {many} of their lines are left out; the table has them."),
        }
    }

    pub(super) fn lanes(&self, boxes: &Boxes) -> Vec<Lane> {
        let lane = |(lane, name): (usize, &String)| {
            let of = self.own().filter(|(_, item)| item.lane == lane);
            let cards: Vec<Block> = of.map(|(at, item)| self.card(at, item, boxes)).collect();
            let heading = fit(name, Style::Heading, LANE_NAME);
            Lane { heading, notes: Vec::new(), rows: boxes.card_rows(cards) }
        };
        self.lane_names().iter().enumerate().map(lane).collect()
    }

    fn card(&self, at: usize, item: &Item, boxes: &Boxes) -> Block {
        let full = boxes.grid.span(CARD_SPAN);
        let left = if item.icon.is_some() { INSET + ICON_ROOM } else { px(12) };
        let room = full - left - INSET;
        let name = fit(&item.label, Style::Name, room);
        let name = Text::new(Point::new(left, px(18)), name, Style::Name);
        let sub = fit(&item.sub, Style::Detail, room);
        let sub = Text::new(Point::new(left, px(34)), sub, Style::Detail).quiet();
        let texts = if item.sub.is_empty() { vec![name] } else { vec![name, sub] };
        let detail = if item.sub.is_empty() { String::new() } else { format!(", {}", item.sub) };
        let linked = self.linked(at).join(", ");
        let linked = if linked.is_empty() { linked } else { format!(": {linked}") };
        let node = Node {
            id: id("hand", &item.id),
            rect: Rect::new(0, 0, full, CARD_HEIGHT),
            parent: None,
            look: Look::Card,
            target: item.target.clone(),
            link: item.link.clone(),
            title: format!("{}{detail}{linked}", item.label),
            texts,
            marks: Vec::new(),
            tags: Vec::new(),
        };
        Block { node, children: Vec::new(), span: CARD_SPAN }
    }

    /// What an item is linked to.
    fn linked(&self, at: usize) -> Vec<String> {
        let told = |tie: &Tie| {
            let other = match (tie.from == at, tie.to == at) {
                (true, _) => tie.to,
                (_, true) => tie.from,
                _ => return None,
            };
            Some(format!("{}{}", self.items()[other].label, bracketed(tie)))
        };
        self.ties().iter().filter_map(told).collect()
    }

    /// Rows of the table.
    pub(super) fn rows(&self) -> Vec<Vec<String>> {
        let row = |(at, item): (usize, &Item)| {
            let lane = self.lane_names().get(item.lane).cloned().unwrap_or_default();
            let linked = self.linked(at).join(", ");
            let linked = if linked.is_empty() { linked } else { format!("linked to {linked}") };
            let parts = [item.sub.clone(), linked].into_iter().filter(|part| !part.is_empty());
            let detail = parts.collect::<Vec<_>>().join("; ");
            let mut cells = vec!["by hand".to_owned(), item.label.clone(), lane, detail];
            cells.resize(7, String::new());
            cells
        };
        self.own().map(row).collect()
    }

    /// Ties by start and look, in the order written.
    fn combs(&self) -> Vec<Comb<'a>> {
        let mut places: BTreeMap<_, usize> = BTreeMap::new();
        let mut combs: Vec<Comb> = Vec::new();
        for tie in self.ties() {
            let to = &self.items()[tie.to];
            // Lines to one row share their way; those to other rows have their own.
            let row = match (&to.kind, &to.target) {
                (Kind::Derived, Some(Target::Network(_))) => usize::MAX - 1,
                (Kind::Derived, _) => usize::MAX,
                _ => to.lane,
            };
            let next = combs.len();
            let place =
                *places.entry((tie.from, tie.way, tie.tone, &tie.label, row)).or_insert(next);
            match combs.get_mut(place) {
                Some(comb) => comb.push(tie),
                None => combs.push(vec![tie]),
            }
        }
        combs
    }

    /// Rails that lines by hand keep free at the left.
    pub(super) fn rails(&self) -> usize {
        self.combs().len().min(MOST_BUNDLES)
    }

    /// Bundles, with rails from `first` on.
    pub(super) fn bundles(&self, first: usize) -> Vec<Bundle> {
        let mut combs = self.combs();
        combs.truncate(MOST_BUNDLES);
        // The place of a comb among those that touch an item on one side.
        let slot = |at: usize, side: Side, touches: &dyn Fn(&Tie) -> bool| {
            let of: Vec<usize> = (0..combs.len())
                .filter(|other| combs[*other].iter().any(|it| touches(it)))
                .collect();
            let index = of.iter().position(|other| *other == at).unwrap_or(0);
            // Few lines stand apart, so that there is room for words between them.
            let apart = match of.len() {
                0..=3 if side == Side::Middle => 3,
                _ => 1,
            };
            Slot { side, index: index * apart, count: of.len().saturating_sub(1) * apart + 1 }
        };
        let bundle = |(at, comb): (usize, &Comb)| {
            let tie = comb[0];
            let exit = slot(at, Side::Middle, &|it| it.from == tie.from);
            let bottoms = comb.iter().map(|tie| {
                let is_host = matches!(self.items()[tie.to].target, Some(Target::Host(_)))
                    && self.items()[tie.to].kind == Kind::Derived;
                let side = if is_host { Side::Left } else { Side::Middle };
                let entry = match side {
                    // Lines to one bar pass those before it.
                    Side::Middle if self.is_bar(tie.to) => slot(at, side, &|it| self.is_bar(it.to)),
                    _ => slot(at, side, &|it| it.to == tie.to),
                };
                End::new(self.node_id(tie.to), entry)
            });
            let label = |at: usize| self.items()[at].label.as_str();
            let ends: Vec<&str> = comb.iter().map(|tie| label(tie.to)).collect();
            Bundle {
                id: format!("line-hand-{at}"),
                tone: tie.tone.unwrap_or(tie.way.tone()),
                stroke: tie.way.stroke(),
                order: (2, 100 + at),
                rail: (Side::Left, first + at),
                tops: vec![End::new(self.node_id(tie.from), exit)],
                bottoms: bottoms.collect(),
                cap: if tie.arrows.1 { CapKind::Arrow } else { CapKind::Dot },
                label: None,
                title: format!("{} to {}{}", label(tie.from), ends.join(", "), bracketed(tie)),
            }
        };
        combs.iter().enumerate().map(bundle).collect()
    }

    fn is_bar(&self, at: usize) -> bool {
        let item = &self.items()[at];
        item.kind == Kind::Derived && matches!(item.target, Some(Target::Network(_)))
    }

    fn node_id(&self, at: usize) -> String {
        let item = &self.items()[at];
        match (&item.kind, &item.target) {
            (Kind::Derived, Some(Target::Network(network))) => id("network", network),
            (Kind::Derived, Some(Target::Host(host))) => id("host", host),
            (Kind::Derived, _) => "internet".to_owned(),
            _ => id("hand", &item.id),
        }
    }

    /// Adds icons and the words of lines to what is placed, and tells the kinds of lines.
    pub(super) fn finish(&self, scene: &mut Scene, left: i32) {
        if self.sketch.is_none() || scene.nodes.is_empty() {
            return;
        }
        self.icons(scene);
        let mut numbered = Vec::new();
        for (at, comb) in self.combs().iter().take(MOST_BUNDLES).enumerate() {
            let id = format!("line-hand-{at}");
            let path = scene.paths.iter().position(|path| path.id == id);
            if let Some(path) = path.filter(|_| !comb[0].label.is_empty()) {
                marks::label(scene, path, &comb[0].label, &mut numbered);
            }
        }
        let mut kinds: Vec<Way> = self.ties().iter().map(|tie| tie.way).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.iter().all(|way| *way == Way::Cable) {
            kinds.clear();
        }
        let kinds: Vec<_> = kinds.into_iter().map(|way| (way, way.tone())).collect();
        if !kinds.is_empty() || !numbered.is_empty() {
            scene.height -= MARGIN - px(6);
            marks::legend(scene, &kinds, &numbered, left);
        }
    }

    fn icons(&self, scene: &mut Scene) {
        for (_, item) in self.own() {
            let own = id("hand", &item.id);
            let node = scene.nodes.iter().find(|node| node.id == own);
            if let (Some(path), Some(node)) = (&item.icon, node) {
                let at = Point::new(node.rect.x + INSET, node.rect.middle().y - ICON / 2);
                let rect = Rect::new(at.x, at.y, ICON, ICON);
                scene.icons.push(Icon { node: own, rect, path: path.clone() });
            }
        }
    }
}

/// What is written beside a tie: what it is, where that is no cable, and its words.
fn words_of(tie: &Tie) -> String {
    let kind = tie.way.name().filter(|name| *name != "cable").unwrap_or_default();
    let parts = [kind, tie.label.as_str()].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ")
}

fn bracketed(tie: &Tie) -> String {
    let words = words_of(tie);
    if words.is_empty() { words } else { format!(" ({words})") }
}
