//! What pods mount, and the shares of file servers.
//!
//! In: effective objects and values of charts. Out: [`Mount`]s and [`Share`]s. Of charts that are
//! not rendered only the names of claims are known, and of kinds that are not known only claims;
//! content of ConfigMaps and Secrets is never read.

use super::context::Context;
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{Mount, Share};
use super::{natural, persistence, workload};
use crate::gitops::Object;

/// Keys of charts and kinds that name a claim.
const CLAIM_KEYS: [&str; 2] = ["existingClaim", "claimName"];
/// What a claim is called where KServe names a model's place.
const CLAIM_URL: &str = "pvc://";
/// Kinds that name claims and mount none.
const NOT_PODS: [&str; 3] = ["PersistentVolume", "PersistentVolumeClaim", "HelmRelease"];

/// Everything that pods mount, by user.
pub(crate) fn collect(context: &Context) -> Vec<Mount> {
    let mut found = Vec::new();
    for values in context.values() {
        let user = values.app.clone().unwrap_or_else(|| values.object.id());
        if values.is_app_template {
            found.extend(persistence::mounts(&values.root, values.release, &user));
        } else {
            let namespace = values.release.namespace;
            found.extend(named_claims(&values.root).iter().map(|at| by_name(at, &user, namespace)));
        }
    }
    for (object, root) in
        context.objects().filter(|(object, _)| !NOT_PODS.contains(&object.kind.as_str()))
    {
        found.extend(of_object(context, object, &root));
    }
    natural::sort_by(&mut found, |mount| &mount.user);
    found
}

fn of_object(context: &Context, object: &Object, root: &Cursor) -> Vec<Mount> {
    let user = context.app_of(object).unwrap_or_else(|| object.id());
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let pod = workload::pod_path(object).and_then(|path| root.at(path));
    let volumes = pod.as_ref().map(|pod| pod.list("volumes")).unwrap_or_default();
    if volumes.is_empty() {
        return named_claims(root).iter().map(|at| by_name(at, &user, namespace)).collect();
    }
    let pod = pod.unwrap_or_else(|| root.clone());
    let mut found: Vec<_> =
        volumes.iter().map(|volume| of_volume(volume, &pod, &user, namespace)).collect();
    let models = named_claims(root);
    let is_url = |at: &&Cursor| at.node.as_str().is_some_and(|text| text.starts_with(CLAIM_URL));
    found.extend(models.iter().filter(is_url).map(|at| by_name(at, &user, namespace)));
    found
}

/// A volume of a pod, with the paths at which containers have it.
fn of_volume(volume: &Cursor, pod: &Cursor, user: &str, namespace: &str) -> Mount {
    let name = volume.node.str_at(&["name"]).unwrap_or_default();
    let entries = volume.entries();
    let source = entries.iter().find(|(key, _)| *key != "name");
    let kind = source.map_or("emptyDir", |(key, _)| key);
    let keys: &[&str] = match kind {
        "persistentVolumeClaim" => &["claimName"],
        "secret" => &["secretName"],
        "configMap" => &["name"],
        "csi" => &["driver"],
        _ => &["path", "name"],
    };
    let target = source.map(|(_, map)| map.any_fact(keys, "nothing by name"));
    let target = target.unwrap_or_else(|| Fact::unknown("nothing by name"));
    let claim = target.get().filter(|_| kind == "persistentVolumeClaim");
    let mounts: Vec<_> = ["initContainers", "containers"]
        .iter()
        .flat_map(|key| pod.list(key))
        .flat_map(|container| container.list("volumeMounts"))
        .filter(|mount| mount.node.str_at(&["name"]) == Some(name))
        .collect();
    Mount {
        user: user.to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        claim: claim.map(|claim| format!("{namespace}/{claim}")),
        target,
        paths: mounts.iter().filter_map(|mount| Some(mount.get("mountPath")?.text())).collect(),
        read_only: !mounts.is_empty() && mounts.iter().all(|mount| mount.is_true("readOnly")),
        source: volume.source(),
    }
}

