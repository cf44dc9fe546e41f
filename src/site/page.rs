//! A page that somebody wrote, as the site takes it: [`ContentPage`].
//!
//! In: what the content stage made of one Markdown file. Out: the same, for navigation and
//! templates. Its `html` is finished: nothing here parses or escapes it.

use serde::Serialize;

/// A page written by hand, rendered.
#[derive(Clone, Debug, Default)]
pub struct ContentPage {
    /// Path of its file within `content/`, such as `guides/gpu-on-talos.md`.
    pub path: String,
    /// Path of its page without `.html`, such as `guides/gpu-on-talos` or `guides/index`.
    pub slug: String,
    /// Title, from front matter or the first heading.
    pub title: String,
    /// One sentence for search engines and link previews.
    pub description: Option<String>,
    /// Place among its neighbours; those without come after those with.
    pub order: Option<i64>,
    /// Free words.
    pub tags: Vec<String>,
    /// Its body as HTML, without the title.
    pub html: String,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Its words without markup.
    pub text: String,
}

/// A heading of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Id that a link can name.
    pub id: String,
    /// Its words.
    pub text: String,
}
