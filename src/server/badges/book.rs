//! A configuration compiled for serving: a [`Book`].
//!
//! In: the text of a configuration file and how its server is reached. Out: everything that a
//! request needs, looked up and compiled, or all that is wrong. It dials nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;

use super::counters::{Counters, Format, Kind, Requests};
use super::memory::{Memory, Warned};
use crate::badge::expr::Program;
use crate::badge::graph::{self, Options, Theme};
use crate::badge::spec::{BadgeSpec, Config, ConfigError, GraphSpec, Known, MarkLine, parse};
use crate::badge::value::{Programs, check_expressions, compile_ticks};
use crate::badge::{Font, Icon, Style, icon};
use crate::prometheus::{Access, Client, Options as ClientOptions, QueryError};

/// How the server of the values is reached, beside what the file says.
#[derive(Clone, Debug, Default)]
pub struct Upstream {
    /// Wins over the address in the file.
    pub url: Option<String>,
    /// How it knows us.
    pub access: Access,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Trusted certificates in PEM, beside the system's.
    pub authorities: Vec<u8>,
    /// Limit for one query; `None` is no limit.
    pub timeout: Option<Duration>,
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
    /// The client cannot be made.
    #[error(transparent)]
    Client(#[from] QueryError),
}

/// A compiled configuration.
#[derive(Debug)]
pub struct Book {
    pub(super) config: Config,
    pub(super) client: Client,
    badges: BTreeMap<String, Arc<BadgeEntry>>,
    graphs: BTreeMap<String, Arc<GraphEntry>>,
    pub(super) favicon: Option<(&'static str, Bytes)>,
}

/// A badge with all it needs.
#[derive(Debug)]
pub(super) struct BadgeEntry {
    pub(super) spec: BadgeSpec,
    pub(super) programs: Programs,
    pub(super) icon: Option<Icon>,
    pub(super) font: Font,
    pub(super) style: Style,
    /// The key of its value.
    pub(super) key: String,
    pub(super) requests: Arc<Requests>,
    pub(super) memory: Memory<(Format, Style)>,
    pub(super) warned: Warned,
}

/// A graph with all it needs.
#[derive(Debug)]
pub(super) struct GraphEntry {
    pub(super) spec: GraphSpec,
    pub(super) ticks: Option<Program>,
    theme: Theme,
    marks: Vec<graph::MarkLine>,
    pub(super) requests: Arc<Requests>,
    /// By format, window and looks.
    pub(super) memory: Memory<(Format, String, String)>,
    pub(super) warned: Warned,
}

impl Book {
    /// Reads and compiles a configuration.
    pub fn new(text: &str, upstream: &Upstream) -> Result<Self, BookError> {
        let known = Known {
            icon: &icon::exists,
            theme: &|name| Theme::named(name).is_some(),
            font: &|name| Font::from_name(name).is_some(),
        };
        let config = parse(text, &known)?;
        check_expressions(&config)?;
        let client = client(&config, upstream)?;
        let badges = config.badges.iter().map(|spec| Ok((spec.id.clone(), badge(spec)?)));
        let badges = badges.collect::<Result<_, ConfigError>>()?;
        let graphs = config.graphs.iter().map(|spec| Ok((spec.id.clone(), graph(spec)?)));
        let graphs = graphs.collect::<Result<_, ConfigError>>()?;
        let favicon = config.favicon.as_ref();
        let favicon = favicon.map(|it| (it.content_type, Bytes::from(it.bytes.clone())));
        Ok(Self { config, client, badges, graphs, favicon })
    }

    /// How many badges and graphs it has.
    pub fn len(&self) -> usize {
        self.badges.len() + self.graphs.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts requests for its entries there.
    pub(super) fn attach(&mut self, counters: &Counters) {
        for (id, entry) in &mut self.badges {
            let entry = Arc::get_mut(entry).expect("bug: a book is attached before it is shared");
            entry.requests = counters.requests(Kind::Badge, id);
        }
        for (id, entry) in &mut self.graphs {
            let entry = Arc::get_mut(entry).expect("bug: a book is attached before it is shared");
            entry.requests = counters.requests(Kind::Graph, id);
        }
    }

    pub(super) fn badge(&self, id: &str) -> Option<&Arc<BadgeEntry>> {
        self.badges.get(id)
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

fn client(config: &Config, upstream: &Upstream) -> Result<Client, BookError> {
    let url = upstream.url.as_ref().or(config.prometheus.as_ref()).ok_or(BookError::NoUrl)?;
    let options = ClientOptions {
        access: upstream.access.clone(),
        headers: upstream.headers.clone(),
        authorities: upstream.authorities.clone(),
        timeout: upstream.timeout,
        ..ClientOptions::new(url)
    };
    Ok(Client::new(&options)?)
}

fn badge(spec: &BadgeSpec) -> Result<Arc<BadgeEntry>, ConfigError> {
    Ok(Arc::new(BadgeEntry {
        programs: Programs::compile(spec)?,
        icon: spec.icon.as_deref().and_then(icon::find),
        font: Font::from_name(&spec.look.font).unwrap_or_default(),
        style: Style::from_name(&spec.look.style).unwrap_or_default(),
        key: format!("{:?}\n{}", spec.kind, spec.query),
        spec: spec.clone(),
        requests: Arc::default(),
        memory: Memory::default(),
        warned: Warned::default(),
    }))
}

fn graph(spec: &GraphSpec) -> Result<Arc<GraphEntry>, ConfigError> {
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
        spec: spec.clone(),
        requests: Arc::default(),
        memory: Memory::default(),
        warned: Warned::default(),
    }))
}
