//! Operators.

use sqlparser::ast::{self, BinaryOperator as Op, UnaryOperator};

use super::Reading;
use crate::migration::expression::value::{Known, Value};
use crate::migration::expression::{Call, strip};

impl Reading<'_> {
    pub(super) fn binary(&self, left: &ast::Expr, op: &Op, right: &ast::Expr) -> Value {
        let (a, b) = (self.value(left), self.value(right));
        match op {
            Op::And => return a.and(&b),
            Op::Or => return a.either(&b),
            // arrays take a NULL in: `ARRAY[1] || NULL`
            Op::StringConcat => return Value::ANY,
            _ => {}
        }
        if a.is_nothing_but_null() || b.is_nothing_but_null() {
            return Value::NULL;
        }
        let may_be_null = a.may_be_null || b.may_be_null;
        let value = match op {
            Op::Eq => equal(&a.known, &b.known),
            Op::NotEq => equal(&a.known, &b.known).not(),
            Op::Lt => less(&a.known, &b.known),
            Op::Gt => less(&b.known, &a.known),
            Op::LtEq => less(&b.known, &a.known).not(),
            Op::GtEq => less(&a.known, &b.known).not(),
            Op::Plus => sum(&a.known, &b.known, i64::checked_add),
            Op::Minus => match b.known {
                Known::Number(low, high) => sum(&a.known, &Known::Number(high, low), i64::checked_sub),
                _ => Value::ANY,
            },
            _ => Value::ANY,
        };
        Value { may_be_null: may_be_null || value.may_be_null, ..value }
    }

    pub(super) fn unary(&self, op: UnaryOperator, expression: &ast::Expr) -> Value {
        let value = self.value(expression);
        match (op, &value.known) {
            (UnaryOperator::Not, _) => value.not(),
            (UnaryOperator::Plus, _) => value,
            (UnaryOperator::Minus, Known::Number(low, high)) => match (low.checked_neg(), high.checked_neg())
            {
                (Some(low), Some(high)) => Value { known: Known::Number(high, low), ..value },
                _ => Value::ANY,
            },
            _ => self.strict(&[expression]),
        }
    }

    /// A row is NULL when all its fields are, and is NOT NULL when none is: neither is the other's contrary.
    pub(super) fn is_null(&self, expression: &ast::Expr) -> Value {
        match strip(expression) {
            ast::Expr::Tuple(_) => Value::truth_of(true, true),
            ast::Expr::Function(function)
                if Call::of(function).is_some_and(|call| call.name.as_str() == "row") =>
            {
                Value::truth_of(true, true)
            }
            _ => self.value(expression).is_null(),
        }
    }

    pub(super) fn is_distinct(&self, left: &ast::Expr, right: &ast::Expr) -> Value {
        let (a, b) = (self.value(left), self.value(right));
        let equal = equal(&a.known, &b.known).truth();
        let one_is_null = |a: &Value, b: &Value| a.may_be_null && b.known != Known::Nothing;
        let both_values = a.known != Known::Nothing && b.known != Known::Nothing;
        Value::truth_of(
            one_is_null(&a, &b) || one_is_null(&b, &a) || (both_values && equal.may_be_false),
            (a.may_be_null && b.may_be_null) || (both_values && equal.may_be_true),
        )
    }

    pub(super) fn between(&self, of: &ast::Expr, low: &ast::Expr, high: &ast::Expr) -> Value {
        self.binary(of, &Op::GtEq, low).and(&self.binary(of, &Op::LtEq, high))
    }

    pub(super) fn in_list(&self, of: &ast::Expr, list: &[ast::Expr]) -> Value {
        let equal = list.iter().map(|one| self.binary(of, &Op::Eq, one));
        equal.reduce(|so_far, one| so_far.either(&one)).unwrap_or(Value::ANY)
    }

    /// `= ANY (…)`, `<> ALL (…)`. Over an array without elements neither is NULL, whatever stands to the left.
    pub(super) fn over_array(&self, left: &ast::Expr, op: &Op, right: &ast::Expr, any: bool) -> Value {
        if self.value(right).is_nothing_but_null() {
            return Value::NULL;
        }
        match elements(right) {
            Elements::Written(elements) if !elements.is_empty() => {
                let compared = elements.iter().map(|one| self.binary(left, op, one));
                let join = |so_far: Value, one: Value| {
                    if any { so_far.either(&one) } else { so_far.and(&one) }
                };
                compared.reduce(join).unwrap_or(Value::ANY)
            }
            Elements::InText => self.strict(&[left]),
            Elements::Written(_) => Value::truth_of(!any, any),
            Elements::Unknown => Value::ANY,
        }
    }
}

/// What an array holds.
enum Elements<'e> {
    Written(&'e [ast::Expr]),
    /// `'{a,b}'`: some.
    InText,
    Unknown,
}

fn elements(array: &ast::Expr) -> Elements<'_> {
    match strip(array) {
        ast::Expr::Array(array) => Elements::Written(&array.elem),
        ast::Expr::Cast { expr, .. } => elements(expr),
        ast::Expr::Value(value) => match Value::of_literal(&value.value).known {
            Known::Text(text) if text.starts_with('{') && !text[1..].trim_start().starts_with('}') => {
                Elements::InText
            }
            _ => Elements::Unknown,
        },
        _ => Elements::Unknown,
    }
}

fn equal(a: &Known, b: &Known) -> Value {
    match (a, b) {
        (Known::Number(a, b), Known::Number(c, d)) => {
            Value::truth_of(a <= d && c <= b, !(a == b && c == d && a == c))
        }
        (Known::Text(a), Known::Text(b)) => Value::truth_of(may_be_equal(a, b), a != b),
        (Known::Truth(a), Known::Truth(b)) => Value::truth_of(
            (a.may_be_true && b.may_be_true) || (a.may_be_false && b.may_be_false),
            (a.may_be_true && b.may_be_false) || (a.may_be_false && b.may_be_true),
        ),
        _ => Value::truth_of(true, true),
    }
}

/// Whether two texts may be the same value of some type: of one that ignores case or blanks, or of numbers, times and
/// truth values (`t` is `true`).
fn may_be_equal(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.trim().to_lowercase();
    let (a, b) = (plain(a), plain(b));
    let only_text = |text: &str| {
        const VALUES: [&str; 6] = ["true", "yes", "on", "false", "no", "off"];
        let is_word = text.chars().all(|c| c.is_alphabetic() || c == '_');
        is_word && !VALUES.iter().any(|value| value.starts_with(text))
    };
    a == b || !(a.is_empty() || b.is_empty() || only_text(&a) || only_text(&b))
}

fn less(a: &Known, b: &Known) -> Value {
    match (a, b) {
        (Known::Number(a, b), Known::Number(c, d)) => Value::truth_of(a < d, b >= c),
        // nothing is before the empty text
        (_, Known::Text(text)) if text.is_empty() => Value::truth_of(false, true),
        (Known::Text(text), Known::Text(other)) if text.is_empty() && !other.trim().is_empty() => {
            Value::truth_of(true, false)
        }
        _ => Value::truth_of(true, true),
    }
}

fn sum(a: &Known, b: &Known, add: fn(i64, i64) -> Option<i64>) -> Value {
    let (Known::Number(a, b), Known::Number(c, d)) = (a, b) else { return Value::ANY };
    match (add(*a, *c), add(*b, *d)) {
        (Some(low), Some(high)) => Value::number(low, high),
        _ => Value::ANY,
    }
}
