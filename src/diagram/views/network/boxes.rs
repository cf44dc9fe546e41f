//! The boxes of the network picture, row by row.
//!
//! In: gathered facts and a grid. Out: rows of boxes with chips in them. How a box looks inside
//! depends on what it holds and on the grid, never on its neighbours.

use super::gather::{Gathered, Group, Machine, Space, Ties, id};
use super::{MOST_APPS, MOST_LINES, words};
use crate::diagram::Target;
use crate::diagram::layout::{
    Block, CHIP_GAP, Grid, PAD, Row, balanced, chip_places, chip_width, chips_across, pack, rounded,
};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::route::Slot;
use crate::diagram::scene::{Look, Mark, Node, Point, Rect, Tag, Text, px, times};
use crate::diagram::text::{Style, fit, width, wrap};
use crate::inventory::App;

/// Columns of a card in the lanes of gateways and storage.
pub(super) const CARD_SPAN: usize = 3;
pub(super) const CARD_HEIGHT: i32 = px(44);
const APP_HEIGHT: i32 = px(28);
/// Height of a box's own line of words.
const HEADER: i32 = px(32);
/// Space between the words of a chip and its edge.
pub(super) const INSET: i32 = px(9);
const MARK_PITCH: i32 = px(12);
/// Marks that an app's chip shows at most.
const MOST_MARKS: usize = 6;
/// Space between lines of a card's detail.
const LINE: i32 = px(15);
/// Lines that a card's detail has at most.
const MOST_DETAIL: usize = 3;
/// Room for a name in a chip.
const NAME_ROOM: i32 = px(240);

/// Makes boxes for what was gathered.
pub(super) struct Boxes<'a> {
    pub(super) gathered: &'a Gathered<'a>,
    pub(super) grid: Grid,
    pub(super) links: &'a dyn Fn(&Target) -> Option<String>,
    /// Width that every machine's chip needs.
    pub(super) machine_width: i32,
}

/// A chip whose place is not known yet.
struct Chip {
    node: Node,
    /// The narrowest that it may be.
    width: i32,
    marks: Vec<Tone>,
    tag: Option<&'static str>,
    /// Words at the right edge, after the marks.
    more: Option<String>,
}

impl Chip {
    /// The chip at its place, with marks and tag at its right edge.
    fn place(mut self, rect: Rect) -> Node {
        self.node = self.node.moved(Point::new(rect.x, rect.y));
        self.node.rect = rect;
        let is_low = rect.height <= APP_HEIGHT;
        let y = if is_low { rect.y + rect.height / 2 } else { rect.y + px(14) };
        let mut right = rect.right() - INSET;
        if let Some(more) = self.more {
            let text = Text::new(Point::new(0, y + px(4)), more, Style::Detail).quiet();
            right -= text.width;
            self.node.texts.push(Text { at: Point::new(right, text.at.y), ..text });
            right -= px(3);
        }
        for tone in self.marks.iter().rev() {
            self.node.marks.insert(0, Mark { at: Point::new(right - px(5), y), tone: *tone });
            right -= MARK_PITCH;
        }
        if let Some(tag) = self.tag {
            let size = Point::new(tag_width(tag), px(16));
            let rect =
                Rect::new(rect.right() - INSET - size.x + px(2), rect.y + px(24), size.x, size.y);
            self.node.tags.push(Tag { rect, text: tag.to_owned() });
        }
        self.node
    }
}

fn tag_width(tag: &str) -> i32 {
    width(tag, Style::Tag) + px(8)
}

impl<'a> Boxes<'a> {
    pub(super) fn new(
        gathered: &'a Gathered<'a>,
        grid: Grid,
        links: &'a dyn Fn(&Target) -> Option<String>,
    ) -> Self {
        let mut boxes = Self { gathered, grid, links, machine_width: 0 };
        let all = std::iter::once(&gathered.loose).chain(&gathered.hosts);
        let machines = all.flat_map(|group| &group.machines);
        let widths = machines.map(|machine| boxes.machine(machine).width);
        boxes.machine_width = widths.max().unwrap_or(0);
        boxes
    }

