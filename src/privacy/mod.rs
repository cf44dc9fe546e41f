//! What must not be published: masks for personal values, and a look for secrets.
//!
//! In: the files that were read and `privacy:` of `site/site.yaml`; later the finished site. Out:
//! files in which masked values no longer are, so that no stage can pass them on, and errors where
//! the site holds a secret, or a value that is to be masked. A mask has as many bytes as what it
//! hides: places in files stay right. It never prints a secret.

mod mask;
mod secrets;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::source::{Root, Sources};

pub use settings::read;

/// What is done with a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Do {
    /// It is published.
    #[default]
    Show,
    /// Its form stays, and a part that says where it belongs.
    Mask,
    /// Nothing of it stays but its length.
    Hide,
}

/// A pattern and what is done with what fits it.
#[derive(Clone, Debug)]
pub struct Pattern {
    fits: regex::Regex,
    action: Do,
}

/// `privacy:` of `site/site.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// IP addresses that the internet routes.
    public_addresses: Do,
    /// MAC addresses.
    mac_addresses: Do,
    /// E-mail addresses.
    email_addresses: Do,
    patterns: Vec<Pattern>,
    /// Folders of the repository that are not read.
    folders: Vec<String>,
    /// Kinds of objects that are not shown.
    kinds: Vec<String>,
}

impl Rules {
    fn masks(&self) -> bool {
        let all = [self.public_addresses, self.mac_addresses, self.email_addresses];
        all.iter().any(|one| *one != Do::Show) || !self.patterns.is_empty()
    }

    /// Whether objects of a kind are left out.
    pub fn excludes(&self, kind: &str) -> bool {
        self.kinds.iter().any(|one| one == kind)
    }
}

/// The files without excluded folders, and with masks in the place of values.
///
/// `site/site.yaml` stays as it is: nothing of it but what it says of itself is published.
pub fn apply(sources: Sources, rules: &Rules) -> (Sources, Vec<Diagnostic>) {
    let mut told = vec![];
    for folder in &rules.folders {
        let count = sources.under(Root::Repository, folder).count();
        let message = match count {
            0 => format!("the excluded folder `{folder}` holds nothing that is read"),
            1 => format!("1 file of `{folder}` is left out, as `privacy:` says"),
            count => format!("{count} files of `{folder}` are left out, as `privacy:` says"),
        };
        told.push(Diagnostic::note("privacy/excluded", message).at_path(folder));
    }
    if !rules.masks() && rules.folders.is_empty() {
        return (sources, told);
    }
    let is_out = |path: &str| {
        let below = |folder: &String| path.strip_prefix(folder.as_str()).is_some_and(is_rest);
        rules.folders.iter().any(below)
    };
    let sources = sources.rewritten(|file| {
        if file.root == Root::Repository && is_out(&file.path) {
            return None;
        }
        let text = file.text().filter(|_| rules.masks() && file.path != crate::config::FILE);
        let masked = text.and_then(|text| mask::masked(text, rules));
        Some(masked.map_or_else(|| Arc::clone(file.bytes()), |text| text.into_bytes().into()))
    });
    (sources, told)
}

fn is_rest(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// What is said of a value that no mask covers.
const LEFT: &str = "a value to be masked";

/// Looks through the finished site for secrets, and for what should have been masked.
pub fn inspect(
    files: &BTreeMap<String, Arc<[u8]>>,
    rules: &Rules,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let found = files.par_iter().flat_map_iter(|(path, bytes)| {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let mut found: Vec<(&str, &str)> =
            secrets::find(text).into_iter().map(|found| (found.what, found.text)).collect();
        // The fonts come with their makers' licence, which names them.
        let is_ours = path.starts_with("assets/fonts/");
        let left = (!is_ours).then(|| mask::first_left(text, rules)).flatten();
        found.extend(left.map(|text| (LEFT, text)));
        found.into_iter().map(move |(what, text)| (what, text.to_owned(), path.clone()))
    });
    let found: Vec<(&str, String, String)> = found.collect();
    let mut by_value: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for (what, text, path) in found {
        by_value.entry((what, text)).or_default().push(path);
    }
    let mut told: Vec<Diagnostic> = by_value
        .into_iter()
        .map(|((what, text), pages)| tell(what, &text, &pages, sources))
        .collect();
    told.extend(files.keys().filter_map(|path| named(path, rules)));
    told
}

/// An error that names the place where the value was read, and not the value.
fn tell(what: &str, value: &str, pages: &[String], sources: &Sources) -> Diagnostic {
    let place = sources.files().find_map(|(id, file)| {
        let at = file.text()?.find(value)?;
        let line = sources.position(id, at as u32).line;
        Some((file.path.clone(), line))
    });
    let code = if what == LEFT { "privacy/left" } else { "privacy/secret" };
    let first = &pages[0];
    let more =
        if pages.len() > 1 { format!(" and {} more", pages.len() - 1) } else { String::new() };
    let message = match &place {
        Some((path, line)) => {
            format!("`{path}:{line}` holds {what}, and `{first}`{more} would publish it")
        }
        None => format!("`{first}`{more} would publish {what}"),
    };
    let path = place.map_or_else(|| first.clone(), |(path, _)| path);
    let help = match code {
        "privacy/left" => "take it out of the settings of the site, or show it",
        _ => {
            "take it out of the file, and replace the secret: it is in the history of the repository"
        }
    };
    Diagnostic::error(code, message).at_path(path).help(help)
}

/// A path of the site that names what is to be masked.
fn named(path: &str, rules: &Rules) -> Option<Diagnostic> {
    mask::first_left(path, rules)?;
    let message = "the path of a page names a value that is to be masked".to_owned();
    let path = mask::masked(path, rules).unwrap_or_default();
    let help = "rename the folder or file, or exclude it with `privacy.exclude.folders`";
    Some(Diagnostic::error("privacy/left", message).at_path(path).help(help))
}
