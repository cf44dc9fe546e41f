//! Path data: numbers as short as SVG allows.
//!
//! In: runs of text at a place. Out: relative path commands in hundredths of a pixel. Places are
//! rounded before they are told apart, so errors do not add up along a word.

use super::super::font::{Font, Segment};

/// Text in one face at one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    /// The text, cleaned.
    pub(super) text: &'a str,
    /// Whether it is shown in capital letters.
    pub(super) is_capital: bool,
    /// The face.
    pub(super) font: Font,
    /// Size in pixels.
    pub(super) size: u32,
    /// Space after each character in 64ths of a pixel.
    pub(super) tracking: i32,
    /// Where it begins, in pixels.
    pub(super) left: i32,
    /// Where it stands, in hundredths of a pixel.
    pub(super) baseline: i32,
}

/// A character of a run.
struct Step {
    character: char,
    /// How far it reaches, in 64ths of a pixel.
    advance: i32,
    /// Whether the viewer draws it, as the face cannot.
    is_strange: bool,
}

impl Run<'_> {
    fn steps(&self) -> impl Iterator<Item = Step> {
        let (face, bidi) = (self.font.face(), right_to_left(self.text));
        let (mut was_strange, mut was_joiner) = (false, false);
        self.text.chars().enumerate().map(move |(place, character)| {
            let character = if self.is_capital { super::text::upper(character) } else { character };
            let joins = was_strange && (was_joiner || joins(character));
            let is_strange = joins || !face.has(character) || bidi.contains(&place);
            let advance = match () {
                () if joins => 0,
                () if is_strange && is_pictograph(character) => {
                    (self.size * PICTOGRAPH).cast_signed() + self.tracking
                }
                () => face.advance(character, self.size) + self.tracking,
            };
            was_joiner = character == '\u{200D}';
            was_strange = is_strange;
            Step { character, advance, is_strange }
        })
    }

    /// Width in whole pixels.
    pub(super) fn width(&self) -> i32 {
        (self.steps().map(|step| step.advance).sum::<i32>() + 32).div_euclid(64)
    }
}

/// Width of a pictograph in 64ths of an em: with its own space it is a quarter wider than high.
const PICTOGRAPH: u32 = 80;

/// Whether it is an emoji, if the face lacks it.
fn is_pictograph(character: char) -> bool {
    matches!(u32::from(character), 0x2300..0x2400 | 0x2600..0x27C0 | 0x2B00..0x2C00 | 0x1_F000..0x2_0000)
}

/// From the first to the last character of a script that is written from right to left.
///
/// Their order and shapes depend on their neighbours, which takes a text engine to find.
fn right_to_left(text: &str) -> std::ops::Range<usize> {
    if text.is_ascii() {
        return 0..0;
    }
    let is_one = |character: char| matches!(u32::from(character), 0x590..0x900 | 0xFB1D..0xFE00 | 0xFE70..0xFEFF | 0x1_0800..0x1_1000 | 0x1_E800..0x1_F000);
    let places = || text.chars().enumerate().filter(|(_, one)| is_one(*one)).map(|one| one.0);
    places().next().map_or(0..0, |first| first..places().last().unwrap_or(first) + 1)
}

/// Appends the outlines of a run to path data.
pub(super) fn trace(path: &mut Path, run: &Run<'_>) {
    let face = run.font.face();
    let scale = run.size as f32 * 100.0 / face.units_per_em() as f32;
    let mut reached = run.left * 64;
    for Step { character, advance, is_strange } in run.steps() {
        let origin = [reached as f32 * 100.0 / 64.0, run.baseline as f32];
        let place = |[x, y]: [f32; 2]| {
            [(origin[0] + x * scale).round() as i32, (origin[1] - y * scale).round() as i32]
        };
        reached += advance;
        if is_strange {
            continue;
        }
        for segment in face.outline(character).iter() {
            match *segment {
                Segment::Move(to) => path.begin(place(to)),
                Segment::Line(to) => path.line(place(to)),
                Segment::Quadratic(by, to) => path.curve(b'q', &[place(by), place(to)]),
                Segment::Cubic(by, and, to) => {
                    path.curve(b'c', &[place(by), place(and), place(to)]);
                }
                Segment::Close => path.close(),
            }
        }
    }
}

