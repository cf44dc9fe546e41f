//! Ceph, as Rook runs it or connects to it: [`collect`].
//!
//! In: Rook's objects, the values of its chart, and the ConfigMap with the addresses of monitors of
//! an external cluster. Out: [`CephCluster`]s with pools. Keys of Ceph are never read.

use super::context::{Context, Values, make_unique};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{CephCluster, CephPool, StorageClass};
use super::natural;
use crate::gitops::Object;

/// The API group of Rook.
const ROOK: &str = "ceph.rook.io";
/// The ConfigMap in which Rook keeps monitors.
const MONITORS: &str = "rook-ceph-mon-endpoints";
/// Kinds of pools with the path to how they copy.
const POOLS: [(&str, &str, &[&str]); 4] = [
    ("CephBlockPool", "cephBlockPools", &["spec"]),
    ("CephFilesystem", "cephFileSystems", &["spec", "dataPools"]),
    ("CephObjectStore", "cephObjectStores", &["spec", "dataPool"]),
    ("CephNFS", "cephNFS", &["spec"]),
];

/// All Ceph clusters, by id.
pub(crate) fn collect(context: &Context, classes: &[StorageClass]) -> Vec<CephCluster> {
    let objects = context.of(ROOK, "CephCluster");
    let mut found: Vec<_> =
        objects.map(|(object, root)| of_object(context, object, &root, classes)).collect();
    let charts = context.values().filter(|values| values.chart == "rook-ceph-cluster");
    found.extend(charts.map(|values| of_chart(context, &values, classes)));
    make_unique(&mut found, |one| (&mut one.id, "cluster"));
    natural::sort_by(&mut found, |one| &one.id);
    found
}

fn of_object(
    context: &Context,
    object: &Object,
    root: &Cursor,
    classes: &[StorageClass],
) -> CephCluster {
    let spec = root.get("spec");
    let mut pools = pools_of(context, object.namespace.as_deref());
    let external = is_external(spec.as_ref());
    if external {
        pools.extend(named_by(classes, &pools));
    }
    join(cluster(context, object, object.id(), spec.as_ref(), pools), classes)
}

fn of_chart(context: &Context, values: &Values, classes: &[StorageClass]) -> CephCluster {
    let spec = values.root.get("cephClusterSpec");
    let mut pools = pools_of(context, Some(values.release.namespace));
    for (kind, key, path) in POOLS {
        for item in values.root.list(key) {
            pools.extend(item.get("name").map(|name| pool(kind, name.text().shown(), &item, path)));
        }
    }
    if is_external(spec.as_ref()) {
        pools.extend(named_by(classes, &pools));
    }
    let id = format!("{}/{}", values.release.namespace, values.release.name);
    join(cluster(context, values.object, id, spec.as_ref(), pools), classes)
}

fn is_external(spec: Option<&Cursor>) -> bool {
    spec.and_then(|spec| spec.get("external")).is_some_and(|external| external.is_true("enable"))
}

fn cluster(
    context: &Context,
    object: &Object,
    id: String,
    spec: Option<&Cursor>,
    pools: Vec<CephPool>,
) -> CephCluster {
    let unknown = || Fact::unknown("the chart's default");
    let nodes = spec.map(|spec| spec.list_at(&["storage", "nodes"])).unwrap_or_default();
    CephCluster {
        id,
        external: is_external(spec),
        image: spec.map_or_else(unknown, |spec| {
            spec.fact_at(&["cephVersion", "image"], "the chart's default")
        }),
        monitors: monitors(context, object),
        nodes: nodes.iter().filter_map(|node| Some(node.get("name")?.text())).collect(),
        pools,
        source: context.source(object),
    }
}

/// Addresses of monitors as `name=address`, from Rook's own short form.
fn monitors(context: &Context, near: &Object) -> Vec<Fact<String>> {
    let mut maps = context
        .near("", "ConfigMap", near.namespace.as_deref())
        .filter(|(object, _)| object.name == MONITORS);
    let Some(text) = maps.next().and_then(|(_, root)| root.at(&["data", "data"])) else {
        return vec![];
    };
    let fact = text.text();
    let Some(all) = fact.get() else { return vec![fact] };
    let parts = all.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| fact.clone().map(|_| part.to_owned())).collect()
}

