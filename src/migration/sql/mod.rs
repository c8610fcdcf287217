//! SQL into steps.
//!
//! A file is tokenised once and split at its semicolons. Statements of the vocabulary are read from their tokens,
//! because everything in them is a slice of the file; sqlparser judges their expressions, and every statement
//! outside the vocabulary. What neither knows goes through a table of statement heads, since sqlparser misses
//! the very statements a migration tool exists for. Nothing that can't be read is skipped: it becomes a step too.

mod alter;
mod alter_table;
mod application;
pub(super) mod check;
mod column;
mod comment;
mod constraint;
#[cfg(test)]
mod constructs;
mod copy_data;
mod create_table;
pub(super) mod cursor;
mod data;
#[cfg(test)]
mod differential;
mod directive;
mod drop;
mod foreign;
mod guarded;
mod heads;
mod identity;
mod index;
pub(super) mod lex;
mod objects;
mod outputs;
mod outside;
mod privileges;
mod rows;
mod sections;
mod split;
mod statement;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

pub use application::{AppDoes, AppUse, application};
pub use constraint::{constraint_of, exclusion, foreign_key_of, referenced};
pub use guarded::{Guard, guarded, own_name};
pub use identity::{generation, identity_changes, sequence_options};
pub use objects::{Argument, list, object, objects};
pub use outputs::view_columns;
pub use outside::body::{Piece, inserts_whole_row, pieces};
pub use rows::{Columns, insert_columns, row_change};
pub use tokens::{column_clauses, tokens};

use sqlparser::tokenizer::Token;

use super::Contents;
use super::source::{Source, Span};
use crate::error::Result;

/// Whether these bare keywords stand side by side somewhere in `sql`, outside literals and comments:
/// `mentions(sql, "CONCURRENTLY")`.
pub fn mentions(sql: &str, keywords: &str) -> bool {
    if !keywords.split(' ').all(|keyword| contains(sql, keyword)) {
        return false;
    }
    let tokens = lex::lex(sql).tokens;
    (0..tokens.len()).any(|start| cursor::starts(&tokens[start..], keywords))
}

/// Whether these letters stand somewhere in `text`, in upper or lower case: a look that costs next to nothing, for what
/// most texts don't hold.
pub fn contains(text: &str, letters: &str) -> bool {
    let (text, letters) = (text.as_bytes(), letters.as_bytes());
    let starts = |window: &[u8]| window.eq_ignore_ascii_case(letters);
    letters.first().is_none_or(|first| {
        text.windows(letters.len()).any(|window| window[0].eq_ignore_ascii_case(first) && starts(window))
    })
}

/// Where each statement of a file stands, without its semicolon.
pub fn statements(source: &Source) -> Vec<Span> {
    let lexed = lex::lex(&source.text);
    split::split(&source.text, &lexed).into_iter().map(|statement| statement.span).collect()
}

/// What stands behind `UNIQUE` or `PRIMARY KEY` of a column: whether it says `NULLS NOT DISTINCT`, which is the index's,
/// and the rest, which is the constraint's.
pub fn key_options(written: &str) -> (bool, Option<String>) {
    let source = Source::new("", written);
    let lexed = lex::lex(&source.text);
    let mut cursor = cursor::Cursor::new(&source, &lexed.tokens);
    let not_distinct = cursor.eat("NULLS NOT DISTINCT");
    if !not_distinct {
        cursor.eat("NULLS DISTINCT");
    }
    (not_distinct, cursor.text().map(|rest| rest.value))
}

/// What follows these bare keywords, up to the end: `after(options, "PARTITION BY")`.
pub fn after(sql: &str, keywords: &str) -> Option<String> {
    let source = Source::new("", sql);
    let tokens = lex::lex(&source.text).tokens;
    (0..tokens.len()).find_map(|start| {
        let mut cursor = cursor::Cursor::new(&source, &tokens[start..]);
        cursor.eat(keywords).then(|| cursor.text()).flatten().map(|text| text.value)
    })
}

/// The names and keywords that a text holds, those in the bodies of `DO` blocks included.
pub fn names(sql: &str) -> std::collections::BTreeSet<crate::ident::Ident> {
    let mut found = std::collections::BTreeSet::new();
    for tok in lex::lex(sql).tokens {
        match &tok.token {
            Token::Word(word) if word.quote_style.is_some() => {
                found.insert(crate::ident::Ident::new(word.value.replace("\"\"", "\"")));
            }
            Token::Word(word) => {
                found.insert(crate::ident::Ident::new(word.value.to_lowercase()));
            }
            Token::DollarQuotedString(body) => found.extend(names(&body.value)),
            Token::SingleQuotedString(text) => {
                found.insert(crate::ident::Ident::new(text.clone()));
            }
            _ => {}
        }
    }
    found
}

