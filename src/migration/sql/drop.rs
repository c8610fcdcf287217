//! `DROP TABLE` and `DROP INDEX`: one operation for each name.

use sqlparser::tokenizer::Token;

use super::alter_table::cascade;
use super::cursor::Cursor;
use super::statement::Part;
use super::{Fault, Read};
use crate::migration::operation::{DropIndex, DropTable, Operation, TableRef};
use crate::migration::source::{Located, Span};

/// Reads a `DROP TABLE` or `DROP INDEX`; nothing when the statement is another one.
pub fn read(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor.span();
    let table = cursor.eat("DROP TABLE");
    if !table && !cursor.eat("DROP INDEX") {
        return Ok(None);
    }
    let concurrently = !table && cursor.eat("CONCURRENTLY");
    let if_exists = cursor.eat("IF EXISTS");
    let mut names = vec![cursor.table()?];
    while cursor.eat_token(&Token::Comma) {
        names.push(cursor.table()?);
    }
    let cascade = cascade(&mut cursor);
    if cursor.at("ON") && !table {
        let message = "PostgreSQL drops an index by its name alone, without `ON table`";
        return Err(Fault::new(message, cursor.span()));
    }
    cursor.finish()?;
    let alone = names.len() == 1;
    let part = |name: Located<TableRef>| -> (Operation, Span) {
        let span = if alone { whole } else { name.span };
        let operation = match table {
            true => Operation::DropTable(DropTable { table: name, aside: None, if_exists, cascade }),
            false => Operation::DropIndex(DropIndex { index: name, if_exists, concurrently, cascade }),
        };
        (operation, span)
    };
    Ok(Some(names.into_iter().map(part).collect()))
}
