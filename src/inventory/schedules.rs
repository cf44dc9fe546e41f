//! What happens at fixed times: [`collect`].
//!
//! In: effective objects, values of charts, backups, and files of Renovate and of GitHub workflows.
//! Out: one list of [`Schedule`]s. Text in a chart's values counts where its key says that it is a
//! schedule and its form is cron's.

use super::app_template::{enabled, full_name};
use super::context::{Context, Values};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{Backup, Claim, Schedule};
use super::{natural, renovate_schedule};
use crate::gitops::Object;
use crate::source::{Documents, Root};

const NOT_SET: &str = "not set";
/// Keys that hold cron text in the values of charts.
const CRON_KEYS: [&str; 4] = ["schedule", "cron", "cronSchedule", "schedules"];

/// A kind whose objects run at fixed times.
struct Timed {
    group: &'static str,
    kind: &'static str,
    cron: &'static [&'static str],
    time_zone: &'static [&'static str],
    suspend: &'static [&'static str],
}

const fn kind(
    group: &'static str,
    kind: &'static str,
    cron: &'static [&'static str],
    time_zone: &'static [&'static str],
    suspend: &'static [&'static str],
) -> Timed {
    Timed { group, kind, cron, time_zone, suspend }
}

const KINDS: [Timed; 9] = [
    kind("batch", "CronJob", &["spec", "schedule"], &["spec", "timeZone"], &["spec", "suspend"]),
    kind(
        "argoproj.io",
        "CronWorkflow",
        &["spec", "schedule"],
        &["spec", "timezone"],
        &["spec", "suspend"],
    ),
    kind(
        "renovate-operator.mogenius.com",
        "RenovateJob",
        &["spec", "schedule"],
        &["spec", "timezone"],
        &[],
    ),
    kind(
        "kopiur.home-operations.com",
        "SnapshotPolicy",
        &["spec", "verification", "quick", "schedule", "cron"],
        &["spec", "verification", "quick", "schedule", "timezone"],
        &["spec", "suspend"],
    ),
    kind(
        "kopiur.home-operations.com",
        "SnapshotPolicy",
        &["spec", "verification", "deep", "schedule", "cron"],
        &["spec", "verification", "deep", "schedule", "timezone"],
        &["spec", "suspend"],
    ),
    kind(
        "kopiur.home-operations.com",
        "Maintenance",
        &["spec", "schedule", "quick", "cron"],
        &[],
        &["spec", "suspend"],
    ),
    kind(
        "kopiur.home-operations.com",
        "Maintenance",
        &["spec", "schedule", "full", "cron"],
        &[],
        &["spec", "suspend"],
    ),
    kind("k8up.io", "Schedule", &["spec", "check", "schedule"], &[], &[]),
    kind("k8up.io", "Schedule", &["spec", "prune", "schedule"], &[], &[]),
];
/// Kinds of upgrades: when they run is a window, or whenever their version changes.
const UPGRADES: [(&str, &str); 3] = [
    ("tuppr.home-operations.com", "TalosUpgrade"),
    ("tuppr.home-operations.com", "KubernetesUpgrade"),
    ("upgrade.cattle.io", "Plan"),
];

/// Everything that runs at fixed times, by kind and name.
pub(crate) fn collect(
    context: &Context,
    documents: &Documents,
    backups: &[Backup],
    claims: &[Claim],
) -> Vec<Schedule> {
    let mut found = Vec::new();
    for one in &KINDS {
        for (object, root) in context.of(one.group, one.kind) {
            found.extend(of_kind(context, one, object, &root));
        }
    }
    for (group, kind) in UPGRADES {
        for (object, root) in context.of(group, kind) {
            found.extend(upgrade(context, object, &root));
        }
    }
    for values in context.values() {
        if values.is_app_template {
            found.extend(cron_jobs(&values));
        } else {
            of_chart(&values, &values.root, "", &mut found);
        }
    }
    found.extend(backups.iter().flat_map(|backup| of_backup(backup, claims)));
    found.extend(workflows(context, documents));
    found.extend(renovate_schedule::read(context.sources));
    found.sort_by(|left, right| {
        left.kind.cmp(&right.kind).then_with(|| natural::compare(&left.name, &right.name))
    });
    found
}

fn of_kind(context: &Context, one: &Timed, object: &Object, root: &Cursor) -> Option<Schedule> {
    let cron = root.at(one.cron)?;
    let suspend = root.at(one.suspend).filter(|_| !one.suspend.is_empty());
    let zone = root.at(one.time_zone).filter(|_| !one.time_zone.is_empty());
    Some(Schedule {
        kind: one.kind.to_owned(),
        name: object.id(),
        cron: cron.text(),
        time_zone: zone.map_or_else(|| Fact::unknown(NOT_SET), |zone| zone.text()),
        suspended: suspend.and_then(|flag| flag.node.as_bool()) == Some(true),
        app: context.owner_of(object),
        source: cron.source(),
    })
}