    fn node(&self, id: String, look: Look, target: Option<&Target>, title: String) -> Node {
        let link = target.and_then(|target| (self.links)(target));
        let target = target.cloned();
        let (rect, parent) = (Rect::default(), None);
        let (texts, marks, tags) = (Vec::new(), Vec::new(), Vec::new());
        Node { id, rect, parent, look, target, link, title, texts, marks, tags }
    }

    /// How many columns of the widest grid the picture needs.
    pub(super) fn columns(&self, cards: usize) -> usize {
        let cards = cards.max(self.gathered.gateways.len()).max(self.gathered.stores.len());
        let cards = cards.max(self.gathered.tunnels.len()).max(self.gathered.hosts.len());
        let machines = self.gathered.loose.machines.len().div_ceil(3) * 3;
        let spaces: usize = self.gathered.spaces.iter().map(|space| self.space(space).span).sum();
        let need = (cards * CARD_SPAN).max(machines).max(spaces);
        [6, 9].into_iter().find(|columns| need <= *columns).unwrap_or(12)
    }

    /// The internet with tunnels; without these only where it is `wanted`.
    pub(super) fn internet(&self, wanted: bool) -> Vec<Row> {
        let gathered = self.gathered;
        if gathered.tunnels.is_empty() && !wanted {
            return Vec::new();
        }
        let tone = Tone::Plain(Neutral::Muted);
        let bar = self.node("internet".into(), Look::Bar(tone), None, "Internet".into());
        let card = |at: usize| {
            let tunnel = gathered.tunnels[at];
            let target = Target::App(tunnel.app.clone());
            let title = words::tunnel_title(tunnel);
            let node = self.node(id("tunnel", &tunnel.app), Look::Card, Some(&target), title);
            self.card(node, &words::short(&tunnel.app), &words::tunnel_detail(tunnel), None, None)
        };
        let cards = (0..gathered.tunnels.len()).map(card).collect();
        std::iter::once(Row::Bars(vec![bar])).chain(self.card_rows(cards)).collect()
    }

    pub(super) fn networks(&self) -> Vec<Row> {
        let bar = |network: &&crate::inventory::Network| {
            let target = Target::Network(network.id.clone());
            let look = Look::Bar(Tone::Network(network.rank));
            let title = words::network_title(network);
            self.node(id("network", &network.id), look, Some(&target), title)
        };
        let drawn = self.gathered.drawn_networks();
        let bars: Vec<Node> = drawn.map(|at| bar(&self.gathered.networks[at])).collect();
        if bars.is_empty() { Vec::new() } else { vec![Row::Bars(bars)] }
    }

    pub(super) fn machines(&self) -> Vec<Row> {
        let gathered = self.gathered;
        let mut rows = self.host_rows(&gathered.hosts);
        if !gathered.loose.machines.is_empty() {
            rows.push(Row::Boxes(vec![self.loose()]));
        }
        rows
    }

    /// Rows of hosts, with as many in a row as make the picture lowest; one row where that is near.
    fn host_rows(&self, hosts: &[Group]) -> Vec<Row> {
        if hosts.is_empty() {
            return Vec::new();
        }
        let widest = self.grid.columns / CARD_SPAN;
        let arranged = |most: usize| {
            let sizes = balanced(hosts.len(), most);
            let span = self.grid.columns / sizes[0].max(1);
            let mut rest = hosts;
            let mut rows = Vec::new();
            for size in sizes {
                let (row, after) = rest.split_at(size);
                rows.push(Row::Boxes(row.iter().map(|host| self.group(host, span)).collect()));
                rest = after;
            }
            rows
        };
        let cost = |rows: &Vec<Row>| {
            rows.iter().map(Row::height).sum::<i32>() + times(rows.len()) * px(80)
        };
        let choices = (1..=widest.min(hosts.len())).rev().map(arranged);
        let fitting = choices.filter(|rows| self.machines_fit(rows));
        fitting.min_by_key(cost).unwrap_or_else(|| arranged(1))
    }

