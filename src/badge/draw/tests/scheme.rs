//! Badges that follow the reader's colour scheme: rules of their own, and light without them.

use super::*;

const AUTO: Scheme<'static> = Scheme::Auto { dark_label_color: None };

fn auto(style: Style) -> Picture<'static> {
    Picture { style, scheme: AUTO, ..cpu() }
}

fn pixels(svg: &str) -> Vec<u8> {
    crate::badge::png::png(svg, crate::badge::png::Scale::ONE).unwrap()
}

#[test]
fn the_label_follows_and_attributes_are_light() {
    for style in [Style::Flat, Style::FlatSquare, Style::Plastic, Style::ForTheBadge] {
        let svg = drawn(&auto(style));
        check_has(&svg, &["@media(prefers-color-scheme:dark){.l-cpu{fill:#30363d}"]);
        check_has(&svg, &[r##"fill="#555" class="l-cpu""##, r##"fill="#67ac09"/>"##]);
        check_lacks(&svg, &["class=\"i-cpu\""]);
    }
}

#[test]
fn viewers_without_style_sheets_draw_it_light() {
    let values = [1.0, 3.0, 2.0];
    for style in Style::ALL {
        let fixed = Picture { style, sparkline: Some(&values), ..cpu() };
        let auto = Picture { scheme: AUTO, ..fixed };
        assert_ne!(drawn(&fixed), drawn(&auto), "{style:?}");
        assert_eq!(pixels(&drawn(&fixed)), pixels(&drawn(&auto)), "{style:?}");
    }
}

#[test]
fn words_keep_their_contrast_in_both() {
    let icon = icon::find("si:talos").unwrap();
    let light = Picture { label_color: Some("#eee"), icon: Some(&icon), ..auto(Style::Flat) };
    let dark = Scheme::Auto { dark_label_color: Some("#222") };
    let svg = drawn(&Picture { scheme: dark, ..light });
    check_has(&svg, &[".l-cpu{fill:#222}.i-cpu{fill:#fff}.h-cpu{fill:#010101}"]);
    check_has(&svg, &[r##"fill="#333" class="i-cpu""##, r##"fill="#ccc" class="h-cpu""##]);
    assert_eq!(svg.matches("class=\"i-cpu\"").count(), 2, "icon and label: {svg}");
    let bright = Scheme::Auto { dark_label_color: Some("#fff") };
    let svg = drawn(&Picture { scheme: bright, ..cpu() });
    check_has(&svg, &[".i-cpu{fill:#333}.h-cpu{fill:#ccc}", r##"fill="#fff" class="i-cpu""##]);
}

#[test]
fn what_is_the_same_in_both_has_no_rules() {
    let own = Picture { label_color: Some("#302d41"), ..auto(Style::Flat) };
    check_lacks(&drawn(&own), &["<style", "class="]);
    check_lacks(&drawn(&Picture { label: None, ..auto(Style::Flat) }), &["<style", "class="]);
    check_lacks(&drawn(&cpu()), &["<style", "class="]);
}

#[test]
fn social_is_dark_as_a_whole() {
    let svg = drawn(&Picture { sparkline: Some(&[1.0, 2.0]), ..auto(Style::Social) });
    for class in ["a", "z", "e", "b", "i", "k"] {
        check_has(&svg, &[&format!(".{class}-cpu{{")]);
        let is_used = svg.contains(&format!("class=\"{class}-cpu\""));
        assert!(is_used, "{class}: {svg}");
    }
}

#[test]
fn classes_are_the_badges_own() {
    let of = |id| drawn(&Picture { id, ..auto(Style::Flat) });
    check_has(&of("a-b"), &[r".l-a\.b{", r#"class="l-a.b""#]);
    check_has(&of("a.b"), &[".l-a-b{", r#"class="l-a-b""#]);
    check_has(&of("a}b"), &[r".l-\:"]);
    check_lacks(&of("</style><script>"), &["<script", "</style><s"]);
}
