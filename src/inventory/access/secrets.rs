//! External secrets, stores, and `Secret` manifests. Names only.
//!
//! In: effective objects and releases. Out: [`ExternalSecret`]s, [`SecretStore`]s,
//! [`PushSecret`]s and [`SecretObject`]s, with who uses what by name. Format:
//! <https://external-secrets.io/latest/api/externalsecret/>. A value is looked at for one thing
//! only: whether it is an expression or ciphertext.

use super::Given;
use super::secret_uses::{Uses, of_secret, uses};
use super::tree::Tree;
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::{Fact, is_ciphertext, is_template};
use crate::inventory::model::{
    ExternalSecret, PushSecret, SecretItem, SecretObject, SecretState, SecretStore,
};
use crate::inventory::{natural, source_of};

/// The API group of the operator; generators have their own.
const GROUP: &str = "external-secrets.io";
const NOT_SET: &str = "not set";
const WHOLE: &str = "all fields of the item";

/// What manifests say of secrets.
pub(super) struct Secrets {
    pub(super) external: Vec<ExternalSecret>,
    pub(super) stores: Vec<SecretStore>,
    pub(super) pushed: Vec<PushSecret>,
    pub(super) objects: Vec<SecretObject>,
}

/// Reads all of it.
pub(super) fn read(given: &Given, trees: &[Tree]) -> Secrets {
    let uses = uses(trees);
    let mut found = Secrets { external: vec![], stores: vec![], pushed: vec![], objects: vec![] };
    for object in &given.effective.objects {
        let root = Cursor::new(&object.root, given.sources);
        match (object.group.as_str(), object.kind.as_str()) {
            (GROUP, "ExternalSecret" | "ClusterExternalSecret") => {
                found.external.push(external(object, &root, &uses));
            }
            (GROUP, "SecretStore" | "ClusterSecretStore") => {
                found.stores.push(store(object, &root));
            }
            (GROUP, "PushSecret" | "ClusterPushSecret") => found.pushed.push(pushed(object, &root)),
            (group, kind) if target_path(group, kind).is_some() => {
                found.external.extend(of_operator(object, &root, &uses));
            }
            ("", "Secret") | ("bitnami.com", "SealedSecret") => {
                found.objects.push(secret(object, &root, &uses));
            }
            _ => {}
        }
    }
    natural::sort_by(&mut found.external, |one| &one.id);
    natural::sort_by(&mut found.stores, |one| &one.id);
    natural::sort_by(&mut found.pushed, |one| &one.id);
    natural::sort_by(&mut found.objects, |one| &one.id);
    for store in &mut found.stores {
        store.users = users(store, &found.external, &found.pushed);
    }
    found
}

fn users(store: &SecretStore, external: &[ExternalSecret], pushed: &[PushSecret]) -> Vec<String> {
    let reaches = |id: &str| {
        let of = id.split_once('/').map(|(namespace, _)| namespace);
        store.namespace.is_none() || of == store.namespace.as_deref()
    };
    let names = |stores: &[Fact<String>]| stores.iter().any(|one| one.shown() == store.id);
    let reading = external.iter().map(|one| (&one.id, &one.stores));
    let all = reading.chain(pushed.iter().map(|one| (&one.id, &one.stores)));
    all.filter(|(id, stores)| reaches(id) && names(stores)).map(|(id, _)| id.clone()).collect()
}

/// `Kind/name` of a reference to a store.
fn store_ref(item: &Cursor) -> Option<Fact<String>> {
    let kind = item.node.str_at(&["kind"]).unwrap_or("SecretStore").to_owned();
    let name = item.get("name")?.text();
    Some(super::labels::with_text(name, |name| format!("{kind}/{name}")))
}

