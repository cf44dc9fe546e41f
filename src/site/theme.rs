//! Templates and styles: [`Theme`], the built-in one overlaid with the user's files.
//!
//! In: files by path within a theme folder. Out: compiled templates, the style sheet, scripts, and
//! files to copy. A broken template is a diagnostic; the built-in one then stands in, so that one mistake
//! does not hide the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Context, ErrorKind, Kwargs, State, Tera, Value};

use super::strings::{self, Strings};
use crate::diagnostic::Diagnostic;
use crate::diagram::{self, palette};

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/theme.rs"));
}

/// The font that pictures are measured with, by weight; used where the theme holds the file.
const FACES: [(u16, &str); 2] =
    [(400, "fonts/Inter-Regular.ttf"), (600, "fonts/Inter-SemiBold.ttf")];

/// Templates, style sheet and further files.
#[derive(Debug)]
pub struct Theme {
    files: BTreeMap<String, Arc<[u8]>>,
    templates: Tera,
    strings: Strings,
    diagnostics: Vec<Diagnostic>,
}

impl Default for Theme {
    fn default() -> Self {
        Self::from_files(BTreeMap::new())
    }
}

impl Theme {
    /// The built-in theme with the user's files laid over it, by path within the theme's folder.
    ///
    /// `*.html` are Tera templates. `style.css` and `css/*.css`, in the order of their names, are
    /// the style sheet, and `js/*.js` are scripts: both are served under names that change with
    /// their text. Everything else is copied into `assets/`.
    ///
    /// # Panics
    /// Only where the built-in theme itself does not compile.
    pub fn from_files(files: BTreeMap<String, Arc<[u8]>>) -> Self {
        let mut merged = embedded_files();
        let own = files.get(strings::FILE).cloned();
        let (strings, wrong) = Strings::new(&merged[strings::FILE], own.as_deref());
        merged.extend(files);
        let (templates, mut diagnostics) = match compile(&merged) {
            Ok(templates) => (templates, vec![]),
            Err(problem) => {
                let fallback = compile(&embedded_files());
                (fallback.expect("bug: the built-in theme compiles"), vec![*problem])
            }
        };
        diagnostics.extend(wrong);
        Self { files: merged, templates, strings, diagnostics }
    }

    /// What is wrong with its templates.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Words of the site's frame.
    pub(crate) fn strings(&self) -> &Strings {
        &self.strings
    }

    /// Paths of the built-in files, sorted, with their bytes.
    pub fn built_in() -> &'static [(&'static str, &'static [u8])] {
        built_in::THEME
    }

    /// Fills in a template.
    pub(crate) fn render(
        &self,
        template: &str,
        context: &Context,
    ) -> Result<String, Box<Diagnostic>> {
        self.templates.render(template, context).map_err(|error| problem(template, &error))
    }

    /// Fills in a component that takes one argument named `value`.
    pub(crate) fn component(
        &self,
        name: &str,
        context: &Context,
    ) -> Result<String, Box<Diagnostic>> {
        self.templates
            .render_component(name, context, None, true)
            .map_err(|error| problem(name, &error))
    }

    /// The style sheet, with the colours of pictures before it.
    pub(crate) fn style(&self) -> Vec<u8> {
        let mut style = palette::css_variables().into_bytes();
        style.extend_from_slice(diagram::stylesheet().as_bytes());
        for (weight, file) in FACES {
            if self.files.contains_key(file) {
                style.extend_from_slice(font_face(weight, file).as_bytes());
            }
        }
        let first = self.files.get("style.css").into_iter();
        for sheet in first.chain(self.inside("css/", ".css").map(|(_, bytes)| bytes)) {
            style.extend_from_slice(sheet);
            style.push(b'\n');
        }
        style
    }

    /// The scripts by name: `site` is `js/site.js`.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.inside("js/", ".js")
    }

    /// Files right within a folder, by their names without the ending, sorted.
    fn inside(&self, folder: &str, ending: &str) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.files.iter().filter_map(move |(path, bytes)| {
            let name = path.strip_prefix(folder)?.strip_suffix(ending)?;
            (!name.contains('/')).then_some((name, bytes))
        })
    }

    /// What is neither template, style sheet nor script, by path within the site.
    pub(crate) fn assets(&self) -> impl Iterator<Item = (String, Arc<[u8]>)> {
        self.files
            .iter()
            .filter(|(path, _)| !is_made(path))
            .map(|(path, bytes)| (format!("assets/{path}"), Arc::clone(bytes)))
    }
}

fn embedded_files() -> BTreeMap<String, Arc<[u8]>> {
    built_in::THEME.iter().map(|(path, bytes)| ((*path).to_owned(), Arc::from(*bytes))).collect()
}

/// The rule that makes a font of the theme known to the style sheet beside it.
fn font_face(weight: u16, file: &str) -> String {
    format!(
        "@font-face{{font-family:Inter;font-weight:{weight};font-display:swap;src:url({file})}}\n"
    )
}

/// Whether a file of the theme is no file of the site.
fn is_made(path: &str) -> bool {
    let is_within = |folder: &str, ending: &str| {
        let name = path.strip_prefix(folder).and_then(|name| name.strip_suffix(ending));
        name.is_some_and(|name| !name.contains('/'))
    };
    is_template(path) || path == "style.css" || is_within("css/", ".css") || is_within("js/", ".js")
}

