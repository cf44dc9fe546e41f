//! Database clusters that operators run.
//!
//! In: effective objects, and the values of CloudNativePG's `cluster` chart. Out:
//! [`DatabaseCluster`]s with the databases that manifests declare in them. Passwords and
//! connection strings are never read.

use super::backup::archive;
use super::context::{Context, Values, make_unique};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{Database, DatabaseCluster};
use super::natural;
use crate::gitops::Object;

/// The API group of CloudNativePG.
const CNPG: &str = "postgresql.cnpg.io";
/// CloudNativePG's chart that makes a cluster.
pub(crate) const CHART: &str = "cluster";

/// A kind of database cluster, and where its object says what.
struct Operated {
    group: &'static str,
    kind: &'static str,
    engine: &'static str,
    operator: &'static str,
    instances: &'static [&'static [&'static str]],
    image: &'static [&'static str],
    class: &'static [&'static str],
    size: &'static [&'static str],
}

/// Kinds by their operators' references.
const KINDS: [Operated; 4] = [
    Operated {
        group: CNPG,
        kind: "Cluster",
        engine: "PostgreSQL",
        operator: "CloudNativePG",
        instances: &[&["spec", "instances"]],
        image: &["spec", "imageName"],
        class: &["spec", "storage", "storageClass"],
        size: &["spec", "storage", "size"],
    },
    Operated {
        group: "postgres-operator.crunchydata.com",
        kind: "PostgresCluster",
        engine: "PostgreSQL",
        operator: "Crunchy Postgres",
        instances: &[&["spec", "instances", "0", "replicas"]],
        image: &["spec", "image"],
        class: &["spec", "instances", "0", "dataVolumeClaimSpec", "storageClassName"],
        size: &[
            "spec",
            "instances",
            "0",
            "dataVolumeClaimSpec",
            "resources",
            "requests",
            "storage",
        ],
    },
    Operated {
        group: "k8s.mariadb.com",
        kind: "MariaDB",
        engine: "MariaDB",
        operator: "mariadb-operator",
        instances: &[&["spec", "replicas"]],
        image: &["spec", "image"],
        class: &["spec", "storage", "storageClassName"],
        size: &["spec", "storage", "size"],
    },
    Operated {
        group: "dragonflydb.io",
        kind: "Dragonfly",
        engine: "Dragonfly",
        operator: "dragonfly-operator",
        instances: &[&["spec", "replicas"]],
        image: &["spec", "image"],
        class: &["spec", "snapshot", "persistentVolumeClaimSpec", "storageClassName"],
        size: &[
            "spec",
            "snapshot",
            "persistentVolumeClaimSpec",
            "resources",
            "requests",
            "storage",
        ],
    },
];

/// All database clusters, by id.
pub(crate) fn collect(context: &Context) -> Vec<DatabaseCluster> {
    let mut found = Vec::new();
    for kind in &KINDS {
        let objects = context.of(kind.group, kind.kind);
        found.extend(objects.map(|(object, root)| cluster(context, kind, object, &root)));
    }
    found.extend(context.values().filter(|values| values.chart == CHART).filter_map(|values| {
        let root = values.root.get("cluster").filter(|root| root.get("storage").is_some())?;
        Some(of_chart(chart_id(&values), &root, context.source(values.object)))
    }));
    make_unique(&mut found, |one| (&mut one.id, &one.engine));
    natural::sort_by(&mut found, |one| &one.id);
    found
}

/// Id of the cluster that the chart makes: of the release's name, with `-cluster` where it is not
/// in it.
pub(crate) fn chart_id(values: &Values) -> String {
    let release = values.release.name;
    let replaced = values.root.any(&["fullnameOverride"]);
    let replaced = replaced.as_ref().and_then(|name| name.node.as_str()).map(str::to_owned);
    let suffix = if release.contains("cluster") { "" } else { "-cluster" };
    let name = replaced.unwrap_or_else(|| format!("{release}{suffix}"));
    format!("{}/{name}", values.release.namespace)
}

/// A path in which a number is the place in a list.
fn at<'a>(root: &Cursor<'a>, path: &[&str]) -> Option<Cursor<'a>> {
    path.iter().try_fold(root.clone(), |cursor, part| match part.parse::<usize>() {
        Ok(idx) => cursor.items().into_iter().nth(idx),
        Err(_) => cursor.get(part),
    })
}

fn fact(root: &Cursor, path: &[&str], reason: &str) -> Fact<String> {
    at(root, path).map_or_else(|| Fact::unknown(reason), |value| value.text())
}

