//! A badge's specification and what its server answered become label, message and colour.
//!
//! In: [`BadgeSpec`], its compiled [`Programs`] and a [`Vector`] or [`Matrix`]. Out: an [`Outcome`] or
//! a [`Failure`], whose words are kromgo's. It never draws.

mod all;
mod each;

use std::collections::BTreeMap;

pub use all::{ALERTS, UP, Words};
pub use each::{Member, members};

use super::expr::{EvalError, ExprError, Program};
use super::spec::{BadgeSpec, Config, ConfigError, GraphSpec, Place, Problem, Reduce};
use super::{Matrix, Series, Vector};

/// The message of a badge whose query found nothing.
pub const NO_DATA: &str = "no data";

/// The compiled expressions of a badge.
#[derive(Clone, Debug)]
pub struct Programs {
    /// Makes the message.
    pub value: Program,
    /// Makes the colour.
    pub color: Option<Program>,
}

impl Programs {
    /// Compiles the expressions of one badge; the error names both where both are wrong.
    pub fn compile(spec: &BadgeSpec) -> Result<Programs, ConfigError> {
        let path = format!("badge {}", super::expr::quote(&spec.id));
        let mut problems = vec![];
        let mut compile = |source: &str, key: &str, at: Option<Place>| {
            let told = |error| problems.push(problem(&path, key, at, &error));
            Program::compile(source).map_err(told).ok()
        };
        let value = compile(&spec.value_expr, "valueExpr", spec.value_at);
        let color = spec.color_expr.as_deref().map(|it| compile(it, "colorExpr", spec.color_at));
        match (value, ConfigError::of(problems)) {
            (_, Some(error)) => Err(error),
            (None, None) => unreachable!("bug: no program and no problem"),
            (Some(value), None) => Ok(Programs { value, color: color.flatten() }),
        }
    }
}

/// Compiles the expression for the ticks of a graph.
pub fn compile_ticks(spec: &GraphSpec) -> Result<Option<Program>, ConfigError> {
    let path = format!("graph {}", super::expr::quote(&spec.id));
    let compiled = spec.value_expr.as_deref().map(Program::compile).transpose();
    compiled.map_err(|error| {
        let Problem { message, place } = problem(&path, "valueExpr", spec.value_at, &error);
        ConfigError::new(message, place)
    })
}

/// All that the expressions of a configuration have wrong.
pub fn check_expressions(config: &Config) -> Result<(), ConfigError> {
    let badges = config.badges.iter().filter_map(|spec| Programs::compile(spec).err());
    let graphs = config.graphs.iter().filter_map(|spec| compile_ticks(spec).err());
    let problems = badges.chain(graphs).flat_map(|error| error.problems().to_vec()).collect();
    ConfigError::of(problems).map_or(Ok(()), Err)
}

fn problem(path: &str, key: &str, place: Option<Place>, error: &ExprError) -> Problem {
    Problem { message: format!("{path}: {key}: {error}"), place }
}

/// What a badge shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Text of the left side; absent when the icon stands alone.
    pub label: Option<String>,
    /// The badge's title, else its id.
    pub title: String,
    /// Text of the right side.
    pub value: String,
    /// The colour as the expression gave it, a name or hex; not judged here.
    pub color: Option<String>,
    /// The number; absent when there is no data. May be NaN or infinite.
    pub result: Option<f64>,
    /// Labels of the sample, `__name__` included.
    pub labels: BTreeMap<String, String>,
    /// The points of a sparkline by time; empty where the badge has none.
    pub trend: Vec<f64>,
    /// What went wrong without keeping the badge from being shown; for the log.
    pub warning: Option<String>,
}

/// Why a badge or graph cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The HTTP status of formats other than pictures.
    pub status: u16,
    /// What readers see.
    pub reason: String,
    /// What only the log may see.
    pub detail: Option<String>,
}

impl Failure {
    fn new(status: u16, reason: impl Into<String>) -> Failure {
        Failure { status, reason: reason.into(), detail: None }
    }

    /// There is no badge or graph of that id.
    pub fn not_found() -> Failure {
        Failure::new(404, "Not Found")
    }

