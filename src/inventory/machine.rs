//! One Talos machine's configuration, gathered from its layers: [`Machine`].
//!
//! In: documents of machine configuration, outermost layer first: base files, patches, the node's
//! own file. Out: a [`Node`] and a [`Platform`]. Later layers win, as in a strategic merge; lists
//! of networks are taken from the last layer that has them.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::fact::{Fact, Source, Value};
use super::links::Links;
use super::model::{Node, Platform, Role};

/// What an absent value of the platform means.
pub(crate) const NOT_DECLARED: &str = "no file declares it";

/// Kinds of Talos' multi-document configuration that tell something about a machine.
///
/// All have `apiVersion: v1alpha1`, which no Kubernetes object has.
pub(crate) const API_VERSION: &str = "v1alpha1";

/// What the layers of one machine say.
#[derive(Clone, Default)]
pub(crate) struct Machine {
    pub(crate) hostname: Option<Fact<String>>,
    pub(crate) role: Option<Fact<Role>>,
    pub(crate) cluster_name: Option<Fact<String>>,
    pub(crate) endpoint: Option<Fact<String>>,
    /// Image that installs Talos; its path holds the schematic, its tag the version.
    pub(crate) installer: Option<Fact<String>>,
    /// Image of the kubelet or API server; its tag is the version.
    pub(crate) kubelet: Option<Fact<String>>,
    pub(crate) install_disk: Option<Fact<String>>,
    pub(crate) pod_cidrs: Vec<Fact<String>>,
    pub(crate) service_cidrs: Vec<Fact<String>>,
    /// Subnets that node addresses are taken from.
    pub(crate) node_cidrs: Vec<Fact<String>>,
    pub(crate) labels: BTreeMap<String, Fact<String>>,
    /// Taints as `key=value:effect`, by key.
    pub(crate) taints: BTreeMap<String, Fact<String>>,
    pub(crate) extensions: Vec<Fact<String>>,
    /// Kernel modules that are loaded.
    pub(crate) kernel_modules: Vec<Fact<String>>,
    pub(crate) links: Links,
}

impl Machine {
    /// Adds one document as the next layer.
    pub(crate) fn add(&mut self, document: &Cursor) {
        match (document.node.str_at(&["kind"]), document.node.str_at(&["apiVersion"])) {
            (Some(kind), Some(API_VERSION)) => self.add_kind(kind, document),
            (None, _) => self.add_legacy(document),
            _ => {}
        }
    }

    fn add_kind(&mut self, kind: &str, document: &Cursor) {
        match kind {
            "HostnameConfig" => set(&mut self.hostname, document.get("hostname")),
            "KubeNodeConfig" => {
                self.add_labels(document, "labels");
                self.add_taints(document, "taints");
                replace(&mut self.node_cidrs, document.texts(&["nodeIP", "validSubnets"]));
            }
            "KernelModuleConfig" => self.add_module(document),
            "KubeNetworkConfig" => {
                replace(&mut self.pod_cidrs, document.texts(&["podSubnets"]));
                replace(&mut self.service_cidrs, document.texts(&["serviceSubnets"]));
            }
            "KubeletConfig" | "KubeAPIServerConfig" => {
                set(&mut self.kubelet, document.get("image"));
            }
            "UnattendedInstallConfig" => {
                set(&mut self.installer, document.at(&["installer", "image"]));
                let disk = document.at(&["provisioning", "diskSelector", "match"]);
                set(&mut self.install_disk, disk);
            }
            _ => {
                self.links.add_document(kind, document);
            }
        }
    }

    fn add_legacy(&mut self, document: &Cursor) {
        if let Some(machine) = document.get("machine") {
            self.add_machine(&machine);
        }
        let Some(cluster) = document.get("cluster") else { return };
        set(&mut self.cluster_name, cluster.get("clusterName"));
        set(&mut self.endpoint, cluster.at(&["controlPlane", "endpoint"]));
        replace(&mut self.pod_cidrs, cluster.texts(&["network", "podSubnets"]));
        replace(&mut self.service_cidrs, cluster.texts(&["network", "serviceSubnets"]));
        if self.kubelet.is_none() {
            set(&mut self.kubelet, cluster.at(&["apiServer", "image"]));
        }
    }

