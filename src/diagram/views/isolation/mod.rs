//! The isolation picture: which namespace may talk to which, and to what is no namespace.
//!
//! In: a [`Cluster`] and where each thing leads. Out: a [`Diagram`]: rows are where traffic comes
//! from, columns where it goes to. Where no policy closes a way the cells are hatched.

mod gather;
mod words;

#[cfg(test)]
mod tests;

use super::{Links, id};
use crate::diagram::layout::{MARGIN, WIDEST};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{
    Look, Mark, Node, Path, Point, Rect, Scene, Stroke, Tag, Text, px, times,
};
use crate::diagram::text::{self, Style};
use crate::diagram::{Diagram, Target};
use crate::inventory::{Cluster, Verdict, Zone};
use gather::{Gathered, Side};

/// Width of the rows' names, with number and word.
const NAMES: i32 = px(262);
/// Left edges of a row's name.
const NAME: i32 = px(34);
/// Space between the columns of what is no namespace and those of namespaces.
const SPLIT: i32 = px(12);
/// Narrowest, and widest, column.
const PITCH: (i32, i32) = (px(11), px(26));
/// The same of what is no namespace.
const OUTSIDE_PITCH: (i32, i32) = (px(18), px(22));
/// Width that the legend needs.
const LEGEND: i32 = px(720);
/// What stands between two that are no namespaces.
const BEYOND: &str = "–";
/// Height of a line of column heads.
const HEAD: i32 = px(16);

const OPEN: Tone = Tone::Plain(Neutral::Warn);
const ALLOWED: Tone = Tone::Plain(Neutral::Focus);
const PARTLY: Tone = Tone::Plain(Neutral::Muted);

/// The isolation picture of a cluster.
pub(super) fn isolation(cluster: &Cluster, links: Links) -> Diagram {
    let gathered = Gathered::new(cluster);
    let scene = if gathered.spaces.is_empty() {
        Scene::default()
    } else {
        Matrix::new(&gathered, links).scene()
    };
    Diagram {
        title: format!("Who may talk to whom in {}", cluster.name.shown()),
        description: words::description(&gathered),
        caption: words::caption(&gathered),
        table: words::table(&gathered),
        scene,
    }
}

/// The matrix with its measures.
struct Matrix<'a> {
    links: Links<'a>,
    /// Columns with their middles, also the rows in their order.
    sides: Vec<&'a Side<'a>>,
    middles: Vec<i32>,
    outside: usize,
    pitch: i32,
    right: i32,
    /// Upper edge of the first row.
    top: i32,
    row: i32,
}

impl<'a> Matrix<'a> {
    fn new(gathered: &'a Gathered<'a>, links: Links<'a>) -> Self {
        let (outside, spaces) = (gathered.outside.len(), gathered.spaces.len());
        let room = WIDEST - 2 * MARGIN - NAMES - SPLIT - px(6);
        let pitch = |outside_pitch: i32| {
            let rest = room - times(outside) * outside_pitch;
            (rest / times(spaces) / px(1) * px(1)).clamp(PITCH.0, PITCH.1)
        };
        let roomy = pitch(OUTSIDE_PITCH.1) == PITCH.1;
        let wide = if roomy { OUTSIDE_PITCH.1 } else { OUTSIDE_PITCH.0 };
        let pitch = pitch(wide);
        let left = MARGIN + NAMES;
        let split = left + times(outside) * wide + SPLIT;
        let first = (0..outside).map(|at| left + times(at) * wide + wide / 2);
        let then = (0..spaces).map(|at| split + times(at) * pitch + pitch / 2);
        let lines = gathered.outside.len() + if pitch < px(20) { 2 } else { 1 };
        Self {
            links,
            sides: gathered.outside.iter().chain(&gathered.spaces).collect(),
            middles: first.chain(then).collect(),
            outside,
            pitch,
            right: split + times(spaces) * pitch + px(6),
            top: MARGIN + times(lines) * HEAD + px(6),
            row: if spaces > 30 { px(17) } else { px(22) },
        }
    }

