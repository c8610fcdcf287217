//! Constants of bounds and checks.

use std::cmp::Ordering;
use std::fmt;

use sqlparser::ast::{self, UnaryOperator, Value};

use crate::lint::expression::strip;
use crate::lint::types::Type;

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A whole number.
    Number(i128),
    /// Any other value, by its text.
    Text(String),
}

impl Literal {
    /// Reads a constant. A cast to another type than the column's compares differently, and proves nothing.
    pub fn read(expression: &ast::Expr, type_: Option<&str>) -> Option<Self> {
        let same = |cast: &ast::DataType| {
            type_.is_none_or(|type_| Type::parse(type_).name == Type::parse(&cast.to_string()).name)
        };
        match strip(expression) {
            ast::Expr::Cast { expr, data_type, .. } if same(data_type) => Self::read(expr, type_),
            ast::Expr::TypedString(typed) if same(&typed.data_type) => value(&typed.value.value),
            ast::Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match Self::read(expr, type_)? {
                Self::Number(number) => Some(Self::Number(-number)),
                Self::Text(_) => None,
            },
            ast::Expr::Value(written) => value(&written.value),
            _ => None,
        }
    }

    /// How two constants compare, where that is certain: numbers, equal texts, and dates written in the same way.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => Some(one.cmp(other)),
            (Self::Text(one), Self::Text(other)) if one == other => Some(Ordering::Equal),
            (Self::Text(one), Self::Text(other)) => {
                (is_date(one) && is_date(other) && one.len() == other.len()).then(|| one.cmp(other))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(&crate::ident::literal(text)),
        }
    }
}

fn value(value: &Value) -> Option<Literal> {
    match value {
        Value::Number(number, _) => number.parse().ok().map(Literal::Number),
        Value::SingleQuotedString(text) => Some(Literal::Text(text.clone())),
        _ => None,
    }
}

/// `2026-01-31`, `2026-01-31 12:00:00`
fn is_date(text: &str) -> bool {
    let shape = "dddd-dd-dd dd:dd:dd".bytes();
    matches!(text.len(), 10 | 19)
        && text.bytes().zip(shape).all(|(byte, shape)| match shape {
            b'd' => byte.is_ascii_digit(),
            exact => byte == exact,
        })
}
