//! Tetragon's policies: [`TracingPolicy`].
//!
//! In: effective objects. Out: what they hook and what they do. Format:
//! <https://tetragon.io/docs/concepts/tracing-policy/>. Prose that calls a policy enforcing does
//! not count: actions do.

use super::Given;
use super::labels::Selector;
use super::tree::visit;
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{Mode, TracingPolicy};
use crate::inventory::{natural, source_of};

/// Sections of hooks, with the keys that name what is hooked.
const HOOKS: [(&str, &str, &[&str]); 7] = [
    ("kprobes", "kprobe", &["call"]),
    ("tracepoints", "tracepoint", &["subsystem", "event"]),
    ("rawtracepoints", "raw tracepoint", &["name"]),
    ("uprobes", "uprobe", &["path"]),
    ("usdts", "usdt", &["provider", "name"]),
    ("lsmhooks", "lsm", &["hook"]),
    ("loader", "loader", &[]),
];
/// Actions that change what happens.
const ENFORCING: [&str; 6] =
    ["Sigkill", "Override", "Signal", "NotifyKiller", "NotifyEnforcer", "Set"];

/// All policies, by id.
pub(super) fn read(given: &Given) -> Vec<TracingPolicy> {
    let kinds = ["TracingPolicy", "TracingPolicyNamespaced"];
    let objects = kinds.iter().flat_map(|kind| given.effective.of("cilium.io", kind));
    let mut policies: Vec<TracingPolicy> =
        objects.map(|object| policy(object, &Cursor::new(&object.root, given.sources))).collect();
    natural::sort_by(&mut policies, |policy| &policy.id);
    policies
}

fn policy(object: &Object, root: &Cursor) -> TracingPolicy {
    let spec = root.get("spec").unwrap_or_else(|| root.clone());
    let mut hooks = Vec::new();
    for (section, word, keys) in HOOKS {
        hooks.extend(spec.list(section).iter().map(|item| hook(item, word, keys)));
    }
    let mut actions: Vec<Fact<String>> = Vec::new();
    visit(&spec, &mut |path, value| {
        if let [.., "matchActions" | "matchReturnActions", "action"] = path {
            let action = value.text();
            if !actions.iter().any(|known| known.value == action.value) {
                actions.push(action);
            }
        }
    });
    let acts = |action: &Fact<String>| ENFORCING.contains(&action.shown());
    let is_open = |action: &Fact<String>| !action.is_known();
    let mode = match () {
        () if actions.iter().any(acts) => Mode::Enforce,
        () if actions.iter().any(is_open) => Mode::Unknown,
        () => Mode::Observe,
    };
    TracingPolicy {
        id: object.id(),
        kind: object.kind.clone(),
        hooks,
        actions,
        mode,
        pod_selector: Selector::read(spec.get("podSelector").as_ref()).texts(),
        source: source_of(object, root.sources),
    }
}

fn hook(item: &Cursor, word: &str, keys: &[&str]) -> Fact<String> {
    let parts: Vec<_> = keys.iter().filter_map(|key| Some(item.get(key)?.text())).collect();
    let symbols = item.texts(&["symbols"]);
    let shown: Vec<_> = parts.iter().chain(&symbols).map(Fact::shown).collect();
    Fact::known(format!("{word} {}", shown.join(":")).trim().to_owned(), item.source())
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;
    use crate::inventory::Mode;

    fn check(spec: &str, hooks: &[&str], mode: Mode) {
        let text = format!(
            "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {{name: a}}\nspec: {spec}\n"
        );
        let made = made(&[("a.yaml", &text)]);
        let [policy] = made.cluster.tracing_policies.as_slice() else { panic!("one policy") };
        let found: Vec<_> = policy.hooks.iter().map(crate::inventory::Fact::shown).collect();
        assert_eq!((found.as_slice(), policy.mode), (hooks, mode), "{spec}");
    }

    #[test]
    fn actions_decide_the_mode() {
        check(
            "{kprobes: [{call: sys_execve, selectors: [{matchActions: [{action: Post}]}]}]}",
            &["kprobe sys_execve"],
            Mode::Observe,
        );
        check(
            "{kprobes: [{call: a, selectors: [{matchActions: [{action: Sigkill}]}]}], tracepoints: [{subsystem: raw, event: x}]}",
            &["kprobe a", "tracepoint raw:x"],
            Mode::Enforce,
        );
        check("{lsmhooks: [{hook: file_open}]}", &["lsm file_open"], Mode::Observe);
        check(
            "{kprobes: [{selectors: [{matchActions: [{action: '${ACTION}'}]}]}]}",
            &["kprobe"],
            Mode::Unknown,
        );
        check("3", &[], Mode::Observe);
        check("{kprobes: {a: b}}", &[], Mode::Observe);
    }
}
