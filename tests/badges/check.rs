//! `rackbook badges check`: what it prints, in which form, and with which exit status.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use super::upstream::{Reply, vector};
use super::{CPU, Upstream};

/// Standard output, standard error and exit status.
type Said = (String, String, Option<i32>);

fn check(config: &str, arguments: &[&str]) -> Said {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("c.yaml"), config).expect("a file");
    run(folder.path(), arguments)
}

fn run(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rackbook"));
    command.args(["badges", "check", "--config", "c.yaml"]).args(arguments);
    let output = command.current_dir(folder).env_clear().output().expect("a program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

const WRONG: &str = "\
prometheus: http://127.0.0.1:1
badges:
  - id: cpu
    query: sum(rate(node_cpu[5m]) * 100
    colorExpr: 'colorScale(result, [75.0, 35.0], [\"green\", \"orange\", \"red\"])'
";

#[test]
fn findings_are_shown_in_their_line() {
    let (stdout, stderr, code) = check(WRONG, &[]);
    let expected = "\
error[badge/promql-syntax]: badge `cpu`: query: not PromQL: `(` is not closed
 --> c.yaml:4:15
  |
4 |     query: sum(rate(node_cpu[5m]) * 100
  |               ^

warning[badge/scale-order]: badge `cpu`: colorExpr: step 35 is never reached: 75 stands before it
 --> c.yaml:5:43
  |
5 |     colorExpr: 'colorScale(result, [75.0, 35.0], [\"green\", \"orange\", \"red\"])'
  |                                           ^^^^
  |
  = help: write the steps in ascending order

c.yaml: 1 error, 1 warning
";
    assert_eq!((stdout.as_str(), stderr.as_str(), code), ("", expected, Some(1)));
}

#[test]
fn warnings_alone_are_no_failure() {
    let config = WRONG.replace("* 100", "* 100)");
    let (_, stderr, code) = check(&config, &[]);
    assert!(stderr.ends_with("c.yaml: 1 warning\n") && code == Some(0), "{stderr}");
}

#[test]
fn notes_are_printed_on_request() {
    let config = format!("prometheus: http://127.0.0.1:1\n{CPU}");
    let (stdout, stderr, code) = check(&config, &[]);
    let expected =
        "c.yaml: 2 badges and graphs, nothing is wrong; 1 note (`--notes` prints them)\n";
    assert_eq!((stdout.as_str(), stderr.as_str(), code), (expected, "", Some(0)));
    let (_, stderr, code) = check(&config, &["--notes"]);
    assert!(stderr.contains("note[badge/many-series]") && code == Some(0), "{stderr}");
}

#[test]
fn annotations_name_line_and_column() {
    let (stdout, stderr, code) = check(WRONG, &["--format", "github"]);
    let expected = "\
::error file=c.yaml,line=4,col=15,title=badge/promql-syntax::badge `cpu`: query: not PromQL: `(` is not closed
::warning file=c.yaml,line=5,col=43,title=badge/scale-order::badge `cpu`: colorExpr: step 35 is never reached: 75 stands before it; write the steps in ascending order
";
    assert_eq!((stdout.as_str(), stderr.as_str(), code), (expected, "", Some(1)));
}

#[test]
fn json_is_one_object() {
    let (stdout, _, code) = check(WRONG, &["--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((&told["entries"], code), (&1.into(), Some(1)));
    assert_eq!(told["findings"][0]["code"], "badge/promql-syntax");
    assert_eq!(
        (&told["findings"][0]["line"], &told["findings"][0]["column"]),
        (&4.into(), &15.into())
    );
    assert!(told.get("live").is_none());
}

#[test]
fn an_address_may_be_filled_in_later() {
    let config = format!("prometheus: http://prometheus.{{{{ .Release.Namespace }}}}:9090\n{CPU}");
    let (stdout, stderr, code) = check(&config, &[]);
    assert!(stdout.contains("2 notes") && stderr.is_empty() && code == Some(0), "{stdout}{stderr}");
    let (_, stderr, code) = check(CPU, &["--notes"]);
    assert!(stderr.contains("note[badge/no-server]") && code == Some(0), "{stderr}");
}

#[test]
fn older_schemas_are_told() {
    let (_, stderr, code) = check("metrics: []\n", &[]);
    assert!(stderr.contains("error[badge/configuration]") && code == Some(1), "{stderr}");
}

#[test]
fn live_answers_are_judged() {
    let upstream = Upstream::new(|asked| match asked.field("query") {
        "none" => vector(&[]),
        "many" => vector(&[(r#""a":"1""#, "1"), (r#""a":"2""#, "2")]),
        "same" => vector(&[(r#""a":"1""#, "1"), (r#""a":"2""#, "1")]),
        "nan" => vector(&[("", "NaN")]),
        "scalar(x)" => super::upstream::data("scalar", "[1,\"1\"]"),
        "refused" => Reply::Status(
            400,
            r#"{"status":"error","errorType":"bad_data","error":"why"}"#.to_owned(),
        ),
        _ => super::upstream::usual(asked),
    });
    let mut config = format!("prometheus: {}\nbadges:\n", upstream.url);
    for (id, rest) in [
        ("good", "query: good, valueExpr: 'string(result) + \"%\"', colorExpr: '\"red\"'"),
        ("none", "query: none"),
        ("many", "query: many"),
        ("same", "query: same"),
        ("nan", "query: nan"),
        ("scalar", "query: scalar(x)"),
        ("refused", "query: refused"),
        ("label", "query: label, valueExpr: 'labels[\"missing\"]'"),
        ("span", "query: span, type: range, range: {last: 1h, reduce: max}"),
    ] {
        config.extend(["  - {id: ", id, ", ", rest, "}\n"]);
    }
    config += "graphs:\n  - {id: good, query: good}\n";
    let (stdout, stderr, code) = check(&config, &["--live"]);
    assert_eq!(code, Some(1), "{stdout}{stderr}");
    let cells: Vec<Vec<_>> = stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(cells[0], ["id", "message", "colour", "series", "time"]);
    assert_eq!(cells[1][..4], ["good", "17.5%", "red", "1"]);
    assert_eq!(cells[3][..4], ["many", "1", "-", "2"]);
    assert_eq!(cells[7][..4], ["refused", "-", "-", "-"]);
    assert_eq!(cells[9][..4], ["span", "20", "-", "1"]);
    assert_eq!(cells[10][..4], ["good", "(graph)", "-", "-"]);
    for told in [
        "warning[badge/no-data]: badge `none`",
        "warning[badge/many-series]: badge `many`: query: it gave 2 series",
        "warning[badge/not-finite]: badge `nan`",
        "error[badge/result-type]: badge `scalar`",
        "error[badge/query-failed]: badge `refused`: query: Prometheus refused with status 400: bad_data: why",
        "error[badge/expression-failed]: badge `label`",
    ] {
        assert!(stderr.contains(told), "`{told}` is missing: {stderr}");
    }
    for id in ["good", "same", "span"] {
        assert!(!stderr.contains(&format!("badge `{id}`")), "{stderr}");
    }
    assert_eq!(upstream.asked().len(), 10);
}

#[test]
fn a_server_that_is_away_is_one_error() {
    let config = format!("prometheus: http://127.0.0.1:1\n{CPU}");
    let (stdout, stderr, code) = check(&config, &["--live"]);
    assert_eq!((stderr.matches("error[").count(), code), (1, Some(1)), "{stderr}");
    assert!(
        stderr.contains("badge/unreachable") && stderr.contains("(2 of 2 queries)"),
        "{stderr}"
    );
    assert_eq!(stdout.lines().count(), 3);
}

#[test]
fn real_files_are_clean() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/kromgo/configs");
    let Ok(files) = std::fs::read_dir(&folder) else {
        // Written past the test harness, which shows what passing tests print to nobody.
        _ = writeln!(std::io::stderr(), "skipped: {} is not there", folder.display());
        return;
    };
    for path in files.map(|file| file.expect("a file").path()) {
        let text = std::fs::read_to_string(&path).expect("a text");
        if text.contains("\nmetrics:") {
            continue;
        }
        let (stdout, stderr, code) = check(&text, &[]);
        assert!(
            stdout.contains("nothing is wrong") && code == Some(0),
            "{}: {stderr}",
            path.display()
        );
    }
}
