//! SVG becomes PNG.
//!
//! In: an SVG document of ours. Out: a PNG file. Fonts are those that come along, whatever family a
//! document asks for, so that text is the same everywhere; no file and no address in a document is
//! ever opened.

use std::io::Write as _;
use std::sync::{Arc, LazyLock};

use flate2::{Compression, Crc, write::ZlibEncoder};
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg::fontdb::{Database, ID, Source};
use resvg::usvg::{FontResolver, ImageHrefResolver, Options, Tree};

use super::Font;
use super::graph::text::{REGULAR, SEMI_BOLD};

/// Pixels of a badge or graph at most.
pub const MAX_PIXELS: u64 = 1_000_000;

/// Why a picture was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It would have more pixels than are allowed.
    #[error("a picture of {width} × {height} pixels is too large")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The document is not SVG.
    #[error("the picture cannot be drawn")]
    Unreadable,
}

/// How many pixels one unit of a document becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale(f32);

impl Scale {
    /// As large as the document says.
    pub const ONE: Self = Self(1.0);

    /// A scale between a quarter and 16.
    pub fn new(scale: f32) -> Self {
        if scale.is_finite() { Self(scale.clamp(0.25, 16.0)) } else { Self::ONE }
    }
}

/// Says whether a picture of a size may be made.
///
/// # Errors
/// More than [`MAX_PIXELS`] pixels are too many.
pub fn check_size(width: u32, height: u32) -> Result<(), Error> {
    check_within(width, height, MAX_PIXELS)
}

fn check_within(width: u32, height: u32, most: u64) -> Result<(), Error> {
    let is_small = u64::from(width) * u64::from(height) <= most;
    if is_small { Ok(()) } else { Err(Error::TooLarge { width, height }) }
}

/// The picture of an SVG document.
///
/// # Errors
/// A picture that would have more than [`MAX_PIXELS`] pixels, and what is not SVG.
pub fn png(svg: &str, scale: Scale) -> Result<Vec<u8>, Error> {
    png_within(svg, scale, MAX_PIXELS)
}

/// The same with another limit of pixels.
///
/// # Errors
/// A picture that would have more than `most` pixels, and what is not SVG.
pub fn png_within(svg: &str, scale: Scale, most: u64) -> Result<Vec<u8>, Error> {
    Ok(encode(&draw(svg, scale, most)?, &EXACT))
}

/// The picture of an SVG document of few plain colours: edges between them may be a little off,
/// which is not seen and makes the file smaller.
///
/// # Errors
/// Those of [`png`].
pub(super) fn plain(svg: &str) -> Result<Vec<u8>, Error> {
    Ok(encode(&draw(svg, Scale::ONE, MAX_PIXELS)?, &NEAR))
}

fn draw(svg: &str, scale: Scale, most: u64) -> Result<Pixmap, Error> {
    let tree = Tree::from_str(svg, &OPTIONS).map_err(|_| Error::Unreadable)?;
    let side = |length: f32| (length * scale.0).ceil().max(1.0) as u32;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    check_within(width, height, most)?;
    let mut pixels = Pixmap::new(width, height).ok_or(Error::Unreadable)?;
    resvg::render(&tree, Transform::from_scale(scale.0, scale.0), &mut pixels.as_mut());
    Ok(pixels)
}

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    let [regular, semi_bold] = [REGULAR, SEMI_BOLD]
        .map(|data| fonts.load_font_source(Source::Binary(Arc::new(data))).first().copied());
    let [other, other_bold] = [Font::DejaVuSans, Font::DejaVuSansBold].map(|font| {
        fonts.load_font_source(Source::Binary(Arc::new(font.bytes()))).first().copied()
    });
    let fallback = move |_: char, used: &[ID], _: &mut Arc<Database>| {
        let is_bold = used.first().copied() == semi_bold;
        (if is_bold { other_bold } else { other }).filter(|face| !used.contains(face))
    };
    let select = move |font: &resvg::usvg::Font, _: &mut Arc<Database>| {
        if font.weight() >= 600 { semi_bold } else { regular }
    };
    Options {
        fontdb: Arc::new(fonts),
        font_resolver: FontResolver {
            select_font: Box::new(select),
            select_fallback: Box::new(fallback),
        },
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
});

