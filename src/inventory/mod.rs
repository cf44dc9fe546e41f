//! Effective objects, Talos, Terraform and the inventory file → [`Cluster`].

mod attachments;
mod cursor;
mod declared;
mod drafts;
mod fact;
mod fleet;
mod gpu;
mod hardware;
mod links;
mod machine;
mod model;
mod natural;
mod network;
mod pools;
mod proxmox;
mod subnet;
mod talhelper;
mod talos;
mod topf;

pub use fact::{Fact, Source, Value, is_ciphertext, is_template};
pub use model::*;
