//! The rules, one file each. A new rule is a file here, its page in docs/rules, a line below and a line in [`RULES`];
//! a test finds what was forgotten.

pub mod add_check_scans;
pub mod add_column_auto_increment;
pub mod add_column_constrained_domain;
pub mod add_column_required;
pub mod add_column_stored_generated;
pub mod add_column_volatile_default;
pub mod add_exclusion_constraint;
pub mod add_foreign_key_scans;
pub mod add_primary_key_builds_index;
pub mod add_unique_builds_index;
pub mod alter_type_cascade;
pub mod attach_partition_scans;
pub mod avoid_char;
pub mod avoid_money;
pub mod change_default;
pub mod change_type_narrows;
pub mod change_type_rescans;
pub mod change_type_rewrites;
pub mod column_has_dependents;
pub mod concurrent_build_with_timeout;
pub mod concurrent_drop_unsupported;
pub mod concurrent_if_not_exists;
pub mod concurrent_index_on_partitioned;
pub mod create_enum;
pub mod create_index_on_view_gap;
pub mod create_partition_locks_parent;
pub mod default_partition;
pub mod delete_all_rows;
pub mod detach_concurrently_with_default;
pub mod detach_partition_blocks;
pub mod disable_trigger;
pub mod domain_constraint_scans;
pub mod domain_with_constraint;
pub mod drop_cascade;
pub mod drop_column;
pub mod drop_constraint;
pub mod drop_constraint_owned_index;
pub mod drop_database;
pub mod drop_default;
pub mod drop_dependent_object;
pub mod drop_not_null;
pub mod drop_owned;
pub mod drop_primary_key;
pub mod drop_schema;
pub mod drop_table;
pub mod drop_unique_index;
pub mod duplicate_column;
pub mod dynamic_sql;
pub mod enable_rls_without_policy;
pub mod enforce_constraint_scans;
pub mod enum_value_order;
pub mod enum_value_same_transaction;
pub mod explicit_table_lock;
pub mod extension_change;
pub mod forbidden_type;
pub mod foreign_key_locks_parent;
pub mod foreign_key_missing_index;
pub mod foreign_key_type_mismatch;
pub mod grant_to_public;
pub mod identifier_too_long;
pub mod index_build_blocks_writes;
pub mod index_drop_blocks_access;
pub mod index_replaced_drop_first;
pub mod ineffective_set_local;
pub mod lock_timeout_disabled;
pub mod long_work_under_lock;
pub mod matview_with_data;
pub mod missing_lock_timeout;
pub mod missing_statement_timeout;
pub mod move_schema;
pub mod multiple_alters_same_table;
pub mod naming;
pub mod not_allowed_in_transaction;
pub mod not_valid_never_validated;
pub mod not_valid_unsupported;
pub mod prefer_bigint_key;
pub mod prefer_identity;
pub mod prefer_jsonb;
pub mod prefer_text;
pub mod prefer_timestamptz;
pub mod prepared_plan_break;
pub mod primary_key_index_nullable;
pub mod published_column;
pub mod redundant_index;
pub mod refresh_matview_blocks_reads;
pub mod reindex_blocks_access;
pub mod rename_column;
pub mod rename_enum_value;
pub mod rename_index_through_table;
pub mod rename_object;
pub mod rename_schema;
pub mod rename_table;
pub mod replace_fails;
pub mod replica_identity_change;
pub mod require_idempotent;
pub mod require_primary_key;
pub mod require_schema_qualified;
pub mod required_by_constraint;
pub mod rewrite_maintenance;
pub mod security_definer_search_path;
pub mod sequence_set_back;
pub mod set_expression_rewrites;
pub mod set_not_null_scans;
pub mod superuser_statement;
pub mod table_storage_rewrite;
pub mod transaction_control;
pub mod trigger_change;
pub mod truncate_cascade;
pub mod truncate_table;
pub mod unknown_rule_in_allow;
pub mod unlogged_or_no_autovacuum;
pub mod unnamed_concurrent_index;
pub mod unnamed_constraint;
pub mod unparsable;
pub mod unterminated_transaction;
pub mod unused_allow;
pub mod update_all_rows;
pub mod validate_under_strong_lock;
pub mod view_loses_column;
pub mod volatile_check;
pub mod wide_index;
pub mod wide_lock_window;

