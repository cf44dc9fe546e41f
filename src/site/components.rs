//! What Markdown can call: `table(…)`, `diagram(…)`, `findings(…)` and `badge(…)`.
//!
//! In: the cluster, the theme and the arguments of a call. Out: HTML, the same that generated pages
//! show. A wrong argument is a [`CallError`] with a suggestion, never a panic.

mod badge;
mod drawn;

pub(super) use badge::badge;
pub(crate) use drawn::overlay;
pub(super) use drawn::{file, hand_written, mermaid};
use serde_json::{Map, Value};
use tera::Context;

use crate::audit::{self, Finding, Settled};
use crate::content::CallError;
use crate::diagnostic::Diagnostic;
use crate::diagram::views::{self, Subject, Takes, VIEWS, View};
use crate::inventory::Cluster;

use super::links::{AppPaths, Links};
use super::pages::{findings, picture};
use super::tables::{ALL, Make, Scope};
use super::view::Table;
use super::{Meta, Theme};

impl From<Box<Diagnostic>> for CallError {
    fn from(problem: Box<Diagnostic>) -> Self {
        Self { message: problem.message, help: problem.help }
    }
}

/// `table(of="nodes", where_namespace="media", columns=["node", "host"])`.
///
/// `of` names the list, `where_namespace` narrows it, `columns` chooses and orders its columns.
/// `root` is what links start with: `../` from a page one folder down, or `/` where the content
/// stage makes them relative itself.
pub fn table(
    cluster: &Cluster,
    meta: &Meta,
    theme: &Theme,
    args: &Map<String, Value>,
    root: &str,
) -> Result<String, CallError> {
    known_arguments("table", args, &["of", "where_namespace", "columns"])?;
    let of = text(args, "of")?.ok_or_else(|| {
        let error = CallError::new("`table` needs the argument `of`");
        error.suggest("", ALL.iter().map(|(name, ..)| *name))
    })?;
    let (make, narrows) = find(of)?;
    let namespace = text(args, "where_namespace")?;
    if let Some(name) = namespace {
        check_namespace(cluster, of, narrows, name)?;
    }
    let apps = AppPaths::new(cluster);
    let scope = Scope { namespace, ..Scope::new(cluster, Links::new(meta, &apps, root)) };
    let mut table = match columns(args)? {
        Some(keys) => select(make(scope), &keys)?,
        None => make(scope),
    };
    let mut context = Context::new();
    // Links name the rows of the generated pages; here the same table may stand twice.
    table.anchors.clear();
    if let Some(namespace) = namespace {
        table.label = format!("{}: {namespace}", table.label);
    }
    context.insert("value", &table);
    Ok(theme.component("table", &context)?)
}

/// `diagram(view="flux", namespace="media")`: a picture, or several where one would be too full.
pub fn diagram(
    cluster: &Cluster,
    meta: &Meta,
    theme: &Theme,
    args: &Map<String, Value>,
    root: &str,
) -> Result<String, CallError> {
    known_arguments("diagram", args, &["view", "file", "namespace", "app"])?;
    let names = || VIEWS.iter().map(|view| view.name);
    let name = text(args, "view")?.ok_or_else(|| {
        CallError::new("`diagram` needs the argument `view`").suggest("", names())
    })?;
    let view = views::find(name).ok_or_else(|| {
        CallError::new(format!("there is no diagram `{name}`")).suggest(name, names())
    })?;
    let (namespace, app) = (text(args, "namespace")?, text(args, "app")?);
    check_subject(cluster, view, namespace, app)?;
    let apps = AppPaths::new(cluster);
    let scope = Scope { namespace, app, ..Scope::new(cluster, Links::new(meta, &apps, root)) };
    let pictures = picture::pictures(scope, view);
    if pictures.is_empty() {
        return Ok(format!("<p class=\"none\">{}</p>", view.none));
    }
    let mut html = String::new();
    for picture in &pictures {
        let mut context = Context::new();
        context.insert("value", picture);
        if pictures.len() > 1 {
            html += &picture.heading();
        }
        html += &theme.component("picture", &context)?;
    }
    Ok(html)
}

