//! Rackbook turns a homelab's GitOps repository into its handbook: a site whose tables, diagrams
//! and numbers are read from the repository's own manifests, each value with its file and line.
//!
//! This page is the architecture. For users there is the handbook in `content/`.
//!
//! # The way data goes
//! ```text
//! repository ──source──▶ Sources ──gitops──▶ Effective ──inventory──▶ Cluster ──diagram──▶ SVG
//!                                                                        │
//! content/, site/ ───────────────────content──▶ Pages ───────────────────┴──site──▶ Site
//! Site ──output──▶ public/        Site ──server──▶ http://127.0.0.1:4000
//!
//! config.yaml ──badge──▶ Spec ─┐
//! Prometheus ──prometheus──▶ Sample ──badge──▶ SVG, PNG, JSON ──server──▶ HTTP
//! ```
//! Every arrow is a function that borrows one type and returns the next, together with
//! [diagnostics](diagnostic). A stage never ends at the first thing that is wrong: it reports and
//! goes on with what it could read.
//!
//! | module | turns what into what |
//! |---|---|
//! | [`source`] | folders into files, and files into trees that know their bytes and lines |
//! | [`diagnostic`] | what is wrong in a user's file into a report |
//! | [`config`] | flags and `site/site.yaml` into one resolved configuration |
//! | [`privacy`] | files into files without what must not be published, and a look at the finished site |
//! | [`gitops`] | documents into the objects that Flux would apply, with the steps to them |
//! | [`inventory`] | objects, Talos, Terraform and `site/inventory.yaml` into one `Cluster` |
//! | [`changes`] | two clusters into what is different, in words |
//! | [`audit`] | a cluster and its files into findings, one file for each rule |
//! | [`diagram`] | a cluster into pictures: scene, layout, routes, labels, SVG |
//! | [`content`] | Markdown with facts into pages |
//! | [`site`] | pages and the theme into a site: paths and bytes |
//! | [`readme`] | blocks of a Markdown file into tables, pictures and badges of the cluster |
//! | [`output`] | a site into a folder, in one step |
//! | [`badge`] | a badge's or graph's configuration and a sample into SVG, PNG and JSON |
//! | [`prometheus`] | queries into samples, cached; the only HTTP client but for `check --external` |
//! | [`server`] | a site, or badges, into HTTP responses |
//! | [`cli`] | arguments into a run of the above |
//!
//! # What holds everywhere
//! * Only modules that open with `imperative shell` touch the world: reading ([`source`]'s `read`
//!   and `git`), writing ([`output`]), HTTP ([`prometheus`] and [`server`]), and [`cli`]. Everything between is pure,
//!   and equal input gives equal bytes. Clippy denies disk, clock and environment elsewhere.
//! * A module names only what stands to its left in the flow. `tests/tidy.rs` holds the table.
//!   `source` and `diagnostic` name each other: spans need files, and reading needs to report.
//! * A value that a page shows is a [`Fact`](inventory::Fact): known, templated, encrypted or
//!   unknown, with its source. Nothing is guessed, and ciphertext is dropped where it is read.
//! * Text of a user's file is never indexed by line numbers: places are byte spans, also through
//!   patches, variables and expressions in Markdown, and become lines and columns at the edge.
//! * There is no global state, no order in which methods must be called, and no stage that fills
//!   another stage's type.
//!
//! # Three kinds of wrong
//! * In a user's files: a [`Diagnostic`](diagnostic::Diagnostic). An error keeps the site from
//!   being written (exit status 1); a warning says what is missing from it.
//! * In the world (disk, port): an error type of the shell module, with path and cause (exit
//!   status 2).
//! * Ours: `expect("bug: …")`.
//!
//! # Choices worth knowing
//! * YAML is read through the events of `granit-parser` into our own [`source::Node`]: Kubernetes
//!   needs re-used anchors, tags, duplicate keys and comments, and every value needs its bytes.
//!   `serde_yaml` and its forks have no positions and no maintainer. Our own configuration and
//!   front matter are typed by `serde-saphyr`.
//! * HCL variables and Jinja templates become the same tree, so that extractors do not care.
//! * Charts are not rendered here. The values of bjw-s app-template are understood fully; what other
//!   charts make is listed as not visible, or read from a folder of rendered manifests where one is
//!   named.
//! * Diagrams have a layout of their own: lanes, bus bars and boxes of chips say more about a
//!   homelab than any general graph layout did on the same graph.
//! * Site URLs are flat files with relative links, so that the site works under `/repo/` and from
//!   `file://`.

pub mod audit;
pub mod badge;
pub mod changes;
pub mod cli;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod diagram;
pub mod gitops;
pub mod inventory;
pub mod output;
pub mod privacy;
pub mod prometheus;
pub mod readme;
pub mod server;
pub mod site;
pub mod source;
