//! Sizes to the pixel: a table of our own, and the table of kromgo's sizes where it is at hand.

use std::io::Write as _;

use super::super::super::icon::{self, Icon};
use super::{Picture, Style, drawn};
use crate::badge::Font;

/// Size of the picture, and widths of its coloured parts.
fn sizes(svg: &str) -> (String, String, String) {
    let root = resvg::usvg::roxmltree::Document::parse(svg).unwrap();
    let size = |name| root.root_element().attribute(name).unwrap().to_owned();
    let is_part = |node: &resvg::usvg::roxmltree::Node<'_, '_>| {
        node.has_tag_name("rect")
            && node.attribute("fill").is_some_and(|fill| fill.starts_with('#'))
    };
    let parts = root.descendants().filter(is_part).filter_map(|node| node.attribute("width"));
    (size("width"), size("height"), parts.collect::<Vec<_>>().join("+"))
}

/// One row: style, label, message, icon, and the sizes.
fn check(row: &str, find: &dyn Fn(&str) -> Option<Icon>) {
    let cells: Vec<&str> = row.split('\t').collect();
    let [style, label, message, icon, width, height, parts] = cells[..] else {
        panic!("seven cells in {row:?}");
    };
    let icon = find(icon);
    let own_id = label.strip_prefix("(none; id ").map(|id| id.trim_end_matches(')'));
    let label = own_id.map_or(Some(label), |id| icon.is_none().then_some(id));
    let svg = drawn(&Picture {
        style: Style::from_name(style).unwrap(),
        icon: icon.as_ref(),
        ..Picture::new("measured", label, message)
    });
    assert_eq!(sizes(&svg), (width.into(), height.into(), parts.into()), "{row}");
}

#[test]
fn badges_have_the_sizes_that_readers_know() {
    let icon = icon::find("si:talos");
    let find = |name: &str| if name.is_empty() { None } else { icon.clone() };
    for row in [
        "flat\tpods\t142\t\t71\t20\t38+33",
        "flat\tpods\t142\tsi:talos\t87\t20\t54+33",
        "flat-square\tGrüße\t→ 日\t\t76\t20\t46+30",
        "plastic\t(none; id ceph)\tok\tsi:talos\t41\t20\t41",
        "for-the-badge\tpods\t142\t\t106\t28\t57+49",
        "for-the-badge\t(none; id ceph)\tok\tsi:talos\t63\t28\t63",
    ] {
        check(row, &find);
    }
}

#[test]
fn other_sizes_and_faces_change_the_height_and_the_width() {
    let of = |font, size| {
        sizes(&drawn(&Picture { font, size, ..Picture::new("x", Some("pods"), "1,204") }))
    };
    let check = |font, size, width: &str, height: &str, parts: &str| {
        assert_eq!(of(font, size), (width.into(), height.into(), parts.into()), "{font:?} {size}");
    };
    check(Font::DejaVuSans, 12, "87", "21", "41+46");
    check(Font::DejaVuSansBold, 11, "89", "20", "42+47");
    check(Font::ComicNeue, 14, "82", "23", "40+42");
    check(Font::ComicNeueBold, 11, "69", "20", "34+35");
}

/// `RACKBOOK_SHARED` or `../shared` may hold `kromgo/widths.tsv`, measured on the original.
#[test]
#[expect(clippy::disallowed_methods, reason = "the table is no part of the repository")]
fn badges_have_the_sizes_of_the_original() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var("RACKBOOK_SHARED").unwrap_or_else(|_| beside.to_owned());
    let Ok(table) = std::fs::read_to_string(format!("{folder}/kromgo/widths.tsv")) else {
        // Written past the test harness, which shows what passing tests print to nobody.
        let _ = writeln!(std::io::stderr(), "skipped: no kromgo/widths.tsv in {folder}");
        return;
    };
    let icon = icon::find("si:kubernetes");
    let find = |name: &str| if name.is_empty() { None } else { icon.clone() };
    table.lines().skip(1).for_each(|row| check(row, &find));
}
