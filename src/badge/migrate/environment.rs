//! Environment variables of older versions and their names today.
//!
//! In: nothing. Out: a table. It never looks at the environment.

/// Old names and today's; nothing where there is none.
pub(super) const VARIABLES: &[(&str, Option<&str>)] = &[
    ("PROMETHEUS_URL", Some("KROMGO_PROMETHEUS_URL")),
    ("SERVER_HOST", Some("KROMGO_SERVER_HOST")),
    ("SERVER_PORT", Some("KROMGO_SERVER_PORT")),
    ("SERVER_READ_TIMEOUT", Some("KROMGO_SERVER_READ_TIMEOUT")),
    ("SERVER_WRITE_TIMEOUT", Some("KROMGO_SERVER_WRITE_TIMEOUT")),
    ("SERVER_LOGGING", Some("KROMGO_SERVER_LOGGING")),
    ("HEALTH_HOST", Some("KROMGO_METRICS_HOST")),
    ("HEALTH_PORT", Some("KROMGO_METRICS_PORT")),
    ("QUERY_TIMEOUT", Some("KROMGO_QUERY_TIMEOUT")),
    ("LOG_LEVEL", Some("KROMGO_LOG_LEVEL")),
    ("LOG_FORMAT", Some("KROMGO_LOG_FORMAT")),
    ("RATELIMIT_*", None),
];

/// What is different besides names.
pub(super) const HELP: &str = "\
metrics are on port 8081 by default, not 8888; `/healthz` and `/readyz` are on the main port; mount \
the file as `/config/config.yaml`, not `/kromgo/config.yaml`; limit rates at the proxy in front";

/// The table as one sentence.
pub(super) fn sentence() -> String {
    let say = |(old, new): &(&str, Option<&str>)| match new {
        Some(new) => format!("`{old}` is `{new}`"),
        None => format!("`{old}` is gone"),
    };
    let all: Vec<_> = VARIABLES.iter().map(say).collect();
    format!("environment variables have new names: {}", all.join(", "))
}