    /// The server did not answer, or with an error, which only the log sees.
    #[expect(clippy::needless_pass_by_value, reason = "so it fits `map_err`")]
    pub fn query(detail: impl ToString) -> Failure {
        Failure { detail: Some(detail.to_string()), ..Failure::new(500, "Query Error") }
    }

    /// The server answered with a scalar or text, or a matrix for a moment.
    pub fn unexpected_type() -> Failure {
        Failure::new(500, "Unexpected result type")
    }

    /// Nothing says which server to ask.
    pub fn no_source() -> Failure {
        Failure::new(500, "No Source")
    }

    /// An expression could not finish.
    pub fn expression(error: &EvalError) -> Failure {
        Failure { detail: Some(error.to_string()), ..Failure::new(500, "Expression Error") }
    }

    /// A picture could not be made.
    #[expect(clippy::needless_pass_by_value, reason = "so it fits `map_err`")]
    pub fn render(detail: impl ToString) -> Failure {
        Failure { detail: Some(detail.to_string()), ..Failure::new(500, "Render Error") }
    }

    /// A parameter of the request is wrong, such as `invalid duration "bogus"`.
    pub fn invalid_parameter(what: impl std::fmt::Display) -> Failure {
        Failure::new(400, format!("Invalid parameter: {what}"))
    }

    /// A graph may not show that much time.
    pub fn window_too_long() -> Failure {
        Failure::new(400, "Requested time window exceeds maximum allowed duration")
    }
}

/// The badge for the answer to an instant query: its first sample counts.
pub fn instant(spec: &BadgeSpec, programs: &Programs, vector: &Vector) -> Result<Outcome, Failure> {
    match vector.first() {
        Some(sample) => outcome(spec, programs, sample.value, &sample.labels),
        None => Ok(no_data(spec)),
    }
}

/// The badge for all samples of an instant query: how many of them are up.
pub fn up(spec: &BadgeSpec, programs: &Programs, vector: &Vector) -> Result<Outcome, Failure> {
    match all::up(vector) {
        Some(sample) => outcome(spec, programs, sample.value, &sample.labels),
        None => Ok(no_data(spec)),
    }
}

/// The badge for all samples of an instant query: how many alerts fire.
pub fn alerts(spec: &BadgeSpec, programs: &Programs, vector: &Vector) -> Result<Outcome, Failure> {
    let sample = all::alerts(vector);
    outcome(spec, programs, sample.value, &sample.labels)
}

/// The badge for the answer to a range query: its first series with any finite value counts.
pub fn range(
    spec: &BadgeSpec,
    programs: &Programs,
    how: Reduce,
    matrix: &Matrix,
) -> Result<Outcome, Failure> {
    let reduced = matrix.iter().find_map(|series| Some((reduce(series, how)?, series)));
    match reduced {
        Some((value, series)) => {
            let outcome = outcome(spec, programs, value, &series.labels)?;
            let points = series.points.iter().map(|(_, value)| *value);
            let trend = if spec.sparkline { points.collect() } else { vec![] };
            Ok(Outcome { trend, ..outcome })
        }
        None => Ok(no_data(spec)),
    }
}

/// One value of a series; nothing when it has no finite one.
pub fn reduce(series: &Series, how: Reduce) -> Option<f64> {
    let mut finite =
        series.points.iter().map(|(_, value)| *value).filter(|value| value.is_finite());
    match how {
        Reduce::First => finite.next(),
        Reduce::Last => finite.next_back(),
        Reduce::Min => finite.reduce(f64::min),
        Reduce::Max => finite.reduce(f64::max),
        Reduce::Sum => finite.reduce(|sum, value| sum + value),
        Reduce::Avg => {
            let (sum, n_values) = finite.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
            (n_values > 0.0).then(|| sum / n_values)
        }
    }
}

fn no_data(spec: &BadgeSpec) -> Outcome {
    Outcome {
        label: spec.label().map(str::to_owned),
        title: spec.name().to_owned(),
        value: NO_DATA.to_owned(),
        color: None,
        result: None,
        labels: BTreeMap::new(),
        trend: vec![],
        warning: None,
    }
}

