//! One statement into its steps.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lex::{Lexed, Tok};
use super::split::Statement;
use super::{
    Fault, Read, alter, alter_table, check, comment, create_table, drop, foreign, heads, index, objects,
    outside, privileges,
};
use crate::migration::operation::{Operation, Step, TableRef, Unplaced};
use crate::migration::source::{Source, Span};
use crate::migration::statement::{Statement as Known, Target};

/// An operation and the part of the statement that asks for it.
pub type Part = (Operation, Span);

/// Reads one statement; the answer is never empty.
pub fn read(source: &Source, lexed: &Lexed, statement: Statement, number: usize) -> Vec<Step> {
    let cursor = Cursor::new(source, &lexed.tokens[statement.first..statement.last]);
    let broken = lexed.broken.as_ref().filter(|_| statement.span.end == source.text.len());
    let parts = match broken {
        Some(fault) if fault.span.start >= cursor.span().end || cursor.is_empty() => Err(fault.clone()),
        _ => parts(&cursor),
    };
    let parts = parts.unwrap_or_else(|fault| vec![(unreadable(&cursor, statement.span, &fault), fault.span)]);
    let if_exists = altered_if_there(cursor);
    let step = |(operation, span)| Step {
        operation,
        span,
        statement: number,
        if_exists: if_exists.clone(),
        allows: Vec::new(),
        triggers: None,
    };
    parts.into_iter().map(step).collect()
}

/// What `ALTER … IF EXISTS` names: a relation, whatever its kind.
fn altered_if_there(mut cursor: Cursor) -> Option<TableRef> {
    let kinds = ["TABLE", "INDEX", "VIEW", "MATERIALIZED VIEW", "SEQUENCE", "FOREIGN TABLE"];
    let named = cursor.eat("ALTER") && kinds.iter().any(|kind| cursor.eat(kind)) && cursor.eat("IF EXISTS");
    if !named {
        return None;
    }
    cursor.eat("ONLY");
    cursor.table().ok().map(|table| table.value)
}

fn parts(cursor: &Cursor) -> Read<Vec<Part>> {
    foreign::reject(cursor)?;
    balanced(cursor)?;
    let readers = [
        alter_table::read,
        create_table::read,
        index::create,
        drop::read,
        comment::read,
        objects::create,
        objects::drop,
        alter::read,
        privileges::read,
    ];
    for reader in readers {
        if let Some(parts) = reader(*cursor)? {
            return Ok(parts);
        }
    }
    Ok(vec![(Operation::Unplaced(unplaced(cursor)?), cursor.span())])
}

/// A statement outside the vocabulary: known by its head, or at least sound to the parser.
fn unplaced(cursor: &Cursor) -> Read<Unplaced> {
    let head = heads::find(cursor);
    let empty_query = cursor.at("SELECT") && cursor.tokens.len() == 1;
    if !empty_query && !head.as_ref().is_some_and(|head| head.beyond_parser) {
        check::statement(cursor)?;
    }
    let (head, target) = match head {
        Some(known) => (known.words, known.target),
        None => (heads::guess(cursor), None),
    };
    Ok(recognised(cursor.source.slice(cursor.span()).to_owned(), head, target, outside::read(cursor)))
}

/// A statement that is known, but not modelled.
pub fn recognised(sql: String, head: String, target: Option<Target>, statement: Known) -> Unplaced {
    Unplaced { sql, head, target, recognised: true, error: None, statement }
}

/// A statement, or a part of one, that can't be read.
pub fn unreadable(cursor: &Cursor, whole: Span, fault: &Fault) -> Operation {
    let known = heads::find(cursor);
    let target = known.as_ref().and_then(|head| head.target.clone());
    let head = known.map_or_else(|| heads::guess(cursor), |head| head.words);
    let sql = cursor.source.slice(whole).to_owned();
    let error = Some(fault.message.clone());
    Operation::Unplaced(Unplaced { sql, head, target, recognised: false, error, statement: Known::Other })
}

/// Whether every parenthesis has its partner.
pub fn balanced(cursor: &Cursor) -> Read<()> {
    let mut open: Vec<&Tok> = Vec::new();
    for tok in cursor.tokens {
        match tok.token {
            Token::LParen => open.push(tok),
            Token::RParen if open.pop().is_none() => {
                return Err(Fault::new("this parenthesis was never opened", tok.span));
            }
            _ => {}
        }
    }
    open.last().map_or(Ok(()), |tok| Err(Fault::new("this parenthesis is never closed", tok.span)))
}
