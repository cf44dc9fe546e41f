//! A scene as SVG: for the web with classes and variables, elsewhere with literal colours.
//!
//! In: a [`Diagram`]. Out: well-formed XML, all text escaped, the same bytes for the same scene. It
//! places nothing.

mod stylesheet;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use html_escape::encode_double_quoted_attribute as escape;

use super::palette::{Fill, Neutral, Theme, Tone, shape, shape_path};
use super::scene::{
    CapKind, Icon, Label, Look, Mark, Node, Path, Point, Rect, Scene, Stroke, Tag, Text,
};
use super::strokes::strokes;
use super::text::{Style, drawn_width};
use super::{Diagram, data};

pub use stylesheet::stylesheet;

/// What a drawn element is for; decides its look in all writers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Ground,
    Frame,
    Card,
    Toned,
    Absent,
    Bar,
    Hatch,
    Halo,
    Line,
    Dashed,
    Heavy,
    Dot,
    Solid,
    Hollow,
    Tag,
    Label,
    Text(Style),
    Quiet,
}

/// A value of a property.
#[derive(Clone, Copy, Debug)]
enum Paint {
    /// As it stands.
    Fixed(&'static str),
    /// A colour that stands for no thing of the cluster.
    Plain(Neutral),
    /// The colour of what is drawn.
    Tone,
}

impl Role {
    const PLAIN: [Self; 17] = [
        Self::Ground,
        Self::Frame,
        Self::Card,
        Self::Toned,
        Self::Absent,
        Self::Bar,
        Self::Hatch,
        Self::Halo,
        Self::Line,
        Self::Dashed,
        Self::Heavy,
        Self::Dot,
        Self::Solid,
        Self::Hollow,
        Self::Tag,
        Self::Label,
        Self::Quiet,
    ];

    fn class(self) -> &'static str {
        match self {
            Self::Ground => "dg-ground",
            Self::Frame => "dg-frame",
            Self::Card => "dg-card",
            Self::Toned => "dg-toned",
            Self::Absent => "dg-absent",
            Self::Bar => "dg-bar",
            Self::Hatch => "dg-hatch",
            Self::Halo => "dg-halo",
            Self::Line => "dg-path",
            Self::Dashed => "dg-path-dashed",
            Self::Heavy => "dg-path-heavy",
            Self::Dot => "dg-dot",
            Self::Solid => "dg-mark",
            Self::Hollow => "dg-mark-hollow",
            Self::Tag => "dg-tag",
            Self::Label => "dg-label",
            Self::Quiet => "dg-quiet",
            Self::Text(Style::Name) => "dg-name",
            Self::Text(Style::Detail) => "dg-detail",
            Self::Text(Style::App) => "dg-app",
            Self::Text(Style::Heading) => "dg-heading",
            Self::Text(Style::Tag) => "dg-tag-text",
        }
    }

