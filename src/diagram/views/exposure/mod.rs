//! The exposure picture: who reaches which app by which way, and whether something asks who it is.
//!
//! In: a [`Cluster`], a namespace or none, and where each thing leads. Out: a [`Diagram`]. It draws
//! what is declared: no router and no login of an app itself.

mod gather;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{
    Card, Chip, Column, Columns, Frame, Key, Lead, Share, chip_rows, counted, draw, gutter, listed,
    natural, parted,
};
use super::{Links, id};
use crate::diagram::layout::{Block, MARGIN, WIDEST};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{Look, Scene, Stroke, px};
use crate::diagram::{Diagram, Target};
use crate::inventory::Cluster;

use gather::{Asks, Door, Entry, Gathered, Group, Reach, Way};

/// Apps of a group that get a chip each; above, namespaces do.
const MOST_APPS: usize = 30;
/// The same for those that the Internet reaches without a login.
const MOST_OPEN: usize = 60;
/// Namespaces of a group that get a chip.
const MOST_SPACES: usize = 40;
/// Ways, and doors, that get a box.
const MOST_WAYS: usize = 8;
const MOST_DOORS: usize = 10;

const QUIET: Tone = Tone::Plain(Neutral::Muted);
const OPEN: Tone = Tone::Plain(Neutral::Warn);
const LOCK: Tone = Tone::Plain(Neutral::Ink);

const WAY_WIDTH: i32 = px(188);
const DOOR_WIDTH: i32 = px(184);
const WAY_TRACKS: i32 = 6;
const DOOR_TRACKS: i32 = 8;
const GROUP_WIDTH: i32 =
    WIDEST - 2 * MARGIN - WAY_WIDTH - DOOR_WIDTH - gutter(WAY_TRACKS) - gutter(DOOR_TRACKS);

/// The exposure picture of a cluster, or of the apps of a namespace.
pub(super) fn exposure(cluster: &Cluster, namespace: Option<&str>, links: Links) -> Diagram {
    let gathered = Gathered::new(cluster, namespace);
    let of = namespace.map_or_else(|| cluster.name.shown().to_owned(), str::to_owned);
    let pen = Pen::new(cluster, &gathered, links);
    Diagram {
        title: format!("Ways into {of}"),
        description: words::description(&gathered),
        caption: words::caption(&pen.left_out()),
        table: words::table(&gathered),
        scene: if gathered.groups.is_empty() { Scene::default() } else { draw(pen.columns()) },
    }
}

/// Makes the boxes and the lines.
struct Pen<'a> {
    gathered: &'a Gathered,
    links: Links<'a>,
    /// Declared gateways with their place, in natural order.
    gateways: BTreeMap<&'a str, (usize, &'a crate::inventory::Gateway)>,
    ways: Vec<&'a Way>,
    doors: Vec<&'a Door>,
}

impl<'a> Pen<'a> {
    fn new(cluster: &'a Cluster, gathered: &'a Gathered, links: Links<'a>) -> Self {
        let mut sorted: Vec<_> = cluster.gateways.iter().collect();
        sorted.sort_by(|one, other| natural(&one.id, &other.id));
        let gateways = sorted.into_iter().enumerate();
        let mut pen = Self {
            gathered,
            links,
            gateways: gateways.map(|(at, one)| (one.id.as_str(), (at, one))).collect(),
            ways: gathered.ways.keys().take(MOST_WAYS).collect(),
            doors: vec![],
        };
        pen.doors = pen.sorted_doors();
        pen
    }