    fn add_machine(&mut self, machine: &Cursor) {
        if let Some(role) = machine.get("type").and_then(|role| read_role(&role)) {
            self.role = Some(role);
        }
        set(&mut self.hostname, machine.at(&["network", "hostname"]));
        set(&mut self.installer, machine.at(&["install", "image"]));
        set(&mut self.kubelet, machine.at(&["kubelet", "image"]));
        self.add_install_disk(machine.get("install").as_ref());
        replace(&mut self.node_cidrs, machine.texts(&["kubelet", "nodeIP", "validSubnets"]));
        self.add_labels(machine, "nodeLabels");
        self.add_taints(machine, "nodeTaints");
        for module in machine.list_at(&["kernel", "modules"]) {
            self.add_module(&module);
        }
        for interface in
            machine.get("network").map(|net| net.list("interfaces")).unwrap_or_default()
        {
            self.links.add_interface(&interface);
        }
        for extension in machine.at(&["install", "extensions"]).iter().flat_map(Cursor::items) {
            self.extensions.extend(extension.get("image").map(|image| image.text()));
        }
    }

    fn add_install_disk(&mut self, install: Option<&Cursor>) {
        let Some(install) = install else { return };
        set(&mut self.install_disk, install.get("disk"));
        if let Some(selector) = install.get("diskSelector") {
            self.set_disk_selector(&selector);
        }
    }

    /// Takes a map of disk properties as the install disk.
    pub(crate) fn set_disk_selector(&mut self, selector: &Cursor) {
        self.install_disk = disk_selector(selector);
    }

    /// Adds a kernel module by its name, once.
    fn add_module(&mut self, entry: &Cursor) {
        let Some(name) = entry.get("name").map(|name| name.text()) else { return };
        if !self.kernel_modules.iter().any(|other| other.value == name.value) {
            self.kernel_modules.push(name);
        }
    }

    /// Adds the labels in the map at `key`.
    pub(crate) fn add_labels(&mut self, entry: &Cursor, key: &str) {
        for (key, value) in entry.get(key).iter().flat_map(Cursor::entries) {
            self.labels.insert(key.to_owned(), value.text());
        }
    }

    /// Adds the taints in the map at `key`, which Talos writes as `key: value:effect` or `key: effect`.
    pub(crate) fn add_taints(&mut self, entry: &Cursor, key: &str) {
        for (key, value) in entry.get(key).iter().flat_map(Cursor::entries) {
            let taint = value.text().map(|text| match text.split_once(':') {
                Some((value, effect)) if !value.is_empty() => format!("{key}={value}:{effect}"),
                Some((_, effect)) => format!("{key}:{effect}"),
                None => format!("{key}:{text}"),
            });
            self.taints.insert(key.to_owned(), taint);
        }
    }

    /// Id of the schematic within the installer image; an expression in its place stays one.
    pub(crate) fn schematic_id(&self) -> Fact<String> {
        self.installer.as_ref().map_or_else(|| Fact::unknown(NOT_DECLARED), schematic_in)
    }

    /// The platform as this machine's layers show it.
    pub(crate) fn platform(&self, source: Source) -> Platform {
        let or_unknown = |fact: &Option<Fact<String>>| {
            fact.clone().unwrap_or_else(|| Fact::unknown(NOT_DECLARED))
        };
        Platform {
            distribution: Fact::known("Talos".to_owned(), source),
            talos_version: tag(&or_unknown(&self.installer)),
            kubernetes_version: tag(&or_unknown(&self.kubelet)),
            endpoint: or_unknown(&self.endpoint),
            vip: or_unknown(&self.links.vips.first().cloned()),
            pod_cidrs: self.pod_cidrs.clone(),
            service_cidrs: self.service_cidrs.clone(),
        }
    }

