//! Ids of blobs become their bytes.
//!
//! In: ids in the order that is wanted. Out: the bytes of each, through one `git cat-file --batch`
//! (imperative shell, by the process that `resolve` makes).

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::thread;

use super::resolve::{Commit, command, no_git, shallow};
use super::{RevisionError, tree};

/// Reads blobs; the sum of their sizes was checked against the listing.
pub(super) fn read(commit: &Commit, ids: &[&str]) -> Result<Vec<Vec<u8>>, RevisionError> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut child = command(&commit.top, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(no_git)?;
    let input = child.stdin.take().expect("bug: standard input is piped");
    let output = child.stdout.take().expect("bug: standard output is piped");
    // Asking and reading at once: a pipe holds less than either side wants to write.
    let contents = thread::scope(|scope| {
        scope.spawn(|| ask(input, ids));
        answers(output, ids)
    });
    if contents.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
    contents.map_err(|reason| incomplete(commit, &reason))
}

/// Writes the ids; where `git` is gone, the answers say so.
fn ask(mut input: ChildStdin, ids: &[&str]) {
    for id in ids {
        if writeln!(input, "{id}").is_err() {
            return;
        }
    }
}

fn answers(output: ChildStdout, ids: &[&str]) -> io::Result<Vec<Vec<u8>>> {
    let mut output = BufReader::new(output);
    ids.iter().map(|_| answer(&mut output)).collect()
}

/// `ID blob SIZE`, the bytes, and a line break.
fn answer(output: &mut BufReader<ChildStdout>) -> io::Result<Vec<u8>> {
    let mut line = String::new();
    output.take(200).read_line(&mut line)?;
    let mut words = line.split_whitespace().skip(1);
    let size = match (words.next(), words.next().and_then(|size| size.parse::<u64>().ok())) {
        (Some("blob"), Some(size)) if size <= tree::MAX_TEXT => size,
        (Some("missing"), _) => return Err(io::Error::other("a file's content is not here")),
        _ => return Err(io::Error::other("git gave no content")),
    };
    let mut bytes = vec![0; size as usize];
    output.read_exact(&mut bytes)?;
    output.read_exact(&mut [0])?;
    Ok(bytes)
}

/// A partial clone leaves out what was never looked at, and is not asked to fetch it now.
fn incomplete(commit: &Commit, reason: &io::Error) -> RevisionError {
    let help = shallow(&commit.top).unwrap_or_else(|| {
        format!(": {reason}; where this is a partial clone, check the commit out once to fetch it")
    });
    RevisionError::Incomplete { commit: commit.short().to_owned(), help }
}
