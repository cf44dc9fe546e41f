//! The steps of the action, run as a runner does: inputs in variables, outputs in files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{can_run, crawl, ours, skip};

const NEEDED: &[&str] = &["bash", "curl", "tar", "git"];

/// A runner with a copy of the example as its checkout.
struct Runner {
    folder: tempfile::TempDir,
}

/// What a step did.
struct Step {
    status: Option<i32>,
    log: String,
    /// `name=value`, one a line.
    outputs: String,
    summary: String,
}

impl Step {
    #[track_caller]
    fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{}", self.log);
        self
    }

    #[track_caller]
    fn says(self, part: &str) -> Self {
        assert!(self.log.contains(part), "`{part}` is missing from\n{}", self.log);
        self
    }

    #[track_caller]
    fn sums_up(self, part: &str) -> Self {
        assert!(self.summary.contains(part), "`{part}` is missing from\n{}", self.summary);
        self
    }

    #[track_caller]
    fn output(&self, name: &str) -> String {
        let start = format!("{name}=");
        let found = self.outputs.lines().find_map(|line| line.strip_prefix(&start));
        found.unwrap_or_else(|| panic!("no `{name}` in {}", self.outputs)).to_owned()
    }
}

impl Runner {
    fn new() -> Self {
        Self::of(&ours("examples/homelab"))
    }

    fn of(repository: &Path) -> Self {
        let runner = Self { folder: tempfile::tempdir().unwrap() };
        copy(repository, &runner.checkout());
        runner
    }

    fn checkout(&self) -> PathBuf {
        self.folder.path().join("checkout")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a step of the action in the checkout.
    fn step(&self, name: &str, inputs: &[(&str, &str)]) -> Step {
        self.step_in(&self.checkout(), name, inputs)
    }

    fn step_in(&self, checkout: &Path, name: &str, inputs: &[(&str, &str)]) -> Step {
        let (temporary, output, summary) =
            (self.path("temporary"), self.path("output"), self.path("summary"));
        fs::create_dir_all(&temporary).unwrap();
        fs::write(&output, "").unwrap();
        fs::write(&summary, "").unwrap();
        let ran = Command::new("bash")
            .arg(ours(&format!("deploy/action/{name}.sh")))
            .current_dir(checkout)
            .env("RUNNER_TEMP", temporary)
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GIT_CEILING_DIRECTORIES", self.folder.path())
            .env("RACKBOOK", env!("CARGO_BIN_EXE_rackbook"))
            .env("NO_COLOR", "1")
            .envs(inputs.iter().copied())
            .output()
            .unwrap();
        Step {
            status: ran.status.code(),
            log: log(&ran),
            outputs: fs::read_to_string(output).unwrap(),
            summary: fs::read_to_string(summary).unwrap(),
        }
    }

    fn git(&self, arguments: &[&str]) -> String {
        let ran = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.checkout())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", log(&ran));
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    }

    /// Writes a file of the checkout anew.
    fn edit(&self, path: &str, edit: impl Fn(&str) -> String) {
        let path = self.checkout().join(path);
        let text = fs::read_to_string(&path).unwrap();
        let edited = edit(&text);
        assert_ne!(text, edited, "the edit of {} does nothing", path.display());
        fs::write(path, edited).unwrap();
    }

    /// A folder of releases with version 9.8.7, whose program prints its name.
    fn releases(&self) -> String {
        let folder = self.path("releases/v9.8.7");
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("rackbook");
        fs::write(&program, "#!/bin/sh\necho the fake one\n").unwrap();
        let script = "chmod +x rackbook && for os in linux macos; do for cpu in x86_64 aarch64; do \
                      tar -czf rackbook-$cpu-$os.tar.gz rackbook; done; done && \
                      (sha256sum *.tar.gz || shasum -a 256 *.tar.gz) >SHA256SUMS";
        let ran = Command::new("bash").args(["-c", script]).current_dir(&folder).output().unwrap();
        assert!(ran.status.success(), "{}", log(&ran));
        format!("file://{}", self.path("releases").display())
    }
}

