//! What is built into the binary: the example homelab and its handbook.
//!
//! In: the tables that `build.rs` makes. Out: the example as `Sources` like any other. It never looks at the disk.

use crate::source::{Root, Sources};

mod tables {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// Paths relative to a folder, sorted, with their bytes.
type Files = &'static [(&'static str, &'static [u8])];

/// The example's manifests as the repository, and this project's own `content/`, `diagrams/` and `site/`.
pub(super) fn example() -> Sources {
    let mut sources = Sources::default();
    sources.set_same_root(false);
    add(&mut sources, Root::Repository, "", tables::EXAMPLE);
    add(&mut sources, Root::Site, "content/", tables::CONTENT);
    add(&mut sources, Root::Site, "diagrams/", tables::DIAGRAMS);
    add(&mut sources, Root::Site, "site/", tables::SITE);
    sources
}

fn add(sources: &mut Sources, root: Root, folder: &str, files: Files) {
    for (path, bytes) in files {
        sources.add(root, &format!("{folder}{path}"), (*bytes).into());
    }
}
