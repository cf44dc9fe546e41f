//! app-template's `persistence`: claims that it makes, and what it mounts.
//!
//! In: the values of a release. Out: [`Claim`]s named as the chart names them, names of claims made
//! elsewhere, [`Mount`]s, and [`VolumeTemplate`]s of stateful sets. Schema:
//! <https://github.com/bjw-s-labs/helm-charts>, versions 1 to 4. An entry without `type` is a claim,
//! and one with `enabled: false` is none.

use super::app_template::{Release, enabled, full_name};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{Claim, Mount, VolumeTemplate};
use super::storage;

/// Claims of a release.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// Claims that the release makes.
    pub(crate) made: Vec<Claim>,
    /// Names of claims that it mounts and does not make.
    pub(crate) existing: Vec<String>,
}

/// The claims that `persistence` makes and mounts.
pub(crate) fn claims(values: &Cursor, release: Release<'_>) -> Claims {
    let name = full_name(values, release);
    let entries = enabled(values, "persistence");
    let items: Vec<_> = entries.into_iter().filter(|(_, item)| is_claim(item)).collect();
    let makes = |item: &Cursor| item.any(&["existingClaim"]).is_none();
    let count = items.iter().filter(|(_, item)| makes(item)).count();
    let mut claims = Claims::default();
    for (key, item) in &items {
        if let Some(existing) = item.any(&["existingClaim"]) {
            claims.existing.extend(existing.node.as_str().map(|text| release.resolve_text(text)));
        } else {
            let name = claim_name(item, key, &name, count, release);
            claims.made.push(claim(item, release, &name));
        }
    }
    claims
}

fn is_claim(item: &Cursor) -> bool {
    matches!(item.node.str_at(&["type"]), None | Some("persistentVolumeClaim" | "pvc" | ""))
}

/// The name that the chart gives the claim of `key`, one of `count` that it makes.
///
/// Before version 4 the key is always part of it; since then only where there are several.
fn claim_name(item: &Cursor, key: &str, name: &str, count: usize, release: Release<'_>) -> String {
    let text = |field: &str| {
        let value = item.any(&[field])?;
        value.node.as_str().map(|text| release.resolve_text(text))
    };
    if let Some(part) = text("nameOverride").filter(|_| release.major.is_none_or(|major| major < 4))
    {
        return if part == "-" { name.to_owned() } else { format!("{name}-{part}") };
    }
    if release.major.is_some_and(|major| major < 4) {
        return if key == name { name.to_owned() } else { format!("{name}-{key}") };
    }
    if let Some(renamed) = text("forceRename") {
        return renamed.to_lowercase();
    }
    let mut full = name.to_owned();
    if let Some(prefix) = text("prefix").filter(|prefix| *prefix != full) {
        full = format!("{prefix}-{full}");
    }
    let suffixes = [(count > 1).then(|| key.to_owned()), text("suffix")];
    for suffix in suffixes.into_iter().flatten() {
        if !full.ends_with(&format!("-{suffix}")) {
            full = format!("{full}-{suffix}");
        }
    }
    full.to_lowercase()
}

fn claim(item: &Cursor, release: Release<'_>, name: &str) -> Claim {
    let fact = |key: &str, reason: &str| release.resolve(item.fact(key, reason));
    Claim {
        id: format!("{}/{name}", release.namespace),
        class: fact("storageClass", "the cluster's default class"),
        size: fact("size", "not set"),
        access: fact("accessMode", "not set"),
        from_values: true,
        app: None,
        labels: item.map_at(&["labels"]),
        volume: fact("volumeName", "not set"),
        filled_from: storage::filled_from(Some(item)),
        backups: vec![],
        source: item.source(),
    }
}

/// Everything that `persistence` mounts.
pub(crate) fn mounts(values: &Cursor, release: Release<'_>, user: &str) -> Vec<Mount> {
    let name = full_name(values, release);
    let entries = enabled(values, "persistence");
    let makes = |item: &Cursor| is_claim(item) && item.any(&["existingClaim"]).is_none();
    let count = entries.iter().filter(|(_, item)| makes(item)).count();
    let mount = |(key, item): &(String, Cursor)| {
        let kind = match item.node.str_at(&["type"]) {
            _ if is_claim(item) => "persistentVolumeClaim",
            Some(kind) => kind,
            None => "persistentVolumeClaim",
        };
        let target = match kind {
            "persistentVolumeClaim" => item.any(&["existingClaim"]).map_or_else(
                || Fact::known(claim_name(item, key, &name, count, release), item.source()),
                |existing| release.resolve(existing.text()),
            ),
            _ => release.resolve(target(kind, item)),
        };
        let claim = target.get().filter(|_| kind == "persistentVolumeClaim");
        let (paths, read_only) = paths(item, key);
        Mount {
            user: user.to_owned(),
            name: key.clone(),
            claim: claim.map(|claim| format!("{}/{claim}", release.namespace)),
            kind: kind.to_owned(),
            target,
            paths: paths.into_iter().map(|path| release.resolve(path)).collect(),
            read_only,
            source: item.source(),
        }
    };
    entries.iter().map(mount).collect()
}

