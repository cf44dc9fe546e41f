//! Services that can be reached without a gateway: [`ExposedService`].
//!
//! In: Services, values of releases, Tailscale's objects. Out: load balancers with their addresses
//! and pools, node ports, external addresses, and what Tailscale exposes. The address that a pool
//! gives at run time is not known.

use std::collections::BTreeMap;

use super::Given;
use super::labels::{Labels, Selector, labels};
use super::served::{HOSTNAME, split};
use super::tree::{Tree, ends, visit};
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{ExposedService, Pool};
use crate::inventory::pools::KUBE_VIP;
use crate::inventory::{natural, scan, source_of, subnet};

/// Annotations that name a pool.
const POOL_KEYS: [&str; 3] =
    ["metallb.io/address-pool", "metallb.universe.tf/address-pool", "lbipam.cilium.io/pool"];

/// All of them, by id.
pub(super) fn read(given: &Given, trees: &[Tree]) -> Vec<ExposedService> {
    let mut found = Vec::new();
    let known = Known::read(given);
    for tree in trees {
        if tree.release.is_some() {
            visit(&tree.cursor, &mut |path, value| {
                found.extend(of_values(tree, path, value, &known));
            });
        } else if tree.object.is("", "Service") {
            found.extend(of_object(tree, &known));
        } else if tree.object.group == "tailscale.com" && tree.object.kind == "Connector" {
            found.push(connector(tree));
        }
    }
    natural::sort_by(&mut found, |one| &one.id);
    found.dedup_by(|later, earlier| {
        (&later.id, &later.kind, &later.source.span)
            == (&earlier.id, &earlier.kind, &earlier.source.span)
    });
    found
}

/// What Services are looked up in.
struct Known<'a> {
    given: &'a Given<'a>,
    /// The app of each Flux Kustomization that applies one; none where it applies several.
    owners: BTreeMap<&'a str, Option<&'a str>>,
    /// Pools by name that give addresses unasked, with the Services that they are for.
    pools: Vec<(&'a str, Selector)>,
}

impl<'a> Known<'a> {
    fn read(given: &'a Given<'a>) -> Self {
        let mut owners: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for app in given.apps {
            let Some(of) = &app.kustomization else { continue };
            owners.entry(of).and_modify(|app| *app = None).or_insert(Some(&app.id));
        }
        let kinds = [("cilium.io", "CiliumLoadBalancerIPPool"), ("metallb.io", "IPAddressPool")];
        let objects = kinds.into_iter().flat_map(|(group, kind)| given.effective.of(group, kind));
        let pool = |object: &'a Object| {
            let root = Cursor::new(&object.root, given.sources);
            let is_manual = root.at(&["spec", "autoAssign"]).and_then(|flag| flag.node.as_bool())
                == Some(false)
                || root.get("spec").is_some_and(|spec| spec.is_true("disabled"));
            let selector = Selector::read(root.at(&["spec", "serviceSelector"]).as_ref());
            (!is_manual).then_some((object.name.as_str(), selector))
        };
        let mut pools: Vec<_> = objects.filter_map(pool).collect();
        let is_text = |pool: &&Pool| {
            matches!(pool.kind.as_str(), "ConfigMap" | KUBE_VIP) && pool.selector.is_empty()
        };
        let in_text = given.pools.iter().filter(is_text);
        pools.extend(in_text.map(|pool| (pool.name.as_str(), Selector::read(None))));
        Self { given, owners, pools }
    }
}

fn of_object(tree: &Tree, known: &Known) -> Option<ExposedService> {
    let spec = tree.cursor.get("spec")?;
    let metadata = tree.cursor.get("metadata").unwrap_or_else(|| tree.cursor.clone());
    let kind = kind(&spec, &labels(metadata.get("annotations").as_ref()))?;
    let mut one = service(tree, kind, tree.object.id(), &tree.cursor, &spec);
    one.app = owner(tree, known);
    one.ports = spec.list("ports").iter().map(port).collect();
    one.hostnames = hostnames(&metadata);
    one.pools = pools(
        known,
        &one,
        &labels(metadata.get("labels").as_ref()),
        &labels(metadata.get("annotations").as_ref()),
        &one.id,
    );
    one.source = source_of(tree.object, known.given.sources);
    Some(one)
}

