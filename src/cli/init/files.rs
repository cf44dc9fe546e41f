//! What `rackbook init` writes, as text.
//!
//! In: the cluster, and what Git knows. Out: the fewest files, each with what was found and what is
//! to be filled in. It never looks whether they exist.

use std::fmt::Write as _;

use crate::inventory::{Cluster, Network};
use crate::source::Git;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    /// Path from the site root.
    pub(super) path: &'static str,
    pub(super) text: String,
    /// What is in it, for the one who ran the command.
    pub(super) about: String,
}

const WORKFLOW: &str = include_str!("handbook.yml");

/// All files; `title` is what the handbook is called, `clusters` the names of those that the
/// repository holds.
pub(super) fn all(cluster: &Cluster, git: &Git, title: &str, clusters: &[String]) -> Vec<Made> {
    let mut files = vec![settings(git, title, clusters), inventory(cluster)];
    files.extend(workflow(git));
    files
}

/// Where the pages of a repository are published: by its forge's own rule.
pub(super) fn address(remote: &str) -> Option<String> {
    let (_, rest) = remote.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let (owner, name) = path.trim_end_matches('/').split_once('/')?;
    let owner_low = owner.to_lowercase();
    let own = |pages: &str| {
        let is_own = name.eq_ignore_ascii_case(pages);
        if is_own { format!("https://{pages}") } else { format!("https://{pages}/{name}") }
    };
    match host {
        _ if name.contains('/') => None,
        "github.com" => Some(own(&format!("{owner_low}.github.io"))),
        "gitlab.com" => Some(own(&format!("{owner_low}.gitlab.io"))),
        "codeberg.org" => Some(format!("https://{owner_low}.codeberg.page/{name}")),
        _ => None,
    }
}

/// A text as YAML, in quotes where it needs them.
fn scalar(text: &str) -> String {
    let is_plain = |at: char| at.is_alphanumeric() || matches!(at, ' ' | '-' | '.' | '_' | '/');
    let starts = text.chars().next().is_some_and(char::is_alphabetic);
    let is_word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    if starts
        && text.chars().all(is_plain)
        && text.trim() == text
        && !is_word.contains(&text.to_lowercase().as_str())
    {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}

fn settings(git: &Git, title: &str, clusters: &[String]) -> Made {
    let mut text = "# Settings of the handbook. All are optional.\n".to_owned();
    let _ = writeln!(text, "title: {}", scalar(title));
    text += "# One sentence about it, for search engines and link previews.\n# description:\n";
    let address = git.remote.as_deref().and_then(address);
    match &address {
        Some(address) => {
            let _ = writeln!(text, "# Where it is published.\nurl: {address}");
        }
        None => text += "# Where it is published.\n# url: https://example.com/handbook\n",
    }
    if clusters.len() > 1 {
        let _ =
            writeln!(text, "# The cluster to show; this repository holds {}.", clusters.join(", "));
        let _ = writeln!(text, "cluster: {}", scalar(&clusters[0]));
    }
    let about = match address {
        Some(address) => format!("title, and the address {address}"),
        None => "title; fill in where the handbook is published".to_owned(),
    };
    Made { path: crate::config::FILE, text, about }
}

fn inventory(cluster: &Cluster) -> Made {
    let mut text = "\
# What no manifest holds. Everything is optional: fill in what you want shown, and remove the rest.
"
    .to_owned();
    let hosts: Vec<&str> = match cluster.hosts.as_slice() {
        [] => cluster.nodes.iter().map(|node| node.name.as_str()).collect(),
        hosts => hosts.iter().map(|host| host.name.as_str()).collect(),
    };
    if !hosts.is_empty() {
        text += "\nhosts:\n";
    }
    for (at, host) in hosts.iter().enumerate() {
        let hint = |words: &str| if at == 0 { format!(" # {words}") } else { String::new() };
        let _ = write!(
            text,
            "  {}:\n    model:{}\n    cpu:{}\n    threads:{}\n    memory_gb:{}\n",
            scalar(host),
            hint("such as Dell OptiPlex 7060"),
            hint("such as Intel Core i5-8500T"),
            hint("a number"),
            hint("a number"),
        );
    }
    let is_open = |net: &&Network| !net.name.is_known() || !net.purpose.is_known();
    let networks: Vec<_> = cluster.networks.iter().filter(is_open).collect();
    let mut listed = 0;
    for network in networks {
        let key = match (network.vlan.get(), network.cidr.get()) {
            (Some(vlan), _) => format!("vlan: {vlan}"),
            (None, Some(cidr)) => format!("cidr: {}", scalar_or_quoted(cidr)),
            (None, None) => continue,
        };
        if listed == 0 {
            text += "\nnetworks:\n";
        }
        let hint = |words: &str| if listed == 0 { format!(" # {words}") } else { String::new() };
        let _ = write!(
            text,
            "  - {key}\n{}    purpose:{}\n",
            match network.name.get() {
                Some(_) => String::new(),
                None => format!("    name:{}\n", hint("such as servers")),
            },
            hint("a sentence")
        );
        listed += 1;
    }
    text += "\n# What an app is for, by namespace and name.\n# apps:\n";
    if let Some(app) = cluster.apps.first() {
        let _ = writeln!(text, "#   {}:\n#     purpose: a sentence", app.id);
    }
    let kind = if cluster.hosts.is_empty() { "node" } else { "host" };
    let plural =
        |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let about =
        format!("{} and {} to fill in", plural(hosts.len(), kind), plural(listed, "network"));
    Made { path: "site/inventory.yaml", text, about }
}

fn scalar_or_quoted(cidr: &str) -> String {
    if cidr.contains(':') { format!("\"{cidr}\"") } else { cidr.to_owned() }
}

/// GitHub's; other forges have recipes in the handbook.
fn workflow(git: &Git) -> Option<Made> {
    let remote = git.remote.as_deref()?;
    remote.starts_with("https://github.com/").then(|| Made {
        path: ".github/workflows/handbook.yml",
        text: WORKFLOW
            .replace("{version}", env!("CARGO_PKG_VERSION"))
            .replace("{branch}", git.branch.as_deref().unwrap_or("main")),
        about: "publishes the handbook on GitHub Pages with each push".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_the_address_that_their_forge_gives() {
        let check = |remote, expected: Option<&str>| {
            assert_eq!(address(remote).as_deref(), expected, "{remote}");
        };
        check("https://github.com/Jane/home-ops", Some("https://jane.github.io/home-ops"));
        check("https://github.com/jane/jane.github.io", Some("https://jane.github.io"));
        check("https://gitlab.com/jane/home", Some("https://jane.gitlab.io/home"));
        check("https://gitlab.com/group/sub/home", None);
        check("https://codeberg.org/jane/home", Some("https://jane.codeberg.page/home"));
        check("https://git.example.com/jane/home", None);
        check("nonsense", None);
    }

    #[test]
    fn names_are_quoted_where_yaml_needs_it() {
        for (text, expected) in [
            ("home-ops handbook", "home-ops handbook"),
            ("yes", "\"yes\""),
            ("1", "\"1\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("say \"x\"", "\"say \\\"x\\\"\""),
        ] {
            assert_eq!(scalar(text), expected);
        }
    }
}
