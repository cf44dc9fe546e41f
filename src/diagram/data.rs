//! What a page's script reads from a picture: which box belongs to which line, mark and namespace.
//!
//! In: boxes and lines of a scene. Out: `data-` attributes. They hold names only, so that a picture
//! without a script loses nothing.
//!
//! | attribute | on | holds |
//! |---|---|---|
//! | `data-e` | box | ids of the lines that end at it |
//! | `data-n` | line | ids of its boxes, first the one that all its ways share |
//! | `data-p` | box | id of the box that holds it |
//! | `data-t` | bar, gateway, backend, line | what its colour stands for, such as `g1` |
//! | `data-m` | box | what its marks stand for, as in `data-t` |
//! | `data-s` | box | its namespace |

use std::fmt::Write as _;

use html_escape::encode_double_quoted_attribute as escape;

use super::Target;
use super::palette::Tone;
use super::scene::{Look, Node, Path, Scene};
use super::svg::clean;

/// A short name of what a colour stands for; none for colours that stand for nothing.
fn key(tone: Tone) -> Option<String> {
    match tone {
        Tone::Network(rank) => Some(format!("n{rank}")),
        Tone::Gateway(at) => Some(format!("g{at}")),
        Tone::Store(at) => Some(format!("s{at}")),
        Tone::Plain(_) => None,
    }
}

fn add(out: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let _ = write!(out, " data-{name}=\"{}\"", escape(&clean(value)));
    }
}

/// The attributes of a box.
pub(super) fn of_node(node: &Node, scene: &Scene) -> String {
    let mut out = String::new();
    let on = |path: &&Path| path.ends.contains(&node.id);
    let paths: Vec<&str> = scene.paths.iter().filter(on).map(|path| path.id.as_str()).collect();
    add(&mut out, "e", &paths.join(" "));
    add(&mut out, "p", node.parent.as_deref().unwrap_or_default());
    let own = own_tone(node);
    add(&mut out, "t", &own.and_then(key).unwrap_or_default());
    let mut marks: Vec<Tone> = node.marks.iter().map(|mark| mark.tone).collect();
    marks.retain(|tone| Some(*tone) != own);
    marks.sort_unstable();
    marks.dedup();
    let marks: Vec<String> = marks.into_iter().filter_map(key).collect();
    add(&mut out, "m", &marks.join(" "));
    add(&mut out, "s", namespace(node).unwrap_or_default());
    out
}

/// The attributes of a line.
pub(super) fn of_path(path: &Path) -> String {
    let mut out = String::new();
    add(&mut out, "n", &path.ends.join(" "));
    add(&mut out, "t", &key(path.tone).unwrap_or_default());
    out
}

/// The colour that a box gives to others: that of the network, gateway or backend that it is.
fn own_tone(node: &Node) -> Option<Tone> {
    let (Look::Bar(tone) | Look::Toned(tone)) = node.look else { return None };
    let is_it = matches!(
        (tone, &node.target),
        (Tone::Network(_), Some(Target::Network(_)))
            | (Tone::Gateway(_), Some(Target::Gateway(_)))
            | (Tone::Store(_), Some(Target::Storage(_)))
    );
    is_it.then_some(tone)
}

fn namespace(node: &Node) -> Option<&str> {
    match node.target.as_ref()? {
        Target::App(id) | Target::Kustomization(id) => id.split_once('/').map(|(space, _)| space),
        Target::Namespace(name) => Some(name),
        _ => None,
    }
}
