//! Content types and addresses of files.
//!
//! In: paths of the site. Out: header values. It never looks at bytes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is escaped in an address.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The content type of a file by its name.
pub(super) fn of(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" | "md" | "yaml" | "yml" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "pdf" => "application/pdf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// The address of a folder relative to the same path without its last `/`.
///
/// It starts with `./`, so that a name with a colon is no scheme.
pub(super) fn relative_folder(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("./{}/", utf8_percent_encode(name, ESCAPED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_follow_the_name() {
        assert_eq!(of("a/b.html"), "text/html; charset=utf-8");
        assert_eq!(of("a.tar.gz"), "application/octet-stream");
        assert_eq!(of("CNAME"), "application/octet-stream");
    }

    #[test]
    fn folders_are_escaped() {
        assert_eq!(relative_folder("a/b c:\r\n"), "./b%20c%3A%0D%0A/");
    }
}
