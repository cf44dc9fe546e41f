//! Containers, alerts, code with marks and notes, data, images and formulas on whole pages.

use super::{found, html, site};

#[test]
fn tabs_are_radio_buttons_with_panels() {
    let text =
        ":::tabs\n### Talos `1.13`\n\na\n\n### k3s {#own}\n```sh\nb\n```\n#### Deeper\n:::\n\nc";
    assert_eq!(found(text), Vec::<String>::new());
    let html = html(text);
    let expected = "<div class=\"tabs\" role=\"group\" aria-label=\"Talos 1.13, k3s\">\n\
        <input type=\"radio\" name=\"tabs-1\" id=\"tabs-1-1\" data-sync=\"talos-113\" checked>\n\
        <label for=\"tabs-1-1\">Talos <code>1.13</code></label>\n\
        <div class=\"tab-panel\" id=\"talos-113\">\n<p>a</p>\n</div>\n\
        <input type=\"radio\" name=\"tabs-1\" id=\"tabs-1-2\" data-sync=\"k3s\">\n\
        <label for=\"tabs-1-2\">k3s</label>\n<div class=\"tab-panel\" id=\"own\">\n<figure";
    assert!(html.starts_with(expected), "{html}");
    assert!(html.ends_with("</h4>\n</div>\n</div>\n<p>c</p>"), "{html}");
}

#[test]
fn steps_cards_and_trees_are_lists() {
    assert_eq!(
        html(":::steps\n1. a\n2. b\n:::"),
        "<ol class=\"steps\">\n<li>a</li>\n<li>b</li>\n</ol>"
    );
    assert_eq!(
        html("::: cards\n- [A](/hardware): the *machines*\n- [B](https://b.example) — b\n:::"),
        "<ul class=\"cards\">\n<li><a href=\"hardware.html\">A</a>the <em>machines</em></li>\n\
         <li><a href=\"https://b.example\">B</a>b</li>\n</ul>"
    );
    assert_eq!(
        html(":::tree My files\n- a/\n  - **b.yaml**\n  - c.yaml the last\n- `d/`\n:::"),
        "<figure class=\"tree\">\n<figcaption>My files</figcaption>\n<ul>\n<li class=\"folder\">a/\n<ul>\n\
         <li class=\"file\"><strong>b.yaml</strong></li>\n\
         <li class=\"file\">c.yaml <span class=\"tree-note\">the last</span></li>\n\
         </ul>\n</li>\n<li class=\"folder\"><code>d/</code></li>\n</ul>\n</figure>"
    );
}

#[test]
fn tables_have_captions_and_can_be_sorted() {
    let html = html(":::table Disks {sortable}\n| a | b |\n|---|--:|\n| c | 1 |\n:::");
    let expected = "aria-label=\"Disks\">\n<table data-sortable><caption>Disks</caption><thead><tr>\
        <th scope=\"col\">a</th><th scope=\"col\" class=\"col-right\">b</th></tr></thead><tbody>\n\
        <tr><td>c</td><td class=\"col-right\">1</td></tr>\n</tbody></table>\n</section>";
    assert!(html.contains(expected), "{html}");
}

#[test]
fn containers_nest_and_stand_in_lists() {
    let text =
        "1. x\n\n   :::tabs\n   ## A\n   :::steps\n   1. y\n   :::\n   ## B\n   z\n   :::\n2. w";
    assert_eq!(found(text), Vec::<String>::new());
    let html = html(text);
    assert!(html.contains("id=\"a\">\n<ol class=\"steps\">"), "{html}");
    assert!(html.contains("<p>z</p>\n</div>\n</div>\n</li>\n<li>\n<p>w</p>"), "{html}");
}

#[test]
fn containers_that_are_wrong_are_pointed_at() {
    assert_eq!(
        found(
            "a\n:::\n\n:::tbas\n:::\n\n::: note\nb\n:::\n\n:::steps\n- c\n:::\n\n:::table {sortabel}\n| a |\n|--|\n:::\n\n- d\n  :::cards\n  - [e](/hardware)\n\n:::tree\n"
        ),
        [
            "warning content/container 2 «:::»: there is no container to close here (remove the line, or open one with `:::tabs` or another name)",
            "content/container 4 «:::tbas»: there is no container `tbas` (did you mean `tabs`?)",
            "content/container 7 «::: note»: there is no container `note` (write a quote that starts with `[!NOTE]`)",
            "warning content/container 11 «:::steps»: `steps` holds an ordered list, and there is none (write an ordered list before the closing `:::`)",
            "warning content/container 15 «:::table {sortabel}»: `table` has no attribute `sortabel` (did you mean `sortable`?)",
            "content/container 21 «:::cards»: the container is never closed (add a line `:::` below its content, as deep in lists and quotes)",
            "content/container 24 «:::tree»: the container is never closed (add a line `:::` below its content, as deep in lists and quotes)",
            "warning content/container 24 «:::tree»: `tree` holds a list of names, and there is none (write a list of names before the closing `:::`)",
        ]
    );
}

