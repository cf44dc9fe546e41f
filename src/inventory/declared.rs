//! `site/inventory.yaml`: what no manifest holds, written by hand.
//!
//! In: the document of the site. Out: [`Declared`] facts with that file as source, and diagnostics
//! for keys that do not exist, values of the wrong type, and names that match nothing.

mod racks;

use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{Device, Rack, RackPlace};
use crate::diagnostic::Diagnostic;
use crate::source::{Documents, Entry, Node, Sources, Span, Value};

/// Path of the file within the site.
pub(crate) const PATH: &str = "site/inventory.yaml";

const NOT_DECLARED: &str = "`site/inventory.yaml` does not say";

/// The inventory file.
#[derive(Default)]
pub(crate) struct Declared {
    pub(crate) hosts: Vec<Host>,
    pub(crate) networks: Vec<Network>,
    pub(crate) apps: Vec<App>,
    pub(crate) racks: Vec<Rack>,
    pub(crate) devices: Vec<Device>,
}

/// A machine by its name.
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) model: Fact<String>,
    pub(crate) cpu: Fact<String>,
    pub(crate) threads: Fact<u32>,
    pub(crate) memory_gb: Fact<u64>,
    pub(crate) disks: Vec<Fact<String>>,
    pub(crate) place: Option<RackPlace>,
}

/// A network by its VLAN tag, its range, or both.
pub(crate) struct Network {
    pub(crate) span: Span,
    pub(crate) vlan: Fact<u16>,
    pub(crate) cidr: Fact<String>,
    pub(crate) name: Fact<String>,
    pub(crate) purpose: Fact<String>,
}

/// An app by its id.
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) id_span: Span,
    pub(crate) purpose: Fact<String>,
}

/// Reads the inventory file of the site; an absent one declares nothing.
pub(crate) fn read(sources: &Sources, documents: &Documents) -> (Declared, Vec<Diagnostic>) {
    let file = sources.find(sources.site_root(), PATH);
    let Some(document) = file.and_then(|file| documents.of(file).first()) else {
        return (Declared::default(), vec![]);
    };
    let mut reader = Reader { sources, racks: Vec::new(), diagnostics: Vec::new() };
    let declared = reader.declared(&document.root);
    (declared, reader.diagnostics)
}

struct Reader<'a> {
    sources: &'a Sources,
    racks: Vec<Rack>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn declared(&mut self, root: &Node) -> Declared {
        let cursor = Cursor::new(root, self.sources);
        self.keys(root, &["apps", "devices", "hosts", "networks", "racks"]);
        self.racks = self.racks(&cursor);
        let hosts = self.named(&cursor, "hosts");
        let apps = self.named(&cursor, "apps");
        let devices = self.named(&cursor, "devices");
        let networks = cursor.list("networks");
        if let Some(found) = cursor.get("networks").filter(|list| list.node.as_str().is_some()) {
            self.wrong(found.node.span, "`networks` is not a list");
        }
        Declared {
            hosts: hosts.into_iter().map(|(entry, value)| self.host(entry, &value)).collect(),
            networks: networks.iter().map(|entry| self.network(entry)).collect(),
            apps: apps.into_iter().map(|(entry, value)| self.app(entry, &value)).collect(),
            devices: self.devices(devices),
            racks: std::mem::take(&mut self.racks),
        }
    }

    /// The entries of a map at `key` that are maps themselves.
    fn named<'a>(&mut self, root: &Cursor<'a>, key: &str) -> Vec<(&'a Entry, Cursor<'a>)> {
        let Some(map) = root.get(key) else { return vec![] };
        if !matches!(map.node.value, Value::Mapping(_)) {
            self.wrong(map.node.span, &format!("`{key}` is not a map"));
        }
        let mut found = Vec::new();
        for entry in map.node.entries() {
            match map.get(&entry.key) {
                Some(value) if value.node.as_str().is_none() => found.push((entry, value)),
                Some(value) => {
                    self.wrong(value.node.span, &format!("`{}` is not a map", entry.key));
                }
                None => {}
            }
        }
        found
    }

    fn host(&mut self, entry: &Entry, value: &Cursor) -> Host {
        let known = ["cpu", "disks", "height", "memory_gb", "model", "rack", "threads", "unit"];
        self.keys(value.node, &known);
        Host {
            name: entry.key.clone(),
            name_span: entry.key_span,
            model: value.fact("model", NOT_DECLARED),
            cpu: value.fact("cpu", NOT_DECLARED),
            threads: self.number(value, "threads"),
            memory_gb: self.number(value, "memory_gb"),
            disks: self.disks(value),
            place: self.place(&entry.key, value),
        }
    }

    fn network(&mut self, entry: &Cursor) -> Network {
        self.keys(entry.node, &["cidr", "name", "purpose", "vlan"]);
        if entry.any(&["cidr", "vlan"]).is_none() {
            self.wrong(entry.node.span, "a network needs `vlan` or `cidr`");
        }
        Network {
            span: entry.node.span,
            vlan: self.number(entry, "vlan"),
            cidr: entry.fact("cidr", NOT_DECLARED),
            name: entry.fact("name", NOT_DECLARED),
            purpose: entry.fact("purpose", NOT_DECLARED),
        }
    }

    fn app(&mut self, entry: &Entry, value: &Cursor) -> App {
        self.keys(value.node, &["purpose"]);
        let purpose = value.fact("purpose", NOT_DECLARED);
        App { id: entry.key.clone(), id_span: entry.key_span, purpose }
    }

    fn number<T: std::str::FromStr>(&mut self, value: &Cursor, key: &str) -> Fact<T> {
        let fact = value.fact(key, NOT_DECLARED).parse();
        if let Some(found) = value.get(key).filter(|_| !fact.is_known()) {
            self.wrong(found.node.span, &format!("`{key}` is not a number that fits"));
        }
        fact
    }

    fn keys(&mut self, node: &Node, known: &[&str]) {
        for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let message = format!("unknown key `{}`", entry.key);
            let diagnostic = Diagnostic::error("inventory/unknown-key", message).at(entry.key_span);
            let known_keys = format!("known keys: {}", known.join(", "));
            self.diagnostics
                .push(diagnostic.help(known_keys).suggest(&entry.key, known.iter().copied()));
        }
    }

    fn wrong(&mut self, span: Span, message: &str) {
        self.diagnostics.push(Diagnostic::error("inventory/wrong-type", message).at(span));
    }
}

