//! Pages and facts about the site, for its tests.

use crate::content::{Heading, Page};
use crate::site::Meta;
use crate::source::FileId;

pub(super) fn meta() -> Meta {
    Meta {
        title: "Northwind handbook".to_owned(),
        description: "How the northwind cluster is built and run.".to_owned(),
        url: None,
        generator: "Rackbook 0.1.0".to_owned(),
        commit: Some("46e452c".to_owned()),
        source_base: Some("https://example.com/northwind/blob/46e452c/".to_owned()),
        site_source_base: None,
        unlinked: ["talos/talenv.yaml".to_owned()].into(),
        repository_name: "northwind".to_owned(),
    }
}

/// Pages as the content stage would give them.
pub(super) fn pages() -> Vec<Page> {
    let page = |slug: &str, title: &str, order, html: &str, headings: Vec<Heading>| Page {
        source: FileId::default(),
        path: format!("{slug}.md"),
        slug: slug.to_owned(),
        title: title.to_owned(),
        description: Some(format!(
            "{title}, step by step, from the first reading to the last test."
        )),
        order,
        tags: vec!["talos".to_owned(), "gpu".to_owned()],
        html: html.to_owned(),
        headings,
        text: String::new(),
    };
    let heading =
        |level, id: &str, text: &str| Heading { level, id: id.to_owned(), text: text.to_owned() };
    let guide = include_str!("guide.html");
    let headings = vec![
        heading(2, "before-you-start", "Before you start"),
        heading(2, "the-image", "The image"),
        heading(3, "extensions", "Extensions"),
        heading(2, "test-it", "Test it"),
    ];
    vec![
        page("guides/gpu-on-talos", "GPU on Talos", Some(1), guide, headings),
        page("guides/vlan-isolation", "VLAN isolation", Some(2), "<p>Short.</p>", vec![]),
        page("guides/storage/ceph", "Ceph", None, "<p>Short.</p>", vec![]),
        page("runbooks/index", "Runbooks", None, "<p>What to do when.</p>", vec![]),
        page("runbooks/disaster-recovery", "Disaster recovery", None, "<p>Short.</p>", vec![]),
    ]
}
