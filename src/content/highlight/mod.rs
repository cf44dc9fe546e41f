//! Code becomes HTML with a class for each kind of word.
//!
//! In: a language's name and text. Out: escaped HTML in which words stand in
//! `<span class="hl-…">`, a span never crosses a line, and neighbours of one class share a span. An
//! unknown language gives plain escaped text. It never fails.
//!
//! The classes, all that a theme has to style:
//!
//! | class  | what it is                                          |
//! |--------|-----------------------------------------------------|
//! | `hl-k` | key of a map, keyword                               |
//! | `hl-s` | string                                              |
//! | `hl-n` | number                                              |
//! | `hl-l` | `true`, `false`, `null` and other constants         |
//! | `hl-c` | comment                                             |
//! | `hl-t` | type, tag (`!vault`), element                       |
//! | `hl-f` | function, command                                   |
//! | `hl-v` | variable, template (`${X}`, `{{ x }}`), anchor, alias |
//! | `hl-p` | punctuation, operator                               |
//! | `hl-i` | inserted line of a diff                             |
//! | `hl-d` | deleted line of a diff                              |
//! | `hl-g` | prompt of a shell session                           |
//! | `hl-o` | what a command of a shell session printed           |

mod console;
mod go_template;
mod other;
mod promql;
mod yaml;

use std::fmt::Write as _;

use crate::content::escape;

/// More text than this is shown plain.
const LIMIT: usize = 256 << 10;

/// Text with a longer line than this is shown plain: grammars look back and ahead within lines.
const LINE_LIMIT: usize = 4 << 10;

/// What a word is; see the table of classes above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Plain,
    Key,
    Text,
    Number,
    Constant,
    Comment,
    Type,
    Function,
    Variable,
    Punctuation,
    Inserted,
    Deleted,
    Prompt,
    Output,
}

impl Class {
    fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Plain => return None,
            Self::Key => "hl-k",
            Self::Text => "hl-s",
            Self::Number => "hl-n",
            Self::Constant => "hl-l",
            Self::Comment => "hl-c",
            Self::Type => "hl-t",
            Self::Function => "hl-f",
            Self::Variable => "hl-v",
            Self::Punctuation => "hl-p",
            Self::Inserted => "hl-i",
            Self::Deleted => "hl-d",
            Self::Prompt => "hl-g",
            Self::Output => "hl-o",
        })
    }
}

/// The words of one line, neighbours of one class merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Line(Vec<(Class, String)>);

impl Line {
    fn push(&mut self, class: Class, text: &str) {
        if text.is_empty() {
            return;
        }
        // White space looks the same in every class, so it never splits a span.
        let is_blank = text.trim().is_empty();
        match self.0.last_mut() {
            Some((last, words)) if *last == class || is_blank && *last != Class::Plain => {
                words.push_str(text);
            }
            _ => self.0.push((class, text.to_owned())),
        }
    }

    fn html(&self) -> String {
        let mut html = String::new();
        for (class, words) in &self.0 {
            let kept = words.trim_end();
            let text = escape::html(kept);
            match class.name() {
                Some(name) if !kept.is_empty() => {
                    write!(html, "<span class=\"{name}\">{text}</span>")
                        .expect("bug: a string takes all text");
                }
                _ => html.push_str(&text),
            }
            html.push_str(&words[kept.len()..]);
        }
        html
    }
}

/// The HTML of a text, without a line end behind its last line.
pub fn code(language: &str, text: &str) -> String {
    lines(language, text).join("\n")
}

