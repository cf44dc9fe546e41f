//! What the pages cannot see.
//!
//! In: the walk, the documents and the diagnostics of reading. Out: [`BlindSpot`]s, so that a page
//! can say what is missing instead of looking complete.

use std::collections::BTreeSet;

use super::fact::Source;
use super::model::{App, BlindSpot};
use crate::diagnostic::{Diagnostic, Place};
use crate::gitops::Effective;
use crate::source::{Documents, Node, Sources};

/// Everything that could not be read, in a fixed order.
pub(crate) fn collect(
    effective: &Effective,
    documents: &Documents,
    sources: &Sources,
    apps: &[App],
    diagnostics: &[Diagnostic],
) -> Vec<BlindSpot> {
    let mut spots: Vec<BlindSpot> = charts(apps, effective).into_iter().collect();
    spots.extend(effective.remotes.iter().map(|remote| BlindSpot {
        what: format!("what `{}` holds", remote.url),
        reason: "a base outside this repository".to_owned(),
        source: Some(Source::new(sources, remote.span, "")),
    }));
    spots.extend(effective.kustomizations.iter().filter_map(|one| {
        let url = one.external.as_ref()?;
        Some(BlindSpot {
            what: format!("what Flux Kustomization `{}` applies", one.id()),
            reason: format!("its source is another repository: {url}"),
            source: Some(Source::new(sources, one.span, "")),
        })
    }));
    spots.extend(effective.unseen.iter().map(|unseen| BlindSpot {
        what: unseen.what.clone(),
        reason: unseen.reason.clone(),
        source: unseen.span.map(|span| Source::new(sources, span, "")),
    }));
    spots.extend(hidden_values(effective, sources));
    spots.extend(sealed(documents, sources));
    spots.extend(diagnostics.iter().filter_map(|diagnostic| unread(diagnostic, sources)));
    spots
}

fn charts(apps: &[App], effective: &Effective) -> Option<BlindSpot> {
    let rendered: BTreeSet<&str> =
        effective.rendered.iter().filter_map(|one| one.release.as_deref()).collect();
    let is_open = |app: &&App| {
        let is_other = app.chart.as_ref().is_some_and(|chart| !chart.app_template);
        is_other && !rendered.contains(app.id.as_str())
    };
    let count = apps.iter().filter(is_open).count();
    let what = match count {
        0 => return None,
        1 => "the objects that 1 Helm chart makes".to_owned(),
        count => format!("the objects that {count} Helm charts make"),
    };
    let reason = if rendered.is_empty() {
        "charts are not rendered; their values are read, and app-template fully"
    } else {
        "the folder of rendered manifests has none of them; the charts' values are read"
    };
    Some(BlindSpot { what, reason: reason.to_owned(), source: None })
}

fn hidden_values(effective: &Effective, sources: &Sources) -> Vec<BlindSpot> {
    let releases = effective.releases(sources);
    let hidden = releases
        .iter()
        .flat_map(|release| release.hidden_values.iter().map(|node| (release.object.id(), *node)));
    hidden
        .map(|(id, node)| BlindSpot {
            what: format!(
                "values of HelmRelease `{id}` from `{}`",
                node.as_str().unwrap_or_default()
            ),
            reason: "a Secret, or not in this repository".to_owned(),
            source: Some(Source::new(sources, node.span, "spec.valuesFrom")),
        })
        .collect()
}

/// Files that SOPS sealed as a whole or in part.
fn sealed(documents: &Documents, sources: &Sources) -> Vec<BlindSpot> {
    let mut spots: Vec<BlindSpot> = Vec::new();
    for document in documents.iter() {
        let is_sealed = document.root.at(&["sops", "mac"]).is_some();
        let same =
            |spot: &BlindSpot| spot.source.as_ref().is_some_and(|at| at.span.file == document.file);
        if is_sealed && !spots.iter().any(same) {
            let name = document.root.at(&["metadata", "name"]).and_then(Node::as_str);
            let what = name.map_or_else(
                || "sealed values".to_owned(),
                |name| format!("the values of `{name}`"),
            );
            spots.push(BlindSpot {
                what,
                reason: "encrypted with SOPS".to_owned(),
                source: Some(Source::new(sources, document.root.span, "")),
            });
        }
    }
    spots
}

/// A file that was not read, from the diagnostic that says so.
fn unread(diagnostic: &Diagnostic, sources: &Sources) -> Option<BlindSpot> {
    let is_unread = ["yaml/", "source/", "kustomize/", "flux/path-missing"]
        .iter()
        .any(|area| diagnostic.code.starts_with(area));
    let source = match &diagnostic.place {
        Place::Span(span) => Some(Source::new(sources, *span, "")),
        Place::Path(_) | Place::Nowhere => None,
    };
    let what = match &diagnostic.place {
        Place::Path(path) => format!("`{path}`"),
        _ => source.as_ref().map(|at| format!("`{}`", at.path))?,
    };
    is_unread.then(|| BlindSpot { what, reason: diagnostic.message.clone(), source })
}
