//! Formulas in LaTeX become `MathML`, which browsers draw without a script.
//!
//! In: what stands between dollars. Out: a `<math>` element, or what is wrong. It runs nothing and
//! loads no font; a formula that cannot be read is shown as it was written.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// Longer formulas are refused.
const LIMIT: usize = 8 << 10;

/// Whether a formula stands in its line or on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    /// `$…$`.
    Inline,
    /// `$$…$$`.
    Block,
}

/// The `MathML` of a formula, or what is wrong with it.
pub(super) fn mathml(latex: &str, display: Display) -> Result<String, String> {
    if latex.len() > LIMIT {
        return Err(format!("the formula is longer than {} KiB", LIMIT >> 10));
    }
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(latex, &storage).collect();
    if let Some(error) = events.iter().find_map(|event| event.as_ref().err()) {
        return Err(first_line(&error.to_string()));
    }
    let config = RenderConfig {
        display_mode: match display {
            Display::Inline => DisplayMode::Inline,
            Display::Block => DisplayMode::Block,
        },
        ..RenderConfig::default()
    };
    let mut html = String::new();
    push_mathml(&mut html, events.into_iter(), config).map_err(|error| error.to_string())?;
    Ok(html)
}

/// The parser's words in our style.
fn first_line(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    let line = line.trim_start_matches("parsing error: ").trim_end_matches(['.', ':']);
    let mut letters = line.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_mathml() {
        let html = mathml("x^2", Display::Inline).unwrap();
        assert!(html.starts_with("<math") && html.contains("<msup>"), "{html}");
        assert!(mathml("a", Display::Block).unwrap().contains("display=\"block\""));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert!(mathml("\\frac{a", Display::Inline).is_err());
        assert!(mathml("\\nosuchmacro", Display::Inline).is_err());
    }
}
