//! A picture as a page shows it: the drawing, what it leaves out, and the same facts as rows.
//!
//! In: the cluster and a [`View`]. Out: what the template reads, every box with where it leads. It
//! draws nothing.

use serde::Serialize;

use crate::diagram::views::{self, Subject, View};
use crate::diagram::{Diagram, Target};
use crate::site::tables::{self, Scope, row_id};
use crate::site::view::LinkView;

/// The pictures of a view, narrowed to the namespace or app of the scope; none where there is
/// nothing to draw.
pub(crate) fn pictures(scope: Scope<'_>, view: &View) -> Vec<Picture> {
    let place = |target: &Target| leads_to(scope, target);
    let overlay = scope.links.overlay();
    let subject = Subject { namespace: scope.namespace, app: scope.app, overlay };
    let diagrams = (view.draw)(scope.cluster, subject, &place);
    let of = subject.app.or(subject.namespace).map(|of| format!("-{}", id(of)));
    let stem = format!("picture-{}{}", view.name, of.unwrap_or_default());
    let picture = |(at, diagram): (usize, &Diagram)| {
        let number = if diagrams.len() > 1 { format!("-{}", at + 1) } else { String::new() };
        let mut picture = Picture::new(diagram, &format!("{stem}{number}"));
        // Addresses written by hand start at the top of the site.
        let top = format!("href=\"{}", scope.links.page(""));
        picture.svg = picture.svg.replace("href=\"/", &top);
        if at + 1 == diagrams.len() { picture.more(rest(scope, view)) } else { picture }
    };
    diagrams.iter().enumerate().map(picture).collect()
}

/// The pictures of a view by its name.
pub(crate) fn named(scope: Scope<'_>, name: &str) -> Vec<Picture> {
    views::find(name).map(|view| pictures(scope, view)).unwrap_or_default()
}

/// A name as a part of an id.
pub(crate) fn id(name: &str) -> String {
    name.replace(|character: char| !character.is_ascii_alphanumeric(), "-")
}

/// Where what a picture leaves out is listed.
fn rest(scope: Scope<'_>, view: &View) -> Option<LinkView> {
    let (text, page) = match view.name {
        "flux" => ("All Kustomizations", "gitops.html"),
        _ => return None,
    };
    let href = format!("{}#kustomizations", scope.links.page(page));
    Some(LinkView { text: text.to_owned(), href: Some(href) })
}

/// Where a box leads.
pub(crate) fn leads_to(scope: Scope<'_>, target: &Target) -> Option<String> {
    let (links, cluster) = (scope.links, scope.cluster);
    let place = |page: &str, id: &str| Some(format!("{}#{id}", links.page(page)));
    match target {
        Target::App(id) => links.app(id),
        Target::Namespace(name) => {
            let listed = super::apps::names(cluster).contains(&name.as_str());
            listed.then(|| place("apps/index.html", &super::apps::section_id(name))).flatten()
        }
        Target::Host(name) => place("hardware.html", &super::hardware::host_id(name)),
        Target::Node(name) if cluster.nodes.iter().any(|node| node.name == *name) => {
            place("hardware.html", &row_id("node", name))
        }
        Target::Network(id) => place("network.html", &row_id("network", id)),
        Target::Gateway(id) if cluster.gateways.iter().any(|gateway| gateway.id == *id) => {
            place("network.html", &row_id("gateway", id))
        }
        Target::Storage(name) => {
            let declared = cluster.storage_classes.iter().any(|class| class.backend == *name);
            let id = if declared { row_id("storage", name) } else { "claims".to_owned() };
            place("storage.html", &id)
        }
        Target::Kustomization(id) => {
            tables::kustomization_page(scope, id).or_else(|| place("gitops.html", "kustomizations"))
        }
        Target::Device(_) if !cluster.devices.is_empty() => place("hardware.html", "devices"),
        Target::Node(_) | Target::Device(_) | Target::Gateway(_) => None,
    }
}

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
    fn more(self, more: Option<LinkView>) -> Self {
        Self { more, ..self }
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
