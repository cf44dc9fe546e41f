//! Networks while they are being found: [`Drafts`].
//!
//! In: tags and subnets, in the order in which they are met. Out: [`Network`]s with ids, names and
//! ranks. A draft never loses a fact: the first one known stays.

use ipnet::IpNet;

use super::declared;
use super::fact::{Fact, Source};
use super::model::Network;
use super::subnet;

const NO_TAG: &str = "no manifest declares a tag";
const NO_CIDR: &str = "no manifest declares a range";
const NO_GATEWAY: &str = "no file declares a router";
const NO_PURPOSE: &str = "only `site/inventory.yaml` can tell";
const NO_INTERFACE: &str = "no file names the interface";
const NO_NAME: &str = "nothing names it";

/// Networks found so far.
#[derive(Default)]
pub(crate) struct Drafts(Vec<Network>);

/// Operations on one network, drafted or finished.
pub(crate) struct Draft;

impl Draft {
    /// Takes an interface's name; MAC addresses and bus paths are none.
    pub(crate) fn set_interface(network: &mut Network, selector: &Fact<String>) {
        let is_name = |text: &str| {
            !text.contains([':', ' '])
                && text.starts_with(|first: char| first.is_ascii_alphabetic())
        };
        if !network.interface.is_known() && selector.get().is_some_and(|text| is_name(text)) {
            network.interface = selector.clone();
        }
    }

    /// The smallest network that holds an address or the start of a block.
    pub(crate) fn containing<'a>(
        networks: &'a mut [Network],
        address: &str,
    ) -> Option<&'a mut Network> {
        let at = smallest(networks, address)?;
        networks.get_mut(at)
    }
}

fn smallest(networks: &[Network], address: &str) -> Option<usize> {
    let holds = |network: &&(usize, &Network)| {
        network.1.cidr.get().is_some_and(|cidr| subnet::contains(cidr, address))
    };
    let numbered: Vec<_> = networks.iter().enumerate().collect();
    let found = numbered.iter().filter(holds).max_by_key(|(idx, network)| {
        (net_of(network).map(|net| net.prefix_len()), std::cmp::Reverse(*idx))
    });
    found.map(|(idx, _)| *idx)
}

fn net_of(network: &Network) -> Option<IpNet> {
    network.cidr.get()?.parse().ok()
}

fn is_same_family(left: IpNet, right: IpNet) -> bool {
    left.max_prefix_len() == right.max_prefix_len()
}

impl Drafts {
    /// The network of a tag or subnet, made where it is new and completed where it is not.
    ///
    /// One of `tag` and `cidr` is given at least.
    pub(crate) fn put(
        &mut self,
        tag: Option<Fact<u16>>,
        cidr: Option<(IpNet, Fact<String>)>,
        source: Source,
    ) -> usize {
        let net = cidr.as_ref().map(|(net, _)| *net);
        let found = self.fitting(tag.as_ref().and_then(Fact::get).copied(), net);
        let at = found.unwrap_or_else(|| {
            self.0.push(empty(source));
            self.0.len() - 1
        });
        let network = &mut self.0[at];
        if let Some(tag) = tag.filter(|_| !network.vlan.is_known()) {
            network.vlan = tag;
        }
        if let Some((_, cidr)) = cidr.filter(|_| !network.cidr.is_known()) {
            network.cidr = cidr;
        }
        at
    }

    /// The draft of that subnet, else the one of that tag whose subnet is open or of another
    /// address family.
    fn fitting(&self, tag: Option<u16>, net: Option<IpNet>) -> Option<usize> {
        let same_net = |network: &Network| {
            let agrees =
                tag.is_none() || network.vlan.get().is_none_or(|other| Some(*other) == tag);
            net.is_some() && net_of(network) == net && agrees
        };
        let same_tag = |network: &Network| {
            let open = match (net, net_of(network)) {
                (Some(net), Some(other)) => !is_same_family(net, other),
                _ => true,
            };
            tag.is_some() && network.vlan.get().copied() == tag && open
        };
        let position = |wanted: &dyn Fn(&Network) -> bool| self.0.iter().position(wanted);
        position(&same_net).or_else(|| position(&same_tag))
    }

    /// The draft of a tag, else the one of a subnet.
    pub(crate) fn find(&self, tag: Option<u16>, net: Option<IpNet>) -> Option<usize> {
        let of_tag = |network: &Network| tag.is_some() && network.vlan.get().copied() == tag;
        let of_net = |network: &Network| net.is_some() && net_of(network) == net;
        let mut drafts = self.0.iter();
        drafts.position(of_tag).or_else(|| self.0.iter().position(of_net))
    }

    /// The smallest draft that holds an address, or the start of a subnet.
    pub(crate) fn containing(&self, address: &str) -> Option<usize> {
        smallest(&self.0, address)
    }

