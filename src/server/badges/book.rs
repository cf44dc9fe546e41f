//! A configuration compiled for serving: a [`Book`].
//!
//! In: a configuration, how its servers are reached, and what the repository says. Out: everything
//! that a request needs, looked up and compiled, or all that is wrong. It dials nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;

use super::counters::{Counters, Format, Kind, Requests};
use super::fetch::Fetched;
use super::looks::Looks;
use super::memory::{Memory, Warned};
use crate::badge::expr::{Program, quote};
use crate::badge::graph::{self, Options, Theme, Window};
use crate::badge::spec::{
    BadgeSpec, Config, ConfigError, GraphSpec, Known, MarkLine, Origin, Problem, parse,
};
use crate::badge::value::{Programs, check_expressions, compile_ticks};
use crate::badge::{Facts, Font, Icon, Style, icon};
use crate::diagnostic::closest;
use crate::prometheus::{Answer, Client, Options as ClientOptions, QueryError};

/// How the servers are reached.
#[derive(Clone, Default)]
pub struct Upstreams {
    /// That of entries which name none; absent where nothing says it.
    pub usual: Option<ClientOptions>,
    /// Those of `sources:`.
    pub named: BTreeMap<String, ClientOptions>,
}

/// Why there is no book.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Neither the file nor the environment says where to ask.
    #[error("no prometheus url provided")]
    NoUrl,
    /// A client cannot be made.
    #[error("{name}: {source}")]
    Client {
        /// Its key in the file.
        name: String,
        /// Why.
        source: QueryError,
    },
}

/// Who is asked for an entry's value.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// A server.
    Server(Box<Client>),
    /// Nobody: it is known.
    Known(Arc<Fetched>),
    /// Nothing says whom.
    Nobody,
}

/// A compiled configuration.
#[derive(Debug)]
pub struct Book {
    pub(super) config: Config,
    badges: BTreeMap<String, Arc<BadgeEntry>>,
    /// Badges that stand for one per value of a label.
    templates: Vec<Arc<BadgeEntry>>,
    graphs: BTreeMap<String, Arc<GraphEntry>>,
    pub(super) favicon: Option<(&'static str, Bytes)>,
    /// Whether there is a server for entries that name none.
    has_usual: bool,
}

/// A badge with all it needs.
#[derive(Debug)]
pub(super) struct BadgeEntry {
    pub(super) spec: BadgeSpec,
    pub(super) programs: Programs,
    pub(super) icon: Option<Icon>,
    pub(super) font: Font,
    pub(super) style: Style,
    pub(super) asked: Asked,
    /// The key of its value.
    pub(super) key: String,
    /// Seconds for which its answers may be kept.
    pub(super) max_age: u32,
    pub(super) requests: Arc<Requests>,
    pub(super) memory: Memory<Looks>,
    pub(super) warned: Warned,
}

/// A graph with all it needs.
#[derive(Debug)]
pub(super) struct GraphEntry {
    pub(super) spec: GraphSpec,
    pub(super) ticks: Option<Program>,
    theme: Theme,
    marks: Vec<graph::MarkLine>,
    pub(super) asked: Asked,
    /// Seconds for which its answers may be kept.
    pub(super) max_age: u32,
    pub(super) requests: Arc<Requests>,
    /// By format, window and looks.
    pub(super) memory: Memory<(Format, String, String)>,
    pub(super) warned: Warned,
}

/// What drawings know by name.
pub const KNOWN: Known<'static> = Known {
    icon: &icon::exists,
    theme: &|name| Theme::named(name).is_some(),
    font: &|name| Font::from_name(name).is_some(),
};

/// Reads a configuration with all that needs no server.
pub fn read(text: &str) -> Result<Config, ConfigError> {
    let config = parse(text, &KNOWN)?;
    check_expressions(&config)?;
    Ok(config)
}

impl Book {
    /// Compiles a configuration. Without a server for entries that name none, these say so.
    pub fn new(config: Config, upstreams: &Upstreams, facts: &Facts) -> Result<Self, BookError> {
        unknown_facts(&config, facts)?;
        let clients = clients(upstreams)?;
        let asked = |origin: &Origin, query: &str| match origin {
            Origin::Facts => facts.get(query).map_or(Asked::Nobody, known),
            other => {
                clients.get(other).map_or(Asked::Nobody, |it| Asked::Server(Box::new(it.clone())))
            }
        };
        let mut badges = BTreeMap::new();
        let mut templates = vec![];
        for spec in &config.badges {
            let entry = badge(spec, asked(&spec.origin, &spec.query), config.cache.max_age)?;
            if spec.for_each.is_some() {
                templates.push(entry);
            } else {
                badges.insert(spec.id.clone(), entry);
            }
        }
        let mut graphs = BTreeMap::new();
        for spec in &config.graphs {
            let entry = graph(spec, asked(&spec.origin, &spec.query), config.cache.max_age)?;
            graphs.insert(spec.id.clone(), entry);
        }
        let favicon = config.favicon.as_ref();
        let favicon = favicon.map(|it| (it.content_type, Bytes::from(it.bytes.clone())));
        let has_usual = upstreams.usual.is_some();
        Ok(Self { config, badges, templates, graphs, favicon, has_usual })
    }

