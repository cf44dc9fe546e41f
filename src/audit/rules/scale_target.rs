//! Scalers of workloads that do not exist.
//!
//! In: effective objects. Out: one finding for each scaler. Where a chart or an operator in the
//! namespace could make the workload, nothing is said.

use super::routes;
use crate::audit::{EntityKind, Finding, Input, Rule};
use crate::diagnostic::{Severity, closest};
use crate::gitops::Object;
use crate::inventory::{Source, is_template};
use crate::source::Node;

pub(super) const RULE: Rule = Rule {
    code: "workloads/scale-target-missing",
    severity: Severity::Warning,
    title: "A scaler of a workload that is not declared",
    explanation: "\
A `ScaledObject` of KEDA, a `HorizontalPodAutoscaler` or a `VerticalPodAutoscaler` names a workload \
that neither a manifest nor the values of app-template make, and nothing else in its namespace \
could. It scales nothing. Correct the name or the kind, or delete the scaler.",
    blind_spot: "Workloads of charts and operators are not visible, so namespaces that hold one are left out.",
    example: "kind: ScaledObject\nspec:\n  scaleTargetRef:\n    name: wbe",
    check,
};

/// Kinds of scalers: group, kind, and the key that names what they scale.
const SCALERS: [(&str, &str, &str); 3] = [
    ("keda.sh", "ScaledObject", "scaleTargetRef"),
    ("autoscaling", "HorizontalPodAutoscaler", "scaleTargetRef"),
    ("autoscaling.k8s.io", "VerticalPodAutoscaler", "targetRef"),
];
const WORKLOADS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let of = |(group, kind, key): (&'static str, &'static str, &'static str)| {
        let scalers = input.effective.of(group, kind);
        scalers.filter_map(move |scaler| finding(input, rule, scaler, key)).collect::<Vec<_>>()
    };
    SCALERS.into_iter().flat_map(of).collect()
}

fn finding(input: &Input<'_>, rule: &Rule, scaler: &Object, key: &str) -> Option<Finding> {
    let target = scaler.root.at(&["spec", key])?;
    let node = target.get("name")?;
    let name = node.as_str().filter(|name| !is_template(name))?;
    let kind = target.str_at(&["kind"]).unwrap_or("Deployment");
    let space = scaler.namespace.as_deref()?;
    if !WORKLOADS.contains(&kind)
        || is_declared(input, kind, space, name)
        || routes::may_be_made(input, space, name)
    {
        return None;
    }
    let here = input.objects().filter(|object| {
        object.namespace.as_deref() == Some(space) && WORKLOADS.contains(&object.kind.as_str())
    });
    let help = closest(name, here.map(|object| object.name.as_str())).map_or_else(
        || "correct the name, or delete the scaler".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    let message = format!(
        "{kind} `{space}/{name}`, which {} `{}` scales, is not declared in this repository",
        scaler.kind,
        scaler.id()
    );
    let place = Source::new(input.sources, node.span, format!("spec.{key}.name"));
    let found = rule.finding(message).at(&place).about(EntityKind::App, scaler.id());
    Some(found.help(help))
}

fn is_declared(input: &Input<'_>, kind: &str, space: &str, name: &str) -> bool {
    input.objects().any(|object| {
        object.kind == kind
            && object.name == name
            && object.namespace.as_deref() == Some(space)
            && object.root.get("spec").is_some_and(Node::is_collection)
    })
}