    fn look(self) -> Vec<(&'static str, Paint)> {
        use Paint::{Fixed, Plain, Tone};
        let line = |dashes: &[(&'static str, Paint)]| {
            let base = [("fill", Fixed("none")), ("stroke", Tone), ("stroke-width", Fixed("1.5"))];
            base.into_iter().chain(dashes.iter().copied()).collect()
        };
        match self {
            Self::Ground | Self::Label => vec![("fill", Plain(Neutral::Ground))],
            Self::Frame => vec![("fill", Plain(Neutral::Frame)), ("stroke", Plain(Neutral::Line))],
            Self::Card => vec![("fill", Plain(Neutral::Card)), ("stroke", Plain(Neutral::Line))],
            Self::Toned => {
                vec![
                    ("fill", Plain(Neutral::Card)),
                    ("stroke", Tone),
                    ("stroke-width", Fixed("1.25")),
                ]
            }
            Self::Absent => vec![
                ("fill", Plain(Neutral::Card)),
                ("stroke", Tone),
                ("stroke-width", Fixed("1.25")),
                ("stroke-dasharray", Fixed("4 3")),
            ],
            Self::Bar => vec![("fill", Tone), ("fill-opacity", Fixed("0.12")), ("stroke", Tone)],
            Self::Hatch => {
                vec![("fill", Fixed("none")), ("stroke", Tone), ("stroke-width", Fixed("0.9"))]
            }
            Self::Halo => vec![
                ("fill", Fixed("none")),
                ("stroke", Plain(Neutral::Ground)),
                ("stroke-width", Fixed("4")),
            ],
            Self::Line => line(&[]),
            Self::Dashed => line(&[("stroke-dasharray", Fixed("5 4"))]),
            Self::Heavy => {
                vec![("fill", Fixed("none")), ("stroke", Tone), ("stroke-width", Fixed("2.75"))]
            }
            Self::Dot | Self::Solid => vec![("fill", Tone)],
            Self::Hollow => vec![
                ("fill", Plain(Neutral::Card)),
                ("stroke", Tone),
                ("stroke-width", Fixed("1.6")),
                ("stroke-linejoin", Fixed("round")),
            ],
            Self::Tag => vec![("fill", Fixed("none")), ("stroke", Plain(Neutral::Muted))],
            Self::Text(style) => text_look(style),
            Self::Quiet => vec![("fill", Plain(Neutral::Muted))],
        }
    }
}

fn text_look(style: Style) -> Vec<(&'static str, Paint)> {
    let colour = if style == Style::Tag { Neutral::Muted } else { Neutral::Ink };
    let mut look =
        vec![("font-size", Paint::Fixed(style.drawn().0)), ("fill", Paint::Plain(colour))];
    if style.is_heavy() {
        look.push(("font-weight", Paint::Fixed("600")));
    }
    look
}

/// How colours and ids are written.
#[derive(Clone, Copy)]
pub(super) enum Mode<'a> {
    /// Classes and variables, for a page with a style sheet.
    Web { id: &'a str },
    /// Literal colours, for viewers with fonts of their own; `follows` adds classes that rules for
    /// dark readers can name.
    File { id: &'a str, theme: Theme, follows: bool },
    /// Literal colours alone, for our own renderer and its font.
    Raster { theme: Theme },
}

/// Collects the elements of a picture.
pub(super) struct Writer<'a> {
    mode: Mode<'a>,
    out: String,
    /// Declarations for dark readers, by the class that wants them.
    dark: BTreeMap<String, String>,
}

/// The class of a tone, such as `dg-net-0`.
fn tone_class(tone: Tone) -> String {
    let variable = tone.variable();
    let name = variable.trim_start_matches("--");
    format!("dg-{}", name.strip_prefix("dg-").unwrap_or(name))
}

/// A variable with the light colour as fallback.
fn variable(tone: Tone) -> String {
    format!("var({},{})", tone.variable(), tone.swatch().light)
}

/// Text without the characters that XML cannot hold.
pub(super) fn clean(text: &str) -> String {
    let fits =
        |character: &char| !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(fits).collect()
}

/// Half pixels as pixels.
pub(super) fn number(half: i32) -> String {
    let whole = half.abs() / 2;
    let sign = if half < 0 { "-" } else { "" };
    if half % 2 == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.5") }
}

/// SVG for browsers.
pub(super) fn web(diagram: &Diagram, id: &str) -> String {
    if diagram.is_empty() {
        return String::new();
    }
    let id = escape(id);
    let scene = &diagram.scene;
    let (width, height) = (number(scene.width), number(scene.height));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" class=\"dg\" role=\"group\" \
         aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {width} {height}\" width=\"100%\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc><style>#{id}{{max-width:{width}px}}",
        escape(&clean(&diagram.title)),
        escape(&clean(&diagram.description)),
    );
    let _ = writeln!(out, "{}</style>", stylesheet());
    out.push_str(&Writer::draw(Mode::Web { id: &id }, scene).0);
    out
}

