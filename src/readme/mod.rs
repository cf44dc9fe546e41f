//! Blocks in a Markdown file that are filled from the cluster, for READMEs on a forge.
//!
//! In: a Markdown file of the sources, the [`Cluster`] and what the rules found. Out: the same text
//! with its blocks filled, and the pictures that they show. What stands outside of a block is never
//! touched; equal input gives equal bytes. It never reads or writes a file.

mod apps;
mod blocks;
mod fact;
mod gfm;
mod kinds;
mod pictures;
mod suggest;
mod tree;

use std::collections::BTreeMap;

use crate::audit::Settled;
use crate::diagnostic::Diagnostic;
use crate::inventory::Cluster;
use crate::source::{FileId, Sources};

use blocks::Block;
pub use kinds::{KINDS, Kind};
pub use suggest::suggest;

/// Folder that pictures are kept in unless a block names another.
pub const PICTURES: &str = ".github/rackbook";

/// What blocks are filled from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// All files that were read.
    pub sources: &'a Sources,
    /// What they declare.
    pub cluster: &'a Cluster,
    /// What the rules found.
    pub settled: &'a Settled,
    /// Address of the published handbook, without a `/` at its end: names link to its pages.
    pub url: Option<&'a str>,
    /// Badges that can be kept as files.
    pub badges: &'a [Badge],
}

/// A badge of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Its id.
    pub id: String,
    /// What it says, for those who do not see it: `Nodes: 15`.
    pub words: String,
    /// The picture; none where it needs a Prometheus, as a file would show an old value as if it
    /// were new.
    pub svg: Option<Vec<u8>>,
}

/// A file with its blocks filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The whole text.
    pub text: String,
    /// Pictures, by their paths from the root that the Markdown file is in.
    pub files: BTreeMap<String, Vec<u8>>,
    /// How many blocks it has.
    pub blocks: usize,
}

/// Whether a text may have a block.
pub fn has_block(text: &str) -> bool {
    text.contains(blocks::BEGIN)
}

/// Fills all blocks of a file. A block with an error keeps what it has.
pub fn fill(input: &Input<'_>, file: FileId) -> (Filled, Vec<Diagnostic>) {
    let text = input.sources.text(file);
    let (blocks, mut diagnostics) = blocks::find(text, file);
    let mut filled = Filled { blocks: blocks.len(), ..Filled::default() };
    let mut end = 0;
    for block in &blocks {
        filled.text.push_str(&text[end..block.inner.start]);
        match content(input, file, block) {
            Ok(made) => {
                filled.text.push_str(&block.wrapped(&made.text, text));
                filled.files.extend(made.files);
            }
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                filled.text.push_str(&text[block.inner.clone()]);
            }
        }
        end = block.inner.end;
    }
    filled.text.push_str(&text[end..]);
    (filled, diagnostics)
}

/// What a block holds.
#[derive(Default)]
struct Made {
    text: String,
    files: BTreeMap<String, Vec<u8>>,
}

fn content(input: &Input<'_>, file: FileId, block: &Block) -> Result<Made, Box<Diagnostic>> {
    let kind = kinds::find(block)?;
    block.check_arguments(kind)?;
    let path = &input.sources.file(file).path;
    let made = (kind.make)(&kinds::Call { input, block, path })?;
    if block.is_inline && made.text.contains('\n') {
        let message = format!("`{}` gives more than a line", kind.name);
        let problem = Diagnostic::error("readme/inline", message).at(block.name);
        return Err(Box::new(problem.help("put `begin` and `end` on lines of their own")));
    }
    Ok(made)
}
