//! Pictures of badges as a whole: sizes, what is said, colours, and hostile text.

use super::super::icon;
use super::*;
use resvg::usvg;

mod measured;
mod scheme;
mod sparkline;

/// A picture whose text is the same as its id's.
fn cpu() -> Picture<'static> {
    Picture { color: "green", ..Picture::new("cpu", Some("cpu"), "17.5%") }
}

/// The SVG, which must be XML that can be drawn.
fn drawn(picture: &Picture<'_>) -> String {
    let svg = svg(picture);
    let tree = usvg::Tree::from_str(&svg, &usvg::Options::default());
    assert!(tree.is_ok(), "{tree:?}: {svg}");
    svg
}

fn check_has(svg: &str, wanted: &[&str]) {
    for part in wanted {
        assert!(svg.contains(part), "{part} is missing: {svg}");
    }
}

fn check_lacks(svg: &str, unwanted: &[&str]) {
    for part in unwanted {
        assert!(!svg.contains(part), "{part} should not be there: {svg}");
    }
}

#[test]
fn a_flat_badge_is_small_and_says_what_it_shows() {
    let svg = drawn(&cpu());
    check_has(&svg, &[r##"<path fill="#fff""##, r#"role="img""#, r#"aria-label="cpu: 17.5%""#]);
    check_has(&svg, &["<title>cpu: 17.5%</title>", r##"fill="#555""##, r##"fill="#67ac09""##]);
    check_lacks(&svg, &["<text", "href=\"http", "<script", "NaN"]);
    assert!(svg.starts_with("<svg xmlns=") && svg.len() <= 2700, "{} bytes", svg.len());
    assert_eq!(svg.matches(" d=\"M").count(), 2, "outlines once, and the shadow's area");
}

#[test]
fn a_badge_without_label_says_its_message() {
    let svg = drawn(&Picture::new("state", None, "online"));
    check_has(&svg, &[r#"aria-label="online""#, "<title>online</title>", r##"fill="#007ec6""##]);
    check_lacks(&svg, &["#555"]);
    assert_eq!(svg, drawn(&Picture::new("state", Some(""), "online")));
}

#[test]
fn a_suffix_is_said_and_not_shown() {
    let old = Picture { title_suffix: Some("3 minutes old"), ..cpu() };
    check_has(&drawn(&old), &["<title>cpu: 17.5% (3 minutes old)</title>"]);
    let shown = |svg: &str| svg.split_once("</title>").unwrap().1.to_owned();
    assert_eq!(shown(&drawn(&old)), shown(&drawn(&cpu())));
    assert_eq!(drawn(&Picture { title_suffix: Some(""), ..cpu() }), drawn(&cpu()));
}

#[test]
fn light_colours_have_dark_words() {
    let svg = drawn(&Picture { color: "#eeeeee", ..cpu() });
    check_has(&svg, &[r##"fill="#333""##, r##"fill="#ccc""##, r##"<path fill="#fff""##, "#010101"]);
    let icon = icon::find("mdi:server-outline").unwrap();
    let light = Picture { label_color: Some("#eee"), icon: Some(&icon), ..cpu() };
    let svg = drawn(&light);
    assert_eq!(svg.matches(r##"fill="#333""##).count(), 2, "icon and label: {svg}");
    let both = drawn(&Picture { label_color: Some("#eee"), color: "#eee", ..cpu() });
    check_lacks(&both, &["#010101", r##"<path fill="#fff""##]);
}

#[test]
fn ids_inside_are_the_badges_own() {
    check_has(&drawn(&cpu()), &[r#"id="g-cpu""#, r#"id="r-cpu""#]);
    let dotted = drawn(&Picture { id: "a.b", ..cpu() });
    let hyphened = drawn(&Picture { id: "a-b", ..cpu() });
    check_has(&dotted, &[r#"id="r-a-b""#]);
    check_lacks(&hyphened, &["r-a-b"]);
}

#[test]
fn styles_have_their_looks() {
    let in_style = |style| drawn(&Picture { style, ..cpu() });
    check_has(&in_style(Style::Flat), &[r#"rx="3""#, "#bbb", r#"fill-opacity=".3""#]);
    check_has(&in_style(Style::FlatSquare), &[r#"rx="0""#, r#"fill-opacity=".3""#]);
    check_lacks(&in_style(Style::FlatSquare), &["linearGradient"]);
    check_has(
        &in_style(Style::Plastic),
        &[r#"rx="4""#, r##"stop-color="#fff" stop-opacity=".7""##],
    );
    for style in Style::ALL {
        assert_eq!(Style::from_name(style.name()), Some(style));
    }
    assert_eq!(Style::from_name("for-the-win"), None);
}

#[test]
fn an_icon_without_label_rides_on_the_message() {
    let icon = icon::find("mdi:server-outline").unwrap();
    let svg = drawn(&Picture { icon: Some(&icon), ..Picture::new("up", None, "up") });
    check_has(&svg, &[r#"<rect x="0""#, icon.path(), "translate(5 3)scale(0.5833)"]);
    check_lacks(&svg, &["#555"]);
    let boxed = drawn(&Picture { icon: Some(&icon), ..Picture::new("up", Some(" "), "up") });
    check_has(&boxed, &["#555", "aria-label=\" : up\""]);
}

#[test]
fn for_the_badge_has_its_own_measures() {
    let loud = Picture { style: Style::ForTheBadge, ..cpu() };
    let svg = drawn(&loud);
    check_has(&svg, &[r#"height="28""#, r#"rx="0""#, r#"aria-label="cpu: 17.5%""#]);
    check_lacks(&svg, &["linearGradient", "<text", r#"".3""#]);
    assert_eq!(svg.matches("<rect").count(), 3);
    assert_eq!(svg, drawn(&Picture { size: 40, ..loud }), "size is fixed");

    let icon = icon::find("si:talos").unwrap();
    let alone = Picture { label: None, icon: Some(&icon), ..loud };
    assert_eq!(drawn(&alone).matches("<rect").count(), 2);
    let boxed = Picture { label_color: Some("#302d41"), ..alone };
    check_has(&drawn(&boxed), &[r#"<rect width="32" height="28""#]);
    check_has(&drawn(&Picture { message: "", ..alone }), &[r#"width="35" height="28" viewBox"#]);
    check_has(&drawn(&Picture { message: "", ..loud }), &[r#"<rect x="48" width="24""#]);
}

#[test]
fn shadow_and_words_are_painted() {
    let tree = usvg::Tree::from_str(&svg(&cpu()), &usvg::Options::default()).unwrap();
    let mut pixels = resvg::tiny_skia::Pixmap::new(79, 20).unwrap();
    resvg::render(&tree, resvg::tiny_skia::Transform::identity(), &mut pixels.as_mut());
    let in_label = |place: &usize| (4..28).contains(&(place % 79));
    let reds = (0..79 * 20).filter(in_label).map(|place| pixels.pixels()[place].red());
    let (darkest, lightest) = (reds.clone().min().unwrap(), reds.max().unwrap());
    assert!(darkest < 0x45, "the shadow is {darkest:x}");
    assert!(lightest > 0xE0, "the words are {lightest:x}");
}

#[test]
fn social_is_a_key_and_a_bubble() {
    let social = Picture { style: Style::Social, ..cpu() };
    let svg = drawn(&social);
    check_has(&svg, &[r#"fill="url(#g-cpu)""#, "l-3-3v-1l3-3", r##"<path fill="#333""##]);
    check_lacks(&svg, &["#67ac09", "<text"]);
    check_lacks(&drawn(&Picture { label: None, ..social }), &["<rect", "l-3-3v-1l3-3"]);
    check_lacks(&drawn(&Picture { message: "", ..social }), &["#fafafa"]);
    let icon = icon::find("si:github").unwrap();
    check_has(&drawn(&Picture { label: None, icon: Some(&icon), ..social }), &["<rect", "l-3-3"]);
    drawn(&Picture { id: "x", label: None, message: "", ..social });
}

#[test]
fn errors_are_flat_badges() {
    let missing = error("does-not-exist", "Not Found", 404);
    check_has(&missing, &[r#"aria-label="does-not-exist: Not Found""#, "#dd4343", r#"rx="3""#]);
    check_has(&error("cpu", "Query Error", 500), &["#939393"]);
    let hostile = error(&format!("a\u{1}b\u{202E}{}", "x".repeat(100_000)), "Not Found", 404);
    check_has(&hostile, &[&format!("\"ab{}: Not Found\"", "x".repeat(62))]);
    assert!(usvg::Tree::from_str(&hostile, &usvg::Options::default()).is_ok());
}

#[test]
fn hostile_text_stays_text() {
    let quoted =
        drawn(&Picture::new("x", Some("a \"quote\" & <tag>"), "</text><script>alert(1)</script>"));
    check_has(&quoted, &["&lt;script&gt;", "a &#34;quote&#34; &amp; &lt;tag&gt;"]);
    check_lacks(&quoted, &["<script", "</text>"]);
    let long = "\u{0}\u{FFFE}\u{202E}]]>'".repeat(100_000);
    for style in Style::ALL {
        let picture = Picture { style, color: &long, ..Picture::new(&long, Some(&long), &long) };
        let scheme = Scheme::Auto { dark_label_color: Some(&long) };
        let values = vec![f64::MAX; 100_000];
        let svg = drawn(&Picture { scheme, sparkline: Some(&values), ..picture });
        assert!(svg.len() < 100_000, "{} bytes", svg.len());
    }
}

#[test]
fn a_megabyte_of_anything_is_bounded() {
    let letter = |text: &str| text.repeat(1_000_000 / text.len());
    let texts = ["x", "W", "日", "🦊", "\u{301}", "\u{200D}", "&", "<svg>", "\u{E0A0}", "\u{1}"];
    for text in texts.map(letter) {
        for style in Style::ALL {
            let suffix = Some(text.as_str());
            let picture = Picture { style, title_suffix: suffix, ..Picture::new("x", None, &text) };
            let svg = drawn(&Picture { label: Some(&text), ..picture });
            assert!(svg.len() < 300_000, "{} bytes: {:?}", svg.len(), text.chars().next());
        }
    }
}

#[test]
fn no_size_is_too_much() {
    for size in [0, 1, 200, u32::MAX] {
        drawn(&Picture { size, ..cpu() });
    }
}

#[test]
fn what_the_face_lacks_is_left_to_the_viewer() {
    let svg = drawn(&Picture::new("cjk", Some("日本語"), ""));
    check_lacks(&svg, &["<path"]);
    check_has(&svg, &[r#"<text x="6" y="14""#, r#"textLength="16.5""#, ">日本語</text>"]);
    let private = drawn(&Picture::new("icon", Some("\u{E0A0}"), "ok"));
    check_lacks(&private, &["<text"]);
    check_has(&svg, &[r#"aria-label="日本語: ""#]);
}
