//! Host names on the internet without a declared login.
//!
//! In: host names with their audiences. Out: one finding for the repository.

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{Audience, Authentication, Exposure};

pub(super) const RULE: Rule = Rule {
    code: "exposure/no-authentication",
    severity: Severity::Note,
    title: "Host names on the internet without a declared login",
    explanation: "\
The manifests publish these host names to the internet, and none of them asks who the visitor is \
before the app is reached: no `SecurityPolicy`, forward authentication or the like. Many apps have \
a login of their own, and some are meant for everyone; for the others, put one in front.

Acknowledge the names that are meant to be open, each with its reason.",
    blind_spot: "Logins of the apps themselves, and rules at the DNS or tunnel provider, are not visible.",
    example: "kind: HTTPRoute\nspec:\n  parentRefs:\n    - name: external",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let is_open = |one: &&Exposure| {
        one.audience == Audience::Wan
            && one.authentication != Authentication::Required
            && !(one.routes.is_empty() && one.apps.is_empty())
    };
    let open: Vec<&Exposure> = input.cluster.exposures.iter().filter(is_open).collect();
    let Some(first) = open.first() else { return vec![] };
    let verb = if open.len() == 1 { "is" } else { "are" };
    let mut finding = rule
        .finding(format!(
            "{} {verb} on the internet without a login that manifests show",
            words::count(open.len(), "host name", "host names")
        ))
        .at_any(first.sources.first())
        .help("put a login in front, or acknowledge those that are meant to be open");
    for one in open {
        let partly = if one.authentication == Authentication::Partial {
            ", a login on some routes"
        } else {
            ""
        };
        let app = one.apps.first();
        let of = app.map(|app| format!(" of `{app}`")).unwrap_or_default();
        let entity = app.map(|app| Entity::new(EntityKind::App, app.clone()));
        finding = finding.item(
            format!("`{}`{of}{partly}", one.name.shown()),
            one.sources.first(),
            entity,
        );
    }
    vec![finding]
}
