//! `ALTER TYPE`, `ALTER INDEX` and `ALTER SEQUENCE`, as far as the vocabulary goes.

use sqlparser::tokenizer::Token;

use super::Read;
use super::comment::text;
use super::cursor::Cursor;
use super::statement::Part;
use crate::migration::change::{AddEnumValue, AlterSequence, RenameEnumValue, RenameIndex};
use crate::migration::operation::Operation;

/// Reads one of these; nothing when the statement is another one.
pub fn read(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor.span();
    let operation = if cursor.eat("ALTER TYPE") {
        enum_value(cursor)?
    } else if cursor.eat("ALTER INDEX") {
        index(cursor)?
    } else if cursor.eat("ALTER SEQUENCE") {
        sequence(cursor)?
    } else {
        None
    };
    Ok(operation.map(|operation| vec![(operation, whole)]))
}

fn enum_value(mut cursor: Cursor) -> Read<Option<Operation>> {
    let type_ = cursor.table()?;
    if cursor.eat("RENAME VALUE") {
        let value = label(&mut cursor)?;
        cursor.expect("TO")?;
        let to = label(&mut cursor)?;
        cursor.finish()?;
        return Ok(Some(Operation::RenameEnumValue(RenameEnumValue { type_, value, to })));
    }
    if !cursor.eat("ADD VALUE") {
        return Ok(None);
    }
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let mut add =
        AddEnumValue { type_, value: label(&mut cursor)?, if_not_exists, ..AddEnumValue::default() };
    if cursor.eat("BEFORE") {
        add.before = Some(label(&mut cursor)?);
    } else if cursor.eat("AFTER") {
        add.after = Some(label(&mut cursor)?);
    }
    cursor.finish()?;
    Ok(Some(Operation::AddEnumValue(add)))
}

fn label(cursor: &mut Cursor) -> Read<String> {
    let missing = cursor.expected("a value in quotes");
    let quoted = cursor.first().is_some_and(|tok| !matches!(tok.token, Token::DollarQuotedString(_)));
    text(cursor).ok().flatten().filter(|_| quoted).ok_or(missing)
}

fn index(mut cursor: Cursor) -> Read<Option<Operation>> {
    if cursor.at("ALL IN TABLESPACE") {
        return Ok(None);
    }
    let if_exists = cursor.eat("IF EXISTS");
    let index = cursor.table()?;
    if !cursor.eat("RENAME") {
        return Ok(None);
    }
    cursor.expect("TO")?;
    let to = cursor.name()?;
    cursor.finish()?;
    Ok(Some(Operation::RenameIndex(RenameIndex { index, to, if_exists })))
}

fn sequence(mut cursor: Cursor) -> Read<Option<Operation>> {
    let if_exists = cursor.eat("IF EXISTS");
    let name = cursor.table()?;
    if cursor.at("RENAME") || cursor.at("OWNER") || cursor.at("SET") {
        return Ok(None);
    }
    let options = cursor.some_text("an option of the sequence")?;
    Ok(Some(Operation::AlterSequence(AlterSequence { name, options, if_exists })))
}
