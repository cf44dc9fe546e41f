//! Plain Talos machine configuration, one file per node → [`Fleet`]s.
//!
//! In: files with a `machine:`/`cluster:` document or documents of `apiVersion: v1alpha1`, also as
//! templates. Out: one fleet for each folder of nodes. A node's layers are the shared files in the
//! folders above it and its own; a file is a node only where it says so, by a host name, an
//! address as its name, or by standing alone in a folder of nodes.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::cursor::Cursor;
use super::fact::{Fact, Source, Value};
use super::fleet::{Fleet, Parsed, has_part, parsed};
use super::machine::{API_VERSION, Machine, NOT_DECLARED, replace, role_of};
use super::model::{Node, Role};
use crate::source::{Documents, Node as Tree, Root, Sources, Span, path};

/// Folders that hold node files, besides those named by a role.
const NODE_FOLDERS: &[&str] = &["node", "nodes", "machines", "hosts"];
/// Names of files that apply to all nodes.
const SHARED: &[&str] = &[
    "all",
    "base",
    "cluster",
    "common",
    "config",
    "general",
    "global",
    "machine",
    "machine-config",
    "machineconfig",
    "shared",
    "talos",
];
/// Keys of `machine:` and `cluster:` by which a document is known to be Talos'.
const MACHINE_KEYS: &[&str] = &[
    "ca",
    "certSANs",
    "features",
    "files",
    "install",
    "kernel",
    "kubelet",
    "network",
    "nodeLabels",
    "nodeTaints",
    "sysctls",
    "time",
    "token",
    "type",
    "udev",
];
const CLUSTER_KEYS: &[&str] =
    &["apiServer", "ca", "clusterName", "controlPlane", "controllerManager", "etcd", "network"];
/// Label that marks a control-plane node.
const CONTROL_PLANE_LABEL: &str = "node-role.kubernetes.io/control-plane";

/// The fleets of all folders that hold node files, except those of talhelper and topf.
pub(crate) fn read(sources: &Sources, documents: &Documents) -> Vec<Fleet> {
    let all: Vec<_> = parsed(sources, documents).collect();
    let tools: Vec<_> = all
        .iter()
        .filter(|parsed| matches!(parsed.stem(), "talconfig" | "topf"))
        .map(|parsed| parsed.folder().to_owned())
        .collect();
    let is_own = |parsed: &&Parsed| {
        let folder = parsed.folder();
        !tools.iter().any(|tool| folder == tool || folder.starts_with(&format!("{tool}/")))
    };
    let machines: Vec<_> =
        all.into_iter().filter(|one| is_own(&one) && is_machine_config(one)).collect();
    let mut groups: BTreeMap<String, Vec<Parsed>> = BTreeMap::new();
    for file in machines.iter().filter(|file| is_node(file, &machines)) {
        groups.entry(group_of(file.folder())).or_default().push(*file);
    }
    groups
        .into_iter()
        .map(|(folder, nodes)| {
            Group { folder, nodes, files: &machines, sources, documents }.fleet()
        })
        .collect()
}

/// Whether a file holds Talos configuration and no Kubernetes object.
fn is_machine_config(parsed: &Parsed) -> bool {
    let roots = || parsed.documents.iter().map(|document| &document.root);
    let is_kubernetes = |root: &Tree| {
        root.get("kind").is_some() && root.str_at(&["apiVersion"]) != Some(API_VERSION)
    };
    roots().any(is_talos) && !roots().any(is_kubernetes)
}

fn is_talos(root: &Tree) -> bool {
    let has = |part: &str, keys: &[&str]| {
        root.get(part).is_some_and(|node| keys.iter().any(|key| node.get(key).is_some()))
    };
    if root.get("kind").is_some() {
        return root.str_at(&["apiVersion"]) == Some(API_VERSION);
    }
    has("machine", MACHINE_KEYS) || has("cluster", CLUSTER_KEYS)
}

fn is_node(file: &Parsed, machines: &[Parsed]) -> bool {
    if says_node(file) {
        return true;
    }
    let folder = file.folder();
    let last = folder.rsplit('/').next().unwrap_or_default();
    let mut siblings = machines.iter().filter(|other| other.folder() == folder);
    is_node_folder(last)
        && !siblings.any(says_node)
        && !is_shared_name(file.stem())
        && role_of(file.stem()).is_none()
}

