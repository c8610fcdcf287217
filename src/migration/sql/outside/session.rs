//! Transactions and session parameters.

use sqlparser::tokenizer::Token;

use super::super::comment::text;
use super::super::cursor::Cursor;
use crate::migration::statement::{Setting, Statement, Transaction};

pub fn read(cursor: Cursor) -> Option<Statement> {
    transaction(cursor)
        .map(Statement::Transaction)
        .or_else(|| setting(cursor).or_else(|| set_config(cursor)).map(Statement::Set))
}

fn transaction(mut cursor: Cursor) -> Option<Transaction> {
    if cursor.eat("BEGIN") || cursor.eat("START TRANSACTION") {
        return Some(Transaction::Begin);
    }
    if cursor.eat("SAVEPOINT") {
        return cursor.name().ok().map(Transaction::Savepoint);
    }
    if cursor.eat("RELEASE") {
        return Some(Transaction::Release);
    }
    let commits = cursor.eat("COMMIT") || cursor.eat("END");
    if !commits && !cursor.eat("ROLLBACK") && !cursor.eat("ABORT") {
        // its locks stay with the prepared transaction, but the session has none any more
        return cursor.at("PREPARE TRANSACTION").then_some(Transaction::Commit { chain: false });
    }
    if cursor.at("PREPARED") {
        return None;
    }
    let _ = cursor.eat("WORK") || cursor.eat("TRANSACTION");
    if cursor.eat("TO") {
        cursor.eat("SAVEPOINT");
        return cursor.name().ok().map(Transaction::RollbackTo);
    }
    let chain = cursor.eat("AND CHAIN");
    Some(if commits { Transaction::Commit { chain } } else { Transaction::Rollback { chain } })
}

fn setting(mut cursor: Cursor) -> Option<Setting> {
    if cursor.eat("RESET") {
        let name = if cursor.eat("ALL") { "*".to_owned() } else { parameter(&mut cursor)? };
        return Some(Setting { name, values: Vec::new(), local: false });
    }
    if cursor.eat("DISCARD ALL") {
        return Some(Setting { name: "*".to_owned(), values: Vec::new(), local: false });
    }
    if !cursor.eat("SET") {
        return None;
    }
    let local = cursor.eat("LOCAL");
    if !cursor.at("SESSION AUTHORIZATION") && !cursor.at("SESSION CHARACTERISTICS") {
        cursor.eat("SESSION");
    }
    let name = if cursor.eat("TIME ZONE") {
        "timezone".to_owned()
    } else {
        let name = parameter(&mut cursor)?;
        if !cursor.eat("TO") && !cursor.eat_token(&Token::Eq) {
            return None;
        }
        name
    };
    if cursor.at("DEFAULT") {
        return Some(Setting { name, values: Vec::new(), local });
    }
    let values = cursor.commas().iter().filter_map(|one| value(*one)).collect();
    Some(Setting { name, values, local })
}

/// `SELECT set_config('lock_timeout', '2s', false)`
fn set_config(mut cursor: Cursor) -> Option<Setting> {
    if !cursor.eat("SELECT") && !cursor.eat("PERFORM") {
        return None;
    }
    let called = cursor.table().ok()?;
    if called.name.as_str() != "set_config" {
        return None;
    }
    let arguments = cursor.group("arguments").ok()?.commas();
    let [name, new, local] = arguments.as_slice() else { return None };
    let values = value(*new)?.split(',').map(|one| one.trim().to_owned()).collect();
    Some(Setting { name: value(*name)?.to_lowercase(), values, local: !local.at("false") })
}

/// `lock_timeout`, `midflight.backfill`
fn parameter(cursor: &mut Cursor) -> Option<String> {
    let name = cursor.table().ok()?;
    let prefix = name.schema.as_ref().map_or_else(String::new, |schema| format!("{}.", schema.as_str()));
    Some(format!("{prefix}{}", name.name.as_str()).to_lowercase())
}

fn value(mut cursor: Cursor) -> Option<String> {
    if let Ok(Some(text)) = text(&mut cursor) {
        return Some(text);
    }
    match &cursor.first()?.token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_lowercase()),
        Token::Word(word) => Some(word.value.clone()),
        _ => cursor.text().map(|text| text.value),
    }
}
