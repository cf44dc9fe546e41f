//! What the tests of pictures in columns share: made-up clusters, and checks of a diagram.
//!
//! In: a number of apps. Out: a cluster with all that these pictures read, and failures. The same
//! number gives the same cluster.

use super::super::checks;
use crate::diagram::palette::Theme;
use crate::diagram::{Colours, Diagram, Target};
use crate::inventory::{
    App, Attachment, Audience, Authentication, Backup, BackupRepository, Claim, Cluster, Coverage,
    DatabaseCluster, Dependency, ExposedService, Exposure, Fact, Gateway, Isolation, IsolationSide,
    Kustomization, Network, ReachCell, Share, Source, StorageClass, Verdict, Volume,
    VolumeTemplate, Zone,
};
use crate::source::{FileId, Span};
use std::collections::BTreeMap;

pub(in crate::diagram::views) fn source() -> Source {
    Source {
        path: "made.yaml".into(),
        line: 1,
        column: 1,
        field: String::new(),
        from_site: false,
        from_rendered: false,
        span: Span::new(FileId(0), 0, 0),
    }
}

pub(in crate::diagram::views) fn known<T>(value: T) -> Fact<T> {
    Fact::known(value, source())
}

fn unknown<T>() -> Fact<T> {
    Fact::unknown("made up")
}

/// Where things lead in tests.
pub(in crate::diagram::views) fn links(target: &Target) -> Option<String> {
    match target {
        Target::App(id) => Some(format!("apps/{id}.html?<&")),
        Target::Gateway(id) | Target::Network(id) => Some(format!("network.html#{id}")),
        _ => None,
    }
}

/// How the names of a made cluster begin, and how many things it has.
#[derive(Clone, Copy, Debug)]
pub(in crate::diagram::views) struct Shape {
    pub(in crate::diagram::views) apps: usize,
    pub(in crate::diagram::views) spaces: usize,
    pub(in crate::diagram::views) gateways: usize,
    pub(in crate::diagram::views) classes: usize,
    pub(in crate::diagram::views) prefix: &'static str,
}

impl Shape {
    /// A usual cluster with a number of apps.
    pub(in crate::diagram::views) const fn of(apps: usize) -> Self {
        Self { apps, spaces: apps / 4 + 1, gateways: 3, classes: 3, prefix: "" }
    }
}

pub(in crate::diagram::views) fn made(shape: Shape) -> Cluster {
    let mut cluster = Cluster::empty(known(format!("{}example", shape.prefix)));
    cluster.networks = (0..3).map(network).collect();
    cluster.gateways = (0..shape.gateways).map(|at| gateway(shape, at)).collect();
    cluster.storage_classes = (0..shape.classes).map(|at| class(shape, at)).collect();
    cluster.backup_repositories = vec![repository()];
    for at in 0..shape.apps {
        add(&mut cluster, shape, at);
    }
    cluster.isolation = (0..shape.spaces).map(|at| isolation(shape, at)).collect();
    cluster
}

pub(in crate::diagram::views) fn reversed(mut cluster: Cluster) -> Cluster {
    cluster.networks.reverse();
    cluster.gateways.reverse();
    cluster.storage_classes.reverse();
    cluster.backup_repositories.reverse();
    cluster.apps.reverse();
    cluster.exposures.reverse();
    cluster.exposed_services.reverse();
    cluster.claims.reverse();
    cluster.volumes.reverse();
    cluster.volume_templates.reverse();
    cluster.shares.reverse();
    cluster.backups.reverse();
    cluster.databases.reverse();
    cluster.attachments.reverse();
    cluster.isolation.reverse();
    cluster.kustomizations.reverse();
    for exposure in &mut cluster.exposures {
        exposure.apps.reverse();
        exposure.gateways.reverse();
        exposure.audiences.reverse();
    }
    cluster
}

fn space(shape: Shape, at: usize) -> String {
    format!("{}space-{at}", shape.prefix)
}

