//! The storage picture: where claims are kept, by which class, and what saves them.
//!
//! In: a [`Cluster`], a namespace or none, and where each thing leads. Out: a [`Diagram`]. It draws
//! what is declared: a claim without a backup is marked, for nothing here is seen to save it.

mod gather;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{
    Card, Chip, Column, Columns, Frame, Key, Lead, Share, chip_rows, counted, draw, gutter, listed,
    natural,
};
use super::{Links, id};
use crate::diagram::layout::{Block, MARGIN, WIDEST};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{Look, Scene, Stroke, px};
use crate::diagram::{Diagram, Target};
use crate::inventory::Cluster;
use gather::{Base, Gathered, Goal, Kind, Maker, Use};

/// Things of a namespace that get a chip each, in a picture of all and in one of that namespace.
const MOST_CHIPS: usize = 8;
/// The same in a picture of all that has few things, and how many these are.
const MOST_CHIPS_OF_FEW: usize = 36;
const FEW_USES: usize = 56;
const MOST_CHIPS_ALONE: usize = 60;
/// Boxes of each column.
const MOST_MAKERS: usize = 14;
const MOST_SPACES: usize = 24;
const MOST_GOALS: usize = 8;

const QUIET: Tone = Tone::Plain(Neutral::Muted);
const OPEN: Tone = Tone::Plain(Neutral::Warn);
const SAVED: Tone = Tone::Plain(Neutral::Focus);

const BASE_WIDTH: i32 = px(148);
const MAKER_WIDTH: i32 = px(172);
const GOAL_WIDTH: i32 = px(160);
const TRACKS: [i32; 3] = [2, 5, 3];
const SPACE_WIDTH: i32 = WIDEST
    - 2 * MARGIN
    - BASE_WIDTH
    - MAKER_WIDTH
    - GOAL_WIDTH
    - gutter(TRACKS[0])
    - gutter(TRACKS[1])
    - gutter(TRACKS[2]);

/// Ids of boxes that stand for what is beyond the bounds.
const MORE_MAKERS: &str = "more-classes";
const MORE_SPACES: &str = "more-namespaces";
const MORE_GOALS: &str = "more-backups";

/// The storage picture of a cluster, or of a namespace.
pub(super) fn storage(cluster: &Cluster, namespace: Option<&str>, links: Links) -> Diagram {
    let gathered = Gathered::new(cluster, namespace);
    let empty = gathered.makers.is_empty() && gathered.uses.is_empty();
    let of = namespace.map_or_else(|| cluster.name.shown().to_owned(), str::to_owned);
    let pen = Pen::new(&gathered, namespace.is_some(), links);
    Diagram {
        title: format!("Storage of {of}"),
        description: words::description(&gathered),
        caption: words::caption(&pen.left_out()),
        table: words::table(&gathered),
        scene: if empty { Scene::default() } else { draw(pen.columns()) },
    }
}

/// Makes the boxes and the lines.
struct Pen<'a> {
    gathered: &'a Gathered,
    links: Links<'a>,
    /// Backends in the order of their colours.
    bases: Vec<&'a Base>,
    makers: Vec<&'a Maker>,
    spaces: Vec<(&'a str, Vec<&'a Use>)>,
    goals: Vec<&'a Goal>,
    most_chips: usize,
}

