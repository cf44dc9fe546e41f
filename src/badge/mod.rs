//! A badge or graph and the values for it become SVG, PNG and JSON.
//!
//! In: [`Spec`]s from a configuration file in kromgo's schema, and [`Sample`]s. Out: pictures and
//! JSON. Pure: the same spec and sample give the same bytes; it never asks a server for anything.

pub mod graph;
pub mod png;
mod sample;

pub use sample::{Matrix, Sample, Series, Vector};
