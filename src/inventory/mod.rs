//! Effective objects, Talos, Terraform and the inventory file → [`Cluster`].

mod fact;
mod model;

pub use fact::{Fact, Source, Value, is_ciphertext, is_template};
pub use model::*;
