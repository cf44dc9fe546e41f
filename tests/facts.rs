//! `rackbook facts`: its formats, its schema, and the facts of a commit.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod history;

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};

use history::{History, Ran, run};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program on the example.
fn example(arguments: &[&str]) -> Ran {
    run(root(), &[&["facts", "--repo", "examples/homelab"], arguments].concat())
}

#[test]
fn the_committed_schema_is_current() {
    let path = "schemas/facts.schema.json";
    let committed = std::fs::read_to_string(root().join(path)).expect("the schema");
    let made = run(root(), &["facts", "--schema"]).exits(0).out;
    assert!(committed == made, "make it again: rackbook facts --schema > {path}");
}

#[test]
fn the_example_fits_the_schema() {
    let schema = run(root(), &["facts", "--schema"]).json();
    let facts = example(&["--format", "json"]).json();
    Checker(&schema).check(&schema, &facts, "").expect("facts as the schema says");
}

#[test]
fn the_schema_refuses_what_is_no_fact() {
    let schema = run(root(), &["facts", "--schema"]).json();
    let facts = example(&["--format", "json"]).json();
    let refuses = |pointer: &str, value: Value| {
        let mut changed = facts.clone();
        *changed.pointer_mut(pointer).expect("a place") = value;
        assert!(Checker(&schema).check(&schema, &changed, "").is_err(), "{pointer}");
    };
    refuses("/counts/nodes", "9".into());
    refuses("/nodes/0/role/state", "certain".into());
    refuses("/nodes/0/role/value", "boss".into());
    refuses("/nodes/0/source", Value::Null);
    refuses("/nodes", Value::Null);
    refuses("/apps/0", Map::new().into());
}

/// As much of JSON Schema as the generated one uses; a keyword that is not known fails, and a key
/// that is not described does too.
struct Checker<'a>(&'a Value);

const ANNOTATIONS: &[&str] = &["$schema", "$defs", "title", "description", "format"];

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let rules = schema.as_object().ok_or_else(|| format!("{at}: no rules"))?;
        for (name, rule) in rules {
            let fits = match name.as_str() {
                name if ANNOTATIONS.contains(&name) => true,
                "$ref" => {
                    let pointer = rule.as_str().and_then(|it| it.strip_prefix('#'));
                    let target = pointer.and_then(|pointer| self.0.pointer(pointer));
                    self.check(target.ok_or("a dangling reference")?, value, at)?;
                    true
                }
                "const" => rule == value,
                "minimum" => value.as_f64() >= rule.as_f64(),
                "maximum" => value.as_f64() <= rule.as_f64(),
                "type" => match rule {
                    Value::Array(types) => types.iter().any(|one| is_of(one, value)),
                    one => is_of(one, value),
                },
                "oneOf" | "anyOf" => {
                    let branches = rule.as_array().ok_or("no branches")?.iter();
                    let results: Vec<_> =
                        branches.map(|branch| self.check(branch, value, at)).collect();
                    let fitting = results.iter().filter(|result| result.is_ok()).count();
                    if fitting == 0 {
                        return Err(format!("{at}: {results:?}"));
                    }
                    fitting == 1 || name == "anyOf"
                }
                "items" => {
                    for (idx, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}/{idx}"))?;
                    }
                    true
                }
                "required" => {
                    let names = rule.as_array().ok_or("no names")?.iter();
                    names.filter_map(Value::as_str).all(|name| value.get(name).is_some())
                }
                "properties" | "additionalProperties" => true,
                other => return Err(format!("{at}: unknown keyword {other}")),
            };
            if !fits {
                return Err(format!("{at}: {name} does not fit {value:.200}"));
            }
        }
        match value.as_object() {
            Some(object) if !rules.contains_key("$ref") => self.keys(schema, object, at),
            _ => Ok(()),
        }
    }

    fn keys(&self, schema: &Value, object: &Map<String, Value>, at: &str) -> Result<(), String> {
        if schema.get("oneOf").or(schema.get("anyOf")).is_some() {
            return Ok(());
        }
        for (key, value) in object {
            let described = schema["properties"].get(key);
            let rule = described.or(schema.get("additionalProperties"));
            let rule = rule.ok_or_else(|| format!("{at}: {key} is not described"))?;
            self.check(rule, value, &format!("{at}/{key}"))?;
        }
        Ok(())
    }
}

