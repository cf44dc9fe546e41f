//! Go templates of the older schemas become CEL.
//!
//! In: the text of a `valueTemplate`, the named `templates:`, and what `.` stands for. Out: literal
//! texts and expressions that are joined to a message, or why that cannot be done. Covered are text,
//! pipelines, calls, brackets, constants, comments, trim markers, `print`, `printf` of texts, and
//! `template`; no conditions, loops or variables. Format: Go's `text/template`.

mod action;

use std::collections::BTreeMap;

use super::cel;

/// What is different about bytes in steps of 1024.
pub(super) const BINARY: &str = "`humanBytes` counted in steps of 1024 (`1.5MiB`); `humanizeBytes` \
                                 counts in steps of 1000 (`1.6MB`)";
/// What is different about bytes in steps of 1000.
pub(super) const DECIMAL: &str =
    "`humanSIBytes` is `humanizeBytes` now, which writes at most one decimal and no space";
/// What is different about spans of time.
pub(super) const DURATION: &str =
    "`humanDuration` is `humanizeDuration` now, which shows the three greatest units";
/// What is different about days.
pub(super) const DAYS: &str = "`simplifyDays` is written out, since no function does the same; \
                               `humanizeDuration(result * 86400.0)` is shorter and shows months \
                               (`3y2mo4d` for `3y64d`)";
/// What is different about labels as numbers.
const LABEL: &str = "a label that is no number is an error now where a template formats it as one";

/// How deep templates may name each other.
const MAX_DEPTH: usize = 8;

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Text as it is.
    Literal(String),
    /// CEL that gives a number.
    Number(String),
    /// CEL that gives a text, tight enough for a member call or a sum.
    Text(String),
    /// CEL that gives a text, with an operator outermost.
    Loose(String),
}

impl Part {
    /// As CEL that gives a text and can be an operand.
    fn operand(&self) -> String {
        match self {
            Part::Literal(text) => cel::string(text),
            Part::Number(cel) => format!("humanizeFloat({cel})"),
            Part::Text(cel) => cel.clone(),
            Part::Loose(cel) => format!("({cel})"),
        }
    }
}

/// A translated template.
#[derive(Debug, Default)]
pub(super) struct Translated {
    pub(super) parts: Vec<Part>,
    /// What is different from before.
    pub(super) remarks: Vec<&'static str>,
}

/// Parts as one CEL expression.
pub(super) fn join(parts: &[Part]) -> String {
    let mut merged: Vec<Part> = vec![];
    for part in parts {
        match (merged.last_mut(), part) {
            (_, Part::Literal(text)) if text.is_empty() => {}
            (Some(Part::Literal(before)), Part::Literal(text)) => before.push_str(text),
            _ => merged.push(part.clone()),
        }
    }
    match merged.as_slice() {
        [] => cel::string(""),
        [Part::Loose(only)] => only.clone(),
        many => many.iter().map(Part::operand).collect::<Vec<_>>().join(" + "),
    }
}

/// Translates a template, or the one that is named so.
pub(super) fn translate(
    source: &str,
    dot: &Part,
    templates: &BTreeMap<String, String>,
) -> Result<Translated, String> {
    let source = templates.get(source).map_or(source, String::as_str);
    let mut translator = Translator { dot: dot.clone(), templates, remarks: vec![], depth: 0 };
    let parts = translator.template(source)?;
    let mut remarks = translator.remarks;
    remarks.dedup();
    Ok(Translated { parts, remarks })
}

struct Translator<'a> {
    dot: Part,
    templates: &'a BTreeMap<String, String>,
    remarks: Vec<&'static str>,
    depth: usize,
}

