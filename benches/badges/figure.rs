//! What was measured beside its goal, as Markdown.
//!
//! In: samples and goals. Out: tables in which each row is followed by how it was measured.

use std::fmt::Write as _;

/// Where a value should lie.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal {
    None,
    AtLeast(f64),
    AtMost(f64),
    Exactly(f64),
}

impl Goal {
    fn text(self, unit: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::AtLeast(goal) => format!("≥ {goal}{unit}"),
            Self::AtMost(goal) => format!("≤ {goal}{unit}"),
            Self::Exactly(goal) => format!("{goal}{unit}"),
        }
    }

    fn verdict(self, value: f64) -> &'static str {
        let is_met = match self {
            Self::None => return "",
            Self::AtLeast(goal) => value >= goal,
            Self::AtMost(goal) => value <= goal,
            Self::Exactly(goal) => (value - goal).abs() < f64::EPSILON,
        };
        if is_met { "met" } else { "**missed**" }
    }
}

/// One row.
#[derive(Debug)]
pub(super) struct Figure {
    name: String,
    measured: String,
    goal: String,
    verdict: &'static str,
    how: String,
}

impl Figure {
    /// The median of some samples, which is what the goal is for, with the least and the most.
    pub(super) fn new(
        name: impl Into<String>,
        samples: &[f64],
        unit: &str,
        goal: Goal,
        how: impl Into<String>,
    ) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        let mut measured = format!("{}{unit}", short(median));
        if let [least, .., most] = sorted[..] {
            _ = write!(measured, " ({}–{})", short(least), short(most));
        }
        let (goal, verdict) = (goal.text(unit), goal.verdict(median));
        Self { name: name.into(), measured, goal, verdict, how: how.into() }
    }
}

/// Three digits, or all before the point.
fn short(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.to_owned()
}

/// Some rows under a heading.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) figures: Vec<Figure>,
}

impl Section {
    pub(super) fn markdown(&self) -> String {
        let mut out = format!("### {}\n\n", self.title);
        out += "| | measured | goal | |\n|---|---|---|---|\n";
        for Figure { name, measured, goal, verdict, how: _ } in &self.figures {
            _ = writeln!(out, "| {name} | {measured} | {goal} | {verdict} |");
        }
        out.push('\n');
        for figure in &self.figures {
            _ = writeln!(out, "- {}: {}", figure.name, figure.how);
        }
        out + "\n"
    }
}
