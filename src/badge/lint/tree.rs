//! The syntax tree of an expression, to look at.
//!
//! In: an expression. Out: its parts: calls, literals, where they stand, and whether two are the
//! same. It never evaluates.

use std::ops::Range;

use cel::IdedExpr;
use cel::common::ast::operators::{CONDITIONAL, NEGATE};
use cel::common::ast::{Expr, LiteralValue, SourceInfo};

use crate::badge::expr;

/// A tree with the places of its parts.
#[derive(Clone, Copy)]
pub(super) struct Tree<'a> {
    pub(super) root: &'a IdedExpr,
    info: &'a SourceInfo,
}

/// Looks at the tree of an expression; nothing where it does not compile.
pub(super) fn read<T: Send>(source: &str, look: impl FnOnce(&Tree) -> T + Send) -> Option<T> {
    expr::look(source, |root, info| look(&Tree { root, info }))
}

impl Tree<'_> {
    /// The bytes of a part.
    pub(super) fn span(&self, part: &IdedExpr) -> Range<usize> {
        let mut span = Range { start: usize::MAX, end: 0 };
        each(part, &mut |one| {
            if let Some((start, stop)) = self.info.offset_for(one.id) {
                span.start = span.start.min(self.with_name(one, start as usize));
                // It stands on the last character.
                span.end = span.end.max(self.info.source.ceil_char_boundary(stop as usize + 1));
            }
        });
        if span.start < span.end { self.closed(span) } else { 0..self.info.source.len() }
    }

    /// The start of a call with its name, which stands before its own start.
    fn with_name(&self, part: &IdedExpr, start: usize) -> usize {
        let before = self.info.source.get(..start).unwrap_or_default();
        let named = call(part).and_then(|(name, _)| before.trim_end().strip_suffix(name));
        named.map_or(start, str::len)
    }

    /// The span with the brackets that close what it opens; no part reaches over them.
    fn closed(&self, span: Range<usize>) -> Range<usize> {
        let text = &self.info.source;
        let count = |signs: &[char]| text[span.clone()].matches(signs).count();
        let n_open = count(&['(', '[']).saturating_sub(count(&[')', ']']));
        let closing = text[span.end..].match_indices([')', ']']).take(n_open).last();
        span.start..closing.map_or(span.end, |(at, _)| span.end + at + 1)
    }

    /// What a part says.
    pub(super) fn words(&self, part: &IdedExpr) -> &str {
        self.info.source.get(self.span(part)).unwrap_or_default().trim()
    }
}

/// The name and arguments of a call of a function or operator.
pub(super) fn call(part: &IdedExpr) -> Option<(&str, &[IdedExpr])> {
    match &part.expr {
        Expr::Call(call) if call.target.is_none() => Some((&call.func_name, &call.args)),
        _ => None,
    }
}

/// Condition and both branches.
pub(super) fn conditional(part: &IdedExpr) -> Option<&[IdedExpr; 3]> {
    let (name, arguments) = call(part)?;
    if name == CONDITIONAL { arguments.try_into().ok() } else { None }
}

/// A number that is written out.
pub(super) fn number(part: &IdedExpr) -> Option<f64> {
    match &part.expr {
        Expr::Literal(LiteralValue::Double(value)) => Some(*value.inner()),
        Expr::Literal(LiteralValue::Int(value)) => Some(*value.inner() as f64),
        Expr::Literal(LiteralValue::UInt(value)) => Some(*value.inner() as f64),
        _ => match call(part)? {
            (NEGATE, [number_part]) => number(number_part).map(|value| -value),
            _ => None,
        },
    }
}

/// A text that is written out.
pub(super) fn text(part: &IdedExpr) -> Option<&str> {
    match &part.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// The items of a list that is written out.
pub(super) fn list(part: &IdedExpr) -> Option<&[IdedExpr]> {
    match &part.expr {
        Expr::List(list) => Some(&list.elements),
        _ => None,
    }
}

/// What a part may give: itself, or what the branches of its conditions give.
pub(super) fn leaves<'a>(part: &'a IdedExpr, leaf: &mut dyn FnMut(&'a IdedExpr)) {
    match conditional(part) {
        Some([_, yes, no]) => {
            leaves(yes, leaf);
            leaves(no, leaf);
        }
        None => leaf(part),
    }
}

/// The parts right below a part; none below a loop, which has names of its own.
pub(super) fn children(part: &IdedExpr) -> Vec<&IdedExpr> {
    match &part.expr {
        Expr::Call(call) => call.target.iter().map(|it| &**it).chain(&call.args).collect(),
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Select(select) => vec![&select.operand],
        _ => vec![],
    }
}

/// Visits a part and all below it.
pub(super) fn each<'a>(part: &'a IdedExpr, visit: &mut dyn FnMut(&'a IdedExpr)) {
    visit(part);
    children(part).into_iter().for_each(|child| each(child, visit));
}

/// Whether two parts say the same; `false` also where it is not known.
pub(super) fn is_same(one: &IdedExpr, other: &IdedExpr) -> bool {
    let is_same_node = match (&one.expr, &other.expr) {
        (Expr::Literal(one), Expr::Literal(other)) => one == other,
        (Expr::Ident(one), Expr::Ident(other)) => one == other,
        (Expr::Select(one), Expr::Select(other)) => {
            one.field == other.field && one.test == other.test
        }
        (Expr::Call(one), Expr::Call(other)) => {
            one.func_name == other.func_name && one.target.is_some() == other.target.is_some()
        }
        (Expr::List(one), Expr::List(other)) => one.optional_indices == other.optional_indices,
        _ => false,
    };
    let (ones, others) = (children(one), children(other));
    is_same_node
        && ones.len() == others.len()
        && ones.into_iter().zip(others).all(|(one, other)| is_same(one, other))
}