/// Whether the file has a host name, or is named by an address.
fn says_node(file: &Parsed) -> bool {
    let hostname = |root: &Tree| {
        let legacy = root.str_at(&["machine", "network", "hostname"]).is_some();
        legacy || root.str_at(&["kind"]) == Some("HostnameConfig") && root.get("hostname").is_some()
    };
    file.documents.iter().any(|document| hostname(&document.root))
        || file.stem().parse::<IpAddr>().is_ok()
}

fn is_node_folder(name: &str) -> bool {
    NODE_FOLDERS.contains(&name) || role_of(name).is_some()
}

fn is_shared_name(stem: &str) -> bool {
    SHARED.contains(&stem.to_ascii_lowercase().as_str())
}

/// The folder without the parts that only sort nodes.
fn group_of(folder: &str) -> String {
    let mut folder = folder;
    while is_node_folder(folder.rsplit('/').next().unwrap_or_default()) && !folder.is_empty() {
        folder = path::parent(folder);
    }
    folder.to_owned()
}

struct Group<'a> {
    folder: String,
    nodes: Vec<Parsed<'a>>,
    /// All files with machine configuration.
    files: &'a [Parsed<'a>],
    sources: &'a Sources,
    documents: &'a Documents,
}

impl Group<'_> {
    fn fleet(&self) -> Fleet {
        let machines: Vec<_> = self.nodes.iter().map(|file| self.machine(file)).collect();
        let nodes =
            self.nodes.iter().zip(&machines).map(|(file, machine)| self.node(file, machine));
        let first = machines.iter().find(|machine| is_control_plane(machine)).or(machines.first());
        let first = first.cloned().unwrap_or_default();
        let source = self.start_of(&self.nodes[0]);
        Fleet {
            folder: self.folder.clone(),
            cluster_name: first.cluster_name.clone().unwrap_or_else(|| Fact::unknown(NOT_DECLARED)),
            platform: first.platform(source.clone()),
            nodes: nodes.collect(),
            gateways: machines.iter().flat_map(|one| one.links.gateways.clone()).collect(),
            node_cidrs: first.node_cidrs,
            source: Some(source),
        }
    }

    fn start_of(&self, file: &Parsed) -> Source {
        Source::new(self.sources, Span::new(file.id, 0, 0), "")
    }

    /// The layers of a node: what all share, what its role shares, its own file.
    fn machine(&self, file: &Parsed) -> Machine {
        let mut own = Machine::default();
        self.add(&mut own, file);
        let role = self.role(file, &own);
        let mut machine = Machine::default();
        let above = |other: &&Parsed| {
            let folder = other.folder();
            let is_above = folder.is_empty() || has_prefix(file.folder(), folder);
            is_above && !is_node(other, self.files)
        };
        let mut layers: Vec<_> = self.files.iter().filter(above).collect();
        layers.retain(|layer| match role_of(layer.stem()) {
            Some(layer_role) => role.as_ref().and_then(Fact::get) == Some(&layer_role),
            None => is_shared_name(layer.stem()) || names_cluster(layer),
        });
        layers.sort_by_key(|layer| (role_of(layer.stem()).is_some(), layer.folder().len()));
        for layer in layers.into_iter().chain([file]) {
            self.add(&mut machine, layer);
        }
        machine.hostname = own.hostname;
        machine.role = role.or(machine.role);
        replace(&mut machine.extensions, self.extensions(file));
        machine
    }

    fn add(&self, machine: &mut Machine, file: &Parsed) {
        for document in file.documents {
            machine.add(&Cursor::new(&document.root, self.sources));
        }
    }

    /// The role: the file's own, its folder's, a label's, or that of the only shared role file.
    fn role(&self, file: &Parsed, own: &Machine) -> Option<Fact<Role>> {
        let known = |role| Fact::known(role, self.start_of(file));
        let label = || {
            let label = own.labels.get(CONTROL_PLANE_LABEL)?.source.clone()?;
            Some(Fact::known(Role::ControlPlane, label))
        };
        let folder = || file.folder().rsplit('/').find_map(role_of).map(known);
        own.role.clone().or_else(folder).or_else(label).or_else(|| self.shared_role())
    }

    fn shared_role(&self) -> Option<Fact<Role>> {
        let mut files = self
            .files
            .iter()
            .filter(|file| has_prefix(&self.folder, file.folder()))
            .filter(|file| role_of(file.stem()).is_some() && !is_node(file, self.files));
        let only = files.next().filter(|_| files.next().is_none())?;
        role_of(only.stem()).map(|role| Fact::known(role, self.start_of(only)))
    }

    /// Extensions of the node's own schematic file, or of the nearest shared one.
    fn extensions(&self, file: &Parsed) -> Vec<Fact<String>> {
        let own = format!("{}.schematic", file.stem());
        let mut folder = file.folder();
        loop {
            for stem in [own.as_str(), "schematic"] {
                if let Some(found) = self.schematic(folder, stem) {
                    return found;
                }
            }
            if folder.is_empty() {
                return Vec::new();
            }
            folder = path::parent(folder);
        }
    }

    fn schematic(&self, folder: &str, stem: &str) -> Option<Vec<Fact<String>>> {
        let endings = ["yaml", "yml", "yaml.j2", "yml.j2"];
        let file = endings.iter().find_map(|ending| {
            let path = path::join(folder, &format!("{stem}.{ending}"))?;
            self.sources.find(Root::Repository, &path)
        })?;
        let root = &self.documents.of(file).first()?.root;
        root.get("customization")?;
        let extensions = ["customization", "systemExtensions", "officialExtensions"];
        Some(Cursor::new(root, self.sources).texts(&extensions))
    }

    fn node(&self, file: &Parsed, machine: &Machine) -> Node {
        let source = self.start_of(file);
        let stem = file.stem();
        let is_address = stem.parse::<IpAddr>().is_ok();
        let address = is_address.then(|| Fact::known(stem.to_owned(), source.clone()));
        let hostname = machine.hostname.as_ref().map(|name| &name.value);
        let name = match hostname {
            Some(Value::Known(name) | Value::Templated(name)) => name.clone(),
            Some(Value::Encrypted | Value::Unknown(_)) | None => stem.to_owned(),
        };
        machine.node(name, address, machine.schematic_id(), source)
    }
}

