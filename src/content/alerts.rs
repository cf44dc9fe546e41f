//! GitHub's alerts (`> [!NOTE]`) become asides.
//!
//! In: the kind of a block quote. Out: the HTML before and behind its content.

use pulldown_cmark::BlockQuoteKind;

/// What opens an alert, with its title.
pub(super) fn open(kind: BlockQuoteKind) -> String {
    let (class, title) = match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    };
    format!(
        "<aside class=\"alert alert-{class}\" role=\"note\">\n<p class=\"alert-title\">{title}</p>\n"
    )
}

/// What closes it.
pub(super) const CLOSE: &str = "</aside>\n";