/// How pixels are stored: as numbers of at most 256 colours, or as the colours themselves.
enum Format {
    Indexed { palette: Vec<[u8; 4]>, rows: Vec<u8> },
    Rgb(Vec<u8>),
    Rgba(Vec<u8>),
}

fn encode(pixels: &Pixmap, details: &[Detail]) -> Vec<u8> {
    let (kind, bytes_each, rows) = match Format::of(pixels, details) {
        Format::Indexed { palette, rows } => (3, 1, (palette, rows)),
        Format::Rgb(rows) => (2, 3, (vec![], rows)),
        Format::Rgba(rows) => (6, 4, (vec![], rows)),
    };
    let (palette, rows) = rows;
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = vec![];
    header.extend(pixels.width().to_be_bytes());
    header.extend(pixels.height().to_be_bytes());
    header.extend([8, kind, 0, 0, 0]);
    push_chunk(*b"IHDR", &header, &mut out);
    if !palette.is_empty() {
        let colors: Vec<u8> =
            palette.iter().flat_map(|color| [color[0], color[1], color[2]]).collect();
        push_chunk(*b"PLTE", &colors, &mut out);
        if palette.iter().any(|color| color[3] < 255) {
            let alphas: Vec<u8> = palette.iter().map(|color| color[3]).collect();
            push_chunk(*b"tRNS", &alphas, &mut out);
        }
    }
    let data = compress(&rows, pixels.width() as usize * bytes_each);
    push_chunk(*b"IDAT", &data, &mut out);
    push_chunk(*b"IEND", &[], &mut out);
    out
}

fn push_chunk(name: [u8; 4], data: &[u8], out: &mut Vec<u8>) {
    let mut sum = Crc::new();
    sum.update(&name);
    sum.update(data);
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(name);
    out.extend(data);
    out.extend(sum.sum().to_be_bytes());
}

/// Rows, each after the byte that says it is not filtered: in graphs that packs best.
fn compress(rows: &[u8], row: usize) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::with_capacity(rows.len() / 16), Compression::new(LEVEL));
    for bytes in rows.chunks_exact(row) {
        let written = packer.write_all(&[0]).and_then(|()| packer.write_all(bytes));
        written.expect("bug: writing to memory fails");
    }
    packer.finish().expect("bug: writing to memory fails")
}

/// How much time compression takes; more than this saves little.
const LEVEL: u32 = 1;

impl Format {
    fn of(pixels: &Pixmap, details: &[Detail]) -> Self {
        if let Some(indexed) = details.iter().find_map(|detail| Self::indexed(pixels, *detail)) {
            return indexed;
        }
        let is_opaque = pixels.pixels().iter().all(|pixel| pixel.alpha() == 255);
        let mut rows = Vec::with_capacity(pixels.pixels().len() * 4);
        for pixel in pixels.pixels() {
            let color = pixel.demultiply();
            rows.extend([color.red(), color.green(), color.blue()]);
            if !is_opaque {
                rows.push(color.alpha());
            }
        }
        if is_opaque { Self::Rgb(rows) } else { Self::Rgba(rows) }
    }

    /// The numbers of pixels' colours, if there are at most as many as are looked for.
    fn indexed(pixels: &Pixmap, detail: Detail) -> Option<Self> {
        let mut numbers = Numbers::new(detail);
        let mut rows = Vec::with_capacity(pixels.pixels().len());
        let mut last = None;
        for pixel in pixels.pixels() {
            let bytes = [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()];
            let number = match last {
                Some((known, number)) if known == bytes => number,
                _ => numbers.of(bytes)?,
            };
            last = Some((bytes, number));
            numbers.colors[usize::from(number)].1 += 1;
            rows.push(number);
        }
        let (colors, new) = numbers.most_common();
        let rows = rows.into_iter().map(|number| new[usize::from(number)]).collect();
        Some(Self::Indexed { palette: colors.into_iter().map(plain_color).collect(), rows })
    }
}

/// Without its alpha in the other parts.
fn plain_color([red, green, blue, alpha]: [u8; 4]) -> [u8; 4] {
    let color = PremultipliedColorU8::from_rgba(red, green, blue, alpha);
    let color = color.unwrap_or(PremultipliedColorU8::TRANSPARENT).demultiply();
    [color.red(), color.green(), color.blue(), color.alpha()]
}

