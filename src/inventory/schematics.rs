//! Talos image schematics that the repository holds: [`collect`] and [`join`].
//!
//! In: documents with `customization`. Out: [`Schematic`]s with the id that the Image Factory gives
//! them, and nodes with the extensions of theirs. The id is the SHA-256 of the schematic as Go's
//! YAML writer prints it (<https://github.com/siderolabs/image-factory>, `pkg/schematic`); it is
//! computed only where every text is printed bare, and unknown otherwise.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};

use super::cursor::Cursor;
use super::fact::{Fact, Source, Value};
use super::fleet::{Parsed, parsed};
use super::model::{Node, Schematic};
use super::natural;
use crate::source::{Documents, Sources, path};

const EXTENSIONS: [&str; 3] = ["customization", "systemExtensions", "officialExtensions"];
const KERNEL_ARGS: [&str; 2] = ["customization", "extraKernelArgs"];
const NOT_COMPUTED: &str = "not computed: it has more than extensions and plain kernel arguments";

/// All schematics, by name: files of their own, and those within talhelper's file.
pub(crate) fn collect(sources: &Sources, documents: &Documents) -> Vec<Schematic> {
    let mut found = Vec::new();
    for file in parsed(sources, documents) {
        let Some(document) = file.documents.first() else { continue };
        let root = Cursor::new(&document.root, sources);
        let is_own = root.get("customization").is_some_and(|all| all.node.is_collection());
        if is_own && root.get("kind").is_none() {
            found.push(read(name(&file), &root));
        } else if file.stem().starts_with("talconfig") {
            found.extend(inline(&root));
        }
    }
    natural::sort_by(&mut found, |one| &one.name);
    found
}

/// The schematics of roles and nodes in talhelper's file, named after them.
fn inline(root: &Cursor) -> Vec<Schematic> {
    let roles = ["controlPlane", "worker"]
        .iter()
        .filter_map(|role| Some(((*role).to_owned(), root.at(&[role, "schematic"])?)));
    let nodes = root.list("nodes").into_iter().filter_map(|node| {
        let name = node.node.str_at(&["hostname"]).unwrap_or("node").to_owned();
        Some((name, node.get("schematic")?))
    });
    roles.chain(nodes).map(|(name, schematic)| read(name, &schematic)).collect()
}

fn read(name: String, root: &Cursor) -> Schematic {
    let source = Source::new(root.sources, root.node.span, root.source().field);
    let id = id(root);
    Schematic {
        name,
        id: id.map_or_else(|| Fact::unknown(NOT_COMPUTED), |id| Fact::known(id, source.clone())),
        extensions: root.texts(&EXTENSIONS),
        kernel_args: root.texts(&KERNEL_ARGS),
        nodes: vec![],
        source,
    }
}

/// `gpu` for `schematics/gpu.yaml`, `gpu` for `gpu.schematic.yaml`, and the folder otherwise.
fn name(file: &Parsed) -> String {
    let stem = file.stem();
    let part = stem.trim_end_matches("schematic").trim_end_matches(['.', '-', '_']);
    if !part.is_empty() {
        return part.to_owned();
    }
    let folder = path::parent(&file.file.path);
    folder.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(stem).to_owned()
}

/// The id of a schematic whose form is known to the letter.
fn id(root: &Cursor) -> Option<String> {
    let text = canonical(root)?;
    let mut id = String::new();
    for byte in digest(&SHA256, text.as_bytes()).as_ref() {
        let _ = write!(id, "{byte:02x}");
    }
    Some(id)
}

/// The schematic as Go prints it: four spaces, fields in the order of the type, none that is empty.
fn canonical(root: &Cursor) -> Option<String> {
    let mut out = String::new();
    let overlay = root.get("overlay");
    let known =
        |map: &Cursor, keys: &[&str]| map.entries().iter().all(|(key, _)| keys.contains(key));
    if !known(root, &["customization", "overlay"]) {
        return None;
    }
    if let Some(overlay) = overlay {
        if !known(&overlay, &["image", "name"]) {
            return None;
        }
        out += "overlay:\n";
        for key in ["image", "name"] {
            let _ = writeln!(out, "    {key}: {}", bare(&overlay.get(key)?)?);
        }
    }
    let customization = root.get("customization")?;
    if !known(&customization, &["extraKernelArgs", "systemExtensions"]) {
        return None;
    }
    let mut inner = String::new();
    list(&mut inner, 4, "extraKernelArgs", &root.list_at(&KERNEL_ARGS))?;
    let mut extensions = String::new();
    if let Some(system) = customization.get("systemExtensions") {
        if !known(&system, &["officialExtensions"]) {
            return None;
        }
        list(&mut extensions, 8, "officialExtensions", &root.list_at(&EXTENSIONS))?;
    }
    if !extensions.is_empty() {
        inner += "    systemExtensions:\n";
        inner += &extensions;
    }
    out += if inner.is_empty() { "customization: {}\n" } else { "customization:\n" };
    Some(out + &inner)
}

fn list(out: &mut String, indent: usize, key: &str, items: &[Cursor]) -> Option<()> {
    if !items.is_empty() {
        let _ = writeln!(out, "{:indent$}{key}:", "");
    }
    for item in items {
        let _ = writeln!(out, "{:indent$}    - {}", "", bare(item)?);
    }
    Some(())
}

/// A text that is printed without quotes.
fn bare<'a>(item: &Cursor<'a>) -> Option<&'a str> {
    let text = item.node.as_str().filter(|_| item.text().is_known())?;
    let body = text.strip_prefix('-').unwrap_or(text);
    let first = body.chars().next()?;
    let is_plain = |at: char| at.is_ascii_alphanumeric() || "-_./=,+@:".contains(at);
    let is_word = first.is_ascii_alphabetic() && body.chars().all(is_plain) && !body.ends_with(':');
    let special = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    (is_word && !special.contains(&body.to_lowercase().as_str())).then_some(text)
}