impl<'a> Pen<'a> {
    fn new(gathered: &'a Gathered, alone: bool, links: Links<'a>) -> Self {
        let mut bases: Vec<&Base> = gathered.bases().into_iter().collect();
        let kind = |base: &Base| match base {
            Base::Backend(_) => 0,
            Base::Server(..) => 1,
            Base::Unknown => 2,
        };
        bases.sort_by(|one, other| {
            let names = || natural(&words::base_name(one), &words::base_name(other));
            kind(one).cmp(&kind(other)).then_with(names).then_with(|| one.cmp(other))
        });
        let place = |maker: &Maker| bases.iter().position(|base| **base == gathered.makers[maker]);
        let mut makers: Vec<&Maker> = gathered.makers.keys().collect();
        makers.sort_by(|one, other| {
            let names = || natural(&words::maker_name(one), &words::maker_name(other));
            place(one).cmp(&place(other)).then_with(names).then_with(|| one.cmp(other))
        });
        let mut spaces: Vec<(&str, Vec<&Use>)> = gathered.spaces().into_iter().collect();
        spaces.sort_by(|one, other| natural(one.0, other.0));
        let goals = gathered.goals.keys().collect();
        let most_chips = match gathered.uses.len() {
            _ if alone => MOST_CHIPS_ALONE,
            uses if uses <= FEW_USES => MOST_CHIPS_OF_FEW,
            _ => MOST_CHIPS,
        };
        Self { gathered, links, bases, makers, spaces, goals, most_chips }
    }

    fn columns(&self) -> Columns {
        let column = |heading: &str, width, tracks, blocks| Column {
            heading: heading.to_owned(),
            notes: vec![],
            width,
            tracks,
            blocks,
        };
        let mut list = vec![
            column("Kept on", BASE_WIDTH, TRACKS[0], self.base_boxes()),
            column("By class or export", MAKER_WIDTH, TRACKS[1], self.maker_boxes()),
            column("Claims by namespace", self.space_width(), TRACKS[2], self.space_boxes()),
        ];
        if !self.goals.is_empty() {
            list.push(column("Saved to", GOAL_WIDTH, 0, self.goal_boxes()));
        }
        Columns {
            list,
            leads: vec![
                (Share::Source, self.base_leads()),
                (Share::Source, self.maker_leads()),
                (Share::Target, self.goal_leads()),
            ],
            legend: self.legend(),
        }
    }

    /// Claims take the place of backups where none is declared.
    fn space_width(&self) -> i32 {
        if self.goals.is_empty() {
            SPACE_WIDTH + gutter(TRACKS[2]) + GOAL_WIDTH
        } else {
            SPACE_WIDTH
        }
    }

    fn base_tone(&self, base: &Base) -> Tone {
        match (base, self.bases.iter().position(|other| *other == base)) {
            (Base::Unknown, _) | (_, None) => QUIET,
            (_, Some(at)) => Tone::Store(at),
        }
    }

    fn maker_tone(&self, maker: &Maker) -> Tone {
        self.gathered.makers.get(maker).map_or(QUIET, |base| self.base_tone(base))
    }

