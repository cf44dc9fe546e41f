//! A part as a scene: boxes with words, lines and a legend.
//!
//! In: a part at its places, the graph, and where things lead. Out: a [`Scene`]. It decides looks
//! and words in boxes, not places.

use super::graph::{Graph, State};
use super::part::{Part, Slot, Spot, chained};
use super::places::{FRAME_PAD, LINE, MARGIN, Places, WIDTH, box_height};
use super::words;
use crate::diagram::Target;
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{
    Cap, CapKind, Look, Mark, Node, Path, Point, Rect, Scene, Stroke, Text, px,
};
use crate::diagram::text::{self, Style};
use crate::diagram::views::id;

const ERROR: Tone = Tone::Plain(Neutral::Error);
const STRONG: Tone = Tone::Plain(Neutral::Focus);
const QUIET: Tone = Tone::Plain(Neutral::Wire);
/// Space between a box's edge and its words.
const PAD: i32 = px(8);
/// Room for a mark or a number at the right of a box.
const SIGN: i32 = px(22);
/// How much narrower boxes may get by names that take two lines.
const SLACK: i32 = px(5);
/// Height of a line of the legend.
const LEGEND_ROW: i32 = px(20);

/// What the mark of a thing stands for.
fn tone(graph: &Graph, at: usize) -> Option<Tone> {
    match graph.states[at] {
        State::Missing => Some(ERROR),
        _ if graph.circular[at] => Some(ERROR),
        State::External => Some(Tone::Plain(Neutral::Muted)),
        State::Here => None,
    }
}

/// Whether a name has to be broken in a box of a width, or of a little less, and can be.
pub(super) fn is_too_long(graph: &Graph, at: usize, width: i32) -> bool {
    let room = width - 2 * PAD - SLACK - if tone(graph, at).is_some() { SIGN } else { 0 };
    let name = graph.name(at);
    text::width(name, Style::Name) > room && !broken(name, room).0.is_empty()
}

/// A name in two: up to the last hyphen that fits, or else up to the first, and the rest. The first
/// is empty where there is no hyphen.
fn broken(name: &str, room: i32) -> (&str, &str) {
    let ends = name.match_indices(['-', '.', '_']).map(|(at, sign)| at + sign.len());
    let ends: Vec<usize> = ends.filter(|end| *end < name.len()).collect();
    let fits = |end: &&usize| text::width(&name[..**end], Style::Name) <= room;
    let end = ends.iter().rfind(fits).or(ends.first());
    name.split_at(end.copied().unwrap_or(0))
}

/// Draws parts of one graph.
pub(super) struct Pen<'a> {
    pub(super) graph: &'a Graph,
    pub(super) links: &'a dyn Fn(&Target) -> Option<String>,
}

