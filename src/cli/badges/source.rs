//! The configuration and what else a book is made of: [`Source`].
//!
//! In: paths and the environment. Out: a compiled book, however often it is asked for. Without a
//! configuration there is a built-in one that shows the facts of the repository at hand.
#![expect(clippy::disallowed_methods, reason = "imperative shell: reads files and variables")]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::facts;
use crate::badge::Facts;
use crate::badge::spec::{Config, Origin, ServerSpec};
use crate::cli::settings::Common;
use crate::prometheus::{Access, Options};
use crate::server::badges::{Book, BookError, Upstreams, read};

/// Where kromgo's image has it.
const DEFAULT: &str = "/config/config.yaml";

/// Where a handbook's repository has it.
const LOCAL: &str = "badges/badges.yaml";

/// Why there is no book.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`{path}` is wrong: {source}")]
    Wrong { path: String, source: BookError },
    #[error("the repository cannot be read: {message}")]
    Repository { message: String },
}

/// Where a configuration comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// A file that was named, or that stands where kromgo's image has it.
    Told(PathBuf),
    /// A file of the repository at hand.
    Found(PathBuf),
    /// There is none.
    BuiltIn,
}

/// What a book is made of, as it is on the disk now; equal ones make equal books.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inputs {
    pub(super) text: String,
    /// Files that the configuration and the environment name.
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Files to read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    place: Place,
    common: Common,
    environment: Environment,
}

impl Source {
    /// Chooses the configuration: as told, else the first of the two usual ones that exists.
    pub(super) fn find(told: Option<&Path>, common: &Common, environment: &Environment) -> Self {
        let local = common.site_folder().join(LOCAL);
        let place = match told {
            Some(path) => Place::Told(path.to_owned()),
            None if Path::new(DEFAULT).exists() => Place::Told(PathBuf::from(DEFAULT)),
            None if local.exists() => Place::Found(local),
            None => Place::BuiltIn,
        };
        Self { place, common: common.clone(), environment: environment.clone() }
    }

