//! `CREATE INDEX`.

use sqlparser::tokenizer::Token;

use super::Read;
use super::cursor::Cursor;
use super::statement::Part;
use crate::migration::operation::{CreateIndex, Operation};

/// Reads a `CREATE INDEX`; nothing when the statement is another one.
pub fn create(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor;
    let unique = cursor.eat("CREATE UNIQUE INDEX");
    if !unique && !cursor.eat("CREATE INDEX") {
        return Ok(None);
    }
    let concurrently = cursor.eat("CONCURRENTLY");
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let name = if cursor.at("ON") { None } else { Some(cursor.name()?) };
    cursor.expect("ON")?;
    let only = cursor.eat("ONLY");
    let table = cursor.table()?;
    let mut index =
        CreateIndex { table, name, unique, if_not_exists, concurrently, only, ..CreateIndex::default() };
    if cursor.eat("USING") {
        index.using = Some(cursor.name()?);
    }
    let keys = cursor.group("the index's columns in parentheses")?;
    index.columns = keys.commas().iter().map(|key| key.some_text("a column")).collect::<Read<_>>()?;
    if cursor.eat("INCLUDE") {
        index.include = cursor.names()?;
    }
    let options = cursor.until(|at| at.at("WHERE"));
    known_options(options)?;
    index.options = options.text();
    if cursor.eat("WHERE") {
        index.predicate = Some(cursor.expression()?);
    }
    Ok(Some(vec![(Operation::CreateIndex(index), whole.span())]))
}

fn known_options(mut cursor: Cursor) -> Read<()> {
    while !cursor.is_empty() {
        if cursor.eat("WITH") {
            cursor.group("storage parameters")?;
        } else if cursor.eat("TABLESPACE") {
            cursor.name()?;
        } else if !cursor.eat("NULLS NOT DISTINCT") && !cursor.eat("NULLS DISTINCT") {
            return Err(cursor.expected("INCLUDE, WITH, TABLESPACE or WHERE"));
        }
        if cursor.eat_token(&Token::Comma) {
            return Err(cursor.expected("one table"));
        }
    }
    Ok(())
}
