//! A plan becomes a scene: places, then lines, then words, then the legend.
//!
//! In: lanes of boxes, bundles of lines and legend rows of a view. Out: a [`Scene`]. It knows
//! nothing of clusters.

use std::collections::BTreeMap;

use super::label::{self, BarWords, PathWords};
use super::layout::{Grid, Lane, MARGIN, Row};
use super::palette::Tone;
use super::route::{Bands, Bundle, Channels, Places, rails_width};
use super::scene::{Mark, Node, Path, Point, Scene, Text, px, times};
use super::text::Style;

/// Space between lanes, and between rows of a lane, where no line needs more.
const LANE_GAP: i32 = px(34);
const ROW_GAP: i32 = px(16);
/// Height of a legend row.
const LEGEND_ROW: i32 = px(22);

/// A row of the legend.
#[derive(Clone, Debug)]
pub(crate) struct LegendRow {
    /// What the marks say of the box that they are on.
    pub(crate) lead: String,
    /// A mark, and the name that it stands for.
    pub(crate) entries: Vec<(Tone, String)>,
}

/// Everything that a view wants to have drawn.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) grid: Grid,
    pub(crate) rail_pitch: i32,
    /// Rails that the right side keeps free.
    pub(crate) right_rails: usize,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) bundles: Vec<Bundle>,
    /// Words of bars, by row.
    pub(crate) bars: Vec<Vec<BarWords>>,
    pub(crate) legend: Vec<LegendRow>,
}

/// Draws up a plan.
pub(crate) fn compose(plan: Plan) -> Scene {
    let bands = bands(&plan.lanes);
    let channels = Channels::new(&plan.bundles, &bands);
    let right = plan.grid.right() + rails_width(plan.right_rails, plan.rail_pitch);
    let mut scene = Scene { width: right, ..Scene::default() };
    let channel_tops = place(plan.lanes, &plan.grid, &channels, &mut scene);
    let nodes: BTreeMap<&str, &Node> =
        scene.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let places = Places {
        grid: &plan.grid,
        bands: &bands,
        channels: &channels,
        channel_tops: &channel_tops,
        nodes: &nodes,
        rail_pitch: plan.rail_pitch,
    };
    let (paths, words) = lines(&plan.bundles, &places);
    scene.paths = paths;
    let mut numbered = Vec::new();
    for bars in &plan.bars {
        label::on_bars(&mut scene, bars, &mut numbered);
    }
    for words in &words {
        label::on_path(&mut scene, words, &mut numbered);
    }
    legend(&mut scene, &plan.grid, &plan.legend, &numbered);
    scene
}

fn bands(lanes: &[Lane]) -> Bands {
    let mut bands = Bands::default();
    for (index, row) in lanes.iter().flat_map(|lane| &lane.rows).enumerate() {
        bands.of.extend(row.ids().into_iter().map(|id| (id.to_owned(), index)));
        bands.bars.push(matches!(row, Row::Bars(_)));
    }
    bands
}

/// Places all boxes; gives the upper edges of the channels.
fn place(lanes: Vec<Lane>, grid: &Grid, channels: &Channels, scene: &mut Scene) -> Vec<i32> {
    let mut tops = Vec::new();
    let mut y = MARGIN;
    for lane in lanes {
        let words_height = px(24) + times(lane.notes.len()) * px(15);
        let mut words_end = 0;
        let mut lane = lane;
        for (index, row) in std::mem::take(&mut lane.rows).into_iter().enumerate() {
            let channel = tops.len();
            let least = match (channel, index) {
                (0, _) => 0,
                (_, 0) => LANE_GAP,
                _ => ROW_GAP,
            };
            tops.push(y);
            y += channels.height(channel, least);
            if index == 0 {
                scene.notes.extend(lane.words(y));
                words_end = y + words_height;
            }
            let height = row.height();
            scene.nodes.extend(row.place(grid, y));
            y += height;
        }
        y = y.max(words_end - LANE_GAP / 2);
    }
    tops.push(y);
    scene.height = y;
    tops
}

fn lines(bundles: &[Bundle], places: &Places) -> (Vec<Path>, Vec<PathWords>) {
    let mut paths = Vec::new();
    let mut words = Vec::new();
    for bundle in bundles {
        let Some(path) = places.path(bundle) else { continue };
        if let Some(text) = &bundle.label
            && let Some(track) = places.label_track(bundle, &path)
        {
            words.push(PathWords { path: path.id.clone(), text: text.clone(), track });
        }
        paths.push(path);
    }
    (paths, words)
}

/// A place in the legend that wraps at the right edge.
struct Pen {
    left: i32,
    right: i32,
    at: Point,
}

impl Pen {
    fn room_for(&mut self, width: i32) {
        if self.at.x + width > self.right && self.at.x > self.left {
            self.at = Point::new(self.left, self.at.y + LEGEND_ROW);
        }
    }
}

fn legend(scene: &mut Scene, grid: &Grid, rows: &[LegendRow], numbered: &[String]) {
    let mut y = scene.height + px(30);
    let right = grid.right();
    let any = rows.iter().any(|row| !row.entries.is_empty()) || !numbered.is_empty();
    if any {
        let heading = Text::new(Point::new(MARGIN, y + px(12)), "Legend", Style::Heading);
        scene.legend_texts.push(heading);
    } else {
        y = scene.height - px(6);
    }
    for row in rows.iter().filter(|row| !row.entries.is_empty()) {
        let lead = Text::new(Point::new(grid.left, y + px(12)), &row.lead, Style::Detail).quiet();
        let left = grid.left + px(136);
        scene.legend_texts.push(lead);
        let mut pen = Pen { left, right, at: Point::new(left, y) };
        for (tone, name) in &row.entries {
            entry(scene, &mut pen, *tone, name);
        }
        y = pen.at.y + LEGEND_ROW;
    }
    for (index, words) in numbered.iter().enumerate() {
        let number =
            Text::new(Point::new(grid.left, y + px(12)), (index + 1).to_string(), Style::Name);
        let words = super::text::fit(words, Style::Detail, right - grid.left - px(24));
        let at = Point::new(grid.left + px(24), y + px(12));
        scene.legend_texts.extend([number, Text::new(at, words, Style::Detail)]);
        y += LEGEND_ROW;
    }
    scene.height = y + MARGIN - px(6);
}

fn entry(scene: &mut Scene, pen: &mut Pen, tone: Tone, name: &str) {
    let mut text = Text::new(pen.at, name, Style::Detail);
    pen.room_for(px(14) + text.width);
    scene.legend_marks.push(Mark { at: Point::new(pen.at.x + px(5), pen.at.y + px(8)), tone });
    text.at = Point::new(pen.at.x + px(15), pen.at.y + px(12));
    pen.at.x = text.at.x + text.width + px(18);
    scene.legend_texts.push(text);
}