fn log(ran: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    text(&ran.stdout) + &text(&ran.stderr)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

const LINUX: &[(&str, &str)] =
    &[("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("RACKBOOK_VERSION", "v9.8.7")];

#[test]
fn the_program_of_a_release_is_installed() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let releases = runner.releases();
    let inputs = [LINUX, &[("RACKBOOK_RELEASES", releases.as_str())]].concat();
    let step = runner.step("install", &inputs).exits(0).says("the fake one");
    assert!(step.output("binary").ends_with("temporary/rackbook-9.8.7/rackbook"));
    // A checksum of your own wins over that of the release.
    let pinned = [inputs.as_slice(), &[("RACKBOOK_CHECKSUM", "abc")]].concat();
    let step = runner.step("install", &pinned).exits(2).says("and should be abc");
    assert_eq!(step.outputs, "");
}

#[test]
fn an_archive_that_was_tampered_with_is_not_unpacked() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let releases = runner.releases();
    let inputs = [LINUX, &[("RACKBOOK_RELEASES", releases.as_str())]].concat();
    let archive = runner.path("releases/v9.8.7/rackbook-x86_64-linux.tar.gz");
    let mut bytes = fs::read(&archive).unwrap();
    bytes.push(0);
    fs::write(&archive, bytes).unwrap();
    runner
        .step("install", &inputs)
        .exits(2)
        .says("the checksum of rackbook-x86_64-linux.tar.gz is");
    assert!(!runner.path("temporary/rackbook-9.8.7/rackbook").exists());
    fs::write(runner.path("releases/v9.8.7/SHA256SUMS"), "").unwrap();
    runner.step("install", &inputs).exits(2).says("does not name rackbook-x86_64-linux.tar.gz");
}

#[test]
fn what_cannot_be_installed_is_told() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let releases = runner.releases();
    let with = |pairs: &[(&str, &str)]| {
        let base = ("RACKBOOK_RELEASES", releases.as_str());
        runner.step("install", &[LINUX, &[base], pairs].concat())
    };
    with(&[("RUNNER_ARCH", "X86")]).exits(2).says("no release has a program for Linux on X86");
    with(&[("RACKBOOK_VERSION", "1.0/../../x")]).exits(2).says("is not a version");
    with(&[("RACKBOOK_VERSION", "1.0.0")]).exits(2).says("cannot download file://");
    with(&[("RACKBOOK_BINARY", "no/such")]).exits(2).says("there is no program `no/such`");
    // Without a version it is that of the action, which has no fake release.
    let own = format!("v{}/rackbook-x86_64-linux", env!("CARGO_PKG_VERSION"));
    with(&[("RACKBOOK_VERSION", "")]).exits(2).says(&own);
}

#[test]
fn findings_are_marked_and_counted() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let step = runner.step("check", &[]).exits(0).says("::warning file=kubernetes/");
    let warnings: usize = step.output("warnings").parse().unwrap();
    assert!(warnings > 0, "the example has warnings");
    step.sums_up(&format!("| 0 | {warnings} |"));
    runner.step("check", &[("RACKBOOK_STRICT", "true")]).exits(1).says("::warning file=");
    let wrong = [("RACKBOOK_ARGUMENTS", "--no-such-flag")];
    runner.step("check", &wrong).exits(2).says("::error title=rackbook::");
}

#[test]
fn arguments_are_lines_and_never_commands() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let input = "--verbose\n\n--cluster=$(touch caught) ; touch caught\n";
    runner.step("check", &[("RACKBOOK_ARGUMENTS", input)]);
    assert!(!runner.checkout().join("caught").exists());
}

#[test]
fn the_handbook_is_built_for_its_address() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let settings = runner.checkout().join("site/site.yaml");
    let before = fs::read_to_string(&settings).ok();
    let url = [("RACKBOOK_BASE_URL", "https://example.com/home-ops/")];
    let step = runner.step("build", &url).exits(0).sums_up("| pages | files | size |");
    let site = PathBuf::from(step.output("path"));
    let page = fs::read_to_string(site.join("index.html")).unwrap();
    let has_own = before.as_deref().is_some_and(|text| text.contains("\nurl:"));
    assert!(has_own || page.contains("https://example.com/home-ops/"), "{page}");
    let pages: usize = step.output("pages").parse().unwrap();
    assert!(pages > 10, "{pages} pages");
    // What was lent is given back.
    assert_eq!(fs::read_to_string(&settings).ok(), before);
    let wrong = [("RACKBOOK_BASE_URL", "https://example.com/\nout: /")];
    runner.step("build", &wrong).exits(2).says("is not the address of a site");
    assert_eq!(fs::read_to_string(&settings).ok(), before);
}

/// What the action builds for GitHub Pages, looked at page by page.
#[test]
fn every_link_leads_somewhere_below_a_path() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let step = runner.step("build", &[("RACKBOOK_BASE_URL", crawl::ADDRESS)]).exits(0);
    let broken = crawl::broken(Path::new(&step.output("path")), crawl::ADDRESS);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The same for repositories of other people, which have no settings of ours. They are no part of
/// this project: `../shared/clusters`, or `clusters` in what `RACKBOOK_SHARED` names.
#[test]
fn repositories_are_published_without_settings() {
    if !can_run(NEEDED) {
        return;
    }
    let shared = std::env::var_os("RACKBOOK_SHARED").map_or_else(|| ours("../shared"), Into::into);
    for name in ["prox-ops", "onedr0p"] {
        let repository = shared.join("clusters").join(name);
        if !repository.is_dir() {
            skip(&format!("{} is not there", repository.display()));
            continue;
        }
        let runner = Runner::of(&repository);
        let url = [("RACKBOOK_BASE_URL", crawl::ADDRESS)];
        let site = runner.step("build", &url).exits(0).output("path");
        let broken = crawl::broken(Path::new(&site), crawl::ADDRESS);
        assert!(broken.is_empty(), "{name}: {}", broken.join("\n"));
        let step = runner.step("check", &[]).sums_up("| errors | warnings |");
        assert!(step.status == Some(0) || step.status == Some(1), "{name}: {}", step.log);
    }
}

