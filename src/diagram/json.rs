//! A picture as JSON: what is drawn, where, and where it was read.
//!
//! In: a [`Diagram`]. Out: JSON whose keys `content/guides/diagrams.md` describes, in the order in
//! which things are drawn. Lengths are CSS pixels from the upper left.

use serde_json::{Map, Value, json};

use super::palette::Tone;
use super::scene::{Cap, CapKind, Look, Mark, Node, Path, Point, Rect, Scene, Stroke, Text};
use super::{Diagram, Target};

/// Finds where a thing is declared.
type Sources<'a> = &'a dyn Fn(&Target) -> Option<Value>;

pub(super) fn value(diagram: &Diagram, source: Sources) -> Value {
    let scene = &diagram.scene;
    json!({
        "title": diagram.title,
        "description": diagram.description,
        "caption": diagram.caption,
        "width": pixels(scene.width),
        "height": pixels(scene.height),
        "notes": scene.notes.iter().map(text).collect::<Vec<_>>(),
        "boxes": scene.nodes.iter().map(|node| node_value(node, source)).collect::<Vec<_>>(),
        "lines": scene.paths.iter().map(|path| line(path, scene)).collect::<Vec<_>>(),
        "legend": {
            "marks": scene.legend_marks.iter().map(mark).collect::<Vec<_>>(),
            "texts": scene.legend_texts.iter().map(text).collect::<Vec<_>>(),
        },
    })
}

/// Half pixels as pixels, whole ones without a fraction.
fn pixels(half: i32) -> Value {
    if half % 2 == 0 { json!(half / 2) } else { json!(f64::from(half) / 2.0) }
}

fn point(at: Point) -> Value {
    json!([pixels(at.x), pixels(at.y)])
}

/// A name such as `network-0`, by which things of one colour belong together.
fn colour(tone: Tone) -> Value {
    match tone {
        Tone::Network(rank) => json!(format!("network-{rank}")),
        Tone::Gateway(at) => json!(format!("gateway-{at}")),
        Tone::Store(at) => json!(format!("storage-{at}")),
        Tone::Plain(_) => Value::Null,
    }
}

fn place(into: &mut Map<String, Value>, rect: &Rect) {
    into.insert("x".to_owned(), pixels(rect.x));
    into.insert("y".to_owned(), pixels(rect.y));
    into.insert("width".to_owned(), pixels(rect.width));
    into.insert("height".to_owned(), pixels(rect.height));
}

fn text(text: &Text) -> Value {
    json!({ "text": text.words, "at": point(text.at), "quiet": text.quiet })
}

fn mark(mark: &Mark) -> Value {
    json!({ "colour": colour(mark.tone), "at": point(mark.at) })
}

fn node_value(node: &Node, source: Sources) -> Value {
    let (look, tone) = match node.look {
        Look::Frame => ("frame", Value::Null),
        Look::Card => ("card", Value::Null),
        Look::Toned(tone) => ("card", colour(tone)),
        Look::Absent(tone) => ("absent", colour(tone)),
        Look::Bar(tone) => ("bar", colour(tone)),
        Look::Hatched(tone) => ("hatched", colour(tone)),
    };
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(node.id));
    out.insert("look".to_owned(), json!(look));
    out.insert("parent".to_owned(), json!(node.parent));
    out.insert("thing".to_owned(), node.target.as_ref().map_or(Value::Null, thing));
    out.insert("source".to_owned(), node.target.as_ref().and_then(source).unwrap_or_default());
    out.insert("title".to_owned(), json!(node.title));
    out.insert("colour".to_owned(), tone);
    place(&mut out, &node.rect);
    out.insert("texts".to_owned(), node.texts.iter().map(text).collect());
    out.insert("marks".to_owned(), node.marks.iter().map(mark).collect());
    out.insert("tags".to_owned(), tags(node));
    Value::Object(out)
}

/// Words of tags; bays and ports have none.
fn tags(node: &Node) -> Value {
    let words = node.tags.iter().map(|tag| &tag.text).filter(|text| !text.is_empty());
    words.map(|text| json!(text)).collect()
}

fn thing(target: &Target) -> Value {
    let (kind, id) = match target {
        Target::App(id) => ("app", id),
        Target::Node(id) => ("node", id),
        Target::Host(id) => ("host", id),
        Target::Device(id) => ("device", id),
        Target::Network(id) => ("network", id),
        Target::Gateway(id) => ("gateway", id),
        Target::Namespace(id) => ("namespace", id),
        Target::Storage(id) => ("storage", id),
        Target::Kustomization(id) => ("kustomization", id),
    };
    json!({ "kind": kind, "id": id })
}

fn line(path: &Path, scene: &Scene) -> Value {
    let label = scene.labels.iter().find(|label| label.path == path.id);
    let ways = path.lines.iter().map(|way| way.iter().map(|at| point(*at)).collect::<Value>());
    json!({
        "id": path.id,
        "ends": path.ends,
        "title": path.title,
        "label": label.map(|label| text(&label.text)),
        "colour": colour(path.tone),
        "dashed": path.stroke == Stroke::Dashed,
        "ways": ways.collect::<Value>(),
        "caps": path.caps.iter().map(cap).collect::<Value>(),
    })
}

fn cap(cap: &Cap) -> Value {
    let kind = match cap.kind {
        CapKind::Dot => "dot",
        CapKind::Arrow => "arrow",
        CapKind::Next => "next",
        CapKind::Up => "up",
        CapKind::Back => "back",
    };
    json!({ "kind": kind, "at": point(cap.at) })
}
