//! `/badges.json`: all badges at once, as JSON.
//!
//! In: parameters. Out: `{"badges":[…]}`, each as `/badges/{id}?format=json` gives it, in the order
//! of the configuration or of `?ids=a,b`. Hidden badges are there only where they are named; where
//! there is no gallery nothing is listed.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use tokio::task::JoinSet;

use super::app::App;
use super::ask::Parameters;
use super::badge;
use super::book::Book;
use super::counters::{Format, Kind};
use super::looks::Looks;
use super::respond::{self, Keep, Rendered};
use crate::badge::json;
use crate::badge::spec::BadgeSpec;
use crate::badge::value::Failure;

/// Badges in one answer.
const MAX_BADGES: usize = 500;

/// Badges that are asked for at once.
const PARALLEL: usize = 16;

/// Answers one request.
pub(super) async fn answer(
    app: &App,
    book: &Arc<Book>,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Response<Body> {
    let ids = match parameters.get("ids") {
        Some(ids) => ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        None if !book.config.gallery => return respond::not_found(),
        None => listed(app, book).await,
    };
    let parts = all(app, book, ids).await;
    let max_age = parts.iter().map(|part| part.max_age).min();
    let age = parts.iter().map(|part| part.age).max().unwrap_or_default();
    let keep = match max_age {
        _ if !book.config.cache.enabled => Keep::Never,
        _ if parts.iter().any(|part| part.is_brief) => Keep::Briefly,
        max_age => {
            Keep::For { seconds: max_age.unwrap_or(book.config.cache.max_age), age, stale: 0 }
        }
    };
    let bodies: Vec<&str> = parts.iter().map(|part| part.json.trim_end()).collect();
    let text = format!("{{\"badges\":[{}]}}\n", bodies.join(","));
    respond::success(&Rendered::new("application/json", text), keep, headers)
}

/// The ids of the badges that the gallery shows.
async fn listed(app: &App, book: &Book) -> Vec<String> {
    ids(app, book, |spec| !spec.hidden && book.can_ask(&spec.origin)).await
}

/// The ids of some badges, with those of members in place of the badge that stands for them.
pub(super) async fn ids(
    app: &App,
    book: &Book,
    is_wanted: impl Fn(&BadgeSpec) -> bool + Send,
) -> Vec<String> {
    let mut ids = vec![];
    for spec in book.config.badges.iter().filter(|spec| is_wanted(spec)) {
        if spec.for_each.is_none() {
            ids.push(spec.id.clone());
            continue;
        }
        let Some(entry) = book.templates().iter().find(|entry| entry.spec.id == spec.id) else {
            continue;
        };
        match badge::fetched(app, book, entry).await {
            Ok(held) => {
                let members = badge::members(entry, &held.value);
                ids.extend(members.iter().map(|member| entry.spec.for_member(member).id));
            }
            // Told as an error under the id that stands for them.
            Err(_) => ids.push(spec.id.clone()),
        }
    }
    ids
}

/// One badge of the answer.
struct Part {
    json: String,
    max_age: u32,
    age: Duration,
    /// Whether it is old or an error.
    is_brief: bool,
}

async fn all(app: &App, book: &Arc<Book>, mut ids: Vec<String>) -> Vec<Part> {
    ids.truncate(MAX_BADGES);
    let mut parts: Vec<Option<Part>> = ids.iter().map(|_| None).collect();
    let mut waiting = ids.into_iter().enumerate();
    let mut asking = JoinSet::new();
    loop {
        while asking.len() < PARALLEL
            && let Some((idx, id)) = waiting.next()
        {
            let (app, book) = (app.clone(), Arc::clone(book));
            asking.spawn(async move { (idx, part(&app, &book, &id).await) });
        }
        match asking.join_next().await {
            Some(Ok((idx, part))) => parts[idx] = Some(part),
            Some(Err(_)) => {}
            None => return parts.into_iter().flatten().collect(),
        }
    }
}

async fn part(app: &App, book: &Book, id: &str) -> Part {
    let error = |failure: &Failure| Part {
        json: json::error(&respond::shown_id(id), &failure.reason),
        max_age: u32::MAX,
        age: Duration::ZERO,
        is_brief: true,
    };
    let Some((entry, slug)) = book.badge(id) else {
        app.shared.counters.unknown(Kind::Badge, Format::Json);
        return error(&Failure::not_found());
    };
    entry.requests.count(Format::Json);
    let looks = Looks::plain(entry, slug, Format::Json);
    match badge::made(app, book, entry, looks).await {
        Ok((rendered, held)) => Part {
            json: String::from_utf8_lossy(&rendered.body).into_owned(),
            max_age: entry.max_age,
            age: held.age,
            is_brief: held.is_stale,
        },
        Err(failure) => error(&failure),
    }
}
