//! Shapes of the diagram stage, until it is joined: a network picture, its rows, and markers.
//!
//! In: the cluster. Out: SVG and rows under the names that the diagram stage uses. Joining means
//! deleting this file and importing `crate::diagram` in its place.

use crate::inventory::Cluster;

/// What a box of a diagram stands for.
#[expect(dead_code, reason = "the stand-in draws networks only")]
pub(crate) enum Target {
    App(String),
    Node(String),
    Host(String),
    Network(String),
    Gateway(String),
    Namespace(String),
    Storage(String),
}

/// A table of plain text.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// A picture with the facts that it shows.
pub(crate) struct Diagram {
    pub(crate) title: String,
    pub(crate) caption: String,
    svg: String,
    width: u32,
    table: Table,
}

impl Diagram {
    pub(crate) fn is_empty(&self) -> bool {
        self.table.rows.is_empty()
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    /// The picture as inline SVG, whose ids all start with `id`.
    pub(crate) fn svg(&self, id: &str) -> String {
        self.svg.replace("ID", id)
    }

    pub(crate) fn rows(&self) -> &Table {
        &self.table
    }
}

/// The rules that inline diagrams need.
pub(crate) fn stylesheet() -> String {
    ".dg text{fill:var(--ink);font-size:13px}.dg rect{fill:currentColor}\n".to_owned()
}

/// Draws the networks as bars.
pub(crate) fn network(cluster: &Cluster, links: &dyn Fn(&Target) -> Option<String>) -> Diagram {
    use std::fmt::Write as _;
    let mut bars = String::new();
    let mut rows = Vec::new();
    for (at, network) in cluster.networks.iter().enumerate() {
        let name = html_escape::encode_text(network.name.shown()).into_owned();
        let (top, rank) = (20 + at * 60, network.rank % 8);
        let href = links(&Target::Network(network.id.clone())).unwrap_or_default();
        let _ = write!(
            bars,
            "<rect class=\"net-{rank}\" x=\"20\" y=\"{top}\" width=\"1060\" height=\"6\"/>\
             <a href=\"{href}\"><text x=\"20\" y=\"{}\">{name} · {}</text></a>",
            top + 26,
            html_escape::encode_text(network.cidr.shown()),
        );
        rows.push(vec![
            network.name.shown().to_owned(),
            network.cidr.shown().to_owned(),
            network.nodes.len().to_string(),
        ]);
    }
    let height = 20 + cluster.networks.len() * 60;
    let svg = format!(
        "<svg class=\"dg\" viewBox=\"0 0 1100 {height}\" width=\"100%\" \
         role=\"group\" aria-labelledby=\"ID-title\"><title id=\"ID-title\">Networks</title>\
         <style>#ID{{max-width:1100px}}</style>{bars}</svg>"
    );
    let header = ["Network", "Range", "Nodes"].map(str::to_owned).to_vec();
    Diagram {
        title: "Networks".to_owned(),
        caption: String::new(),
        svg,
        width: 1100,
        table: Table { header, rows },
    }
}

/// Colours and marks of networks.
pub(crate) mod palette {
    /// Colours by rank, light and dark.
    const NETWORKS: [(&str, &str); 8] = [
        ("#2563b8", "#6aa5f8"),
        ("#2f7d32", "#6cc675"),
        ("#b4511c", "#f29564"),
        ("#7446c0", "#b79af2"),
        ("#0b7478", "#4fc4c8"),
        ("#b02a74", "#ee87bb"),
        ("#836010", "#dab458"),
        ("#56657a", "#a3b3c7"),
    ];
    /// Shapes by rank.
    const SHAPES: [&str; 8] = [
        "M-4 0a4 4 0 1 1 8 0a4 4 0 1 1-8 0z",
        "M-3.5-3.5h7v7h-7z",
        "M0-4L4.4 3.6H-4.4z",
        "M0-4.8L4.8 0L0 4.8L-4.8 0z",
        "M0 4L4.4-3.6H-4.4z",
        "M-1.5-4.3h3v2.8h2.8v3h-2.8v2.8h-3v-2.8h-2.8v-3h2.8z",
        "M-2.4-4.1H2.4L4.8 0L2.4 4.1H-2.4L-4.8 0z",
        "M-4.6-1.8h9.2v3.6h-9.2z",
    ];

    /// The variables that pictures and markers take their colours from.
    pub(crate) fn css_variables() -> String {
        use std::fmt::Write as _;
        let [mut light, mut dark, mut classes] = [const { String::new() }; 3];
        for (rank, (day, night)) in NETWORKS.iter().enumerate() {
            let _ = write!(light, "--net-{rank}:{day};");
            let _ = write!(dark, "--net-{rank}:{night};");
            let _ = write!(classes, ".net-{rank}{{color:var(--net-{rank})}}");
        }
        format!(
            ":root{{{light}}}\n\
             @media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n\
             :root[data-theme=dark]{{{dark}}}\n{classes}\n"
        )
    }

    /// The mark of a network: one colour and one shape everywhere.
    pub(crate) fn marker_svg(rank: usize) -> String {
        let class = rank % 8;
        format!(
            "<svg class=\"net-marker net-{class}\" viewBox=\"-5 -5 10 10\" width=\"10\" \
             height=\"10\" aria-hidden=\"true\" focusable=\"false\"><path fill=\"currentColor\" \
             d=\"{}\"/></svg>",
            SHAPES[class]
        )
    }
}
