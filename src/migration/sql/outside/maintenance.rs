//! Statements about whole tables, and about the server.

use sqlparser::tokenizer::Token;

use super::super::cursor::{Cursor, starts};
use super::tables;
use crate::migration::statement::{ReindexScope, Statement};
use crate::pg::transactions::{OUTSIDE, When};

pub fn read(mut cursor: Cursor) -> Option<Statement> {
    let whole = cursor.span();
    if cursor.eat("TRUNCATE") {
        cursor.eat("TABLE");
        let tables = tables(&mut cursor)?;
        return Some(Statement::Truncate {
            tables,
            cascade: cursor.tokens.iter().any(|tok| tok.is("CASCADE")),
        });
    }
    if cursor.eat("REINDEX") {
        return reindex(cursor);
    }
    if cursor.eat("VACUUM") {
        return vacuum(cursor);
    }
    if cursor.eat("CLUSTER") {
        let _ = cursor.at_token(&Token::LParen) && cursor.group("options").is_ok();
        cursor.eat("VERBOSE");
        let mut table = cursor.table().ok();
        // `CLUSTER index ON table`
        if cursor.eat("ON") {
            table = cursor.table().ok();
        }
        return Some(Statement::Cluster(table));
    }
    if cursor.eat("REFRESH MATERIALIZED VIEW") {
        let concurrently = cursor.eat("CONCURRENTLY");
        let view = cursor.table().ok()?;
        return Some(Statement::Refresh { view, concurrently, empties: cursor.at("WITH NO DATA") });
    }
    if cursor.eat("LOCK") {
        cursor.eat("TABLE");
        let tables = tables(&mut cursor)?;
        let words = if cursor.eat("IN") { cursor.until(|at| at.at("MODE")).text() } else { None };
        let mode = words.map_or_else(|| "ACCESS EXCLUSIVE".to_owned(), |words| words.value.to_uppercase());
        let mode = mode.split_whitespace().collect::<Vec<_>>().join(" ");
        return Some(Statement::LockTable { tables, mode });
    }
    if cursor.eat("DROP DATABASE") {
        cursor.eat("IF EXISTS");
        return cursor.name().ok().map(Statement::DropDatabase);
    }
    if cursor.at("DROP OWNED") {
        return Some(Statement::DropOwned(whole));
    }
    if let Some(outside) = OUTSIDE.iter().find(|outside| cursor.at(outside.head)) {
        return outside_transactions(&cursor, outside.when);
    }
    let role =
        ["CREATE ROLE", "CREATE USER", "ALTER ROLE", "ALTER USER"].iter().any(|words| cursor.at(words));
    (role && cursor.tokens.iter().any(|tok| tok.is("SUPERUSER"))).then_some(Statement::Superuser)
}

fn outside_transactions(cursor: &Cursor, when: When) -> Option<Statement> {
    let has = |words: &str| (0..cursor.tokens.len()).any(|start| starts(&cursor.tokens[start..], words));
    let refused = match when {
        When::Always => true,
        When::With(words) => has(words),
        // a subscription is kept out of transactions by the slot that it makes on the publisher
        When::Unless(words) => !words.iter().any(|word| has(word)),
        When::Perhaps => return Some(Statement::Subscription),
    };
    refused.then_some(Statement::Administration)
}

/// Whether an option of a parenthesised list is on: `(VERBOSE, CONCURRENTLY true)`.
fn option(cursor: &mut Cursor, name: &str) -> bool {
    if !cursor.at_token(&Token::LParen) {
        return false;
    }
    let Ok(options) = cursor.group("options") else { return false };
    options.commas().iter().any(|option| {
        let mut option = *option;
        option.eat(name) && !["FALSE", "OFF"].iter().any(|off| option.at(off)) && !is_zero(&option)
    })
}

fn is_zero(option: &Cursor) -> bool {
    option.first().is_some_and(|tok| matches!(&tok.token, Token::Number(zero, _) if zero == "0"))
}

fn reindex(mut cursor: Cursor) -> Option<Statement> {
    let listed = option(&mut cursor, "CONCURRENTLY");
    let kind =
        ["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"].into_iter().find(|kind| cursor.eat(kind))?;
    let concurrently = cursor.eat("CONCURRENTLY") || listed;
    let scope = match kind {
        "INDEX" => ReindexScope::Index(cursor.table().ok()?),
        "TABLE" => ReindexScope::Table(cursor.table().ok()?),
        _ => ReindexScope::Many,
    };
    Some(Statement::Reindex { scope, concurrently })
}

fn vacuum(mut cursor: Cursor) -> Option<Statement> {
    let mut full = option(&mut cursor, "FULL");
    loop {
        if cursor.eat("FULL") {
            full = true;
        } else if !["FREEZE", "VERBOSE", "ANALYZE", "ANALYSE"].iter().any(|word| cursor.eat(word)) {
            break;
        }
    }
    let mut found = Vec::new();
    for mut part in cursor.commas() {
        found.extend(part.table().ok());
    }
    Some(Statement::Vacuum { full, tables: found })
}