/// SVG for renderers that know no CSS variables.
pub(super) fn raster(diagram: &Diagram, theme: Theme) -> String {
    if diagram.is_empty() {
        return String::new();
    }
    let scene = &diagram.scene;
    let (width, height) = (number(scene.width), number(scene.height));
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"Inter\"><title>{}</title>\n",
        escape(&clean(&diagram.title)),
    );
    head + &Writer::draw(Mode::Raster { theme }, scene).0
}

impl<'a> Writer<'a> {
    /// All elements of a scene and the end of the document, and the declarations for dark readers by
    /// class. What does not lie on a page has a ground.
    pub(super) fn draw(mode: Mode<'a>, scene: &Scene) -> (String, BTreeMap<String, String>) {
        let mut writer = Self { mode, out: String::new(), dark: BTreeMap::new() };
        if !matches!(mode, Mode::Web { .. }) {
            // A little larger, so that no scale leaves a part of a pixel at the edges bare.
            writer.rect(
                &Rect::new(0, 0, scene.width, scene.height).grown(4),
                0,
                Role::Ground,
                None,
            );
        }
        writer.scene(scene);
        (writer.out, writer.dark)
    }

    fn scene(&mut self, scene: &Scene) {
        for note in &scene.notes {
            self.text(note);
        }
        self.out.push('\n');
        for node in &scene.nodes {
            self.node(node, scene);
        }
        for path in &scene.paths {
            self.path(path, scene);
        }
        for text in &scene.legend_texts {
            self.text(text);
        }
        for mark in &scene.legend_marks {
            self.mark(*mark);
        }
        self.out.push_str("</svg>\n");
    }

    /// ` class="…"` or the literal properties of a role.
    fn look(&mut self, role: Role, tone: Option<Tone>) -> String {
        match self.mode {
            Mode::Web { .. } => match tone {
                Some(tone) => format!(" class=\"{} {}\"", role.class(), tone_class(tone)),
                None => format!(" class=\"{}\"", role.class()),
            },
            Mode::File { theme, follows, .. } => self.literal(role.look(), tone, theme, follows),
            Mode::Raster { theme } => self.literal(role.look(), tone, theme, false),
        }
    }

