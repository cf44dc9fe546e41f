//! Which versions of what, by whom they are said, and who keeps them current.
//!
//! In: filled by the version extractors. Out: what version tables and the drift finding read.

use serde::Serialize;

use super::super::fact::{Fact, Source};

/// One place that names the version of a component of the platform.
///
/// There is one for each place, so that places that disagree can be found.
#[derive(Clone, Debug, Serialize)]
pub struct VersionNote {
    /// `Talos`, `Kubernetes`, `Flux`, `Cilium`, …
    pub component: String,
    /// Version as written, with or without `v`.
    pub version: Fact<String>,
    /// What kind of place: `talenv`, `talconfig`, `terraform`, `tool`, `upgrade`, `chart`,
    /// `bootstrap`, `image`, `distribution`. A `tool` is a client, which may be newer.
    pub origin: String,
}

impl VersionNote {
    /// The version without its `v`, for comparing places; none where it is not known.
    pub fn number(&self) -> Option<&str> {
        let text = self.version.get()?;
        Some(text.strip_prefix('v').unwrap_or(text))
    }
}

/// What an [`Artifact`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArtifactKind {
    /// A Helm chart.
    Chart,
    /// A container image.
    Image,
}

/// A chart or image that is used, once for each place.
#[derive(Clone, Debug, Serialize)]
pub struct Artifact {
    /// What it is.
    pub kind: ArtifactKind,
    /// Chart name, or repository of the image.
    pub name: Fact<String>,
    /// Version or tag.
    pub version: Fact<String>,
    /// Digest, where it is pinned.
    pub digest: Fact<String>,
    /// URL of the chart's repository.
    pub repository: Fact<String>,
    /// Id of the app or object that uses it.
    pub user: String,
    /// What Renovate takes it from, where a comment says so.
    pub renovate: Option<RenovateName>,
    /// Where it is written.
    pub source: Source,
}

/// What a `# renovate:` comment says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RenovateName {
    /// `docker`, `helm`, `github-releases`, ….
    pub datasource: String,
    /// Name of the dependency; empty where the comment leaves it to the manager.
    pub name: String,
    /// Registry, where it is given.
    pub registry: String,
}

/// A `# renovate:` comment.
#[derive(Clone, Debug, Serialize)]
pub struct RenovateComment {
    /// What it says.
    pub name: RenovateName,
    /// Where it stands.
    pub source: Source,
}

/// How Renovate is set up.
#[derive(Clone, Debug, Serialize)]
pub struct RenovateConfig {
    /// Names of groups of updates.
    pub groups: Vec<Fact<String>>,
    /// Presets that it extends.
    pub extends: Vec<Fact<String>>,
    /// The file.
    pub source: Source,
}

/// An object of a kind that has no page of its own.
#[derive(Clone, Debug, Serialize)]
pub struct OtherObject {
    /// API group, empty for core.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// `namespace/name`, or the name alone.
    pub id: String,
    /// Id of the Flux Kustomization that applies it.
    pub kustomization: Option<String>,
    /// Where it is declared.
    pub source: Source,
}
