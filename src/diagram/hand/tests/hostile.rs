//! Files that want to do harm, and files that somebody's cat walked over.

use super::{Dice, HOME, cluster, drawn};
use crate::diagram::hand::{Drawn, Format};

const DRAWIO: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" style="background: light-dark(#fff, #121212)" width="241px" height="121px" viewBox="-0.5 -0.5 241 121" content="&lt;mxfile&gt;"><style>.a{fill:#f00;background:url(https://example.com/x)} #b{stroke:url(#grad)}</style><defs><linearGradient id="grad"><stop offset="0" stop-color="#fff"/></linearGradient></defs><g data-cell-id="0"><rect id="b" class="a" width="120" height="60" stroke="#000" style="fill: light-dark(#ffffff, var(--ge-dark, #121212)); stroke: light-dark(rgb(0, 0, 0), rgb(255, 255, 255));"/><circle class="a" r="3"/><switch><foreignObject width="100%"><div xmlns="http://www.w3.org/1999/xhtml">Switch</div></foreignObject><text x="60" y="34" fill="light-dark(#000, #fff)">Switch &amp; router</text></switch><a xlink:href="https://example.com/"><text>more</text></a><use xlink:href="#b"/></g></svg>"##;

fn svg(text: &str) -> (Option<String>, Vec<String>) {
    let (drawn, found) = drawn(&cluster(), text, Format::Svg);
    let svg = drawn.map(|drawn| match drawn {
        Drawn::Picture(picture) => picture.svg("pic"),
        Drawn::Diagram(_) => panic!("an SVG is a picture"),
    });
    (svg, found.into_iter().map(|one| one.message).collect())
}

#[test]
fn an_export_stays_as_it_looks() {
    let (svg, found) = svg(DRAWIO);
    let svg = svg.expect("a picture");
    assert!(found.is_empty(), "{found:?}");
    for part in [
        "viewBox=\"-0.5 -0.5 241 121\"",
        "fill=\"#ffffff\"",
        "stroke=\"rgb(0, 0, 0)\"",
        "<circle r=\"3\" fill=\"#f00\">",
        "<text x=\"60\" y=\"34\" fill=\"#000\">Switch &amp; router</text>",
        "<a href=\"https://example.com/\">",
        "<use href=\"#pic-b\">",
        "id=\"pic-grad\"",
    ] {
        assert!(svg.contains(part), "{part}\n{svg}");
    }
    crate::diagram::views::checks::xml(&svg);
    assert!(!svg.contains("style=") && !svg.contains("<style"), "{svg}");
}

#[test]
fn harm_is_left_out_and_told() {
    let root = |inner: &str| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             viewBox=\"0 0 9 9\">{inner}<rect id=\"ok\"/></svg>"
        )
    };
    for (inner, told) in [
        ("<script>alert(1)</script>", "`script`"),
        ("<g onclick=\"alert(1)\"/>", "`onclick`"),
        ("<g OnLoad=\"alert(1)\"/>", "`OnLoad`"),
        ("<foreignObject><body/></foreignObject>", "`foreignObject`"),
        ("<a href=\"javascript:alert(1)\"><rect/></a>", "an address of `a`"),
        ("<a xlink:href=\" JaVaScript:alert(1)\"><rect/></a>", "an address of `a`"),
        ("<a href=\"data:text/html,x\"/>", "an address of `a`"),
        ("<a href=\"//example.com/x\"/>", "an address of `a`"),
        ("<image href=\"https://example.com/x.png\"/>", "an address of `image`"),
        ("<image href=\"data:image/svg+xml;base64,PHN2Zz4=\"/>", "an address of `image`"),
        ("<use href=\"https://example.com/x.svg#a\"/>", "an address of `use`"),
        ("<rect fill=\"url(https://example.com/x)\"/>", "the value of `fill`"),
        ("<rect style=\"fill:url('//example.com/x')\"/>", "the value of `fill`"),
        ("<rect fill=\"url(#a) url(https://example.com)\"/>", "the value of `fill`"),
        ("<rect filter=\"\\75rl(https://example.com)\"/>", "the value of `filter`"),
        ("<animate attributeName=\"href\" to=\"javascript:x\"/>", "`animate`"),
        ("<set attributeName=\"onload\" to=\"x\"/>", "`set`"),
        ("<feImage href=\"https://example.com\"/>", "`feImage`"),
        ("<iframe src=\"https://example.com\"/>", "`iframe`"),
    ] {
        let (svg, found) = svg(&root(inner));
        let svg = svg.expect("a picture");
        assert!(found.iter().any(|one| one.contains(told)), "{inner}: {found:?}");
        let lower = svg.to_ascii_lowercase();
        for bad in
            ["script", "onclick", "onload", "foreign", "example.com", "data:", "<animate", "iframe"]
        {
            assert!(!lower.contains(bad), "{inner}: {svg}");
        }
        assert!(svg.contains("id=\"pic-ok\""), "{svg}");
    }
    for style in [
        "<style>@import url(https://example.com/x.css);</style>",
        "<style>@font-face{src:url(https://example.com/x)}</style>",
        "<style>rect{cursor:url(https://example.com/x)}</style>",
    ] {
        let (svg, _) = svg(&root(style));
        assert!(!svg.expect("a picture").contains("example.com"), "{style}");
    }
}

