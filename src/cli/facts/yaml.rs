//! Facts as YAML.
//!
//! In: JSON. Out: one YAML document with the same meaning, under YAML 1.1 and 1.2: text that a
//! parser could take for a number, a boolean, a date or nothing is in quotes.

use serde_json::Value;

pub(super) fn text(value: &Value) -> String {
    // Folded lines would be the same text, but not the same to `grep`.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(value, options)
        .expect("bug: plain data with string keys becomes YAML")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_text_elsewhere_stays_text() {
        let words = [
            "1.10",
            "010",
            "0x1F",
            "1e3",
            ".inf",
            "-.INF",
            ".nan",
            "12:30:45",
            "1_000",
            "0b1",
            "0o7",
            "yes",
            "No",
            "on",
            "OFF",
            "y",
            "n",
            "true",
            "False",
            "null",
            "~",
            "",
            "2024-01-01",
            "=",
            "<<",
            "-",
            "- a",
            "a: b",
            "a #b",
            "# a",
            "&a",
            "*a",
            "!a",
            "@a",
            "`a",
            "%a",
            "{a",
            "[a",
            "'a",
            "\"a",
            "|",
            ">",
            "?",
            ":",
            "a\nb\n",
            " a ",
            "\t",
            "\u{7}",
            "ü→é",
            "---",
            "...",
        ];
        for word in words {
            let value = json!({ "key": word, "list": [word], (word): 1 });
            let yaml = text(&value);
            let read: Value = serde_saphyr::from_str(&yaml).expect("YAML");
            assert_eq!(read, value, "{yaml}");
        }
        // Plain where a parser may say otherwise is what the round trip alone cannot show.
        for word in ["1.10", "yes", "No", "on", "12:30:45", "0o7", "~", "null", "2024-01-01", "1e3"]
        {
            let yaml = text(&json!({ "key": word }));
            let quoted = [format!("key: \"{word}\"\n"), format!("key: '{word}'\n")];
            assert!(quoted.contains(&yaml), "{yaml}");
        }
    }

    #[test]
    fn long_and_nested_data_is_kept() {
        let long = "word ".repeat(60);
        let value = json!({ "a": { "b": [[], {}, null, 1.5, true, long], "c": 18_446_744_073_709_551_615_u64 } });
        let read: Value = serde_saphyr::from_str(&text(&value)).expect("YAML");
        assert_eq!(read, value);
    }
}
