//! Repositories in memory, for the tests of the extractors.

use super::Given;
use crate::diagnostic::Diagnostic;
use crate::gitops::{Effective, walk};
use crate::inventory::collect;
use crate::inventory::model::Cluster;
use crate::source::{Documents, Sources, parse};

/// A repository that was read, with the cluster that became of it.
pub(super) struct Made {
    sources: Sources,
    documents: Documents,
    effective: Effective,
    pub(super) cluster: Cluster,
}

/// Reads files; without a sync root every object counts as declared.
pub(super) fn made(files: &[(&str, &str)]) -> Made {
    let sources = Sources::from_memory(files.iter().map(|(path, text)| (*path, text.as_bytes())));
    let (documents, mut found) = parse(&sources);
    let (effective, wrong) = walk(&sources, &documents, None);
    found.extend(wrong);
    let _: &[Diagnostic] = &found;
    let (cluster, _) = collect(&sources, &documents, &effective, None, &found);
    Made { sources, documents, effective, cluster }
}

impl Made {
    /// Calls an extractor on what was read.
    pub(super) fn with<T>(&self, call: impl FnOnce(&Given) -> T) -> T {
        let releases = self.effective.releases(&self.sources);
        call(&Given {
            sources: &self.sources,
            documents: &self.documents,
            effective: &self.effective,
            releases: &releases,
            apps: &self.cluster.apps,
            routes: &self.cluster.routes,
            gateways: &self.cluster.gateways,
            pools: &self.cluster.pools,
            networks: &self.cluster.networks,
            namespaces: &self.cluster.namespaces,
            attachments: &self.cluster.attachments,
            tunnels: &self.cluster.tunnels,
        })
    }
}