fn network(at: usize) -> Network {
    Network {
        id: format!("vlan-{}", at * 10),
        name: if at == 0 { unknown() } else { known(format!("net-{at}")) },
        vlan: known(at as u16 * 10),
        cidr: known(format!("198.51.100.{}/28", at * 16)),
        gateway: unknown(),
        purpose: unknown(),
        interface: unknown(),
        primary: at == 0,
        rank: at,
        nodes: vec![],
        attachments: vec![],
        pools: vec![],
        source: source(),
    }
}

fn gateway_id(shape: Shape, at: usize) -> String {
    format!("network/{}gateway-{at}", shape.prefix)
}

fn gateway(shape: Shape, at: usize) -> Gateway {
    Gateway {
        id: gateway_id(shape, at),
        class: known("envoy".to_owned()),
        addresses: if at == 1 { vec![] } else { vec![known(format!("192.0.2.{at}"))] },
        listeners: vec![],
        network: None,
        routes: vec![],
        source: source(),
    }
}

fn class(shape: Shape, at: usize) -> StorageClass {
    StorageClass {
        name: format!("{}class-{at}", shape.prefix),
        provisioner: unknown(),
        backend: ["Ceph", "NFS", "Local"]
            .get(at)
            .map_or_else(|| format!("driver-{at}"), |it| (*it).into()),
        pool: if at == 0 { known("block".to_owned()) } else { unknown() },
        reclaim_policy: unknown(),
        is_default: at == 0,
        from_values: false,
        source: source(),
    }
}

fn repository() -> BackupRepository {
    BackupRepository {
        id: "storage/tank".to_owned(),
        kind: "ObjectStore".to_owned(),
        tool: "CloudNativePG".to_owned(),
        storage: known("s3".to_owned()),
        backups: vec![],
        source: source(),
    }
}

/// An app with what its number gives it.
fn add(cluster: &mut Cluster, shape: Shape, at: usize) {
    let namespace = space(shape, at * 7 % shape.spaces);
    let id = format!("{namespace}/{}app-{at}", shape.prefix);
    let seed = at * 7 + at / 3;
    if seed % 4 != 3 {
        cluster.exposures.push(exposure(shape, &id, seed));
    }
    if seed.is_multiple_of(5) {
        cluster.exposed_services.push(service(&id, seed));
    }
    if !seed.is_multiple_of(3) {
        claim(cluster, shape, &id, seed);
    }
    if seed.is_multiple_of(11) {
        cluster.shares.push(Share {
            protocol: "NFS".to_owned(),
            server: known("192.0.2.8".to_owned()),
            path: known(format!("/tank/{}", seed % 4)),
            user: format!("app {id}"),
            app: Some(id.clone()),
            source: source(),
        });
    }
    if seed.is_multiple_of(7) {
        cluster.attachments.push(attachment(&id));
    }
    let before = at.checked_sub(1).map(|at| cluster.apps[at].id.clone());
    cluster.kustomizations.push(kustomization(&id, before.as_deref()));
    cluster.apps.push(app(cluster, &namespace, &id, seed));
}

fn app(cluster: &Cluster, namespace: &str, id: &str, seed: usize) -> App {
    let claims = cluster.claims.iter().filter(|claim| claim.app.as_deref() == Some(id));
    let used = cluster.attachments.iter().filter(|it| it.users.iter().any(|user| user == id));
    App {
        id: id.to_owned(),
        namespace: namespace.to_owned(),
        name: id.split_once('/').map_or("", |(_, name)| name).to_owned(),
        kind: "HelmRelease".to_owned(),
        purpose: unknown(),
        chart: None,
        workloads: vec![],
        images: vec![],
        routes: vec![],
        claims: claims.map(|claim| claim.id.clone()).collect(),
        attachments: used.map(|it| it.id.clone()).collect(),
        gpus: if seed.is_multiple_of(6) {
            vec![known("nvidia.com/gpu: 1".to_owned())]
        } else {
            vec![]
        },
        secrets: (0..seed % 3).map(|at| format!("secret-{at}")).collect(),
        addresses: vec![],
        kustomization: Some(id.to_owned()),
        objects: vec![],
        chain: vec![],
        source: source(),
    }
}

