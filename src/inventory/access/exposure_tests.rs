//! Tests of exposure: publishers, tunnels, authentication, and Services without a gateway.

use super::testing::{Made, made};
use crate::inventory::{Audience, Authentication, Fact};

const GATEWAYS: &str = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: outer, namespace: net, labels: {side: out}}\nspec: {gatewayClassName: envoy}\n\
    ---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: inner, namespace: net}\nspec: {gatewayClassName: envoy}\n";

fn route(name: &str, host: &str, gateway: &str, more: &str) -> String {
    format!(
        "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}, namespace: web{more}}}\n\
         spec: {{hostnames: ['{host}'], parentRefs: [{{name: {gateway}, namespace: net}}]}}\n"
    )
}

fn release(name: &str, chart: &str, values: &str) -> String {
    format!(
        "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: net}}\n\
         spec: {{chart: {{spec: {{chart: {chart}}}}}, values: {values}}}\n"
    )
}

fn lines(made: &Made) -> Vec<String> {
    let line = |one: &crate::inventory::Exposure| {
        format!("{} {:?} {:?}", one.name.shown(), one.audiences, one.authentication)
    };
    made.cluster.exposures.iter().map(line).collect()
}

fn check(manifests: &str, expected: &[&str]) {
    let made = made(&[("a.yaml", &format!("{GATEWAYS}{manifests}"))]);
    assert_eq!(lines(&made), expected, "{manifests}");
}

#[test]
fn without_publishers_nothing_is_known() {
    check(&route("a", "a.example.com", "outer", ""), &["a.example.com [Unknown] NoneDeclared"]);
}

#[test]
fn publishers_by_gateway_and_domain() {
    let routes = route("a", "a.example.com", "outer", "")
        + &route("b", "b.example.com", "inner", "")
        + &route("c", "c.example.net", "outer", "")
        + &route(
            "d",
            "d.example.com",
            "outer",
            ", annotations: {external-dns.alpha.kubernetes.io/controller: none}",
        );
    let public = "{provider: {name: cloudflare}, sources: [gateway-httproute, crd], domainFilters: [example.com], extraArgs: ['--gateway-name=outer']}";
    let local = "{provider: {name: webhook, webhook: {image: {repository: ghcr.io/a/external-dns-unifi-webhook}}}, sources: [gateway-httproute], extraArgs: {gateway-name: inner}}";
    let record = "---\napiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {name: e, namespace: net}\n\
                  spec: {endpoints: [{dnsName: nas.example.com, recordType: A, targets: [192.168.1.2]}, {dnsName: x.example.com, targets: [a.example.org]}, 3, {targets: x}]}\n";
    check(
        &format!(
            "{routes}{}{}{record}",
            release("cf", "external-dns", public),
            release("un", "external-dns", local)
        ),
        &[
            "a.example.com [Wan] NoneDeclared",
            "b.example.com [Lan] NoneDeclared",
            "c.example.net [Unpublished] NoneDeclared",
            "d.example.com [Unpublished] NoneDeclared",
            "nas.example.com [Lan] Unknown",
            "x.example.com [Wan] Unknown",
        ],
    );
}

#[test]
fn a_filter_that_only_the_cluster_knows_is_said() {
    let values =
        "{provider: cloudflare, sources: [gateway-httproute], domainFilters: ['${DOMAIN}']}";
    let text = format!(
        "{GATEWAYS}{}{}",
        route("a", "a.example.com", "outer", ""),
        release("cf", "external-dns", values)
    );
    let made = made(&[("a.yaml", &text)]);
    let [one] = made.cluster.exposures.as_slice() else { panic!("one") };
    assert!(one.assumed && one.audience == Audience::Wan);
    assert_eq!(one.reasons, ["net/cf publishes it through cloudflare, if ${DOMAIN} covers it"]);
}

#[test]
fn publishers_by_command_line_and_class() {
    let publisher = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: dns, namespace: net}\n\
        spec: {template: {spec: {containers: [{name: a, image: 'registry.k8s.io/external-dns/external-dns:v0.15.0', \
        args: [--source=ingress, --provider, aws, '--ingress-class=public', '--annotation-filter=expose in (yes, y)']}]}}}\n";
    let ingress = |name: &str, class: &str, expose: &str| {
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: web, annotations: {{expose: '{expose}', nginx.ingress.kubernetes.io/auth-url: 'http://x'}}}}\n\
             spec: {{ingressClassName: {class}, rules: [{{host: {name}.example.com}}]}}\n"
        )
    };
    check(
        &format!(
            "{publisher}{}{}{}",
            ingress("a", "public", "yes"),
            ingress("b", "public", "no"),
            ingress("c", "private", "yes")
        ),
        &[
            "a.example.com [Wan] Required",
            "b.example.com [Unpublished] Required",
            "c.example.com [Unpublished] Required",
        ],
    );
}