use super::schema::{ConstraintRule, CreatedIn};
use super::types::Type;
use super::{Context, Lock, Problem, Rule, Runner, created};
use crate::ident::Ident;
use crate::migration::operation::{AddColumn, AddKey, ConstraintTarget, Name, Operation, SqlText, TableRef};
use crate::migration::statement::{Reach, Statement, Target, Write, WriteKind};
use crate::pg::naming::object_name;

/// Every rule, sorted by id.
pub static RULES: &[&Rule] = &[
    &add_check_scans::RULE,
    &add_column_auto_increment::RULE,
    &add_column_constrained_domain::RULE,
    &add_column_required::RULE,
    &add_column_stored_generated::RULE,
    &add_column_volatile_default::RULE,
    &add_exclusion_constraint::RULE,
    &add_foreign_key_scans::RULE,
    &add_primary_key_builds_index::RULE,
    &add_unique_builds_index::RULE,
    &alter_type_cascade::RULE,
    &attach_partition_scans::RULE,
    &avoid_char::RULE,
    &avoid_money::RULE,
    &change_default::RULE,
    &change_type_narrows::RULE,
    &change_type_rescans::RULE,
    &change_type_rewrites::RULE,
    &column_has_dependents::RULE,
    &concurrent_build_with_timeout::RULE,
    &concurrent_drop_unsupported::RULE,
    &concurrent_if_not_exists::RULE,
    &concurrent_index_on_partitioned::RULE,
    &create_enum::RULE,
    &create_index_on_view_gap::RULE,
    &create_partition_locks_parent::RULE,
    &default_partition::RULE,
    &delete_all_rows::RULE,
    &detach_concurrently_with_default::RULE,
    &detach_partition_blocks::RULE,
    &disable_trigger::RULE,
    &domain_constraint_scans::RULE,
    &domain_with_constraint::RULE,
    &drop_cascade::RULE,
    &drop_column::RULE,
    &drop_constraint::RULE,
    &drop_constraint_owned_index::RULE,
    &drop_database::RULE,
    &drop_default::RULE,
    &drop_dependent_object::RULE,
    &drop_not_null::RULE,
    &drop_owned::RULE,
    &drop_primary_key::RULE,
    &drop_schema::RULE,
    &drop_table::RULE,
    &drop_unique_index::RULE,
    &duplicate_column::RULE,
    &dynamic_sql::RULE,
    &enable_rls_without_policy::RULE,
    &enforce_constraint_scans::RULE,
    &enum_value_order::RULE,
    &enum_value_same_transaction::RULE,
    &explicit_table_lock::RULE,
    &extension_change::RULE,
    &forbidden_type::RULE,
    &foreign_key_locks_parent::RULE,
    &foreign_key_missing_index::RULE,
    &foreign_key_type_mismatch::RULE,
    &grant_to_public::RULE,
    &identifier_too_long::RULE,
    &index_build_blocks_writes::RULE,
    &index_drop_blocks_access::RULE,
    &index_replaced_drop_first::RULE,
    &ineffective_set_local::RULE,
    &lock_timeout_disabled::RULE,
    &long_work_under_lock::RULE,
    &matview_with_data::RULE,
    &missing_lock_timeout::RULE,
    &missing_statement_timeout::RULE,
    &move_schema::RULE,
    &multiple_alters_same_table::RULE,
    &naming::RULE,
    &not_allowed_in_transaction::RULE,
    &not_valid_never_validated::RULE,
    &not_valid_unsupported::RULE,
    &prefer_bigint_key::RULE,
    &prefer_identity::RULE,
    &prefer_jsonb::RULE,
    &prefer_text::RULE,
    &prefer_timestamptz::RULE,
    &prepared_plan_break::RULE,
    &primary_key_index_nullable::RULE,
    &published_column::RULE,
    &redundant_index::RULE,
    &refresh_matview_blocks_reads::RULE,
    &reindex_blocks_access::RULE,
    &rename_column::RULE,
    &rename_enum_value::RULE,
    &rename_index_through_table::RULE,
    &rename_object::RULE,
    &rename_schema::RULE,
    &rename_table::RULE,
    &replace_fails::RULE,
    &replica_identity_change::RULE,
    &require_idempotent::RULE,
    &require_primary_key::RULE,
    &require_schema_qualified::RULE,
    &required_by_constraint::RULE,
    &rewrite_maintenance::RULE,
    &security_definer_search_path::RULE,
    &sequence_set_back::RULE,
    &set_expression_rewrites::RULE,
    &set_not_null_scans::RULE,
    &superuser_statement::RULE,
    &table_storage_rewrite::RULE,
    &transaction_control::RULE,
    &trigger_change::RULE,
    &truncate_cascade::RULE,
    &truncate_table::RULE,
    &unknown_rule_in_allow::RULE,
    &unlogged_or_no_autovacuum::RULE,
    &unnamed_concurrent_index::RULE,
    &unnamed_constraint::RULE,
    &unparsable::RULE,
    &unterminated_transaction::RULE,
    &unused_allow::RULE,
    &update_all_rows::RULE,
    &validate_under_strong_lock::RULE,
    &view_loses_column::RULE,
    &volatile_check::RULE,
    &wide_index::RULE,
    &wide_lock_window::RULE,
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
        let added = column.created_in != table.created_in && column.created_in != CreatedIn::default();
        if test.is_null { added && !column.filled } else { column.not_null }
    });
    Some(if everything { Reach::All } else { reach })
}

