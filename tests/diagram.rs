//! `rackbook diagram`: files that READMEs and programs can use.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use rackbook::badge::png::{Scale, png_within};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Group, Node, Options, Rect, TextChunk, Tree, roxmltree};
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_rackbook"));
    let program = program.arg("diagram").args(arguments).current_dir(root()).env("NO_COLOR", "1");
    program.output().expect("the program runs")
}

/// What it prints for the example.
#[track_caller]
fn example(arguments: &[&str]) -> Vec<u8> {
    let output = run(&[&["network", "--repo", "examples/homelab"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[track_caller]
fn svg(theme: &str) -> String {
    String::from_utf8(example(&["--theme", theme])).expect("text")
}

/// Checks the status, and that standard error says something.
#[track_caller]
fn fails(arguments: &[&str], status: i32, said: &str) {
    let output = run(arguments);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{words}");
    assert!(words.contains(said), "{words}");
    assert!(output.stdout.is_empty());
}

#[test]
fn svg_is_xml_with_each_id_once() {
    for theme in ["auto", "light", "dark"] {
        let text = svg(theme);
        let document = roxmltree::Document::parse(&text).expect("XML");
        let mut seen = BTreeSet::new();
        for id in document.descendants().filter_map(|node| node.attribute("id")) {
            assert!(id.starts_with("rackbook-network"), "{id}");
            assert!(seen.insert(id), "`{id}` is there twice");
        }
        assert!(seen.len() > 50, "{} ids", seen.len());
        for name in document.root_element().attribute("aria-labelledby").expect("a name").split(' ')
        {
            let named = document.descendants().find(|node| node.attribute("id") == Some(name));
            let words = named.and_then(|node| node.text().map(str::to_owned));
            assert!(words.is_some_and(|words| words.len() > 10), "{name}");
        }
    }
}

#[test]
fn svg_needs_nothing_around_it() {
    for theme in ["auto", "light", "dark"] {
        let text = svg(theme);
        for outside in ["var(", "url(", "href", "@font-face", "@import", "<script", "foreignObject"]
        {
            assert!(!text.contains(outside), "{theme}: {outside}");
        }
    }
}

#[test]
fn auto_is_light_with_rules_for_dark_readers() {
    let [auto, light, dark] = ["auto", "light", "dark"].map(svg);
    assert!(!light.contains("<style>") && !dark.contains("<style>"));
    let (start, end) = (auto.find("<style>").expect("rules"), auto.find("</style>").expect("end"));
    let rules = &auto[start..end];
    assert!(rules.starts_with("<style>@media (prefers-color-scheme:dark){#rackbook-network ."));
    // Without classes and rules it is the light one.
    let mut plain = format!("{}{}", &auto[..start], &auto[end + "</style>".len()..]);
    while let Some(at) = plain.find(" class=\"") {
        let close = plain[at + 8..].find('"').expect("an end") + at + 9;
        plain.replace_range(at..close, "");
    }
    assert!(plain == light, "the attributes are not those of the light picture");
    // Each class has a rule, and each colour of the dark picture is in one.
    for classes in auto.split(" class=\"").skip(1) {
        for class in classes.split('"').next().unwrap_or_default().split(' ') {
            assert!(rules.contains(&format!(" .{class}{{")), "{class}");
        }
    }
    for colour in dark.split("=\"#").skip(1).map(|rest| &rest[..6]) {
        assert!(rules.contains(colour), "#{colour}");
    }
}

#[test]
fn viewers_without_media_queries_show_it_light() {
    let [auto, light, dark] = ["auto", "light", "dark"].map(|theme| {
        let quarter = Scale::new(0.25);
        png_within(&svg(theme), quarter, 1_000_000).expect("a picture")
    });
    assert!(auto == light && light != dark);
}

#[test]
fn words_stay_in_their_boxes() {
    let mut fonts = Database::new();
    for face in ["Regular", "SemiBold"] {
        let path = root().join(format!("themes/default/fonts/Inter-{face}.ttf"));
        fonts.load_font_source(Source::Binary(Arc::new(fs::read(path).expect("a font"))));
    }
    let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
    let tree = Tree::from_str(&svg("auto"), &options).expect("SVG");
    let whole = Rect::from_xywh(0.0, 0.0, tree.size().width(), tree.size().height());
    let whole = whole.expect("a size");
    let [in_boxes, beside] = words_within(tree.root(), whole, whole);
    assert!(in_boxes > 50 && beside > 10, "{in_boxes} lines of text in boxes, {beside} beside");
}

/// Checks that text lies within the first shape of its group, which is its box; gives how many lines
/// are in boxes, and how many elsewhere.
fn words_within(group: &Group, room: Rect, whole: Rect) -> [usize; 2] {
    let mut seen = [0, 0];
    for node in group.children() {
        match node {
            Node::Group(inner) => {
                let first = inner.children().iter().find_map(|node| match node {
                    Node::Path(path) => Some(path.abs_bounding_box()),
                    _ => None,
                });
                let is_box = inner.id().starts_with("rackbook-network-");
                let room = first.filter(|_| is_box).unwrap_or(room);
                let [in_boxes, beside] = words_within(inner, room, whole);
                seen = [seen[0] + in_boxes, seen[1] + beside];
            }
            Node::Text(text) => {
                let taken = text.abs_bounding_box();
                let is_within = room.left() <= taken.left()
                    && room.right() >= taken.right()
                    && room.top() <= taken.top()
                    && room.bottom() >= taken.bottom();
                let words: String = text.chunks().iter().map(TextChunk::text).collect();
                assert!(is_within, "{words}: {taken:?} leaves {room:?}");
                seen[usize::from(room == whole)] += 1;
            }
            _ => {}
        }
    }
    seen
}

#[test]
fn the_same_files_give_the_same_bytes() {
    for arguments in [["--format", "svg"], ["--format", "png"], ["--format", "json"]] {
        assert!(example(&arguments) == example(&arguments), "{arguments:?}");
    }
}

#[test]
fn png_has_its_size() {
    let size = |svg: &str| {
        let document = roxmltree::Document::parse(svg).expect("XML");
        ["width", "height"].map(|name| {
            let side = document.root_element().attribute(name).expect("a size");
            side.parse::<f32>().expect("a number")
        })
    };
    let expected = size(&svg("light"));
    let mut pictures = BTreeSet::new();
    for (theme, scale) in [("light", "1"), ("dark", "1"), ("auto", "0.25")] {
        let png = example(&["--format", "png", "--theme", theme, "--scale", scale]);
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
        let scale: f32 = scale.parse().expect("a number");
        assert_eq!([side(16), side(20)], expected.map(|side| (side * scale).ceil() as u32));
        pictures.insert(png);
    }
    assert_eq!(pictures.len(), 3);
}

#[test]
fn json_tells_what_is_drawn_and_where_it_was_read() {
    let json: Value = serde_json::from_slice(&example(&["--format", "json"])).expect("JSON");
    let boxes = json["boxes"].as_array().expect("boxes");
    let ids: BTreeSet<&str> = boxes.iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(ids.len(), boxes.len());
    for one in boxes.iter().filter(|one| one["thing"]["kind"] == "app") {
        let (path, line) = (one["source"]["path"].as_str(), one["source"]["line"].as_u64());
        let (path, line) = (path.expect("a path"), line.expect("a line"));
        let file = root().join("examples/homelab").join(path);
        let lines = fs::read_to_string(file).expect("the file").lines().count() as u64;
        assert!((1..=lines).contains(&line), "{path}:{line}");
    }
    let lines = json["lines"].as_array().expect("lines");
    assert!(!lines.is_empty());
    for end in lines.iter().flat_map(|line| line["ends"].as_array().expect("ends")) {
        assert!(ids.contains(end.as_str().expect("an id")), "{end}");
    }
    let parents = boxes.iter().filter_map(|one| one["parent"].as_str());
    assert!(parents.into_iter().all(|parent| ids.contains(parent)));
}

#[test]
fn out_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("network.svg");
    let out = path.to_str().expect("a path");
    assert!(example(&["--out", out]).is_empty());
    assert_eq!(fs::read_to_string(&path).expect("the file"), svg("auto"));
    let nowhere = folder.path().join("none").join("network.svg");
    let nowhere = nowhere.to_str().expect("a path");
    let arguments = ["network", "--repo", "examples/homelab", "--out", nowhere];
    fails(&arguments, 2, "cannot write `");
}

#[test]
fn names_are_listed_and_suggested() {
    let listed = run(&["--list"]);
    assert_eq!(listed.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&listed.stdout).starts_with("network  "));
    fails(&["netwrok"], 2, "there is no diagram `netwrok`: did you mean `network`?");
    fails(&["rackety"], 2, "`rackbook diagram --list` lists");
    fails(&[], 2, "<NAME>");
}

#[test]
fn what_cannot_be_is_said() {
    fails(&["network", "--format", "png", "--scale", "5"], 2, "a number from 0.25 to 4 is needed");
    fails(&["network", "--scale", "2"], 2, "`--scale` is for PNG");
    let example = ["--repo", "examples/homelab"];
    let fails = |arguments: &[&str], said| fails(&[arguments, &example].concat(), 2, said);
    fails(&["network", "--namespace", "media"], "`network` takes no `--namespace`");
    fails(&["flux", "--app", "media/jellyfin"], "`flux` takes no `--app`");
    fails(&["flux", "--namespace", "medai"], "no namespace `medai`: did you mean `media`?");
    fails(&["flux", "--part", "2"], "there is no part 2: it takes 1 picture");
    fails(&["flux", "--part", "0"], "there is no part 0");
}

#[test]
fn a_picture_is_narrowed_to_a_namespace() {
    let drawn = |arguments: &[&str]| {
        let output = run(&[arguments, &["--repo", "examples/homelab"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let whole = drawn(&["flux"]);
    let media = drawn(&["flux", "--namespace", "media"]);
    assert!(media.len() < whole.len());
    assert!(String::from_utf8_lossy(&media).contains("jellyfin"));
}

#[test]
fn nothing_to_draw_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().to_str().expect("a path");
    fails(&["network", "--repo", repository], 1, "there is nothing to draw for `network`");
}

#[test]
fn what_could_not_be_read_is_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\n";
    fs::write(folder.path().join("app.yaml"), manifest).expect("a file");
    fs::write(folder.path().join("broken.yaml"), "kind: [Service\n").expect("a file");
    let output = run(&["network", "--repo", folder.path().to_str().expect("a path")]);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{words}");
    assert!(
        words.starts_with("warning: 1 problem in the files, so the picture may lack"),
        "{words}"
    );
    assert!(output.stdout.starts_with(b"<svg "));
}

#[test]
fn too_many_pixels_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = |at: usize| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\n  \
             namespace: a-rather-long-name-{at}\n---\n"
        )
    };
    let text: String = (0..200).map(manifest).collect();
    fs::write(folder.path().join("apps.yaml"), text).expect("a file");
    let repository = folder.path().to_str().expect("a path");
    let arguments = ["network", "--repo", repository, "--format", "png", "--scale", "4"];
    fails(&arguments, 2, "pixels is too large: choose a smaller `--scale`, or SVG");
}

/// Repositories whose sites are built: the example, and real ones where they are there.
fn repositories() -> Vec<std::path::PathBuf> {
    let beside = root().join("../shared");
    let shared = std::env::var_os("RACKBOOK_SHARED").map_or(beside, Into::into);
    let mut found = vec![root().join("examples/homelab")];
    for name in ["prox-ops", "onedr0p", "cluster-template"] {
        let folder = shared.join("clusters").join(name);
        if folder.is_dir() {
            found.push(folder);
        } else {
            // Written past the test harness, which shows what passing tests print to nobody.
            let _ = writeln!(std::io::stderr(), "skipped: {} is not there", folder.display());
        }
    }
    found
}

/// Pages of a folder by their path in it.
fn pages(folder: &Path, within: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{within}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            pages(&path, &format!("{name}/"), found);
        } else if name.ends_with(".html") {
            found.insert(name, fs::read_to_string(&path).expect("text"));
        }
    }
}

