//! What a statement outside the vocabulary does. Nothing here is an error: the statement is known to be sound, and
//! what isn't recognised is [`Statement::Other`].

mod alter;
pub mod body;
mod maintenance;
mod publication;
mod schema;
mod session;
pub mod table_action;
mod write;

use super::cursor::Cursor;
use crate::migration::statement::{Statement, Target};

/// Reads a whole statement.
pub fn read(cursor: &Cursor) -> Statement {
    let readers = [
        session::read,
        schema::read,
        write::read,
        maintenance::read,
        publication::read,
        alter::read,
        body::read,
    ];
    readers.iter().find_map(|reader| reader(*cursor)).unwrap_or(Statement::Other)
}

/// `a, b`; what follows stays.
fn tables(cursor: &mut Cursor) -> Option<Vec<Target>> {
    let mut tables = Vec::new();
    loop {
        cursor.eat("ONLY");
        tables.push(cursor.table().ok()?);
        cursor.eat_token(&sqlparser::tokenizer::Token::Mul);
        if !cursor.eat_token(&sqlparser::tokenizer::Token::Comma) {
            return Some(tables);
        }
    }
}
