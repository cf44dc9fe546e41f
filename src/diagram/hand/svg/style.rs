//! Style sheets and `style` attributes of a picture become attributes.
//!
//! In: the picture's elements. Out: for each the properties that its rules give it, and values that
//! load nothing. A page's policy allows no styles within it.

use resvg::usvg::roxmltree::{Document, Node};
use simplecss::{AttributeOperator, Element, PseudoClass, StyleSheet};

use super::{ID, known};

/// Longest style sheet that is read; selectors are tried on each element.
const LONGEST: usize = 64 << 10;
const MOST_RULES: usize = 400;

/// The rules of a picture.
pub(super) struct Sheet<'a> {
    rules: StyleSheet<'a>,
}

/// The text of all style sheets.
pub(super) fn text(document: &Document<'_>) -> String {
    let sheets = document.descendants().filter(|node| node.tag_name().name() == "style");
    let texts = sheets.flat_map(|node| node.children().filter_map(|child| child.text()));
    let mut all: String = texts.collect();
    if let Some((end, _)) = all.char_indices().find(|(at, _)| *at >= LONGEST) {
        all.truncate(end);
    }
    all
}

impl<'a> Sheet<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut rules = StyleSheet::parse(text);
        rules.rules.truncate(MOST_RULES);
        Self { rules }
    }

    /// The properties of an element; later ones win.
    pub(super) fn declarations(&self, node: &Node<'_, '_>) -> Vec<(String, String)> {
        let element = Styled(*node);
        let mut found: Vec<(String, String)> = Vec::new();
        for rule in self.rules.rules.iter().filter(|rule| rule.selector.matches(&element)) {
            let of = rule.declarations.iter();
            found.extend(of.map(|one| (one.name.to_owned(), one.value.to_owned())));
        }
        let own = node.attribute("style").unwrap_or_default();
        found.extend(own_declarations(own));
        found
    }
}

/// The declarations of a `style` attribute; values may hold brackets within brackets.
fn own_declarations(text: &str) -> Vec<(String, String)> {
    let mut depth = 0_i32;
    let parts = text.split(|it: char| {
        match it {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        it == ';' && depth <= 0
    });
    let pairs = parts.filter_map(|part| part.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

/// A value that loads nothing: `url(…)` of an element of the picture only.
pub(super) fn value(text: &str) -> Option<String> {
    let text = without_function(text, "light-dark", 0);
    let text = without_function(&text, "var", 1);
    let lower = text.to_ascii_lowercase();
    let bad = ["javascript:", "expression(", "@import", "image(", "image-set(", "src(", "\\"];
    if bad.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let Some(start) = lower.find("url(") else {
        return (!lower.contains("data:")).then_some(text);
    };
    let (before, rest) = (&text[..start], &text[start + 4..]);
    let (inner, after) = rest.split_once(')')?;
    let id = inner.trim().trim_matches(['"', '\'']).strip_prefix('#')?;
    let is_more = after.to_ascii_lowercase().contains("url(");
    (!is_more).then(|| format!("{before}url(#{ID}-{}){after}", known::id(id)))
}

/// The text with one argument in place of each call of a function.
fn without_function(text: &str, name: &str, argument: usize) -> String {
    let mut text = text.to_owned();
    for _ in 0..8 {
        let Some(start) = text.find(&format!("{name}(")) else { break };
        let inner = start + name.len() + 1;
        let Some(end) = closing(&text[inner..]) else { break };
        let chosen = arguments(&text[inner..inner + end]).get(argument).cloned();
        text.replace_range(start..=inner + end, chosen.unwrap_or_default().trim());
    }
    text
}

/// Where the bracket closes that is open at the start.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, it)| {
        match it {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        None
    })
}

/// Arguments between commas, those within brackets left whole.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for it in text.chars() {
        match it {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("bug: there is always a part").push(it);
    }
    parts
}

/// An element as selectors see it.
struct Styled<'a, 'input>(Node<'a, 'input>);

impl Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Self)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Self)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        class == PseudoClass::FirstChild && self.0.prev_sibling_element().is_none()
    }
}
