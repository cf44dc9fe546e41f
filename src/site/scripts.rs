//! Style sheet and scripts as a page names them: [`Linked`].
//!
//! In: the theme. Out: files whose names change with their bytes, so that a browser may keep them
//! for ever, and the scripts that a finished page asks for. It puts no script into a page: each is
//! a file of the site.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Theme;
use super::links::Links;

/// The script that the browser runs before it shows anything: it only chooses light or dark.
pub(crate) const FIRST: &str = "theme";

/// The script of each page.
const EACH: &str = "site";

/// What an element says to have a script on its page: `data-script="diagram"` loads
/// `js/diagram.js`.
const WANTED: &str = " data-script=\"";

/// Paths of the theme's style sheet and scripts in the site.
#[derive(Clone, Debug, Default)]
pub(crate) struct Linked {
    pub(crate) style: String,
    /// By name.
    scripts: BTreeMap<String, String>,
}

impl Linked {
    /// The paths, and the files that belong there.
    pub(crate) fn new(theme: &Theme) -> (Self, BTreeMap<String, Arc<[u8]>>) {
        let mut files = BTreeMap::new();
        let mut add = |name: &str, ending: &str, bytes: Arc<[u8]>| {
            let path = format!("assets/{name}.{}.{ending}", content_hash(&bytes));
            files.insert(path.clone(), bytes);
            path
        };
        let style = add("style", "css", theme.style().into());
        let scripts = theme
            .scripts()
            .map(|(name, bytes)| {
                let lean = lean(name, bytes);
                let bytes = if name == EACH { with_words(theme, &lean) } else { lean };
                (name.to_owned(), add(name, "js", bytes))
            })
            .collect();
        (Self { style, scripts }, files)
    }

    /// The path of a script, where the theme has it.
    pub(crate) fn script(&self, name: &str) -> Option<&str> {
        self.scripts.get(name).map(String::as_str)
    }

    /// Paths of what searching needs, from the site's top; none where the theme lacks a part.
    pub(crate) fn search(&self) -> Option<String> {
        let [library, own] = ["minisearch", "search"].map(|name| self.script(name));
        Some(format!("{} {} {}", library?, super::search::PATH, own?))
    }

    /// The page with the scripts that its elements ask for, and the names that no script has.
    pub(crate) fn fill(&self, html: String, links: Links<'_>) -> (String, Vec<String>) {
        let mut tags = String::new();
        let mut missing = vec![];
        let names: BTreeSet<&str> = std::iter::once(EACH).chain(wanted(&html)).collect();
        for name in names {
            match self.script(name) {
                Some(path) => {
                    tags.extend(["<script src=\"", &links.page(path), "\" defer></script>\n"]);
                }
                None if name == EACH => {}
                None => missing.push(name.to_owned()),
            }
        }
        match html.find("</head>") {
            Some(at) => (format!("{}{tags}{}", &html[..at], &html[at..]), missing),
            None => (html, missing),
        }
    }
}

/// A script of the built-in theme without its indents and whole lines of comment, which are a tenth
/// of what is sent; one of the user's as it is, as a text in it may span lines.
fn lean(name: &str, script: &Arc<[u8]>) -> Arc<[u8]> {
    let path = format!("js/{name}.js");
    let is_ours = Theme::built_in().iter().any(|(at, bytes)| *at == path && **bytes == **script);
    match std::str::from_utf8(script) {
        Ok(text) if is_ours => {
            let lines = text.lines().map(str::trim_start);
            let kept = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
            kept.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes().into()
        }
        _ => Arc::clone(script),
    }
}

/// The script of each page with the words that it shows before it.
fn with_words(theme: &Theme, script: &[u8]) -> Arc<[u8]> {
    let words = theme.strings().for_script(&["copy", "copied", "sort", "theme"]);
    let mut bytes = format!("const rackbookText={words};\n").into_bytes();
    bytes.extend_from_slice(script);
    bytes.into()
}

/// The names behind `data-script`.
fn wanted(html: &str) -> impl Iterator<Item = &str> {
    let values = html.split(WANTED).skip(1).filter_map(|rest| rest.split_once('"'));
    values.flat_map(|(value, _)| value.split_ascii_whitespace())
}

/// A short name for bytes (FNV-1a, 64 bits): it only has to change when they do.
pub(super) fn content_hash(bytes: &[u8]) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, step);
    format!("{hash:016x}")[..10].to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Meta;
    use super::super::links::AppPaths;
    use super::*;

    fn check(html: &str, expected: &str, missing: &[&str]) {
        let name = |name: &str| (name.to_owned(), format!("assets/{name}.1.js"));
        let scripts = BTreeMap::from(["diagram", "site"].map(name));
        let linked = Linked { style: String::new(), scripts };
        let (meta, apps) = (Meta::default(), AppPaths::default());
        let filled = linked.fill(html.to_owned(), Links::new(&meta, &apps, "../"));
        assert_eq!(filled.0, expected);
        assert_eq!(filled.1, missing);
    }

    #[test]
    fn only_built_in_scripts_are_made_lean() {
        let own: Arc<[u8]> = b"  // Mine.\n  const text = `\n  // Kept.`;\n"[..].into();
        assert_eq!(lean("theme", &own), own);
        let (_, theme) = Theme::built_in().iter().find(|(path, _)| *path == "js/theme.js").unwrap();
        let lean = String::from_utf8(lean("theme", &Arc::from(*theme)).to_vec()).unwrap();
        assert!(lean.len() < theme.len() && lean.contains("\nconst chosen = "), "{lean}");
        assert!(!lean.contains("//") && !lean.contains("\n "), "{lean}");
    }

    #[test]
    fn elements_ask_for_scripts() {
        let site = "<script src=\"../assets/site.1.js\" defer></script>\n";
        let diagram = "<script src=\"../assets/diagram.1.js\" defer></script>\n";
        check("<head></head>a", &format!("<head>{site}</head>a"), &[]);
        let page = "<head></head><p data-script=\"diagram\"><p data-script=\"diagram none\">";
        check(page, &page.replace("</head>", &format!("{diagram}{site}</head>")), &["none"]);
    }
}