    /// The file, where there is one.
    pub(super) fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::Told(path) | Place::Found(path) => Some(path),
            Place::BuiltIn => None,
        }
    }

    /// The file's path, or what stands in its place, for messages.
    pub(super) fn name(&self) -> String {
        let built_in = "the built-in configuration";
        self.path().map_or_else(|| built_in.to_owned(), |path| path.display().to_string())
    }

    /// Everything that is read from files, as it is now.
    pub(super) fn inputs(&self) -> Result<Inputs, SourceError> {
        let text = match self.path() {
            Some(path) => text(path)?,
            None => String::new(),
        };
        let Environment { token_file, ca_file, .. } = &self.environment;
        let mut paths: Vec<String> = token_file.iter().chain(ca_file).cloned().collect();
        // A configuration that is wrong names nothing; compiling it tells what is wrong.
        let config = read(&text).ok();
        for server in config.iter().flat_map(|config| config.sources.values()) {
            let ServerSpec { basic_auth, bearer_token_file, ca_file, .. } = server;
            let password_file = basic_auth.iter().map(|(_, file)| file);
            paths.extend(password_file.chain(bearer_token_file).chain(ca_file).cloned());
        }
        let read = |path: String| Ok((PathBuf::from(&path), bytes(Path::new(&path))?));
        let files = paths.into_iter().map(read).collect::<Result<_, SourceError>>()?;
        Ok(Inputs { text, files })
    }

    /// Reads and compiles.
    pub(super) fn load(&self) -> Result<(Book, Inputs), SourceError> {
        let inputs = self.inputs()?;
        Ok((self.compile(&inputs)?, inputs))
    }

    /// The configuration, and the facts of the repository where it names any.
    pub(super) fn config(&self, inputs: &Inputs) -> Result<(Config, Facts), SourceError> {
        if self.place == Place::BuiltIn {
            let facts = self.facts()?;
            let text = facts::configuration(&facts);
            let config = read(&text).map_err(|error| self.wrong(error.into()))?;
            return Ok((config, facts));
        }
        let config = read(&inputs.text).map_err(|error| self.wrong(error.into()))?;
        let has_facts = config.badges.iter().any(|badge| badge.origin == Origin::Facts);
        let facts = if has_facts { self.facts()? } else { Facts::new() };
        Ok((config, facts))
    }

    /// Compiles what was read.
    pub(super) fn compile(&self, inputs: &Inputs) -> Result<Book, SourceError> {
        let (config, facts) = self.config(inputs)?;
        let upstreams = self.upstreams(&config, inputs);
        if upstreams.usual.is_none() {
            self.judge_lack(&config)?;
        }
        Book::new(config, &upstreams, &facts).map_err(|error| self.wrong(error))
    }

    fn wrong(&self, source: BookError) -> SourceError {
        SourceError::Wrong { path: self.name(), source }
    }

    fn facts(&self) -> Result<Facts, SourceError> {
        let read = facts::read(&self.common);
        read.map_err(|failure| SourceError::Repository { message: failure.to_string() })
    }

    /// Nothing says which server to ask. kromgo does not start then; a file that merely was found
    /// is served as far as it goes.
    fn judge_lack(&self, config: &Config) -> Result<(), SourceError> {
        let badges = config.badges.iter().map(|badge| &badge.origin);
        let origins = badges.chain(config.graphs.iter().map(|graph| &graph.origin));
        let n_lost = origins.filter(|origin| **origin == Origin::Prometheus).count();
        let is_empty = config.badges.is_empty() && config.graphs.is_empty();
        match &self.place {
            Place::Told(_) if n_lost > 0 || is_empty => Err(self.wrong(BookError::NoUrl)),
            Place::Found(_) if n_lost > 0 => {
                tracing::warn!(
                    entries = n_lost,
                    "no Prometheus is named; what needs one shows an error. Set `prometheus:` or \
                     KROMGO_PROMETHEUS_URL"
                );
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// How the servers of a configuration are reached.
    pub(super) fn upstreams(&self, config: &Config, inputs: &Inputs) -> Upstreams {
        let Environment { prometheus, headers, token_file, ca_file, query_timeout, .. } =
            &self.environment;
        let usual = prometheus.as_ref().or(config.prometheus.as_ref()).map(|url| Options {
            access: token_file.as_ref().map_or(Access::Url, |file| bearer(inputs.file(file))),
            headers: headers.clone(),
            authorities: ca_file.as_ref().map_or_else(Vec::new, |file| inputs.file(file).into()),
            timeout: *query_timeout,
            ..Options::new(url)
        });
        let named = config.sources.iter();
        let named = named.map(|(name, server)| (name.clone(), self.options(server, inputs)));
        Upstreams { usual, named: named.collect() }
    }

    fn options(&self, server: &ServerSpec, inputs: &Inputs) -> Options {
        let ServerSpec { url, basic_auth, bearer_token_file, headers, ca_file, timeout } = server;
        let access = match (basic_auth, bearer_token_file) {
            (Some((user, file)), _) => Access::Basic {
                user: user.clone(),
                password: String::from_utf8_lossy(inputs.file(file)).trim_end().to_owned(),
            },
            (None, Some(file)) => bearer(inputs.file(file)),
            (None, None) => Access::Url,
        };
        Options {
            access,
            headers: headers.clone(),
            authorities: ca_file.as_ref().map_or_else(Vec::new, |file| inputs.file(file).into()),
            timeout: timeout.filter(|it| !it.is_zero()).or(self.environment.query_timeout),
            ..Options::new(url)
        }
    }
}

impl Inputs {
    fn file(&self, path: &str) -> &[u8] {
        self.files.get(Path::new(path)).map_or(&[], Vec::as_slice)
    }
}

fn bearer(bytes: &[u8]) -> Access {
    Access::Bearer { token: String::from_utf8_lossy(bytes).trim().to_owned() }
}

fn text(path: &Path) -> Result<String, SourceError> {
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    let wrong = |source| SourceError::Unreadable { path: path.to_owned(), source };
    String::from_utf8(bytes(path)?).map_err(|error| wrong(invalid(error)))
}

fn bytes(path: &Path) -> Result<Vec<u8>, SourceError> {
    std::fs::read(path).map_err(|source| SourceError::Unreadable { path: path.to_owned(), source })
}

/// A variable of the environment.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Seconds since the epoch.
pub(super) fn now() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0.0, |since| since.as_secs_f64())
}
