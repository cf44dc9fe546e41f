//! The colours and shapes of pictures: networks, gateways, storage, ground and ink, light and dark.
//!
//! In: ranks. Out: colours, shapes, CSS variables and tiny markers, which the site's tables use too
//! so that a network is one colour and one shape everywhere. It knows nothing of any cluster.

use std::fmt::Write as _;

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on light ground.
    Light,
    /// Light ink on dark ground.
    Dark,
}

/// One colour in both themes, each as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swatch {
    /// On light ground.
    pub light: &'static str,
    /// On dark ground.
    pub dark: &'static str,
}

impl Swatch {
    /// The colour in a theme.
    pub fn of(self, theme: Theme) -> &'static str {
        match theme {
            Theme::Light => self.light,
            Theme::Dark => self.dark,
        }
    }
}

const fn swatch(light: &'static str, dark: &'static str) -> Swatch {
    Swatch { light, dark }
}

/// Colours of networks by rank; a ninth network starts over.
pub const NETWORKS: [Swatch; 8] = [
    swatch("#2563b8", "#6aa5f8"),
    swatch("#2f7d32", "#6cc675"),
    swatch("#b4511c", "#f29564"),
    swatch("#7446c0", "#b79af2"),
    swatch("#0b7478", "#4fc4c8"),
    swatch("#b02a74", "#ee87bb"),
    swatch("#836010", "#dab458"),
    swatch("#56657a", "#a3b3c7"),
];

/// Places in [`NETWORKS`] that gateways take their colours from, so that the first gateways and the
/// first networks differ.
const GATEWAYS: [usize; 8] = [4, 5, 6, 3, 7, 0, 1, 2];

/// Colours of storage backends, quieter than those of networks.
pub const STORES: [Swatch; 4] = [
    swatch("#5a6472", "#9fabba"),
    swatch("#86603e", "#cda885"),
    swatch("#5f5c93", "#a9a6dd"),
    swatch("#4a6e5c", "#8fbfa6"),
];

/// Ground, surfaces, hairlines and ink, each with the name of its variable.
pub const NEUTRALS: [(Neutral, &str, Swatch); 10] = [
    (Neutral::Ground, "--dg-ground", swatch("#fcfcfa", "#121619")),
    (Neutral::Frame, "--dg-frame", swatch("#f4f5f3", "#191e22")),
    (Neutral::Card, "--dg-card", swatch("#ffffff", "#20262b")),
    (Neutral::Line, "--dg-line", swatch("#d9dcdb", "#353d44")),
    (Neutral::Ink, "--dg-ink", swatch("#1b2023", "#e7eaec")),
    (Neutral::Muted, "--dg-muted", swatch("#5a6369", "#a2adb5")),
    (Neutral::Wire, "--dg-wire", swatch("#7d878e", "#727e87")),
    (Neutral::Focus, "--dg-focus", swatch("#0f6e60", "#4cc2ae")),
    (Neutral::Error, "--dg-error", swatch("#ad3527", "#f0897a")),
    (Neutral::Warn, "--dg-warn", swatch("#8a5a00", "#e3b04b")),
];

/// A colour that stands for no thing of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Neutral {
    /// Behind everything.
    Ground,
    /// Boxes that hold others.
    Frame,
    /// Innermost boxes.
    Card,
    /// Hairlines around boxes.
    Line,
    /// Names.
    Ink,
    /// Details.
    Muted,
    /// Lines that stand for no coloured thing: quieter than words.
    Wire,
    /// Ring around what has the keyboard, and lines that stand out.
    Focus,
    /// What is wrong.
    Error,
    /// What is open and might not be meant to be.
    Warn,
}

/// What a colour stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// A network by its rank.
    Network(usize),
    /// A gateway by its place in natural order.
    Gateway(usize),
    /// A storage backend by its place in natural order.
    Store(usize),
    /// No thing of the cluster.
    Plain(Neutral),
}

impl Tone {
    /// Its colour in both themes.
    pub fn swatch(self) -> Swatch {
        match self {
            Self::Network(rank) => NETWORKS[rank % NETWORKS.len()],
            Self::Gateway(rank) => NETWORKS[GATEWAYS[rank % GATEWAYS.len()]],
            Self::Store(rank) => STORES[rank % STORES.len()],
            Self::Plain(neutral) => neutral_entry(neutral).2,
        }
    }

    /// The CSS variable that holds it.
    pub fn variable(self) -> String {
        match self {
            Self::Network(rank) => format!("--net-{}", rank % NETWORKS.len()),
            Self::Gateway(rank) => format!("--net-{}", GATEWAYS[rank % GATEWAYS.len()]),
            Self::Store(rank) => format!("--dg-store-{}", rank % STORES.len()),
            Self::Plain(neutral) => neutral_entry(neutral).1.to_owned(),
        }
    }
}

