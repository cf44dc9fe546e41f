//! What charts make: [`RenderedObject`]s.
//!
//! In: objects of a folder of rendered manifests, each with its release. Out: one entry for each,
//! with the app that the release is. They stay apart from what the repository declares: nothing
//! here is counted, joined or read further.

use std::collections::BTreeSet;

use super::model::{App, RenderedObject};
use super::{natural, source_of};
use crate::gitops::{Effective, Rendered};
use crate::source::Sources;

/// All of them, by id and kind.
pub(crate) fn collect(
    effective: &Effective,
    sources: &Sources,
    apps: &[App],
) -> Vec<RenderedObject> {
    let releases = apps.iter().filter(|app| app.chart.is_some());
    let known: BTreeSet<&str> = releases.map(|app| app.id.as_str()).collect();
    let read = |one: &Rendered| RenderedObject {
        id: one.object.id(),
        group: one.object.group.clone(),
        kind: one.object.kind.clone(),
        app: one.release.clone().filter(|release| known.contains(release.as_str())),
        source: source_of(&one.object, sources),
    };
    let mut found: Vec<RenderedObject> = effective.rendered.iter().map(read).collect();
    found.sort_by(|left, right| {
        let names = natural::compare(&left.id, &right.id);
        names.then_with(|| (&left.kind, &left.group).cmp(&(&right.kind, &right.group)))
    });
    found
}

#[cfg(test)]
mod tests {
    use super::super::model::Cluster;
    use crate::gitops::walk;
    use crate::source::{Root, Sources, parse};

    const RELEASES: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: redis, namespace: cache}
spec: {chart: {spec: {chart: redis}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: grafana, namespace: observability}
spec: {chart: {spec: {chart: grafana}}}
---
apiVersion: v1
kind: Service
metadata: {name: ours, namespace: cache}
";

    const REDIS: &str = "\
apiVersion: v1
kind: Service
metadata: {name: redis, namespace: cache}
---
apiVersion: v1
kind: Service
metadata: {name: ours, namespace: cache}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: redis, namespace: cache}
";

    fn cluster(rendered: &[(&str, &str)]) -> Cluster {
        let mut sources = Sources::default();
        sources.add(Root::Repository, "all.yaml", RELEASES.as_bytes().into());
        for (path, text) in rendered {
            sources.add(Root::Rendered, path, text.as_bytes().into());
        }
        let (documents, wrong) = parse(&sources);
        assert_eq!(wrong, []);
        let (effective, _) = walk(&sources, &documents, None);
        super::super::collect(&sources, &documents, &effective, None, &[]).0
    }

    fn blind(cluster: &Cluster) -> Vec<&str> {
        let spots = cluster.blind_spots.iter().map(|spot| spot.what.as_str());
        spots.filter(|what| what.contains("chart")).collect()
    }

    #[test]
    fn what_charts_make_is_listed_once_with_its_app() {
        let stray = REDIS.replace("redis", "stray");
        let cluster =
            cluster(&[("redis.yaml", REDIS), ("sub/redis.yaml", REDIS), ("stray.yaml", &stray)]);
        let found: Vec<_> = cluster
            .rendered
            .iter()
            .map(|one| (one.kind.as_str(), one.id.as_str(), one.app.as_deref()))
            .collect();
        let app = Some("cache/redis");
        let expected = [
            ("Service", "cache/redis", app),
            ("StatefulSet", "cache/redis", app),
            ("Service", "cache/stray", None),
            ("StatefulSet", "cache/stray", None),
        ];
        assert_eq!(found, expected);
        let source = &cluster.rendered[0].source;
        assert_eq!((source.path.as_str(), source.line), ("redis.yaml", 3));
        assert!(source.from_rendered && !source.from_site);
        assert!(!cluster.apps[0].source.from_rendered);
        // Our own Service and two of charts; nothing of it among what the repository declares.
        let count = |name: &str| cluster.rendered_counts.get(name).copied();
        assert_eq!((count("services"), count("rendered_objects")), (Some(3), Some(4)));
        assert_eq!((cluster.counts["apps"], cluster.apps.len()), (2, 2));
        assert_eq!(cluster.kinds.iter().map(|kind| kind.count).sum::<usize>(), 3);
    }

    #[test]
    fn a_chart_that_was_rendered_is_no_blind_spot() {
        assert_eq!(blind(&cluster(&[])), ["the objects that 2 Helm charts make"]);
        assert_eq!(
            blind(&cluster(&[("redis.yaml", REDIS)])),
            ["the objects that 1 Helm chart makes"]
        );
        let grafana = REDIS.replace("redis", "grafana");
        let all = cluster(&[("grafana.yaml", &grafana), ("redis.yaml", REDIS)]);
        assert_eq!(blind(&all), [""; 0]);
        assert!(cluster(&[]).rendered.is_empty());
    }
}