#[test]
fn alerts_fold_and_have_titles() {
    let check = |text: &str, expected: &str| assert_eq!(html(text), expected);
    check(
        "> [!WARNING]+ Own `title`\n> a\n>\n> b",
        "<details class=\"alert alert-warning\" open>\n<summary class=\"alert-title\">Own <code>title</code></summary>\n\
         <p>a</p>\n<p>b</p>\n</details>",
    );
    check(
        "> [!NOTE]-\n> a",
        "<details class=\"alert alert-note\">\n<summary class=\"alert-title\">Note</summary>\n<p>a</p>\n</details>",
    );
    check(
        "> [!TIP] *b*\n>\n> - c",
        "<aside class=\"alert alert-tip\" role=\"note\">\n<p class=\"alert-title\"><em>b</em></p>\n\
         <ul>\n<li>c</li>\n</ul>\n</aside>",
    );
    assert_eq!(
        found("> [!WARN]\n> a"),
        [
            "warning content/alert 1 «WARN»: there is no alert `WARN` (use one of `NOTE`, `TIP`, `IMPORTANT`, `WARNING`, `CAUTION`)"
        ]
    );
}

#[test]
fn code_can_be_explained_by_the_list_behind_it() {
    let html =
        html("```yaml\na: 1 # (1)\nb: 2\n```\n\n1. the *a*\n2. no more\n\n```\nc # (1)\n```\n\nd");
    assert!(
        html.contains("href=\"#note-1-1\" data-number=\"1\" aria-label=\"Note 1\"></a></span>"),
        "{html}"
    );
    assert!(
        html.contains("<ol class=\"code-notes\">\n<li id=\"note-1-1\">the <em>a</em></li>"),
        "{html}"
    );
    assert!(html.contains("c # (1)\n"), "without a list it is code: {html}");
    assert_eq!(
        found("```\na # (2)\n```\n\n1. b\n"),
        [
            "warning content/code-note 5 «1. b»: no item of the list explains the mark `(2)` (add an item for each number in the code above)"
        ]
    );
}

#[test]
fn code_fences_are_checked() {
    assert_eq!(
        found("```yaml {2} titel=\"x\"\na\n```\n\n```ymal\n```\n\n> ```sh\n> a\n"),
        [
            "warning content/code-attribute 1 «titel=\"x\"»: code blocks have no attribute `titel` (did you mean `title`?)",
            "warning content/code-attribute 1 «```yaml {2} titel=\"x\"»: line 2 is marked, and the code has 1 line",
            "warning content/code-language 5 «ymal»: there is no language `ymal` (did you mean `yaml`?)",
            "warning content/open-fence 8 «```sh»: the code block is never closed (close it with a line of as many backticks)",
        ]
    );
}

#[test]
fn formulas_are_off_unless_asked_for() {
    assert_eq!(html("a $HOME and $PATH b"), "<p>a $HOME and $PATH b</p>");
    let math = html("---\nmath: true\n---\n$\\frac{{a}}{2}$ `$x$`\n");
    assert!(math.contains("<mfrac>") && math.contains("<code>$x$</code>"), "{math}");
    assert_eq!(
        found("---\nmath: true\n---\n\n$\\frac$ \\$"),
        [
            "warning content/math 5 «$\\frac$»: the formula cannot be read: expected a token (correct the formula, or write `\\$` for a dollar)"
        ]
    );
}

