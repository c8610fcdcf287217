//! Table constraints: `ADD CONSTRAINT …`.

use sqlparser::tokenizer::Token;

use super::Read;
use super::column::taken;
use super::cursor::Cursor;
use super::lex::lex;
use crate::migration::index_key::IndexKey;
use crate::migration::operation::{
    AddCheck, AddExclusion, AddForeignKey, AddKey, Name, Operation, SqlText, TableRef,
};
use crate::migration::source::{Located, Source};

/// Whether a table constraint stands here, as opposed to a column.
pub fn starts(cursor: &Cursor) -> bool {
    let exclude = {
        let mut after = *cursor;
        after.eat("EXCLUDE") && (after.at("USING") || after.at_token(&Token::LParen))
    };
    exclude
        || ["CONSTRAINT", "CHECK", "FOREIGN KEY", "UNIQUE", "PRIMARY KEY", "NOT NULL"]
            .iter()
            .any(|word| cursor.at(word))
}

/// Reads a constraint that fills the rest of the tokens; nothing for a kind outside the vocabulary.
pub fn read(mut cursor: Cursor, table: &Located<TableRef>) -> Read<Option<Operation>> {
    let name = if cursor.eat("CONSTRAINT") { Some(cursor.name()?) } else { None };
    let table = table.clone();
    if cursor.eat("CHECK") {
        let check = cursor.group("a condition in parentheses")?.expression()?;
        let (options, not_valid) = options(cursor)?;
        Ok(Some(Operation::AddCheck(AddCheck { table, name, check, options, not_valid })))
    } else if cursor.eat("FOREIGN KEY") {
        foreign_key(cursor, table, name)
    } else if cursor.eat("PRIMARY KEY") {
        Ok(key(cursor, table, name)?.map(Operation::AddPrimaryKey))
    } else if cursor.eat("UNIQUE") {
        Ok(key(cursor, table, name)?.map(Operation::AddUnique))
    } else if cursor.eat("EXCLUDE") {
        let exclude = cursor.some_text("`USING` and the excluded elements")?;
        Ok(Some(Operation::AddExclusion(AddExclusion { table, name, exclude })))
    } else if cursor.at("NOT NULL") {
        Ok(None)
    } else {
        Err(cursor.expected("CHECK, FOREIGN KEY, UNIQUE, PRIMARY KEY or EXCLUDE"))
    }
}

/// The table and columns at the head of what follows `REFERENCES`: `shop.users (id) ON DELETE CASCADE`.
pub fn referenced(text: &str) -> Option<(TableRef, Vec<Name>)> {
    let source = Source::new("", text);
    let lexed = lex(&source.text);
    let mut cursor = Cursor::new(&source, &lexed.tokens);
    let table = cursor.table().ok()?.value;
    let columns = if cursor.at_token(&Token::LParen) { cursor.names().ok()? } else { Vec::new() };
    Some((table, columns))
}

/// The operation that adds a constraint of CREATE TABLE to a table; nothing for a kind outside the vocabulary.
pub fn constraint_of(table: &Located<TableRef>, constraint: &str) -> Option<Operation> {
    let source = Source::new("", constraint);
    let lexed = lex(&source.text);
    read(Cursor::new(&source, &lexed.tokens), table).ok()?
}

/// The foreign key that a constraint of CREATE TABLE is, if it is one: `CONSTRAINT f FOREIGN KEY (a) REFERENCES t`.
pub fn foreign_key_of(table: &Located<TableRef>, constraint: &str) -> Option<AddForeignKey> {
    let source = Source::new("", constraint);
    let lexed = lex(&source.text);
    let cursor = Cursor::new(&source, &lexed.tokens);
    let mut kind = cursor;
    if kind.eat("CONSTRAINT") {
        kind.name().ok()?;
    }
    if !kind.at("FOREIGN KEY") {
        return None;
    }
    match read(cursor, table).ok()?? {
        Operation::AddForeignKey(key) => Some(key),
        _ => None,
    }
}

/// What an exclusion constraint compares.
pub struct Exclusion {
    /// The values, each as an expression of the row, with the operator that excludes.
    pub elements: Vec<(IndexKey, String)>,
    /// The rows that it is about.
    pub predicate: Option<String>,
}

