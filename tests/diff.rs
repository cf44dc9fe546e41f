//! `rackbook diff` on histories of the example.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![allow(dead_code, reason = "the helpers are shared with another test")]

mod history;

use history::History;

/// The sentences between `v1` and the work tree, without their places.
fn sentences(history: &History) -> Vec<String> {
    let diff = history.run(&["diff", "v1", "--format", "json"]).json();
    let changes = diff["changes"].as_array().expect("changes").clone();
    changes.iter().map(|one| one["text"].as_str().expect("text").to_owned()).collect()
}

#[track_caller]
fn check(history: &History, expected: &[&str]) {
    assert_eq!(sentences(history), expected);
}

const MEDIA: &str = "kubernetes/apps/media";

#[test]
fn what_only_moved_is_no_change() {
    let Some(history) = History::example() else { return };
    for path in ["talos/talconfig.yaml", "kubernetes/apps/media/jellyfin/app/helmrelease.yaml"] {
        let text = history.text(path).replacen("---\n", "---\n# One.\n# Two.\n", 1);
        history.write(path, &format!("# Zero.\n{text}"));
    }
    history.git(&[
        "mv",
        &format!("{MEDIA}/jellyfin/app/helmrelease.yaml"),
        &format!("{MEDIA}/jellyfin/app/release.yaml"),
    ]);
    history.replace(
        &format!("{MEDIA}/jellyfin/app/kustomization.yaml"),
        "./helmrelease.yaml",
        "./release.yaml",
    );
    history.write("docs/notes.md", "# Notes\n");
    check(&history, &[]);
    let same = history.run(&["diff", "v1", "--exit-code"]).exits(0).out;
    assert!(same.starts_with("Nothing changed in the cluster from `v1` ("), "{same}");
}

#[test]
fn upgrades_are_told_by_their_versions() {
    let Some(history) = History::example() else { return };
    let release = format!("{MEDIA}/jellyfin/app/helmrelease.yaml");
    let text = history.text(&release);
    let digest = text.split("@sha256:").nth(1).and_then(|rest| rest.lines().next()).expect("one");
    history.write(
        &release,
        &text.replace(digest, &digest.replace('d', "e")).replace("10.11.5", "10.11.6"),
    );
    history.replace(
        &format!("{MEDIA}/jellyfin/app/ocirepository.yaml"),
        "tag: 4.4.0",
        "tag: 4.3.0",
    );
    history.replace("talos/talenv.yaml", "v1.12.4", "v1.13.0");
    check(
        &history,
        &[
            "Talos `v1.12.4` → `v1.13.0`",
            "app `media/jellyfin` downgraded `4.4.0` → `4.3.0` (chart `app-template`)",
            "app `media/jellyfin` `10.11.5` → `10.11.6` (image `docker.io/jellyfin/jellyfin`)",
        ],
    );
    let json = history.run(&["diff", "v1", "--format", "json"]).json();
    let kinds = ["upgraded", "downgraded", "upgraded"];
    for (change, action) in json["changes"].as_array().expect("changes").iter().zip(kinds) {
        assert_eq!(change["action"], action);
        assert!(change["sources"]["after"]["line"].is_number());
    }
    history.run(&["diff", "v1", "--exit-code"]).exits(1);
    history.run(&["diff", "v1"]).exits(0);
}

#[test]
fn a_digest_alone_is_shown() {
    let Some(history) = History::example() else { return };
    let release = format!("{MEDIA}/jellyfin/app/helmrelease.yaml");
    history.replace(&release, "@sha256:db50e9721fc9", "@sha256:aaaaaaaaaaaa");
    check(
        &history,
        &["app `media/jellyfin` `10.11.5@sha256:db50e9721fc9` → `10.11.5@sha256:aaaaaaaaaaaa` \
           (image `docker.io/jellyfin/jellyfin`)"],
    );
}

