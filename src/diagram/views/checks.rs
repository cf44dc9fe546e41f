//! What must hold of every scene: nothing overlaps, nothing is crossed, all text fits.
//!
//! In: scenes and SVG of the views' tests. Out: failures. It never draws.

use crate::diagram::layout::WIDEST;
use crate::diagram::scene::{Look, Node, Path, Point, Rect, Scene, Text};

/// Checks everything; `of` names the scene in failures.
pub(in crate::diagram) fn scene(scene: &Scene, of: &str) {
    assert!(scene.width <= WIDEST, "{} wide: {of}", scene.width);
    ids(scene, of);
    boxes(scene, of);
    contents(scene, of);
    paths(scene, of);
    labels(scene, of);
    legend(scene, of);
}

fn whole(scene: &Scene) -> Rect {
    Rect::new(0, 0, scene.width, scene.height)
}

fn ids(scene: &Scene, of: &str) {
    let nodes = scene.nodes.iter().map(|node| &node.id);
    let mut ids: Vec<&String> = nodes.chain(scene.paths.iter().map(|path| &path.id)).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids twice: {of}");
}

fn is_within(scene: &Scene, node: &Node, other: &Node) -> bool {
    let find = |id: &String| scene.nodes.iter().find(|other| other.id == *id);
    let parent = |node: &&Node| node.parent.as_ref().and_then(find);
    std::iter::successors(parent(&node), parent).any(|parent| parent.id == other.id)
}

fn boxes(scene: &Scene, of: &str) {
    for (index, node) in scene.nodes.iter().enumerate() {
        assert!(whole(scene).contains(&node.rect), "{} outside: {of}", node.id);
        for other in &scene.nodes[index + 1..] {
            if is_within(scene, other, node) {
                assert!(node.rect.contains(&other.rect), "{} leaves {}: {of}", other.id, node.id);
            } else {
                let apart = !node.rect.overlaps(&other.rect);
                assert!(apart, "{} over {}: {of}", node.id, other.id);
            }
        }
    }
}

/// Texts, marks and tags lie in their box and apart from each other and from its children.
fn contents(scene: &Scene, of: &str) {
    for node in &scene.nodes {
        let mut taken: Vec<Rect> = node.texts.iter().map(Text::rect).collect();
        taken.extend(node.marks.iter().map(|mark| Rect::new(mark.at.x - 9, mark.at.y - 9, 18, 18)));
        taken.extend(node.tags.iter().map(|tag| tag.rect));
        for (index, rect) in taken.iter().enumerate() {
            assert!(node.rect.contains(rect), "{} {rect:?} leaves {:?}: {of}", node.id, node.rect);
            let apart = taken[index + 1..].iter().all(|other| !rect.overlaps(other));
            assert!(apart, "words of {} overlap {taken:?}: {of}", node.id);
            let children =
                scene.nodes.iter().filter(|other| other.parent.as_ref() == Some(&node.id));
            for child in children {
                assert!(
                    !child.rect.overlaps(rect),
                    "{} covers words of {}: {of}",
                    child.id,
                    node.id
                );
            }
        }
    }
}

/// Whether a box holds something that a path ends at, so that the path has to enter it.
fn holds_end(scene: &Scene, node: &Node, path: &Path) -> bool {
    let find = |id: &String| scene.nodes.iter().find(|other| other.id == *id);
    let parents = |end: &String| {
        std::iter::successors(find(end), |node| node.parent.as_ref().and_then(find)).skip(1)
    };
    path.ends.iter().any(|end| parents(end).any(|parent| parent.id == node.id))
}

fn paths(scene: &Scene, of: &str) {
    for path in &scene.paths {
        for (from, to) in path.segments() {
            assert!(from.x == to.x || from.y == to.y, "{} is slanted: {of}", path.id);
            let line = Rect::around(from, to);
            assert!(whole(scene).contains(&line), "{} leaves the picture: {of}", path.id);
            let piece = line.grown(1);
            for node in scene.nodes.iter().filter(|node| !node.is_bar()) {
                if holds_end(scene, node, path) {
                    let hit = node.texts.iter().any(|text| text.rect().overlaps(&piece));
                    assert!(!hit, "{} crosses the name of {}: {of}", path.id, node.id);
                    continue;
                }
                let hit = if path.ends.contains(&node.id) {
                    node.rect.grown(-2).overlaps(&piece)
                } else {
                    node.rect.overlaps(&piece)
                };
                assert!(!hit, "{} passes {}: {of}", path.id, node.id);
            }
            let mut words = scene.notes.iter().chain(&scene.legend_texts);
            let bars = scene.nodes.iter().filter(|node| node.is_bar());
            let mut bar_words = bars.flat_map(|bar| &bar.texts);
            let hit = words.any(|text| text.rect().overlaps(&piece))
                || bar_words.any(|text| text.rect().overlaps(&piece));
            assert!(!hit, "{} crosses words: {of}", path.id);
        }
    }
}

