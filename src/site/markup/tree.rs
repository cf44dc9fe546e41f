//! Pieces become a tree: [`tree()`].
//!
//! In: HTML. Out: elements and texts. An element that is not closed ends with the one around it.

use super::{Piece, attribute, name, pieces};

/// A text or an element.
#[derive(Clone, Debug)]
pub(in crate::site) enum Node<'a> {
    /// With its entities.
    Text(&'a str),
    Element(Element<'a>),
}

/// An element with what is in it.
#[derive(Clone, Debug)]
pub(in crate::site) struct Element<'a> {
    /// Its name, in lower case as we write it.
    pub(in crate::site) name: &'a str,
    tag: &'a str,
    pub(in crate::site) children: Vec<Node<'a>>,
}

/// Elements without an end.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"];

/// Elements of frames and pictures.
const SILENT: &[&str] = &["svg", "script", "style", "nav", "button", "noscript", "template"];

/// What the frame of a page and its headings have beside words.
const SILENT_CLASSES: &[&str] = &["anchor", "contents-inline", "page-foot", "skip"];

/// Elements that stand within words.
const JOINING: &[&str] = &["a", "b", "code", "em", "i", "mark", "strong", "sub", "sup", "wbr"];

/// Deeper than this nothing is nested: a recursive reader must not run out of stack.
const DEEPEST: usize = 120;

impl<'a> Element<'a> {
    /// An attribute, with its entities.
    pub(in crate::site) fn attribute(&self, name: &str) -> Option<&'a str> {
        attribute(self.tag, name)
    }

    /// Whether it has an attribute, with or without a value.
    pub(in crate::site) fn is_set(&self, name: &str) -> bool {
        self.tag
            .split(|at: char| at.is_whitespace() || matches!(at, '=' | '>'))
            .any(|one| one == name)
    }

    /// Whether it has a class.
    pub(in crate::site) fn has_class(&self, class: &str) -> bool {
        self.attribute("class")
            .is_some_and(|all| all.split_ascii_whitespace().any(|one| one == class))
    }

    /// Elements right in it.
    pub(in crate::site) fn elements(&self) -> impl Iterator<Item = &Element<'a>> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Whether a reader of words passes over it: frames, pictures, and marks beside headings.
    pub(in crate::site) fn is_silent(&self) -> bool {
        if SILENT.contains(&self.name) {
            return true;
        }
        let class = self.attribute("class").unwrap_or_default();
        SILENT_CLASSES.contains(&class)
    }

    /// Its words, with entities resolved and white space as it is.
    pub(in crate::site) fn text(&self) -> String {
        let mut out = String::new();
        self.collect(&mut out);
        out
    }

    /// Whether its words and those behind it may be one word.
    fn joins(&self) -> bool {
        let is_plain = self.attribute("class").is_none_or(|class| class.starts_with("hl-"));
        JOINING.contains(&self.name) || (self.name == "span" && is_plain)
    }

    fn collect(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(&html_escape::decode_html_entities(text)),
                Node::Element(element) if element.is_silent() => {}
                Node::Element(element) => {
                    element.collect(out);
                    if !element.joins() {
                        out.push(' ');
                    }
                }
            }
        }
    }
}

/// The tree of a document, as one element without a name.
pub(in crate::site) fn tree(html: &str) -> Element<'_> {
    let mut open = vec![Element { name: "", tag: "", children: vec![] }];
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => last(&mut open).children.push(Node::Text(text)),
            Piece::Open(tag) => {
                let element = Element { name: name(tag), tag, children: vec![] };
                let is_whole = VOID.contains(&element.name) || tag.ends_with("/>");
                if is_whole || open.len() > DEEPEST {
                    last(&mut open).children.push(Node::Element(element));
                } else {
                    open.push(element);
                }
            }
            Piece::Close(tag) => {
                if let Some(at) = open.iter().rposition(|element| element.name == name(tag)) {
                    close(&mut open, at.max(1));
                }
            }
            Piece::Other(_) => {}
        }
    }
    close(&mut open, 1);
    open.swap_remove(0)
}

fn last<'b, 'a>(open: &'b mut [Element<'a>]) -> &'b mut Element<'a> {
    open.last_mut().expect("bug: the root stays open")
}

/// Closes elements until only so many are open.
fn close(open: &mut Vec<Element<'_>>, count: usize) {
    while open.len() > count {
        let element = open.pop().expect("bug: longer than the count");
        last(open).children.push(Node::Element(element));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_nest_and_end() {
        let root = tree("<p>a<b>b<br>c</p><i>d &amp; e</i>");
        let names: Vec<_> = root.elements().map(|element| element.name).collect();
        assert_eq!(names, ["p", "i"]);
        assert_eq!(root.text().trim(), "ab c d & e");
    }

    #[test]
    fn depth_is_bounded() {
        let html = "<p>".repeat(100_000);
        assert_eq!(tree(&html).text().trim(), "");
    }
}
