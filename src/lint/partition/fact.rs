//! What checks say about one column.

use std::cmp::Ordering;

use sqlparser::ast::{self, BinaryOperator};

use super::Key;
use super::literal::Literal;
use crate::lint::expression::{Expr, column, strip};

/// What a check says about the partitioned column.
pub enum Fact {
    /// `>=`
    AtLeast(Literal),
    /// `>`
    Above(Literal),
    /// `<=`
    AtMost(Literal),
    /// `<`
    Below(Literal),
    /// `=`, `IN`
    OneOf(Vec<Literal>),
    /// `<>`, `NOT IN`
    NoneOf(Vec<Literal>),
    /// `IS NULL`
    IsNull,
    /// One of these holds.
    Either(Box<Self>, Box<Self>),
}

use Fact::{Above, AtLeast, AtMost, Below, Either, IsNull, NoneOf, OneOf};

impl Fact {
    /// Whether the fact says that the column is `end` or more.
    pub fn reaches(&self, end: &Literal) -> bool {
        let reaches = |value: &Literal| value.order(end).is_some_and(Ordering::is_ge);
        match self {
            AtLeast(value) | Above(value) => reaches(value),
            OneOf(values) => values.iter().all(reaches),
            _ => false,
        }
    }

    /// Whether the fact says that the column is less than `end`.
    pub fn stays_below(&self, end: &Literal) -> bool {
        let under = |value: &Literal| value.order(end).is_some_and(Ordering::is_lt);
        match self {
            Below(value) => value.order(end).is_some_and(Ordering::is_le),
            AtMost(value) => under(value),
            OneOf(values) => values.iter().all(under),
            _ => false,
        }
    }
}

/// What the conditions say, all of them true.
pub fn facts<'a>(conditions: impl Iterator<Item = &'a Expr>, key: Key<'_>) -> Vec<Fact> {
    let mut found = Vec::new();
    for condition in conditions.filter_map(Expr::tree) {
        conjuncts(condition, key, &mut found);
    }
    found
}

fn conjuncts(expression: &ast::Expr, key: Key<'_>, found: &mut Vec<Fact>) {
    let is_key = |expression: &ast::Expr| column(expression).as_ref() == Some(key.column);
    match strip(expression) {
        ast::Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conjuncts(left, key, found);
            conjuncts(right, key, found);
        }
        ast::Expr::Between { expr, negated: false, low, high } if is_key(expr) => {
            found.extend(Literal::read(low, key.type_).map(AtLeast));
            found.extend(Literal::read(high, key.type_).map(AtMost));
        }
        other => found.extend(single(other, key)),
    }
}

fn single(expression: &ast::Expr, key: Key<'_>) -> Option<Fact> {
    let is_key = |expression: &ast::Expr| column(expression).as_ref() == Some(key.column);
    let literals =
        |list: &[ast::Expr]| list.iter().map(|one| Literal::read(one, key.type_)).collect::<Option<Vec<_>>>();
    match strip(expression) {
        ast::Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            Some(Either(Box::new(single(left, key)?), Box::new(single(right, key)?)))
        }
        ast::Expr::BinaryOp { left, op, right } if is_key(left) => {
            compared(op, Literal::read(right, key.type_)?)
        }
        ast::Expr::BinaryOp { left, op, right } if is_key(right) => {
            compared(&turned(op)?, Literal::read(left, key.type_)?)
        }
        ast::Expr::InList { expr, list, negated } if is_key(expr) => {
            literals(list).map(if *negated { NoneOf } else { OneOf })
        }
        ast::Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } if is_key(left) => {
            match strip(right) {
                ast::Expr::Array(array) => literals(&array.elem).map(OneOf),
                _ => None,
            }
        }
        ast::Expr::IsNull(inner) if is_key(inner) => Some(IsNull),
        _ => None,
    }
}

fn compared(op: &BinaryOperator, value: Literal) -> Option<Fact> {
    Some(match op {
        BinaryOperator::GtEq => AtLeast(value),
        BinaryOperator::Gt => Above(value),
        BinaryOperator::LtEq => AtMost(value),
        BinaryOperator::Lt => Below(value),
        BinaryOperator::Eq => OneOf(vec![value]),
        BinaryOperator::NotEq => NoneOf(vec![value]),
        _ => return None,
    })
}

/// The operator with its sides exchanged.
fn turned(op: &BinaryOperator) -> Option<BinaryOperator> {
    Some(match op {
        BinaryOperator::GtEq => BinaryOperator::LtEq,
        BinaryOperator::Gt => BinaryOperator::Lt,
        BinaryOperator::LtEq => BinaryOperator::GtEq,
        BinaryOperator::Lt => BinaryOperator::Gt,
        BinaryOperator::Eq => BinaryOperator::Eq,
        BinaryOperator::NotEq => BinaryOperator::NotEq,
        _ => return None,
    })
}
