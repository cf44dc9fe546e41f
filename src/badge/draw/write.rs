//! The SVG of a plan.
//!
//! In: a picture, its words and where they are. Out: the SVG's text. Outlines are in it once: the
//! shadow is the same path as a clip, so that a viewer that knows little loses the shadow only.

mod scheme;
mod social;
mod spark;

use std::fmt::Write as _;

use super::super::color::{self, Color};
use super::geometry::{Plan, Words};
use super::outline::{Path, Run, gaps, pixels, trace};
use super::{Picture, Style, text};
use scheme::Dark;

/// Gradient of `flat`.
const FLAT: &str = r##"<stop offset="0" stop-color="#bbb" stop-opacity=".1"/><stop offset="1" stop-opacity=".1"/>"##;
/// Gradient of `plastic`.
const PLASTIC: &str = r##"<stop offset="0" stop-color="#fff" stop-opacity=".7"/><stop offset=".1" stop-color="#aaa" stop-opacity=".1"/><stop offset=".9" stop-opacity=".3"/><stop offset="1" stop-opacity=".5"/>"##;

/// Bytes of an SVG without its outlines, and of the outlines of one character, roughly.
const ROOM: (usize, usize) = (1500, 260);

/// Colours of a part's words and icon.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ink {
    fill: &'static str,
    shadow: &'static str,
    /// Whether it is another for dark readers.
    follows: bool,
}

impl Ink {
    fn on(background: Color) -> Self {
        if background.is_light() {
            Self { fill: "#333", shadow: "#ccc", follows: false }
        } else {
            Self { fill: "#fff", shadow: "#010101", follows: false }
        }
    }

    /// A class for what is painted with it, where that changes.
    fn class(self, class: char) -> Option<char> {
        self.follows.then_some(class)
    }
}

/// The SVG.
pub(super) fn svg(picture: &Picture<'_>, words: &Words<'_>, plan: &Plan<'_>) -> String {
    let count = words.message.len() + words.label.map_or(0, str::len);
    let out = String::with_capacity(ROOM.0 + ROOM.1 * count);
    let mut svg = Svg { out, picture, plan, dark: Dark::of(picture, plan.label_width) };
    svg.open(words);
    svg.style_sheet();
    if picture.style == Style::Social {
        svg.social();
    } else {
        svg.definitions();
        svg.clipped();
    }
    svg.out.push_str("</svg>");
    svg.out
}

struct Svg<'a> {
    out: String,
    picture: &'a Picture<'a>,
    plan: &'a Plan<'a>,
    dark: Option<Dark>,
}

