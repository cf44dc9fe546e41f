//! `${NAME}` that Flux replaces with nothing.
//!
//! In: Kustomizations with `postBuild`, and the files of what they apply. Out: one finding for each
//! file and rule. Files of Kustomizations without `postBuild` are left alone: there `${NAME}` stays
//! as it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::gitops::{FLUX_KUSTOMIZE, Object};
use crate::inventory::Source;
use crate::source::{FileId, Node, Scalar, Span};

pub(super) const UNSET: Rule = Rule {
    code: "flux/variable-unset",
    severity: Severity::Warning,
    title: "A variable that nothing sets",
    explanation: "\
The Flux Kustomization has `postBuild`, so Flux replaces each `${NAME}` in what it applies. This \
one is in neither `substitute` nor any of the ConfigMaps and Secrets of `substituteFrom`, and has \
no default: Flux puts an empty text in its place, without a word. Set it, give it a default \
(`${NAME:-value}`), or write `$${NAME}` where the text itself is meant.

Kustomizations that take variables from something that is not in the repository are left out.",
    blind_spot: "",
    example: "spec:\n  postBuild:\n    substitute:\n      APP: web\n# and in what it applies\nhost: ${HOST}",
    check: unset,
};

pub(super) const SHELL: Rule = Rule {
    code: "flux/shell-variable",
    severity: Severity::Warning,
    title: "A script's variable that Flux blanks",
    explanation: "\
The text looks like a script, and its Flux Kustomization has `postBuild`: Flux replaces `${NAME}` \
before a shell ever sees it, here with an empty text because nothing sets the name. Write \
`$${NAME}`, or `$NAME` without braces, which Flux leaves alone; or annotate the object with \
`kustomize.toolkit.fluxcd.io/substitute: disabled`.",
    blind_spot: "",
    example: "data:\n  run.sh: |\n    #!/bin/sh\n    echo ${HOME}",
    check: shell,
};

fn unset(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    findings(input, rule, false)
}

fn shell(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    findings(input, rule, true)
}

/// A variable that is blanked, and whether it stands in a script.
struct Blank {
    name: String,
    span: Span,
    in_script: bool,
}

fn findings(input: &Input<'_>, rule: &Rule, in_scripts: bool) -> Vec<Finding> {
    let Input { sources, effective, .. } = *input;
    let mut seen = BTreeSet::new();
    let mut out = vec![];
    for (at, kustomization) in effective.kustomizations.iter().enumerate() {
        let object = effective
            .of(FLUX_KUSTOMIZE, "Kustomization")
            .find(|one| one.id() == kustomization.id());
        let Some(set) = object.and_then(|object| variables(input, object)) else { continue };
        let objects = effective.objects.iter().filter(|one| one.kustomization == Some(at));
        for (file, blanks) in blanks(input, objects, &set) {
            let mut here: Vec<Blank> = blanks;
            here.retain(|blank| blank.in_script == in_scripts && seen.insert(blank.span));
            let Some(first) = here.first() else { continue };
            let names: BTreeSet<&str> = here.iter().map(|blank| blank.name.as_str()).collect();
            let names: Vec<String> = names.iter().map(|name| format!("${{{name}}}")).collect();
            let path = sources.file(file).path.clone();
            let (verb, help) = if in_scripts {
                (
                    "blanked by Flux before a shell sees it",
                    "write `$${NAME}` where the shell's variable is meant",
                )
            } else {
                (
                    "set by nothing, so Flux leaves it empty",
                    "set it in `postBuild`, or give it a default: `${NAME:-value}`",
                )
            };
            let mut finding = rule
                .finding(format!("{} is {verb}", words::names(&names)))
                .at(&Source::new(sources, first.span, ""))
                .about(EntityKind::File, path)
                .help(help);
            finding.entities.push(Entity::new(EntityKind::Kustomization, kustomization.id()));
            out.push(finding);
        }
    }
    out
}