/// Checks that a view takes what it is to be narrowed to, and that this exists.
fn check_subject(
    cluster: &Cluster,
    view: &View,
    namespace: Option<&str>,
    app: Option<&str>,
) -> Result<(), CallError> {
    let idle = |argument: &str| {
        let message = format!("`{}` takes no `{argument}`", view.name);
        Err(CallError { message, help: Some(format!("remove `{argument}`")) })
    };
    if namespace.is_some() && view.takes != Takes::Namespace {
        return idle("namespace");
    }
    if app.is_some() && view.takes != Takes::App {
        return idle("app");
    }
    views::check(cluster, view, Subject { namespace, app, overlay: None }).map_err(|unknown| {
        let error = CallError::new(unknown.message);
        error.suggest(&unknown.name, unknown.known.iter().map(String::as_str))
    })
}

/// `findings(of="storage")`: those of an area or code, or all.
pub fn findings(
    cluster: &Cluster,
    settled: &Settled,
    meta: &Meta,
    theme: &Theme,
    args: &Map<String, Value>,
    root: &str,
) -> Result<String, CallError> {
    known_arguments("findings", args, &["of"])?;
    let of = text(args, "of")?;
    if let Some(of) = of {
        let codes = audit::RULES.iter().map(|rule| rule.code);
        let names: Vec<&str> = audit::areas().into_iter().chain(codes).collect();
        if !names.contains(&of) {
            let error = CallError::new(format!("there are no findings of `{of}`"));
            return Err(error.suggest(of, names.into_iter()));
        }
    }
    let apps = AppPaths::new(cluster);
    let scope = Scope::new(cluster, Links::new(meta, &apps, root)).with_findings(settled);
    let fits = |finding: &Finding| of.is_none_or(|of| of == finding.code || of == finding.area());
    let blocks = findings::blocks(scope, fits);
    if blocks.is_empty() {
        return Ok("<p class=\"none\">Nothing was found.</p>".to_owned());
    }
    let mut context = Context::new();
    context.insert("value", &blocks);
    Ok(theme.component("findings", &context)?)
}

fn find(of: &str) -> Result<(Make, bool), CallError> {
    let found = ALL.iter().find(|(name, ..)| *name == of);
    found.map(|(_, make, narrows)| (*make, *narrows)).ok_or_else(|| {
        let error = CallError::new(format!("there is no table of `{of}`"));
        error.suggest(of, ALL.iter().map(|(name, ..)| *name))
    })
}

fn check_namespace(
    cluster: &Cluster,
    of: &str,
    narrows: bool,
    name: &str,
) -> Result<(), CallError> {
    if !narrows {
        let message = format!("`{of}` belong to no namespace, so `where_namespace` says nothing");
        let help = Some("remove `where_namespace`".to_owned());
        return Err(CallError { message, help });
    }
    let names: Vec<&str> = super::pages::apps::names(cluster)
        .into_iter()
        .chain(cluster.namespaces.iter().map(|namespace| namespace.name.as_str()))
        .collect();
    if names.contains(&name) {
        return Ok(());
    }
    let error = CallError::new(format!("there is no namespace `{name}`"));
    Err(error.suggest(name, names.into_iter()))
}

fn select(table: Table, keys: &[String]) -> Result<Table, CallError> {
    let known = table.keys();
    table.select(keys).map_err(|wrong| {
        let error = CallError::new(format!("this table has no column `{wrong}`"));
        error.suggest(&wrong, known.iter().map(String::as_str))
    })
}

fn known_arguments(
    function: &str,
    args: &Map<String, Value>,
    known: &[&'static str],
) -> Result<(), CallError> {
    match args.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(wrong) => {
            let error = CallError::new(format!("`{function}` has no argument `{wrong}`"));
            Err(error.suggest(wrong, known.iter().copied()))
        }
    }
}

fn text<'a>(args: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, CallError> {
    match args.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(CallError::new(format!("`{name}` takes a text in quotes"))),
    }
}

/// The argument `columns`: a list of names, or names with commas between them.
fn columns(args: &Map<String, Value>) -> Result<Option<Vec<String>>, CallError> {
    let wrong = || CallError::new("`columns` takes a list of column names");
    match args.get("columns") {
        None => Ok(None),
        Some(Value::String(text)) => {
            Ok(Some(text.split(',').map(|name| name.trim().to_owned()).collect()))
        }
        Some(Value::Array(items)) => {
            let names = items.iter().map(|item| item.as_str().map(str::to_owned));
            names.collect::<Option<Vec<_>>>().ok_or_else(wrong).map(Some)
        }
        Some(_) => Err(wrong()),
    }
}