/// The app that a Service object belongs to: one of the same Kustomization that is alone there.
fn owner(tree: &Tree, known: &Known) -> Option<String> {
    let of = known.given.effective.kustomizations.get(tree.object.kustomization?)?.id();
    known.owners.get(of.as_str()).copied().flatten().map(str::to_owned)
}

fn kind(spec: &Cursor, annotations: &Labels) -> Option<&'static str> {
    let is_tailscale =
        annotations.get("tailscale.com/expose").is_some_and(|on| on.shown() == "true");
    match spec.node.str_at(&["type"]) {
        _ if is_tailscale => Some("Tailscale"),
        Some("LoadBalancer") => Some("LoadBalancer"),
        Some("NodePort") => Some("NodePort"),
        _ if !spec.list("externalIPs").is_empty() => Some("ExternalIPs"),
        _ => None,
    }
}

fn service(tree: &Tree, kind: &str, id: String, scanned: &Cursor, spec: &Cursor) -> ExposedService {
    let mut addresses = scan::read(scanned).addresses;
    addresses.extend(spec.texts(&["externalIPs"]));
    ExposedService {
        id,
        kind: kind.to_owned(),
        app: tree.app.map(str::to_owned),
        addresses,
        pools: vec![],
        class: spec.fact("loadBalancerClass", "the cluster's default"),
        ports: vec![],
        hostnames: vec![],
        from_values: tree.release.is_some(),
        source: scanned.source(),
    }
}

fn hostnames(metadata: &Cursor) -> Vec<Fact<String>> {
    let annotations = metadata.get("annotations");
    let keys = [HOSTNAME, "tailscale.com/hostname"];
    let of = |key: &&str| annotations.as_ref().and_then(|map| map.get(key));
    keys.iter().filter_map(of).flat_map(|value| split(&value.text())).collect()
}

/// `80/TCP`, with the node's port behind it where it is fixed.
fn port(item: &Cursor) -> Fact<String> {
    let number = item.fact("port", "not set");
    let protocol = item.node.str_at(&["protocol"]).unwrap_or("TCP").to_owned();
    let node = item.node.str_at(&["nodePort"]).map(|node| format!(" (node port {node})"));
    number.map(|number| format!("{number}/{protocol}{}", node.unwrap_or_default()))
}

/// A part of values that sets the type of a Service.
fn of_values(tree: &Tree, path: &[&str], value: &Cursor, known: &Known) -> Option<ExposedService> {
    let is_off = value.get("enabled").and_then(|flag| flag.node.as_bool()) == Some(false);
    if !value.node.is_collection() || is_off {
        return None;
    }
    let annotations = labels(value.get("annotations").as_ref());
    // Charts that set the type elsewhere still name the address.
    let fixed = || (!scan_own(value).is_empty()).then_some("LoadBalancer");
    let kind = kind(value, &annotations).or_else(fixed)?;
    let (_, last) = ends(path);
    let name = if tree.is_app_template() { last.to_owned() } else { path.join(".") };
    let is_single = tree.is_app_template()
        && tree.cursor.get("service").is_some_and(|map| map.entries().len() == 1);
    let id = match () {
        () if is_single => format!("{}/{}", tree.namespace(), tree.name()),
        () if tree.is_app_template() => format!("{}/{}-{name}", tree.namespace(), tree.name()),
        () => format!("{}/{} ({name})", tree.namespace(), tree.name()),
    };
    let mut one = service(tree, kind, id, value, value);
    one.addresses = one.addresses.into_iter().map(|address| tree.resolve(address)).collect();
    one.ports = value_ports(value);
    one.hostnames = hostnames(value).into_iter().map(|host| tree.resolve(host)).collect();
    let service_name = format!("{}/{}", tree.namespace(), tree.name());
    one.pools =
        pools(known, &one, &labels(value.get("labels").as_ref()), &annotations, &service_name);
    Some(one)
}

