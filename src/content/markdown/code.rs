//! Code blocks, the lists that explain them, and fragments of manifests.

use pulldown_cmark::{Event, Tag};

use super::{Diagnostic, Open, Range, Writer, directives, fences};
use crate::content::code::{self, Block, Notes};
use crate::content::fences::Info;
use crate::content::{highlight, paths};
use crate::diagnostic::Place;

/// Where the writer is among code blocks.
#[derive(Default)]
pub(super) struct State {
    /// A block with annotations, until it is known whether a list follows.
    pending: Option<Pending>,
    /// How many blocks have annotations.
    count: usize,
    /// The annotations that the list explains which starts next.
    explained: Option<NoteList>,
    /// For each open list, the annotations that it explains.
    lists: Vec<Option<NoteList>>,
}

struct Pending {
    info: Info,
    text: String,
    notes: Notes,
    range: Range<usize>,
}

/// A list behind a code block.
struct NoteList {
    /// The number of the block.
    block: usize,
    /// The number of the next item.
    next: usize,
    /// The largest number in the code.
    last: usize,
    range: Range<usize>,
}

impl Writer<'_, '_> {
    /// Writes the code block that waits for what follows it.
    pub(super) fn flush_code(&mut self, next: &Event) {
        let Some(pending) = self.code.pending.take() else { return };
        let Pending { info, text, notes, range } = pending;
        let is_explained = matches!(next, Event::Start(Tag::List(Some(_))));
        if is_explained {
            self.code.count += 1;
            let last = notes.marks.iter().map(|(_, number)| *number).max().unwrap_or(0);
            let block = self.code.count;
            self.code.explained = Some(NoteList { block, next: 1, last, range });
        }
        let notes = is_explained.then_some((&notes, self.code.count));
        let figure = code::figure(&Block { info: &info, text: &text, notes });
        self.push(Event::Html(figure.into()));
    }

    pub(super) fn start_list(&mut self, first: Option<u64>, range: &Range<usize>) {
        let explained = self.code.explained.take();
        match &explained {
            Some(_) => self.html("<ol class=\"code-notes\">\n".to_owned()),
            None => self.push(Event::Start(Tag::List(first))),
        }
        let start = first.map_or(1, |first| first as usize);
        let list = explained.map(|list| NoteList { next: start, range: range.clone(), ..list });
        self.code.lists.push(list);
    }

    pub(super) fn start_item(&mut self) {
        let Some(Some(list)) = self.code.lists.last_mut() else {
            return self.push(Event::Start(Tag::Item));
        };
        let item = format!("<li id=\"note-{}-{}\">", list.block, list.next);
        list.next += 1;
        self.html(item);
    }

    pub(super) fn end_list(&mut self) {
        let Some(Some(list)) = self.code.lists.pop() else { return };
        if list.next > list.last {
            return;
        }
        let message = format!("no item of the list explains the mark `({})`", list.last);
        let span = self.first_line(&list.range);
        let help = "add an item for each number in the code above";
        self.warn("content/code-note", &message, span, help);
    }

    pub(super) fn end_code(&mut self) {
        let Some(Open::Code { info, text, range }) = self.open.pop() else { return };
        let text = directives::restored(text, self.directives);
        let Some(written) = info else {
            let info = Info::default();
            let figure = code::figure(&Block { info: &info, text: &text, notes: None });
            return self.push(Event::Html(figure.into()));
        };
        self.check_end_of_fence(&range);
        let (mut info, problems) = fences::info(&written);
        for (message, help, part) in problems {
            self.fence_problem(message, help, written.get(part).unwrap_or_default(), &range);
        }
        if matches!(info.language.as_str(), "manifest" | "include") {
            let figure = self.manifest(&info, &text, &range);
            return self.push(Event::Html(figure.into()));
        }
        let is_mermaid = info.language == "mermaid";
        if let Some(figure) = is_mermaid.then(|| self.mermaid(&mut info, &text, &range)).flatten() {
            return self.push(Event::Html(figure.into()));
        }
        self.check_language(&info, &range);
        if let Some((message, help, _)) = fences::beyond(&info, text.lines().count()) {
            self.fence_problem(message, help, "", &range);
        }
        if let Some(notes) = code::notes(&text) {
            self.code.pending = Some(Pending { info, text, notes, range });
            return;
        }
        let figure = code::figure(&Block { info: &info, text: &text, notes: None });
        self.push(Event::Html(figure.into()));
    }

