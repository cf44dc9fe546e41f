//! Routes, formats, headers and words as kromgo has them.

use super::server::receive;
use super::upstream::{data, vector};
use super::{CPU, Server, Upstream, usual, with};

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

#[test]
fn a_badge_is_a_picture_or_json() {
    let (upstream, server) = usual(CPU);
    let svg = server.get("/badges/cpu");
    svg.is(200, "image/svg+xml").has("role=\"img\"").has("aria-label=\"cpu: 17.5%\"");
    assert!(svg.text().starts_with("<svg"));
    assert_eq!(svg.header("x-content-type-options"), "nosniff");
    assert_eq!(svg.header("content-security-policy"), POLICY);
    assert_eq!(svg.header("cache-control"), "public, max-age=300, s-maxage=300");
    assert_eq!(svg.header("content-length"), svg.body.len().to_string());
    let shields = server.get("/badges/cpu?format=shields");
    shields.is(200, "application/json");
    let expected = serde_json::json!({
        "schemaVersion": 1, "label": "cpu", "message": "17.5%", "color": "green",
        "cacheSeconds": 300,
    });
    assert_eq!(shields.json(), expected);
    let json = server.get("/badges/cpu?format=json");
    json.is(200, "application/json").has("\"value\":\"17.5%\"").has("\"job\":\"node\"");
    assert_eq!(json.json()["result"], 17.5);
    for path in ["?style=flat-square", "?style=plastic", "?style=", "?format=JSON", "?style=nope"] {
        let answer = server.get(&format!("/badges/cpu{path}"));
        answer.is(200, "image/svg+xml");
    }
    let png = server.get("/badges/cpu?format=png");
    assert!(png.is(200, "image/png").body.starts_with(b"\x89PNG"));
    assert_eq!(upstream.asked().len(), 1, "all of one value");
    assert_eq!(upstream.asked()[0].path, "/api/v1/query");
    assert_eq!(upstream.asked()[0].field("query"), "instance:cpu");
}

#[test]
fn an_icon_is_drawn_beside_the_message() {
    let (_upstream, server) = usual(
        "badges:\n  - {id: a, query: up, icon: 'mdi:server-outline'}\n  \
         - {id: b, query: up, icon: 'mdi:server-outline', title: T}\n",
    );
    server.get("/badges/a").is(200, "image/svg+xml").has("fill=\"#fff\"").lacks("#555");
    server.get("/badges/a").has("aria-label=\"17.5\"");
    server.get("/badges/b").has("aria-label=\"T: 17.5\"").has("#555");
}

#[test]
fn what_does_not_exist_is_said_in_the_asked_form() {
    let (upstream, server) = usual(CPU);
    let svg = server.get("/badges/does-not-exist");
    svg.is(200, "image/svg+xml").has("aria-label=\"does-not-exist: Not Found\"").has("#dd4343");
    assert_eq!(svg.header("cache-control"), "no-store");
    let json = server.get("/badges/nope?format=json");
    json.is(404, "application/json").has("\"isError\":true");
    assert_eq!(json.header("cache-control"), "no-store");
    assert_eq!(json.json()["message"], "Not Found");
    server.get("/badges/nope?format=shields").is(404, "application/json");
    server.get("/graphs/nope").is(200, "image/svg+xml").has("aria-label=\"nope: Not Found\"");
    server.get("/graphs/nope?format=png").is(404, "application/json");
    let bad = server.get("/badges/a%01b%E2%80%AE?format=json");
    assert_eq!(bad.is(404, "application/json").json()["label"], "ab");
    assert_eq!(upstream.asked().len(), 0);
}

