//! A homelab that does not exist: four hosts, fifteen nodes, sixty apps, and odd values.
//!
//! In: nothing. Out: a [`Cluster`] that fills every page, and an empty one.

use std::collections::BTreeMap;

use crate::content::{Heading, Page};
use crate::inventory::*;
use crate::site::Meta;
use crate::source::{FileId, Span};

pub(super) fn source(path: &str, line: u32) -> Source {
    let span = Span { file: FileId(0), start: 0, end: 0 };
    Source {
        path: path.to_owned(),
        line,
        column: 1,
        field: String::new(),
        from_site: false,
        from_rendered: false,
        span,
    }
}

fn known<T>(value: T, path: &str, line: u32) -> Fact<T> {
    Fact::known(value, source(path, line))
}

fn text(value: &str, path: &str, line: u32) -> Fact<String> {
    known(value.to_owned(), path, line)
}

fn templated<T>(text: &str, path: &str, line: u32) -> Fact<T> {
    Fact { value: Value::Templated(text.to_owned()), source: Some(source(path, line)) }
}

fn encrypted<T>(path: &str, line: u32) -> Fact<T> {
    Fact { value: Value::Encrypted, source: Some(source(path, line)) }
}

fn unknown<T>() -> Fact<T> {
    Fact::unknown("not declared in the repository")
}

const TALOS: &str = "talos/talconfig.yaml";
const TERRAFORM: &str = "terraform/terraform.tfvars";

pub(super) fn empty() -> Cluster {
    Cluster::empty(unknown())
}

pub(super) fn homelab() -> Cluster {
    let mut cluster = empty();
    cluster.name = text("northwind", "kubernetes/flux/cluster.yaml", 5);
    cluster.platform = Platform {
        distribution: text("Talos", TALOS, 1),
        talos_version: text("v1.13.4", "talos/talenv.yaml", 2),
        kubernetes_version: text("v1.35.1", "talos/talenv.yaml", 4),
        endpoint: text("https://192.0.2.20:6443", TALOS, 8),
        vip: text("192.0.2.20", TALOS, 31),
        pod_cidrs: vec![text("198.51.100.0/25", TALOS, 14)],
        service_cidrs: vec![text("198.51.100.128/25", TALOS, 15)],
    };
    cluster.counts = BTreeMap::from([("hostnames".to_owned(), 43)]);
    let path = "kubernetes/flux/cluster".to_owned();
    cluster.sync_roots =
        vec![SyncRoot { path, source: source("kubernetes/apps/flux-system/values.yaml", 12) }];
    machines(&mut cluster);
    networks(&mut cluster);
    workloads(&mut cluster);
    cluster.kinds = [
        ("apps", "Deployment", 12),
        ("cilium.io", "CiliumNetworkPolicy", 37),
        ("", "ConfigMap", 41),
        ("gateway.networking.k8s.io", "HTTPRoute", 51),
        ("helm.toolkit.fluxcd.io", "HelmRelease", 60),
        ("kustomize.toolkit.fluxcd.io", "Kustomization", 60),
    ]
    .map(|(group, kind, count)| KindCount { group: group.to_owned(), kind: kind.to_owned(), count })
    .to_vec();
    cluster.blind_spots = vec![
        BlindSpot {
            what: "objects of `https://example.com/serving.yaml`".to_owned(),
            reason: "Remote bases are not in this repository".to_owned(),
            source: Some(source("kubernetes/apps/ai/serving/app/kustomization.yaml", 6)),
        },
        BlindSpot {
            what: "what the chart `rook-ceph-cluster` renders".to_owned(),
            reason: "Charts are not rendered".to_owned(),
            source: Some(source("kubernetes/apps/rook-ceph/cluster/app/helmrelease.yaml", 1)),
        },
        BlindSpot {
            what: "what the chart `kube-prometheus-stack` renders".to_owned(),
            reason: "Charts are not rendered".to_owned(),
            source: Some(source("kubernetes/apps/observability/kps/app/helmrelease.yaml", 1)),
        },
        BlindSpot {
            what: "values of 31 Secrets".to_owned(),
            reason: "Encrypted".to_owned(),
            source: None,
        },
    ];
    cluster
}

