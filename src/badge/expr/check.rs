//! The static check of an expression: names, types, and what it can cost.
//!
//! In: a syntax tree. Out: its type, or the first thing that is wrong with its place. It changes one
//! thing: calls of `string` become calls of our own, which writes numbers as Go does.

use cel::IdedExpr;
use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, ListExpr, LiteralValue, MapExpr, SelectExpr,
    SourceInfo,
};
use regex::RegexBuilder;

use super::functions::STRING;
use super::size::{self, Size};
use super::types::{Bindings, Type};
use super::{ExprError, signatures};

/// How deep an expression may nest. Evaluation recurses as deep, and takes up to 40 kB of stack for
/// each level in builds without optimization.
const MAX_DEPTH: usize = 36;
/// How much work an expression may be, in steps of some ten nanoseconds.
const MAX_COST: f64 = 4e6;
/// The greatest value on the way, in bytes.
const MAX_BYTES: f64 = 4e6;
/// What takes the same time however great its first argument is.
const LOOKUPS: &[&str] = &["_[_]", "_[?_]", "_?._", "size", ".size"];
/// The most memory of a compiled pattern, in bytes.
const MAX_PATTERN: usize = 256 << 10;
/// Bytes that count as one step.
const BYTES_PER_STEP: f64 = 16.0;

/// What is known of a part of an expression.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) kind: Type,
    pub(super) size: Size,
}

impl Known {
    fn new(kind: Type, size: Size) -> Known {
        Known { kind, size }
    }

    fn single(kind: Type) -> Known {
        Known { kind, size: Size::SINGLE }
    }
}

/// The state of the check.
pub(super) struct Checker<'a> {
    source: &'a SourceInfo,
    /// Variables, the innermost last.
    scopes: Vec<(String, Known)>,
    depth: usize,
    /// How often the part at hand runs.
    runs: f64,
    cost: f64,
    /// Whether `labels` is read.
    pub(super) uses_labels: bool,
}

type Checked = Result<Known, ExprError>;

impl<'a> Checker<'a> {
    pub(super) fn new(source: &'a SourceInfo) -> Self {
        let labels = Type::Map(Box::new(Type::Text), Box::new(Type::Text));
        let scopes = vec![
            ("result".to_owned(), Known::single(Type::Double)),
            ("labels".to_owned(), Known::new(labels, Size::LABELS)),
        ];
        Checker { source, scopes, depth: 0, runs: 1.0, cost: 0.0, uses_labels: false }
    }