/// The page and the id in it that a link of a page leads to.
fn resolve(page: &str, href: &str) -> (String, String) {
    let (file, id) = href.split_once('#').unwrap_or((href, ""));
    let mut parts: Vec<&str> = page.split('/').collect();
    if !file.is_empty() {
        parts.pop();
    }
    for part in file.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    (parts.join("/"), id.to_owned())
}

#[test]
fn boxes_of_a_site_lead_to_places_that_exist() {
    for repository in repositories() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("public");
        let mut program = Command::new(env!("CARGO_BIN_EXE_rackbook"));
        let program = program.args(["build", "--repo"]).arg(&repository).arg("--out").arg(&out);
        let output = program.env("NO_COLOR", "1").output().expect("the program runs");
        assert!(out.is_dir(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut site = BTreeMap::new();
        pages(&out, "", &mut site);
        let mut links = 0;
        for (page, html) in &site {
            let drawn = html.split("<svg ").filter(|part| part.contains("class=\"dg\""));
            for picture in drawn {
                let document = roxmltree::Document::parse(&whole_svg(picture)).map(|_| ());
                document.unwrap_or_else(|error| panic!("{page}: {error}"));
                links += check_links(page, picture, &site);
            }
        }
        assert!(links > 20, "{}: {links} links", repository.display());
    }
}

fn whole_svg(after_start: &str) -> String {
    let end = after_start.find("</svg>").expect("an end") + "</svg>".len();
    format!("<svg {}", &after_start[..end])
}

/// Checks all links of a picture, that its boxes are links, and that the page has each id once.
fn check_links(page: &str, picture: &str, site: &BTreeMap<String, String>) -> usize {
    let text = whole_svg(picture);
    let document = roxmltree::Document::parse(&text).expect("XML");
    let stem = document.root_element().attribute("id").expect("an id");
    let mut links = 0;
    for node in document.root_element().children().filter(roxmltree::Node::is_element) {
        let Some(id) = node.attribute("id") else { continue };
        let same = site[page].matches(&format!(" id=\"{id}\"")).count();
        assert_eq!(same, 1, "{page}: `{id}` is there {same} times");
        if let Some(href) = node.attribute("href") {
            let (target, anchor) = resolve(page, href);
            let there = site.get(&target).unwrap_or_else(|| panic!("{page}: {href}"));
            let has = anchor.is_empty() || there.contains(&format!(" id=\"{anchor}\""));
            assert!(has, "{page}: {href}");
            links += 1;
        }
        let kind = id.strip_prefix(stem).unwrap_or_default();
        let leads = ["-app-", "-node-", "-host-", "-network-", "-gateway-", "-namespace-"];
        if stem == "network" && leads.iter().any(|lead| kind.starts_with(lead)) {
            assert_eq!(node.tag_name().name(), "a", "{page}: `{id}` leads nowhere");
        }
    }
    links
}

#[test]
fn all_pictures_are_in_the_gallery() {
    let guide = fs::read_to_string(root().join("content/guides/diagrams.md")).expect("the guide");
    for view in rackbook::diagram::views::VIEWS {
        let call = format!("{{{{ diagram(view=\"{}\"", view.name);
        assert!(guide.contains(&call), "`{}` is not in the gallery", view.name);
    }
}

#[test]
fn the_script_is_small() {
    use flate2::{Compression, write::GzEncoder};
    let script = fs::read(root().join("themes/default/js/diagram.js")).expect("the script");
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&script).expect("memory");
    let bytes = packed.finish().expect("memory").len();
    assert!(bytes <= 3 * 1024, "{bytes} bytes");
    let text = String::from_utf8(script).expect("text");
    assert!(!text.contains("style=") && !text.contains(".style") && !text.contains("innerHTML"));
}
