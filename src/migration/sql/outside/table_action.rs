//! Actions of `ALTER TABLE` outside the vocabulary.

use super::super::cursor::Cursor;
use crate::migration::statement::{TableAction, Timing};

/// Reads one action; the words are known to be an action.
pub fn read(cursor: &Cursor) -> TableAction {
    let mut cursor = *cursor;
    named(&mut cursor).unwrap_or(TableAction::Instant)
}

fn named(cursor: &mut Cursor) -> Option<TableAction> {
    if cursor.eat("ATTACH PARTITION") {
        let partition = cursor.table().ok()?;
        return Some(TableAction::Attach { partition, bound: cursor.text() });
    }
    if cursor.eat("DETACH PARTITION") {
        let partition = cursor.table().ok()?;
        let concurrently = cursor.eat("CONCURRENTLY");
        return Some(TableAction::Detach { partition, concurrently, finalize: cursor.at("FINALIZE") });
    }
    if cursor.eat("SET SCHEMA") {
        return cursor.name().ok().map(TableAction::SetSchema);
    }
    const STORAGE: &[&str] = &["SET LOGGED", "SET UNLOGGED", "SET TABLESPACE", "SET ACCESS METHOD"];
    if let Some(words) = STORAGE.iter().find(|words| cursor.at(words)) {
        return Some(TableAction::Storage(words));
    }
    if cursor.at("CLUSTER ON") || cursor.at("SET WITHOUT CLUSTER") {
        return Some(TableAction::Mild);
    }
    if cursor.at("DISABLE TRIGGER") {
        return Some(TableAction::DisableTrigger);
    }
    if cursor.at("ENABLE") && cursor.tokens.iter().any(|tok| tok.is("TRIGGER")) {
        return Some(TableAction::EnableTrigger);
    }
    if cursor.eat("ALTER CONSTRAINT") {
        let name = cursor.name().ok()?;
        let off = cursor.tokens.windows(2).any(|pair| pair[0].is("NOT") && pair[1].is("ENFORCED"));
        let enforce = !off && cursor.tokens.iter().any(|tok| tok.is("ENFORCED"));
        return Some(TableAction::AlterConstraint { name, enforce, timing: timing(cursor) });
    }
    if cursor.eat("ALTER") {
        cursor.eat("COLUMN");
        let column = cursor.name().ok()?;
        return cursor.at("SET EXPRESSION").then_some(TableAction::SetExpression(column));
    }
    cursor.eat("ADD").then(|| added(cursor)).flatten()
}

/// `DEFERRABLE INITIALLY DEFERRED`, in any order and number. What is not said is PostgreSQL's own.
fn timing(cursor: &mut Cursor) -> Option<Timing> {
    let (mut deferrable, mut initially_deferred) = (None, None);
    while !cursor.is_empty() {
        if cursor.eat("NOT DEFERRABLE") {
            deferrable = Some(false);
        } else if cursor.eat("DEFERRABLE") {
            deferrable = Some(true);
        } else if cursor.eat("INITIALLY DEFERRED") {
            initially_deferred = Some(true);
        } else if cursor.eat("INITIALLY IMMEDIATE") {
            initially_deferred = Some(false);
        } else {
            return None;
        }
    }
    let initially_deferred = initially_deferred.unwrap_or(false);
    Some(Timing { deferrable: deferrable.unwrap_or(initially_deferred), initially_deferred })
}

fn added(cursor: &mut Cursor) -> Option<TableAction> {
    let name = if cursor.eat("CONSTRAINT") { Some(cursor.name().ok()?) } else { None };
    if cursor.eat("NOT NULL") {
        let column = cursor.name().ok()?;
        return Some(TableAction::AddNotNull { name, column, not_valid: cursor.at("NOT VALID") });
    }
    Some(TableAction::AddTemporalKey { foreign: cursor.at("FOREIGN KEY") })
}
