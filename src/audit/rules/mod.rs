//! All rules: one file for each, or for a few that read the same.
//!
//! In: the stages before. Out: [`RULES`]. A rule reads no other rule's findings.

mod address_overlap;
mod attachments;
mod backup_missing;
mod backup_orphan;
mod chart_sources;
mod claims;
mod dependency_missing;
mod file_unreached;
mod gpu;
mod host_spellings;
mod images;
mod namespace_open;
mod namespace_twice;
mod no_authentication;
mod path_missing;
mod pod_privileges;
mod pod_security;
mod policy_dead;
mod policy_second_interface;
mod pool_covers;
mod prose;
mod resource_missing;
mod routes;
mod scale_target;
mod secret_plain;
mod variables;
mod version_drift;

use super::{EntityKind, Finding, Input, Note, Rule};
use crate::diagnostic::{Diagnostic, Place};
use crate::inventory::Source;

/// All rules, by area.
pub const RULES: &[Rule] = &[
    dependency_missing::RULE,
    path_missing::RULE,
    variables::UNSET,
    variables::SHELL,
    chart_sources::MISSING,
    chart_sources::UNUSED,
    resource_missing::RULE,
    file_unreached::RULE,
    namespace_twice::RULE,
    backup_missing::RULE,
    backup_orphan::RULE,
    claims::UNMOUNTED,
    claims::UNDECLARED,
    claims::CLASS,
    namespace_open::RULE,
    policy_dead::RULE,
    policy_second_interface::RULE,
    address_overlap::RULE,
    pool_covers::RULE,
    attachments::HOST_LOCAL,
    attachments::UNUSED,
    no_authentication::RULE,
    host_spellings::RULE,
    routes::GATEWAY,
    routes::BACKEND,
    scale_target::RULE,
    gpu::NO_NODE,
    gpu::OVERSUBSCRIBED,
    images::NO_DIGEST,
    images::LATEST,
    images::NO_TAG,
    version_drift::RULE,
    pod_security::RULE,
    pod_privileges::REFUSED,
    pod_privileges::UNHELD,
    secret_plain::RULE,
    prose::NODE,
    prose::LINK,
];

/// Codes of diagnostics of the walk that come back as findings.
pub(super) const ADOPTED: [&str; 3] =
    [dependency_missing::RULE.code, path_missing::RULE.code, resource_missing::RULE.code];

/// The diagnostics of the walk that have a rule's code, as findings.
fn adopted(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let own = input.diagnostics.iter().filter(|diagnostic| diagnostic.code == rule.code);
    own.map(|diagnostic| adopt(input, rule, diagnostic)).collect()
}

fn adopt(input: &Input<'_>, rule: &Rule, diagnostic: &Diagnostic) -> Finding {
    let mut finding =
        rule.finding(diagnostic.message.clone()).help(diagnostic.help.clone().unwrap_or_default());
    if let Place::Span(span) = diagnostic.place {
        finding = finding
            .at(&Source::new(input.sources, span, ""))
            .about(EntityKind::File, input.sources.file(span.file).path.clone());
    }
    let note = |one: &crate::diagnostic::Related| Note {
        label: one.label.clone(),
        source: Source::new(input.sources, one.span, ""),
    };
    finding.related.extend(diagnostic.related.iter().map(note));
    finding
}
