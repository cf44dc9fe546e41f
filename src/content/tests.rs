//! Whole pages, from files in memory to HTML and diagnostics.

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
    let input = Input { sources: &sources, folder, facts: &facts, components, generated };
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
fn facts_are_shown() {
    assert_eq!(html("{{ cluster.name }}: {{ cluster.nodes | length }}"), "<p>lab: 2</p>");
    assert_eq!(html("{{ cluster.vip }} {{ cluster.domain }}"), "<p>— ${DOMAIN}</p>");
    assert_eq!(
        html("{{ cluster.vip | code }} {{ cluster.domain | code }}"),
        "<p>— <code>${DOMAIN}</code></p>"
    );
    assert_eq!(html("a{{ 1 | pluralize }} {{ \"b\" if cluster.vip else \"c\" }}"), "<p>a c</p>");
    assert_eq!(html("{{- -5 -}}"), "<p>-5</p>");
    let names = "{% for node in cluster.nodes %}{{ node.name }}, {% endfor %}";
    assert_eq!(html(names), "<p>node-1, node-2,</p>");
    assert_eq!(html("{{ [\"a\", \"b\"] | join(sep=\" & \") }}"), "<p>a &amp; b</p>");
}

#[test]
fn loops_make_table_rows() {
    let text = "| a | b |\n|---|---|\n{% for node in cluster.nodes -%}\n| {{ node.name | upper }} | {{ node.cpu }} |\n{% endfor %}";
    let html = html(text);
    assert!(html.contains("<td>NODE-1</td><td>4</td>"), "{html}");
    assert!(html.contains("<td>NODE-2</td><td>—</td>"), "{html}");
}

#[test]
fn statements_alone_on_a_line_keep_tables_whole() {
    let text =
        "| a |\n|---|\n{% for node in cluster.nodes %}\n| {{ node.name }} |\n{% endfor %}\n\nb";
    let html = html(text);
    assert!(
        html.contains("<tr><td>node-1</td></tr>\n<tr><td>node-2</td></tr>\n</tbody>"),
        "{html}"
    );
}

#[test]
fn positions_survive_whitespace_control() {
    let text = "ü {{- cluster.name -}}  [x](q.md)\n{%- if cluster.name -%}\n\n [x](r.md) {% endif -%}\n [x](s.md)";
    let found: Vec<_> = found(text)
        .iter()
        .filter_map(|found| Some(found.split_once("link")?.1.split('»').next()?.to_owned()))
        .collect();
    assert_eq!(found, [" 1 «q.md", " 4 «r.md", " 5 «s.md"]);
}

#[test]
fn expressions_in_code_stay() {
    assert_eq!(html("`{{ x }}` {{ cluster.name }}"), "<p><code>{{ x }}</code> lab</p>");
    let fence = html("```text\n{% if x %}{# y #}\n```\n\n    {{ z }}\n");
    assert!(fence.contains("{% if x %}{# y #}") && fence.contains("{{ z }}"), "{fence}");
    let table = html("| a |\n|---|\n| {{ cluster.nodes | length }} `{{ x }}` |\n");
    assert!(table.contains("<td>2 <code>{{ x }}</code></td>"), "{table}");
    assert_eq!(html("{% raw %}{{ x }}{% endraw %} {# gone #}y"), "<p>{{ x }} y</p>");
}

#[test]
fn values_show_literally() {
    let shown = "*a* _b_ &lt;i&gt;|`c`[d](e)\n# {#f} encrypted";
    assert_eq!(html("{{ cluster.hostile }}"), format!("<p>{shown}</p>"));
    let table =
        html("| x | y |\n|---|---|\n| {{ cluster.hostile }} | {{ cluster.hostile | code }} |\n");
    assert!(table.contains(&format!("<td>{shown}</td><td><code>{shown}</code></td>")), "{table}");
    assert_eq!(html("**{{ cluster.hostile }}**"), format!("<p><strong>{shown}</strong></p>"));
    assert_eq!(
        html("<div title=\"{{ cluster.name }}\">{{ cluster.counts.nodes }}</div>"),
        "<div title=\"lab\">3</div>"
    );
}

