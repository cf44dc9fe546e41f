//! The `social` style: a key with the label, and a bubble that says the message.
//!
//! In: a plan in this style. Out: the SVG behind its title. The badge's own colours are not used:
//! the style is dark text on light grey.

use super::{Ink, Svg};

/// Text and icon.
const INK: Ink = Ink { fill: "#333", shadow: "#fff", follows: false };

/// Lines around the key and the bubble.
const EDGE: &str = "#d5d5d5";

/// The style's colours for dark readers by class: the key's shade from top to bottom, its line, the
/// bubble, and what is filled and drawn in ink.
pub(super) const DARK: [(char, &str); 6] = [
    ('a', "stop-color:#30363d"),
    ('z', "stop-color:#21262d"),
    ('e', "stroke:#484f58"),
    ('b', "stroke:#484f58;fill:#161b22"),
    ('i', "fill:#e6edf3"),
    ('k', "stroke:#e6edf3"),
];

impl Svg<'_> {
    /// Everything behind the title.
    pub(super) fn social(&mut self) {
        if self.plan.label_width > 0 {
            self.key();
        }
        if self.plan.message_width > 0 {
            self.bubble();
        }
        let ink = Ink { follows: self.dark.is_some(), ..INK };
        self.icon(ink);
        self.outlines(["s-", "t-"], ink, [self.plan.label.as_ref(), Some(&self.plan.message)]);
        self.sparkline(ink);
    }

    fn key(&mut self) {
        let [width, height] = [self.plan.label_width - 1, self.plan.height - 1];
        self.out.push_str(r#"<linearGradient id=""#);
        self.name("g-");
        self.out.push_str(r#"" x2="0" y2="100%"><stop offset="0""#);
        self.paint("stop-color", "#fcfcfc", self.dark.map(|_| 'a'));
        self.out.push_str(r#"/><stop offset="1""#);
        self.paint("stop-color", "#e3e3e3", self.dark.map(|_| 'z'));
        self.put(format_args!(
            r#"/></linearGradient><rect x=".5" y=".5" width="{width}" height="{height}" rx="{}""#,
            self.plan.radius
        ));
        self.paint("stroke", EDGE, self.dark.map(|_| 'e'));
        self.out.push_str(r#" fill="url(#"#);
        self.name("g-");
        self.out.push_str(r#")"/>"#);
    }

    /// The bubble has a tip when there is a key that it can point at.
    fn bubble(&mut self) {
        let radius = self.plan.radius;
        let gap = self.plan.message_gap;
        let left = f64::from(self.plan.label_width + gap + radius) + 0.5;
        let across = self.plan.message_width - gap - 1 - 2 * radius;
        let down = self.plan.height - 1 - 2 * radius;
        self.out.push_str("<path");
        self.paint("stroke", EDGE, None);
        self.paint("fill", "#fafafa", self.dark.map(|_| 'b'));
        self.put(format_args!(
            r#" d="M{left} .5h{across}a{radius} {radius} 0 0 1 {radius} {radius}v{down}a{radius} {radius} 0 0 1-{radius} {radius}h-{across}a{radius} {radius} 0 0 1-{radius}-{radius}"#
        ));
        if gap > 0 {
            let low = f64::from(self.plan.height) / 2.0 + 3.5;
            self.put(format_args!("V{low}l-3-3v-1l3-3"));
        }
        self.put(format_args!(
            r#"V{}a{radius} {radius} 0 0 1 {radius}-{radius}z"/>"#,
            f64::from(radius) + 0.5
        ));
    }
}
