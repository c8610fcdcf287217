//! `ADD COLUMN`: at once where no row is touched; values for the rows that are there come by backfill.

use super::online::enforce_not_null;
use super::pending_rule;
use super::row::{Row, check, new_variable, old_side};
use super::{add_generated, add_numbered, constraints};
use crate::catalog::{Table, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::{AddCheck, AddColumn, AddForeignKey, AddKey, ColumnDef, Expr};
use crate::migration::source::Located;
use crate::migration::{key_options, referenced};
use crate::plan::conversion::{NewSide, PairConversion};
use crate::plan::dual_write::Pair;
use crate::plan::planner::{Draft, NewValue};
use crate::plan::{LockMode, Step, Violations};

pub(super) fn plan(op: &AddColumn, draft: &mut Draft<'_>) -> Result<()> {
    let column = &op.column;
    let volatile = column.default.as_ref().is_some_and(|default| draft.is_volatile(default));
    let numbers = add_numbered::numbers(op);
    let by_row = volatile || op.up.is_some() || numbers.is_some();
    let found = if by_row { draft.table_of_rows(&op.table) } else { draft.table_or_partitioned(&op.table) };
    let (table_name, table) = found?;
    if op.if_not_exists && table.column(&column.name).is_some() {
        draft.note(format!("{table_name}.{} exists already", column.name));
        return Ok(());
    }
    draft.free_column(&table_name, &table, &column.name)?;
    draft.refuse_typed(&table_name, &table)?;
    draft.touch(&table_name, Some(&column.name));
    if let Some(numbers) = numbers {
        add_numbered::plan(op, &numbers, &table_name, &table, draft)?;
        return inline_constraints(op, draft);
    }
    if column.generated.is_some() {
        add_generated::plan(op, &table_name, &table, draft)?;
        return inline_constraints(op, draft);
    }
    let type_info = draft.column_type(&column.type_)?;
    let constant = op.up.as_ref().filter(|up| is_constant(up, &table_name, &table));
    match (&op.up, volatile) {
        (Some(_), _) if constant.is_some() => one_value(op, type_info, &table_name, &table, draft)?,
        (None, false) => at_once(op, &table_name, draft)?,
        (Some(up), _) => by_trigger(op, up, type_info, &table_name, &table, draft)?,
        (None, true) => by_backfill(op, type_info, &table_name, &table, draft)?,
    }
    inline_constraints(op, draft)
}

/// Whether an expression gives every row the same, or what has nothing to do with the row.
fn is_constant(up: &Expr, table_name: &TableName, table: &Table) -> bool {
    let columns = table.columns.iter().map(|column| &column.name);
    up.tree().is_some() && !up.has_query() && up.columns_of(&table_name.name, columns).is_empty()
}

/// A value that names no column is the default until contract: PostgreSQL stores it once for the rows that are there, and
/// the old release's rows get it as well.
fn one_value(
    op: &AddColumn,
    type_info: TypeInfo,
    table_name: &TableName,
    table: &Table,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let (name, last) = (&op.column.name, op.column.default.clone());
    let column = ColumnDef { default: op.up.clone(), ..op.column.clone() };
    let now = AddColumn { column, up: None, ..op.clone() };
    if let Some(up) = &op.up {
        if draft.now.types.contains_key(&op.column.type_.value) {
            draft.try_value(format!("the value of column `{}`", name.as_str()), up.text(), &type_info.base);
        }
        if draft.is_volatile(up) {
            by_backfill(&now, type_info, table_name, table, draft)?;
        } else {
            at_once(&now, table_name, draft)?;
        }
    }
    let set = |what: &str| format!("ALTER TABLE {table_name} ALTER COLUMN {name} {what}");
    match last {
        // For rows to come the default is what the file says, whoever writes them.
        Some(default) => {
            let sql = vec![set(&format!("SET DEFAULT {default}"))];
            let summary = format!("set the default of {table_name}.{name} for new rows");
            draft.expand(Step::catalog_only(summary, table_name, LockMode::AccessExclusive, sql, Vec::new()));
        }
        None => {
            draft.lent_defaults.push((table_name.clone(), name.value.clone()));
            draft.in_contract(
                format!("{table_name}.{name} has no default any more"),
                table_name,
                [set("DROP DEFAULT")],
            );
        }
    }
    Ok(())
}

/// Nullable, or with a default that PostgreSQL stores once for all rows that are there (since 11).
fn at_once(op: &AddColumn, table: &TableName, draft: &mut Draft<'_>) -> Result<()> {
    let column = &op.column;
    let valued = column.default.as_ref().is_some_and(|default| !default.is_null_literal());
    let required = column.not_null && !valued && !draft.is_new(table);
    if required && !draft.lets_break("add-column-required") {
        let error = Error::refused(format!(
            "column `{}` is NOT NULL without a default: the old release's INSERTs would fail",
            column.name.as_str()
        ))
        .hint(
            "give it a DEFAULT; or say how it is computed from the row: `-- midflight: up COLUMN = EXPRESSION` above the \
             statement (`up:` in YAML); where no release writes the table: `-- midflight: allow add-column-required because …`",
        );
        return Err(draft.blame(error, column.name.span));
    }
    let mut definition = definition(op);
    if let Some(default) = &column.default {
        definition.push_str(&format!(" DEFAULT {default}"));
    }
    if column.not_null {
        definition.push_str(" NOT NULL");
    }
    draft.add_value(
        table,
        NewValue {
            column: column.name.value.clone(),
            type_: column.type_.clone(),
            default: column.default.clone().filter(|_| valued),
        },
    );
    let without = required.then(|| rows_without(&column.name, table, draft));
    add(op, table, &definition, Vec::new(), without, draft);
    Ok(())
}

fn definition(op: &AddColumn) -> String {
    format!("{} {}", op.column.name, type_clauses(&op.column))
}

/// The type with what belongs to it. STORAGE and COMPRESSION, which are among the options, stand next to the type.
pub(super) fn type_clauses(column: &ColumnDef) -> String {
    let collation = column.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
    let options = column.options.as_ref().map(|clauses| format!(" {clauses}")).unwrap_or_default();
    format!("{}{options}{collation}", column.type_)
}

/// Rows that are there would have no value.
fn rows_without(column: &Ident, table: &TableName, draft: &Draft<'_>) -> Violations {
    let key = draft.first.tables.get(table).map_or_else(|| "'a row'".to_owned(), Draft::row_name);
    let rule = format!("column `{column}` is NOT NULL without a default, and these rows would have no value");
    draft.violations(table, rule, format!("SELECT {key} FROM {table} LIMIT 20"))
}

pub(super) fn add(
    op: &AddColumn,
    table: &TableName,
    definition: &str,
    more: Vec<String>,
    violations: Option<Violations>,
    draft: &mut Draft<'_>,
) {
    let name = &op.column.name;
    draft.add_column(table, name);
    draft.tries(table, format!("ADD COLUMN {definition}"));
    let mut sql = vec![format!("ALTER TABLE {table} ADD COLUMN {definition}")];
    sql.extend(more);
    let step = Step::catalog_only(
        format!("add column {table}.{name}"),
        table,
        LockMode::AccessExclusive,
        sql,
        vec![format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {name}")],
    );
    draft.expand(Step { violations, ..step });
}

/// A value computed from the row: the trigger gives it to what the old release writes, backfill to the rest.
fn by_trigger(
    op: &AddColumn,
    up: &Expr,
    type_info: TypeInfo,
    table_name: &TableName,
    table: &Table,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let column = &op.column;
    let name: Ident = column.name.value.clone();
    // Whether `=` of the collation is identity isn't known; comparing by image is right for each.
    let equality_is_identity = type_info.equality_is_identity && column.collation.is_none();
    let type_info = TypeInfo { equality_is_identity, ..type_info };
    let check = check(draft, [up]);
    let up = Row::old(draft, table_name, table).derive(&name, &type_info, Some(up), &name);
    let variable = new_variable(&name, &name, &type_info);
    let old = old_side(table, &[], std::slice::from_ref(&up));
    if old.is_empty() {
        let error =
            Error::refused("`up` names no column of the row").hint("write a constant as `default:` instead");
        return Err(draft.blame(error, column.name.span));
    }
    draft.shadow_column(table_name, &name, &type_clauses(column), &type_info, Vec::new())?;
    // In a column that takes NULL, the new release may write it.
    let nulls = if op.nulls_written { vec![0] } else { Vec::new() };
    let marker = if column.not_null { None } else { Some(draft.marker(table_name, nulls)?) };
    let pair = Pair {
        old,
        new: vec![variable],
        up: vec![up],
        down: Vec::new(),
        can_fail: true,
        hidden: false,
        counted: false,
        same_value: false,
        marker,
    };
    pending_rule::refuse_nulls(draft, op.nulls_written && column.not_null, &column.name)?;
    pending_rule::tell(draft, table_name, &[], &pair);
    let composite = type_info.composite;
    let own_default = Draft::own_default(table_name, &name, &type_info);
    let side = NewSide { physical: name.clone(), type_info, not_null: column.not_null };
    draft.dual_write(table_name, pair, PairConversion { columns: vec![side], check })?;
    if column.not_null {
        enforce_not_null(draft, table_name, &name, composite);
    }
    if let Some(sql) = own_default.filter(|_| column.default.is_none()) {
        draft.in_contract(format!("{table_name}.{name} has its type's default"), table_name, [sql]);
    }
    if let Some(default) = &column.default {
        draft.in_contract(
            format!("set the default of {table_name}.{name}"),
            table_name,
            [format!("ALTER TABLE {table_name} ALTER COLUMN {name} SET DEFAULT {default}")],
        );
    }
    Ok(())
}

/// A default that differs from row to row: set for new rows at once, given to the others in batches.
fn by_backfill(
    op: &AddColumn,
    type_info: TypeInfo,
    table_name: &TableName,
    table: &Table,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let column = &op.column;
    let name = &column.name.value;
    let default = column.default.as_ref().map(ToString::to_string).unwrap_or_default();
    let set = format!("ALTER TABLE {table_name} ALTER COLUMN {name} SET DEFAULT {default}");
    let definition = draft.without_default(&definition(op), &type_info)?;
    add(op, table_name, &definition, vec![set], None, draft);
    let composite = type_info.composite;
    let side = NewSide { physical: name.clone(), type_info, not_null: column.not_null };
    draft.fill(table_name, table, &side, &default);
    if column.not_null {
        enforce_not_null(draft, table_name, name, composite);
    }
    Ok(())
}

/// `UNIQUE`, `CHECK` and `REFERENCES` written with the column are planned like those that stand alone.
fn inline_constraints(op: &AddColumn, draft: &mut Draft<'_>) -> Result<()> {
    let column = &op.column;
    let (table, names) = (op.table.clone(), vec![column.name.clone()]);
    if let Some(check) = &column.check {
        let name = column.names.check.clone();
        constraints::check(
            &AddCheck { table: table.clone(), name, check: check.clone(), not_valid: false, options: None },
            draft,
        )?;
    }
    if column.unique || column.primary_key {
        let (nulls_not_distinct, options) = match &column.key_options {
            Some(written) => {
                let (not_distinct, rest) = key_options(written);
                (not_distinct, rest.map(|rest| Located::new(rest, written.span)))
            }
            None => (false, None),
        };
        let key = AddKey {
            table: table.clone(),
            name: column.names.unique.clone(),
            columns: names.clone(),
            using_index: None,
            nulls_not_distinct,
            include: Vec::new(),
            options,
            not_valid: false,
        };
        if column.primary_key {
            constraints::primary_key(&AddKey { name: column.names.primary_key.clone(), ..key }, draft)?;
        } else {
            constraints::unique(&key, draft)?;
        }
    }
    if let Some(written) = &column.references {
        let Some((references, referenced_columns)) = referenced(&written.value) else {
            let error = Error::usage(format!("`REFERENCES {written}` can't be read"));
            return Err(draft.blame(error, written.span));
        };
        draft.refuse_retyped_key(&draft.resolve(&references), written.span)?;
        let key = AddForeignKey {
            table,
            name: column.names.references.clone(),
            columns: names,
            references: Located::new(references, written.span),
            referenced_columns,
            options: None,
            not_valid: false,
        };
        // Row by row it may get any value.
        let volatile = |default: &&Expr| !draft.is_volatile(default) && op.up.is_none();
        let type_known = draft.now.types.contains_key(&column.type_.value);
        let default = column.default.as_ref().filter(volatile).filter(|_| type_known);
        let default = default.map(|default| format!("CAST(({default}) AS {})", column.type_));
        let text = format!("REFERENCES {}", written.value);
        constraints::foreign_key_text(&key, &text, default.as_deref(), draft)?;
    }
    Ok(())
}