impl Svg<'_> {
    fn open(&mut self, words: &Words<'_>) {
        let Plan { height, label_width, message_width, .. } = self.plan;
        let width = label_width + message_width;
        self.put(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label=""#
        ));
        self.say(words);
        self.out.push_str(r#""><title>"#);
        self.say(words);
        self.out.push_str("</title>");
    }

    /// What is said to those who cannot see the picture.
    fn say(&mut self, words: &Words<'_>) {
        if let Some(label) = words.label {
            text::escape(&mut self.out, label);
            self.out.push_str(": ");
        }
        text::escape(&mut self.out, words.message);
        if let Some(suffix) = self.picture.title_suffix.filter(|suffix| !suffix.is_empty()) {
            self.out.push_str(" (");
            text::escape(&mut self.out, &text::clean(suffix));
            self.out.push(')');
        }
    }

    fn definitions(&mut self) {
        if let Some(stops) = self.gradient() {
            self.out.push_str(r#"<linearGradient id=""#);
            self.name("g-");
            self.out.push_str(r#"" x2="0" y2="100%">"#);
            self.out.push_str(stops);
            self.out.push_str("</linearGradient>");
        }
        let Plan { height, label_width, message_width, radius, .. } = self.plan;
        let width = label_width + message_width;
        self.out.push_str(r#"<clipPath id=""#);
        self.name("r-");
        self.put(format_args!(
            r#""><rect width="{width}" height="{height}" rx="{radius}"/></clipPath>"#
        ));
    }

    fn clipped(&mut self) {
        let Plan { height, label_width, message_width, .. } = *self.plan;
        let color = color::resolve(self.picture.color);
        let label_color = color::resolve_label(self.picture.label_color.unwrap_or_default());
        self.out.push_str(r#"<g clip-path="url(#"#);
        self.name("r-");
        self.out.push_str(r#")">"#);
        if label_width > 0 {
            self.put(format_args!(r#"<rect width="{label_width}" height="{height}""#));
            self.paint("fill", label_color.as_str(), self.dark.map(|_| 'l'));
            self.out.push_str("/>");
        }
        self.put(format_args!(
            r#"<rect x="{label_width}" width="{message_width}" height="{height}" fill="{color}"/>"#
        ));
        if self.gradient().is_some() {
            let width = label_width + message_width;
            self.put(format_args!(r#"<rect width="{width}" height="{height}" fill="url(#"#));
            self.name("g-");
            self.out.push_str(r#")"/>"#);
        }
        let message = Ink::on(color);
        let label = if label_width > 0 { Ink::on(label_color) } else { message };
        let label = self.dark.map_or(label, |dark| dark.follow(label));
        self.icon(label);
        self.words(label, message);
        self.sparkline(message);
        self.out.push_str("</g>");
    }

    fn icon(&mut self, ink: Ink) {
        let (Some(icon), Some(spot)) = (self.picture.icon, self.plan.icon) else { return };
        let scale = f64::from(spot.side) / 24.0;
        self.out.push_str("<path");
        self.paint("fill", ink.fill, ink.class('i'));
        self.put(format_args!(
            r#" transform="translate({} {})scale({scale:.4})" d=""#,
            spot.left, spot.top
        ));
        text::escape(&mut self.out, icon.path());
        self.out.push_str(r#""/>"#);
    }

    /// Words of one colour are one path.
    fn words(&mut self, label: Ink, message: Ink) {
        let runs = [self.plan.label.as_ref(), Some(&self.plan.message)];
        if label == message {
            self.outlines(["s-", "t-"], label, runs);
        } else {
            self.outlines(["s-", "t-"], label, [runs[0], None]);
            self.outlines(["u-", "v-"], message, [None, runs[1]]);
        }
    }

    /// What the face lacks, in whatever face the viewer has, pressed into the room that it has.
    ///
    /// Private characters stay a gap: nobody's fallback has them.
    fn strangers(&mut self, run: &Run<'_>, ink: Ink) {
        let is_private =
            |character: char| matches!(u32::from(character), 0xE000..0xF900 | 0xE_0000..);
        for gap in gaps(run).iter().filter(|gap| !gap.text.contains(is_private)) {
            self.put(format_args!(
                r#"<text x="{}" y="{}" font-family="sans-serif" font-size="{}" textLength="{}" lengthAdjust="spacingAndGlyphs""#,
                pixels(gap.left), pixels(run.baseline), run.size, pixels(gap.width)
            ));
            if run.font == run.font.bold() {
                self.out.push_str(r#" font-weight="bold""#);
            }
            self.paint("fill", ink.fill, ink.class('i'));
            self.out.push('>');
            text::escape(&mut self.out, &gap.text);
            self.out.push_str("</text>");
        }
    }

    fn outlines(&mut self, names: [&str; 2], ink: Ink, runs: [Option<&Run<'_>>; 2]) {
        let count = runs.iter().flatten().map(|run| run.text.len()).sum::<usize>();
        let mut path = Path::with_capacity(ROOM.1 * count);
        for run in runs.into_iter().flatten() {
            trace(&mut path, run);
            self.strangers(run, ink);
        }
        if path.as_str().is_empty() {
            return;
        }
        let has_shadow = !matches!(self.picture.style, Style::ForTheBadge | Style::Social);
        if has_shadow {
            self.shadow(names, ink);
        }
        self.out.push_str("<path");
        self.paint("fill", ink.fill, ink.class('i'));
        if has_shadow {
            self.out.push_str(r#" id=""#);
            self.name(names[1]);
            self.out.push('"');
        }
        self.out.push_str(r#" d=""#);
        self.out.push_str(path.as_str());
        self.out.push_str(r#""/>"#);
    }

    /// The badge's whole area in the shadow's colour, seen through the words one pixel lower.
    fn shadow(&mut self, [clip, words]: [&str; 2], ink: Ink) {
        let Plan { height, label_width, message_width, .. } = self.plan;
        self.out.push_str(r#"<clipPath id=""#);
        self.name(clip);
        self.out.push_str(r##""><use href="#"##);
        self.name(words);
        self.out.push_str(r#"" y="1"/></clipPath><path"#);
        self.paint("fill", ink.shadow, ink.class('h'));
        self.put(format_args!(
            r#" fill-opacity=".3" d="M0 0h{}v{height}H0z" clip-path="url(#"#,
            label_width + message_width
        ));
        self.name(clip);
        self.out.push_str(r#")"/>"#);
    }

    fn gradient(&self) -> Option<&'static str> {
        match self.picture.style {
            Style::Flat => Some(FLAT),
            Style::Plastic => Some(PLASTIC),
            Style::FlatSquare | Style::ForTheBadge | Style::Social => None,
        }
    }

    /// ` property="color"`, with a class of the badge's own where the style sheet changes it.
    fn paint(&mut self, property: &str, color: &str, class: Option<char>) {
        for part in [" ", property, "=\"", color, "\""] {
            self.out.push_str(part);
        }
        if let Some(class) = class {
            self.put(format_args!(" class=\"{class}-"));
            text::name(&mut self.out, self.picture.id);
            self.out.push('"');
        }
    }

    fn name(&mut self, prefix: &str) {
        self.out.push_str(prefix);
        text::name(&mut self.out, self.picture.id);
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(text);
    }
}