fn external(object: &Object, root: &Cursor, uses: &Uses) -> ExternalSecret {
    let spec = root.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.get("externalSecretSpec")).or(spec);
    let spec = spec.unwrap_or_else(|| root.clone());
    let mut stores: Vec<Fact<String>> =
        spec.get("secretStoreRef").iter().filter_map(store_ref).collect();
    let mut items = Vec::new();
    for entry in spec.list("data") {
        items.push(item(&entry, &entry.get("remoteRef").unwrap_or_else(|| entry.clone())));
        stores.extend(entry.at(&["sourceRef", "storeRef"]).iter().filter_map(store_ref));
    }
    for entry in spec.list("dataFrom") {
        items.push(from(&entry));
        stores.extend(entry.at(&["sourceRef", "storeRef"]).iter().filter_map(store_ref));
    }
    let mut distinct: Vec<Fact<String>> = Vec::new();
    for store in stores {
        if !distinct.iter().any(|known| known.value == store.value) {
            distinct.push(store);
        }
    }
    let own_name = Fact::known(object.name.clone(), source_of(object, root.sources));
    let target = spec.at(&["target", "name"]).map_or(own_name, |name| name.text());
    let (apps, users) = of_secret(uses, object.namespace.as_deref(), target.shown());
    ExternalSecret {
        id: object.id(),
        kind: object.kind.clone(),
        stores: distinct,
        target,
        items,
        template_keys: template_keys(&spec),
        apps,
        users,
        source: source_of(object, root.sources),
    }
}

/// Where other operators name the Secret that they make; the object's own name where empty.
fn target_path(group: &str, kind: &str) -> Option<&'static [&'static str]> {
    Some(match (group, kind) {
        ("onepassword.com", "OnePasswordItem") => &[],
        (
            "secrets.hashicorp.com",
            "VaultStaticSecret" | "VaultDynamicSecret" | "VaultPKISecret",
        ) => &["spec", "destination", "name"],
        ("secrets.infisical.com", "InfisicalSecret") => {
            &["spec", "managedSecretReference", "secretName"]
        }
        ("k8s.bitwarden.com", "BitwardenSecret") => &["spec", "secretName"],
        _ => return None,
    })
}

/// A Secret of an operator other than External Secrets, which knows one item and no store by name.
fn of_operator(object: &Object, root: &Cursor, uses: &Uses) -> Option<ExternalSecret> {
    let path = target_path(&object.group, &object.kind)?;
    let own_name = Fact::known(object.name.clone(), source_of(object, root.sources));
    let written = root.at(path).filter(|_| !path.is_empty());
    let target = written.map_or(own_name, |name| name.text());
    let (apps, users) = of_secret(uses, object.namespace.as_deref(), target.shown());
    let item = root.get("spec").map(|spec| SecretItem {
        key: Fact::unknown(WHOLE),
        item: spec.any_fact(&["itemPath", "path", "secretsPath"], NOT_SET),
        property: Fact::unknown(WHOLE),
        source: spec.source(),
    });
    Some(ExternalSecret {
        id: object.id(),
        kind: object.kind.clone(),
        stores: vec![],
        target,
        items: item.into_iter().collect(),
        template_keys: vec![],
        apps,
        users,
        source: source_of(object, root.sources),
    })
}

fn item(entry: &Cursor, remote: &Cursor) -> SecretItem {
    SecretItem {
        key: entry.fact("secretKey", NOT_SET),
        item: remote.any_fact(&["key", "remoteKey"], NOT_SET),
        property: remote.fact("property", WHOLE),
        source: entry.source(),
    }
}

/// `extract`, `find`, or a generator.
fn from(entry: &Cursor) -> SecretItem {
    let inner = entry.any(&["extract", "find", "key"]).unwrap_or_else(|| entry.clone());
    let by_name = inner.at(&["name", "regexp"]).or_else(|| inner.get("path"));
    let generator = entry.at(&["sourceRef", "generatorRef", "name"]);
    let named = inner.get("key").or(by_name).or(generator);
    let plain = || entry.get("key");
    let item = named.or_else(plain);
    SecretItem {
        key: Fact::unknown(WHOLE),
        item: item.map_or_else(|| Fact::unknown(NOT_SET), |name| name.text()),
        property: inner.fact("property", WHOLE),
        source: entry.source(),
    }
}

