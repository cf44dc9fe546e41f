//! Who asks for graphics cards and other devices, and how they are shared.
//!
//! In: effective objects and values of charts. Out: [`GpuRequest`]s of extended resources,
//! [`DeviceUser`]s, [`DeviceClaim`]s and [`DeviceClass`]es of dynamic resource allocation,
//! [`GpuSharing`]s and [`RuntimeClass`]es. A resource counts below `limits` or `requests` only:
//! node labels look the same.

use std::collections::BTreeMap;

use super::context::{Context, make_unique};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{DeviceClaim, DeviceClass, DeviceUser, GpuRequest, GpuSharing, RuntimeClass};
use super::natural;
use crate::gitops::Object;
use crate::source::yaml;

/// The API group of dynamic resource allocation.
const DRA: &str = "resource.k8s.io";
/// Keys by which pods name a claim of dynamic resource allocation.
const CLAIM_KEYS: [&str; 2] = ["resourceClaimTemplateName", "resourceClaimName"];

/// Devices of a cluster.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    pub(crate) requests: Vec<GpuRequest>,
    pub(crate) users: Vec<DeviceUser>,
    pub(crate) claims: Vec<DeviceClaim>,
    pub(crate) classes: Vec<DeviceClass>,
    pub(crate) sharing: Vec<GpuSharing>,
    pub(crate) runtimes: Vec<RuntimeClass>,
}

/// Collects all of them.
pub(crate) fn collect(context: &Context) -> Devices {
    let mut devices = Devices::default();
    let mut runtime_users: Vec<(String, String)> = Vec::new();
    for (object, root) in trees(context) {
        let found = Found::below(&root);
        let app = context.app_of(object);
        let user = app.clone().unwrap_or_else(|| object.id());
        devices.requests.extend(found.requests(object, app.as_ref()));
        devices.users.extend(found.user(object, app.as_ref()));
        runtime_users.extend(
            found.runtimes.iter().filter_map(|name| Some((name.get()?.clone(), user.clone()))),
        );
    }
    devices.claims = claims(context, &devices.users);
    devices.classes = classes(context);
    devices.sharing = sharing(context);
    devices.runtimes = runtimes(context, &runtime_users);
    natural::sort_by(&mut devices.requests, |one| &one.user);
    natural::sort_by(&mut devices.users, |one| &one.user);
    devices
}

/// Trees that can make pods: objects as they are, and releases with all their values.
fn trees<'a>(context: &'a Context) -> impl Iterator<Item = (&'a Object, Cursor<'a>)> {
    let releases = context.values().map(|values| (values.object, values.root));
    let others = context.objects().filter(|(object, _)| object.kind != "HelmRelease");
    releases.chain(others)
}

/// Whether a resource name is that of a graphics card.
pub(crate) fn is_gpu(resource: &str) -> bool {
    matches!(resource, "nvidia.com/gpu" | "nvidia.com/gpu.shared" | "amd.com/gpu")
        || ["gpu.intel.com/", "nvidia.com/mig-"].iter().any(|start| resource.starts_with(start))
        || resource.strip_prefix("squat.ai/").is_some_and(|rest| matches!(rest, "dri" | "gpu"))
}

/// What was found below one tree.
#[derive(Default)]
struct Found<'a> {
    /// Amounts by resource; the larger of limit and request stands last.
    amounts: BTreeMap<String, Cursor<'a>>,
    device_claims: Vec<Cursor<'a>>,
    runtimes: Vec<Fact<String>>,
    selectors: BTreeMap<String, Fact<String>>,
    scales_to_zero: bool,
}

impl<'a> Found<'a> {
    fn below(root: &Cursor<'a>) -> Self {
        let mut found = Self::default();
        found.visit(root, "");
        found
    }

    fn visit(&mut self, at: &Cursor<'a>, parent: &str) {
        for item in at.items() {
            self.visit(&item, parent);
        }
        for (key, value) in at.entries() {
            self.entry(parent, key, &value);
            self.visit(&value, key);
        }
    }

    fn entry(&mut self, parent: &str, key: &str, value: &Cursor<'a>) {
        let is_scalar = !value.node.is_collection();
        if matches!(parent, "limits" | "requests") && is_gpu(key) && is_scalar {
            if value.node.as_str() != Some("0") {
                self.amounts.insert(key.to_owned(), value.clone());
            }
        } else if CLAIM_KEYS.contains(&key) && is_scalar {
            self.device_claims.push(value.clone());
        } else if key == "runtimeClassName" && is_scalar {
            self.runtimes.push(value.text());
        } else if parent == "nodeSelector" && is_scalar {
            self.selectors.insert(key.to_owned(), value.text());
        } else if matches!(key, "minReplicas" | "minReplicaCount") {
            self.scales_to_zero |= value.node.as_str() == Some("0");
        }
    }

