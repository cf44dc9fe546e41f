//! Which values of `result` a condition can be true for.
//!
//! In: conditions. Out: their truth for each of a few values that stand for all: the constants of
//! the expression, one value between each two of them, both infinities and NaN. All numbers between
//! two neighbouring constants make every comparison with constants come out alike, so that what
//! holds for one of them holds for all.

use std::cmp::Ordering;

use cel::IdedExpr;
use cel::common::ast::operators::{
    EQUALS, GREATER, GREATER_EQUALS, LESS, LESS_EQUALS, LOGICAL_AND, LOGICAL_NOT, LOGICAL_OR,
    NOT_EQUALS,
};
use cel::common::ast::{Expr, LiteralValue};

use super::tree;

/// The values that stand for all values of `result` in an expression.
pub(super) fn representatives(root: &IdedExpr) -> Vec<f64> {
    let mut constants = vec![];
    tree::each(root, &mut |part| {
        constants.extend(comparison(part).map(|(_, constant)| constant));
    });
    constants.retain(|constant| constant.is_finite());
    constants.sort_by(f64::total_cmp);
    constants.dedup_by(|one, other| (*one).partial_cmp(other).is_some_and(Ordering::is_eq));
    let pairs = constants.windows(2).map(|pair| pair[0] / 2.0 + pair[1] / 2.0);
    // Between two neighbours among the floating-point numbers there is none.
    let between: Vec<_> = pairs.filter(|value| !constants.contains(value)).collect();
    [f64::NEG_INFINITY, f64::INFINITY, f64::NAN]
        .into_iter()
        .chain(between)
        .chain(constants)
        .collect()
}

/// Whether a condition is true for a value; nothing where that depends on more.
pub(super) fn truth(condition: &IdedExpr, result: f64) -> Option<bool> {
    if let Expr::Literal(LiteralValue::Boolean(value)) = &condition.expr {
        return Some(*value.inner());
    }
    if let Some((operator, constant)) = comparison(condition) {
        return Some(compare(operator, result, constant));
    }
    match tree::call(condition)? {
        (LOGICAL_NOT, [inner]) => truth(inner, result).map(|is_true| !is_true),
        (LOGICAL_AND, [one, other]) => match (truth(one, result), truth(other, result)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        (LOGICAL_OR, [one, other]) => match (truth(one, result), truth(other, result)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The operator and constant of a comparison, turned so that `result` stands on its left.
fn comparison(part: &IdedExpr) -> Option<(&str, f64)> {
    let (operator, [left, right]) = tree::call(part)? else { return None };
    let turned = match operator {
        EQUALS | NOT_EQUALS => operator,
        LESS => GREATER,
        LESS_EQUALS => GREATER_EQUALS,
        GREATER => LESS,
        GREATER_EQUALS => LESS_EQUALS,
        _ => return None,
    };
    if is_result(left) {
        tree::number(right).map(|constant| (operator, constant))
    } else if is_result(right) {
        tree::number(left).map(|constant| (turned, constant))
    } else {
        None
    }
}

fn is_result(part: &IdedExpr) -> bool {
    matches!(&part.expr, Expr::Ident(name) if name == "result")
}

#[expect(clippy::float_cmp, reason = "that is what the expression does")]
fn compare(operator: &str, result: f64, constant: f64) -> bool {
    match operator {
        EQUALS => result == constant,
        NOT_EQUALS => result != constant,
        LESS => result < constant,
        LESS_EQUALS => result <= constant,
        GREATER => result > constant,
        _ => result >= constant,
    }
}