    /// Backends whose classes have a box.
    fn drawn_bases(&self) -> Vec<&'a Base> {
        let shown = self.makers.iter().take(MOST_MAKERS);
        let used: BTreeSet<&Base> = shown.map(|maker| &self.gathered.makers[*maker]).collect();
        self.bases.iter().copied().filter(|base| used.contains(base)).collect()
    }

    fn base_boxes(&self) -> Vec<Block> {
        let card = |base: &Base| {
            let (name, detail) = (words::base_name(base), words::base_detail(base));
            let unknown = *base == Base::Unknown;
            Card {
                id: base_id(base),
                target: match base {
                    Base::Backend(name) => Some(Target::Storage(name.clone())),
                    _ => None,
                },
                look: if unknown { Look::Absent(QUIET) } else { Look::Card },
                tone: (!unknown).then(|| self.base_tone(base)),
                title: format!("{name}, {detail}"),
                name,
                details: vec![detail],
                tag: String::new(),
            }
        };
        let all = self.drawn_bases().into_iter().map(card);
        all.map(|card| card.block(BASE_WIDTH, self.links)).collect()
    }

    fn maker_boxes(&self) -> Vec<Block> {
        let card = |maker: &&Maker| {
            let (name, detail) =
                (words::maker_name(maker), words::maker_detail(self.gathered, maker));
            let uses = self.gathered.uses.iter().filter(|one| one.makers.contains(maker)).count();
            let of = self.gathered.makers[*maker] == Base::Unknown;
            let is_default = matches!(maker, Maker::Class(name)
                if self.gathered.classes.get(name).is_some_and(|(_, default)| *default));
            let uses = if uses == 0 { "unused".to_owned() } else { counted(uses, "use", "uses") };
            Card {
                id: maker_id(maker),
                target: None,
                look: if of { Look::Absent(QUIET) } else { Look::Card },
                tone: None,
                title: format!("{name}, {detail}: {uses}"),
                name,
                details: vec![detail, uses],
                tag: if is_default { "default".to_owned() } else { String::new() },
            }
        };
        let shown = self.makers.iter().take(MOST_MAKERS).map(card);
        let mut boxes: Vec<Block> = shown.map(|card| card.block(MAKER_WIDTH, self.links)).collect();
        let rest = self.makers.get(MOST_MAKERS..).unwrap_or_default();
        let names: Vec<String> = rest.iter().map(|maker| words::maker_name(maker)).collect();
        boxes.extend(self.more(MORE_MAKERS, &names, MAKER_WIDTH));
        boxes
    }

    /// A box for what is beyond the bounds.
    fn more(&self, of: &str, names: &[String], width: i32) -> Option<Block> {
        let card = Card {
            id: of.to_owned(),
            target: None,
            look: Look::Frame,
            tone: None,
            name: format!("and {} more", names.len()),
            details: vec![],
            tag: String::new(),
            title: listed(names.iter().map(String::as_str), 12),
        };
        (!names.is_empty()).then(|| card.block(width, self.links))
    }

    fn space_boxes(&self) -> Vec<Block> {
        let shown = self.spaces.iter().take(MOST_SPACES);
        let mut boxes: Vec<Block> = shown.map(|(name, uses)| self.space(name, uses)).collect();
        let rest = self.spaces.get(MOST_SPACES..).unwrap_or_default();
        let names: Vec<String> = rest.iter().map(|(name, _)| (*name).to_owned()).collect();
        boxes.extend(self.more(MORE_SPACES, &names, self.space_width()));
        boxes
    }

    fn space(&self, name: &str, uses: &[&Use]) -> Block {
        let unsaved = words::unsaved(uses);
        let counts = words::counts(uses);
        let tag = if unsaved > 0 { format!("{unsaved} without backup") } else { String::new() };
        let card = Card {
            id: id("namespace", name),
            target: Some(Target::Namespace(name.to_owned())),
            look: Look::Frame,
            tone: None,
            title: format!("{name}: {counts}{}{tag}", if tag.is_empty() { "" } else { "; " }),
            name: name.to_owned(),
            details: vec![counts],
            tag,
        };
        let chips =
            if uses.len() > self.most_chips { counted_chips(name, uses) } else { chips(uses) };
        let (width, across) = (self.space_width(), if self.goals.is_empty() { 3 } else { 2 });
        let rows = chip_rows(&chips, width, (across, across));
        Frame { card, chips }.block(width, rows, self.links)
    }

    fn goal_boxes(&self) -> Vec<Block> {
        let card = |goal: &&Goal| {
            let saving = &self.gathered.goals[*goal];
            let (name, details) = (words::goal_name(goal), words::goal_details(goal, saving));
            Card {
                id: goal_id(goal),
                target: None,
                look: Look::Toned(SAVED),
                tone: None,
                title: format!("{name}: {}", details.join(", ")),
                name,
                details,
                tag: String::new(),
            }
        };
        let shown = self.goals.iter().take(MOST_GOALS).map(card);
        let mut boxes: Vec<Block> = shown.map(|card| card.block(GOAL_WIDTH, self.links)).collect();
        let rest = self.goals.get(MOST_GOALS..).unwrap_or_default();
        let names: Vec<String> = rest.iter().map(|goal| words::goal_name(goal)).collect();
        boxes.extend(self.more(MORE_GOALS, &names, GOAL_WIDTH));
        boxes
    }

    fn shown_maker(&self, maker: &Maker) -> String {
        let shown = self.makers.iter().take(MOST_MAKERS).any(|other| *other == maker);
        if shown { maker_id(maker) } else { MORE_MAKERS.to_owned() }
    }

    fn shown_space(&self, at: usize) -> String {
        if at < MOST_SPACES { id("namespace", self.spaces[at].0) } else { MORE_SPACES.to_owned() }
    }

    fn shown_goal(&self, goal: &Goal) -> String {
        let shown = self.goals.iter().take(MOST_GOALS).any(|other| *other == goal);
        if shown { goal_id(goal) } else { MORE_GOALS.to_owned() }
    }

    fn base_leads(&self) -> Vec<Lead> {
        let shown = self.makers.iter().take(MOST_MAKERS);
        let lead = |maker: &&Maker| {
            let base = &self.gathered.makers[*maker];
            Lead {
                from: base_id(base),
                to: maker_id(maker),
                tone: self.base_tone(base),
                stroke: if *base == Base::Unknown { Stroke::Dashed } else { Stroke::Solid },
                title: format!("Classes and exports of {}", words::base_name(base)),
            }
        };
        shown.map(lead).collect()
    }

    fn maker_leads(&self) -> Vec<Lead> {
        let mut leads = Vec::new();
        let mut seen = BTreeSet::new();
        for maker in &self.makers {
            for (at, (_, uses)) in self.spaces.iter().enumerate() {
                let (from, to) = (self.shown_maker(maker), self.shown_space(at));
                let used = uses.iter().any(|one| one.makers.contains(*maker));
                if !used || !seen.insert((from.clone(), to.clone())) {
                    continue;
                }
                let beyond = from == MORE_MAKERS;
                let unknown = self.gathered.makers[*maker] == Base::Unknown;
                leads.push(Lead {
                    from,
                    to,
                    tone: if beyond { QUIET } else { self.maker_tone(maker) },
                    stroke: if unknown && !beyond { Stroke::Dashed } else { Stroke::Solid },
                    title: format!("What is kept by {}", words::maker_name(maker)),
                });
            }
        }
        leads
    }

    fn goal_leads(&self) -> Vec<Lead> {
        let mut leads = Vec::new();
        let mut seen = BTreeSet::new();
        for goal in &self.goals {
            for (at, (_, uses)) in self.spaces.iter().enumerate() {
                let (from, to) = (self.shown_space(at), self.shown_goal(goal));
                let saved = uses.iter().any(|one| one.goals.contains(*goal));
                if saved && seen.insert((from.clone(), to.clone())) {
                    let title = format!("What is saved to {}", words::goal_name(goal));
                    leads.push(Lead { from, to, tone: SAVED, stroke: Stroke::Solid, title });
                }
            }
        }
        leads
    }

    /// What has no box of its own, in sentences.
    fn left_out(&self) -> Vec<String> {
        let counted = self.spaces.iter().any(|(_, uses)| uses.len() > self.most_chips);
        let text = "Namespaces with many claims are counted; the table names each.";
        if counted { vec![text.to_owned()] } else { vec![] }
    }

    fn legend(&self) -> Vec<Key> {
        let mut entries = Vec::new();
        if self.gathered.uses.iter().any(Use::is_unsaved) {
            entries.push((Some(OPEN), "dashed: no backup of it is declared".to_owned()));
        }
        for base in self.drawn_bases().into_iter().filter(|base| **base != Base::Unknown) {
            let name = crate::diagram::text::shorten(&words::base_name(base));
            entries.push((Some(self.base_tone(base)), format!("kept on {name}")));
        }
        let none = self.goals.is_empty().then_some("No backup is declared in this repository.");
        vec![entries, none.map(|words| (None, words.to_owned())).into_iter().collect()]
    }
}

