//! The rules that inline diagrams need.
//!
//! In: the roles and tones of the writer. Out: CSS. It never looks at a picture.

use std::fmt::Write as _;

use super::super::palette::{NETWORKS, Neutral, STORES, Tone};
use super::super::text::Style;
use super::{Paint, Role, tone_class, variable};

/// The rules that inline diagrams need, for a theme whose pages may hold no `<style>`.
///
/// Each diagram brings them itself too.
pub fn stylesheet() -> String {
    let mut css = String::from(
        ".dg{font-family:Inter,system-ui,sans-serif;height:auto;display:block}\
         .dg a{text-decoration:none}.dg a:hover rect:first-of-type{stroke:var(--dg-muted,#5a6369)}\
         .dg a:focus-visible{outline:none}\
         .dg a:focus-visible rect:first-of-type{stroke:var(--dg-focus,#0f6e60);stroke-width:2.5;stroke-dasharray:none}",
    );
    let texts = Style::ALL.into_iter().map(Role::Text);
    for role in texts.chain(Role::PLAIN) {
        let _ = write!(css, ".{}{{", role.class());
        for (property, paint) in role.look() {
            let _ = write!(css, "{property}:{};", css_value(paint));
        }
        css.push('}');
    }
    let stores = (0..STORES.len()).map(Tone::Store);
    let plain = [
        Neutral::Line,
        Neutral::Ink,
        Neutral::Muted,
        Neutral::Wire,
        Neutral::Focus,
        Neutral::Error,
        Neutral::Warn,
    ];
    let plain = plain.map(Tone::Plain);
    for tone in (0..NETWORKS.len()).map(Tone::Network).chain(stores).chain(plain) {
        let _ = write!(css, ".{}{{--dg-tone:{}}}", tone_class(tone), variable(tone));
    }
    css
}

fn css_value(paint: Paint) -> String {
    match paint {
        Paint::Fixed(text) => text.to_owned(),
        Paint::Plain(neutral) => variable(Tone::Plain(neutral)),
        Paint::Tone => "var(--dg-tone)".to_owned(),
    }
}
