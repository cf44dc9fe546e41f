//! Tables of who can reach what: host names, Services, tunnels, DNS and authentication.
//!
//! In: the cluster's exposures. Out: tables with one row for each. An app may ask visitors who they
//! are by itself; that is not visible, so "none declared" is all that is said.

use crate::inventory::{Audience, Authentication, DnsPublisher, ExposedService, Exposure};

use super::Scope;
use crate::site::links::Links;
use crate::site::view::{Cell, Column, FactView, LinkView, Mark, Table};
use crate::site::words;

/// Host names, those with the widest audience first.
pub(crate) fn exposures(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("hostname", "Host name"),
        Column::text("audience", "Reached from"),
        Column::text("authentication", "Asks who it is"),
        Column::text("apps", "Leads to"),
        Column::text("gateways", "By way of"),
        Column::text("tunnels", "Tunnel"),
        Column::text("reasons", "Why"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Host names", "No host name is declared.", columns);
    table.name = "exposures";
    let mut all: Vec<&Exposure> = scope.cluster.exposures.iter().collect();
    // Stable, so that names of one audience stay in their order.
    all.sort_by_key(|exposure| std::cmp::Reverse(exposure.audience));
    for exposure in all.into_iter().filter(|it| listed(scope, it)) {
        table.row(exposure_row(scope, exposure));
    }
    table.without_empty_columns(&["tunnels"])
}

/// Whether one of its apps is asked for.
fn listed(scope: Scope<'_>, exposure: &Exposure) -> bool {
    if scope.app.is_none() && scope.namespace.is_none() {
        return true;
    }
    exposure.apps.iter().any(|app| scope.lists(app, Some(app)))
}

fn exposure_row(scope: Scope<'_>, exposure: &Exposure) -> Vec<Cell> {
    let apps = exposure.apps.iter().map(|id| scope.links.app_link(id)).collect();
    let tunnels = exposure.tunnels.iter().map(|id| scope.links.app_link(id)).collect();
    let mut ways: Vec<FactView> = exposure.gateways.iter().map(|id| gateway(scope, id)).collect();
    ways.extend(scope.links.facts(&exposure.ingress_classes));
    let sources = exposure.sources.iter().map(|source| scope.links.source(source)).collect();
    vec![
        Cell::code(scope.links.fact(&exposure.name)),
        audiences(exposure),
        authentication(exposure),
        Cell::links(apps, "no app that can be told"),
        Cell::facts(ways, "—"),
        Cell::links(tunnels, "—"),
        Cell::Folded {
            summary: words::digits(exposure.reasons.len(), "reason", "reasons"),
            lines: exposure.reasons.clone(),
        },
        Cell::Sources { sources },
    ]
}

/// A gateway, marked where it is declared nowhere.
fn gateway(scope: Scope<'_>, id: &str) -> FactView {
    let known = scope.cluster.gateways.iter().any(|gateway| gateway.id == id);
    if known { super::fact_of(id) } else { super::missing(id) }
}

fn audiences(exposure: &Exposure) -> Cell {
    let assumed =
        if exposure.assumed { "; it rests on a filter that is set in the cluster" } else { "" };
    let mark = |audience: &Audience| {
        let (text, tone, title) = audience_words(*audience);
        Mark::new(text, tone, &format!("{title}{assumed}"))
    };
    let mut all: Vec<Audience> = exposure.audiences.clone();
    if all.is_empty() {
        all.push(exposure.audience);
    }
    Cell::Marks { marks: all.iter().rev().map(mark).collect(), none: String::new() }
}

/// A word for an audience, its tone, and what it means.
pub(crate) fn audience_words(audience: Audience) -> (&'static str, &'static str, &'static str) {
    match audience {
        Audience::Wan => ("internet", "warn", "it can be looked up and reached from the internet"),
        Audience::Overlay => ("overlay", "plain", "from a private overlay network"),
        Audience::Lan => ("LAN", "plain", "from the local network"),
        Audience::Unpublished => {
            ("unpublished", "plain", "no declared publisher of DNS publishes it")
        }
        Audience::Unknown => ("not known", "plain", "nothing in the repository tells"),
    }
}

fn authentication(exposure: &Exposure) -> Cell {
    let by = exposure.auth_by.join(", ");
    let open = exposure.audience == Audience::Wan;
    let mark = match exposure.authentication {
        Authentication::Required => Mark::new("yes", "good", &by),
        Authentication::Partial => Mark::new("on some routes", "warn", &by),
        Authentication::NoneDeclared => {
            let title = "nothing in front of the app is declared to ask; the app itself may";
            Mark::new("none declared", if open { "warn" } else { "plain" }, title)
        }
        Authentication::Unknown => Mark::new("not known", "plain", "no route of it is declared"),
    };
    Cell::mark(mark)
}

/// Services that can be reached without a gateway.
pub(crate) fn exposed_services(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("service", "Service"),
        Column::text("kind", "Kind"),
        Column::text("addresses", "Address"),
        Column::text("ports", "Ports"),
        Column::text("hostnames", "Host names"),
        Column::text("pools", "Pool"),
        Column::text("class", "Class"),
        Column::text("app", "App"),
        Column::text("source", "Source"),
    ];
    let empty = "No Service that is reached without a gateway is declared.";
    let mut table = Table::new("Services with an address of their own", empty, columns);
    let listed = |it: &&ExposedService| scope.lists(&it.id, it.app.as_ref());
    for service in scope.cluster.exposed_services.iter().filter(listed) {
        table.row(service_row(scope, service));
    }
    table.without_empty_columns(&["hostnames", "pools", "class"])
}

