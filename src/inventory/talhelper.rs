//! talhelper's `talconfig.yaml` → [`Fleet`]s.
//!
//! In: every `talconfig.yaml` with the `talenv.yaml` and the patches beside it. Out: nodes and
//! platform. Values that talhelper takes from the environment file carry that file as source;
//! JSON 6902 patches are not applied.
//!
//! Format: <https://budimanjojo.github.io/talhelper/latest/reference/configuration/>.

use super::cursor::{Cursor, Variables};
use super::fact::{Fact, Value};
use super::fleet::{Fleet, Parsed, parsed};
use super::machine::{Machine, NOT_DECLARED, replace, schematic_in, set};
use super::model::{Node, Role};
use crate::diagnostic::Diagnostic;
use crate::source::{Documents, Root, Sources, path, yaml};

/// What an absent schematic means.
const NO_SCHEMATIC: &str = "no file names a schematic";
/// What the absent id of an inline schematic means.
const INLINE_SCHEMATIC: &str = "talhelper computes it from the schematic in its own file";

/// The fleets of all `talconfig.yaml` files.
pub(crate) fn read(
    sources: &Sources,
    documents: &Documents,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Fleet> {
    let is_talconfig = |parsed: &Parsed| matches!(parsed.stem(), "talconfig");
    let files: Vec<_> = parsed(sources, documents).filter(is_talconfig).collect();
    files
        .into_iter()
        .map(|parsed| {
            let variables = variables(sources, documents, parsed.folder());
            let root = Cursor::new(&parsed.documents[0].root, sources).with_variables(&variables);
            Talconfig { root, folder: parsed.folder(), documents, diagnostics }.fleet()
        })
        .collect()
}

/// The variables of the environment files that talhelper reads by default.
fn variables(sources: &Sources, documents: &Documents, folder: &str) -> Variables {
    let mut variables = Variables::new();
    for name in ["talenv.yaml", "talenv.sops.yaml", "talenv.yml", "talenv.sops.yml"] {
        let path = path::join(folder, name).unwrap_or_default();
        let Some(file) = sources.find(Root::Repository, &path) else { continue };
        for document in documents.of(file) {
            for (key, value) in Cursor::new(&document.root, sources).entries() {
                variables.insert(key.to_owned(), value.text());
            }
        }
    }
    variables
}

/// Whether an entry stands for nodes that a template makes of a list which is not known.
fn is_unrendered(entry: &Cursor) -> bool {
    let name = entry.node.str_at(&["hostname"]).unwrap_or_default();
    ["#{", "{{", "{%"].iter().any(|mark| name.contains(mark))
}

struct Talconfig<'a, 'd> {
    root: Cursor<'a>,
    folder: &'a str,
    documents: &'a Documents,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Talconfig<'_, '_> {
    fn fleet(mut self) -> Fleet {
        let root = self.root.clone();
        let mut entries = root.list("nodes");
        entries.retain(|entry| !is_unrendered(entry));
        let machines: Vec<_> = entries.iter().map(|node| self.machine(node)).collect();
        let nodes = entries.iter().zip(&machines).zip(1..);
        let nodes = nodes.map(|((entry, machine), number)| node(entry, machine, number));
        let mut platform = machines.first().cloned().unwrap_or_default().platform(root.source());
        platform.talos_version = root.fact("talosVersion", NOT_DECLARED);
        platform.kubernetes_version = root.fact("kubernetesVersion", NOT_DECLARED);
        platform.endpoint = root.fact("endpoint", NOT_DECLARED);
        replace(&mut platform.pod_cidrs, root.texts(&["clusterPodNets"]));
        replace(&mut platform.service_cidrs, root.texts(&["clusterSvcNets"]));
        Fleet {
            folder: self.folder.to_owned(),
            cluster_name: root.fact("clusterName", NOT_DECLARED),
            platform,
            nodes: nodes.collect(),
            gateways: machines.iter().flat_map(|one| one.links.gateways.clone()).collect(),
            node_cidrs: machines.first().map(|one| one.node_cidrs.clone()).unwrap_or_default(),
            source: Some(root.source()),
        }
    }

    /// The layers of a node: patches for all, its role's section, its own entry.
    fn machine(&mut self, entry: &Cursor) -> Machine {
        let mut machine = Machine::default();
        let root = self.root.clone();
        self.add_patches(&mut machine, &root);
        let is_control_plane = entry.is_true("controlPlane");
        let section = root.get(if is_control_plane { "controlPlane" } else { "worker" });
        for layer in section.iter().chain([entry]) {
            add_fields(&mut machine, layer);
            self.add_patches(&mut machine, layer);
        }
        let role = if is_control_plane { Role::ControlPlane } else { Role::Worker };
        let declared = entry.get("controlPlane").unwrap_or_else(|| entry.clone());
        machine.role = Some(Fact::known(role, declared.source()));
        machine
    }

    fn add_patches(&mut self, machine: &mut Machine, layer: &Cursor) {
        for patch in layer.list("patches") {
            let Some(text) = patch.node.as_str() else {
                machine.add(&patch);
                continue;
            };
            match text.strip_prefix('@') {
                Some(path) => self.add_file(machine, &patch, path),
                None => add_inline(machine, &patch),
            }
        }
    }

    fn add_file(&mut self, machine: &mut Machine, patch: &Cursor, file_name: &str) {
        let sources = patch.sources;
        let found = path::join(self.folder, file_name)
            .and_then(|path| sources.find(Root::Repository, &path))
            .filter(|file| sources.file(*file).text().is_some());
        let Some(file) = found else {
            self.diagnostics.push(missing_patch(patch, file_name, self.folder));
            return;
        };
        for document in self.documents.of(file) {
            machine.add(&Cursor::new(&document.root, sources));
        }
    }
}

fn add_inline(machine: &mut Machine, patch: &Cursor) {
    if let Some(node) = yaml::parse_embedded(patch.node, patch.sources) {
        machine.add(&patch.embedded(&node));
    }
}

fn missing_patch(patch: &Cursor, missing: &str, folder: &str) -> Diagnostic {
    let files: Vec<_> = patch
        .sources
        .under(Root::Repository, folder)
        .filter_map(|(_, file)| file.path.strip_prefix(folder))
        .map(|path| format!("./{}", path.trim_start_matches('/')))
        .collect();
    Diagnostic::warning("talos/patch-missing", format!("patch `{missing}` does not exist"))
        .at(patch.node.span)
        .suggest(missing, files.iter().map(String::as_str))
}

/// Reads the keys that a node and the section of a role share.
fn add_fields(machine: &mut Machine, layer: &Cursor) {
    machine.add_labels(layer, "nodeLabels");
    machine.add_taints(layer, "nodeTaints");
    for interface in layer.list("networkInterfaces") {
        machine.links.add_interface(&interface);
    }
    let extensions = ["schematic", "customization", "systemExtensions", "officialExtensions"];
    replace(&mut machine.extensions, layer.texts(&extensions));
    set(&mut machine.installer, layer.get("talosImageURL"));
    set(&mut machine.install_disk, layer.get("installDisk"));
    if let Some(selector) = layer.get("installDiskSelector") {
        machine.set_disk_selector(&selector);
    }
}

/// The node of an entry; one without a readable name is called by its address or number.
fn node(entry: &Cursor, machine: &Machine, number: usize) -> Node {
    let address = entry.get("ipAddress").map(|address| {
        address.text().map(|text| text.split(',').next().unwrap_or_default().trim().to_owned())
    });
    let readable = |fact: &Fact<String>| match &fact.value {
        Value::Known(text) | Value::Templated(text) => Some(text.clone()),
        Value::Encrypted | Value::Unknown(_) => None,
    };
    let hostname = readable(&entry.fact("hostname", "no host name"))
        .or_else(|| address.as_ref().and_then(readable))
        .unwrap_or_else(|| format!("node-{number}"));
    let schematic = match &machine.installer {
        Some(image) => schematic_in(image),
        None if machine.extensions.is_empty() => Fact::unknown(NO_SCHEMATIC),
        None => Fact::unknown(INLINE_SCHEMATIC),
    };
    machine.node(hostname, address, schematic, entry.source())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn read_files(files: &[(&str, &str)]) -> (Fleet, Vec<Diagnostic>) {
        let sources =
            Sources::from_memory(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        let (documents, wrong) = parse(&sources);
        assert_eq!(wrong, []);
        let mut diagnostics = Vec::new();
        let fleet = read(&sources, &documents, &mut diagnostics).remove(0);
        (fleet, diagnostics)
    }

    #[test]
    fn nodes_have_layers() {
        let talconfig = format!(
            "clusterName: home\ntalosVersion: ${{talosVersion}}\nendpoint: https://192.0.2.20:6443\n\
             clusterPodNets: [10.42.0.0/16]\npatches: ['@./patches/all.yaml']\n\
             nodes:\n\
             - hostname: one\n  controlPlane: true\n  ipAddress: 192.0.2.11, 2001:db8::11\n\
             \x20 talosImageURL: factory.talos.dev/installer/{ID}\n\
             \x20 nodeTaints: {{dedicated: gpu:NoSchedule, bare: NoExecute}}\n\
             \x20 networkInterfaces:\n\
             \x20 - deviceSelector: {{busPath: '0000:06:13.0'}}\n    addresses: [198.51.100.11/24]\n\
             \x20 - interface: eth0\n    addresses: [192.0.2.11/24]\n    mtu: 1500\n\
             \x20   vip: {{ip: 192.0.2.20}}\n\
             \x20   routes: [{{network: 0.0.0.0/0, gateway: 192.0.2.1}}]\n\
             \x20   vlans: [{{vlanId: 30, dhcp: true}}]\n\
             - hostname: two\n  ipAddress: 192.0.2.12\n\
             \x20 patches: ['@./patches/all.yaml', \"machine:\\n  nodeLabels: {{zone: b}}\\n\"]\n"
        );
        let (fleet, diagnostics) = read_files(&[
            ("talos/talconfig.yaml", &talconfig),
            ("talos/talenv.yaml", "talosVersion: v1.13.0\n"),
            ("talos/patches/all.yaml", "machine:\n  nodeLabels: {zone: a}\n"),
        ]);
        assert_eq!(diagnostics, []);
        assert_eq!(fleet.platform.vip.shown(), "192.0.2.20");
        let version = &fleet.platform.talos_version;
        let path = version.source.as_ref().map(|source| source.path.as_str());
        assert_eq!((version.shown(), path), ("v1.13.0", Some("talos/talenv.yaml")));
        let [one, two] = fleet.nodes.as_slice() else { panic!("two nodes") };
        assert_eq!(
            (one.role.get(), two.role.get()),
            (Some(&Role::ControlPlane), Some(&Role::Worker))
        );
        assert_eq!(one.address.shown(), "192.0.2.11");
        assert_eq!((one.schematic_id.shown(), one.schematic.shown()), (ID, "0123456789ab"));
        assert_eq!((one.labels["zone"].shown(), two.labels["zone"].shown()), ("a", "b"));
        let taints: Vec<_> = one.taints.iter().map(Fact::shown).collect();
        assert_eq!(taints, ["bare:NoExecute", "dedicated=gpu:NoSchedule"]);
        let selectors: Vec<_> = one.interfaces.iter().map(|link| link.selector.shown()).collect();
        assert_eq!(selectors, ["eth0", "0000:06:13.0", "eth0.30"]);
        assert_eq!(one.interfaces[2].vlan.get(), Some(&30));
        assert_eq!(fleet.gateways[0].shown(), "192.0.2.1");
        let field = one.labels["zone"].source.as_ref().map(|source| source.field.as_str());
        assert_eq!(field, Some("machine.nodeLabels.zone"));
    }

    #[test]
    fn encrypted_values_stay_out() {
        let nodes = "nodes: [{hostname: 'ENC[x]'}, {hostname: 'ENC[y]', ipAddress: 192.0.2.9}]\n";
        let (fleet, _) = read_files(&[("talconfig.yaml", nodes)]);
        let names: Vec<_> = fleet.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["node-1", "192.0.2.9"]);
        let (fleet, _) = read_files(&[
            ("talconfig.yaml", "endpoint: https://${vip}:6443\nnodes: [{hostname: one}]\n"),
            ("talenv.sops.yaml", "vip: ENC[AES256_GCM,data:x]\n"),
        ]);
        assert_eq!(fleet.platform.endpoint.value, Value::Encrypted);
    }

    #[test]
    fn a_missing_patch_is_reported() {
        let (_, diagnostics) = read_files(&[
            (
                "talos/talconfig.yaml",
                "nodes:\n- hostname: one\n  patches: ['@./patches/al.yaml']\n",
            ),
            ("talos/patches/all.yaml", "machine: {}\n"),
        ]);
        assert_eq!(diagnostics[0].code, "talos/patch-missing");
        assert_eq!(diagnostics[0].help.as_deref(), Some("did you mean `./patches/all.yaml`?"));
    }

    #[test]
    fn inline_schematics_list_extensions() {
        let (fleet, _) = read_files(&[(
            "talconfig.yaml",
            "worker:\n  schematic: {customization: {systemExtensions: {officialExtensions: [siderolabs/x]}}}\n\
             nodes: [{hostname: one, installDiskSelector: {model: M}}]\n",
        )]);
        let node = &fleet.nodes[0];
        assert_eq!(node.extensions[0].shown(), "siderolabs/x");
        assert_eq!(node.schematic_id.value, Value::Unknown(INLINE_SCHEMATIC.to_owned()));
        assert_eq!(node.install_disk.shown(), "model: M");
    }
}
