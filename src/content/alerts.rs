//! GitHub's alerts (`> [!NOTE]`) become asides, and folded ones (`> [!NOTE]-`) details.
//!
//! In: the kind of a block quote, or its first line. Out: the HTML before and behind its content.

use pulldown_cmark::BlockQuoteKind;

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

/// The names of all kinds, as they are written.
pub(super) const NAMES: [&str; 5] = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];

const KINDS: [Kind; 5] = [Kind::Note, Kind::Tip, Kind::Important, Kind::Warning, Kind::Caution];

impl From<BlockQuoteKind> for Kind {
    fn from(kind: BlockQuoteKind) -> Self {
        match kind {
            BlockQuoteKind::Note => Self::Note,
            BlockQuoteKind::Tip => Self::Tip,
            BlockQuoteKind::Important => Self::Important,
            BlockQuoteKind::Warning => Self::Warning,
            BlockQuoteKind::Caution => Self::Caution,
        }
    }
}

impl Kind {
    /// Its title where the author gives none.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Tip => "Tip",
            Self::Important => "Important",
            Self::Warning => "Warning",
            Self::Caution => "Caution",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }
}

/// Whether an alert can be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// It is always open.
    Never,
    /// `+`: it is open at first.
    Open,
    /// `-`: it is closed at first.
    Closed,
}

/// The first line of an alert that is more than `[!NOTE]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What it is about.
    pub(super) kind: Kind,
    /// Whether it can be folded.
    pub(super) fold: Fold,
    /// What stands before the title, as written.
    pub(super) sign: String,
}

/// Reads the first line of a quote; the name where it is that of no alert.
pub(super) fn line(quote: &str) -> Option<Result<Line, String>> {
    let inner = quote.trim_start_matches(' ').strip_prefix('>')?;
    let line = inner.trim_start_matches(' ').strip_prefix("[!")?.lines().next()?;
    let (name, rest) = line.split_once(']')?;
    let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic());
    if !is_name {
        return None;
    }
    let Some(at) = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name)) else {
        return Some(Err(name.to_owned()));
    };
    let (fold, mark) = match rest.chars().next() {
        Some('-') => (Fold::Closed, "-"),
        Some('+') => (Fold::Open, "+"),
        _ => (Fold::Never, ""),
    };
    Some(Ok(Line { kind: KINDS[at], fold, sign: format!("[!{name}]{mark}") }))
}

/// What stands around an alert's title and content.
pub(super) struct Frame {
    /// Before the title.
    pub(super) open: String,
    /// Behind the title.
    pub(super) close_title: &'static str,
    /// Behind the content.
    pub(super) close: &'static str,
}

/// The frame of an alert.
pub(super) fn frame(kind: Kind, fold: Fold) -> Frame {
    let class = kind.class();
    let open = match fold {
        Fold::Never => {
            let open = format!(
                "<aside class=\"alert alert-{class}\" role=\"note\">\n<p class=\"alert-title\">"
            );
            return Frame { open, close_title: "</p>\n", close: CLOSE };
        }
        Fold::Open => " open",
        Fold::Closed => "",
    };
    let open =
        format!("<details class=\"alert alert-{class}\"{open}>\n<summary class=\"alert-title\">");
    Frame { open, close_title: "</summary>\n", close: "</details>\n" }
}

/// What opens an alert, with its title.
pub(super) fn open(kind: Kind) -> String {
    let frame = frame(kind, Fold::Never);
    format!("{}{}{}", frame.open, kind.title(), frame.close_title)
}

/// What closes it.
pub(super) const CLOSE: &str = "</aside>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines() {
        let check = |text: &str, expected: Option<Result<(Kind, Fold, &str), &str>>| {
            let found = line(text);
            let found = found.as_ref().map(|found| match found {
                Ok(line) => Ok((line.kind, line.fold, line.sign.as_str())),
                Err(name) => Err(name.as_str()),
            });
            assert_eq!(found, expected, "{text}");
        };
        check("> [!NOTE]- a", Some(Ok((Kind::Note, Fold::Closed, "[!NOTE]-"))));
        check(" >[!warning]+", Some(Ok((Kind::Warning, Fold::Open, "[!warning]+"))));
        check("> > [!TIP] x", None);
        check("> [!TIP] x\n> y", Some(Ok((Kind::Tip, Fold::Never, "[!TIP]"))));
        check("> [!WARN] x", Some(Err("WARN")));
        check("> [!] x", None);
        check("> ![a](b)", None);
    }
}