/// Whether a text may take every column of a table: there is a `*` in it, other than that of `count(*)`.
pub fn takes_every_column(sql: &str) -> bool {
    let tokens = lex::lex(sql).tokens;
    let is = |at: Option<usize>, wanted: &Token| {
        at.and_then(|at| tokens.get(at)).is_some_and(|tok| tok.token == *wanted)
    };
    let counts = |at: usize| is(at.checked_sub(1), &Token::LParen) && is(at.checked_add(1), &Token::RParen);
    // no product: it stands where a list of columns begins, goes on or ends
    let star = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let after = tokens.get(at + 1);
        let begins = |tok: &lex::Tok| {
            [Token::Comma, Token::Period, Token::LParen].contains(&tok.token)
                || ["SELECT", "ALL", "DISTINCT", "RETURNING"].iter().any(|word| tok.is(word))
        };
        let ends = |tok: &lex::Tok| {
            [Token::Comma, Token::RParen, Token::SemiColon].contains(&tok.token)
                || ["FROM", "INTO"].iter().any(|word| tok.is(word))
        };
        before.is_none_or(begins) || after.is_none_or(ends)
    };
    let rows = row_names(&tokens);
    // `to_jsonb(t)`, `t::text`
    let row = |at: usize| {
        let inside = is(at.checked_sub(1), &Token::LParen) || is(at.checked_sub(1), &Token::Comma);
        let ends = [Token::RParen, Token::Comma, Token::DoubleColon];
        inside && ends.iter().any(|end| is(at.checked_add(1), end))
    };
    tokens.iter().enumerate().any(|(at, tok)| match &tok.token {
        Token::Mul => star(at) && !counts(at),
        Token::DollarQuotedString(body) => takes_every_column(&body.value),
        Token::Word(word) => {
            row(at) && rows.contains(&crate::ident::Ident::written(&word.value, word.quote_style.is_some()))
        }
        _ => false,
    })
}

/// The names by which a query knows the rows of its tables: `FROM public.orders AS o` has `orders` and `o`.
fn row_names(tokens: &[lex::Tok]) -> std::collections::BTreeSet<crate::ident::Ident> {
    let mut found = std::collections::BTreeSet::new();
    let word = |at: usize| match tokens.get(at).map(|tok| &tok.token) {
        Some(Token::Word(word)) => {
            Some(crate::ident::Ident::written(&word.value, word.quote_style.is_some()))
        }
        _ => None,
    };
    for (at, tok) in tokens.iter().enumerate() {
        if !["FROM", "JOIN", "UPDATE"].iter().any(|keyword| tok.is(keyword)) {
            continue;
        }
        let mut name = at + 1;
        while tokens.get(name + 1).is_some_and(|next| next.token == Token::Period) {
            name += 2;
        }
        let alias = if tokens.get(name + 1).is_some_and(|next| next.is("AS")) { name + 2 } else { name + 1 };
        found.extend(word(name));
        found.extend(word(alias));
    }
    found
}

/// What is left open in a piece of SQL: a quote, a parenthesis.
pub fn unfinished(sql: &str) -> Option<Fault> {
    let source = Source::new("", sql);
    let lexed = lex::lex(&source.text);
    let open = statement::balanced(&cursor::Cursor::new(&source, &lexed.tokens)).err();
    lexed.broken.or(open)
}

/// The table, sequence or view that a text names, as `regclass` reads it.
pub fn table_named(text: &str) -> Option<crate::migration::operation::TableRef> {
    let source = Source::new("", text);
    let lexed = lex::lex(&source.text);
    let mut cursor = cursor::Cursor::new(&source, &lexed.tokens);
    let table = cursor.table().ok()?;
    cursor.is_empty().then_some(table.value)
}

/// Why something can't be read, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub message: String,
    pub span: Span,
}

/// The outcome of reading a piece of SQL.
pub type Read<T> = Result<T, Fault>;

impl Fault {
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), span }
    }
}

/// Reads a file. Only a wrong directive is an error; SQL that can't be read becomes an unreadable step. Needs the
/// stack of [`crate::migration::stack`].
pub fn read(source: &Source) -> Result<Contents> {
    let mut lexed = lex::lex(&source.text);
    sections::keep_up(&source.text, &mut lexed);
    let statements = split::split(&source.text, &lexed);
    directive::carry_out(source, &lexed, &statements, |statement, number| {
        statement::read(source, &lexed, statement, number)
    })
}
