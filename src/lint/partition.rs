//! What a partition's bound asks of rows, and whether a table's checks prove it already. PostgreSQL reads no row of a
//! table whose valid checks imply the bound, and no row of a default partition whose checks rule it out. Each line was
//! observed on PostgreSQL 15; what isn't recognised here proves nothing.

use std::cmp::Ordering;
use std::fmt;

use sqlparser::ast::{self, BinaryOperator, UnaryOperator, Value};

use super::expression::{self, column, strip};
use super::types::Type;
use crate::ident::Ident;
use crate::migration::after;

/// The bound of a partition by one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// `FROM (a) TO (b)`; none is `MINVALUE` or `MAXVALUE`.
    Range(Option<Literal>, Option<Literal>),
    /// `IN (a, b)`
    List(Vec<Literal>),
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A whole number.
    Number(i128),
    /// Any other value, by its text.
    Text(String),
}

/// What a check says about the partitioned column.
enum Fact {
    AtLeast(Literal),
    Above(Literal),
    AtMost(Literal),
    Below(Literal),
    OneOf(Vec<Literal>),
    NoneOf(Vec<Literal>),
    IsNull,
    /// One of these holds.
    Either(Box<Self>, Box<Self>),
}

use Fact::{Above, AtLeast, AtMost, Below, Either, IsNull, NoneOf, OneOf};

/// The partitioned column, and its type where the files tell.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// Its name.
    pub column: &'a Ident,
    /// Its type.
    pub type_: Option<&'a str>,
}

impl Bound {
    /// Reads `FOR VALUES …`. None for `DEFAULT`, hash partitions, bounds over several columns, and NULL.
    pub fn parse(written: &str) -> Option<Self> {
        let values = |keyword| {
            let rest = after(written, keyword)?;
            expression::parse_list(&rest)
        };
        if let Some(list) = values("IN") {
            return list.iter().map(|value| literal(value, None)).collect::<Option<_>>().map(Self::List);
        }
        let end = |keyword, open: &str| {
            let values = values(keyword)?;
            let [value] = values.as_slice() else { return None };
            match column(value) {
                Some(word) => (word.as_str() == open).then_some(None),
                None => literal(value, None).map(Some),
            }
        };
        Some(Self::Range(end("FROM", "minvalue")?, end("TO", "maxvalue")?))
    }

    /// The condition that a row must meet, besides being not null.
    pub fn condition(&self, column: &Ident) -> String {
        match self {
            Self::Range(from, to) => {
                let from = from.iter().map(|from| format!("{column} >= {from}"));
                let parts = from.chain(to.iter().map(|to| format!("{column} < {to}")));
                parts.collect::<Vec<_>>().join(" AND ")
            }
            Self::List(values) => format!("{column} IN ({})", joined(values)),
        }
    }

    /// The condition of the rows that don't fit.
    pub fn exclusion(&self, column: &Ident) -> String {
        match self {
            Self::Range(from, to) => {
                let from = from.iter().map(|from| format!("{column} < {from}"));
                let parts = from.chain(to.iter().map(|to| format!("{column} >= {to}")));
                parts.collect::<Vec<_>>().join(" OR ")
            }
            Self::List(values) => format!("{column} NOT IN ({})", joined(values)),
        }
    }

    /// Whether the conditions, all of them true, leave only rows that fit. That the column is not null is another
    /// question.
    pub fn is_implied_by<'a>(&self, conditions: impl Iterator<Item = &'a str>, key: Key<'_>) -> bool {
        let facts = facts(conditions, key);
        match self {
            Self::Range(from, to) => {
                let holds = |end: &Option<Literal>, proves: fn(&Fact, &Literal) -> bool| {
                    end.as_ref().is_none_or(|end| facts.iter().any(|fact| proves(fact, end)))
                };
                holds(from, at_least) && holds(to, below)
            }
            Self::List(values) => facts.iter().any(|fact| match fact {
                OneOf(only) => only.iter().all(|one| values.contains(one)),
                _ => false,
            }),
        }
    }

    /// Whether the conditions, all of them true, leave no row that fits.
    pub fn is_excluded_by<'a>(&self, conditions: impl Iterator<Item = &'a str>, key: Key<'_>) -> bool {
        facts(conditions, key).iter().any(|fact| self.excludes(fact))
    }

    fn excludes(&self, fact: &Fact) -> bool {
        match (fact, self) {
            (IsNull, _) => true,
            (Either(one, other), _) => self.excludes(one) && self.excludes(other),
            (fact, Self::Range(from, to)) => {
                from.as_ref().is_some_and(|from| below(fact, from))
                    || to.as_ref().is_some_and(|to| at_least(fact, to))
            }
            (NoneOf(none), Self::List(values)) => values.iter().all(|value| none.contains(value)),
            (OneOf(only), Self::List(values)) => only
                .iter()
                .all(|one| values.iter().all(|value| order(one, value).is_some_and(Ordering::is_ne))),
            _ => false,
        }
    }
}