/// All names that a Kustomization sets; none where it substitutes nothing, or where a source of
/// names is not visible.
fn variables(input: &Input<'_>, kustomization: &Object) -> Option<BTreeSet<String>> {
    let post_build = kustomization.root.at(&["spec", "postBuild"])?;
    let mut names: BTreeSet<String> = keys(post_build.get("substitute"));
    for from in post_build.get("substituteFrom").map_or(&[][..], Node::items) {
        let (kind, name) = (from.str_at(&["kind"])?, from.str_at(&["name"])?);
        let of = |root: &Node| {
            (root.str_at(&["kind"]) == Some(kind)
                && root.str_at(&["metadata", "name"]) == Some(name))
            .then(|| {
                keys(root.get("data"))
                    .into_iter()
                    .chain(keys(root.get("stringData")))
                    .collect::<Vec<_>>()
            })
        };
        let applied = input.effective.objects.iter().filter_map(|object| of(&object.root));
        let declared = input.documents.iter().filter_map(|document| of(&document.root));
        let found: Vec<Vec<String>> = applied.chain(declared).collect();
        if found.is_empty() {
            return None;
        }
        names.extend(found.into_iter().flatten());
    }
    (!names.is_empty()).then_some(names)
}

fn keys(map: Option<&Node>) -> BTreeSet<String> {
    map.map_or(&[][..], Node::entries).iter().map(|entry| entry.key.clone()).collect()
}

/// What is blanked, by the file that holds it, as the files are written.
fn blanks<'a>(
    input: &Input<'_>,
    objects: impl Iterator<Item = &'a Object>,
    set: &BTreeSet<String>,
) -> BTreeMap<FileId, Vec<Blank>> {
    let mut found: BTreeMap<FileId, Vec<Blank>> = BTreeMap::new();
    for object in objects.filter(|object| !refuses(object)) {
        let written = input.documents.of(object.file).iter().find(|document| {
            document.root.str_at(&["kind"]) == Some(&object.kind)
                && document.root.str_at(&["metadata", "name"]) == Some(&object.declared_name)
        });
        let Some(document) = written else { continue };
        document.root.for_each_scalar(&mut |scalar, span| {
            let in_script = is_script(scalar);
            let names = names(&scalar.text).into_iter().filter(|name| !set.contains(name));
            for name in names {
                let blanks = found.entry(object.file).or_default();
                let span = place(input, span, &name);
                blanks.push(Blank { name, span, in_script });
            }
        });
    }
    found
}

/// Where a variable stands within a text.
fn place(input: &Input<'_>, span: Span, name: &str) -> Span {
    let wanted = format!("${{{name}}}");
    let text = input.sources.slice(span);
    let Some(at) = text.find(&wanted) else { return span };
    let start = span.start as usize + at;
    Span::new(span.file, start, start + wanted.len())
}

fn refuses(object: &Object) -> bool {
    const KEY: &str = "kustomize.toolkit.fluxcd.io/substitute";
    let said = |field: &str| {
        let map = object.root.at(&["metadata", field])?;
        map.get(KEY)?.as_str()
    };
    said("annotations") == Some("disabled") || said("labels") == Some("disabled")
}

/// Names of `${NAME}` without a default or another operator; `$${NAME}` is an escape.
fn names(text: &str) -> Vec<String> {
    let mut names = vec![];
    for (at, _) in text.match_indices("${") {
        let is_escaped = text[..at].ends_with('$');
        let Some(end) = text[at + 2..].find('}').filter(|_| !is_escaped) else { continue };
        let name = &text[at + 2..at + 2 + end];
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|at| at.is_ascii_alphanumeric() || at == '_');
        if is_name {
            names.push(name.to_owned());
        }
    }
    names
}

/// Whether a text is a script or a piece of a shell's command.
fn is_script(scalar: &Scalar) -> bool {
    let text = scalar.text.trim_start();
    text.starts_with("#!")
        || ["$(", "; then", "fi\n", "done\n", " || ", " && ", "set -e", "echo ", "curl "]
            .iter()
            .any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn only_plain_variables_can_be_blanked() {
        assert_eq!(names("a ${B} $${C} ${D:-e} ${F/a/b} $G ${h_1} ${0}"), ["B", "h_1"]);
    }
}
