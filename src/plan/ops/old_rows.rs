//! Checks and the rows of the old release, which leave the migration's new columns NULL or at their default: those that
//! are there, and those that it goes on writing.

use crate::catalog::Table;
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};

use crate::migration::expression::{Call, Left, OldRows, Outcome};
use crate::migration::operation::AddCheck;
use crate::pg::functions::{gives_null_for_null, is_built_in};
use crate::plan::planner::{Draft, NewValue};
use crate::plan::rows::Place;
use crate::plan::{OLD_RELEASE_HINT, Violations};

/// What finds the rows that the check refuses, where that can be asked before anything is changed.
///
/// # Errors
/// Exit 23 where the check is false for whatever the old release writes.
pub(super) fn violations(
    op: &AddCheck,
    table_name: &TableName,
    table: &Table,
    name: &Ident,
    used: &[Ident],
    draft: &Draft<'_>,
) -> Result<Option<Violations>> {
    if draft.is_new(table_name) {
        return Ok(None);
    }
    let new: Vec<&NewValue> =
        draft.new_values(table_name).filter(|value| used.contains(&value.column)).collect();
    let left: Vec<Left<'_>> =
        new.iter().map(|value| Left { column: &value.column, default: value.default.as_ref() }).collect();
    let rows = OldRows {
        left: &left,
        gives_null_for_null: &|call| call.may_be_built_in() && gives_null_for_null(call.name.as_str()),
    };
    let outcome = if new.is_empty() { Outcome::RowDecides } else { op.check.for_rows(&rows) };
    let others: Vec<Ident> =
        used.iter().filter(|column| new.iter().all(|value| value.column != **column)).cloned().collect();
    let can_ask = draft.can_be_checked(table_name, &others) && can_ask(op, &new, draft);
    let condition = op.check.without_table(&table_name.name);
    match outcome {
        Outcome::Passes => Ok(None),
        Outcome::Fails => Err(refused(op, &new, draft)),
        Outcome::ServerDecides if !can_ask => Err(refused(op, &new, draft)),
        Outcome::ServerDecides => {
            let query = format!(
                "SELECT {} FROM (SELECT {}) AS {} WHERE NOT ({condition})",
                crate::ident::literal(&names(&new)),
                values(&new),
                table_name.name
            );
            Ok(Some(Violations { old_release: true, ..draft.violations(table_name, message(&new), query) }))
        }
        Outcome::RowDecides if !can_ask || (op.not_valid && new.is_empty()) => Ok(None),
        Outcome::RowDecides => {
            let key = draft.name_of_rows(table_name, table);
            let from = match new[..] {
                [] => table_name.to_string(),
                // Rows are looked for when the columns are there.
                _ if draft.place > Place::Expand => table_name.to_string(),
                _ => format!("(SELECT ctid, *, {} FROM {table_name}) AS {}", values(&new), table_name.name),
            };
            let query = format!("SELECT {key} FROM {from} WHERE NOT ({condition}) LIMIT 20");
            if op.not_valid {
                // the rows may stay as they are, but the old release could neither change them nor add others like them
                let violations = draft.violations(table_name, message(&new), query);
                return Ok(Some(Violations { old_release: true, ..violations }));
            }
            let rule = format!("these rows violate check `{}`", name.as_str());
            Ok(Some(draft.violations(table_name, rule, query)))
        }
    }
}

/// Whether the server knows all that the question is made of: types and functions of the migration's own aren't there
/// yet.
fn can_ask(op: &AddCheck, new: &[&NewValue], draft: &Draft<'_>) -> bool {
    let known = |call: &Call| is_built_in(call.name.as_str()) || !draft.makes_function(&call.name);
    let value = |value: &&NewValue| {
        draft.now.types.contains_key(&value.type_.value)
            && value.default.iter().flat_map(|default| default.calls()).all(|call| known(&call))
    };
    new.iter().all(value) && op.check.calls().iter().all(known)
}

/// `NULL::text AS plan`
fn values(new: &[&NewValue]) -> String {
    let value = |value: &&NewValue| {
        let default = value.default.as_ref().map_or("NULL", |default| default.text());
        format!("CAST(({default}) AS {}) AS {}", value.type_, value.column)
    };
    new.iter().map(value).collect::<Vec<_>>().join(", ")
}

fn names(new: &[&NewValue]) -> String {
    new.iter().map(|value| format!("`{}`", value.column.as_str())).collect::<Vec<_>>().join(", ")
}

fn message(new: &[&NewValue]) -> String {
    if new.iter().all(|value| value.default.is_none()) {
        return format!(
            "the check forbids NULL in {}, which this migration adds without a default: the old release's INSERTs would fail",
            names(new)
        );
    }
    format!(
        "the check is false for what the old release leaves in {}, which this migration adds: its INSERTs would fail",
        names(new)
    )
}

fn refused(op: &AddCheck, new: &[&NewValue], draft: &Draft<'_>) -> Error {
    let error = Error::refused(message(new)).hint(OLD_RELEASE_HINT);
    draft.blame(error, op.check.span)
}
