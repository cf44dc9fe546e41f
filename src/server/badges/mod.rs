//! The badge server: a [`Book`] of badges and graphs becomes HTTP.
//!
//! In: a compiled configuration, a clock and sockets. Out: badges and graphs as pictures and JSON,
//! the gallery, health and metrics. A request reads one immutable book, which a reload swaps as a
//! whole. Parameters of a request never reach a query.

mod app;
mod ask;
mod badge;
mod book;
mod bulk;
mod connection;
mod counters;
mod fetch;
mod gallery;
mod graph;
mod listen;
mod looks;
mod memory;
mod process;
mod respond;

pub use app::{App, Settings};
pub use badge::outcome;
pub use book::{Book, BookError, KNOWN, Upstreams, clients, read};
pub use connection::Patience;
pub use listen::{Limits, serve};
