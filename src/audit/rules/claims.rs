//! Claims that nothing mounts, mounts of claims that nothing declares, and unknown classes.
//!
//! In: claims, mounts, classes and the text of all effective objects. Out: findings. A claim whose
//! name stands anywhere else in its namespace counts as used.

use std::collections::BTreeSet;

use crate::audit::{Entity, EntityKind, Finding, Input, Rule};
use crate::diagnostic::{Severity, closest};
use crate::gitops::Object;
use crate::inventory::Claim;

pub(super) const UNMOUNTED: Rule = Rule {
    code: "storage/claim-unmounted",
    severity: Severity::Note,
    title: "A claim that nothing mounts",
    explanation: "\
No workload, chart values or other object in its namespace names this claim. It takes up space \
and, after a while, nobody knows whether it may be deleted. Delete it, or say in `site/site.yaml` \
why it stays.",
    blind_spot: "Pods that charts, operators or people make without naming the claim in a manifest are not visible.",
    example: "kind: PersistentVolumeClaim\nmetadata:\n  name: forgotten",
    check: unmounted,
};

pub(super) const UNDECLARED: Rule = Rule {
    code: "storage/claim-undeclared",
    severity: Severity::Warning,
    title: "A claim that is mounted but not declared",
    explanation: "\
A workload or the values of a chart name a claim that is not declared in this repository. Its pods \
wait until somebody makes it. After a disaster it is not restored from Git either.",
    blind_spot: "Claims that charts, operators and people make are not visible.",
    example: "persistence:\n  data:\n    existingClaim: documnets",
    check: undeclared,
};

pub(super) const CLASS: Rule = Rule {
    code: "storage/class-unknown",
    severity: Severity::Warning,
    title: "A storage class that is not declared",
    explanation: "\
The claim asks for a storage class whose name is close to, but not the same as, one that is \
declared. A claim with a class that does not exist waits for ever.",
    blind_spot: "Classes that charts make are not all visible, so only names close to a declared one are reported.",
    example: "spec:\n  storageClassName: ceph-blok",
    check: class,
};

fn unmounted(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let mounted: BTreeSet<&str> =
        cluster.mounts.iter().filter_map(|mount| mount.claim.as_deref()).collect();
    let open = cluster.claims.iter().filter(|claim| {
        claim.app.is_none() && !claim.from_values && !mounted.contains(claim.id.as_str())
    });
    let finding = |claim: &Claim| {
        rule.finding(format!("claim `{}` is mounted by nothing", claim.id))
            .at(&claim.source)
            .about(EntityKind::Claim, claim.id.clone())
            .help("delete it, or say why it stays")
    };
    open.filter(|claim| !is_named(input, claim)).map(finding).collect()
}

/// Whether an object of its namespace other than the claim names it.
fn is_named(input: &Input<'_>, claim: &Claim) -> bool {
    let Some((space, name)) = claim.id.split_once('/') else { return true };
    let mut beside = input.objects().filter(|object| {
        object.kind != "PersistentVolumeClaim" && object.namespace.as_deref() == Some(space)
    });
    beside.any(|object| holds(object, name))
}

fn holds(object: &Object, name: &str) -> bool {
    // Its own name is no reference.
    let spec = object.root.entries().iter().filter(|entry| entry.key != "metadata");
    spec.into_iter().any(|entry| {
        let mut found = false;
        entry.value.for_each_scalar(&mut |scalar, _| found |= scalar.text == name);
        found
    })
}

fn undeclared(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    const MADE_BY_PODS: [&str; 7] =
        ["HelmRelease", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"];
    let cluster = input.cluster;
    let claims: Vec<&str> = cluster.claims.iter().map(|claim| claim.id.as_str()).collect();
    let is_made = |id: &str| {
        cluster.volume_templates.iter().any(|template| {
            let space = template.id.split('/').next().unwrap_or_default();
            let prefix = template.claim_prefix.as_deref();
            id.strip_prefix(space)
                .and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|name| prefix.is_none_or(|prefix| name.starts_with(prefix)))
        })
    };
    let mut found = vec![];
    for mount in &cluster.mounts {
        let Some(id) = mount.claim.as_deref().filter(|id| !claims.contains(id)) else { continue };
        let app = cluster.apps.iter().find(|app| app.id == mount.user);
        let is_plain = mount.target.get().is_none_or(|name| !crate::inventory::is_template(name));
        let knows = app.is_some_and(|app| {
            MADE_BY_PODS.contains(&app.kind.as_str())
                && app.chart.as_ref().is_none_or(|chart| chart.app_template)
        });
        if !knows || !is_plain || is_made(id) || crate::inventory::is_template(id) {
            continue;
        }
        let help = closest(id, claims.iter().copied()).map_or_else(
            || "declare it, or correct the name".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!(
            "claim `{id}` is mounted by `{}`, but not declared in this repository",
            mount.user
        );
        let finding =
            rule.finding(message).at(&mount.source).about(EntityKind::App, mount.user.clone());
        found.push(finding.help(help));
    }
    found
}

fn class(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let classes: Vec<&str> =
        input.cluster.storage_classes.iter().map(|class| class.name.as_str()).collect();
    let mut found = vec![];
    for claim in &input.cluster.claims {
        let Some(class) = claim.class.get().filter(|class| !classes.contains(&class.as_str()))
        else {
            continue;
        };
        let Some(near) = closest(class, classes.iter().copied()) else { continue };
        let place = claim.class.source.as_ref().unwrap_or(&claim.source);
        let mut finding = rule
            .finding(format!("storage class `{class}` is not declared in this repository"))
            .at(place)
            .about(EntityKind::Claim, claim.id.clone())
            .help(format!("did you mean `{near}`?"));
        finding
            .entities
            .extend(claim.app.iter().map(|app| Entity::new(EntityKind::App, app.clone())));
        found.push(finding);
    }
    found
}