fn pools_of(context: &Context, namespace: Option<&str>) -> Vec<CephPool> {
    let of = |(kind, _, path): (&'static str, &str, &'static [&'static str])| {
        let near = context.near(ROOK, kind, namespace);
        near.map(|(object, root)| CephPool {
            source: context.source(object),
            ..pool(kind, &object.name, &root, path)
        })
        .collect::<Vec<_>>()
    };
    POOLS.into_iter().flat_map(of).collect()
}

fn pool(kind: &str, name: &str, root: &Cursor, path: &[&str]) -> CephPool {
    let at = root.at(path);
    let first = at.as_ref().map(|at| at.items().into_iter().next().unwrap_or_else(|| at.clone()));
    CephPool {
        name: name.to_owned(),
        kind: kind.to_owned(),
        copies: copies(first.as_ref()),
        classes: vec![],
        source: root.source(),
    }
}

/// How a pool copies: `3`, or `2+1` for erasure coding.
fn copies(pool: Option<&Cursor>) -> Fact<String> {
    let none = || Fact::unknown("not set");
    let Some(pool) = pool else { return none() };
    if let Some(size) = pool.at(&["replicated", "size"]) {
        return size.text();
    }
    let Some(coded) = pool.get("erasureCoded") else { return none() };
    let coding = coded.fact("codingChunks", "not set");
    coded.fact("dataChunks", "not set").map(|data| format!("{data}+{}", coding.shown()))
}

/// Pools of an external cluster that only storage classes name.
fn named_by(classes: &[StorageClass], known: &[CephPool]) -> Vec<CephPool> {
    let mut found: Vec<CephPool> = Vec::new();
    for class in classes.iter().filter(|class| class.backend == "Ceph") {
        let (Some(name), Some(source)) = (class.pool.get(), &class.pool.source) else { continue };
        if known.iter().chain(&found).any(|pool| pool.name == *name) {
            continue;
        }
        let is_file_system = class.provisioner.shown().contains("cephfs");
        found.push(CephPool {
            name: name.clone(),
            kind: if is_file_system { "CephFilesystem" } else { "CephBlockPool" }.to_owned(),
            copies: Fact::unknown("the pool is outside of this cluster"),
            classes: vec![],
            source: source.clone(),
        });
    }
    found
}

/// Names the classes of each pool.
fn join(mut cluster: CephCluster, classes: &[StorageClass]) -> CephCluster {
    for pool in &mut cluster.pools {
        let uses =
            |class: &&StorageClass| class.backend == "Ceph" && class.pool.get() == Some(&pool.name);
        pool.classes = classes.iter().filter(uses).map(|class| class.name.clone()).collect();
    }
    natural::sort_by(&mut cluster.pools, |pool| &pool.name);
    cluster
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};
    use crate::inventory::storage;

    const EXTERNAL: &str = "apiVersion: ceph.rook.io/v1\nkind: CephCluster\nmetadata:\n  name: ceph\n  namespace: rook\nspec:\n  \
        external:\n    enable: true\n  cephVersion:\n    image: quay.io/ceph/ceph:v19\n---\napiVersion: v1\nkind: ConfigMap\n\
        metadata:\n  name: rook-ceph-mon-endpoints\n  namespace: rook\ndata:\n  data: a=192.0.2.1:6789,b=192.0.2.2:6789\n---\n\
        apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: block\nprovisioner: rook.rbd.csi.ceph.com\n\
        parameters:\n  pool: rbd\n";
    const INTERNAL: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: ceph\n  namespace: rook\n\
        spec:\n  chart:\n    spec:\n      chart: rook-ceph-cluster\n  values:\n    cephClusterSpec:\n      storage:\n        nodes:\n          \
        - name: one\n    cephBlockPools:\n      - name: replicated\n        spec:\n          replicated:\n            size: 3\n    \
        cephFileSystems:\n      - name: shared\n        spec:\n          dataPools:\n            - erasureCoded:\n                \
        dataChunks: 2\n                codingChunks: 1\n";

    fn read(text: &str) -> Vec<CephCluster> {
        with_context(text, |context| {
            let classes: Vec<_> = context
                .of("storage.k8s.io", "StorageClass")
                .map(|(object, root)| storage::class(object, &root))
                .collect();
            collect(context, &classes)
        })
    }

    fn pools(cluster: &CephCluster) -> Vec<String> {
        let line = |pool: &CephPool| {
            format!(
                "{} {} {} {}",
                pool.kind,
                pool.name,
                pool.copies.shown(),
                pool.classes.join(",")
            )
        };
        cluster.pools.iter().map(line).collect()
    }

    #[test]
    fn external_clusters_have_monitors_and_named_pools() {
        let found = read(EXTERNAL);
        assert!(found[0].external);
        let monitors: Vec<_> = found[0].monitors.iter().map(Fact::shown).collect();
        assert_eq!(monitors, ["a=192.0.2.1:6789", "b=192.0.2.2:6789"]);
        assert_eq!(pools(&found[0]), ["CephBlockPool rbd — block"]);
    }

    #[test]
    fn internal_clusters_have_pools_of_the_chart() {
        let found = read(INTERNAL);
        assert_eq!((found[0].external, found[0].nodes[0].shown()), (false, "one"));
        assert_eq!(pools(&found[0]), ["CephBlockPool replicated 3 ", "CephFilesystem shared 2+1 "]);
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in [EXTERNAL, INTERNAL].into_iter().flat_map(hostile) {
            assert!(read(&text).len() <= 1, "{text}");
        }
    }
}