    /// Properties with literal colours, and the classes of these colours where a dark one follows.
    fn literal(
        &mut self,
        look: Vec<(&'static str, Paint)>,
        tone: Option<Tone>,
        theme: Theme,
        follows: bool,
    ) -> String {
        let (mut written, mut classes) = (String::new(), Vec::new());
        for (property, paint) in look {
            let tone = match paint {
                Paint::Fixed(text) => {
                    let _ = write!(written, " {property}=\"{text}\"");
                    continue;
                }
                Paint::Plain(neutral) => Tone::Plain(neutral),
                Paint::Tone => tone.unwrap_or(Tone::Plain(Neutral::Muted)),
            };
            let _ = write!(written, " {property}=\"{}\"", tone.swatch().of(theme));
            if follows {
                let class = format!("rb-{property}-{}", tone_class(tone).trim_start_matches("dg-"));
                self.dark.insert(class.clone(), format!("{property}:{}", tone.swatch().dark));
                classes.push(class);
            }
        }
        if classes.is_empty() {
            return written;
        }
        format!(" class=\"{}\"{written}", classes.join(" "))
    }

    /// The look of a line of text.
    fn text_look(&mut self, text: &Text) -> String {
        let role = Role::Text(text.style);
        let (theme, follows) = match self.mode {
            Mode::Web { .. } if text.quiet => {
                return format!(" class=\"{} {}\"", role.class(), Role::Quiet.class());
            }
            Mode::Web { .. } => return self.look(role, None),
            Mode::File { theme, follows, .. } => (theme, follows),
            Mode::Raster { theme } => (theme, false),
        };
        let mut look = role.look();
        if text.quiet {
            look.retain(|(property, _)| *property != "fill");
            look.extend(Role::Quiet.look());
        }
        self.literal(look, None, theme, follows)
    }

    fn rect(&mut self, rect: &Rect, radius: i32, role: Role, tone: Option<Tone>) {
        let look = self.look(role, tone);
        let _ = write!(
            self.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{radius}\"{look}/>",
            number(rect.x),
            number(rect.y),
            number(rect.width),
            number(rect.height),
        );
    }

    fn text(&mut self, text: &Text) {
        let mut look = self.text_look(text);
        let words = clean(&text.words);
        if matches!(self.mode, Mode::File { .. }) {
            // Whichever font the viewer has, words end where they were measured to end.
            let length = drawn_width(&words, text.style);
            let _ = write!(look, " textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\"");
        }
        let _ = write!(
            self.out,
            "<text x=\"{}\" y=\"{}\"{look}>{}</text>",
            number(text.at.x),
            number(text.at.y),
            escape(&words),
        );
    }

    fn node(&mut self, node: &Node, scene: &Scene) {
        let close = self.open(node, scene);
        // Half a pixel inwards keeps hairlines sharp.
        let edge = node.rect.grown(-1);
        match node.look {
            Look::Frame => self.rect(&edge, 10, Role::Frame, None),
            Look::Card => self.rect(&edge, 6, Role::Card, None),
            Look::Toned(tone) => self.rect(&edge, 6, Role::Toned, Some(tone)),
            Look::Absent(tone) => self.rect(&edge, 6, Role::Absent, Some(tone)),
            Look::Bar(Tone::Plain(_)) => self.rect(&edge, 6, Role::Frame, None),
            Look::Bar(tone) => self.rect(&edge, 6, Role::Bar, Some(tone)),
            Look::Hatched(tone) => self.hatch(&edge, tone),
        }
        for text in &node.texts {
            self.text(text);
        }
        for icon in scene.icons.iter().filter(|icon| icon.node == node.id) {
            self.icon(icon);
        }
        for mark in &node.marks {
            self.mark(*mark);
        }
        for tag in &node.tags {
            self.tag(tag);
        }
        let _ = writeln!(self.out, "</{close}>");
    }

    /// Slanted lines over a rectangle, which go on in the next one.
    fn hatch(&mut self, rect: &Rect, tone: Tone) {
        let look = self.look(Role::Hatch, Some(tone));
        let data = super::strokes::hatch(rect);
        let data: String = data.iter().map(|line| line_data(line)).collect();
        let _ = write!(self.out, "<path d=\"{data}\"{look}/>");
    }

    /// Opens a node's element with its title; gives the element's name.
    fn open(&mut self, node: &Node, scene: &Scene) -> &'static str {
        let (Mode::Web { id } | Mode::File { id, .. }) = self.mode else {
            self.out.push_str("<g>");
            return "g";
        };
        let element = if node.link.is_some() { "a" } else { "g" };
        let _ = write!(self.out, "<{element} id=\"{id}-{}\"", escape(&node.id));
        if let Some(link) = &node.link {
            let _ = write!(self.out, " href=\"{}\"", escape(&clean(link)));
        }
        if matches!(self.mode, Mode::Web { .. }) {
            self.out += &data::of_node(node, scene);
        }
        let _ = write!(self.out, "><title>{}</title>", escape(&clean(&node.title)));
        element
    }

    fn icon(&mut self, icon: &Icon) {
        let look = self.look(Role::Quiet, None);
        let _ = write!(
            self.out,
            "<path transform=\"translate({} {}) scale({})\" d=\"{}\"{look}/>",
            number(icon.rect.x),
            number(icon.rect.y),
            icon.rect.width as f32 / 48.0,
            escape(&icon.path),
        );
    }

    fn mark(&mut self, mark: Mark) {
        let (shape, fill) = shape(mark.tone);
        let role = if fill == Fill::Solid { Role::Solid } else { Role::Hollow };
        let look = self.look(role, Some(mark.tone));
        let _ = write!(
            self.out,
            "<path transform=\"translate({} {})\" d=\"{}\"{look}/>",
            number(mark.at.x),
            number(mark.at.y),
            shape_path(shape),
        );
    }

