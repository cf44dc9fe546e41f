//! Whole graphs.

use super::*;

/// 2026-01-01 00:00 UTC.
pub(in crate::badge) const START: f64 = 1_767_225_600.0;

/// A series with a sample each minute.
pub(in crate::badge) fn series(instance: &str, values: &[f64]) -> Series {
    let points = values.iter().enumerate();
    let points = points.map(|(index, value)| (START + 60.0 * index as f64, *value)).collect();
    Series { labels: [("instance".to_owned(), instance.to_owned())].into(), points }
}

fn options() -> Options<'static> {
    Options {
        width: 400,
        height: 150,
        legend: true,
        fill: false,
        theme: Theme::DEFAULT,
        y_min: None,
        y_max: None,
        mark_lines: vec![],
        font: None,
        format_tick: None,
        utc_offset: 0,
    }
}

/// A graph of three minutes.
pub(in crate::badge) fn graph(series: &Matrix) -> Graph<'_> {
    Graph {
        id: "cpu",
        title: "CPU",
        series,
        start: START,
        end: START + 120.0,
        step: 60.0,
        options: options(),
    }
}

fn percent(value: f64) -> String {
    format!("{value}%")
}

fn matrix() -> Matrix {
    vec![series("node", &[10.0, 17.333_333, 15.0])]
}

fn drawn(change: impl FnOnce(&mut Graph<'_>)) -> String {
    let matrix = matrix();
    let mut graph = graph(&matrix);
    change(&mut graph);
    svg(&graph)
}

/// Whether the document can be read, and is as large as it should be.
fn is_whole(svg: &str) -> bool {
    resvg::usvg::roxmltree::Document::parse(svg).is_ok()
}

/// Texts between tags.
fn texts(svg: &str) -> Vec<&str> {
    let parts = svg.split("</text>").filter_map(|part| part.rsplit_once('>'));
    parts.map(|(_, text)| text).filter(|text| !text.is_empty()).collect()
}

#[test]
fn graphs_begin_with_their_size_and_name() {
    let svg = drawn(|_| {});
    assert!(svg.starts_with("<svg width=\"400\" height=\"150\" viewBox=\"0 0 400 150\""), "{svg}");
    assert!(
        svg.contains("role=\"img\" aria-label=\"CPU\"><title>CPU</title><desc>node: 15</desc>")
    );
    assert!(texts(&svg).contains(&"CPU") && texts(&svg).contains(&"node"));
    assert!(is_whole(&svg));
}

#[test]
fn looks_can_be_chosen() {
    let plain = drawn(|_| {});
    assert!(!plain.contains("fill:rgba") && !plain.contains("stroke-dasharray"));
    assert!(drawn(|graph| graph.options.fill = true).contains("fill:rgba"));
    assert!(
        drawn(|graph| graph.options.mark_lines = vec![MarkLine::Max]).contains("stroke-dasharray")
    );
    assert!(!texts(&drawn(|graph| graph.options.legend = false)).contains(&"node"));
    let dracula = drawn(|graph| graph.options.theme = Theme::named("dracula").unwrap());
    assert!(dracula.contains("rgb(40,42,54)"));
    let ends = drawn(|graph| (graph.options.y_min, graph.options.y_max) = (Some(0.0), Some(100.0)));
    assert!(ends.contains(">100</text>") && ends.contains(">0</text>"));
    let own = drawn(|graph| graph.options.format_tick = Some(&percent));
    assert!(texts(&own).contains(&"10%"), "{own}");
}

#[test]
fn fonts_can_be_chosen() {
    let comic = drawn(|graph| graph.options.font = Some(Font::ComicNeue));
    assert!(
        comic.contains("font-family=\"'Comic Neue',sans-serif\" font-size") && is_whole(&comic)
    );
    assert!(comic.contains("font-weight=\"bold\"") && !comic.contains("Inter"));
    assert!(drawn(|_| {}).contains("font-family=\"Inter,"));
    let matrix = matrix();
    let in_font = |font| {
        let mut graph = graph(&matrix);
        graph.options.font = font;
        png(&graph).unwrap()
    };
    let fonts = [None].into_iter().chain(Font::ALL.map(Some));
    let pictures: std::collections::BTreeSet<_> = fonts.map(in_font).collect();
    assert_eq!(pictures.len(), 5, "every face looks different");
}

#[test]
fn auto_follows_the_reader() {
    let auto = drawn(|graph| {
        graph.options.theme = Theme::named("auto").unwrap();
        graph.options.fill = true;
    });
    assert!(auto.contains("@media(prefers-color-scheme:dark)") && auto.contains("!important"));
    assert!(is_whole(&auto) && !drawn(|_| {}).contains("<style>"));
    // Programs that do not know the reader's scheme draw it light.
    let matrix = matrix();
    let mut graph = graph(&matrix);
    let light = png(&graph).unwrap();
    graph.options.theme = Theme::named("auto").unwrap();
    assert_eq!(png(&graph).unwrap(), light);
}

#[test]
fn numbers_have_two_decimals_at_most() {
    for scale in [1e-6, 0.003, 0.4, 1.0, 7.7, 1e4, 3e9] {
        let matrix = vec![series("node", &[10.0 * scale, 17.333_333 * scale, 15.1 * scale])];
        let mut graph = graph(&matrix);
        graph.options.mark_lines = MarkLine::ALL.to_vec();
        for text in texts(&svg(&graph)) {
            let decimals = text
                .split_once('.')
                .map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
            assert!(decimals <= 2, "{text}");
        }
    }
}

#[test]
fn what_is_not_finite_is_a_gap() {
    let values = [1.0, f64::NAN, 2.0, 3.0, f64::INFINITY, 4.0, f64::NEG_INFINITY];
    let matrix = vec![series("node", &values)];
    let mut graph = graph(&matrix);
    graph.end = START + 360.0;
    graph.options.fill = true;
    graph.options.mark_lines = MarkLine::ALL.to_vec();
    let svg = svg(&graph);
    assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("Inf"), "{svg}");
    let line = svg.split("stroke-linecap").nth(1).and_then(|rest| rest.split(" d=\"").nth(1));
    let line = line.and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(line.matches('M').count(), 3, "{line}");
}