fn joined(values: &[Literal]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(&crate::ident::literal(text)),
        }
    }
}

/// Whether the fact says that the column is `end` or more.
fn at_least(fact: &Fact, end: &Literal) -> bool {
    let reaches = |value: &Literal| order(value, end).is_some_and(Ordering::is_ge);
    match fact {
        AtLeast(value) | Above(value) => reaches(value),
        OneOf(values) => values.iter().all(reaches),
        _ => false,
    }
}

/// Whether the fact says that the column is less than `end`.
fn below(fact: &Fact, end: &Literal) -> bool {
    let under = |value: &Literal| order(value, end).is_some_and(Ordering::is_lt);
    match fact {
        Below(value) => order(value, end).is_some_and(Ordering::is_le),
        AtMost(value) => under(value),
        OneOf(values) => values.iter().all(under),
        _ => false,
    }
}

fn facts<'a>(conditions: impl Iterator<Item = &'a str>, key: Key<'_>) -> Vec<Fact> {
    let mut found = Vec::new();
    for condition in conditions.filter_map(expression::parse) {
        conjuncts(&condition, key, &mut found);
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
            found.extend(literal(low, key.type_).map(AtLeast));
            found.extend(literal(high, key.type_).map(AtMost));
        }
        other => found.extend(single(other, key)),
    }
}