/// A constraint's name, or the one that PostgreSQL would give it.
fn constraint_name(written: Option<&Name>, table: &str, columns: &[&str], suffix: &str) -> String {
    match written {
        Some(name) => name.to_string(),
        None => object_name(table, &columns.join("_"), suffix, |_| false).to_string(),
    }
}

/// What a key says beside its columns: the part that belongs to its index, and the part that is the constraint's.
pub(super) fn key_options(key: &AddKey) -> (String, String) {
    let mut index = String::new();
    if !key.include.is_empty() {
        index.push_str(&format!(" INCLUDE ({})", list(&key.include)));
    }
    if key.nulls_not_distinct {
        index.push_str(" NULLS NOT DISTINCT");
    }
    let mut constraint = String::new();
    if let Some(options) = &key.options {
        // WITH and TABLESPACE are the index's; what follows is when the constraint is checked
        let written = options.value.as_str();
        let at = ["DEFERRABLE", "NOT DEFERRABLE", "INITIALLY"]
            .iter()
            .filter_map(|word| find_word(written, word))
            .min();
        let (storage, checked) = written.split_at(at.unwrap_or(written.len()));
        let spaced =
            |text: &str| if text.trim().is_empty() { String::new() } else { format!(" {}", text.trim()) };
        // an index of its own says it with one word
        index.push_str(&spaced(&storage.replace("USING INDEX TABLESPACE", "TABLESPACE")));
        constraint = spaced(checked);
    }
    (index, constraint)
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    text.to_ascii_uppercase().find(word)
}

/// Whether a constraint's options say that nobody enforces it (PostgreSQL 18).
fn not_enforced(options: Option<&SqlText>) -> bool {
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

/// The table that a statement waits for, and stops others from using, while the file has set none of these timeouts.
/// Of several steps of a statement, the first that waits has it.
fn unlimited_lock(cx: &Context<'_>, timeouts: &[&str]) -> Option<(TableRef, Lock)> {
    let limited = timeouts.iter().any(|name| cx.schema.session.timeout(name).is_some());
    // nobody writes to a materialized view
    let harmless = matches!(cx.statement(), Some(Statement::Refresh { concurrently: true, .. }));
    if limited || harmless || cx.runner == Runner::Midflight {
        return None;
    }
    let wait = |step: usize| {
        let mut locks = cx.impacts.get(step)?.locks.iter();
        locks.find(|(table, lock)| lock.is_blocking() && cx.held(table) < Some(*lock))
    };
    let first = (0..cx.impacts.len()).find(|step| wait(*step).is_some())?;
    let (table, lock) = wait(first).filter(|_| cx.is_step(first))?;
    Some((cx.shown(table), *lock))
}

/// Says that some of a statement's new columns are of a type: which, and why they shouldn't be.
fn new_columns(cx: &Context<'_>, is: impl Fn(&str) -> bool, reason: &str) -> Option<Problem> {
    let (table, columns) = created::columns(&cx.step.operation)?;
    let found = columns.iter().filter(|column| is(&column.type_)).collect::<Vec<_>>();
    let first = found.first()?;
    let names = found.iter().map(|column| format!("`{}`", column.name)).collect::<Vec<_>>().join(", ");
    Some(Problem::new(cx.at(first.type_.span), format!("{names} of `{table}`: {reason}")))
}

/// Whether a type, as written, is this one of the catalog or an array of it.
fn is_type(written: &str, name: &str) -> bool {
    Type::parse(written).name == name
}
