//! The cluster as JSON.
//!
//! In: a cluster. Out: one object, whose key names scripts rely on. It never leaves a list out.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::inventory::{Cluster, Value as FactValue, uncovered_claims};

/// The printed object; an empty one where no cluster was found.
pub(super) fn text(cluster: Option<&Cluster>) -> String {
    let value = cluster.map_or_else(|| Value::Object(Map::new()), json);
    format!("{value:#}\n")
}

/// All of the cluster, with sorted lists of names ahead of the things themselves.
///
/// `namespaces` is the list of their names; what is known of each is in `namespace_details`.
pub(super) fn json(cluster: &Cluster) -> Value {
    let all = serde_json::to_value(cluster).expect("bug: a cluster has string keys only");
    let Value::Object(mut all) = all else { unreachable!("bug: a struct becomes an object") };
    let mut out = Map::new();
    for key in ["name", "counts", "rendered_counts"] {
        out.extend(all.shift_remove(key).map(|value| (key.to_owned(), value)));
    }
    out.insert("node_names".to_owned(), names(cluster.nodes.iter().map(|node| &node.name)));
    out.insert("namespaces".to_owned(), names(cluster.namespaces.iter().map(|one| &one.name)));
    out.insert("hostnames".to_owned(), hostnames(cluster));
    out.insert("uncovered_claims".to_owned(), json!(uncovered_claims(cluster)));
    let details = all.shift_remove("namespaces");
    out.extend(all);
    out.extend(details.map(|details| ("namespace_details".to_owned(), details)));
    Value::Object(out)
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> Value {
    json!(names.collect::<BTreeSet<_>>())
}

/// Distinct host names of routes; expressions stay as written.
fn hostnames(cluster: &Cluster) -> Value {
    let hostnames = cluster.routes.iter().flat_map(|route| &route.hostnames);
    names(hostnames.filter_map(|hostname| match &hostname.value {
        FactValue::Known(text) | FactValue::Templated(text) => Some(text),
        FactValue::Encrypted | FactValue::Unknown(_) => None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::small_cluster;
    use super::*;

    #[test]
    fn names_are_lists_and_details_are_kept() {
        let value = json(&small_cluster());
        assert_eq!(value["node_names"], json!(["node-10", "node-2"]));
        assert_eq!(value["namespaces"], json!(["media"]));
        assert_eq!(value["namespace_details"][0]["name"], "media");
        assert_eq!(value["hostnames"], json!(["films.example.com"]));
        assert_eq!(value["counts"]["nodes"], 2);
        assert_eq!(value["nodes"][0]["source"]["line"], 1);
    }

    #[test]
    fn no_cluster_is_an_empty_object() {
        assert_eq!(text(None), "{}\n");
    }
}
