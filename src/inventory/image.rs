//! Container images: one string, or the parts that charts use.
//!
//! In: an image as written. Out: [`Image`] with repository, tag and digest told apart. Format:
//! <https://github.com/distribution/reference>. No registry or tag is filled in.

use super::cursor::Cursor;
use super::fact::{Fact, Value};
use super::model::Image;

const NO_TAG: &str = "no tag is written";
const NO_DIGEST: &str = "not pinned by digest";

/// An image written as one string, such as `ghcr.io/a/b:1.2@sha256:…`.
pub(crate) fn from_text(text: &Fact<String>) -> Image {
    let Some(full) = text.get() else {
        let (tag, digest) = (Fact::unknown(NO_TAG), Fact::unknown(NO_DIGEST));
        return Image { repository: text.clone(), tag, digest };
    };
    let (name, digest) = full.split_once('@').map_or((full.as_str(), None), |(l, r)| (l, Some(r)));
    let path_start = name.rfind('/').map_or(0, |at| at + 1);
    let colon = name[path_start..].find(':').map(|at| path_start + at);
    let part = |part: &str| text.clone().map(|_| part.to_owned());
    Image {
        repository: part(&name[..colon.unwrap_or(name.len())]),
        tag: colon.map_or_else(|| Fact::unknown(NO_TAG), |at| part(&name[at + 1..])),
        digest: digest.map_or_else(|| Fact::unknown(NO_DIGEST), part),
    }
}

/// An image as a chart's values hold it: one string, or `registry`, `repository`, `tag`, `digest`.
pub(crate) fn from_values(image: &Cursor) -> Option<Image> {
    if !image.node.is_collection() {
        return image.node.as_str().map(|_| from_text(&image.text()));
    }
    let mut repository = image.get("repository")?.text();
    if let (Some(registry), Value::Known(path)) = (image.get("registry"), &mut repository.value)
        && let Some(registry) = registry.node.as_str().filter(|text| !text.is_empty())
    {
        *path = format!("{registry}/{path}");
    }
    let mut tag = image.fact("tag", NO_TAG);
    let mut digest = image.any_fact(&["digest", "sha"], NO_DIGEST);
    // `tag: 1.2@sha256:…` is how Renovate pins in app-template.
    if let Some((left, right)) = tag.get().and_then(|text| text.split_once('@')) {
        let (left, right) = (left.to_owned(), right.to_owned());
        digest = tag.clone().map(|_| right);
        tag = tag.map(|_| left);
    }
    Some(Image { repository, tag, digest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, parse};

    fn check(image: &str, expected: [&str; 3]) {
        let text = format!("image: {image}\n");
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let (documents, _) = parse(&sources);
        let root = &documents.iter().next().expect("a document").root;
        let image = from_values(&Cursor::new(root, &sources).get("image").unwrap()).unwrap();
        assert_eq!([image.repository.shown(), image.tag.shown(), image.digest.shown()], expected);
    }

    #[test]
    fn parts_are_told_apart() {
        check("ghcr.io/a/b:1.2", ["ghcr.io/a/b", "1.2", "—"]);
        check("r.example.com:5000/b", ["r.example.com:5000/b", "—", "—"]);
        check("b@sha256:00", ["b", "—", "sha256:00"]);
        check(
            "{registry: r.example.com, repository: a/b, tag: 1}",
            ["r.example.com/a/b", "1", "—"],
        );
        check("{repository: a/b, tag: 1@sha256:00}", ["a/b", "1", "sha256:00"]);
        check("{repository: a/b, tag: '${TAG}'}", ["a/b", "${TAG}", "—"]);
    }
}
