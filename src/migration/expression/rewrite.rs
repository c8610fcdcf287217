//! What an expression asks of other tables, and the expression with values in the place of columns.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use sqlparser::ast::{self, BinaryOperator, visit_relations};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::{Expr, column, ident, strip};
use crate::ident::Ident;
use crate::migration::operation::TableRef;

/// The tables that a query names anywhere, those of its own `WITH` included. None where the parser can't read it.
pub fn tables_read(query: &str) -> Option<Vec<TableRef>> {
    let statements = Parser::parse_sql(&PostgreSqlDialect {}, query).ok()?;
    let mut found = Vec::new();
    let _ = visit_relations(&statements, |name| {
        let mut parts = name.0.iter().rev().map_while(|part| part.as_ident()).map(ident);
        if let Some(table) = parts.next() {
            found.push(TableRef { schema: parts.next(), name: table });
        }
        ControlFlow::<()>::Continue(())
    });
    Some(found)
}

impl Expr {
    /// The tables that its subqueries name. None where it can't be read.
    pub fn tables_read(&self) -> Option<Vec<TableRef>> {
        let mut found = Vec::new();
        let _ = visit_relations(self.tree()?, |name| {
            let mut parts = name.0.iter().rev().map_while(|part| part.as_ident()).map(ident);
            if let Some(table) = parts.next() {
                found.push(TableRef { schema: parts.next(), name: table });
            }
            ControlFlow::<()>::Continue(())
        });
        Some(found)
    }

    /// Whether it holds a query. What can't be read may.
    pub fn has_query(&self) -> bool {
        let Some(tree) = self.tree() else { return true };
        let found = ast::visit_expressions(tree, |one| match one {
            ast::Expr::Subquery(_) | ast::Expr::Exists { .. } | ast::Expr::InSubquery { .. } => {
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        });
        found.is_break() || super::words(self.text()).iter().any(|word| word.is_keyword("select"))
    }

    /// Whether a condition holds only for rows that have NULL in a column: `c IS NULL`, alone or joined by AND.
    pub fn tests_for_null(&self, table: &Ident, of: &Ident) -> bool {
        fn tests(expression: &ast::Expr, table: &Ident, of: &Ident) -> bool {
            match strip(expression) {
                ast::Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                    tests(left, table, of) || tests(right, table, of)
                }
                ast::Expr::IsNull(inner) => match strip(inner) {
                    ast::Expr::CompoundIdentifier(parts) if parts.len() == 2 => {
                        ident(&parts[0]) == *table && ident(&parts[1]) == *of
                    }
                    ast::Expr::Identifier(name) => ident(name) == *of,
                    _ => false,
                },
                _ => false,
            }
        }
        self.tree().is_some_and(|tree| tests(tree, table, of))
    }

    /// Whether a condition is `column IS NULL`, and nothing else.
    pub fn is_null_test(&self, table: &Ident, of: &Ident) -> bool {
        let whole = self.tree().map(strip);
        matches!(whole, Some(ast::Expr::IsNull(inner)) if column(inner).is_some())
            && self.tests_for_null(table, of)
    }

    /// The expression over the row itself, with these columns replaced by what they hold. None where it can't be read and
    /// may name one of them.
    pub fn with_values(&self, known_as: &Ident, values: &BTreeMap<Ident, String>) -> Option<Self> {
        let bare = self.without_table(known_as);
        let (mut out, mut copied) = (String::new(), 0);
        let text = bare.text();
        for word in super::words(text) {
            if !word.may_be_column() || !word.qualifiers.is_empty() {
                continue;
            }
            let Some(value) = values.get(&word.ident) else { continue };
            bare.tree()?;
            out.push_str(&text[copied..word.span.start]);
            out.push_str(value);
            copied = word.span.end;
        }
        out.push_str(&text[copied..]);
        Some(Self::new(out, self.span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_place_of_columns() {
        let values =
            BTreeMap::from([(Ident::from("c"), "(NULL)".to_owned()), (Ident::from("D"), "(a)".to_owned())]);
        let with = |text: &str| Expr::from(text).with_values(&Ident::from("t"), &values).unwrap().to_string();
        assert_eq!(with("t.c IS NULL AND c2 > 'c'"), "(NULL) IS NULL AND c2 > 'c'");
        assert_eq!(with("coalesce(\"D\", d, c::c)"), "coalesce((a), d, (NULL)::c)");
    }

    #[test]
    fn queries_are_seen() {
        assert!(Expr::from("a + (SELECT max(b) FROM o)").has_query());
        assert!(Expr::from("EXISTS (SELECT FROM o WHERE o.id = t.id)").has_query());
        assert!(!Expr::from("coalesce(a, 'select')").has_query());
        let tables = |text: &str| {
            Expr::from(text).tables_read().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(tables("a IN (SELECT id FROM shop.o JOIN \"P\" ON true)"), ["shop.o", "\"P\""]);
        assert_eq!(tables("a.b + t.c"), Vec::<String>::new());
    }
}
