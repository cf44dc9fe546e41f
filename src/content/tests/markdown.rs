//! Blocks, links and images of whole pages.

use super::{found, html, site};

#[test]
fn manifest_fences_become_fragments() {
    let html = html("```manifest\nobject: Node/a\nfield: spec\n```");
    assert_eq!(
        html,
        "<figure class=\"code manifest numbered\" data-language=\"yaml\" data-copy>\n\
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
            "content/manifest-fragment 8 «objct»: unknown field `objct`, expected one of object, field, file, lines, anchor (name an `object` (and a `field`), or a `file` (and `lines`))",
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
        table.contains("<section class=\"table-scroll\" tabindex=\"0\" aria-label=\"S\">"),
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
        "<figure class=\"code\" data-language=\"yaml\" data-copy>\n<figcaption>a.yaml</figcaption>\n\
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
            "<p align=center><a href='/hardware'>h</a> <img alt src=\"../c.png\"></p>\n\nx <a href=\"#no\">y</a>\n<a href=\"https://example.com\">\n\n<img alt=\"\" src=../d.png>",
        ),
        ("content/c.png", "x"),
    ]);
    let html =
        "<p align=center><a href=\"../hardware.html\">h</a> <img alt src=\"../c.png\"></p>\n";
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