/// Whether two pieces run on top of each other.
fn on_top(one: (Point, Point), other: (Point, Point)) -> bool {
    let ((from, to), (start, end)) = (one, other);
    let both_upright = from.x == to.x && start.x == end.x && from.x == start.x;
    let both_level = from.y == to.y && start.y == end.y && from.y == start.y;
    let overlap = Rect::around(from, to).grown(1).overlaps(&Rect::around(start, end));
    (both_upright || both_level) && overlap
}

/// Lines never run on top of each other, but those that `share` a way may.
pub(in crate::diagram) fn lines_apart(scene: &Scene, share: fn(&Path, &Path) -> bool, of: &str) {
    for (index, path) in scene.paths.iter().enumerate() {
        for other in scene.paths[index + 1..].iter().filter(|other| !share(path, other)) {
            for one in path.segments() {
                let apart = other.segments().all(|other| !on_top(one, other));
                assert!(apart, "{} runs on {}: {of}", path.id, other.id);
            }
        }
    }
}

fn labels(scene: &Scene, of: &str) {
    for (index, label) in scene.labels.iter().enumerate() {
        assert!(label.rect.contains(&label.text.rect()), "label {label:?} leaves its ground: {of}");
        for other in &scene.labels[index + 1..] {
            assert!(!label.rect.overlaps(&other.rect), "labels overlap: {of}");
        }
        for node in &scene.nodes {
            // Lines between the boxes of a frame have their words in the frame.
            let within = node.look == Look::Frame && node.rect.contains(&label.rect);
            let hit = if within {
                node.texts.iter().any(|text| text.rect().overlaps(&label.rect))
            } else {
                label.rect.overlaps(&node.rect)
            };
            assert!(!hit, "label on {}: {of}", node.id);
        }
        let foreign = scene.paths.iter().filter(|path| path.id != label.path);
        for (from, to) in foreign.flat_map(Path::segments) {
            assert!(!label.rect.overlaps(&Rect::around(from, to).grown(1)), "label on line: {of}");
        }
    }
}

fn legend(scene: &Scene, of: &str) {
    let texts: Vec<Rect> = scene.notes.iter().chain(&scene.legend_texts).map(Text::rect).collect();
    for (index, text) in texts.iter().enumerate() {
        assert!(whole(scene).contains(text), "{text:?} outside: {of}");
        assert!(
            texts[index + 1..].iter().all(|other| !text.overlaps(other)),
            "notes overlap: {of}"
        );
        assert!(scene.nodes.iter().all(|node| !node.rect.overlaps(text)), "note on box: {of}");
    }
}

/// Checks that tags are balanced, attributes quoted and unique, and no bare `<` or `&` is left.
pub(in crate::diagram) fn xml(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        entities(&rest[..start]);
        let end = rest.find('>').unwrap();
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap();
        attributes(tag, &mut ids);
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?}");
    ids.sort_unstable();
    let twice = ids.windows(2).find(|pair| pair[0] == pair[1]);
    assert!(twice.is_none(), "id twice: {twice:?}");
}

fn entities(text: &str) {
    for (at, _) in text.match_indices('&') {
        let end = text[at..].find(';').expect("entity");
        assert!(end <= 6, "{}", &text[at..]);
    }
}

fn attributes<'a>(tag: &'a str, ids: &mut Vec<&'a str>) {
    let mut names: Vec<&str> = Vec::new();
    let parts: Vec<&str> = tag.split('"').collect();
    assert_eq!(parts.len() % 2, 1, "{tag}");
    for pair in parts.chunks_exact(2) {
        let name = pair[0].rsplit(' ').next().unwrap().strip_suffix('=').unwrap();
        assert!(!names.contains(&name), "{name} twice in {tag}");
        names.push(name);
        entities(pair[1]);
        if name == "id" {
            ids.push(pair[1]);
        }
    }
}