fn is_template(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "html")
}

fn compile(files: &BTreeMap<String, Arc<[u8]>>) -> Result<Tera, Box<Diagnostic>> {
    let mut sources = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| is_template(path)) {
        let text = std::str::from_utf8(bytes).map_err(|_| {
            let message = format!("the template `{path}` is not UTF-8 text");
            Box::new(Diagnostic::error("theme/template", message).at_path(path.clone()))
        })?;
        sources.push((path.as_str(), text));
    }
    let mut templates = Tera::default();
    templates.register_filter("breaks", breaks);
    templates.register_filter("ticks", ticks);
    templates.register_filter("slashes", slashes);
    templates.add_raw_templates(sources).map_err(|error| problem("base.html", &error))?;
    Ok(templates)
}

/// A path as HTML that may break behind its slashes only.
fn slashes(path: &str, _: Kwargs, _: &State) -> Value {
    Value::safe_string(&html_escape::encode_text(path).replace('/', "/<wbr>"))
}

/// Text with names in backticks as HTML with names in `code`.
fn ticks(text: &str, _: Kwargs, _: &State) -> Value {
    let mut html = String::with_capacity(text.len() + 16);
    let parts: Vec<&str> = text.split('`').collect();
    let pairs = parts.len() % 2 == 1;
    for (at, part) in parts.iter().enumerate() {
        let part = html_escape::encode_text(part);
        match (pairs, at % 2) {
            (true, 1) => html.extend(["<code>", &part, "</code>"]),
            (false, _) if at > 0 => html.extend(["`", &part]),
            _ => html.push_str(&part),
        }
    }
    Value::safe_string(&html)
}

/// Long text without spaces as HTML that may break behind `/` and before `.`; short text as it is.
fn breaks(text: &str, _: Kwargs, _: &State) -> Value {
    let html = html_escape::encode_text(text);
    if text.len() <= 20 {
        return Value::safe_string(&html);
    }
    Value::safe_string(&html.replace('/', "/<wbr>").replace('.', "<wbr>."))
}

/// A template's error as a diagnostic that names file, line and column.
fn problem(template: &str, error: &tera::Error) -> Box<Diagnostic> {
    let diagnostic = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let (span, file) = (report.span(), report.filename());
            let message = format!(
                "template `{file}`, line {}, column {}: {}",
                span.start_line,
                span.start_col + 1,
                lower_first(report.message())
            );
            Diagnostic::error("theme/template", message).at_path(file)
        }
        other => {
            let message = format!("template `{template}`: {}", lower_first(&other.to_string()));
            Diagnostic::error("theme/template", message).at_path(template)
        }
    };
    Box::new(diagnostic.help("correct the template, or remove it to use the built-in one"))
}

fn lower_first(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(path: &str, text: &str) -> Theme {
        Theme::from_files(BTreeMap::from([(path.to_owned(), Arc::from(text.as_bytes()))]))
    }

    #[test]
    fn built_in_theme_compiles() {
        assert_eq!(Theme::default().diagnostics(), []);
    }

    #[test]
    fn broken_template_is_a_diagnostic() {
        let theme = with("pages/hardware.html", "a\n{{ oh no }}");
        let [problem] = theme.diagnostics() else { panic!("one diagnostic") };
        assert_eq!(problem.code, "theme/template");
        assert!(problem.message.contains("`pages/hardware.html`, line 2"), "{}", problem.message);
    }

    #[test]
    fn backticks_become_code() {
        let check = |text, expected| {
            let mut templates = Tera::default();
            templates.register_filter("breaks", breaks);
            templates.register_filter("ticks", ticks);
            templates.add_raw_template("a.html", "{{ text | ticks }}").unwrap();
            let mut context = Context::new();
            context.insert("text", text);
            assert_eq!(templates.render("a.html", &context).unwrap(), expected);
        };
        check("a `b<c` d", "a <code>b&lt;c</code> d");
        check("a ` b", "a ` b");
    }

    #[test]
    fn style_sheets_are_one_in_order() {
        let theme = Theme::from_files(BTreeMap::from(
            [("css/b.css", "b{}"), ("css/a.css", "a{}"), ("css/deep/c.css", "c{}")]
                .map(|(path, text)| (path.to_owned(), Arc::from(text.as_bytes()))),
        ));
        let style = String::from_utf8(theme.style()).unwrap();
        let at = |text: &str| style.find(text);
        assert!(at("--ground:") < at("a{}") && at("a{}") < at("b{}"), "{style}");
        assert!(at("c{}").is_none());
        assert!(theme.assets().any(|(path, _)| path == "assets/css/deep/c.css"));
        assert!(!theme.assets().any(|(path, _)| path == "assets/css/a.css"));
    }

    #[test]
    fn scripts_are_known_by_name() {
        let theme = with("js/own.js", "1");
        assert!(theme.scripts().any(|(name, _)| name == "own"));
        assert!(theme.scripts().any(|(name, _)| name == "site"), "the built-in ones stay");
    }

    #[test]
    fn further_files_are_assets() {
        let theme = with("fonts/Inter-Regular.ttf", "font");
        assert!(theme.assets().any(|(path, _)| path == "assets/fonts/Inter-Regular.ttf"));
        let style = String::from_utf8(theme.style()).unwrap();
        assert!(style.contains("src:url(fonts/Inter-Regular.ttf)"));
    }
}