fn is_of(name: &Value, value: &Value) -> bool {
    match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("null") => value.is_null(),
        _ => false,
    }
}

#[test]
fn parts_are_selected_by_name() {
    assert_eq!(example(&["--select", "counts.nodes"]).exits(0).out, "9\n");
    assert_eq!(example(&["--select", "counts.nodes", "--format", "json"]).json(), 9);
    let both = example(&["--select", "gpus,platform.talos_version", "--format", "json"]).json();
    assert_eq!(both["gpus"].as_array().map(Vec::len), Some(2));
    assert_eq!(both["platform.talos_version"]["value"], "v1.12.4");
    let names = example(&["--select", "nodes.name", "--format", "yaml"]).exits(0).out;
    assert!(names.starts_with("- lantern-ctrl-1\n"), "{names}");
    let wrong = example(&["--select", "node"]).exits(2).err;
    assert!(wrong.contains("did you mean `nodes`?"), "{wrong}");
    let list = run(root(), &["facts", "--list"]).exits(0).out;
    assert_eq!(run(root(), &["facts", "--select", "help"]).exits(0).out, list);
    let facts = example(&["--format", "json"]).json();
    for name in facts.as_object().expect("an object").keys() {
        assert!(list.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name}");
    }
}

#[test]
fn yaml_is_the_same_as_json() {
    let yaml = example(&["--format", "yaml"]).exits(0).out;
    let read: Value = serde_saphyr::from_str(&yaml).expect("YAML");
    assert_eq!(read, example(&["--format", "json"]).json());
}

#[test]
fn csv_has_a_row_for_each_thing() {
    let csv = example(&["--select", "nodes", "--format", "csv"]).exits(0).out;
    let lines: Vec<_> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 10);
    assert!(lines[0].starts_with("name,role,role.source,address,address.source,"), "{}", lines[0]);
    assert!(lines[1].starts_with("lantern-ctrl-1,control-plane,talos/talconfig.yaml:"), "{csv}");
    assert!(lines[0].ends_with(",source"));
    let counts = example(&["--select", "counts", "--format", "csv"]).exits(0).out;
    assert!(counts.starts_with("name,value\r\n") && counts.contains("\r\nnodes,9\r\n"), "{counts}");
    let wrong = example(&["--format", "csv"]).exits(2).err;
    assert!(wrong.contains("--select nodes"), "{wrong}");
}

#[test]
fn a_commit_is_read_without_the_work_tree() {
    let Some(history) = History::example() else { return };
    let now = history.run(&["facts", "--format", "json"]).json();
    assert_eq!(history.run(&["facts", "--at", "v1", "--format", "json"]).json(), now);
    // Nothing of the files at hand reaches it, and nothing is written.
    history.replace("talos/talenv.yaml", "v1.12.4", "v1.99.0");
    history.write("kubernetes/apps/media/kustomization.yaml", "not: [a manifest\n");
    let at = history.run(&["facts", "--at", "main", "--format", "json"]).exits(0);
    assert_eq!(at.json(), now);
    assert!(history.text("talos/talenv.yaml").contains("v1.99.0"));
    let status = history.git(&["status", "--porcelain"]);
    assert_eq!(status.lines().count(), 2, "{status}");
}

#[test]
fn the_site_belongs_to_the_revision() {
    let Some(history) = History::example() else { return };
    let inventory = "apps:\n  media/jellyfin:\n    purpose: Films and series\n";
    history.write("site/inventory.yaml", inventory);
    history.commit("say what it is for");
    let purpose = |revision: &str| {
        let out = history.run(&["facts", "--at", revision, "--select", "apps", "--format", "json"]);
        let apps = out.json();
        let apps = apps.as_array().expect("apps").clone();
        apps.into_iter().find(|app| app["id"] == "media/jellyfin").expect("the app")["purpose"]
            .clone()
    };
    assert_eq!(purpose("HEAD")["value"], "Films and series");
    assert_eq!(purpose("v1")["state"], "unknown");
}

