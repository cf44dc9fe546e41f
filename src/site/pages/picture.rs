//! A picture as a page shows it: the drawing, what it leaves out, and the same facts as rows.
//!
//! In: a [`Diagram`]. Out: what the template reads. It draws nothing.

use serde::Serialize;

use crate::diagram::Diagram;
use crate::site::view::LinkView;

/// A diagram with the same facts as rows.
#[derive(Debug, Serialize)]
pub(crate) struct Picture {
    svg: String,
    title: String,
    caption: String,
    /// Where the rest is, after the caption.
    more: Option<LinkView>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Picture {
    /// `id` is unique on its page.
    pub(crate) fn new(diagram: &Diagram, id: &str) -> Self {
        let rows = diagram.rows();
        Self {
            svg: for_page(&diagram.svg(id), diagram.width()),
            title: diagram.title.clone(),
            caption: diagram.caption.clone(),
            more: None,
            header: rows.header.clone(),
            rows: rows.rows.clone(),
        }
    }

    /// Its title as HTML, for where several pictures stand together.
    pub(crate) fn heading(&self) -> String {
        format!("<p><strong>{}</strong></p>\n", html_escape::encode_text(&self.title))
    }

    /// With a link after the caption.
    pub(crate) fn more(self, text: &str, href: String) -> Self {
        Self { more: Some(LinkView { text: text.to_owned(), href: Some(href) }), ..self }
    }
}

/// A picture as the page wants it: of its natural width, in a frame that scrolls, and without a
/// `<style>`, which the page's policy forbids and the theme's style sheet makes needless.
fn for_page(svg: &str, width: u32) -> String {
    let svg = match (svg.find("<style>"), svg.find("</style>")) {
        (Some(start), Some(end)) => format!("{}{}", &svg[..start], &svg[end + 8..]),
        _ => svg.to_owned(),
    };
    svg.replacen("width=\"100%\"", &format!("width=\"{width}\""), 1)
}
