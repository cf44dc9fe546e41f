//! Every language but YAML, by the grammars of syntect and two-face.
//!
//! In: a language's name and text. Out: classified lines; none where no grammar has that name.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::{Class, Line};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Scopes and the class of what stands in them; the first that fits wins, so the longer ones come
/// first.
const SCOPES: [(&str, Class); 27] = [
    ("comment", Class::Comment),
    ("string", Class::Text),
    ("constant.numeric", Class::Number),
    ("constant.language", Class::Constant),
    ("constant.character.escape", Class::Variable),
    ("constant.other", Class::Constant),
    ("keyword.operator", Class::Punctuation),
    ("keyword", Class::Key),
    ("storage.type", Class::Key),
    ("storage.modifier", Class::Key),
    ("entity.name.function", Class::Function),
    ("entity.name.type", Class::Type),
    ("entity.name.tag", Class::Type),
    ("entity.name.section", Class::Key),
    ("entity.name", Class::Type),
    ("entity.other.attribute-name", Class::Key),
    ("support.function", Class::Function),
    ("support.type.property-name", Class::Key),
    ("support", Class::Type),
    ("variable.function", Class::Function),
    ("variable.declaration", Class::Key),
    ("variable.parameter.option", Class::Constant),
    ("variable", Class::Variable),
    ("markup.inserted", Class::Inserted),
    ("markup.deleted", Class::Deleted),
    ("punctuation.definition.parameter", Class::Constant),
    ("punctuation", Class::Punctuation),
];

static CLASSES: LazyLock<Vec<(Scope, Class)>> = LazyLock::new(|| {
    let scopes = SCOPES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class)));
    scopes.collect()
});

/// All within these is a key, whatever else it is.
static KEYS: LazyLock<Vec<Scope>> = LazyLock::new(|| {
    let names = ["meta.mapping.key", "meta.tag.key"];
    names.iter().filter_map(|name| Scope::new(name).ok()).collect()
});

/// The lines of a text, where the language is known.
pub(super) fn lines(language: &str, text: &str) -> Option<Vec<Line>> {
    let syntax = syntax(language)?;
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let lines = text.split_inclusive('\n');
    Some(lines.map(|line| self::line(line, &mut state, &mut stack)).collect())
}

/// Whether a grammar has that name.
pub(super) fn knows(language: &str) -> bool {
    syntax(language).is_some()
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let name = match language {
        "terraform" | "tf" | "hcl" => "tf",
        "shell" | "zsh" => "sh",
        "jsonc" | "json5" => "json",
        "golang" => "go",
        "jinja" | "jinja2" | "j2" => "html.j2",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(name).filter(|syntax| syntax.name != "Plain Text")
}

fn line(text: &str, state: &mut ParseState, stack: &mut ScopeStack) -> Line {
    let mut line = Line::default();
    let shown = text.trim_end_matches(['\n', '\r']).len();
    let with_end = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    let operations = state.parse_line(&with_end, &SYNTAXES).unwrap_or_default();
    let mut from = 0;
    for (at, operation) in operations {
        let at = at.min(shown);
        line.push(class(stack), &text[from..at]);
        from = from.max(at);
        if stack.apply(&operation).is_err() {
            break;
        }
    }
    line.push(class(stack), &text[from..shown]);
    line
}

/// The class of the innermost scope that has one.
///
/// Strings that are keys are keys, and the punctuation of strings and comments is part of them.
fn class(stack: &ScopeStack) -> Class {
    let scopes = stack.as_slice();
    let known = |scope: &Scope| {
        CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class)
    };
    if scopes.iter().any(|scope| KEYS.iter().any(|prefix| prefix.is_prefix_of(*scope))) {
        return Class::Key;
    }
    let mut classes = scopes.iter().rev().filter_map(known);
    let is_literal = |class: &Class| {
        matches!(class, Class::Text | Class::Comment | Class::Inserted | Class::Deleted)
    };
    match classes.next() {
        Some(Class::Punctuation) => classes.find(is_literal).unwrap_or(Class::Punctuation),
        Some(class) => class,
        None => Class::Plain,
    }
}