impl Pen<'_> {
    pub(super) fn scene(&self, part: &Part, places: &Places) -> Scene {
        let mut scene = Scene { width: WIDTH, height: places.bottom, ..Scene::default() };
        for (column, rects) in places.rects.iter().enumerate() {
            for (slot, rect) in part.columns[column].iter().zip(rects) {
                if let Slot::Spot(spot) = slot {
                    self.spot(&mut scene, &part.spots[*spot], *rect, places);
                }
            }
        }
        for source in 0..part.spots.len() {
            scene.paths.extend(self.paths(part, places, source));
        }
        self.legend(&mut scene, part);
        scene
    }

    fn spot(&self, scene: &mut Scene, spot: &Spot, rect: Rect, places: &Places) {
        if let [only] = spot.things[..] {
            let look = self.look(only, spot.foreign);
            scene.nodes.push(self.thing(only, rect, look, None, places.tall.contains(&only)));
            return;
        }
        let frame = Node {
            id: self.spot_id(spot),
            rect,
            parent: None,
            look: Look::Frame,
            target: None,
            link: None,
            title: words::frame_title(self.graph, spot),
            texts: vec![],
            marks: vec![],
            tags: vec![],
        };
        let parent = frame.id.clone();
        scene.nodes.push(frame);
        let mut top = rect.y + FRAME_PAD;
        for thing in &spot.things {
            let height = box_height(*thing, &places.tall);
            let inner = Rect::new(rect.x + FRAME_PAD, top, rect.width - 2 * FRAME_PAD, height);
            let tall = places.tall.contains(thing);
            scene.nodes.push(self.thing(*thing, inner, Look::Card, Some(parent.clone()), tall));
            top += height + FRAME_PAD;
        }
    }

    fn look(&self, at: usize, foreign: bool) -> Look {
        if self.graph.states[at] == State::Missing {
            Look::Absent(ERROR)
        } else if self.graph.circular[at] {
            Look::Toned(ERROR)
        } else if self.graph.step(at).is_some() {
            Look::Toned(STRONG)
        } else if foreign {
            Look::Frame
        } else {
            Look::Card
        }
    }

    fn thing(&self, at: usize, rect: Rect, look: Look, parent: Option<String>, tall: bool) -> Node {
        let graph = self.graph;
        let sign = Point::new(rect.right() - px(14), rect.y + px(12));
        let missing = graph.states[at] == State::Missing;
        let target = Target::Kustomization(graph.names[at].clone());
        Node {
            id: id("ks", &graph.names[at]),
            rect,
            parent,
            look,
            link: if missing { None } else { (self.links)(&target) },
            target: (!missing).then_some(target),
            title: words::thing_title(graph, at),
            texts: self.texts(at, rect, tall),
            marks: tone(graph, at).map(|tone| Mark { at: sign, tone }).into_iter().collect(),
            tags: vec![],
        }
    }

    /// A name on one line or two, the namespace, and the number in the longest chain.
    fn texts(&self, at: usize, rect: Rect, tall: bool) -> Vec<Text> {
        let graph = self.graph;
        let left = rect.x + PAD;
        let room = |taken: bool| rect.width - 2 * PAD - if taken { SIGN } else { 0 };
        let mut rest = graph.name(at);
        let mut y = rect.y + px(16);
        let mut texts = Vec::new();
        if tall {
            let first = room(tone(graph, at).is_some());
            let (line, after) = broken(rest, first);
            let line = text::fit(line, Style::Name, first);
            texts.push(Text::new(Point::new(left, y), line, Style::Name));
            (rest, y) = (after, y + LINE);
        }
        let name = text::fit(rest, Style::Name, room(!tall && tone(graph, at).is_some()));
        texts.push(Text::new(Point::new(left, y), name, Style::Name));
        y += LINE;
        let step = graph.step(at);
        if !graph.namespace(at).is_empty() {
            let namespace = text::fit(graph.namespace(at), Style::App, room(step.is_some()));
            texts.push(Text::new(Point::new(left, y), namespace, Style::App).quiet());
        }
        if let Some(step) = step {
            let number = Text::new(Point::new(0, y), step.to_string(), Style::Name);
            let x = rect.right() - PAD - number.width;
            texts.push(Text { at: Point::new(x, y), ..number });
        }
        texts
    }

    fn spot_id(&self, spot: &Spot) -> String {
        let kind = if spot.things.len() > 1 { "same" } else { "ks" };
        id(kind, &self.graph.names[spot.things[0]])
    }

    /// The lines of a spot: those of the longest chain by themselves, so that they can be heavier.
    fn paths(&self, part: &Part, places: &Places, source: usize) -> Vec<Path> {
        let from = part.spots[source].things[0];
        let targets =
            part.spots.iter().enumerate().filter(|(_, spot)| spot.waits.contains(&source));
        let (strong, plain): (Vec<usize>, Vec<usize>) = targets
            .map(|(target, _)| target)
            .partition(|target| chained(self.graph, from, part.spots[*target].things[0]));
        let missing = self.graph.states[from] == State::Missing;
        let quiet = if missing { (ERROR, Stroke::Dashed) } else { (QUIET, Stroke::Solid) };
        [("line", plain, quiet), ("chain", strong, (STRONG, Stroke::Heavy))]
            .into_iter()
            .filter(|(_, targets, _)| !targets.is_empty())
            .map(|(kind, targets, (tone, stroke))| {
                let lines: Vec<Vec<Point>> =
                    targets.iter().map(|target| places.lines[&(source, *target)].clone()).collect();
                let goals = lines.iter().filter_map(|line| line.last());
                let ends = std::iter::once(&source).chain(&targets);
                Path {
                    id: id(kind, &self.graph.names[from]),
                    ends: ends.map(|spot| self.spot_id(&part.spots[*spot])).collect(),
                    caps: goals.map(|at| Cap { at: *at, kind: CapKind::Next }).collect(),
                    lines,
                    tone,
                    stroke,
                    title: words::path_title(self.graph, part, source, &targets),
                }
            })
            .collect()
    }

    fn legend(&self, scene: &mut Scene, part: &Part) {
        let mut y = scene.height + px(30);
        for (tone, words) in words::legend(self.graph, part) {
            let mut left = MARGIN;
            if let Some(tone) = tone {
                scene.legend_marks.push(Mark { at: Point::new(left + px(5), y - px(4)), tone });
                left += px(16);
            }
            scene.legend_texts.push(Text::new(Point::new(left, y), words, Style::App).quiet());
            y += LEGEND_ROW;
        }
        scene.height = y - LEGEND_ROW + MARGIN;
    }
}