    fn tag(&mut self, tag: &Tag) {
        self.rect(&tag.rect.grown(-1), 3, Role::Tag, None);
        if tag.text.is_empty() {
            return;
        }
        let baseline = tag.rect.middle().y + 8;
        let at = Point::new(centred(&tag.rect, &tag.text, Style::Tag), baseline);
        self.text(&Text::new(at, &tag.text, Style::Tag));
    }

    fn path(&mut self, path: &Path, scene: &Scene) {
        match self.mode {
            Mode::Web { id } | Mode::File { id, .. } => {
                let data = match self.mode {
                    Mode::Web { .. } => data::of_path(path),
                    _ => String::new(),
                };
                let _ = write!(
                    self.out,
                    "<g id=\"{id}-{}\"{data}><title>{}</title>",
                    escape(&path.id),
                    escape(&clean(&path.title)),
                );
            }
            Mode::Raster { .. } => self.out.push_str("<g>"),
        }
        let data: String = strokes(&path.lines).iter().map(|line| line_data(line)).collect();
        let halo = self.look(Role::Halo, None);
        let role = match path.stroke {
            Stroke::Solid => Role::Line,
            Stroke::Dashed => Role::Dashed,
            Stroke::Heavy => Role::Heavy,
        };
        let look = self.look(role, Some(path.tone));
        let _ = write!(self.out, "<path d=\"{data}\"{halo}/><path d=\"{data}\"{look}/>");
        for cap in &path.caps {
            let shape = match cap.kind {
                CapKind::Dot => "M-2.5 0a2.5 2.5 0 1 1 5 0a2.5 2.5 0 1 1-5 0z",
                CapKind::Arrow => "M-4-6.5H4L0 0z",
                CapKind::Next => "M-6.5-4V4L0 0z",
                CapKind::Up => "M-4 6.5H4L0 0z",
                CapKind::Back => "M6.5-4V4L0 0z",
            };
            let look = self.look(Role::Dot, Some(path.tone));
            let _ = write!(
                self.out,
                "<path transform=\"translate({} {})\" d=\"{shape}\"{look}/>",
                number(cap.at.x),
                number(cap.at.y),
            );
        }
        // No other line passes its words, so that they need not come after all lines.
        for label in scene.labels.iter().filter(|label| label.path == path.id) {
            self.label(label);
        }
        self.out.push_str("</g>\n");
    }

    fn label(&mut self, label: &Label) {
        self.rect(&label.rect, 3, Role::Label, None);
        let mut text = label.text.clone();
        text.at.x = centred(&label.rect, &text.words, text.style);
        self.text(&text);
    }
}

/// Where words start that are drawn in the middle of a box.
fn centred(rect: &Rect, words: &str, style: Style) -> i32 {
    let drawn = (drawn_width(words, style) * 2.0).ceil() as i32;
    rect.x + (rect.width - drawn) / 2
}

/// Path data of a line with rounded corners.
fn line_data(line: &[Point]) -> String {
    let mut data = String::new();
    for (index, point) in line.iter().enumerate() {
        let (before, after) = (index.checked_sub(1).map(|at| line[at]), line.get(index + 1));
        match (before, after) {
            (None, _) => {
                let _ = write!(data, "M{} {}", number(point.x), number(point.y));
            }
            (Some(_), None) => {
                let _ = write!(data, "L{} {}", number(point.x), number(point.y));
            }
            (Some(before), Some(after)) => corner(&mut data, before, *point, *after),
        }
    }
    data
}

fn corner(data: &mut String, before: Point, point: Point, after: Point) {
    let length = |other: Point| (other.x - point.x).abs() + (other.y - point.y).abs();
    let radius = 14.min(length(before) / 2).min(length(after) / 2);
    let toward = |other: Point| {
        let step = |from: i32, to: i32| from + (to - from).signum() * radius;
        Point::new(step(point.x, other.x), step(point.y, other.y))
    };
    let (enter, leave) = (toward(before), toward(after));
    let _ = write!(
        data,
        "L{} {}Q{} {} {} {}",
        number(enter.x),
        number(enter.y),
        number(point.x),
        number(point.y),
        number(leave.x),
        number(leave.y),
    );
}
