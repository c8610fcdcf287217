//! Rows that are written, and queries.

use sqlparser::tokenizer::Token;

use super::super::cursor::Cursor;
use super::super::lex::Tok;
use crate::migration::operation::Name;
use crate::migration::statement::{Reach, Statement, Write, WriteKind};

pub fn read(mut cursor: Cursor) -> Option<Statement> {
    let whole = cursor;
    if cursor.eat("EXPLAIN") {
        return Some(Statement::Other);
    }
    let query = ["SELECT", "WITH", "VALUES", "TABLE", "CALL", "PERFORM"].iter().any(|word| cursor.at(word));
    if query || cursor.at_token(&Token::LParen) {
        return select_into(cursor).or_else(|| {
            let writes = common_tables(whole);
            Some(if writes.is_empty() { Statement::Query(called(&whole)) } else { Statement::Write(writes) })
        });
    }
    if cursor.at("CREATE") {
        return create_as(cursor);
    }
    let mut writes = vec![write(cursor)?];
    writes.extend(common_tables(whole));
    Some(Statement::Write(writes))
}

/// One writing statement.
fn write(mut cursor: Cursor) -> Option<Write> {
    if cursor.eat("INSERT INTO") {
        let table = cursor.table().ok()?;
        let by_query = cursor
            .tokens
            .iter()
            .take_while(|tok| !tok.is("VALUES"))
            .any(|tok| tok.is("SELECT") || tok.is("TABLE") || tok.is("WITH"));
        let kind = if by_query { WriteKind::InsertQuery } else { WriteKind::InsertValues };
        return Some(Write { kind, table });
    }
    if cursor.eat("UPDATE") {
        cursor.eat("ONLY");
        let table = cursor.table().ok()?;
        return Some(Write { kind: WriteKind::Update(reach(cursor, "FROM")), table });
    }
    if cursor.eat("DELETE FROM") {
        cursor.eat("ONLY");
        let table = cursor.table().ok()?;
        return Some(Write { kind: WriteKind::Delete(reach(cursor, "USING")), table });
    }
    if cursor.eat("MERGE INTO") {
        cursor.eat("ONLY");
        return Some(Write { kind: WriteKind::Merge, table: cursor.table().ok()? });
    }
    if cursor.eat("COPY") {
        let table = cursor.table().ok()?;
        cursor.until(|at| at.at("FROM") || at.at("TO"));
        return cursor.at("FROM").then_some(Write { kind: WriteKind::Copy, table });
    }
    None
}

/// Writing statements inside `WITH … AS (…)`, and the one after them.
fn common_tables(cursor: Cursor) -> Vec<Write> {
    let mut found = Vec::new();
    for (i, tok) in cursor.tokens.iter().enumerate() {
        let opens = i > 0 && matches!(cursor.tokens[i - 1].token, Token::LParen);
        let after_list = i > 1 && matches!(cursor.tokens[i - 1].token, Token::RParen) && cursor.at("WITH");
        let writes = ["INSERT", "UPDATE", "DELETE", "MERGE"].iter().any(|verb| tok.is(verb));
        if !writes || !(opens || after_list) {
            continue;
        }
        let mut rest = cursor;
        rest.skip(i);
        let mut part = rest.until(|at| at.at_token(&Token::RParen));
        // `ON CONFLICT … DO UPDATE SET` and `FOR UPDATE` never stand right behind a parenthesis that opens
        if !part.at("UPDATE SET") {
            found.extend(write(part));
        }
        part.skip(1);
    }
    found
}

/// What the condition of an UPDATE or DELETE leaves. `joining` is the word before other tables.
fn reach(mut cursor: Cursor, joining: &str) -> Reach {
    let set = cursor.until(|at| at.at("WHERE") || at.at("RETURNING"));
    if !cursor.eat("WHERE") {
        let mut joined = set;
        joined.until(|at| at.at(joining));
        // every row that finds a partner, which may well be every row
        return Reach::All;
    }
    let mut condition = cursor.until(|at| at.at("RETURNING"));
    if is_always_true(&condition) {
        return Reach::All;
    }
    if condition.at("CURRENT OF") {
        return Reach::Keys;
    }
    let complex =
        condition.tokens.iter().any(|tok| ["OR", "SELECT", "NOT", "IS"].iter().any(|word| tok.is(word)));
    let named = condition.table().is_ok();
    let equals = condition.at_token(&Token::Eq) || condition.at("IN");
    let constant = condition.tokens.get(1).is_some_and(is_constant) || condition.at("IN");
    if named && equals && constant && !complex { Reach::Keys } else { Reach::Some }
}

fn is_constant(tok: &Tok) -> bool {
    matches!(tok.token, Token::Number(..) | Token::SingleQuotedString(_) | Token::EscapedStringLiteral(_))
}

fn is_always_true(condition: &Cursor) -> bool {
    if let [only] = condition.tokens {
        return only.is("TRUE") || matches!(&only.token, Token::Number(one, _) if one == "1");
    }
    let [left, middle, right] = condition.tokens else {
        let mut inner = *condition;
        let grouped = inner.group("a condition").ok();
        return grouped.is_some_and(|group| inner.is_empty() && is_always_true(&group));
    };
    middle.token == Token::Eq && left.token == right.token && (is_constant(left) || left.is("TRUE"))
}

/// `SELECT … INTO [TEMP] [TABLE] name`
fn select_into(mut cursor: Cursor) -> Option<Statement> {
    if !cursor.at("SELECT") && !cursor.at("WITH") {
        return None;
    }
    cursor.until(|at| at.at("INTO") || at.at("FROM"));
    if !cursor.eat("INTO") {
        return None;
    }
    let temporary = cursor.eat("TEMP") || cursor.eat("TEMPORARY");
    let _ = cursor.eat("UNLOGGED") || cursor.eat("TABLE");
    Some(Statement::CreateTableAs { table: cursor.table().ok()?, temporary, if_not_exists: false })
}

/// `CREATE TABLE … AS EXECUTE …`, `CREATE FOREIGN TABLE`: what the vocabulary doesn't have.
fn create_as(mut cursor: Cursor) -> Option<Statement> {
    cursor.eat("CREATE");
    if !cursor.eat("FOREIGN TABLE") {
        return None;
    }
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    Some(Statement::CreateTableAs { table: cursor.table().ok()?, temporary: false, if_not_exists })
}

/// Every function that a query calls, by the last part of its name.
fn called(cursor: &Cursor) -> Vec<Name> {
    let pairs = cursor.tokens.windows(2).enumerate();
    let calls =
        pairs.filter(|(_, pair)| matches!(pair[0].token, Token::Word(_)) && pair[1].token == Token::LParen);
    calls
        .filter_map(|(i, _)| {
            let mut at = *cursor;
            at.skip(i);
            at.name().ok()
        })
        .collect()
}
