//! The platform, hypervisors, virtual machines, nodes and graphics cards as things.
//!
//! In: a cluster. Out: its machines.

use super::super::Kind;
use super::super::thing::{Field, Held, Thing, Things, text};
use crate::inventory::{Cluster, Fact, Host, Interface, Nic, Node, Role, Value, VersionNote, Vm};

pub(super) fn add(cluster: &Cluster, things: &mut Things) {
    platform(cluster, things);
    cluster.hosts.iter().for_each(|one| things.add(Kind::Host, &one.name, host(one)));
    cluster.vms.iter().for_each(|one| things.add(Kind::Vm, &one.name, vm(one)));
    cluster.nodes.iter().for_each(|one| things.add(Kind::Node, &one.name, node(one)));
    gpus(cluster, things);
}

/// Each value is a thing of its own, so that its name leads the sentence.
fn platform(cluster: &Cluster, things: &mut Things) {
    let platform = &cluster.platform;
    let mut add = |name: &str, value: Held, fact: Option<&Fact<String>>| {
        let source = fact.and_then(|fact| fact.source.clone());
        let about = fact.and_then(text);
        let thing = Thing { source: source.clone(), ..Thing::default() }.about(about);
        let field = Field { name: "value", of: None, value, source };
        things.add(Kind::Platform, name, thing.field("value".to_owned(), field));
    };
    let versions =
        [("Talos", &platform.talos_version), ("Kubernetes", &platform.kubernetes_version)];
    for (name, fact) in versions {
        add(name, Held::Version(text(fact)), Some(fact));
    }
    // Charts and images are told with their apps; tools on a desk are not part of the cluster.
    let is_own = |one: &&VersionNote| {
        !matches!(one.component.as_str(), "Talos" | "Kubernetes")
            && !matches!(one.origin.as_str(), "chart" | "image" | "tool")
    };
    for one in cluster.versions.iter().filter(is_own) {
        let name = format!("{} ({})", one.component, one.origin);
        add(&name, Held::Version(text(&one.version)), Some(&one.version));
    }
    let others = [
        ("cluster name", &cluster.name),
        ("distribution", &platform.distribution),
        ("API server", &platform.endpoint),
        ("API address", &platform.vip),
    ];
    for (name, fact) in others {
        add(name, Held::One(text(fact)), Some(fact));
    }
    for (name, facts) in
        [("pod networks", &platform.pod_cidrs), ("service networks", &platform.service_cidrs)]
    {
        add(name, Held::Set(facts.iter().filter_map(text).collect()), facts.first());
    }
}

fn host(host: &Host) -> Thing {
    Thing::at(&host.source)
        .about(text(&host.model))
        .fact("address", &host.address)
        .fact("model", &host.model)
        .fact("CPU", &host.cpu)
        .fact("threads", &host.threads)
        .fact("memory (GiB)", &host.memory_gb)
}

fn vm(vm: &Vm) -> Thing {
    let sized = |fact: &Fact<u64>, unit: &str| text(fact).map(|size| format!("{size} {unit}"));
    Thing::at(&vm.source)
        .about(text(&vm.host).map(|host| format!("on {host}")))
        .about(text(&vm.vcpu).map(|number| format!("{number} vCPU")))
        .about(sized(&vm.memory_mb, "MiB memory"))
        .about(sized(&vm.disk_gb, "GiB disk"))
        .fact("id", &vm.id)
        .fact("host", &vm.host)
        .text("node", vm.node.as_deref())
        .fact("vCPU", &vm.vcpu)
        .fact("memory (MiB)", &vm.memory_mb)
        .fact("disk (GiB)", &vm.disk_gb)
        .fact("storage pool", &vm.pool)
        .fact("GPU", &vm.gpu_model)
        .fact("GPU mapping", &vm.gpu_mapping)
        .set("network cards", vm.nics.iter().map(nic))
}

fn nic(nic: &Nic) -> String {
    let vlan = text(&nic.vlan).map(|vlan| format!("VLAN {vlan}"));
    words([text(&nic.bridge), vlan, text(&nic.mac)])
}

fn node(node: &Node) -> Thing {
    Thing::at(&node.source)
        .about(role(&node.role))
        .about(text(&node.address))
        .text("role", role(&node.role).as_deref())
        .fact("address", &node.address)
        .text("host", node.host.as_deref())
        .text("virtual machine", node.vm.as_deref())
        .fact("schematic", &node.schematic)
        .fact("schematic id", &node.schematic_id)
        .facts("extensions", &node.extensions)
        .fact("install disk", &node.install_disk)
        .labels("labels", &node.labels)
        .facts("taints", &node.taints)
        .facts("kernel modules", &node.kernel_modules)
        .set("interfaces", node.interfaces.iter().map(interface))
}

fn role(role: &Fact<Role>) -> Option<String> {
    match &role.value {
        Value::Known(Role::ControlPlane) => Some("control plane".to_owned()),
        Value::Known(Role::Worker) => Some("worker".to_owned()),
        Value::Templated(text) => Some(text.clone()),
        Value::Encrypted => Some("encrypted".to_owned()),
        Value::Unknown(_) => None,
    }
}

fn interface(one: &Interface) -> String {
    let labelled = |label: &str, value: Option<String>| value.map(|it| format!("{label} {it}"));
    let addresses: Vec<_> = one.addresses.iter().filter_map(text).collect();
    words([
        text(&one.selector),
        Some(addresses.join(" ")).filter(|all| !all.is_empty()),
        labelled("VLAN", text(&one.vlan)),
        labelled("MTU", text(&one.mtu)),
        one.dhcp.then(|| "DHCP".to_owned()),
    ])
}

/// The parts that are known, one behind the other.
pub(super) fn words<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn gpus(cluster: &Cluster, things: &mut Things) {
    for gpu in &cluster.gpus {
        let name = words([Some(gpu.node.clone()), text(&gpu.mapping)]);
        let thing = Thing::at(&gpu.source)
            .about(text(&gpu.model))
            .fact("model", &gpu.model)
            .fact("slots", &gpu.slots);
        things.add(Kind::Gpu, name, thing);
    }
    for sharing in &cluster.gpu_sharing {
        let thing = Thing::at(&sharing.source)
            .about([sharing.mode.clone()])
            .text("mode", Some(&sharing.mode))
            .fact("resource", &sharing.resource)
            .fact("replicas", &sharing.replicas);
        things.add(Kind::Gpu, format!("sharing by {}", sharing.id), thing);
    }
    for class in &cluster.device_classes {
        let thing = Thing::at(&class.source).facts("selectors", &class.selectors);
        things.add(Kind::Gpu, format!("device class {}", class.name), thing);
    }
    for claim in &cluster.device_claims {
        let thing = Thing::at(&claim.source).facts("device classes", &claim.device_classes);
        things.add(Kind::Gpu, format!("{} {}", claim.kind, claim.id), thing);
    }
}
