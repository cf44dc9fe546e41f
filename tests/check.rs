//! `rackbook check` as a user runs it, and the page that lists its codes.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test runs the program, reads the disk, and says what it skips"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rackbook::audit::{RULES, Rule};
use rackbook::diagnostic::Severity;
use serde_json::Value;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .arg("check")
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", "1764000000")
        .env("GIT_CEILING_DIRECTORIES", folder)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

const ROOT: &str = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {url: https://git.example.com/homelab}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}\n";

/// A claim without backup, and a Kustomization that waits for nothing.
fn homelab(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file("flux/root.yaml", ROOT);
    file(
        "apps/claim ü.yaml",
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  namespace: web\n",
    );
    file(
        "apps/ks.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, namespace: web}\nspec:\n  path: ./web\n  dependsOn:\n    - name: db\n  sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}\n",
    );
    file("web/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    if !settings.is_empty() {
        file("site/site.yaml", settings);
    }
    folder
}

#[test]
fn text_is_sorted_and_counted() {
    let folder = homelab("");
    let output = run(folder.path(), &["--repo", "."]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let (claim, wait) = (text.find("storage/backup-missing"), text.find("flux/dependency-missing"));
    assert!(claim.unwrap() < wait.unwrap(), "by path: {text}");
    assert!(text.ends_with("1 error, 1 warning, 1 note\n"), "{text}");
    assert_eq!(text.matches("flux/dependency-missing").count(), 1, "told once: {text}");
}

#[test]
fn the_limit_decides_the_status() {
    let off = "findings:\n  severity: {flux/dependency-missing: warning}\n";
    let folder = homelab(off);
    let status = |arguments: &[&str]| {
        let all = [&["--repo", "."], arguments].concat();
        run(folder.path(), &all).status.code()
    };
    assert_eq!(status(&[]), Some(0));
    assert_eq!(status(&["--fail-on", "warning"]), Some(1));
    assert_eq!(status(&["--repo", "gone"]), Some(2));
    let clean = homelab(
        "findings:\n  severity:\n    flux/dependency-missing: off\n    storage/backup-missing: off\n    storage/claim-unmounted: off\n",
    );
    let output = run(clean.path(), &["--repo", ".", "--fail-on", "note"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), "nothing was found\n"));
}

#[test]
fn wrong_settings_are_errors() {
    let folder = homelab("findings:\n  severity: {storage/backup-mising: off}\n");
    let text = out(&run(folder.path(), &["--repo", "."]));
    assert!(
        text.contains("error[config/unknown-code]: there is no finding `storage/backup-mising`"),
        "{text}"
    );
    assert!(text.contains("site/site.yaml:2:14"), "{text}");
    assert!(text.contains("did you mean `storage/backup-missing`?"), "{text}");
}

#[test]
fn json_holds_everything() {
    let folder = homelab(
        "findings:\n  acknowledge:\n    - {code: storage/claim-unmounted, where: web/data, reason: on purpose, until: 2099-01-01}\n",
    );
    let report: Value =
        serde_json::from_str(&out(&run(folder.path(), &["--repo", ".", "--format", "json"])))
            .unwrap();
    assert_eq!(report["summary"]["error"], 1);
    assert_eq!(report["summary"]["acknowledged"], 1);
    let all = report["findings"].as_array().unwrap();
    let of = |code: &str| all.iter().find(|one| one["code"] == code).unwrap();
    let missing = of("storage/backup-missing");
    assert_eq!(missing["path"], "apps/claim ü.yaml");
    assert_eq!((missing["line"].as_u64(), missing["column"].as_u64()), (Some(4), Some(9)));
    assert_eq!(missing["items"][0]["entity"]["id"], "web/data");
    assert!(missing["blind_spot"].as_str().unwrap().starts_with("Backups outside Kubernetes"));
    assert_eq!(of("storage/claim-unmounted")["acknowledged"]["reason"], "on purpose");
}

#[test]
fn github_annotations_name_file_and_line() {
    let folder = homelab("");
    let text = out(&run(folder.path(), &["--repo", ".", "--format", "github"]));
    let line = text.lines().find(|line| line.starts_with("::error ")).unwrap();
    assert!(
        line.starts_with(
            "::error file=apps/ks.yaml,line=7,col=13,endColumn=15,title=flux/dependency-missing::"
        ),
        "{line}"
    );
    assert_eq!(text.lines().count(), 3, "{text}");
}

/// What SARIF 2.1.0 asks of the parts that are used: types, required keys, no others.
///
/// Written after the standard, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>,
/// sections 3.13 to 3.59; names as in its schema.
mod sarif {
    use serde_json::Value;

    type Check = fn(&Value, &str);

    fn object(value: &Value, at: &str, required: &[&str], keys: &[(&str, Check)]) {
        let map = value.as_object().unwrap_or_else(|| panic!("{at} is no object"));
        for key in required {
            assert!(map.contains_key(*key), "{at} needs `{key}`");
        }
        for (key, value) in map {
            let known = keys.iter().find(|(name, _)| name == key);
            let (_, check) = known.unwrap_or_else(|| panic!("{at} may not have `{key}`"));
            check(value, &format!("{at}.{key}"));
        }
    }

    fn each(value: &Value, at: &str, check: Check) {
        let items = value.as_array().unwrap_or_else(|| panic!("{at} is no list"));
        for (idx, item) in items.iter().enumerate() {
            check(item, &format!("{at}[{idx}]"));
        }
    }

    fn text(value: &Value, at: &str) {
        assert!(value.as_str().is_some_and(|text| !text.is_empty()), "{at} is no text");
    }

    fn one_of(value: &Value, at: &str, all: &[&str]) {
        assert!(value.as_str().is_some_and(|text| all.contains(&text)), "{at} is {value}");
    }

    fn positive(value: &Value, at: &str) {
        assert!(value.as_u64().is_some_and(|number| number > 0), "{at} is {value}");
    }

    fn index(value: &Value, at: &str) {
        assert!(value.as_u64().is_some(), "{at} is {value}");
    }

    fn uri(value: &Value, at: &str) {
        text(value, at);
        let is_plain = |at: char| at.is_ascii_graphic() && !"\"<>\\^`{|}".contains(at);
        assert!(value.as_str().unwrap().chars().all(is_plain), "{at} is {value}");
    }

    fn message(value: &Value, at: &str) {
        object(value, at, &["text"], &[("text", text), ("markdown", text)]);
    }

    fn level(value: &Value, at: &str) {
        one_of(value, at, &["none", "note", "warning", "error"]);
    }

    pub(super) fn log(value: &Value) {
        let version: Check = |value, at| one_of(value, at, &["2.1.0"]);
        let runs: Check = |value, at| each(value, at, run);
        object(
            value,
            "log",
            &["version", "runs"],
            &[("$schema", uri), ("version", version), ("runs", runs)],
        );
    }

    fn run(value: &Value, at: &str) {
        let columns: Check =
            |value, at| one_of(value, at, &["utf16CodeUnits", "unicodeCodePoints"]);
        let results: Check = |value, at| each(value, at, result);
        object(
            value,
            at,
            &["tool"],
            &[("tool", tool), ("columnKind", columns), ("results", results)],
        );
        // A result's index names the rule of its id.
        let rules = &value["tool"]["driver"]["rules"];
        for result in value["results"].as_array().into_iter().flatten() {
            let at = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[at]["id"], result["ruleId"]);
        }
    }

    fn tool(value: &Value, at: &str) {
        object(value, at, &["driver"], &[("driver", driver)]);
    }

    fn driver(value: &Value, at: &str) {
        let rules: Check = |value, at| each(value, at, rule);
        let keys: [(&str, Check); 4] =
            [("name", text), ("semanticVersion", text), ("informationUri", uri), ("rules", rules)];
        object(value, at, &["name"], &keys);
    }

    fn rule(value: &Value, at: &str) {
        let configuration: Check = |value, at| object(value, at, &[], &[("level", level)]);
        let keys: [(&str, Check); 5] = [
            ("id", text),
            ("shortDescription", message),
            ("fullDescription", message),
            ("help", message),
            ("defaultConfiguration", configuration),
        ];
        object(value, at, &["id"], &keys);
    }

    fn result(value: &Value, at: &str) {
        let locations: Check = |value, at| each(value, at, location);
        let suppressions: Check = |value, at| each(value, at, suppression);
        let keys: [(&str, Check); 7] = [
            ("ruleId", text),
            ("ruleIndex", index),
            ("level", level),
            ("message", message),
            ("locations", locations),
            ("relatedLocations", locations),
            ("suppressions", suppressions),
        ];
        object(value, at, &["message"], &keys);
    }

    fn location(value: &Value, at: &str) {
        let keys: [(&str, Check); 3] =
            [("id", index), ("message", message), ("physicalLocation", physical)];
        object(value, at, &[], &keys);
    }

    fn physical(value: &Value, at: &str) {
        let artifact: Check =
            |value, at| object(value, at, &[], &[("uri", uri), ("uriBaseId", text)]);
        object(
            value,
            at,
            &["artifactLocation"],
            &[("artifactLocation", artifact), ("region", region)],
        );
    }

    fn region(value: &Value, at: &str) {
        let keys: [(&str, Check); 3] =
            [("startLine", positive), ("startColumn", positive), ("endColumn", positive)];
        object(value, at, &[], &keys);
    }

    fn suppression(value: &Value, at: &str) {
        let kind: Check = |value, at| one_of(value, at, &["inSource", "external"]);
        object(value, at, &["kind"], &[("kind", kind), ("justification", text)]);
    }
}

