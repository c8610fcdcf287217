//! What the linter asks of expressions and definitions: what makes them volatile, what they name.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{self, Visit, Visitor};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer, Word};

use super::functions::{MOMENTS, SESSION, STABLE, VOLATILE};
use crate::ident::Ident;
pub use crate::migration::expression::{Call, Expr, column, ident, parse_list, strip};

/// A function in an expression that may give every row another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Volatile {
    /// PostgreSQL, or the files, declare it volatile.
    Known(String),
    /// Nobody declares it anything; PostgreSQL takes that for volatile.
    Undeclared(String),
}

/// The first function that makes an expression volatile. `declared` are the functions that the files define, true
/// for volatile ones.
pub fn volatile(expression: &Expr, declared: impl Fn(&Ident) -> Option<bool>) -> Option<Volatile> {
    let verdicts =
        expression.calls().into_iter().filter_map(|call| verdict(&call, &declared)).collect::<Vec<_>>();
    let known = verdicts.iter().find(|verdict| matches!(verdict, Volatile::Known(_)));
    known.or(verdicts.first()).cloned()
}

fn verdict(call: &Call, declared: &impl Fn(&Ident) -> Option<bool>) -> Option<Volatile> {
    match declared(&call.name) {
        Some(true) => return Some(Volatile::Known(call.to_string())),
        Some(false) => return None,
        None => {}
    }
    // extensions may live in any schema
    let name = call.name.as_str();
    if VOLATILE.binary_search(&name).is_ok() {
        return Some(Volatile::Known(call.to_string()));
    }
    let stable = STABLE.binary_search(&name).is_ok();
    let known = stable && (call.may_be_built_in() || name.starts_with("uuid_"));
    (!known).then(|| Volatile::Undeclared(call.to_string()))
}

/// The first call that makes a condition's answer depend on more than the row. `column <= now()` doesn't count: once
/// true, it stays so.
pub fn changing(condition: &Expr) -> Option<String> {
    let changes = |call: &Call| {
        let name = call.name.as_str();
        VOLATILE.binary_search(&name).is_ok() || MOMENTS.contains(&name) || SESSION.contains(&name)
    };
    condition.calls().into_iter().find(changes).map(|call| call.to_string())
}

/// Every string literal in a piece of SQL.
pub fn literals(text: &str) -> Vec<String> {
    let literals = tokens(text).into_iter().filter_map(|token| match token {
        Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text) => Some(text),
        Token::DollarQuotedString(quoted) => Some(quoted.value),
        _ => None,
    });
    literals.collect()
}

/// Every name in a piece of SQL that isn't called as a function. Words of the language are among them.
pub fn names(text: &str) -> BTreeSet<Ident> {
    let tokens = tokens(text);
    let called = |at: usize| matches!(tokens.get(at + 1), Some(Token::LParen));
    let names = tokens.iter().enumerate().filter_map(|(at, token)| match token {
        Token::Word(word) if !called(at) => Some(word_ident(word)),
        _ => None,
    });
    names.collect()
}

/// The columns of `NEW` and `OLD` that a trigger's definition names.
pub fn rows(definition: &str) -> BTreeSet<Ident> {
    let tokens = tokens(definition);
    let is_row = |word: &Word| ["new", "old"].contains(&word.value.to_lowercase().as_str());
    let columns = tokens.windows(3).filter_map(|three| match three {
        [Token::Word(row), Token::Period, Token::Word(column)] if is_row(row) => Some(word_ident(column)),
        _ => None,
    });
    columns.collect()
}

/// The columns that the expressions of a policy name, those in subqueries apart.
pub fn of_policy(definition: &str) -> BTreeSet<Ident> {
    let dialect = PostgreSqlDialect {};
    let sql = format!("CREATE POLICY p ON t {definition}");
    let read = Parser::new(&dialect).try_with_sql(&sql).and_then(|mut parser| parser.parse_statement());
    let Ok(ast::Statement::CreatePolicy(policy)) = read else { return BTreeSet::new() };
    let mut outside = OutsideQueries::default();
    for expression in policy.using.iter().chain(&policy.with_check) {
        let _ = expression.visit(&mut outside);
    }
    outside.columns
}

/// Columns that stand in no subquery.
#[derive(Default)]
struct OutsideQueries {
    columns: BTreeSet<Ident>,
    depth: usize,
}

impl Visitor for OutsideQueries {
    type Break = ();

    fn pre_visit_query(&mut self, _: &ast::Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &ast::Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &ast::Expr) -> ControlFlow<()> {
        if self.depth == 0 {
            self.columns.extend(column(expression));
        }
        ControlFlow::Continue(())
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize().unwrap_or_default();
    tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect()
}

fn word_ident(word: &Word) -> Ident {
    Ident::written(&word.value, word.quote_style.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict_of(text: &str) -> Option<Volatile> {
        let declared = |name: &Ident| match name.as_str() {
            "key_of" => Some(false),
            "roll" => Some(true),
            _ => None,
        };
        volatile(&Expr::from(text), declared)
    }

    #[test]
    fn stable_is_not_volatile() {
        for text in [
            "1",
            "'x'",
            "now()",
            "pg_catalog.now()",
            "CURRENT_DATE",
            "CURRENT_TIMESTAMP",
            "LOCALTIMESTAMP",
            "current_user",
            "current_timestamp(3)",
            "upper('x')",
            "jsonb_build_object('a', 1)",
            "now() at time zone 'utc'",
            "(now() + interval '1 day')",
            "'{}'::jsonb",
            "ARRAY[]::text[]",
            "extract(epoch from now())",
            "NULL",
            "key_of(1)",
            "coalesce(current_setting('a.b', true), 'x')",
            "'random()'",
            "uuid_nil()",
            "txid_current()",
            "CASE WHEN true THEN 1 ELSE 2 END",
            "date_trunc('day', now())",
            "- 1",
            "'infinity'",
            "TRUE",
            "B'0'",
        ] {
            assert_eq!(verdict_of(text), None, "{text}");
        }
    }

    #[test]
    fn volatile_is_found_wherever_it_hides() {
        for text in [
            "clock_timestamp()",
            "random()",
            "floor(random() * 10)::int",
            "gen_random_uuid()",
            "public.gen_random_uuid()",
            "uuid_generate_v4()",
            "extensions.uuid_generate_v4()",
            "nextval('s'::regclass)",
            "roll()",
            "uuidv7()",
            "CASE WHEN true THEN random() ELSE 2 END",
            "pg_catalog.random()",
            "(gen_random_uuid())::text",
        ] {
            assert!(matches!(verdict_of(text), Some(Volatile::Known(_))), "{text}: {:?}", verdict_of(text));
        }
        for text in ["my_key()", "app.now()", "upper(my_key())", "\"Now\"()"] {
            assert!(
                matches!(verdict_of(text), Some(Volatile::Undeclared(_))),
                "{text}: {:?}",
                verdict_of(text)
            );
        }
    }
}
