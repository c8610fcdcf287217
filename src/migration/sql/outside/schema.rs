//! `CREATE SCHEMA` that makes things in the schema as well.

use super::super::cursor::Cursor;
use super::super::{create_table, index, objects};
use crate::ident::Ident;
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::Statement;

pub fn read(mut cursor: Cursor) -> Option<Statement> {
    if !cursor.eat("CREATE SCHEMA") {
        return None;
    }
    cursor.eat("IF NOT EXISTS");
    let name = cursor.name().ok()?;
    if cursor.eat("AUTHORIZATION") {
        cursor.name().ok()?;
    }
    let mut elements = Vec::new();
    while !cursor.is_empty() {
        let mut rest = cursor;
        rest.skip(1);
        rest.until(|at| at.at("CREATE") || at.at("GRANT"));
        let length = cursor.tokens.len() - rest.tokens.len();
        let element = Cursor::new(cursor.source, &cursor.tokens[..length]);
        elements.extend(element_of(element, &name.value));
        cursor = rest;
    }
    (!elements.is_empty()).then_some(Statement::CreateSchema { name, elements })
}

fn element_of(cursor: Cursor, schema: &Ident) -> Vec<Operation> {
    let readers = [create_table::read, index::create, objects::create];
    let parts = readers.into_iter().find_map(|read| read(cursor).ok().flatten()).unwrap_or_default();
    parts.into_iter().map(|(operation, _)| inside(operation, schema)).collect()
}

/// Names without a schema are in the new one.
fn inside(mut operation: Operation, schema: &Ident) -> Operation {
    let place = |name: &mut TableRef| {
        name.schema.get_or_insert_with(|| schema.clone());
    };
    match &mut operation {
        Operation::CreateTable(create) => place(&mut create.table.value),
        Operation::CreateIndex(create) => place(&mut create.table.value),
        Operation::CreateView(create) | Operation::CreateSequence(create) => place(&mut create.name.value),
        _ => {}
    }
    operation
}
