//! Kinds of blocks: their names, what they take, and what each is filled with.
//!
//! In: a block and what it is filled from. Out: Markdown and pictures, or a diagnostic with a
//! suggestion. A new kind is a row of [`KINDS`].

use std::fmt::Write as _;

use super::blocks::{Argument, Block};
use super::{Input, Made, apps, fact, gfm, pictures, tree};
use crate::diagnostic::{Diagnostic, Severity, closest};
use crate::site::links::{AppPaths, Links};
use crate::site::tables::{ALL, Make, Scope};
use crate::site::view::Table;
use crate::site::{Meta, pages};
use crate::source::Span;

/// A kind of block.
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it holds, in a line.
    pub about: &'static str,
    /// Names of what it takes.
    pub arguments: &'static [&'static str],
    pub(super) make: fn(&Call<'_>) -> Result<Made, Box<Diagnostic>>,
}

/// All kinds, by name.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "apps",
        about: "What runs, a folding table for each namespace; `namespace` for one alone",
        arguments: &["namespace", "columns", "open"],
        make: apps::make,
    },
    Kind {
        name: "badges",
        about: "Badges: of the server at `url`, or as files where they show what the repository says",
        arguments: &["ids", "url", "dir"],
        make: pictures::badges,
    },
    Kind {
        name: "diagram",
        about: "A picture for light and dark readers; `view` names it as in `rackbook diagram`",
        arguments: &["view", "namespace", "app", "dir"],
        make: pictures::diagram,
    },
    Kind {
        name: "fact",
        about: "One value within a sentence, such as `of=\"counts.nodes\"`",
        arguments: &["of"],
        make: fact::make,
    },
    Kind {
        name: "findings",
        about: "How many findings there are, and the first of them",
        arguments: &["max"],
        make: findings,
    },
    Kind {
        name: "hardware",
        about: "Hypervisors, or nodes where there are none",
        arguments: &["columns"],
        make: |call| {
            let of = if call.input.cluster.hosts.is_empty() { "nodes" } else { "hosts" };
            call.table(of, None)
        },
    },
    Kind {
        name: "hostnames",
        about: "Host names: where they lead, and who can reach them",
        arguments: &["columns"],
        make: |call| {
            call.table("exposures", Some(&["hostname", "audience", "authentication", "apps"]))
        },
    },
    Kind {
        name: "layout",
        about: "Which nodes and graphics cards each hypervisor has",
        arguments: &[],
        make: apps::layout,
    },
    Kind {
        name: "nodes",
        about: "Kubernetes nodes with their addresses",
        arguments: &["columns"],
        make: |call| call.table("nodes", None),
    },
    Kind {
        name: "table",
        about: "Any table of the handbook: `of`, `columns`, `where_namespace`",
        arguments: &["of", "columns", "where_namespace"],
        make: any_table,
    },
    Kind {
        name: "tree",
        about: "Folders of the repository; `path` and `depth` narrow them",
        arguments: &["path", "depth"],
        make: tree::make,
    },
    Kind {
        name: "versions",
        about: "Versions of the platform",
        arguments: &["columns"],
        make: |call| call.table("versions", Some(&["component", "version"])),
    },
    Kind {
        name: "vlans",
        about: "Networks with tag and range",
        arguments: &["columns"],
        make: |call| call.table("networks", None),
    },
];

/// A block with what it is filled from.
pub(super) struct Call<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) block: &'a Block,
    /// Path of the Markdown file.
    pub(super) path: &'a str,
}

/// The kind of a block.
pub(super) fn find(block: &Block) -> Result<&'static Kind, Box<Diagnostic>> {
    let found = KINDS.iter().find(|kind| kind.name == block.kind);
    found.ok_or_else(|| {
        let message = match block.kind.as_str() {
            "" => "the block has no name".to_owned(),
            name => format!("there is no block `{name}`"),
        };
        unknown(&message, &block.kind, block.name, KINDS.iter().map(|kind| kind.name))
    })
}

/// An error that suggests a name, or lists all.
pub(super) fn unknown<'a>(
    message: &str,
    wrong: &str,
    span: Span,
    known: impl Iterator<Item = &'a str>,
) -> Box<Diagnostic> {
    let known: Vec<&str> = known.collect();
    let help = match closest(wrong, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.len() > 40 => format!("there are {} to choose from", known.len()),
        None => {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("use one of {}", names.join(", "))
        }
    };
    Box::new(Diagnostic::error("readme/unknown", message).at(span).help(help))
}

