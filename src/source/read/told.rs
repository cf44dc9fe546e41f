//! What is said about files that are passed over.
//!
//! In: paths and reasons. Out: diagnostics. It never touches the disk.

use std::fmt::Display;
use std::path::Path;

use super::names::{extension, is_manifest};
use crate::diagnostic::Diagnostic;

pub(super) fn archive(path: &str) -> Diagnostic {
    Diagnostic::note("source/archive-skipped", "an archive folder is not read").at_path(path)
}

pub(super) fn too_large(path: String, size: u64, limit: u64) -> Diagnostic {
    let message = format!("file of {} is larger than {}", mebibytes(size), mebibytes(limit));
    let help = "split the file, or list it in `.gitignore` where it is no manifest";
    Diagnostic::warning("source/too-large", message).at_path(path).help(help)
}

fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1 << 20);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} MiB"),
        (whole, rest) => format!("{whole}.{rest} MiB"),
    }
}

/// Tools that seal a file as a whole, by what such a file begins with.
const SEALED: [(&[u8], &str); 2] =
    [(b"\0GITCRYPT\0", "git-crypt"), (b"age-encryption.org/", "age")];

pub(super) fn not_text(path: &str, bytes: &[u8]) -> Option<Diagnostic> {
    if let Some((_, tool)) = SEALED.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        let message = format!("encrypted with {tool}, and not read");
        return is_manifest(path)
            .then(|| Diagnostic::note("source/encrypted", message).at_path(path));
    }
    let is_yaml = matches!(extension(path), "yaml" | "yml");
    let problem = match std::str::from_utf8(bytes) {
        _ if !is_yaml => return None,
        Ok(text) if !text.contains('\0') => return None,
        Ok(_) => "YAML file holds a NUL byte and is not read".to_owned(),
        Err(error) => {
            format!("YAML file is not UTF-8 at byte {} and is not read", error.valid_up_to())
        }
    };
    let help = "save the file as UTF-8";
    Some(Diagnostic::warning("source/not-utf8", problem).at_path(path).help(help))
}

pub(super) fn unreadable(path: &str, reason: &impl Display) -> Diagnostic {
    Diagnostic::warning("source/unreadable", format!("cannot be read: {reason}")).at_path(path)
}

pub(super) fn bad_name(path: &Path) -> Diagnostic {
    Diagnostic::warning("source/unreadable", "the name of a file is not UTF-8")
        .at_path(path.to_string_lossy())
        .help("rename the file")
}

pub(super) fn dangling(path: String, target: &Path) -> Diagnostic {
    let message = format!("symbolic link to `{}` leads nowhere", target.display());
    Diagnostic::warning("source/dangling-link", message)
        .at_path(path)
        .help("restore what it points to, or remove the link")
}

pub(super) fn outside(path: String) -> Diagnostic {
    Diagnostic::note("source/link-outside", "symbolic link leads out of what is read")
        .at_path(path)
        .help("copy the file into the repository where its content is needed")
}

pub(super) fn link_to_folder(path: String, target: &str) -> Diagnostic {
    let message = format!("symbolic link to the folder `{target}` is not followed");
    Diagnostic::note("source/link-to-folder", message).at_path(path)
}

pub(super) fn not_a_file(path: String) -> Diagnostic {
    Diagnostic::note("source/not-a-file", "neither a file nor a folder").at_path(path)
}
