//! Storage classes, claims and volumes that are objects of their own.
//!
//! In: effective objects. Out: [`StorageClass`]es, [`Claim`]s and [`Volume`]s. What charts make of
//! their values is read in `chart_storage` and `persistence`.

use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{Claim, StorageClass, Volume};
use crate::gitops::Object;

/// Annotations that make a class the default.
const DEFAULT_KEYS: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];
/// Parameters that name where volumes come from, the most telling one first.
const POOL_KEYS: [&str; 9] =
    ["fsName", "pool", "poolname", "volgroup", "share", "source", "path", "basePath", "storage"];

/// A `StorageClass` object.
pub(crate) fn class(object: &Object, root: &Cursor) -> StorageClass {
    let provisioner = root.fact("provisioner", "not set");
    let parameters = root.get("parameters");
    let annotations = root.at(&["metadata", "annotations"]);
    let is_default = DEFAULT_KEYS
        .iter()
        .any(|key| annotations.as_ref().and_then(|all| all.node.str_at(&[key])) == Some("true"));
    StorageClass {
        name: object.name.clone(),
        backend: backend(provisioner.shown()),
        provisioner,
        pool: pool(parameters.as_ref()),
        reclaim_policy: root.fact("reclaimPolicy", "not set, which means `Delete`"),
        is_default,
        from_values: false,
        source: super::source_of(object, root.sources),
    }
}

/// The pool, file system or share that a class's parameters name.
pub(crate) fn pool(parameters: Option<&Cursor>) -> Fact<String> {
    let none = || Fact::unknown("its parameters name no pool");
    parameters.map_or_else(none, |all| all.any_fact(&POOL_KEYS, "its parameters name no pool"))
}

/// What a driver belongs to, by its name.
pub(crate) fn backend(provisioner: &str) -> String {
    let known = [
        ("ceph.com", "Ceph"),
        ("nfs", "NFS"),
        ("longhorn", "Longhorn"),
        ("openebs", "OpenEBS"),
        ("local-path", "Local"),
        ("no-provisioner", "Local"),
        ("iscsi", "iSCSI"),
        ("smb", "SMB"),
    ];
    let found = known.iter().find(|(part, _)| provisioner.contains(part));
    found.map_or(provisioner, |(_, name)| name).to_owned()
}

/// A `PersistentVolumeClaim` object.
pub(crate) fn claim(object: &Object, root: &Cursor) -> Claim {
    // An empty class is written on purpose: the claim takes a volume that exists, by name.
    let class = match (root.at(&["spec", "storageClassName"]), root.at(&["spec", "volumeName"])) {
        (Some(class), _) if class.node.as_str() != Some("") => class.text(),
        (Some(_), Some(volume)) => {
            Fact::unknown(format!("none: it takes the volume `{}`", volume.text().shown()))
        }
        (Some(_), None) => Fact::unknown("none: it takes a volume without a class"),
        (None, _) => Fact::unknown("the cluster's default class"),
    };
    Claim {
        id: object.id(),
        class,
        size: root.fact_at(&["spec", "resources", "requests", "storage"], "not set"),
        access: first_access(root, &["spec", "accessModes"]),
        from_values: false,
        app: None,
        labels: root.map_at(&["metadata", "labels"]),
        volume: root.fact_at(&["spec", "volumeName"], "not set"),
        filled_from: filled_from(root.get("spec").as_ref()),
        backups: vec![],
        source: super::source_of(object, root.sources),
    }
}

/// The first access mode of a list.
pub(crate) fn first_access(root: &Cursor, path: &[&str]) -> Fact<String> {
    root.texts(path).into_iter().next().unwrap_or_else(|| Fact::unknown("not set"))
}

/// `Kind/name` of the data source of a claim's spec.
pub(crate) fn filled_from(spec: Option<&Cursor>) -> Fact<String> {
    let reference = spec.and_then(|spec| {
        ["dataSourceRef", "dataSource"]
            .iter()
            .find_map(|key| spec.get(key)?.get("name").and(spec.get(key)))
    });
    let Some(reference) = reference else { return Fact::unknown("nothing: it starts empty") };
    let kind = reference.node.str_at(&["kind"]).unwrap_or_default().to_owned();
    reference.fact("name", "not set").map(|name| format!("{kind}/{name}"))
}

/// A `PersistentVolume` object.
pub(crate) fn volume(object: &Object, root: &Cursor) -> Volume {
    let spec = root.get("spec");
    let (driver, server, path) = backing(spec.as_ref());
    let claim = root.at(&["spec", "claimRef"]).and_then(|claim| {
        let name = claim.node.str_at(&["name"])?;
        Some(format!("{}/{name}", claim.node.str_at(&["namespace"])?))
    });
    Volume {
        name: object.name.clone(),
        class: root.fact_at(&["spec", "storageClassName"], "none"),
        size: root.fact_at(&["spec", "capacity", "storage"], "not set"),
        access: first_access(root, &["spec", "accessModes"]),
        driver,
        server,
        path,
        claim,
        reclaim_policy: root
            .fact_at(&["spec", "persistentVolumeReclaimPolicy"], "not set, which means `Retain`"),
        source: super::source_of(object, root.sources),
    }
}

