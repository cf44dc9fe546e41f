//! Colours of graphs by the theme's name.
//!
//! In: a name as in `theme: dracula`. Out: background, text and series' colours. Greys between are
//! mixed from background and text, so that every theme keeps its tone.

use std::fmt::{self, Display, Formatter};

/// A colour without alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(u32);

impl Rgb {
    /// Red, green and blue.
    pub(super) fn parts(self) -> [u8; 3] {
        [(self.0 >> 16) as u8, (self.0 >> 8) as u8, self.0 as u8]
    }

    /// This colour with `percent` of another.
    pub(super) fn mix(self, other: Self, percent: u32) -> Self {
        let channel = |shift: u32| {
            let (own, new) = (self.0 >> shift & 0xff, other.0 >> shift & 0xff);
            ((own * (100 - percent) + new * percent + 50) / 100) << shift
        };
        Self(channel(16) | channel(8) | channel(0))
    }
}

impl Display for Rgb {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.parts();
        write!(out, "rgb({red},{green},{blue})")
    }
}

/// The colours of one scheme.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Palette {
    name: &'static str,
    /// What everything lies on.
    pub(super) background: Rgb,
    /// The title.
    pub(super) text: Rgb,
    series: &'static [u32],
}

impl Palette {
    const fn new(name: &'static str, background: u32, text: u32, series: &'static [u32]) -> Self {
        Self { name, background: Rgb(background), text: Rgb(text), series }
    }

    /// Labels at axes and in the legend.
    pub(super) fn muted(&self) -> Rgb {
        self.text.mix(self.background, 16)
    }

    /// Lines behind the series.
    pub(super) fn grid(&self) -> Rgb {
        self.text.mix(self.background, 87)
    }

    /// The line at the bottom.
    pub(super) fn axis(&self) -> Rgb {
        self.text.mix(self.background, 62)
    }

    /// The colour of a series; colours come again after the last, nearer to the text's each time.
    pub(super) fn series(&self, index: usize) -> Rgb {
        let color = Rgb(self.series[index % self.series.len()]);
        let round = (index / self.series.len()).min(3) as u32;
        color.mix(self.text, round * 22)
    }
}

/// The colours of a graph: one scheme, or two between which the reader's system chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// The colours to draw with.
    pub(super) palette: &'static Palette,
    /// Colours for readers whose system is dark, where they differ.
    pub(super) dark: Option<&'static Palette>,
}

impl Theme {
    /// The theme of graphs that name none: `light`.
    pub const DEFAULT: Self = Self { palette: &PALETTES[0], dark: None };

    const AUTO: Self = Self { palette: &PALETTES[0], dark: Some(&PALETTES[1]) };

    /// The theme of a name; `auto` is light or dark as the reader's system is.
    pub fn named(name: &str) -> Option<Self> {
        if name == "auto" {
            return Some(Self::AUTO);
        }
        let palette = PALETTES.iter().find(|palette| palette.name == name)?;
        Some(Self { palette, dark: None })
    }

    /// All names, for messages and documentation.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PALETTES.iter().map(|palette| palette.name).chain(["auto"])
    }

    /// This theme's name.
    pub fn name(self) -> &'static str {
        if self.dark.is_some() { "auto" } else { self.palette.name }
    }
}

