//! `rgb()` and `hsl()` as CSS writes them.
//!
//! In: text in lower case. Out: a colour, with its values clamped as CSS asks, or nothing. It does
//! not know other colour spaces, `calc()` or `none`.

use super::Color;

/// The colour that a function call means; commas and spaces, old and new, are the same.
pub(super) fn parse(text: &str) -> Option<Color> {
    let (name, rest) = text.split_once('(')?;
    let inside = rest.strip_suffix(')')?;
    let mut words = inside.split([',', '/', ' ', '\t']).filter(|word| !word.is_empty());
    let values = [words.next()?, words.next()?, words.next()?];
    let alpha = words.next().map_or(Some(255), |word| channel(word, 1.0))?;
    if words.next().is_some() {
        return None;
    }
    let channels = match name {
        "rgb" | "rgba" => {
            [channel(values[0], 255.0)?, channel(values[1], 255.0)?, channel(values[2], 255.0)?]
        }
        "hsl" | "hsla" => {
            from_hsl(degrees(values[0])?, fraction(values[1], 100.0)?, fraction(values[2], 100.0)?)
        }
        _ => return None,
    };
    Some(Color::from_channels(channels, alpha))
}

/// A number of which `whole` is all, or a percentage, as a byte.
fn channel(word: &str, whole: f64) -> Option<u8> {
    fraction(word, whole).map(to_byte)
}

fn fraction(word: &str, whole: f64) -> Option<f64> {
    let value = match word.strip_suffix('%') {
        Some(percent) => number(percent)? / 100.0,
        None => number(word)? / whole,
    };
    Some(value.clamp(0.0, 1.0))
}

fn degrees(word: &str) -> Option<f64> {
    let value = match () {
        () if word.ends_with("deg") => number(word.trim_end_matches("deg"))?,
        () if word.ends_with("grad") => number(word.trim_end_matches("grad"))? * 0.9,
        () if word.ends_with("rad") => number(word.trim_end_matches("rad"))?.to_degrees(),
        () if word.ends_with("turn") => number(word.trim_end_matches("turn"))? * 360.0,
        () => number(word)?,
    };
    Some(value.rem_euclid(360.0))
}

/// Digits with a sign, a point or an exponent; never `nan` or `inf`, which Rust would take.
fn number(word: &str) -> Option<f64> {
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e');
    word.bytes().all(plain).then(|| word.parse().ok()).flatten().filter(|it: &f64| it.is_finite())
}

fn to_byte(fraction: f64) -> u8 {
    (fraction * 255.0).round() as u8
}

fn from_hsl(hue: f64, saturation: f64, lightness: f64) -> [u8; 3] {
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|offset: f64| {
        let place = (offset + hue / 30.0).rem_euclid(12.0);
        to_byte(lightness - reach * (place - 3.0).min(9.0 - place).clamp(-1.0, 1.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text).as_ref().map(Color::as_str), expected, "{text}");
    }

    #[test]
    fn old_and_new_spellings() {
        check("rgb(255,0,16)", Some("#ff0010"));
        check("rgb(255 0 16)", Some("#ff0010"));
        check("rgba(255, 0, 16, .5)", Some("#ff001080"));
        check("rgb(100% 0% 50% / 100%)", Some("#ff0080"));
        check("hsl(0, 100%, 50%)", Some("#ff0000"));
        check("hsl(210deg 50% 40%)", Some("#336699"));
        check("hsl(-.25turn 100% 50%)", Some("#8000ff"));
        check("hsl(400grad 100% 50%)", Some("#ff0000"));
    }

    #[test]
    fn values_are_clamped() {
        check("rgb(300, -5, 0)", Some("#ff0000"));
        check("hsl(0 200% 50% / 7)", Some("#ff0000"));
    }

    #[test]
    fn other_text_is_no_colour() {
        for text in
            ["rgb()", "rgb(1,2)", "rgb(1,2,3,4,5)", "rgb(nan,0,0)", "rgb(1,2,3", "lab(1 2 3)"]
        {
            check(text, None);
        }
        check("rgb(1e999,0,0)", None);
        check("rgb(a,b,c)", None);
    }
}
