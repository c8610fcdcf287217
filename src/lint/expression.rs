//! What an SQL expression says: which functions it calls, which columns it proves to be not null.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{self, BinaryOperator, UnaryOperator, Value, Visit, Visitor, visit_expressions};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer, Word};

use super::functions::{MOMENTS, SESSION, STABLE, VOLATILE};
use crate::ident::Ident;

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
pub fn volatile(text: &str, declared: impl Fn(&Ident) -> Option<bool>) -> Option<Volatile> {
    let verdicts = calls(text).into_iter().filter_map(|call| verdict(&call, &declared)).collect::<Vec<_>>();
    let known = verdicts.iter().find(|verdict| matches!(verdict, Volatile::Known(_)));
    known.or(verdicts.first()).cloned()
}

fn verdict(call: &[Ident], declared: &impl Fn(&Ident) -> Option<bool>) -> Option<Volatile> {
    let name = call.last()?;
    let schema = call.len().checked_sub(2).and_then(|i| call.get(i));
    let written = call.iter().map(Ident::to_string).collect::<Vec<_>>().join(".");
    let built_in = schema.is_none_or(|schema| schema.as_str() == "pg_catalog");
    match declared(name) {
        Some(true) => return Some(Volatile::Known(written)),
        Some(false) => return None,
        None => {}
    }
    // extensions may live in any schema
    if VOLATILE.binary_search(&name.as_str()).is_ok() {
        return Some(Volatile::Known(written));
    }
    let stable = STABLE.binary_search(&name.as_str()).is_ok();
    (!stable || !(built_in || name.as_str().starts_with("uuid_"))).then_some(Volatile::Undeclared(written))
}

/// Every function that an expression calls, by its parts (`schema`, `name`).
fn calls(text: &str) -> Vec<Vec<Ident>> {
    let Some(expression) = parse(text) else { return calls_by_token(text) };
    let mut found = Vec::new();
    let _ = visit_expressions(&expression, |expression| {
        if let ast::Expr::Function(function) = expression {
            found.push(function.name.0.iter().filter_map(|part| part.as_ident().map(ident)).collect());
        }
        ControlFlow::<()>::Continue(())
    });
    found
}

/// The same for text that the parser can't read: any name in front of a parenthesis.
fn calls_by_token(text: &str) -> Vec<Vec<Ident>> {
    let Ok(tokens) = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize() else { return Vec::new() };
    tokens
        .windows(2)
        .filter_map(|pair| match pair {
            [Token::Word(word), Token::LParen] => Some(vec![word_ident(word)]),
            _ => None,
        })
        .collect()
}

/// The first call that makes a condition's answer depend on more than the row. `column <= now()` doesn't count: once
/// true, it stays so.
pub fn changing(condition: &str) -> Option<String> {
    let changes = |call: &[Ident]| {
        let name = call.last().map_or("", Ident::as_str);
        VOLATILE.binary_search(&name).is_ok() || MOMENTS.contains(&name) || SESSION.contains(&name)
    };
    let found = calls(condition).into_iter().find(|call| changes(call))?;
    Some(found.iter().map(Ident::to_string).collect::<Vec<_>>().join("."))
}

/// Whether a condition forbids NULL in some columns and says nothing else.
pub fn only_forbids_null(condition: &str) -> bool {
    fn forbids(expression: &ast::Expr) -> bool {
        match strip(expression) {
            ast::Expr::BinaryOp { left, op: BinaryOperator::And, right } => forbids(left) && forbids(right),
            other => {
                let mut proven = BTreeSet::new();
                conjuncts(other, &mut proven);
                !proven.is_empty()
            }
        }
    }
    parse(condition).is_some_and(|expression| forbids(&expression))
}

/// The columns that a valid CHECK with this condition proves to hold no NULL. PostgreSQL looks at the conjuncts
/// of the condition and nowhere deeper; `CHECK (a > 0)` lets NULL pass.
pub fn proves_not_null(condition: &str) -> BTreeSet<Ident> {
    let mut proven = BTreeSet::new();
    if let Some(expression) = parse(condition) {
        conjuncts(&expression, &mut proven);
    }
    proven
}

fn conjuncts(expression: &ast::Expr, proven: &mut BTreeSet<Ident>) {
    match expression {
        ast::Expr::Nested(inner) => conjuncts(inner, proven),
        ast::Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conjuncts(left, proven);
            conjuncts(right, proven);
        }
        ast::Expr::IsNotNull(inner) => proven.extend(column(inner)),
        ast::Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
            if let ast::Expr::IsNull(inner) = strip(expr) {
                proven.extend(column(inner));
            }
        }
        ast::Expr::IsDistinctFrom(left, right) => {
            if is_null(right) {
                proven.extend(column(left));
            } else if is_null(left) {
                proven.extend(column(right));
            }
        }
        _ => {}
    }
}

