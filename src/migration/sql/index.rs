//! `CREATE INDEX`.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::statement::Part;
use super::{Read, check};
use crate::migration::index_key::IndexKey;
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
    index.columns = keys.commas().iter().map(IndexKey::of).collect::<Read<_>>()?;
    if cursor.eat("INCLUDE") {
        index.include = cursor.names()?;
    }
    let options = cursor.until(|at| at.at("WHERE"));
    known_options(options)?;
    index.options = options.text();
    if cursor.eat("WHERE") {
        index.predicate = Some(cursor.expression()?);
    }
    if !beyond_parser(&index, &keys) {
        check::statement(&whole)?;
    }
    Ok(Some(vec![(Operation::CreateIndex(index), whole.span())]))
}

/// The parser knows neither `ONLY`, nor `TABLESPACE`, nor operator classes with parameters.
fn beyond_parser(index: &CreateIndex, keys: &Cursor) -> bool {
    let has_parameters = |key: &Cursor| key.tokens.iter().any(|tok| tok.token == Token::Eq);
    let in_tablespace = index.options.as_ref().is_some_and(|options| super::mentions(options, "TABLESPACE"));
    index.only || in_tablespace || keys.commas().iter().any(has_parameters)
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
