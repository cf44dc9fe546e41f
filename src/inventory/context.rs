//! What extractors of single kinds share: [`Context`].
//!
//! In: effective objects, releases and apps. Out: cursors at objects and at the values of charts,
//! each with the app that it belongs to. It reads nothing itself.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::fact::Source;
use super::model::App;
use super::{app_template, source_of};
use crate::gitops::{Effective, Object, Release};
use crate::source::Sources;

/// Effective objects with the apps that were made of them.
pub(crate) struct Context<'a> {
    pub(crate) effective: &'a Effective,
    pub(crate) sources: &'a Sources,
    /// Apps by where they are declared, each in the order of their names.
    by_source: BTreeMap<&'a Source, Vec<&'a App>>,
    /// Apps by the id of the Flux Kustomization that applies them.
    by_kustomization: BTreeMap<&'a str, Vec<&'a App>>,
    /// Objects by kind and namespace, each in the order of the walk.
    by_kind: BTreeMap<(&'a str, &'a str), ByNamespace<'a>>,
    releases: Vec<Release<'a>>,
}

/// The objects of one kind.
#[derive(Default)]
struct ByNamespace<'a> {
    all: Vec<&'a Object>,
    /// Those in no namespace are at the empty name.
    near: BTreeMap<&'a str, Vec<&'a Object>>,
}

/// A `HelmRelease` with the values that its chart gets.
pub(crate) struct Values<'a> {
    /// The release.
    pub(crate) object: &'a Object,
    /// Id of its app.
    pub(crate) app: Option<String>,
    /// Names that Helm puts in.
    pub(crate) release: app_template::Release<'a>,
    /// Name of the chart; empty where it is not known.
    pub(crate) chart: &'a str,
    /// Whether the chart is bjw-s app-template.
    pub(crate) is_app_template: bool,
    /// The values.
    pub(crate) root: Cursor<'a>,
}

impl<'a> Context<'a> {
    /// A context of apps that were made of `effective`.
    pub(crate) fn new(effective: &'a Effective, sources: &'a Sources, apps: &'a [App]) -> Self {
        let mut by_source: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut by_kustomization: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for app in apps {
            by_source.entry(&app.source).or_default().push(app);
            if let Some(id) = &app.kustomization {
                by_kustomization.entry(id.as_str()).or_default().push(app);
            }
        }
        let mut by_kind: BTreeMap<_, ByNamespace> = BTreeMap::new();
        for object in &effective.objects {
            let kind = by_kind.entry((object.group.as_str(), object.kind.as_str())).or_default();
            kind.all.push(object);
            kind.near
                .entry(object.namespace.as_deref().unwrap_or_default())
                .or_default()
                .push(object);
        }
        let releases = effective.releases(sources);
        Self { effective, sources, by_source, by_kustomization, by_kind, releases }
    }

    /// The values of all releases, in the order of the walk.
    pub(crate) fn values(&self) -> impl Iterator<Item = Values<'_>> {
        self.releases.iter().map(|release| Values {
            object: release.object,
            app: self.app_of(release.object),
            release: app_template::Release::of(release),
            chart: release.chart.name.as_deref().unwrap_or_default(),
            is_app_template: release.chart.is_app_template(),
            root: Cursor::below(&release.values, self.sources, "spec.values"),
        })
    }

    /// The values of app-template releases.
    pub(crate) fn app_templates(&self) -> impl Iterator<Item = Values<'_>> {
        self.values().filter(|values| values.is_app_template)
    }

    /// All objects but definitions of kinds, with cursors.
    pub(crate) fn objects(&self) -> impl Iterator<Item = (&'a Object, Cursor<'a>)> {
        let cursor = |object: &'a Object| (object, Cursor::new(&object.root, self.sources));
        // Definitions of kinds are large, and look like objects of these kinds.
        let is_wanted = |object: &&Object| object.kind != "CustomResourceDefinition";
        self.effective.objects.iter().filter(is_wanted).map(cursor)
    }

    /// The objects of one kind of an API group, with cursors.
    pub(crate) fn of(
        &self,
        group: &'static str,
        kind: &'static str,
    ) -> impl Iterator<Item = (&'a Object, Cursor<'a>)> {
        let found = self.by_kind.get(&(group, kind)).map(|found| &found.all);
        self.with_cursors(found)
    }

    /// Those of one namespace, or those of none.
    pub(crate) fn near(
        &self,
        group: &'static str,
        kind: &'static str,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = (&'a Object, Cursor<'a>)> {
        let of_kind = self.by_kind.get(&(group, kind));
        self.with_cursors(of_kind.and_then(|found| found.near.get(namespace.unwrap_or_default())))
    }

    fn with_cursors(
        &self,
        objects: Option<&Vec<&'a Object>>,
    ) -> impl Iterator<Item = (&'a Object, Cursor<'a>)> {
        let objects = objects.into_iter().flatten();
        objects.map(|object| (*object, Cursor::new(&object.root, self.sources)))
    }

    /// Where an object stands.
    pub(crate) fn source(&self, object: &Object) -> Source {
        source_of(object, self.sources)
    }

    /// Id of the app that an object is.
    pub(crate) fn app_of(&self, object: &Object) -> Option<String> {
        let source = self.source(object);
        let namespace = object.namespace.as_deref().unwrap_or_default();
        let is_it = |app: &&&App| app.kind == object.kind && app.namespace == namespace;
        let exact = |app: &&&App| is_it(app) && app.name == object.name;
        let here = self.by_source.get(&source)?;
        let found = here.iter().find(exact).or_else(|| here.iter().find(is_it));
        found.map(|app| app.id.clone())
    }

    /// Id of the app that an object belongs to: the one that it is, the one of the same name, or
    /// the only one that the same Flux Kustomization applies.
    pub(crate) fn owner_of(&self, object: &Object) -> Option<String> {
        self.app_of(object).or_else(|| self.together(object))
    }

    fn together(&self, object: &Object) -> Option<String> {
        let kustomization = self.effective.kustomizations.get(object.kustomization?)?.id();
        let together = self.by_kustomization.get(kustomization.as_str())?;
        let same_name = together.iter().find(|app| app.name == object.name);
        let only = || together.first().filter(|_| together.len() == 1);
        same_name.or_else(only).map(|app| app.id.clone())
    }
}

