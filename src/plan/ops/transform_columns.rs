//! `transform_columns`: new columns computed from old ones, and back.

use super::online::enforce_not_null;
use super::pending_rule;
use super::replace::shadow_name;
use super::row::{self, Row, check, old_side};
use crate::catalog::Table;
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::{NewColumn, TransformColumns};
use crate::plan::conversion::{NewSide, PairConversion};
use crate::plan::dual_write::{Derived, Pair, Variable};
use crate::plan::keep::KeptPair;
use crate::plan::planner::Draft;

pub(super) fn plan(op: &TransformColumns, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_of_rows(&op.table)?;
    let mut old = Vec::new();
    for name in &op.from {
        draft.there_before(&table_name, name)?;
        let column = draft.changed_column(&table_name, &table, name)?;
        refuse_dependents(draft, &table_name, &table, &column.name)?;
        draft.can_be_left_out(&table_name, column, name.span)?;
        old.push(column.clone());
    }
    let from: Vec<Ident> = op.from.iter().map(|name| name.value.clone()).collect();
    let mut new = Vec::new();
    for column in &op.to {
        new.push(new_variable(op, column, draft, &table_name, &table, &from)?);
    }
    let old_row = Row::old(draft, &table_name, &table);
    let up = op.to.iter().zip(&new).map(|(column, variable)| {
        let type_info = draft.column_type(&column.type_)?;
        let expression = op.up.get(&column.name.value);
        Ok(old_row.derive(&variable.column, &type_info, expression, &column.name))
    });
    let up: Vec<Derived> = up.collect::<Result<_>>()?;
    let new_row = Row::new(draft, &table_name, &table, &new);
    let down: Vec<Derived> = old
        .iter()
        .map(|column| {
            let name = &column.name;
            new_row.derive(name, &column.type_info, op.down.get(name), name)
        })
        .collect();
    let hidden = hidden(op, &table_name, &from)? && !draft.versioned();
    let nulls = op.to.iter().enumerate().filter(|(_, column)| column.nulls_written);
    let nulls: Vec<usize> = nulls.map(|(number, _)| number).collect();
    let pair = Pair {
        old: old_side(&table, &from, &up),
        new: new.clone(),
        up,
        down,
        can_fail: true,
        hidden,
        counted: !hidden,
        same_value: false,
        marker: None,
    };
    let columns: Vec<NewSide> = op
        .to
        .iter()
        .zip(&new)
        .map(|(column, variable)| {
            let type_info = draft.column_type(&column.type_)?;
            Ok(NewSide { physical: variable.column.clone(), type_info, not_null: column.not_null })
        })
        .collect::<Result<_>>()?;
    for (column, variable) in op.to.iter().zip(&new) {
        draft.touch(&table_name, Some(&column.name));
        let type_info = draft.column_type(&column.type_)?;
        draft.shadow_column(&table_name, &variable.column, &column.type_.value, &type_info, Vec::new())?;
        if column.not_null {
            enforce_not_null(draft, &table_name, &variable.column, type_info.composite);
        }
        pending_rule::refuse_nulls(draft, column.nulls_written && (column.not_null || hidden), &column.name)?;
    }
    // Where rows move between partitions the marker tells one that does from a new one.
    let marker =
        if hidden && table.partitioning.is_none() { None } else { Some(draft.marker(&table_name, nulls)?) };
    let pair = Pair { marker, ..pair };
    pending_rule::tell(draft, &table_name, &from, &pair);
    for name in &from {
        draft.touch(&table_name, Some(name));
    }
    let check = check(draft, op.up.values().chain(op.down.values()));
    let own_defaults = columns.iter().zip(&op.to).filter_map(|(side, column)| {
        Draft::own_default(&table_name, &column.name, &side.type_info).filter(|_| column.default.is_none())
    });
    let sql: Vec<String> =
        contract_sql(op, &table_name, &from, &new).into_iter().chain(own_defaults).collect();
    draft.kept_pairs.push(KeptPair {
        table: table_name.clone(),
        old: from.clone(),
        new: pair.new.clone(),
        down: Some(pair.down.clone()),
    });
    draft.dual_write(&table_name, pair, PairConversion { columns, check })?;
    draft.in_contract(summary(&table_name, &from), &table_name, sql);
    Ok(())
}

/// Whether no release names the new side: every column of it takes a name that goes.
///
/// # Errors
/// Exit 23 where some do and others don't: the new release would write one side under a name of the other.
fn hidden(op: &TransformColumns, table: &TableName, from: &[Ident]) -> Result<bool> {
    let mut taken = op.to.iter().filter(|column| from.contains(&column.name));
    let Some(first) = taken.next() else { return Ok(false) };
    if taken.count() + 1 == op.to.len() {
        return Ok(true);
    }
    let name = first.name.as_str();
    Err(Error::refused(format!(
        "`{name}` of `{table}` gets another meaning beside columns of other names: until contract it has the old one, and \
         a row that the new release writes would have half of each"
    ))
    .hint(format!(
        "give what replaces `{name}` a name of its own; a later migration may rename it"
    )))
}

fn new_variable(
    op: &TransformColumns,
    column: &NewColumn,
    draft: &Draft<'_>,
    table_name: &TableName,
    table: &Table,
    from: &[Ident],
) -> Result<Variable> {
    let name = &column.name.value;
    if !op.up.contains_key(name) {
        let error = Error::usage(format!("`up` has no expression for column `{}`", name.as_str()));
        return Err(draft.blame(error, column.name.span));
    }
    let replaces = from.contains(name);
    if !replaces {
        draft.free_column(table_name, table, &column.name)?;
    }
    let type_info = draft.column_type(&column.type_)?;
    let physical = if replaces { shadow_name(name) } else { name.clone() };
    Ok(row::new_variable(name, &physical, &type_info))
}

fn summary(table: &TableName, from: &[Ident]) -> String {
    let names: Vec<String> = from.iter().map(ToString::to_string).collect();
    format!("drop {table}.{}", names.join(", "))
}

fn contract_sql(op: &TransformColumns, table: &TableName, from: &[Ident], new: &[Variable]) -> Vec<String> {
    let drops: Vec<String> = from.iter().map(|name| format!("DROP COLUMN {name}")).collect();
    let mut sql = vec![format!("ALTER TABLE {table} {}", drops.join(", "))];
    for (column, variable) in op.to.iter().zip(new) {
        if variable.column != variable.name {
            sql.push(format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", variable.column, variable.name));
        }
        if let Some(default) = &column.default {
            sql.push(format!("ALTER TABLE {table} ALTER COLUMN {} SET DEFAULT {}", variable.name, default));
        }
    }
    sql
}

/// The old columns go and nothing takes their place one to one, so nothing may depend on them but what the file drops above.
fn refuse_dependents(draft: &Draft<'_>, table_name: &TableName, table: &Table, column: &Ident) -> Result<()> {
    let mut obstacles = draft.remaining(super::drops::obstacles(table_name, table, column, true));
    obstacles
        .extend(table.row_stored_in.iter().map(|column| format!("column {column}, which stores whole rows")));
    if obstacles.is_empty() {
        return Ok(());
    }
    let error = Error::refused(format!(
        "column `{}` of `{table_name}` can't be transformed: contract would drop what depends on it",
        column.as_str()
    ));
    Err(error.details(super::drops::depend(obstacles)).hint(
        "drop each above this in the same file: contract does it, right before the column goes. Below it, make a view again over \
         the new columns, and an index on them",
    ))
}