#[test]
fn hostile_text_is_escaped() {
    let hostile = "</text><script>alert(1)</script>\u{1}\u{202e}\"'&";
    let matrix = vec![series(hostile, &[1.0]), series("b", &[2.0])];
    let mut graph = graph(&matrix);
    (graph.title, graph.id) = (hostile, hostile);
    let format = |_: f64| hostile.to_owned();
    graph.options.format_tick = Some(&format);
    (graph.options.y_min, graph.options.width, graph.options.height) = (Some(1.5), 900, 300);
    let svg = svg(&graph);
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;") && is_whole(&svg));
    assert!(png(&graph).is_ok());
}

#[test]
fn series_are_bounded() {
    let matrix: Matrix = (0..120).map(|index| series(&format!("n{index}"), &[1.0, 2.0])).collect();
    let graph = graph(&matrix);
    let svg = svg(&graph);
    assert_eq!(graph.dropped(), 20);
    assert!(svg.contains("<!-- 20 more series are not shown -->"));
    assert_eq!(svg.matches(" stroke=").count(), 100 + 2);
    assert!(texts(&svg).iter().any(|text| text.ends_with(" more")));
}

#[test]
fn every_size_and_shape_of_data_can_be_drawn() {
    let many: Vec<f64> = (0..3000).map(|index| f64::from(index % 17)).collect();
    let extremes = [f64::MAX, f64::MIN, 0.0, f64::MIN_POSITIVE, -0.0];
    let data: [&[f64]; 7] =
        [&[], &[f64::NAN], &[5.0], &[0.0, 0.0], &extremes, &[1e-9, 2e-9], &many];
    for size in [(0, 0), (1, 1), (3, 200), (200, 3), (40, 40), (80, 20), (200, 80), (99_999, 9)] {
        for values in data {
            let matrix = vec![series("node", values)];
            let mut graph = graph(&matrix);
            (graph.options.width, graph.options.height) = size;
            graph.options.fill = true;
            graph.options.mark_lines = MarkLine::ALL.to_vec();
            let svg = svg(&graph);
            assert!(
                is_whole(&svg) && !svg.contains("NaN") && !svg.contains("inf"),
                "{size:?} {svg}"
            );
            assert!(svg.len() < 60_000, "{size:?} has {}", svg.len());
        }
    }
    assert!(drawn(|graph| graph.options.width = 99_999).starts_with("<svg width=\"2048\""));
    for (start, end) in [(f64::NAN, f64::NAN), (1e300, -1e300), (-1e300, 1e300), (0.0, 0.0)] {
        assert!(is_whole(&drawn(|graph| (graph.start, graph.end) = (start, end))));
    }
}

#[test]
fn work_is_bounded() {
    let values: Vec<f64> = (0..5000).map(|index| f64::from(index * 7919 % 101)).collect();
    let matrix = vec![series("node", &values); 100];
    let mut graph = graph(&matrix);
    graph.end = START + 300_000.0;
    (graph.options.width, graph.options.height, graph.options.fill) = (2048, 2048, true);
    assert!(svg(&graph).len() < 500_000, "{}", svg(&graph).len());
}

#[test]
fn no_data_is_said() {
    let matrix = vec![];
    let svg = svg(&graph(&matrix));
    assert!(texts(&svg).contains(&"no data") && svg.contains("<desc>no data</desc>"));
}

#[test]
fn pictures_are_png_and_bounded() {
    let matrix = matrix();
    let mut graph = graph(&matrix);
    let bytes = png(&graph).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
    (graph.options.width, graph.options.height) = (2048, 2048);
    let error = png(&graph).unwrap_err();
    assert_eq!(error, super::png::Error::TooLarge { width: 2048, height: 2048 });
}

#[test]
fn the_same_graph_gives_the_same_bytes() {
    assert_eq!(drawn(|_| {}), drawn(|_| {}));
}

#[test]
fn requests_change_looks() {
    let params = RenderParams {
        width: Some("99999"),
        height: Some("-5"),
        legend: Some("false"),
        fill: Some("yes"),
        ymin: Some("-1.5"),
        ymax: Some("NaN"),
        theme: Some("nope"),
    };
    let dracula = Theme::named("dracula").unwrap();
    let changed = Options { theme: dracula, y_max: Some(9.0), ..options() }.with(&params);
    assert_eq!((changed.width, changed.height), (2048, 150));
    assert!(!changed.legend && !changed.fill);
    assert_eq!((changed.y_min, changed.y_max), (Some(-1.5), Some(9.0)));
    assert_eq!(changed.theme, Theme::DEFAULT);
}
