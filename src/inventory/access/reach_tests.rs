//! Tests of policies and of what they add up to.

use super::policies;
use super::reach::isolation;
use super::testing::{Made, made};
use crate::inventory::model::{Coverage, Isolation, Verdict, Zone};

fn isolate(manifests: &str) -> (Made, Vec<Isolation>) {
    let text = format!(
        "{}{}{}{manifests}",
        "kind: Namespace\napiVersion: v1\nmetadata: {name: web, labels: {tier: front}}\n---\n",
        "kind: Namespace\napiVersion: v1\nmetadata: {name: db}\n---\n",
        "kind: Namespace\napiVersion: v1\nmetadata: {name: lab}\n---\n",
    );
    let made = made(&[("all.yaml", &text)]);
    let found = made.with(|given| {
        let policies = policies::read(given, &[]);
        isolation(given, &policies, false)
    });
    (made, found)
}

/// Checks `direction zone verdict` lines for the namespace `db`.
fn check(manifests: &str, coverage: Coverage, expected: &[(&str, &str, Verdict)]) {
    let (_, found) = isolate(manifests);
    let db = found.iter().find(|one| one.namespace == "db").expect("declared");
    assert_eq!(db.ingress.coverage, coverage, "{manifests}");
    for (direction, zone, verdict) in expected {
        let side = if *direction == "in" { &db.ingress } else { &db.egress };
        let zone = match *zone {
            "world" => Zone::World,
            "host" => Zone::Host,
            "api" => Zone::KubeApiserver,
            name => Zone::Namespace(name.to_owned()),
        };
        assert_eq!(side.verdict(&zone), *verdict, "{manifests}: {direction} {zone:?}");
    }
    let lab = found.iter().find(|one| one.namespace == "lab").expect("declared");
    assert_eq!(lab.towards(db), db.ingress.verdict(&Zone::Namespace("lab".to_owned())));
    assert_eq!(lab.ingress.verdict(&Zone::World), Verdict::NoPolicy);
}

fn network_policy(spec: &str) -> String {
    format!(
        "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {{name: a, namespace: db}}\nspec: {spec}\n"
    )
}

fn cilium_policy(spec: &str) -> String {
    format!(
        "kind: CiliumNetworkPolicy\napiVersion: cilium.io/v2\nmetadata: {{name: a, namespace: db}}\nspec: {spec}\n"
    )
}

#[test]
fn kubernetes_policies() {
    use Verdict::{Allowed, Denied, NoPolicy, Restricted};
    check(
        &network_policy("{podSelector: {}}"),
        Coverage::All,
        &[("in", "world", Denied), ("in", "host", Restricted), ("out", "world", NoPolicy)],
    );
    check(
        &network_policy("{podSelector: {}, ingress: [{}]}"),
        Coverage::All,
        &[("in", "world", Allowed), ("in", "web", Allowed)],
    );
    check(
        &network_policy(
            "{podSelector: {matchLabels: {app: x}}, ingress: [{from: [{namespaceSelector: {matchLabels: {tier: front}}}]}]}",
        ),
        Coverage::Some,
        &[("in", "web", Allowed), ("in", "db", Denied), ("in", "world", Denied)],
    );
    check(
        &network_policy(
            "{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}",
        ),
        Coverage::All,
        &[
            ("in", "db", Restricted),
            ("in", "web", Denied),
            ("out", "world", Allowed),
            ("out", "web", Denied),
        ],
    );
}

#[test]
fn ciliums_policies() {
    use Verdict::{Allowed, Denied, NoPolicy, Restricted};
    check(
        &cilium_policy("{endpointSelector: {}, ingress: [{}]}"),
        Coverage::All,
        &[("in", "web", Denied), ("out", "web", NoPolicy)],
    );
    check(&cilium_policy("{endpointSelector: {}, ingress: []}"), Coverage::None, &[]);
    check(
        &cilium_policy("{endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]}"),
        Coverage::All,
        &[("in", "db", Allowed), ("in", "web", Denied)],
    );
    check(
        &cilium_policy(
            "{endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: web, app: x}}]}, {fromEntities: [host, kube-apiserver]}], egress: [{toFQDNs: [{matchName: a.example.com}]}, {toEntities: [cluster]}]}",
        ),
        Coverage::All,
        &[
            ("in", "web", Restricted),
            ("in", "api", Allowed),
            ("out", "world", Restricted),
            ("out", "web", Allowed),
            ("out", "api", Allowed),
        ],
    );
    check(
        &cilium_policy(
            "{endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingress: [{fromEntities: [all]}], ingressDeny: [{fromEntities: [world]}]}",
        ),
        Coverage::Some,
        &[("in", "world", Denied), ("in", "web", Allowed)],
    );
    check(
        &cilium_policy("{endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '80'}]}]}]}"),
        Coverage::All,
        &[("in", "web", Restricted), ("in", "world", Restricted)],
    );
}

