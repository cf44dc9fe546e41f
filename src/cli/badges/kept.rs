//! Badges that can be kept as files without growing old: those of the repository's facts.
//!
//! In: the configuration of the repository at hand, or the built-in one. Out: all badges in its
//! order, with pictures where no Prometheus is needed. It asks no server.

use axum::Router;
use serde_json::Value;

use super::environment::Environment;
use super::render;
use super::source::{self, Source};
use crate::badge::spec::{BadgeSpec, Origin};
use crate::cli::Failure;
use crate::cli::settings::Common;
use crate::readme::Badge;
use crate::server::badges::{App, Settings};

/// All badges.
pub(in crate::cli) fn badges(common: &Common) -> Result<Vec<Badge>, Failure> {
    let wrong = |message: String| Failure::Usage(format!("the badges cannot be read: {message}"));
    let environment = Environment::read(|_| None).map_err(wrong)?;
    let source = Source::find(None, common, &environment);
    let inputs = source.inputs().map_err(|error| wrong(error.to_string()))?;
    let (config, _) = source.config(&inputs).map_err(|error| wrong(error.to_string()))?;
    let book = source.compile(&inputs).map_err(|error| wrong(error.to_string()))?;
    let settings = Settings {
        now: source::now,
        stale_limit: std::time::Duration::ZERO,
        patience: std::time::Duration::ZERO,
        zone: environment.zone.clone(),
        log_requests: false,
    };
    let app = App::new(book, settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Failure::Runtime { source })?;
    let router = app.router();
    let made = config.badges.iter().filter(|badge| badge.for_each.is_none() && !badge.hidden);
    Ok(made.map(|badge| runtime.block_on(one(&router, badge))).collect())
}

async fn one(router: &Router, badge: &BadgeSpec) -> Badge {
    let plain = Badge {
        id: badge.id.clone(),
        words: badge.title.clone().unwrap_or_else(|| badge.id.clone()),
        svg: None,
    };
    if badge.origin != Origin::Facts {
        return plain;
    }
    let (Ok(svg), Ok(shields)) = (
        render::badge(router, &badge.id, "svg").await,
        render::badge(router, &badge.id, "shields").await,
    ) else {
        return plain;
    };
    let shields: Value = serde_json::from_slice(&shields).unwrap_or_default();
    let word = |key: &str| shields[key].as_str().unwrap_or_default().to_owned();
    Badge { words: format!("{}: {}", word("label"), word("message")), svg: Some(svg), ..plain }
}
