//! Settings of Cilium that decide how traffic goes: [`CniSetting`].
//!
//! In: values of the Cilium release. Out: the settings that are set, from a fixed list; a setting
//! that is not set has the chart's default, which is not known here.

use super::tree::Tree;
use crate::inventory::cursor::Cursor;
use crate::inventory::model::CniSetting;

/// Values that matter to readers, <https://docs.cilium.io/en/stable/helm-reference/>.
const SETTINGS: [&[&str]; 38] = [
    &["kubeProxyReplacement"],
    &["routingMode"],
    &["tunnel"],
    &["tunnelProtocol"],
    &["ipv4NativeRoutingCIDR"],
    &["ipv6NativeRoutingCIDR"],
    &["autoDirectNodeRoutes"],
    &["ipam", "mode"],
    &["ipv4", "enabled"],
    &["ipv6", "enabled"],
    &["bpf", "masquerade"],
    &["bpf", "datapathMode"],
    &["bpf", "hostLegacyRouting"],
    &["bpf", "lbExternalClusterIP"],
    &["enableIPv4Masquerade"],
    &["cni", "exclusive"],
    &["devices"],
    &["endpointRoutes", "enabled"],
    &["loadBalancer", "mode"],
    &["loadBalancer", "algorithm"],
    &["loadBalancer", "acceleration"],
    &["l2announcements", "enabled"],
    &["bgpControlPlane", "enabled"],
    &["externalIPs", "enabled"],
    &["socketLB", "enabled"],
    &["socketLB", "hostNamespaceOnly"],
    &["localRedirectPolicy"],
    &["gatewayAPI", "enabled"],
    &["ingressController", "enabled"],
    &["envoy", "enabled"],
    &["hubble", "enabled"],
    &["hubble", "relay", "enabled"],
    &["hubble", "ui", "enabled"],
    &["encryption", "enabled"],
    &["encryption", "type"],
    &["hostFirewall", "enabled"],
    &["policyEnforcementMode"],
    &["bandwidthManager", "enabled"],
];

/// The settings of all releases of Cilium.
pub(super) fn read(trees: &[Tree]) -> Vec<CniSetting> {
    trees.iter().filter(|tree| is_cilium(tree)).flat_map(settings).collect()
}

/// Whether the network's plugin closes pods that no policy selects.
pub(super) fn is_always_closed(settings: &[CniSetting]) -> bool {
    let always =
        |one: &CniSetting| one.name == "policyEnforcementMode" && one.value.shown() == "always";
    settings.iter().any(always)
}

fn is_cilium(tree: &Tree) -> bool {
    tree.release.is_some_and(|release| release.chart.name.as_deref() == Some("cilium"))
}

fn settings(tree: &Tree) -> Vec<CniSetting> {
    let found = SETTINGS.iter().filter_map(|path| Some((path, tree.cursor.at(path)?)));
    found.map(|(path, value)| setting(tree, path, &value)).collect()
}

fn setting(tree: &Tree, path: &[&str], value: &Cursor) -> CniSetting {
    let items = value.items();
    let fact = if items.is_empty() {
        value.text()
    } else {
        let texts: Vec<_> = items.iter().map(Cursor::text).collect();
        let shown: Vec<_> = texts.iter().map(crate::inventory::Fact::shown).collect();
        crate::inventory::Fact::known(shown.join(", "), value.source())
    };
    CniSetting { app: tree.owner(), name: path.join("."), value: fact }
}