/// Kinds of volume sources, with the keys of the server and of the path.
const SOURCES: [(&str, &[&str], &[&str]); 7] = [
    ("nfs", &["server"], &["path"]),
    ("iscsi", &["targetPortal"], &["iqn"]),
    ("hostPath", &[], &["path"]),
    ("local", &[], &["path"]),
    ("cephfs", &["monitors"], &["path"]),
    ("rbd", &["monitors"], &["image"]),
    ("glusterfs", &["endpoints"], &["path"]),
];

/// Driver, server and path of a volume's spec.
fn backing(spec: Option<&Cursor>) -> (Fact<String>, Fact<String>, Fact<String>) {
    let none = |what: &str| Fact::unknown(format!("no {what} is named"));
    let unknown = || (none("driver"), none("server"), none("path"));
    let Some(spec) = spec else { return unknown() };
    if let Some(csi) = spec.get("csi") {
        let attributes = csi.get("volumeAttributes").unwrap_or_else(|| csi.clone());
        let handle = csi.fact("volumeHandle", "no path is named");
        return (
            csi.fact("driver", "no driver is named"),
            attributes.any_fact(&["server", "source", "clusterID"], "no server is named"),
            attributes.any_fact(&["share", "subDir", "path"], "no path is named").or(handle),
        );
    }
    let found =
        SOURCES.iter().find_map(|(kind, server, path)| Some((kind, server, path, spec.get(kind)?)));
    found.map_or_else(unknown, |(kind, server, path, source)| {
        let driver = Fact::known((*kind).to_owned(), source.source());
        let server = source.any_fact(server, "no server is named");
        (driver, server, source.any_fact(path, "no path is named"))
    })
}

/// Names of the claims that a pod spec mounts.
pub(crate) fn mounted(pod: &Cursor) -> Vec<String> {
    let name = |volume: &Cursor| {
        let claim = volume.at(&["persistentVolumeClaim", "claimName"])?;
        claim.node.as_str().map(str::to_owned)
    };
    pod.list("volumes").iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const CLASS: &str = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: block\n  \
        annotations:\n    storageclass.kubernetes.io/is-default-class: \"true\"\n\
        provisioner: rook-ceph.rbd.csi.ceph.com\nreclaimPolicy: Retain\nparameters:\n  pool: replicated\n";
    const VOLUME: &str = "apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: films\nspec:\n  \
        capacity:\n    storage: 1Ti\n  accessModes:\n    - ReadOnlyMany\n  nfs:\n    server: 192.0.2.8\n    \
        path: /tank/films\n  claimRef:\n    namespace: media\n    name: films\n";
    const CLAIM: &str = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: config\n  \
        namespace: media\n  labels:\n    backup: daily\nspec:\n  dataSourceRef:\n    kind: Restore\n    \
        name: config\n  resources:\n    requests:\n      storage: 5Gi\n  storageClassName: block\n";

    #[test]
    fn classes_tell_pool_and_default() {
        with_context(CLASS, |context| {
            let (object, root) = context.of("storage.k8s.io", "StorageClass").next().unwrap();
            let class = class(object, &root);
            assert_eq!((class.backend.as_str(), class.pool.shown()), ("Ceph", "replicated"));
            assert_eq!((class.is_default, class.reclaim_policy.shown()), (true, "Retain"));
        });
    }

    #[test]
    fn volumes_tell_server_path_and_claim() {
        with_context(VOLUME, |context| {
            let (object, root) = context.of("", "PersistentVolume").next().unwrap();
            let volume = volume(object, &root);
            let shown = [&volume.driver, &volume.server, &volume.path, &volume.access];
            assert_eq!(shown.map(Fact::shown), ["nfs", "192.0.2.8", "/tank/films", "ReadOnlyMany"]);
            assert_eq!(volume.claim.as_deref(), Some("media/films"));
            assert_eq!(volume.server.source.unwrap().line, 11);
        });
        let csi = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: x}\nspec: {csi: {driver: nfs.csi.k8s.io,\n  \
                   volumeAttributes: {server: nas, share: /a}}}\n";
        with_context(csi, |context| {
            let (object, root) = context.of("", "PersistentVolume").next().unwrap();
            let volume = volume(object, &root);
            assert_eq!((volume.server.shown(), volume.path.shown()), ("nas", "/a"));
        });
    }

    #[test]
    fn claims_tell_what_fills_them() {
        with_context(CLAIM, |context| {
            let (object, root) = context.of("", "PersistentVolumeClaim").next().unwrap();
            let claim = claim(object, &root);
            assert_eq!((claim.filled_from.shown(), claim.size.shown()), ("Restore/config", "5Gi"));
            assert_eq!(claim.labels["backup"].shown(), "daily");
        });
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in [CLASS, VOLUME, CLAIM].into_iter().flat_map(hostile) {
            with_context(&text, |context| {
                for (object, root) in context.objects() {
                    let (class, claim) = (class(object, &root), claim(object, &root));
                    assert_eq!((class.name, claim.id), (object.name.clone(), object.id()));
                    assert_eq!(volume(object, &root).name, object.name);
                }
            });
        }
    }
}
