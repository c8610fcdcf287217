//! Indexes and constraints that the file makes have their last name from the beginning: nobody names them on the way.

use super::File;
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Name, Operation, Step};

/// Something with a name of its own, in a schema or on a table.
#[derive(Clone, PartialEq)]
enum Named {
    Index(TableName),
    Constraint(TableName, Ident),
}

/// The steps without the renames of what they make.
pub(super) fn last_names_first(file: &File<'_>, steps: &[Step]) -> Vec<Step> {
    let new_tables = file.new_tables(steps);
    let mut settled: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        let made = dropped(file, &step.operation, &new_tables).and_then(|gone| {
            let at = settled.iter().rposition(|earlier| makes(file, &earlier.operation, &gone))?;
            Some((at, gone))
        });
        if let Some((at, gone)) = made {
            settled.remove(at);
            settled.retain(|later| !is_about(file, &later.operation, &gone));
            continue;
        }
        let renamed = renamed(file, &step.operation).filter(|(from, _)| match from {
            Named::Index(_) => true,
            Named::Constraint(table, _) => !new_tables.contains(table),
        });
        let made = renamed.and_then(|(from, to)| {
            let at = settled.iter().rposition(|earlier| makes(file, &earlier.operation, &from))?;
            Some((at, from, to))
        });
        let Some((at, from, to)) = made else {
            settled.push(step.clone());
            continue;
        };
        give(file, &mut settled[at].operation, &from, &to);
        settled[at + 1..].iter_mut().for_each(|later| replace(file, &mut later.operation, &from, &to));
    }
    settled
}

fn renamed(file: &File<'_>, operation: &Operation) -> Option<(Named, Named)> {
    match operation {
        Operation::RenameIndex(op) => {
            let from = file.resolve(&op.index);
            let to = TableName::new(from.schema.clone(), op.to.value.clone());
            Some((Named::Index(from), Named::Index(to)))
        }
        Operation::RenameConstraint(op) => {
            let table = file.resolve(&op.table);
            let named = |name: &Name| Named::Constraint(table.clone(), name.value.clone());
            Some((named(&op.name), named(&op.to)))
        }
        _ => None,
    }
}

/// What a statement takes away again, if the file may have made it.
fn dropped(file: &File<'_>, operation: &Operation, new_tables: &[TableName]) -> Option<Named> {
    match operation {
        Operation::DropIndex(op) => Some(Named::Index(file.resolve(&op.index))),
        Operation::DropConstraint(op) => {
            let table = file.resolve(&op.table);
            (!new_tables.contains(&table)).then(|| Named::Constraint(table, op.name.value.clone()))
        }
        _ => None,
    }
}

/// Whether a statement only says something of a thing: it goes with it.
fn is_about(file: &File<'_>, operation: &Operation, named: &Named) -> bool {
    let mut other = operation.clone();
    let elsewhere = match named {
        Named::Index(name) => Named::Index(TableName::new(name.schema.clone(), Ident::new("\u{1}"))),
        Named::Constraint(table, _) => Named::Constraint(table.clone(), Ident::new("\u{1}")),
    };
    replace(file, &mut other, named, &elsewhere);
    matches!(operation, Operation::CommentOn(_) | Operation::ValidateConstraint(_)) && other != *operation
}

/// The name that an operation gives to what it makes.
fn given<'o>(file: &File<'_>, operation: &'o mut Operation, named: &Named) -> Option<&'o mut Name> {
    let constraint = |table: TableName| matches!(named, Named::Constraint(of, _) if *of == table);
    match operation {
        Operation::CreateIndex(op) => {
            let schema = file.resolve(&op.table).schema;
            let here = matches!(named, Named::Index(index) if index.schema == schema);
            op.name.as_mut().filter(|_| here)
        }
        Operation::AddCheck(op) if constraint(file.resolve(&op.table)) => op.name.as_mut(),
        Operation::AddForeignKey(op) if constraint(file.resolve(&op.table)) => op.name.as_mut(),
        Operation::AddUnique(op) | Operation::AddPrimaryKey(op) if constraint(file.resolve(&op.table)) => {
            op.name.as_mut()
        }
        Operation::AddExclusion(op) if constraint(file.resolve(&op.table)) => op.name.as_mut(),
        _ => None,
    }
}

fn own(named: &Named) -> &Ident {
    match named {
        Named::Index(name) => &name.name,
        Named::Constraint(_, name) => name,
    }
}

fn makes(file: &File<'_>, operation: &Operation, named: &Named) -> bool {
    // One that is content with what is there makes nothing.
    if let (Operation::CreateIndex(op), Named::Index(name)) = (operation, named)
        && op.if_not_exists
        && file.catalog.relations.contains_key(name)
    {
        return false;
    }
    let mut operation = operation.clone();
    given(file, &mut operation, named).is_some_and(|name| name.value == *own(named))
}

fn give(file: &File<'_>, operation: &mut Operation, from: &Named, to: &Named) {
    if let Some(name) = given(file, operation, from) {
        name.value = own(to).clone();
    }
}

/// Has an operation that speaks of one thing speak of it by another name.
fn replace(file: &File<'_>, operation: &mut Operation, from: &Named, to: &Named) {
    match (operation, from) {
        (Operation::AddUnique(op) | Operation::AddPrimaryKey(op), Named::Index(name)) => {
            let schema = file.resolve(&op.table).schema;
            if let Some(index) = &mut op.using_index
                && index.value == name.name
                && schema == name.schema
            {
                index.value = own(to).clone();
            }
        }
        (Operation::ValidateConstraint(op), Named::Constraint(table, name))
            if file.resolve(&op.table) == *table && op.name.value == *name =>
        {
            op.name.value = own(to).clone();
        }
        (Operation::CommentOn(op), from) => {
            let Some(object) = crate::migration::object(&op.object) else { return };
            let name = file.resolve(&object.name);
            match (from, object.kind, object.table) {
                (Named::Index(index), ObjectKind::Index, _) if name == *index => {
                    let renamed = TableName::new(index.schema.clone(), own(to).clone());
                    op.object.value = format!("INDEX {renamed}");
                }
                (Named::Constraint(of, constraint), ObjectKind::Constraint, Some(table))
                    if file.resolve(&table) == *of && object.name.name == *constraint =>
                {
                    op.object.value = format!("CONSTRAINT {} ON {of}", own(to));
                }
                _ => {}
            }
        }
        _ => {}
    }
}