#[test]
fn other_paths_and_methods_are_refused_as_in_go() {
    let (_upstream, server) = usual(CPU);
    for path in ["/nope", "/badges/cpu/", "/badges/", "/badges", "/assets/", "/assets/nope.txt"] {
        let answer = server.get(path);
        assert_eq!(answer.is(404, "text/plain").text(), "404 page not found\n", "{path}");
    }
    for path in ["/assets/mdi.txt.gz", "/assets/../handler.go", "/assets/..%2fhandler.go"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        for path in ["/badges/cpu", "/graphs/cpu"] {
            let answer = server.ask(method, path, &[]);
            assert_eq!(answer.is(405, "text/plain").text(), "Method Not Allowed\n");
            assert_eq!(answer.header("allow"), "GET, HEAD");
        }
    }
    assert_eq!(server.ask("POST", "/healthz", &[]).status, 404);
    let head = server.ask("HEAD", "/badges/cpu", &[]);
    head.is(200, "image/svg+xml");
    assert!(head.body.is_empty() && head.header("content-length") != "0");
}

#[test]
fn health_does_not_ask_prometheus() {
    let server = Server::start("prometheus: http://127.0.0.1:1\n");
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.get(path).is(200, "text/plain").text(), "OK");
    }
    let ask = |path| receive(super::server::send(&server.metrics, "GET", path, &[]));
    assert_eq!(ask("/healthz").status, 404);
    ask("/metrics").is(200, "text/plain; version=0.0.4").has("rackbook_upstream_queries_total 0");
}

#[test]
fn requests_are_counted_and_unknown_ids_share_a_name() {
    let (_upstream, server) = usual(CPU);
    for path in ["/badges/x", "/badges/y", "/badges/cpu", "/graphs/cpu?format=json"] {
        server.get(path);
    }
    let count = |labels: &str| server.metric(&format!("kromgo_requests_total{{{labels}}}"));
    assert!((count("kind=\"badge\",id=\"unknown\",format=\"svg\"") - 2.0).abs() < 0.1);
    assert!((count("kind=\"badge\",id=\"cpu\",format=\"svg\"") - 1.0).abs() < 0.1);
    assert!((count("kind=\"graph\",id=\"cpu\",format=\"json\"") - 1.0).abs() < 0.1);
    assert!((server.metric("rackbook_upstream_seconds_count") - 2.0).abs() < 0.1);
}

#[test]
fn answers_may_be_kept_as_the_configuration_says() {
    let cases = [
        ("", "public, max-age=300, s-maxage=300", Some(300)),
        ("cache: {maxAge: 3600}\n", "public, max-age=3600, s-maxage=3600", Some(3600)),
        ("cache: {enabled: true}\n", "public, max-age=300, s-maxage=300", Some(300)),
        ("cache: {enabled: false}\n", "no-cache, no-store, must-revalidate, max-age=0", None),
    ];
    for (cache, header, seconds) in cases {
        let (_upstream, server) = usual(&format!("{cache}{CPU}"));
        let answer = server.get("/badges/cpu?format=shields");
        assert_eq!(answer.header("cache-control"), header);
        assert_eq!(answer.json()["cacheSeconds"].as_u64(), seconds);
        assert_eq!(server.get("/graphs/cpu?format=json").header("cache-control"), header);
        let bad = server.get("/graphs/cpu?format=json&last=7d");
        assert_eq!((bad.status, bad.header("cache-control")), (400, "no-store"));
    }
}

#[test]
fn what_the_client_has_is_not_sent_again() {
    let (upstream, server) = usual(CPU);
    for path in [
        "/badges/cpu",
        "/badges/cpu?format=json",
        "/graphs/cpu?start=1&end=3600",
        "/assets/gallery.css",
    ] {
        let first = server.get(path);
        let tag = first.header("etag");
        assert!(tag.starts_with('"'), "{path} {tag}");
        let second = server.ask("GET", path, &[("If-None-Match", tag)]);
        assert_eq!((second.status, second.body.len()), (304, 0), "{path}");
        assert_eq!(second.header("etag"), tag);
        let third = server.ask("GET", path, &[("If-None-Match", "\"other\"")]);
        assert_eq!(third.body, first.body);
    }
    assert_eq!(server.get("/badges/cpu").header("age"), "0");
    assert_eq!(upstream.asked().len(), 2);
}

