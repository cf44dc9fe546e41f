//! Links become relative addresses of pages that exist.
//!
//! In: a destination as written, and where. Out: what to write into the page, or what is wrong with
//! it. Links by file path resolve as on GitHub, those that start with `/` from the top of the site;
//! what has a scheme is left alone. It never asks the network.

use super::paths::{Anchors, Paths, Target, is_markdown, relative};
use crate::diagnostic::Diagnostic;
use crate::source::path::{join, parent};
use crate::source::{FileId, Span};

/// A link of a page, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Where it leads, with character references resolved.
    pub(super) destination: String,
    /// Where it stands.
    pub(super) span: Span,
    /// What it has to lead to.
    pub(super) kind: Kind,
}

/// What a link has to lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A page, one of its sections, or a file.
    Page,
    /// An image.
    Image,
}

/// Who links.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    /// Content-relative path of the page.
    pub(super) path: &'a str,
    /// Its slug.
    pub(super) slug: &'a str,
}

/// Resolves links once all pages are known.
pub(super) struct Resolver<'a> {
    /// What exists.
    pub(super) paths: &'a Paths<'a>,
    /// What headings exist.
    pub(super) anchors: &'a Anchors,
    /// The page whose links are resolved.
    pub(super) from: From<'a>,
}

/// A destination in its parts.
struct Parts<'a> {
    path: String,
    query: &'a str,
    anchor: Option<String>,
}

impl Resolver<'_> {
    /// The address to write for a link, and the page that it leads to.
    pub(super) fn resolve(&self, link: &Link) -> Result<(String, Option<String>), Box<Diagnostic>> {
        let destination = link.destination.trim();
        let own = self.paths.own_path(destination);
        if is_external(destination) && own.is_none() {
            return Ok((destination.to_owned(), None));
        }
        if link.kind == Kind::Image {
            return image(self.paths, self.from, link).map(|image| (image.address, None));
        }
        let parts = parts(own.unwrap_or(destination));
        if parts.path.is_empty() {
            self.check_anchor(self.from.slug, parts.anchor.as_deref(), link)?;
            return Ok((destination.to_owned(), None));
        }
        let target = self.target(&parts.path).ok_or_else(|| self.broken(&parts.path, link))?;
        let path = match &target {
            Target::Page(slug) => {
                self.check_anchor(slug, parts.anchor.as_deref(), link)?;
                format!("{slug}.html")
            }
            Target::Generated(slug) => format!("{slug}.html"),
            Target::Asset(path) => path.clone(),
        };
        let anchor = parts.anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
        let page = match target {
            Target::Page(slug) => Some(slug),
            _ => None,
        };
        Ok((format!("{}{}{anchor}", relative(self.from.slug, &path), parts.query), page))
    }

    fn target(&self, path: &str) -> Option<Target> {
        if let Some(path) = path.strip_prefix('/') {
            let below = path.strip_prefix(self.paths.folder).and_then(|at| at.strip_prefix('/'));
            return self.paths.site(path).or_else(|| self.paths.file(below.unwrap_or(path)));
        }
        let joined = join(parent(self.from.path), path)?;
        self.paths.file(&joined).or_else(|| self.paths.site(&joined))
    }

    fn check_anchor(
        &self,
        slug: &str,
        anchor: Option<&str>,
        link: &Link,
    ) -> Result<(), Box<Diagnostic>> {
        let (Some(anchor), Some(known)) = (anchor, self.anchors.of(slug)) else { return Ok(()) };
        if anchor.is_empty() || anchor == "top" || known.contains(anchor) {
            return Ok(());
        }
        let message = format!("`{slug}` has no section `#{anchor}`");
        let found = Diagnostic::error("content/broken-anchor", message).at(link.span);
        let anchors: Vec<_> = known.iter().map(|known| format!("#{known}")).collect();
        let wrong = format!("#{anchor}");
        let found = found.label("no such section");
        Err(Box::new(found.suggest(&wrong, anchors.iter().map(String::as_str))))
    }

    fn broken(&self, path: &str, link: &Link) -> Box<Diagnostic> {
        let message = format!("there is no page `{path}`");
        let found = Diagnostic::error("content/broken-link", message).at(link.span);
        let found = found.label("leads nowhere");
        let inner = self.paths.without_base(path);
        if let Some(inner) = inner.filter(|inner| self.target(inner).is_some()) {
            let help = format!("leave the base path out: did you mean `{inner}`?");
            return Box::new(found.help(help));
        }
        if let Some(outside) = self.outside(path) {
            let folder = self.paths.folder;
            let below = outside.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            if below && is_markdown(&outside) {
                let help = format!("`{outside}` is not published: take `draft` out of it");
                return Box::new(found.help(help));
            }
            let help = format!(
                "`{outside}` is a file, but no page: link to it where the repository is hosted, \
                 or move it below `{folder}/`"
            );
            return Box::new(found.help(help));
        }
        let candidates = self.candidates(path);
        let found = found.suggest(path, candidates.iter().map(String::as_str));
        if found.help.is_some() {
            return Box::new(found);
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let moved = candidates.iter().find(|known| known.rsplit('/').next() == Some(name));
        Box::new(match moved {
            Some(moved) => found.help(format!("did you mean `{moved}`?")),
            None => found,
        })
    }

    /// The path from the root, where it is a file that is not part of the site.
    fn outside(&self, path: &str) -> Option<String> {
        let folder = format!("{}/{}", self.paths.folder, parent(self.from.path));
        let path = match path.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => join(&folder, path)?,
        };
        (!path.is_empty() && self.paths.exists(&path)).then_some(path)
    }

    /// Everything that could be meant, as this page would write it.
    fn candidates(&self, path: &str) -> Vec<String> {
        if path.starts_with('/') {
            return self.paths.site_paths();
        }
        let is_dotted = path.starts_with("./");
        let from = self.from.path;
        let files = self.paths.page_files().chain(self.paths.asset_files());
        let relative = files.map(|file| relative(from, file));
        relative.map(|file| if is_dotted { format!("./{file}") } else { file }).collect()
    }
}