/// How exactly a picture is stored in few colours.
#[derive(Clone, Copy)]
struct Detail {
    /// What counts of a colour.
    mask: [u8; 4],
    /// Colours that are looked for at most; those beyond the 256 most common become the nearest.
    most: usize,
}

/// Nothing is lost.
const EXACT: [Detail; 1] = [Detail { mask: [0xFF; 4], most: PALETTE }];
/// Colours that differ by at most three of 255 are one, and rare ones, which are edges of lines,
/// become the nearest.
const NEAR: [Detail; 2] = [EXACT[0], Detail { mask: [0xFC; 4], most: PLACES / 2 }];

/// Colours of a palette at most.
const PALETTE: usize = 256;

/// Places of the table of colours, at least two for each.
const PLACES: usize = 1 << 13;

/// Colours and their numbers.
struct Numbers {
    detail: Detail,
    /// Colours, and how many pixels have them.
    colors: Vec<([u8; 4], u32)>,
    /// What counts of each colour, and its number plus one, by its hash; a number of 0 is free.
    places: Vec<(u32, u16)>,
}

impl Numbers {
    fn new(detail: Detail) -> Self {
        Self { detail, colors: vec![], places: vec![(0, 0); PLACES] }
    }

    fn of(&mut self, color: [u8; 4]) -> Option<u16> {
        let key = u32::from_le_bytes(color) & u32::from_le_bytes(self.detail.mask);
        let mut place = (key.wrapping_mul(0x9e37_79b1) >> 19) as usize;
        loop {
            match self.places[place] {
                (_, 0) => break,
                (known, number) if known == key => return Some(number - 1),
                _ => place = (place + 1) % PLACES,
            }
        }
        if self.colors.len() == self.detail.most {
            return None;
        }
        self.colors.push((color, 0));
        self.places[place] = (key, self.colors.len() as u16);
        Some((self.colors.len() - 1) as u16)
    }

    /// A palette, and the number in it for each number that was given out.
    fn most_common(&self) -> (Vec<[u8; 4]>, Vec<u8>) {
        let mut order: Vec<usize> = (0..self.colors.len()).collect();
        if order.len() > PALETTE {
            order.sort_by_key(|number| std::cmp::Reverse(self.colors[*number].1));
        }
        let kept = &order[..order.len().min(PALETTE)];
        let palette: Vec<_> = kept.iter().map(|number| self.colors[*number].0).collect();
        let mut new = vec![0; self.colors.len()];
        for (place, number) in order.into_iter().enumerate() {
            let color = self.colors[number].0;
            new[number] = if place < PALETTE { place as u8 } else { nearest(&palette, color) };
        }
        (palette, new)
    }
}

