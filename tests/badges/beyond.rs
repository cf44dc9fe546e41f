//! What `rackbook badges` does beyond kromgo.

use std::io::Read as _;

use super::server::Server;
use super::upstream::{Reply, data, vector};
use super::{CPU, Upstream, usual, with};

/// Temperatures of two nodes, one of which has a colon in its name.
fn nodes() -> Upstream {
    Upstream::new(|asked| {
        if asked.path.ends_with("query_range") {
            let series = |node: &str, values: &str| {
                format!(r#"{{"metric":{{"node":"{node}"}},"values":[[1,"1"],[2,"{values}"]]}}"#)
            };
            return data("matrix", &format!("[{},{}]", series("a:9100", "7"), series("b", "9")));
        }
        vector(&[(r#""node":"a:9100""#, "41"), (r#""node":"b""#, "52"), (r#""job":"x""#, "1")])
    })
}

#[test]
fn one_badge_per_value_of_a_label_asks_once() {
    let (upstream, server) = with(
        nodes(),
        "badges:\n  - {id: 'temp_{node}', title: 'T {node}', query: t, forEach: {label: node}}\n",
    );
    let a = server.get("/badges/temp_a-9100?format=json").json();
    assert_eq!((&a["id"], &a["title"]), (&"temp_a-9100".into(), &"T a:9100".into()));
    assert_eq!(a["value"], "41");
    server.get("/badges/temp_b").is(200, "image/svg+xml").has("aria-label=\"T b: 52\"");
    server.get("/badges/temp_c?format=json").is(404, "application/json");
    server.get("/badges/temp_{node}?format=json").is(404, "application/json");
    server.get("/").has("/badges/temp_a-9100)").has("/badges/temp_b)").lacks("{node}");
    let all = server.get("/badges.json").json();
    assert_eq!(all["badges"].as_array().map(Vec::len), Some(2));
    assert_eq!(upstream.asked().len(), 1);
    let name = r#"kromgo_requests_total{kind="badge",id="temp_{node}",format="svg"}"#;
    assert!(server.metric(name) >= 1.0);
}

#[test]
fn many_values_of_a_label_are_bounded() {
    let many = || {
        let samples: Vec<String> = (0..900).map(|n| format!("\"n\":\"{n}\"")).collect();
        let samples: Vec<_> = samples.iter().map(|labels| (labels.as_str(), "1")).collect();
        vector(&samples)
    };
    let (_upstream, server) = with(
        Upstream::new(move |_| many()),
        "badges:\n  - {id: '{n}', query: t, forEach: {label: n, max: 3}}\n",
    );
    assert_eq!(server.get("/badges.json").json()["badges"].as_array().map(Vec::len), Some(3));
    server.get("/badges/2").has(": 1");
    assert_eq!(server.get("/badges/3?format=json").status, 404);
}

#[test]
fn up_and_alerts_look_at_every_sample() {
    let upstream = Upstream::new(|asked| match asked.field("query") {
        "ping" => vector(&[("", "1"), ("", "0"), ("", "1"), ("", "1")]),
        "nothing" => data("vector", "[]"),
        query if query.starts_with("ALERTS") => vector(&[
            (r#""severity":"warning""#, "1"),
            (r#""severity":"critical""#, "1"),
            (r#""severity":"none""#, "1"),
        ]),
        _ => vector(&[(r#""job":"x""#, "1")]),
    });
    let (_upstream, server) = with(
        upstream,
        "badges:\n  - {id: alerts, type: alerts}\n  - {id: quiet, type: alerts, query: nothing}\n  \
         - {id: ping, type: up, query: ping}\n  - {id: one, type: up, query: one}\n  \
         - {id: none, type: up, query: nothing}\n",
    );
    let value = |id: &str| {
        let json = server.get(&format!("/badges/{id}?format=json")).json();
        (json["value"].as_str().unwrap().to_owned(), json["color"].as_str().map(str::to_owned))
    };
    let is = |value: &str, color: &str| (value.to_owned(), Some(color.to_owned()));
    assert_eq!(value("alerts"), is("3 firing", "red"));
    assert_eq!(value("quiet"), is("none", "brightgreen"));
    assert_eq!(value("ping"), is("3/4 up", "orange"));
    assert_eq!(value("one"), is("up", "brightgreen"));
    assert_eq!(value("none"), ("no data".to_owned(), None));
}

#[test]
fn addresses_set_only_what_the_configuration_allows() {
    let config = "badges:\n  - {id: a, query: up}\n  \
                  - {id: b, query: up, overrides: [label, color, labelColor]}\n";
    let (_upstream, server) = usual(config);
    let query = "?label=Mine&color=rebeccapurple&labelColor=%23123456";
    let plain = server.get("/badges/a").text();
    assert_eq!(server.get(&format!("/badges/a{query}")).text(), plain);
    server.get(&format!("/badges/b{query}")).has("Mine: 17.5").has("#663399").has("#123456");
    let json = server.get(&format!("/badges/b{query}&format=shields")).json();
    assert_eq!((&json["label"], &json["color"]), (&"Mine".into(), &"rebeccapurple".into()));
    server.get("/badges/b?label=%3Cscript%3E%01").lacks("<script").has("&lt;script&gt;");
    let long = server.get(&format!("/badges/b?label={}", "x".repeat(2000)));
    assert!(long.body.len() < 100_000, "{}", long.body.len());
}

#[test]
fn several_servers_are_asked_with_their_own_access() {
    let other = Upstream::of("99", "");
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "p\n").unwrap();
    let (upstream, server) = usual(&format!(
        "sources:\n  other:\n    url: {}/prom\n    basicAuth: {{username: u, passwordFile: {}}}\n    \
         headers: {{X-Scope-OrgID: home}}\nbadges:\n  - {{id: a, query: up}}\n  \
         - {{id: b, query: up, source: other, cache: {{maxAge: 60}}}}\n",
        other.url,
        password.display()
    ));
    assert_eq!(server.get("/badges/a?format=json").json()["value"], "17.5");
    let b = server.get("/badges/b?format=json");
    assert_eq!(b.json()["value"], "99");
    assert_eq!(b.header("cache-control"), "public, max-age=60, s-maxage=60");
    assert_eq!((upstream.asked().len(), other.asked().len()), (1, 1));
    assert_eq!(other.asked()[0].path, "/prom/api/v1/query");
    assert_eq!(server.get("/badges/b?format=shields").json()["cacheSeconds"], 60);
}

#[test]
fn old_addresses_live_on_where_they_are_wanted() {
    let (_upstream, server) = usual(&format!("legacyRoutes: true\n{CPU}"));
    for path in ["/query?metric=cpu&format=endpoint", "/cpu?format=endpoint", "/cpu"] {
        let json = server.get(path).json();
        assert_eq!((&json["schemaVersion"], &json["message"]), (&1.into(), &"17.5%".into()));
    }
    server.get("/query?metric=cpu&format=badge").is(200, "image/svg+xml");
    assert_eq!(server.get("/cpu?format=raw").json()["id"], "cpu");
    server.get("/query").is(404, "application/json");
    server.get("/nope").is(404, "application/json");
    let (_upstream, server) = usual(CPU);
    server.get("/cpu").is(404, "text/plain");
    server.get("/query?metric=cpu").is(404, "text/plain");
}

#[test]
fn all_badges_come_at_once() {
    let (upstream, server) = usual(
        "badges:\n  - {id: a, query: up}\n  - {id: b, query: up, gallery: {hidden: true}}\n  \
         - {id: c, query: up, valueExpr: 'labels[\"no\"]'}\n",
    );
    let answer = server.get("/badges.json");
    let ids = |answer: &serde_json::Value| {
        let badges = answer["badges"].as_array().unwrap().iter();
        badges.map(|one| one["id"].as_str().or(one["label"].as_str()).unwrap().to_owned()).collect()
    };
    let all: Vec<String> = ids(&answer.json());
    assert_eq!(all, ["a", "c"]);
    assert_eq!(answer.json()["badges"][1]["isError"], true);
    let some: Vec<String> = ids(&server.get("/badges.json?ids=b,nope,a").json());
    assert_eq!(some, ["b", "nope", "a"]);
    assert_eq!(upstream.asked().len(), 1);
    let (_upstream, server) = usual(&format!("gallery: {{enabled: false}}\n{CPU}"));
    assert_eq!(server.get("/badges.json").status, 404);
    assert_eq!(server.get("/badges.json?ids=cpu").json()["badges"][0]["value"], "17.5%");
}

#[test]
fn caches_get_what_they_like() {
    let (_upstream, server) = usual(CPU);
    let plain = server.get("/badges/cpu");
    let lines: Vec<_> = plain.headers.iter().filter(|(name, _)| name == "cache-control").collect();
    assert_eq!(lines[1].1, "stale-while-revalidate=300, stale-if-error=86400");
    assert_eq!(plain.header("vary"), "Accept-Encoding");
    let packed = server.ask("GET", "/badges/cpu", &[("Accept-Encoding", "gzip")]);
    assert_eq!(packed.header("content-encoding"), "gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*packed.body).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text());
    assert!(packed.body.len() * 2 < plain.body.len());
    assert_eq!(packed.header("content-length"), packed.body.len().to_string());
    let tag = packed.header("etag");
    let asked = [("Accept-Encoding", "gzip"), ("If-None-Match", tag)];
    assert_eq!(server.ask("GET", "/badges/cpu", &asked).status, 304);
    assert_eq!(server.ask("GET", "/badges/cpu", &asked[1..]).status, 200);
}

#[test]
fn other_sites_may_read_what_they_are_allowed_to() {
    let (_upstream, server) = usual(CPU);
    let origin = [("Origin", "https://www.example.com")];
    let allowed = "access-control-allow-origin";
    assert_eq!(server.ask("GET", "/badges/cpu", &origin).header(allowed), "");
    assert_eq!(server.ask("OPTIONS", "/badges/cpu", &origin).status, 405);
    let (_upstream, server) =
        usual(&format!("cors: {{origins: ['https://www.example.com']}}\n{CPU}"));
    let answer = server.ask("GET", "/badges/cpu?format=json", &origin);
    assert_eq!(answer.header(allowed), "https://www.example.com");
    let other = server.ask("GET", "/badges/cpu", &[("Origin", "https://other.example.com")]);
    assert_eq!((other.status, other.header(allowed)), (200, ""));
    let before = server.ask("OPTIONS", "/badges/cpu", &origin);
    assert_eq!((before.status, before.header(allowed)), (204, "https://www.example.com"));
}

#[test]
fn the_limit_for_old_values_is_set_in_the_file() {
    let (upstream, server) = usual(&format!("cache: {{maxAge: 1, staleLimit: 0}}\n{CPU}"));
    server.get("/badges/cpu").has("17.5%");
    upstream.answer(|_| Reply::Status(500, String::new()));
    // Values are fresh for a second and then gone.
    let is_gone = || server.get("/badges/cpu?format=json").status == 500;
    let begun = std::time::Instant::now();
    while !is_gone() {
        assert!(begun.elapsed().as_secs() < 30, "the old value stays");
    }
}

#[test]
fn facts_need_no_prometheus() {
    let config = "badges:\n  - {id: n, source: facts, query: nodes, title: Nodes}\n  \
                  - {id: talos, source: facts, query: talos_version}\n";
    let server = Server::start(config);
    let nodes = server.get("/badges/n?format=json").json();
    assert!(nodes["result"].as_f64().unwrap() > 0.0);
    assert_eq!(nodes["value"], nodes["result"].as_f64().unwrap().to_string());
    let talos = server.get("/badges/talos?format=json").json();
    assert!(talos["labels"]["source"].as_str().unwrap().contains(':'), "{talos}");
    assert!(talos["result"].is_null());
    server.get("/badges/n").is(200, "image/svg+xml").has("Nodes: ");
}