fn template_keys(spec: &Cursor) -> Vec<String> {
    let data = spec.at(&["target", "template", "data"]);
    let keys = data.iter().flat_map(|data| data.node.entries());
    keys.map(|entry| entry.key.clone()).collect()
}

fn store(object: &Object, root: &Cursor) -> SecretStore {
    let provider = root.at(&["spec", "provider"]);
    let first = provider.as_ref().and_then(|provider| {
        let entry = provider.node.entries().first()?;
        Some((entry.key.clone(), provider.get(&entry.key)))
    });
    let address = first.as_ref().and_then(|(_, inner)| {
        let inner = inner.as_ref()?;
        let keys = [
            "connectHost",
            "server",
            "url",
            "apiUrl",
            "apiURL",
            "host",
            "akeylessGWApiURL",
            "bitwardenServerSDKURL",
            "vaultUrl",
        ];
        inner.any(&keys)
    });
    let at = || provider.as_ref().map(Cursor::source);
    SecretStore {
        id: format!("{}/{}", object.kind, object.name),
        namespace: object.namespace.clone().filter(|_| object.kind == "SecretStore"),
        provider: match (&first, at()) {
            (Some((name, _)), Some(source)) => Fact::known(name.clone(), source),
            _ => Fact::unknown(NOT_SET),
        },
        address: address.map_or_else(|| Fact::unknown(NOT_SET), |address| address.text()),
        users: vec![],
        source: source_of(object, root.sources),
    }
}

fn pushed(object: &Object, root: &Cursor) -> PushSecret {
    let spec = root.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.get("pushSecretSpec")).or(spec);
    let spec = spec.unwrap_or_else(|| root.clone());
    let entries = spec.list("data");
    let items = entries.iter().map(|entry| {
        let matched = entry.get("match").unwrap_or_else(|| entry.clone());
        let remote = matched.get("remoteRef").unwrap_or_else(|| matched.clone());
        item(&matched, &remote)
    });
    PushSecret {
        id: object.id(),
        stores: spec.list("secretStoreRefs").iter().filter_map(store_ref).collect(),
        secret: spec
            .at(&["selector", "secret", "name"])
            .map_or_else(|| Fact::unknown(NOT_SET), |name| name.text()),
        items: items.collect(),
        source: source_of(object, root.sources),
    }
}

