//! Icons by the names that badges give them: `mdi:server-outline`, `si:talos`.
//!
//! In: a name. Out: an icon's path. The tables are built into the binary in blocks of 64 icons that
//! are deflated on their own, so that one icon costs one block, for a moment, and no memory after.

use std::io::Read as _;

/// One picture in a square of 24 units, drawn in one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Icon {
    path: Box<str>,
}

impl Icon {
    /// SVG path data.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// A collection of icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Set {
    /// `mdi`: Material Design Icons by Pictogrammers.
    MaterialDesign,
    /// `si`: Simple Icons, which are brands.
    Simple,
}

impl Set {
    /// All collections.
    pub const ALL: [Self; 2] = [Self::MaterialDesign, Self::Simple];

    /// What stands before the colon in a name.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::MaterialDesign => "mdi",
            Self::Simple => "si",
        }
    }

    fn table(self) -> &'static [u8] {
        match self {
            Self::MaterialDesign => include_bytes!("../../../badges/assets/icons/mdi.bin"),
            Self::Simple => include_bytes!("../../../badges/assets/icons/si.bin"),
        }
    }
}

/// The icon of a name with its collection, such as `mdi:server-outline`.
pub fn find(name: &str) -> Option<Icon> {
    let (set, name) = split(name)?;
    let text = inflate(blocks(set).take_while(|block| block.first <= name).last()?);
    let path = text.lines().filter_map(line).find(|(other, _)| *other == name)?.1.into();
    Some(Icon { path })
}

/// Whether there is an icon of this name.
pub fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// All names of a collection, sorted, each with its prefix; for suggestions.
///
/// This reads the whole collection and is meant for when something is wrong.
pub fn names(set: Set) -> Vec<String> {
    let named = |line: &str| Some(format!("{}:{}", set.prefix(), self::line(line)?.0));
    let of_block = |block| inflate(block).lines().filter_map(named).collect::<Vec<_>>();
    blocks(set).flat_map(of_block).collect()
}

fn split(name: &str) -> Option<(Set, &str)> {
    let (prefix, name) = name.split_once(':')?;
    let set = Set::ALL.into_iter().find(|set| set.prefix() == prefix)?;
    Some((set, name))
}

fn line(line: &str) -> Option<(&str, &str)> {
    line.split_once('\t')
}

/// Some icons that are deflated together.
#[derive(Clone, Copy)]
struct Block {
    first: &'static str,
    data: &'static [u8],
}

/// The blocks of a collection by name. The format is in `badges/assets/make.py`.
fn blocks(set: Set) -> impl Iterator<Item = Block> {
    let (count, mut index) = set.table().split_at(2);
    let count = u16::from_le_bytes([count[0], count[1]]);
    let mut entries = Vec::with_capacity(count.into());
    for _ in 0..count {
        let (length, rest) = index.split_at(4);
        let (name, rest) = rest[1..].split_at(rest[0].into());
        let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
        entries.push((length as usize, std::str::from_utf8(name).expect("bug: names are ASCII")));
        index = rest;
    }
    let mut data = index;
    entries.into_iter().map(move |(length, first)| {
        let (block, rest) = data.split_at(length);
        data = rest;
        Block { first, data: block }
    })
}

fn inflate(block: Block) -> String {
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(block.data)
        .read_to_string(&mut text)
        .expect("bug: the embedded icons are whole");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_are_found_by_name() {
        let icon = find("mdi:server-outline").expect("the icon is there");
        assert!(icon.path().starts_with("M2 4.6V9.4C2 10.3"), "{}", icon.path());
        for name in
            ["si:talos", "si:kubernetes", "mdi:cpu-64-bit", "mdi:ab-testing", "mdi:zodiac-virgo"]
        {
            assert!(exists(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for name in
            ["", "mdi:", "si:", "kubernetes", "fa:server", "mdi:zzzz", "mdi:a", "si:\t", "SI:talos"]
        {
            assert!(!exists(name), "{name}");
        }
    }

    #[test]
    fn collections_are_whole() {
        let check = |set, count| {
            let names = names(set);
            assert_eq!(names.len(), count);
            assert!(names.is_sorted());
        };
        check(Set::MaterialDesign, 7447);
        check(Set::Simple, 3453);
    }

    #[test]
    fn every_icon_is_one_path_that_needs_no_escape() {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" ,.-".contains(&byte);
        for block in Set::ALL.into_iter().flat_map(blocks) {
            for (name, path) in inflate(block).lines().filter_map(line) {
                assert!(path.bytes().all(plain) && path.len() < 60_000, "{name}");
            }
        }
    }
}
