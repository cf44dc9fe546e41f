//! A badge or graph and the values for it become SVG, PNG and JSON.
//!
//! In: [`spec`]s from a configuration file in kromgo's schema, and [`Sample`]s. Out: pictures and
//! JSON. Pure: the same spec and sample give the same bytes; it never asks a server for anything.

pub mod color;
pub mod draw;
pub mod expr;
pub mod font;
pub mod graph;
pub mod icon;
pub mod json;
pub mod lint;
pub mod migrate;
pub mod png;
mod sample;
pub mod spec;
pub mod value;

pub use draw::{Picture, Scheme, Style};
pub use font::Font;
pub use icon::Icon;
pub use sample::{Facts, Matrix, Sample, Series, Vector};
