//! The rules, one file each. A new rule is a file here, a line below and a line in [`RULES`]; a test finds what
//! was forgotten, and `UPDATE_DOCS=1 cargo test --lib` writes its page in docs/rules.

pub mod add_check_scans;
pub mod add_column_auto_increment;
pub mod add_column_required;
pub mod add_column_volatile_default;
pub mod add_exclusion_constraint;
pub mod add_foreign_key_scans;
pub mod add_primary_key_builds_index;
pub mod add_unique_builds_index;
pub mod change_type_rewrites;
pub mod delete_all_rows;
pub mod disable_trigger;
pub mod domain_constraint_scans;
pub mod domain_with_constraint;
pub mod drop_cascade;
pub mod drop_column;
pub mod drop_constraint;
pub mod drop_database;
pub mod drop_dependent_object;
pub mod drop_owned;
pub mod drop_primary_key;
pub mod drop_schema;
pub mod drop_table;
pub mod duplicate_column;
pub mod enable_rls_without_policy;
pub mod enforce_constraint_scans;
pub mod foreign_key_locks_parent;
pub mod foreign_key_missing_index;
pub mod foreign_key_type_mismatch;
pub mod index_build_blocks_writes;
pub mod move_schema;
pub mod not_valid_never_validated;
pub mod not_valid_unsupported;
pub mod primary_key_index_nullable;
pub mod rename_column;
pub mod rename_enum_value;
pub mod rename_index_through_table;
pub mod rename_object;
pub mod rename_schema;
pub mod rename_table;
pub mod replica_identity_change;
pub mod set_not_null_scans;
pub mod truncate_cascade;
pub mod truncate_table;
pub mod unknown_rule_in_allow;
pub mod unparsable;
pub mod unused_allow;
pub mod update_all_rows;
pub mod validate_under_strong_lock;
pub mod volatile_check;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod traps;
#[cfg(test)]
mod traps_constraints;
#[cfg(test)]
mod traps_removals;

use super::schema::{Born, ConstraintRule};
use super::{Context, Rule};
use crate::migration::operation::{AddColumn, ConstraintTarget, Expr, Name, Operation};
use crate::migration::statement::{Reach, Target, Write, WriteKind};

/// Every rule, sorted by id.
pub static RULES: &[&Rule] = &[
    &add_check_scans::RULE,
    &add_column_auto_increment::RULE,
    &add_column_required::RULE,
    &add_column_volatile_default::RULE,
    &add_exclusion_constraint::RULE,
    &add_foreign_key_scans::RULE,
    &add_primary_key_builds_index::RULE,
    &add_unique_builds_index::RULE,
    &change_type_rewrites::RULE,
    &delete_all_rows::RULE,
    &disable_trigger::RULE,
    &domain_constraint_scans::RULE,
    &domain_with_constraint::RULE,
    &drop_cascade::RULE,
    &drop_column::RULE,
    &drop_constraint::RULE,
    &drop_database::RULE,
    &drop_dependent_object::RULE,
    &drop_owned::RULE,
    &drop_primary_key::RULE,
    &drop_schema::RULE,
    &drop_table::RULE,
    &duplicate_column::RULE,
    &enable_rls_without_policy::RULE,
    &enforce_constraint_scans::RULE,
    &foreign_key_locks_parent::RULE,
    &foreign_key_missing_index::RULE,
    &foreign_key_type_mismatch::RULE,
    &index_build_blocks_writes::RULE,
    &move_schema::RULE,
    &not_valid_never_validated::RULE,
    &not_valid_unsupported::RULE,
    &primary_key_index_nullable::RULE,
    &rename_column::RULE,
    &rename_enum_value::RULE,
    &rename_index_through_table::RULE,
    &rename_object::RULE,
    &rename_schema::RULE,
    &rename_table::RULE,
    &replica_identity_change::RULE,
    &set_not_null_scans::RULE,
    &truncate_cascade::RULE,
    &truncate_table::RULE,
    &unknown_rule_in_allow::RULE,
    &unparsable::RULE,
    &unused_allow::RULE,
    &update_all_rows::RULE,
    &validate_under_strong_lock::RULE,
    &volatile_check::RULE,
];

/// `a, b, c`
fn list(names: &[Name]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Those of the tables that others use, for a message: `` `a`, `b` ``.
fn in_use(cx: &Context<'_>, tables: &[Target]) -> Option<String> {
    let used = tables.iter().filter(|table| !cx.created_here(table));
    let used = used.map(|table| format!("`{table}`")).collect::<Vec<_>>();
    (!used.is_empty()).then(|| used.join(", "))
}

/// Whether a constraint is a primary key, or has the name that PostgreSQL gives one where no file says what it is.
fn is_primary_key(cx: &Context<'_>, target: &ConstraintTarget) -> bool {
    match cx.schema.constraint(&target.table, &target.name) {
        Some(known) => matches!(known.rule, ConstraintRule::PrimaryKey(_)),
        None => *target.name.as_str() == crate::ident::fit(&format!("{}_pkey", target.table.name.as_str())),
    }
}

/// How much of a table in use an UPDATE or DELETE reaches, given what the files say of its columns.
fn reach(cx: &Context<'_>, write: &Write) -> Option<Reach> {
    let (WriteKind::Update(reach) | WriteKind::Delete(reach)) = write.kind else { return None };
    if cx.created_here(&write.table) {
        return None;
    }
    let everything = write.null_test.as_ref().is_some_and(|test| {
        let (Some(table), Some(column)) = (cx.table(&write.table), cx.column(&write.table, &test.column))
        else {
            return false;
        };
        // a column that came later and without a default is NULL everywhere
        let added = column.born != table.born && column.born != Born::default();
        if test.is_null { added && !column.filled } else { column.not_null }
    });
    Some(if everything { Reach::All } else { reach })
}

/// A constraint's name, or the one that PostgreSQL would give it.
fn constraint_name(written: Option<&Name>, table: &str, columns: &[&str], suffix: &str) -> String {
    match written {
        Some(name) => name.to_string(),
        None => {
            let parts =
                std::iter::once(table).chain(columns.iter().copied()).chain([suffix]).collect::<Vec<_>>();
            crate::ident::Ident::new(crate::ident::fit(&parts.join("_"))).to_string()
        }
    }
}

/// Whether a constraint's options say that nobody enforces it (PostgreSQL 18).
fn not_enforced(options: Option<&Expr>) -> bool {
    options.is_some_and(|options| crate::migration::mentions(options, "NOT ENFORCED"))
}

/// The column that a step adds to a table in use. One that is there already, under IF NOT EXISTS, is not added.
fn added_column<'a>(cx: &Context<'a>) -> Option<&'a AddColumn> {
    let Operation::AddColumn(add) = &cx.step.operation else { return None };
    let exists = add.if_not_exists && cx.column(&add.table, &add.column.name).is_some();
    (!exists && !cx.created_here(&add.table)).then_some(add)
}