fn single(expression: &ast::Expr, key: Key<'_>) -> Option<Fact> {
    let is_key = |expression: &ast::Expr| column(expression).as_ref() == Some(key.column);
    let literals =
        |list: &[ast::Expr]| list.iter().map(|one| literal(one, key.type_)).collect::<Option<Vec<_>>>();
    match strip(expression) {
        ast::Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            Some(Either(Box::new(single(left, key)?), Box::new(single(right, key)?)))
        }
        ast::Expr::BinaryOp { left, op, right } if is_key(left) => compared(op, literal(right, key.type_)?),
        ast::Expr::BinaryOp { left, op, right } if is_key(right) => {
            compared(&turned(op)?, literal(left, key.type_)?)
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

/// A constant. A cast to another type than the column's compares differently, and proves nothing.
fn literal(expression: &ast::Expr, type_: Option<&str>) -> Option<Literal> {
    let same = |cast: &ast::DataType| {
        type_.is_none_or(|type_| Type::parse(type_).name == Type::parse(&cast.to_string()).name)
    };
    match strip(expression) {
        ast::Expr::Cast { expr, data_type, .. } if same(data_type) => literal(expr, type_),
        ast::Expr::TypedString(typed) if same(&typed.data_type) => value(&typed.value.value),
        ast::Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match literal(expr, type_)? {
            Literal::Number(number) => Some(Literal::Number(-number)),
            Literal::Text(_) => None,
        },
        ast::Expr::Value(written) => value(&written.value),
        _ => None,
    }
}

fn value(value: &Value) -> Option<Literal> {
    match value {
        Value::Number(number, _) => number.parse().ok().map(Literal::Number),
        Value::SingleQuotedString(text) => Some(Literal::Text(text.clone())),
        _ => None,
    }
}

/// How two constants compare, where that is certain: numbers, equal texts, and dates written in the same way.
fn order(one: &Literal, other: &Literal) -> Option<Ordering> {
    match (one, other) {
        (Literal::Number(one), Literal::Number(other)) => Some(one.cmp(other)),
        (Literal::Text(one), Literal::Text(other)) if one == other => Some(Ordering::Equal),
        (Literal::Text(one), Literal::Text(other)) => {
            (is_date(one) && is_date(other) && one.len() == other.len()).then(|| one.cmp(other))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "k";

    fn asked(bound: &str, check: &str, type_: Option<&str>) -> (bool, bool) {
        let bound = Bound::parse(bound).unwrap();
        let column = Ident::new(KEY);
        let key = Key { column: &column, type_ };
        (bound.is_implied_by([check].into_iter(), key), bound.is_excluded_by([check].into_iter(), key))
    }

    #[test]
    fn a_check_implies_a_bound_or_rules_it_out() {
        const FIRST: &str = "FOR VALUES FROM (10) TO (20)";
        const YEAR: &str = "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')";
        const LIST: &str = "FOR VALUES IN ('a', 'b')";
        let cases: &[(&str, &str, (bool, bool))] = &[
            (FIRST, "k >= 10 AND k < 20", (true, false)),
            (FIRST, "(k IS NOT NULL) AND (k > 10 AND 19 >= k)", (true, false)),
            (FIRST, "k BETWEEN 10 AND 19", (true, false)),
            (FIRST, "k = 12", (true, false)),
            (FIRST, "k IN (10, 19)", (true, false)),
            (FIRST, "k >= 10 AND k <= 20", (false, false)),
            (FIRST, "k >= 9 AND k < 20", (false, false)),
            (FIRST, "k < 20", (false, false)),
            (FIRST, "k >= 10 OR k < 20", (false, false)),
            (FIRST, "other >= 10 AND other < 20", (false, false)),
            (FIRST, "NOT (k >= 10 AND k < 20)", (false, false)),
            (FIRST, "k >= 20", (false, true)),
            (FIRST, "k < 10", (false, true)),
            (FIRST, "k <= 9 OR k >= 20", (false, true)),
            (FIRST, "k IS NULL OR k < 10 OR k >= 20", (false, true)),
            (FIRST, "k <= 10 OR k >= 20", (false, false)),
            (FIRST, "k = 20", (false, true)),
            ("FOR VALUES FROM (MINVALUE) TO (-5)", "k < -5", (true, false)),
            ("FOR VALUES FROM (20) TO (MAXVALUE)", "k >= 20", (true, false)),
            ("FOR VALUES FROM (20) TO (MAXVALUE)", "k < 20", (false, true)),
            (YEAR, "k >= '2026-01-01' AND k < '2027-01-01'", (true, false)),
            (YEAR, "k >= '2026-03-01' AND k < '2026-04-01'", (true, false)),
            (YEAR, "k >= '2026-3-1' AND k < '2026-4-1'", (false, false)),
            (YEAR, "k >= timestamptz '2026-01-01' AND k < '2027-01-01'::timestamptz", (true, false)),
            (YEAR, "k >= '2027-01-01'", (false, true)),
            (LIST, "k IN ('a', 'b')", (true, false)),
            (LIST, "k = 'a'", (true, false)),
            (LIST, "k = ANY (ARRAY['b', 'a'])", (true, false)),
            (LIST, "k IN ('a', 'c')", (false, false)),
            (LIST, "k NOT IN ('a', 'b', 'c')", (false, true)),
            (LIST, "k <> 'a'", (false, false)),
        ];
        for (bound, check, expected) in cases {
            assert_eq!(asked(bound, check, None), *expected, "{bound}: {check}");
        }
        // a comparison of two types is not the column's own
        let dates = "k >= date '2026-01-01' AND k < date '2027-01-01'";
        assert!(!asked(YEAR, dates, Some("timestamptz")).0 && asked(YEAR, dates, Some("date")).0);
    }

    #[test]
    fn other_bounds_prove_nothing() {
        for bound in [
            "DEFAULT",
            "FOR VALUES WITH (MODULUS 4, REMAINDER 0)",
            "FOR VALUES FROM (1, 1) TO (2, 2)",
            "FOR VALUES IN ('a', NULL)",
            "FOR VALUES FROM (now()) TO (MAXVALUE)",
        ] {
            assert_eq!(Bound::parse(bound), None, "{bound}");
        }
    }
}
