//! VolSync: `ReplicationSource` saves a claim, `ReplicationDestination` brings it back.
//!
//! In: effective objects. Out: drafts and [`Restore`]s. Format:
//! <https://volsync.readthedocs.io/en/stable/usage/>; each mover has a key of its own.

use super::draft::Draft;
use crate::gitops::Object;
use crate::inventory::context::Context;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::Restore;

const GROUP: &str = "volsync.backube";
const TOOL: &str = "VolSync";
/// Movers, whose settings stand below their name.
const MOVERS: [&str; 8] =
    ["restic", "kopia", "rclone", "rsyncTLS", "rsync", "syncthing", "external", "cephMirror"];
/// Keys that name the Secret with the repository.
const REPOSITORY_KEYS: [&str; 4] = ["repository", "rcloneConfig", "keySecret", "sshKeys"];

/// All `ReplicationSource`s.
pub(super) fn backups(context: &Context) -> Vec<Draft> {
    context
        .of(GROUP, "ReplicationSource")
        .map(|(object, root)| backup(context, object, &root))
        .collect()
}

fn backup(context: &Context, object: &Object, root: &Cursor) -> Draft {
    let mut draft = Draft::new(context, object, TOOL);
    draft.claims.extend(root.at(&["spec", "sourcePVC"]).map(|claim| claim.text()));
    draft.schedule(root.at(&["spec", "trigger", "schedule"]));
    draft.backup.suspended = root.get("spec").is_some_and(|spec| spec.is_true("paused"));
    if let Some(mover) = mover(root) {
        draft.retain(mover.get("retain").as_ref());
        draft.backup.repository = mover.any_fact(&REPOSITORY_KEYS, "none is named");
    }
    draft
}

fn mover<'a>(root: &Cursor<'a>) -> Option<Cursor<'a>> {
    MOVERS.iter().find_map(|mover| root.at(&["spec", mover]))
}

/// All `ReplicationDestination`s.
pub(super) fn restores(context: &Context) -> Vec<Restore> {
    let read = |(object, root): (&Object, Cursor)| {
        let mover = mover(&root);
        let from = mover.as_ref().map(|mover| mover.any_fact(&REPOSITORY_KEYS, "none is named"));
        let named = mover.as_ref().and_then(|mover| mover.node.str_at(&["destinationPVC"]));
        let namespace = object.namespace.as_deref().unwrap_or_default();
        Restore {
            id: object.id(),
            kind: object.kind.clone(),
            tool: TOOL.to_owned(),
            from: from.unwrap_or_else(|| Fact::unknown("no mover is set")),
            claims: named.map(|name| format!("{namespace}/{name}")).into_iter().collect(),
            source: context.source(object),
        }
    };
    context.of(GROUP, "ReplicationDestination").map(read).collect()
}
