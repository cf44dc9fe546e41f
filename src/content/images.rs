//! Images get their size, load when they come near, and come in pairs for light and dark.
//!
//! In: an image that exists. Out: its `<img>`, or two where a file `x-light.png` has a file
//! `x-dark.png` beside it. Sizes are read from the first bytes of PNG, JPEG, GIF, WebP and SVG.

use std::fmt::Write as _;

use super::escape;
use super::links::{From, Image};
use super::paths::{Paths, relative};
use crate::source::FileId;

/// An image as it is written.
#[derive(Clone, Copy)]
pub(super) struct Picture<'a> {
    /// The file.
    pub(super) image: &'a Image,
    /// What it shows.
    pub(super) alt: &'a str,
    /// A title, or nothing.
    pub(super) title: &'a str,
}

/// The HTML of an image.
pub(super) fn html(picture: &Picture, paths: &Paths, from: From) -> String {
    let image = picture.image;
    let other = image.path.as_deref().and_then(dark_of).and_then(|path| {
        let file = paths.asset(&path)?;
        Some((relative(from.slug, &path), file))
    });
    if let Some((address, file)) = other {
        let light = tag(picture, &image.address, image.file, Some("only-light"), paths);
        return light + &tag(picture, &address, Some(file), Some("only-dark"), paths);
    }
    let class = match image.anchor.as_deref() {
        Some("only-light" | "gh-light-mode-only") => Some("only-light"),
        Some("only-dark" | "gh-dark-mode-only") => Some("only-dark"),
        _ => None,
    };
    tag(picture, &image.address, image.file, class, paths)
}

fn tag(
    picture: &Picture,
    address: &str,
    file: Option<FileId>,
    class: Option<&str>,
    paths: &Paths,
) -> String {
    let mut tag =
        format!("<img src=\"{}\" alt=\"{}\"", escape::href(address), escape::html(picture.alt));
    if !picture.title.is_empty() {
        write!(tag, " title=\"{}\"", escape::html(picture.title))
            .expect("bug: a string takes all text");
    }
    if let Some(class) = class {
        write!(tag, " class=\"{class}\"").expect("bug: a string takes all text");
    }
    let size = file.and_then(|file| size(paths.sources.file(file).bytes()));
    if let Some((width, height)) = size {
        write!(tag, " width=\"{width}\" height=\"{height}\"")
            .expect("bug: a string takes all text");
    }
    tag + " loading=\"lazy\">"
}

/// The path of the dark one of a pair, for that of the light one.
fn dark_of(path: &str) -> Option<String> {
    let (stem, extension) = path.rsplit_once('.')?;
    Some(format!("{}-dark.{extension}", stem.strip_suffix("-light")?))
}

/// Width and height in pixels.
fn size(bytes: &[u8]) -> Option<(usize, usize)> {
    let start = &bytes[..bytes.len().min(4 << 10)];
    if let Ok(size) = imagesize::blob_size(bytes) {
        return Some((size.width, size.height)).filter(|(width, height)| *width > 0 && *height > 0);
    }
    let text = String::from_utf8_lossy(start);
    let (_, rest) = text.split_once("<svg")?;
    svg_size(&rest[..rest.find('>').unwrap_or(rest.len())])
}

/// The size that the attributes of an `<svg>` give, in pixels; percentages give none.
fn svg_size(attributes: &str) -> Option<(usize, usize)> {
    let value = |name: &str| {
        let at = attributes
            .match_indices(name)
            .find(|(at, _)| attributes[..*at].ends_with(char::is_whitespace));
        let rest = attributes[at?.0 + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest[1..].split(quote).next()
    };
    let pixels = |text: &str| text.trim().trim_end_matches("px").parse::<f64>().ok();
    let sides = value("width").and_then(pixels).zip(value("height").and_then(pixels));
    let (width, height) = sides.or_else(|| {
        let numbers = value("viewBox")?.split([' ', ',']).filter(|part| !part.is_empty());
        let numbers: Vec<f64> = numbers.filter_map(|part| part.parse().ok()).collect();
        (numbers.len() == 4).then(|| (numbers[2], numbers[3]))
    })?;
    let is_sane = |side: f64| (1.0..100_000.0).contains(&side);
    (is_sane(width) && is_sane(height)).then(|| (width.round() as usize, height.round() as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let check = |bytes: &[u8], expected| assert_eq!(size(bytes), expected);
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x80\x08\x06\0\0\0", Some((256, 128)));
        check(b"GIF89a\x10\0\x08\0\0\0\0", Some((16, 8)));
        check(b"<?xml?><svg height='20px' width=\"10.4\">", Some((10, 20)));
        check(b"<svg viewBox=\"0 0 30, 40\" stroke-width=\"2\">", Some((30, 40)));
        check(b"<svg width=\"100%\" height=\"100%\">", None);
        check(b"<svg", None);
        check(b"", None);
    }

    #[test]
    fn pairs() {
        assert_eq!(dark_of("a/b-light.png").as_deref(), Some("a/b-dark.png"));
        assert_eq!(dark_of("a/b.png"), None);
    }
}