fn upgrade(context: &Context, object: &Object, root: &Cursor) -> Vec<Schedule> {
    let row = |cron: Fact<String>, time_zone: Fact<String>, at: &Cursor| Schedule {
        kind: object.kind.clone(),
        name: object.id(),
        cron,
        time_zone,
        suspended: false,
        app: context.owner_of(object),
        source: at.source(),
    };
    let windows = root.list_at(&["spec", "maintenance", "windows"]);
    let mut rows: Vec<_> = windows
        .iter()
        .map(|window| row(window.fact("start", NOT_SET), window.fact("timezone", NOT_SET), window))
        .collect();
    if let Some(window) = root.at(&["spec", "window"]) {
        rows.push(row(in_words(&window), window.fact("timeZone", NOT_SET), &window));
    }
    if rows.is_empty() {
        let whenever = Fact::unknown("no window is set: it runs when its version changes");
        rows.push(Schedule {
            source: context.source(object),
            ..row(whenever, Fact::unknown(NOT_SET), root)
        });
    }
    rows
}

/// A window of days and hours in words.
fn in_words(window: &Cursor) -> Fact<String> {
    let days: Vec<_> = window.texts(&["days"]).iter().map(|day| day.shown().to_owned()).collect();
    let hours = ["startTime", "endTime"].map(|key| window.fact(key, NOT_SET).shown().to_owned());
    Fact::known(
        format!("{} {} to {}", days.join(", "), hours[0], hours[1]).trim().to_owned(),
        window.source(),
    )
}

/// The cron jobs of an app-template release.
fn cron_jobs(values: &Values) -> Vec<Schedule> {
    let controllers = enabled(&values.root, "controllers");
    let name = full_name(&values.root, values.release);
    let single = controllers.len() == 1;
    let mut found = Vec::new();
    let mut add = |name: String, controller: &Cursor| {
        let is_job = controller
            .node
            .str_at(&["type"])
            .is_some_and(|kind| kind.eq_ignore_ascii_case("cronjob"));
        let cron = controller.at(&["cronjob", "schedule"]);
        let at = |key: &str| controller.fact_at(&["cronjob", key], NOT_SET);
        if is_job {
            found.push(Schedule {
                kind: "CronJob".to_owned(),
                name: format!("{}/{name}", values.release.namespace),
                time_zone: at("timeZone"),
                suspended: controller.get("cronjob").is_some_and(|job| job.is_true("suspend")),
                app: values.app.clone(),
                source: cron.as_ref().unwrap_or(controller).source(),
                cron: cron.map_or_else(
                    || Fact::unknown("the chart's default"),
                    |cron| values.release.resolve(cron.text()),
                ),
            });
        }
    };
    for (key, controller) in &controllers {
        add(if single { name.clone() } else { format!("{name}-{key}") }, controller);
    }
    // Version 1 has one controller.
    if let Some(controller) = values.root.get("controller").filter(|_| controllers.is_empty()) {
        add(name.clone(), &controller);
    }
    found
}

/// Cron text in the values of any other chart.
fn of_chart(values: &Values, at: &Cursor, path: &str, found: &mut Vec<Schedule>) {
    if at.get("enabled").and_then(|flag| flag.node.as_bool()) == Some(false) {
        return;
    }
    let mut below: Vec<(String, Cursor)> = Vec::new();
    for (key, value) in at.entries() {
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        if CRON_KEYS.contains(&key) && value.node.as_str().is_some_and(is_cron) {
            found.push(Schedule {
                kind: values.chart.to_owned(),
                name: format!("{}/{} {path}", values.release.namespace, values.release.name),
                cron: value.text(),
                time_zone: at.any_fact(&["timeZone", "timezone"], NOT_SET),
                suspended: at.is_true("suspend"),
                app: values.app.clone(),
                source: value.source(),
            });
        }
        below.push((path, value));
    }
    for (idx, item) in at.items().into_iter().enumerate() {
        below.push((format!("{path}[{idx}]"), item));
    }
    for (path, value) in below.iter().filter(|(_, value)| value.node.is_collection()) {
        of_chart(values, value, path, found);
    }
}

/// Whether a text has the form of cron: five to seven fields, or a word such as `@daily`.
fn is_cron(text: &str) -> bool {
    let fields: Vec<_> = text.split_whitespace().collect();
    let is_field = |field: &&str| {
        let mut chars = field.chars();
        chars.all(|at| at.is_ascii_alphanumeric() || "*/,-?#()".contains(at))
            && field.contains(|at: char| at.is_ascii_digit() || at == '*' || at == 'H' || at == '?')
            || field.len() == 3 && field.chars().all(|at| at.is_ascii_alphabetic())
    };
    let is_word = text.starts_with('@')
        && text[1..].chars().all(|at| at.is_ascii_alphanumeric() || at == ' ');
    is_word || (5..=7).contains(&fields.len()) && fields.iter().all(is_field)
}