fn kustomization(id: &str, before: Option<&str>) -> Kustomization {
    let edge = |id: &str| Dependency { id: id.to_owned(), exists: true, source: source() };
    Kustomization {
        id: id.to_owned(),
        path: unknown(),
        depends_on: before.into_iter().map(edge).collect(),
        external: false,
        objects: 1,
        source: source(),
    }
}

fn attachment(id: &str) -> Attachment {
    Attachment {
        id: format!("{id}-iot"),
        plugin: unknown(),
        master: unknown(),
        ipam: unknown(),
        subnet: unknown(),
        range_start: unknown(),
        range_end: unknown(),
        network: Some("vlan-10".to_owned()),
        users: vec![id.to_owned()],
        source: source(),
    }
}

fn exposure(shape: Shape, id: &str, seed: usize) -> Exposure {
    let audience = [
        Audience::Lan,
        Audience::Wan,
        Audience::Lan,
        Audience::Unpublished,
        Audience::Overlay,
        Audience::Unknown,
    ][seed % 6];
    let authentication = [
        Authentication::NoneDeclared,
        Authentication::Required,
        Authentication::NoneDeclared,
        Authentication::Partial,
        Authentication::Unknown,
    ][seed % 5];
    let wan = audience == Audience::Wan;
    Exposure {
        name: known(format!("{}.example.com", id.replace('/', "."))),
        audience,
        audiences: if wan { vec![Audience::Lan, Audience::Wan] } else { vec![audience] },
        reasons: vec![],
        assumed: false,
        routes: vec![],
        apps: if seed.is_multiple_of(9) { vec![] } else { vec![id.to_owned()] },
        gateways: (0..seed % 3)
            .map(|at| gateway_id(shape, (seed + at) % (shape.gateways + 1)))
            .collect(),
        ingress_classes: if seed % 8 == 1 { vec![known("nginx".to_owned())] } else { vec![] },
        publishers: vec![],
        tunnels: if wan && seed.is_multiple_of(2) {
            vec![]
        } else {
            vec!["network/tunnel".to_owned()]
        },
        authentication,
        auth_by: vec![],
        sources: vec![],
    }
}

fn service(id: &str, seed: usize) -> ExposedService {
    ExposedService {
        id: format!("{id}-service"),
        kind: ["LoadBalancer", "NodePort", "Tailscale"][seed % 3].to_owned(),
        app: if seed.is_multiple_of(10) { None } else { Some(id.to_owned()) },
        addresses: (0..seed % 3).map(|at| known(format!("192.0.2.{}", 100 + at))).collect(),
        pools: vec![],
        class: unknown(),
        ports: vec![],
        hostnames: vec![],
        from_values: false,
        source: source(),
    }
}

fn claim(cluster: &mut Cluster, shape: Shape, id: &str, seed: usize) {
    let saved = seed.is_multiple_of(2);
    let backup = format!("{id}-backup");
    let bound = seed % 13 == 4;
    cluster.claims.push(Claim {
        id: format!("{id}-data"),
        class: if bound {
            unknown()
        } else {
            known(format!("{}class-{}", shape.prefix, seed % (shape.classes + 1)))
        },
        size: known(format!("{}Gi", seed % 90 + 1)),
        access: unknown(),
        from_values: false,
        app: Some(id.to_owned()),
        labels: BTreeMap::new(),
        volume: unknown(),
        filled_from: unknown(),
        backups: if saved { vec![backup.clone()] } else { vec![] },
        source: source(),
    });
    if bound {
        cluster.volumes.push(Volume {
            name: format!("{id}-volume"),
            class: unknown(),
            size: unknown(),
            access: unknown(),
            driver: known("nfs".to_owned()),
            server: known("192.0.2.9".to_owned()),
            path: Fact { value: crate::inventory::Value::Encrypted, source: None },
            claim: Some(format!("{id}-data")),
            reclaim_policy: unknown(),
            source: source(),
        });
    }
    if saved {
        cluster.backups.push(saving(&backup, format!("{id}-data"), seed));
        if seed.is_multiple_of(4) {
            cluster.backup_repositories[0].backups.push(backup);
        }
    }
    if seed % 5 == 1 {
        template(cluster, id);
    }
}