fn cluster(context: &Context, kind: &Operated, object: &Object, root: &Cursor) -> DatabaseCluster {
    let instances = kind.instances.iter().find_map(|path| at(root, path));
    let catalog = root.at(&["spec", "imageCatalogRef", "name"]).map(|name| name.text());
    let image = fact(root, kind.image, "the operator's default");
    DatabaseCluster {
        id: object.id(),
        engine: kind.engine.to_owned(),
        operator: kind.operator.to_owned(),
        instances: instances.map_or_else(|| Fact::unknown("not set"), |count| count.text().parse()),
        image: catalog.map_or_else(|| image.clone(), |name| image.clone().or(name)),
        class: fact(root, kind.class, "the cluster's default class"),
        size: fact(root, kind.size, "not set"),
        databases: databases(context, kind, object, root),
        backups: vec![],
        archive: if kind.group == CNPG { archive(root) } else { Fact::unknown("not read") },
        source: context.source(object),
    }
}

/// The first database, and those that are objects of their own.
fn databases(context: &Context, kind: &Operated, object: &Object, root: &Cursor) -> Vec<Database> {
    let read = |entry: &Cursor, name: &str| Database {
        name: entry.fact(name, "not set"),
        owner: entry.any_fact(&["owner", "username"], "not set"),
        source: entry.source(),
    };
    if kind.group != CNPG {
        return root
            .get("spec")
            .filter(|spec| spec.get("database").is_some())
            .map(|spec| read(&spec, "database"))
            .into_iter()
            .collect();
    }
    let bootstrap = root.at(&["spec", "bootstrap"]).map(|all| all.entries()).unwrap_or_default();
    let mut found: Vec<_> = bootstrap
        .iter()
        .filter(|(_, method)| method.get("database").is_some())
        .map(|(_, method)| read(method, "database"))
        .collect();
    for (_, root) in context.near(CNPG, "Database", object.namespace.as_deref()) {
        if root.node.str_at(&["spec", "cluster", "name"]) == Some(&object.name) {
            found.extend(root.get("spec").map(|spec| read(&spec, "name")));
        }
    }
    found
}

/// A cluster that the chart makes of its values.
fn of_chart(id: String, root: &Cursor, source: super::fact::Source) -> DatabaseCluster {
    let first = root.get("initdb");
    DatabaseCluster {
        id,
        engine: "PostgreSQL".to_owned(),
        operator: "CloudNativePG".to_owned(),
        instances: root.fact("instances", "not set").parse(),
        image: root.fact("imageName", "the chart's default"),
        class: root.fact_at(&["storage", "storageClass"], "the cluster's default class"),
        size: root.fact_at(&["storage", "size"], "not set"),
        databases: first
            .filter(|first| first.get("database").is_some())
            .map(|first| Database {
                name: first.fact("database", "not set"),
                owner: first.fact("owner", "not set"),
                source: first.source(),
            })
            .into_iter()
            .collect(),
        backups: vec![],
        archive: Fact::unknown("what the chart makes of its values is not read"),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const CLUSTER: &str = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: pg\n  \
        namespace: db\nspec:\n  instances: 3\n  imageName: ghcr.io/x/postgresql:18\n  bootstrap:\n    \
        initdb:\n      database: app\n      owner: app\n  storage:\n    size: 20Gi\n    storageClass: block\n  \
        plugins:\n    - name: barman-cloud.cloudnative-pg.io\n      parameters:\n        barmanObjectName: store\n\
        ---\napiVersion: postgresql.cnpg.io/v1\nkind: Database\nmetadata:\n  name: two\n  namespace: db\n\
        spec:\n  name: two\n  owner: second\n  cluster:\n    name: pg\n";

    #[test]
    fn clusters_tell_their_databases() {
        with_context(CLUSTER, |context| {
            let clusters = collect(context);
            let one = &clusters[0];
            assert_eq!((one.id.as_str(), one.instances.get()), ("db/pg", Some(&3)));
            assert_eq!((one.class.shown(), one.archive.shown()), ("block", "store"));
            let names: Vec<_> =
                one.databases.iter().map(|one| (one.name.shown(), one.owner.shown())).collect();
            assert_eq!(names, [("app", "app"), ("two", "second")]);
        });
    }

    #[test]
    fn lists_are_indexed() {
        let text = "apiVersion: postgres-operator.crunchydata.com/v1beta1\nkind: PostgresCluster\nmetadata: {name: a}\n\
                    spec: {instances: [{replicas: 2, dataVolumeClaimSpec: {storageClassName: block}}]}\n";
        with_context(text, |context| {
            let clusters = collect(context);
            assert_eq!(
                (clusters[0].instances.get(), clusters[0].class.shown()),
                (Some(&2), "block")
            );
        });
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in hostile(CLUSTER) {
            let named = text.contains("  name: pg\n  namespace");
            with_context(&text, |context| assert!(!named || !collect(context).is_empty()));
        }
    }
}