    fn scene(&self) -> Scene {
        let step = self.row + px(3);
        let gap = px(8);
        let mut scene = Scene { width: self.right.max(LEGEND) + MARGIN, ..Scene::default() };
        self.heads(&mut scene);
        let mut top = self.top;
        for (at, from) in self.sides.iter().enumerate() {
            top += if at == self.outside { gap } else { 0 };
            self.line(&mut scene, from, top);
            top += step;
        }
        scene.height = top;
        legend(&mut scene);
        scene
    }

    /// What is no namespace on steps, each above its column; namespaces by number.
    fn heads(&self, scene: &mut Scene) {
        let words = Text::new(Point::new(MARGIN, self.top - px(8)), "From", Style::Heading);
        scene.notes.push(words);
        let words = Text::new(Point::new(0, 0), "Egress policy", Style::Detail).quiet();
        let left = MARGIN + NAMES - px(8) - words.width;
        scene.notes.push(Text { at: Point::new(left, self.top - px(8)), ..words });
        for (at, (side, middle)) in self.sides.iter().zip(&self.middles).enumerate() {
            let y = MARGIN + times(at) * HEAD + px(11);
            match side {
                Side::Outside(_, name) => {
                    let at = Point::new(middle - px(4), y);
                    let name = text::fit(name, Style::Detail, self.right - at.x);
                    scene.notes.push(Text::new(at, name, Style::Detail));
                    scene.paths.push(self.leader(side, *middle, y + px(4)));
                }
                Side::Space(number, _) => scene.notes.push(self.number(*number, *middle)),
            }
        }
    }

    /// A thin line from the head of a column down to it.
    fn leader(&self, side: &Side, x: i32, y: i32) -> Path {
        Path {
            id: id("head", &side_id(side)),
            ends: vec![],
            lines: vec![vec![Point::new(x, y), Point::new(x, self.top - px(2))]],
            caps: vec![],
            tone: Tone::Plain(Neutral::Line),
            stroke: Stroke::Solid,
            title: format!("to {}", side.name()),
        }
    }

    /// The number of a namespace above its column; neighbours stand on two lines where it is narrow.
    fn number(&self, number: usize, middle: i32) -> Text {
        let raised = if self.pitch < px(20) && number.is_multiple_of(2) { HEAD } else { 0 };
        let text = Text::new(Point::new(0, 0), number.to_string(), Style::Detail).quiet();
        let at = Point::new((middle - text.width / 2) / 2 * 2, self.top - px(8) - raised);
        Text { at, ..text }
    }

    fn line(&self, scene: &mut Scene, from: &Side, top: i32) {
        let rect = Rect::new(MARGIN, top, self.right - MARGIN, self.row);
        let mut node = self.named(from, rect);
        let verdicts: Vec<Option<Verdict>> = self.sides.iter().map(|to| from.towards(to)).collect();
        for (verdict, middle) in verdicts.iter().zip(&self.middles) {
            let tone = match verdict {
                Some(Verdict::Allowed) => ALLOWED,
                Some(Verdict::Restricted) => PARTLY,
                None => {
                    node.texts.push(beyond(*middle, &rect));
                    continue;
                }
                Some(Verdict::Denied | Verdict::NoPolicy) => continue,
            };
            node.marks.push(Mark { at: Point::new(*middle, rect.middle().y), tone });
        }
        let runs = self.runs(from, &verdicts, &node);
        scene.nodes.push(node);
        scene.nodes.extend(runs);
    }

    fn named(&self, from: &Side, rect: Rect) -> Node {
        let baseline = rect.y + self.row / 2 + px(9) / 2;
        let mut texts = Vec::new();
        let mut tags = Vec::new();
        let mut right = rect.x + NAMES - px(8);
        let target = match from {
            Side::Outside(..) => None,
            Side::Space(number, space) => {
                let number = Text::new(Point::new(0, 0), number.to_string(), Style::Detail).quiet();
                let at = Point::new(rect.x + NAME - px(9) - number.width, baseline);
                texts.push(Text { at, ..number });
                let word = words::coverage(&space.egress);
                let width = text::width(word, Style::Tag) + px(8);
                let size = px(14);
                let y = rect.y + (self.row - size) / 2;
                tags.push(Tag {
                    rect: Rect::new(right - width, y, width, size),
                    text: word.to_owned(),
                });
                right -= width + px(6);
                Some(Target::Namespace(space.namespace.clone()))
            }
        };
        let name = text::fit(from.name(), Style::App, right - rect.x - NAME);
        texts.push(Text::new(Point::new(rect.x + NAME, baseline), name, Style::App));
        Node {
            id: side_id(from),
            rect,
            parent: None,
            look: Look::Card,
            link: target.as_ref().and_then(self.links),
            target,
            title: words::row_title(from, &self.sides),
            texts,
            marks: vec![],
            tags,
        }
    }