fn machines(cluster: &mut Cluster) {
    let hosts = [
        ("aster", "Rackline R730", 56, 128),
        ("birch", "Rackline R730", 56, 256),
        ("cedar", "Rackline R740", 80, 128),
        ("dahlia-with-a-very-long-name", "", 0, 0),
    ];
    for (at, (name, model, threads, memory)) in hosts.into_iter().enumerate() {
        let line = 4 + at as u32 * 3;
        let declared = !model.is_empty();
        let mut from_site = source("site/inventory.yaml", line);
        from_site.from_site = true;
        let fact = |text: &str| {
            if declared { Fact::known(text.to_owned(), from_site.clone()) } else { unknown() }
        };
        cluster.hosts.push(Host {
            name: name.to_owned(),
            kind: "Proxmox VE".to_owned(),
            address: text(&format!("https://203.0.113.{}:8006", at + 4), TERRAFORM, 10 + line),
            model: fact(model),
            cpu: fact("2× Octa 2697 v3"),
            threads: if declared { Fact::known(threads, from_site.clone()) } else { unknown() },
            memory_gb: if declared { Fact::known(memory, from_site.clone()) } else { unknown() },
            vms: vec![],
            source: source(TERRAFORM, 17 + line),
        });
    }
    let sizes = [(4, 8192), (16, 32768), (16, 65536), (16, 33280)];
    for number in 1..=15_u32 {
        let control = number <= 3;
        let name = if control { format!("ctrl-{number}") } else { format!("work-{}", number - 3) };
        let host = (number as usize - 1) % 4;
        let (vcpu, memory) = sizes[if control { 0 } else { 1 + (number as usize % 3) / 2 }];
        let gpu = match number {
            7 => Some(("RTX A2000", "a2000")),
            14 => Some(("RTX A5000", "a5000")),
            _ => None,
        };
        let line = 20 + number * 14;
        cluster.hosts[host].vms.push(format!("k8s-{name}"));
        cluster.vms.push(Vm {
            name: format!("k8s-{name}"),
            id: known(u64::from(400 + number), TERRAFORM, line),
            host: text(&cluster.hosts[host].name.clone(), TERRAFORM, line + 1),
            node: Some(format!("k8s-{name}")),
            vcpu: if number == 12 { unknown() } else { known(vcpu, TERRAFORM, line + 2) },
            memory_mb: known(memory, TERRAFORM, line + 3),
            disk_gb: known(200, TERRAFORM, line + 4),
            pool: text("local-zfs", TERRAFORM, line + 5),
            nics: vec![],
            gpu_model: gpu.map_or_else(unknown, |gpu| text(gpu.0, TERRAFORM, line + 6)),
            gpu_mapping: gpu.map_or_else(unknown, |gpu| text(gpu.1, TERRAFORM, line + 7)),
            source: source(TERRAFORM, line),
        });
        if let Some((model, mapping)) = gpu {
            cluster.gpus.push(Gpu {
                node: format!("k8s-{name}"),
                model: text(model, TERRAFORM, line + 6),
                mapping: text(mapping, TERRAFORM, line + 7),
                slots: known(3, "kubernetes/apps/kube-system/gpu/app/time-slicing.yaml", 12),
                source: source(TERRAFORM, line + 6),
            });
        }
        cluster.nodes.push(node(number, &name, control, &cluster.hosts[host].name));
    }
}

