//! A page as Markdown, for programs and people who read text: [`markdown()`].
//!
//! In: the tree of a page's main part. Out: Markdown with facts filled in and pictures named.
//! Links within the site lead to the Markdown of the other page. What only a screen shows, such as
//! contents lists, is left out.

use super::{Element, Node, tree};

/// The Markdown of a page's main part.
pub(in crate::site) fn markdown(main: &str) -> String {
    let mut writer = Writer::default();
    writer.blocks(&tree(main));
    let mut out = String::with_capacity(writer.out.len());
    let mut blank = 0;
    for line in writer.out.lines() {
        blank = if line.trim().is_empty() { blank + 1 } else { 0 };
        if blank < 2 && !(out.is_empty() && blank > 0) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

#[derive(Default)]
struct Writer {
    out: String,
    /// What stands before each line: of quotes and lists.
    indent: String,
    /// Of the code in the figure that is being read.
    language: String,
}

/// Elements that stand within a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "br", "code", "del", "em", "i", "img", "input", "ins", "kbd", "label",
    "mark", "math", "q", "s", "small", "span", "strong", "sub", "sup", "svg", "time", "var", "wbr",
];

impl Writer {
    fn blocks(&mut self, element: &Element<'_>) {
        let mut run: Vec<&Node<'_>> = vec![];
        for node in &element.children {
            match node {
                Node::Element(inner) if !INLINE.contains(&inner.name) => {
                    self.paragraph(&run);
                    run.clear();
                    self.block(inner);
                }
                node => run.push(node),
            }
        }
        self.paragraph(&run);
    }

    fn block(&mut self, element: &Element<'_>) {
        if element.is_silent() {
            return;
        }
        match element.name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = usize::from(element.name.as_bytes()[1] - b'0');
                self.line(&format!("{} {}", "#".repeat(level), inline(&element.children)));
            }
            "ul" | "ol" => self.list(element),
            "pre" => self.code(element),
            "table" => self.table(element),
            "blockquote" => self.within("> ", |writer| writer.blocks(element)),
            "div" | "aside" | "details" if element.has_class("alert") => {
                self.within("> ", |writer| writer.blocks(element));
            }
            "dl" => self.definitions(element),
            "summary" => self.line(&format!("**{}**", inline(&element.children))),
            "figure" => {
                let language = element.attribute("data-language").unwrap_or_default();
                language.clone_into(&mut self.language);
                self.blocks(element);
                self.language.clear();
            }
            "hr" => self.line("---"),
            _ => self.blocks(element),
        }
    }

    fn paragraph(&mut self, nodes: &[&Node<'_>]) {
        let text = inline(nodes.iter().copied());
        if !text.is_empty() {
            self.line(&text);
        }
    }

    /// A block of one or more lines, with an empty line behind it.
    fn line(&mut self, text: &str) {
        for line in text.split('\n') {
            self.out.extend([self.indent.as_str(), line, "\n"]);
        }
        self.out.extend([self.indent.trim_end(), "\n"]);
    }

    fn within(&mut self, indent: &str, write: impl FnOnce(&mut Self)) {
        let length = self.indent.len();
        self.indent.push_str(indent);
        write(self);
        self.indent.truncate(length);
    }

    fn list(&mut self, list: &Element<'_>) {
        let items = list.elements().filter(|element| element.name == "li");
        for (at, item) in items.enumerate() {
            let mark = if list.name == "ol" { format!("{}. ", at + 1) } else { "- ".to_owned() };
            let mut inner = Writer::default();
            inner.blocks(item);
            let is_tight = !inner.out.trim().contains("\n\n");
            for (number, line) in inner.out.trim().lines().enumerate() {
                let start = if number == 0 { mark.clone() } else { " ".repeat(mark.len()) };
                self.out.extend([self.indent.as_str(), &start, line, "\n"]);
            }
            if !is_tight {
                self.out.push('\n');
            }
        }
        self.out.extend([self.indent.trim_end(), "\n"]);
    }

    fn code(&mut self, element: &Element<'_>) {
        let text = code_text(element);
        let fence = "`".repeat(longest(&text, '`').max(2) + 1);
        let language = element.elements().find_map(|code| {
            let mut classes = code.attribute("class")?.split_ascii_whitespace();
            classes.find_map(|class| class.strip_prefix("language-"))
        });
        let language = language.unwrap_or(&self.language);
        self.line(&format!("{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n')));
    }

    fn table(&mut self, table: &Element<'_>) {
        let mut rows = vec![];
        gather(table, &mut rows);
        let mut text = String::new();
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| cell_text(cell)).collect();
            text.extend(["| ", &cells.join(" | "), " |\n"]);
            if at == 0 {
                text.extend(["|", &" --- |".repeat(cells.len()), "\n"]);
            }
        }
        self.line(text.trim_end());
    }

    fn definitions(&mut self, list: &Element<'_>) {
        let mut text = String::new();
        pairs(list, &mut text);
        self.line(text.trim_end());
    }
}

/// Terms with their descriptions, as lines of a list.
fn pairs(list: &Element<'_>, text: &mut String) {
    for element in list.elements() {
        match element.name {
            "dt" => text.extend(["- **", &inline(&element.children), ":** "]),
            "dd" => text.extend([&cell_text(element), "\n"]),
            _ => pairs(element, text),
        }
    }
}

