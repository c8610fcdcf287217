//! `transform_columns`: new columns computed from old ones, and back.

use super::online::enforce_not_null;
use super::replace::shadow_name;
use super::row::{self, Row, old_side};
use crate::catalog::Table;
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::{NewColumn, TransformColumns};
use crate::plan::dual_write::{Derived, Pair, Variable};
use crate::plan::planner::{Draft, NewSide, PairConversion};

pub(super) fn plan(op: &TransformColumns, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table(&op.table)?;
    let mut old = Vec::new();
    for name in &op.from {
        draft.there_before(&table_name, name)?;
        let column = draft.column(&table_name, &table, name)?;
        refuse_dependents(&table_name, &table, &column.name)?;
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
    let pair = Pair {
        old: old_side(&table, &from, &up),
        new: new.clone(),
        up,
        down,
        can_fail: true,
        hidden: false,
        counted: true,
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
        draft.shadow_column(&table_name, &variable.column, &column.type_.value, Vec::new());
        if column.not_null {
            enforce_not_null(draft, &table_name, &variable.column);
        }
    }
    for name in &from {
        draft.touch(&table_name, Some(name));
    }
    draft.dual_write(&table_name, pair, PairConversion { columns, lossless: false })?;
    draft.in_contract(summary(&table_name, &from), &table_name, contract_sql(op, &table_name, &from, &new));
    Ok(())
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

/// The old columns go and nothing takes their place one to one, so nothing may depend on them.
fn refuse_dependents(table_name: &TableName, table: &Table, column: &Ident) -> Result<()> {
    let obstacles = super::drops::obstacles(table_name, table, column, true);
    if obstacles.is_empty() {
        return Ok(());
    }
    let error = Error::refused(format!(
        "column `{}` of `{table_name}` can't be transformed: contract would drop what depends on it",
        column.as_str()
    ));
    Err(error.details(super::drops::depend(obstacles)).hint("drop them in an earlier migration"))
}
