//! What a condition is for rows that leave some columns out.
//!
//! The condition is worked out with the set of values that each part may have. What other columns hold may be anything,
//! and so may parts whose meaning isn't known here: the set is never too small.

use sqlparser::ast;

use super::value::{Known, Value};
use super::{Call, Expr};
use crate::ident::Ident;

mod function;
mod operator;

/// What a CHECK says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is never false: the row passes.
    Passes,
    /// It is false for every such row.
    Fails,
    /// Other columns decide.
    RowDecides,
    /// It is the same for every such row, but only the server can tell what.
    ServerDecides,
}

/// Rows that leave some columns out.
pub struct OldRows<'a> {
    /// The columns.
    pub left: &'a [Left<'a>],
    /// Whether a function gives NULL whenever an argument is NULL: `pg_proc.proisstrict`, where that is known.
    pub gives_null_for_null: &'a dyn Fn(&Call) -> bool,
}

/// A column that is left out.
pub struct Left<'a> {
    /// The column.
    pub column: &'a Ident,
    /// What it has in place of NULL.
    pub default: Option<&'a Expr>,
}

impl Expr {
    /// What the condition is for such rows.
    pub fn for_rows(&self, rows: &OldRows<'_>) -> Outcome {
        let value = self.tree().map_or(Value::ANY, |tree| Reading { rows }.value(tree));
        let truth = value.truth();
        match (truth.may_be_true || value.may_be_null, truth.may_be_false) {
            (_, false) => Outcome::Passes,
            (false, true) => Outcome::Fails,
            (true, true) if self.columns().iter().all(|column| rows.left(column).is_some()) => {
                Outcome::ServerDecides
            }
            (true, true) => Outcome::RowDecides,
        }
    }
}

impl OldRows<'_> {
    fn left(&self, column: &Ident) -> Option<&Left<'_>> {
        self.left.iter().find(|left| left.column == column)
    }
}

/// Works a condition out.
struct Reading<'r> {
    rows: &'r OldRows<'r>,
}

impl Reading<'_> {
    fn value(&self, expression: &ast::Expr) -> Value {
        use ast::Expr as E;
        match expression {
            E::Nested(inner) | E::Collate { expr: inner, .. } => self.value(inner),
            E::Identifier(_) | E::CompoundIdentifier(_) => self.column(expression),
            E::Value(value) => Value::of_literal(&value.value),
            E::TypedString(_) | E::Interval(_) => Value::not_null(Known::Anything),
            E::IsNull(inner) => self.is_null(inner),
            E::IsNotNull(inner) => self.is_null(inner).not(),
            E::IsTrue(inner) => self.value(inner).is(true),
            E::IsNotTrue(inner) => self.value(inner).is(true).not(),
            E::IsFalse(inner) => self.value(inner).is(false),
            E::IsNotFalse(inner) => self.value(inner).is(false).not(),
            E::IsUnknown(inner) => self.value(inner).is_null(),
            E::IsNotUnknown(inner) => self.value(inner).is_null().not(),
            E::IsDistinctFrom(left, right) => self.is_distinct(left, right),
            E::IsNotDistinctFrom(left, right) => self.is_distinct(left, right).not(),
            E::BinaryOp { left, op, right } => self.binary(left, op, right),
            E::UnaryOp { op, expr } => self.unary(*op, expr),
            E::Between { expr, negated, low, high } => self.between(expr, low, high).not_if(*negated),
            E::InList { expr, list, negated } => self.in_list(expr, list).not_if(*negated),
            E::AnyOp { left, compare_op, right, .. } => self.over_array(left, compare_op, right, true),
            E::AllOp { left, compare_op, right } => self.over_array(left, compare_op, right, false),
            E::Like { any: false, expr, pattern, .. } | E::ILike { any: false, expr, pattern, .. } => {
                self.strict(&[expr, pattern])
            }
            E::SimilarTo { expr, pattern, .. } | E::RLike { expr, pattern, .. } => {
                self.strict(&[expr, pattern])
            }
            E::AtTimeZone { timestamp, time_zone } => self.strict(&[timestamp, time_zone]),
            E::Extract { expr, .. } | E::Ceil { expr, .. } | E::Floor { expr, .. } => self.strict(&[expr]),
            E::IsJson { expr, .. } | E::IsNormalized { expr, .. } => self.strict(&[expr]),
            E::CompoundFieldAccess { root: expr, .. } | E::JsonAccess { value: expr, .. } => {
                self.strict(&[expr])
            }
            E::Position { expr, r#in } => self.strict(&[expr, r#in]),
            E::Substring { expr, substring_from, substring_for, .. } => {
                let parts = [Some(expr), substring_from.as_ref(), substring_for.as_ref()];
                self.strict(&parts.into_iter().flatten().map(AsRef::as_ref).collect::<Vec<_>>())
            }
            E::Trim { trim_what, expr, trim_characters, .. } => {
                self.trim(expr, trim_what.as_deref(), trim_characters.as_deref().unwrap_or_default())
            }
            E::Cast { expr, data_type, .. } => self.value(expr).cast(data_type),
            E::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            E::Function(function) => self.function(function),
            E::Array(_) => Value::not_null(Known::Anything),
            _ => Value::ANY,
        }
    }

    fn column(&self, expression: &ast::Expr) -> Value {
        match super::column(expression).and_then(|column| self.rows.left(&column)) {
            Some(Left { default: None, .. }) => Value::NULL,
            // what the column's type makes of it may be something else, but NULL stays NULL
            Some(Left { default: Some(default), .. }) => {
                default.tree().map_or(Value::ANY, |tree| self.value(tree))
            }
            None => Value::ANY,
        }
    }

    /// What is NULL as soon as one of its parts is.
    fn strict(&self, parts: &[&ast::Expr]) -> Value {
        let is_null = parts.iter().any(|part| self.value(part).is_nothing_but_null());
        if is_null { Value::NULL } else { Value::ANY }
    }

    fn case(
        &self,
        operand: Option<&ast::Expr>,
        branches: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
    ) -> Value {
        let mut result: Option<Value> = None;
        for branch in branches {
            let condition = match operand {
                Some(operand) => self.binary(operand, &ast::BinaryOperator::Eq, &branch.condition),
                None => self.value(&branch.condition),
            };
            let truth = condition.truth();
            if truth.may_be_true {
                let value = self.value(&branch.result);
                result = Some(result.map_or_else(|| value.clone(), |so_far| so_far.or(&value)));
            }
            if !truth.may_be_false && !condition.may_be_null {
                return result.unwrap_or(Value::ANY);
            }
        }
        let value = otherwise.map_or(Value::NULL, |otherwise| self.value(otherwise));
        result.map_or_else(|| value.clone(), |so_far| so_far.or(&value))
    }
}

#[cfg(test)]
mod tests;
