//! Text in a document: as text for browsers, as outlines for pictures of pixels.
//!
//! In: texts and where they stand. Out: SVG elements.

use std::fmt::Write as _;

use super::glyphs::{FINE, length, push_outlines};
use super::path::{Path, push_pixels};
use super::text::{Face, escape};

/// Families with metrics at most as wide as what texts are measured with, Inter first.
const FAMILIES: &str = "Inter,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

/// What a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    /// Whatever shows SVG: texts stay texts.
    Document,
    /// A picture of pixels: texts become outlines, which are drawn twice as fast.
    Pixels,
}

/// Which part of a text stands at its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// How texts look.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Pixels.
    pub(super) size: f64,
    /// The face.
    pub(super) face: Face,
    /// What stands at a text's point.
    pub(super) anchor: Anchor,
}

/// A point on the baseline and a text.
pub(super) type Label<'a> = ((f64, f64), &'a str);

/// Adds texts; `paint` is the attribute that colours them.
pub(super) fn push_labels(
    labels: &[Label<'_>],
    style: Style,
    medium: Medium,
    paint: &str,
    out: &mut String,
) {
    match medium {
        Medium::Document => push_texts(labels, style, paint, out),
        Medium::Pixels => push_paths(labels, style, paint, out),
    }
}

fn push_texts(labels: &[Label<'_>], style: Style, paint: &str, out: &mut String) {
    let _ = match style.face {
        Face::Own(font) => write!(out, "<g font-family=\"'{}',sans-serif\"", font.family()),
        Face::Regular | Face::SemiBold => write!(out, "<g font-family=\"{FAMILIES}\""),
    };
    out.push_str(" font-size=\"");
    push_pixels(style.size, out);
    out.push_str(match style.anchor {
        Anchor::Start => "\"",
        Anchor::Middle => "\" text-anchor=\"middle\"",
        Anchor::End => "\" text-anchor=\"end\"",
    });
    out.push_str(match style.face {
        Face::SemiBold => " font-weight=\"600\"",
        Face::Own(font) if font == font.bold() => " font-weight=\"bold\"",
        Face::Regular | Face::Own(_) => "",
    });
    let _ = write!(out, "{paint}>");
    for ((left, down), text) in labels {
        out.push_str("<text x=\"");
        push_pixels(*left, out);
        out.push_str("\" y=\"");
        push_pixels(*down, out);
        out.push_str("\">");
        escape(text, out);
        out.push_str("</text>");
    }
    out.push_str("</g>");
}

fn push_paths(labels: &[Label<'_>], style: Style, paint: &str, out: &mut String) {
    let mut path = Path::default();
    for ((left, down), text) in labels {
        let part = match style.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5,
            Anchor::End => 1.0,
        };
        let begin = left - length(text, style.size, style.face) * part;
        push_outlines(text, style.size, style.face, (begin, *down), &mut path);
    }
    let data = path.into_data();
    let scale = 1.0 / FINE;
    if !data.is_empty() {
        let _ = write!(out, "<path transform=\"scale({scale})\"{paint} d=\"{data}\"/>");
    }
}
