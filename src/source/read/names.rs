//! What the name of a file or folder says about it.
//!
//! In: paths. Out: whether they matter, and as what. It never touches the disk.

use std::path::Path;

/// Folders whose manifests are no longer in use.
const ARCHIVES: &[&str] = &[".archive", "archive", "_archive"];

/// Whether a folder is one of those whose manifests are no longer in use.
pub(in crate::source) fn is_archive(path: &str) -> bool {
    ARCHIVES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// A path below a folder with `/` between its parts; none where it is outside or not UTF-8.
pub(in crate::source) fn relative(folder: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<_>> =
        path.strip_prefix(folder).ok()?.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

/// The part of a name behind its last dot.
pub(in crate::source) fn extension(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Whether a file of that name may hold manifests or infrastructure, so that its absence matters.
pub(in crate::source) fn is_manifest(path: &str) -> bool {
    matches!(extension(path), "yaml" | "yml" | "json" | "json5" | "tfvars" | "tf" | "hcl" | "j2")
}

/// Whether a file of that name is text.
pub(in crate::source) fn is_text(path: &str) -> bool {
    const TEXT: &[&str] = &[
        "cfg",
        "conf",
        "css",
        "csv",
        "env",
        "gotmpl",
        "html",
        "ini",
        "js",
        "md",
        "properties",
        "py",
        "rs",
        "sh",
        "svg",
        "tera",
        "toml",
        "tpl",
        "txt",
        "xml",
    ];
    is_manifest(path) || TEXT.contains(&extension(path))
}
