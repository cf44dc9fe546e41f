//! The chart after a message: where it is, its ink, and when there is none.

use super::*;

const VALUES: [f64; 6] = [1.0, 4.0, 2.0, f64::NAN, 8.0, 5.0];

fn with_chart(style: Style) -> Picture<'static> {
    Picture { style, sparkline: Some(&VALUES), ..cpu() }
}

/// Width of the picture, and left and right end of its chart's line.
fn measured(svg: &str) -> (f32, f32, f32) {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).unwrap();
    let chart = lines(tree.root()).into_iter().last().expect("a line without filling");
    (tree.size().width(), chart.left(), chart.right())
}

fn lines(group: &usvg::Group) -> Vec<resvg::tiny_skia::Rect> {
    let bounds = |node: &usvg::Node| match node {
        usvg::Node::Group(group) => lines(group),
        usvg::Node::Path(path) if path.fill().is_none() => vec![path.bounding_box()],
        _ => vec![],
    };
    group.children().iter().flat_map(bounds).collect()
}

#[test]
fn every_style_has_a_chart_inside_the_message() {
    for style in Style::ALL {
        let svg = drawn(&with_chart(style));
        let plain = drawn(&Picture { style, ..cpu() });
        let plain = usvg::Tree::from_str(&plain, &usvg::Options::default()).unwrap();
        let (width, left, right) = measured(&svg);
        assert!(left >= plain.size().width() - 12.0, "{style:?} begins at {left}");
        assert!((5.0..=13.0).contains(&(width - right)), "{style:?}: {right} of {width}");
        assert!(right - left > 40.0);
        check_has(&svg, &[r#"aria-label="cpu: 17.5%""#, "<title>cpu: 17.5%</title>"]);
    }
}

#[test]
fn the_chart_has_the_ink_of_the_message() {
    let svg = drawn(&with_chart(Style::Flat));
    check_has(&svg, &[r##"stroke="#fff" fill="none""##, r##"fill="#fff" fill-opacity=".25""##]);
    let light = drawn(&Picture { color: "#eee", ..with_chart(Style::Flat) });
    check_has(&light, &[r##"stroke="#333""##]);
    check_has(&drawn(&with_chart(Style::Social)), &[r##"stroke="#333""##]);
}

#[test]
fn nothing_to_draw_changes_nothing() {
    for style in Style::ALL {
        let plain = drawn(&Picture { style, ..cpu() });
        for values in [&[][..], &[f64::NAN; 9], &[f64::INFINITY, f64::NEG_INFINITY]] {
            assert_eq!(drawn(&Picture { style, sparkline: Some(values), ..cpu() }), plain);
        }
    }
}

#[test]
fn a_chart_can_stand_alone() {
    for style in Style::ALL {
        let bare = Picture { message: "", ..with_chart(style) };
        measured(&drawn(&bare));
        let (width, left, _) = measured(&drawn(&Picture { label: None, ..bare }));
        assert!(left < 13.0 && width < 90.0, "{style:?}: {left} of {width}");
    }
    let single = Picture { sparkline: Some(&[7.0]), ..cpu() };
    check_has(&drawn(&single), &["h0\"/>"]);
}

#[test]
fn long_series_stay_small() {
    let values: Vec<f64> = (0..11_000).map(|index| f64::from(index % 977)).collect();
    let svg = drawn(&Picture { sparkline: Some(&values), ..cpu() });
    assert!(svg.len() < 4000, "{} bytes", svg.len());
}
