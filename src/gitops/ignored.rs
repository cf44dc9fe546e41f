//! Files that Flux' source controller leaves out of the artifact: [`Ignored`].
//!
//! In: `spec.ignore` of the root's source and `.sourceignore` files. Out: whether a path is left
//! out. It matters where Flux generates a kustomization from every manifest of a folder.
//! Format: <https://fluxcd.io/flux/components/source/gitrepositories/#excluding-files>.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::SyncRoot;
use crate::source::{Documents, Root, Sources, path};

/// What is left out where nothing else is said.
const DEFAULT: &str = "\
.git/
.github/
.circleci/
.travis.yml
.gitlab-ci.yml
appveyor.yml
.drone.yml
cloudbuild.yaml
codeship-services.yml
codeship-steps.yml
.goreleaser.yml
.sops.yaml
.flux.yaml
";

/// The rules, each set with the folder that it is relative to.
#[derive(Debug, Default)]
pub(crate) struct Ignored(Vec<(String, Gitignore)>);

impl Ignored {
    pub(crate) fn read(sources: &Sources, documents: &Documents, roots: &[SyncRoot]) -> Self {
        let own = documents.iter().find_map(|document| {
            let (name, url) = (["metadata", "name"], document.root.str_at(&["spec", "url"]));
            let name = document.root.str_at(&name)?;
            let is_source = document.root.str_at(&["kind"]) == Some("GitRepository");
            let is_ours = roots.iter().any(|root| root.is_source(name, url));
            document.root.str_at(&["spec", "ignore"]).filter(|_| is_source && is_ours)
        });
        let mut sets = vec![(String::new(), rules(own.unwrap_or(DEFAULT)))];
        for (id, file) in sources.files().filter(|(_, file)| file.name() == ".sourceignore") {
            if file.root == Root::Repository {
                sets.push((path::parent(&file.path).to_owned(), rules(sources.text(id))));
            }
        }
        Self(sets)
    }

    /// Whether a file is left out: the rules of the innermost folder count most.
    pub(crate) fn holds(&self, file: &str) -> bool {
        let mut is_ignored = false;
        for (folder, rules) in &self.0 {
            let below = match folder.as_str() {
                "" => Some(file),
                folder => file.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
            };
            let Some(below) = below else { continue };
            let found = rules.matched_path_or_any_parents(below, false);
            is_ignored = found.is_ignore() || is_ignored && !found.is_whitelist();
        }
        is_ignored
    }
}

/// Rules of one file; a line that is no pattern says nothing.
fn rules(text: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for line in text.lines() {
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    #[test]
    fn rules_of_the_source_and_of_folders_count() {
        let sources = Sources::from_memory([
            (".sourceignore", b"/*\n!/apps\n".as_slice()),
            ("apps/.sourceignore", b"old/\n"),
        ]);
        let (documents, _) = parse(&sources);
        let ignored = Ignored::read(&sources, &documents, &[]);
        let left_out: Vec<_> = ["apps/a.yaml", "apps/old/a.yaml", "docs/a.yaml", ".sops.yaml"]
            .into_iter()
            .filter(|path| ignored.holds(path))
            .collect();
        assert_eq!(left_out, ["apps/old/a.yaml", "docs/a.yaml", ".sops.yaml"]);
    }
}