/// A claim that is named where its mount cannot be seen.
fn by_name(at: &Cursor, user: &str, namespace: &str) -> Mount {
    let target = at.text().map(|text| claim_name(&text).to_owned());
    Mount {
        user: user.to_owned(),
        name: at.source().field,
        kind: "persistentVolumeClaim".to_owned(),
        claim: target.get().map(|claim| format!("{namespace}/{claim}")),
        target,
        paths: vec![],
        read_only: false,
        source: at.source(),
    }
}

fn claim_name(text: &str) -> &str {
    let name = text.strip_prefix(CLAIM_URL).unwrap_or(text);
    name.split('/').next().unwrap_or(name)
}

/// Scalars that name claims, anywhere below a tree.
pub(crate) fn named_claims<'a>(root: &Cursor<'a>) -> Vec<Cursor<'a>> {
    let mut found = root.items().iter().flat_map(named_claims).collect::<Vec<_>>();
    for (key, value) in root.entries() {
        let text = value.node.as_str().unwrap_or_default();
        if !text.is_empty() && (CLAIM_KEYS.contains(&key) || text.starts_with(CLAIM_URL)) {
            found.push(value);
        } else if value.node.is_collection() && !is_off(&value) {
            found.extend(named_claims(&value));
        }
    }
    found
}

/// Names of the claims that a chart's values name.
pub(crate) fn claim_names(root: &Cursor) -> Vec<String> {
    let name = |at: &Cursor| at.text().get().map(|text| claim_name(text).to_owned());
    named_claims(root).iter().filter_map(name).collect()
}

fn is_off(map: &Cursor) -> bool {
    map.get("enabled").and_then(|flag| flag.node.as_bool()) == Some(false)
}

/// Shares of file servers that objects and values name, in the order of users.
pub(crate) fn shares(context: &Context) -> Vec<Share> {
    let mut found = Vec::new();
    for values in context.values() {
        let user = User { app: values.app.clone(), words: format!("app {}", values.object.id()) };
        let mut own = Vec::new();
        user.visit(&values.root, "", &mut own);
        found.extend(own.into_iter().map(|share| Share {
            path: values.release.resolve(share.path),
            server: values.release.resolve(share.server),
            ..share
        }));
    }
    for (object, root) in context.objects().filter(|(object, _)| object.kind != "HelmRelease") {
        let app = context.app_of(object);
        let what = match object.kind.as_str() {
            "PersistentVolume" => "volume",
            "StorageClass" => "class",
            kind => {
                if app.is_some() {
                    "app"
                } else {
                    kind
                }
            }
        };
        let words = format!("{what} {}", app.clone().unwrap_or_else(|| object.id()));
        User { app, words }.visit(&root, "", &mut found);
    }
    natural::sort_by(&mut found, |share| &share.user);
    found
}

/// Who names a share.
struct User {
    app: Option<String>,
    words: String,
}

impl User {
    fn visit(&self, at: &Cursor, key: &str, found: &mut Vec<Share>) {
        if is_off(at) {
            return;
        }
        for item in at.items() {
            self.visit(&item, key, found);
        }
        found.extend(self.share(at, key));
        for (key, value) in at.entries().iter().filter(|(_, value)| value.node.is_collection()) {
            self.visit(value, key, found);
        }
    }