    fn requests(&self, object: &Object, app: Option<&String>) -> Vec<GpuRequest> {
        let unknown = || Fact::unknown("none is named");
        let request = |(resource, amount): (&String, &Cursor)| GpuRequest {
            user: app.cloned().unwrap_or_else(|| object.id()),
            kind: object.kind.clone(),
            app: app.cloned(),
            resource: resource.clone(),
            count: amount.text().parse(),
            runtime_class: self.runtimes.first().cloned().unwrap_or_else(unknown),
            node_selector: self.selectors.clone(),
            scales_to_zero: self.scales_to_zero,
            source: amount.source(),
        };
        self.amounts.iter().map(request).collect()
    }

    fn user(&self, object: &Object, app: Option<&String>) -> Option<DeviceUser> {
        let first = self.device_claims.first()?;
        Some(DeviceUser {
            user: app.cloned().unwrap_or_else(|| object.id()),
            kind: object.kind.clone(),
            app: app.cloned(),
            claims: self.device_claims.iter().map(Cursor::text).collect(),
            source: first.source(),
        })
    }
}

fn claims(context: &Context, users: &[DeviceUser]) -> Vec<DeviceClaim> {
    let kinds = [
        ("ResourceClaimTemplate", ["spec", "spec", "devices"].as_slice()),
        ("ResourceClaim", &["spec", "devices"]),
    ];
    let mut found = Vec::new();
    for (kind, path) in kinds {
        for (object, root) in context.of(DRA, kind) {
            let namespace = object.namespace.as_deref();
            let names_it = |user: &&DeviceUser| {
                user.user.split_once('/').map(|(namespace, _)| namespace) == namespace
                    && user.claims.iter().any(|name| name.get() == Some(&object.name))
            };
            found.push(DeviceClaim {
                id: object.id(),
                kind: kind.to_owned(),
                device_classes: root.at(path).map(|devices| asked(&devices)).unwrap_or_default(),
                users: users.iter().filter(names_it).map(|user| user.user.clone()).collect(),
                source: context.source(object),
            });
        }
    }
    make_unique(&mut found, |one| (&mut one.id, &one.kind));
    natural::sort_by(&mut found, |one| &one.id);
    found
}

/// Device classes of requests: at the request itself, below `exactly`, or in `firstAvailable`.
fn asked(devices: &Cursor) -> Vec<Fact<String>> {
    let class = |at: &Cursor| Some(at.get("deviceClassName")?.text());
    let of_request = |request: Cursor| {
        let mut classes: Vec<_> = class(&request).into_iter().collect();
        classes.extend(request.get("exactly").as_ref().and_then(class));
        classes.extend(request.list("firstAvailable").iter().filter_map(class));
        classes
    };
    devices.list("requests").into_iter().flat_map(of_request).collect()
}

fn classes(context: &Context) -> Vec<DeviceClass> {
    let class = |(object, root): (&Object, Cursor)| DeviceClass {
        name: object.name.clone(),
        selectors: root
            .list_at(&["spec", "selectors"])
            .iter()
            .filter_map(|selector| Some(selector.at(&["cel", "expression"])?.text()))
            .collect(),
        source: context.source(object),
    };
    let mut found: Vec<_> = context.of(DRA, "DeviceClass").map(class).collect();
    natural::sort_by(&mut found, |one| &one.name);
    found
}

fn runtimes(context: &Context, users: &[(String, String)]) -> Vec<RuntimeClass> {
    let runtime = |(object, root): (&Object, Cursor)| {
        let names_it = |(name, _): &&(String, String)| *name == object.name;
        let mut by: Vec<_> = users.iter().filter(names_it).map(|(_, user)| user.clone()).collect();
        natural::sort_by(&mut by, |user| user);
        by.dedup();
        RuntimeClass {
            name: object.name.clone(),
            handler: root.fact("handler", "not set"),
            node_selector: root.map_at(&["scheduling", "nodeSelector"]),
            users: by,
            source: context.source(object),
        }
    };
    let mut found: Vec<_> = context.of("node.k8s.io", "RuntimeClass").map(runtime).collect();
    natural::sort_by(&mut found, |one| &one.name);
    found
}

/// How cards are shared: NVIDIA's configuration in a `ConfigMap` or in chart values, Intel's number.
fn sharing(context: &Context) -> Vec<GpuSharing> {
    let mut found = Vec::new();
    for (object, root) in context.of("", "ConfigMap") {
        found.extend(sharing_of(&object.id(), &root));
    }
    for values in context.values().filter(|values| !values.is_app_template) {
        let id = values.object.id();
        let maps = [
            values.root.at(&["config", "map"]),
            values.root.at(&["devicePlugin", "config", "data"]),
        ];
        found.extend(maps.into_iter().flatten().flat_map(|map| of_texts(&id, &map)));
        found.extend(shared(&id, &values.root));
    }
    for (object, root) in context.of("deviceplugin.intel.com", "GpuDevicePlugin") {
        found.extend(root.get("spec").and_then(|spec| shared(&object.id(), &spec)));
    }
    found
}

