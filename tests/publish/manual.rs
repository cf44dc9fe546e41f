//! `rackbook manual` and `rackbook completions`: what a package of the program installs.

use std::fs;
use std::process::Command;

use super::can_run;

fn rackbook(arguments: &[&str]) -> Vec<u8> {
    let ran = Command::new(env!("CARGO_BIN_EXE_rackbook")).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    ran.stdout
}

#[test]
fn manual_pages_are_written_and_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("man/man1");
    let write = || {
        rackbook(&["manual", "--out", out.to_str().unwrap()]);
        let mut pages: Vec<_> = fs::read_dir(&out).unwrap().flatten().collect();
        pages.sort_by_key(fs::DirEntry::file_name);
        let read = |page: &fs::DirEntry| (page.file_name(), fs::read(page.path()).unwrap());
        pages.iter().map(read).collect::<Vec<_>>()
    };
    let pages = write();
    assert!(pages.len() > 10, "{} pages", pages.len());
    assert_eq!(pages, write());
}

#[test]
fn bash_reads_its_completions() {
    if !can_run(&["bash"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("rackbook");
    fs::write(&script, rackbook(&["completions", "bash"])).unwrap();
    let test = "source \"$1\"; COMP_WORDS=(rackbook badges mig); COMP_CWORD=2; \
                _rackbook rackbook mig badges; echo \"${COMPREPLY[@]}\"";
    let ran = Command::new("bash").args(["-c", test, "bash"]).arg(&script).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), "migrate", "{ran:?}");
}
