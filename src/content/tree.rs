//! A nested list of names becomes a tree of files.
//!
//! In: the events of the list. Out: the same, with a class on each item that says file or folder,
//! and what stands behind a name as a note. A folder is what holds a list, or ends in `/`.

use pulldown_cmark::{Event, Tag, TagEnd};

/// The list as a tree, and whether there was a list.
pub(super) fn entries(content: Vec<Event<'_>>) -> (Vec<Event<'_>>, bool) {
    let folders = folders(&content);
    let has_list = !folders.is_empty();
    let mut folders = folders.into_iter();
    let (mut out, mut state) = (Vec::with_capacity(content.len()), Name::Outside);
    let mut marks = 0_usize;
    for event in content {
        match event {
            Event::Start(Tag::Item) => {
                let is_folder = folders.next().unwrap_or_default();
                let class = if is_folder { "folder" } else { "file" };
                out.push(Event::Html(format!("<li class=\"{class}\">").into()));
                (state, marks) = (Name::Open, 0);
            }
            Event::Text(text) if state == Name::Open && marks == 0 => {
                let Some((name, note)) = text.split_once(char::is_whitespace) else {
                    out.push(Event::Text(text));
                    continue;
                };
                out.push(Event::Text(name.to_owned().into()));
                out.push(Event::InlineHtml(" <span class=\"tree-note\">".into()));
                out.push(Event::Text(note.trim_start().to_owned().into()));
                state = Name::Noted;
            }
            event => {
                match inline(&event) {
                    Inline::Open => marks += 1,
                    Inline::Close => marks = marks.saturating_sub(1),
                    Inline::Within => {}
                    Inline::Not => close(&mut out, &mut state),
                }
                out.push(event);
            }
        }
    }
    close(&mut out, &mut state);
    (out, has_list)
}

/// What an event is to the words around it.
enum Inline {
    Open,
    Close,
    Within,
    Not,
}

fn inline(event: &Event) -> Inline {
    match event {
        Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => Inline::Open,
        Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => Inline::Close,
        Event::InlineHtml(html) if html.starts_with("<a ") => Inline::Open,
        Event::InlineHtml(html) if &**html == "</a>" => Inline::Close,
        Event::InlineHtml(html) if html.starts_with("<img ") => Inline::Within,
        Event::Start(Tag::Paragraph)
        | Event::Text(_)
        | Event::Code(_)
        | Event::SoftBreak
        | Event::HardBreak => Inline::Within,
        _ => Inline::Not,
    }
}

/// Where in an item a reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Outside,
    Open,
    Noted,
}

fn close(out: &mut Vec<Event<'_>>, state: &mut Name) {
    if *state == Name::Noted {
        out.push(Event::InlineHtml("</span>".into()));
    }
    *state = Name::Outside;
}

/// For each item in order, whether it is a folder.
fn folders(content: &[Event<'_>]) -> Vec<bool> {
    let (mut folders, mut open) = (Vec::new(), Vec::<(usize, bool)>::new());
    for event in content {
        match event {
            Event::Start(Tag::Item) => {
                open.push((folders.len(), true));
                folders.push(false);
            }
            Event::End(TagEnd::Item) => drop(open.pop()),
            Event::Start(Tag::List(_)) => {
                if let Some((at, _)) = open.last() {
                    folders[*at] = true;
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((at, is_name)) = open.last_mut() {
                    let name = text.split_whitespace().next().unwrap_or_default();
                    folders[*at] |= *is_name && name.ends_with('/');
                    *is_name &= name.is_empty();
                }
            }
            _ => {}
        }
    }
    folders
}