#[test]
fn what_is_no_picture_is_an_error() {
    let bomb = "<!DOCTYPE svg [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\
                <svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">&b;</svg>";
    let deep = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">{}{}</svg>",
        "<g>".repeat(1000),
        "</g>".repeat(1000)
    );
    for (text, told) in [
        (bomb, "must not declare entities"),
        (
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><g></svg>",
            "not valid XML",
        ),
        ("<html/>", "its first element is not `svg`"),
        ("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "neither a `viewBox` nor a size"),
        ("<svg viewBox=\"0 0 0 NaN\"/>", "neither a `viewBox` nor a size"),
        ("", "not valid XML"),
        ("<svg>&nope;</svg>", "not valid XML"),
    ] {
        let (svg, found) = svg(text);
        assert!(svg.is_none() && found[0].contains(told), "{text}: {found:?}");
    }
    let (svg, found) = svg(&deep);
    assert!(svg.is_some() && found[0].contains("more than 100 deep"), "{found:?}");
    let large = format!("<svg>{}</svg>", " ".repeat(3 << 20));
    assert!(super::drawn(&cluster(), &large, Format::Svg).0.is_none());
}

/// A text with some bytes gone, doubled or swapped for others.
fn mutated(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let odd =
        ['{', '}', '[', ']', '"', '<', '>', '&', '-', ':', '\n', '\t', 'ü', '\u{1}', '*', '#', '|'];
    for _ in 0..=dice.below(6) {
        let at = dice.below(letters.len());
        match dice.below(5) {
            0 => {
                letters.remove(at);
            }
            1 => letters.insert(at, odd[dice.below(odd.len())]),
            2 => letters[at] = odd[dice.below(odd.len())],
            3 => letters.truncate(at.max(1)),
            _ => {
                let end = (at + dice.below(40)).min(letters.len());
                let piece: Vec<char> = letters[at..end].to_vec();
                let to = dice.below(letters.len());
                letters.splice(to..to, piece);
            }
        }
        if letters.is_empty() {
            letters.push(' ');
        }
    }
    letters.into_iter().collect()
}

const CHART: &str = "flowchart LR\n  a[\"One (1)\"] -->|words| b & c\n  subgraph g [Group]\n    b -. x .-> d{{six}}\n    subgraph h\n      e((e)) <==> f\n    end\n  end\n  c --- g\n  click a \"https://example.com\"\n  style a fill:#fff\n  a --> a\n  g --> b\n";

#[test]
fn nothing_panics() {
    let cluster = cluster();
    let overlay = HOME.replace("title: Home", "title: Home\noverlay: network");
    let texts = [
        (HOME, Format::Yaml),
        (overlay.as_str(), Format::Yaml),
        (CHART, Format::Mermaid),
        (DRAWIO, Format::Svg),
    ];
    let mut drawn_ones = 0;
    for seed in 0..750 {
        let mut dice = Dice::new(seed);
        for (text, format) in texts {
            let (drawn, found) = drawn(&cluster, &mutated(text, &mut dice), format);
            drawn_ones += usize::from(drawn.is_some());
            assert!(drawn.is_some() || !found.is_empty(), "neither drawn nor told");
            match drawn {
                Some(Drawn::Diagram(diagram)) => super::check(&diagram, "mutated"),
                Some(Drawn::Picture(picture)) => {
                    crate::diagram::views::checks::xml(&picture.svg("x"));
                }
                None => {}
            }
        }
    }
    assert!(drawn_ones > 100, "{drawn_ones}");
}