#[rustfmt::skip]
static PALETTES: [Palette; 23] = [
    Palette::new("light", 0xff_ffff, 0x24_292f, &[
        0x3b_6fd4, 0x2a_9d5c, 0xe0_8a00, 0xd6_4550, 0x84_57c9, 0x14_96b8, 0xe8_652b, 0xcf_4a94,
        0x6f_8f1f, 0x5f_6f85,
    ]),
    Palette::new("dark", 0x16_1b22, 0xe6_edf3, &[
        0x5b_9bff, 0x4c_c38a, 0xf2_b84b, 0xf2_706b, 0xb0_8cf0, 0x4c_c2e0, 0xf5_9056, 0xee_7fbc,
        0xa9_c95a, 0x9a_a7b8,
    ]),
    Palette::new("vivid-light", 0xff_ffff, 0x1b_1f24, &[
        0x00_66ff, 0x00_a651, 0xff_8a00, 0xf0_143c, 0x8a_2be2, 0x00_a3c7, 0xff_3d8b, 0x6b_a800,
        0x5c_4bff, 0xc0_9000,
    ]),
    Palette::new("vivid-dark", 0x0d_0f14, 0xf0_f2f6, &[
        0x3d_9bff, 0x00_e08a, 0xff_b300, 0xff_4d6a, 0xb6_6bff, 0x00_d5f5, 0xff_6ec0, 0xa8_e000,
        0x8f_85ff, 0xff_e14d,
    ]),
    Palette::new("grafana", 0x18_1b1f, 0xcc_ccdc, &[
        0x73_bf69, 0xf2_cc0c, 0x57_94f2, 0xff_9830, 0xf2_495c, 0xb8_77d9, 0x8a_b8ff, 0x56_a64b,
        0xe0_b400, 0xff_a6b0,
    ]),
    Palette::new("ant", 0xff_ffff, 0x26_2626, &[
        0x5b_8ff9, 0x3f_c48e, 0x5d_7092, 0xe8_ae00, 0xe8_684a, 0x3f_b2de, 0x92_70ca, 0xff_9d4d,
        0x26_9a99, 0xf0_75a8,
    ]),
    Palette::new("nature-light", 0xf8_f6ee, 0x33_3d2c, &[
        0x4f_7f3a, 0xb8_762b, 0x2f_7f86, 0xa8_503a, 0x5c_6f9a, 0x88_9430, 0x8a_6a4a, 0x3f_9a6a,
    ]),
    Palette::new("nature-dark", 0x1c_241d, 0xe3_e9d9, &[
        0x8f_c06b, 0xd9_a75b, 0x6b_b8bd, 0xd9_826b, 0x94_a7d6, 0xc0_c86a, 0xc2_a07a, 0x6f_cf9c,
    ]),
    Palette::new("retro", 0xfb_f1dc, 0x46_372a, &[
        0xc8_553d, 0x2f_7f79, 0xd0_8d12, 0x6a_4c7d, 0x58_8157, 0xb5_6576, 0x3d_6b99, 0x8c_5e3c,
    ]),
    Palette::new("ocean", 0x0b_2233, 0xd8_e9f3, &[
        0x4f_b3e8, 0x3f_d6b8, 0xf5_c26b, 0x9a_a8ff, 0xff_8f7a, 0x7f_e3f5, 0xb8_d977, 0xd5_9cf0,
    ]),
    Palette::new("slate", 0x28_303b, 0xe0_e6ed, &[
        0x7a_a8e8, 0x7f_c8a9, 0xe8_c07a, 0xe8_8f8f, 0xb7_9be0, 0x7a_c5d8, 0xe8_a57a, 0xa9_b8c9,
    ]),
    Palette::new("gray", 0xf3_f3f3, 0x33_3333, &[
        0x4d_6a88, 0x8c_6d4f, 0x5b_8266, 0x8a_5a6a, 0x7a_7a7a, 0x6f_6a99, 0x96_8638, 0x3d_3d3d,
    ]),
    Palette::new("winter", 0xf3_f7fb, 0x22_3446, &[
        0x2f_6fb3, 0x2a_9d9d, 0x6a_6fc0, 0x4f_a3cc, 0x8f_5bb0, 0x4f_7890, 0xb0_568a, 0x3c_8a68,
    ]),
    Palette::new("spring", 0xfb_fdf5, 0x30_402c, &[
        0x4f_9d3f, 0xd6_548f, 0xd0_8a1f, 0x3f_8fc4, 0x9a_62c0, 0x1f_9f86, 0xe0_693f, 0x7f_8f1f,
    ]),
    Palette::new("summer", 0xff_faf0, 0x47_3722, &[
        0xe8_590c, 0x0b_8fb5, 0xd9_9a00, 0xd6_336c, 0x2f_9e44, 0x70_48e8, 0x0c_a678, 0x9c_4221,
    ]),
    Palette::new("fall", 0xfd_f6ee, 0x47_3024, &[
        0xb3_472b, 0xc7_851a, 0x4f_7a57, 0x8c_3b4a, 0x7a_6a2a, 0x5a_5f8a, 0xd1_603d, 0xa0_632f,
    ]),
    Palette::new("catppuccin-latte", 0xef_f1f5, 0x4c_4f69, &[
        0x1e_66f5, 0x88_39ef, 0x40_a02b, 0xfe_640b, 0xd2_0f39, 0x17_9299, 0xdf_8e1d, 0xea_76cb,
        0x04_a5e5, 0x72_87fd,
    ]),
    Palette::new("catppuccin-frappe", 0x30_3446, 0xc6_d0f5, &[
        0x8c_aaee, 0xca_9ee6, 0xa6_d189, 0xef_9f76, 0xe7_8284, 0x81_c8be, 0xe5_c890, 0xf4_b8e4,
        0x99_d1db, 0xba_bbf1,
    ]),
    Palette::new("catppuccin-macchiato", 0x24_273a, 0xca_d3f5, &[
        0x8a_adf4, 0xc6_a0f6, 0xa6_da95, 0xf5_a97f, 0xed_8796, 0x8b_d5ca, 0xee_d49f, 0xf5_bde6,
        0x91_d7e3, 0xb7_bdf8,
    ]),
    Palette::new("catppuccin-mocha", 0x1e_1e2e, 0xcd_d6f4, &[
        0x89_b4fa, 0xcb_a6f7, 0xa6_e3a1, 0xfa_b387, 0xf3_8ba8, 0x94_e2d5, 0xf9_e2af, 0xf5_c2e7,
        0x89_dceb, 0xb4_befe,
    ]),
    Palette::new("dracula", 0x28_2a36, 0xf8_f8f2, &[
        0xbd_93f9, 0x50_fa7b, 0xff_79c6, 0x8b_e9fd, 0xff_b86c, 0xff_5555, 0xf1_fa8c,
    ]),
    Palette::new("monokai", 0x27_2822, 0xf8_f8f2, &[
        0x66_d9ef, 0xa6_e22e, 0xf9_2672, 0xfd_971f, 0xae_81ff, 0xe6_db74,
    ]),
    Palette::new("night-owl", 0x01_1627, 0xd6_deeb, &[
        0x82_aaff, 0xc7_92ea, 0x22_da6e, 0xf7_8c6c, 0x7f_dbca, 0xff_5874, 0xec_c48d, 0xad_db67,
    ]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Rgb) -> f64 {
        let linear = |part: u8| (f64::from(part) / 255.0).powf(2.2);
        let [red, green, blue] = color.parts().map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: Rgb, other: Rgb) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        if one > other { one / other } else { other / one }
    }

    #[test]
    fn names_lead_to_themes() {
        assert!(Theme::names().all(|name| Theme::named(name).unwrap().name() == name));
        assert_eq!(Theme::names().count(), 24);
        assert_eq!(Theme::named("Dracula"), None);
        assert_eq!(Theme::DEFAULT.name(), "light");
    }

    #[test]
    fn text_and_lines_can_be_told_from_the_background() {
        for palette in &PALETTES {
            let muted = contrast(palette.muted(), palette.background);
            assert!(muted >= 4.5, "labels of {} have {muted:.2}", palette.name);
            for index in 0..palette.series.len() * 3 {
                let line = contrast(palette.series(index), palette.background);
                assert!(line >= 1.9, "series {index} of {} has {line:.2}", palette.name);
            }
        }
    }

    #[test]
    fn colors_mix_and_come_again_changed() {
        assert_eq!(Rgb(0x28_2a36).to_string(), "rgb(40,42,54)");
        assert_eq!(Rgb(0x00_0000).mix(Rgb(0xff_ffff), 50), Rgb(0x80_8080));
        let palette = Theme::named("monokai").unwrap().palette;
        assert_ne!(palette.series(0), palette.series(6));
    }
}
