//! topf's `topf.yaml` → [`Fleet`]s.
//!
//! In: every `topf.yaml` with the patch folders beside it. Out: nodes and platform. Files in
//! `node/<host>/` are patches of a node and never nodes of their own; Go templates (`.yaml.tpl`)
//! are not read.
//!
//! Format: <https://postfinance.github.io/topf/main/configuration-model/>.

use super::cursor::Cursor;
use super::fact::Fact;
use super::fleet::{Fleet, Parsed, parsed};
use super::links::Links;
use super::machine::{Machine, NOT_DECLARED, read_role};
use super::model::{Node, Role};
use crate::source::{Documents, Sources, path};

/// The fleets of all `topf.yaml` files.
pub(crate) fn read(sources: &Sources, documents: &Documents) -> Vec<Fleet> {
    let files: Vec<_> = parsed(sources, documents).collect();
    let is_topf = |parsed: &&Parsed| matches!(parsed.file.name(), "topf.yaml" | "topf.yml");
    files.iter().filter(is_topf).map(|topf| fleet(topf, &files, sources)).collect()
}

fn fleet(topf: &Parsed, files: &[Parsed], sources: &Sources) -> Fleet {
    let root = Cursor::new(&topf.documents[0].root, sources);
    let entries = root.list("nodes");
    let machines: Vec<_> =
        entries.iter().map(|entry| machine(entry, topf.folder(), files)).collect();
    let nodes = entries.iter().zip(&machines).map(|(entry, machine)| node(entry, machine));
    let mut platform = machines.first().cloned().unwrap_or_default().platform(root.source());
    let version = root.fact("talosVersion", NOT_DECLARED);
    platform.talos_version = version.or(platform.talos_version);
    let version = root.fact("kubernetesVersion", NOT_DECLARED);
    platform.kubernetes_version = version.or(platform.kubernetes_version);
    platform.endpoint = root.fact("clusterEndpoint", NOT_DECLARED).or(platform.endpoint);
    Fleet {
        folder: topf.folder().to_owned(),
        cluster_name: root.fact("clusterName", NOT_DECLARED),
        platform,
        nodes: nodes.collect(),
        gateways: machines.iter().flat_map(|one| one.links.gateways.clone()).collect(),
        node_cidrs: machines.first().map(|one| one.node_cidrs.clone()).unwrap_or_default(),
        source: Some(root.source()),
    }
}

/// The layers of a node in topf's order: `all/`, its role's folder, `node/<host>/`, its entry.
fn machine(entry: &Cursor, folder: &str, files: &[Parsed]) -> Machine {
    let mut machine = Machine::default();
    let role = entry.get("role").and_then(|role| read_role(&role));
    let role_folder = match role.as_ref().and_then(Fact::get) {
        Some(Role::ControlPlane) => "control-plane",
        Some(Role::Worker) | None => "worker",
    };
    let host = format!("node/{}", host(entry));
    for layer in ["all", role_folder, &host] {
        let layer = path::join(folder, layer).unwrap_or_default();
        for parsed in files.iter().filter(|parsed| path::parent(&parsed.file.path) == layer) {
            for document in parsed.documents {
                machine.add(&Cursor::new(&document.root, entry.sources));
            }
        }
    }
    machine.role = role;
    add_data(&mut machine, entry);
    machine
}

fn host(entry: &Cursor) -> String {
    entry.any_fact(&["host", "hostname", "ip"], "no host name").shown().to_owned()
}

/// Takes what the template's own patches read from `data`.
fn add_data(machine: &mut Machine, entry: &Cursor) {
    let Some(data) = entry.get("data") else { return };
    let serial = data.any(&["installDiskSerial"]);
    if let Some(disk) = data.any(&["installDisk"]) {
        machine.install_disk = Some(disk.text());
    } else if let Some(serial) = serial {
        machine.install_disk = Some(serial.text().map(|serial| format!("serial: {serial}")));
    }
    if data.any(&["macAddr"]).is_some() && machine.links.is_empty() {
        let mut links = Links::default();
        links.add_card(&data, "macAddr");
        machine.links = links;
    }
}

fn node(entry: &Cursor, machine: &Machine) -> Node {
    let schematic = match entry.any(&["schematicId", "schematicID"]) {
        Some(id) => id.text(),
        None => machine.schematic_id(),
    };
    let address = entry.any(&["ip"]).map(|ip| ip.text());
    machine.node(host(entry), address, schematic, entry.source())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    #[test]
    fn nodes_have_layers_and_data() {
        let files = [
            (
                "talos/topf.yaml",
                "clusterName: home\nclusterEndpoint: https://192.0.2.20:6443\ntalosVersion: v1.13.7\n\
                 nodes:\n\
                 - {host: one, ip: 192.0.2.10, role: control-plane, schematicId: abcdef0123456789,\n\
                 \x20  data: {installDisk: /dev/sda, macAddr: '02:00:00:00:00:01', mtu: 1500}}\n\
                 - {host: two, ip: 192.0.2.11, role: worker, data: {installDisk: '', installDiskSerial: S1}}\n",
            ),
            (
                "talos/all/10.yaml",
                "cluster: {network: {podSubnets: [10.42.0.0/16]}}\n\
                 machine: {kubelet: {nodeIP: {validSubnets: [192.0.2.0/24]}}}\n",
            ),
            (
                "talos/node/two/10.yaml",
                "machine: {nodeLabels: {zone: b}, network: {hostname: two}}\n",
            ),
        ];
        let sources = Sources::from_memory(files.map(|(path, text)| (path, text.as_bytes())));
        let (documents, _) = parse(&sources);
        let fleet = read(&sources, &documents).remove(0);
        let [one, two] = fleet.nodes.as_slice() else { panic!("two nodes") };
        assert_eq!(
            (one.role.get(), two.role.get()),
            (Some(&Role::ControlPlane), Some(&Role::Worker))
        );
        assert_eq!((one.address.shown(), one.schematic.shown()), ("192.0.2.10", "abcdef012345"));
        assert_eq!(one.interfaces[0].selector.shown(), "02:00:00:00:00:01");
        assert_eq!(one.interfaces[0].mtu.get(), Some(&1500));
        assert_eq!(
            (one.install_disk.shown(), two.install_disk.shown()),
            ("/dev/sda", "serial: S1")
        );
        assert_eq!(two.labels["zone"].shown(), "b");
        assert_eq!(fleet.platform.talos_version.shown(), "v1.13.7");
        assert_eq!(fleet.platform.pod_cidrs[0].shown(), "10.42.0.0/16");
        assert_eq!(fleet.node_cidrs[0].shown(), "192.0.2.0/24");
        let field = one.address.source.as_ref().map(|source| source.field.as_str());
        assert_eq!(field, Some("nodes[0].ip"));
    }
}
