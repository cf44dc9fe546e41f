//! Numbers and path data, written short and fast.
//!
//! In: pixels. Out: text with at most one decimal.

/// Adds a number of pixels with at most one decimal.
pub(super) fn push_pixels(value: f64, out: &mut String) {
    push_tenths(tenths(value), out);
}

/// Tenths of a pixel; far outside the picture is near enough.
fn tenths(value: f64) -> i64 {
    (value.clamp(-1e6, 1e6) * 10.0).round() as i64
}

fn push_tenths(tenths: i64, out: &mut String) {
    if tenths < 0 {
        out.push('-');
    }
    let size = tenths.unsigned_abs();
    let (whole, rest) = (size / 10, (size % 10) as u8);
    if whole > 0 || rest == 0 {
        push_whole(whole, out);
    }
    if rest > 0 {
        out.push('.');
        out.push(char::from(b'0' + rest));
    }
}

fn push_whole(mut value: u64, out: &mut String) {
    let mut digits = [0; 20];
    let mut begin = digits.len();
    loop {
        begin -= 1;
        digits[begin] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend(digits[begin..].iter().copied().map(char::from));
}

/// Path data with relative lines, which are shorter; nothing drifts, as sums are kept in tenths.
#[derive(Default)]
pub(super) struct Path {
    data: String,
    at: (i64, i64),
}

impl Path {
    /// Begins a new line.
    pub(super) fn move_to(&mut self, (x, y): (f64, f64)) {
        self.at = (tenths(x), tenths(y));
        self.data.push('M');
        push_tenths(self.at.0, &mut self.data);
        self.push_next(self.at.1);
    }

    /// Goes on to a point.
    pub(super) fn line_to(&mut self, (x, y): (f64, f64)) {
        let to = (tenths(x), tenths(y));
        let (across, down) = (to.0 - self.at.0, to.1 - self.at.1);
        self.at = to;
        match (across, down) {
            (0, 0) => {}
            (0, _) => self.push_command('v', down),
            (_, 0) => self.push_command('h', across),
            _ => {
                self.push_command('l', across);
                self.push_next(down);
            }
        }
    }

    /// Goes on to a point in a curve.
    pub(super) fn quad_to(&mut self, (by_x, by_y): (f64, f64), (x, y): (f64, f64)) {
        let (by, to) = ((tenths(by_x), tenths(by_y)), (tenths(x), tenths(y)));
        self.push_command('q', by.0 - self.at.0);
        self.push_next(by.1 - self.at.1);
        self.push_next(to.0 - self.at.0);
        self.push_next(to.1 - self.at.1);
        self.at = to;
    }

    /// Goes on to a point in a curve with two control points.
    pub(super) fn cubic_to(&mut self, one: (f64, f64), two: (f64, f64), to: (f64, f64)) {
        let [one, two, to] = [one, two, to].map(|(x, y)| (tenths(x), tenths(y)));
        self.push_command('c', one.0 - self.at.0);
        self.push_next(one.1 - self.at.1);
        for (x, y) in [two, to] {
            self.push_next(x - self.at.0);
            self.push_next(y - self.at.1);
        }
        self.at = to;
    }

    /// A line of no length, which round ends make a dot.
    pub(super) fn dot(&mut self) {
        self.data.push_str("h0");
    }

    /// Back to where the line began.
    pub(super) fn close(&mut self) {
        self.data.push('z');
    }

    /// The finished data.
    pub(super) fn into_data(self) -> String {
        self.data
    }

    fn push_command(&mut self, command: char, value: i64) {
        self.data.push(command);
        push_tenths(value, &mut self.data);
    }

    fn push_next(&mut self, value: i64) {
        if value >= 0 {
            self.data.push(' ');
        }
        push_tenths(value, &mut self.data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let check = |value, expected: &str| {
            let mut out = String::new();
            push_pixels(value, &mut out);
            assert_eq!(out, expected);
        };
        check(0.0, "0");
        check(-0.04, "0");
        check(12.0, "12");
        check(-12.345, "-12.3");
        check(0.5, ".5");
        check(2048.96, "2049");
        check(f64::INFINITY, "1000000");
    }

    #[test]
    fn paths_are_relative_and_do_not_drift() {
        let mut path = Path::default();
        path.move_to((1.0, 2.0));
        for index in 1..=3 {
            path.line_to((1.0 + f64::from(index) * 0.33, 2.0 - f64::from(index) * 0.1));
        }
        path.line_to((5.0, 1.7));
        path.line_to((5.0, 9.0));
        path.close();
        assert_eq!(path.into_data(), "M1 2l.3-.1l.4-.1l.3-.1h3v7.3z");
    }
}
