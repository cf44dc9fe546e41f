//! Who names which Secret.
//!
//! In: objects and values of releases. Out: [`Use`]s: names in places where Secrets are named. A
//! Secret that a controller finds by convention is named nowhere, and shows no user.

use std::collections::BTreeMap;

use super::tree::{Tree, ends, visit};
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::{Fact, is_template};
use crate::inventory::model::ObjectRef;
use crate::inventory::{natural, source_of};

/// The API group of External Secrets.
const GROUP: &str = "external-secrets.io";

/// A name in a place where Secrets are named.
pub(super) struct Use {
    namespace: String,
    app: Option<String>,
    object: ObjectRef,
}

/// Who names a Secret, by the name.
pub(super) type Uses = BTreeMap<String, Vec<Use>>;

/// Apps, and other objects, that name a Secret of a namespace.
pub(super) fn of_secret(
    uses: &Uses,
    namespace: Option<&str>,
    name: &str,
) -> (Vec<String>, Vec<ObjectRef>) {
    let (mut apps, mut users) = (Vec::new(), Vec::<ObjectRef>::new());
    let fits = |one: &&Use| {
        // What is in no namespace names Secrets of the namespace that its controller looks in.
        let is_wide = namespace.is_none() || one.namespace.is_empty();
        is_wide || Some(one.namespace.as_str()) == namespace
    };
    for one in uses.get(name).into_iter().flatten().filter(fits) {
        match &one.app {
            Some(app) if !apps.contains(app) => apps.push(app.clone()),
            None if !users.iter().any(|user| user.source == one.object.source) => {
                users.push(one.object.clone());
            }
            _ => {}
        }
    }
    natural::sort_by(&mut apps, |app| app);
    users.sort_by(|left, right| (&left.kind, &left.name).cmp(&(&right.kind, &right.name)));
    (apps, users)
}

/// Every place in which an app or object names a Secret.
pub(super) fn uses(trees: &[Tree]) -> Uses {
    let mut found = Uses::new();
    for tree in trees.iter().filter(|tree| !makes_secrets(tree.object)) {
        let mut names: Vec<String> = Vec::new();
        let mut add = |fact: Fact<String>| {
            for name in super::served::split(&tree.resolve(fact)) {
                if !names.iter().any(|known| known == name.shown()) {
                    names.push(name.shown().to_owned());
                }
            }
        };
        visit(&tree.cursor, &mut |path, value| {
            if !value.node.is_collection() && names_secret(path, value) {
                add(value.text());
            }
        });
        for item in Cursor::new(&tree.object.root, tree.cursor.sources)
            .at(&["spec", "valuesFrom"])
            .map(|list| list.items())
            .unwrap_or_default()
        {
            if let Some(name) = item.get("name").filter(|_| is_secret_kind(&item)) {
                add(name.text());
            }
        }
        for name in names {
            found.entry(name).or_default().push(Use {
                namespace: tree.namespace(),
                app: tree.app.map(str::to_owned),
                object: ObjectRef {
                    kind: tree.object.kind.clone(),
                    name: tree.object.id(),
                    source: source_of(tree.object, tree.cursor.sources),
                },
            });
        }
    }
    found
}

fn makes_secrets(object: &Object) -> bool {
    matches!(object.kind.as_str(), "Secret" | "SealedSecret")
        || (object.group == GROUP && object.kind.ends_with("ExternalSecret"))
}

fn is_secret_kind(item: &Cursor) -> bool {
    item.node.str_at(&["kind"]) == Some("Secret")
}

/// `secretName: x`, `existingSecret: x`, `secretRef: {name: x}`, and references of kind `Secret`.
fn names_secret(path: &[&str], value: &Cursor) -> bool {
    let (parent, key) = ends(path);
    let (parent, key) = (parent.to_lowercase(), key.to_lowercase());
    // A name is short and has no spaces, but for those of an expression.
    let may_be_name = |text: &str| {
        text.len() <= 253 && (is_template(text) || !text.contains(char::is_whitespace))
    };
    if !value.node.as_str().is_some_and(may_be_name) {
        return false;
    }
    let says = |word: &str| word.contains("secret");
    match key.as_str() {
        "name" => {
            says(&parent)
                || matches!(parent.as_str(), "certificaterefs" | "password" | "imagepullsecrets")
                || persistence_secret(path)
        }
        // VolSync and its kin call the Secret that holds the repository so.
        "repository" => matches!(parent.as_str(), "restic" | "kopia" | "rclone"),
        "rcloneconfig" | "sshkeys" | "objectstoresecretname" => true,
        "secretkey" | "secretkeys" | "key" | "namespace" | "kind" | "type" | "property" => false,
        _ => says(&key),
    }
}

/// `persistence.x.name` of app-template; other kinds of volumes name no Secret of that name.
fn persistence_secret(path: &[&str]) -> bool {
    matches!(path, ["persistence", _, _])
}
