//! Storage classes and the claims that are objects of their own.
//!
//! In: effective objects. Out: [`StorageClass`]es and [`Claim`]s. Classes that a chart makes are
//! not visible.

use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{Claim, StorageClass};
use crate::gitops::Object;

/// A StorageClass object.
pub(crate) fn class(object: &Object, root: &Cursor) -> StorageClass {
    let provisioner = root.fact("provisioner", "not set");
    StorageClass {
        name: object.name.clone(),
        backend: backend(provisioner.shown()),
        provisioner,
        source: super::source_of(object, root.sources),
    }
}

/// What a driver belongs to, by its name.
fn backend(provisioner: &str) -> String {
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

/// A PersistentVolumeClaim object.
pub(crate) fn claim(object: &Object, root: &Cursor) -> Claim {
    let at = |path: &[&str], reason: &str| {
        root.at(path).map_or_else(|| Fact::unknown(reason), |value| value.text())
    };
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
        size: at(&["spec", "resources", "requests", "storage"], "not set"),
        access: root
            .texts(&["spec", "accessModes"])
            .into_iter()
            .next()
            .unwrap_or_else(|| Fact::unknown("not set")),
        from_values: false,
        app: None,
        source: super::source_of(object, root.sources),
    }
}

/// Names of the claims that a pod spec mounts.
pub(crate) fn mounted(pod: &Cursor) -> Vec<String> {
    let name = |volume: &Cursor| {
        let claim = volume.at(&["persistentVolumeClaim", "claimName"])?;
        claim.node.as_str().map(str::to_owned)
    };
    pod.list("volumes").iter().filter_map(name).collect()
}