#[test]
fn unknown_facts_are_pointed_at() {
    let text = "---\ntitle: ü\n---\nÄ {{ cluster.name }}\n\n{% for n in cluster.nodes %}\n- {{ n.name }} ü\n{% endfor %}\n\nü {{ cluster.counts.nodse }} `{{ x }}`\n";
    assert_eq!(
        found(text),
        [
            "content/unknown-fact 10 «nodse»: `cluster.counts` has no `nodse` (did you mean `nodes`?)"
        ]
    );
    assert_eq!(
        found("{{ clustr.name }} {{ cluster.nmae | upper }}"),
        [
            "content/unknown-fact 1 «clustr»: there is no fact `clustr` (did you mean `cluster`?)",
            "content/unknown-fact 1 «nmae»: `cluster` has no `nmae` (did you mean `name`?)",
        ]
    );
    assert_eq!(
        found("{% for n in cluster.nodes | sort(attribute=\"name\") %}{{ n.nmae }}{% endfor %}"),
        ["content/unknown-fact 1 «nmae»: `n` has no `nmae` (did you mean `name`?)"]
    );
    assert_eq!(
        found("{% if cluster.nodse %}x{% endif %}"),
        ["content/unknown-fact 1 «nodse»: `cluster` has no `nodse` (did you mean `nodes`?)"]
    );
    assert_eq!(html("{{ cluster.nothing | default(value=\"x\") }}"), "<p>x</p>");
    assert_eq!(html("{{ cluster.vip?.address }} {{ cluster.nothing?.x }}"), "<p>— —</p>");
    assert_eq!(html("a{% if cluster.nothing is defined %}x{% endif %}"), "<p>a</p>");
}

#[test]
fn values_that_fail_while_rendering_are_pointed_at() {
    let text = "{% set n = cluster.nodes | first %}a\n\nü {{ n.nmae }}\n";
    assert_eq!(
        found(text),
        ["content/unknown-fact 3 «nmae»: `n` has no `nmae` (did you mean `name`?)"]
    );
    assert_eq!(found("a {{ cluster.name | round }}").len(), 1);
    assert_eq!(found("a {{ cluster.nodes + 1 }} {{ cluster.nodes - 1 }}").len(), 2);
}

#[test]
fn unknown_functions_filters_and_tests_are_pointed_at() {
    assert_eq!(
        found("{{ tabel(of=\"nodes\") }}"),
        [
            "content/unknown-function 1 «tabel»: there is no function `tabel` (did you mean `table`?)"
        ]
    );
    assert_eq!(
        found("a {{ cluster.nodes | lenght }}"),
        ["content/unknown-filter 1 «lenght»: there is no filter `lenght` (did you mean `length`?)"]
    );
    assert_eq!(
        found("{% if 1 is od %}a{% endif %}"),
        ["content/unknown-test 1 «od»: there is no test `od` (did you mean `odd`?)"]
    );
}

#[test]
fn all_names_we_offer_exist() {
    for filter in names::FILTERS {
        let found = found(&format!("{{% if false %}}{{{{ 1 | {filter} }}}}{{% endif %}}"));
        assert_eq!(found, Vec::<String>::new(), "{filter}");
    }
    for test in names::TESTS {
        let found = found(&format!("{{% if false and 1 is {test} %}}{{% endif %}}"));
        assert_eq!(found, Vec::<String>::new(), "{test}");
    }
}

#[test]
fn template_syntax_errors_are_pointed_at() {
    let found = found("# ü\n\n{{ cluster.name cluster }}\n\n{{ cluster.name }}");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("content/template-syntax 3 «cluster»: found"), "{found:?}");
    for text in
        ["{{", "{% for %}", "{% if x", "{% endfor %}", "{{ ) }}", "{% raw %}", "{# a", "{{ \"a }}"]
    {
        let found = self::found(&format!("a\n\n{text}"));
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with("content/template-syntax"), "{text}: {found:?}");
    }
}

