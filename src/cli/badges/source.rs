//! The configuration file and what else a book is made of: [`Source`].
//!
//! In: paths and the environment. Out: a compiled book, however often it is asked for.
#![expect(clippy::disallowed_methods, reason = "imperative shell: reads files and variables")]

use std::io;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use crate::prometheus::Access;
use crate::server::badges::{Book, BookError, Upstream};

/// Where kromgo's image has it.
const DEFAULT: &str = "/config/config.yaml";

/// Where a handbook's repository has it.
const LOCAL: &str = "badges/badges.yaml";

/// Why there is no book.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`{}` is wrong: {source}", path.display())]
    Wrong { path: PathBuf, source: BookError },
}

/// Files to read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    path: PathBuf,
    token_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    upstream: Upstream,
}

impl Source {
    /// Chooses the file: as told, else the first of the two usual ones that exists.
    pub(super) fn find(told: Option<&Path>, environment: &Environment) -> Self {
        let usual = || if Path::new(DEFAULT).exists() { DEFAULT } else { LOCAL };
        let path = match told {
            Some(path) => path.to_owned(),
            None if Path::new(usual()).exists() => PathBuf::from(usual()),
            None => PathBuf::from(DEFAULT),
        };
        let upstream = Upstream {
            url: environment.prometheus.clone(),
            headers: environment.headers.clone(),
            timeout: environment.query_timeout,
            ..Upstream::default()
        };
        Self {
            path,
            token_file: environment.token_file.as_ref().map(PathBuf::from),
            ca_file: environment.ca_file.as_ref().map(PathBuf::from),
            upstream,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The file's text as it is now.
    pub(super) fn text(&self) -> Result<String, SourceError> {
        read(&self.path).and_then(|bytes| {
            let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
            let wrong = |source| SourceError::Unreadable { path: self.path.clone(), source };
            String::from_utf8(bytes).map_err(|error| wrong(invalid(error)))
        })
    }

    /// Reads and compiles; also gives the text.
    pub(super) fn load(&self) -> Result<(Book, String), SourceError> {
        let text = self.text()?;
        Ok((self.compile(&text)?, text))
    }

    /// Compiles a text that was read.
    pub(super) fn compile(&self, text: &str) -> Result<Book, SourceError> {
        let upstream = self.upstream()?;
        let wrong = |source| SourceError::Wrong { path: self.path.clone(), source };
        Book::new(text, &upstream).map_err(wrong)
    }

    /// How the server is reached, with what the files say.
    pub(super) fn upstream(&self) -> Result<Upstream, SourceError> {
        let mut upstream = self.upstream.clone();
        if let Some(path) = &self.token_file {
            let token = String::from_utf8_lossy(&read(path)?).into_owned();
            upstream.access = Access::Bearer { token };
        }
        if let Some(path) = &self.ca_file {
            upstream.authorities = read(path)?;
        }
        Ok(upstream)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, SourceError> {
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
