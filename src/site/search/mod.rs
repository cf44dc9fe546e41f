//! What the search finds: pages, headings, apps, host names, nodes and findings.
//!
//! In: the rendered pages and the cluster. Out: one script that holds an index of `MiniSearch` and
//! what to show for each hit. It is loaded once somebody searches; a script, because a page opened
//! as a file may load no other data.

mod index;
mod words;

use rayon::prelude::*;
use serde::Serialize;

use self::index::{Document, Index};
use super::book::{Rendered, Sort};
use super::links::encode;
use super::markup::{self, Element};
use super::strings::Strings;
use crate::audit::Settled;
use crate::inventory::{Cluster, Value};

/// Where the index is in the site.
///
/// Its name does not change with its text: each page names it, and would have to change with it.
/// Browsers ask anew for it as they do for pages.
pub(crate) const PATH: &str = "assets/search-index.js";

/// A hit as the script shows it; keys are short because there are thousands.
#[derive(Debug, Serialize)]
struct Entry {
    /// Title.
    t: String,
    /// Address from the site's top.
    h: String,
    /// `guide`, `app`, `cluster` or `finding`.
    k: &'static str,
    /// A line of explanation.
    n: String,
    /// Headings that can be led to: id and words, in turn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    s: Vec<String>,
}

/// What there is of one entry to find.
#[derive(Default)]
struct Found {
    headings: String,
    names: String,
    text: String,
}

/// The script.
pub(super) fn script(
    pages: &[Rendered],
    (cluster, settled): (&Cluster, &Settled),
    strings: &Strings,
) -> Vec<u8> {
    let mut all: Vec<(Entry, Found)> = pages
        .par_iter()
        .filter(|page| page.is_listed)
        .map(|page| page_entry(page, cluster))
        .collect();
    all.extend(hostnames(cluster));
    all.extend(nodes(cluster));
    all.extend(findings(settled));
    let documents = all.iter().map(|(entry, found)| Document {
        fields: [&entry.t, &found.headings, &found.names, &found.text],
    });
    let index = Index::new(documents).json();
    let entries: Vec<&Entry> = all.iter().map(|(entry, _)| entry).collect();
    let entries = serde_json::to_string(&entries).expect("bug: entries are JSON");
    let words = strings.for_script(&["search", "result"]);
    format!("self.rackbookSearch={{text:{words},entries:{entries},index:{index}}};\n").into_bytes()
}

fn page_entry(page: &Rendered, cluster: &Cluster) -> (Entry, Found) {
    let main = markup::tree(markup::main_of(&page.html));
    let (mut s, mut text) = (vec![], String::new());
    // Headings of an app's page are the same for all apps, and say nothing of this one.
    if page.sort != Sort::App {
        headings(&main, &mut s);
    }
    prose(&main, &mut text);
    let headings = s.chunks(2).map(|pair| pair[1].as_str()).collect::<Vec<_>>().join(" ");
    let k = match page.sort {
        Sort::Guide => "guide",
        Sort::App => "app",
        Sort::Cluster => "cluster",
    };
    let names = page.tags.join(" ") + " " + &app_names(page, cluster);
    let n = short(&page.description);
    (
        Entry { t: page.title.clone(), h: encode(&page.path), k, n, s },
        Found { headings, names, text },
    )
}

/// Other names of an app: its namespace, its host names and what it is made from.
fn app_names(page: &Rendered, cluster: &Cluster) -> String {
    let Some(id) = &page.app else { return String::new() };
    let names = cluster.exposures.iter().filter(|exposure| exposure.apps.contains(id));
    let known = names.filter_map(|exposure| known(&exposure.name.value));
    std::iter::once(id.clone()).chain(known).collect::<Vec<_>>().join(" ")
}

fn hostnames(cluster: &Cluster) -> impl Iterator<Item = (Entry, Found)> {
    cluster.exposures.iter().filter_map(|exposure| {
        let t = known(&exposure.name.value)?;
        let n = exposure.apps.join(", ");
        let h = format!("exposure.html?h={}", query(&t));
        Some((Entry { t, h, k: "cluster", n, s: vec![] }, Found::default()))
    })
}

fn nodes(cluster: &Cluster) -> impl Iterator<Item = (Entry, Found)> {
    let nodes = cluster.nodes.iter().map(|node| {
        let addresses = node.interfaces.iter().flat_map(|interface| &interface.addresses);
        let mut names: Vec<String> = addresses.filter_map(|fact| known(&fact.value)).collect();
        names.extend(known(&node.address.value));
        names.dedup();
        (&node.name, names.join(" "))
    });
    let hosts = cluster
        .hosts
        .iter()
        .map(|host| (&host.name, known(&host.address.value).unwrap_or_default()));
    nodes.chain(hosts).map(|(name, names)| {
        let h = format!("hardware.html?h={}", query(name));
        let entry = Entry { t: name.clone(), h, k: "cluster", n: names.clone(), s: vec![] };
        (entry, Found { names, ..Found::default() })
    })
}

fn findings(settled: &Settled) -> impl Iterator<Item = (Entry, Found)> {
    settled.findings.iter().map(|finding| {
        let t = finding.message.replace('`', "");
        let place =
            finding.source.as_ref().map(|source| format!("{}:{}", source.path, source.line));
        let names = format!("{} {}", finding.code, place.clone().unwrap_or_default());
        let h = format!("findings.html?h={}", query(&t));
        let n = place
            .map_or_else(|| finding.code.to_owned(), |place| format!("{} · {place}", finding.code));
        (Entry { t, h, k: "finding", n, s: vec![] }, Found { names, ..Found::default() })
    })
}

fn known(value: &Value<String>) -> Option<String> {
    match value {
        Value::Known(text) | Value::Templated(text) => Some(text.clone()),
        Value::Encrypted | Value::Unknown(_) => None,
    }
}

/// Ids and words of headings that can be led to.
fn headings(element: &Element<'_>, out: &mut Vec<String>) {
    for inner in element.elements() {
        let is_heading = matches!(inner.name, "h2" | "h3" | "h4");
        match inner.attribute("id").filter(|_| is_heading && !inner.is_silent()) {
            Some(id) => out.extend([id.to_owned(), squeezed(&inner.text())]),
            None if !inner.is_silent() => headings(inner, out),
            None => {}
        }
    }
}

/// The words of a page, without its headings.
fn prose(element: &Element<'_>, out: &mut String) {
    use markup::Node;
    for node in &element.children {
        match node {
            Node::Text(text) => out.push_str(&html_escape::decode_html_entities(text)),
            Node::Element(inner)
                if inner.is_silent() || matches!(inner.name, "h1" | "h2" | "h3" | "h4" | "pre") => {
            }
            Node::Element(inner) if inner.has_class("source") => {}
            Node::Element(inner) => {
                prose(inner, out);
                if !matches!(inner.name, "wbr" | "b" | "strong" | "em" | "i") {
                    out.push(' ');
                }
            }
        }
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first words of a description.
fn short(text: &str) -> String {
    const LONGEST: usize = 110;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{} …", cut.rsplit_once(' ').map_or(cut.as_str(), |(start, _)| start))
}

fn query(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
