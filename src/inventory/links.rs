//! The network interfaces of a Talos machine, from both forms of its configuration.
//!
//! In: `machine.network.interfaces[]` (talhelper's `networkInterfaces[]` is the same) and the
//! documents `LinkConfig`, `BondConfig`, `VLANConfig`, `DHCPv4Config`, …. Out: [`Interface`]s and
//! the default routers that they name. It never says which network an interface is on.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::cursor::Cursor;
use super::fact::{Fact, Value};
use super::model::Interface;

/// What an absent VLAN tag of an interface means.
const NO_TAG: &str = "this interface sets no tag";
/// What an absent MTU means.
const NO_MTU: &str = "not set";

/// Interfaces by what selects them, in the order in which they are first named.
#[derive(Clone, Default)]
pub(crate) struct Links {
    by_name: IndexMap<String, Interface>,
    /// Selectors of links that are part of a bond or bridge and have no address of their own.
    members: BTreeSet<String>,
    /// Selectors of links with a default route.
    routed: BTreeSet<String>,
    /// Default routers.
    pub(crate) gateways: Vec<Fact<String>>,
    /// Addresses that machines share.
    pub(crate) vips: Vec<Fact<String>>,
}

impl Links {
    /// Adds one entry of `machine.network.interfaces`.
    pub(crate) fn add_interface(&mut self, entry: &Cursor) {
        let selector = selector(entry);
        let name = match &selector.value {
            Value::Known(text) | Value::Templated(text) => text.clone(),
            // What cannot be told apart is not merged.
            Value::Encrypted | Value::Unknown(_) => format!("#{}", self.by_name.len()),
        };
        self.link(&name, selector);
        self.fill(&name, entry);
        for vlan in entry.list("vlans") {
            self.add_vlan(&name, &vlan);
        }
        for member in entry.texts(&["bond", "interfaces"]) {
            self.members.insert(member.shown().to_owned());
        }
    }

    /// Adds a card that is known by the MAC address at `key` of an entry.
    pub(crate) fn add_card(&mut self, entry: &Cursor, key: &str) {
        let selector = entry.fact(key, "nothing selects it");
        let name = selector.shown().to_owned();
        self.link(&name, selector);
        self.fill(&name, entry);
    }

    /// Whether no layer names an interface.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    fn add_vlan(&mut self, parent: &str, entry: &Cursor) {
        let tag = entry.fact("vlanId", NO_TAG);
        let name = format!("{parent}.{}", tag.shown());
        self.link(&name, Fact { source: tag.source.clone(), ..tag.clone().map(|_| name.clone()) });
        self.fill(&name, entry);
        self.by_name[&name].vlan = tag.parse();
    }

    /// Adds a document that configures one link; false where it is of another kind.
    pub(crate) fn add_document(&mut self, kind: &str, document: &Cursor) -> bool {
        let Some(name) = document.get("name") else { return false };
        let (fact, name) = (name.text(), name.text().shown().to_owned());
        match kind {
            "LinkConfig" | "DummyLinkConfig" | "BondConfig" | "BridgeConfig" | "VLANConfig" => {
                self.link(&name, fact);
                self.fill(&name, document);
                let members = document.texts(&["links"]);
                self.members.extend(members.iter().map(|member| member.shown().to_owned()));
                if kind == "VLANConfig" {
                    self.by_name[&name].vlan = document.fact("vlanID", NO_TAG).parse();
                }
            }
            "DHCPv4Config" | "DHCPv6Config" => {
                self.link(&name, fact);
                self.by_name[&name].dhcp = true;
            }
            "Layer2VIPConfig" | "HCloudVIPConfig" => self.vips.push(fact),
            _ => return false,
        }
        true
    }

    fn link(&mut self, name: &str, selector: Fact<String>) {
        self.by_name.entry(name.to_owned()).or_insert_with(|| Interface {
            selector,
            addresses: Vec::new(),
            network: None,
            vlan: Fact::unknown(NO_TAG),
            mtu: Fact::unknown(NO_MTU),
            dhcp: false,
        });
    }

    /// Reads addresses, MTU, routes and shared addresses, which all forms write alike.
    fn fill(&mut self, name: &str, entry: &Cursor) {
        let interface = &mut self.by_name[name];
        for address in entry.list("addresses") {
            let address = address.get("address").unwrap_or(address).text();
            if !interface.addresses.iter().any(|other| other.value == address.value) {
                interface.addresses.push(address);
            }
        }
        if entry.get("mtu").is_some() {
            interface.mtu = entry.fact("mtu", NO_MTU).parse();
        }
        interface.dhcp |= entry.is_true("dhcp");
        for route in entry.list("routes") {
            let target = route.any_fact(&["network", "destination"], "default");
            let is_default = matches!(target.shown(), "0.0.0.0/0" | "::/0" | "—");
            if let Some(gateway) = route.get("gateway").filter(|_| is_default) {
                self.gateways.push(gateway.text());
                self.routed.insert(name.to_owned());
            }
        }
        self.vips.extend(entry.at(&["vip", "ip"]).map(|vip| vip.text()));
    }

    /// The interfaces that have a meaning of their own, the primary one first.
    ///
    /// That is the one `is_primary` finds an address for, else the one with a default route, else
    /// the first.
    pub(crate) fn interfaces(&self, is_primary: impl Fn(&Interface) -> bool) -> Vec<Interface> {
        let mut links: Vec<_> = self
            .by_name
            .iter()
            .filter(|(name, link)| !self.members.contains(*name) || !link.addresses.is_empty())
            .collect();
        links.sort_by_key(|(name, link)| match () {
            () if is_primary(link) => 0,
            () if self.routed.contains(*name) => 1,
            () => 2,
        });
        links.into_iter().map(|(_, link)| link.clone()).collect()
    }
}

/// What chooses the interface: its name, or the first property of its selector.
fn selector(entry: &Cursor) -> Fact<String> {
    if let Some(name) = entry.any(&["interface", "name"]) {
        return name.text();
    }
    let selector = entry.get("deviceSelector");
    let properties = selector.as_ref().map(Cursor::entries).unwrap_or_default();
    let known = ["hardwareAddr", "permanentAddr", "busPath", "pciID", "driver"];
    let best = known.iter().find_map(|key| properties.iter().find(|(name, _)| name == key));
    match (best, properties.first()) {
        (Some((_, value)), _) => value.text(),
        (None, Some((key, value))) => value.text().map(|text| format!("{key}: {text}")),
        (None, None) => {
            Fact { source: Some(entry.source()), ..Fact::unknown("nothing selects it") }
        }
    }
}
