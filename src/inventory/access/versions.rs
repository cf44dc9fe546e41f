//! Every place that names a version of the platform: [`VersionNote`].
//!
//! In: environment files, machine configuration, Terraform variables, tool lists, upgrade plans,
//! charts of the bootstrap and of releases. Out: one note for each place, so that places that
//! disagree can be found. Which of them is in force is not decided here.

use super::Given;
use super::tree::{Tree, visit};
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::{Fact, Source};
use crate::inventory::model::VersionNote;
use crate::source::{Document, File, FileId, Root, Span};

/// Keys of variables, lower case and without `_`, `-`.
const VARIABLES: [(&str, &str); 10] = [
    ("talosversion", "Talos"),
    ("kubernetesversion", "Kubernetes"),
    ("k8sversion", "Kubernetes"),
    ("kubeversion", "Kubernetes"),
    ("k3sversion", "k3s"),
    ("k3sreleaseversion", "k3s"),
    ("ciliumversion", "Cilium"),
    ("fluxversion", "Flux"),
    ("installk3sversion", "k3s"),
    ("certmanagerversion", "cert-manager"),
];
/// Tools of version managers, by the last part of their name.
const TOOLS: [(&str, &str); 8] = [
    ("talos", "Talos"),
    ("talosctl", "Talos"),
    ("kubectl", "Kubernetes"),
    ("kubernetes", "Kubernetes"),
    ("flux2", "Flux"),
    ("flux", "Flux"),
    ("k3s", "k3s"),
    ("cilium-cli", "Cilium CLI"),
];
/// Images whose tag is a version of the platform, by a part of their name.
const IMAGES: [(&str, &str); 7] = [
    ("siderolabs/installer", "Talos"),
    ("factory.talos.dev/installer", "Talos"),
    ("factory.talos.dev/metal-installer", "Talos"),
    ("factory.talos.dev/nocloud-installer", "Talos"),
    ("siderolabs/kubelet", "Kubernetes"),
    ("kube-apiserver", "Kubernetes"),
    ("factory.talos.dev/openstack-installer", "Talos"),
];

/// All notes, by component and place.
pub(super) fn read(given: &Given, trees: &[Tree]) -> Vec<VersionNote> {
    let mut notes = Vec::new();
    let files = given.sources.files().filter(|(_, file)| file.root == Root::Repository);
    for (id, file) in files {
        let documents = given.documents.of(id);
        for document in documents {
            notes.extend(in_document(given, file, document));
        }
        if documents.is_empty() {
            notes.extend(in_text(given, id, file));
        }
        notes.extend(flux_export(given, id, file));
    }
    notes.extend(trees.iter().flat_map(in_tree));
    notes.extend(bootstrapped(given));
    notes.sort_by(|left, right| {
        (&left.component, &left.version.source, &left.origin).cmp(&(
            &right.component,
            &right.version.source,
            &right.origin,
        ))
    });
    notes.dedup_by(|later, earlier| {
        (&later.component, &later.version) == (&earlier.component, &earlier.version)
    });
    notes
}

fn note(component: &str, version: Fact<String>, origin: &str) -> VersionNote {
    VersionNote { component: component.to_owned(), version, origin: origin.to_owned() }
}

/// Whether a value may be a version: expressions and names of variables are none.
fn is_version(fact: &Fact<String>) -> bool {
    let digits =
        |text: &str| text.trim_start_matches('v').starts_with(|one: char| one.is_ascii_digit());
    fact.get().is_some_and(|text| digits(text) && text.contains('.'))
}

/// Variables, machine configuration, bootstrap; of Kubernetes objects only what they substitute.
fn in_document(given: &Given, file: &File, document: &Document) -> Vec<VersionNote> {
    let root = Cursor::new(&document.root, given.sources);
    let is_object = document.kind().is_some_and(|(_, version)| version != "v1alpha1");
    let root = match (is_object, root.node.str_at(&["kind"])) {
        (false, _) => Some(root),
        // Older repositories give plans their versions by substitution.
        (true, Some("Kustomization")) => root.at(&["spec", "postBuild", "substitute"]),
        (true, Some("ConfigMap")) => root.get("data"),
        (true, _) => None,
    };
    let Some(root) = root else { return vec![] };
    let origin = origin(file);
    let mut notes = Vec::new();
    visit(&root, &mut |path, value| {
        if value.node.is_collection() {
            return;
        }
        let key = path.last().copied().unwrap_or_default();
        let bare: String = key.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let variable = VARIABLES.iter().find(|(name, _)| *name == bare);
        let text = value.text();
        if let Some((_, component)) = variable.filter(|_| is_version(&text)) {
            notes.push(note(component, text.clone(), origin));
        }
        notes.extend(in_image(&text));
    });
    notes
}

