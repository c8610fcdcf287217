//! Publications: the tables that they send with every column.

use super::super::cursor::Cursor;
use crate::migration::statement::{Published, Statement};
use sqlparser::tokenizer::Token;

pub fn read(mut cursor: Cursor) -> Option<Statement> {
    let created = cursor.eat("CREATE PUBLICATION");
    if !created && !cursor.eat("ALTER PUBLICATION") {
        return None;
    }
    let publication = cursor.name().ok()?;
    let begins = if created { cursor.eat("FOR") } else { cursor.eat("ADD") || cursor.eat("SET") };
    let tables = begins.then(|| published(&mut cursor)).flatten()?;
    Some(Statement::Publish { publication, tables })
}

fn published(cursor: &mut Cursor) -> Option<Published> {
    if cursor.eat("ALL TABLES") {
        return Some(Published::Everything);
    }
    if cursor.eat("TABLES IN SCHEMA") {
        return cursor.names().ok().map(Published::Schemas);
    }
    if !cursor.eat("TABLE") {
        return None;
    }
    let mut whole = Vec::new();
    for mut part in cursor.commas() {
        part.eat("TABLE");
        part.eat("ONLY");
        let Ok(table) = part.table() else { break };
        part.eat_token(&Token::Mul);
        // A list of columns leaves new ones out.
        if !part.at_token(&Token::LParen) {
            whole.push(table);
        }
    }
    Some(Published::Tables(whole))
}
