//! Views: which facts of a [`Cluster`](crate::inventory::Cluster) become which boxes and lines.
//!
//! In: the inventory. Out: a [`Diagram`](super::Diagram) each. The engine places what they give.

mod network;

pub use network::network;
