//! Tests of whole sites: links, ids, bytes, sentences and what must not be there.

mod fixture;
mod pages;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::json;

use super::components::{diagram, table};
use super::{Meta, Site, Theme, assemble};
use crate::audit::Settled;
use crate::inventory::{Cluster, RenderedObject};

fn build(cluster: &Cluster, meta: &Meta) -> Site {
    let theme = Theme::default();
    let (site, problems) =
        assemble(cluster, &Settled::default(), &fixture::pages(), &theme, meta, BTreeMap::new());
    assert_eq!(problems, []);
    site
}

/// The full site, made once.
static HOMELAB: LazyLock<Site> = LazyLock::new(|| build(&fixture::homelab(), &fixture::meta()));
/// The site of an empty repository, made once.
static EMPTY: LazyLock<Site> = LazyLock::new(|| build(&fixture::empty(), &fixture::meta()));

fn html(site: &Site) -> impl Iterator<Item = (&str, &str)> {
    site.files.iter().filter(|(path, _)| super::is_page(path)).map(|(path, bytes)| {
        (path.as_str(), std::str::from_utf8(bytes).expect("bug: pages are UTF-8"))
    })
}

fn captures<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

fn ids(text: &str) -> Vec<&str> {
    captures(r#" id="([^"]*)""#, text)
}

/// Resolves a relative link from a page; `None` where it leaves the site.
fn resolve(from: &str, href: &str) -> Option<String> {
    if href.contains("://") {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in href.split('/') {
        match part {
            ".." => drop(parts.pop().expect("a link that leaves the first folder")),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[test]
fn links_and_fragments_resolve() {
    let site = &*HOMELAB;
    let pages: BTreeMap<&str, &str> = html(site).collect();
    for (path, text) in &pages {
        for href in captures(r#" (?:href|src)="([^"]*)""#, text) {
            let (file, fragment) = href.split_once('#').unwrap_or((href, ""));
            let target =
                if file.is_empty() { Some((*path).to_owned()) } else { resolve(path, file) };
            let Some(target) = target else { continue };
            assert!(site.files.contains_key(&target), "{path}: {href}");
            if !fragment.is_empty() {
                assert!(ids(pages[target.as_str()]).contains(&fragment), "{path}: {href}");
            }
        }
    }
}

#[test]
fn ids_are_unique() {
    for site in [&*HOMELAB, &*EMPTY] {
        for (path, text) in html(site) {
            let all = ids(text);
            let distinct: BTreeSet<_> = all.iter().collect();
            assert_eq!(all.len(), distinct.len(), "{path}: {all:?}");
        }
    }
}

#[test]
fn pages_are_whole_and_hold_no_inline_script() {
    for site in [&*HOMELAB, &*EMPTY] {
        for (path, text) in html(site) {
            assert_eq!(captures("(<h1)[ >]", text).len(), 1, "{path}");
            assert!(!holds_code(text) && !text.contains(" style="), "{path}");
            assert!(!text.contains("ENC["), "{path}");
            assert!(!text.contains("<b>Not</b>"), "{path}");
        }
    }
}

/// Whether the page holds a script that is not a file of the site.
fn holds_code(html: &str) -> bool {
    let tags = html.split("<script").skip(1);
    tags.filter_map(|rest| rest.split_once("</script>")).any(|(tag, _)| {
        let own = [" src=\"assets/", " src=\"../", " src=\"/"];
        !own.iter().any(|start| tag.starts_with(start)) || !tag.ends_with('>')
    })
}

#[test]
fn bytes_are_the_same_each_time() {
    let other = build(&fixture::homelab(), &fixture::meta());
    assert_eq!(HOMELAB.files, other.files);
}

#[test]
fn every_app_has_a_page() {
    let site = &*HOMELAB;
    assert!(site.files.contains_key("apps/media/jellyfin.html"));
    let pages = site
        .files
        .keys()
        .filter(|path| path.starts_with("apps/") && path.ends_with(".html"))
        .count();
    assert_eq!(pages, fixture::homelab().apps.len() + 1);
}

#[test]
fn page_written_by_hand_takes_the_place() {
    let mut pages = fixture::pages();
    pages[0].slug = "hardware".to_owned();
    pages[1].slug = "index".to_owned();
    "<p>Welcome.</p>".clone_into(&mut pages[1].html);
    let (cluster, meta) = (fixture::homelab(), fixture::meta());
    let (site, _) =
        assemble(&cluster, &Settled::default(), &pages, &Theme::default(), &meta, BTreeMap::new());
    let page = |path: &str| String::from_utf8_lossy(&site.files[path]).into_owned();
    assert!(page("hardware.html").contains("GPU on Talos"));
    let overview = page("index.html");
    assert!(overview.find("Welcome.").unwrap() < overview.find("id=\"cluster-places\"").unwrap());
}

#[test]
fn not_found_page_names_its_files_from_the_top() {
    let meta = Meta { url: Some("https://example.com/book".to_owned()), ..fixture::meta() };
    let site = build(&fixture::empty(), &meta);
    let page = String::from_utf8_lossy(&site.files["404.html"]).into_owned();
    assert!(page.contains("href=\"/book/hardware.html\""));
}

#[test]
fn changed_files_have_no_link() {
    let site = &*HOMELAB;
    let page = String::from_utf8_lossy(&site.files["index.html"]).into_owned();
    assert!(page.contains("<span class=\"source\" title=\"talos/talenv.yaml:2\">"));
}

#[test]
fn what_charts_make_is_marked_and_has_no_link() {
    let mut cluster = fixture::homelab();
    let mut made = RenderedObject {
        id: "media/jellyfin-metrics".to_owned(),
        group: String::new(),
        kind: "Service".to_owned(),
        app: Some("media/jellyfin".to_owned()),
        source: fixture::source("media/jellyfin.yaml", 7),
    };
    made.source.from_rendered = true;
    cluster.rendered = vec![made];
    cluster.rendered_counts = BTreeMap::from([("services".to_owned(), 1)]);
    let site = build(&cluster, &fixture::meta());
    let page = |site: &Site, path: &str| String::from_utf8_lossy(&site.files[path]).into_owned();
    let app = page(&site, "apps/media/jellyfin.html");
    assert!(app.contains("What its chart makes (rendered)"));
    assert!(app.contains("<span class=\"source\" title=\"rendered · media/jellyfin.yaml:7\">"));
    let other = page(&site, "apps/media/plex.html");
    assert!(!other.contains("(rendered)"));
    let says = "One object that charts make";
    assert!(page(&site, "index.html").contains(says));
    assert!(!page(&HOMELAB, "index.html").contains(says));
}

#[test]
fn style_sheet_is_small_and_named_by_its_text() {
    let site = &*EMPTY;
    let style = site.files.keys().find(|path| path.starts_with("assets/style.")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
    packed.write_all(&site.files[style]).unwrap();
    let size = packed.finish().unwrap().len();
    assert!(size < 15_000, "{size} bytes");
    for (path, text) in html(site) {
        assert!(text.contains(style.as_str()), "{path}");
    }
}

/// The first sentences of the hardware, network, apps and overview pages.
fn sentences(cluster: &Cluster) -> [String; 4] {
    use super::pages::{apps, hardware, network, overview};
    [
        hardware::sentence(cluster),
        network::sentence(cluster),
        apps::sentence(cluster),
        overview::sentence(cluster),
    ]
}

fn cut(mut cluster: Cluster, count: usize) -> Cluster {
    cluster.hosts.truncate(count);
    cluster.nodes.truncate(count);
    cluster.gpus.clear();
    cluster.networks.truncate(count);
    cluster.gateways.truncate(count);
    cluster.apps.truncate(count);
    cluster.counts.insert("hostnames".to_owned(), count);
    cluster
}

#[test]
fn sentences_fit_none() {
    assert_eq!(
        sentences(&fixture::empty()),
        [
            "No machine is declared in this repository.",
            "No network is declared in this repository.",
            "No app is declared in this repository.",
            "No node and no app is declared in this repository.",
        ]
    );
}

#[test]
fn sentences_fit_one() {
    assert_eq!(
        sentences(&cut(fixture::homelab(), 1)),
        [
            "One Proxmox host runs one Talos machine.",
            "One network carries the cluster; no VLAN tag is declared. \
             One gateway publishes one host name.",
            "One app runs in one of 19 namespaces.",
            "A Talos cluster of one node on one host, named northwind. One app runs in one of 19 namespaces.",
        ]
    );
}

#[test]
fn sentences_fit_two() {
    assert_eq!(
        sentences(&cut(fixture::homelab(), 2)),
        [
            "Two Proxmox hosts run two Talos machines.",
            "Two networks carry the cluster, one of them as a VLAN. \
             Two gateways publish two host names.",
            "Two apps run in one of 19 namespaces.",
            "A Talos cluster of two nodes on two hosts, named northwind. Two apps run in one of 19 namespaces.",
        ]
    );
}

#[test]
fn sentences_fit_many() {
    let [hardware, network, apps, overview] = sentences(&fixture::homelab());
    assert_eq!(
        hardware,
        "Four Proxmox hosts run fifteen Talos machines. Two of them carry an NVIDIA card."
    );
    assert_eq!(
        network,
        "Three networks carry the cluster, two of them as VLANs. \
         Two gateways publish 43 host names."
    );
    assert_eq!(apps, "60 apps run in nineteen namespaces.");
    let expected = "A Talos cluster of fifteen nodes on four hosts, named northwind. \
                    60 apps run in nineteen namespaces.";
    assert_eq!(overview, expected);
}

#[test]
fn sentence_without_hosts_says_so() {
    let mut cluster = cut(fixture::homelab(), 2);
    cluster.hosts.clear();
    let [hardware, ..] = sentences(&cluster);
    let expected =
        "Two Talos machines form the cluster. What hardware they run on is not declared.";
    assert_eq!(hardware, expected);
}

fn call(args: serde_json::Value) -> Result<String, (String, Option<String>)> {
    let serde_json::Value::Object(args) = args else { panic!("an object") };
    table(&fixture::homelab(), &fixture::meta(), &Theme::default(), &args, "../")
        .map_err(|error| (error.message, error.help))
}

#[test]
fn table_can_be_narrowed() {
    let args = json!({"of": "apps", "where_namespace": "media", "columns": ["app", "version"]});
    let html = call(args).unwrap();
    assert!(html.contains("href=\"../apps/media/jellyfin.html\""));
    assert!(!html.contains("home-assistant") && !html.contains("Chart</th>"));
}

#[test]
fn wrong_calls_have_help() {
    let check = |args, message: &str, help: &str| {
        let (said, helped) = call(args).unwrap_err();
        assert_eq!((said.as_str(), helped.as_deref()), (message, Some(help)));
    };
    check(json!({"of": "node"}), "there is no table of `node`", "did you mean `nodes`?");
    check(
        json!({"of": "nodes", "columns": ["hots"]}),
        "this table has no column `hots`",
        "did you mean `host`?",
    );
    check(
        json!({"of": "apps", "where_namespace": "medla"}),
        "there is no namespace `medla`",
        "did you mean `media`?",
    );
    check(
        json!({"of": "nodes", "where_namespace": "media"}),
        "`nodes` belong to no namespace, so `where_namespace` says nothing",
        "remove `where_namespace`",
    );
    check(json!({"off": "nodes"}), "`table` has no argument `off`", "did you mean `of`?");
}

#[test]
fn diagram_comes_with_its_rows() {
    let args = json!({"view": "network"});
    let args = args.as_object().unwrap();
    let html = diagram(&fixture::homelab(), &fixture::meta(), &Theme::default(), args, "").unwrap();
    assert!(html.contains("<svg") && html.contains("<details>"));
}

fn flux_diagram(args: &serde_json::Value) -> Result<String, crate::content::CallError> {
    let args = args.as_object().unwrap();
    diagram(&fixture::homelab(), &fixture::meta(), &Theme::default(), args, "")
}

#[test]
fn flux_is_drawn_with_links_to_apps_and_the_list() {
    let html = flux_diagram(&json!({"view": "flux"})).unwrap();
    assert!(html.contains("id=\"picture-flux\"") && html.contains("<details>"));
    assert!(html.contains("href=\"gitops.html#kustomizations\">All Kustomizations</a>"));
    assert!(html.contains("dg-absent") && !html.contains("<style"));
    let narrowed = flux_diagram(&json!({"view": "flux", "namespace": "media"})).unwrap();
    assert!(narrowed.len() < html.len());
}

#[test]
fn wrong_narrowing_of_a_diagram_is_told() {
    let check = |args, message: &str| {
        let error = flux_diagram(&args).unwrap_err();
        assert_eq!(error.message, message);
        assert!(error.help.is_some());
    };
    check(json!({"view": "flux", "namespace": "medla"}), "there is no namespace `medla`");
    check(json!({"view": "network", "namespace": "media"}), "`network` takes no `namespace`");
    check(json!({"view": "flex"}), "there is no diagram `flex`");
}

#[test]
fn gitops_page_opens_with_the_picture() {
    let site = build(&fixture::homelab(), &fixture::meta());
    let page = html(&site).find(|(path, _)| *path == "gitops.html").unwrap().1;
    let picture = page.find("id=\"pictures\"").unwrap();
    assert!(picture < page.find("id=\"kustomizations\"").unwrap());
    assert!(page.contains("href=\"#pictures\""));
}

#[test]
fn broken_template_is_reported_and_hides_nothing() {
    let broken = ("pages/apps.html".to_owned(), b"{{ view.no_such_thing }}".as_slice().into());
    let theme = Theme::from_files(BTreeMap::from([broken]));
    let (site, problems) = assemble(
        &fixture::homelab(),
        &Settled::default(),
        &[],
        &theme,
        &fixture::meta(),
        BTreeMap::new(),
    );
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, "theme/template");
    assert!(site.files.contains_key("hardware.html"));
}

#[test]
fn file_in_a_pages_place_is_left_out() {
    let file = ("hardware.html".to_owned(), b"mine".as_slice().into());
    let (cluster, meta) = (fixture::empty(), fixture::meta());
    let (site, problems) = assemble(
        &cluster,
        &Settled::default(),
        &[],
        &Theme::default(),
        &meta,
        BTreeMap::from([file]),
    );
    assert_eq!(problems[0].code, "site/path-taken");
    assert_ne!(&*site.files["hardware.html"], b"mine");
}

/// A finding about one app among two.
fn found() -> Settled {
    use crate::audit::{Entity, EntityKind, Finding, Item};
    let item = |id: &str| Item {
        text: format!("`{id}`"),
        source: None,
        entity: Some(Entity::new(EntityKind::App, id)),
    };
    let finding = Finding {
        code: "images/no-digest",
        severity: crate::diagnostic::Severity::Note,
        message: "2 of 9 images <are> not pinned".to_owned(),
        source: None,
        related: vec![],
        items: vec![item("media/jellyfin"), item("other/app")],
        help: "pin `them`".to_owned(),
        blind_spot: "Nothing at all.",
        entities: vec![],
    };
    Settled { findings: vec![finding], ..Settled::default() }
}

#[test]
fn findings_are_called_by_area_or_code() {
    let (cluster, settled, meta, theme) =
        (fixture::homelab(), found(), fixture::meta(), Theme::default());
    let call = |of: &str| {
        let args = json!({ "of": of }).as_object().expect("a map").clone();
        super::components::findings(&cluster, &settled, &meta, &theme, &args, "/")
    };
    let html = call("images").expect("findings");
    assert!(html.contains("2 of 9 images &lt;are&gt; not pinned"), "{html}");
    assert!(html.contains("Pin <code>them</code>."), "{html}");
    assert_eq!(call("images/no-digest").expect("findings"), html);
    assert_eq!(call("storage").expect("none"), "<p class=\"none\">Nothing was found.</p>");
    let error = call("storge").expect_err("no such area");
    assert_eq!(error.help.as_deref(), Some("did you mean `storage`?"));
}

#[test]
fn an_app_shows_what_is_its_own() {
    let (cluster, settled) = (fixture::homelab(), found());
    let app = cluster.apps.iter().find(|app| app.id == "media/jellyfin").expect("the app");
    let build = |settled: &Settled| {
        let theme = Theme::default();
        let (site, wrong) =
            assemble(&cluster, settled, &[], &theme, &fixture::meta(), BTreeMap::new());
        assert_eq!(wrong, []);
        site
    };
    let page = |site: &Site, path: &str| String::from_utf8_lossy(&site.files[path]).into_owned();
    let site = build(&settled);
    let own = page(&site, &format!("apps/{}.html", app.id));
    assert!(own.contains("Images that are not pinned by digest"), "{own}");
    assert!(!own.contains("other/app"), "{own}");
    assert!(page(&site, "findings.html").contains("other/app"));
    let none = build(&Settled::default());
    assert!(page(&none, "findings.html").contains("The rules found nothing"));
    assert!(!page(&none, &format!("apps/{}.html", app.id)).contains("id=\"findings\""));
}
