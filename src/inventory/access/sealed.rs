//! Files with ciphertext: [`SealedFile`].
//!
//! In: files and documents, and which files the walk came to. Out: what is sealed, by path of key.
//! No ciphertext is kept, and nothing is opened.

use super::Given;
use crate::inventory::fact::{Source, is_ciphertext};
use crate::inventory::model::SealedFile;
use crate::source::{Document, File, FileId, Node, Root, Span};

/// All sealed files, by path.
pub(super) fn read(given: &Given) -> Vec<SealedFile> {
    let files = given.sources.files().filter(|(_, file)| file.root == Root::Repository);
    files.filter_map(|(id, file)| sealed(given, id, file)).collect()
}

fn sealed(given: &Given, id: FileId, file: &File) -> Option<SealedFile> {
    let documents = given.documents.of(id);
    let tool = tool(file, documents)?;
    let (mut objects, mut keys) = (Vec::new(), Vec::new());
    for document in documents {
        objects.extend(name(document));
        sealed_keys(&document.root, String::new(), &mut keys);
    }
    let is_manifest = documents.iter().any(|document| document.kind().is_some());
    Some(SealedFile {
        tool: tool.to_owned(),
        reachable: is_manifest.then(|| given.effective.reached.contains(&id)),
        objects,
        keys,
        source: Source::new(given.sources, Span::new(id, 0, 0), ""),
    })
}

/// What sealed the file: by its metadata, or by the first bytes of it.
fn tool(file: &File, documents: &[Document]) -> Option<&'static str> {
    let is_sops = |document: &Document| {
        let of = |key: &str| document.root.at(&["sops", key]).is_some();
        of("mac") || of("version") || of("lastmodified")
    };
    if documents.iter().any(is_sops) {
        return Some("SOPS");
    }
    if file.bytes().starts_with(b"\0GITCRYPT\0") {
        return Some("git-crypt");
    }
    let text = file.text()?;
    if text.starts_with("age-encryption.org/")
        || text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----")
    {
        return Some("age");
    }
    let is_named = file.name().contains(".sops.");
    let is_marked =
        text.contains("\nsops_mac=") || text.contains("\"sops\":") || text.contains("\n[sops]");
    // Rules and scripts speak of `sops` too; they are no ciphertext.
    (is_named && (is_marked || text.contains("ENC["))).then_some("SOPS")
}

fn name(document: &Document) -> Option<String> {
    let (kind, _) = document.kind()?;
    let name = document.root.str_at(&["metadata", "name"])?;
    let namespace = document.root.str_at(&["metadata", "namespace"]);
    Some(namespace.map_or(format!("{kind} {name}"), |space| format!("{kind} {space}/{name}")))
}

fn sealed_keys(node: &Node, path: String, keys: &mut Vec<String>) {
    if node.as_str().is_some_and(is_ciphertext) {
        keys.push(path);
        return;
    }
    let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    for entry in node.entries().iter().filter(|entry| !(path.is_empty() && entry.key == "sops")) {
        let key = if is_ciphertext(&entry.key) { "(sealed)" } else { &entry.key };
        sealed_keys(&entry.value, inner(key), keys);
    }
    for (idx, item) in node.items().iter().enumerate() {
        sealed_keys(item, format!("{path}[{idx}]"), keys);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    #[test]
    fn keys_are_named_and_values_are_not() {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: web}\n\
                      stringData: {password: 'ENC[AES256_GCM,data:abcdef]', plain: x}\nsops: {mac: 'ENC[AES256_GCM,data:m]', version: '3'}\n";
        let made = made(&[
            ("a/secret.sops.yaml", secret),
            ("talos/talsecret.sops.yaml", "secrets: {token: 'ENC[x]'}\nsops: {mac: 'ENC[m]'}\n"),
            ("env.sops.env", "A=ENC[x]\nsops_mac=ENC[y]\n"),
            (".sops.yaml", "creation_rules: [{path_regex: a}]\n"),
        ]);
        let found: Vec<_> = made
            .cluster
            .sealed_files
            .iter()
            .map(|one| {
                (one.source.path.as_str(), one.objects.join(","), one.keys.join(","), one.reachable)
            })
            .collect();
        assert_eq!(
            found,
            [
                (
                    "a/secret.sops.yaml",
                    "Secret web/s".to_owned(),
                    "stringData.password".to_owned(),
                    Some(true)
                ),
                ("env.sops.env", String::new(), String::new(), None),
                ("talos/talsecret.sops.yaml", String::new(), "secrets.token".to_owned(), None),
            ]
        );
        assert!(!serde_json::to_string(&made.cluster).expect("JSON").contains("abcdef"));
    }
}
