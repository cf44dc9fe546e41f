//! What the network picture says: names, details, tooltips, sentences and the table.
//!
//! In: gathered facts. Out: text. Absence is said, never guessed.

use std::collections::BTreeSet;

use super::MOST_LINES;
use super::gather::{Gathered, Group, Machine, Space, Store, Ties};
use crate::diagram::Table;
use crate::inventory::{App, Gateway, Network, Role, Tunnel};

/// The name of an id `namespace/name`.
pub(super) fn short(id: &str) -> String {
    id.rsplit_once('/').map_or(id, |(_, name)| name).to_owned()
}

fn namespace(id: &str) -> &str {
    id.split_once('/').map_or("", |(namespace, _)| namespace)
}

/// A number with its noun: `one` for one, `many` otherwise.
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn listed(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

fn joined(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

pub(super) fn network_name(network: &Network) -> String {
    let name = network.name.get().cloned();
    let vlan = || network.vlan.get().map(|vlan| format!("VLAN {vlan}"));
    let cidr = || network.cidr.get().cloned();
    let name = name.or_else(vlan).or_else(cidr).unwrap_or_else(|| network.id.clone());
    crate::diagram::text::shorten(&name)
}

/// Tag and range; empty where the name says the same.
pub(super) fn network_details(network: &Network) -> [String; 2] {
    let tag = network
        .vlan
        .get()
        .map_or_else(|| "tag not declared".to_owned(), |vlan| format!("VLAN {vlan}"));
    let range = network.cidr.get().cloned().unwrap_or_else(|| "range not declared".to_owned());
    let name = network_name(network);
    [tag, range].map(|part| if part == name { String::new() } else { part })
}

pub(super) fn network_title(network: &Network) -> String {
    let details = listed(&network_details(network));
    let nodes = count(network.nodes.len(), "node", "nodes");
    format!(
        "{}, {details}: {nodes}",
        network.name.get().cloned().unwrap_or_else(|| network_name(network))
    )
}

pub(super) fn tunnel_detail(tunnel: &Tunnel) -> String {
    format!("{} tunnel", tunnel.provider)
}

pub(super) fn tunnel_title(tunnel: &Tunnel) -> String {
    format!("{}, {} in {}", short(&tunnel.app), tunnel_detail(tunnel), namespace(&tunnel.app))
}

/// A gateway's name, with its namespace where another has the same.
pub(super) fn gateway_name(gathered: &Gathered, at: usize) -> String {
    let gateway = gathered.gateways[at];
    let name = short(&gateway.id);
    let same = gathered.gateways.iter().filter(|other| short(&other.id) == name).count();
    crate::diagram::text::shorten(if same > 1 { &gateway.id } else { &name })
}

pub(super) fn gateway_detail(gateway: &Gateway) -> String {
    let class = gateway.class.get().cloned().unwrap_or_default();
    let address =
        gateway.addresses.first().map_or("address not declared", |address| address.shown());
    let more = gateway.addresses.len().saturating_sub(1);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    joined(&[format!("{address}{more}"), class])
}

pub(super) fn gateway_title(gathered: &Gathered, at: usize) -> String {
    let gateway = gathered.gateways[at];
    let routes = count(gateway.routes.len(), "route", "routes");
    format!(
        "{}, gateway in {}: {}, {routes}",
        short(&gateway.id),
        namespace(&gateway.id),
        gateway_detail(gateway)
    )
}

pub(super) fn store_detail(store: &Store) -> String {
    let classes = store.classes.iter().copied().collect::<Vec<_>>().join(", ");
    joined(&[count(store.claims, "claim", "claims"), classes, store.note.to_owned()])
}

pub(super) fn group_words(group: &Group) -> (String, String) {
    match group.host {
        Some(host) => {
            let model = host.model.get().cloned().unwrap_or_else(|| host.kind.clone());
            (host.name.clone(), model)
        }
        None => ("Nodes".to_owned(), "host not declared".to_owned()),
    }
}

pub(super) fn group_title(group: &Group) -> String {
    let (name, detail) = group_words(group);
    format!("{name}, {detail}: {}", count(group.machines.len(), "machine", "machines"))
}

fn role(machine: &Machine) -> String {
    let role = machine.node.and_then(|node| node.role.get());
    match (machine.node, role) {
        (None, _) => "virtual machine".to_owned(),
        (_, Some(Role::ControlPlane)) => "control plane".to_owned(),
        (_, Some(Role::Worker)) => "worker".to_owned(),
        (_, None) => String::new(),
    }
}

fn address(machine: &Machine) -> String {
    let known = machine.node.and_then(|node| node.address.get());
    match (machine.node, known) {
        (None, _) => String::new(),
        (_, Some(address)) => address.clone(),
        (_, None) => "no address declared".to_owned(),
    }
}

pub(super) fn machine_detail(machine: &Machine) -> String {
    joined(&[role(machine), address(machine)])
}

/// The second line of a machine's chip: workers are the rule, so theirs is the address alone.
pub(super) fn machine_line(machine: &Machine) -> String {
    let address = match address(machine).as_str() {
        "no address declared" => "no address".to_owned(),
        known => known.to_owned(),
    };
    if address.is_empty() || role(machine) != "worker" {
        return joined(&[role(machine), address]);
    }
    address
}

fn names(gathered: &Gathered, on: &BTreeSet<usize>) -> String {
    on.iter().map(|at| network_name(gathered.networks[*at])).collect::<Vec<_>>().join(", ")
}

pub(super) fn machine_title(gathered: &Gathered, machine: &Machine) -> String {
    let on = names(gathered, &machine.networks);
    let on = if on.is_empty() { String::new() } else { format!(", on {on}") };
    let gpu = if machine.has_gpu { ", with a GPU" } else { "" };
    let detail = machine_detail(machine).replace(" · ", " at ");
    format!("{}, {detail}{on}{gpu}", machine.name)
}

pub(super) fn space_title(space: &Space) -> String {
    format!("{}, namespace: {}", space.name, count(space.apps.len(), "app", "apps"))
}

pub(super) fn app_title(gathered: &Gathered, app: &App, ties: &Ties) -> String {
    let mut title = format!("{}, app in {}", app.name, app.namespace);
    for (lead, names) in tied(gathered, ties) {
        if !names.is_empty() {
            title.extend([", ", lead, " ", &names]);
        }
    }
    title
}

/// What an app hangs on, in words.
fn tied(gathered: &Gathered, ties: &Ties) -> [(&'static str, String); 3] {
    let gateways = ties.gateways.iter().map(|at| gateway_name(gathered, *at)).collect::<Vec<_>>();
    let stores = ties.stores.iter().map(|at| gathered.stores[*at].name.clone()).collect::<Vec<_>>();
    [
        ("reached through", gateways.join(", ")),
        ("on", names(gathered, &ties.networks)),
        ("stores on", stores.join(", ")),
    ]
}

pub(super) fn machine_notes(gathered: &Gathered) -> Vec<String> {
    vec![count(gathered.nodes(), "node", "nodes")]
}

pub(super) fn namespace_notes(gathered: &Gathered) -> Vec<String> {
    let spaces = gathered.spaces.len();
    let apps = count(gathered.apps(), "app", "apps");
    if gathered.only.is_some() { vec![apps] } else { vec![apps, format!("in {spaces}")] }
}

pub(super) fn storage_notes(gathered: &Gathered) -> Vec<String> {
    if gathered.only.is_some() {
        return Vec::new();
    }
    let claims = gathered.stores.iter().map(|store| store.claims).sum();
    vec![count(claims, "claim", "claims")]
}

pub(super) fn description(gathered: &Gathered) -> String {
    let parts = [
        (gathered.networks.len(), "network", "networks"),
        (gathered.hosts.len(), "host", "hosts"),
        (gathered.nodes(), "node", "nodes"),
        (gathered.gateways.len(), "gateway", "gateways"),
        (gathered.apps(), "app", "apps"),
        (gathered.stores.len(), "storage backend", "storage backends"),
    ];
    let parts = parts.into_iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, one, many)| count(number, one, many)).collect();
    match parts.split_last() {
        None => "Nothing was found to draw.".to_owned(),
        Some((only, [])) => format!("Shows {only}."),
        Some((last, rest)) => {
            format!("Shows {} and {last}, and what hangs on what.", rest.join(", "))
        }
    }
}

pub(super) fn namespace_description(gathered: &Gathered) -> String {
    let apps = count(gathered.apps(), "app", "apps");
    format!("Shows {apps}, and the networks, gateways and storage that {}.", {
        if gathered.apps() == 1 { "it uses" } else { "they use" }
    })
}

pub(super) fn caption(gathered: &Gathered) -> String {
    let mut sentences = Vec::new();
    match gathered.bare_spaces {
        0 => {}
        1 => sentences.push("1 namespace holds no app and is left out.".to_owned()),
        many => sentences.push(format!("{many} namespaces hold no app and are left out.")),
    }
    let kinds = [
        (gathered.networks.len(), "networks"),
        (gathered.tunnels.len(), "tunnels"),
        (gathered.gateways.len(), "gateways"),
        (gathered.stores.len(), "storage backends"),
    ];
    for (number, kind) in kinds.into_iter().filter(|(number, _)| *number > MOST_LINES) {
        let rest = number - MOST_LINES;
        sentences
            .push(format!("Lines of {rest} of {number} {kind} are left out; the table has them."));
    }
    sentences.join(" ")
}

/// The facts of the picture, one row for each box.
pub(super) fn table(gathered: &Gathered) -> Table {
    let header = ["What", "Name", "In", "Detail", "Networks", "Gateways", "Storage"];
    let mut rows = Vec::new();
    let mut add = |cells: [String; 7]| rows.push(cells.to_vec());
    let no = String::new;
    for tunnel in &gathered.tunnels {
        let leads = tunnel.gateways.iter().map(|id| short(id)).collect::<Vec<_>>().join(", ");
        let within = namespace(&tunnel.app).to_owned();
        add([
            "tunnel".into(),
            short(&tunnel.app),
            within,
            tunnel_detail(tunnel),
            no(),
            leads,
            no(),
        ]);
    }
    for network in gathered.drawn_networks().map(|at| gathered.networks[at]) {
        let details = listed(&network_details(network));
        add(["network".into(), network_name(network), no(), details, no(), no(), no()]);
    }
    for group in gathered.hosts.iter().chain(std::iter::once(&gathered.loose)) {
        let within = group.host.map_or_else(no, |host| host.name.clone());
        if let Some(host) = group.host {
            add(["host".into(), host.name.clone(), no(), group_words(group).1, no(), no(), no()]);
        }
        for machine in &group.machines {
            let gpu = if machine.has_gpu { "GPU".to_owned() } else { no() };
            let detail = joined(&[machine_detail(machine), gpu]);
            let kind = if machine.node.is_some() { "node" } else { "VM" };
            let on = names(gathered, &machine.networks);
            add([kind.into(), machine.name.to_owned(), within.clone(), detail, on, no(), no()]);
        }
    }
    for at in gathered.drawn_gateways() {
        let gateway = gathered.gateways[at];
        let on = gathered.networks.iter().find(|net| Some(&net.id) == gateway.network.as_ref());
        let on = on.map_or_else(no, |network| network_name(network));
        let within = namespace(&gateway.id).to_owned();
        let name = gateway_name(gathered, at);
        add(["gateway".into(), name, within, gateway_detail(gateway), on, no(), no()]);
    }
    for app in gathered.spaces.iter().flat_map(|space| &space.apps) {
        let none = Ties::default();
        let ties = gathered.ties.get(app.id.as_str()).unwrap_or(&none);
        let [(_, gateways), (_, networks), (_, stores)] = tied(gathered, ties);
        let kind = app.kind.clone();
        add([
            "app".into(),
            app.name.clone(),
            app.namespace.clone(),
            kind,
            networks,
            gateways,
            stores,
        ]);
    }
    for store in gathered.drawn_stores().map(|at| &gathered.stores[at]) {
        add(["storage".into(), store.name.clone(), no(), store_detail(store), no(), no(), no()]);
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}