fn node(number: u32, name: &str, control: bool, host: &str) -> Node {
    let line = 30 + number * 20;
    let interface = |selector: &str, address: String, network: &str, at: u32| Interface {
        selector: text(selector, TALOS, line + at),
        addresses: vec![text(&address, TALOS, line + at + 1)],
        network: Some(network.to_owned()),
        vlan: unknown(),
        mtu: unknown(),
        dhcp: false,
    };
    let mut interfaces =
        vec![interface("eth0", format!("192.0.2.{number}/24"), "net-192.0.2.0-24", 3)];
    if !control {
        interfaces.push(interface("eth1", format!("198.51.100.{number}/24"), "vlan-62", 7));
        interfaces.push(interface("eth2", format!("203.0.113.{number}/24"), "vlan-81", 11));
    }
    Node {
        name: format!("k8s-{name}"),
        role: known(if control { Role::ControlPlane } else { Role::Worker }, TALOS, line + 1),
        address: text(&format!("192.0.2.{number}"), TALOS, line + 2),
        interfaces,
        schematic: text(if control { "base" } else { "nvidia" }, TALOS, line + 9),
        schematic_id: text(
            "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba",
            TALOS,
            9,
        ),
        extensions: vec![],
        install_disk: text("/dev/sda", TALOS, line + 10),
        labels: BTreeMap::new(),
        taints: vec![],
        kernel_modules: vec![],
        vm: Some(format!("k8s-{name}")),
        host: Some(host.to_owned()),
        source: source(TALOS, line),
    }
}

