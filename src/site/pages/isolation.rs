//! The isolation page: which pods may talk to whom, as far as policies say.
//!
//! In: network policies and what they add up to. Out: a picture, the matrices with their legend, and
//! tables.
//! Second interfaces of pods are outside of what policies see, and the page says so.

use serde::Serialize;

use crate::inventory::{Cluster, Coverage};

use super::lists;
use super::picture::{self, Picture};
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::view::Figure;
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    figures: Vec<Figure>,
    notes: Vec<String>,
    /// Shapes of the matrix with what they mean.
    legend: Vec<(&'static str, &'static str)>,
    pictures: Vec<Picture>,
    matrices: Vec<TableSection>,
    tables: Vec<TableSection>,
    absent: String,
}

/// Shapes of the matrix with what they mean.
const LEGEND: [(&str, &str); 4] = [
    ("no-policy", "no policy: everything is allowed"),
    ("allowed", "allowed by a policy"),
    ("restricted", "allowed for some pods, ports or addresses"),
    ("denied", "closed"),
];

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let full = |sections: Vec<TableSection>| {
        sections.into_iter().partition::<Vec<_>, _>(|section| !section.table.rows.is_empty())
    };
    let (matrices, _) = full(matrices(scope));
    let (tables, empty) = full(sections(scope));
    let absent: Vec<&str> = empty.iter().map(|section| section.table.empty.as_str()).collect();
    let absent = absent.join(" ");
    let (figures, notes) = (figures(cluster), notes(cluster));
    let pictures = picture::named(scope, "isolation");
    let view = View { figures, notes, legend: LEGEND.to_vec(), pictures, matrices, tables, absent };
    let shown = view.matrices.iter().chain(&view.tables);
    let shown = shown.map(|it| (it.id.as_str(), it.title.as_str()));
    let drawn = (!view.pictures.is_empty()).then_some(("picture", "At a glance"));
    let contents: Vec<(&str, &str)> = drawn.into_iter().chain(shown).collect();
    Made::new("Isolation", sentence(cluster), "pages/isolation.html", &view).sections(&contents)
}

fn matrices(scope: Scope<'_>) -> Vec<TableSection> {
    let out = "A row is where traffic comes from. Between namespaces, the stricter counts of what \
               leaves here and what gets in there. Answers are for the pods that policies select; where \
               these are some only, the others are open.";
    let into = "A row is where traffic goes to. Answers are for the pods that policies select.";
    vec![
        TableSection::new("out", "What pods may reach", out, tables::isolation_matrix(scope)),
        TableSection::new(
            "into",
            "What may reach pods from outside",
            into,
            tables::ingress_matrix(scope),
        ),
    ]
}

fn sections(scope: Scope<'_>) -> Vec<TableSection> {
    let second = "No network policy sees what passes over these interfaces.";
    vec![
        TableSection::new("namespaces", "Namespace by namespace", "", tables::isolation(scope)),
        TableSection::new("policies", "Policies", "", tables::policies(scope)),
        TableSection::new(
            "second-interfaces",
            "Pods with a second interface",
            second,
            tables::attachment_uses(scope),
        ),
    ]
}

fn figures(cluster: &Cluster) -> Vec<Figure> {
    lists::figures(&[
        (cluster.policies.len(), "policy", "policies"),
        (cluster.isolation.len(), "namespace", "namespaces"),
        (open(cluster), "without any policy", "without any policy"),
    ])
}

/// Namespaces of which no policy selects a pod.
fn open(cluster: &Cluster) -> usize {
    let none = |side: &crate::inventory::IsolationSide| side.coverage == Coverage::None;
    let all = cluster.isolation.iter();
    all.filter(|entry| none(&entry.ingress) && none(&entry.egress)).count()
}

fn notes(cluster: &Cluster) -> Vec<String> {
    if cluster.isolation.is_empty() && cluster.policies.is_empty() {
        return vec![];
    }
    let mut notes = vec![
        "Policies that charts bring along by themselves are not visible here. Where policies \
         select some pods of a namespace, its other pods are open."
            .to_owned(),
    ];
    if !cluster.attachments.is_empty() {
        let text = "Policies speak about the cluster network only: they neither see nor limit what \
                    pods send over second interfaces (Multus).";
        notes.push(text.to_owned());
    }
    notes
}

/// How much is closed, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let (policies, namespaces) = (cluster.policies.len(), cluster.isolation.len());
    if policies == 0 {
        let all = "No network policy is declared in this repository";
        return match namespaces {
            0 => format!("{all}, and no namespace that one could close."),
            _ => format!("{all}: as far as it shows, all pods may talk to everyone."),
        };
    }
    let first = words::sentence(&format!(
        "{} {} declared for {}.",
        words::count(policies, "network policy", "network policies"),
        words::pick(policies, "is", "are"),
        words::count(namespaces, "namespace", "namespaces")
    ));
    let open = words::part(open(cluster), namespaces, "has none", "have none");
    let open = open.map(|text| text.replace("of them", "of the namespaces"));
    open.map_or_else(|| first.clone(), |open| format!("{first} {open}"))
}
