//! Clusters of many sizes: the example's things, copied, renamed and tied anew by a seed.
//!
//! In: a seed. Out: a cluster, the same for the same seed. What the example holds besides is kept in
//! part, so that references lead nowhere now and then.

use std::path::Path;
use std::sync::LazyLock;

use crate::inventory::{App, Cluster, Dependency, Fact, Namespace, Source};
use crate::source::{Roots, parse, read};
use crate::{gitops, inventory};

/// The cluster of a repository, or nothing where the folder is absent.
pub(super) fn of(folder: &Path) -> Option<Cluster> {
    let roots = Roots { repository: folder.to_owned(), site: folder.to_owned() };
    let (sources, _) = read(&roots).ok()?;
    let documents = parse(&sources).0;
    let (effective, wrong) = gitops::walk(&sources, &documents, None);
    Some(inventory::collect(&sources, &documents, &effective, None, &wrong).0)
}

pub(super) static EXAMPLE: LazyLock<Cluster> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab");
    of(&folder).expect("the example is read")
});

/// Numbers that look random and are the same for the same seed (Knuth's MMIX generator).
#[derive(Clone, Copy, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.below(2);
        random
    }

    /// A number below a limit.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number up to a limit, small ones more often.
    fn size(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1).min(self.below(most - least + 1))
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }

    fn thin<T>(&mut self, list: &mut Vec<T>) {
        list.retain(|_| self.chance(80));
    }
}

fn copies<T: Clone>(of: &[T], count: usize) -> Vec<T> {
    of.iter().cycle().take(if of.is_empty() { 0 } else { count }).cloned().collect()
}

const STEMS: [&str; 12] = [
    "player",
    "kube-metrics-stack",
    "dns",
    "paperwork",
    "a-name-that-is-far-longer-than-any-chip-has-room-for",
    "home-hub",
    "x",
    "zigbee-bridge",
    "名前の長いもの",
    "vector-store",
    "mail.relay",
    "operator",
];

fn name(random: &mut Random, at: usize) -> String {
    format!("{}-{at}", STEMS[random.below(STEMS.len())])
}

/// The cluster of a seed: 1 to 60 nodes, none to 12 networks, 1 to 150 apps.
pub(super) fn cluster(seed: u64) -> Cluster {
    let mut random = Random::new(seed);
    let mut cluster = EXAMPLE.clone();
    let source = cluster.apps[0].source.clone();
    networks(&mut cluster, &mut random, &source);
    machines(&mut cluster, &mut random, &source);
    gateways(&mut cluster, &mut random);
    storage(&mut cluster, &mut random);
    apps(&mut cluster, &mut random);
    ties(&mut cluster, &mut random);
    order(&mut cluster, &mut random, &source);
    random.thin(&mut cluster.exposures);
    random.thin(&mut cluster.exposed_services);
    random.thin(&mut cluster.policies);
    random.thin(&mut cluster.isolation);
    random.thin(&mut cluster.backups);
    random.thin(&mut cluster.gpu_requests);
    random.thin(&mut cluster.databases);
    cluster
}

fn networks(cluster: &mut Cluster, random: &mut Random, source: &Source) {
    cluster.networks = copies(&cluster.networks, random.size(0, 12));
    for (at, network) in cluster.networks.iter_mut().enumerate() {
        network.id = format!("vlan-{}", at * 10 + 1);
        network.rank = at;
        network.primary = at == 0;
        if random.chance(70) {
            network.name = Fact::known(name(random, at), source.clone());
        }
        network.cidr = Fact::known(format!("198.51.100.{}/28", at * 16), source.clone());
        network.nodes.clear();
    }
}

fn machines(cluster: &mut Cluster, random: &mut Random, source: &Source) {
    cluster.hosts = copies(&cluster.hosts, random.size(0, 9));
    for (at, host) in cluster.hosts.iter_mut().enumerate() {
        host.name = name(random, at);
        host.vms.clear();
    }
    let hosts: Vec<String> = cluster.hosts.iter().map(|host| host.name.clone()).collect();
    cluster.vms = copies(&cluster.vms, random.size(0, 4));
    for (at, vm) in cluster.vms.iter_mut().enumerate() {
        vm.name = format!("vm-{}", name(random, at));
        vm.node = None;
        if let Some(host) = hosts.get(random.below(hosts.len() + 1)) {
            vm.host = Fact::known(host.clone(), source.clone());
        }
    }
    cluster.nodes = copies(&cluster.nodes, random.size(1, 60));
    for (at, node) in cluster.nodes.iter_mut().enumerate() {
        node.name = name(random, at);
        node.vm = None;
        node.host = hosts.get(random.below(hosts.len() + 1)).cloned();
        for interface in &mut node.interfaces {
            let on = cluster.networks.get(random.below(cluster.networks.len() + 1));
            interface.network = on.map(|network| network.id.clone());
        }
    }
    for network in &mut cluster.networks {
        let nodes = cluster.nodes.iter().filter(|node| {
            node.interfaces.iter().any(|one| one.network.as_ref() == Some(&network.id))
        });
        network.nodes = nodes.map(|node| node.name.clone()).collect();
    }
    cluster.gpus = copies(&cluster.gpus, random.size(0, 6));
    for gpu in &mut cluster.gpus {
        gpu.node.clone_from(&cluster.nodes[random.below(cluster.nodes.len())].name);
    }
}

