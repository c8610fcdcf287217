//! Where the words of a piece of SQL stand, for those who change it and leave the rest as it is.

use super::column;
use super::cursor::Cursor;
use super::lex::lex;
use crate::migration::source::{Source, Span};

/// Where each word and sign stands, comments left out; nothing where the text can't be read to its end.
pub fn tokens(sql: &str) -> Option<Vec<Span>> {
    let lexed = lex(sql);
    let complete = lexed.broken.is_none() && lexed.left_out.is_empty() && lexed.copied.is_empty();
    complete.then(|| lexed.tokens.into_iter().map(|tok| tok.span).collect())
}

/// Where each clause of a column's definition stands, behind its name and its type: `NOT NULL`, `CHECK (…)`, with the name that
/// it is given.
pub fn column_clauses(definition: &str) -> Option<Vec<Span>> {
    let source = Source::new("", definition);
    let lexed = lex(&source.text);
    let whole = lexed.broken.is_none() && source.text.len() == definition.len();
    whole.then(|| column::clauses(Cursor::new(&source, &lexed.tokens)).ok()).flatten()
}
