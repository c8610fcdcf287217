//! The columns that an operation names, structurally and in its expressions, under another name.

use crate::ident::{Ident, TableName};
use crate::migration::definition::{before_execute, rename_column, rename_in_table};
use crate::migration::operation::{Expr, Name, Operation, SqlText, TableRef};

/// A column under the name that a file uses for it, and the one to use instead.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Renaming {
    pub table: TableName,
    pub from: Ident,
    pub to: Ident,
}

impl Renaming {
    /// Has an operation speak of the column by its other name. Views and bodies of functions are left as they are.
    pub fn apply(&self, operation: &mut Operation, resolve: impl Fn(&TableRef) -> TableName) {
        let ours = |table: &TableRef| resolve(table) == self.table;
        match operation {
            Operation::AddColumn(op) => {
                if ours(&op.table) {
                    self.name(&mut op.column.name);
                    self.expressions([&mut op.column.check, &mut op.up]);
                    op.column.generated.iter_mut().for_each(|text| self.text(text));
                }
                if let Some(references) = &mut op.column.references
                    && crate::migration::referenced(&references.value)
                        .is_some_and(|(parent, _)| ours(&parent))
                {
                    references.value = rename_column(&references.value, &self.from, &self.to);
                }
            }
            Operation::DropColumn(op) if ours(&op.table) => self.name(&mut op.column),
            Operation::RenameColumn(op) if ours(&op.table) => self.name(&mut op.column),
            Operation::ChangeType(op) if ours(&op.table) => {
                self.name(&mut op.column);
                self.expressions([&mut op.up, &mut op.down]);
            }
            Operation::TransformColumns(op) if ours(&op.table) => {
                op.from.iter_mut().for_each(|name| self.name(name));
                op.up.values_mut().chain(op.down.values_mut()).for_each(|one| self.expression(one));
                if let Some(down) = op.down.remove(&self.from) {
                    op.down.insert(self.to.clone(), down);
                }
            }
            Operation::SetNotNull(op) if ours(&op.table) => {
                self.name(&mut op.column);
                self.expressions([&mut op.up]);
            }
            Operation::SetDefault(op) if ours(&op.table) => self.name(&mut op.column),
            Operation::AddIdentity(op) if ours(&op.table) => self.name(&mut op.column),
            Operation::SetIdentity(op) if ours(&op.table) => self.name(&mut op.column),
            Operation::DropIdentity(op) | Operation::DropExpression(op) if ours(&op.table) => {
                self.name(&mut op.column);
            }
            Operation::DropNotNull(op) | Operation::DropDefault(op) if ours(&op.table) => {
                self.name(&mut op.column);
            }
            Operation::SetComment(op) if ours(&op.table) => {
                op.column.iter_mut().for_each(|name| self.name(name));
            }
            Operation::AddCheck(op) if ours(&op.table) => self.expression(&mut op.check),
            Operation::AddForeignKey(op) => {
                if ours(&op.table) {
                    op.columns.iter_mut().for_each(|name| self.name(name));
                }
                if ours(&op.references) {
                    op.referenced_columns.iter_mut().for_each(|name| self.name(name));
                }
            }
            Operation::AddUnique(op) | Operation::AddPrimaryKey(op) if ours(&op.table) => {
                op.columns.iter_mut().chain(&mut op.include).for_each(|name| self.name(name));
            }
            Operation::AddExclusion(op) if ours(&op.table) => self.text(&mut op.exclude),
            Operation::CreateIndex(op) if ours(&op.table) => {
                op.columns.iter_mut().for_each(|key| {
                    *key = key.renamed(&self.table.name, &self.from, &self.to);
                });
                op.predicate.iter_mut().for_each(|one| self.expression(one));
                op.include.iter_mut().for_each(|name| self.name(name));
            }
            Operation::CreateTrigger(op) => {
                if op.table.as_ref().is_some_and(|table| ours(table)) {
                    op.fires.iter_mut().for_each(|part| self.text(part));
                    if let Some(part) = &mut op.definition {
                        // Arguments of the function are strings, also where they are written as names.
                        let (before, call) = before_execute(&part.value);
                        let before = rename_in_table(before, &self.table.name, &self.from, &self.to);
                        part.value = format!("{before}{call}");
                    }
                }
            }
            Operation::CreatePolicy(op) => {
                if op.table.as_ref().is_some_and(|table| ours(table)) {
                    for part in [&mut op.fires, &mut op.definition].into_iter().flatten() {
                        self.text(part);
                    }
                }
            }
            Operation::SetStorageParameters(op) if ours(&op.table) => {
                op.column.iter_mut().for_each(|name| self.name(name));
            }
            Operation::SetStatistics(op) if ours(&op.table) => self.name(&mut op.column),
            Operation::Grant(op) | Operation::Revoke(op) => {
                let on = crate::migration::objects(&op.on).unwrap_or_default();
                if on.iter().any(|object| ours(&object.name)) {
                    op.privileges.value = rename_column(&op.privileges.value, &self.from, &self.to);
                }
            }
            Operation::CreateTable(_)
            | Operation::DropTable(_)
            | Operation::RenameTable(_)
            | Operation::DropColumn(_)
            | Operation::RenameColumn(_)
            | Operation::ChangeType(_)
            | Operation::TransformColumns(_)
            | Operation::SetNotNull(_)
            | Operation::DropNotNull(_)
            | Operation::SetDefault(_)
            | Operation::DropDefault(_)
            | Operation::AddIdentity(_)
            | Operation::SetIdentity(_)
            | Operation::DropIdentity(_)
            | Operation::DropExpression(_)
            | Operation::SetComment(_)
            | Operation::AddCheck(_)
            | Operation::AddUnique(_)
            | Operation::AddPrimaryKey(_)
            | Operation::AddExclusion(_)
            | Operation::ValidateConstraint(_)
            | Operation::DropConstraint(_)
            | Operation::CreateIndex(_)
            | Operation::DropIndex(_)
            | Operation::CreateType(_)
            | Operation::CreateDomain(_)
            | Operation::CreateSchema(_)
            | Operation::CreateExtension(_)
            | Operation::CreateSequence(_)
            | Operation::CreateView(_)
            | Operation::CreateMaterializedView(_)
            | Operation::CreateFunction(_)
            | Operation::CreateProcedure(_)
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
            | Operation::DropStatistics(_)
            | Operation::AddEnumValue(_)
            | Operation::RenameEnumValue(_)
            | Operation::RenameConstraint(_)
            | Operation::RenameIndex(_)
            | Operation::AlterSequence(_)
            | Operation::CommentOn(_)
            | Operation::SetReplicaIdentity(_)
            | Operation::SetRowSecurity(_)
            | Operation::SetStorageParameters(_)
            | Operation::SetStatistics(_)
            | Operation::Sql(_)
            | Operation::Unplaced(_) => {}
        }
    }

    fn name(&self, name: &mut Name) {
        if name.value == self.from {
            name.value = self.to.clone();
        }
    }

    fn expression(&self, expression: &mut Expr) {
        *expression = expression.renamed(&self.table.name, &self.from, &self.to);
    }

    fn text(&self, text: &mut SqlText) {
        text.value = rename_in_table(&text.value, &self.table.name, &self.from, &self.to);
    }

    fn expressions<const N: usize>(&self, all: [&mut Option<Expr>; N]) {
        all.into_iter().flatten().for_each(|one| self.expression(one));
    }
}
