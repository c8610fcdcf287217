//! What an operation works on. Every operation is named here, so that a new one can't be forgotten.

use super::operation::{Name, Operation, TableRef};
use super::parse;
use super::source::Source;
use super::statement::{Statement, TableAction};

impl Operation {
    /// The tables it names, for taking a catalog snapshot.
    pub fn tables(&self) -> Vec<&TableRef> {
        match self {
            Self::CreateTable(op) => std::iter::once(&op.table.value).chain(&op.references).collect(),
            Self::AddForeignKey(op) => vec![&op.table, &op.references],
            Self::DropIndex(op) => vec![&op.index],
            Self::RenameIndex(op) => vec![&op.index],
            Self::AlterSequence(op) => vec![&op.name],
            Self::Unplaced(op) => {
                op.target.iter().map(|target| &target.value).chain(op.statement.row_tables()).collect()
            }
            Self::CreateTrigger(_) | Self::CreatePolicy(_) | Self::DropTrigger(_) | Self::DropPolicy(_) => {
                self.object_tables()
            }
            Self::CreateType(_)
            | Self::CreateDomain(_)
            | Self::CreateSchema(_)
            | Self::CreateExtension(_)
            | Self::CreateSequence(_)
            | Self::CreateView(_)
            | Self::CreateMaterializedView(_)
            | Self::CreateFunction(_)
            | Self::CreateProcedure(_)
            | Self::CreateStatistics(_)
            | Self::DropType(_)
            | Self::DropDomain(_)
            | Self::DropSchema(_)
            | Self::DropExtension(_)
            | Self::DropSequence(_)
            | Self::DropView(_)
            | Self::DropMaterializedView(_)
            | Self::DropFunction(_)
            | Self::DropProcedure(_)
            | Self::DropStatistics(_)
            | Self::AddEnumValue(_)
            | Self::RenameEnumValue(_)
            | Self::CommentOn(_)
            | Self::Grant(_)
            | Self::Revoke(_)
            | Self::Sql(_) => self.object_tables(),
            Self::DropTable(_)
            | Self::RenameTable(_)
            | Self::AddColumn(_)
            | Self::DropColumn(_)
            | Self::RenameColumn(_)
            | Self::ChangeType(_)
            | Self::TransformColumns(_)
            | Self::SetNotNull(_)
            | Self::DropNotNull(_)
            | Self::SetDefault(_)
            | Self::DropDefault(_)
            | Self::AddIdentity(_)
            | Self::SetIdentity(_)
            | Self::DropIdentity(_)
            | Self::DropExpression(_)
            | Self::SetComment(_)
            | Self::AddCheck(_)
            | Self::AddUnique(_)
            | Self::AddPrimaryKey(_)
            | Self::AddExclusion(_)
            | Self::ValidateConstraint(_)
            | Self::DropConstraint(_)
            | Self::RenameConstraint(_)
            | Self::CreateIndex(_)
            | Self::SetReplicaIdentity(_)
            | Self::SetRowSecurity(_)
            | Self::SetStorageParameters(_)
            | Self::SetStatistics(_) => self.changes_table().into_iter().collect(),
        }
    }

    /// The tables that its text writes and reads, where a file in YAML changes rows.
    pub fn tables_of_rows(&self) -> Vec<TableRef> {
        let Self::Sql(op) = self else { return Vec::new() };
        let texts = [&op.rows, &op.backfill].into_iter().flatten();
        let read = texts.filter_map(|text| parse(Source::new("rows.sql", text.as_str())).ok());
        let steps = read.flat_map(|read| read.steps);
        steps.flat_map(|step| step.operation.tables().into_iter().cloned().collect::<Vec<_>>()).collect()
    }

    /// The constraint of `ALTER TABLE … ALTER CONSTRAINT`, with its table.
    pub fn altered_constraint(&self) -> Option<(&TableRef, &Name)> {
        let Self::Unplaced(op) = self else { return None };
        let Statement::AlterTable(table, TableAction::AlterConstraint { name, .. }) = &op.statement else {
            return None;
        };
        Some((table, name))
    }