    /// Whether no chip is wider than its box.
    fn machines_fit(&self, rows: &[Row]) -> bool {
        let fits = |block: &Block| {
            let inner = self.grid.span(block.span) - PAD;
            block.children.iter().all(|child| child.rect.right() <= inner)
        };
        rows.iter().all(|row| match row {
            Row::Boxes(blocks) => blocks.iter().all(fits),
            Row::Bars(_) => true,
        })
    }

    /// The box of machines whose host is not declared, no wider than they need.
    fn loose(&self) -> Block {
        let group = &self.gathered.loose;
        let across = chips_across(self.grid.span(self.grid.columns) - 2 * PAD, self.machine_width);
        let across = balanced(group.machines.len(), across)[0].max(1);
        let need = times(across) * (self.machine_width + CHIP_GAP) - CHIP_GAP + 2 * PAD;
        let span = self.grid.columns_for(need).clamp(CARD_SPAN, self.grid.columns);
        self.group(group, span)
    }

    /// A hypervisor with its machines.
    fn group(&self, group: &Group, span: usize) -> Block {
        let room = self.grid.span(span) - 2 * PAD;
        let target = group.host.map(|host| Target::Host(host.name.clone()));
        let mut node =
            self.node(group.id(), Look::Frame, target.as_ref(), words::group_title(group));
        let (name, detail) = words::group_words(group);
        header(&mut node, &name, &detail, room);
        let chips: Vec<Chip> = group.machines.iter().map(|machine| self.machine(machine)).collect();
        let least = self.machine_width;
        let across = chips_across(room, least);
        let across = balanced(chips.len(), across)[0].max(1);
        let own = chip_width(room, across);
        finish(node, chips, span, across, Point::new(own.max(least), CARD_HEIGHT))
    }

    fn machine(&self, machine: &Machine) -> Chip {
        let target = machine.node.map(|node| Target::Node(node.name.clone()));
        let title = words::machine_title(self.gathered, machine);
        let kind = if machine.node.is_some() { "node" } else { "vm" };
        let mut node = self.node(id(kind, machine.name), Look::Card, target.as_ref(), title);
        let name = fit(machine.name, Style::Name, NAME_ROOM);
        let detail = fit(&words::machine_line(machine), Style::Detail, NAME_ROOM);
        node.texts.push(Text::new(Point::new(INSET, px(18)), name, Style::Name));
        node.texts.push(Text::new(Point::new(INSET, px(34)), detail, Style::Detail).quiet());
        let marks: Vec<Tone> =
            machine.networks.iter().take(MOST_LINES).map(|at| self.network_tone(*at)).collect();
        let tag = machine.has_gpu.then_some("GPU");
        let upper = node.texts[0].width + times(marks.len()) * MARK_PITCH;
        let lower = node.texts[1].width + tag.map_or(0, |tag| tag_width(tag) + px(4));
        let width = rounded(upper.max(lower) + 2 * INSET + px(6));
        Chip { node, width, marks, tag, more: None }
    }

    fn network_tone(&self, at: usize) -> Tone {
        Tone::Network(self.gathered.networks[at].rank)
    }

    pub(super) fn gateways(&self) -> Vec<Row> {
        let gathered = self.gathered;
        let card = |at: usize| {
            let gateway = gathered.gateways[at];
            let target = Target::Gateway(gateway.id.clone());
            let tone = Tone::Gateway(at);
            let title = words::gateway_title(gathered, at);
            let node =
                self.node(id("gateway", &gateway.id), Look::Toned(tone), Some(&target), title);
            let network = gateway.network.as_ref();
            let mut drawn = gathered.drawn_networks().map(|at| gathered.networks[at]);
            let on = drawn.find(|other| Some(&other.id) == network);
            let on = on.map(|network| Tone::Network(network.rank));
            let name = words::gateway_name(gathered, at);
            self.card(node, &name, &words::gateway_detail(gateway), Some(tone), on)
        };
        self.card_rows(gathered.drawn_gateways().map(card).collect())
    }

