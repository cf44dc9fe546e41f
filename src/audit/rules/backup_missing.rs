//! Volumes that nothing saves.
//!
//! In: claims, what claims are made of, and backups. Out: one finding where nothing at all is
//! saved, else one for each namespace.

use std::collections::BTreeMap;

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{Claim, Cluster, Source, VolumeTemplate};

pub(super) const RULE: Rule = Rule {
    code: "storage/backup-missing",
    severity: Severity::Warning,
    title: "Volumes that nothing backs up",
    explanation: "\
No VolSync, kopiur, Velero, K8up, Longhorn or CloudNativePG object in the repository saves these \
volumes: when they are lost, so is what is in them. Add a backup, or acknowledge the finding with \
the reason why none is needed.

Caches and scratch space (by their names) and volumes on file servers are left out, as are the \
volumes of metrics and logs that charts ask for, where other volumes are backed up.",
    blind_spot: "Backups outside Kubernetes, such as those of a hypervisor, of Ceph or of a file server, are not visible.",
    example: "kind: PersistentVolumeClaim\nmetadata:\n  name: documents",
    check,
};

/// A volume that nothing saves.
struct Open<'a> {
    id: &'a str,
    entity: Entity,
    app: Option<&'a String>,
    source: &'a Source,
}

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let claims: Vec<&Claim> =
        cluster.claims.iter().filter(|claim| !is_saved(cluster, &claim.backups)).collect();
    let templates: Vec<&VolumeTemplate> = cluster
        .volume_templates
        .iter()
        .filter(|template| !is_saved(cluster, &template.backups))
        .collect();
    let all = cluster.claims.len() + cluster.volume_templates.len();
    if all == 0 {
        return vec![];
    }
    if claims.len() + templates.len() == all {
        return vec![nothing(rule, all, &open(cluster, &claims, &templates))];
    }
    let is_data = |template: &&&VolumeTemplate| {
        matches!(template.made_by.as_str(), "StatefulSet" | "CloudNativePG" | "cluster")
    };
    let templates: Vec<&VolumeTemplate> = templates.iter().filter(is_data).copied().collect();
    let mut spaces: BTreeMap<&str, Vec<Open<'_>>> = BTreeMap::new();
    for one in open(cluster, &claims, &templates) {
        spaces.entry(one.id.split('/').next().unwrap_or_default()).or_default().push(one);
    }
    spaces.into_iter().map(|(space, open)| some(rule, space, &open)).collect()
}

fn nothing(rule: &Rule, all: usize, open: &[Open<'_>]) -> Finding {
    let left_out = all - open.len();
    let but = match left_out {
        0 => String::new(),
        number => format!(
            "; {} by name or kind {} left out of the list",
            words::count(
                number,
                "cache, scratch or file server volume",
                "cache, scratch and file server volumes"
            ),
            if number == 1 { "is" } else { "are" }
        ),
    };
    let message = format!("none of {} is backed up{but}", words::count(all, "volume", "volumes"));
    filled(rule.finding(message), open)
}

fn some(rule: &Rule, space: &str, open: &[Open<'_>]) -> Finding {
    let names: Vec<&str> = open.iter().map(|one| one.id).collect();
    let verb = if open.len() == 1 { "is" } else { "are" };
    let finding = rule.finding(format!("{} {verb} not backed up", words::names(&names)));
    filled(finding, open).about(EntityKind::Namespace, space)
}

fn filled(finding: Finding, open: &[Open<'_>]) -> Finding {
    let mut finding = finding
        .at_any(open.first().map(|one| one.source))
        .help("add a backup, or acknowledge the finding with the reason in `site/site.yaml`");
    for one in open {
        finding.entities.extend(one.app.map(|app| Entity::new(EntityKind::App, app.clone())));
        finding = finding.item(format!("`{}`", one.id), Some(one.source), Some(one.entity.clone()));
    }
    finding.entities.dedup();
    finding
}

fn open<'a>(
    cluster: &'a Cluster,
    claims: &[&'a Claim],
    templates: &[&'a VolumeTemplate],
) -> Vec<Open<'a>> {
    let claims = claims.iter().filter(|claim| !is_elsewhere(cluster, claim)).map(|claim| Open {
        id: &claim.id,
        entity: Entity::new(EntityKind::Claim, claim.id.clone()),
        app: claim.app.as_ref(),
        source: &claim.source,
    });
    let templates = templates.iter().map(|template| Open {
        id: &template.id,
        entity: Entity::new(EntityKind::VolumeTemplate, template.id.clone()),
        app: template.app.as_ref(),
        source: &template.source,
    });
    claims.chain(templates).filter(|one| !is_scratch(one.id)).collect()
}

/// Whether a backup saves it again and again; a snapshot that was taken once is none.
fn is_saved(cluster: &Cluster, backups: &[String]) -> bool {
    backups.iter().any(|id| {
        let found = cluster.backups.iter().find(|backup| backup.id == *id);
        found.is_some_and(|backup| backup.tool != "CSI snapshot" && !backup.suspended)
    })
}

/// Whether the data is on a file server.
fn is_elsewhere(cluster: &Cluster, claim: &Claim) -> bool {
    let class = cluster.storage_classes.iter().find(|class| claim.class.get() == Some(&class.name));
    let volume = cluster.volumes.iter().find(|volume| {
        volume.claim.as_ref() == Some(&claim.id) || claim.volume.get() == Some(&volume.name)
    });
    let remote = ["nfs", "smb", "cifs"];
    let is_remote = |text: &str| remote.iter().any(|kind| text.to_lowercase().contains(kind));
    class.is_some_and(|class| is_remote(&class.backend))
        || volume.is_some_and(|volume| volume.driver.get().is_some_and(|driver| is_remote(driver)))
}

/// Whether a name says that the data can be made again.
fn is_scratch(id: &str) -> bool {
    let name = id.split_once('/').map_or(id, |(_, name)| name);
    let words = ["cache", "caches", "tmp", "temp", "scratch", "transcode", "transcodes"];
    name.split(['-', '/', '_', '.']).any(|part| words.contains(&part))
}