fn of_backup(backup: &Backup, claims: &[Claim]) -> Vec<Schedule> {
    let mut saved = claims.iter().filter(|claim| backup.claims.contains(&claim.id));
    let app = saved.find_map(|claim| claim.app.clone());
    let row = |cron: &Fact<String>| Schedule {
        kind: backup.kind.clone(),
        name: backup.id.clone(),
        cron: cron.clone(),
        time_zone: backup.time_zone.clone(),
        suspended: backup.suspended,
        app: app.clone(),
        source: cron.source.clone().unwrap_or_else(|| backup.source.clone()),
    };
    backup.schedules.iter().map(row).collect()
}

/// Scheduled workflows of GitHub, Forgejo and Gitea.
fn workflows(context: &Context, documents: &Documents) -> Vec<Schedule> {
    let folders = [".github/workflows", ".forgejo/workflows", ".gitea/workflows"];
    let files = folders.iter().flat_map(|folder| context.sources.under(Root::Repository, folder));
    let mut found = Vec::new();
    for (id, file) in files {
        for document in documents.of(id) {
            let root = Cursor::new(&document.root, context.sources);
            // YAML 1.1 reads the key `on` as a boolean, and so do some writers.
            let on = root.any(&["on", "true"]);
            for entry in on.map(|on| on.list("schedule")).unwrap_or_default() {
                found.push(Schedule {
                    kind: "workflow".to_owned(),
                    name: file.path.clone(),
                    cron: entry.fact("cron", NOT_SET),
                    time_zone: entry.fact("timezone", "UTC, as workflows have it by default"),
                    suspended: false,
                    app: None,
                    source: entry.source(),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const ALL: &str = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: tidy\n  namespace: media\nspec:\n  \
        schedule: 0 3 * * *\n  timeZone: Etc/UTC\n  suspend: true\n---\napiVersion: tuppr.home-operations.com/v1alpha1\n\
        kind: TalosUpgrade\nmetadata:\n  name: talos\nspec:\n  maintenance:\n    windows:\n      - start: 0 2 * * 0\n        \
        timezone: Etc/UTC\n---\napiVersion: tuppr.home-operations.com/v1alpha1\nkind: KubernetesUpgrade\nmetadata:\n  \
        name: kubernetes\nspec:\n  kubernetes:\n    version: v1\n---\napiVersion: upgrade.cattle.io/v1\nkind: Plan\nmetadata:\n  \
        name: k3s\n  namespace: system-upgrade\nspec:\n  window:\n    days:\n      - monday\n    startTime: 02:00\n    \
        endTime: 04:00\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: job\n  namespace: media\n\
        spec:\n  chart:\n    spec:\n      chart: app-template\n  values:\n    controllers:\n      job:\n        type: cronjob\n        \
        cronjob:\n          schedule: \"@daily\"\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  \
        name: tidy\n  namespace: kube-system\nspec:\n  chart:\n    spec:\n      chart: descheduler\n  values:\n    \
        schedule: 30 * * * *\n    note: not a schedule\n";

    #[test]
    fn one_list_of_all() {
        with_context(ALL, |context| {
            let line = |one: &Schedule| {
                format!(
                    "{} {} {} {} {}",
                    one.kind,
                    one.name,
                    one.cron.shown(),
                    one.time_zone.shown(),
                    one.suspended
                )
            };
            let found = collect(context, &Documents::default(), &[], &[]);
            assert_eq!(
                found.iter().map(line).collect::<Vec<_>>(),
                [
                    "CronJob media/job @daily — false",
                    "CronJob media/tidy 0 3 * * * Etc/UTC true",
                    "KubernetesUpgrade kubernetes — — false",
                    "Plan system-upgrade/k3s monday 02:00 to 04:00 — false",
                    "TalosUpgrade talos 0 2 * * 0 Etc/UTC false",
                    "descheduler kube-system/tidy schedule 30 * * * * — false",
                ]
            );
        });
    }

    #[test]
    fn cron_is_told_from_prose() {
        for cron in ["0 3 * * *", "H/15 * * * *", "0 0 1 * * *", "@every 1h", "5 4 * * sun"] {
            assert!(is_cron(cron), "{cron}");
        }
        for other in
            ["every day at noon please now", "1h", "", "* *", "before 5am on Monday and more"]
        {
            assert!(!is_cron(other), "{other}");
        }
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in hostile(ALL) {
            with_context(&text, |context| {
                assert!(collect(context, &Documents::default(), &[], &[]).len() >= 2, "{text}");
            });
        }
    }
}
