//! What objects and releases hold, whatever makes the pods: [`Tree`].
//!
//! In: effective objects and releases. Out: one tree for each object, which for a release is its
//! merged values. It decides nothing about what the trees mean.

use std::collections::BTreeMap;

use super::Given;
use crate::gitops::{FLUX_HELM, FLUX_KUSTOMIZE, FLUX_SOURCE, Object, Release};
use crate::inventory::app_template;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::{Fact, Source};
use crate::inventory::source_of;

/// An object, or the values of a release.
pub(super) struct Tree<'a> {
    /// The object itself, also for a release.
    pub(super) object: &'a Object,
    /// The object's root, or the values.
    pub(super) cursor: Cursor<'a>,
    /// The release, where it is one.
    pub(super) release: Option<&'a Release<'a>>,
    /// Id of the app that it is.
    pub(super) app: Option<&'a str>,
}

impl Tree<'_> {
    /// Namespace of what it makes.
    pub(super) fn namespace(&self) -> String {
        let target =
            self.release.and_then(|_| self.object.root.str_at(&["spec", "targetNamespace"]));
        target.or(self.object.namespace.as_deref()).unwrap_or_default().to_owned()
    }

    /// Id of the app, or of the object where it is none.
    pub(super) fn owner(&self) -> String {
        self.app.map_or_else(|| self.object.id(), str::to_owned)
    }

    /// Name of the release, or of the object.
    pub(super) fn name(&self) -> &str {
        let name = self.release.and_then(|_| self.object.root.str_at(&["spec", "releaseName"]));
        name.unwrap_or(&self.object.name)
    }

    /// Whether it is the values of bjw-s app-template.
    pub(super) fn is_app_template(&self) -> bool {
        self.release.is_some_and(|release| release.chart.is_app_template())
    }

    /// A fact with the release's name and namespace put in.
    pub(super) fn resolve(&self, fact: Fact<String>) -> Fact<String> {
        if self.release.is_none() {
            return fact;
        }
        let (namespace, name) = (self.namespace(), self.name());
        app_template::Release { namespace: &namespace, name, major: None }.resolve(fact)
    }
}

/// One tree for each effective object, in the order of the walk, then one for each other chart.
///
/// Definitions of kinds and Flux' own plumbing are left out: they hold nothing that runs.
pub(super) fn trees<'a>(given: &Given<'a>) -> Vec<Tree<'a>> {
    let mut known = Known { apps: BTreeMap::new(), releases: BTreeMap::new() };
    for app in given.apps {
        known.apps.entry(&app.source).or_insert(app.id.as_str());
    }
    for release in given.releases {
        known.releases.entry(std::ptr::from_ref(release.object)).or_insert(release);
    }
    let objects = given.effective.objects.iter().filter(|object| !is_plumbing(object));
    let mut trees: Vec<Tree> = objects.map(|object| tree(object, given, &known)).collect();
    // What Argo CD or k3s installs is no object of its own.
    let of_flux = |release: &&Release| release.object.is(FLUX_HELM, "HelmRelease");
    let others = given.releases.iter().filter(|release| !of_flux(release));
    trees.extend(others.map(|release| Tree {
        object: release.object,
        cursor: Cursor::values(&release.values, given.sources),
        release: Some(release),
        app: known.apps.get(&source_of(release.object, given.sources)).copied(),
    }));
    trees
}

/// What objects are looked up in: apps by their place, releases by their object.
struct Known<'a> {
    apps: BTreeMap<&'a Source, &'a str>,
    releases: BTreeMap<*const Object, &'a Release<'a>>,
}

fn is_plumbing(object: &Object) -> bool {
    object.group == FLUX_KUSTOMIZE
        || object.group == FLUX_SOURCE
        || object.group == "apiextensions.k8s.io"
}

fn tree<'a>(object: &'a Object, given: &Given<'a>, known: &Known<'a>) -> Tree<'a> {
    let app = known.apps.get(&source_of(object, given.sources)).copied();
    let release = object
        .is(FLUX_HELM, "HelmRelease")
        .then(|| known.releases.get(&std::ptr::from_ref(object)).copied())
        .flatten();
    let cursor = match release {
        Some(release) => Cursor::values(&release.values, given.sources),
        None => Cursor::new(&object.root, given.sources),
    };
    Tree { object, cursor, release, app }
}

/// Calls `each` with every value below a cursor and the keys that lead to it, lists left out.
pub(super) fn visit<'a>(cursor: &Cursor<'a>, each: &mut impl FnMut(&[&'a str], &Cursor<'a>)) {
    visit_below(cursor, &mut Vec::new(), each);
}

fn visit_below<'a>(
    cursor: &Cursor<'a>,
    path: &mut Vec<&'a str>,
    each: &mut impl FnMut(&[&'a str], &Cursor<'a>),
) {
    for item in cursor.items() {
        visit_below(&item, path, each);
    }
    for (key, value) in cursor.entries() {
        path.push(key);
        each(path, &value);
        visit_below(&value, path, each);
        path.pop();
    }
}

/// The last key of a path and the one before it.
pub(super) fn ends<'a>(path: &[&'a str]) -> (&'a str, &'a str) {
    match path {
        [.., parent, key] => (parent, key),
        [key] => ("", key),
        [] => ("", ""),
    }
}
