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

impl Run<'_> {
    fn characters(&self) -> impl Iterator<Item = char> {
        let is_capital = self.is_capital;
        self.text.chars().map(move |it| if is_capital { super::text::upper(it) } else { it })
    }

    /// Width in whole pixels.
    pub(super) fn width(&self) -> i32 {
        let face = self.font.face();
        let advance = |character| face.advance(character, self.size) + self.tracking;
        (self.characters().map(advance).sum::<i32>() + 32).div_euclid(64)
    }
}

/// Appends the outlines of a run to path data.
pub(super) fn trace(path: &mut Path, run: &Run<'_>) {
    let face = run.font.face();
    let scale = run.size as f32 * 100.0 / face.units_per_em() as f32;
    let mut reached = run.left * 64;
    for character in run.characters() {
        let origin = [reached as f32 * 100.0 / 64.0, run.baseline as f32];
        let place = |[x, y]: [f32; 2]| {
            [(origin[0] + x * scale).round() as i32, (origin[1] - y * scale).round() as i32]
        };
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
        reached += face.advance(character, run.size) + run.tracking;
    }
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

    fn begin(&mut self, to: [i32; 2]) {
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

    fn line(&mut self, to: [i32; 2]) {
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

    fn close(&mut self) {
        self.command(b'z');
        self.current = self.begun;
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
            if part % 10 > 0 {
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

    #[test]
    fn text_becomes_outlines() {
        let run = Run {
            text: "l→日",
            is_capital: false,
            font: Font::DejaVuSans,
            size: 11,
            tracking: 0,
            left: 6,
            baseline: 1400,
        };
        assert_eq!(run.width(), 18);
        let mut path = Path::default();
        trace(&mut path, &run);
        assert_eq!(path.as_str().matches('z').count(), 2);
        assert!(path.as_str().starts_with("M7.04 5.64h.98"), "{}", path.as_str());
    }
}
