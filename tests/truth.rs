//! probe
#![allow(clippy::all)]
use rackbook::source::{self, Roots};
use std::path::PathBuf;

fn shared() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/clusters")
}

#[test]
fn probe() {
    for name in ["prox-ops", "onedr0p", "cluster-template"] {
        let root = shared().join(name);
        let (sources, diags) =
            source::read(&Roots { repository: root.clone(), site: root }).unwrap();
        let (documents, more) = source::parse(&sources);
        let (effective, wrong) = rackbook::gitops::walk(&sources, &documents, None);
        let all: Vec<_> = diags.into_iter().chain(more).chain(wrong).collect();
        eprintln!("{}", rackbook::diagnostic::render(&all, &sources, false));
        let mut kinds = std::collections::BTreeMap::new();
        for object in &effective.objects {
            *kinds.entry(object.kind.clone()).or_insert(0) += 1;
        }
        eprintln!(
            "{name}: {} files, ks {} releases {} {kinds:?}",
            sources.files().count(),
            effective.kustomizations.len(),
            effective.releases(&sources).len()
        );
        eprintln!(
            "edges {}",
            effective.kustomizations.iter().map(|one| one.depends_on.len()).sum::<usize>()
        );
        eprintln!(
            "app-template {}",
            effective.releases(&sources).iter().filter(|one| one.chart.is_app_template()).count()
        );
    }
}

#[test]
fn counts() {
    for name in ["prox-ops", "onedr0p", "cluster-template"] {
        let root = shared().join(name);
        let (sources, _) = source::read(&Roots { repository: root.clone(), site: root }).unwrap();
        let (documents, _) = source::parse(&sources);
        let (effective, _) = rackbook::gitops::walk(&sources, &documents, None);
        let (cluster, _) =
            rackbook::inventory::collect(&sources, &documents, &effective, None, &[]);
        eprintln!("{name} {:?}", cluster.counts);
        let truth: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(shared().join("truth.json")).unwrap())
                .unwrap();
        if let Some(counts) = truth[name]["counts"].as_object() {
            for (key, value) in counts {
                let ours = cluster.counts.get(key);
                if ours.map(|n| *n as u64) != value.as_u64() {
                    eprintln!("DIFF {key}: ours {ours:?} truth {value}");
                }
            }
            let hosts: std::collections::BTreeSet<String> = cluster
                .routes
                .iter()
                .flat_map(|r| &r.hostnames)
                .map(|h| h.shown().to_owned())
                .collect();
            let t: std::collections::BTreeSet<String> = truth[name]["hostnames"]
                .as_array()
                .unwrap()
                .iter()
                .map(|v| v.as_str().unwrap().to_owned())
                .collect();
            eprintln!(
                "missing {:?} extra {:?}",
                t.difference(&hosts).collect::<Vec<_>>(),
                hosts.difference(&t).collect::<Vec<_>>()
            );
        }
        eprintln!(
            "tunnels {:?}",
            cluster.tunnels.iter().map(|t| (&t.app, &t.gateways)).collect::<Vec<_>>()
        );
        eprintln!(
            "routes without app {:?}",
            cluster.routes.iter().filter(|r| r.app.is_none()).map(|r| &r.id).collect::<Vec<_>>()
        );
        eprintln!(
            "missing gw {:?}",
            cluster
                .routes
                .iter()
                .filter(|r| !r.missing_gateways.is_empty())
                .map(|r| (&r.id))
                .collect::<Vec<_>>()
        );
        eprintln!(
            "gpu {:?}",
            cluster.apps.iter().filter(|a| !a.gpus.is_empty()).map(|a| &a.id).collect::<Vec<_>>()
        );
        eprintln!(
            "blind {:#?}",
            cluster
                .blind_spots
                .iter()
                .map(|b| format!(
                    "{} — {} {:?}",
                    b.what,
                    b.reason,
                    b.source.as_ref().map(|s| format!("{}:{}", s.path, s.line))
                ))
                .collect::<Vec<_>>()
        );
        eprintln!(
            "dups {:?}",
            cluster
                .apps
                .windows(2)
                .filter(|w| w[0].id == w[1].id || w[0].name.contains('.'))
                .map(|w| &w[0].id)
                .collect::<Vec<_>>()
        );
    }
}