#[test]
fn parameters_that_nobody_reads_make_no_work() {
    let (upstream, server) = usual(CPU);
    let first = server.get("/badges/cpu");
    for idx in 0..50 {
        let answer = server.get(&format!("/badges/cpu?label=evil&color=red&cb={idx}"));
        assert_eq!(answer.header("etag"), first.header("etag"));
        server.get(&format!("/graphs/cpu?query=secret&cb={idx}"));
    }
    assert_eq!(upstream.asked().len(), 2);
    assert!(upstream.asked().iter().all(|asked| asked.field("query") == "instance:cpu"));
}

#[test]
fn nothing_found_is_no_error() {
    let (_upstream, server) = with(Upstream::new(|_| vector(&[])), CPU);
    let answer = server.get("/badges/cpu?format=shields");
    let json = answer.is(200, "application/json").json();
    assert_eq!((&json["message"], json.get("color")), (&"no data".into(), None));
    assert_eq!(answer.header("cache-control"), "public, max-age=300, s-maxage=300");
}

#[test]
fn a_result_that_is_no_vector_is_an_error() {
    for (kind, result) in [("scalar", "[1,\"42\"]"), ("string", "[1,\"a\"]"), ("matrix", "[]")] {
        let (_upstream, server) = with(Upstream::new(move |_| data(kind, result)), CPU);
        let json = server.get("/badges/cpu?format=json");
        assert_eq!(json.is(500, "application/json").json()["message"], "Unexpected result type");
        server.get("/badges/cpu").is(200, "image/svg+xml").has("#939393");
    }
}

#[test]
fn the_gallery_lists_what_is_not_hidden() {
    let (_upstream, server) = usual(CPU);
    let page = server.get("/");
    page.is(200, "text/html").has("![cpu](http://example.com/badges/cpu)");
    page.has("![cpu](http://example.com/graphs/cpu)").has("<h2>Badges</h2>").has("<h2>Graphs</h2>");
    page.lacks("unsafe-").lacks("cdn.").lacks("<script").lacks("favicon");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    assert!(!page.header("content-security-policy").contains("unsafe"));
    let css = server.get("/assets/gallery.css");
    assert_eq!(css.is(200, "text/css").header("cache-control"), "public, max-age=3600");
    let (_upstream, server) = usual("");
    server.get("/").has("No endpoints to show").lacks("<h2>Badges</h2>");
    let hidden = "defaults: {badge: {gallery: {hidden: true}}}\nbadges:\n  - {id: a, query: up}\n  \
                  - {id: b, query: up, gallery: {hidden: false}}\n  - {id: c, query: up, \
                  gallery: {hidden: true}}\n";
    let (_upstream, server) = usual(hidden);
    server.get("/").has("/badges/b)").lacks("/badges/a").lacks("/badges/c");
    let (_upstream, server) = usual(&format!("gallery: {{enabled: false}}\n{CPU}"));
    server.get("/").is(200, "text/html").has("class=\"landing\"").lacks("/badges/");
}

#[test]
fn the_gallery_trusts_no_header() {
    let (_upstream, server) = usual("badges:\n  - {id: cpu, query: up, title: 'a[b]<i>'}\n");
    let ask = |headers: &[(&str, &str)]| server.ask("GET", "/", headers);
    ask(&[("X-Forwarded-Proto", "https, http")]).has("(https://example.com/badges/cpu)");
    ask(&[("X-Forwarded-Proto", "x\"><script>")]).has("(http://example.com/badges/cpu)");
    ask(&[("Host", "[::1]:8080")]).has("(http://[::1]:8080/badges/cpu)");
    ask(&[("Host", "evil.com)![x](http://x")])
        .has(r"![a\[b\]&lt;i&gt;](/badges/cpu)")
        .lacks("evil");
}

