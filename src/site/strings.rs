//! Words of the site's frame, in one file that users can translate: [`Strings`].
//!
//! In: `strings.yaml` of the theme and of the user. Out: words by name. A word that the user's file
//! does not name stays as it is built in; a name that no template reads is a diagnostic.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, closest};

/// Where they are within a theme.
pub(super) const FILE: &str = "strings.yaml";

/// Words by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strings(BTreeMap<String, String>);

impl Strings {
    /// The built-in words with the user's laid over them.
    ///
    /// # Panics
    /// Only where the built-in file is broken.
    pub(super) fn new(built_in: &[u8], own: Option<&[u8]>) -> (Self, Vec<Diagnostic>) {
        let mut words = parse(built_in).expect("bug: the built-in strings are readable");
        let own = match own.map(parse).transpose() {
            Ok(own) => own.unwrap_or_default(),
            Err(message) => {
                let problem = Diagnostic::error("theme/strings", message).at_path(FILE);
                let problem = problem.help("write one `name: words` in each line");
                return (Self(words), vec![problem]);
            }
        };
        let mut diagnostics = vec![];
        for (name, text) in own {
            match words.get_mut(&name) {
                Some(word) => *word = text,
                None => diagnostics.push(unknown(&name, &words)),
            }
        }
        (Self(words), diagnostics)
    }

    /// All of them, for templates.
    pub(crate) fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// A word that a page of ours needs outside of templates.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Those whose names begin so, as JSON for a script.
    pub(crate) fn for_script(&self, starts: &[&str]) -> String {
        let fits = |name: &str| starts.iter().any(|start| name.starts_with(start));
        let words: BTreeMap<_, _> = self.0.iter().filter(|(name, _)| fits(name)).collect();
        serde_json::to_string(&words).expect("bug: words are JSON")
    }
}

fn parse(bytes: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| format!("`{FILE}` is not UTF-8 text"))?;
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let words = error.to_string();
        format!("`{FILE}` cannot be read: {}", words.lines().next().unwrap_or_default())
    })
}

fn unknown(name: &str, words: &BTreeMap<String, String>) -> Diagnostic {
    let message = format!("there is no string `{name}`");
    let found = Diagnostic::warning("theme/strings", message).at_path(FILE);
    match closest(name, words.keys().map(String::as_str)) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("`rackbook theme eject strings.yaml` writes all of them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_words_are_laid_over() {
        let (strings, wrong) = Strings::new(b"a: A\nb: B", Some(b"b: Other"));
        assert_eq!((strings.get("a"), strings.get("b"), wrong.len()), ("A", "Other", 0));
        assert_eq!(strings.for_script(&["b"]), r#"{"b":"Other"}"#);
    }

    #[test]
    fn unknown_names_are_told() {
        let (_, wrong) = Strings::new(b"search: Search", Some(b"serch: Suche"));
        assert_eq!(wrong[0].message, "there is no string `serch`");
        assert_eq!(wrong[0].help.as_deref(), Some("did you mean `search`?"));
        let (strings, wrong) = Strings::new(b"a: A", Some(b"a: [1"));
        assert_eq!((strings.get("a"), wrong.len()), ("A", 1));
    }
}
