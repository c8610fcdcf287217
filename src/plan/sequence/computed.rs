//! `ADD COLUMN c; UPDATE t SET c = …; ALTER c SET NOT NULL` is one column with a computed value. As three statements the
//! rows that the old release writes after the UPDATE would go without; as one column they are computed as well, until
//! contract. What several UPDATEs of such a column leave in it is put together into one expression over the columns that
//! were there before.

use std::collections::BTreeMap;

use super::File;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{AddColumn, Expr, Operation, PlacedSql, Step};
use crate::migration::rows::{RowChange, RowKind};
use crate::migration::source::{Source, Span};
use crate::migration::statement::{Statement, WriteKind};
use crate::migration::{names, row_change};
use crate::pg::types::Type;

/// The steps with UPDATEs of new columns as the values of these columns; and the new columns whose values can't be told by an
/// expression over the row, so that the UPDATE stays.
pub(super) fn columns_with_values(file: &File<'_>, steps: Vec<Step>) -> (Vec<Step>, Vec<(TableName, Ident)>) {
    let new_tables = file.new_tables(&steps);
    let mut work =
        Computed { file, added: Vec::new(), filled: Vec::new(), changed: Vec::new(), steps: Vec::new() };
    for step in steps {
        work.take(step, &new_tables);
    }
    (work.steps, work.filled)
}

/// The change of rows that a step is, unless the file says where it runs.
fn change_of(source: &Source, is_sql: bool, step: &Step) -> Option<RowChange> {
    let text = match &step.operation {
        Operation::Unplaced(op) => {
            let Statement::Write(writes) = &op.statement else { return None };
            let first = writes.first()?.kind;
            return matches!(first, WriteKind::Update(_) | WriteKind::Delete(_))
                .then(|| row_change(source, step.span))
                .flatten();
        }
        // The directive says no more than what a fold does anyway.
        Operation::Sql(PlacedSql {
            expand: Some(sql),
            rows: None,
            backfill: None,
            contract: None,
            rollback: None,
        })
        | Operation::Sql(PlacedSql {
            expand: None,
            rows: Some(sql),
            backfill: None,
            contract: None,
            rollback: None,
        }) => sql,
        _ => return None,
    };
    let found = match is_sql {
        true => row_change(source, step.span),
        false => row_change(&Source::new("", text.value.as_str()), Span::new(0, text.value.len())),
    };
    found.filter(|change| matches!(change.kind, RowKind::Update(_)))
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

impl Added {
    /// Its type without a length: a cast to one would cut what an assignment refuses.
    fn unlimited_type(&self) -> String {
        let known = Type::parse(&self.type_);
        match known.is_built_in() {
            true => format!("{}{}", known.name, if known.array { "[]" } else { "" }),
            false => self.type_.clone(),
        }
    }
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
    /// Columns whose values are others from here on, and until contract the old ones.
    changed: Vec<(TableName, Ident)>,
    steps: Vec<Step>,
}

impl Computed<'_, '_> {
    fn take(&mut self, step: Step, new_tables: &[TableName]) {
        if let Operation::AddColumn(op) = &step.operation {
            let table = self.file.resolve(&op.table);
            let known = self.file.catalog.tables.get(&table);
            let whole = known.is_some_and(|table| table.partitioning.is_some() || !table.has_children);
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
        } else if let Some(change) =
            change_of(&self.file.migration.source, self.file.migration.is_sql(), &step)
        {
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
            Operation::ChangeType(op) => {
                self.changed.push((self.file.resolve(&op.table), op.column.value.clone()));
            }
            Operation::SetNotNull(op) if op.up.is_some() => {
                self.changed.push((self.file.resolve(&op.table), op.column.value.clone()));
            }
            _ => {}
        }
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
            // What reads the column before it is filled must not find it filled.
            Operation::Unplaced(op) if !op.statement.row_tables().is_empty() => {
                let named = names(&op.sql);
                self.close(|one| named.contains(&one.table.name) && named.contains(&one.column));
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
            let one = &mut self.added[at];
            one.value = Some(Value::Is(value.clone()));
            let step = &mut self.steps[one.at];
            let Operation::AddColumn(op) = &mut step.operation else { continue };
            let place = if self.file.migration.is_sql() { set.span } else { update.span };
            op.up = Some(Expr::new(value, place));
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
            let changed =
                self.changed.iter().any(|(of, column)| *of == table && expression.columns().contains(column));
            (known && !unknown && !changed).then(|| expression.with_values(&change.known_as, &held)).flatten()
        };
        let mut found = Vec::new();
        for (name, value) in set {
            let at = self.added.iter().position(|one| one.table == table && one.column == name.value)?;
            let before = self.added[at].value.clone()?;
            let value = value.as_ref()?;
            let new = plain(value)?;
            // By itself, and as a branch of CASE, a plain literal would be text.
            let new = match new.is_untyped_literal() {
                true => format!("CAST({new} AS {})", self.added[at].unlimited_type()),
                false => new.text().to_owned(),
            };
            let text = match (&change.condition, before) {
                (None, _) => new,
                (Some(condition), Value::Null) if condition.is_null_test(&change.known_as, &name.value) => {
                    new
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
