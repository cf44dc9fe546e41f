//! House rules that the compiler does not know: who may name whom, sizes, and opening comments.
#![expect(clippy::disallowed_methods, reason = "a test reads the sources")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of a file.
const MAX_LINES: usize = 600;

/// What each module may name of ours.
const ARROWS: &[(&str, &[&str])] = &[
    ("source", &["diagnostic"]),
    ("diagnostic", &["source"]),
    ("config", &["source", "diagnostic"]),
    ("privacy", &["source", "diagnostic", "config"]),
    ("gitops", &["source", "diagnostic", "config"]),
    ("inventory", &["source", "diagnostic", "config", "gitops"]),
    ("audit", &["source", "diagnostic", "config", "gitops", "inventory"]),
    ("changes", &["inventory"]),
    ("diagram", &["diagnostic"]),
    ("diagram/hand", &["source", "diagnostic", "inventory", "badge", "diagram"]),
    ("diagram/views", &["diagnostic", "inventory", "diagram"]),
    ("content", &["source", "diagnostic", "config", "inventory", "diagram", "badge"]),
    (
        "site",
        &[
            "source",
            "diagnostic",
            "config",
            "gitops",
            "inventory",
            "audit",
            "diagram",
            "content",
            "badge",
        ],
    ),
    ("readme", &["source", "diagnostic", "inventory", "audit", "diagram", "site"]),
    ("output", &["diagnostic", "site"]),
    ("badge", &["diagnostic"]),
    ("badge/migrate", &["source", "diagnostic"]),
    ("prometheus", &["diagnostic", "config", "badge"]),
    ("server", &["diagnostic", "config", "site", "badge", "prometheus"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Paths relative to `src` with their texts, sorted.
fn sources() -> Vec<(String, String)> {
    let mut files = vec![];
    list(&root().join("src"), &mut files);
    files.sort();
    let relative = |path: &Path| {
        let path = path.strip_prefix(root().join("src")).expect("a path in src");
        path.to_string_lossy().replace('\\', "/")
    };
    let text = |path: &Path| fs::read_to_string(path).expect("a readable file");
    files.iter().map(|path| (relative(path), text(path))).collect()
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules of ours that code names by `crate::…`, tests and comments left out.
fn named(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    code.split("crate::").skip(1).flat_map(first_names).collect()
}

/// The first name of a path, or those of a group such as `{a::B, c}`.
fn first_names(after: &str) -> Vec<String> {
    let word = |text: &str| {
        let text = text.trim_start();
        let end = text.find(|at: char| !at.is_alphanumeric() && at != '_').unwrap_or(text.len());
        text[..end].to_owned()
    };
    let Some(group) = after.strip_prefix('{') else { return vec![word(after)] };
    let (mut depth, mut names, mut start) = (0, vec![], 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(word(&group[start..at]));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The row of [`ARROWS`] for a file: the longest that its path begins with.
fn row(path: &str) -> Option<&'static (&'static str, &'static [&'static str])> {
    let belongs = |module: &str| {
        path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    ARROWS.iter().filter(|(module, _)| belongs(module)).max_by_key(|(module, _)| module.len())
}

#[test]
fn modules_name_only_what_stands_before_them() {
    let modules: BTreeSet<_> = ARROWS.iter().map(|(module, _)| *module).chain(["cli"]).collect();
    let mut wrong = vec![];
    for (path, text) in sources() {
        // Tests may build what their module only borrows.
        if path.contains("/tests/") || path.ends_with("/tests.rs") {
            continue;
        }
        let Some((module, allowed)) = row(&path) else { continue };
        let own = module.split('/').next().unwrap_or(module);
        for name in named(&text) {
            let is_ours = modules.contains(name.as_str());
            if is_ours && name != own && !allowed.contains(&name.as_str()) {
                wrong.push(format!("src/{path} names `crate::{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_found_in_paths_and_groups() {
    let text = "use crate::site;\nuse crate::{a::{b, c}, d, e::F};\n// crate::no\nlet x = crate::g::h();\n\
                #[cfg(test)]\nmod tests { use crate::cli; }\n";
    let expected = ["a", "d", "e", "g", "site"].map(str::to_owned);
    assert_eq!(named(text), BTreeSet::from(expected));
}

#[test]
fn files_open_with_their_purpose_and_stay_small() {
    let mut wrong = vec![];
    for (path, text) in sources() {
        if !text.starts_with("//!") {
            wrong.push(format!("src/{path} does not open with `//!`"));
        }
        let lines = text.lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("src/{path} has {lines} lines: split it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_its_arrows() {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let modules =
        text.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "));
    let without: Vec<_> = modules
        .filter_map(|rest| rest.strip_suffix(';'))
        .filter(|module| *module != "cli" && !ARROWS.iter().any(|(name, _)| name == module))
        .collect();
    assert!(without.is_empty(), "add {without:?} to ARROWS");
}

#[test]
fn the_readme_names_each_command() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    for command in ["build", "serve", "check", "facts", "diff", "diagram", "badges"] {
        let call = format!("rackbook {command}");
        assert!(readme.contains(&call), "README.md does not name `{call}`");
    }
}

/// Text literals of the form `area/what` in a call or table of diagnostics.
fn codes(text: &str) -> Vec<&str> {
    const BEFORE: [&str; 4] = ["::error(", "::warning(", "::note(", ": &str ="];
    let mut found = vec![];
    for before in BEFORE {
        for after in text.split(before).skip(1) {
            let Some(code) = after.trim_start().strip_prefix('"') else { continue };
            let Some((code, _)) = code.split_once('"') else { continue };
            let part = |text: &str| {
                !text.is_empty()
                    && text
                        .chars()
                        .all(|at| at.is_ascii_lowercase() || at.is_ascii_digit() || at == '-')
            };
            if code.split_once('/').is_some_and(|(area, what)| part(area) && part(what)) {
                found.push(code);
            }
        }
    }
    found
}

#[test]
fn every_code_is_explained() {
    use rackbook::audit::{READING, RULES};
    let known: BTreeSet<&str> =
        RULES.iter().map(|rule| rule.code).chain(READING.iter().map(|one| one.code)).collect();
    let mut unknown = BTreeSet::new();
    for (path, text) in sources() {
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        // Badges have a configuration of their own, and explain what is wrong in it themselves.
        let is_other = ["badge/", "audit/", "server/", "prometheus/"];
        let is_test = path.contains("/tests/") || path.ends_with("tests.rs");
        // What a folder is called, and not a code.
        let is_folder = |code: &str| code == "site/static";
        if !is_test && !is_other.iter().any(|other| path.starts_with(other)) {
            let codes = codes(code).into_iter().filter(|code| !known.contains(code));
            unknown.extend(codes.filter(|code| !is_folder(code)).map(str::to_owned));
        }
    }
    assert!(unknown.is_empty(), "explain in src/audit/reading.rs: {unknown:?}");
}

#[test]
fn the_changelog_names_this_version() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).expect("CHANGELOG.md");
    let version = env!("CARGO_PKG_VERSION");
    let is_named = changelog.lines().any(|line| line.starts_with("## ") && line.contains(version));
    assert!(is_named, "CHANGELOG.md has no heading with {version}");
}