/// Characters next to each other that the viewer draws.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Gap {
    /// The characters.
    pub(super) text: String,
    /// Where the room for them begins, in hundredths of a pixel.
    pub(super) left: i32,
    /// The room for them, in hundredths of a pixel.
    pub(super) width: i32,
}

/// What the outlines of a run leave out, from left to right.
pub(super) fn gaps(run: &Run<'_>) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = vec![];
    let mut reached = run.left * 64;
    let mut was_strange = false;
    for Step { character, advance, is_strange } in run.steps() {
        if is_strange && !was_strange {
            gaps.push(Gap { left: hundredths(reached), ..Gap::default() });
        }
        reached += advance;
        if is_strange && let Some(gap) = gaps.last_mut() {
            gap.text.push(character);
            gap.width = hundredths(reached) - gap.left;
        }
        was_strange = is_strange;
    }
    gaps
}

fn hundredths(of_64ths: i32) -> i32 {
    of_64ths * 100 / 64
}

/// Whether it makes one sign with what is before it: a joiner, a variation or a tone of skin.
fn joins(character: char) -> bool {
    matches!(character, '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{20E3}')
}

/// A length in pixels, as numbers in attributes are written.
pub(super) fn pixels(hundredths: i32) -> String {
    let mut path = Path::default();
    path.number(hundredths);
    path.as_str().to_owned()
}

/// Path data that grows; all places are in hundredths of a pixel.
#[derive(Debug, Default)]
pub(super) struct Path {
    data: Vec<u8>,
    begun: [i32; 2],
    current: [i32; 2],
    command: u8,
    has_point: bool,
}

impl Path {
    /// Path data with room for some glyphs.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { data: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// The path data; empty when nothing was drawn.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.data).expect("bug: path data is ASCII")
    }

    /// Begins a contour.
    pub(super) fn begin(&mut self, to: [i32; 2]) {
        if self.data.is_empty() {
            self.command(b'M');
            self.number(to[0]);
            self.number(to[1]);
        } else {
            self.command(b'm');
            self.relative(to);
        }
        self.begun = to;
        self.current = to;
    }

    /// Goes on to a point; nowhere when it is there.
    pub(super) fn line(&mut self, to: [i32; 2]) {
        let [right, down] = [to[0] - self.current[0], to[1] - self.current[1]];
        match (right, down) {
            (0, 0) => return,
            (_, 0) => {
                self.command(b'h');
                self.number(right);
            }
            (0, _) => {
                self.command(b'v');
                self.number(down);
            }
            _ => {
                self.command(b'l');
                self.relative(to);
            }
        }
        self.current = to;
    }

    fn curve(&mut self, command: u8, places: &[[i32; 2]]) {
        self.command(command);
        for place in places {
            self.relative(*place);
        }
        self.current = places[places.len() - 1];
    }

    /// Goes back to where the contour began.
    pub(super) fn close(&mut self) {
        self.command(b'z');
        self.current = self.begun;
    }

    /// A line without length, which round ends make a dot.
    pub(super) fn dot(&mut self) {
        self.command(b'h');
        self.number(0);
    }

    /// A command's letter, which SVG lets repeat unsaid, except for `m` and `z`.
    fn command(&mut self, command: u8) {
        if command != self.command || command == b'm' {
            self.data.push(command);
            self.command = command;
            self.has_point = true;
        }
    }

    fn relative(&mut self, to: [i32; 2]) {
        self.number(to[0] - self.current[0]);
        self.number(to[1] - self.current[1]);
    }

    /// Hundredths without zeros that say nothing; a sign or a second point separates numbers.
    fn number(&mut self, hundredths: i32) {
        let follows_number = self.data.last().is_some_and(u8::is_ascii_digit);
        let whole = hundredths.unsigned_abs() / 100;
        let part = hundredths.unsigned_abs() % 100;
        if hundredths < 0 {
            self.data.push(b'-');
        } else if follows_number && (whole > 0 || part == 0 || !self.has_point) {
            self.data.push(b' ');
        }
        self.has_point = part > 0;
        if whole > 0 || part == 0 {
            digits(&mut self.data, whole);
        }
        if part > 0 {
            self.data.extend_from_slice(&[b'.', b'0' + (part / 10) as u8]);
            if !part.is_multiple_of(10) {
                self.data.push(b'0' + (part % 10) as u8);
            }
        }
    }
}