/// Fixed addresses among the annotations of this very part.
fn scan_own(value: &Cursor) -> Vec<Fact<String>> {
    value.get("annotations").map(|map| scan::read(&map).addresses).unwrap_or_default()
}

/// Ports of app-template's map, or of a list, or the one number that charts use.
fn value_ports(value: &Cursor) -> Vec<Fact<String>> {
    let Some(ports) = value.any(&["ports", "port"]) else { return vec![] };
    if !ports.node.is_collection() {
        return vec![ports.text()];
    }
    let items = ports.items();
    let entries = ports.entries().into_iter().map(|(_, entry)| entry);
    let all = items.into_iter().chain(entries);
    all.map(|entry| if entry.node.is_collection() { port(&entry) } else { entry.text() }).collect()
}

/// Pools that an address comes from: named, holding it, or chosen by labels.
fn pools(
    known: &Known,
    one: &ExposedService,
    own: &Labels,
    annotations: &Labels,
    id: &str,
) -> Vec<String> {
    if one.kind != "LoadBalancer" {
        return vec![];
    }
    if let Some(named) = POOL_KEYS.iter().find_map(|key| annotations.get(*key)) {
        return vec![named.shown().to_owned()];
    }
    if !one.addresses.is_empty() {
        let holds = |address: &str| {
            let pool = known.given.pools.iter().find(|pool| {
                pool.blocks
                    .iter()
                    .any(|block| block.get().is_some_and(|block| in_block(block, address)))
            });
            pool.map(|pool| pool.name.clone())
        };
        let mut names: Vec<_> =
            one.addresses.iter().filter_map(|address| holds(address.get()?)).collect();
        names.dedup();
        return names;
    }
    chosen(known, own, id)
}

/// Pools whose selector the Service fits; those with one are meant for it before the others.
fn chosen(known: &Known, own: &Labels, id: &str) -> Vec<String> {
    let (mut own, given) = (own.clone(), known.given);
    let (namespace, name) = id.split_once('/').unwrap_or(("", id));
    if let Some(source) =
        given.effective.objects.first().map(|object| source_of(object, given.sources))
    {
        for (key, value) in
            [("io.kubernetes.service.namespace", namespace), ("io.kubernetes.service.name", name)]
        {
            own.insert(key.to_owned(), Fact::known(value.to_owned(), source.clone()));
        }
    }
    let (mut selecting, mut open) = (Vec::new(), Vec::new());
    for (name, selector) in &known.pools {
        let list = if selector.requirements.is_empty() { &mut open } else { &mut selecting };
        if selector.fits(&own) == Some(true) {
            list.push((*name).to_owned());
        }
    }
    if selecting.is_empty() { open } else { selecting }
}

/// Whether an address is in a block, written as a range or in CIDR form.
fn in_block(block: &str, address: &str) -> bool {
    let Some((first, last)) = block.split_once('-') else {
        return subnet::contains(block, address);
    };
    let parse = |text: &str| text.trim().parse::<std::net::IpAddr>().ok();
    match (parse(first), parse(last), parse(address)) {
        (Some(first), Some(last), Some(address)) => first <= address && address <= last,
        _ => false,
    }
}

fn connector(tree: &Tree) -> ExposedService {
    let spec = tree.cursor.get("spec").unwrap_or_else(|| tree.cursor.clone());
    let mut one = service(tree, "Tailscale", tree.object.id(), &tree.cursor, &spec);
    one.addresses = spec.texts(&["subnetRouter", "advertiseRoutes"]);
    one.hostnames = spec.get("hostname").map(|name| name.text()).into_iter().collect();
    one.source = source_of(tree.object, tree.cursor.sources);
    one
}
