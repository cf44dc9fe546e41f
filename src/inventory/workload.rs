//! Plain workloads: what makes pods without a chart.
//!
//! In: effective objects. Out: [`Workload`]s with their containers, from the pod template of each
//! kind. Environment variables and commands are never read: they may hold secrets.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::fact::Fact;
use super::image;
use super::model::{Container, Workload};
use crate::gitops::Object;

/// Why a request or limit is unknown.
const NOT_SET: &str = "not set";

/// Where a kind keeps its pod spec, and what stands in the way.
pub(crate) fn pod_path(object: &Object) -> Option<&'static [&'static str]> {
    Some(match (object.group.as_str(), object.kind.as_str()) {
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") | ("batch", "Job") => {
            &["spec", "template", "spec"]
        }
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template", "spec"],
        ("", "Pod") => &["spec"],
        ("serving.kserve.io", "InferenceService") => &["spec", "predictor"],
        _ => return None,
    })
}

/// The workload that an object is, if it is one.
pub(crate) fn read(object: &Object, root: &Cursor) -> Option<Workload> {
    let pod = root.at(pod_path(object)?);
    let mut containers = Vec::new();
    if let Some(pod) = &pod {
        containers.extend(pod.list("initContainers").iter().map(|one| container(one, None, true)));
        containers.extend(pod.list("containers").iter().map(|one| container(one, None, false)));
        containers.extend(pod.get("model").map(|model| container(&model, Some("model"), false)));
    }
    let replicas = ["replicas", "minReplicas"].iter().find_map(|key| {
        root.at(&["spec", key]).or_else(|| pod.as_ref().and_then(|pod| pod.get(key)))
    });
    Some(Workload {
        name: object.name.clone(),
        kind: object.kind.clone(),
        containers,
        replicas: replicas.map_or_else(|| Fact::unknown(NOT_SET), |count| count.text().parse()),
        node_selector: node_selector(pod.as_ref()),
        source: super::source_of(object, root.sources),
    })
}

/// A pod's `nodeSelector` as facts.
pub(crate) fn node_selector(pod: Option<&Cursor>) -> BTreeMap<String, Fact<String>> {
    let selector = pod.and_then(|pod| pod.get("nodeSelector"));
    let entries = selector.map(|selector| selector.entries()).unwrap_or_default();
    entries.into_iter().map(|(key, value)| (key.to_owned(), value.text())).collect()
}

/// A container of a pod, or of a chart's values where its name is a key.
pub(crate) fn container(one: &Cursor, name: Option<&str>, init: bool) -> Container {
    let own_name = one.node.str_at(&["name"]).unwrap_or("container");
    let amount =
        |path: &[&str]| one.at(path).map_or_else(|| Fact::unknown(NOT_SET), |amount| amount.text());
    Container {
        name: name.unwrap_or(own_name).to_owned(),
        init,
        image: one.get("image").as_ref().and_then(image::from_values),
        cpu_request: amount(&["resources", "requests", "cpu"]),
        memory_request: amount(&["resources", "requests", "memory"]),
        memory_limit: amount(&["resources", "limits", "memory"]),
    }
}