/// The parts of what follows `EXCLUDE`.
pub fn exclusion(text: &str) -> Option<Exclusion> {
    let source = Source::new("", text);
    let lexed = lex(&source.text);
    let mut cursor = Cursor::new(&source, &lexed.tokens);
    if cursor.eat("USING") {
        cursor.name().ok()?;
    }
    let mut elements = Vec::new();
    for mut element in cursor.group("the excluded elements").ok()?.commas() {
        let value = element.until(|at| at.at("WITH")).text()?.value;
        element.expect("WITH").ok()?;
        elements.push((IndexKey::parse(&value), element.text()?.value));
    }
    cursor.until(|at| at.at("WHERE"));
    let predicate = match cursor.eat("WHERE") {
        true => Some(cursor.group("a condition in parentheses").ok()?.text()?.value),
        false => None,
    };
    Some(Exclusion { elements, predicate })
}

fn foreign_key(mut cursor: Cursor, table: Located<TableRef>, name: Option<Name>) -> Read<Option<Operation>> {
    if mentions(&cursor, "PERIOD") {
        return Ok(None);
    }
    let columns = cursor.names()?;
    cursor.expect("REFERENCES")?;
    let references = cursor.table()?;
    let referenced_columns = if cursor.at_token(&Token::LParen) { cursor.names()? } else { Vec::new() };
    let (options, not_valid) = options(cursor)?;
    let key = AddForeignKey { table, name, columns, references, referenced_columns, options, not_valid };
    Ok(Some(Operation::AddForeignKey(key)))
}

fn key(mut cursor: Cursor, table: Located<TableRef>, name: Option<Name>) -> Read<Option<AddKey>> {
    if mentions(&cursor, "OVERLAPS") {
        return Ok(None);
    }
    let mut key = AddKey { table, name, ..AddKey::default() };
    if cursor.eat("USING INDEX") {
        key.using_index = Some(cursor.name()?);
    } else {
        key.nulls_not_distinct = cursor.eat("NULLS NOT DISTINCT");
        cursor.eat("NULLS DISTINCT");
        key.columns = cursor.names()?;
        key.include = if cursor.eat("INCLUDE") { cursor.names()? } else { Vec::new() };
    }
    (key.options, key.not_valid) = options(cursor)?;
    Ok(Some(key))
}

/// What follows a constraint, and whether `NOT VALID` is part of it; the latter is cut out.
fn options(cursor: Cursor) -> Read<(Option<SqlText>, bool)> {
    let mut rest = cursor;
    let before = rest.until(|at| at.at("NOT VALID"));
    let not_valid = rest.eat("NOT VALID");
    known(before)?;
    known(rest)?;
    let text = match (before.text(), rest.text()) {
        (Some(a), Some(b)) => Some(Located::new(format!("{} {}", a.value, b.value), a.span.to(b.span))),
        (a, b) => a.or(b),
    };
    Ok((text, not_valid))
}

/// Only words that may follow a constraint, so that a slip isn't taken for an option.
fn known(mut cursor: Cursor) -> Read<()> {
    const OPTIONS: &[&str] = &[
        "MATCH FULL",
        "MATCH PARTIAL",
        "MATCH SIMPLE",
        "NOT DEFERRABLE",
        "DEFERRABLE",
        "INITIALLY DEFERRED",
        "INITIALLY IMMEDIATE",
        "NO INHERIT",
        "NOT ENFORCED",
        "ENFORCED",
        "ON DELETE CASCADE",
        "ON DELETE RESTRICT",
        "ON DELETE NO ACTION",
        "ON DELETE SET NULL",
        "ON DELETE SET DEFAULT",
        "ON UPDATE CASCADE",
        "ON UPDATE RESTRICT",
        "ON UPDATE NO ACTION",
        "ON UPDATE SET NULL",
        "ON UPDATE SET DEFAULT",
    ];
    while !cursor.is_empty() {
        let start = cursor;
        if cursor.eat("USING INDEX TABLESPACE") {
            cursor.name()?;
        } else if cursor.eat("WITH") {
            cursor.group("storage parameters")?;
        } else if !OPTIONS.iter().any(|option| cursor.eat(option)) {
            return Err(cursor.expected("the end of the constraint"));
        }
        let sets_columns =
            taken(&start, &cursor).is_some_and(|text| text.to_ascii_uppercase().contains("SET"));
        if sets_columns && cursor.at_token(&Token::LParen) {
            cursor.names()?;
        }
    }
    Ok(())
}

fn mentions(cursor: &Cursor, word: &str) -> bool {
    cursor.tokens.iter().any(|tok| tok.is(word))
}
