//! Exact lines of a manifest: [`find`].
//!
//! In: a request from a guide, and what Flux would apply. Out: the lines as they stand in their
//! file, without common indentation, and where they stand. It shows lines of files, not effective
//! values, and never those of a Secret's data.

use crate::content::{CallError, Fragment, ManifestRequest};
use crate::diagnostic::closest;
use crate::gitops::{Effective, Object};
use crate::source::{Documents, FileId, Node, Root, Sources, Span};

/// The lines that a request names; `href` makes a link from a path and its first and last line.
pub(crate) fn find(
    request: &ManifestRequest,
    effective: &Effective,
    documents: &Documents,
    sources: &Sources,
    href: &dyn Fn(&str, u32, u32) -> Option<String>,
) -> Result<Fragment, CallError> {
    let (file, first, last) = match (&request.object, &request.file) {
        (Some(object), None) => of_object(object, request.field.as_deref(), effective, sources)?,
        (None, Some(file)) => match &request.anchor {
            Some(anchor) => of_anchor(file, anchor, sources)?,
            None => of_file(file, request.lines, sources)?,
        },
        _ => return Err(wrong("name either `object` or `file`", None)),
    };
    refuse_secrets(file, first, last, documents, sources)?;
    let text = sources.text(file);
    let lines: Vec<&str> =
        text.lines().skip(first as usize - 1).take((last - first + 1) as usize).collect();
    let path = sources.file(file).path.clone();
    Ok(Fragment {
        code: dedent(&lines),
        language: language(&path).to_owned(),
        // Links lead to the repository's files at its commit, which does not hold the site's own.
        href: (sources.file(file).root == Root::Repository)
            .then(|| href(&path, first, last))
            .flatten(),
        path,
        first_line: first,
    })
}

fn wrong(message: impl Into<String>, help: Option<String>) -> CallError {
    CallError { message: message.into(), help }
}

type Lines = (FileId, u32, u32);

fn of_object(
    wanted: &str,
    field: Option<&str>,
    effective: &Effective,
    sources: &Sources,
) -> Result<Lines, CallError> {
    let (kind, rest) = wanted.split_once('/').ok_or_else(|| {
        wrong(
            format!("`{wanted}` is no object"),
            Some("write `Kind/name` or `Kind/namespace/name`".to_owned()),
        )
    })?;
    let matches =
        |object: &&Object| object.kind == kind && (object.name == rest || object.id() == rest);
    let mut found = effective.objects.iter().filter(matches);
    let Some(object) = found.next() else { return Err(unknown(wanted, effective)) };
    if let Some(other) = found.find(|other| other.id() != object.id()) {
        let help = format!("write `{kind}/{}` or `{kind}/{}`", object.id(), other.id());
        return Err(wrong(format!("there are several `{wanted}`"), Some(help)));
    }
    let span = match field {
        Some(field) => field_span(&object.root, field, wanted)?,
        None => Span { file: object.file, ..object.root.span },
    };
    Ok(lines_of(span, sources))
}