fn nearest(palette: &[[u8; 4]], color: [u8; 4]) -> u8 {
    let distance = |other: &[u8; 4]| {
        let parts = color.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(*other)));
        parts.map(|part| part * part).sum::<u32>()
    };
    let places = palette.iter().enumerate();
    places.min_by_key(|(_, other)| distance(other)).map_or(0, |(place, _)| place as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(inside: &str) -> String {
        format!(
            "<svg width=\"20\" height=\"10\" xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>"
        )
    }

    fn draw(inside: &str, scale: Scale) -> Pixmap {
        Pixmap::decode_png(&png(&document(inside), scale).unwrap()).unwrap()
    }

    fn ink(pixels: &Pixmap) -> usize {
        pixels.pixels().iter().filter(|pixel| pixel.alpha() > 0).count()
    }

    #[test]
    fn pictures_come_back_as_drawn() {
        let pixels = draw("<rect width=\"10\" height=\"10\" fill=\"#123456\"/>", Scale::ONE);
        assert_eq!((pixels.width(), pixels.height(), ink(&pixels)), (20, 10, 100));
        let color = pixels.pixel(3, 3).unwrap().demultiply();
        assert_eq!([color.red(), color.green(), color.blue()], [0x12, 0x34, 0x56]);
    }

    #[test]
    fn many_colors_are_stored_as_they_are() {
        let gradient = "<linearGradient id=\"a\"><stop stop-color=\"red\"/><stop offset=\"1\" \
            stop-color=\"lime\"/></linearGradient><rect width=\"20\" height=\"10\" fill=\"url(#a)\"/>";
        let pixels = draw(gradient, Scale::new(16.0));
        assert_eq!((pixels.width(), pixels.height()), (320, 160));
        assert_eq!(ink(&pixels), 320 * 160);
        let left = pixels.pixel(0, 0).unwrap();
        assert!(left.red() > 250 && left.green() < 5);
        let half = draw(
            &gradient.replace("/>\"", "\"").replace("width=\"20\"", "width=\"20\" opacity=\".5\""),
            Scale::new(16.0),
        );
        assert_eq!(half.pixel(0, 0).unwrap().alpha(), 128);
    }

    #[test]
    fn plain_pictures_keep_their_areas_and_nearly_their_edges() {
        let circle = |place: u32| {
            let (red, left) = (place * 37 % 256, place % 20);
            format!("<circle r=\"7.3\" cx=\"{left}.3\" cy=\"4\" fill=\"rgb({red},90,{left}0)\"/>")
        };
        let back = "<rect width=\"20\" height=\"10\" fill=\"#282a36\"/>";
        let svg = document(&format!("{back}{}", (0..20).map(circle).collect::<String>()));
        let svg = svg.replace(
            "width=\"20\" height=\"10\" xmlns",
            "width=\"400\" height=\"200\" \
            viewBox=\"0 0 20 10\" xmlns",
        );
        let [exact, near] = [png(&svg, Scale::ONE), plain(&svg)].map(Result::unwrap);
        assert!(near.len() < exact.len() && near[25] == 3, "{} of {}", near.len(), exact.len());
        let [exact, near] = [exact, near].map(|png| Pixmap::decode_png(&png).unwrap());
        let parts = exact.data().iter().zip(near.data());
        let off: Vec<u8> = parts.map(|(one, other)| one.abs_diff(*other)).collect();
        let far = off.iter().filter(|off| **off > 3).count();
        assert!(far * 50 < off.len(), "{far} of {}", off.len());
        assert!(off.iter().all(|off| *off < 64), "{:?}", off.iter().max());
        assert_eq!(exact.pixel(0, 199), near.pixel(0, 199), "the background");
    }

    #[test]
    fn text_is_drawn_whatever_its_family() {
        for family in ["Inter", "Nowhere", "serif"] {
            let text = format!("<text y=\"9\" font-size=\"9\" font-family=\"{family}\">Ay</text>");
            assert!(ink(&draw(&text, Scale::ONE)) > 20, "{family}");
        }
        let heavy = "<text y=\"9\" font-size=\"9\" font-weight=\"600\">Ay</text>";
        assert_ne!(draw(heavy, Scale::ONE), draw(&heavy.replace("600", "400"), Scale::ONE));
    }

    #[test]
    fn scripts_that_the_first_face_lacks_are_drawn() {
        let text = |text: &str| format!("<text y=\"9\" font-size=\"9\">{text}</text>");
        let [hebrew, nothing] = ["שלום", "\u{E0A0}"].map(|it| draw(&text(it), Scale::ONE));
        assert!(ink(&hebrew) > 20 && hebrew != nothing, "{} pixels", ink(&hebrew));
        assert_ne!(hebrew, draw(&text("םולש"), Scale::ONE));
    }

    #[test]
    fn nothing_outside_the_document_is_opened() {
        let image = "<image href=\"/etc/hostname.png\" width=\"9\" height=\"9\"/>";
        assert_eq!(ink(&draw(image, Scale::ONE)), 0);
    }

    #[test]
    fn too_large_and_broken_documents_are_refused() {
        let large = document("")
            .replace("width=\"20\"", "width=\"1001\"")
            .replace("height=\"10\"", "height=\"1000\"");
        assert_eq!(png(&large, Scale::ONE), Err(Error::TooLarge { width: 1001, height: 1000 }));
        assert_eq!(png("<svg", Scale::ONE), Err(Error::Unreadable));
        assert!(png_within(&large, Scale::ONE, 1_001_000).is_ok());
        assert!(check_size(1000, 1000).is_ok() && check_size(u32::MAX, u32::MAX).is_err());
    }
}