#[test]
fn runaway_loops_end() {
    let text = "{% for a in range(end=10000) %}{% for b in range(end=10000) %}{% for c in range(end=10000) %}{% endfor %}{% endfor %}{% endfor %}";
    assert_eq!(
        found(text),
        ["content/page-too-large 1 «{»: the page grows beyond 8 MiB (make its loops shorter)"]
    );
}

#[test]
fn components_take_the_place_of_their_paragraph() {
    let block = "<b>table {\"of\":\"nodes\"}<a href=\"hardware.html\"></a></b>";
    assert_eq!(html("{{ table(of=\"nodes\") }}"), block);
    assert_eq!(html("a {{ table(of=\"nodes\") }}"), format!("<p>a {block}</p>"));
    assert_eq!(html("{{ diagram() }}"), "<b>diagram {}<a href=\"hardware.html\"></a></b>");
    let table = html("| a |\n|---|\n| {{ table(of=\"nodes\") }} |\n");
    assert!(table.contains(&format!("<td>{block}</td>")), "{table}");
    let looped = html("{% for n in cluster.nodes %}{{ table(of=n.name) }}\n\n{% endfor %}");
    assert!(looped.contains("node-1") && looped.contains("node-2"), "{looped}");
}

#[test]
fn components_that_fail_are_pointed_at() {
    assert_eq!(
        found("---\ntitle: ü\n---\n\nü {{ table(of=\"wrong\") }}"),
        ["content/component 5 «table(of=\"wrong\")»: there is no table `wrong` (use `nodes`)"]
    );
}

#[test]
fn manifest_fences_become_fragments() {
    let html = html("```manifest\nobject: Node/a\nfield: spec\n```");
    assert_eq!(
        html,
        "<figure class=\"code manifest\" data-language=\"yaml\">\n\
         <figcaption><a href=\"https://example.com/a.yaml#L7\">kubernetes/a.yaml:7</a></figcaption>\n\
         <pre tabindex=\"0\" data-start=\"7\"><code>\
         <span class=\"line\" data-line=\"7\"><span class=\"hl-k\">spec</span><span class=\"hl-p\">:</span></span>\n\
         <span class=\"line\" data-line=\"8\">  <span class=\"hl-k\">key</span><span class=\"hl-p\">:</span> \
         <span class=\"hl-s\">encrypted</span></span>\n</code></pre>\n</figure>"
    );
    let text = "{{ cluster.name }} x\n\n```manifest\nobject: Node/b\n```\n\n> ```manifest\n> objct: a\n> ```\n";
    assert_eq!(
        found(text),
        [
            "content/manifest-fragment 3 «```manifest»: there is no such object",
            "content/manifest-fragment 7 «```manifest»: unknown field `objct`, expected one of object, field, file, lines (name an `object` (and a `field`), or a `file` (and `lines`))",
        ]
    );
}

#[test]
fn markdown_extensions() {
    assert_eq!(
        html("> [!WARNING]\n> a"),
        "<aside class=\"alert alert-warning\" role=\"note\">\n<p class=\"alert-title\">Warning</p>\n<p>a</p>\n</aside>"
    );
    assert_eq!(html("~~a~~ \"b\" https://example.com."), "<p><del>a</del> &quot;b&quot; <a href=\"https://example.com\">https://example.com</a>.</p>".replace("&quot;", "\""));
    assert_eq!(html("term\n: definition"), "<dl>\n<dt>term</dt>\n<dd>definition</dd>\n</dl>");
    assert!(
        html("- [x] a")
            .contains("<li><input type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>")
    );
    let table = html("## S\n\n| a |\n|---|\n| b |\n");
    assert!(
        table.contains(
            "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"S\">"
        ),
        "{table}"
    );
    let notes = html("a[^x] b[^y] c[^x]\n\n[^y]: Y\n[^x]: X\n");
    assert!(
        notes.contains(
            "a<sup class=\"footnote-ref\"><a id=\"fnref-1\" href=\"#fn-1\">1</a></sup> b"
        ),
        "{notes}"
    );
    assert!(notes.contains("<li id=\"fn-1\">\n<p>X <a href=\"#fnref-1\" class=\"footnote-back\" aria-label=\"Back to the text\">↩</a> <a href=\"#fnref-1-2\""), "{notes}");
}

