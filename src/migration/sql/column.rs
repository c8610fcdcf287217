//! Column definitions, in `CREATE TABLE` and in `ADD COLUMN`.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lex::Tok;
use super::{Fault, Read, words};
use crate::migration::operation::{ColumnDef, ConstraintNames, Name, SqlText, TypeText};
use crate::migration::source::{Located, Span};

/// Reads a column definition that fills the rest of the tokens.
pub fn read(cursor: &mut Cursor) -> Read<ColumnDef> {
    let name = cursor.name()?;
    let type_ = type_text(cursor, &format!("the type of column `{}`", name.as_str()))?;
    let mut column = ColumnDef { name, type_, ..ColumnDef::default() };
    while !cursor.is_empty() {
        clause(cursor, &mut column)?;
    }
    Ok(column)
}

/// Where each clause behind name and type stands.
pub fn clauses(mut cursor: Cursor) -> Read<Vec<Span>> {
    let mut column = ColumnDef { name: cursor.name()?, ..ColumnDef::default() };
    type_text(&mut cursor, "the type")?;
    let mut clauses = Vec::new();
    while !cursor.is_empty() {
        let start = cursor;
        clause(&mut cursor, &mut column)?;
        clauses.extend(taken(&start, &cursor).map(|text| text.span));
    }
    Ok(clauses)
}

/// A type: everything up to the first column clause.
pub fn type_text(cursor: &mut Cursor, what: &str) -> Read<TypeText> {
    let mut part = cursor.until(|at| at_clause(at) || at.at("USING"));
    let mut written = part.some_text(what)?;
    if !matches!(part.first().map(|tok| &tok.token), Some(Token::Word(_))) {
        return Err(part.expected(what));
    }
    part.eat("SETOF");
    part.skip(1);
    let mut array = None;
    while let Some(tok) = part.first() {
        match &tok.token {
            Token::Period => part.skip(2),
            Token::LParen => drop(part.group("type modifiers")?),
            Token::LBracket | Token::RBracket | Token::Number(..) => part.skip(1),
            Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("array") => {
                array = Some(tok.span);
                part.skip(1);
            }
            Token::Word(word) if words::continues_type(&word.value) => part.skip(1),
            _ => return Err(misfit(cursor, tok)),
        }
    }
    if let Some(word) = array {
        written.value = in_brackets(&written, word);
    }
    Ok(written)
}

/// `e ARRAY` as `e[]`, `e ARRAY[3]` as `e[3]`: the name of the type comes last then.
fn in_brackets(written: &TypeText, word: Span) -> String {
    let (start, end) = (word.start - written.span.start, word.end - written.span.start);
    let (Some(before), Some(after)) = (written.get(..start), written.get(end..)) else {
        return written.value.clone();
    };
    let after = after.trim();
    format!("{}{}", before.trim_end(), if after.is_empty() { "[]" } else { after })
}

fn at_clause(cursor: &Cursor) -> bool {
    cursor.first().is_some_and(|tok| match &tok.token {
        Token::Word(word) if word.quote_style.is_none() => words::starts_column_clause(&word.value),
        _ => false,
    })
}

/// Takes a value up to the next clause. `NOT` and `NULL` right after `IS`, and the very first word, belong to it.
fn value<'a>(cursor: &mut Cursor<'a>) -> Cursor<'a> {
    let start = cursor.here().start;
    let tokens = cursor.tokens;
    cursor.until(|at| {
        let before = tokens.len() - at.tokens.len();
        let after_is = before > 0 && (tokens[before - 1].is("IS") || tokens[before - 1].is("NOT"));
        at.here().start != start && !after_is && at_clause(at)
    })
}

fn clause(cursor: &mut Cursor, column: &mut ColumnDef) -> Read<()> {
    let whole = *cursor;
    let name = if cursor.eat("CONSTRAINT") { Some(cursor.name()?) } else { None };
    let names = &mut column.names;
    if cursor.eat("NOT NULL") {
        (column.not_null, names.not_null) = (true, name);
        if cursor.eat("NO INHERIT") {
            add_option(column, &whole, cursor);
        }
    } else if cursor.eat("NOT") {
        return Err(cursor.expected("`NULL`"));
    } else if cursor.eat("NULL") {
    } else if cursor.eat("DEFAULT") {
        column.default = Some(value(cursor).expression()?);
    } else if cursor.eat("COLLATE") {
        column.collation = Some(value(cursor).some_text("a collation")?);
    } else if cursor.at("PRIMARY KEY") || cursor.at("UNIQUE") {
        key(cursor, column, name)?;
    } else if cursor.at("CHECK") && column.check.is_none() {
        check(cursor, column, name, &whole)?;
    } else if cursor.eat("REFERENCES") {
        names.references = name;
        column.references = Some(references(cursor)?);
    } else if cursor.eat("GENERATED") {
        column.generated = Some(generated(cursor)?);
    } else if cursor.at("CHECK") || cursor.at("STORAGE") || cursor.at("COMPRESSION") || cursor.at("OPTIONS") {
        cursor.skip(1);
        value(cursor).some_text("a value")?;
        add_option(column, &whole, cursor);
    } else {
        return Err(match cursor.first() {
            Some(tok) => misfit(cursor, tok),
            None => cursor.expected("a constraint"),
        });
    }
    Ok(())
}

