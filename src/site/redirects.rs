//! Former addresses of pages become pages that lead to the new ones: [`add`].
//!
//! In: the `aliases` of pages. Out: a small HTML file for each, without a script. An address that a
//! page has already is an error, at the alias.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Meta;
use super::links::{encode, root_from};
use super::nav::page_path;
use crate::content::Page;
use crate::diagnostic::Diagnostic;

/// Adds the redirects of all pages to the files of the site.
pub(super) fn add(
    pages: &[Page],
    meta: &Meta,
    files: &mut BTreeMap<String, Arc<[u8]>>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for page in pages {
        for alias in &page.aliases {
            let path = format!("{}.html", alias.slug);
            if !is_inside(&alias.slug) || files.contains_key(&path) {
                let message = format!("`{path}` cannot lead to `{}`: it is taken", page.path);
                let found = Diagnostic::error("content/alias", message).at(alias.span);
                diagnostics.push(found.help("name an address that no page has any more"));
                continue;
            }
            files.insert(path.clone(), html(&path, page, meta).into_bytes().into());
        }
    }
    diagnostics
}

/// Whether a path stays within the site.
fn is_inside(slug: &str) -> bool {
    !slug.is_empty() && slug.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn html(from: &str, page: &Page, meta: &Meta) -> String {
    let target = page_path(page);
    let href = format!("{}{}", root_from(from), encode(&target));
    let canonical = match &meta.url {
        Some(url) => format!("{}/{}", url.trim_end_matches('/'), encode(&target)),
        None => href.clone(),
    };
    let [href, canonical, title] =
        [&href, &canonical, &page.title].map(|text| html_escape::encode_quoted_attribute(text));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{title}</title>\n<meta http-equiv=\"refresh\" content=\"0; url={href}\">\n\
         <link rel=\"canonical\" href=\"{canonical}\">\n<meta name=\"robots\" content=\"noindex\">\n\
         </head>\n<body>\n<p>This page has moved: <a href=\"{href}\">{title}</a></p>\n</body>\n</html>\n"
    )
}
