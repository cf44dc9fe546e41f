//! A part as a scene: boxes with words, lines and a legend.
//!
//! In: a part at its places, the graph, and where things lead. Out: a [`Scene`]. It decides looks
//! and words in boxes, not places.

use super::graph::{Graph, State};
use super::part::{Part, Slot, Spot, chained};
use super::places::{BOX, FRAME_PAD, MARGIN, Places, WIDTH};
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
const QUIET: Tone = Tone::Plain(Neutral::Muted);
/// Space between a box's edge and its words.
const PAD: i32 = px(8);
/// Room for a mark or a number at the right of a box.
const SIGN: i32 = px(22);
/// Height of a line of the legend.
const LEGEND_ROW: i32 = px(20);

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
                    self.spot(&mut scene, &part.spots[*spot], *rect);
                }
            }
        }
        for source in 0..part.spots.len() {
            scene.paths.extend(self.paths(part, places, source));
        }
        self.legend(&mut scene, part);
        scene
    }

    fn spot(&self, scene: &mut Scene, spot: &Spot, rect: Rect) {
        if let [only] = spot.things[..] {
            let look = self.look(only, spot.foreign);
            scene.nodes.push(self.thing(only, rect, look, None));
            return;
        }
        let frame = Node {
            id: self.spot_id(spot),
            rect,
            parent: None,
            look: Look::Frame,
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
            let inner = Rect::new(rect.x + FRAME_PAD, top, rect.width - 2 * FRAME_PAD, BOX);
            scene.nodes.push(self.thing(*thing, inner, Look::Card, Some(parent.clone())));
            top += BOX + FRAME_PAD;
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

    fn thing(&self, at: usize, rect: Rect, look: Look, parent: Option<String>) -> Node {
        let graph = self.graph;
        let left = rect.x + PAD;
        let sign = rect.right() - px(14);
        let tone = if graph.states[at] == State::Missing || graph.circular[at] {
            Some(ERROR)
        } else {
            (graph.states[at] == State::External).then_some(QUIET)
        };
        let step = graph.step(at);
        let room = |taken: bool| rect.width - 2 * PAD - if taken { SIGN } else { 0 };
        let name = text::fit(graph.name(at), Style::Name, room(tone.is_some()));
        let namespace = text::fit(graph.namespace(at), Style::App, room(step.is_some()));
        let mut texts = vec![Text::new(Point::new(left, rect.y + px(16)), name, Style::Name)];
        if !namespace.is_empty() {
            let at = Point::new(left, rect.y + px(31));
            texts.push(Text::new(at, namespace, Style::App).quiet());
        }
        if let Some(step) = step {
            let number = Text::new(Point::new(0, rect.y + px(31)), step.to_string(), Style::Name);
            let x = rect.right() - PAD - number.width;
            texts.push(Text { at: Point::new(x, number.at.y), ..number });
        }
        let marks = tone.map(|tone| Mark { at: Point::new(sign, rect.y + px(12)), tone });
        let missing = graph.states[at] == State::Missing;
        let target = Target::Kustomization(graph.names[at].clone());
        Node {
            id: id("ks", &graph.names[at]),
            rect,
            parent,
            look,
            link: if missing { None } else { (self.links)(&target) },
            title: words::thing_title(graph, at),
            texts,
            marks: marks.into_iter().collect(),
            tags: vec![],
        }
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