fn networks(cluster: &mut Cluster) {
    let all: Vec<String> = cluster.nodes.iter().map(|node| node.name.clone()).collect();
    let workers: Vec<String> = all[3..].to_vec();
    let names: [(&str, Option<&str>, Option<u16>, &str); 3] = [
        ("net-192.0.2.0-24", None, None, "192.0.2.0/24"),
        ("vlan-62", Some("iot"), Some(62), "198.51.100.0/24"),
        ("vlan-81", Some("dmz"), Some(81), "203.0.113.0/24"),
    ];
    for (rank, (id, name, vlan, cidr)) in names.into_iter().enumerate() {
        cluster.networks.push(Network {
            id: id.to_owned(),
            name: name.map_or_else(unknown, |name| text(name, "site/inventory.yaml", 40)),
            vlan: vlan.map_or_else(
                || Fact::unknown("no file declares its VLAN tag"),
                |tag| known(tag, TERRAFORM, 60),
            ),
            cidr: text(cidr, TALOS, 44),
            gateway: if rank == 0 { text("192.0.2.254", TALOS, 45) } else { unknown() },
            purpose: if rank == 1 {
                text("Cameras, lamps and other things", "site/inventory.yaml", 43)
            } else {
                unknown()
            },
            interface: text(&format!("eth{rank}"), TALOS, 50),
            primary: rank == 0,
            rank,
            nodes: if rank == 0 { all.clone() } else { workers.clone() },
            attachments: if rank == 0 { vec![] } else { vec![format!("kube-system/{}", id)] },
            pools: vec![["pool", "iot-pool", "dmz-pool"][rank].to_owned()],
            source: source(TALOS, 44),
        });
    }
    for (rank, id) in [(1, "vlan-62"), (2, "vlan-81")] {
        let path = "kubernetes/apps/kube-system/multus/networks/attachments.yaml";
        cluster.attachments.push(Attachment {
            id: format!("kube-system/{id}"),
            plugin: text("macvlan", path, 9),
            master: text(&format!("eth{rank}"), path, 10),
            ipam: text("host-local", path, 13),
            subnet: text(["", "198.51.100.0/24", "203.0.113.0/24"][rank], path, 14),
            range_start: text(["", "198.51.100.100", "203.0.113.100"][rank], path, 15),
            range_end: text(["", "198.51.100.200", "203.0.113.200"][rank], path, 16),
            network: Some(id.to_owned()),
            users: if rank == 1 { vec!["home/home-assistant".to_owned()] } else { vec![] },
            source: source(path, 1 + rank as u32 * 20),
        });
    }
    for (at, (name, block)) in [
        ("pool", "192.0.2.0/24"),
        ("iot-pool", "198.51.100.100-198.51.100.150"),
        ("dmz-pool", "203.0.113.100-203.0.113.150"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = "kubernetes/apps/kube-system/cilium/config/pools.yaml";
        cluster.pools.push(Pool {
            name: name.to_owned(),
            kind: "CiliumLoadBalancerIPPool".to_owned(),
            blocks: vec![text(block, path, 8)],
            selector: if at == 0 { vec![] } else { vec![text("network=iot", path, 12)] },
            network: Some(names[at].0.to_owned()),
            source: source(path, 1 + at as u32 * 14),
        });
    }
    for (at, name) in ["envoy-external", "envoy-internal"].into_iter().enumerate() {
        let path = "kubernetes/apps/network/envoy-gateway/config/gateways.yaml";
        let listener = |name: &str, port, protocol: &str, hostname| Listener {
            name: name.to_owned(),
            port: known(port, path, 20),
            protocol: text(protocol, path, 21),
            hostname,
        };
        cluster.gateways.push(Gateway {
            id: format!("network/{name}"),
            class: text("envoy", path, 9),
            addresses: vec![text(&format!("192.0.2.{}", 90 + at), path, 14)],
            listeners: vec![
                listener("http", 80, "HTTP", unknown()),
                listener("https", 443, "HTTPS", templated("*.${SECRET_DOMAIN}", path, 24)),
            ],
            network: Some("net-192.0.2.0-24".to_owned()),
            routes: vec![],
            source: source(path, 1 + at as u32 * 40),
        });
    }
}

const NAMESPACES: [(&str, &[&str]); 19] = [
    ("actions-runner-system", &["controller", "runners"]),
    ("ai", &["litellm", "open-webui", "serving", "ollama"]),
    ("cert-manager", &["cert-manager"]),
    ("database", &["cloudnative-pg", "dragonfly"]),
    ("default", &["echo", "homepage", "paperless", "miniflux", "it-tools"]),
    ("downloads", &["autobrr", "prowlarr", "qbittorrent", "radarr", "sabnzbd", "sonarr"]),
    ("external-secrets", &["external-secrets", "onepassword-connect"]),
    ("flux-system", &["flux-instance", "flux-operator"]),
    ("games", &["factorio", "minecraft", "valheim"]),
    ("home", &["esphome", "frigate", "home-assistant", "mosquitto", "zigbee2mqtt"]),
    ("kube-system", &["cilium", "coredns", "descheduler", "metrics-server", "multus", "reloader"]),
    ("media", &["jellyfin", "plex", "tautulli", "audiobookshelf"]),
    ("network", &["cloudflared", "envoy-gateway", "external-dns", "k8s-gateway"]),
    ("observability", &["gatus", "grafana", "kube-prometheus-stack", "loki", "alloy"]),
    ("openebs-system", &["openebs"]),
    ("rook-ceph", &["rook-ceph-cluster", "rook-ceph-operator"]),
    ("security", &["authentik", "tetragon", "trivy"]),
    ("system-upgrade", &["tuppr"]),
    ("volsync-system", &["an-app-with-a-name-that-is-much-longer-than-any-column", "snapshots"]),
];

fn workloads(cluster: &mut Cluster) {
    for (number, (namespace, apps)) in NAMESPACES.into_iter().enumerate() {
        cluster.namespaces.push(Namespace {
            name: namespace.to_owned(),
            pod_security: if number % 3 == 0 {
                text("privileged", "kubernetes/components/namespace.yaml", 7)
            } else {
                unknown()
            },
            apps: apps.iter().map(|app| format!("{namespace}/{app}")).collect(),
            source: source(&format!("kubernetes/apps/{namespace}/namespace.yaml"), 1),
        });
        for (at, name) in apps.iter().enumerate() {
            app(cluster, namespace, name, number + at);
        }
    }
    for name in ["ceph-block", "openebs-hostpath"] {
        cluster.storage_classes.push(StorageClass {
            name: name.to_owned(),
            provisioner: text("rbd.csi.example.com", "kubernetes/apps/rook-ceph/classes.yaml", 6),
            backend: "Ceph".to_owned(),
            pool: unknown(),
            reclaim_policy: unknown(),
            is_default: false,
            from_values: false,
            source: source("kubernetes/apps/rook-ceph/classes.yaml", 1),
        });
    }
}

fn image(repository: &str, path: &str, digest: bool) -> Image {
    let sha = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    Image {
        repository: text(repository, path, 33),
        tag: text("10.11.2", path, 34),
        digest: if digest { text(sha, path, 34) } else { Fact::unknown("not pinned") },
    }
}

fn app(cluster: &mut Cluster, namespace: &str, name: &str, number: usize) {
    let folder = format!("kubernetes/apps/{namespace}/{name}");
    let path = format!("{folder}/app/helmrelease.yaml");
    let kustomization_path = format!("{folder}/ks.yaml");
    let id = format!("{namespace}/{name}");
    let template = number % 4 != 3;
    let images = if template {
        vec![image(&format!("ghcr.io/example-org/{name}"), &path, number.is_multiple_of(2))]
    } else {
        vec![]
    };
    let container = |name: &str, init| Container {
        name: name.to_owned(),
        init,
        image: images.first().cloned(),
        cpu_request: if init { unknown() } else { text("100m", &path, 50) },
        memory_request: if init { unknown() } else { text("512Mi", &path, 51) },
        memory_limit: if init { unknown() } else { templated("${MEMORY_LIMIT:=4Gi}", &path, 53) },
    };
    let workloads = if template {
        vec![Workload {
            name: name.to_owned(),
            kind: "Deployment".to_owned(),
            containers: vec![container("init-config", true), container("app", false)],
            replicas: known(1, &path, 30),
            node_selector: BTreeMap::from([(
                "example.com/gpu".to_owned(),
                text("true", &path, 80),
            )]),
            source: source(&path, 28),
        }]
    } else {
        vec![]
    };
    route_and_claim(cluster, &id, name, &path, number);
    kustomization(cluster, &id, &folder, number);
    let step = |label: &str, path: &str, line| ChainStep {
        label: label.to_owned(),
        source: source(path, line),
    };
    cluster.apps.push(App {
        id: id.clone(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        kind: "HelmRelease".to_owned(),
        purpose: match name {
            "jellyfin" => text("Films and series in the living room", "site/inventory.yaml", 61),
            "plex" => text("<b>Not</b> markup & \"quotes\"", "site/inventory.yaml", 62),
            _ => Fact::unknown("no file says what it is for"),
        },
        chart: Some(Chart {
            name: text(if template { "app-template" } else { name }, &path, 9),
            version: if number.is_multiple_of(7) {
                templated("${CHART_VERSION}", &path, 10)
            } else {
                text("4.6.2", &path, 10)
            },
            repository: text("oci://ghcr.io/example-org/charts", &path, 12),
            app_template: template,
        }),
        workloads,
        images,
        routes: if number.is_multiple_of(2) { vec![id.clone()] } else { vec![] },
        claims: if number.is_multiple_of(3) { vec![id.clone()] } else { vec![] },
        attachments: if name == "home-assistant" {
            vec!["kube-system/vlan-62".to_owned()]
        } else {
            vec![]
        },
        gpus: if name == "jellyfin" { vec![text("nvidia.com/gpu: 1", &path, 55)] } else { vec![] },
        secrets: if number.is_multiple_of(2) { vec![format!("{name}-secret")] } else { vec![] },
        addresses: if name == "plex" { vec![text("203.0.113.101", &path, 63)] } else { vec![] },
        kustomization: Some(id.clone()),
        objects: vec![
            ObjectRef {
                kind: "ExternalSecret".to_owned(),
                name: name.to_owned(),
                source: source(&format!("{folder}/app/externalsecret.yaml"), 1),
            },
            ObjectRef {
                kind: "CiliumNetworkPolicy".to_owned(),
                name: name.to_owned(),
                source: source(&format!("{folder}/app/networkpolicy.yaml"), 1),
            },
        ],
        chain: vec![
            step(
                "Flux Kustomization `flux-system/cluster-apps`",
                "kubernetes/flux/cluster/ks.yaml",
                3,
            ),
            step(&format!("Flux Kustomization `{id}`"), &kustomization_path, 1),
            step(&format!("HelmRelease `{id}`"), &path, 1),
        ],
        source: source(&path, 1),
    });
}

pub(super) fn meta() -> Meta {
    Meta {
        title: "Northwind handbook".to_owned(),
        description: "How the northwind cluster is built and run.".to_owned(),
        url: None,
        generator: "Rackbook 0.1.0".to_owned(),
        commit: Some("46e452c".to_owned()),
        source_base: Some("https://example.com/northwind/blob/46e452c/".to_owned()),
        site_source_base: None,
        unlinked: ["talos/talenv.yaml".to_owned()].into(),
        repository_name: "northwind".to_owned(),
        ..Meta::default()
    }
}

fn route_and_claim(cluster: &mut Cluster, id: &str, name: &str, path: &str, number: usize) {
    let template = number % 4 != 3;
    if number.is_multiple_of(2) {
        let missing = number.is_multiple_of(6);
        cluster.routes.push(Route {
            id: id.to_owned(),
            kind: "HTTPRoute".to_owned(),
            from_values: template,
            hostnames: vec![
                if number.is_multiple_of(4) {
                    templated(&format!("{name}.${{SECRET_DOMAIN}}"), path, 70)
                } else {
                    text(&format!("{name}.example.com"), path, 70)
                },
                if number.is_multiple_of(10) {
                    encrypted(path, 71)
                } else {
                    text(&format!("{name}.internal.a-long-domain-name.example.com"), path, 71)
                },
            ],
            gateways: vec!["network/envoy-internal".to_owned()],
            missing_gateways: if missing {
                vec![text("network/old-gateway", path, 75)]
            } else {
                vec![]
            },
            backends: vec![text(name, path, 78)],
            app: Some(id.to_owned()),
            source: source(path, 66),
        });
        cluster.gateways[1].routes.push(id.to_owned());
    }
    if number.is_multiple_of(3) {
        cluster.claims.push(Claim {
            id: id.to_owned(),
            class: text("ceph-block", path, 90),
            size: text("20Gi", path, 91),
            access: text("ReadWriteOnce", path, 92),
            from_values: template,
            app: Some(id.to_owned()),
            labels: BTreeMap::new(),
            volume: unknown(),
            filled_from: unknown(),
            backups: vec![],
            source: source(path, 88),
        });
    }
}

fn kustomization(cluster: &mut Cluster, id: &str, folder: &str, number: usize) {
    let kustomization_path = format!("{folder}/ks.yaml");
    let depends_on = |id: &str, exists| Dependency {
        id: id.to_owned(),
        exists,
        source: source(&kustomization_path, 14),
    };
    cluster.kustomizations.push(Kustomization {
        id: id.to_owned(),
        path: text(&format!("./{folder}/app"), &kustomization_path, 17),
        depends_on: match number % 5 {
            0 => vec![depends_on("rook-ceph/rook-ceph-cluster", true)],
            1 => vec![
                depends_on("external-secrets/onepassword-connect", true),
                depends_on("flux-system/serving", false),
            ],
            _ => vec![],
        },
        external: false,
        objects: 5,
        source: source(&kustomization_path, 1),
    });
}

/// Pages as the content stage would give them.
pub(super) fn pages() -> Vec<Page> {
    let page = |slug: &str, title: &str, order, html: &str, headings: Vec<Heading>| Page {
        source: FileId::default(),
        path: format!("{slug}.md"),
        slug: slug.to_owned(),
        title: title.to_owned(),
        description: Some(format!(
            "{title}, step by step, from the first reading to the last test."
        )),
        order,
        tags: vec!["talos".to_owned(), "gpu".to_owned()],
        html: html.to_owned(),
        headings,
        text: String::new(),
    };
    let heading =
        |level, id: &str, text: &str| Heading { level, id: id.to_owned(), text: text.to_owned() };
    let guide = include_str!("guide.html");
    let headings = vec![
        heading(2, "before-you-start", "Before you start"),
        heading(2, "the-image", "The image"),
        heading(3, "extensions", "Extensions"),
        heading(2, "test-it", "Test it"),
    ];
    vec![
        page("guides/gpu-on-talos", "GPU on Talos", Some(1), guide, headings),
        page("guides/vlan-isolation", "VLAN isolation", Some(2), "<p>Short.</p>", vec![]),
        page("guides/storage/ceph", "Ceph", None, "<p>Short.</p>", vec![]),
        page("runbooks/index", "Runbooks", None, "<p>What to do when.</p>", vec![]),
        page("runbooks/disaster-recovery", "Disaster recovery", None, "<p>Short.</p>", vec![]),
    ]
}