/// What an entry that is no claim mounts.
fn target(kind: &str, item: &Cursor) -> Fact<String> {
    let keys: &[&str] = match kind {
        "nfs" => &["path"],
        "hostPath" => &["hostPath", "path"],
        "configMap" | "secret" => &["name", "identifier", "objectName"],
        "custom" => return custom(item),
        "image" => &["image", "reference"],
        _ => &[],
    };
    item.any_fact(keys, "nothing by name")
}

/// The kind of source that a `volumeSpec` of one's own holds.
fn custom(item: &Cursor) -> Fact<String> {
    let spec = item.get("volumeSpec").map(|spec| spec.entries()).unwrap_or_default();
    let first = spec.into_iter().next();
    first.map_or_else(
        || Fact::unknown("nothing by name"),
        |(kind, value)| Fact::known(kind.to_owned(), value.source()),
    )
}

/// Paths of an entry, and whether all are read-only; `/key` where none is written.
fn paths(item: &Cursor, key: &str) -> (Vec<Fact<String>>, bool) {
    let mut mounts = item.list("globalMounts");
    let controllers = item.get("advancedMounts").map(|all| all.entries()).unwrap_or_default();
    for (_, controller) in controllers {
        for (_, container) in controller.entries() {
            mounts.extend(container.items());
        }
    }
    let written = item.get("mountPath").map(|path| path.text());
    let mut paths: Vec<_> =
        mounts.iter().filter_map(|mount| Some(mount.get("path")?.text())).chain(written).collect();
    if paths.is_empty() && item.get("advancedMounts").is_none() {
        paths.push(Fact::known(format!("/{key}"), item.source()));
    }
    let all = !mounts.is_empty() && mounts.iter().all(|mount| mount.is_true("readOnly"));
    (paths, all || item.is_true("readOnly"))
}

/// The `volumeClaimTemplates` of stateful sets.
pub(crate) fn templates(
    values: &Cursor,
    release: Release<'_>,
    app: Option<&str>,
) -> Vec<VolumeTemplate> {
    let name = full_name(values, release);
    let controllers = enabled(values, "controllers");
    let single = controllers.len() == 1;
    let mut found = Vec::new();
    for (key, controller) in &controllers {
        let owner = if single { name.clone() } else { format!("{name}-{key}") };
        let replicas = controller.fact("replicas", "not set, which means 1").parse();
        for entry in controller.list_at(&["statefulset", "volumeClaimTemplates"]) {
            found.extend(template(&entry, release, &owner, &replicas, app));
        }
    }
    // Version 1 has one controller, and its templates at the top.
    let replicas = values.fact_at(&["controller", "replicas"], "not set, which means 1").parse();
    for entry in values.list("volumeClaimTemplates") {
        found.extend(template(&entry, release, &name, &replicas, app));
    }
    found
}

