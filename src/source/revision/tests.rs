//! A commit gives what its checkout gives.
#![expect(clippy::disallowed_methods, reason = "a test makes repositories in folders of its own")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::*;

fn git(folder: &Path, arguments: &[&str]) -> bool {
    let ran = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(["-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .output();
    ran.is_ok_and(|output| output.status.success())
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

/// A repository of a commit; none where there is no `git`.
fn repository(files: &[(&str, &str)]) -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().expect("a folder");
    if !git(folder.path(), &["init", "--quiet"]) {
        eprintln!("skipped: there is no `git` program here");
        return None;
    }
    files.iter().for_each(|(path, text)| write(folder.path(), path, text));
    Some(folder)
}

fn commit(folder: &Path) {
    assert!(git(folder, &["add", "--all", "--force"]));
    assert!(git(folder, &["commit", "--quiet", "--message", "one"]));
}

fn roots(folder: &Path) -> Roots {
    Roots { repository: folder.to_owned(), site: folder.to_owned() }
}

type Found = (Vec<(Root, String, Vec<u8>)>, Vec<(String, Option<String>)>);

fn listed((sources, diagnostics): (Sources, Vec<Diagnostic>)) -> Found {
    let files =
        sources.files().map(|(_, file)| (file.root, file.path.clone(), file.bytes().to_vec()));
    let mut told: Vec<_> =
        diagnostics.iter().map(|one| (one.code.to_owned(), Some(one.message.clone()))).collect();
    told.sort();
    (files.collect(), told)
}

#[track_caller]
fn same(roots: &Roots, rendered: Option<&Path>) -> Found {
    let commit = resolve(&roots.repository, "HEAD").expect("a commit");
    let at = listed(read_at(roots, rendered, &commit).expect("files of the commit"));
    let here = listed(read::read_with(roots, rendered).expect("files at hand"));
    assert_eq!(at, here);
    at
}

#[test]
fn a_commit_reads_as_its_checkout() {
    let Some(folder) = repository(&[
        ("apps/a.yaml", "a: 1\n"),
        ("apps/b.yaml", ""),
        ("apps/ü and space.yaml", "b: 2\n"),
        ("archive/old.yaml", "c: 3\n"),
        ("apps/.archive/deep/old.yaml", "c: 3\n"),
        ("public/page.yaml", "d: 4\n"),
        ("apps/public/kept.yaml", "d: 4\n"),
        ("node_modules/x.yaml", "e: 5\n"),
        ("out/.rackbook", ""),
        ("out/x.yaml", "f: 6\n"),
        (".gitignore", "*.log.yaml\n/private/\n"),
        ("apps/.gitignore", "!kept.log.yaml\n"),
        ("apps/x.log.yaml", "g: 7\n"),
        ("apps/kept.log.yaml", "g: 7\n"),
        ("private/x.yaml", "h: 8\n"),
    ]) else {
        return;
    };
    let path = folder.path();
    symlink("a.yaml", path.join("apps/link.yaml")).expect("a link");
    symlink("nowhere.yaml", path.join("apps/dangling.yaml")).expect("a link");
    symlink("apps", path.join("folder-link")).expect("a link");
    symlink("/etc/hostname", path.join("apps/outside.yaml")).expect("a link");
    symlink("../private/x.yaml", path.join("apps/ignored.yaml")).expect("a link");
    std::fs::write(path.join("apps/bad.yaml"), b"a: \xff\n").expect("a file");
    std::fs::write(path.join("large.yaml"), vec![b'#'; (8 << 20) + 1]).expect("a file");
    commit(path);
    let (files, told) = same(&roots(path), None);
    let paths: Vec<_> = files.iter().map(|(_, path, _)| path.as_str()).collect();
    assert!(
        paths.contains(&"apps/link.yaml") && paths.contains(&"apps/kept.log.yaml"),
        "{paths:?}"
    );
    assert!(!paths.contains(&"private/x.yaml") && !paths.contains(&"out/x.yaml"), "{paths:?}");
    assert!(told.iter().any(|(code, _)| code == "source/too-large"), "{told:?}");
}

#[test]
fn a_site_within_and_rendered_manifests_belong_to_the_commit() {
    let Some(folder) = repository(&[
        ("home/apps/a.yaml", "a: 1\n"),
        ("home/rendered/b.yaml", "b: 2\n"),
        ("book/site/inventory.yaml", "apps: {}\n"),
        ("book/other/x.yaml", "x: 1\n"),
        ("else.yaml", "z: 1\n"),
    ]) else {
        return;
    };
    let path = folder.path();
    commit(path);
    let roots = Roots { repository: path.join("home"), site: path.join("book") };
    let (files, _) = same(&roots, Some(&path.join("home/rendered")));
    let found: Vec<_> = files.iter().map(|(root, path, _)| (*root, path.as_str())).collect();
    let expected = [
        (Root::Repository, "apps/a.yaml"),
        (Root::Site, "site/inventory.yaml"),
        (Root::Rendered, "b.yaml"),
    ];
    assert_eq!(found.len(), 3);
    assert!(expected.iter().all(|one| found.contains(one)), "{found:?}");
    // A site elsewhere is that of now.
    let site = tempfile::tempdir().expect("a folder");
    write(site.path(), "site/inventory.yaml", "hosts: {}\n");
    same(&Roots { site: site.path().to_owned(), ..roots.clone() }, None);
    let head = resolve(path, "HEAD").expect("a commit");
    assert!(has_folder(&head, &path.join("home/rendered")).expect("an answer"));
    assert!(!has_folder(&head, site.path()).expect("an answer"));
}

#[test]
fn a_submodule_is_told_of() {
    let Some(other) = repository(&[("a.yaml", "a: 1\n")]) else { return };
    commit(other.path());
    let Some(folder) = repository(&[("b.yaml", "b: 1\n")]) else { return };
    let url = other.path().to_string_lossy().into_owned();
    assert!(git(folder.path(), &["submodule", "add", "--quiet", &url, "other"]));
    commit(folder.path());
    let head = resolve(folder.path(), "HEAD").expect("a commit");
    let (files, told) = listed(read_at(&roots(folder.path()), None, &head).expect("files"));
    assert!(files.iter().all(|(_, path, _)| path != "other/a.yaml"));
    assert!(told.iter().any(|(code, _)| code == "source/submodule-skipped"), "{told:?}");
}

#[test]
fn missing_content_is_an_error() {
    let Some(folder) = repository(&[("a.yaml", "a: 1\n")]) else { return };
    commit(folder.path());
    let head = resolve(folder.path(), "HEAD").expect("a commit");
    let listing = tree::list(&head).expect("a listing");
    let id = &listing["a.yaml"].id;
    let object = folder.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(object).expect("an object");
    let result = read_at(&roots(folder.path()), None, &head);
    assert!(matches!(result, Err(RevisionError::Incomplete { .. })), "{result:?}");
}