#[test]
fn images_have_sizes_and_pairs() {
    let svg = "<svg width=\"40\" height=\"30\"/>";
    let (pages, found) = site(&[
        (
            "content/a.md",
            "![x](r-light.svg) ![y](r-light.svg#only-dark)\n\n![z](s.svg#only-dark)\n",
        ),
        ("content/r-light.svg", svg),
        ("content/r-dark.svg", svg),
        ("content/s.svg", svg),
    ]);
    assert_eq!(found, Vec::<String>::new());
    let size = "width=\"40\" height=\"30\" loading=\"lazy\">";
    for image in [
        format!("<img src=\"r-light.svg\" alt=\"x\" class=\"only-light\" {size}"),
        format!("<img src=\"r-dark.svg\" alt=\"x\" class=\"only-dark\" {size}"),
        format!("<img src=\"s.svg\" alt=\"z\" class=\"only-dark\" {size}"),
    ] {
        assert!(pages[0].html.contains(&image), "{image}\n{}", pages[0].html);
    }
}

#[test]
fn an_image_alone_with_a_title_is_a_figure() {
    let files = [
        ("content/a.md", "![x](r.svg \"A *rack*\")\n\n![x](r.svg \"b\") c\n\n![x](r.svg)\n"),
        ("content/r.svg", ""),
    ];
    let (pages, _) = site(&files);
    let expected = "<figure class=\"figure\"><img src=\"r.svg\" alt=\"x\" loading=\"lazy\">\n\
        <figcaption>A *rack*</figcaption></figure>\n\
        <p><img src=\"r.svg\" alt=\"x\" title=\"b\" loading=\"lazy\"> c</p>\n\
        <p><img src=\"r.svg\" alt=\"x\" loading=\"lazy\"></p>\n";
    assert_eq!(pages[0].html, expected);
}

#[test]
fn data_files_become_tables() {
    let (pages, found) = site(&[
        (
            "content/g/a.md",
            "{{ data(file=\"d.csv\", columns=[\"b\"]) }}\n\n{{ data(file=\"e.csv\") }}\n\n{{ data(file=\"d.csv\", columns=[\"c\"]) }}\n",
        ),
        ("content/g/d.csv", "a,b\n1,<i>\n"),
    ]);
    let table = "<table data-sortable><thead><tr><th scope=\"col\">b</th></tr></thead><tbody>\n<tr><td>&lt;i&gt;</td></tr>\n";
    assert!(pages[0].html.contains(table), "{}", pages[0].html);
    assert_eq!(
        found,
        [
            "content/component 3 «data(file=\"e.csv\")»: there is no file `e.csv` (did you mean `d.csv`?)",
            "content/component 5 «data(file=\"d.csv\", columns=[\"c\"])»: the file has no column `c` (did you mean `a`?)",
        ]
    );
}

#[test]
fn aliases_dates_and_drafts() {
    let (pages, found) = site(&[
        ("content/a.md", "---\naliases: [/old]\nupdated: 2026-11-24\n---\n[x](/old)"),
        ("content/b.md", "---\ndraft: true\n---\n"),
    ]);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(pages.len(), 1);
    assert_eq!(
        (pages[0].aliases[0].slug.as_str(), pages[0].updated.as_deref()),
        ("old", Some("2026-11-24"))
    );
    assert!(pages[0].html.contains("href=\"a.html\""), "{}", pages[0].html);
}

#[test]
fn what_is_missing_is_told() {
    assert_eq!(
        found(
            "[a][b] [c] [d]() [](/hardware) x[^1] y[^2]\n\n[^2]: z\n[^3]: w\n\n## A {#q}\n\n## B {#q}\n\n<b id=\"q\">\n\n![e](https://e.example/f.png) [g](/book/hardware) [h](https://lab.example.com/book/hardwre)\n"
        ),
        [
            "warning content/empty-link 1 «[d]()»: the link leads nowhere (write an address between the parentheses)",
            "warning content/empty-link 1 «[](/hardware)»: the link has no words (write between the brackets where it leads)",
            "warning content/footnote 1 «[^1]»: the footnote `1` is not defined (add a line `[^1]: text`)",
            "content/duplicate-id 8 «#q»: the id `q` is taken (give one of the two another id)",
            "content/duplicate-id 10 «q»: the id `q` is taken (give one of the two another id)",
            "warning content/external-image 12 «https://e.example/f.png»: the image is on another host, and the site's pages load nothing from there (save the image beside the page and link to the file)",
            "warning content/missing-reference 1 «[a][b]»: the link's label `b` is not defined (add a line `[b]: address`)",
            "warning content/footnote 4 «[^3]: w»: nothing names the footnote `3` (write `[^3]` where it belongs, or remove it)",
            "content/broken-link 12 «/book/hardware»: there is no page `/book/hardware` (leave the base path out: did you mean `/hardware`?)",
            "content/broken-link 12 «https://lab.example.com/book/hardwre»: there is no page `/hardwre` (did you mean `/hardware`?)",
        ]
    );
}