    /// Doors by the ways and groups that they tie, so that few lines cross.
    fn sorted_doors(&self) -> Vec<&'a Door> {
        let first = |door: &Door| {
            self.gathered.inwards.iter().find(|(_, to)| to == door).map(|(way, _)| way)
        };
        let group = |door: &Door| {
            self.gathered.groups.iter().position(|(_, group)| group.doors.contains(door))
        };
        let mut doors: Vec<&Door> = self.gathered.doors.keys().collect();
        doors.sort_by_key(|door| (first(door), group(door), *door));
        doors.truncate(MOST_DOORS);
        doors
    }

    fn columns(&self) -> Columns {
        let gathered = self.gathered;
        let column = |heading: &str, width, tracks, blocks| Column {
            heading: heading.to_owned(),
            notes: vec![],
            width,
            tracks,
            blocks,
        };
        let ways = self.ways.iter().map(|way| self.way(way)).collect();
        let doors = self.doors.iter().map(|door| self.door(door)).collect();
        Columns {
            list: vec![
                column("Who comes", WAY_WIDTH, WAY_TRACKS, ways),
                column("By way of", DOOR_WIDTH, DOOR_TRACKS, doors),
                column("To", GROUP_WIDTH, 0, self.groups()),
            ],
            leads: vec![(Share::Source, self.inwards()), (Share::Source, self.onwards())],
            legend: legend(gathered),
        }
    }

    fn way(&self, way: &Way) -> Block {
        let details = words::way_details(way, self.gathered.ways[way]);
        let name = words::way_name(way);
        let target = match way {
            Way::Tunnel(app) => Some(Target::App(app.clone())),
            _ => None,
        };
        Card {
            id: way_id(way),
            target,
            look: if is_dashed(way) { Look::Absent(QUIET) } else { Look::Card },
            tone: None,
            name: name.to_owned(),
            title: format!("{name}, {}", details.join(", ")),
            details,
            tag: String::new(),
        }
        .block(WAY_WIDTH, self.links)
    }

    fn door_tone(&self, door: &Door) -> Tone {
        match door {
            Door::Gateway(id) => {
                self.gateways.get(id.as_str()).map_or(QUIET, |(at, _)| Tone::Gateway(*at))
            }
            _ => QUIET,
        }
    }

    fn door(&self, door: &Door) -> Block {
        let count = self.gathered.doors[door];
        let names = counted(count, "host name", "host names");
        let declared = match door {
            Door::Gateway(id) => self.gateways.get(id.as_str()),
            _ => None,
        };
        let details = match door {
            Door::Gateway(_) => {
                let address = declared.map(|(_, gateway)| {
                    let first = gateway.addresses.first();
                    first.map_or("address not declared", |it| it.shown()).to_owned()
                });
                vec![address.unwrap_or_else(|| "declared nowhere".to_owned()), names]
            }
            Door::Class(_) => vec!["Ingress class".to_owned(), names],
            Door::Own(_) => vec![counted(count, "Service", "Services")],
            Door::None => vec!["none is named".to_owned(), names],
        };
        let absent =
            matches!(door, Door::None) || (matches!(door, Door::Gateway(_)) && declared.is_none());
        let target = declared.map(|(_, gateway)| Target::Gateway(gateway.id.clone()));
        let name = words::door_name(door);
        Card {
            id: door_id(door),
            target,
            look: if absent { Look::Absent(QUIET) } else { Look::Card },
            tone: declared.map(|(at, _)| Tone::Gateway(*at)),
            title: format!("{}: {}", words::door_whole(door), details.join(", ")),
            name,
            details,
            tag: String::new(),
        }
        .block(DOOR_WIDTH, self.links)
    }

    fn groups(&self) -> Vec<Block> {
        let frames = self.gathered.groups.iter().map(|(key, group)| Self::group(*key, group));
        let block = |frame: Frame| {
            // Addresses beside names take more room.
            let least = if frame.chips.iter().any(|chip| chip.count.contains('.')) { 2 } else { 3 };
            let rows = chip_rows(&frame.chips, GROUP_WIDTH, (least, least));
            frame.block(GROUP_WIDTH, rows, self.links)
        };
        frames.map(block).collect()
    }

    fn group(key: (Reach, Asks), group: &Group) -> Frame {
        let open = is_open(key);
        let asks = words::asks(key.1);
        let name = words::reach(key.0).to_owned();
        let details = words::group_details(group);
        let card = Card {
            id: group_id(key),
            target: None,
            look: if open { Look::Toned(OPEN) } else { Look::Frame },
            tone: match key.1 {
                Asks::Yes | Asks::Partly => Some(LOCK),
                _ if open => Some(OPEN),
                _ => None,
            },
            title: format!("{name}, {asks}: {}", details.join(", ")),
            name,
            details,
            tag: if key.0 == Reach::Address { "no gateway" } else { asks }.to_owned(),
        };
        Frame { card, chips: chips(key, group) }
    }

    fn inwards(&self) -> Vec<Lead> {
        let mut leads = Vec::new();
        for way in &self.ways {
            let doors = self.doors.iter().filter(|door| {
                self.gathered.inwards.contains(&((**way).clone(), (**door).clone()))
            });
            let doors: Vec<&&Door> = doors.collect();
            let names: Vec<String> = doors.iter().map(|door| words::door_whole(door)).collect();
            let title = format!(
                "{} ({}) to {}",
                words::way_name(way),
                words::way_details(way, self.gathered.ways[*way])[0],
                listed(names.iter().map(String::as_str), MOST_DOORS)
            );
            leads.extend(doors.iter().map(|door| Lead {
                from: way_id(way),
                to: door_id(door),
                tone: QUIET,
                stroke: if is_dashed(way) { Stroke::Dashed } else { Stroke::Solid },
                title: title.clone(),
            }));
        }
        leads
    }

    fn onwards(&self) -> Vec<Lead> {
        let mut leads = Vec::new();
        for door in &self.doors {
            let groups =
                self.gathered.groups.iter().filter(|(_, group)| group.doors.contains(*door));
            let groups: Vec<(Reach, Asks)> = groups.map(|(key, _)| *key).collect();
            let title = format!("{} to its apps", words::door_whole(door));
            leads.extend(groups.iter().map(|key| Lead {
                from: door_id(door),
                to: group_id(*key),
                tone: self.door_tone(door),
                stroke: if matches!(door, Door::None) { Stroke::Dashed } else { Stroke::Solid },
                title: title.clone(),
            }));
        }
        leads
    }

    /// What has no box, in sentences.
    fn left_out(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let all = [
            (self.gathered.ways.len() - self.ways.len(), "way in is", "ways in are"),
            (self.gathered.doors.len() - self.doors.len(), "gateway is", "gateways are"),
        ];
        for (count, one, many) in all.into_iter().filter(|(count, ..)| *count > 0) {
            sentences.push(format!("{} left out; the table has all.", counted(count, one, many)));
        }
        let is_counted = |(key, group): (&(Reach, Asks), &Group)| group.entries.len() > most(*key);
        if self.gathered.groups.iter().any(is_counted) {
            sentences.push(
                "Large groups are counted by namespace; the table names each app.".to_owned(),
            );
        }
        sentences
    }
}

