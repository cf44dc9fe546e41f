//! The badge server as its image runs it: without privileges, and with nothing to write to.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::server::{Server, Upstream};
use super::{can_run, skip};

/// The program in a file system of which nothing can be written, as user 65532.
///
/// A test's program names the system's libraries, so they are there too; the image holds none.
fn confined(config: &Path) -> Command {
    let mut command = Command::new("bwrap");
    command.args(["--unshare-user", "--uid", "65532", "--gid", "65532", "--cap-drop", "ALL"]);
    command.args(["--unshare-ipc", "--unshare-uts", "--die-with-parent", "--clearenv"]);
    command.args(["--ro-bind", env!("CARGO_BIN_EXE_rackbook"), "/rackbook"]);
    for folder in ["/usr", "/lib", "/lib64"] {
        if Path::new(folder).exists() {
            command.args(["--ro-bind", folder, folder]);
        }
    }
    command.arg("--ro-bind").arg(config).arg("/config");
    for (name, value) in [
        ("KROMGO_SERVER_HOST", "127.0.0.1"),
        ("KROMGO_SERVER_PORT", "0"),
        ("KROMGO_METRICS_ENABLED", "false"),
    ] {
        command.args(["--setenv", name, value]);
    }
    command.args(["--remount-ro", "/", "--", "/rackbook", "badges"]);
    command
}

/// Whether a user without privileges may make a namespace here.
fn can_confine() -> bool {
    if !can_run(&["bwrap"]) {
        return false;
    }
    let mut probe = Command::new("bwrap");
    probe.args(["--unshare-user", "--uid", "65532", "--ro-bind", "/", "/", "true"]);
    let can = probe.status().is_ok_and(|status| status.success());
    if !can {
        skip("bwrap may not make namespaces here");
    }
    can
}

#[test]
fn it_answers_reloads_and_stops_without_privileges() {
    if !can_confine() {
        return;
    }
    let upstream = Upstream::taking(Duration::ZERO);
    // As the kubelet writes a ConfigMap: links to a folder that is swapped.
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let write = |version: &str, id: &str| {
        let data = config.join(version);
        fs::create_dir_all(&data).unwrap();
        let text = format!("prometheus: {}\nbadges: [{{id: {id}, query: up}}]\n", upstream.url);
        fs::write(data.join("config.yaml"), text).unwrap();
        let swap = config.join("..data_tmp");
        std::os::unix::fs::symlink(version, &swap).unwrap();
        fs::rename(swap, config.join("..data")).unwrap();
    };
    write("..1", "one");
    std::os::unix::fs::symlink("..data/config.yaml", config.join("config.yaml")).unwrap();

    let server = Server::start(&mut confined(&config));
    assert_eq!(server.get("/readyz").0, 200);
    let (status, text) = server.get("/badges/one?format=json");
    assert!(status == 200 && text.contains(r#""value":"42""#), "{text}");
    assert_eq!(server.get("/badges/two?format=json").0, 404);

    write("..2", "two");
    server.says("the configuration is loaded");
    assert_eq!(server.get("/badges/two?format=json").0, 200);

    let asked = Command::new("kill").args(["-TERM", &program(server.id())]).status();
    assert!(asked.is_ok_and(|status| status.success()));
    server.says("ending after the requests under way");
    assert_eq!(server.ended().code(), Some(0));
}

/// The process that bwrap became or started: the one whose program is ours.
fn program(bwrap: u32) -> String {
    let is_ours = |id: &str| {
        fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.trim() == "rackbook")
    };
    let mut ids = vec![bwrap.to_string()];
    while let Some(id) = ids.pop() {
        if is_ours(&id) {
            return id;
        }
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        ids.extend(children.unwrap_or_default().split_whitespace().map(str::to_owned));
    }
    panic!("the program does not run below {bwrap}")
}
