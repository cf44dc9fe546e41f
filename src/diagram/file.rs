//! A picture as an SVG file of its own, for `<img>` in a README.
//!
//! In: a [`Diagram`] and its colours. Out: SVG whose attributes hold literal colours, and a `<style>`
//! with the dark ones where the reader decides. It refers to no variable, font file or address
//! outside.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use html_escape::encode_double_quoted_attribute as escape;

use super::palette::Theme;
use super::svg::{Mode, Writer, clean, number};
use super::{Colours, Diagram};

/// An `<img>` loads no font: what the reader has, those that are as wide as Inter first.
const FONTS: &str = "Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Ubuntu,Helvetica,\
                     Arial,sans-serif";

pub(super) fn svg(diagram: &Diagram, id: &str, colours: Colours) -> String {
    if diagram.is_empty() {
        return String::new();
    }
    let id = escape(id);
    let (theme, follows) = match colours {
        Colours::Of(theme) => (theme, false),
        Colours::Reader => (Theme::Light, true),
    };
    let (body, dark) = Writer::draw(Mode::File { id: &id, theme, follows }, &diagram.scene);
    format!("{}{}\n{body}", head(diagram, &id), style(&id, &dark))
}

fn head(diagram: &Diagram, id: &str) -> String {
    let (width, height) = (number(diagram.scene.width), number(diagram.scene.height));
    let description = [diagram.description.as_str(), diagram.caption.as_str()].join(" ");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"{FONTS}\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
        escape(&clean(&diagram.title)),
        escape(clean(&description).trim()),
    )
}

/// Rules for dark readers. They name the picture's id, so that two pictures in one page keep apart.
fn style(id: &str, dark: &BTreeMap<String, String>) -> String {
    if dark.is_empty() {
        return String::new();
    }
    let mut rules = String::new();
    for (class, declaration) in dark {
        let _ = write!(rules, "#{id} .{class}{{{declaration}}}");
    }
    format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>")
}