fn neutral_entry(neutral: Neutral) -> (Neutral, &'static str, Swatch) {
    NEUTRALS.into_iter().find(|entry| entry.0 == neutral).expect("bug: every neutral is listed")
}

/// A shape: the second cue beside colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Disc.
    Circle,
    /// Square.
    Square,
    /// Triangle on its base.
    Triangle,
    /// Square on its corner.
    Diamond,
    /// Triangle on its tip.
    TriangleDown,
    /// Plus sign.
    Plus,
    /// Hexagon.
    Hexagon,
    /// Lying bar.
    Bar,
    /// Drum: a backend.
    Drum,
    /// Two slabs, one above the other: a backend.
    Slabs,
    /// Cross: wrong.
    Cross,
    /// Padlock: something asks who it is.
    Lock,
}

/// Whether a shape is filled or only outlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fill {
    /// Filled: networks, and every other backend.
    Solid,
    /// Outlined: gateways, and every other backend.
    Hollow,
}

const SHAPES: [Shape; 8] = [
    Shape::Circle,
    Shape::Square,
    Shape::Triangle,
    Shape::Diamond,
    Shape::TriangleDown,
    Shape::Plus,
    Shape::Hexagon,
    Shape::Bar,
];

/// The shape that goes with a tone: networks are solid, gateways hollow, backends drums.
pub fn shape(tone: Tone) -> (Shape, Fill) {
    match tone {
        Tone::Network(rank) => (SHAPES[rank % SHAPES.len()], Fill::Solid),
        Tone::Gateway(rank) => (SHAPES[rank % SHAPES.len()], Fill::Hollow),
        Tone::Store(rank) => {
            let body = if rank % 4 < 2 { Shape::Drum } else { Shape::Slabs };
            (body, if rank % 2 == 0 { Fill::Solid } else { Fill::Hollow })
        }
        Tone::Plain(Neutral::Error) => (Shape::Cross, Fill::Solid),
        Tone::Plain(Neutral::Warn) => (Shape::Triangle, Fill::Solid),
        Tone::Plain(Neutral::Ink) => (Shape::Lock, Fill::Solid),
        Tone::Plain(Neutral::Muted) => (Shape::Diamond, Fill::Hollow),
        Tone::Plain(_) => (Shape::Circle, Fill::Solid),
    }
}

/// SVG path data of a shape in a square of 10 around the origin.
pub fn shape_path(shape: Shape) -> &'static str {
    match shape {
        Shape::Circle => "M-4 0a4 4 0 1 1 8 0a4 4 0 1 1-8 0z",
        Shape::Square => "M-3.5-3.5h7v7h-7z",
        Shape::Triangle => "M0-4L4.4 3.6H-4.4z",
        Shape::Diamond => "M0-4.8L4.8 0L0 4.8L-4.8 0z",
        Shape::TriangleDown => "M0 4L4.4-3.6H-4.4z",
        Shape::Plus => "M-1.5-4.3h3v2.8h2.8v3h-2.8v2.8h-3v-2.8h-2.8v-3h2.8z",
        Shape::Hexagon => "M-2.4-4.1H2.4L4.8 0L2.4 4.1H-2.4L-4.8 0z",
        Shape::Bar => "M-4.6-1.8h9.2v3.6h-9.2z",
        Shape::Drum => {
            "M-4-2.9a4 1.7 0 0 1 8 0a4 1.7 0 0 1-8 0zM-4-1a4 1.7 0 0 0 8 0v4a4 1.7 0 0 1-8 0z"
        }
        Shape::Cross => {
            "M-4-2.4L-2.4-4L0-1.6L2.4-4L4-2.4L1.6 0L4 2.4L2.4 4L0 1.6L-2.4 4L-4 2.4L-1.6 0z"
        }
        Shape::Lock => {
            "M-3.8-.8h7.6v5h-7.6zM-2.6-.8v-1.4a2.6 2.6 0 0 1 5.2 0v1.4h-1.4v-1.4a1.2 1.2 0 0 0-2.4 0v1.4z"
        }
        Shape::Slabs => "M-4.4-4.2h8.8v3.4h-8.8zM-4.4.8h8.8v3.4h-8.8z",
    }
}