    /// The share that a map names: `nfs: {server, path}`, `type: nfs`, or attributes of a driver.
    fn share(&self, map: &Cursor, key: &str) -> Option<Share> {
        let is_nfs = key == "nfs" || map.node.str_at(&["type"]) == Some("nfs");
        let is_driver = matches!(key, "volumeAttributes" | "parameters");
        let smb = map.get("source").filter(|source| {
            is_driver && source.node.as_str().is_some_and(|text| text.starts_with("//"))
        });
        if let Some(source) = smb {
            let part = |idx: usize| {
                let pick = |text: String| {
                    let mut parts = text.trim_start_matches('/').splitn(2, '/');
                    parts.nth(idx).unwrap_or_default().to_owned()
                };
                source.text().map(pick)
            };
            return Some(self.made("SMB", part(0), part(1), map));
        }
        let server = map.get("server").filter(|server| {
            !server.node.is_collection() && (is_nfs || is_driver && map.get("share").is_some())
        })?;
        let path = map.any_fact(&["path", "share"], "no path is named");
        Some(self.made("NFS", server.text(), path, map))
    }

    fn made(&self, protocol: &str, server: Fact<String>, path: Fact<String>, at: &Cursor) -> Share {
        Share {
            protocol: protocol.to_owned(),
            server,
            path,
            user: self.words.clone(),
            app: self.app.clone(),
            source: at.source(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const PODS: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: films\n  namespace: media\nspec:\n  \
        template:\n    spec:\n      containers:\n        - name: app\n          volumeMounts:\n            - name: config\n              \
        mountPath: /config\n            - name: tank\n              mountPath: /tank\n              readOnly: true\n      \
        volumes:\n        - name: config\n          persistentVolumeClaim:\n            claimName: films\n        - name: tank\n          \
        nfs:\n            server: nas\n            path: /tank\n        - name: keys\n          secret:\n            secretName: keys\n\
        ---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: docs\nspec:\n  csi:\n    driver: smb.csi.k8s.io\n    \
        volumeAttributes:\n      source: //nas/docs/a\n---\napiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n\
        metadata:\n  name: model\n  namespace: ai\nspec:\n  predictor:\n    model:\n      storageUri: pvc://models/x\n\
        ---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: db\n  namespace: ai\nspec:\n  chart:\n    \
        spec:\n      chart: postgresql\n  values:\n    primary:\n      persistence:\n        existingClaim: db-data\n";

    #[test]
    fn mounts_of_pods_models_and_charts() {
        with_context(PODS, |context| {
            let line = |one: &Mount| {
                let paths: Vec<_> = one.paths.iter().map(Fact::shown).collect();
                format!(
                    "{} {} {} {} {}",
                    one.user,
                    one.kind,
                    one.target.shown(),
                    paths.join(","),
                    one.read_only
                )
            };
            assert_eq!(
                collect(context).iter().map(line).collect::<Vec<_>>(),
                [
                    "ai/db persistentVolumeClaim db-data  false",
                    "ai/model persistentVolumeClaim models  false",
                    "media/films persistentVolumeClaim films /config false",
                    "media/films nfs /tank /tank true",
                    "media/films secret keys  false",
                ]
            );
            assert_eq!(collect(context)[0].claim.as_deref(), Some("ai/db-data"));
        });
    }

    #[test]
    fn shares_of_pods_and_volumes() {
        with_context(PODS, |context| {
            let line = |one: &Share| {
                format!("{} {} {} {}", one.user, one.protocol, one.server.shown(), one.path.shown())
            };
            let found: Vec<_> = shares(context).iter().map(line).collect();
            assert_eq!(found, ["app media/films NFS nas /tank", "volume docs SMB nas docs/a"]);
        });
        let values = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: b}\nspec: {chart: \
                      {spec: {chart: app-template}}, values: {persistence: {x: {type: nfs, server: nas, path: '/{{ .Release.Name }}'}, \
                      y: {type: nfs, server: off, path: /, enabled: false}}}}\n";
        with_context(values, |context| {
            let found = shares(context);
            assert_eq!((found.len(), found[0].path.shown()), (1, "/a"));
        });
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in hostile(PODS) {
            with_context(&text, |context| {
                assert!(collect(context).len() <= 5 && shares(context).len() <= 2, "{text}");
            });
        }
    }
}
