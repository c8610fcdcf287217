//! Several changes of one column in one file, folded into one: the column is replaced once, not once for each.

use super::expression::rename_column;
use crate::catalog::Catalog;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{ChangeType, Expr, Operation, RenameColumn, Step};

/// The steps with what belongs together folded into the later one: a rename and a type change of one column in either
/// order, two renames in a row, and NOT NULL on a column that the same file adds with a default.
pub fn fold(steps: &[Step], catalog: &Catalog) -> Vec<Step> {
    let mut folded: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        let earlier = folded.iter().enumerate().rev().find_map(|(at, earlier)| {
            let together = together(&earlier.operation, &step.operation, catalog)?;
            Some((at, together))
        });
        match earlier {
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

fn together(earlier: &Operation, later: &Operation, catalog: &Catalog) -> Option<(Operation, Keep)> {
    let table = |table| -> TableName { catalog.resolve(table) };
    match (earlier, later) {
        (Operation::RenameColumn(a), Operation::RenameColumn(b))
            if table(&a.table) == table(&b.table) && a.to == b.column =>
        {
            Some((Operation::RenameColumn(RenameColumn { to: b.to.clone(), ..a.clone() }), Keep::Later))
        }
        (Operation::RenameColumn(a), Operation::ChangeType(b))
            if table(&a.table) == table(&b.table) && a.to == b.column =>
        {
            Some((Operation::ChangeType(renamed_before(a, b)), Keep::Later))
        }
        (Operation::ChangeType(a), Operation::RenameColumn(b))
            if table(&a.table) == table(&b.table) && a.column == b.column && a.rename_to.is_none() =>
        {
            Some((Operation::ChangeType(renamed_after(a, b)), Keep::Later))
        }
        (Operation::AddColumn(a), Operation::SetNotNull(b))
            if table(&a.table) == table(&b.table)
                && a.column.name == b.column
                && a.column.default.is_some()
                && b.up.is_none() =>
        {
            let mut added = a.clone();
            added.column.not_null = true;
            Some((Operation::AddColumn(added), Keep::Earlier))
        }
        _ => None,
    }
}

/// A type change that speaks of the column by its new name: what it computes, it computes from the old one.
fn renamed_before(rename: &RenameColumn, change: &ChangeType) -> ChangeType {
    ChangeType {
        column: rename.column.clone(),
        rename_to: Some(rename.to.clone()),
        up: change.up.as_ref().map(|up| speak_of(up, &rename.to, &rename.column)),
        ..change.clone()
    }
}

/// A rename after the type change: the way back starts from the new name.
fn renamed_after(change: &ChangeType, rename: &RenameColumn) -> ChangeType {
    ChangeType {
        rename_to: Some(rename.to.clone()),
        down: change.down.as_ref().map(|down| speak_of(down, &rename.column, &rename.to)),
        ..change.clone()
    }
}

fn speak_of(expression: &Expr, from: &Ident, to: &Ident) -> Expr {
    Expr::new(rename_column(&expression.value, from, to), expression.span)
}