/// The variables of all colours, for light and dark, as CSS for the theme.
///
/// `:root` holds the light ones; the dark ones apply where the reader's system asks for dark and
/// `data-theme` is not `light`, and where `data-theme` is `dark`. Also gives `.net-0` to `.net-7`
/// the colour of their network, which [`marker_svg`] relies on.
pub fn css_variables() -> String {
    let light = declarations(Theme::Light);
    let dark = declarations(Theme::Dark);
    let mut css = format!(
        ":root{{{light}}}\n\
         @media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n\
         :root[data-theme=dark]{{{dark}}}\n"
    );
    for rank in 0..NETWORKS.len() {
        let _ = write!(css, ".net-{rank}{{color:var(--net-{rank})}}");
    }
    css.push('\n');
    css
}

/// All variables of a theme as `--name:#rrggbb;…`.
pub(crate) fn declarations(theme: Theme) -> String {
    let networks = (0..NETWORKS.len()).map(Tone::Network);
    let stores = (0..STORES.len()).map(Tone::Store);
    let neutrals = NEUTRALS.into_iter().map(|entry| Tone::Plain(entry.0));
    let mut css = String::new();
    for tone in networks.chain(stores).chain(neutrals) {
        let _ = write!(css, "{}:{};", tone.variable(), tone.swatch().of(theme));
    }
    css
}

/// A network's marker as a tiny inline SVG in the colour of class `net-N`, for tables and text.
///
/// It is hidden from assistive technology: the network's name stands beside it.
pub fn marker_svg(rank: usize) -> String {
    let path = shape_path(shape(Tone::Network(rank)).0);
    let class = rank % NETWORKS.len();
    format!(
        "<svg class=\"net-marker net-{class}\" viewBox=\"-5 -5 10 10\" width=\"10\" height=\"10\" \
         aria-hidden=\"true\" focusable=\"false\"><path fill=\"currentColor\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(value: u8) -> f64 {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    }

    fn rgb(hex: &str) -> [u8; 3] {
        [1, 3, 5].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
    }

    fn luminance(colour: [u8; 3]) -> f64 {
        let [red, green, blue] = colour.map(channel);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn neutral(neutral: Neutral, theme: Theme) -> [u8; 3] {
        rgb(Tone::Plain(neutral).swatch().of(theme))
    }

    /// A colour laid over a ground with the opacity that bars have.
    fn tinted(tone: Tone, theme: Theme) -> [u8; 3] {
        let over = rgb(tone.swatch().of(theme));
        let ground = neutral(Neutral::Ground, theme);
        let mix = |at: usize| f64::from(over[at]) * 0.12 + f64::from(ground[at]) * 0.88;
        [0, 1, 2].map(|at| mix(at).round() as u8)
    }

    #[test]
    fn text_and_lines_stand_out() {
        for theme in [Theme::Light, Theme::Dark] {
            for under in [Neutral::Ground, Neutral::Frame, Neutral::Card] {
                let under = neutral(under, theme);
                for text in
                    [Neutral::Ink, Neutral::Muted, Neutral::Focus, Neutral::Error, Neutral::Warn]
                {
                    assert!(contrast(neutral(text, theme), under) >= 4.5, "{theme:?} {text:?}");
                }
                let stores = (0..STORES.len()).map(Tone::Store);
                let lines = stores.chain([Tone::Plain(Neutral::Wire)]);
                for tone in (0..NETWORKS.len()).map(Tone::Network).chain(lines) {
                    let ratio = contrast(rgb(tone.swatch().of(theme)), under);
                    assert!(ratio >= 3.0, "{theme:?} {tone:?} {ratio}");
                }
            }
        }
    }

    #[test]
    fn text_stands_out_on_bars() {
        for theme in [Theme::Light, Theme::Dark] {
            for tone in (0..NETWORKS.len()).map(Tone::Network) {
                let under = tinted(tone, theme);
                for text in [Neutral::Ink, Neutral::Muted] {
                    let ratio = contrast(neutral(text, theme), under);
                    assert!(ratio >= 4.5, "{theme:?} {tone:?} {text:?} {ratio}");
                }
            }
        }
    }

    #[test]
    fn shapes_differ_within_a_family() {
        let families: [fn(usize) -> Tone; 2] = [Tone::Network, Tone::Gateway];
        for family in families {
            let mut seen: Vec<_> = (0..8).map(|rank| shape(family(rank))).collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 8);
        }
        let mut seen: Vec<_> = (0..4).map(|rank| shape(Tone::Store(rank))).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 4);
    }

    #[test]
    fn variables_come_for_both_themes() {
        let css = css_variables();
        assert!(css.starts_with(":root{--net-0:#2563b8;"));
        assert!(css.contains(":root[data-theme=dark]{--net-0:#6aa5f8;"));
        assert!(marker_svg(9).contains("net-1"));
    }
}