#[test]
fn an_app_that_goes_takes_what_is_its_own() {
    let Some(history) = History::example() else { return };
    history.replace(&format!("{MEDIA}/kustomization.yaml"), "  - ./navidrome/ks.yaml\n", "");
    check(
        &history,
        &[
            "host name `navidrome.example.com` removed: `not published, leads to media/navidrome`",
            "app `media/navidrome` removed: `app-template 4.4.0, ghcr.io/navidrome/navidrome 0.59.0`",
            "Kustomization `media/navidrome` removed: `./kubernetes/apps/media/navidrome/app`",
            "claim `media/navidrome` removed: `5Gi, ceph-block, backed up`",
            "backup `media/navidrome` removed: `VolSync, 15 3 * * *`",
            "secret `ExternalSecret media/navidrome-volsync` removed: `ClusterSecretStore/onepassword`",
        ],
    );
    // The other way round it is all added.
    history.commit("remove navidrome");
    let back = history.run(&["diff", "HEAD", "v1", "--format", "json"]).json();
    let back = back["changes"].as_array().expect("changes");
    assert_eq!(back.len(), 6);
    assert!(back.iter().all(|change| change["action"] == "added"));
    assert!(back.iter().all(|change| change["sources"]["before"].is_null()));
}

#[test]
fn host_names_become_public_and_claims_lose_their_backup() {
    let Some(history) = History::example() else { return };
    history.replace(
        &format!("{MEDIA}/jellyfin/app/helmrelease.yaml"),
        "envoy-internal",
        "envoy-external",
    );
    history.replace(&format!("{MEDIA}/jellyfin/ks.yaml"), "50Gi", "80Gi");
    history.replace(
        "kubernetes/components/volsync/kustomization.yaml",
        "  - ./replicationsource.yaml\n",
        "",
    );
    let sentences = sentences(&history);
    let has = |sentence: &str| {
        assert!(sentences.iter().any(|one| one == sentence), "{sentences:#?}");
    };
    has("host name `jellyfin.example.com` is now public");
    has("claim `media/jellyfin` size `50Gi` → `80Gi`");
    has("claim `media/jellyfin` is no longer backed up");
    has("backup `media/jellyfin` removed: `VolSync, 15 3 * * *`");
    history.commit("change");
    let back = history.run(&["diff", "main", "v1"]).exits(0).out;
    assert!(back.contains("host name `jellyfin.example.com` is no longer public"), "{back}");
    assert!(back.contains("claim `media/jellyfin` is now backed up"), "{back}");
}

#[test]
fn machines_networks_policies_and_secrets_are_told() {
    let Some(history) = History::example() else { return };
    let before = "controlplane_memory_mb    = 8192";
    history.replace("terraform/terraform.tfvars", before, &before.replace("8192", "16384"));
    history.replace("talos/talconfig.yaml", "203.0.113.26/24", "203.0.113.27/24");
    let policy = "kubernetes/apps/default/echo/app/networkpolicy.yaml";
    let text = history.text(policy);
    history.write(policy, &text.replace("port: \"8080\"", "port: \"8081\""));
    let cilium = "kubernetes/apps/kube-system/cilium/app/helmrelease.yaml";
    let setting = "l2announcements:\n      enabled: ";
    history.replace(cilium, &format!("{setting}true"), &format!("{setting}false"));
    history.replace(
        &format!("{MEDIA}/jellyfin/app/helmrelease.yaml"),
        "/tank/media",
        "/tank/films",
    );
    let secret = "kubernetes/apps/iot/mosquitto/app/mosquitto-users.sops.yaml";
    let text = history.text(secret);
    history.write(secret, &text.replace("passwords:", "accounts:"));
    let sentences = sentences(&history);
    let has = |start: &str| {
        assert!(sentences.iter().any(|one| one.starts_with(start)), "{start}: {sentences:#?}");
    };
    has("virtual machine `lantern-ctrl-1` memory (MiB) `8192` → `16384`");
    has("node `lantern-work-6` interfaces `0000:06:14.0 203.0.113.26/24 MTU 1500` → ");
    has("policy `CiliumNetworkPolicy default/echo` rules `allow ingress from pods with ");
    has("app `kube-system/cilium` setting `l2announcements.enabled` `true` → `false`");
    has("app `media/jellyfin` mounts `nfs /tank/media` → `nfs /tank/films`");
    has("secret `Secret iot/mosquitto-users` keys `passwords` → `accounts`");
    assert!(sentences.iter().all(|one| !one.contains("ENC[")), "{sentences:#?}");
}