impl Translator<'_> {
    fn template(&mut self, source: &str) -> Result<Vec<Part>, String> {
        let mut parts = vec![];
        let mut rest = source;
        let mut trims = false;
        while let Some(at) = rest.find("{{") {
            let (mut text, after) = (&rest[..at], &rest[at + 2..]);
            if trims {
                text = text.trim_start();
            }
            let end = action::end(after).ok_or("an action is not closed")?;
            let (mut inner, tail) = (&after[..end], &after[end + 2..]);
            if let Some(trimmed) = inner.strip_prefix("- ") {
                (text, inner) = (text.trim_end(), trimmed);
            }
            trims = inner.ends_with(" -");
            inner = inner.strip_suffix(" -").unwrap_or(inner);
            parts.push(Part::Literal(text.to_owned()));
            parts.extend(self.action(inner.trim())?);
            rest = tail;
        }
        parts.push(Part::Literal(if trims { rest.trim_start() } else { rest }.to_owned()));
        Ok(parts)
    }

    fn action(&mut self, inner: &str) -> Result<Vec<Part>, String> {
        if inner.starts_with("/*") && inner.ends_with("*/") {
            return Ok(vec![]);
        }
        let tokens = action::tokens(inner)?;
        let mut parser = action::Parser::new(tokens, self.dot.clone());
        if let Some(name) = parser.template_call()? {
            return self.named(&name);
        }
        let piece = parser.pipeline(&mut |name, arguments| self.call(name, arguments))?;
        parser.end()?;
        Ok(vec![piece])
    }

    fn named(&mut self, name: &str) -> Result<Vec<Part>, String> {
        let source = self.templates.get(name);
        let source = source.ok_or_else(|| format!("there is no template `{name}`"))?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("templates name each other too deep".to_owned());
        }
        let parts = self.template(source);
        self.depth -= 1;
        parts
    }

    fn call(&mut self, name: &str, arguments: &[Part]) -> Result<Part, String> {
        match (name, arguments) {
            ("print" | "println", [only]) => Ok(only.clone()),
            ("printf", [Part::Literal(format), values @ ..]) => printf(format, values),
            ("toUpper", [only]) => Ok(Part::Text(format!("{}.upperAscii()", only.operand()))),
            ("toLower", [only]) => Ok(Part::Text(format!("{}.lowerAscii()", only.operand()))),
            ("trim", [number @ Part::Number(_)]) => Ok(number.clone()),
            ("trim", [only]) => Ok(Part::Text(format!("{}.trim()", only.operand()))),
            (_, [only]) => self.number_function(name, only),
            _ => Err(unknown(name)),
        }
    }

    fn number_function(&mut self, name: &str, argument: &Part) -> Result<Part, String> {
        let (function, remark) = match name {
            "humanBytes" => ("humanizeBytes", Some(BINARY)),
            "humanSIBytes" => ("humanizeBytes", Some(DECIMAL)),
            "humanDuration" => ("humanizeDuration", Some(DURATION)),
            "humanizeThousands" => ("humanizeCommas", None),
            "simplifyDays" => ("", Some(DAYS)),
            other => return Err(unknown(other)),
        };
        self.remarks.extend(remark);
        let number = self.number(argument)?;
        Ok(if name == "simplifyDays" {
            Part::Loose(days(&number))
        } else {
            Part::Text(format!("{function}({number})"))
        })
    }

    fn number(&mut self, part: &Part) -> Result<String, String> {
        match part {
            Part::Number(cel) => Ok(cel.clone()),
            Part::Literal(text) => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(cel::number(value)),
                _ => Err(format!("`{text}` is no number")),
            },
            Part::Text(cel) | Part::Loose(cel) => {
                self.remarks.push(LABEL);
                Ok(format!("double({cel})"))
            }
        }
    }
}

/// Years and days of a number of days: `3y64d`.
fn days(number: &str) -> String {
    format!(
        "{number} < 365.0 ? string(int({number})) + \"d\" : string(int({number}) / 365) + \"y\" + \
         string(int({number}) % 365) + \"d\""
    )
}

fn unknown(name: &str) -> String {
    format!("`{name}` has no counterpart")
}

/// `printf` whose verbs are all of texts.
fn printf(format: &str, values: &[Part]) -> Result<Part, String> {
    let (mut parts, mut literal) = (vec![], String::new());
    let mut values = values.iter();
    let mut chars = format.chars();
    while let Some(at) = chars.next() {
        match (at, if at == '%' { chars.next() } else { None }) {
            ('%', Some('%')) => literal.push('%'),
            ('%', Some('s' | 'v')) => {
                let value = values.next().ok_or("`printf` has too few values")?;
                parts.push(Part::Literal(std::mem::take(&mut literal)));
                parts.push(value.clone());
            }
            ('%', _) => return Err(format!("`printf {format:?}` has no counterpart")),
            (other, _) => literal.push(other),
        }
    }
    parts.push(Part::Literal(literal));
    if values.next().is_some() {
        return Err("`printf` has too many values".to_owned());
    }
    Ok(Part::Loose(join(&parts)))
}