    /// Strips over neighbouring cells that no policy closes.
    fn runs(&self, from: &Side, verdicts: &[Option<Verdict>], row: &Node) -> Vec<Node> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, verdict) in verdicts.iter().enumerate() {
            if *verdict != Some(Verdict::NoPolicy) {
                continue;
            }
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == at && at != self.outside => *last = at,
                _ => runs.push((at, at)),
            }
        }
        let strip = |(number, (first, last)): (usize, (usize, usize))| {
            let half = self.half(first);
            let (left, right) = (self.middles[first] - half, self.middles[last] + half);
            let rect = Rect::new(left, row.rect.y + px(2), right - left, self.row - px(4));
            Node {
                id: format!("{}-open-{number}", row.id),
                rect,
                parent: Some(row.id.clone()),
                look: Look::Hatched(OPEN),
                target: None,
                link: None,
                title: words::run_title(from, &self.sides[first..=last]),
                texts: vec![],
                marks: vec![],
                tags: vec![],
            }
        };
        runs.into_iter().enumerate().map(strip).collect()
    }

    /// Half the width of a column.
    fn half(&self, at: usize) -> i32 {
        if at >= self.outside {
            return self.pitch / 2;
        }
        (self.middles[0] - MARGIN - NAMES) / 2 * 2
    }
}

/// What stands in a cell that no policy of a cluster tells of.
fn beyond(middle: i32, row: &Rect) -> Text {
    let text = Text::new(Point::new(0, 0), BEYOND, Style::Detail).quiet();
    Text { at: Point::new((middle - text.width / 2) / 2 * 2, row.middle().y + px(4)), ..text }
}

fn side_id(side: &Side) -> String {
    match side {
        Side::Outside(Zone::Network(network), _) => id("network", network),
        Side::Outside(_, name) => id("outside", name),
        Side::Space(_, space) => id("namespace", &space.namespace),
    }
}

fn legend(scene: &mut Scene) {
    let y = scene.height + px(24);
    let mut left = MARGIN;
    let swatch = Rect::new(left, y - px(12), px(40), px(16));
    scene.nodes.push(Node {
        id: "legend-open".to_owned(),
        rect: swatch,
        parent: None,
        look: Look::Hatched(OPEN),
        target: None,
        link: None,
        title: "no policy: everything is allowed".to_owned(),
        texts: vec![],
        marks: vec![],
        tags: vec![],
    });
    left += px(48);
    let entries = [
        (None, "no policy: everything is allowed"),
        (Some(ALLOWED), "allowed"),
        (Some(PARTLY), "some pods, ports or addresses"),
        (None, "empty: closed"),
    ];
    for (tone, words) in entries {
        if let Some(tone) = tone {
            scene.legend_marks.push(Mark { at: Point::new(left + px(5), y - px(4)), tone });
            left += px(16);
        }
        let text = Text::new(Point::new(left, y), words, Style::App).quiet();
        left += text.width + px(20);
        scene.legend_texts.push(text);
    }
    let words =
        "Rows: where traffic comes from. Columns: where it goes to, namespaces by their number.";
    let text = Text::new(Point::new(MARGIN, y + px(20)), words, Style::App).quiet();
    let at = Point::new(MARGIN + text.width + px(20), text.at.y);
    scene.legend_texts.push(text);
    let words = format!("{BEYOND} no pod at either end");
    scene.legend_texts.push(Text::new(at, words, Style::App).quiet());
    scene.height = y + px(20) + MARGIN;
}
