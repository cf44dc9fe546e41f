//! A [`Change`] in words.
//!
//! In: one change. Out: a sentence in parts, so that whoever prints it can set names apart and
//! escape them. It holds no markup.

use super::{Action, Change, Kind};

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words of ours.
    Words(String),
    /// Text from a file: a name or a value.
    Code(String),
}

impl Kind {
    /// What a group of them is called.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Platform => "Platform",
            Self::Host => "Hypervisors",
            Self::Vm => "Virtual machines",
            Self::Node => "Nodes",
            Self::Gpu => "GPUs",
            Self::Network => "Networks",
            Self::Attachment => "Network attachments",
            Self::Pool => "Address pools",
            Self::Gateway => "Gateways",
            Self::Tunnel => "Tunnels",
            Self::Hostname => "Host names",
            Self::Service => "Exposed services",
            Self::Policy => "Policies",
            Self::App => "Apps",
            Self::Namespace => "Namespaces",
            Self::Kustomization => "Flux Kustomizations",
            Self::StorageClass => "Storage classes",
            Self::Claim => "Storage claims",
            Self::Database => "Databases",
            Self::Backup => "Backups",
            Self::Schedule => "Schedules",
            Self::Secret => "Secrets",
            Self::Alert => "Alerts",
            Self::Monitor => "Monitors",
            Self::Dashboard => "Dashboards",
            Self::Object => "Other objects",
        }
    }

    /// What one of them is called within a sentence.
    fn word(self) -> &'static str {
        match self {
            Self::Platform => "",
            Self::Host => "hypervisor",
            Self::Vm => "virtual machine",
            Self::Node => "node",
            Self::Gpu => "GPU",
            Self::Network => "network",
            Self::Attachment => "attachment",
            Self::Pool => "pool",
            Self::Gateway => "gateway",
            Self::Tunnel => "tunnel",
            Self::Hostname => "host name",
            Self::Service => "service",
            Self::Policy => "policy",
            Self::App => "app",
            Self::Namespace => "namespace",
            Self::Kustomization => "Kustomization",
            Self::StorageClass => "storage class",
            Self::Claim => "claim",
            Self::Database => "database",
            Self::Backup => "backup",
            Self::Schedule => "schedule",
            Self::Secret => "secret",
            Self::Alert => "alert",
            Self::Monitor => "monitor",
            Self::Dashboard => "dashboard",
            Self::Object => "object",
        }
    }
}

impl Change {
    /// The sentence, such as ``app `media/films` 1.2.0 → 1.3.0 (image `…`)``.
    pub fn sentence(&self) -> Vec<Part> {
        let mut out = Sentence(vec![]);
        if self.kind == Kind::Platform {
            out.words(&self.entity);
        } else {
            out.words(&format!("{} ", self.kind.word()));
            out.code(&self.entity);
        }
        match self.field.as_deref() {
            None => self.whole(&mut out),
            Some(name) => self.value(name, &mut out),
        }
        out.0
    }

    fn whole(&self, out: &mut Sentence) {
        let (verb, about) = match self.action {
            Action::Removed => (" removed", &self.before),
            _ => (" added", &self.after),
        };
        out.words(verb);
        if let Some(about) = about {
            out.words(": ");
            out.code(about);
        }
    }

    fn value(&self, name: &str, out: &mut Sentence) {
        if let Some(words) = self.turned(name) {
            return out.words(words);
        }
        match (self.kind, name) {
            (Kind::App, "image" | "chart version") => return self.version(name, out),
            (Kind::Platform, _) => {}
            _ => out.words(&format!(" {name}")),
        }
        if let Some(of) = &self.of {
            out.words(if name == "setting" { " " } else { " of " });
            out.code(of);
        }
        match (self.removed.as_slice(), self.added.as_slice()) {
            ([], []) => {
                out.words(" ");
                self.arrow(out);
            }
            ([before], [after]) => {
                out.words(" ");
                out.pair(before, after);
            }
            _ => self.lists(out),
        }
    }

    /// Sentences of their own, for what would read oddly as two values.
    fn turned(&self, name: &str) -> Option<&'static str> {
        let after = self.after.as_deref();
        let before = self.before.as_deref();
        Some(match (self.kind, name, after) {
            (Kind::Claim | Kind::Database, "backed up", Some("yes")) => " is now backed up",
            (Kind::Claim | Kind::Database, "backed up", _) => " is no longer backed up",
            (Kind::Hostname, "audience", Some("wan")) => " is now public",
            (Kind::Hostname, "audience", _) if before == Some("wan") => " is no longer public",
            (Kind::Hostname, "authentication", Some("required")) => " now asks for authentication",
            (Kind::Hostname, "authentication", Some("none-declared")) => {
                " no longer declares authentication"
            }
            (_, "suspended", Some("yes")) => " is now suspended",
            (_, "suspended", _) => " is no longer suspended",
            (Kind::StorageClass, "default", Some("yes")) => " is now the default",
            (Kind::StorageClass, "default", _) => " is no longer the default",
            _ => return None,
        })
    }

    /// `1.2.0 → 1.3.0 (image …)`: the version is what readers look for.
    fn version(&self, name: &str, out: &mut Sentence) {
        let came = match (&self.before, &self.after) {
            (None, Some(version)) => Some((" image added: ", version)),
            (Some(version), None) => Some((" image removed: ", version)),
            _ => None,
        };
        if let (Some((words, version)), "image", Some(of)) = (came, name, &self.of) {
            out.words(words);
            return out.code(&format!("{of}:{version}"));
        }
        out.words(" ");
        if self.removed.is_empty() && self.added.is_empty() {
            self.arrow(out);
        } else {
            out.words(name);
            self.lists(out);
        }
        if let Some(of) = &self.of {
            out.words(if name == "image" { " (image " } else { " (chart " });
            out.code(of);
            out.words(")");
        }
    }

    fn arrow(&self, out: &mut Sentence) {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => {
                if self.action == Action::Downgraded {
                    out.words("downgraded ");
                }
                out.pair(before, after);
            }
            (None, Some(after)) => {
                out.words("set to ");
                out.code(after);
            }
            (Some(before), None) => {
                out.words("no longer known or set, was ");
                out.code(before);
            }
            (None, None) => out.words("changed"),
        }
    }

    fn lists(&self, out: &mut Sentence) {
        let mut list = |lead: &str, items: &[String]| {
            for (at, item) in items.iter().enumerate() {
                out.words(if at == 0 { lead } else { ", " });
                out.code(item);
            }
        };
        list(": added ", &self.added);
        list(if self.added.is_empty() { ": removed " } else { "; removed " }, &self.removed);
    }
}

struct Sentence(Vec<Part>);

impl Sentence {
    fn words(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Part::Words(words)) => words.push_str(text),
            _ => self.0.push(Part::Words(text.to_owned())),
        }
    }

    fn pair(&mut self, before: &str, after: &str) {
        self.code(before);
        self.words(" → ");
        self.code(after);
    }

    fn code(&mut self, text: &str) {
        self.0.push(Part::Code(text.to_owned()));
    }
}