#[test]
fn headings_have_anchors() {
    let (pages, found) = site(&[(
        "content/a.md",
        "# T\n\n## A `b`\n\n## A b\n\n### Own {#mine}\n\n## {{ cluster.name }}\n",
    )]);
    assert_eq!(found, Vec::<String>::new());
    let ids: Vec<_> =
        pages[0].headings.iter().map(|at| (at.level, at.id.as_str(), at.text.as_str())).collect();
    assert_eq!(
        ids,
        [(2, "a-b", "A b"), (2, "a-b-1", "A b"), (3, "mine", "Own"), (2, "lab", "lab")]
    );
    let anchor = "<a class=\"anchor\" href=\"#a-b\" aria-label=\"Link to this section\">#</a></h2>";
    assert!(pages[0].html.contains(&format!("<h2 id=\"a-b\">A <code>b</code> {anchor}")));
    assert_eq!(pages[0].text, "A b\nA b\nOwn\nlab");
}

#[test]
fn code_blocks_are_figures() {
    assert_eq!(
        html("```yaml title=\"a.yaml\"\nb: 1\n```"),
        "<figure class=\"code\" data-language=\"yaml\">\n<figcaption>a.yaml</figcaption>\n\
         <pre tabindex=\"0\"><code><span class=\"hl-k\">b</span><span class=\"hl-p\">:</span> \
         <span class=\"hl-n\">1</span>\n</code></pre>\n</figure>"
    );
}

#[test]
fn images_are_checked() {
    let (pages, found) = site(&[
        (
            "content/a/b.md",
            "![Rack](../img/r.png \"T\") ![](../img/r.png)\n\n![x](../img/q.png)\n\n![y](../../top.png)",
        ),
        ("content/img/r.png", "x"),
        ("top.png", "x"),
    ]);
    let image = "<img src=\"../img/r.png\" alt=\"Rack\" title=\"T\" loading=\"lazy\">";
    assert!(pages[0].html.contains(image), "{}", pages[0].html);
    assert_eq!(
        found,
        [
            "warning content/image-alt 1 «../img/r.png»: the image has no description (say in the square brackets what the image shows)",
            "content/broken-image 3 «../img/q.png»: there is no image `../img/q.png` (did you mean `../img/r.png`?)",
            "content/broken-image 5 «../../top.png»: there is no image `../../top.png` (move the image below `content/`)",
        ]
    );
}

#[test]
fn scripts_are_dropped() {
    let (pages, found) = site(&[(
        "content/a.md",
        "<div onclick=\"a()\">\n<script>b()</script>\n</div>\n\nc <script>d()</script> [e](javascript:f)\n\n<details><summary>g</summary></details>\n",
    )]);
    assert_eq!(
        pages[0].html,
        "<div>\n\n</div>\n<p>c  <a href=\"#\">e</a></p>\n<details><summary>g</summary></details>\n"
    );
    assert_eq!(
        found,
        [
            "warning content/html-script 1 « onclick=\"a()\"»: `onclick` is left out (remove it from the page)",
            "warning content/html-script 2 «<script>»: `<script>` is left out (remove it from the page)",
            "warning content/html-script 5 «<script>»: `<script>` is left out (remove it from the page)",
            "warning content/html-script 5 «javascript:f»: a link that runs code is left out (remove it from the page)",
        ]
    );
}

