//! The page of findings, and the findings of one thing for its own page.
//!
//! In: what the rules found, after the user's settings. Out: blocks that say what, where, what to
//! do, and what the rule cannot see.

use serde::Serialize;

use crate::audit::{Acknowledged, Entity, EntityKind, Finding, Item, Settled};
use crate::diagnostic::Severity;
use crate::inventory::App;

use super::Made;
use crate::site::tables::Scope;
use crate::site::view::{Figure, Section, SourceView};
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    figures: Vec<Figure>,
    groups: Vec<Group>,
    acknowledged: Vec<Meant>,
}

/// Findings of one severity.
#[derive(Serialize)]
struct Group {
    id: &'static str,
    title: &'static str,
    areas: Vec<Area>,
}

/// Findings of one severity and area.
#[derive(Serialize)]
struct Area {
    title: String,
    blocks: Vec<Block>,
}

/// A finding that somebody has said is meant.
#[derive(Serialize)]
struct Meant {
    block: Block,
    reason: String,
    /// Last day on which that holds; empty for none.
    until: String,
}

/// A finding, ready to show.
#[derive(Serialize)]
pub(crate) struct Block {
    severity: &'static str,
    code: &'static str,
    message: String,
    source: Option<SourceView>,
    related: Vec<Line>,
    items: Vec<Line>,
    /// What the list is called where it is folded.
    folded: String,
    help: String,
    blind_spot: &'static str,
}

/// A thing or a word with its place.
#[derive(Serialize)]
struct Line {
    text: String,
    href: Option<String>,
    source: Option<SourceView>,
}

/// How many things are listed before the list is folded.
const OPEN: usize = 8;
/// From how many on findings that say the same are one block.
const MANY: usize = 3;

const GROUPS: [(Severity, &str, &str); 3] = [
    (Severity::Error, "errors", "Errors"),
    (Severity::Warning, "warnings", "Warnings"),
    (Severity::Note, "notes", "Notes"),
];

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let settled = scope.settled;
    let groups: Vec<Group> = GROUPS
        .into_iter()
        .map(|(severity, id, title)| Group { id, title, areas: areas(scope, severity) })
        .filter(|group| !group.areas.is_empty())
        .collect();
    let acknowledged: Vec<Meant> =
        settled.acknowledged.iter().map(|one| meant(scope, one)).collect();
    let mut sections: Vec<Section> =
        groups.iter().map(|group| Section::new(group.id, group.title)).collect();
    if !acknowledged.is_empty() {
        sections.push(Section::new("acknowledged", "Acknowledged"));
    }
    let view = View { figures: figures(settled), groups, acknowledged };
    let mut made = Made::new("Findings", sentence(settled), "pages/findings.html", &view);
    made.sections = sections;
    made
}

/// How much was found, in words.
pub(crate) fn sentence(settled: &Settled) -> String {
    let of = |severity| settled.findings.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings, notes) =
        (of(Severity::Error), of(Severity::Warning), of(Severity::Note));
    if errors + warnings + notes == 0 {
        return "The rules found nothing to report.".to_owned();
    }
    let counts = [
        (errors, words::count(errors, "error", "errors")),
        (warnings, words::count(warnings, "warning", "warnings")),
        (notes, words::count(notes, "note", "notes")),
    ];
    let told: Vec<String> =
        counts.into_iter().filter(|(number, _)| *number > 0).map(|(_, text)| text).collect();
    words::sentence(&format!("{} about what these files declare.", words::list(&told)))
}

fn figures(settled: &Settled) -> Vec<Figure> {
    let of = |severity| settled.findings.iter().filter(|one| one.severity == severity).count();
    let figure = |number: usize, (one, many): (&str, &str), id: &str| Figure {
        value: number.to_string(),
        label: words::pick(number, one, many).to_owned(),
        href: (number > 0).then(|| format!("#{id}")),
    };
    let words = [("error", "errors"), ("warning", "warnings"), ("note", "notes")];
    let mut figures: Vec<Figure> = GROUPS
        .into_iter()
        .zip(words)
        .map(|((severity, id, _), words)| figure(of(severity), words, id))
        .collect();
    if !settled.acknowledged.is_empty() {
        let number = settled.acknowledged.len();
        figures.push(figure(number, ("acknowledged", "acknowledged"), "acknowledged"));
    }
    figures
}

fn areas(scope: Scope<'_>, severity: Severity) -> Vec<Area> {
    let areas = crate::audit::areas().into_iter().map(|area| Area {
        title: title(area),
        blocks: blocks(scope, |one| one.severity == severity && one.area() == area),
    });
    areas.filter(|area| !area.blocks.is_empty()).collect()
}

fn title(area: &str) -> String {
    match area {
        "gpu" => "GPU".to_owned(),
        area => words::title(area),
    }
}