fn saving(id: &str, claim: String, seed: usize) -> Backup {
    Backup {
        id: id.to_owned(),
        kind: "ReplicationSource".to_owned(),
        tool: ["VolSync", "K8up"][seed / 2 % 2].to_owned(),
        schedules: vec![known(format!("{} 3 * * *", seed % 60))],
        time_zone: unknown(),
        retention: BTreeMap::new(),
        repository: unknown(),
        claims: vec![claim],
        templates: vec![],
        databases: vec![],
        missing: vec![],
        selection: unknown(),
        suspended: seed.is_multiple_of(8),
        source: source(),
    }
}

fn template(cluster: &mut Cluster, id: &str) {
    cluster.volume_templates.push(VolumeTemplate {
        id: format!("{id}/server.storage"),
        made_by: "StatefulSet".to_owned(),
        claim_prefix: None,
        class: unknown(),
        size: known("5Gi".to_owned()),
        access: unknown(),
        replicas: unknown(),
        app: Some(id.to_owned()),
        backups: vec![],
        source: source(),
    });
    cluster.databases.push(DatabaseCluster {
        id: format!("{id}-db"),
        engine: "PostgreSQL".to_owned(),
        operator: "CloudNativePG".to_owned(),
        instances: unknown(),
        image: unknown(),
        class: unknown(),
        size: unknown(),
        databases: vec![],
        backups: vec![],
        archive: unknown(),
        source: source(),
    });
}

fn isolation(shape: Shape, at: usize) -> Isolation {
    Isolation { namespace: space(shape, at), ingress: side(shape, at), egress: side(shape, at + 1) }
}

fn side(shape: Shape, at: usize) -> IsolationSide {
    let coverage = [Coverage::None, Coverage::Some, Coverage::All][at % 3];
    let others = (0..shape.spaces).filter(|other| (other + at).is_multiple_of(3));
    let zones = others.map(|other| Zone::Namespace(space(shape, other)));
    let zones = zones.chain([Zone::World, Zone::Network("vlan-10".to_owned())]);
    let verdicts = [Verdict::Allowed, Verdict::Restricted];
    let cell = |(at, zone)| ReachCell { zone, verdict: verdicts[at % 2], policies: vec![] };
    let cells = match coverage {
        Coverage::None => vec![],
        _ => zones.enumerate().map(cell).collect(),
    };
    IsolationSide { coverage, policies: vec![], cells }
}

/// Checks what must be true of any picture in columns.
pub(in crate::diagram::views) fn check(diagram: &Diagram, of: &str) {
    checks::scene(&diagram.scene, of);
    checks::lines_apart(&diagram.scene, |_, _| false, of);
    let table = diagram.rows();
    assert!(!table.rows.is_empty(), "no row: {of}");
    assert!(table.rows.iter().all(|row| row.len() == table.header.len()), "{of}");
    for svg in [diagram.svg("x"), diagram.file("x", Colours::Reader), diagram.raster(Theme::Dark)] {
        checks::xml(&svg);
    }
}

/// Shapes that each view has to stand.
pub(in crate::diagram::views) fn shapes() -> Vec<Shape> {
    let mut shapes: Vec<Shape> =
        [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 120, 150].into_iter().map(Shape::of).collect();
    for prefix in ["a-very-long-name-that-goes-on-and-on-and-on-", "名前の長いもの", "<b>&\"'\u{1}"]
    {
        shapes.push(Shape { prefix, ..Shape::of(40) });
    }
    shapes.push(Shape { gateways: 0, classes: 0, ..Shape::of(60) });
    shapes.push(Shape { gateways: 20, classes: 30, spaces: 60, ..Shape::of(150) });
    shapes.push(Shape { spaces: 1, ..Shape::of(150) });
    shapes.push(Shape { spaces: 150, ..Shape::of(150) });
    shapes
}