    /// How many badges and graphs it has.
    pub fn len(&self) -> usize {
        self.badges.len() + self.templates.len() + self.graphs.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts requests for its entries there.
    pub(super) fn attach(&mut self, counters: &Counters) {
        let templates = self.templates.iter_mut();
        for entry in self.badges.values_mut().chain(templates) {
            let entry = Arc::get_mut(entry).expect("bug: a book is attached before it is shared");
            entry.requests = counters.requests(Kind::Badge, &entry.spec.id);
        }
        for (id, entry) in &mut self.graphs {
            let entry = Arc::get_mut(entry).expect("bug: a book is attached before it is shared");
            entry.requests = counters.requests(Kind::Graph, id);
        }
    }

    /// The badge of an id, with the part of the id that stands for a value, where it has one.
    pub(super) fn badge<'a>(&self, id: &'a str) -> Option<(&Arc<BadgeEntry>, Option<&'a str>)> {
        if let Some(entry) = self.badges.get(id) {
            return Some((entry, None));
        }
        let mut templates = self.templates.iter();
        templates.find_map(|entry| Some((entry, Some(entry.spec.slug_in(id)?))))
    }

    /// Whether something says whom to ask for entries of an origin.
    pub(super) fn can_ask(&self, origin: &Origin) -> bool {
        *origin != Origin::Prometheus || self.has_usual
    }

    /// Badges that stand for many.
    pub(super) fn templates(&self) -> &[Arc<BadgeEntry>] {
        &self.templates
    }

    pub(super) fn graph(&self, id: &str) -> Option<&Arc<GraphEntry>> {
        self.graphs.get(id)
    }
}

impl GraphEntry {
    /// The looks that the configuration gives it.
    pub(super) fn options(&self) -> Options<'static> {
        Options {
            width: self.spec.width,
            height: self.spec.height,
            legend: self.spec.legend,
            fill: self.spec.fill,
            theme: self.theme,
            y_min: self.spec.y_min,
            y_max: self.spec.y_max,
            mark_lines: self.marks.clone(),
            font: self.spec.font.as_deref().and_then(Font::from_name),
            format_tick: None,
            utc_offset: 0,
        }
    }
}

/// Facts that badges name and the repository does not have.
fn unknown_facts(config: &Config, facts: &Facts) -> Result<(), ConfigError> {
    let badges = config.badges.iter().filter(|badge| badge.origin == Origin::Facts);
    let unknown = badges.filter(|badge| !facts.contains_key(&badge.query));
    let problem = |badge: &BadgeSpec| {
        let near = closest(&badge.query, facts.keys().map(String::as_str));
        let help = near.map_or_else(
            || "`rackbook facts` lists them".to_owned(),
            |near| format!("did you mean {}?", quote(near)),
        );
        let (id, query) = (quote(&badge.id), quote(&badge.query));
        let message = format!("badge {id}: the repository has no fact {query}; {help}");
        Problem { message, place: badge.query_at }
    };
    ConfigError::of(unknown.map(problem).collect()).map_or(Ok(()), Err)
}

/// Clients by whom they ask; nothing is dialled.
pub fn clients(upstreams: &Upstreams) -> Result<BTreeMap<Origin, Client>, BookError> {
    let usual = upstreams.usual.iter().map(|it| (Origin::Prometheus, "prometheus".to_owned(), it));
    let named = upstreams.named.iter();
    let named =
        named.map(|(name, it)| (Origin::Named(name.clone()), format!("sources.{name}"), it));
    let client = |(origin, name, options): (Origin, String, &ClientOptions)| {
        let client = Client::new(options).map_err(|source| BookError::Client { name, source })?;
        Ok((origin, client))
    };
    usual.chain(named).map(client).collect()
}

fn known(sample: &crate::badge::Sample) -> Asked {
    let answer = Answer::Vector(vec![sample.clone()]);
    let window = Window { start: sample.time, end: sample.time, step: 0.0 };
    Asked::Known(Arc::new(Fetched { answer, window }))
}

fn badge(spec: &BadgeSpec, asked: Asked, max_age: u32) -> Result<Arc<BadgeEntry>, ConfigError> {
    let memory = match &spec.for_each {
        Some(each) => Memory::of(each.max.saturating_mul(2)),
        None => Memory::default(),
    };
    Ok(Arc::new(BadgeEntry {
        programs: Programs::compile(spec)?,
        icon: spec.icon.as_deref().and_then(icon::find),
        font: Font::from_name(&spec.look.font).unwrap_or_default(),
        style: Style::from_name(&spec.look.style).unwrap_or_default(),
        asked,
        key: format!("{:?}\n{:?}\n{}", spec.origin, spec.kind, spec.query),
        max_age: spec.max_age.unwrap_or(max_age),
        spec: spec.clone(),
        requests: Arc::default(),
        memory,
        warned: Warned::default(),
    }))
}

fn graph(spec: &GraphSpec, asked: Asked, max_age: u32) -> Result<Arc<GraphEntry>, ConfigError> {
    let mark = |mark: &MarkLine| match mark {
        MarkLine::Average => graph::MarkLine::Average,
        MarkLine::Min => graph::MarkLine::Min,
        MarkLine::Max => graph::MarkLine::Max,
        MarkLine::Median => graph::MarkLine::Median,
    };
    Ok(Arc::new(GraphEntry {
        ticks: compile_ticks(spec)?,
        theme: spec.theme.as_deref().and_then(Theme::named).unwrap_or(Theme::DEFAULT),
        marks: spec.mark_lines.iter().map(mark).collect(),
        asked,
        max_age: spec.max_age.unwrap_or(max_age),
        spec: spec.clone(),
        requests: Arc::default(),
        memory: Memory::default(),
        warned: Warned::default(),
    }))
}