    /// The table whose definition it changes; not the one that it makes.
    pub fn changes_table(&self) -> Option<&TableRef> {
        Some(match self {
            Self::DropTable(op) => &op.table,
            Self::RenameTable(op) => &op.table,
            Self::AddColumn(op) => &op.table,
            Self::DropColumn(op) => &op.table,
            Self::RenameColumn(op) => &op.table,
            Self::ChangeType(op) => &op.table,
            Self::TransformColumns(op) => &op.table,
            Self::SetNotNull(op) => &op.table,
            Self::DropNotNull(op) | Self::DropDefault(op) => &op.table,
            Self::SetDefault(op) => &op.table,
            Self::AddIdentity(op) => &op.table,
            Self::SetIdentity(op) => &op.table,
            Self::DropIdentity(op) | Self::DropExpression(op) => &op.table,
            Self::SetComment(op) => &op.table,
            Self::AddCheck(op) => &op.table,
            Self::AddForeignKey(op) => &op.table,
            Self::AddUnique(op) | Self::AddPrimaryKey(op) => &op.table,
            Self::AddExclusion(op) => &op.table,
            Self::ValidateConstraint(op) | Self::DropConstraint(op) => &op.table,
            Self::RenameConstraint(op) => &op.table,
            Self::CreateIndex(op) => &op.table,
            Self::SetReplicaIdentity(op) | Self::SetRowSecurity(op) => &op.table,
            Self::SetStorageParameters(op) => &op.table,
            Self::SetStatistics(op) => &op.table,
            Self::CreateTrigger(op) | Self::CreatePolicy(op) => return op.table.as_deref(),
            Self::DropTrigger(op) | Self::DropPolicy(op) => return op.table.as_deref(),
            Self::CreateTable(_)
            | Self::DropIndex(_)
            | Self::RenameIndex(_)
            | Self::AlterSequence(_)
            | Self::AddEnumValue(_)
            | Self::RenameEnumValue(_)
            | Self::CommentOn(_)
            | Self::Grant(_)
            | Self::Revoke(_)
            | Self::Sql(_)
            | Self::Unplaced(_)
            | Self::CreateType(_)
            | Self::CreateDomain(_)
            | Self::CreateSchema(_)
            | Self::CreateExtension(_)
            | Self::CreateSequence(_)
            | Self::CreateView(_)
            | Self::CreateMaterializedView(_)
            | Self::CreateFunction(_)
            | Self::CreateProcedure(_)
            | Self::CreateStatistics(_)
            | Self::DropType(_)
            | Self::DropDomain(_)
            | Self::DropSchema(_)
            | Self::DropExtension(_)
            | Self::DropSequence(_)
            | Self::DropView(_)
            | Self::DropMaterializedView(_)
            | Self::DropFunction(_)
            | Self::DropProcedure(_)
            | Self::DropStatistics(_) => return None,
        })
    }

    /// The tables that its foreign keys refer to.
    pub fn references(&self) -> Vec<TableRef> {
        match self {
            Self::AddForeignKey(op) => vec![op.references.value.clone()],
            Self::AddColumn(op) => {
                let written = op.column.references.as_ref();
                let parent = written.and_then(|text| super::referenced(&text.value)).map(|(table, _)| table);
                parent.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The one column that has to be there for it, unless it is content without.
    pub fn column_needed(&self) -> Option<&Name> {
        match self {
            Self::DropColumn(op) if !op.if_exists => Some(&op.column),
            Self::RenameColumn(op) => Some(&op.column),
            Self::ChangeType(op) => Some(&op.column),
            Self::SetNotNull(op) => Some(&op.column),
            Self::DropNotNull(op) | Self::DropDefault(op) => Some(&op.column),
            Self::SetDefault(op) => Some(&op.column),
            Self::AddIdentity(op) => Some(&op.column),
            Self::SetIdentity(op) => Some(&op.column),
            Self::DropIdentity(op) | Self::DropExpression(op) => Some(&op.column),
            Self::SetComment(op) => op.column.as_ref(),
            Self::SetStatistics(op) => Some(&op.column),
            _ => None,
        }
    }
}