#[test]
fn links_become_relative_addresses() {
    let (pages, found) = site(&[
        (
            "content/guides/a.md",
            "[b](b.md#part) [c](../c.md) [h](/hardware) [i](/apps) [k](/guides/b) [l](#own) [m](../d.txt) [n](https://example.com/x) <e@example.com> [o](/) [p](/content/c.md)\n\n## Own\n",
        ),
        ("content/guides/b.md", "## Part"),
        ("content/c.md", "[a](guides/a.md)"),
        ("content/d.txt", "x"),
    ]);
    assert_eq!(found, Vec::<String>::new());
    let targets: Vec<_> =
        pages[1].html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(
        targets[..11],
        [
            "b.html#part",
            "../c.html",
            "../hardware.html",
            "../apps/index.html",
            "b.html",
            "#own",
            "../d.txt",
            "https://example.com/x",
            "mailto:e@example.com",
            "../index.html",
            "../c.html",
        ]
    );
    assert!(pages[0].html.contains("href=\"guides/a.html\""), "{}", pages[0].html);
}

#[test]
fn broken_links_are_pointed_at_behind_expressions() {
    let (_, found) = site(&[
        (
            "content/a.md",
            "---\ntitle: ü\n---\n{% for n in cluster.nodes %}\n- {{ n.name }}ü\n{% endfor %}\n\n{{ cluster.name }} [x](bb.md), [y](b.md#prat)\n\n[z](/hardwre) [r](../README.md) [s](#x)\n",
        ),
        ("content/b.md", "## Part"),
        ("README.md", "x"),
    ]);
    assert_eq!(
        found,
        [
            "content/broken-link 8 «bb.md»: there is no page `bb.md` (did you mean `b.md`?)",
            "content/broken-anchor 8 «b.md#prat»: `b` has no section `#prat` (did you mean `#part`?)",
            "content/broken-link 10 «/hardwre»: there is no page `/hardwre` (did you mean `/hardware`?)",
            "content/broken-link 10 «../README.md»: there is no page `../README.md` (`README.md` is a file, but no page: link to it where the repository is hosted, or move it below `content/`)",
            "content/broken-anchor 10 «#x»: `a` has no section `#x`",
        ]
    );
}

#[test]
fn links_to_drafts_say_so() {
    let (_, found) =
        site(&[("content/a.md", "[b](b.md)"), ("content/b.md", "---\ndraft: true\n---\n")]);
    assert_eq!(
        found,
        [
            "content/broken-link 1 «b.md»: there is no page `b.md` (`content/b.md` is not published: take `draft` out of it)"
        ]
    );
}

#[test]
fn links_in_raw_html_are_links() {
    let (pages, found) = site(&[
        (
            "content/a/b.md",
            "<p align=center><a href='/hardware'>h</a> <img src=\"../c.png\"></p>\n\nx <a href=\"#no\">y</a>\n<a href=\"https://example.com\">\n\n<img src=../d.png>",
        ),
        ("content/c.png", "x"),
    ]);
    let html = "<p align=center><a href=\"../hardware.html\">h</a> <img src=\"../c.png\"></p>\n";
    assert!(pages[0].html.starts_with(html), "{}", pages[0].html);
    assert!(pages[0].html.contains("<a href=\"https://example.com\">"), "{}", pages[0].html);
    assert_eq!(
        found,
        [
            "content/broken-anchor 3 «#no»: `a/b` has no section `#no`",
            "content/broken-image 6 «../d.png»: there is no image `../d.png` (did you mean `../c.png`?)",
        ]
    );
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
    ];
    for part in parts {
        let text = part.repeat(30_000 / part.len());
        assert_eq!(site(&[("content/a.md", &text)]).0.len(), 1);
        let code = format!("```yaml\n{text}\n```\n");
        assert_eq!(site(&[("content/a.md", &code)]).0.len(), 1);
    }
}