/// A word that can't stand in a column definition, with the cure for those that other databases have.
fn misfit(cursor: &Cursor, tok: &Tok) -> Fault {
    let found = cursor.source.slice(tok.span);
    let cure = match found.to_ascii_uppercase().as_str() {
        "AUTOINCREMENT" | "AUTO_INCREMENT" | "IDENTITY" => {
            "; PostgreSQL has `GENERATED BY DEFAULT AS IDENTITY`"
        }
        "UNSIGNED" => "; PostgreSQL has no unsigned types, but `CHECK (…)`",
        _ => "",
    };
    Fault::new(format!("`{found}` doesn't belong in a column definition{cure}"), tok.span)
}

/// `PRIMARY KEY` or `UNIQUE` with what it says about nulls, storage and deferring.
fn key(cursor: &mut Cursor, column: &mut ColumnDef, name: Option<Name>) -> Read<()> {
    if cursor.eat("PRIMARY KEY") {
        (column.primary_key, column.names.primary_key) = (true, name);
    } else {
        cursor.expect("UNIQUE")?;
        (column.unique, column.names.unique) = (true, name);
    }
    let start = *cursor;
    loop {
        if cursor.eat("WITH") {
            cursor.group("storage parameters")?;
        } else if cursor.eat("USING INDEX TABLESPACE") {
            cursor.name()?;
        } else if !(cursor.eat("NULLS NOT DISTINCT") || cursor.eat("NULLS DISTINCT") || deferring(cursor)) {
            break;
        }
    }
    column.key_options = taken(&start, cursor);
    Ok(())
}

fn check(cursor: &mut Cursor, column: &mut ColumnDef, name: Option<Name>, whole: &Cursor) -> Read<()> {
    cursor.expect("CHECK")?;
    let condition = cursor.group("a condition in parentheses")?.expression()?;
    if cursor.eat("NO INHERIT") || cursor.eat("NOT ENFORCED") {
        add_option(column, whole, cursor);
        return Ok(());
    }
    cursor.eat("ENFORCED");
    column.names.check = name;
    column.check = Some(condition);
    Ok(())
}

/// Everything after `REFERENCES`: table, columns, actions, deferring.
fn references(cursor: &mut Cursor) -> Read<SqlText> {
    let start = *cursor;
    cursor.table()?;
    if cursor.at_token(&Token::LParen) {
        cursor.names()?;
    }
    while let Some(tok) = cursor.first() {
        if tok.is("ON") {
            cursor.skip(2);
            if !(cursor.eat("SET NULL") || cursor.eat("SET DEFAULT") || cursor.eat("NO ACTION")) {
                cursor.skip(1);
            }
            if cursor.at_token(&Token::LParen) {
                cursor.names()?;
            }
        } else if cursor.eat("MATCH") {
            cursor.skip(1);
        } else if !deferring(cursor) && !cursor.eat("NOT ENFORCED") && !cursor.eat("ENFORCED") {
            break;
        }
    }
    taken(&start, cursor).ok_or_else(|| start.expected("a table"))
}

/// Everything after `GENERATED`: `ALWAYS AS IDENTITY …` or `ALWAYS AS (…) STORED`.
fn generated(cursor: &mut Cursor) -> Read<SqlText> {
    let start = *cursor;
    if !cursor.eat("ALWAYS") {
        cursor.expect("BY DEFAULT")?;
    }
    cursor.expect("AS")?;
    if cursor.eat("IDENTITY") {
        if cursor.at_token(&Token::LParen) {
            cursor.group("sequence options")?;
        }
    } else {
        cursor.group("an expression in parentheses")?.expression()?;
        let _ = cursor.eat("STORED") || cursor.eat("VIRTUAL");
    }
    taken(&start, cursor).ok_or_else(|| start.expected("ALWAYS AS"))
}

fn deferring(cursor: &mut Cursor) -> bool {
    ["NOT DEFERRABLE", "DEFERRABLE", "INITIALLY DEFERRED", "INITIALLY IMMEDIATE"]
        .iter()
        .any(|way| cursor.eat(way))
}

/// What lies between two positions of one reader.
pub fn taken(start: &Cursor, now: &Cursor) -> Option<SqlText> {
    let count = start.tokens.len() - now.tokens.len();
    Cursor { tokens: &start.tokens[..count], ..*start }.text()
}

fn add_option(column: &mut ColumnDef, whole: &Cursor, now: &Cursor) {
    let Some(more) = taken(whole, now) else { return };
    column.options = Some(match column.options.take() {
        Some(so_far) => Located::new(format!("{} {}", so_far.value, more.value), so_far.span.to(more.span)),
        None => more,
    });
}

impl ConstraintNames {
    /// Whether no constraint of the column has a name of its own.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
