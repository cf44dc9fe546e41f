//! Rules on objects as they are made: Kyverno, Gatekeeper and Kubernetes' own.
//!
//! In: effective objects. Out: [`AdmissionPolicy`]s with names and mode. What the rules demand is
//! not read. Formats: <https://kyverno.io/docs/policy-types/>,
//! <https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/>.

use super::Given;
use super::tree::visit;
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{AdmissionPolicy, Mode, PodSecurity};
use crate::inventory::{natural, source_of};

const LEVEL: &str = "pod-security.kubernetes.io/";

/// All policies, by id.
pub(super) fn read(given: &Given) -> Vec<AdmissionPolicy> {
    let objects = given.effective.objects.iter().filter(|object| is_policy(object));
    let mut policies: Vec<AdmissionPolicy> =
        objects.map(|object| policy(object, &Cursor::new(&object.root, given.sources))).collect();
    natural::sort_by(&mut policies, |policy| &policy.id);
    policies
}

fn is_policy(object: &Object) -> bool {
    match object.group.as_str() {
        "kyverno.io" => matches!(object.kind.as_str(), "ClusterPolicy" | "Policy"),
        "policies.kyverno.io" | "constraints.gatekeeper.sh" => !object.kind.contains("Exception"),
        "admissionregistration.k8s.io" => {
            object.kind.starts_with("ValidatingAdmissionPolicy")
                || object.kind.starts_with("MutatingAdmissionPolicy")
        }
        _ => false,
    }
}

fn policy(object: &Object, root: &Cursor) -> AdmissionPolicy {
    let spec = root.get("spec").unwrap_or_else(|| root.clone());
    let written = written_mode(&spec);
    AdmissionPolicy {
        id: object.id(),
        kind: object.kind.clone(),
        rules: spec
            .list("rules")
            .iter()
            .filter_map(|rule| Some(rule.get("name")?.text()))
            .collect(),
        mode: mode(&object.kind, &spec, &written),
        written_mode: written,
        source: source_of(object, root.sources),
    }
}

fn written_mode(spec: &Cursor) -> Fact<String> {
    if let Some(found) = spec.any(&["validationFailureAction", "enforcementAction"]) {
        return found.text();
    }
    if let Some(found) = spec.list("validationActions").first() {
        return found.text();
    }
    let mut found = None;
    visit(spec, &mut |path, value| {
        if path.last() == Some(&"failureAction") && found.is_none() {
            found = Some(value.text());
        }
    });
    found.unwrap_or_else(|| Fact::unknown("not set"))
}

fn mode(kind: &str, spec: &Cursor, written: &Fact<String>) -> Mode {
    let word = written.get().map(|word| word.to_lowercase());
    match word.as_deref() {
        Some("enforce" | "deny") => Mode::Enforce,
        Some("audit" | "warn" | "dryrun") => Mode::Observe,
        _ if changes(kind, spec) => Mode::Mutate,
        _ => Mode::Unknown,
    }
}

/// Whether its rules change or make objects, for which there is no mode.
fn changes(kind: &str, spec: &Cursor) -> bool {
    let words = ["mutate", "generate", "verifyImages"];
    kind.starts_with("Mutating")
        || kind.starts_with("Generating")
        || spec.list("rules").iter().any(|rule| words.iter().any(|word| rule.get(word).is_some()))
}

/// The Pod Security levels of all namespaces, by namespace and mode.
pub(super) fn levels(given: &Given) -> Vec<PodSecurity> {
    let mut found: Vec<PodSecurity> = Vec::new();
    for object in given.effective.of("", "Namespace") {
        let root = Cursor::new(&object.root, given.sources);
        let labels = root.at(&["metadata", "labels"]);
        for (key, value) in labels.iter().flat_map(Cursor::entries) {
            let Some(mode) = key.strip_prefix(LEVEL) else { continue };
            let (namespace, mode) = (object.name.clone(), mode.to_owned());
            found.push(PodSecurity { namespace, mode, level: value.text() });
        }
    }
    found.sort_by(|left, right| {
        natural::compare(&left.namespace, &right.namespace).then_with(|| left.mode.cmp(&right.mode))
    });
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;
    use crate::inventory::Mode;

    fn check(head: &str, spec: &str, mode: Mode) {
        let text = format!("{head}\nmetadata: {{name: a}}\nspec: {spec}\n");
        let made = made(&[("a.yaml", &text)]);
        let [policy] = made.cluster.admission_policies.as_slice() else { panic!("one policy") };
        assert_eq!(policy.mode, mode, "{spec}");
    }

    #[test]
    fn modes() {
        let kyverno = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy";
        check(kyverno, "{validationFailureAction: Enforce, rules: [{name: x}]}", Mode::Enforce);
        check(kyverno, "{rules: [{name: x, validate: {failureAction: Audit}}]}", Mode::Observe);
        check(kyverno, "{rules: [{name: x, mutate: {}}, 3]}", Mode::Mutate);
        check(kyverno, "{rules: [{name: x, mutate: {a: b}}]}", Mode::Mutate);
        check(kyverno, "nothing", Mode::Unknown);
        let own =
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding";
        check(own, "{validationActions: [Deny]}", Mode::Enforce);
    }
}