fn base_id(base: &Base) -> String {
    match base {
        Base::Backend(name) => id("backend", name),
        Base::Server(protocol, name) => id("server", &format!("{protocol} {name}")),
        Base::Unknown => "backend-unknown".to_owned(),
    }
}

fn maker_id(maker: &Maker) -> String {
    match maker {
        Maker::Class(name) => id("class", name),
        Maker::Export(protocol, server, path) => {
            id("export", &format!("{protocol} {server} {path}"))
        }
        Maker::Volume(driver) => id("volume", driver),
        Maker::None => "no-class".to_owned(),
    }
}

fn goal_id(goal: &Goal) -> String {
    match goal {
        Goal::Repository(name, tool) => id("repository", &format!("{tool} {name}")),
        Goal::Tool(tool) => id("tool", tool),
    }
}

fn kind_id(kind: Kind) -> &'static str {
    match kind {
        Kind::Claim => "claim",
        Kind::Template => "template",
        Kind::Mount => "mount",
    }
}

fn chips(uses: &[&Use]) -> Vec<Chip> {
    let mut sorted = uses.to_vec();
    sorted.sort_by(|one, other| {
        one.kind.cmp(&other.kind).then_with(|| natural(&one.name, &other.name))
    });
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let chip = |one: &&Use| {
        let unsaved = one.is_unsaved();
        let place = id(kind_id(one.kind), &one.id);
        let count = taken.entry(place.clone()).or_default();
        *count += 1;
        Chip {
            id: if *count > 1 { format!("{place}-{count}") } else { place },
            target: one.app.clone().map(Target::App),
            look: if unsaved { Look::Absent(OPEN) } else { Look::Card },
            tone: unsaved.then_some(OPEN),
            name: if one.kind == Kind::Template { template(one, uses) } else { one.name.clone() },
            count: match one.kind {
                Kind::Mount => "mount".to_owned(),
                _ => one.size.clone(),
            },
            title: words::use_title(one),
        }
    };
    sorted.iter().map(chip).collect()
}