fn secret(object: &Object, root: &Cursor, uses: &Uses) -> SecretObject {
    let is_sealed = object.kind == "SealedSecret";
    let spec = root.get("spec").filter(|_| is_sealed).unwrap_or_else(|| root.clone());
    let (mut keys, mut plain, mut templated) = (Vec::new(), Vec::new(), false);
    for map in ["data", "stringData", "encryptedData"].iter().filter_map(|key| spec.get(key)) {
        for entry in map.node.entries() {
            keys.push(entry.key.clone());
            match entry.value.as_str() {
                _ if is_sealed => {}
                Some(text) if is_ciphertext(text) => {}
                Some(text) if is_template(text) => templated = true,
                Some(text) if !text.is_empty() => plain.push(entry.key.clone()),
                _ => {}
            }
        }
    }
    let state = match () {
        () if keys.is_empty() => SecretState::Empty,
        () if !plain.is_empty() => SecretState::Plain,
        () if templated => SecretState::Templated,
        () => SecretState::Encrypted,
    };
    let (apps, users) = of_secret(uses, object.namespace.as_deref(), &object.name);
    SecretObject {
        id: object.id(),
        kind: object.kind.clone(),
        state,
        keys,
        plain_keys: plain,
        apps,
        users,
        source: source_of(object, root.sources),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;
    use crate::inventory::SecretState;

    const MANIFESTS: &str = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: app, namespace: web}\n\
        spec: {secretStoreRef: {kind: ClusterSecretStore, name: vault}, target: {name: app-secret, template: {data: {TOKEN: '{{ .a }}'}}}, \
        data: [{secretKey: a, remoteRef: {key: item, property: field}}, 3], dataFrom: [{extract: {key: whole}}, {find: {name: {regexp: 'x.*'}}}]}\n\
        ---\napiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: vault}\nspec: {provider: {onepassword: {connectHost: 'http://op.example.com'}}}\n\
        ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: web}\n\
        spec: {template: {spec: {containers: [{name: a, envFrom: [{secretRef: {name: app-secret}}]}]}}}\n\
        ---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: tls, namespace: web}\nspec: {secretName: app-secret}\n\
        ---\napiVersion: external-secrets.io/v1alpha1\nkind: PushSecret\nmetadata: {name: out, namespace: web}\n\
        spec: {secretStoreRefs: [{name: vault, kind: ClusterSecretStore}], selector: {secret: {name: tls}}, data: [{match: {secretKey: k, remoteRef: {remoteKey: r, property: p}}}]}\n";

    #[test]
    fn external_secrets_with_their_users() {
        let made = made(&[("a.yaml", MANIFESTS)]);
        let [one] = made.cluster.external_secrets.as_slice() else { panic!("one") };
        assert_eq!(
            (one.stores[0].shown(), one.target.shown()),
            ("ClusterSecretStore/vault", "app-secret")
        );
        let items: Vec<_> = one
            .items
            .iter()
            .map(|item| (item.key.shown(), item.item.shown(), item.property.shown()))
            .collect();
        assert_eq!(
            items,
            [("a", "item", "field"), ("—", "—", "—"), ("—", "whole", "—"), ("—", "x.*", "—")]
        );
        assert_eq!(
            (one.apps.as_slice(), one.users[0].name.as_str()),
            (&["web/app".to_owned()][..], "web/tls")
        );
        assert_eq!(one.template_keys, ["TOKEN"]);
        let store = &made.cluster.secret_stores[0];
        assert_eq!(
            (store.provider.shown(), store.address.shown()),
            ("onepassword", "http://op.example.com")
        );
        assert_eq!(store.users, ["web/app", "web/out"]);
        let pushed = &made.cluster.push_secrets[0];
        assert_eq!((pushed.secret.shown(), pushed.items[0].item.shown()), ("tls", "r"));
    }

    #[test]
    fn other_operators() {
        let made = made(&[(
            "a.yaml",
            "apiVersion: onepassword.com/v1\nkind: OnePasswordItem\nmetadata: {name: db, namespace: web}\nspec: {itemPath: vaults/a/items/b}\n\
             ---\napiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nmetadata: {name: kv, namespace: web}\nspec: {path: x, destination: {name: kv-secret}}\n",
        )]);
        let found: Vec<_> = made
            .cluster
            .external_secrets
            .iter()
            .map(|one| (one.kind.as_str(), one.target.shown(), one.items[0].item.shown()))
            .collect();
        assert_eq!(
            found,
            [
                ("OnePasswordItem", "db", "vaults/a/items/b"),
                ("VaultStaticSecret", "kv-secret", "x")
            ]
        );
    }

    fn check(data: &str, state: SecretState, plain: &[&str]) {
        let text = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: web}}\n{data}\n"
        );
        let made = made(&[("a.yaml", &text)]);
        let [one] = made.cluster.secret_objects.as_slice() else { panic!("one") };
        assert_eq!(
            (one.state, one.plain_keys.as_slice()),
            (state, plain.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().as_slice()),
            "{data}"
        );
    }

    #[test]
    fn no_value_is_kept() {
        check("stringData: {password: hunter2, url: '${URL}'}", SecretState::Plain, &["password"]);
        check("stringData: {url: '${URL}'}", SecretState::Templated, &[]);
        check("data: {a: 'ENC[AES256_GCM,data:x]'}", SecretState::Encrypted, &[]);
        check("data: {}", SecretState::Empty, &[]);
        check("data: 3", SecretState::Empty, &[]);
        let made = made(&[(
            "a.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n",
        )]);
        let json = serde_json::to_string(&made.cluster).expect("JSON");
        assert!(!json.contains("hunter2"));
    }
}