#[test]
fn a_favicon_is_served_where_there_is_one() {
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let (_upstream, server) = usual(&format!("favicon: {png}\n{CPU}"));
    let icon = server.get("/favicon.ico");
    assert_eq!(icon.is(200, "image/png").header("cache-control"), "public, max-age=3600");
    server.get("/").has("favicon.ico");
    let (_upstream, server) = usual(CPU);
    assert_eq!(server.get("/favicon.ico").status, 404);
}

#[test]
fn hostile_text_stays_text() {
    let labels = r#""version":"</text><script>alert(1)</script>\u0007\u202e\"&""#;
    let upstream = Upstream::new(move |asked| match asked.path.as_str() {
        "/api/v1/query" => vector(&[(labels, "1")]),
        _ => data(
            "matrix",
            &format!("[{{\"metric\":{{{labels}}},\"values\":[[1,\"1\"],[61,\"2\"]]}}]"),
        ),
    });
    let config = "badges:\n  - {id: a, query: up, valueExpr: 'labels[\"version\"]'}\n  \
                  - {id: b, query: up, title: 'a \"quote\" & <tag>'}\n\
                  graphs:\n  - {id: a, query: up, legend: true}\n";
    let (_upstream, server) = with(upstream, config);
    let svg = server.get("/badges/a");
    svg.is(200, "image/svg+xml").lacks("<script").lacks("</text>").has("&lt;script&gt;");
    svg.lacks("\u{7}").lacks("\u{202e}");
    server.get("/graphs/a").is(200, "image/svg+xml").lacks("<script").lacks("\u{7}");
    server.get("/badges/a?format=json").is(200, "application/json").lacks("<script").json();
    server.get("/badges/b").has("a &#34;quote&#34; &amp; &lt;tag&gt;: 1");
    for path in ["/badges/a", "/badges/b", "/graphs/a", "/badges/x%3Cy%3E"] {
        let svg = server.get(path).text();
        resvg::usvg::roxmltree::Document::parse(&svg)
            .unwrap_or_else(|error| panic!("{error}: {svg}"));
    }
}

#[test]
fn styles_and_colours_reach_the_picture() {
    let config = "badges:\n  - {id: a.b, query: up, style: for-the-badge, title: Ab}\n  \
                  - {id: light, query: up, colorExpr: '\"#eeeeee\"'}\n  \
                  - {id: label, query: up, labelColor: 'red'}\n";
    let (_upstream, server) = usual(config);
    let high = server.get("/badges/a.b");
    high.has("height=\"28\"").has("aria-label=\"Ab: 17.5\"").lacks("<text").lacks("linearGradient");
    server.get("/badges/a.b?style=flat").has("height=\"20\"").has("id=\"r-a-b\"");
    server.get("/badges/light").has("fill=\"#333\"").has("#eeeeee");
    assert_eq!(server.get("/badges/label?format=json").json()["labelColor"], "#dd4343");
}

#[test]
fn badges_of_a_span_are_reduced() {
    let upstream = Upstream::new(|_| {
        data(
            "matrix",
            r#"[{"metric":{},"values":[[1,"NaN"]]},{"metric":{},"values":[[1,"10"],[2,"20"],[3,"30"],[4,"+Inf"]]}]"#,
        )
    });
    let config = "badges:\n  - id: a\n    query: up\n    type: range\n    \
                  range: {last: 100h, offset: 1h, reduce: avg}\n    valueExpr: string(result) + \"%\"\n";
    let (upstream, server) = with(upstream, config);
    assert_eq!(server.get("/badges/a?format=json").json()["value"], "20%");
    let asked = &upstream.asked()[0];
    assert_eq!(asked.path, "/api/v1/query_range");
    assert!((asked.number("end") - asked.number("start") - 360_000.0).abs() < 1.0);
    assert!((asked.number("step") - 3600.0).abs() < 0.1);
}
