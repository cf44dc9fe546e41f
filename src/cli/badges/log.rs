//! The log of a server: lines of JSON or text on standard error.
//!
//! In: `KROMGO_LOG_LEVEL` and `KROMGO_LOG_FORMAT`. Out: a subscriber for the process.

use std::io;

use tracing::Level;
use tracing_subscriber::fmt;

/// Logs from now on; the first call counts.
pub(super) fn start(variable: impl Fn(&str) -> Option<String>) {
    let level = level(&variable("KROMGO_LOG_LEVEL").unwrap_or_default());
    let builder =
        fmt().with_max_level(level).with_writer(io::stderr).with_ansi(false).with_target(false);
    let is_text = variable("KROMGO_LOG_FORMAT").is_some_and(|format| format == "text");
    _ = if is_text { builder.try_init() } else { builder.json().flatten_event(true).try_init() };
}

/// Unknown words mean `info`.
fn level(text: &str) -> Level {
    match text.to_ascii_lowercase().as_str() {
        "debug" => Level::DEBUG,
        "warn" | "warning" => Level::WARN,
        "error" => Level::ERROR,
        _ => Level::INFO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_levels_mean_info() {
        assert_eq!(level("DEBUG"), Level::DEBUG);
        assert_eq!(level("error"), Level::ERROR);
        assert_eq!(level("loud"), Level::INFO);
        assert_eq!(level(""), Level::INFO);
    }
}
