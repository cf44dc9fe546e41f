//! Facts, functions and what is wrong with them, from text to diagnostics.

use super::super::names;
use super::{found, html};

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