fn meant(scope: Scope<'_>, one: &Acknowledged) -> Meant {
    let until = one.until.clone().unwrap_or_default();
    Meant { block: block(scope, &one.finding), reason: one.reason.clone(), until }
}

/// The findings that fit; those that say the same of many places as one block.
pub(crate) fn blocks(scope: Scope<'_>, fits: impl Fn(&Finding) -> bool) -> Vec<Block> {
    let found: Vec<&Finding> =
        scope.settled.findings.iter().filter(|finding| fits(finding)).collect();
    let alike = |left: &&Finding, right: &&Finding| {
        let bare = |one: &Finding| !one.has_list() && one.related.is_empty();
        let same =
            (left.code, left.severity, &left.help) == (right.code, right.severity, &right.help);
        same && bare(left) && bare(right)
    };
    let runs = found.chunk_by(alike);
    runs.flat_map(|run| {
        if run.len() < MANY {
            return run.iter().map(|finding| block(scope, finding)).collect();
        }
        vec![block(scope, &together(run))]
    })
    .collect()
}

/// Findings that say the same of many places as one, under the title of their rule.
fn together(run: &[&Finding]) -> Finding {
    let items = run.iter().map(|one| Item {
        text: words::sentence(&one.message),
        source: one.source.clone(),
        entity: one.entities.first().cloned(),
    });
    let items = items.collect();
    Finding { message: title_of(run[0]), source: None, items, ..run[0].clone() }
}

fn title_of(finding: &Finding) -> String {
    let rule = crate::audit::rule(finding.code);
    rule.map_or_else(|| finding.message.clone(), |rule| rule.title.to_owned())
}

/// The findings of some areas.
pub(crate) fn of_areas(scope: Scope<'_>, areas: &[&str]) -> Vec<Block> {
    blocks(scope, |finding| areas.contains(&finding.area()))
}

/// The findings about cards and about what the machines run.
pub(crate) fn of_machines(scope: Scope<'_>) -> Vec<Block> {
    let is_system = |entity: &Entity| {
        entity.kind == EntityKind::Component
            && matches!(entity.id.as_str(), "Talos" | "Kubernetes" | "k3s")
    };
    blocks(scope, |one| {
        one.area() == "gpu"
            || one.code == "prose/node-unknown"
            || one.entities.iter().any(is_system)
    })
}

/// The findings that concern an app; of a list only what is the app's.
pub(crate) fn of_app(scope: Scope<'_>, app: &App) -> Vec<Block> {
    let is_own = |kind: EntityKind, id: &String| match kind {
        EntityKind::App => *id == app.id,
        EntityKind::Claim => app.claims.contains(id),
        EntityKind::Route => app.routes.contains(id),
        EntityKind::Kustomization => app.kustomization.as_ref() == Some(id),
        _ => false,
    };
    let item_is_own = |item: &Item| item.entity.as_ref().is_some_and(|it| is_own(it.kind, &it.id));
    let mut found = vec![];
    for finding in &scope.settled.findings {
        let items: Vec<Item> = finding.items.iter().filter(|it| item_is_own(it)).cloned().collect();
        if !items.is_empty() {
            let source = items[0].source.clone().or(finding.source.clone());
            let message = title_of(finding);
            let own = Finding { message, source, items, ..finding.clone() };
            let mut block = block(scope, &own);
            block.items.iter_mut().for_each(|line| line.href = None);
            found.push(block);
        } else if finding.entities.iter().any(|it| is_own(it.kind, &it.id)) {
            found.push(block(scope, finding));
        }
    }
    found
}

fn block(scope: Scope<'_>, finding: &Finding) -> Block {
    let Finding { code, message, help, blind_spot, .. } = finding;
    let source = |source: &crate::inventory::Source| scope.links.source(source);
    let item = |item: &Item| {
        let app = item.entity.as_ref().filter(|entity| entity.kind == EntityKind::App);
        Line {
            text: item.text.clone(),
            href: app.and_then(|app| scope.links.app(&app.id)),
            source: item.source.as_ref().map(source),
        }
    };
    let related = finding.related.iter().map(|note| Line {
        text: words::sentence(&note.label),
        href: None,
        source: Some(source(&note.source)),
    });
    let folded = (finding.items.len() > OPEN).then(|| format!("All {}", finding.items.len()));
    Block {
        severity: finding.severity.word(),
        code,
        message: words::sentence(message),
        source: finding.source.as_ref().map(source),
        related: related.collect(),
        items: finding.items.iter().filter(|_| finding.has_list()).map(item).collect(),
        folded: folded.unwrap_or_default(),
        help: if help.is_empty() {
            String::new()
        } else {
            format!("{}.", words::sentence(help)).replace("?.", "?")
        },
        blind_spot,
    }
}
