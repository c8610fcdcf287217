//! The rules, one file each. A new rule is a file here, a line below and a line in [`RULES`]; a test finds what
//! was forgotten, and `UPDATE_DOCS=1 cargo test --lib` writes its page in docs/rules.

pub mod add_check_scans;
pub mod add_column_auto_increment;
pub mod add_column_constrained_domain;
pub mod add_column_required;
pub mod add_column_stored_generated;
pub mod add_column_volatile_default;
pub mod add_foreign_key_scans;
pub mod add_primary_key_builds_index;
pub mod add_unique_builds_index;
pub mod change_default;
pub mod change_type_narrows;
pub mod change_type_rescans;
pub mod change_type_rewrites;
pub mod concurrent_build_with_timeout;
pub mod concurrent_if_not_exists;
pub mod concurrent_index_on_partitioned;
pub mod create_enum;
pub mod drop_column;
pub mod drop_constraint_owned_index;
pub mod drop_default;
pub mod drop_not_null;
pub mod drop_table;
pub mod enum_value_order;
pub mod enum_value_same_transaction;
pub mod index_build_blocks_writes;
pub mod index_drop_blocks_access;
pub mod index_replaced_drop_first;
pub mod not_allowed_in_transaction;
pub mod prepared_plan_break;
pub mod redundant_index;
pub mod reindex_blocks_access;
pub mod rename_column;
pub mod rename_table;
pub mod required_by_constraint;
pub mod set_expression_rewrites;
pub mod set_not_null_scans;
pub mod unknown_rule_in_allow;
pub mod unnamed_concurrent_index;
pub mod unparsable;
pub mod unused_allow;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod traps;
#[cfg(test)]
mod traps_columns;
#[cfg(test)]
mod traps_indexes;

use super::{Context, Rule};
use crate::ident::Ident;
use crate::migration::operation::{AddColumn, Expr, Name, Operation, TableRef};

/// Every rule, sorted by id.
pub static RULES: &[&Rule] = &[
    &add_check_scans::RULE,
    &add_column_auto_increment::RULE,
    &add_column_constrained_domain::RULE,
    &add_column_required::RULE,
    &add_column_stored_generated::RULE,
    &add_column_volatile_default::RULE,
    &add_foreign_key_scans::RULE,
    &add_primary_key_builds_index::RULE,
    &add_unique_builds_index::RULE,
    &change_default::RULE,
    &change_type_narrows::RULE,
    &change_type_rescans::RULE,
    &change_type_rewrites::RULE,
    &concurrent_build_with_timeout::RULE,
    &concurrent_if_not_exists::RULE,
    &concurrent_index_on_partitioned::RULE,
    &create_enum::RULE,
    &drop_column::RULE,
    &drop_constraint_owned_index::RULE,
    &drop_default::RULE,
    &drop_not_null::RULE,
    &drop_table::RULE,
    &enum_value_order::RULE,
    &enum_value_same_transaction::RULE,
    &index_build_blocks_writes::RULE,
    &index_drop_blocks_access::RULE,
    &index_replaced_drop_first::RULE,
    &not_allowed_in_transaction::RULE,
    &prepared_plan_break::RULE,
    &redundant_index::RULE,
    &reindex_blocks_access::RULE,
    &rename_column::RULE,
    &rename_table::RULE,
    &required_by_constraint::RULE,
    &set_expression_rewrites::RULE,
    &set_not_null_scans::RULE,
    &unknown_rule_in_allow::RULE,
    &unnamed_concurrent_index::RULE,
    &unparsable::RULE,
    &unused_allow::RULE,
];

/// `a, b, c`
fn list(names: &[Name]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
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

/// The constraint of this table that a step drops.
fn dropped_constraint<'a>(operation: &'a Operation, table: &TableRef) -> Option<&'a Ident> {
    match operation {
        Operation::DropConstraint(drop) if drop.table.value == *table => Some(&drop.name.value),
        _ => None,
    }
}
