//! Storage classes that charts make of their values: [`classes`].
//!
//! In: values of charts that are known to make classes. Out: [`StorageClass`]es whose names stand
//! in the values. A class that a chart makes by default, unasked, is not visible.

use super::context::{Context, Values};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::StorageClass;
use super::storage;

/// Where a chart takes classes, and what they belong to.
struct Place {
    /// Name of the chart.
    chart: &'static str,
    /// Path to a map, to a list, or to a map of maps.
    path: &'static [&'static str],
    /// Key of the class within each entry, where the entry is something else.
    inner: Option<&'static str>,
    backend: &'static str,
}

const fn place(
    chart: &'static str,
    path: &'static [&'static str],
    inner: Option<&'static str>,
    backend: &'static str,
) -> Place {
    Place { chart, path, inner, backend }
}

/// Charts, from the documentation of their values.
const PLACES: [Place; 15] = [
    place("rook-ceph-cluster", &["cephBlockPools"], Some("storageClass"), "Ceph"),
    place("rook-ceph-cluster", &["cephFileSystems"], Some("storageClass"), "Ceph"),
    place("rook-ceph-cluster", &["cephObjectStores"], Some("storageClass"), "Ceph"),
    place("openebs", &["localpv-provisioner", "hostpathClass"], None, "OpenEBS"),
    place("localpv-provisioner", &["hostpathClass"], None, "OpenEBS"),
    place("democratic-csi", &["storageClasses"], None, "democratic-csi"),
    place("csi-driver-nfs", &["storageClass"], None, "NFS"),
    place("csi-driver-nfs", &["storageClasses"], None, "NFS"),
    place("csi-driver-smb", &["storageClass"], None, "SMB"),
    place("nfs-subdir-external-provisioner", &["storageClass"], None, "NFS"),
    place("local-path-provisioner", &["storageClass"], None, "Local"),
    place("synology-csi", &["storageClasses"], None, "iSCSI"),
    place("proxmox-csi-plugin", &["storageClass"], None, "Proxmox"),
    place("topolvm", &["storageClasses"], None, "TopoLVM"),
    place("piraeus-operator", &["storageClasses"], None, "LINSTOR"),
];

/// All storage classes that charts make.
pub(crate) fn classes(context: &Context) -> Vec<StorageClass> {
    let of = |values: Values<'_>| {
        let places = PLACES.iter().filter(|place| place.chart == values.chart);
        places.flat_map(|place| of_place(&values.root, place)).collect::<Vec<_>>()
    };
    context.values().flat_map(of).collect()
}

fn of_place(root: &Cursor, place: &Place) -> Vec<StorageClass> {
    let Some(at) = root.at(place.path) else { return vec![] };
    let mut entries: Vec<(Option<String>, Cursor)> =
        at.items().into_iter().map(|item| (None, item)).collect();
    if at.any(&["name", "create", "enabled"]).is_some() {
        entries.push((None, at.clone()));
    } else {
        let maps = at.entries().into_iter().filter(|(_, map)| !map.entries().is_empty());
        entries.extend(maps.map(|(key, map)| (Some(key.to_owned()), map)));
    }
    entries.into_iter().filter_map(|(key, entry)| class(&entry, key, place)).collect()
}

fn class(entry: &Cursor, key: Option<String>, place: &Place) -> Option<StorageClass> {
    let own = match place.inner {
        Some(inner) => entry.get(inner)?,
        None => entry.clone(),
    };
    let is_off = |key: &str| own.get(key).and_then(|flag| flag.node.as_bool()) == Some(false);
    let name = own.node.str_at(&["name"]).map(str::to_owned).or(key)?;
    if is_off("enabled") || is_off("create") || name.is_empty() {
        return None;
    }
    let defaults = ["isDefault", "isDefaultClass", "defaultClass", "default"];
    // Where the class stands within a pool, the pool has a name of its own.
    let named: &[&str] = if place.inner.is_some() { &["name"] } else { &["basePath", "storage"] };
    let pool = storage::pool(own.get("parameters").as_ref());
    Some(StorageClass {
        name,
        provisioner: own.any_fact(&["provisioner", "provisionerName"], "the chart's own driver"),
        backend: place.backend.to_owned(),
        pool: pool.or(entry.any_fact(named, "its parameters name no pool")),
        reclaim_policy: own.fact("reclaimPolicy", "the chart's default"),
        is_default: defaults.iter().any(|key| own.is_true(key)),
        from_values: true,
        source: own.source(),
    })
}

/// The first of several classes of one name, and what all of them say of its being the default.
pub(crate) fn distinct(classes: &mut Vec<StorageClass>) {
    classes.dedup_by(|later, earlier| {
        let same = later.name == earlier.name;
        if same {
            earlier.is_default |= later.is_default;
            let none = || Fact::unknown("its parameters name no pool");
            earlier.pool = std::mem::replace(&mut earlier.pool, none()).or(later.pool.clone());
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const ROOK: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: ceph\n  namespace: rook\n\
        spec:\n  chart:\n    spec:\n      chart: rook-ceph-cluster\n  values:\n    cephBlockPools:\n      - name: replicated\n        \
        storageClass:\n          enabled: true\n          name: block\n          isDefault: true\n          reclaimPolicy: Delete\n      \
        - name: other\n        storageClass:\n          enabled: false\n          name: off\n";

    fn check(text: &str, expected: &[&str]) {
        with_context(text, |context| {
            let line = |one: &StorageClass| {
                format!("{} {} {} {}", one.name, one.backend, one.pool.shown(), one.is_default)
            };
            assert_eq!(classes(context).iter().map(line).collect::<Vec<_>>(), expected);
        });
    }

    #[test]
    fn lists_maps_and_maps_of_maps() {
        check(ROOK, &["block Ceph replicated true"]);
        let release = |chart: &str, values: &str| {
            format!(
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: a, namespace: b}}\n\
                     spec: {{chart: {{spec: {{chart: {chart}}}}}, values: {values}}}\n"
            )
        };
        let openebs = "{localpv-provisioner: {hostpathClass: {enabled: true, name: local, basePath: /var/x}}}";
        check(&release("openebs", openebs), &["local OpenEBS /var/x false"]);
        check(
            &release("synology-csi", "{storageClasses: {fast: {reclaimPolicy: Delete}}}"),
            &["fast iSCSI — false"],
        );
        check(
            &release("democratic-csi", "{storageClasses: [{name: nas, defaultClass: true}]}"),
            &["nas democratic-csi — true"],
        );
        check(&release("other", "{storageClasses: [{name: nas}]}"), &[]);
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in hostile(ROOK) {
            with_context(&text, |context| assert!(classes(context).len() <= 2, "{text}"));
        }
    }
}