/// Whether the Internet reaches it and nothing is declared to ask.
fn is_open(key: (Reach, Asks)) -> bool {
    key == (Reach::Internet, Asks::No)
}

fn is_dashed(way: &Way) -> bool {
    matches!(way, Way::Unpublished | Way::Unknown)
}

fn most(key: (Reach, Asks)) -> usize {
    if is_open(key) { MOST_OPEN } else { MOST_APPS }
}

fn way_id(way: &Way) -> String {
    match way {
        Way::Tunnel(app) => id("tunnel", app),
        other => id("way", words::way_name(other)),
    }
}

fn door_id(door: &Door) -> String {
    match door {
        Door::Gateway(name) => id("gateway", name),
        Door::Class(name) => id("class", name),
        Door::Own(kind) => id("own", kind),
        Door::None => "no-gateway".to_owned(),
    }
}

fn group_id(key: (Reach, Asks)) -> String {
    id("group", &format!("{} {}", words::reach(key.0), words::asks(key.1)))
}

fn chips(key: (Reach, Asks), group: &Group) -> Vec<Chip> {
    let mut sorted: Vec<(&String, &Entry)> = group.entries.iter().collect();
    sorted
        .sort_by(|one, other| natural(parted(one.0).1, parted(other.0).1).then(one.0.cmp(other.0)));
    let mut chips: Vec<Chip> = if sorted.len() > most(key) {
        spaces(key, &sorted)
    } else {
        sorted.into_iter().map(|(name, entry)| chip(key, name, entry)).collect()
    };
    if !group.strays.is_empty() {
        let names = counted(group.strays.len(), "name", "names");
        chips.push(Chip {
            id: format!("{}-strays", group_id(key)),
            target: None,
            look: Look::Absent(QUIET),
            tone: None,
            name: "no known app".to_owned(),
            count: names,
            title: words::strays(group),
        });
    }
    chips
}

