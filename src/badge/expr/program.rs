//! A compiled expression.
//!
//! In: source text; then a value with its labels, as often as asked. Out: text. A program is
//! immutable and can be shared between threads.

use std::collections::BTreeMap;

use cel::common::ast::SourceInfo;
use cel::common::types::CelString;
use cel::parser::ParseErrors;
use cel::{Context, IdedExpr, Value};

use super::check::Checker;
use super::functions::ENVIRONMENT;
use super::size::{MAX_LABEL, MAX_LABELS};
use super::types::Type;
use super::{EvalError, ExprError};

/// The longest source, in bytes.
const MAX_SOURCE: usize = 4096;
/// The longest text that an expression may give, in bytes; what is longer is cut.
const MAX_RESULT: usize = 1024;
/// How deep brackets may nest, which the parser sees before the check does.
const MAX_BRACKETS: usize = 32;
/// What the parser can take on any thread's stack: it needs up to 150 kB for a pair of brackets.
const SHALLOW: Shape = Shape { bytes: 256, brackets: 4 };
/// A stack for the rest.
const DEEP_STACK: usize = 32 << 20;

/// An expression that is known to give a text.
#[derive(Clone, Debug)]
pub struct Program {
    expression: IdedExpr,
    uses_labels: bool,
}

impl Program {
    /// Parses and checks an expression.
    pub fn compile(source: &str) -> Result<Program, ExprError> {
        let shape = Shape::of(source);
        shape.refuse_monsters()?;
        shape.with_stack(|| Program::compile_here(source)).and_then(|compiled| compiled)
    }

    fn compile_here(source: &str) -> Result<Program, ExprError> {
        let parsed = ENVIRONMENT.parser().parse_with_source_info(source);
        let (mut expression, info) = parsed.map_err(|errors| parse_error(&errors))?;
        let mut checker = Checker::new(&info);
        let known = checker.check(&mut expression)?;
        if known.kind != Type::Text {
            let message = format!("it must give a string, not `{}`", known.kind);
            return Err(checker.wrong(expression.id, message));
        }
        let uses_labels = checker.uses_labels;
        Ok(Program { expression, uses_labels })
    }

    /// Runs the program for one value.
    pub fn eval(
        &self,
        result: f64,
        labels: &BTreeMap<String, String>,
    ) -> Result<String, EvalError> {
        let mut context = Context::with_env(ENVIRONMENT.clone());
        context.add_variable_from_value("result", result);
        if self.uses_labels {
            let labels = cel::to_value(bounded(labels)).map_err(|error| wrong(&error))?;
            context.add_variable_from_value("labels", labels);
        }
        let value =
            Value::resolve_val(&self.expression, &context).map_err(|error| wrong(&error))?;
        match value.downcast_ref::<CelString>() {
            Some(text) => Ok(cut(text.inner(), MAX_RESULT).to_owned()),
            None => Err(EvalError("it gave no string".to_owned())),
        }
    }
}

/// Shows the syntax tree of an expression that compiles; nothing where it does not.
pub(in crate::badge) fn look<T: Send>(
    source: &str,
    look: impl FnOnce(&IdedExpr, &SourceInfo) -> T + Send,
) -> Option<T> {
    Program::compile(source).ok()?;
    let looked = Shape::of(source).with_stack(|| {
        let parsed = ENVIRONMENT.parser().parse_with_source_info(source);
        parsed.ok().map(|(tree, info)| look(&tree, &info))
    });
    looked.ok().flatten()
}

fn wrong(error: &impl ToString) -> EvalError {
    EvalError(cut(&error.to_string(), 200).to_owned())
}

/// What decides how much the parser needs.
struct Shape {
    bytes: usize,
    /// How deep they nest.
    brackets: usize,
}

impl Shape {
    fn of(source: &str) -> Shape {
        let (mut open, mut brackets) = (0_usize, 0);
        for byte in source.bytes() {
            match byte {
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            brackets = brackets.max(open);
        }
        Shape { bytes: source.len(), brackets }
    }

    /// Runs a parser where it has the stack that it needs.
    fn with_stack<T: Send>(&self, parse: impl FnOnce() -> T + Send) -> Result<T, ExprError> {
        if self.bytes <= SHALLOW.bytes && self.brackets <= SHALLOW.brackets {
            return Ok(parse());
        }
        let refuse = |error: &dyn ToString| ExprError { message: error.to_string(), column: None };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(DEEP_STACK);
            let joined = thread.spawn_scoped(scope, parse).map_err(|error| refuse(&error))?.join();
            joined.map_err(|_| refuse(&"the parser gave up"))
        })
    }

    fn refuse_monsters(&self) -> Result<(), ExprError> {
        let message = if self.bytes > MAX_SOURCE {
            format!("longer than {MAX_SOURCE} bytes")
        } else if self.brackets > MAX_BRACKETS {
            format!("brackets nest deeper than {MAX_BRACKETS} levels")
        } else {
            return Ok(());
        };
        Err(ExprError { message, column: None })
    }
}

fn parse_error(errors: &ParseErrors) -> ExprError {
    let Some(first) = errors.errors.first() else {
        return ExprError { message: "syntax error".to_owned(), column: None };
    };
    let message = first.msg.trim_start_matches("Syntax error: ").replace("<EOF>", "end");
    if message.contains("Recursion limit") {
        return ExprError { message: "nested too deep".to_owned(), column: None };
    }
    // Past this mark stands every token that could have followed.
    let message = message.split(" expecting {").next().unwrap_or_default();
    let column = usize::try_from(first.pos.1).ok().filter(|column| *column > 0);
    ExprError { message: format!("syntax error: {}", cut(message, 200)), column }
}

/// The labels that an expression may see.
fn bounded(labels: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    let kept = labels.iter().take(MAX_LABELS);
    kept.map(|(name, value)| (cut(name, MAX_LABEL), cut(value, MAX_LABEL))).collect()
}

/// At most so many bytes of a text, ending between characters.
fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}