#[test]
fn sarif_is_what_the_standard_says() {
    let folder = homelab(
        "findings:\n  acknowledge:\n    - {code: storage/claim-unmounted, where: web/data, reason: on purpose}\n",
    );
    let report: Value =
        serde_json::from_str(&out(&run(folder.path(), &["--repo", ".", "--format", "sarif"])))
            .unwrap();
    sarif::log(&report);
    let results = report["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "apps/claim%20%C3%BC.yaml");
    let meant = results.iter().find(|one| one["ruleId"] == "storage/claim-unmounted").unwrap();
    assert_eq!(meant["suppressions"][0]["justification"], "on purpose");
}

#[test]
fn rendered_files_are_no_files_of_the_repository() {
    let folder = homelab("");
    fs::create_dir(folder.path().join("made")).unwrap();
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: stray, namespace: web}\n";
    fs::write(folder.path().join("made/stray.yaml"), service).unwrap();
    let with = |format: &str| {
        out(&run(folder.path(), &["--repo", ".", "--rendered", "made", "--format", format]))
    };
    let report: Value = serde_json::from_str(&with("sarif")).unwrap();
    sarif::log(&report);
    let results = report["runs"][0]["results"].as_array().unwrap();
    let stray = results.iter().find(|one| one["ruleId"] == "rendered/no-release").unwrap();
    let uri = &stray["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "README.md");
    let github = with("github");
    let line = github.lines().find(|line| line.contains("rendered/no-release")).unwrap();
    assert!(!line.contains("file="), "{line}");
    // People and scripts are told where it is all the same.
    assert!(with("json").contains("stray.yaml"));
}

#[test]
fn codes_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    for rule in RULES {
        let output = run(folder.path(), &["--explain", rule.code]);
        assert!(out(&output).starts_with(&format!("{} (", rule.code)), "{}", rule.code);
    }
    let output = run(folder.path(), &["--explain", "storage/backup-mising"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("did you mean `storage/backup-missing`?"), "{told}");
    assert!(out(&run(folder.path(), &["--explain"])).contains("yaml/syntax"));
}

#[test]
fn the_built_in_example_has_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
}