#[test]
fn pages_that_a_list_forgets_are_orphans() {
    let (_, found) = site(&[
        ("content/g/index.md", "[a](a.md) [b](b.md)"),
        ("content/g/a.md", "x"),
        ("content/g/b.md", "[b](b.md)"),
        ("content/g/c.md", "[c](c.md)"),
        ("content/h/index.md", "no list"),
        ("content/h/d.md", "x"),
    ]);
    assert_eq!(
        found,
        [
            "warning content/orphan 1 «»: no page links to `g/c.md` (add it to the list in `g/index.md`, or link to it where it helps)"
        ]
    );
}

#[test]
fn shortcodes_are_emoji_outside_code() {
    assert_eq!(html(":rocket: `:rocket:` 10:30:15"), "<p>🚀 <code>:rocket:</code> 10:30:15</p>");
}

/// Whether each tag that opens is closed, in the right order.
fn unbalanced(html: &str) -> Option<String> {
    const VOID: [&str; 6] = ["br", "hr", "img", "input", "wbr", "meta"];
    let mut open: Vec<&str> = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, _) = part.split_once('>')?;
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        match tag.strip_prefix('/') {
            Some(_) if open.pop() != Some(name) => return Some(format!("</{name}> in {html}")),
            None if !VOID.contains(&name) && !tag.ends_with('/') => open.push(name),
            _ => {}
        }
    }
    (!open.is_empty()).then(|| format!("{open:?} left open in {html}"))
}

/// Pages put together from pieces of syntax in an order that only looks random.
#[test]
fn html_is_balanced_whatever_is_written() {
    let parts = [
        ":::tabs\n",
        ":::\n",
        "\n:::steps\n",
        ":::cards\n",
        ":::tree x\n",
        ":::table {sortable}\n",
        "::::tabs\n",
        "::::\n",
        "  :::\n",
        "> :::tabs\n",
        "- :::steps\n",
        ":::nope\n",
        "\n",
        "\n\n",
        "a ",
        "# b\n",
        "### c\n",
        "\n### d {#e}\n",
        "- ",
        "  - ",
        "1. ",
        "   2. ",
        "> ",
        ">> ",
        "> [!NOTE]- t\n",
        "> [!TIP]\n",
        "> [!CAUTION] `x`",
        "```yaml {1}\n",
        "```\n",
        "a: 1 # (1)\n",
        "```",
        "~~~\n",
        "| a | b |\n",
        "|---|--:|\n",
        "[f](a.md)",
        "[f][g]",
        "![h](i-light.svg)",
        "*",
        "**",
        "_",
        "`",
        "~~",
        "[^1]",
        "[^1]: ",
        ": ",
        "x\n: ",
        ":rocket:",
        "$",
        "$$",
        "\\frac{",
        "}",
        "{{ cluster.name }}",
        "{{ table() }}",
        "{% for n in cluster.nodes %}",
        "{% endfor %}",
        "- [x] ",
        "    ",
        "\t",
        "https://a.example",
        "ü",
        "\\",
        "[",
        "](",
        "!",
        "```manifest\nobject: Node/a\n```\n",
        "{{ data(file=\"i.csv\") }}",
        "---\n",
        "&lt;",
    ];
    let mut state = 11_u64;
    for round in 0..3000 {
        let mut text = String::from(if round % 4 == 0 { "---\nmath: true\n---\n" } else { "" });
        for _ in 0..40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(parts[(state >> 33) as usize % parts.len()]);
        }
        let files = [
            ("content/a.md", text.as_str()),
            ("content/i-light.svg", "<svg>"),
            ("content/i.csv", "a\n1\n"),
        ];
        let (pages, _) = site(&files);
        for page in pages {
            assert_eq!(unbalanced(&page.html), None, "{text:?}");
            let is_ours = |letter: char| matches!(letter, '\u{1}'..='\u{8}');
            assert!(!page.html.contains(is_ours), "{text:?}\n{:?}", page.html);
            assert!(!page.html.contains(" style="), "{text:?}\n{:?}", page.html);
        }
    }
}