fn chip(key: (Reach, Asks), name: &str, entry: &Entry) -> Chip {
    let count = match (entry.addresses.first(), entry.names.len()) {
        (Some(address), _) if entry.addresses.len() == 1 => address.clone(),
        (Some(_), _) => counted(entry.addresses.len(), "address", "addresses"),
        (None, 0 | 1) => String::new(),
        (None, names) => format!("×{names}"),
    };
    Chip {
        id: id(&group_id(key), name),
        target: entry.is_app.then(|| Target::App(name.to_owned())),
        look: Look::Card,
        tone: None,
        name: parted(name).1.to_owned(),
        count,
        title: words::entry_title(name, entry, key),
    }
}

/// A chip for each namespace.
fn spaces(key: (Reach, Asks), sorted: &[(&String, &Entry)]) -> Vec<Chip> {
    let mut spaces: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, _) in sorted {
        spaces.entry(parted(name).0).or_default().insert(parted(name).1);
    }
    let mut all: Vec<(&str, BTreeSet<&str>)> = spaces.into_iter().collect();
    all.sort_by(|one, other| natural(one.0, other.0));
    let rest = all.split_off(all.len().min(MOST_SPACES));
    let chip = |(space, names): &(&str, BTreeSet<&str>)| Chip {
        id: id(&format!("{}-in", group_id(key)), space),
        target: Some(Target::Namespace((*space).to_owned())),
        look: Look::Card,
        tone: None,
        name: (*space).to_owned(),
        count: counted(names.len(), "app", "apps"),
        title: format!(
            "{} in {space}: {}",
            counted(names.len(), "app", "apps"),
            listed(names.iter().copied(), 12)
        ),
    };
    let mut chips: Vec<Chip> = all.iter().map(chip).collect();
    if !rest.is_empty() {
        let apps: usize = rest.iter().map(|(_, names)| names.len()).sum();
        chips.push(Chip {
            id: format!("{}-more", group_id(key)),
            target: None,
            look: Look::Card,
            tone: None,
            name: format!("and {} more", rest.len()),
            count: counted(apps, "app", "apps"),
            title: format!("{} in {} more namespaces", counted(apps, "app", "apps"), rest.len()),
        });
    }
    chips
}

fn legend(gathered: &Gathered) -> Vec<Key> {
    let asks = |wanted: Asks| gathered.groups.keys().any(|(_, asks)| *asks == wanted);
    let mut entries = Vec::new();
    if gathered.groups.keys().any(|key| is_open(*key)) {
        let words = "reached from the Internet, and nothing is declared to ask who it is";
        entries.push((Some(OPEN), words.to_owned()));
    }
    if asks(Asks::Yes) || asks(Asks::Partly) {
        entries.push((Some(LOCK), "a login is asked for before the app is reached".to_owned()));
    }
    let mut rows = vec![entries];
    if gathered.doors.contains_key(&Door::None) || gathered.ways.keys().any(is_dashed) {
        rows.push(vec![(None, "Dashed: what is not declared, or not published".to_owned())]);
    }
    rows
}
