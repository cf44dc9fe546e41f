//! What a picture may hold: elements, attributes and properties.
//!
//! In: nothing. Out: lists, from the SVG 2 specification, of what only draws.

/// Elements that draw, or that say what is drawn.
pub(super) const ELEMENTS: &[&str] = &[
    "svg", "g", "defs", "symbol", "use", "switch", "title", "desc", "a", "path", "rect", "circle",
    "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "image", "clipPath",
    "mask", "marker", "linearGradient", "radialGradient", "stop", "pattern", "filter", "feBlend",
    "feColorMatrix", "feComponentTransfer", "feComposite", "feDropShadow", "feFlood", "feFuncA",
    "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology",
    "feOffset",
];

/// Elements that show nothing, and that nobody misses.
pub(super) const SILENT: &[&str] = &["metadata", "style", "view", "cursor"];

/// Elements whose text is shown.
pub(super) const HOLDS_TEXT: &[&str] = &["text", "tspan", "textPath", "a", "title", "desc"];

/// Attributes of geometry.
pub(super) const ATTRIBUTES: &[&str] = &[
    "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr",
    "width", "height", "d", "points", "viewBox", "preserveAspectRatio", "offset", "rotate",
    "textLength", "lengthAdjust", "startOffset", "pathLength", "gradientUnits",
    "gradientTransform", "spreadMethod", "patternUnits", "patternContentUnits",
    "patternTransform", "clipPathUnits", "maskUnits", "maskContentUnits", "markerUnits",
    "markerWidth", "markerHeight", "refX", "refY", "orient", "filterUnits", "primitiveUnits",
    "in", "in2", "result", "mode", "operator", "values", "type", "stdDeviation", "k1", "k2", "k3",
    "k4", "radius", "slope", "intercept", "amplitude", "exponent", "tableValues", "aria-label",
    "aria-hidden", "role",
];

/// Properties, which are attributes too.
pub(super) const PAINT: &[&str] = &[
    "transform", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width",
    "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray",
    "stroke-dashoffset", "opacity", "color", "display", "visibility", "overflow", "clip-path",
    "clip-rule", "mask", "mask-type", "filter", "flood-color", "flood-opacity", "stop-color",
    "stop-opacity", "marker-start", "marker-mid", "marker-end", "paint-order", "vector-effect",
    "shape-rendering", "text-rendering", "image-rendering", "color-interpolation",
    "color-interpolation-filters", "font-family", "font-size", "font-style", "font-variant",
    "font-weight", "font-stretch", "letter-spacing", "word-spacing", "text-anchor",
    "text-decoration", "dominant-baseline", "alignment-baseline", "baseline-shift", "direction",
    "unicode-bidi", "writing-mode",
];

/// An id without what an attribute or a `url(…)` cannot hold.
pub(super) fn id(text: &str) -> String {
    let safe = |it: char| match it {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => it.to_string(),
        other => format!("_{:x}_", u32::from(other)),
    };
    text.chars().map(safe).collect()
}
