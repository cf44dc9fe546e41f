//! The site for programs that read text: `llms.txt`, and each page as Markdown.
//!
//! In: the rendered pages. Out: files beside them. The form of `llms.txt` is that of llmstxt.org:
//! a title, a quote, and lists of links under headings.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rayon::prelude::*;

use super::Meta;
use super::book::{Rendered, Sort};
use super::links::encode;
use super::markup;

/// The path of a page as Markdown.
pub(crate) fn twin(path: &str) -> String {
    format!("{}.md", path.trim_end_matches(".html"))
}

/// All such files by path.
pub(super) fn files(pages: &[Rendered], meta: &Meta) -> BTreeMap<String, String> {
    let listed: Vec<&Rendered> = pages.iter().filter(|page| page.is_listed).collect();
    let mut files: BTreeMap<String, String> = listed
        .par_iter()
        .map(|page| (twin(&page.path), markup::markdown(markup::main_of(&page.html))))
        .collect();
    files.insert("llms.txt".to_owned(), list(&listed, meta));
    files
}

fn list(pages: &[&Rendered], meta: &Meta) -> String {
    let mut out = format!("# {}\n", meta.title);
    if !meta.description.is_empty() {
        let _ = write!(out, "\n> {}\n", meta.description);
    }
    let groups = [(Sort::Cluster, "Cluster"), (Sort::Guide, "Guides"), (Sort::App, "Apps")];
    for (sort, title) in groups {
        let mut inside = pages.iter().filter(|page| page.sort == sort).peekable();
        if inside.peek().is_none() {
            continue;
        }
        let _ = write!(out, "\n## {title}\n\n");
        for page in inside {
            let address = match &meta.url {
                Some(url) => format!("{}/{}", url.trim_end_matches('/'), encode(&twin(&page.path))),
                None => encode(&twin(&page.path)),
            };
            let note = if page.description.is_empty() { "" } else { ": " };
            let _ = writeln!(out, "- [{}]({address}){note}{}", page.title, page.description);
        }
    }
    out
}
