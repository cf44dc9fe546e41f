//! The shape of a hand-written diagram in YAML, for editors.
//!
//! In: the types below with their documentation. Out: a JSON Schema (draft 2020-12). The reader
//! itself walks the tree, because it tells where a mistake is; a test holds both alike.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// The JSON Schema of `diagrams/*.yaml`.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<File>().to_value();
    schema["title"] = json!("A diagram of Rackbook");
    schema
}

/// A diagram: boxes in lanes or groups, and lines between them.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is read")]
struct File {
    /// What it shows, in a few words.
    title: String,
    /// What it shows, in a sentence or two, for those who do not see it.
    description: Option<String>,
    /// `network`: adds the lanes before those of the derived network picture.
    overlay: Option<Overlay>,
    /// Rows from top to bottom, each with its name at the left.
    lanes: Option<Vec<Lane>>,
    /// Frames, where there are no lanes: rows follow from the links.
    groups: Option<Vec<Group>>,
    /// Boxes, where there are no lanes.
    nodes: Option<Vec<Node>>,
    /// Lines.
    links: Option<Vec<Link>>,
}

/// A derived picture that can be added to.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its shape is read")]
enum Overlay {
    /// The network picture.
    Network,
}

/// A row with a name.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is read")]
struct Lane {
    /// Its name.
    name: String,
    /// Frames.
    groups: Option<Vec<Group>>,
    /// Boxes.
    nodes: Option<Vec<Node>>,
    /// Bars over the whole width, such as VLANs.
    buses: Option<Vec<Bus>>,
}

/// A frame around boxes.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is read")]
struct Group {
    /// Name by which links name it; without it, the `ref`.
    id: Option<String>,
    /// What is written on it; without it, the name of what `ref` names, or the `id`.
    label: Option<String>,
    /// What is written quietly beside the label.
    sub: Option<String>,
    /// Where it leads: `https://…`, or `/` and a page of the site.
    href: Option<String>,
    /// A thing of the cluster, such as `host/alder` or `namespace/media`.
    #[schemars(rename = "ref")]
    reference: Option<String>,
    /// Boxes within.
    nodes: Option<Vec<Node>>,
    /// Frames within.
    groups: Option<Vec<Group>>,
}

/// A box.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is read")]
struct Node {
    /// Name by which links name it; without it, the `ref`.
    id: Option<String>,
    /// What is written on it; without it, the name of what `ref` names, or the `id`.
    label: Option<String>,
    /// A second line; without it, the address of what `ref` names.
    sub: Option<String>,
    /// An icon by its name, such as `mdi:router-wireless` or `si:proxmox`.
    icon: Option<String>,
    /// Where it leads: `https://…`, or `/` and a page of the site; without it, the page of what
    /// `ref` names.
    href: Option<String>,
    /// A thing of the cluster: `app/NAMESPACE/NAME`, `node/NAME`, `host/NAME`, `network/ID`,
    /// `gateway/NAMESPACE/NAME`, `namespace/NAME` or `storage/NAME`.
    #[schemars(rename = "ref")]
    reference: Option<String>,
}

/// A bar.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is read")]
struct Bus {
    /// Name by which links name it; without it, the `ref`.
    id: Option<String>,
    /// What is written on it; without it, the name of what `ref` names, or the `id`.
    label: Option<String>,
    /// What is written quietly beside the label.
    sub: Option<String>,
    /// Where it leads: `https://…`, or `/` and a page of the site.
    href: Option<String>,
    /// A thing of the cluster, such as `network/vlan-20`.
    #[schemars(rename = "ref")]
    reference: Option<String>,
}

/// A line, or one from a box to several.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is read")]
struct Link {
    /// Where it starts: an `id`.
    from: String,
    /// Where it ends: an `id`, or several.
    to: Ends,
    /// What is written beside it.
    label: Option<String>,
    /// What it is.
    kind: Option<Kind>,
    /// How fast it is, such as `10 Gbit/s`; written beside it.
    speed: Option<String>,
}

/// One end, or several.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its shape is read")]
enum Ends {
    /// An `id`.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// What a line is.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its shape is read")]
enum Kind {
    /// A copper cable.
    Cable,
    /// Glass.
    Fibre,
    /// Radio.
    Wireless,
    /// A tunnel or VPN.
    Tunnel,
    /// Data that goes one way, with an arrow.
    Flow,
}
