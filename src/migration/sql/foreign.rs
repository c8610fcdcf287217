//! What the parser lets through although PostgreSQL would not: words of other databases, and slips.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::{Fault, Read};

/// Says what is wrong with a statement that PostgreSQL is sure to reject.
pub fn reject(cursor: &Cursor) -> Read<()> {
    let Some(first) = cursor.first() else { return Ok(()) };
    if first.token == Token::Backslash {
        return Err(Fault::new("a command of psql, which no migration can hold", cursor.span()));
    }
    for (i, tok) in cursor.tokens.iter().enumerate() {
        if matches!(&tok.token, Token::Char('`'))
            || matches!(&tok.token, Token::Word(w) if w.quote_style == Some('`'))
        {
            return Err(Fault::new("PostgreSQL quotes names with \", not with backticks", tok.span));
        }
        let next = cursor.tokens.get(i + 1);
        if let Some(next) = next.filter(|next| DOUBLED.iter().any(|word| tok.is(word) && next.is(word))) {
            return Err(Fault::new("this word stands here twice", next.span));
        }
    }
    let missing = [("INSERT", "INTO"), ("DELETE", "FROM"), ("MERGE", "INTO")];
    for (verb, particle) in missing {
        let mut after = *cursor;
        if after.eat(verb) && !after.at(particle) {
            return Err(after.expected(&format!("`{particle}`")));
        }
    }
    Ok(())
}

const DOUBLED: &[&str] = &[
    "SELECT",
    "INTO",
    "FROM",
    "WHERE",
    "TABLE",
    "ON",
    "CREATE",
    "AND",
    "OR",
    "AS",
    "IN",
    "ORDER",
    "GROUP",
    "HAVING",
    "REFERENCES",
    "USING",
];
