//! Several changes of one column in one file, folded into one: the column is replaced once, not once for each, and of two
//! opposites the last one stays.

use crate::catalog::Catalog;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{
    AddColumn, ChangeType, ColumnTarget, Name, Operation, RenameColumn, SetDefault, SetNotNull, Step,
    TableRef,
};

/// The steps with what belongs together folded. Tables that the file makes are left alone: nobody sees them on the way.
/// `filled` are new columns that an UPDATE of the file fills: they are NOT NULL after it.
pub(super) fn fold(
    steps: &[Step],
    catalog: &Catalog,
    new_tables: &[TableName],
    filled: &[(TableName, Ident)],
) -> Vec<Step> {
    let fold = Fold { catalog, new_tables, filled };
    let mut folded: Vec<Step> = Vec::with_capacity(steps.len());
    for (at, step) in steps.iter().enumerate() {
        if fold.goes_anyway(&step.operation, &steps[at + 1..]) {
            continue;
        }
        let earlier = folded.iter().enumerate().rev().find_map(|(at, earlier)| {
            let together = fold.together(&earlier.operation, &step.operation)?;
            let between = folded[at + 1..].iter().any(|between| fold.gives_default(between, &step.operation));
            (!between).then_some((at, together))
        });
        match earlier {
            // A type that is dropped in between still has rows until the change.
            Some((at, (operation, Keep::Later)))
                if is_type(&operation) && folded[at..].iter().any(drops_type) =>
            {
                folded[at].operation = operation;
            }
            Some((at, (operation, Keep::Later))) => {
                folded.remove(at);
                folded.push(Step { operation, ..step.clone() });
            }
            Some((at, (operation, Keep::Earlier))) => folded[at].operation = operation,
            None => folded.push(step.clone()),
        }
    }
    folded
}

/// Where a folded operation stands.
enum Keep {
    Earlier,
    Later,
}

/// A setting of a column that a file may change more than once.
#[derive(PartialEq)]
enum Setting {
    Default,
    NotNull,
}

struct Fold<'f> {
    catalog: &'f Catalog,
    new_tables: &'f [TableName],
    filled: &'f [(TableName, Ident)],
}