fn outcome(
    spec: &BadgeSpec,
    programs: &Programs,
    result: f64,
    labels: &BTreeMap<String, String>,
) -> Result<Outcome, Failure> {
    let value = programs.value.eval(result, labels).map_err(|error| Failure::expression(&error))?;
    let color = programs.color.as_ref().map(|program| program.eval(result, labels)).transpose();
    let (color, warning) = match color {
        Ok(color) => (color, None),
        Err(error) => (None, Some(format!("colorExpr: {error}"))),
    };
    let result = Some(result);
    Ok(Outcome { value, color, result, labels: labels.clone(), warning, ..no_data(spec) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::badge::Sample;
    use crate::badge::spec::{Known, parse};

    const KNOWN: Known<'static> = Known { icon: &|_| true, theme: &|_| true, font: &|_| true };

    fn spec(settings: &str) -> BadgeSpec {
        let text = format!("badges:\n  - id: cpu\n    query: up\n{settings}");
        let config = parse(&text, &KNOWN).unwrap_or_else(|error| panic!("{error}"));
        config.badges.into_iter().next().expect("one badge")
    }

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn sample(value: f64, pairs: &[(&str, &str)]) -> Sample {
        Sample { labels: labels(pairs), time: 0.0, value }
    }

    fn show(settings: &str, vector: &Vector) -> Result<Outcome, Failure> {
        let spec = spec(settings);
        let programs = Programs::compile(&spec).unwrap_or_else(|error| panic!("{error}"));
        instant(&spec, &programs, vector)
    }

    fn check(settings: &str, result: f64, value: &str, color: Option<&str>) {
        let outcome = show(settings, &vec![sample(result, &[("version", "v1.2.3")])]);
        let outcome = outcome.expect("an outcome");
        assert_eq!((outcome.value.as_str(), outcome.color.as_deref()), (value, color));
        assert_eq!(outcome.result.map(f64::to_bits), Some(result.to_bits()));
    }

    #[test]
    fn expressions_make_message_and_colour() {
        let cpu = "    valueExpr: string(result)+\"%\"\n    \
                   colorExpr: 'result<=50.0?\"green\":\"red\"'\n";
        check(cpu, 17.5, "17.5%", Some("green"));
        check(cpu, 80.0, "80%", Some("red"));
        check("", 17.5, "17.5", None);
        check("    valueExpr: humanizeDuration(result)\n", 9000.0, "2h30m", None);
        check("    valueExpr: labels[\"version\"]\n", 1.0, "v1.2.3", None);
        let health = "    valueExpr: 'result == 0.0 ? \"Healthy\" : \"Critical\"'\n    \
                      colorExpr: 'result == 0.0 ? \"green\" : \"red\"'\n";
        check(health, 0.0, "Healthy", Some("green"));
    }

    #[test]
    fn only_the_first_sample_counts() {
        let vector = vec![sample(2.0, &[("job", "node")]), sample(1.0, &[("job", "aaa")])];
        let outcome = show("", &vector).expect("an outcome");
        assert_eq!((outcome.value.as_str(), outcome.labels), ("2", labels(&[("job", "node")])));
    }

    #[test]
    fn nothing_found_is_no_failure() {
        let outcome = show("    colorExpr: '\"green\"'\n    title: CPU\n", &vec![]);
        let outcome = outcome.expect("an outcome");
        assert_eq!((outcome.value.as_str(), outcome.color), ("no data", None));
        assert_eq!((outcome.result, outcome.title.as_str()), (None, "CPU"));
    }

    #[test]
    fn a_message_that_cannot_be_made_is_a_failure() {
        let failure = show("    valueExpr: labels[\"missing\"]\n", &vec![sample(1.0, &[])]);
        let failure = failure.expect_err("no such label");
        assert_eq!((failure.status, failure.reason.as_str()), (500, "Expression Error"));
        assert!(failure.detail.is_some_and(|detail| detail.contains("missing")));
    }

    #[test]
    fn a_colour_that_cannot_be_made_is_left_out() {
        let outcome = show("    colorExpr: labels[\"missing\"]\n", &vec![sample(1.0, &[])]);
        let outcome = outcome.expect("an outcome");
        assert_eq!((outcome.value.as_str(), outcome.color), ("1", None));
        assert!(outcome.warning.is_some_and(|warning| warning.starts_with("colorExpr: ")));
    }

    fn series(values: &[f64]) -> Series {
        let points = values.iter().enumerate().map(|(idx, value)| (idx as f64, *value)).collect();
        Series { labels: labels(&[("n", &values.len().to_string())]), points }
    }

    #[test]
    fn series_are_reduced() {
        let rows = [
            (Reduce::First, 10.0),
            (Reduce::Last, 40.0),
            (Reduce::Min, 10.0),
            (Reduce::Max, 40.0),
            (Reduce::Sum, 100.0),
            (Reduce::Avg, 25.0),
        ];
        let with_gaps = series(&[f64::NAN, 10.0, 30.0, f64::INFINITY, 20.0, 40.0, f64::NAN]);
        for (how, expected) in rows {
            assert_eq!(reduce(&series(&[10.0, 30.0, 20.0, 40.0]), how), Some(expected), "{how:?}");
            assert_eq!(reduce(&with_gaps, how), Some(expected), "{how:?}");
            assert_eq!(reduce(&series(&[f64::NAN, f64::NEG_INFINITY]), how), None, "{how:?}");
            assert_eq!(reduce(&series(&[]), how), None, "{how:?}");
        }
    }

    #[test]
    fn the_first_series_with_values_counts() {
        let text = "    type: range\n    range: { last: 1h, reduce: avg }\n    \
                    valueExpr: string(result) + '% of ' + labels.n\n";
        let spec = spec(text);
        let programs = Programs::compile(&spec).expect("it compiles");
        let value = |matrix: Matrix| {
            range(&spec, &programs, Reduce::Avg, &matrix).expect("an outcome").value
        };
        assert_eq!(value(vec![series(&[10.0, 20.0, 30.0]), series(&[1.0])]), "20% of 3");
        assert_eq!(value(vec![series(&[f64::NAN]), series(&[10.0, 20.0])]), "15% of 2");
        assert_eq!(value(vec![series(&[f64::NAN])]), "no data");
        assert_eq!(value(vec![]), "no data");
    }

    #[test]
    fn expressions_that_are_wrong_keep_the_start_from_going_on() {
        let wrong = [
            "valueExpr: nope(",
            "valueExpr: result + 1.0",
            "valueExpr: result +",
            "valueExpr: result",
            "colorExpr: nope(result)",
        ];
        for settings in wrong {
            let error = Programs::compile(&spec(&format!("    {settings}\n"))).expect_err(settings);
            let told = error.to_string();
            let key = settings.split(':').next().expect("a key");
            assert!(told.starts_with(&format!("badge \"cpu\": {key}: ")), "{told}");
            assert!(told.ends_with("(line 4, column 16)"), "{told}");
        }
        let both = spec("    valueExpr: result\n    colorExpr: result\n");
        assert_eq!(Programs::compile(&both).expect_err("two").problems().len(), 2);
    }

    #[test]
    fn ticks_are_compiled_as_well() {
        let graphs = |expression: &str| {
            let text = format!("graphs:\n  - id: a\n    query: up\n    valueExpr: {expression}\n");
            parse(&text, &KNOWN).expect("it parses")
        };
        let config = graphs("string(result) + 'w'");
        assert!(compile_ticks(&config.graphs[0]).expect("it compiles").is_some());
        assert_eq!(check_expressions(&config), Ok(()));
        for wrong in ["nope(", "result + 1.0", "result"] {
            let error = check_expressions(&graphs(wrong)).expect_err(wrong).to_string();
            assert!(error.starts_with("graph \"a\": valueExpr: "), "{error}");
        }
    }

    #[test]
    fn failures_have_the_words_of_kromgo() {
        let rows = [
            (Failure::not_found(), 404, "Not Found"),
            (Failure::query("connection refused"), 500, "Query Error"),
            (Failure::unexpected_type(), 500, "Unexpected result type"),
            (Failure::render("no room"), 500, "Render Error"),
            (
                Failure::invalid_parameter("start must be before end"),
                400,
                "Invalid parameter: start must be before end",
            ),
            (
                Failure::window_too_long(),
                400,
                "Requested time window exceeds maximum allowed duration",
            ),
        ];
        for (failure, status, reason) in rows {
            assert_eq!((failure.status, failure.reason.as_str()), (status, reason));
        }
    }
}