/// Every column that an expression names.
pub fn columns(text: &str) -> BTreeSet<Ident> {
    let mut found = BTreeSet::new();
    if let Some(expression) = parse(text) {
        let _ = visit_expressions(&expression, |expression| {
            found.extend(column(expression));
            ControlFlow::<()>::Continue(())
        });
    }
    found
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

/// The column that a part of an index is on, if it is no expression: `a`, `a DESC`, `a text_pattern_ops`.
pub fn index_column(part: &str) -> Option<Ident> {
    match tokens(part).as_slice() {
        [Token::Word(_), Token::LParen | Token::Period, ..] => None,
        [Token::Word(word), ..] => Some(word_ident(word)),
        _ => None,
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize().unwrap_or_default();
    tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect()
}

fn word_ident(word: &Word) -> Ident {
    match word.quote_style {
        Some(_) => Ident::new(word.value.clone()),
        None => Ident::new(word.value.to_lowercase()),
    }
}

/// Whether an expression is just `column`, `column::type` or `CAST(column AS type)`; with a cast, its type.
pub fn plain_cast(text: &str, of: &Ident) -> Option<Option<String>> {
    let expression = parse(text)?;
    match strip(&expression) {
        ast::Expr::Cast { expr, data_type, format: None, .. } if column(expr).as_ref() == Some(of) => {
            Some(Some(data_type.to_string()))
        }
        other => (column(other).as_ref() == Some(of)).then_some(None),
    }
}

/// Reads an expression; none where the parser doesn't know it.
pub fn parse(text: &str) -> Option<ast::Expr> {
    let dialect = PostgreSqlDialect {};
    let mut parser = Parser::new(&dialect).try_with_sql(text).ok()?;
    let expression = parser.parse_expr().ok()?;
    (parser.peek_token().token == Token::EOF).then_some(expression)
}

/// The expressions in the parentheses that the text begins with.
pub fn parse_list(text: &str) -> Option<Vec<ast::Expr>> {
    let dialect = PostgreSqlDialect {};
    let mut parser = Parser::new(&dialect).try_with_sql(text).ok()?;
    parser.expect_token(&Token::LParen).ok()?;
    let list = parser.parse_comma_separated(Parser::parse_expr).ok()?;
    parser.expect_token(&Token::RParen).ok()?;
    Some(list)
}

/// An expression without the parentheses around it.
pub fn strip(expression: &ast::Expr) -> &ast::Expr {
    match expression {
        ast::Expr::Nested(inner) => strip(inner),
        other => other,
    }
}

fn is_null(expression: &ast::Expr) -> bool {
    matches!(strip(expression), ast::Expr::Value(value) if value.value == Value::Null)
}

/// The column that an expression is, if it is one and nothing else.
pub fn column(expression: &ast::Expr) -> Option<Ident> {
    match strip(expression) {
        ast::Expr::Identifier(name) => Some(ident(name)),
        ast::Expr::CompoundIdentifier(parts) => parts.last().map(ident),
        _ => None,
    }
}

/// A name of the parser's.
pub fn ident(name: &ast::Ident) -> Ident {
    match name.quote_style {
        Some(_) => Ident::new(name.value.clone()),
        None => Ident::new(name.value.to_lowercase()),
    }
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
        volatile(text, declared)
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

    #[test]
    fn only_conjuncts_prove_anything() {
        let proven =
            |text: &str| proves_not_null(text).iter().map(Ident::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(proven("email IS NOT NULL"), "email");
        assert_eq!(
            proven("(Email IS NOT NULL) AND length(\"Name\") > 0 AND \"Name\" IS NOT NULL"),
            "\"Name\" email"
        );
        assert_eq!(proven("NOT (email IS NULL)"), "email");
        assert_eq!(proven("email IS DISTINCT FROM NULL"), "email");
        assert_eq!(proven("email > 'a'"), "");
        assert_eq!(proven("email IS NOT NULL OR phone IS NOT NULL"), "");
    }

    #[test]
    fn a_cast_of_the_column_itself_is_plain() {
        let c = Ident::new("c");
        assert_eq!(plain_cast("c", &c), Some(None));
        assert_eq!(plain_cast("c::text", &c), Some(Some("TEXT".to_owned())));
        assert_eq!(plain_cast("CAST(c AS varchar(20))", &c), Some(Some("VARCHAR(20)".to_owned())));
        assert_eq!(plain_cast("c AT TIME ZONE 'UTC'", &c), None);
        assert_eq!(plain_cast("d::text", &c), None);
    }
}