impl Fold<'_> {
    /// Whether it changes a table that the file drops below: nobody would see the change.
    fn goes_anyway(&self, operation: &Operation, below: &[Step]) -> bool {
        let Some(table) =
            operation.changes_table().filter(|_| !matches!(operation, Operation::RenameTable(_)))
        else {
            return false;
        };
        below.iter().any(|step| match &step.operation {
            Operation::DropTable(op) => op.aside.is_none() && self.same(table, &op.table),
            _ => false,
        })
    }

    /// The column, if it is one of a table that was there before the file.
    fn column(&self, table: &TableRef, column: &Name) -> Option<(TableName, Ident)> {
        let table = self.catalog.resolve(table);
        (!self.new_tables.contains(&table)).then(|| (table, column.value.clone()))
    }

    fn setting(&self, operation: &Operation) -> Option<(Setting, TableName, Ident)> {
        let (setting, table, column) = match operation {
            Operation::SetDefault(SetDefault { table, column, .. })
            | Operation::DropDefault(ColumnTarget { table, column }) => (Setting::Default, table, column),
            Operation::SetNotNull(SetNotNull { table, column, up: None })
            | Operation::DropNotNull(ColumnTarget { table, column }) => (Setting::NotNull, table, column),
            _ => return None,
        };
        let (table, column) = self.column(table, column)?;
        Some((setting, table, column))
    }

    fn together(&self, earlier: &Operation, later: &Operation) -> Option<(Operation, Keep)> {
        if let Some(setting) = self.setting(later)
            && self.setting(earlier).as_ref() == Some(&setting)
        {
            return Some((later.clone(), Keep::Later));
        }
        match (earlier, later) {
            (Operation::RenameColumn(a), Operation::ChangeType(b))
                if a.to == b.column && self.same(&a.table, &b.table) =>
            {
                Some((Operation::ChangeType(renamed_before(a, b)), Keep::Later))
            }
            (Operation::ChangeType(a), Operation::RenameColumn(b))
                if a.column == b.column && a.rename_to.is_none() && self.same(&a.table, &b.table) =>
            {
                Some((Operation::ChangeType(renamed_after(a, b)), Keep::Later))
            }
            (Operation::AddColumn(a), later) => {
                self.new_column(a, later).map(|added| (Operation::AddColumn(added), Keep::Earlier))
            }
            _ => None,
        }
    }

    /// Whether a statement gives rows the default of its moment, which the operation changes.
    fn gives_default(&self, between: &Step, operation: &Operation) -> bool {
        let (Operation::SetDefault(SetDefault { table, .. })
        | Operation::DropDefault(ColumnTarget { table, .. })) = operation
        else {
            return false;
        };
        let Operation::Unplaced(op) = &between.operation else { return false };
        op.statement.row_tables().into_iter().any(|written| self.same(table, written))
    }

    fn same(&self, a: &TableRef, b: &TableRef) -> bool {
        let table = self.catalog.resolve(a);
        table == self.catalog.resolve(b) && !self.new_tables.contains(&table)
    }

    /// What the file does to a column that it adds, before anybody has a row with it.
    fn new_column(&self, added: &AddColumn, later: &Operation) -> Option<AddColumn> {
        let its = |table: &TableRef, column: &Name| {
            self.same(&added.table, table) && added.column.name.value == column.value
        };
        let mut column = added.column.clone();
        match later {
            Operation::SetNotNull(op)
                if its(&op.table, &op.column)
                    && (op.up.is_some()
                        || !self
                            .filled
                            .contains(&(self.catalog.resolve(&op.table), op.column.value.clone()))) =>
            {
                column.not_null = true;
                // Of a value for rows that have none, nothing is left where the column has one already.
                let up =
                    added.up.clone().or_else(|| op.up.clone().filter(|_| added.column.default.is_none()));
                return Some(AddColumn { column, up, ..added.clone() });
            }
            // Rows of the old release are computed; the default is for those who know the column.
            Operation::SetDefault(op) if added.up.is_some() && its(&op.table, &op.column) => {
                column.default = Some(op.default.clone());
            }
            Operation::DropDefault(op) if added.up.is_some() && its(&op.table, &op.column) => {
                column.default = None;
            }
            Operation::DropNotNull(op) if its(&op.table, &op.column) => column.not_null = false,
            // The rows that are there have no value to convert, or the default.
            Operation::ChangeType(op)
                if op.up.is_none() && added.up.is_none() && its(&op.table, &op.column) =>
            {
                column.type_ = op.type_.clone();
                column.collation = op.collation.clone().or(column.collation);
            }
            _ => return None,
        }
        Some(AddColumn { column, ..added.clone() })
    }
}

fn is_type(operation: &Operation) -> bool {
    matches!(operation, Operation::ChangeType(_))
}

fn drops_type(step: &Step) -> bool {
    matches!(step.operation, Operation::DropType(_) | Operation::DropDomain(_))
}

/// A type change that speaks of the column by its new name: what it computes, it computes from the old one.
fn renamed_before(rename: &RenameColumn, change: &ChangeType) -> ChangeType {
    ChangeType {
        column: rename.column.clone(),
        rename_to: Some(rename.to.clone()),
        nulls_written: rename.nulls_written,
        up: change.up.as_ref().map(|up| up.renamed(&change.table.name, &rename.to, &rename.column)),
        ..change.clone()
    }
}

/// A rename after the type change: the way back starts from the new name.
fn renamed_after(change: &ChangeType, rename: &RenameColumn) -> ChangeType {
    ChangeType {
        rename_to: Some(rename.to.clone()),
        nulls_written: rename.nulls_written,
        down: change.down.as_ref().map(|down| down.renamed(&change.table.name, &rename.column, &rename.to)),
        ..change.clone()
    }
}
