//! `ADD COLUMN c; UPDATE t SET c = …; ALTER c SET NOT NULL` is one column with a computed value. As three statements the
//! rows that the old release writes after the UPDATE would go without; as one column they are computed as well, until
//! contract. What several UPDATEs of such a column leave in it is put together into one expression over the columns that
//! were there before.

use std::collections::BTreeMap;

use super::File;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{AddColumn, Expr, Operation, PlacedSql, Step};
use crate::migration::rows::{RowChange, RowKind};
use crate::migration::source::Source;
use crate::migration::statement::{Statement, WriteKind};
use crate::migration::{names, row_change};

/// The steps with UPDATEs of new columns as the values of these columns; and the new columns whose values can't be told by an
/// expression over the row, so that the UPDATE stays.
pub(super) fn columns_with_values(file: &File<'_>, steps: Vec<Step>) -> (Vec<Step>, Vec<(TableName, Ident)>) {
    let new_tables = file.new_tables(&steps);
    let mut work = Computed { file, added: Vec::new(), filled: Vec::new(), steps: Vec::new() };
    for step in steps {
        work.take(step, &new_tables);
    }
    (work.steps, work.filled)
}

/// The change of rows that a step is, unless the file says where it runs.
fn change_of(source: &Source, step: &Step) -> Option<RowChange> {
    let write = match &step.operation {
        Operation::Unplaced(op) => match &op.statement {
            Statement::Write(writes) => writes.first().map(|write| write.kind),
            _ => None,
        },
        // The directive says no more than what a fold does anyway.
        Operation::Sql(PlacedSql { expand: Some(_), backfill: None, contract: None, rollback: None }) => {
            Some(WriteKind::Update(crate::migration::statement::Reach::Some))
        }
        _ => None,
    };
    matches!(write, Some(WriteKind::Update(_) | WriteKind::Delete(_)))
        .then(|| row_change(source, step.span))
        .flatten()
}

/// A column that the file adds, and what its rows hold so far.
struct Added {
    table: TableName,
    column: Ident,
    type_: String,
    /// The step that adds it.
    at: usize,
    /// What the rows hold that were there before the column; none where that can't be said any more.
    value: Option<Value>,
}

#[derive(Clone)]
enum Value {
    /// Nothing yet.
    Null,
    /// This expression over columns of before.
    Is(String),
}

struct Computed<'c, 'f> {
    file: &'c File<'f>,
    added: Vec<Added>,
    filled: Vec<(TableName, Ident)>,
    steps: Vec<Step>,
}

impl Computed<'_, '_> {
    fn take(&mut self, step: Step, new_tables: &[TableName]) {
        if let Operation::AddColumn(op) = &step.operation {
            let table = self.file.resolve(&op.table);
            // Values of partitions come in batches only.
            let known = self.file.catalog.tables.get(&table);
            let whole = known.is_some_and(|table| table.partitioning.is_none() && !table.has_children);
            if !new_tables.contains(&table) && whole && is_plain(op) {
                let value = match op.up.as_ref().or(op.column.default.as_ref()) {
                    None => Value::Null,
                    Some(value) => Value::Is(value.text().to_owned()),
                };
                self.added.push(Added {
                    table,
                    column: op.column.name.value.clone(),
                    type_: op.column.type_.value.clone(),
                    at: self.steps.len(),
                    value: Some(value),
                });
            }
        } else if let Some(change) = change_of(&self.file.migration.source, &step) {
            if self.folds(&change, &step) {
                return;
            }
            let table = self.file.resolve(&change.table);
            let set = change.sets();
            let its = |one: &Added| one.table == table && set.iter().any(|name| name.value == one.column);
            let filled = self.added.iter().filter(|one| its(one));
            self.filled.extend(filled.map(|one| (one.table.clone(), one.column.clone())));
            self.close(its);
        } else {
            self.notice(&step.operation);
        }
        self.steps.push(step);
    }