/// The HTML of each line of a text.
pub fn lines(language: &str, text: &str) -> Vec<String> {
    let language = language.to_ascii_lowercase();
    let lines = match language.as_str() {
        _ if text.len() > LIMIT || text.lines().any(|line| line.len() > LINE_LIMIT) => None,
        "yaml" | "yml" | "helm" | "manifest" => Some(yaml::lines(text)),
        "console" | "shell-session" | "shellsession" | "session" | "terminal" => {
            Some(console::lines(text))
        }
        "promql" | "metricsql" => Some(promql::lines(text)),
        "gotmpl" | "go-template" | "gotemplate" | "go-text-template" | "tpl" => {
            Some(go_template::lines(text))
        }
        "" | "text" | "plain" | "plaintext" | "txt" | "none" | "log" => None,
        _ => other::lines(&language, text),
    };
    match lines {
        Some(lines) => lines.iter().map(Line::html).collect(),
        None => text.lines().map(|line| escape::html(line).into_owned()).collect(),
    }
}

/// Languages that a homelab's guides are written with, to tell slips from unknown names.
const COMMON: [&str; 34] = [
    "bash",
    "console",
    "css",
    "csv",
    "diff",
    "dockerfile",
    "go",
    "gotmpl",
    "hcl",
    "helm",
    "html",
    "ini",
    "javascript",
    "jinja2",
    "json",
    "lua",
    "markdown",
    "mermaid",
    "nginx",
    "nix",
    "powershell",
    "promql",
    "python",
    "rust",
    "shell",
    "sql",
    "terraform",
    "text",
    "toml",
    "typescript",
    "vim",
    "xml",
    "yaml",
    "zsh",
];

/// The language that is meant by one that does not exist; none where the name is right, or unlike
/// any other.
pub fn misspelt(language: &str) -> Option<&'static str> {
    let near = crate::diagnostic::closest(language, COMMON)?;
    let is_known = COMMON.contains(&language) || language == "yml" || other::knows(language);
    (!is_known && language.len() > 2).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_languages_are_plain() {
        assert_eq!(code("klingon", "a <b>\n\"c\""), "a &lt;b&gt;\n&quot;c&quot;");
    }

    #[test]
    fn text_survives_in_every_language() {
        let text = "a: \"b\" # c\n\n  - |\n   d <e> ${F}\n\tg({{ h }})\nü & 1 'i\n";
        let names = [
            "yaml",
            "json",
            "hcl",
            "bash",
            "rust",
            "toml",
            "diff",
            "jinja2",
            "go",
            "x",
            "console",
            "promql",
            "gotmpl",
            "dockerfile",
        ];
        for name in names {
            let html = code(name, text);
            let mut plain = String::new();
            for (at, part) in html.split('<').enumerate() {
                plain.push_str(if at == 0 { part } else { part.split_once('>').unwrap().1 });
            }
            let plain = html_escape::decode_html_entities(&plain);
            assert_eq!(plain, text.trim_end_matches('\n'), "{name}");
        }
    }

    #[test]
    fn other_languages_have_classes() {
        let html = code("bash", "# hi\nexport A=\"b\"");
        assert!(html.starts_with("<span class=\"hl-c\"># hi</span>\n"), "{html}");
        assert!(html.contains("<span class=\"hl-s\">&quot;b&quot;</span>"), "{html}");
        let html = code("hcl", "memory = 4096 # MiB");
        assert!(html.contains("<span class=\"hl-n\">4096</span>"), "{html}");
        let html = code("json", "{\"a\": \"b\"}");
        assert!(html.contains("<span class=\"hl-k\">&quot;a&quot;</span>"), "{html}");
        assert!(code("diff", "+a\n-b").contains("hl-i"));
        let html = code("dockerfile", "FROM alpine:3 AS build\nRUN echo a");
        assert!(html.contains("<span class=\"hl-k\">FROM</span>"), "{html}");
    }

    #[test]
    fn slips_are_told_from_unknown_languages() {
        assert_eq!(misspelt("ymal"), Some("yaml"));
        assert_eq!(misspelt("dockrfile"), Some("dockerfile"));
        for right in ["yaml", "yml", "sh", "rs", "c", "klingon", "mermaid", "tf", "json5", ""] {
            assert_eq!(misspelt(right), None, "{right}");
        }
    }
}
