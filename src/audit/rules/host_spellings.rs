//! Host names of one app that may be two spellings of one.
//!
//! In: host names. Out: one finding for each pair of a plain name and one that ends in a variable.
//! What the variable holds is never guessed: the finding says that they may be the same.

use crate::audit::{Entity, EntityKind, Finding, Input, Rule};
use crate::diagnostic::Severity;
use crate::inventory::{Exposure, Value};

pub(super) const RULE: Rule = Rule {
    code: "exposure/host-spelled-twice",
    severity: Severity::Note,
    title: "A host name that is written in two ways",
    explanation: "\
An app has two host names that start alike, of which one ends in a plain domain and the other in a \
variable. Where the variable holds that domain, they are one host: whoever changes the variable \
changes one of them alone, and a domain that is kept in a Secret stands in clear text beside it. \
Write both in the same way.",
    blind_spot: "What the variable holds is not visible, so they may be different hosts.",
    example: "annotations:\n  external-dns.alpha.kubernetes.io/hostname: web.example.com\nspec:\n  hostnames:\n    - web.${DOMAIN}",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let mut found = vec![];
    for varied in &input.cluster.exposures {
        let Some(start) = before_variable(varied) else { continue };
        let plain = input.cluster.exposures.iter().filter(|one| is_plain(one, start));
        found.extend(
            plain.filter(|one| belong(one, varied)).map(|plain| finding(rule, plain, varied)),
        );
    }
    found
}

/// `web` of `web.${DOMAIN}`.
fn before_variable(one: &Exposure) -> Option<&str> {
    let Value::Templated(text) = &one.name.value else { return None };
    let (start, variable) = text.split_once(".$")?;
    let is_last = variable.starts_with('{') && variable.find('}') == Some(variable.len() - 1);
    (is_last && !start.contains('$') && !start.is_empty() && start != "*").then_some(start)
}

/// Whether a name is written out, and is `start` with a domain behind it.
fn is_plain(one: &Exposure, start: &str) -> bool {
    let rest = one.name.get().and_then(|name| name.strip_prefix(start)?.strip_prefix('.'));
    rest.is_some_and(|domain| domain.contains('.'))
}

/// Whether both lead to the same route or app.
fn belong(left: &Exposure, right: &Exposure) -> bool {
    left.routes.iter().any(|id| right.routes.contains(id))
        || left.apps.iter().any(|id| right.apps.contains(id))
}

fn finding(rule: &Rule, plain: &Exposure, varied: &Exposure) -> Finding {
    let (name, other) = (plain.name.shown(), varied.name.shown());
    let app = plain.apps.iter().find(|id| varied.apps.contains(id));
    let of = app.map(|app| format!(" of `{app}`")).unwrap_or_default();
    let mut found = rule
        .finding(format!("`{name}` and `{other}`{of} may be two spellings of one host"))
        .at_any(plain.name.source.as_ref().or(plain.sources.first()))
        .help("write both in the same way");
    if let Some(source) = &varied.name.source {
        found = found.related(source, format!("`{other}` here"));
    }
    found.entities.extend(app.map(|app| Entity::new(EntityKind::App, app.clone())));
    found
}