#[test]
fn a_folder_of_the_repository_is_read_alone() {
    let Some(history) = History::empty() else { return };
    history.write("README.md", "no cluster here\n");
    history.commit("begin");
    history.tag("before");
    history.copy_example("clusters/home");
    history.commit("add the cluster");
    let folder = ["facts", "--repo", "clusters/home", "--select", "counts.nodes", "--at"];
    let ask = |revision: &str| history.run(&[folder.as_slice(), &[revision]].concat());
    assert_eq!(ask("HEAD").exits(0).out, "9\n");
    let wrong = ask("before").exits(2).err;
    assert!(wrong.contains("holds no folder `clusters/home`"), "{wrong}");
}

#[test]
fn revisions_that_cannot_be_are_refused() {
    let Some(history) = History::example() else { return };
    let refused = |revision: &str, expected: &str| {
        let flag = format!("--at={revision}");
        let wrong = history.run(&["facts", &flag]).exits(2).err;
        assert!(wrong.contains(expected), "{revision:?}: {wrong}");
    };
    refused("--upload-pack=touch pwned", "it begins with `-`");
    refused("-h", "it begins with `-`");
    refused("--output=pwned", "it begins with `-`");
    refused("", "it is empty");
    refused("v1\nv1", "a control character");
    refused("v1..main", "it is a range");
    refused("v1:talos", "it names a file or text");
    refused(":/one", "it names a file or text");
    refused(&"a".repeat(2000), "it is too long");
    refused("nope", "no commit, tag or branch is called `nope`");
    refused("mian", "did you mean `main`?");
    refused("0123456789012345678901234567890123456789", "no commit, tag or branch");
    refused("^v1", "no commit, tag or branch");
    refused("v1^{tree}", "no commit, tag or branch");
    let status = history.git(&["status", "--porcelain"]);
    assert!(status.is_empty(), "{status}");
}

#[test]
fn folders_without_history_say_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = run(folder.path(), &["facts", "--repo", ".", "--at", "HEAD"]).exits(2).err;
    assert!(
        wrong.contains("is in no Git repository") || wrong.contains("cannot run `git`"),
        "{wrong}"
    );
    let wrong = run(folder.path(), &["facts", "--at", "HEAD"]).exits(2).err;
    assert!(wrong.contains("the built-in example has no history"), "{wrong}");
    let Some(history) = History::empty() else { return };
    let wrong = history.run(&["facts", "--at", "HEAD"]).exits(2).err;
    assert!(wrong.contains("no commit, tag or branch is called `HEAD`"), "{wrong}");
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let Some(history) = History::example() else { return };
    history.replace("talos/talenv.yaml", "v1.12.4", "v1.12.5");
    history.commit("upgrade");
    let clone = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", history.path().display());
    let made = Command::new("git")
        .args(["clone", "--quiet", "--depth=1", &url, "."])
        .current_dir(clone.path())
        .status();
    assert!(made.expect("git runs").success());
    let at = |revision: &str| {
        run(clone.path(), &["facts", "--at", revision, "--select", "counts.nodes"])
    };
    assert_eq!(at("HEAD").exits(0).out, "9\n");
    let wrong = at("HEAD~1").exits(2).err;
    assert!(wrong.contains("shallow clone") && wrong.contains("fetch-depth: 0"), "{wrong}");
}

/// Each `sh` block of the guide that is followed by a `text` block.
fn questions(guide: &str) -> Vec<(&str, &str)> {
    let blocks: Vec<_> = guide.split("```").skip(1).step_by(2).collect();
    let pairs = blocks
        .windows(2)
        .filter_map(|pair| Some((pair[0].strip_prefix("sh\n")?, pair[1].strip_prefix("text\n")?)));
    pairs.collect()
}

#[test]
fn the_answers_in_the_guide_are_those_of_the_example() {
    if Command::new("jq").arg("--version").output().is_err() {
        eprintln!("skipped: there is no `jq` program here");
        return;
    }
    let questions = questions(include_str!("../content/guides/facts.md"));
    assert_eq!(questions.len(), 4);
    for (question, answer) in questions {
        let command =
            question.replace("rackbook facts", "\"$RACKBOOK\" facts --repo examples/homelab");
        let output = Command::new("sh")
            .args(["-c", &command])
            .env("RACKBOOK", env!("CARGO_BIN_EXE_rackbook"))
            .current_dir(root())
            .output()
            .expect("a shell");
        assert_eq!(String::from_utf8_lossy(&output.stdout), answer, "{question}");
    }
}