fn clusters() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("RACKBOOK_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("clusters");
    if folder.is_dir() {
        return Some(folder);
    }
    let _ = writeln!(std::io::stderr(), "skipped: {} is not there", folder.display());
    None
}

/// `code path:line` of every finding in a repository of others, with its message.
fn found(name: &str) -> Option<Vec<(String, String, String)>> {
    let folder = clusters()?.join(name);
    let output = run(&folder, &["--repo", ".", "--format", "json"]);
    let report: Value = serde_json::from_str(&out(&output)).unwrap();
    sarif::log(
        &serde_json::from_str(&out(&run(&folder, &["--repo", ".", "--format", "sarif"]))).unwrap(),
    );
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |one: &Value| {
        let place = format!("{} {}:{}", text(&one["code"]), text(&one["path"]), one["line"]);
        (text(&one["severity"]), place, text(&one["message"]))
    };
    Some(report["findings"].as_array().unwrap().iter().map(one).collect())
}

#[test]
fn what_was_found_by_hand_is_found() {
    let Some(found) = found("prox-ops") else { return };
    let check = |code: &str, place: &str, message: &str| {
        let wanted = format!("{code} {place}");
        let is_there = found.iter().any(|(_, at, told)| *at == wanted && told.contains(message));
        assert!(is_there, "{wanted}: {message}\nof {found:#?}");
    };
    check(
        "flux/dependency-missing",
        "kubernetes/apps/ai/kserve/ks.yaml:13",
        "flux-system/knative-serving",
    );
    check(
        "flux/dependency-missing",
        "kubernetes/apps/kube-system/knative-serving/ks.yaml:12",
        "flux-system/cilium",
    );
    let attachments = "kubernetes/apps/network/network-attachments/app";
    for (name, pool) in [("dmz-vlan81", "dmz-pool"), ("iot-vlan62", "iot-pool")] {
        let file = format!("{attachments}/{name}.yaml");
        check("network/address-overlap", &format!("{file}:20"), pool);
        check("network/attachment-host-local", &format!("{file}:18"), "each of 12 nodes");
    }
    check(
        "network/pool-covers-machines",
        "kubernetes/apps/kube-system/cilium/app/networks.yaml:18",
        "15 nodes",
    );
    check("network/attachment-unused", &format!("{attachments}/dmz-vlan81.yaml:2"), "dmz-vlan81");
    check(
        "network/policy-second-interface",
        "kubernetes/apps/iot/home-assistant/app/helmrelease.yaml:78",
        "network/iot-vlan62",
    );
    check(
        "network/policy-dead-namespace",
        "kubernetes/apps/mcp/toolhive/app/networkpolicy.yaml:18",
        "9 network policies name the namespace `monitoring`",
    );
    check("versions/drift", "talos/talenv.yaml:2", "1.13.8");
    check("prose/node-unknown", "terraform/terraform.tfvars:179", "k8s-work-14");
    check(
        "gpu/oversubscribed",
        "kubernetes/apps/kube-system/nvidia-device-plugin/app/time-slicing-config.yaml:41",
        "6 requests",
    );
    let unreached = found.iter().filter(|(_, at, _)| at.starts_with("kustomize/file-unreached"));
    assert_eq!(unreached.count(), 7);
    check(
        "storage/claim-unmounted",
        "kubernetes/apps/ai/litellm/storage/pvc.yaml:7",
        "ai/litellm-data",
    );
    check(
        "images/no-digest",
        "kubernetes/apps/media/tautulli/app/newsletter-sync.yaml:190",
        "84 of 88",
    );
    check("network/namespace-open", "kubernetes/apps/cert-manager/namespace.yaml:5", "10 of 21");
    check("storage/backup-missing", "kubernetes/apps/ai/litellm/storage/pvc.yaml:7", "none of 47");
    check(
        "exposure/host-spelled-twice",
        "kubernetes/apps/health/glycemicgpt/app/httproute.yaml:10",
        "`glycemicgpt.${SECRET_DOMAIN}`",
    );
    // A shell's variable where nothing is substituted is right as it is.
    let variables = found
        .iter()
        .any(|(_, at, _)| at.contains("newsletter-sync.yaml") && at.starts_with("flux/"));
    assert!(!variables, "{found:#?}");
    let errors = found.iter().filter(|(severity, ..)| severity == "error");
    assert_eq!(errors.count(), 2, "the two dependencies alone");
}