fn service_row(scope: Scope<'_>, service: &ExposedService) -> Vec<Cell> {
    let links = scope.links;
    let note = if service.from_values { "from chart values" } else { "" };
    vec![
        Cell::noted(&service.id, None, note),
        Cell::text(&service.kind),
        Cell::codes(links.facts(&service.addresses), "given by the cluster"),
        Cell::codes(links.facts(&service.ports), "not declared"),
        Cell::codes(links.facts(&service.hostnames), "—"),
        Cell::names(&service.pools, "—"),
        Cell::fact(links.fact(&service.class)),
        scope.app_cell(service.app.as_ref(), "—"),
        scope.source(&service.source),
    ]
}

/// Tunnels that bring the internet in.
pub(crate) fn tunnels(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("tunnel", "Tunnel"),
        Column::text("provider", "Provider"),
        Column::text("gateways", "Leads to"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Tunnels", "No tunnel is declared.", columns);
    for tunnel in scope.cluster.tunnels.iter().filter(|it| scope.lists(&it.app, Some(&it.app))) {
        table.row(vec![
            Cell::name(&tunnel.app, scope.links.app(&tunnel.app)),
            Cell::text(&tunnel.provider),
            Cell::names(&tunnel.gateways, "no gateway that can be told"),
            scope.source(&tunnel.source),
        ]);
    }
    table
}

/// Rules of tunnels.
pub(crate) fn tunnel_rules(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("hostname", "Host name"),
        Column::text("path", "Path"),
        Column::text("service", "Goes to"),
        Column::text("gateway", "Gateway"),
        Column::text("tunnel", "Tunnel"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Rules of tunnels", "No rule of a tunnel is declared.", columns);
    for rule in
        scope.cluster.tunnel_rules.iter().filter(|it| scope.lists(&it.tunnel, Some(&it.tunnel)))
    {
        table.row(vec![
            Cell::code(any(scope.links.fact(&rule.hostname), "all others")),
            Cell::code(scope.links.fact(&rule.path)),
            Cell::code(scope.links.fact(&rule.service)),
            Cell::text(rule.gateway.clone().unwrap_or_default()),
            Cell::links(vec![scope.links.app_link(&rule.tunnel)], ""),
            scope.source(&rule.source),
        ]);
    }
    table.without_empty_columns(&["path", "gateway"])
}

/// A fact whose absence means something.
fn any(fact: FactView, absent: &str) -> FactView {
    if fact.state == "unknown" { FactView { text: absent.to_owned(), ..fact } } else { fact }
}

/// What publishes DNS records.
pub(crate) fn dns_publishers(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("publisher", "Publisher"),
        Column::text("provider", "To"),
        Column::text("audience", "Read from"),
        Column::text("resources", "Looks at"),
        Column::text("domains", "Domains"),
        Column::text("limits", "Limited to"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("DNS", "No publisher of DNS records is declared.", columns);
    let listed = |it: &&DnsPublisher| scope.lists(&it.id, Some(&it.id));
    for publisher in scope.cluster.dns_publishers.iter().filter(listed) {
        table.row(publisher_row(scope, publisher));
    }
    table
}

fn publisher_row(scope: Scope<'_>, publisher: &DnsPublisher) -> Vec<Cell> {
    let links = scope.links;
    let (text, tone, title) = audience_words(publisher.audience);
    vec![
        Cell::noted(&publisher.id, links.app(&publisher.id), &publisher.kind),
        Cell::fact(links.fact(&publisher.provider)),
        Cell::mark(Mark::new(text, tone, title)),
        Cell::codes(links.facts(&publisher.resources), "not declared"),
        Cell::codes(domains(links, publisher), "all"),
        Cell::codes(limits(links, publisher), "nothing"),
        scope.source(&publisher.source),
    ]
}

fn domains(links: Links<'_>, publisher: &DnsPublisher) -> Vec<FactView> {
    let mut all = links.facts(&publisher.domains);
    let excluded = publisher.excluded_domains.iter();
    all.extend(excluded.map(|domain| links.fact_as(domain, |domain| format!("not {domain}"))));
    all
}

fn limits(links: Links<'_>, publisher: &DnsPublisher) -> Vec<FactView> {
    let mut all = links.facts(&publisher.gateways);
    all.extend(links.facts(&publisher.ingress_classes));
    all.extend(links.facts(&publisher.filters));
    all
}

/// DNS records that manifests write out.
pub(crate) fn dns_records(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("name", "Name"),
        Column::text("type", "Type"),
        Column::text("targets", "Points to"),
        Column::text("object", "Written by"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("DNS records", "No DNS record is written out.", columns);
    for record in scope.cluster.dns_records.iter().filter(|it| scope.includes(&it.object)) {
        table.row(vec![
            Cell::code(scope.links.fact(&record.name)),
            Cell::fact(scope.links.fact(&record.record_type)),
            Cell::codes(scope.links.facts(&record.targets), "the address of the object"),
            Cell::noted(&record.object, None, &record.kind),
            scope.source(&record.source),
        ]);
    }
    table
}

/// Rules that ask who the visitor is.
pub(crate) fn auth_policies(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("policy", "Rule"),
        Column::text("methods", "Asks by"),
        Column::text("provider", "Decided by"),
        Column::text("targets", "Guards"),
        Column::number("routes", "Routes"),
        Column::text("source", "Source"),
    ];
    let empty = "No rule in front of apps that asks who the visitor is, is declared.";
    let mut table = Table::new("Authentication before the app", empty, columns);
    for policy in scope.cluster.auth_policies.iter().filter(|it| scope.includes(&it.id)) {
        let mut targets: Vec<FactView> = policy
            .targets
            .iter()
            .map(|target| {
                let lost = policy.missing_targets.contains(target);
                if lost { super::missing(target) } else { super::fact_of(target) }
            })
            .collect();
        let unnamed = policy.missing_targets.iter().filter(|it| !policy.targets.contains(it));
        targets.extend(unnamed.map(|target| super::missing(target)));
        let methods = policy.methods.iter().map(|it| LinkView { text: it.clone(), href: None });
        table.row(vec![
            Cell::noted(&policy.id, None, &policy.kind),
            Cell::links(methods.collect(), "nothing that is known here"),
            Cell::fact(scope.links.fact(&policy.provider)),
            Cell::facts(targets, "what its labels select"),
            Cell::number(policy.routes.len()),
            scope.source(&policy.source),
        ]);
    }
    table
}