/// Gives ids that are taken a suffix, so that each names one entry of its list.
///
/// `parts` gives the id and the kind.
pub(crate) fn make_unique<T>(items: &mut [T], parts: impl Fn(&mut T) -> (&mut String, &str)) {
    let mut taken = std::collections::BTreeSet::new();
    for item in items {
        let (id, kind) = parts(item);
        let base = format!("{id}.{}", kind.to_lowercase());
        let mut number = 1;
        let mut wanted = id.clone();
        while !taken.insert(wanted.clone()) {
            wanted = if number == 1 { base.clone() } else { format!("{base}-{number}") };
            number += 1;
        }
        *id = wanted;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::gitops::walk;
    use crate::source::parse;

    /// Runs `read` in the context of manifests without Flux.
    pub(crate) fn with_context<T>(manifests: &str, read: impl FnOnce(&Context) -> T) -> T {
        let sources = Sources::from_memory([("a.yaml", manifests.as_bytes())]);
        let (documents, wrong) = parse(&sources);
        assert_eq!(wrong, []);
        let (effective, _) = walk(&sources, &documents, None);
        let parts = super::super::apps::collect(&effective, &sources, &[], &[]);
        read(&Context::new(&effective, &sources, &parts.apps))
    }

    /// Every value of every key replaced by one of another type, for extractors to survive.
    pub(crate) fn hostile(manifest: &str) -> Vec<String> {
        let lines: Vec<_> = manifest.lines().collect();
        let mut variants = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let Some((key, _)) = line.split_once(':') else { continue };
            if key.ends_with("kind") || key.ends_with("apiVersion") {
                continue;
            }
            for wrong in
                [" ''", " ~", " [1, {a: b}]", " {a: [b]}", " ENC[AES256_GCM,data:x]", " ${X}"]
            {
                let deeper = |other: &&&str| {
                    let indent = |text: &str| text.len() - text.trim_start().len();
                    indent(other) > indent(line)
                };
                let rest = lines[at + 1..].iter().skip_while(deeper);
                let mut changed: Vec<String> =
                    lines[..at].iter().map(|line| (*line).to_owned()).collect();
                changed.push(format!("{key}:{wrong}"));
                changed.extend(rest.map(|line| (*line).to_owned()));
                variants.push(changed.join("\n") + "\n");
            }
        }
        variants
    }

    #[test]
    fn ids_are_made_unique() {
        let mut ids =
            vec![("a/b".to_owned(), "X"), ("a/b".to_owned(), "Y"), ("a/b".to_owned(), "Y")];
        make_unique(&mut ids, |(id, kind)| (id, *kind));
        let ids: Vec<_> = ids.into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["a/b", "a/b.y", "a/b.y-2"]);
    }

    #[test]
    fn hostile_variants_replace_whole_values() {
        assert_eq!(hostile("a:\n  b: 1\nc: 2\n")[0], "a: ''\nc: 2\n");
    }
}