/// The version in an image's tag.
fn in_image(fact: &Fact<String>) -> Option<VersionNote> {
    let text = fact.shown();
    let (_, component) = IMAGES.iter().find(|(part, _)| text.contains(part))?;
    let name = text.split('@').next().unwrap_or(text);
    let (_, tag) = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))?;
    // The tag may be plain where another part of the image is an expression.
    let is_plain = !crate::inventory::fact::is_template(tag);
    let version = Fact::known(tag.to_owned(), fact.source.clone().filter(|_| is_plain)?);
    is_version(&version).then(|| note(component, version, "image"))
}

fn origin(file: &File) -> &'static str {
    let stem = file.name().split('.').next().unwrap_or_default();
    match stem {
        "talenv" => "talenv",
        "talconfig" => "talconfig",
        "topf" => "topf",
        _ if file.name().ends_with(".tfvars") => "terraform",
        _ => "variable",
    }
}

/// Tool lists, environment files, scripts and Terraform code, line by line.
fn in_text(given: &Given, id: FileId, file: &File) -> Vec<VersionNote> {
    let Some(text) = file.text() else { return vec![] };
    let name = file.name();
    let is_mise = name.ends_with(".toml") && (name.contains("mise") || file.path.contains("mise/"));
    let is_asdf = name == ".tool-versions";
    let is_code = [".env", ".sh", ".tf", ".toml"].iter().any(|ending| name.ends_with(ending));
    if !(is_mise || is_asdf || is_code) {
        return vec![];
    }
    let mut notes = Vec::new();
    let mut start = 0;
    let mut section = "";
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with('[') {
            section = trimmed;
        }
        let pair =
            if is_asdf { trimmed.split_once(char::is_whitespace) } else { trimmed.split_once('=') };
        if let Some((key, value)) = pair.filter(|_| !trimmed.starts_with('#')) {
            let found = if is_asdf || (is_mise && section.starts_with("[tools")) {
                tool(key, value).map(|(component, version)| (component, version, "tool"))
            } else {
                variable(key, value).map(|(component, version)| (component, version, "variable"))
            };
            if let Some((component, version, origin)) = found {
                let at = start + line.find(version).unwrap_or(0);
                let source = Source::new(given.sources, Span::new(id, at, at + version.len()), "");
                notes.push(note(component, Fact::known(version.to_owned(), source), origin));
            }
        }
        start += line.len();
    }
    notes
}

fn tool<'a>(key: &str, value: &'a str) -> Option<(&'static str, &'a str)> {
    let name = key.trim().trim_matches(['"', '\'']);
    let last = name.rsplit(['/', ':']).next().unwrap_or(name);
    let (_, component) = TOOLS.iter().find(|(tool, _)| *tool == last)?;
    Some((component, version_in(value)?))
}

fn variable<'a>(key: &str, value: &'a str) -> Option<(&'static str, &'a str)> {
    let key = key.trim().trim_start_matches("export ");
    let bare: String = key.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let (_, component) = VARIABLES.iter().find(|(name, _)| *name == bare)?;
    Some((component, version_in(value)?))
}

/// The first word of a value that is a version.
fn version_in(value: &str) -> Option<&str> {
    let is_part = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '-' | '+');
    let words = value.split(|one: char| !is_part(one)).filter(|word| word.contains('.'));
    words
        .into_iter()
        .find(|word| word.trim_start_matches('v').starts_with(|one: char| one.is_ascii_digit()))
}

/// `# Flux Version: v2.6.0` of what `flux bootstrap` writes.
fn flux_export(given: &Given, id: FileId, file: &File) -> Option<VersionNote> {
    const MARK: &str = "# Flux Version: ";
    let text = file.text().filter(|_| file.name().starts_with("gotk-components"))?;
    let at = text.find(MARK)? + MARK.len();
    let version = text[at..].lines().next()?.trim();
    let source = Source::new(given.sources, Span::new(id, at, at + version.len()), "");
    Some(note("Flux", Fact::known(version.to_owned(), source), "distribution"))
}

/// Upgrade plans, Flux' own distribution, and charts that are the platform.
fn in_tree(tree: &Tree) -> Vec<VersionNote> {
    let root = &tree.cursor;
    let object = tree.object;
    let at = |path: &[&str]| root.at(path).map(|value| value.text());
    let mut notes = Vec::new();
    let mut add = |component: &str, fact: Option<Fact<String>>, origin: &str| {
        notes.extend(fact.map(|fact| note(component, fact, origin)));
    };
    match (object.group.as_str(), object.kind.as_str()) {
        (_, "TalosUpgrade") => {
            let found = at(&["spec", "talos", "version"]).or_else(|| at(&["spec", "version"]));
            add("Talos", found, "upgrade");
        }
        (_, "KubernetesUpgrade") => {
            let found = at(&["spec", "kubernetes", "version"]).or_else(|| at(&["spec", "version"]));
            add("Kubernetes", found, "upgrade");
        }
        ("upgrade.cattle.io", "Plan") => {
            let component = plan_component(tree);
            add(component, at(&["spec", "version"]), "upgrade");
        }
        ("fluxcd.controlplane.io", "FluxInstance") => {
            add("Flux", at(&["spec", "distribution", "version"]), "distribution");
        }
        _ => {}
    }
    if tree.release.is_some() {
        add("Flux", at(&["instance", "distribution", "version"]), "distribution");
    }
    notes
}