impl Declared {
    /// The purpose of an app, where the file declares one.
    pub(crate) fn purpose(&self, app: &str) -> Option<&Fact<String>> {
        self.apps.iter().find(|declared| declared.id == app).map(|declared| &declared.purpose)
    }

    /// A warning for each app of the file that is none of `ids`.
    pub(crate) fn unknown_apps(&self, ids: &[&str]) -> Vec<Diagnostic> {
        let unknown = self.apps.iter().filter(|app| !ids.contains(&app.id.as_str()));
        let warning = |app: &App| unknown_name("app", &app.id, app.id_span, ids.iter().copied());
        unknown.map(warning).collect()
    }
}

/// A warning for a name of the inventory file that matches nothing.
pub(crate) fn unknown_name<'a>(
    what: &str,
    name: &str,
    span: Span,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let message = format!("no {what} is called `{name}`");
    Diagnostic::warning("inventory/unknown-name", message).at(span).suggest(name, candidates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    pub(super) fn read_text(text: &str) -> (Declared, Vec<Diagnostic>) {
        let sources = Sources::from_memory([(PATH, text.as_bytes())]);
        let (documents, _) = parse(&sources);
        read(&sources, &documents)
    }

    #[test]
    fn facts_have_the_file_as_source() {
        let (declared, diagnostics) = read_text(
            "hosts:\n  alpha: {model: M720q, threads: 12, memory_gb: 64}\n\
             networks:\n- {vlan: 62, name: IoT}\n- {cidr: 192.0.2.0/24, purpose: servers}\n\
             apps:\n  media/jellyfin: {purpose: films}\n",
        );
        assert_eq!(diagnostics, []);
        let host = &declared.hosts[0];
        assert_eq!(
            (host.model.shown(), host.threads.get(), host.memory_gb.get()),
            ("M720q", Some(&12), Some(&64))
        );
        assert_eq!(declared.networks[0].vlan.get(), Some(&62));
        let purpose = declared.purpose("media/jellyfin").expect("declared");
        let field = purpose.source.as_ref().map(|source| source.field.as_str());
        assert_eq!((purpose.shown(), field), ("films", Some("apps.media/jellyfin.purpose")));
    }

    fn check(text: &str, code: &str, help: Option<&str>) {
        let (_, diagnostics) = read_text(text);
        let [diagnostic] = diagnostics.as_slice() else {
            panic!("one diagnostic: {diagnostics:?}")
        };
        assert_eq!((diagnostic.code, diagnostic.help.as_deref()), (code, help));
    }

    #[test]
    fn mistakes_are_reported() {
        check("host: {}\n", "inventory/unknown-key", Some("did you mean `hosts`?"));
        check("apps: {a/b: {xyz: 1}}\n", "inventory/unknown-key", Some("known keys: purpose"));
        check("hosts: {a: {threads: many}}\n", "inventory/wrong-type", None);
        check("hosts: 3\n", "inventory/wrong-type", None);
        check("hosts: {a: text}\n", "inventory/wrong-type", None);
        check("networks: [{name: x}]\n", "inventory/wrong-type", None);
        check("networks: x\n", "inventory/wrong-type", None);
    }

    #[test]
    fn names_that_match_nothing_are_warned_about() {
        let (declared, _) = read_text("apps: {media/jelyfin: {purpose: films}}\n");
        let warnings = declared.unknown_apps(&["media/jellyfin", "media/plex"]);
        assert_eq!(warnings[0].code, "inventory/unknown-name");
        assert_eq!(warnings[0].help.as_deref(), Some("did you mean `media/jellyfin`?"));
    }
}
