//! Colours for readers whose system is dark, in a style sheet inside the badge.
//!
//! In: a picture that follows its reader's colour scheme. Out: rules whose classes carry the badge's
//! id, so that badges in one page leave each other alone. Attributes hold the light colours, for
//! viewers that know no style sheets.

use super::super::super::color::{self, Color};
use super::super::{Picture, Scheme, Style, text};
use super::{Ink, Svg, social};

/// The label's part for dark readers, where neither it nor the light one has a colour of its own.
const LABEL: &str = "#30363d";

/// What is different for dark readers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Dark {
    /// The label's part.
    label: Color,
    /// Words on it.
    ink: Ink,
}

impl Dark {
    /// None where the picture's colours are fixed or the label's part would stay as it is.
    pub(super) fn of(picture: &Picture<'_>, label_width: i32) -> Option<Self> {
        let Scheme::Auto { dark_label_color } = picture.scheme else { return None };
        let light = picture.label_color.filter(|color| !color.is_empty());
        let dark = dark_label_color.filter(|color| !color.is_empty());
        let label = color::resolve_label(dark.or(light).unwrap_or(LABEL));
        let differs = label != color::resolve_label(light.unwrap_or_default());
        let is_seen = picture.style == Style::Social || (label_width > 0 && differs);
        is_seen.then(|| Self { label, ink: Ink::on(label) })
    }

    /// The ink of a light label's words, marked where it changes.
    pub(super) fn follow(self, light: Ink) -> Ink {
        Ink { follows: self.ink != light, ..light }
    }
}

impl Svg<'_> {
    /// The rules, if there are any.
    pub(super) fn style_sheet(&mut self) {
        let Some(dark) = self.dark else { return };
        self.out.push_str("<style>@media(prefers-color-scheme:dark){");
        if self.picture.style == Style::Social {
            social::DARK.iter().for_each(|(class, rule)| self.rule(*class, rule));
        } else {
            self.rule('l', &format!("fill:{}", dark.label));
            self.rule('i', &format!("fill:{}", dark.ink.fill));
            self.rule('h', &format!("fill:{}", dark.ink.shadow));
        }
        self.out.push_str("}</style>");
    }

    fn rule(&mut self, class: char, declaration: &str) {
        self.put(format_args!(".{class}-"));
        text::selector(&mut self.out, self.picture.id);
        self.put(format_args!("{{{declaration}}}"));
    }
}