    /// The node that this machine is.
    ///
    /// `address` and `schematic_id` come from the tool's own file where it has them.
    pub(crate) fn node(
        &self,
        name: String,
        address: Option<Fact<String>>,
        schematic_id: Fact<String>,
        source: Source,
    ) -> Node {
        let own = address.as_ref().map(|fact| fact.shown().to_owned()).unwrap_or_default();
        let subnets: Vec<_> = self.node_cidrs.iter().filter_map(Fact::get).collect();
        let interfaces = self.links.interfaces(|interface| {
            interface.addresses.iter().filter_map(Fact::get).any(|address| {
                let host = host_part(address);
                host == own || subnets.iter().any(|subnet| super::subnet::contains(subnet, host))
            })
        });
        let found = interfaces.first().and_then(|first| first.addresses.first()).cloned();
        let bare = found.map(|address| address.map(|text| host_part(&text).to_owned()));
        let is_dhcp = interfaces.is_empty() || interfaces.iter().any(|interface| interface.dhcp);
        let reason = if is_dhcp { "assigned by DHCP" } else { "no file declares an address" };
        Node {
            name,
            role: self.role.clone().unwrap_or_else(|| Fact::unknown("no file declares a role")),
            address: address.or(bare).unwrap_or_else(|| Fact::unknown(reason)),
            interfaces,
            schematic: short_id(&schematic_id),
            schematic_id,
            extensions: self.extensions.clone(),
            install_disk: self.install_disk.clone().unwrap_or_else(|| Fact::unknown(NOT_DECLARED)),
            labels: self.labels.clone(),
            taints: self.taints.values().cloned().collect(),
            kernel_modules: self.kernel_modules.clone(),
            vm: None,
            host: None,
            source,
        }
    }
}

/// An address without its prefix length.
pub(crate) fn host_part(address: &str) -> &str {
    address.split('/').next().unwrap_or(address)
}

/// The role that `machine.type`, topf's `role` or a folder's name stands for.
pub(crate) fn role_of(word: &str) -> Option<Role> {
    match word.to_ascii_lowercase().replace(['-', '_'], "").as_str() {
        "controlplane" | "controlplanes" | "init" | "controller" | "controllers" | "master"
        | "masters" => Some(Role::ControlPlane),
        "worker" | "workers" | "join" => Some(Role::Worker),
        _ => None,
    }
}

/// The role that a scalar names.
pub(crate) fn read_role(word: &Cursor) -> Option<Fact<Role>> {
    let fact = word.text();
    let role = role_of(fact.get()?)?;
    Some(fact.map(|_| role))
}

/// The part of an image behind its tag's `:`.
pub(crate) fn tag(image: &Fact<String>) -> Fact<String> {
    let text = match &image.value {
        Value::Known(text) | Value::Templated(text) => text,
        Value::Encrypted | Value::Unknown(_) => return image.clone(),
    };
    let text = text.split('@').next().unwrap_or(text);
    let tag = text.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'));
    let value = match tag {
        Some(tag) if super::fact::is_template(tag) => Value::Templated(tag.to_owned()),
        Some(tag) => Value::Known(tag.to_owned()),
        None => Value::Unknown("the image has no tag".to_owned()),
    };
    Fact { value, source: image.source.clone() }
}

/// The 64 digits of a schematic's id in an image or URL, or the expression in their place.
pub(crate) fn schematic_in(image: &Fact<String>) -> Fact<String> {
    let text = match &image.value {
        Value::Known(text) | Value::Templated(text) => text,
        Value::Encrypted | Value::Unknown(_) => return image.clone(),
    };
    let is_id = |part: &&str| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id = text.split(['/', ':', '@']).find(is_id);
    let expression = text
        .find("{{")
        .and_then(|start| Some(&text[start..start + text[start..].find("}}")? + 2]))
        .filter(|_| text.contains("factory"));
    let value = match (id, expression) {
        (Some(id), _) => Value::Known(id.to_owned()),
        (None, Some(expression)) => Value::Templated(expression.to_owned()),
        (None, None) => Value::Unknown("the installer image names no schematic".to_owned()),
    };
    Fact { value, source: image.source.clone() }
}

/// The first 12 digits of an id, which is how people recognise it.
pub(crate) fn short_id(id: &Fact<String>) -> Fact<String> {
    id.clone().map(|id| id.chars().take(12).collect())
}

/// A disk selector in one line, such as `model: X, size: >= 1TB`.
fn disk_selector(selector: &Cursor) -> Option<Fact<String>> {
    let words = |(key, value): &(&str, Cursor)| format!("{key}: {}", value.text().shown());
    let properties: Vec<_> = selector.entries().iter().map(words).collect();
    (!properties.is_empty()).then(|| Fact::known(properties.join(", "), selector.source()))
}

pub(crate) fn set(place: &mut Option<Fact<String>>, value: Option<Cursor>) {
    if let Some(value) = value {
        *place = Some(value.text());
    }
}

pub(crate) fn replace(place: &mut Vec<Fact<String>>, values: Vec<Fact<String>>) {
    if !values.is_empty() {
        *place = values;
    }
}