fn gateways(cluster: &mut Cluster, random: &mut Random) {
    cluster.gateways = copies(&cluster.gateways, random.size(0, 10));
    for (at, gateway) in cluster.gateways.iter_mut().enumerate() {
        gateway.id = format!("network/{}", name(random, at));
        let on = cluster.networks.get(random.below(cluster.networks.len() + 1));
        gateway.network = on.map(|network| network.id.clone());
    }
    cluster.tunnels = copies(&cluster.tunnels, random.size(0, 3));
    for (at, tunnel) in cluster.tunnels.iter_mut().enumerate() {
        tunnel.app = format!("network/{}", name(random, at));
        let led = cluster.gateways.iter().filter(|_| random.chance(40));
        tunnel.gateways = led.map(|gateway| gateway.id.clone()).collect();
    }
}

fn storage(cluster: &mut Cluster, random: &mut Random) {
    cluster.storage_classes = copies(&cluster.storage_classes, random.size(0, 8));
    for (at, class) in cluster.storage_classes.iter_mut().enumerate() {
        class.name = format!("class-{at}");
        if random.chance(60) {
            class.backend = name(random, at / 2);
        }
    }
}

fn apps(cluster: &mut Cluster, random: &mut Random) {
    let spaces: Vec<String> = (0..random.size(1, 24)).map(|at| name(random, at)).collect();
    cluster.apps = copies(&cluster.apps, random.size(1, 150));
    for (at, app) in cluster.apps.iter_mut().enumerate() {
        app.namespace.clone_from(&spaces[random.size(0, spaces.len() - 1)]);
        app.name = name(random, at);
        app.id = format!("{}/{}", app.namespace, app.name);
    }
    let first = cluster.namespaces[0].clone();
    let space = |name: &String| {
        let own = cluster.apps.iter().filter(|app| app.namespace == *name);
        let apps = own.map(|app| app.id.clone()).collect();
        Namespace { name: name.clone(), apps, ..first.clone() }
    };
    cluster.namespaces = spaces.iter().map(space).collect();
}

fn ties(cluster: &mut Cluster, random: &mut Random) {
    let ids: Vec<String> = cluster.apps.iter().map(|app| app.id.clone()).collect();
    let any = |random: &mut Random| ids[random.below(ids.len())].clone();
    cluster.routes = copies(&cluster.routes, random.size(0, ids.len()));
    for (at, route) in cluster.routes.iter_mut().enumerate() {
        let app = any(random);
        route.id = format!("{app}-{at}");
        route.app = Some(app);
        let through = cluster.gateways.iter().filter(|_| random.chance(30));
        route.gateways = through.map(|gateway| gateway.id.clone()).collect();
    }
    cluster.claims = copies(&cluster.claims, random.size(0, ids.len()));
    for (at, claim) in cluster.claims.iter_mut().enumerate() {
        let app = any(random);
        claim.id = format!("{app}-{at}");
        claim.app = Some(app);
        if let Some(class) = cluster.storage_classes.get(random.below(9)) {
            claim.class = Fact::known(class.name.clone(), class.source.clone());
        }
    }
    cluster.attachments = copies(&cluster.attachments, random.size(0, 12));
    for (at, attachment) in cluster.attachments.iter_mut().enumerate() {
        attachment.id = format!("network/attachment-{at}");
        let on = cluster.networks.get(random.below(cluster.networks.len() + 1));
        attachment.network = on.map(|network| network.id.clone());
        attachment.users = (0..random.size(0, 3)).map(|_| any(random)).collect();
    }
}

/// What Flux applies, and in which order.
fn order(cluster: &mut Cluster, random: &mut Random, source: &Source) {
    cluster.kustomizations = copies(&cluster.kustomizations, random.size(0, 60));
    let mut before: Vec<String> = Vec::new();
    for (at, entry) in cluster.kustomizations.iter_mut().enumerate() {
        entry.id = format!("space-{}/{}", at % 5, name(random, at));
        entry.depends_on.clear();
        for _ in 0..random.size(0, 3) {
            let id = before.get(random.below(before.len() + 1)).cloned();
            let exists = id.is_some();
            let id = id.unwrap_or_else(|| "flux-system/nowhere".to_owned());
            entry.depends_on.push(Dependency { id, exists, source: source.clone() });
        }
        before.push(entry.id.clone());
    }
}

/// The same cluster with its lists in another order.
pub(super) fn shuffled(mut cluster: Cluster, seed: u64) -> Cluster {
    let mut random = Random::new(seed);
    macro_rules! shuffle {
        ($($list:ident),* $(,)?) => { $(random.shuffle(&mut cluster.$list);)* };
    }
    shuffle!(
        hosts,
        vms,
        nodes,
        gpus,
        networks,
        attachments,
        gateways,
        routes,
        tunnels,
        namespaces,
        apps,
        kustomizations,
        storage_classes,
        claims,
        exposures,
        exposed_services,
        policies,
        isolation,
        backups,
        gpu_requests,
        databases,
        volume_templates,
        auth_policies,
        tunnel_rules,
    );
    cluster
}

/// An app like the first of a cluster.
pub(super) fn newcomer(cluster: &Cluster, namespace: &str) -> App {
    let name = "newcomer-with-a-long-name".to_owned();
    let id = format!("{namespace}/{name}");
    App { id, name, namespace: namespace.to_owned(), ..cluster.apps[0].clone() }
}