#[test]
fn tunnels_in_values_config_maps_and_arguments() {
    let config = "ingress:\n  - hostname: a.example.com\n    service: https://outer.{{ .Release.Namespace }}.svc.cluster.local\n  - hostname: '*.example.net'\n    service: https://outer.net.svc\n  - service: http_status:404\n";
    let indented = config.replace('\n', "\n            ");
    let text = format!(
        "{GATEWAYS}{}---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: tunnel, namespace: net}}\n\
         spec:\n  chart: {{spec: {{chart: app-template}}}}\n  values:\n    controllers: {{tunnel: {{containers: {{app: {{image: {{repository: docker.io/cloudflare/cloudflared, tag: x}}}}}}}}}}\n\
         \x20   configMaps:\n      config:\n        data:\n          config.yaml: |\n            {indented}\n",
        route("a", "a.example.com", "outer", ""),
    );
    let made = made(&[("a.yaml", &text)]);
    let rules: Vec<_> = made
        .cluster
        .tunnel_rules
        .iter()
        .map(|one| (one.hostname.shown(), one.service.shown(), one.gateway.as_deref()))
        .collect();
    assert_eq!(
        rules,
        [
            ("a.example.com", "https://outer.net.svc.cluster.local", Some("net/outer")),
            ("*.example.net", "https://outer.net.svc", Some("net/outer")),
            ("—", "http_status:404", None),
        ]
    );
    assert_eq!(lines(&made), ["a.example.com [Wan] NoneDeclared"]);
    assert_eq!(made.cluster.exposures[0].tunnels, ["net/tunnel"]);
}

#[test]
fn a_tunnel_that_takes_everything() {
    let deployment = |args: &str| {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: t, namespace: net}}\n\
             spec: {{template: {{spec: {{containers: [{{name: a, image: cloudflare/cloudflared:1, args: {args}}}]}}}}}}\n"
        )
    };
    let routes =
        route("a", "a.example.com", "outer", "") + &route("b", "b.example.com", "inner", "");
    check(
        &format!("{routes}{}", deployment("[tunnel, --url, 'https://outer.net.svc']")),
        &["a.example.com [Wan] NoneDeclared", "b.example.com [Unknown] NoneDeclared"],
    );
    check(
        &format!(
            "{routes}{}",
            deployment("[tunnel, --hostname=c.example.com, --url=http://app.web]")
        ),
        &[
            "a.example.com [Unknown] NoneDeclared",
            "b.example.com [Unknown] NoneDeclared",
            "c.example.com [Wan] Unknown",
        ],
    );
}

