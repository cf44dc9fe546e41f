//! Whole pages, from files in memory to HTML and diagnostics.

mod components;
mod facts;
mod markdown;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::*;
use crate::diagnostic::{Place, Severity};

struct Fake;

impl Components for Fake {
    fn names(&self) -> Vec<&'static str> {
        vec!["diagram", "table"]
    }

    fn call(&self, name: &str, args: &Map<String, Value>) -> Result<String, CallError> {
        match args.get("of").and_then(Value::as_str) {
            Some("wrong") => Err(CallError {
                message: "there is no table `wrong`".to_owned(),
                help: Some("use `nodes`".to_owned()),
            }),
            _ => Ok(format!(
                "<b>{name} {}<a href=\"/hardware.html\"></a></b>",
                Value::Object(args.clone())
            )),
        }
    }

    fn manifest(&self, request: &ManifestRequest) -> Result<Fragment, CallError> {
        if request.object.as_deref() != Some("Node/a") {
            return Err(CallError { message: "there is no such object".to_owned(), help: None });
        }
        Ok(Fragment {
            code: "spec:\n  key: ENC[AES256_GCM,data:abc]\n".to_owned(),
            language: "yaml".to_owned(),
            path: "kubernetes/a.yaml".to_owned(),
            first_line: 7,
            href: Some("https://example.com/a.yaml#L7".to_owned()),
        })
    }
}

fn facts() -> Value {
    let node = |name: &str, cpu: Value| json!({ "name": name, "cpu": cpu });
    json!({ "cluster": {
        "name": { "state": "known", "value": "lab", "source": { "path": "a" } },
        "vip": { "state": "unknown", "reason": "not written" },
        "domain": { "state": "templated", "text": "${DOMAIN}" },
        "counts": { "nodes": 3, "hosts": 1 },
        "nodes": [node("node-1", json!(4)), node("node-2", Value::Null)],
        "hostile": "*a* _b_ <i>|`c`[d](e)\n# {#f} ENC[x]",
    } })
}

/// Renders files below `content/`; gives pages and, for each diagnostic, `code at «text»: message`.
fn site(files: &[(&str, &str)]) -> (Vec<Page>, Vec<String>) {
    let bytes = files.iter().map(|(path, text)| (*path, text.as_bytes()));
    let sources = Sources::from_memory(bytes);
    let generated = BTreeSet::from(["hardware".to_owned(), "apps/index".to_owned()]);
    let facts = facts();
    let (folder, components, generated) = ("content", &Fake, &generated);
    let settings =
        Settings { url: Some("https://lab.example.com/book".to_owned()), ..Settings::default() };
    let settings = &settings;
    let input = Input { sources: &sources, folder, facts: &facts, components, generated, settings };
    let (pages, diagnostics) = render(&input);
    let found = diagnostics.iter().map(|found| {
        let sign = if found.severity == Severity::Warning { "warning " } else { "" };
        let (at, line) = match &found.place {
            Place::Span(span) => {
                (sources.slice(*span), sources.position(span.file, span.start).line)
            }
            _ => ("", 0),
        };
        let help = found.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{sign}{} {line} «{at}»: {}{help}", found.code, found.message)
    });
    (pages, found.collect())
}

/// The HTML of one page without diagnostics.
fn html(text: &str) -> String {
    let (mut pages, found) = site(&[("content/a.md", text)]);
    assert_eq!(found, Vec::<String>::new());
    pages.remove(0).html.trim_end().to_owned()
}

/// The diagnostics of one page.
fn found(text: &str) -> Vec<String> {
    site(&[("content/a.md", text)]).1
}

#[test]
fn pages_have_paths_titles_and_settings() {
    let (pages, found) = site(&[
        ("content/README.md", "# Home\ntext"),
        ("content/guides/gpu-on-talos.md", "---\ntitle: GPU\norder: 2\ntags: [a]\n---\n# GPU\n\nx"),
        ("content/guides/no-title.md", "x"),
        ("content/hidden.md", "---\ndraft: true\n---\n{{ nothing }}"),
        ("content/logo.png", "\u{0}"),
    ]);
    assert_eq!(found, Vec::<String>::new());
    let shown: Vec<_> = pages
        .iter()
        .map(|page| (page.slug.as_str(), page.title.as_str(), page.html.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("index", "Home", "<span id=\"home\"></span>\n<p>text</p>\n"),
            ("guides/gpu-on-talos", "GPU", "<span id=\"gpu\"></span>\n<p>x</p>\n"),
            ("guides/no-title", "No title", "<p>x</p>\n"),
        ]
    );
    assert_eq!((pages[1].order, pages[1].tags.len()), (Some(2), 1));
}