/// What a plan upgrades, by the image that it runs.
fn plan_component(tree: &Tree) -> &'static str {
    let image = tree.cursor.at(&["spec", "upgrade", "image"]).map(|image| image.text());
    let image = image.as_ref().map_or("", Fact::shown).to_owned();
    match () {
        () if image.contains("k3s") => "k3s",
        () if image.contains("talos") || tree.object.name.contains("talos") => "Talos",
        () => "Kubernetes",
    }
}

/// Charts that the bootstrap installs, beside the release that takes over.
fn bootstrapped(given: &Given) -> Vec<VersionNote> {
    let mut notes = Vec::new();
    let mut names: Vec<String> = vec!["cilium".to_owned(), "flux-operator".to_owned()];
    for document in given.documents.iter() {
        let path = &given.sources.file(document.file).path;
        if !(path.contains("helmfile") || path.contains("bootstrap")) {
            continue;
        }
        let root = Cursor::new(&document.root, given.sources);
        for release in root.list("releases") {
            let (Some(chart), Some(version)) = (release.get("chart"), release.get("version"))
            else {
                continue;
            };
            let chart = chart.text();
            let name = chart.shown().rsplit('/').next().unwrap_or_default().to_owned();
            notes.push(note(&component(&name), version.text(), "bootstrap"));
            names.push(name);
        }
    }
    for app in given.apps {
        let Some(chart) = &app.chart else { continue };
        let name = chart.name.shown().to_owned();
        if names.contains(&name) && !chart.app_template {
            notes.push(note(&component(&name), chart.version.clone(), "chart"));
        }
    }
    notes
}

fn component(chart: &str) -> String {
    match chart {
        "cilium" => "Cilium".to_owned(),
        "flux-operator" => "Flux Operator".to_owned(),
        _ => chart.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    #[test]
    fn every_place_is_kept() {
        let made = made(&[
            ("talos/talenv.yaml", "talosVersion: v1.13.4\nkubernetesVersion: v1.34.1\n"),
            ("talos/talconfig.yaml", "talosVersion: ${talosVersion}\nnodes: []\n"),
            ("terraform/a.tfvars", "talos_version = \"1.13.8\"\n"),
            (
                ".mise.toml",
                "[env]\ntalos = \"1.0\"\n[tools]\n\"aqua:siderolabs/talos\" = \"1.13.8\"\n\"github:a/kubectl\" = { version = \"1.34.0\", exe = \"k\" }\n",
            ),
            (".tool-versions", "flux2 2.5.0\nnode 20\n"),
            (
                "u.yaml",
                "apiVersion: tuppr.home-operations.com/v1alpha1\nkind: TalosUpgrade\nmetadata: {name: t}\nspec: {talos: {version: v1.14.0}}\n",
            ),
            (
                "ks.yaml",
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: u}\nspec: {postBuild: {substitute: {KUBERNETES_VERSION: v1.31.1, TALOS_VERSION: '${X}'}}}\n",
            ),
            ("flux-system/gotk-components.yaml", "# Flux Version: v2.6.1\na: 1\n"),
            (
                "bootstrap/helmfile.d/a.yaml",
                "releases: [{name: c, chart: oci://x/cilium, version: 1.18.2}, {chart: 3}, 4]\n",
            ),
            (
                "r.yaml",
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cilium, namespace: kube-system}\nspec: {chart: {spec: {chart: cilium, version: 1.18.5}}}\n",
            ),
        ]);
        let lines: Vec<_> = made
            .cluster
            .versions
            .iter()
            .map(|one| format!("{} {} {}", one.component, one.version.shown(), one.origin))
            .collect();
        assert_eq!(
            lines,
            [
                "Cilium 1.18.2 bootstrap",
                "Cilium 1.18.5 chart",
                "Flux 2.5.0 tool",
                "Flux v2.6.1 distribution",
                "Kubernetes 1.34.0 tool",
                "Kubernetes v1.31.1 variable",
                "Kubernetes v1.34.1 talenv",
                "Talos 1.13.8 tool",
                "Talos v1.13.4 talenv",
                "Talos 1.13.8 terraform",
                "Talos v1.14.0 upgrade",
            ]
        );
    }
}