    /// Checks a part and everything below it.
    pub(super) fn check(&mut self, part: &mut IdedExpr) -> Checked {
        let id = part.id;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(id, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let known = match &mut part.expr {
            Expr::Literal(literal) => literal_type(literal),
            Expr::Ident(name) => self.ident(id, name)?,
            Expr::Select(select) => self.select(id, select)?,
            Expr::Call(call) => self.call(id, call)?,
            Expr::List(list) => self.list(list)?,
            Expr::Map(map) => self.map(map)?,
            Expr::Comprehension(comprehension) => self.comprehension(id, comprehension)?,
            Expr::Struct(_) => return Err(self.wrong(id, "there are no message types".to_owned())),
            Expr::Unspecified => return Err(self.wrong(id, "an expression is missing".to_owned())),
        };
        // The evaluator borrows variables and copies the rest.
        let is_borrowed = matches!(part.expr, Expr::Ident(_));
        self.pay(id, if is_borrowed { Size::SINGLE } else { known.size })?;
        self.depth -= 1;
        Ok(known)
    }

    /// An error at a part.
    pub(super) fn wrong(&self, id: u64, message: String) -> ExprError {
        let offset = self.source.offset_for(id).map(|(start, _)| start as usize);
        ExprError::at(message, &self.source.source, offset)
    }

    fn pay(&mut self, id: u64, size: Size) -> Result<(), ExprError> {
        self.cost += self.runs * (1.0 + size.bytes() / BYTES_PER_STEP);
        if size.bytes() > MAX_BYTES || self.cost > MAX_COST {
            return Err(self.wrong(id, "too expensive: it could take too much to evaluate".into()));
        }
        Ok(())
    }

    fn variable(&self, name: &str) -> Option<Known> {
        let found = self.scopes.iter().rev().find(|(scope, _)| scope == name);
        found.map(|(_, known)| known.clone())
    }

    fn ident(&mut self, id: u64, name: &str) -> Checked {
        let plain = name.strip_prefix('.').unwrap_or(name);
        self.uses_labels |= plain == "labels";
        if let Some(known) = self.variable(plain) {
            return Ok(known);
        }
        match plain {
            "bool" | "bytes" | "double" | "dyn" | "int" | "list" | "map" | "null_type"
            | "string" | "type" | "uint" => Ok(Known::single(Type::Meta)),
            other => Err(self.wrong(id, format!("undeclared reference to `{other}`"))),
        }
    }

    fn select(&mut self, id: u64, select: &mut SelectExpr) -> Checked {
        let operand = self.check(&mut select.operand)?;
        let value = match &operand.kind {
            Type::Map(key, value) if Type::Text.join(key).is_some() => (**value).clone(),
            Type::Optional(inner) if matches!(**inner, Type::Map(..) | Type::Dyn) => {
                let value = match &**inner {
                    Type::Map(_, value) => (**value).clone(),
                    _ => Type::Dyn,
                };
                Type::Optional(Box::new(value))
            }
            Type::Dyn | Type::Free => Type::Dyn,
            other => {
                let message = format!("type `{other}` has no field `{}`", select.field);
                return Err(self.wrong(id, message));
            }
        };
        if select.test {
            return Ok(Known::single(Type::Bool));
        }
        let size = operand.size.of_item(&value);
        Ok(Known::new(value, size))
    }

    fn list(&mut self, list: &mut ListExpr) -> Checked {
        let mut item_type = Type::Free;
        let mut item_bytes = 0.0_f64;
        for (idx, element) in list.elements.iter_mut().enumerate() {
            let id = element.id;
            let mut known = self.check(element)?;
            if list.optional_indices.contains(&idx) {
                known.kind = self.unwrapped(id, known.kind)?;
            }
            item_type = item_type.join(&known.kind).unwrap_or(Type::Dyn);
            item_bytes = item_bytes.max(known.size.bytes());
        }
        let size = Size { n_items: list.elements.len() as f64, item: item_bytes };
        Ok(Known::new(Type::List(Box::new(item_type)), size))
    }

    fn map(&mut self, map: &mut MapExpr) -> Checked {
        let (mut key_type, mut value_type) = (Type::Free, Type::Free);
        let mut item_bytes = 0.0_f64;
        for entry in &mut map.entries {
            let EntryExpr::MapEntry(pair) = &mut entry.expr else {
                return Err(self.wrong(entry.id, "not an entry of a map".to_owned()));
            };
            let id = pair.value.id;
            let key = self.check(&mut pair.key)?;
            let mut value = self.check(&mut pair.value)?;
            if pair.optional {
                value.kind = self.unwrapped(id, value.kind)?;
            }
            key_type = key_type.join(&key.kind).unwrap_or(Type::Dyn);
            value_type = value_type.join(&value.kind).unwrap_or(Type::Dyn);
            item_bytes = item_bytes.max(key.size.bytes() + value.size.bytes());
        }
        let size = Size { n_items: map.entries.len() as f64, item: item_bytes };
        Ok(Known::new(Type::Map(Box::new(key_type), Box::new(value_type)), size))
    }

    /// What an optional value holds.
    fn unwrapped(&self, id: u64, kind: Type) -> Result<Type, ExprError> {
        match kind {
            Type::Optional(inner) => Ok(*inner),
            Type::Dyn | Type::Free => Ok(Type::Dyn),
            other => Err(self.wrong(id, format!("expected an optional value, not `{other}`"))),
        }
    }

    fn call(&mut self, id: u64, call: &mut CallExpr) -> Checked {
        let (name, target) = match &mut call.target {
            Some(target) => match self.namespace(&target.expr, &call.func_name) {
                Some(name) => (name, None),
                None => (format!(".{}", call.func_name), Some(target)),
            },
            None => (call.func_name.clone(), None),
        };
        let parts = target.map(|target| &mut **target).into_iter().chain(&mut call.args);
        let arguments = parts.map(|part| self.check(part)).collect::<Result<Vec<_>, _>>()?;
        let kind = self.overload(id, &name, &arguments)?;
        if call.func_name == "matches" {
            self.pattern(id, call.args.last())?;
        }
        if name == "string" {
            STRING.clone_into(&mut call.func_name);
        }
        let sizes: Vec<_> = arguments.iter().map(|known| known.size).collect();
        if !LOOKUPS.contains(&name.as_str()) {
            let bytes: f64 = sizes.iter().map(|size| size.bytes()).sum();
            self.cost += self.runs * bytes / BYTES_PER_STEP;
        }
        let size = size::of_result(&name, &sizes, &kind);
        Ok(Known::new(kind, size))
    }

    /// Compiles the pattern of `matches`, so that none is wrong or expensive later.
    fn pattern(&self, id: u64, argument: Option<&IdedExpr>) -> Result<(), ExprError> {
        let Some(Expr::Literal(LiteralValue::String(pattern))) = argument.map(|it| &it.expr) else {
            return Err(self.wrong(id, "the pattern of `matches` must be a literal".to_owned()));
        };
        let built = RegexBuilder::new(pattern.inner()).size_limit(MAX_PATTERN).build();
        match built {
            Ok(_) => Ok(()),
            Err(error) => {
                let line = error.to_string().lines().last().unwrap_or_default().to_owned();
                Err(self.wrong(id, format!("the pattern is wrong: {line}")))
            }
        }
    }

    /// The whole name where the target is no value but the beginning of a name: `math.round`.
    fn namespace(&self, target: &Expr, function: &str) -> Option<String> {
        let Expr::Ident(namespace) = target else { return None };
        let name = format!("{namespace}.{function}");
        (self.variable(namespace).is_none() && signatures::of(&name).is_some()).then_some(name)
    }

    /// The result of the only way, or of all ways that fit what is known.
    fn overload(&self, id: u64, name: &str, arguments: &[Known]) -> Result<Type, ExprError> {
        let shown = name.trim_start_matches('.');
        let Some(ways) = signatures::of(name) else {
            return Err(self.wrong(id, format!("undeclared reference to `{shown}`")));
        };
        let mut result: Option<Type> = None;
        for way in ways.iter().filter(|way| way.parameters.len() == arguments.len()) {
            let mut bindings = Bindings::new();
            let mut pairs = way.parameters.iter().zip(arguments);
            if pairs.all(|(parameter, argument)| parameter.accepts(&argument.kind, &mut bindings)) {
                let this = way.result.bind(&bindings);
                result = Some(match result {
                    Some(other) if other != this => Type::Dyn,
                    _ => this,
                });
            }
        }
        result.ok_or_else(|| self.wrong(id, no_overload(shown, arguments)))
    }

    fn comprehension(&mut self, id: u64, parts: &mut ComprehensionExpr) -> Checked {
        if parts.iter_var2.is_some() {
            return Err(self.wrong(id, "loops have one variable".to_owned()));
        }
        let range_id = parts.iter_range.id;
        let range = self.check(&mut parts.iter_range)?;
        let item = self.item_of(range_id, &range)?;
        let init = self.check(&mut parts.accu_init)?;
        let runs = self.runs;
        self.runs *= range.size.n_items.max(1.0);
        self.scopes.push((parts.accu_var.clone(), init.clone()));
        self.scopes.push((parts.iter_var.clone(), item));
        self.check(&mut parts.loop_cond)?;
        let step_id = parts.loop_step.id;
        let step = self.check(&mut parts.loop_step)?;
        self.scopes.truncate(self.scopes.len() - 2);
        self.runs = runs;
        let Some(kind) = init.kind.join(&step.kind) else {
            let message = format!("expected `{}`, not `{}`", init.kind, step.kind);
            return Err(self.wrong(step_id, message));
        };
        let size = grown(&kind, init.size, step.size, range.size.n_items);
        self.pay(id, size)?;
        self.scopes.push((parts.accu_var.clone(), Known::new(kind, size)));
        let result = self.check(&mut parts.result);
        self.scopes.pop();
        result
    }

    /// What a loop's variable is.
    fn item_of(&self, id: u64, range: &Known) -> Checked {
        let kind = match &range.kind {
            Type::List(item) => (**item).clone(),
            Type::Map(key, _) => (**key).clone(),
            Type::Dyn | Type::Free => Type::Dyn,
            other => {
                let message = format!("type `{other}` cannot be the range of a loop");
                return Err(self.wrong(id, message));
            }
        };
        let size = range.size.of_item(&kind);
        Ok(Known::new(kind, size))
    }
}

/// What a loop's accumulator becomes: the macros only ever add the same number of items each turn.
fn grown(kind: &Type, init: Size, step: Size, turns: f64) -> Size {
    let either = init.or(step);
    match kind {
        Type::List(_) => {
            let each = (step.n_items - init.n_items).max(0.0);
            Size { n_items: init.n_items + turns * each, ..either }
        }
        _ => either,
    }
}

fn literal_type(literal: &LiteralValue) -> Known {
    match literal {
        LiteralValue::Boolean(_) => Known::single(Type::Bool),
        LiteralValue::Double(_) => Known::single(Type::Double),
        LiteralValue::Int(_) => Known::single(Type::Int),
        LiteralValue::UInt(_) => Known::single(Type::Uint),
        LiteralValue::Null => Known::single(Type::Null),
        LiteralValue::String(text) => Known::new(Type::Text, Size::text(text.inner().len() as f64)),
        LiteralValue::Bytes(bytes) => {
            Known::new(Type::Bytes, Size::text(bytes.inner().len() as f64))
        }
    }
}

fn no_overload(name: &str, arguments: &[Known]) -> String {
    let kinds: Vec<_> = arguments.iter().map(|known| known.kind.to_string()).collect();
    let has = |kind: &Type| arguments.iter().any(|known| known.kind == *kind);
    let hint = if name.starts_with('_') && has(&Type::Double) && has(&Type::Int) {
        "; write whole numbers with a point, such as `100.0`"
    } else {
        ""
    };
    format!("no matching overload for `{name}` applied to ({}){hint}", kinds.join(", "))
}
