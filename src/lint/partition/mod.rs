//! What a partition's bound asks of rows, and whether a table's checks prove it already. PostgreSQL reads no row of a
//! table whose valid checks imply the bound, and no row of a default partition whose checks rule it out. Each line was
//! observed on PostgreSQL 15; what isn't recognised here proves nothing.

mod fact;
mod literal;

use std::cmp::Ordering;

use fact::Fact::{self, Either, IsNull, NoneOf, OneOf};
use fact::facts;
use literal::Literal;

use super::expression::{self, Expr, column};
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
            return list
                .iter()
                .map(|value| Literal::read(value, None))
                .collect::<Option<_>>()
                .map(Self::List);
        }
        let end = |keyword, open: &str| {
            let values = values(keyword)?;
            let [value] = values.as_slice() else { return None };
            match column(value) {
                Some(word) => (word.as_str() == open).then_some(None),
                None => Literal::read(value, None).map(Some),
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
    pub fn is_implied_by<'a>(&self, conditions: impl Iterator<Item = &'a Expr>, key: Key<'_>) -> bool {
        let facts = facts(conditions, key);
        match self {
            Self::Range(from, to) => {
                let holds = |end: &Option<Literal>, proves: fn(&Fact, &Literal) -> bool| {
                    end.as_ref().is_none_or(|end| facts.iter().any(|fact| proves(fact, end)))
                };
                holds(from, Fact::reaches) && holds(to, Fact::stays_below)
            }
            Self::List(values) => facts.iter().any(|fact| match fact {
                OneOf(only) => only.iter().all(|one| values.contains(one)),
                _ => false,
            }),
        }
    }

    /// Whether the conditions, all of them true, leave no row that fits.
    pub fn is_excluded_by<'a>(&self, conditions: impl Iterator<Item = &'a Expr>, key: Key<'_>) -> bool {
        facts(conditions, key).iter().any(|fact| self.excludes(fact))
    }

    fn excludes(&self, fact: &Fact) -> bool {
        match (fact, self) {
            (IsNull, _) => true,
            (Either(one, other), _) => self.excludes(one) && self.excludes(other),
            (fact, Self::Range(from, to)) => {
                from.as_ref().is_some_and(|from| fact.stays_below(from))
                    || to.as_ref().is_some_and(|to| fact.reaches(to))
            }
            (NoneOf(none), Self::List(values)) => values.iter().all(|value| none.contains(value)),
            (OneOf(only), Self::List(values)) => only
                .iter()
                .all(|one| values.iter().all(|value| one.order(value).is_some_and(Ordering::is_ne))),
            _ => false,
        }
    }
}

fn joined(values: &[Literal]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "k";

    fn asked(bound: &str, check: &str, type_: Option<&str>) -> (bool, bool) {
        let bound = Bound::parse(bound).unwrap();
        let column = Ident::new(KEY);
        let key = Key { column: &column, type_ };
        let checks = [Expr::from(check)];
        (bound.is_implied_by(checks.iter(), key), bound.is_excluded_by(checks.iter(), key))
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
