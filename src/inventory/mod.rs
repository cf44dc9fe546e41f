//! Effective objects, Talos, Terraform and the inventory file → [`Cluster`].
//!
//! In: sources, documents and what Flux would apply. Out: one [`Cluster`] whose facts carry their
//! sources. One file for each source system; [`collect()`] joins them. Nothing is guessed: where two
//! things could belong together but no file says so, they stay apart.

mod access;
mod app_template;
mod apps;
mod attachments;
mod backup;
mod blind;
mod ceph;
mod chart_storage;
#[cfg(test)]
mod clusters;
mod collect;
mod context;
mod count;
mod cursor;
mod dashboards;
mod databases;
mod declared;
mod devices;
mod drafts;
mod fact;
mod fact_schema;
mod fleet;
mod gpu;
mod hardware;
mod image;
mod links;
mod machine;
mod model;
mod monitoring;
mod more;
mod mounts;
mod natural;
mod network;
mod persistence;
mod pools;
mod proxmox;
mod rendered;
mod renovate_schedule;
mod route;
mod scan;
mod schedules;
mod schematics;
mod storage;
mod subnet;
mod talhelper;
mod talos;
mod templates;
mod topf;
mod workload;

pub use collect::collect;
pub(crate) use collect::source_of;
pub(crate) use count::{MADE, is_backed_up, uncovered_claims};
pub use fact::{Fact, Source, Value, is_ciphertext, is_template};
pub use model::*;
