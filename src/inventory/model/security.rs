//! What watches and limits pods at run time, and what pods are allowed beyond the usual.
//!
//! In: filled by the security extractors. Out: what the security page and findings read.

use serde::Serialize;

use super::super::fact::{Fact, Source};

/// Whether a rule only reports or also acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Reports only.
    Observe,
    /// Acts: kills, overrides, rejects.
    Enforce,
    /// Changes or makes objects.
    Mutate,
    /// Nothing tells.
    Unknown,
}

/// Tetragon's `TracingPolicy` or `TracingPolicyNamespaced`.
#[derive(Clone, Debug, Serialize)]
pub struct TracingPolicy {
    /// `namespace/name`, or the name of one for the whole cluster.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Hooks, such as `kprobe sys_execve`.
    pub hooks: Vec<Fact<String>>,
    /// Actions, each once, as written: `Post`, `Sigkill`, ….
    pub actions: Vec<Fact<String>>,
    /// Whether it acts.
    pub mode: Mode,
    /// Requirements on labels of pods; none means all.
    pub pod_selector: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}

/// A rule on objects as they are made: Kyverno, Gatekeeper, `ValidatingAdmissionPolicy`.
#[derive(Clone, Debug, Serialize)]
pub struct AdmissionPolicy {
    /// `namespace/name`, or the name of one for the whole cluster.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Names of its rules.
    pub rules: Vec<Fact<String>>,
    /// Whether it acts.
    pub mode: Mode,
    /// The mode as written.
    pub written_mode: Fact<String>,
    /// Where it is declared.
    pub source: Source,
}

/// Something that a pod is allowed beyond the usual.
#[derive(Clone, Debug, Serialize)]
pub struct PodPrivilege {
    /// Id of the app, or of the object, whose pod it is.
    pub owner: String,
    /// Namespace.
    pub namespace: String,
    /// `privileged`, `hostNetwork`, `hostPID`, `hostIPC`, `hostPath`, `hostPort`, `capability`,
    /// `runAsRoot`, `allowPrivilegeEscalation`, `unconfined`.
    pub privilege: String,
    /// Path, port or capability; `true` for switches.
    pub value: Fact<String>,
    /// Where it is written.
    pub source: Source,
}

/// Pod Security levels of a namespace, from all its manifests.
#[derive(Clone, Debug, Serialize)]
pub struct PodSecurity {
    /// The namespace.
    pub namespace: String,
    /// `enforce`, `audit`, `warn` or `enforce-version`, ….
    pub mode: String,
    /// Level.
    pub level: Fact<String>,
}
