//! Whether words stay in their boxes and off each other, measured by the renderer itself.

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Group, Node, Options, Rect, TextChunk, Tree};

use super::{Random, VIEWS, links, subjects};
use crate::diagram::Diagram;
use crate::diagram::palette::Theme;
use crate::diagram::text::{REGULAR, SEMI_BOLD};
use crate::inventory::Cluster;

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for face in [REGULAR, SEMI_BOLD] {
        fonts.load_font_source(Source::Binary(Arc::new(face)));
    }
    Arc::new(fonts)
});

/// Checks all views of a cluster.
pub(super) fn check(cluster: &Cluster, of: &str) {
    for view in VIEWS {
        let subjects = subjects(view, cluster, &mut Random::new(3));
        for subject in subjects.into_iter().rev().take(1) {
            for diagram in (view.draw)(cluster, subject, &links) {
                check_diagram(&diagram, &format!("{of}, {}", view.name));
            }
        }
    }
}

fn check_diagram(diagram: &Diagram, of: &str) {
    let options = Options { fontdb: Arc::clone(&FONTS), ..Options::default() };
    let tree = Tree::from_str(&diagram.raster(Theme::Light), &options).expect("SVG");
    let size = tree.size();
    let whole = Rect::from_xywh(0.0, 0.0, size.width(), size.height()).expect("a size");
    let mut words = Vec::new();
    collect(tree.root(), None, &mut words);
    assert!(!words.is_empty(), "no words: {of}");
    for (at, (text, taken, room)) in words.iter().enumerate() {
        let room = room.unwrap_or(whole);
        assert!(within(taken, &room), "`{text}` {taken:?} leaves {room:?}: {of}");
        for (other, beside, _) in &words[at + 1..] {
            assert!(apart(taken, beside), "`{text}` on `{other}`: {of}");
        }
    }
}

/// All lines of text with the space that they take and the box that they stand in, which is the
/// first shape of their group.
fn collect(group: &Group, room: Option<Rect>, words: &mut Vec<(String, Rect, Option<Rect>)>) {
    for node in group.children() {
        match node {
            Node::Group(inner) => {
                let first = inner.children().iter().find_map(|node| match node {
                    Node::Path(path) if path.fill().is_some() => Some(path.abs_bounding_box()),
                    _ => None,
                });
                collect(inner, first, words);
            }
            Node::Text(text) => {
                let shown: String = text.chunks().iter().map(TextChunk::text).collect();
                let taken = ink(text.abs_bounding_box());
                words.push((shown, taken, room));
            }
            _ => {}
        }
    }
}

/// What letters take of a line's height: above and below is room for marks on capitals and for the
/// next line.
fn ink(line: Rect) -> Rect {
    let spare = line.height() * 0.12;
    Rect::from_ltrb(line.left(), line.top() + spare, line.right(), line.bottom() - spare)
        .expect("bug: a line keeps most of its height")
}

fn within(taken: &Rect, room: &Rect) -> bool {
    room.left() <= taken.left()
        && room.right() >= taken.right()
        && room.top() <= taken.top()
        && room.bottom() >= taken.bottom()
}

fn apart(one: &Rect, other: &Rect) -> bool {
    one.right() <= other.left()
        || other.right() <= one.left()
        || one.bottom() <= other.top()
        || other.bottom() <= one.top()
}
