//! The faces that badges are set in: advances and outlines of glyphs.
//!
//! In: characters. Out: advances and outlines in font units, and widths in whole pixels. There is
//! no kerning and no hinting, so that a badge has the same size and shape everywhere. Faces are
//! read once, and only those that are used.

mod face;

use std::sync::LazyLock;

pub(crate) use face::{Face, Segment};

/// A face that badges can be set in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Font {
    /// `dejavu-sans`.
    #[default]
    DejaVuSans,
    /// `dejavu-sans-bold`.
    DejaVuSansBold,
    /// `comic-neue`.
    ComicNeue,
    /// `comic-neue-bold`.
    ComicNeueBold,
}

impl Font {
    /// All faces, for messages and samples.
    pub const ALL: [Self; 4] =
        [Self::DejaVuSans, Self::DejaVuSansBold, Self::ComicNeue, Self::ComicNeueBold];

    /// The name that configuration files use.
    pub fn name(self) -> &'static str {
        match self {
            Self::DejaVuSans => "dejavu-sans",
            Self::DejaVuSansBold => "dejavu-sans-bold",
            Self::ComicNeue => "comic-neue",
            Self::ComicNeueBold => "comic-neue-bold",
        }
    }

    /// The face with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|font| font.name() == name)
    }

    /// The bold face of the same family.
    #[must_use]
    pub fn bold(self) -> Self {
        match self {
            Self::DejaVuSans | Self::DejaVuSansBold => Self::DejaVuSansBold,
            Self::ComicNeue | Self::ComicNeueBold => Self::ComicNeueBold,
        }
    }

    /// The family's name as CSS and SVG spell it.
    pub fn family(self) -> &'static str {
        match self {
            Self::DejaVuSans | Self::DejaVuSansBold => "DejaVu Sans",
            Self::ComicNeue | Self::ComicNeueBold => "Comic Neue",
        }
    }

    /// The font file, in `TrueType` or `OpenType` format.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::DejaVuSans => include_bytes!("../../../badges/assets/fonts/DejaVuSans.ttf"),
            Self::DejaVuSansBold => {
                include_bytes!("../../../badges/assets/fonts/DejaVuSans-Bold.ttf")
            }
            Self::ComicNeue => include_bytes!("../../../badges/assets/fonts/ComicNeue-Regular.otf"),
            Self::ComicNeueBold => {
                include_bytes!("../../../badges/assets/fonts/ComicNeue-Bold.otf")
            }
        }
    }

    /// The face, read at the first use of it.
    pub(crate) fn face(self) -> &'static Face {
        static FACES: [LazyLock<Face>; 4] = [
            LazyLock::new(|| Face::read(Font::DejaVuSans)),
            LazyLock::new(|| Face::read(Font::DejaVuSansBold)),
            LazyLock::new(|| Face::read(Font::ComicNeue)),
            LazyLock::new(|| Face::read(Font::ComicNeueBold)),
        ];
        &FACES[self as usize]
    }
}

/// Width of `text` in whole pixels at `size` pixels, with `tracking` 64ths of a pixel added after
/// each character.
///
/// A character that the face lacks takes half an em.
pub fn width(text: &str, font: Font, size: u32, tracking: i32) -> i32 {
    let face = font.face();
    let advance = |character| face.advance(character, size) + tracking;
    (text.chars().map(advance).sum::<i32>() + 32).div_euclid(64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_faces() {
        for font in Font::ALL {
            assert_eq!(Font::from_name(font.name()), Some(font));
            assert!(width("cpu", font, 11, 0) > 10);
        }
        assert_eq!(Font::from_name("wingdings"), None);
    }

    #[test]
    fn advances_add_up_without_kerning() {
        let check = |text, size, expected| {
            assert_eq!(width(text, Font::DejaVuSans, size, 0), expected, "{text} at {size}");
        };
        check("", 11, 0);
        check("cpu", 11, 20);
        check("AVATAR To", 11, 61);
        check("日本語", 11, 17);
        check("日", 10, 5);
    }

    #[test]
    fn tracking_follows_every_character() {
        assert_eq!(width("CPU", Font::DejaVuSans, 10, 80), 24);
        assert_eq!(width("17.5%", Font::DejaVuSansBold, 10, 80), 41);
    }

    #[test]
    fn bold_is_of_the_same_family() {
        assert_eq!(Font::ComicNeue.bold(), Font::ComicNeueBold);
        assert_eq!(Font::DejaVuSansBold.bold(), Font::DejaVuSansBold);
    }
}
