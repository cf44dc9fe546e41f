//! Bash-like variable substitution as Flux' `postBuild` does it.
//!
//! In: text and a lookup. Out: text. Forms: `${X}`, `${X:=d}`, `${X:-d}`, `${X=d}`, `${X-d}`,
//! `${X:+d}`, `${X:offset:length}`, `${X^^}`, `${X,,}`, `${X^}`, `${X,}`, `${#X}`, `${X#p}`,
//! `${X##p}`, `${X%p}`, `${X%%p}`, `${X/a/b}`, `${X//a/b}`, nesting in defaults, and the escape
//! `$${X}`. A variable without a value is left as written; `$X` without braces is no variable.
//! Format: <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>.

/// What is known about a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// Its value.
    Value(String),
    /// It is set, but its value is not in clear text here.
    Hidden,
    /// Nothing sets it.
    Unset,
}

/// The text with every variable that has a value put in.
pub fn substitute(text: &str, lookup: &dyn Fn(&str) -> Variable) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        out.push_str(&rest[..at]);
        let Some(end) = closing(&rest[at + 2..]) else {
            out.push_str(&rest[at..]);
            return out;
        };
        let (expression, after) = (&rest[at + 2..at + 2 + end], &rest[at + 3 + end..]);
        if out.ends_with('$') {
            out.pop();
            out.push_str(&rest[at..at + 3 + end]);
        } else {
            match evaluate(expression, lookup) {
                Some(value) => out.push_str(&value),
                None => out.push_str(&rest[at..at + 3 + end]),
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The byte of the brace that closes an expression.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' if at > 0 && bytes[at - 1] == b'$' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'\n' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The value of what stands between the braces; none where it stays as written.
fn evaluate(expression: &str, lookup: &dyn Fn(&str) -> Variable) -> Option<String> {
    if let Some(name) = expression.strip_prefix('#').filter(|name| is_name(name)) {
        return known(lookup(name)).map(|value| value.chars().count().to_string());
    }
    let end = expression
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        .unwrap_or(expression.len());
    let (name, operation) = expression.split_at(end);
    if !is_name(name) {
        return None;
    }
    let variable = lookup(name);
    for (operator, empty_counts) in [(":=", true), (":-", true), ("=", false), ("-", false)] {
        if let Some(default) = operation.strip_prefix(operator) {
            return match variable {
                Variable::Value(value) if !(empty_counts && value.is_empty()) => Some(value),
                Variable::Hidden => None,
                _ => Some(substitute(default, lookup)),
            };
        }
    }
    if let Some(other) = operation.strip_prefix(":+") {
        return match variable {
            Variable::Value(value) if !value.is_empty() => Some(substitute(other, lookup)),
            Variable::Hidden => None,
            _ => Some(String::new()),
        };
    }
    apply(known(variable)?, operation)
}

fn known(variable: Variable) -> Option<String> {
    if let Variable::Value(value) = variable { Some(value) } else { None }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn apply(value: String, operation: &str) -> Option<String> {
    match operation {
        "" => return Some(value),
        "^^" => return Some(value.to_uppercase()),
        ",," => return Some(value.to_lowercase()),
        "^" => return Some(first_letter(&value, |letter| letter.to_uppercase().collect())),
        "," => return Some(first_letter(&value, |letter| letter.to_lowercase().collect())),
        _ => {}
    }
    if let Some(range) = operation.strip_prefix(':') {
        return cut(&value, range);
    }
    if let Some(pair) = operation.strip_prefix("//") {
        let (from, to) = pair.split_once('/').unwrap_or((pair, ""));
        return Some(if from.is_empty() { value } else { value.replace(from, to) });
    }
    if let Some(pair) = operation.strip_prefix('/') {
        let (from, to) = pair.split_once('/').unwrap_or((pair, ""));
        return Some(value.replacen(from, to, 1));
    }
    trim(&value, operation)
}

fn first_letter(value: &str, change: impl Fn(char) -> String) -> String {
    let mut letters = value.chars();
    letters.next().map_or_else(String::new, |first| change(first) + letters.as_str())
}

fn cut(value: &str, range: &str) -> Option<String> {
    let (offset, length) = range.split_once(':').unwrap_or((range, ""));
    let offset: usize = offset.trim().parse().ok()?;
    let rest = value.chars().skip(offset);
    if length.is_empty() {
        return Some(rest.collect());
    }
    Some(rest.take(length.trim().parse().ok()?).collect())
}

/// `#` and `%`: plain prefixes and suffixes; a pattern with `*` is cut at the text around it.
fn trim(value: &str, operation: &str) -> Option<String> {
    let (front, longest, pattern) = if let Some(pattern) = operation.strip_prefix("##") {
        (true, true, pattern)
    } else if let Some(pattern) = operation.strip_prefix('#') {
        (true, false, pattern)
    } else if let Some(pattern) = operation.strip_prefix("%%") {
        (false, true, pattern)
    } else {
        (false, false, operation.strip_prefix('%')?)
    };
    if front {
        let Some(needle) = pattern.strip_prefix('*') else {
            return Some(value.strip_prefix(pattern).unwrap_or(value).to_owned());
        };
        let at = if longest { value.rfind(needle) } else { value.find(needle) };
        return Some(at.map_or(value, |at| &value[at + needle.len()..]).to_owned());
    }
    let Some(needle) = pattern.strip_suffix('*') else {
        return Some(value.strip_suffix(pattern).unwrap_or(value).to_owned());
    };
    let at = if longest { value.find(needle) } else { value.rfind(needle) };
    Some(at.map_or(value, |at| &value[..at]).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let lookup = |name: &str| match name {
            "APP" => Variable::Value("jellyfin".to_owned()),
            "EMPTY" => Variable::Value(String::new()),
            "SECRET" => Variable::Hidden,
            _ => Variable::Unset,
        };
        assert_eq!(substitute(text, &lookup), expected, "{text}");
    }

    #[test]
    fn does_what_flux_does() {
        check("${APP}", "jellyfin");
        check("a-${APP}-b ${APP}", "a-jellyfin-b jellyfin");
        check("${CLAIM:=${APP}}", "jellyfin");
        check("${A:=${B:-${APP}-x}}", "jellyfin-x");
        check("${CAPACITY:-5Gi}", "5Gi");
        check("${EMPTY:=d}${EMPTY=e}${EMPTY:-f}", "df");
        check("${SECRET}.example.com ${SECRET:=x}", "${SECRET}.example.com ${SECRET:=x}");
        check("$${APP} $APP ${NONE}", "${APP} $APP ${NONE}");
        check("${APP^^} ${APP^} ${#APP} ${APP:1:3} ${APP:5}", "JELLYFIN Jellyfin 8 ell fin");
        check("${APP/l/L} ${APP//l/L}", "jeLlyfin jeLLyfin");
        check("${APP#jelly} ${APP%fin} ${APP##*l} ${APP%l*}", "fin jelly yfin jel");
        check("${APP:+set}${NONE:+no}", "set");
        check("${not closed", "${not closed");
        check("${1x} ${}", "${1x} ${}");
    }
}