fn template(
    entry: &Cursor,
    release: Release<'_>,
    owner: &str,
    replicas: &Fact<u32>,
    app: Option<&str>,
) -> Option<VolumeTemplate> {
    let fact = |key: &str, reason: &str| release.resolve(entry.fact(key, reason));
    let name = fact("name", "not set").get()?.clone();
    Some(VolumeTemplate {
        id: format!("{}/{owner}/{name}", release.namespace),
        made_by: "app-template".to_owned(),
        claim_prefix: Some(format!("{name}-{owner}-")),
        class: fact("storageClass", "the cluster's default class"),
        size: fact("size", "not set"),
        access: fact("accessMode", "not set"),
        replicas: replicas.clone(),
        app: app.map(str::to_owned),
        backups: vec![],
        source: entry.source(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::hostile;
    use crate::source::{Sources, parse};

    fn with_values<T>(text: &str, read: impl FnOnce(&Cursor) -> T) -> T {
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let (documents, _) = parse(&sources);
        let root = &documents.iter().next().expect("a document").root;
        read(&Cursor::new(root, &sources))
    }

    fn release(major: Option<u32>) -> Release<'static> {
        Release { namespace: "media", name: "tube", major }
    }

    /// Names of claims of version `major`.
    fn check(text: &str, major: u32, expected: &[&str]) {
        with_values(text, |values| {
            let claims = claims(values, release(Some(major)));
            let names: Vec<_> =
                claims.made.iter().map(|claim| claim.id.trim_start_matches("media/")).collect();
            assert_eq!(names, expected, "{text} {major}");
        });
    }

    #[test]
    fn names_follow_the_version() {
        let one = "persistence: {config: {size: 1Gi}}\n";
        check(one, 4, &["tube"]);
        check(one, 3, &["tube-config"]);
        check("persistence: {tube: {}}\n", 3, &["tube"]);
        check("persistence: {a: {}, b: {}}\n", 4, &["tube-a", "tube-b"]);
        check("persistence: {a: {suffix: x}, b: {forceRename: Y}}\n", 4, &["tube-a-x", "y"]);
        check("persistence: {a: {prefix: p, suffix: s}}\n", 4, &["p-tube-s"]);
        check(
            "persistence: {a: {nameOverride: '-'}, b: {nameOverride: x}}\n",
            3,
            &["tube", "tube-x"],
        );
        check("persistence: {a: {enabled: false}, b: {type: pvc}, c: 1, d: [x]}\n", 4, &["tube"]);
        // What is mounted but made elsewhere, and volumes of other types, do not count as several.
        let lone = "persistence: {a: {existingClaim: x}, b: {type: emptyDir}, c: {}}\n";
        check(lone, 5, &["tube"]);
        check(lone, 3, &["tube-c"]);
        // Version 4 no longer knows this key.
        check("persistence: {a: {nameOverride: x}}\n", 4, &["tube"]);
    }

    #[test]
    fn mounts_name_claims_and_paths() {
        let text = "persistence:\n  config: {existingClaim: '{{ .Release.Name }}'}\n  cache: {globalMounts: [{path: /c}]}\n  \
                    films: {type: nfs, server: nas, path: /tank, globalMounts: [{path: /films, readOnly: true}]}\n  \
                    tmp: {type: emptyDir, advancedMounts: {main: {app: [{path: /tmp, subPath: a}]}}}\n";
        let mounts = with_values(text, |values| mounts(values, release(Some(4)), "media/tube"));
        let line = |mount: &Mount| {
            let paths: Vec<_> = mount.paths.iter().map(Fact::shown).collect();
            let claim = mount.claim.as_deref().unwrap_or("-");
            format!(
                "{} {claim} {} {} {}",
                mount.kind,
                mount.target.shown(),
                paths.join(","),
                mount.read_only
            )
        };
        assert_eq!(
            mounts.iter().map(line).collect::<Vec<_>>(),
            [
                "persistentVolumeClaim media/tube tube /config false",
                "persistentVolumeClaim media/tube tube /c false",
                "nfs - /tank /films true",
                "emptyDir - — /tmp false",
            ]
        );
    }

    #[test]
    fn stateful_sets_have_templates() {
        let text = "controllers: {main: {type: statefulset, replicas: 2, statefulset: {volumeClaimTemplates: [{name: data, size: 1Gi}, {}]}}}\n";
        let found =
            with_values(text, |values| templates(values, release(None), Some("media/tube")));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id.as_str(), found[0].replicas.get()), ("media/tube/data", Some(&2)));
        assert_eq!(found[0].claim_prefix.as_deref(), Some("data-tube-"));
    }

    #[test]
    fn wrong_types_are_survived() {
        let text = "global:\n  nameOverride: x\npersistence:\n  config:\n    type: persistentVolumeClaim\n    \
                    size: 1Gi\n    globalMounts:\n      - path: /a\n        readOnly: true\n    labels:\n      a: b\n  \
                    old:\n    existingClaim: y\n    advancedMounts:\n      main:\n        app: []\n\
                    controllers:\n  main:\n    statefulset:\n      volumeClaimTemplates:\n        - name: x\n";
        for text in hostile(text) {
            with_values(&text, |values| {
                let claims = claims(values, release(None));
                let count = mounts(values, release(None), "a")
                    .iter()
                    .filter(|one| one.kind == "persistentVolumeClaim")
                    .count();
                assert!(claims.made.len() + claims.existing.len() <= count);
                templates(values, release(None), None);
            });
        }
    }
}
