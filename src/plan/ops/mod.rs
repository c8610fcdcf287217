//! One file an operation: what it needs from the catalog, and what it adds to which stage. docs/ARCHITECTURE.md
//! says how to add one.

mod add_column;
mod add_generated;
mod add_numbered;
mod bodies;
mod change_type;
mod column_flags;
mod comment_on;
mod constraints;
mod converted_rows;
mod copy_indexes;
mod create_index;
mod create_table;
mod detach;
mod double_indexes;
mod drops;
mod enum_value;
mod exclusion;
mod identity;
mod in_place;
mod key_below;
mod keys_of_partitions;
mod materialized_views;
mod object;
mod offenders;
mod old_rows;
mod online;
mod partitions;
mod pending_rule;
mod placed_sql;
mod plain;
mod privileges;
mod recreate_dependents;
mod rename_column;
mod rename_table;
mod renames;
mod replace;
mod row;
mod row_trials;
mod rows;
mod sequence_value;
mod session;
mod set_not_null;
mod settings;
mod still;
mod transform_columns;

pub(super) use copy_indexes::plan as copy_indexes;
pub(super) use replace::comparable;

use super::planner::Draft;
use crate::error::Result;
use crate::migration::operation::Operation;

/// Adds an operation's pieces to the draft.
pub(super) fn plan(operation: &Operation, draft: &mut Draft<'_>) -> Result<()> {
    draft.refuse_distributed(operation)?;
    bodies::note(operation, draft);
    session::refuse_current(operation, draft)?;
    if draft.has_to_wait(operation) {
        return draft.wait_for_contract(operation);
    }
    if let Some(table) = plain::new_table(operation, draft).or_else(|| plain::new_view(operation, draft)) {
        return plain::plan(operation, &table, draft);
    }
    if let Some((kind, op)) = operation.created() {
        return object::create(kind, op, draft);
    }
    if let Some((kind, op)) = operation.dropped() {
        return object::drop(kind, op, operation, draft);
    }
    match operation {
        Operation::CreateTable(op) => create_table::plan(op, draft),
        Operation::DropTable(op) => drops::table(op, draft),
        Operation::RenameTable(op) => rename_table::plan(op, draft),
        Operation::AddColumn(op) => add_column::plan(op, draft),
        Operation::DropColumn(op) => drops::column(op, draft),
        Operation::RenameColumn(op) => rename_column::plan(op, draft),
        Operation::ChangeType(op) => change_type::plan(op, draft),
        Operation::TransformColumns(op) => transform_columns::plan(op, draft),
        Operation::SetNotNull(op) => set_not_null::plan(op, draft),
        Operation::DropNotNull(op) => column_flags::drop_not_null(op, draft),
        Operation::SetDefault(op) => column_flags::set_default(op, draft),
        Operation::DropDefault(op) => column_flags::drop_default(op, draft),
        Operation::AddIdentity(op) => identity::add(op, draft),
        Operation::SetIdentity(op) => identity::set(op, draft),
        Operation::DropIdentity(op) => identity::drop(op, draft),
        Operation::DropExpression(op) => identity::drop_expression(op, draft),
        Operation::SetComment(op) => column_flags::set_comment(op, draft),
        Operation::AddCheck(op) => constraints::check(op, draft),
        Operation::AddForeignKey(op) => constraints::foreign_key(op, draft),
        Operation::AddUnique(op) => constraints::unique(op, draft),
        Operation::AddPrimaryKey(op) => constraints::primary_key(op, draft),
        Operation::ValidateConstraint(op) => constraints::validate_constraint(op, draft),
        Operation::DropConstraint(op) => drops::constraint(op, draft),
        Operation::CreateIndex(op) => create_index::plan(op, draft),
        Operation::DropIndex(op) => drops::index(op, draft),
        Operation::Sql(op) => placed_sql::plan(op, draft),
        Operation::Unplaced(op) => placed_sql::unplaced(op, draft),
        Operation::AddEnumValue(op) => enum_value::add(op, draft),
        Operation::RenameEnumValue(op) => enum_value::rename(op, draft),
        Operation::RenameConstraint(op) => renames::constraint(op, draft),
        Operation::RenameIndex(op) => renames::index(op, draft),
        Operation::AddExclusion(op) => exclusion::plan(op, draft),
        Operation::AlterSequence(op) => settings::sequence(op, draft),
        Operation::CommentOn(op) => comment_on::plan(op, draft),
        Operation::Grant(op) => privileges::grant(op, draft),
        Operation::Revoke(op) => privileges::revoke(op, draft),
        Operation::SetReplicaIdentity(op) => settings::replica_identity(op, draft),
        Operation::SetRowSecurity(op) => settings::row_security(op, draft),
        Operation::SetStorageParameters(op) => settings::storage(op, draft),
        Operation::SetStatistics(op) => settings::statistics(op, draft),
        // Every object that is made or dropped is planned above.
        Operation::CreateType(_)
        | Operation::CreateDomain(_)
        | Operation::CreateSchema(_)
        | Operation::CreateExtension(_)
        | Operation::CreateSequence(_)
        | Operation::CreateView(_)
        | Operation::CreateMaterializedView(_)
        | Operation::CreateFunction(_)
        | Operation::CreateProcedure(_)
        | Operation::CreateTrigger(_)
        | Operation::CreatePolicy(_)
        | Operation::CreateStatistics(_)
        | Operation::DropType(_)
        | Operation::DropDomain(_)
        | Operation::DropSchema(_)
        | Operation::DropExtension(_)
        | Operation::DropSequence(_)
        | Operation::DropView(_)
        | Operation::DropMaterializedView(_)
        | Operation::DropFunction(_)
        | Operation::DropProcedure(_)
        | Operation::DropTrigger(_)
        | Operation::DropPolicy(_)
        | Operation::DropStatistics(_) => Ok(()),
    }
}