/// Whether a destination leaves the site: it has a scheme, or starts with two slashes.
pub(super) fn is_external(destination: &str) -> bool {
    let scheme = destination.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
    let starts = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic());
    destination.starts_with("//") || scheme.len() > 1 && starts && scheme.chars().all(is_scheme)
}

/// Whether a destination is on another host, so that a page would have to load it from there.
pub(super) fn is_remote(destination: &str) -> bool {
    let scheme = |scheme: &str| {
        destination.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    scheme("//") || scheme("https://") || scheme("http://")
}

/// Whether following a link would run code.
pub(super) fn is_script(destination: &str) -> bool {
    let letters =
        destination.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control());
    let start: String = letters.take(16).collect::<String>().to_ascii_lowercase();
    ["javascript:", "vbscript:", "data:text"].iter().any(|scheme| start.starts_with(scheme))
}

fn parts(destination: &str) -> Parts<'_> {
    let (rest, anchor) = match destination.split_once('#') {
        Some((rest, anchor)) => (rest, Some(decode(anchor))),
        None => (destination, None),
    };
    let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    Parts { path: decode(path), query, anchor }
}

/// Resolves `%20` and its like.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        let hex = behind.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) if *byte == b'%' => {
                bytes.push(decoded);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(*byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An image that can be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Image {
    /// What to write for it.
    pub(super) address: String,
    /// Its site path; none on another host.
    pub(super) path: Option<String>,
    /// Its file.
    pub(super) file: Option<FileId>,
    /// What stands behind `#`.
    pub(super) anchor: Option<String>,
}

/// An image of the site, or what is wrong with it.
pub(super) fn image(paths: &Paths, from: From, image: &Link) -> Result<Image, Box<Diagnostic>> {
    let destination = image.destination.trim();
    if is_external(destination) {
        return Ok(Image { address: destination.to_owned(), ..Image::default() });
    }
    let Parts { path, query: _, anchor } = parts(destination);
    let target = match path.strip_prefix('/') {
        Some(path) => paths.site(path).or_else(|| paths.file(path)),
        None => join(parent(from.path), &path).and_then(|joined| paths.file(&joined)),
    };
    if let Some(Target::Asset(path)) = target {
        let (address, file) = (relative(from.slug, &path), paths.asset(&path));
        return Ok(Image { address, path: Some(path), file, anchor });
    }
    let message = format!("there is no image `{path}`");
    let found = Diagnostic::error("content/broken-image", message).at(image.span);
    let folder = format!("{}/{}", paths.folder, parent(from.path));
    if join(&folder, &path).is_some_and(|path| paths.exists(&path) && !is_markdown(&path)) {
        return Err(Box::new(found.help(format!("move the image below `{}/`", paths.folder))));
    }
    let known: Vec<_> = paths.asset_files().map(|file| relative(from.path, file)).collect();
    Err(Box::new(found.suggest(&path, known.iter().map(String::as_str))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_told_from_paths() {
        for external in ["https://example.com", "mailto:a@example.com", "//example.com"] {
            assert!(is_external(external), "{external}");
        }
        for internal in ["a.md", "/a:b", "#a", "./a:b.md"] {
            assert!(!is_external(internal), "{internal}");
        }
        assert!(is_script("java\nscript:alert(1)"));
    }

    #[test]
    fn destinations_have_parts() {
        let parts = parts("a%20b.md?x=1#c%C3%BC");
        assert_eq!((parts.path.as_str(), parts.query), ("a b.md", "?x=1"));
        assert_eq!(parts.anchor.as_deref(), Some("cü"));
        assert_eq!(decode("100%"), "100%");
    }
}
