//! The picture for `/favicon.ico`, from base64 in the configuration.
//!
//! In: text. Out: bytes and their type, told by their first bytes as browsers do. It never decodes
//! the picture.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A picture and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Favicon {
    /// The file.
    pub bytes: Vec<u8>,
    /// `image/png`, `image/x-icon` or `image/gif`.
    pub content_type: &'static str,
}

/// Reads the setting; the message of the error has kromgo's words.
pub(super) fn decode(text: &str) -> Result<Favicon, String> {
    // A block in YAML brings line ends, which Go's decoder passes over.
    let compact: String = text.chars().filter(|at| !matches!(at, '\r' | '\n')).collect();
    let bytes =
        STANDARD.decode(compact).map_err(|error| format!("favicon: invalid base64: {error}"))?;
    let content_type = image_type(&bytes).ok_or_else(|| {
        let other = other_type(&bytes);
        format!("favicon: unsupported content type \"{other}\", use a PNG, ICO or GIF")
    })?;
    Ok(Favicon { bytes, content_type })
}

fn image_type(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 4] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\x00\x00\x01\x00", "image/x-icon"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
    ];
    kinds.into_iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| kind)
}

/// A name for what cannot be used.
fn other_type(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\xff\xd8\xff") {
        "image/jpeg"
    } else if bytes.len() > 12 && bytes.starts_with(b"RIFF") && bytes[8..].starts_with(b"WEBP") {
        "image/webp"
    } else if bytes.iter().all(|byte| *byte >= 0x20 || b"\t\n\x0c\r\x1b".contains(byte)) {
        "text/plain; charset=utf-8"
    } else {
        "application/octet-stream"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let decoded = decode(&STANDARD.encode(bytes));
        let told = decoded.as_ref().map(|favicon| favicon.content_type).map_err(String::as_str);
        match (told, expected) {
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (told, expected) => assert_eq!(told, expected),
        }
    }

    #[test]
    fn pictures_are_told_by_their_first_bytes() {
        check(b"\x89PNG\r\n\x1a\nrest", Ok("image/png"));
        check(b"\x00\x00\x01\x00rest", Ok("image/x-icon"));
        check(b"GIF89a", Ok("image/gif"));
    }

    #[test]
    fn other_content_is_refused() {
        check(b"just words", Err("unsupported content type \"text/plain"));
        check(b"\xff\xd8\xff\xe0", Err("unsupported content type \"image/jpeg\""));
        check(b"\x01\x02", Err("unsupported content type \"application/octet-stream\""));
    }

    #[test]
    fn broken_base64_is_told() {
        let error = decode("not*base64").expect_err("no base64");
        assert!(error.starts_with("favicon: invalid base64: "), "{error}");
    }

    #[test]
    fn line_ends_inside_are_passed_over() {
        let text = STANDARD.encode(b"GIF89a-and-more");
        let (start, end) = text.split_at(4);
        assert!(decode(&format!("{start}\n{end}\n")).is_ok());
    }
}