impl Call<'_> {
    /// An error at an argument.
    pub(super) fn wrong(
        &self,
        argument: Option<&Argument>,
        message: &str,
        help: &str,
    ) -> Box<Diagnostic> {
        let span = argument.map_or(self.block.marker, |argument| argument.value_span);
        Box::new(Diagnostic::error("readme/argument", message).at(span).help(help))
    }

    /// The whole number of an argument.
    pub(super) fn number(&self, key: &str, default: usize) -> Result<usize, Box<Diagnostic>> {
        let Some(argument) = self.block.argument(key) else { return Ok(default) };
        let wrong =
            |_| self.wrong(Some(argument), &format!("`{key}` takes a number"), "write digits");
        argument.value.parse().map_err(wrong)
    }

    /// A namespace of the cluster at an argument.
    pub(super) fn namespace(&self, key: &str) -> Result<Option<&str>, Box<Diagnostic>> {
        let Some(argument) = self.block.argument(key) else { return Ok(None) };
        let cluster = self.input.cluster;
        let declared = cluster.namespaces.iter().map(|namespace| namespace.name.as_str());
        let known: Vec<&str> = pages::apps::names(cluster).into_iter().chain(declared).collect();
        if known.contains(&argument.value.as_str()) {
            return Ok(Some(&argument.value));
        }
        let message = format!("there is no namespace `{}`", argument.value);
        Err(unknown(&message, &argument.value, argument.value_span, known.into_iter()))
    }

    /// Makes something of the handbook's tables, with links into it where it has an address.
    pub(super) fn made(&self, make: Make, namespace: Option<&str>) -> Table {
        let cluster = self.input.cluster;
        let (meta, apps) = (Meta::default(), AppPaths::new(cluster));
        let root = self.input.url.map(|url| format!("{url}/")).unwrap_or_default();
        make(Scope { namespace, ..Scope::new(cluster, Links::new(&meta, &apps, &root)) })
    }

    /// A table as Markdown, with the columns of the block or else these.
    pub(super) fn markdown(
        &self,
        table: Table,
        columns: Option<&[&str]>,
    ) -> Result<Made, Box<Diagnostic>> {
        let named = self.block.argument("columns");
        let table = match (named, columns) {
            (Some(named), _) => select(table, named)?,
            (None, Some(columns)) => {
                let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
                table.select(&columns).expect("bug: these columns are its own")
            }
            (None, None) => table,
        };
        Ok(text(gfm::table(&table, self.input.url.is_some())))
    }

    fn table(&self, of: &str, columns: Option<&[&str]>) -> Result<Made, Box<Diagnostic>> {
        let (_, make, _) = ALL.iter().find(|(name, ..)| *name == of).expect("bug: a table of ours");
        self.markdown(self.made(*make, None), columns)
    }
}

/// Markdown without pictures.
pub(super) fn text(text: String) -> Made {
    Made { text, ..Made::default() }
}

fn select(table: Table, named: &Argument) -> Result<Table, Box<Diagnostic>> {
    let keys: Vec<String> = named.value.split(',').map(|key| key.trim().to_owned()).collect();
    let known = table.keys();
    table.select(&keys).map_err(|wrong| {
        let message = format!("this table has no column `{wrong}`");
        unknown(&message, &wrong, named.value_span, known.iter().map(String::as_str))
    })
}

fn any_table(call: &Call<'_>) -> Result<Made, Box<Diagnostic>> {
    let names = || ALL.iter().map(|(name, ..)| *name);
    let Some(of) = call.block.argument("of") else {
        let help = format!("name a table with `of`: {}", names().collect::<Vec<_>>().join(", "));
        return Err(call.wrong(None, "`table` needs the argument `of`", &help));
    };
    let found = ALL.iter().find(|(name, ..)| *name == of.value);
    let (_, make, narrows) = found.ok_or_else(|| {
        unknown(&format!("there is no table of `{}`", of.value), &of.value, of.value_span, names())
    })?;
    let namespace = call.block.argument("where_namespace");
    if let Some(idle) = namespace.filter(|_| !narrows) {
        let message = format!("`{}` belong to no namespace", of.value);
        return Err(call.wrong(Some(idle), &message, "remove `where_namespace`"));
    }
    let namespace = call.namespace("where_namespace")?;
    call.markdown(call.made(*make, namespace), None)
}

/// A sentence with their number, and a table of the first.
fn findings(call: &Call<'_>) -> Result<Made, Box<Diagnostic>> {
    let most = call.number("max", 10)?;
    let findings = &call.input.settled.findings;
    let count = |severity| findings.iter().filter(|one| one.severity == severity).count();
    let part = |(severity, one, many): (Severity, &str, &str)| {
        let number = count(severity);
        (number > 0).then(|| format!("{number} {}", if number == 1 { one } else { many }))
    };
    let parts: Vec<String> = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Note, "note", "notes"),
    ]
    .into_iter()
    .filter_map(part)
    .collect();
    if parts.is_empty() {
        return Ok(text("No finding.".to_owned()));
    }
    let mut markdown = format!("Findings: {}.\n", parts.join(", "));
    if most > 0 {
        markdown += "\n| Severity | What | Where |\n| --- | --- | --- |\n";
    }
    for finding in findings.iter().take(most) {
        let place =
            finding.source.as_ref().map_or_else(String::new, |source| gfm::code(&source.path));
        let place = if place.is_empty() { "—".to_owned() } else { place };
        let word = finding.severity.word();
        let _ = writeln!(markdown, "| {word} | {} | {place} |", ticks(&finding.message));
    }
    if findings.len() > most && most > 0 {
        let more = findings.len() - most;
        let _ = writeln!(markdown, "\nAnd {more} more: `rackbook check` tells them.");
    }
    Ok(text(markdown))
}

/// A message whose names in backticks become code.
fn ticks(message: &str) -> String {
    let part = |(at, part): (usize, &str)| {
        if at % 2 == 1 { gfm::code(part) } else { gfm::escaped(part) }
    };
    message.split('`').enumerate().map(part).collect()
}

/// The words that `tables` has for what a list is of, in the order of [`ALL`].
pub(super) fn table_of(name: &str) -> Option<Make> {
    ALL.iter().find(|(known, ..)| *known == name).map(|(_, make, _)| *make)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_sorted_and_have_words() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.name));
        assert!(KINDS.iter().all(|kind| !kind.about.is_empty()));
        assert!(table_of("nodes").is_some() && table_of("nothing").is_none());
    }

    #[test]
    fn names_in_backticks_become_code() {
        assert_eq!(ticks("`a_b` is_not here"), "`a_b` is\\_not here");
    }
}