fn digits(data: &mut Vec<u8>, number: u32) {
    if number >= 10 {
        digits(data, number / 10);
    }
    data.push(b'0' + (number % 10) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_apart() {
        let check = |numbers: &[i32], expected: &str| {
            let mut path = Path::default();
            path.command(b'q');
            numbers.iter().for_each(|number| path.number(*number));
            assert_eq!(path.as_str(), expected);
        };
        check(&[100, 200, -150, 5], "q1 2-1.5.05");
        check(&[50, 50, 0, 0], "q.5.5 0 0");
        check(&[-50, -1, 1210, 1], "q-.5-.01 12.1.01");
        check(&[700, 50], "q7 .5");
    }

    #[test]
    fn commands_are_relative() {
        let mut path = Path::default();
        path.begin([100, 100]);
        path.line([100, 100]);
        path.line([200, 100]);
        path.line([200, 250]);
        path.line([150, 200]);
        path.line([120, 180]);
        path.close();
        path.begin([300, 0]);
        path.curve(b'q', &[[310, 0], [310, 10]]);
        path.close();
        assert_eq!(path.as_str(), "M1 1h1v1.5l-.5-.5-.3-.2zm2-1q.1 0 .1.1z");
    }

    fn run(text: &str) -> Run<'_> {
        let font = Font::DejaVuSans;
        Run { text, is_capital: false, font, size: 11, tracking: 0, left: 6, baseline: 1400 }
    }

    #[test]
    fn gaps_are_what_the_face_lacks() {
        let check = |text: &str, expected: &[(&str, i32, i32)]| {
            let gap =
                |&(text, left, width): &(&str, i32, i32)| Gap { text: text.into(), left, width };
            assert_eq!(gaps(&run(text)), expected.iter().map(gap).collect::<Vec<_>>(), "{text}");
        };
        check("l→", &[]);
        check("日本", &[("日本", 600, 1100)]);
        check("l日l本", &[("日", 906, 550), ("本", 1762, 550)]);
        check(
            "\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}",
            &[("\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}", 600, 1375)],
        );
        check("\u{1F44D}\u{1F3FD}", &[("\u{1F44D}\u{1F3FD}", 600, 1375)]);
    }

    #[test]
    fn what_is_written_from_right_to_left_is_one_gap() {
        let found =
            |text: &str| gaps(&run(text)).into_iter().map(|gap| gap.text).collect::<Vec<_>>();
        assert_eq!(found("ok שלום 3 עולם!"), ["שלום 3 עולם"]);
        assert_eq!(found("مرحبا"), ["مرحبا"]);
        assert!(found("Größe Привет").is_empty());
        let mut path = Path::default();
        trace(&mut path, &run("שלום"));
        assert!(path.as_str().is_empty());
    }

    #[test]
    fn text_becomes_outlines() {
        let run = run("l→日");
        assert_eq!(run.width(), 18);
        let mut path = Path::default();
        trace(&mut path, &run);
        assert_eq!(path.as_str().matches('z').count(), 2);
        assert!(path.as_str().starts_with("M7.04 5.64h.98"), "{}", path.as_str());
    }
}
