//! Bodies that stay in memory, packed and plain: [`Rendered`].
//!
//! In: bytes. Out: the form that a client takes, each with a strong tag of its own. A body is packed
//! once, when the first client asks that takes it so.

use std::hash::{DefaultHasher, Hasher};
use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, HeaderValue};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bodies shorter than this are sent as they are: headers weigh as much.
const MIN_PACKED: usize = 512;

/// A body with all that does not change while it stays in memory; cloning shares it.
#[derive(Clone, Debug)]
pub(in super::super) struct Rendered {
    pub(in super::super) body: Bytes,
    kind: &'static str,
    tag: HeaderValue,
    packed: Arc<OnceLock<Option<(Bytes, HeaderValue)>>>,
}

/// A body as it is sent.
pub(super) struct Form {
    pub(super) bytes: Bytes,
    pub(super) tag: HeaderValue,
    /// How it is packed.
    pub(super) encoding: Option<&'static str>,
}

impl Rendered {
    pub(in super::super) fn new(kind: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let tag = tag(&body, "");
        Self { body, kind, tag, packed: Arc::default() }
    }

    /// The content type.
    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    /// Whether packing makes it smaller.
    pub(super) fn is_text(&self) -> bool {
        self.kind != "image/png" && self.body.len() >= MIN_PACKED
    }

    /// The form that a client takes.
    pub(super) fn form(&self, asked: &HeaderMap) -> Form {
        if self.is_text()
            && takes_gzip(asked)
            && let Some((bytes, tag)) = self.packed.get_or_init(|| self.pack())
        {
            return Form { bytes: bytes.clone(), tag: tag.clone(), encoding: Some("gzip") };
        }
        Form { bytes: self.body.clone(), tag: self.tag.clone(), encoding: None }
    }

    fn pack(&self) -> Option<(Bytes, HeaderValue)> {
        let mut packer =
            GzEncoder::new(Vec::with_capacity(self.body.len() / 2), Compression::new(6));
        packer.write_all(&self.body).ok()?;
        let bytes = packer.finish().ok()?;
        (bytes.len() < self.body.len()).then(|| (bytes.into(), tag(&self.body, "-gzip")))
    }
}

/// Whether a client takes gzip, by RFC 9110, section 12.5.3.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let lists = asked.get_all(ACCEPT_ENCODING).into_iter().filter_map(|list| list.to_str().ok());
    let mut star = false;
    for part in lists.flat_map(|list| list.split(',')) {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(1.0, |it| it.parse().unwrap_or(0.0));
        match name.trim() {
            name if name.eq_ignore_ascii_case("gzip") => return weight > 0.0,
            "*" => star = weight > 0.0,
            _ => {}
        }
    }
    star
}

fn tag(bytes: &[u8], suffix: &str) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    let text = format!("\"{:016x}-{:x}{suffix}\"", hasher.finish(), bytes.len());
    HeaderValue::from_str(&text).expect("bug: a tag is digits")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn takes(text: &'static str) -> bool {
        let mut asked = HeaderMap::new();
        asked.insert(ACCEPT_ENCODING, HeaderValue::from_static(text));
        takes_gzip(&asked)
    }

    #[test]
    fn clients_say_what_they_take() {
        assert!(takes("gzip, deflate, br") && takes("br;q=1.0, GZIP;q=0.5") && takes("*"));
        assert!(!takes("br") && !takes("gzip;q=0") && !takes("*;q=0") && !takes("gzip;q=x"));
        assert!(!takes("gzip;q=0, *"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn packed_bodies_are_the_same_with_another_tag() {
        let body = "<svg/>".repeat(200);
        let rendered = Rendered::new("image/svg+xml", body.clone());
        let mut asked = HeaderMap::new();
        let plain = rendered.form(&asked);
        asked.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let packed = rendered.form(&asked);
        assert_eq!((plain.encoding, packed.encoding), (None, Some("gzip")));
        assert_ne!(plain.tag, packed.tag);
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*packed.bytes).read_to_string(&mut text).expect("gzip");
        assert_eq!(text, body);
        assert_eq!(Rendered::new("image/png", body).form(&asked).encoding, None);
    }
}
