//! Pods that ask for more than usual: those that their namespace refuses, and those that nothing
//! holds back.
//!
//! In: what pods ask for, and the Pod Security levels of namespaces. Out: one finding for each app
//! that is refused, and one for the repository. A namespace that says `privileged` has decided.

use std::collections::BTreeMap;

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{Namespace, PodPrivilege};

pub(super) const REFUSED: Rule = Rule {
    code: "security/pod-refused",
    severity: Severity::Warning,
    title: "A pod that its namespace refuses",
    explanation: "\
The namespace enforces a Pod Security level, and a manifest or the values of a chart ask for \
something that this level forbids: a privileged container, the host's network, processes, paths or \
ports, or a capability. The API server refuses such pods, so the app does not start, or only what \
ran before keeps running. Ask for less, or set the level that the app needs.",
    blind_spot: "Exemptions in the API server's configuration, and policies that change pods, are not visible.",
    example: "# in a namespace with pod-security.kubernetes.io/enforce: baseline\nspec:\n  hostNetwork: true",
    check: refused,
};

pub(super) const UNHELD: Rule = Rule {
    code: "security/pod-privileged",
    severity: Severity::Note,
    title: "Pods with access to their machine",
    explanation: "\
These pods are privileged, share the host's network or processes, or mount its paths, and their \
namespace says nothing about it: it has no Pod Security level. Whoever gets into such a pod is \
close to the machine. Where it is needed, label the namespace `privileged`, so that it is a \
decision, and keep other apps out of it; on Talos, which enforces `baseline` where no label is \
set, these pods do not start without one.

`kube-system`, and namespaces that are labelled `privileged`, are left out.",
    blind_spot: "What the pods of charts ask for is not visible beyond their values, nor are policies of Kyverno and the like.",
    example: "securityContext:\n  privileged: true",
    check: unheld,
};

/// What `baseline` forbids, <https://kubernetes.io/docs/concepts/security/pod-security-standards/>.
const BEYOND: [&str; 6] =
    ["privileged", "hostNetwork", "hostPID", "hostIPC", "hostPath", "hostPort"];
/// Capabilities that `baseline` lets pods add.
const USUAL: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn is_forbidden(level: &str, one: &PodPrivilege) -> bool {
    let privilege = one.privilege.as_str();
    let capability = |usual: &[&str]| {
        privilege == "capability"
            && one.value.get().is_some_and(|name| !usual.contains(&name.trim_start_matches("CAP_")))
    };
    match level {
        "baseline" => BEYOND.contains(&privilege) || capability(&USUAL),
        "restricted" => {
            BEYOND.contains(&privilege)
                || privilege == "allowPrivilegeEscalation"
                || capability(&["NET_BIND_SERVICE"])
        }
        _ => false,
    }
}

/// `privileged`, `hostPath /dev`, ….
fn shown(one: &PodPrivilege) -> String {
    match one.value.shown() {
        "true" => format!("`{}`", one.privilege),
        value => format!("`{} {value}`", one.privilege),
    }
}

/// Privileges that a test picks, by their owner and in their order.
fn by_owner<'a>(
    input: &Input<'a>,
    is_meant: impl Fn(&PodPrivilege) -> bool,
) -> BTreeMap<&'a str, Vec<&'a PodPrivilege>> {
    let mut found: BTreeMap<&str, Vec<&PodPrivilege>> = BTreeMap::new();
    for one in input.cluster.pod_privileges.iter().filter(|one| is_meant(one)) {
        found.entry(&one.owner).or_default().push(one);
    }
    found
}

fn listed(asked: &[&PodPrivilege]) -> String {
    let mut all: Vec<String> = asked.iter().map(|one| shown(one)).collect();
    all.dedup();
    all.join(", ")
}

fn levels<'a>(input: &Input<'a>) -> BTreeMap<&'a str, &'a Namespace> {
    input.cluster.namespaces.iter().map(|space| (space.name.as_str(), space)).collect()
}

fn refused(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let levels = levels(input);
    let level = |one: &PodPrivilege| levels.get(one.namespace.as_str())?.pod_security.get();
    let is_meant = |one: &PodPrivilege| level(one).is_some_and(|level| is_forbidden(level, one));
    let finding = |(owner, asked): (&str, Vec<&PodPrivilege>)| {
        let first = asked.first()?;
        let space = levels.get(first.namespace.as_str())?;
        let level = space.pod_security.get()?;
        let message = format!(
            "namespace `{}` enforces `{level}`, which refuses {} of `{owner}`",
            space.name,
            listed(&asked)
        );
        let mut found = rule
            .finding(message)
            .at(&first.source)
            .about(EntityKind::App, owner)
            .about(EntityKind::Namespace, space.name.clone())
            .help("ask for less, or set the level that it needs");
        if let Some(source) = &space.pod_security.source {
            found = found.related(source, "level here");
        }
        Some(found)
    };
    by_owner(input, is_meant).into_iter().filter_map(finding).collect()
}

fn unheld(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let levels = levels(input);
    let is_open = |one: &PodPrivilege| {
        let space = levels.get(one.namespace.as_str());
        space.is_some_and(|space| space.pod_security.get().is_none())
            && one.namespace != "kube-system"
            && BEYOND.contains(&one.privilege.as_str())
    };
    let found = by_owner(input, is_open);
    let Some(first) = found.values().next().and_then(|asked| asked.first()) else {
        return vec![];
    };
    let (verb, its) = if found.len() == 1 { ("has", "its") } else { ("have", "their") };
    let mut finding = rule
        .finding(format!(
            "{} {verb} access to {its} machine, in namespaces without a Pod Security level",
            words::count(found.len(), "app", "apps")
        ))
        .at(&first.source)
        .help("label the namespace for what it needs, or ask for less");
    for (owner, asked) in found {
        let entity = Entity::new(EntityKind::App, owner);
        let place = asked.first().map(|one| &one.source);
        finding = finding.item(format!("`{owner}`: {}", listed(&asked)), place, Some(entity));
    }
    vec![finding]
}