    fn fence_problem(
        &mut self,
        message: String,
        help: Option<String>,
        part: &str,
        range: &Range<usize>,
    ) {
        let line = self.text.get(range.clone()).and_then(|block| block.lines().next());
        let line = range.start..range.start + line.map_or(1, str::len);
        let found = Diagnostic::warning("content/code-attribute", message);
        let found = found.at(self.span_of(part, &line));
        self.report(match help {
            Some(help) => found.help(help),
            None => found,
        });
    }

    /// Tells of a fence that the end of the page, quote or list closes.
    fn check_end_of_fence(&mut self, range: &Range<usize>) {
        let block = self.text.get(range.clone()).unwrap_or_default().trim_end();
        let last = block.rsplit_once('\n').map_or("", |(_, last)| last);
        let last = last.trim_start_matches([' ', '\t', '>']).trim_end();
        let is_fence =
            last.len() > 2 && ['`', '~'].iter().any(|sign| last.trim_matches(*sign).is_empty());
        if !is_fence {
            let span = self.first_line(range);
            let help = "close it with a line of as many backticks";
            self.warn("content/open-fence", "the code block is never closed", span, help);
        }
    }

    /// Tells of a language that is a slip of the hand.
    fn check_language(&mut self, info: &Info, range: &Range<usize>) {
        let Some(near) = highlight::misspelt(&info.language) else { return };
        let line = self.text.get(range.clone()).and_then(|block| block.lines().next());
        let line = range.start..range.start + line.map_or(1, str::len);
        let message = format!("there is no language `{}`", info.language);
        let span = self.span_of(&info.language, &line);
        let help = format!("did you mean `{near}`?");
        self.warn("content/code-language", &message, span, &help);
    }

    /// A diagram; none where its kind is not drawn, or an error says why.
    fn mermaid(&mut self, info: &mut Info, text: &str, range: &Range<usize>) -> Option<String> {
        let title = info.title.as_deref().unwrap_or("Flowchart");
        match self.reader.components.mermaid(text, title) {
            Ok(Some(html)) => return Some(html),
            Ok(None) => info.title = info.title.take().or(Some("Mermaid, as text".to_owned())),
            Err(found) => {
                let block = self.text.get(range.clone()).unwrap_or_default();
                let place = |at| range.start + fences::in_block(block, text, at);
                let moved = |mut one: Diagnostic| {
                    if let Place::Span(span) = one.place {
                        let (start, end) = (place(span.range().start), place(span.range().end));
                        one.place = Place::Span(self.span(start..end.max(start)));
                    }
                    one
                };
                let found: Vec<Diagnostic> = found.into_iter().map(moved).collect();
                self.document.diagnostics.extend(found);
            }
        }
        None
    }

    fn manifest(&mut self, info: &Info, text: &str, range: &Range<usize>) -> String {
        let span = self.first_line(range);
        let code = "content/manifest-fragment";
        match fences::request(text).map(|request| self.reader.components.manifest(&request)) {
            Ok(Ok(mut fragment)) => {
                if let Some(href) = fragment.href.as_mut().filter(|href| href.starts_with('/')) {
                    *href = paths::relative(self.reader.from.slug, &href[1..]);
                }
                if let Some((message, help, _)) =
                    fences::beyond(info, fragment.code.lines().count())
                {
                    self.fence_problem(message, help, "", range);
                }
                return code::manifest(info, &fragment);
            }
            Ok(Err(error)) => {
                let span = self.wrong_value(&error.message, range).unwrap_or(span);
                let found = Diagnostic::error(code, error.message).at(span);
                self.report(match error.help {
                    Some(help) => found.help(help),
                    None => found,
                });
            }
            Err(message) => {
                let help = "name an `object` (and a `field`), or a `file` (and `lines`)";
                let span = self.wrong_value(&message, range).unwrap_or(span);
                self.report(Diagnostic::error(code, message).at(span).help(help));
            }
        }
        String::new()
    }

    /// The place of the name that a message about a fence is about, where the fence holds it.
    fn wrong_value(&self, message: &str, range: &Range<usize>) -> Option<crate::source::Span> {
        let mut names = message.split('`').skip(1).step_by(2).collect::<Vec<_>>();
        names.sort_by_key(|name| name.len());
        names.extend(message.starts_with("lines ").then_some("lines:"));
        let block = self.text.get(range.clone())?;
        let body = block.find('\n')?;
        names.iter().find_map(|name| {
            let at = body + block[body..].rfind(name)?;
            Some(self.span(range.start + at..range.start + at + name.len()))
        })
    }
}
