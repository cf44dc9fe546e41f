//! Texts in double quotes for messages.
//!
//! In: anything a user wrote. Out: one line as Go's `%q` writes it.

/// Puts quotes around a text and escapes what would not show.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for at in text.chars() {
        match at {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.extend(control.escape_unicode()),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_show_is_escaped() {
        assert_eq!(quote("a \"b\" \\ \n\u{7}ü"), "\"a \\\"b\\\" \\\\ \\n\\u{7}ü\"");
    }
}
