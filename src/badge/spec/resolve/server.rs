//! The servers of `sources:`, and which of them an entry names.
//!
//! In: the file's map and names. Out: [`ServerSpec`]s and [`Origin`]s, or what is wrong. It never
//! reads the files that they name.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_saphyr::Spanned;

use super::super::check::{Checker, place, set, set_plain};
use super::super::raw::{self, Text};
use super::super::{Origin, ServerSpec};
use crate::badge::expr::quote;

/// Names that mean something else.
const RESERVED: [&str; 2] = ["prometheus", "facts"];

impl Checker<'_> {
    pub(super) fn servers(
        &mut self,
        servers: IndexMap<String, Spanned<raw::Server>>,
    ) -> BTreeMap<String, ServerSpec> {
        servers.into_iter().map(|(name, server)| self.server(name, server)).collect()
    }

    fn server(&mut self, name: String, server: Spanned<raw::Server>) -> (String, ServerSpec) {
        let (at, path) = (place(&server), format!("sources.{name}"));
        if RESERVED.contains(&name.as_str()) {
            self.wrong(format!("{path}: this name is taken, use another"), at);
        }
        let raw::Server { url, basic_auth, bearer_token_file, headers, ca_file, timeout } =
            server.value;
        let url = set(url).map(|url| url.value.clone());
        if url.is_none() {
            self.wrong(format!("{path}: url is required"), at);
        }
        let bearer_token_file = set_plain(bearer_token_file);
        if basic_auth.is_some() && bearer_token_file.is_some() {
            self.wrong(format!("{path}: use either basicAuth or bearerTokenFile"), at);
        }
        let spec = ServerSpec {
            url: url.unwrap_or_default(),
            basic_auth: basic_auth.map(|auth| (auth.username, auth.password_file)),
            bearer_token_file,
            headers: headers.unwrap_or_default().into_iter().collect(),
            ca_file: set_plain(ca_file),
            timeout: self.duration(set(timeout), &format!("{path}.timeout")),
        };
        (name, spec)
    }

    /// The origin that an entry names; [`Origin::Prometheus`] where it names none.
    pub(super) fn origin(&mut self, source: Text, path: &str) -> Origin {
        let Some(source) = set(source) else { return Origin::Prometheus };
        match source.value.as_str() {
            "prometheus" => Origin::Prometheus,
            "facts" => Origin::Facts,
            name => {
                if !self.sources.contains(name) {
                    let known: Vec<_> = RESERVED.into_iter().map(str::to_owned).collect();
                    let known = known.iter().chain(&self.sources).map(String::as_str);
                    let known = known.collect::<Vec<_>>().join(", ");
                    let message = format!("{path}: unknown source {}, use {known}", quote(name));
                    self.wrong(message, place(&source));
                }
                Origin::Named(name.to_owned())
            }
        }
    }
}