#[test]
fn files_that_are_no_pages_are_assets() {
    let sources = Sources::from_memory([
        ("content/a.md", &b""[..]),
        ("content/img/b.png", b"x"),
        ("c.png", b""),
    ]);
    let paths: Vec<_> = assets(&sources, "content").into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["img/b.png"]);
}

#[test]
fn front_matter_is_checked() {
    assert_eq!(
        found("---\ntitel: a\n---\nb"),
        ["content/front-matter 2 «titel»: there is no setting `titel` (did you mean `title`?)"]
    );
}

#[test]
fn two_files_are_not_one_page() {
    let (pages, found) = site(&[("content/README.md", "a"), ("content/index.md", "b")]);
    assert_eq!(pages.len(), 1);
    assert_eq!(
        found,
        [
            "content/same-page 0 «»: `index.md` and `README.md` are the same page (rename one of them)"
        ]
    );
}

#[test]
fn deep_nesting_neither_hangs_nor_overflows() {
    for deep in [">", "[", "![", "*", "- ", "(", "<b>", "{", "`", "[^"] {
        let text = deep.repeat(10_000);
        let (pages, _) = site(&[("content/a.md", &text)]);
        assert_eq!(pages.len(), 1);
    }
    assert_eq!(found(&format!("{{{{ {}1 }}}}", "(".repeat(10_000))).len(), 1);
}

#[test]
fn no_control_character_or_ciphertext_gets_through() {
    let (pages, _) = site(&[(
        "content/a.md",
        "a\u{1}b \u{2}9\u{3} \u{4}0\u{5} ENC[AES256_GCM,data:x] `ENC[y]` <b title=\"ENC[z]\">\n\n<p>ENC[z]</p>\n",
    )]);
    let page = &pages[0];
    for text in [&page.html, &page.text] {
        assert!(
            !text.contains("ENC[") && !text.contains(|at: char| at.is_control() && at != '\n'),
            "{text}"
        );
    }
}

/// Pages put together from pieces of syntax in an order that only looks random.
#[test]
fn no_text_makes_it_panic() {
    let parts = [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        " cluster.nodes ",
        "for n in",
        "endfor",
        "if",
        "endif",
        "|",
        "table(",
        ")",
        "of=\"",
        "\"",
        "'",
        "`",
        "```",
        "\n",
        "\n\n",
        "\n```yaml\n",
        "    ",
        "# ",
        "> [!NOTE]\n",
        "- ",
        "|-|\n",
        "[^a]",
        "[^a]: ",
        "[",
        "](",
        "a.md",
        "#x",
        "![",
        "<b",
        " href=",
        ">",
        "<script>",
        "</",
        "<!--",
        "-->",
        "ü",
        "\u{1}",
        "\u{4}",
        "\r\n",
        "\u{feff}",
        "---\n",
        "title: ",
        "&",
        ": ",
        "${",
        "}",
        "https://",
        "*",
        "_",
        "-",
        "ENC[",
        "]",
        "\\",
        "raw",
        "endraw",
        " x ",
        "😀",
        "1",
        ".",
        "~",
    ];
    let mut state = 7_u64;
    for _ in 0..1500 {
        let mut text = String::new();
        for _ in 0..40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(parts[(state >> 33) as usize % parts.len()]);
        }
        let (pages, _) = site(&[("content/a.md", &text)]);
        for page in pages {
            let is_ours = |letter: char| matches!(letter, '\u{1}'..='\u{8}');
            assert!(!page.html.contains(is_ours), "{text:?}\n{:?}", page.html);
            assert!(!page.text.contains(is_ours), "{text:?}\n{:?}", page.text);
            assert!(!page.html.contains("ENC["), "{text:?}\n{:?}", page.html);
        }
    }
}

#[test]
fn long_texts_take_no_long_time() {
    let parts = [
        "{{ x }}",
        "{{ 1 }}",
        "{% if 1 %}",
        "[^a]",
        "https://a.example/(",
        "<a ",
        "<!--",
        "${",
        "``",
        "|",
        "![a](b) ",
        "# a\n",
        "[a](#b) ",
        "\u{4}0",
        "<b onx>",
        "&",
        "{#",
        "{#a}",
        "{{ table() }} ",
        ":::tabs\n",
        ":::tree\n- a\n:::\n",
        ":::tabs\n# a\n",
        "> [!NOTE]- a\n",
        "> [!TIP] a\n\n",
        ">",
        "# a {#b}\n",
        "[a][b] ",
        "[^a] ",
        "[^",
        ":a",
        ":rocket: ",
        "a # (1)\n",
        "<b id=a>",
        "$a$ ",
        "1. ",
    ];
    for part in parts {
        let text = part.repeat(30_000 / part.len());
        assert_eq!(site(&[("content/a.md", &text)]).0.len(), 1);
        let code = format!("```yaml\n{text}\n```\n");
        assert_eq!(site(&[("content/a.md", &code)]).0.len(), 1);
    }
}
