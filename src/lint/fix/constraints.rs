//! Constraints: NOT VALID first and validated on their own, keys from an index that is built before.

use super::Fix;
use super::columns;
use super::statement::{Action, Statement};
use crate::ident::Ident;
use crate::lint::constraint_names;
use crate::lint::rules::key_options;
use crate::lint::rules::primary_key_index_nullable::{is_not_null, open_columns};
use crate::migration::operation::{AddForeignKey, AddKey, Name, Operation, TableRef};
use crate::migration::source::Span;

/// `ADD CHECK`
pub fn check(statement: &Statement<'_>, found: Span) -> Option<Fix> {
    match statement.operation() {
        Operation::AddCheck(add) => {
            let name =
                constraint_names::check(statement.cx, &add.table, add.name.as_ref(), &add.check).to_string();
            not_valid(&statement.action()?, add.name.as_ref(), &name, "CHECK")
        }
        Operation::AddColumn(add) => columns::check(statement, add, found),
        _ => None,
    }
}

/// `ADD FOREIGN KEY`
pub fn foreign_key(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    match statement.operation() {
        Operation::AddForeignKey(add) => {
            let cx = statement.cx;
            if cx.is_partitioned(&add.table) && cx.options.pg_version < 18 {
                return None;
            }
            let AddForeignKey { table, name, columns, .. } = add;
            let shown = constraint_names::foreign_key(cx, table, name.as_ref(), columns).to_string();
            not_valid(&statement.action()?, name.as_ref(), &shown, "FOREIGN")
        }
        Operation::AddColumn(add) => columns::foreign_key(statement, add),
        _ => None,
    }
}

/// The constraint as it is, NOT VALID, and VALIDATE behind it. A name is written, for the second has to have one.
fn not_valid(action: &Action<'_, '_>, written: Option<&Name>, name: &str, kind: &str) -> Option<Fix> {
    let mut edits = Vec::new();
    if written.is_none() {
        edits.push(action.insert_before(kind, &format!("CONSTRAINT {name}"))?);
    }
    edits.push(action.append("NOT VALID"));
    let validate = action.sibling(&format!("VALIDATE CONSTRAINT {name}"));
    action.changed(edits, Vec::new(), vec![validate])
}

/// `SET NOT NULL`
pub fn not_null(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let Operation::SetNotNull(set) = statement.operation() else { return None };
    let action = statement.action()?;
    let proof = Proof::of(statement, &action, &set.table, &set.column);
    action.changed(Vec::new(), proof.before, vec![proof.after])
}

/// A check that is there for as long as it takes to set NOT NULL.
struct Proof {
    before: Vec<String>,
    after: String,
}

impl Proof {
    fn of(statement: &Statement<'_>, action: &Action<'_, '_>, table: &TableRef, column: &Name) -> Self {
        let name = constraint_names::no_null(statement.cx, table, column);
        let column = statement.written(column);
        Self {
            before: vec![
                action.sibling(&format!("ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID")),
                action.sibling(&format!("VALIDATE CONSTRAINT {name}")),
            ],
            after: action.sibling(&format!("DROP CONSTRAINT {name}")),
        }
    }

    /// All of it, NOT NULL included.
    fn whole(
        statement: &Statement<'_>,
        action: &Action<'_, '_>,
        table: &TableRef,
        column: &Name,
    ) -> Vec<String> {
        let Self { mut before, after } = Self::of(statement, action, table, column);
        let column = statement.written(column);
        before.extend([action.sibling(&format!("ALTER COLUMN {column} SET NOT NULL")), after]);
        before
    }
}

/// `ADD UNIQUE`
pub fn unique(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    match statement.operation() {
        Operation::AddUnique(key) => {
            let action = statement.action()?;
            let name = constraint_names::unique(statement.cx, &key.table, key);
            let (index, constraint) = built(statement, key, &name)?;
            let edit = action.replace(format!("ADD CONSTRAINT {name} UNIQUE {constraint}"));
            bare(&action)?;
            action.changed(vec![edit], vec![index], Vec::new())
        }
        Operation::AddColumn(add) => columns::unique(statement, add),
        _ => None,
    }
}

/// `ADD PRIMARY KEY`
pub fn primary_key(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let Operation::AddPrimaryKey(key) = statement.operation() else { return None };
    let action = statement.action()?;
    let name = constraint_names::primary_key(statement.cx, &key.table, key.name.as_ref());
    let (index, constraint) = built(statement, key, &name)?;
    let open = key.columns.iter().filter(|column| !is_not_null(statement.cx, key, column));
    let mut before: Vec<String> =
        open.flat_map(|column| Proof::whole(statement, &action, &key.table, column)).collect();
    before.push(index);
    let edit = action.replace(format!("ADD CONSTRAINT {name} PRIMARY KEY {constraint}"));
    bare(&action)?;
    action.changed(vec![edit], before, Vec::new())
}

/// `PRIMARY KEY USING INDEX` on columns that take NULL.
pub fn nullable_key(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let Operation::AddPrimaryKey(key) = statement.operation() else { return None };
    let action = statement.action()?;
    let open = open_columns(statement.cx, key);
    let before: Vec<String> = open
        .into_iter()
        .flat_map(|column: Ident| Proof::whole(statement, &action, &key.table, &Name::nowhere(column)))
        .collect();
    if before.is_empty() { None } else { action.changed(Vec::new(), before, Vec::new()) }
}

/// The statement that builds a key's index, and what the constraint says in the place of its columns. A partitioned table takes
/// neither, and IF EXISTS has no form for the former.
pub(super) fn built(statement: &Statement<'_>, key: &AddKey, name: &Ident) -> Option<(String, String)> {
    let cx = statement.cx;
    if cx.is_partitioned(&key.table) || cx.step.if_exists.is_some() || key.not_valid {
        return None;
    }
    let table = statement.at(key.table.span)?;
    let (index, constraint) = key_options(key);
    let index = format!(
        "CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({}){index}",
        statement.list(&key.columns)
    );
    Some((index, format!("USING INDEX {name}{constraint}")))
}

/// Nothing where the action has comments: it is written anew.
fn bare(action: &Action<'_, '_>) -> Option<()> {
    super::statement::one_line(action.text).map(|_| ())
}

/// A constraint gets the name that it would have.
pub fn name(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let cx = statement.cx;
    let (name, kind) = match statement.operation() {
        Operation::AddCheck(add) => (constraint_names::check(cx, &add.table, None, &add.check), "CHECK"),
        Operation::AddForeignKey(add) => {
            (constraint_names::foreign_key(cx, &add.table, None, &add.columns), "FOREIGN")
        }
        Operation::AddUnique(key) => (constraint_names::unique(cx, &key.table, key), "UNIQUE"),
        Operation::AddPrimaryKey(key) => (constraint_names::primary_key(cx, &key.table, None), "PRIMARY"),
        _ => return None,
    };
    let edit = statement.action()?.insert_before(kind, &format!("CONSTRAINT {name}"))?;
    Some(Fix { edits: vec![edit], ..statement.fix() })
}

/// `VALIDATE CONSTRAINT` beside an action that takes a stronger lock.
pub fn validate(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let alone = statement.cx.siblings.len() == 1;
    if alone { None } else { statement.action()?.changed(Vec::new(), Vec::new(), Vec::new()) }
}
