//! The chart of a badge in the ink of its message.
//!
//! In: a plan with a place for a chart. Out: one path for the line and one for the area below it.

use super::super::outline::{Path, pixels};
use super::super::spark::{self, Point};
use super::{Ink, Svg};

impl Svg<'_> {
    /// The chart, if the picture has one.
    pub(super) fn sparkline(&mut self, ink: Ink) {
        let (Some(values), Some(area)) = (self.picture.sparkline, self.plan.spark) else { return };
        let runs = spark::runs(values, area);
        self.area(&runs, (area.top + area.height) * 100, ink);
        self.out.push_str("<path");
        self.paint("stroke", ink.fill, ink.class('k'));
        let thickness = pixels(area.height * 9);
        self.put(format_args!(
            r#" fill="none" stroke-width="{thickness}" stroke-linecap="round" stroke-linejoin="round" d="{}"/>"#,
            line(&runs).as_str()
        ));
    }

    fn area(&mut self, runs: &[Vec<Point>], bottom: i32, ink: Ink) {
        let mut path = Path::default();
        for run in runs.iter().filter(|run| run.len() > 1) {
            path.begin([run[0][0], bottom]);
            run.iter().for_each(|point| path.line(*point));
            path.line([run[run.len() - 1][0], bottom]);
            path.close();
        }
        if path.as_str().is_empty() {
            return;
        }
        self.out.push_str("<path");
        self.paint("fill", ink.fill, ink.class('i'));
        self.put(format_args!(r#" fill-opacity=".25" d="{}"/>"#, path.as_str()));
    }
}

fn line(runs: &[Vec<Point>]) -> Path {
    let mut path = Path::default();
    for run in runs {
        path.begin(run[0]);
        run[1..].iter().for_each(|point| path.line(*point));
        if run.len() == 1 {
            path.dot();
        }
    }
    path
}