/// What a template is of, without its path in a chart's values: its owner, or of `stack/web.storage`
/// the `web` where the owner has more of them.
fn template(one: &Use, uses: &[&Use]) -> String {
    let Some((owner, path)) = one.name.rsplit_once('/') else { return one.name.clone() };
    let same = |other: &&&Use| {
        other.kind == Kind::Template && other.name.rsplit_once('/').is_some_and(|it| it.0 == owner)
    };
    if uses.iter().filter(same).count() < 2 {
        return owner.to_owned();
    }
    path.split('.').next().unwrap_or(path).to_owned()
}

/// Two chips: what is saved, and what is not; and one for mounts.
fn counted_chips(space: &str, uses: &[&Use]) -> Vec<Chip> {
    let (mounts, claims): (Vec<&Use>, Vec<&Use>) =
        uses.iter().partition(|one| one.kind == Kind::Mount);
    let (unsaved, saved): (Vec<&Use>, Vec<&Use>) = claims.iter().partition(|one| one.is_unsaved());
    let chip = |kind: &str, name: String, uses: &[&Use], open: bool| Chip {
        id: id(kind, space),
        target: None,
        look: if open { Look::Absent(OPEN) } else { Look::Card },
        tone: open.then_some(OPEN),
        name,
        count: String::new(),
        title: words::titles(uses),
    };
    let chips = [
        (!saved.is_empty()).then(|| chip("saved", format!("{} saved", saved.len()), &saved, false)),
        (!unsaved.is_empty())
            .then(|| chip("unsaved", format!("{} without backup", unsaved.len()), &unsaved, true)),
        (!mounts.is_empty()).then(|| {
            let words = counted(mounts.len(), "mount of a share", "mounts of shares");
            chip("mounts", words, &mounts, false)
        }),
    ];
    chips.into_iter().flatten().collect()
}