/// The rows of a table with their cells.
fn gather<'b, 'a>(element: &'b Element<'a>, rows: &mut Vec<Vec<&'b Element<'a>>>) {
    for inner in element.elements() {
        if inner.name == "tr" {
            rows.push(inner.elements().filter(|cell| matches!(cell.name, "td" | "th")).collect());
        } else {
            gather(inner, rows);
        }
    }
}

/// What is in a cell, in one line.
fn cell_text(cell: &Element<'_>) -> String {
    inline(&cell.children).replace('|', "\\|").replace('\n', " ")
}

/// The text of a code block; line numbers and buttons are not in it.
fn code_text(element: &Element<'_>) -> String {
    let mut out = String::new();
    for node in &element.children {
        match node {
            Node::Text(text) => out.push_str(&html_escape::decode_html_entities(text)),
            Node::Element(inner) if inner.is_silent() => {}
            Node::Element(inner) => out.push_str(&code_text(inner)),
        }
    }
    out
}

/// Text within a line.
fn inline<'b, 'a: 'b>(nodes: impl IntoIterator<Item = &'b Node<'a>>) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Text(text) => squeeze(&html_escape::decode_html_entities(text), &mut out),
            Node::Element(element) => phrase(element, &mut out),
        }
    }
    out.trim().to_owned()
}

fn phrase(element: &Element<'_>, out: &mut String) {
    if element.is_silent() {
        if let Some(label) = element.attribute("aria-label").filter(|_| element.name == "svg") {
            out.extend(["*", &html_escape::decode_html_entities(label), "*"]);
        }
        return;
    }
    let text = inline(&element.children);
    match element.name {
        "br" => out.push('\n'),
        "wbr" => {}
        "img" => {
            let alt = element.attribute("alt").unwrap_or_default();
            let source = element.attribute("src").unwrap_or_default();
            out.extend(["![", &html_escape::decode_html_entities(alt), "](", source, ")"]);
        }
        "input" => out.push_str(if element.is_checked() { "[x] " } else { "[ ] " }),
        _ if text.is_empty() => {
            if let Some(title) = element.attribute("title") {
                out.push_str(&html_escape::decode_html_entities(title));
            }
        }
        "code" | "kbd" => {
            let fence = "`".repeat(longest(&text, '`') + 1);
            let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
            out.extend([fence.as_str(), space, &text, space, &fence]);
        }
        "strong" | "b" => out.extend(["**", &text, "**"]),
        "em" | "i" => out.extend(["*", &text, "*"]),
        "a" => match element.attribute("href") {
            Some(href) => out.extend(["[", &text, "](", &address(href), ")"]),
            None => out.push_str(&text),
        },
        "span" if element.is_apart() => {
            let space = if out.is_empty() || out.ends_with(char::is_whitespace) { "" } else { " " };
            out.extend([space, &text, " "]);
        }
        name => {
            out.push_str(&text);
            if !INLINE.contains(&name) {
                out.push(' ');
            }
        }
    }
}

impl Element<'_> {
    fn is_checked(&self) -> bool {
        self.is_set("checked")
    }

    /// Whether a style sheet sets it apart from the words before it.
    fn is_apart(&self) -> bool {
        ["item", "note", "source", "machine-line"].iter().any(|class| self.has_class(class))
    }
}

/// A link to a page of the site as one to its Markdown.
fn address(href: &str) -> String {
    let is_outside = href.contains(':') || href.starts_with("//");
    let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
    match path.strip_suffix(".html").filter(|_| !is_outside) {
        Some(stem) if fragment.is_empty() => format!("{stem}.md"),
        Some(stem) => format!("{stem}.md#{fragment}"),
        None => href.to_owned(),
    }
}

/// Adds text with each run of white space as one space.
fn squeeze(text: &str, out: &mut String) {
    for character in text.chars() {
        if !character.is_whitespace() {
            out.push(character);
        } else if !out.ends_with(char::is_whitespace) {
            out.push(' ');
        }
    }
}

/// The longest run of a character.
fn longest(text: &str, wanted: char) -> usize {
    text.split(|at| at != wanted).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(markdown(html), expected);
    }

    #[test]
    fn text_becomes_markdown() {
        check(
            "<h1>A</h1><p>b <code>c</code> <a href=\"d.html#e\">f</a> &lt;</p>",
            "# A\n\nb `c` [f](d.md#e) <\n",
        );
        check("<h2>A<a class=\"anchor\" href=\"#a\">#</a></h2>", "## A\n");
        check("<nav>no</nav><p>yes</p>", "yes\n");
    }

    #[test]
    fn blocks_become_markdown() {
        check("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n\n  - c\n");
        check("<pre><code class=\"language-yaml\">a: 1\n</code></pre>", "```yaml\na: 1\n```\n");
        check("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b\n>\n");
        check("<dl><div><dt>a</dt><dd>b</dd></div></dl>", "- **a:** b\n");
    }

    #[test]
    fn tables_become_markdown() {
        let html = "<table><thead><tr><th>a</th><th>b</th></tr></thead>\
                    <tbody><tr><td>c|d</td><td><span class=\"item\">e</span><span class=\"item\">f</span></td></tr></tbody></table>";
        check(html, "| a | b |\n| --- | --- |\n| c\\|d | e f |\n");
    }
}