fn unknown(wanted: &str, effective: &Effective) -> CallError {
    let names: Vec<String> = effective
        .objects
        .iter()
        .flat_map(|object| {
            let kind = &object.kind;
            [format!("{kind}/{}", object.name), format!("{kind}/{}", object.id())]
        })
        .collect();
    let near = closest(wanted, names.iter().map(String::as_str));
    let help = near.map_or_else(
        || "write `Kind/name` of an object that Flux applies".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    wrong(format!("there is no object `{wanted}`"), Some(help))
}

/// The bytes from a field's key to the end of its value; keys may hold dots themselves.
fn field_span(root: &Node, field: &str, object: &str) -> Result<Span, CallError> {
    let (mut node, mut span, mut rest) = (root, root.span, field);
    while !rest.is_empty() {
        let step = node
            .entries()
            .iter()
            .filter(|entry| {
                rest.strip_prefix(entry.key.as_str())
                    .is_some_and(|after| after.is_empty() || after.starts_with('.'))
            })
            .max_by_key(|entry| entry.key.len());
        let (part, next, start) = if let Some(entry) = step {
            (entry.key.as_str(), &entry.value, entry.key_span)
        } else {
            let part = rest.split('.').next().unwrap_or(rest);
            let item = part.parse::<usize>().ok().and_then(|idx| node.items().get(idx));
            let item = item.ok_or_else(|| no_field(node, part, object))?;
            (part, item, item.span)
        };
        let end =
            if next.span.file == start.file { next.span.end.max(start.end) } else { start.end };
        span = Span { end, ..start };
        node = next;
        rest = rest[part.len()..].trim_start_matches('.');
    }
    Ok(span)
}

fn no_field(node: &Node, part: &str, object: &str) -> CallError {
    let keys = node.entries().iter().map(|entry| entry.key.as_str());
    let near = closest(part, keys).map(|near| format!("did you mean `{near}`?"));
    wrong(format!("`{object}` has no field `{part}` there"), near)
}

fn lines_of(span: Span, sources: &Sources) -> Lines {
    let text = sources.text(span.file);
    let end = text.get(..span.end as usize).map_or(span.end as usize, |head| head.trim_end().len());
    let first = sources.position(span.file, span.start).line;
    (span.file, first, sources.position(span.file, end as u32).line.max(first))
}

/// A file of the repository, or else of the site.
fn named(path: &str, sources: &Sources) -> Result<FileId, CallError> {
    let plain = path.trim_start_matches("./");
    let roots = [Root::Repository, sources.site_root()];
    roots.into_iter().find_map(|root| sources.find(root, plain)).ok_or_else(|| {
        let paths = sources.under(Root::Repository, "").map(|(_, file)| file.path.as_str());
        let near = closest(path, paths).map(|near| format!("did you mean `{near}`?"));
        wrong(format!("there is no file `{path}`"), near)
    })
}

/// The lines between the comments that name an anchor: `ANCHOR: name` and `ANCHOR_END: name`, or
/// `--8<-- [start:name]` and `--8<-- [end:name]`.
fn of_anchor(path: &str, anchor: &str, sources: &Sources) -> Result<Lines, CallError> {
    let file = named(path, sources)?;
    let lines: Vec<&str> = sources.text(file).lines().collect();
    let marks = lines.iter().enumerate().filter_map(|(at, line)| Some((at, mark(line)?)));
    let marks: Vec<(usize, (bool, &str))> = marks.collect();
    let starts: Vec<&str> =
        marks.iter().filter(|(_, (is_start, _))| *is_start).map(|(_, (_, name))| *name).collect();
    let Some(start) = marks.iter().find(|(_, mark)| *mark == (true, anchor)).map(|(at, _)| *at)
    else {
        let error = CallError::new(format!("`{path}` has no anchor `{anchor}`"));
        return Err(if starts.is_empty() {
            error
        } else {
            error.suggest(anchor, starts.into_iter())
        });
    };
    let mut ends = marks.iter().filter(|(at, mark)| *at > start && *mark == (false, anchor));
    match ends.next() {
        Some((end, _)) if *end > start + 1 => Ok((file, start as u32 + 2, *end as u32)),
        Some(_) => Err(wrong(format!("the anchor `{anchor}` of `{path}` holds no line"), None)),
        None => {
            let help = format!("add a comment `ANCHOR_END: {anchor}`");
            Err(wrong(format!("the anchor `{anchor}` of `{path}` has no end"), Some(help)))
        }
    }
}

/// Whether a line is the start or the end of an anchor, and its name.
fn mark(line: &str) -> Option<(bool, &str)> {
    for (sign, is_start) in [("ANCHOR: ", true), ("ANCHOR_END: ", false)] {
        if let Some((_, name)) = line.split_once(sign) {
            return Some((is_start, name.split_whitespace().next()?));
        }
    }
    let (_, rest) = line.split_once("--8<-- [")?;
    let (word, name) = rest.split_once(']')?.0.split_once(':')?;
    matches!(word, "start" | "end").then_some((word == "start", name))
}

fn of_file(path: &str, lines: Option<(u32, u32)>, sources: &Sources) -> Result<Lines, CallError> {
    let file = named(path, sources)?;
    let count = sources.text(file).lines().count() as u32;
    let (first, last) = lines.unwrap_or((1, count));
    if first == 0 || first > last || last > count {
        let help = format!("`{path}` has lines 1-{count}");
        return Err(wrong(format!("lines {first}-{last} are not in the file"), Some(help)));
    }
    Ok((file, first, last))
}

/// Refuses lines that overlap the data of a Secret, sealed or not.
fn refuse_secrets(
    file: FileId,
    first: u32,
    last: u32,
    documents: &Documents,
    sources: &Sources,
) -> Result<(), CallError> {
    for document in documents.of(file) {
        let is_secret = document.root.str_at(&["kind"]) == Some("Secret");
        for entry in document.root.entries() {
            let hides = (is_secret && matches!(entry.key.as_str(), "data" | "stringData"))
                || entry.key == "sops";
            let from = sources.position(file, entry.key_span.start).line;
            let to = sources.position(file, entry.value.span.end).line;
            if hides && first <= to && from <= last {
                let help = "name a field outside `data`, `stringData` and `sops`".to_owned();
                return Err(wrong("values of a Secret are not shown", Some(help)));
            }
        }
    }
    Ok(())
}

fn dedent(lines: &[&str]) -> String {
    let indent = |line: &&&str| line.len() - line.trim_start().len();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let common = filled.map(|line| indent(&line)).min().unwrap_or(0);
    let cut: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or_default()).collect();
    cut.join("\n") + "\n"
}