    pub(super) fn stores(&self) -> Vec<Row> {
        let card = |at: usize| {
            let store = &self.gathered.stores[at];
            let target = Target::Storage(store.name.clone());
            let title = format!("{}: {}", store.name, words::store_detail(store));
            let tone = Tone::Store(at);
            let node = self.node(id("store", &store.name), Look::Toned(tone), Some(&target), title);
            self.card(node, &store.name, &words::store_detail(store), Some(tone), None)
        };
        self.card_rows(self.gathered.drawn_stores().map(card).collect())
    }

    /// A box with a name and a detail, a mark before and one after the name.
    fn card(
        &self,
        mut node: Node,
        name: &str,
        detail: &str,
        lead: Option<Tone>,
        mark: Option<Tone>,
    ) -> Block {
        let full = self.grid.span(CARD_SPAN);
        let left = if lead.is_some() { INSET + px(18) } else { px(12) };
        let room = full - left - INSET;
        let name = fit(name, Style::Name, room - if mark.is_some() { px(16) } else { 0 });
        node.texts.push(Text::new(Point::new(left, px(18)), name, Style::Name));
        let lines = wrap(detail, Style::Detail, room, MOST_DETAIL);
        let height = CARD_HEIGHT + times(lines.len().saturating_sub(1)) * LINE;
        for (index, line) in lines.into_iter().enumerate() {
            let at = Point::new(left, px(34) + times(index) * LINE);
            node.texts.push(Text::new(at, line, Style::Detail).quiet());
        }
        node.marks.extend(lead.map(|tone| Mark { at: Point::new(INSET + px(5), px(14)), tone }));
        let at = Point::new(full - INSET - px(5), px(14));
        node.marks.extend(mark.map(|tone| Mark { at, tone }));
        node.rect = Rect::new(0, 0, full, height);
        Block { node, children: Vec::new(), span: CARD_SPAN }
    }

    pub(super) fn card_rows(&self, cards: Vec<Block>) -> Vec<Row> {
        let mut cards = cards.into_iter();
        let sizes = balanced(cards.len(), self.grid.columns / CARD_SPAN);
        let rows = sizes.into_iter().map(|size| cards.by_ref().take(size).collect::<Vec<_>>());
        rows.filter(|row| !row.is_empty()).map(Row::Boxes).collect()
    }

    /// Namespaces, the tallest and widest first, each into the first row that has room.
    pub(super) fn namespaces(&self) -> Vec<Row> {
        let mut blocks: Vec<Block> =
            self.gathered.spaces.iter().map(|space| self.space(space)).collect();
        blocks.sort_by_key(|block| std::cmp::Reverse((block.node.rect.height, block.span)));
        let spans: Vec<usize> = blocks.iter().map(|block| block.span).collect();
        let mut blocks: Vec<Option<Block>> = blocks.into_iter().map(Some).collect();
        let take = |row: Vec<usize>| {
            Row::Boxes(row.into_iter().filter_map(|at| blocks[at].take()).collect())
        };
        pack(&spans, self.grid.columns).into_iter().map(take).collect()
    }

    /// A namespace with its apps.
    fn space(&self, space: &Space) -> Block {
        let target = Target::Namespace(space.name.to_owned());
        let title = words::space_title(space);
        let mut node = self.node(id("namespace", space.name), Look::Frame, Some(&target), title);
        let chips = self.apps(space);
        let count = chips.len();
        let widest = chips.iter().map(|chip| chip.width).max().unwrap_or(0);
        let name =
            Text::new(Point::new(0, 0), crate::diagram::text::shorten(space.name), Style::Name);
        let slots = self.gathered.gateways.len().min(MOST_LINES)
            + self.gathered.networks.len().min(MOST_LINES);
        let least = (name.width + px(2) + 2 * PAD).max(Slot::room(slots));
        let rows = most_rows(count);
        let room = |span: usize| self.grid.span(span) - 2 * PAD;
        let across = |span: usize| chips_across(room(span), widest).min(count.max(1));
        let fits = |span: &usize| {
            widest <= room(*span)
                && least <= self.grid.span(*span)
                && count.div_ceil(across(*span)) <= rows
        };
        // Whole cards wide, so that boxes of all lanes stand on the same lines.
        let mut spans = (1..=4).map(|cards| cards * CARD_SPAN);
        let span = spans.find(fits).unwrap_or(12);
        let across = balanced(count, across(span))[0].max(1);
        let room = self.grid.span(span) - 2 * PAD;
        header(&mut node, space.name, "", room);
        finish(node, chips, span, across, Point::new(chip_width(room, across), APP_HEIGHT))
    }