    /// What the file does between a column's ADD and its UPDATE must not be overtaken.
    fn notice(&mut self, operation: &Operation) {
        match operation {
            Operation::RenameColumn(_)
            | Operation::ChangeType(_)
            | Operation::TransformColumns(_)
            | Operation::DropColumn(_)
            | Operation::RenameTable(_)
            | Operation::DropTable(_) => {
                let tables: Vec<TableName> =
                    operation.tables().into_iter().map(|table| self.file.resolve(table)).collect();
                self.close(|one| tables.contains(&one.table));
            }
            Operation::Sql(op) => {
                let sql = [&op.expand, &op.backfill, &op.contract]
                    .into_iter()
                    .flatten()
                    .map(|sql| names(&sql.value));
                let named: std::collections::BTreeSet<Ident> = sql.flatten().collect();
                self.close(|one| named.contains(&one.table.name));
            }
            _ => {}
        }
    }

    fn close(&mut self, of: impl Fn(&Added) -> bool) {
        self.added.iter_mut().filter(|one| of(one)).for_each(|one| one.value = None);
    }

    /// Puts an UPDATE into the columns that it sets. False where it is more than their values.
    fn folds(&mut self, change: &RowChange, update: &Step) -> bool {
        let Some(values) = self.values(change) else { return false };
        for (at, value, set) in values {
            let (added, step) = {
                let one = &mut self.added[at];
                one.value = Some(Value::Is(value.clone()));
                let at = one.at;
                (one.column.clone(), &mut self.steps[at])
            };
            let Operation::AddColumn(op) = &mut step.operation else { continue };
            debug_assert!(op.column.name.value == added);
            op.up = Some(Expr::new(value, set.span));
            step.triggers = step.triggers.or(update.triggers);
            step.allows.extend(update.allows.iter().cloned());
        }
        true
    }

    /// What the columns hold after an UPDATE that sets nothing else.
    fn values(&self, change: &RowChange) -> Option<Vec<(usize, String, Expr)>> {
        let RowKind::Update(set) = &change.kind else { return None };
        if change.joined.is_some() || change.returns {
            return None;
        }
        let table = self.file.resolve(&change.table);
        let its: Vec<&Added> = self.added.iter().filter(|one| one.table == table).collect();
        let mut held = BTreeMap::new();
        for one in &its {
            let value = match &one.value {
                Some(Value::Null) => format!("CAST(NULL AS {})", one.type_),
                Some(Value::Is(value)) => format!("CAST(({value}) AS {})", one.type_),
                None => continue,
            };
            held.insert(one.column.clone(), value);
        }
        let plain = |expression: &Expr| {
            let known = expression.tree().is_some() && !expression.has_query();
            let unknown =
                its.iter().any(|one| one.value.is_none() && expression.columns().contains(&one.column));
            (known && !unknown).then(|| expression.with_values(&change.known_as, &held)).flatten()
        };
        let mut found = Vec::new();
        for (name, value) in set {
            let at = self.added.iter().position(|one| one.table == table && one.column == name.value)?;
            let before = self.added[at].value.clone()?;
            let value = value.as_ref()?;
            let new = plain(value)?;
            let text = match (&change.condition, before) {
                (None, _) => new.text().to_owned(),
                (Some(condition), Value::Null) if condition.is_null_test(&change.known_as, &name.value) => {
                    new.text().to_owned()
                }
                (Some(condition), before) => {
                    let condition = plain(condition)?;
                    let otherwise = match before {
                        Value::Null => "NULL".to_owned(),
                        Value::Is(before) => format!("({before})"),
                    };
                    format!("CASE WHEN {condition} THEN {new} ELSE {otherwise} END")
                }
            };
            found.push((at, text, Expr::new(value.text(), value.span)));
        }
        Some(found)
    }
}

/// A column whose rows hold NULL or a default, and nothing that is made for each.
fn is_plain(op: &AddColumn) -> bool {
    let type_ = op.column.type_.value.to_lowercase();
    op.column.generated.is_none() && !op.if_not_exists && !type_.contains("serial")
}