fn language(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("tfvars" | "tf" | "hcl") => "hcl",
        Some("json" | "json5") => "json",
        Some("toml") => "toml",
        Some("md") => "markdown",
        Some("sh" | "bash") => "bash",
        Some("py") => "python",
        Some("ini" | "conf" | "cfg") => "ini",
        Some("txt" | "log") => "text",
        Some("Dockerfile" | "Containerfile") => "dockerfile",
        Some(path) if path.ends_with("/Dockerfile") || path.ends_with("/Containerfile") => {
            "dockerfile"
        }
        _ => "yaml",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    const FILE: &str = "# head\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  annotations:\n    a.b/c: d\ndata:\n  # why\n  list: |\n    x\n    y\n\n  last: z\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: pass}\nstringData:\n  key: hunter2\n";

    fn ask(request: &ManifestRequest) -> Result<Fragment, CallError> {
        let sources = Sources::from_memory([("a/cm.yaml", FILE.as_bytes())]);
        let (documents, _) = parse(&sources);
        let (effective, _) = crate::gitops::walk(&sources, &documents, None);
        let href = |path: &str, first, last| Some(format!("{path}#L{first}-L{last}"));
        find(request, &effective, &documents, &sources, &href)
    }

    fn object(object: &str, field: Option<&str>) -> ManifestRequest {
        let (object, field) = (Some(object.to_owned()), field.map(str::to_owned));
        ManifestRequest { object, field, ..ManifestRequest::default() }
    }

    fn check(request: &ManifestRequest, expected: Result<(&str, u32), &str>) {
        let found = ask(request).map(|fragment| (fragment.code, fragment.first_line));
        let expected = expected.map(|(code, line)| (code.to_owned(), line));
        assert_eq!(found.map_err(|error| error.message), expected.map_err(str::to_owned));
    }

    #[test]
    fn lines_are_exact() {
        check(&object("ConfigMap/web", Some("data.list")), Ok(("list: |\n  x\n  y\n", 10)));
        check(&object("ConfigMap/web", Some("metadata.annotations.a.b/c")), Ok(("a.b/c: d\n", 7)));
        let file = Some("a/cm.yaml".to_owned());
        let request = ManifestRequest { file, lines: Some((4, 5)), ..ManifestRequest::default() };
        check(&request, Ok(("metadata:\n  name: web\n", 4)));
    }

    #[test]
    fn anchors_are_found() {
        let text = "a: 1\n# ANCHOR: b\nb: 2\n# ANCHOR_END: b\n# --8<-- [start:c]\n  c: 3\n# --8<-- [end:c]\n# ANCHOR: open\n";
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let check = |anchor: &str, expected: Result<(u32, u32), &str>| {
            let found = of_anchor("a.yaml", anchor, &sources);
            let found = found.map(|(_, first, last)| (first, last)).map_err(|wrong| wrong.message);
            assert_eq!(found, expected.map_err(str::to_owned));
        };
        check("b", Ok((3, 3)));
        check("c", Ok((6, 6)));
        check("d", Err("`a.yaml` has no anchor `d`"));
        check("open", Err("the anchor `open` of `a.yaml` has no end"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(&object("ConfigMap/wbe", None), Err("there is no object `ConfigMap/wbe`"));
        check(
            &object("ConfigMap/web", Some("data.lsit")),
            Err("`ConfigMap/web` has no field `lsit` there"),
        );
        check(&object("Secret/pass", None), Err("values of a Secret are not shown"));
        check(
            &object("Secret/pass", Some("stringData.key")),
            Err("values of a Secret are not shown"),
        );
        assert_eq!(
            ask(&object("ConfigMap/wbe", None)).unwrap_err().help.as_deref(),
            Some("did you mean `ConfigMap/web`?")
        );
    }
}
