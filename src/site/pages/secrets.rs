//! The secrets page: from the store and its item to the Secret and who uses it. Names only.
//!
//! In: what is known of secrets, which never holds a value. Out: tables.

use crate::inventory::{Cluster, SecretState};

use super::lists::{self, Lists};
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let figures = lists::figures(&[
        (cluster.secret_stores.len(), "store", "stores"),
        (cluster.external_secrets.len(), "external secret", "external secrets"),
        (cluster.secret_objects.len(), "Secret in the repository", "Secrets in the repository"),
        (cluster.sealed_files.len(), "encrypted file", "encrypted files"),
    ]);
    let section = |id, title, note, table| TableSection::new(id, title, note, table);
    let sections = vec![
        section("stores", "Stores", "", tables::secret_stores(scope)),
        section(
            "external-secrets",
            "From the store to the app",
            "",
            tables::external_secrets(scope),
        ),
        section("secrets", "In the repository", "", tables::secrets(scope)),
        section("push-secrets", "Written into stores", "", tables::push_secrets(scope)),
        section("sealed-files", "Encrypted files", "", tables::sealed_files(scope)),
    ];
    let notes = vec![
        "These are names. Values, and the ciphertext of values, are never read into these pages."
            .to_owned(),
    ];
    let (title, lead) = ("Secrets", sentence(cluster));
    Lists { title, lead, notes, figures, sections }.made()
}

/// Where secrets come from, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let counts = [
        (cluster.external_secrets.len(), "external secret", "external secrets"),
        (cluster.secret_objects.len(), "Secret manifest", "Secret manifests"),
        (cluster.sealed_files.len(), "encrypted file", "encrypted files"),
    ];
    let all: usize = counts.iter().map(|(count, ..)| count).sum();
    if all == 0 && cluster.secret_stores.is_empty() {
        return "No secret store, external secret, Secret or encrypted file was found in this \
                repository."
            .to_owned();
    }
    let shown = counts.iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> =
        shown.map(|(count, one, many)| words::count(*count, one, many)).collect();
    let first = match all {
        0 => "No secret is declared.".to_owned(),
        all => format!(
            "{} {} in this repository.",
            words::sentence(&words::list(&parts)),
            words::pick(all, "is", "are")
        ),
    };
    let plain = cluster.secret_objects.iter().filter(|it| it.state == SecretState::Plain).count();
    let plain = words::part(
        plain,
        cluster.secret_objects.len(),
        "holds a value in plain text",
        "hold values in plain text",
    );
    let plain = plain.map(|text| text.replace("of them", "of the Secret manifests"));
    plain.map_or_else(|| first.clone(), |plain| format!("{first} {plain}"))
}
