//! Tables of where secrets come from and who uses them. Names only.
//!
//! In: the cluster's secrets, which hold no value. Out: tables with one row for each.

use crate::inventory::{ExternalSecret, ObjectRef, SecretItem, SecretObject, SecretState};

use super::Scope;
use crate::site::view::{Cell, Column, LinkView, Mark, Table};

/// Secret stores.
pub(crate) fn secret_stores(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("store", "Store"),
        Column::text("provider", "Provider"),
        Column::text("address", "Address"),
        Column::number("users", "Secrets that use it"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Secret stores", "No secret store is declared.", columns);
    for store in &scope.cluster.secret_stores {
        table.row(vec![
            Cell::noted(&store.id, None, store.namespace.as_deref().unwrap_or_default()),
            Cell::fact(scope.links.fact(&store.provider)),
            Cell::code(scope.links.fact(&store.address)),
            Cell::number(store.users.len()),
            scope.source(&store.source),
        ]);
    }
    table.without_empty_columns(&["address"])
}

/// External secrets: from the store and its item to who uses the Secret.
pub(crate) fn external_secrets(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("secret", "External secret"),
        Column::text("stores", "Store"),
        Column::text("items", "Item"),
        Column::text("target", "Makes the Secret"),
        Column::text("users", "Used by"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("External secrets", "No external secret is declared.", columns);
    let listed = |it: &&ExternalSecret| scope.includes(&it.id) && used(scope, &it.apps);
    for secret in scope.cluster.external_secrets.iter().filter(listed) {
        table.row(vec![
            Cell::noted(
                &secret.id,
                None,
                if secret.kind == "ExternalSecret" { "" } else { &secret.kind },
            ),
            Cell::facts(scope.links.facts(&secret.stores), "not declared"),
            Cell::names(&items(&secret.items), "made by the cluster"),
            Cell::fact(scope.links.fact(&secret.target)),
            Cell::links(users(scope, &secret.apps, &secret.users), "no user that can be told"),
            scope.source(&secret.source),
        ]);
    }
    table
}

/// Whether the app that is asked for is among these, if one is.
fn used(scope: Scope<'_>, apps: &[String]) -> bool {
    scope.app.is_none_or(|id| apps.iter().any(|app| app == id))
}

/// Items of a store with the fields that are read of them, each item once.
fn items(items: &[SecretItem]) -> Vec<String> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for item in items {
        let name = item.item.shown().to_owned();
        let field = item.property.get().or_else(|| item.key.get()).cloned();
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, fields)) => fields.extend(field),
            None => found.push((name, field.into_iter().collect())),
        }
    }
    let worded = found.into_iter().map(|(name, mut fields)| {
        fields.dedup();
        if fields.is_empty() { name } else { format!("{name}: {}", fields.join(", ")) }
    });
    worded.collect()
}

/// Apps as links, other objects by kind and name.
fn users(scope: Scope<'_>, apps: &[String], others: &[ObjectRef]) -> Vec<LinkView> {
    let other = |it: &ObjectRef| LinkView { text: format!("{} {}", it.kind, it.name), href: None };
    let apps = apps.iter().map(|id| scope.links.app_link(id));
    apps.chain(others.iter().map(other)).collect()
}

/// What the cluster writes into stores.
pub(crate) fn push_secrets(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("push", "Pushed secret"),
        Column::text("secret", "From the Secret"),
        Column::text("stores", "To"),
        Column::text("items", "Item"),
        Column::text("source", "Source"),
    ];
    let empty = "Nothing is declared that the cluster writes into a store.";
    let mut table = Table::new("Written into stores", empty, columns);
    for push in scope.cluster.push_secrets.iter().filter(|it| scope.includes(&it.id)) {
        table.row(vec![
            Cell::name(&push.id, None),
            Cell::fact(scope.links.fact(&push.secret)),
            Cell::facts(scope.links.facts(&push.stores), "not declared"),
            Cell::names(&items(&push.items), "not declared"),
            scope.source(&push.source),
        ]);
    }
    table
}

/// Secrets in the repository.
pub(crate) fn secrets(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("secret", "Secret"),
        Column::text("state", "Values are"),
        Column::text("keys", "Keys"),
        Column::text("users", "Used by"),
        Column::text("source", "Source"),
    ];
    let mut table =
        Table::new("Secrets in the repository", "No Secret is in the repository.", columns);
    let listed = |it: &&SecretObject| scope.includes(&it.id) && used(scope, &it.apps);
    for secret in scope.cluster.secret_objects.iter().filter(listed) {
        let note = if secret.kind == "Secret" { "" } else { secret.kind.as_str() };
        table.row(vec![
            Cell::noted(&secret.id, None, note),
            Cell::mark(state(secret)),
            Cell::names(&secret.keys, "none"),
            Cell::links(users(scope, &secret.apps, &secret.users), "no user that can be told"),
            scope.source(&secret.source),
        ]);
    }
    table
}

fn state(secret: &SecretObject) -> Mark {
    let plain = format!("readable in the repository: {}", secret.plain_keys.join(", "));
    match secret.state {
        SecretState::Plain => Mark::new("in plain text", "bad", &plain),
        SecretState::Templated => Mark::new("filled in by Flux", "plain", ""),
        SecretState::Encrypted => Mark::new("encrypted", "good", "nothing of it is shown"),
        SecretState::Empty => Mark::new("empty", "plain", "something else fills it"),
    }
}

/// Files with ciphertext.
pub(crate) fn sealed_files(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("file", "File"),
        Column::text("tool", "Sealed by"),
        Column::text("objects", "Holds"),
        Column::text("keys", "Sealed keys"),
        Column::text("reachable", "Applied by Flux"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Encrypted files", "No encrypted file was found.", columns);
    for file in &scope.cluster.sealed_files {
        let reachable = match file.reachable {
            Some(true) => Cell::text("yes"),
            Some(false) => Cell::mark(Mark::new("no", "warn", "the walk does not come to it")),
            None => Cell::text("no manifest"),
        };
        table.row(vec![
            Cell::code(super::fact_of(&file.source.path)),
            Cell::text(&file.tool),
            Cell::names(&file.objects, "no object"),
            Cell::names(&file.keys, "the whole file"),
            reachable,
            scope.source(&file.source),
        ]);
    }
    table
}
