//! The environment variables that kromgo knows, and ours: [`Environment`].
//!
//! In: variables by name. Out: settings, or which variable is wrong. It reads the environment
//! through a function, so that it can be told one.

use std::time::Duration;

use crate::badge::graph::Zone;
use crate::badge::spec::parse_duration;

/// What the environment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Environment {
    /// `KROMGO_PROMETHEUS_URL`.
    pub(super) prometheus: Option<String>,
    /// `KROMGO_SERVER_HOST` and `KROMGO_SERVER_PORT`.
    pub(super) server: Place,
    /// `KROMGO_METRICS_HOST` and `KROMGO_METRICS_PORT`, unless `KROMGO_METRICS_ENABLED` is false.
    pub(super) metrics: Option<Place>,
    /// `KROMGO_SERVER_READ_TIMEOUT`; `None` is for ever.
    pub(super) read_timeout: Option<Duration>,
    /// `KROMGO_SERVER_WRITE_TIMEOUT`; `None` is for ever.
    pub(super) write_timeout: Option<Duration>,
    /// `KROMGO_SERVER_LOGGING`.
    pub(super) log_requests: bool,
    /// `KROMGO_QUERY_TIMEOUT`; `None` is for ever.
    pub(super) query_timeout: Option<Duration>,
    /// `RACKBOOK_BEARER_TOKEN_FILE`.
    pub(super) token_file: Option<String>,
    /// `RACKBOOK_CA_FILE`.
    pub(super) ca_file: Option<String>,
    /// `RACKBOOK_HEADERS`: `Name: value`, one a line.
    pub(super) headers: Vec<(String, String)>,
    /// `RACKBOOK_STALE_LIMIT`.
    pub(super) stale_limit: Duration,
    /// `TZ`; UTC where it names no zone, as in Go.
    pub(super) zone: Zone,
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Name or address; empty is every address of both families.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Environment {
    /// Reads the variables.
    pub(super) fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let get = |name: &str| get(name).filter(|text| !text.is_empty());
        let text = |name: &str| get(name).unwrap_or_default();
        let switch =
            |name: &str, default| get(name).map_or(Ok(default), |text| boolean(name, &text));
        let port = |name: &str, default: u16| match get(name) {
            Some(text) => {
                text.trim().parse().map_err(|_| format!("{name}: `{text}` is not a port"))
            }
            None => Ok(default),
        };
        let limit = |name: &str, default: u64| match get(name) {
            Some(text) => timeout(name, &text),
            None => Ok(Some(Duration::from_secs(default))),
        };
        let server =
            Place { host: text("KROMGO_SERVER_HOST"), port: port("KROMGO_SERVER_PORT", 8080)? };
        let metrics =
            Place { host: text("KROMGO_METRICS_HOST"), port: port("KROMGO_METRICS_PORT", 8081)? };
        let stale_limit = limit("RACKBOOK_STALE_LIMIT", 24 * 3600)?.unwrap_or_default();
        Ok(Self {
            prometheus: get("KROMGO_PROMETHEUS_URL"),
            server,
            metrics: switch("KROMGO_METRICS_ENABLED", true)?.then_some(metrics),
            read_timeout: limit("KROMGO_SERVER_READ_TIMEOUT", 15)?,
            write_timeout: limit("KROMGO_SERVER_WRITE_TIMEOUT", 60)?,
            log_requests: switch("KROMGO_SERVER_LOGGING", false)?,
            query_timeout: limit("KROMGO_QUERY_TIMEOUT", 30)?,
            token_file: get("RACKBOOK_BEARER_TOKEN_FILE"),
            ca_file: get("RACKBOOK_CA_FILE"),
            headers: headers(&text("RACKBOOK_HEADERS"))?,
            stale_limit,
            zone: Zone::parse(&text("TZ")).unwrap_or(Zone::UTC),
        })
    }
}

/// The spellings of Go's `strconv.ParseBool`.
fn boolean(name: &str, text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(format!("{name}: `{text}` is neither true nor false")),
    }
}

/// A duration in Go's words; zero and less are no limit.
fn timeout(name: &str, text: &str) -> Result<Option<Duration>, String> {
    let nanoseconds = parse_duration(text).map_err(|error| format!("{name}: {error}"))?;
    let duration = u64::try_from(nanoseconds).ok().map(Duration::from_nanos);
    Ok(duration.filter(|duration| !duration.is_zero()))
}

fn headers(text: &str) -> Result<Vec<(String, String)>, String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let pair = |line: &str| match line.split_once(':') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err("RACKBOOK_HEADERS: each line must be `Name: value`".to_owned()),
    };
    lines.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, String> {
        let found = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Environment::read(|name| found(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn defaults_are_kromgo_s() {
        let environment = read(&[]).expect("an environment");
        assert_eq!(environment.server, Place { host: String::new(), port: 8080 });
        assert_eq!(environment.metrics, Some(Place { host: String::new(), port: 8081 }));
        assert_eq!(environment.read_timeout, Some(Duration::from_secs(15)));
        assert_eq!(environment.write_timeout, Some(Duration::from_mins(1)));
        assert_eq!(environment.query_timeout, Some(Duration::from_secs(30)));
        assert!(!environment.log_requests);
    }

    #[test]
    fn variables_win() {
        let environment = read(&[
            ("KROMGO_SERVER_PORT", "9000"),
            ("KROMGO_METRICS_ENABLED", "false"),
            ("KROMGO_SERVER_WRITE_TIMEOUT", "0"),
            ("KROMGO_QUERY_TIMEOUT", "-1s"),
            ("KROMGO_SERVER_LOGGING", "1"),
            ("RACKBOOK_HEADERS", "X-Scope-OrgID: home\n"),
        ]);
        let environment = environment.expect("an environment");
        assert_eq!(environment.server.port, 9000);
        assert_eq!((environment.metrics, environment.write_timeout), (None, None));
        assert_eq!((environment.query_timeout, environment.log_requests), (None, true));
        assert_eq!(environment.headers, [("X-Scope-OrgID".to_owned(), "home".to_owned())]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, value) in [
            ("KROMGO_SERVER_PORT", "http"),
            ("KROMGO_METRICS_PORT", "70000"),
            ("KROMGO_SERVER_LOGGING", "yes"),
            ("KROMGO_QUERY_TIMEOUT", "soon"),
            ("RACKBOOK_HEADERS", "secret"),
        ] {
            assert!(read(&[(name, value)]).expect_err("an error").starts_with(name), "{name}");
        }
    }
}