/// Ties schematics to nodes: by id, by the list that the node's extensions were read from, or by
/// name where no id is known.
pub(crate) fn join(schematics: &mut [Schematic], nodes: &mut [Node]) {
    for schematic in schematics {
        let mut names = Vec::new();
        for node in nodes.iter_mut().filter(|node| is_of(schematic, node)) {
            names.push(node.name.clone());
            complete(node, schematic);
        }
        schematic.nodes = names;
    }
}

fn is_of(schematic: &Schematic, node: &Node) -> bool {
    let first = |list: &[Fact<String>]| Some(list.first()?.source.as_ref()?.span);
    let list = first(&schematic.extensions);
    let same_id = node.schematic_id.is_known() && node.schematic_id.get() == schematic.id.get();
    let same_name = !schematic.id.is_known() && node.schematic.get() == Some(&schematic.name);
    same_id || list.is_some() && list == first(&node.extensions) || same_name
}

/// Adds what the schematic says and the node's own file does not.
fn complete(node: &mut Node, schematic: &Schematic) {
    if node.extensions.is_empty() {
        node.extensions.clone_from(&schematic.extensions);
    }
    if matches!(node.schematic_id.value, Value::Unknown(_)) && schematic.id.is_known() {
        node.schematic_id = schematic.id.clone();
    }
    let shown = node.schematic.get().map(String::as_str).unwrap_or_default();
    let is_short = node.schematic_id.get().is_some_and(|id| id.starts_with(shown));
    if is_short && !matches!(node.schematic.value, Value::Templated(_)) {
        node.schematic = Fact::known(schematic.name.clone(), schematic.source.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::hostile;
    use crate::source::parse;

    fn read_file(path: &str, text: &str) -> Vec<Schematic> {
        let sources = Sources::from_memory([(path, text.as_bytes())]);
        let (documents, _) = parse(&sources);
        collect(&sources, &documents)
    }

    #[test]
    fn ids_are_those_of_the_image_factory() {
        // The factory's documentation names this id for the image without extensions.
        let vanilla = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba";
        assert_eq!(read_file("talos/schematic.yaml", "customization: {}\n")[0].id.shown(), vanilla);
    }

    #[test]
    fn the_form_is_that_of_go() {
        let text = "overlay: {name: rpi_generic, image: siderolabs/sbc-raspberrypi}\ncustomization: {systemExtensions: \
                    {officialExtensions: [siderolabs/i915]}, extraKernelArgs: [-console, net.ifnames=0]}\n";
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let (documents, _) = parse(&sources);
        let root = &documents.iter().next().expect("a document").root;
        let expected = "overlay:\n    image: siderolabs/sbc-raspberrypi\n    name: rpi_generic\ncustomization:\n    \
                        extraKernelArgs:\n        - -console\n        - net.ifnames=0\n    systemExtensions:\n        \
                        officialExtensions:\n            - siderolabs/i915\n";
        assert_eq!(canonical(&Cursor::new(root, &sources)).as_deref(), Some(expected));
    }

    #[test]
    fn what_go_would_quote_has_no_id() {
        for wrong in [
            "extraKernelArgs: ['a b']",
            "extraKernelArgs: ['1']",
            "meta: [{key: 1}]",
            "extraKernelArgs: ['{{ x }}']",
        ] {
            let found = read_file("a.yaml", &format!("customization: {{{wrong}}}\n"));
            assert!(!found[0].id.is_known(), "{wrong}");
        }
    }

    #[test]
    fn names_come_from_files_and_folders() {
        let name = |path: &str| read_file(path, "customization: {}\n").remove(0).name;
        assert_eq!(name("talos/schematics/gpu.yaml"), "gpu");
        assert_eq!(name("talos/one.schematic.yaml.j2"), "one");
        assert_eq!(name("talos/main/schematic.yaml"), "main");
    }

    #[test]
    fn inline_schematics_complete_their_nodes() {
        let text = "worker: {schematic: {customization: {systemExtensions: {officialExtensions: [siderolabs/x]}}}}\n\
                    nodes: [{hostname: one, ipAddress: 192.0.2.1}, {hostname: two, ipAddress: 192.0.2.2, \
                    schematic: {customization: {systemExtensions: {officialExtensions: [siderolabs/y]}}}}]\n";
        let sources = Sources::from_memory([("talos/talconfig.yaml", text.as_bytes())]);
        let (documents, _) = parse(&sources);
        let (mut hardware, _) = super::super::hardware::read(&sources, &documents, None);
        let mut found = collect(&sources, &documents);
        join(&mut found, &mut hardware.nodes);
        let tied: Vec<_> =
            found.iter().map(|one| (one.name.as_str(), one.nodes.join(","))).collect();
        assert_eq!(tied, [("two", "two".to_owned()), ("worker", "one".to_owned())]);
        assert_eq!(hardware.nodes[0].schematic_id.get(), found[1].id.get());
        assert_eq!(hardware.nodes[0].schematic.shown(), "worker");
    }

    #[test]
    fn wrong_types_are_survived() {
        let text = "overlay:\n  image: a\n  name: b\ncustomization:\n  extraKernelArgs:\n    - a=b\n  systemExtensions:\n    \
                    officialExtensions:\n      - siderolabs/x\n";
        for text in hostile(text) {
            assert!(read_file("a.yaml", &text).len() <= 1);
        }
    }
}
