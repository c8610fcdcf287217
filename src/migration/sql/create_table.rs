//! `CREATE TABLE`.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::statement::Part;
use super::{Read, check, column, constraint};
use crate::migration::operation::{CreateTable, Operation, TableRef};

/// Reads a `CREATE TABLE` in any of its forms; nothing when the statement is another one.
pub fn read(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor;
    cursor.eat("CREATE");
    if cursor.tokens.len() == whole.tokens.len() {
        return Ok(None);
    }
    let _ = cursor.eat("GLOBAL") || cursor.eat("LOCAL");
    let temporary = cursor.eat("TEMP") || cursor.eat("TEMPORARY");
    let unlogged = cursor.eat("UNLOGGED");
    if !cursor.eat("TABLE") {
        return Ok(None);
    }
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let mut create =
        CreateTable { table: cursor.table()?, temporary, unlogged, if_not_exists, ..CreateTable::default() };
    create.statement = Some(whole.source.slice(whole.span()).to_owned());
    create.references = references(&cursor);
    if cursor.at_token(&Token::LParen) && !is_query(&cursor) {
        for element in cursor.group("columns in parentheses")?.commas() {
            read_element(element, &mut create)?;
        }
        known_options(cursor)?;
    } else {
        other_form(&whole, cursor, &mut create)?;
    }
    create.options = cursor.text();
    Ok(Some(vec![(Operation::CreateTable(create), whole.span())]))
}

fn read_element(mut element: Cursor, create: &mut CreateTable) -> Read<()> {
    if element.is_empty() && create.columns.is_empty() && create.constraints.is_empty() {
        return Ok(());
    }
    if element.at("LIKE") || constraint::starts(&element) {
        if !element.at("LIKE") {
            constraint::read(element, &create.table)?;
        }
        create.constraints.extend(element.text());
    } else {
        create.columns.push(column::read(&mut element)?);
    }
    Ok(())
}

/// What may follow the columns; the parser knows too few of these to judge.
fn known_options(cursor: Cursor) -> Read<()> {
    const OPTIONS: &[&str] =
        &["INHERITS", "PARTITION BY", "USING", "WITH", "WITHOUT OIDS", "ON COMMIT", "TABLESPACE", "AS"];
    match OPTIONS.iter().any(|option| cursor.at(option)) || cursor.is_empty() {
        true => Ok(()),
        false => Err(cursor.expected("the end, or PARTITION BY, INHERITS, WITH or TABLESPACE")),
    }
}

/// `PARTITION OF parent …`, `OF type …`, `AS SELECT …`: no columns to read.
fn other_form(whole: &Cursor, mut rest: Cursor, create: &mut CreateTable) -> Read<()> {
    if rest.eat("PARTITION OF") {
        create.partition_of = Some(rest.table()?);
    } else if !rest.at("OF") && !is_query(&rest) {
        let by_query = rest.tokens.iter().any(|tok| tok.is("AS"));
        return if by_query {
            Ok(())
        } else {
            check::statement(whole).and_then(|()| Err(rest.expected("columns in parentheses")))
        };
    }
    Ok(())
}

/// `(a, b) AS SELECT …` gives names only.
fn is_query(cursor: &Cursor) -> bool {
    let mut after = *cursor;
    after.group("columns").is_ok()
        && after.tokens.iter().any(|tok| tok.is("AS"))
        && !after.at("PARTITION BY")
        && !after.at("INHERITS")
}

/// Every table that the statement points a foreign key to.
fn references(cursor: &Cursor) -> Vec<TableRef> {
    let mut found = Vec::new();
    for (i, tok) in cursor.tokens.iter().enumerate() {
        let mut after = *cursor;
        after.skip(i + 1);
        if tok.is("REFERENCES")
            && let Ok(table) = after.table()
            && !found.contains(&table.value)
        {
            found.push(table.value);
        }
    }
    found
}
