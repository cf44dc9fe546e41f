//! A graph becomes a layout and an SVG.
