//! What an operation does to the schema. Pure, and the only place that knows: planning looks at the catalog as the
//! statements above have left it. What the server would refuse is not judged here; it leaves the catalog as it is.

mod columns;
mod constraints;
mod identity;
mod index;
mod objects;
mod tables;

/// What statements make, before the server has made it.
pub(crate) mod made {
    pub(crate) use super::constraints::exclusion_elements;
    pub(crate) use super::identity::{next_value, sequence_name};
    pub(crate) use super::index::{columns_used, index_name, index_on, tail};
}

use super::Catalog;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The catalog after an operation.
pub fn apply(catalog: &mut Catalog, operation: &Operation) {
    if let Some((kind, op)) = operation.created() {
        return objects::create(catalog, kind, op);
    }
    if let Some((kind, op)) = operation.dropped() {
        return objects::drop(catalog, kind, op);
    }
    match operation {
        Operation::CreateTable(op) => tables::create(catalog, op),
        Operation::DropTable(op) => match &op.aside {
            Some(aside) => tables::rename(catalog, &op.table, aside),
            None => tables::drop(catalog, &catalog.resolve(&op.table)),
        },
        Operation::RenameTable(op) => tables::rename(catalog, &op.table, &op.to),
        Operation::AddColumn(op) => columns::add(catalog, op),
        Operation::DropColumn(op) => columns::drop(catalog, &catalog.resolve(&op.table), &op.column),
        Operation::RenameColumn(op) => {
            columns::rename(catalog, &catalog.resolve(&op.table), &op.column, &op.to);
        }
        Operation::ChangeType(op) => columns::change_type(catalog, op),
        Operation::TransformColumns(op) => columns::transform(catalog, op),
        Operation::SetNotNull(op) => {
            columns::change(catalog, &op.table, &op.column, |column| column.not_null = true);
        }
        Operation::DropNotNull(op) => {
            columns::change(catalog, &op.table, &op.column, |column| column.not_null = false);
        }
        Operation::SetDefault(op) => columns::change(catalog, &op.table, &op.column, |column| {
            column.default = Some(op.default.to_string());
        }),
        Operation::DropDefault(op) => {
            columns::change(catalog, &op.table, &op.column, |column| column.default = None);
        }
        Operation::AddIdentity(op) => identity::add(catalog, op),
        Operation::SetIdentity(op) => identity::set(catalog, op),
        Operation::DropIdentity(op) => identity::drop(catalog, op),
        Operation::DropExpression(op) => identity::drop_expression(catalog, op),
        Operation::SetStatistics(op) => columns::change(catalog, &op.table, &op.column, |column| {
            column.statistics = (op.statistics >= 0).then_some(op.statistics);
        }),
        Operation::SetComment(op) => match &op.column {
            Some(column) => {
                columns::change(catalog, &op.table, column, |column| column.comment = op.comment.clone());
            }
            None => tables::change(catalog, &op.table, |table| table.comment = op.comment.clone()),
        },
        Operation::AddCheck(op) => constraints::check(catalog, op),
        Operation::AddForeignKey(op) => constraints::foreign_key(catalog, op),
        Operation::AddUnique(op) => constraints::key(catalog, op, super::ConstraintKind::Unique),
        Operation::AddPrimaryKey(op) => constraints::key(catalog, op, super::ConstraintKind::PrimaryKey),
        Operation::AddExclusion(op) => constraints::exclusion(catalog, op),
        Operation::ValidateConstraint(op) => constraints::validate(catalog, &op.table, &op.name),
        Operation::DropConstraint(op) => constraints::drop(catalog, &catalog.resolve(&op.table), &op.name),
        Operation::RenameConstraint(op) => constraints::rename(catalog, &op.table, &op.name, &op.to),
        Operation::CreateIndex(op) => constraints::index(catalog, op),
        Operation::DropIndex(op) => constraints::drop_index(catalog, &catalog.resolve(&op.index)),
        Operation::RenameIndex(op) => constraints::rename_index(catalog, &catalog.resolve(&op.index), &op.to),
        Operation::AddEnumValue(op) => objects::add_value(catalog, op),
        Operation::RenameEnumValue(op) => objects::rename_value(catalog, op),
        Operation::SetRowSecurity(op) => tables::row_security(catalog, op),
        Operation::SetReplicaIdentity(op) => tables::replica_identity(catalog, op),
        Operation::SetStorageParameters(op) => tables::storage(catalog, op),
        Operation::CommentOn(op) => objects::comment(catalog, op),
        Operation::Unplaced(op) => match &op.statement {
            Statement::Rename { kind, name, table, part: None, to } => {
                objects::rename(catalog, *kind, name, table.as_deref(), to);
            }
            Statement::AlterTable(_, TableAction::Detach { partition, .. }) => {
                tables::detach(catalog, partition);
            }
            Statement::SetSchema { kind, name, to } => objects::set_schema(catalog, *kind, name, to),
            Statement::AlterTable(table, TableAction::AlterConstraint { name, timing: Some(timing), .. }) => {
                constraints::set_timing(catalog, table, name, *timing);
            }
            Statement::AlterTable(table, TableAction::SetSchema(to)) => {
                tables::set_schema(catalog, table, to);
            }
            _ => {}
        },
        // Privileges are compared by roles, values of sequences by nobody; the user's own SQL is opaque.
        Operation::Grant(_) | Operation::Revoke(_) | Operation::AlterSequence(_) | Operation::Sql(_) => {}
        // Made and dropped objects are above.
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
        | Operation::DropStatistics(_) => {}
    }
}

impl Catalog {
    /// A relation's name in the schema of another.
    fn beside(of: &TableName, name: &Ident) -> TableName {
        TableName::new(of.schema.clone(), name.clone())
    }

    fn table_mut(&mut self, table: &TableRef) -> Option<&mut super::Table> {
        let name = self.resolve(table);
        self.tables.get_mut(&name)
    }
}