    fn apps(&self, space: &Space) -> Vec<Chip> {
        if space.apps.len() > MOST_APPS && self.gathered.only.is_none() {
            let target = Target::Namespace(space.name.to_owned());
            let shown = format!("{} apps", space.apps.len());
            let node = self.node(
                id("apps", space.name),
                Look::Card,
                Some(&target),
                words::space_title(space),
            );
            return vec![self.app_chip(node, &shown, &space.ties)];
        }
        let untied = Ties::default();
        let chip = |app: &&App| {
            let ties = self.gathered.ties.get(app.id.as_str()).unwrap_or(&untied);
            let target = Target::App(app.id.clone());
            let title = words::app_title(self.gathered, app, ties);
            let node = self.node(id("app", &app.id), Look::Card, Some(&target), title);
            self.app_chip(node, &app.name, ties)
        };
        space.apps.iter().map(chip).collect()
    }

    fn app_chip(&self, mut node: Node, name: &str, ties: &Ties) -> Chip {
        let gateways = ties.gateways.iter().map(|at| Tone::Gateway(*at));
        let networks = ties.networks.iter().map(|at| self.network_tone(*at));
        let stores = ties.stores.iter().map(|at| Tone::Store(*at));
        let mut marks: Vec<Tone> = gateways.chain(networks).chain(stores).collect();
        let beyond = marks.len().saturating_sub(MOST_MARKS);
        marks.truncate(MOST_MARKS);
        let more = (beyond > 0).then(|| format!("+{beyond}"));
        let name =
            Text::new(Point::new(INSET, px(18)), fit(name, Style::App, NAME_ROOM), Style::App);
        let more_width = more.as_ref().map_or(0, |more| width(more, Style::Detail) + px(3));
        let side = if marks.is_empty() { 0 } else { times(marks.len()) * MARK_PITCH + px(4) };
        let width = rounded(name.width + side + more_width + 2 * INSET);
        node.texts.push(name);
        Chip { node, width, marks, tag: None, more }
    }
}

/// Rows of chips that a namespace has at most, where its box can be wide enough.
fn most_rows(count: usize) -> usize {
    match count {
        0..=3 => count.max(1),
        4 => 2,
        5..=9 => 3,
        10..=16 => 4,
        _ => 6,
    }
}

/// Writes a box's name and, quietly, what else is said of it.
fn header(node: &mut Node, name: &str, detail: &str, room: i32) {
    let name = Text::new(Point::new(PAD, px(21)), fit(name, Style::Name, room), Style::Name);
    let left = PAD + name.width + px(7);
    let rest = room + PAD - left;
    node.texts.push(name);
    let detail = if detail.is_empty() || rest < px(30) {
        String::new()
    } else {
        fit(detail, Style::Detail, rest)
    };
    if detail.chars().count() > 1 {
        node.texts.push(Text::new(Point::new(left, px(21)), detail, Style::Detail).quiet());
    }
}

/// A box around its chips.
fn finish(mut node: Node, chips: Vec<Chip>, span: usize, across: usize, size: Point) -> Block {
    let places = chip_places(chips.len(), across, size, Point::new(PAD, HEADER));
    let bottom = places.last().map_or(HEADER - PAD + px(6), Rect::bottom);
    node.rect = Rect::new(0, 0, 0, bottom + PAD);
    let parent = node.id.clone();
    let child = |(chip, place): (Chip, Rect)| {
        let mut child = chip.place(place);
        child.parent = Some(parent.clone());
        child
    };
    let children = chips.into_iter().zip(places).map(child).collect();
    Block { node, children, span }
}
