//! The page of runtime security: what watches pods, what limits them, what they may beyond that.
//!
//! In: tracing and admission policies, Pod Security levels and privileges. Out: tables.

use crate::inventory::{Cluster, Mode};

use super::lists::{self, Lists};
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let figures = lists::figures(&[
        (cluster.tracing_policies.len(), "tracing policy", "tracing policies"),
        (cluster.admission_policies.len(), "admission policy", "admission policies"),
        (cluster.pod_security.len(), "Pod Security label", "Pod Security labels"),
        (cluster.pod_privileges.len(), "privilege of pods", "privileges of pods"),
    ]);
    let section = |id, title, note, table| TableSection::new(id, title, note, table);
    let sections = vec![
        section("tracing", "Tetragon", "", tables::tracing_policies(scope)),
        section("admission", "Admission policies", "", tables::admission_policies(scope)),
        section("pod-security", "Pod Security levels", "", tables::pod_security(scope)),
        section(
            "privileges",
            "What pods are allowed beyond the usual",
            "What charts set by themselves is not among it.",
            tables::pod_privileges(scope),
        ),
    ];
    let (title, lead) = ("Runtime security", sentence(cluster));
    Lists { title, lead, notes: vec![], figures, sections }.made()
}

/// What watches and limits pods, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let (tracing, admission) = (cluster.tracing_policies.len(), cluster.admission_policies.len());
    let nothing = tracing + admission + cluster.pod_security.len() + cluster.pod_privileges.len();
    if nothing == 0 {
        return "No tracing policy, admission policy, Pod Security level or privilege of a pod is \
                declared in this repository."
            .to_owned();
    }
    let mut sentences = Vec::new();
    if tracing > 0 {
        let enforcing = cluster.tracing_policies.iter();
        let enforcing = enforcing.filter(|policy| policy.mode == Mode::Enforce).count();
        let acts = match enforcing {
            0 => words::pick(tracing, "; it only observes.", "; all of them only observe.")
                .to_owned(),
            some if some == tracing => {
                words::pick(tracing, "; it enforces.", "; all of them enforce.").to_owned()
            }
            some => format!(
                "; {} of them {}.",
                words::number(some),
                words::pick(some, "enforces", "enforce")
            ),
        };
        let policies = words::count(tracing, "policy", "policies");
        sentences.push(format!("Tetragon has {policies}{acts}"));
    }
    if admission > 0 {
        sentences.push(words::sentence(&format!(
            "{} {} objects as they are made.",
            words::count(admission, "admission policy", "admission policies"),
            words::pick(admission, "looks at", "look at")
        )));
    }
    sentences.push(levels(cluster));
    sentences.join(" ")
}

/// How many namespaces say what their pods may do.
fn levels(cluster: &Cluster) -> String {
    let enforcing = cluster.pod_security.iter().filter(|level| level.mode == "enforce");
    let names: std::collections::BTreeSet<&str> =
        enforcing.map(|level| level.namespace.as_str()).collect();
    match names.len() {
        0 => "No namespace enforces a Pod Security level.".to_owned(),
        some => words::sentence(&format!(
            "{} {} a Pod Security level.",
            words::count(some, "namespace", "namespaces"),
            words::pick(some, "enforces", "enforce")
        )),
    }
}