#[test]
fn a_tidy_repository_has_no_error_and_few_findings() {
    let Some(found) = found("onedr0p") else { return };
    assert!(found.iter().all(|(severity, ..)| severity != "error"), "{found:#?}");
    assert!(found.len() < 8, "{found:#?}");
}

/// The page of the handbook that lists all findings.
fn manual() -> String {
    let mut text = include_str!("check/findings-head.md").to_owned();
    let mut area = "";
    for rule in RULES {
        if rule.area() != area {
            area = rule.area();
            let mut title = area.to_owned();
            title[..1].make_ascii_uppercase();
            let title = if area == "gpu" { "GPU".to_owned() } else { title };
            let _ = write!(text, "\n## {title}\n");
        }
        text.push_str(&described(rule));
    }
    text
}

fn described(rule: &Rule) -> String {
    let Rule { code, title, explanation, blind_spot, example, severity, .. } = rule;
    let severity = match severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    };
    let blind = match *blind_spot {
        "" => String::new(),
        text => format!("\nWhat it cannot see: {text}\n"),
    };
    let anchor = code.replace('/', "-");
    format!(
        "\n### `{code}` {{#{anchor}}}\n\n{title}. {severity}.\n\n{explanation}\n{blind}\n```yaml\n{example}\n```\n"
    )
}

/// `RACKBOOK_WRITE=1 cargo test --test check` writes the page.
#[test]
fn the_handbook_lists_every_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/guides/findings.md");
    if std::env::var_os("RACKBOOK_WRITE").is_some() {
        fs::write(&path, manual()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert!(
        written == manual(),
        "RACKBOOK_WRITE=1 cargo test --test check writes {}",
        path.display()
    );
}
