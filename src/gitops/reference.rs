//! Our reading of kustomize against kustomize itself, on whole repositories.
//!
//! In: `examples/homelab`, and the repositories of `../shared/clusters` or of what
//! `RACKBOOK_SHARED` names; `kubectl` or `kustomize` on the path. Out: a passed test, or a line
//! that says what was skipped and why.
#![expect(
    clippy::disallowed_methods,
    reason = "imperative shell: runs `kubectl kustomize` on folders"
)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ignored::Ignored;
use super::kustomize::{Builder, Overlay};
use super::tests::features::{FEATURES, files};
use super::{Object, Via, transform, walk};
use crate::source::{Documents, ENCRYPTED, FileId, Node, Roots, Value, parse, path, read, yaml};

fn say(text: &str) {
    // Written past the test harness, which shows what passing tests print to nobody.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The program that builds a folder, with its arguments.
fn program() -> Option<Vec<&'static str>> {
    let known = [vec!["kubectl", "kustomize"], vec!["kustomize", "build"]];
    let runs = |command: &&Vec<&str>| {
        let mut probe = Command::new(command[0]);
        probe.args(&command[1..]).arg("--help").stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    };
    let found = known.iter().find(runs).cloned();
    if found.is_none() {
        say("skipped: neither `kubectl` nor `kustomize` is on the path");
    }
    found
}

/// What the program makes of a folder; none where it refuses.
fn built(program: &[&str], folder: &Path) -> Result<Vec<Object>, String> {
    let mut command = Command::new(program[0]);
    command.args(&program[1..]).args(["--load-restrictor", "LoadRestrictionsNone"]).arg(folder);
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let (documents, wrong) = yaml::parse(FileId(0), &text);
    assert_eq!(wrong, [], "the program prints YAML");
    let object = |document| Object::from_document(document, Via::default());
    Ok(documents.iter().filter_map(object).collect())
}

/// A tree as text that does not depend on order or style.
fn canonical(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) if is_sealed(&scalar.text) => ENCRYPTED.to_owned(),
        // The program doubles the line ends of folded text when it prints it again.
        Value::Scalar(_) => {
            format!("{:?}", node.as_str().map(|text| text.trim_end().replace("\n\n", "\n")))
        }
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        Value::Mapping(entries) => {
            let mut entries: Vec<_> = entries
                .iter()
                .map(|entry| format!("{}:{}", entry.key, canonical(&entry.value)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
    }
}

fn is_sealed(text: &str) -> bool {
    [ENCRYPTED, "ENC[", "BEGIN AGE ENCRYPTED FILE"].iter().any(|mark| text.contains(mark))
}

/// Objects as lines, without what is left to the cluster: namespaces of what has none, and the
/// suffixes of generated names.
fn lines(objects: &[Object], generated: &BTreeSet<String>) -> BTreeSet<String> {
    let line = |object: &Object| {
        let mut object = object.clone();
        if transform::is_cluster_scoped(&object.kind) && object.namespace.take().is_some() {
            object.root.get_or_insert("metadata").remove("namespace");
        }
        if let Some(name) = plain_name(&object, generated) {
            object.set_name(name);
        }
        let is_generated = generated.contains(&object.name);
        // Secrets are generated without their values here.
        let body = if is_generated || object.kind == "Secret" {
            String::new()
        } else {
            canonical(&object.root)
        };
        format!("{} {} {body}", object.kind, object.id())
    };
    objects.iter().map(line).collect()
}

fn plain_name(object: &Object, generated: &BTreeSet<String>) -> Option<String> {
    let (name, hash) = object.name.rsplit_once('-')?;
    (hash.len() == 10 && generated.contains(name)).then(|| name.to_owned())
}

/// Names that generators of the repository make.
fn generated(documents: &Documents) -> BTreeSet<String> {
    let fields = ["configMapGenerator", "secretGenerator"];
    let rules = documents.iter().flat_map(|document| {
        fields.iter().flat_map(|field| document.root.get(field).map_or(&[][..], Node::items))
    });
    rules.filter_map(|rule| rule.str_at(&["name"]).map(str::to_owned)).collect()
}

fn check(program: &[&str], root: &Path) {
    let roots = Roots { repository: root.to_owned(), site: root.to_owned() };
    let (sources, _) = read(&roots).expect("the folder is readable");
    let (documents, _) = parse(&sources);
    let (effective, _) = walk(&sources, &documents, None);
    let names = generated(&documents);
    let paths = effective.kustomizations.iter().filter_map(|one| one.path.as_ref()?.as_str());
    let folders: BTreeSet<String> = paths.filter_map(|folder| path::join("", folder)).collect();
    let (mut compared, mut wrong) = (0, Vec::new());
    for folder in folders {
        let mut builder = Builder::new(&sources, &documents, Ignored::default());
        if !root.join(&folder).join("kustomization.yaml").is_file() {
            continue;
        }
        let ours = builder.build(&folder, &Overlay::default(), &Via::default());
        if !builder.remotes.is_empty() {
            say(&format!("skipped: {folder} has a base on the network"));
            continue;
        }
        match built(program, &root.join(&folder)) {
            Err(error) => say(&format!("skipped: {folder} does not build: {error}")),
            Ok(theirs) => {
                compared += 1;
                let (ours, theirs) = (lines(&ours, &names), lines(&theirs, &names));
                wrong.extend(ours.difference(&theirs).map(|line| format!("{folder}: ours {line}")));
                wrong.extend(
                    theirs.difference(&ours).map(|line| format!("{folder}: theirs {line}")),
                );
            }
        }
    }
    say(&format!("compared {compared} folders of {}", root.display()));
    assert!(compared > 0, "no folder of {} was compared", root.display());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_example_builds_as_kustomize_builds_it() {
    let Some(program) = program() else { return };
    check(&program, &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab"));
}

#[test]
fn repositories_build_as_kustomize_builds_them() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var("RACKBOOK_SHARED").map_or(beside, PathBuf::from).join("clusters");
    let Ok(entries) = std::fs::read_dir(&shared) else {
        say(&format!("skipped: {} is not there", shared.display()));
        return;
    };
    let Some(program) = program() else { return };
    let folders = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
    folders.for_each(|folder| check(&program, &folder));
}

/// Each feature on its own: folders of repositories use few of them.
#[test]
fn features_build_as_kustomize_builds_them() {
    let Some(program) = program() else { return };
    let mut wrong = Vec::new();
    for (name, feature) in FEATURES {
        let folder = tempfile::tempdir().expect("a folder");
        for part in files(feature).split("== ").skip(1) {
            let (path, text) = part.split_once('\n').expect("a path");
            let path = folder.path().join(path.trim());
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let roots = Roots { repository: folder.path().to_owned(), site: folder.path().to_owned() };
        let (sources, _) = read(&roots).expect("the folder is readable");
        let (documents, _) = parse(&sources);
        let mut builder = Builder::new(&sources, &documents, Ignored::default());
        let ours = builder.build("app", &Overlay::default(), &Via::default());
        let theirs = match built(&program, &folder.path().join("app")) {
            Ok(theirs) => theirs,
            Err(error) => {
                wrong.push(format!("{name} does not build: {error}"));
                continue;
            }
        };
        let (ours, theirs) = (lines(&ours, &BTreeSet::new()), lines(&theirs, &BTreeSet::new()));
        wrong.extend(ours.difference(&theirs).map(|line| format!("{name}: ours {line}")));
        wrong.extend(theirs.difference(&ours).map(|line| format!("{name}: theirs {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