#[test]
fn policies_of_the_whole_cluster() {
    let wide = "kind: CiliumClusterwideNetworkPolicy\napiVersion: cilium.io/v2\nmetadata: {name: wide}\n\
                spec: {endpointSelector: {matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: In, values: [db]}]}, \
                egress: [{toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]}]}\n";
    let (_, found) = isolate(wide);
    let db = &found.iter().find(|one| one.namespace == "db").expect("declared").egress;
    assert_eq!((db.coverage, db.verdict(&Zone::World)), (Coverage::All, Verdict::Restricted));
    assert_eq!(db.policies, ["wide"]);
    let admin = "kind: AdminNetworkPolicy\napiVersion: policy.networking.k8s.io/v1alpha1\nmetadata: {name: adm}\n\
                 spec: {priority: 1, subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: db}}}, \
                 ingress: [{action: Deny, from: [{namespaces: {matchLabels: {tier: front}}}]}]}\n";
    let (_, found) = isolate(admin);
    let db = &found.iter().find(|one| one.namespace == "db").expect("declared").ingress;
    assert_eq!(db.verdict(&Zone::Namespace("web".into())), Verdict::Denied);
    assert_eq!(db.verdict(&Zone::World), Verdict::Allowed);
}

#[test]
fn ranks_of_admin_policies() {
    let admin = |kind: &str, rule: &str| {
        format!(
            "---\nkind: {kind}\napiVersion: policy.networking.k8s.io/v1alpha1\nmetadata: {{name: default}}\n\
             spec: {{subject: {{namespaces: {{matchLabels: {{kubernetes.io/metadata.name: db}}}}}}, ingress: [{rule}]}}\n"
        )
    };
    let everyone = "from: [{namespaces: {}}]";
    let closed = network_policy("{podSelector: {}}");
    let web = |manifests: &str| {
        let (_, found) = isolate(manifests);
        let db = found.iter().find(|one| one.namespace == "db").expect("declared");
        db.ingress.verdict(&Zone::Namespace("web".to_owned()))
    };
    let baseline = admin("BaselineAdminNetworkPolicy", &format!("{{action: Deny, {everyone}}}"));
    assert_eq!(web(&baseline), Verdict::Denied);
    let open = network_policy("{podSelector: {}, ingress: [{}]}");
    assert_eq!(web(&format!("{open}{baseline}")), Verdict::Allowed);
    let allow = admin("AdminNetworkPolicy", &format!("{{action: Allow, {everyone}}}"));
    assert_eq!(web(&format!("{closed}{allow}")), Verdict::Allowed);
    let pass = admin("AdminNetworkPolicy", &format!("{{action: Pass, {everyone}}}"));
    assert_eq!(web(&format!("{closed}{pass}")), Verdict::Denied);
}

#[test]
fn what_is_not_valid_is_read_as_far_as_it_goes() {
    for spec in [
        "3",
        "[]",
        "{endpointSelector: x, ingress: {a: b}, egress: [3, null, {toEndpoints: x}]}",
        "{ingress: [{fromCIDR: [nonsense, null]}, {fromCIDRSet: [{cidr: ''}]}], specs: 4}",
        "{egress: [{toServices: [{}], toPorts: [{ports: [{}], rules: 3}], icmps: [{fields: [{}]}]}]}",
    ] {
        isolate(&cilium_policy(spec));
        isolate(&network_policy(spec));
    }
}

fn calico(kind: &str, spec: &str) -> String {
    let namespace = if kind == "NetworkPolicy" { ", namespace: db" } else { "" };
    format!(
        "kind: {kind}\napiVersion: projectcalico.org/v3\nmetadata: {{name: default.a{namespace}}}\nspec: {spec}\n"
    )
}

#[test]
fn selectors_of_calico_are_kept_as_written() {
    use Coverage::{All, Some};
    use Verdict::{Denied, Restricted};
    // A last rule that denies everything stops nothing of what was let through before it.
    check(
        &calico(
            "NetworkPolicy",
            "{ingress: [{action: Allow, protocol: TCP, source: {selector: \"app == 'web'\"}, destination: {ports: [80, '90:99']}}, {action: Deny}]}",
        ),
        All,
        &[("in", "web", Restricted), ("in", "world", Denied)],
    );
    check(
        &calico("NetworkPolicy", "{ingress: [{action: Allow}, {action: Deny}]}"),
        All,
        &[("in", "world", Restricted)],
    );
    check(
        &calico("NetworkPolicy", "{selector: \"role == 'db'\", types: [Ingress]}"),
        Some,
        &[("in", "web", Denied)],
    );
    let (made, _) = isolate(&calico(
        "NetworkPolicy",
        "{order: 10, tier: guard, ingress: [{action: Allow, destination: {ports: ['90:99']}}, {action: Log}]}",
    ));
    let policy = &made.cluster.policies[0];
    assert_eq!(policy.priority.shown(), "10 in tier guard");
    let rules = &policy.parts[0].rules;
    assert_eq!((rules.len(), rules[0].ports[0].port.shown()), (1, "90-99"));
    assert!(made.cluster.others.is_empty());
}

#[test]
fn admin_policies_have_a_priority() {
    let admin = |kind: &str, spec: &str| {
        format!(
            "kind: {kind}\napiVersion: policy.networking.k8s.io/v1alpha1\nmetadata: {{name: a}}\nspec: {spec}\n"
        )
    };
    let text = admin("AdminNetworkPolicy", "{priority: 7, subject: {namespaces: {}}}")
        + "---\n"
        + &admin("BaselineAdminNetworkPolicy", "{subject: {namespaces: {}}}");
    let (made, _) = isolate(&text);
    let all = made.cluster.policies.iter();
    let shown: Vec<_> = all.map(|one| (one.kind.as_str(), one.priority.shown())).collect();
    assert_eq!(shown, [("AdminNetworkPolicy", "7"), ("BaselineAdminNetworkPolicy", "—")]);
}
