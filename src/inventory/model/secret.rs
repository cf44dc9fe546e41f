//! Where secrets come from and who uses them. Names only: no value ever gets in.
//!
//! In: filled by the secrets extractors. Out: what the secrets map and findings read.

use serde::Serialize;

use super::super::fact::{Fact, Source};
use super::ObjectRef;

/// An `ExternalSecret`, `ClusterExternalSecret`, or the like of another operator.
///
/// Those of other operators name no store.
#[derive(Clone, Debug, Serialize)]
pub struct ExternalSecret {
    /// `namespace/name`.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// `Kind/name` of each store that it reads: the default one, then those of single entries.
    pub stores: Vec<Fact<String>>,
    /// Name of the Secret that it makes.
    pub target: Fact<String>,
    /// What it reads.
    pub items: Vec<SecretItem>,
    /// Keys of the Secret that its template makes.
    pub template_keys: Vec<String>,
    /// Ids of apps that use the Secret.
    pub apps: Vec<String>,
    /// Other objects that use it.
    pub users: Vec<ObjectRef>,
    /// Where it is declared.
    pub source: Source,
}

/// An item of a secret store that is read or written.
#[derive(Clone, Debug, Serialize)]
pub struct SecretItem {
    /// Key in the Secret; unknown where all fields of the item are taken.
    pub key: Fact<String>,
    /// Name of the item in the store, or of what finds it.
    pub item: Fact<String>,
    /// Field of the item.
    pub property: Fact<String>,
    /// Where it stands.
    pub source: Source,
}

/// A `SecretStore` or `ClusterSecretStore`.
#[derive(Clone, Debug, Serialize)]
pub struct SecretStore {
    /// `Kind/name`, as [`ExternalSecret::stores`] names it.
    pub id: String,
    /// Namespace; none for one of the whole cluster.
    pub namespace: Option<String>,
    /// `onepassword`, `vault`, ….
    pub provider: Fact<String>,
    /// Address of its server, where it is written.
    pub address: Fact<String>,
    /// Ids of external and pushed secrets that use it.
    pub users: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A `PushSecret`: what the cluster writes into a store.
#[derive(Clone, Debug, Serialize)]
pub struct PushSecret {
    /// `namespace/name`.
    pub id: String,
    /// `Kind/name` of each store.
    pub stores: Vec<Fact<String>>,
    /// Name of the Secret that is pushed.
    pub secret: Fact<String>,
    /// What is written.
    pub items: Vec<SecretItem>,
    /// Where it is declared.
    pub source: Source,
}

/// A file with ciphertext.
#[derive(Clone, Debug, Serialize)]
pub struct SealedFile {
    /// `SOPS`, `age`, `git-crypt`.
    pub tool: String,
    /// `Kind namespace/name` of each object in it, as declared.
    pub objects: Vec<String>,
    /// Paths of the keys whose values are sealed; none where the whole file is opaque.
    pub keys: Vec<String>,
    /// Whether the walk from the sync root comes to it; none for what is no Kubernetes manifest.
    pub reachable: Option<bool>,
    /// The file.
    pub source: Source,
}

/// How a `Secret` manifest keeps its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretState {
    /// At least one value is written in plain text.
    Plain,
    /// Values are expressions that Flux fills in.
    Templated,
    /// All values are ciphertext.
    Encrypted,
    /// It has no values.
    Empty,
}

/// A `Secret` or `SealedSecret` in the repository.
#[derive(Clone, Debug, Serialize)]
pub struct SecretObject {
    /// `namespace/name`.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// How its values are kept.
    pub state: SecretState,
    /// All its keys.
    pub keys: Vec<String>,
    /// Those whose value is written in plain text.
    pub plain_keys: Vec<String>,
    /// Ids of apps that use it.
    pub apps: Vec<String>,
    /// Other objects that use it.
    pub users: Vec<ObjectRef>,
    /// Where it is declared.
    pub source: Source,
}
