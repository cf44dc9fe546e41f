//! DNS records that manifests write out: [`DnsRecord`].
//!
//! In: `DNSEndpoint` objects, annotations of gateways and Services. Out: names and targets as
//! written. Format: <https://kubernetes-sigs.github.io/external-dns/latest/docs/sources/crd/>.

use super::Given;
use super::served::{HOSTNAME, split};
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::DnsRecord;
use crate::inventory::{natural, source_of};

const TARGET: &str = "external-dns.alpha.kubernetes.io/target";

/// All records, by name.
pub(super) fn read(given: &Given) -> Vec<DnsRecord> {
    let mut records = Vec::new();
    for object in &given.effective.objects {
        let root = Cursor::new(&object.root, given.sources);
        match (object.group.as_str(), object.kind.as_str()) {
            ("externaldns.k8s.io" | "externaldns.nginx.org", "DNSEndpoint") => {
                records.extend(endpoints(object, &root));
            }
            ("", "Service") | ("gateway.networking.k8s.io", "Gateway") => {
                for path in [&["metadata"][..], &["spec", "infrastructure"]] {
                    let annotations = root.at(path).and_then(|map| map.get("annotations"));
                    records.extend(annotations.iter().flat_map(|map| annotated(object, map)));
                }
            }
            _ => {}
        }
    }
    natural::sort_by(&mut records, |record: &DnsRecord| record.name.shown());
    records
}

fn endpoints(object: &Object, root: &Cursor) -> Vec<DnsRecord> {
    let endpoints = root.get("spec").map(|spec| spec.list("endpoints")).unwrap_or_default();
    let record = |item: &Cursor| DnsRecord {
        name: item.fact("dnsName", "not set"),
        record_type: item.fact("recordType", "the target decides"),
        targets: item.texts(&["targets"]),
        kind: object.kind.clone(),
        object: object.id(),
        source: item.source(),
    };
    endpoints.iter().map(record).collect()
}

fn annotated(object: &Object, annotations: &Cursor) -> Vec<DnsRecord> {
    let Some(names) = annotations.get(HOSTNAME) else { return vec![] };
    let target = annotations.get(TARGET).map(|target| target.text());
    let record = |name: Fact<String>| DnsRecord {
        name,
        record_type: Fact::unknown("the target decides"),
        targets: target.iter().flat_map(split).collect(),
        kind: object.kind.clone(),
        object: object.id(),
        source: source_of(object, annotations.sources),
    };
    split(&names.text()).into_iter().map(record).collect()
}
