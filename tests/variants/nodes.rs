//! Where nodes are declared.

use super::{known, made};

/// `name role address`, with a dash for what is not known.
fn nodes(text: &str) -> Vec<String> {
    let made = made(text);
    let of = |node: &rackbook::inventory::Node| {
        let role = known(&node.role.value).map_or("-".to_owned(), |role| format!("{role:?}"));
        let address = known(&node.address.value).cloned().unwrap_or_else(|| "-".to_owned());
        format!("{} {role} {address}", node.name)
    };
    made.cluster.nodes.iter().map(of).collect()
}

#[test]
fn documents_of_talos_in_one_file_for_each_node() {
    let node = |name: &str, kind: &str| {
        format!(
            "== talos/{kind}/{name}.yaml\nversion: v1alpha1\nmachine:\n  type: {kind}\n  install: {{disk: /dev/sda}}\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: {name}\n---\napiVersion: v1alpha1\nkind: VLANConfig\nname: bond0.30\nvlanID: 30\nparent: bond0\n---\napiVersion: v1alpha1\nkind: DHCPv4Config\nname: bond0\n"
        )
    };
    let text = node("alpha", "controlplane") + &node("beta", "worker");
    assert_eq!(nodes(&text), ["alpha ControlPlane -", "beta Worker -"]);
}

#[test]
fn a_list_of_topf() {
    let text = "== talos/topf.yaml\nclusterName: home\nclusterEndpoint: https://192.0.2.10:6443\nkubernetesVersion: v1.34.1\nnodes:\n  - {host: alpha, ip: 192.0.2.11, role: control-plane}\n  - {host: beta, ip: 192.0.2.12, role: worker}\n";
    assert_eq!(nodes(text), ["alpha ControlPlane 192.0.2.11", "beta Worker 192.0.2.12"]);
}

#[test]
fn templates_that_nobody_rendered_declare_no_nodes() {
    let text = "== templates/config/talos/talconfig.yaml.j2\n#% for item in nodes %#\nnodes:\n  - hostname: \"#{ item.name }#\"\n#% endfor %#\n== templates/config/kubernetes/apps/a.yaml.j2\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: \"#{ name }#\"\n";
    let made = made(text);
    made.counts(&[("nodes", 0), ("namespaces", 0)]);
}
