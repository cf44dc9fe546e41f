//! Rackbook turns a homelab's GitOps repository into its handbook.

pub mod cli;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod diagram;
pub mod gitops;
pub mod inventory;
pub mod output;
pub mod server;
pub mod site;
pub mod source;