#[test]
fn authentication_by_route_gateway_selector_and_section() {
    let policy = |name: &str, namespace: &str, spec: &str| {
        format!(
            "---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: SecurityPolicy\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"
        )
    };
    let routes = route("a", "a.example.com", "outer", "")
        + &route("b", "b.example.com", "inner", ", labels: {sso: 'yes'}")
        + &route("c", "c.example.com", "inner", "")
        + &route("d", "d.example.com", "inner", "")
        + &route("d2", "d.example.com", "inner", ", labels: {sso: 'yes'}");
    let policies = policy(
        "gw",
        "net",
        "{targetRefs: [{kind: Gateway, name: outer}, {kind: Gateway, name: gone}], oidc: {provider: {issuer: 'https://sso.example.com'}}}",
    ) + &policy(
        "sel",
        "web",
        "{targetSelectors: [{kind: HTTPRoute, matchLabels: {sso: 'yes'}}], extAuth: {http: {backendRefs: [{name: authelia}]}}}",
    ) + &policy(
        "part",
        "web",
        "{targetRefs: [{kind: HTTPRoute, name: c, sectionName: admin}], jwt: {}}",
    ) + &policy(
        "cors",
        "web",
        "{targetRefs: [{kind: HTTPRoute, name: c}], cors: {}}",
    ) + &policy("bad", "web", "3");
    let text = format!("{GATEWAYS}{routes}{policies}");
    let made = made(&[("a.yaml", &text)]);
    assert_eq!(
        lines(&made),
        [
            "a.example.com [Unknown] Required",
            "b.example.com [Unknown] Required",
            "c.example.com [Unknown] Partial",
            "d.example.com [Unknown] Partial",
        ]
    );
    let found: Vec<_> = made
        .cluster
        .auth_policies
        .iter()
        .map(|one| {
            (
                one.id.as_str(),
                one.methods.join(","),
                one.provider.shown(),
                one.missing_targets.join(","),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("net/gw", "oidc".to_owned(), "https://sso.example.com", "Gateway net/gone".to_owned()),
            ("web/part", "jwt".to_owned(), "—", String::new()),
            ("web/sel", "extAuth".to_owned(), "authelia", String::new()),
        ]
    );
}

#[test]
fn services_without_a_gateway() {
    let pools = "---\napiVersion: cilium.io/v2alpha1\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: main}\nspec: {blocks: [{cidr: 192.0.2.0/24}]}\n\
        ---\napiVersion: cilium.io/v2alpha1\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: dmz}\nspec: {blocks: [{start: 198.51.100.1, stop: 198.51.100.9}], serviceSelector: {matchLabels: {net: dmz}}}\n";
    let service = |name: &str, more: &str, spec: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: web{more}}}\nspec: {spec}\n"
        )
    };
    let text = format!(
        "{pools}{}{}{}{}{}{}",
        service(
            "a",
            ", annotations: {lbipam.cilium.io/ips: '192.0.2.9'}",
            "{type: LoadBalancer, ports: [{port: 80}]}"
        ),
        service("b", ", labels: {net: dmz}", "{type: LoadBalancer}"),
        service("c", "", "{type: NodePort, ports: [{port: 80, nodePort: 30080}, 3]}"),
        service("d", "", "{type: ClusterIP}"),
        service(
            "e",
            ", annotations: {tailscale.com/expose: 'true', tailscale.com/hostname: box}",
            "{}"
        ),
        release(
            "f",
            "app-template",
            "{service: {app: {type: LoadBalancer, annotations: {metallb.io/loadBalancerIPs: 198.51.100.3}, ports: {http: {port: 53, protocol: UDP}}}, off: {enabled: false, type: LoadBalancer}}}"
        ),
    );
    let made = made(&[("a.yaml", &text)]);
    let text = |facts: &[Fact<String>]| facts.iter().map(Fact::shown).collect::<Vec<_>>().join("+");
    let found: Vec<_> = made
        .cluster
        .exposed_services
        .iter()
        .map(|one| {
            format!(
                "{} {} {} {} {} {}",
                one.id,
                one.kind,
                text(&one.addresses),
                one.pools.join("+"),
                text(&one.ports),
                text(&one.hostnames)
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "net/f-app LoadBalancer 198.51.100.3 dmz 53/UDP ",
            "web/a LoadBalancer 192.0.2.9 main 80/TCP ",
            "web/b LoadBalancer  dmz  ",
            "web/c NodePort   80/TCP (node port 30080)+— ",
            "web/e Tailscale    box",
        ]
    );
}

#[test]
fn values_of_charts_serve_names_too() {
    let values = "{httpRoute: {enabled: true, hostnames: ['{{ .Release.Name }}.example.com'], parentRefs: [{name: outer, namespace: net}]}, \
        server: {ingress: {enabled: true, ingressClassName: tailscale, hosts: [b.example.com, {host: c.example.com}]}}, \
        old: {ingress: {enabled: false, hosts: [d.example.com]}}, route: 3}";
    check(
        &release("app", "echo", values),
        &[
            "app.example.com [Unknown] NoneDeclared",
            "b.example.com [Overlay] NoneDeclared",
            "c.example.com [Overlay] NoneDeclared",
        ],
    );
}

#[test]
fn hostile_shapes_do_not_stop_it() {
    for values in [
        "3",
        "[]",
        "{ingress: [{}, 3, {service: {}}], args: 3, extraArgs: {a: {b: c}}}",
        "{provider: [], sources: {a: b}, domainFilters: x}",
    ] {
        made(&[(
            "a.yaml",
            &format!(
                "{GATEWAYS}{}{}",
                release("x", "external-dns", values),
                release("y", "k8s-gateway", values)
            ),
        )]);
    }
    let nothing = Authentication::Unknown;
    assert!(nothing < Authentication::Required);
}