    /// The draft that arrives on an interface of that name.
    pub(crate) fn of_interface(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|network| network.interface.get().is_some_and(|one| one == name))
    }

    /// Whether a draft's subnet is of another address family.
    pub(crate) fn is_other_family(&self, draft: usize, net: IpNet) -> bool {
        net_of(&self.0[draft]).is_some_and(|other| !is_same_family(net, other))
    }

    /// Takes a subnet for a draft that has none.
    pub(crate) fn fill_cidr(&mut self, draft: usize, (_, cidr): (IpNet, Fact<String>)) -> usize {
        if !self.0[draft].cidr.is_known() {
            self.0[draft].cidr = cidr;
        }
        draft
    }

    /// Takes the name of the interface that a draft arrives on.
    pub(crate) fn set_interface(&mut self, draft: usize, selector: &Fact<String>) {
        Draft::set_interface(&mut self.0[draft], selector);
    }

    /// Takes a router for the draft that it is in.
    pub(crate) fn set_gateway(&mut self, gateway: &Fact<String>) {
        if let Some(draft) = gateway.get().and_then(|address| self.containing(address)) {
            self.set_own_gateway(draft, gateway);
        }
    }

    /// Takes a router for a draft.
    pub(crate) fn set_own_gateway(&mut self, draft: usize, gateway: &Fact<String>) {
        let network = &mut self.0[draft];
        if !network.gateway.is_known() && gateway.is_known() {
            network.gateway = gateway.clone();
        }
    }

    /// Takes the name of an attachment (`namespace/iot-vlan62` → `iot`).
    pub(crate) fn set_name(&mut self, draft: usize, attachment: &str, source: &Source) {
        let name = attachment.rsplit('/').next().unwrap_or(attachment);
        let is_tag = |part: &str| {
            let digits = part.strip_prefix("vlan").unwrap_or(part);
            digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let parts: Vec<_> = name.split(['-', '_']).filter(|part| !is_tag(part)).collect();
        let network = &mut self.0[draft];
        if !network.name.is_known() && !parts.is_empty() {
            network.name = Fact::known(parts.join("-"), source.clone());
        }
    }

    /// Applies an entry of the inventory file.
    pub(crate) fn declare(
        &mut self,
        draft: usize,
        entry: &declared::Network,
        cidr: Option<(IpNet, Fact<String>)>,
    ) {
        let network = &mut self.0[draft];
        network.name = entry.name.clone().or(network.name.clone());
        network.purpose = entry.purpose.clone();
        network.vlan = network.vlan.clone().or(entry.vlan.clone());
        let cidr = cidr.map(|(_, cidr)| cidr).filter(|_| !network.cidr.is_known());
        network.cidr = cidr.unwrap_or_else(|| network.cidr.clone());
    }

    /// Tag or subnet of each draft, for a message.
    pub(crate) fn labels(&self) -> Vec<String> {
        let label = |network: &Network| match network.vlan.get() {
            Some(tag) => format!("`vlan: {tag}`"),
            None => format!("`cidr: {}`", network.cidr.shown()),
        };
        self.0.iter().map(label).collect()
    }

    /// The networks in the order of their ranks, and the ids of the drafts.
    pub(crate) fn finish(self, primary: Option<usize>) -> (Vec<Network>, Vec<String>) {
        let mut ids: Vec<String> = Vec::new();
        let mut networks = Vec::new();
        for (idx, mut network) in self.0.into_iter().enumerate() {
            network.id = free_id(&network, &ids);
            ids.push(network.id.clone());
            network.primary = primary == Some(idx);
            network.name = network.name.clone().or(fallback_name(&network));
            networks.push(network);
        }
        networks.sort_by_key(|network| {
            let tag = network.vlan.get().copied();
            (!network.primary, tag.is_none(), tag, net_of(network), network.id.clone())
        });
        for (rank, network) in networks.iter_mut().enumerate() {
            network.rank = rank;
        }
        (networks, ids)
    }
}

fn empty(source: Source) -> Network {
    Network {
        id: String::new(),
        name: Fact::unknown(NO_NAME),
        vlan: Fact::unknown(NO_TAG),
        cidr: Fact::unknown(NO_CIDR),
        gateway: Fact::unknown(NO_GATEWAY),
        purpose: Fact::unknown(NO_PURPOSE),
        interface: Fact::unknown(NO_INTERFACE),
        primary: false,
        rank: 0,
        nodes: Vec::new(),
        attachments: Vec::new(),
        pools: Vec::new(),
        source,
    }
}

/// `vlan-62`, or `net-192.0.2.0-24` where there is no tag or another network has it.
fn free_id(network: &Network, taken: &[String]) -> String {
    let of_tag = network.vlan.get().map(|tag| format!("vlan-{tag}"));
    let of_net = network.cidr.get().map(|cidr| format!("net-{}", cidr.replace(['/', ':'], "-")));
    let base = of_tag.into_iter().chain(of_net).collect::<Vec<_>>();
    let numbered =
        (2..).map(|number| format!("{}-{number}", base.first().map_or("net", String::as_str)));
    let mut candidates = base.iter().cloned().chain(numbered);
    candidates.find(|id| !taken.contains(id)).expect("bug: numbers do not end")
}

fn fallback_name(network: &Network) -> Fact<String> {
    if network.vlan.is_known() {
        return network.vlan.clone().map(|tag| format!("VLAN {tag}"));
    }
    network.cidr.clone()
}