#[test]
fn a_branch_is_compared_with_where_it_left() {
    let Some(history) = History::example() else { return };
    history.git(&["switch", "--quiet", "--create", "branch"]);
    history.replace("talos/talenv.yaml", "v1.34.3", "v1.34.4");
    history.commit("upgrade Kubernetes");
    history.git(&["switch", "--quiet", "main"]);
    history.replace("talos/talenv.yaml", "v1.12.4", "v1.12.5");
    history.commit("upgrade Talos");
    let diff = |range: &str| history.run(&["diff", range]).exits(0).out;
    let since = diff("main...branch");
    assert!(since.contains("Kubernetes `v1.34.3` → `v1.34.4`"), "{since}");
    assert!(!since.contains("Talos"), "{since}");
    let both = diff("main..branch");
    assert!(both.contains("Talos downgraded `v1.12.5` → `v1.12.4`"), "{both}");
    assert_eq!(diff("branch.."), history.run(&["diff", "branch", "HEAD"]).exits(0).out);
}

#[test]
fn markdown_keeps_text_of_files_in_its_place() {
    let Some(history) = History::example() else { return };
    let release = format!("{MEDIA}/jellyfin/app/helmrelease.yaml");
    history.replace(&release, "tag: 10.11.5@", "tag: \"`<img src=x>|@user\\u001b[31m` \" # ");
    let markdown = history.run(&["diff", "v1", "--format", "markdown"]).exits(0).out;
    assert!(markdown.contains("\n### Apps\n\n- app `media/jellyfin` "), "{markdown}");
    assert!(markdown.contains("`` `<img src=x>|"), "{markdown}");
    let text = history.run(&["diff", "v1"]).exits(0).out;
    assert!(!markdown.contains('\u{1b}') && !text.contains('\u{1b}'));
}

#[test]
fn what_one_side_cannot_read_is_said() {
    let Some(history) = History::example() else { return };
    history.write("kubernetes/apps/media/kustomization.yaml", "resources: [\n");
    let ran = history.run(&["diff", "v1"]).exits(0);
    assert!(ran.err.contains("in the files of the work tree alone"), "{}", ran.err);
    history.commit("break it");
    let ran = history.run(&["diff", "v1", "main"]).exits(0);
    assert!(ran.err.contains("`rackbook facts --at main` prints them"), "{}", ran.err);
}

#[test]
fn hostile_revisions_are_refused() {
    let Some(history) = History::example() else { return };
    let refused = |arguments: &[&str], expected: &str| {
        let wrong = history.run(arguments).exits(2).err;
        assert!(wrong.contains(expected), "{arguments:?}: {wrong}");
    };
    refused(&["diff", "--", "--upload-pack=touch pwned"], "it begins with `-`");
    refused(&["diff", "v1", "--", "--output=pwned"], "it begins with `-`");
    refused(&["diff", "--upload-pack=touch"], "unexpected argument");
    refused(&["diff", "--", "v1..--output=pwned"], "it begins with `-`");
    refused(&["diff", "v1..main..v1"], "it is a range");
    refused(&["diff", "nope"], "no commit, tag or branch is called `nope`");
    refused(&["diff", "v1", ""], "it is empty");
    assert!(history.git(&["status", "--porcelain"]).is_empty());
}