fn has_prefix(folder: &str, prefix: &str) -> bool {
    prefix.is_empty() || folder == prefix || folder.starts_with(&format!("{prefix}/"))
}

fn is_control_plane(machine: &Machine) -> bool {
    machine.role.as_ref().and_then(Fact::get) == Some(&Role::ControlPlane)
}

/// Whether a file says which cluster it is for, which only shared configuration does.
fn names_cluster(file: &Parsed) -> bool {
    let names = |root: &Tree| {
        root.at(&["cluster", "clusterName"]).is_some()
            || root.at(&["cluster", "controlPlane", "endpoint"]).is_some()
    };
    file.documents.iter().any(|document| names(&document.root))
        && !has_part(file.folder(), "patches")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    fn read_files(files: &[(&str, &str)]) -> Vec<Fleet> {
        let sources =
            Sources::from_memory(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        let (documents, wrong) = parse(&sources);
        assert_eq!(wrong, []);
        read(&sources, &documents)
    }

    /// The nodes of all fleets as `folder: name role address`.
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let fleets = read_files(files);
        let line = |folder: &str, node: &Node| {
            format!("{folder}: {} {:?} {}", node.name, node.role.get(), node.address.shown())
        };
        let lines: Vec<_> = fleets
            .iter()
            .flat_map(|fleet| fleet.nodes.iter().map(|node| line(&fleet.folder, node)))
            .collect();
        assert_eq!(lines, expected);
    }

    const SHARED_FILE: &str = "cluster: {clusterName: home, controlPlane: {endpoint: 'https://k8s.example.com:6443'}}\n\
        ---\napiVersion: v1alpha1\nkind: LinkAliasConfig\nname: net0\n\
        ---\napiVersion: v1alpha1\nkind: BondConfig\nname: bond0\nlinks: [net0]\nmtu: 9000\n\
        ---\napiVersion: v1alpha1\nkind: DHCPv4Config\nname: bond0\n\
        ---\napiVersion: v1alpha1\nkind: VLANConfig\nname: bond0.70\nvlanID: 70\nparent: bond0\n\
        ---\napiVersion: v1alpha1\nkind: UnattendedInstallConfig\n\
        installer: {image: 'factory.talos.dev/metal-installer/{{ schematic }}:v1.14.0'}\n\
        provisioning: {diskSelector: {match: disk.model == \"M\"}}\n\
        ---\napiVersion: v1alpha1\nkind: KubeletConfig\nimage: ghcr.io/siderolabs/kubelet:v1.36.4\n";

    fn hostname(name: &str) -> String {
        format!("---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: {name}\n")
    }

    #[test]
    fn documents_of_shared_files_apply() {
        let fleet = read_files(&[
            ("talos/cluster.yaml.j2", SHARED_FILE),
            ("talos/controlplane.yaml.j2", "machine: {type: controlplane}\n"),
            (
                "talos/schematic.yaml.j2",
                "customization: {systemExtensions: {officialExtensions: [siderolabs/x]}}\n",
            ),
            ("talos/nodes/controlplane/one.yaml.j2", &hostname("one")),
        ])
        .remove(0);
        let node = &fleet.nodes[0];
        assert_eq!((node.name.as_str(), node.role.get()), ("one", Some(&Role::ControlPlane)));
        assert_eq!(node.address, Fact::unknown("assigned by DHCP"));
        let links: Vec<_> = node.interfaces.iter().map(|link| link.selector.shown()).collect();
        assert_eq!(links, ["bond0", "bond0.70"]);
        assert!(node.interfaces[0].dhcp);
        assert_eq!(node.interfaces[1].vlan.get(), Some(&70));
        assert_eq!(node.install_disk.shown(), "disk.model == \"M\"");
        assert_eq!(node.extensions[0].shown(), "siderolabs/x");
        assert_eq!(node.schematic_id.shown(), "{{ schematic }}");
        assert_eq!(fleet.platform.talos_version.shown(), "v1.14.0");
        assert_eq!(fleet.platform.kubernetes_version.shown(), "v1.36.4");
        assert_eq!(fleet.platform.endpoint.shown(), "https://k8s.example.com:6443");
    }

    #[test]
    fn single_documents_are_read() {
        let node = "machine:\n  type: worker\n  install: {disk: /dev/sda, image: 'ghcr.io/siderolabs/installer:v1.13.0'}\n\
                    \x20 network:\n    hostname: two\n    interfaces: [{interface: eth0, addresses: [192.0.2.12/24]}]\n";
        check(&[("talos/two.yaml", node)], &["talos: two Some(Worker) 192.0.2.12"]);
    }

    #[test]
    fn files_beside_nodes_are_no_nodes() {
        let files = [
            ("talos/main/controlplane.yaml", "machine: {type: controlplane}\n"),
            ("talos/main/eGPU.yaml", "machine: {kernel: {modules: [{name: x}]}}\n"),
            ("talos/main/schematic.yaml", "customization: {}\n"),
            ("talos/main/controlplane/one.yaml", &hostname("one")),
            ("talos/main/worker/two.yaml", &hostname("two")),
            ("talos/main/worker/eGPU.yaml", "machine: {kernel: {modules: [{name: x}]}}\n"),
            ("talos/test/controlplane/three.yaml", &hostname("three")),
        ];
        check(
            &files,
            &[
                "talos/main: one Some(ControlPlane) —",
                "talos/main: two Some(Worker) —",
                "talos/test: three Some(ControlPlane) —",
            ],
        );
    }

    #[test]
    fn files_can_be_named_by_address() {
        let files = [
            ("talos/controlplane.yaml.j2", "machine: {type: controlplane}\n"),
            ("talos/nodes/192.0.2.10.yaml.j2", "machine: {install: {disk: /dev/sda}}\n"),
        ];
        check(&files, &["talos: 192.0.2.10 Some(ControlPlane) 192.0.2.10"]);
    }

    #[test]
    fn other_yaml_is_not_read() {
        check(&[("apps/nodes/a.yaml", "machine: {name: x}\n"), ("b.yaml", "cluster: main\n")], &[]);
        let files = [
            ("talos/talconfig.yaml", "nodes: []\n"),
            ("talos/clusterconfig/one.yaml", "machine: {network: {hostname: one}}\n"),
        ];
        check(&files, &[]);
    }
}