#[test]
fn settings_are_made_and_removed_where_there_are_none() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let _ = fs::remove_dir_all(runner.checkout().join("site"));
    let step = runner.step("build", &[("RACKBOOK_BASE_URL", "https://example.com/lab")]).exits(0);
    let page = fs::read_to_string(Path::new(&step.output("path")).join("index.html")).unwrap();
    assert!(page.contains("https://example.com/lab/"), "{page}");
    assert!(!runner.checkout().join("site").exists());
}

#[test]
fn blocks_that_are_not_current_fail_with_their_difference() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let readme = runner.checkout().join("README.md");
    fs::write(&readme, "# Lab\n\n<!-- rackbook:begin nodes -->\n<!-- rackbook:end -->\n").unwrap();
    runner.step("readme", &[]).exits(1).sums_up("Run `rackbook readme`").says("+|");
    let filled = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(["readme", "--repo", "."])
        .current_dir(runner.checkout())
        .output()
        .unwrap();
    assert!(filled.status.success(), "{}", log(&filled));
    let step = runner.step("readme", &[]).exits(0);
    assert_eq!(step.summary, "");
    runner.edit("README.md", |text| text.replacen("192.0.2.", "198.51.100.", 1));
    runner.step("readme", &[]).exits(1).sums_up("~~~diff").says("198.51.100.");
}

#[test]
fn a_pull_request_is_told_what_it_changes() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    runner.git(&["init", "-q", "-b", "main"]);
    runner.git(&["add", "-A"]);
    runner.git(&["commit", "-q", "-m", "before"]);
    let base = runner.git(&["rev-parse", "HEAD"]);
    let release = "kubernetes/apps/media/navidrome/app/helmrelease.yaml";
    runner.edit(release, |text| text.replace("0.59.0", "0.60.0"));
    runner.git(&["commit", "-q", "-a", "-m", "after"]);
    let step = runner.step("changes", &[("RACKBOOK_BASE", &base)]).exits(0);
    step.sums_up("What this pull request changes").sums_up("0.59.0").sums_up("0.60.0");
    let unknown = [("RACKBOOK_BASE", "0123456789012345678901234567890123456789")];
    let step = runner.step("changes", &unknown).exits(0).says("`fetch-depth: 0`");
    assert_eq!(step.summary, "");
}

#[test]
fn badges_are_written_into_the_handbook() {
    if !can_run(NEEDED) {
        return;
    }
    let runner = Runner::new();
    let site = PathBuf::from(runner.step("build", &[]).exits(0).output("path"));
    let badges = runner.checkout().join("badges");
    fs::create_dir_all(&badges).unwrap();
    let config = "badges:\n  - {id: nodes, source: facts, query: nodes}\n";
    fs::write(badges.join("badges.yaml"), config).unwrap();
    let site = site.to_str().unwrap();
    let step = runner.step("badges", &[("RACKBOOK_SITE", site)]).exits(0);
    let badge = fs::read_to_string(Path::new(site).join("badges/nodes.svg"));
    assert!(badge.is_ok_and(|text| text.contains("<svg")), "{}", step.log);
}

/// The settings of this repository say where its example is, and the steps let them.
#[test]
fn this_project_publishes_its_own_handbook() {
    if !can_run(NEEDED) {
        return;
    }
    if !ours(".git").exists() {
        skip("this is no checkout");
        return;
    }
    let runner = Runner::new();
    let step = runner.step_in(&ours(""), "build", &[]).exits(0);
    let site = PathBuf::from(step.output("path"));
    let guide = fs::read_to_string(site.join("guides/deploy.html")).unwrap();
    assert!(guide.contains("replicas"), "{guide}");
    assert!(site.join("hardware.html").exists(), "the example is shown");
    let broken = crawl::broken(&site, "https://rackbook.github.io/rackbook/");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let step = runner.step_in(&ours(""), "readme", &[]);
    assert_eq!(step.status, Some(0), "{}", step.log);
}

/// What action.yml hands to its steps and what they read are the same names.
#[test]
fn steps_read_what_the_action_gives() {
    let action = fs::read_to_string(ours("action.yml")).unwrap();
    for name in ["install", "changes", "check", "readme", "build", "badges"] {
        let call = format!("deploy/action/{name}.sh\"'\n");
        let at = action.find(&call).unwrap_or_else(|| panic!("no step runs {name}.sh"));
        let step = action[at..].split("\n\n").next().unwrap();
        let script = fs::read_to_string(ours(&format!("deploy/action/{name}.sh"))).unwrap();
        let script = script + &fs::read_to_string(ours("deploy/action/lib.sh")).unwrap();
        let given = step.lines().filter_map(|line| line.trim().split_once(": ${{"));
        for (variable, _) in given {
            assert!(script.contains(variable), "{name}.sh does not read {variable}");
        }
        assert!(step.contains("RACKBOOK"), "{name}.sh is given nothing");
    }
    // No input may reach a script as its text.
    let runs: Vec<_> = action.lines().filter(|line| line.trim().starts_with("run:")).collect();
    assert_eq!(runs.len(), 6);
    assert!(runs.iter().all(|line| !line.contains("${{")), "{runs:?}");
}
