//! What pods are allowed beyond the usual: [`PodPrivilege`].
//!
//! In: effective objects and values of releases. Out: each privilege with its place. Charts other
//! than app-template may name their switches as they like: only names that mean the same
//! everywhere are read, and a chart's defaults are not known.

use super::tree::{Tree, ends, visit};
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::PodPrivilege;
use crate::inventory::natural;

/// Switches of pods and of containers that count where they are on.
const SWITCHES: [&str; 5] =
    ["privileged", "hostNetwork", "hostPID", "hostIPC", "allowPrivilegeEscalation"];
/// Kinds that hold rules or definitions rather than pods.
const NO_PODS: [&str; 6] = [
    "ClusterPolicy",
    "PodSecurityPolicy",
    "Policy",
    "SecurityContextConstraints",
    "TracingPolicy",
    "TracingPolicyNamespaced",
];

/// All privileges, by owner.
pub(super) fn read(trees: &[Tree]) -> Vec<PodPrivilege> {
    let mut found = Vec::new();
    for tree in trees.iter().filter(|tree| !NO_PODS.contains(&tree.object.kind.as_str())) {
        let start = found.len();
        visit(&tree.cursor, &mut |path, value| {
            for (privilege, fact) in privileges(path, value) {
                found.push(one(tree, &privilege, fact, value));
            }
        });
        app_template_paths(tree, &mut found);
        let mut own = found.split_off(start);
        own.sort_by(|left, right| {
            (&left.privilege, &left.source).cmp(&(&right.privilege, &right.source))
        });
        own.dedup_by(|later, earlier| {
            (&later.privilege, &later.source.span) == (&earlier.privilege, &earlier.source.span)
        });
        found.extend(own);
    }
    natural::sort_by(&mut found, |one| &one.owner);
    found
}

fn one(tree: &Tree, privilege: &str, value: Fact<String>, at: &Cursor) -> PodPrivilege {
    PodPrivilege {
        owner: tree.owner(),
        namespace: tree.namespace(),
        privilege: privilege.to_owned(),
        value,
        source: at.source(),
    }
}

fn privileges(path: &[&str], value: &Cursor) -> Vec<(String, Fact<String>)> {
    let (parent, key) = ends(path);
    let is_on = value.node.as_bool() == Some(true)
        || (value.node.is_collection() && value.is_true("enabled"));
    let known = |privilege: &str, fact: Fact<String>| vec![(privilege.to_owned(), fact)];
    match key {
        _ if SWITCHES.contains(&key) && is_on => {
            known(key, Fact::known("true".to_owned(), value.source()))
        }
        "hostPath" if value.node.get("path").is_some() => known(key, value.fact("path", "not set")),
        "hostPort" if value.node.as_int().is_some_and(|port| port > 0) => known(key, value.text()),
        "add" if parent == "capabilities" => {
            let items = value.items();
            items.iter().map(|item| ("capability".to_owned(), item.text())).collect()
        }
        "runAsUser" if value.node.as_int() == Some(0) => known("runAsRoot", value.text()),
        "runAsNonRoot" if value.node.as_bool() == Some(false) => {
            known("runAsRoot", Fact::known("true".to_owned(), value.source()))
        }
        "type" if parent == "seccompProfile" || parent == "appArmorProfile" => {
            let is_open = value.node.as_str() == Some("Unconfined");
            if is_open {
                known("unconfined", Fact::known(parent.to_owned(), value.source()))
            } else {
                vec![]
            }
        }
        _ => vec![],
    }
}

/// `persistence.x: {type: hostPath, hostPath: /dev/dri}`, where the path is a plain string.
fn app_template_paths(tree: &Tree, found: &mut Vec<PodPrivilege>) {
    if !tree.is_app_template() {
        return;
    }
    let items = tree.cursor.get("persistence");
    for (_, item) in items.iter().flat_map(Cursor::entries) {
        let is_off = item.get("enabled").and_then(|flag| flag.node.as_bool()) == Some(false);
        if item.node.str_at(&["type"]) != Some("hostPath") || is_off {
            continue;
        }
        let path = item.get("hostPath").unwrap_or_else(|| item.clone());
        if !path.node.is_collection() {
            found.push(one(tree, "hostPath", tree.resolve(path.text()), &path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    fn check(manifest: &str, expected: &[&str]) {
        let made = made(&[("a.yaml", manifest)]);
        let line = |one: &crate::inventory::PodPrivilege| {
            format!("{} {} {}", one.owner, one.privilege, one.value.shown())
        };
        let lines: Vec<_> = made.cluster.pod_privileges.iter().map(line).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn of_plain_pods() {
        check(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\nspec:\n  hostNetwork: true\n  hostPID: false\n\
             \x20 containers: [{name: x, securityContext: {privileged: true, capabilities: {add: [NET_ADMIN], drop: [ALL]}}}]\n\
             \x20 volumes: [{hostPath: {path: /dev}}, {hostPath: }, 3]\n",
            &[
                "a/p capability NET_ADMIN",
                "a/p hostNetwork true",
                "a/p hostPath /dev",
                "a/p privileged true",
            ],
        );
    }

    #[test]
    fn of_app_template() {
        check(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: wg, namespace: a}\n\
             spec: {chart: {spec: {chart: app-template}}, values: {persistence: {tun: {type: hostPath, hostPath: /dev/net/tun}, off: {enabled: false, type: hostPath, hostPath: /x}}, \
             controllers: {wg: {containers: {app: {securityContext: {runAsUser: 0, privileged: 'true'}}}}}}}\n",
            &["a/wg hostPath /dev/net/tun", "a/wg runAsRoot 0"],
        );
    }
}
