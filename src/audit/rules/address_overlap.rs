//! Addresses that two things can give out, or that one gives out and another has.
//!
//! In: pools, attachments, nodes. Out: one finding for each pair.

use crate::audit::ranges::Range;
use crate::audit::{EntityKind, Finding, Input, Rule};
use crate::diagnostic::Severity;
use crate::inventory::{Attachment, Fact, Pool, Source};

pub(super) const RULE: Rule = Rule {
    code: "network/address-overlap",
    severity: Severity::Warning,
    title: "Two things can give out the same address",
    explanation: "\
A load-balancer pool and the range of a Multus attachment, or two of either, hold the same \
addresses. They do not know of each other, so sooner or later two pods or Services answer for one \
address and both work now and then. Give them ranges of their own.",
    blind_spot: "The ranges of a DHCP server or router are not visible.",
    example: "# pool\nblocks:\n  - start: 192.0.2.100\n    stop: 192.0.2.150\n# attachment\n\"rangeStart\": \"192.0.2.100\"",
    check,
};

/// Something that gives out addresses.
struct Giver<'a> {
    what: String,
    kind: EntityKind,
    id: &'a str,
    ranges: Vec<(Range, &'a Source)>,
}

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let pools = input.cluster.pools.iter().map(of_pool);
    let attachments = input.cluster.attachments.iter().map(of_attachment);
    let givers: Vec<Giver<'_>> = attachments.chain(pools).collect();
    let mut found = vec![];
    for (at, one) in givers.iter().enumerate() {
        for other in &givers[at + 1..] {
            found.extend(overlap(rule, one, other));
        }
    }
    found
}

fn overlap(rule: &Rule, one: &Giver<'_>, other: &Giver<'_>) -> Option<Finding> {
    let mut pairs =
        one.ranges.iter().flat_map(|left| other.ranges.iter().map(move |right| (left, right)));
    let (shared, left, right) =
        pairs.find_map(|(left, right)| Some((left.0.overlap(right.0)?, left.1, right.1)))?;
    let message = format!("{} and {} both give out {shared}", one.what, other.what);
    let finding = rule
        .finding(message)
        .at(left)
        .related(right, format!("{} gives them too", other.what))
        .about(one.kind, one.id)
        .about(other.kind, other.id);
    Some(finding.help("give each a range of its own"))
}

fn of_pool(pool: &Pool) -> Giver<'_> {
    let range = |block: &'_ Fact<String>| Range::parse(block.get()?);
    let ranges = pool
        .blocks
        .iter()
        .filter_map(|block| Some((range(block)?, block.source.as_ref().unwrap_or(&pool.source))));
    Giver {
        what: format!("pool `{}`", pool.name),
        kind: EntityKind::Pool,
        id: &pool.name,
        ranges: ranges.collect(),
    }
}

/// The range of an attachment that gives addresses itself.
fn of_attachment(attachment: &Attachment) -> Giver<'_> {
    let ipam = attachment.ipam.get().map(String::as_str);
    let range =
        match (attachment.range_start.get(), attachment.range_end.get(), attachment.subnet.get()) {
            (Some(first), Some(last), _) => Range::between(first, last),
            (None, None, Some(subnet)) => Range::parse(subnet),
            _ => None,
        };
    let place = attachment.range_start.source.as_ref().unwrap_or(&attachment.source);
    let ranges = range.filter(|_| matches!(ipam, Some("host-local" | "whereabouts")));
    Giver {
        what: format!("attachment `{}`", attachment.id),
        kind: EntityKind::Attachment,
        id: &attachment.id,
        ranges: ranges.map(|range| (range, place)).into_iter().collect(),
    }
}