/// What a `ConfigMap` of NVIDIA's device plugin says.
pub(crate) fn sharing_of(id: &str, config_map: &Cursor) -> Vec<GpuSharing> {
    config_map.get("data").map(|data| of_texts(id, &data)).unwrap_or_default()
}

/// Intel's device plugin gives each card to so many pods.
fn shared(id: &str, root: &Cursor) -> Option<GpuSharing> {
    let number = root.get("sharedDevNum")?;
    Some(GpuSharing {
        id: id.to_owned(),
        mode: "shared devices".to_owned(),
        resource: Fact::unknown("all resources of the plugin"),
        replicas: number.text().parse(),
        source: number.source(),
    })
}

/// NVIDIA's `sharing` in each text of a map, or in the map itself.
fn of_texts(id: &str, data: &Cursor) -> Vec<GpuSharing> {
    let mut found = Vec::new();
    for (_, text) in data.entries() {
        // Dashboards are ConfigMaps too, and large: parse only what can hold the answer.
        let is_candidate = text.node.as_str().is_some_and(|content| content.contains("replicas"));
        if text.node.is_collection() {
            found.extend(of_sharing(id, &text));
        } else if let Some(node) =
            is_candidate.then(|| yaml::parse_embedded(text.node, text.sources)).flatten()
        {
            found.extend(of_sharing(id, &text.embedded(&node)));
        }
    }
    found
}

fn of_sharing(id: &str, config: &Cursor) -> Vec<GpuSharing> {
    let modes = [("timeSlicing", "time-slicing"), ("mps", "MPS")];
    let of_mode = |(key, mode): (&str, &str)| {
        let resources = config.list_at(&["sharing", key, "resources"]);
        let one = |resource: &Cursor| {
            Some(GpuSharing {
                id: id.to_owned(),
                mode: mode.to_owned(),
                resource: resource.any_fact(&["rename", "name"], "not set"),
                replicas: resource.get("replicas")?.text().parse(),
                source: resource.source(),
            })
        };
        resources.iter().filter_map(one).collect::<Vec<_>>()
    };
    modes.into_iter().flat_map(of_mode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const PODS: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: films\n  namespace: media\nspec:\n  \
        template:\n    spec:\n      runtimeClassName: nvidia\n      nodeSelector:\n        gpu.intel.com/family: arc\n      \
        containers:\n        - name: app\n          resources:\n            requests:\n              nvidia.com/gpu: 1\n            \
        limits:\n              nvidia.com/gpu: 1\n              gpu.intel.com/xe: 2\n              amd.com/gpu: 0\n      \
        resourceClaims:\n        - name: gpu\n          resourceClaimTemplateName: card\n---\n\
        apiVersion: resource.k8s.io/v1\nkind: ResourceClaimTemplate\nmetadata:\n  name: card\n  namespace: media\nspec:\n  \
        spec:\n    devices:\n      requests:\n        - name: gpu\n          exactly:\n            \
        deviceClassName: gpu.intel.com\n---\napiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata:\n  name: nvidia\n\
        handler: nvidia\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: slices\n  namespace: media\ndata:\n  \
        any: |\n    sharing:\n      mps:\n        resources:\n          - name: nvidia.com/gpu\n            replicas: 4\n";

    #[test]
    fn requests_are_told_from_labels() {
        with_context(PODS, |context| {
            let found = collect(context);
            let requests: Vec<_> = found
                .requests
                .iter()
                .map(|one| (one.resource.as_str(), one.count.get().copied()))
                .collect();
            assert_eq!(requests, [("gpu.intel.com/xe", Some(2)), ("nvidia.com/gpu", Some(1))]);
            assert_eq!(found.requests[0].app.as_deref(), Some("media/films"));
            assert_eq!(found.requests[0].runtime_class.shown(), "nvidia");
        });
    }

    #[test]
    fn device_claims_have_users_and_classes() {
        with_context(PODS, |context| {
            let found = collect(context);
            assert_eq!(found.claims[0].users, ["media/films"]);
            assert_eq!(found.claims[0].device_classes[0].shown(), "gpu.intel.com");
            assert_eq!(found.runtimes[0].users, ["media/films"]);
            let sharing = &found.sharing[0];
            assert_eq!((sharing.mode.as_str(), sharing.replicas.get()), ("MPS", Some(&4)));
            assert_eq!(sharing.source.line, 54);
            assert_eq!(sharing.source.field, "data.any.sharing.mps.resources[0]");
        });
    }

    #[test]
    fn services_of_models_scale_to_zero() {
        let text = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: a, namespace: ai}\n\
                    spec: {predictor: {minReplicas: 0, containers: [{resources: {limits: {nvidia.com/gpu: \"${N}\"}}}]}}\n";
        with_context(text, |context| {
            let found = collect(context);
            assert!(found.requests[0].scales_to_zero);
            assert_eq!(
                found.requests[0].count.value,
                crate::inventory::Value::Templated("${N}".into())
            );
        });
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in hostile(PODS) {
            with_context(&text, |context| assert!(collect(context).requests.len() <= 3, "{text}"));
        }
    }
}
