//! The order of a file's changes of rows and of what they may meet. A change of rows runs after the stage in which most of
//! the file runs, so what stands below it and looks at the rows has to follow it, and what it can't meet in the order of
//! the file is refused.

use std::collections::BTreeSet;

use super::planner::{ContractPart, Draft};
use super::rows::Place;
use super::{Delayed, Expansion, Step, Uses};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Name, Operation};
use crate::migration::source::Span;
use crate::migration::{direct, names};

/// A change of rows above the statement that is being planned.
pub(super) struct RowsChanged {
    pub place: Place,
    /// Tables whose rows it changes.
    pub writes: Vec<TableName>,
    /// Every name in it.
    pub names: BTreeSet<Ident>,
    /// It adds rows, to which defaults apply.
    pub adds: bool,
    pub span: Span,
    /// The columns that it fills where they are NULL, each with the step that does so again.
    pub fills: Vec<(Ident, Step)>,
}

const APART: &str =
    "put this statement in a migration of its own, after the one with the other statement is contracted";

impl Draft<'_> {
    /// Adds a step where the statement runs.
    pub(super) fn runs_in(&mut self, step: Step, place: Place) {
        match place {
            Place::Expand => self.expand.push(Expansion::Step(Box::new(step))),
            Place::Backfill => self.finish.push(at_its_time(step)),
            Place::Contract => {
                self.contract_transaction.parts.push(ContractPart::Own(Box::new(at_its_time(step))));
            }
        }
    }

    /// The earliest place of a statement, for the changes of rows above it.
    ///
    /// # Errors
    /// Exit 23 where it would run before a change of rows that it may meet.
    pub(super) fn place_of(&self, operation: &Operation) -> Result<Place> {
        self.refuse_other_function(operation)?;
        let mut place = Place::Expand;
        for change in self.rows_changed.iter().filter(|change| change.place > Place::Expand) {
            let written = self.tables_of(operation).iter().any(|table| change.writes.contains(table));
            if written && judges_rows(operation) || self.reshapes_new(operation, change) {
                place = place.max(change.place);
            } else if let Some(why) = self.overtakes(operation, change, written) {
                let line = self.migration.source.position(change.span.start).line;
                let error = Error::refused(format!(
                    "this {why} the rows that the statement in line {line} changes, which runs in {}",
                    change.place.name()
                ));
                return Err(error.hint(APART));
            }
        }
        Ok(place)
    }

    /// Whether it changes a table that the file makes, and whose first form the change of rows above it is written for.
    fn reshapes_new(&self, operation: &Operation, change: &RowsChanged) -> bool {
        let Some(table) = operation.changes_table().map(|table| self.resolve(table)) else { return false };
        self.is_new(&table) && (change.writes.contains(&table) || change.names.contains(&table.name))
    }

    fn tables_of(&self, operation: &Operation) -> Vec<TableName> {
        let tables = operation.tables().into_iter().cloned().chain(operation.references());
        tables.map(|table| self.resolve(&table)).collect()
    }

    /// Why a statement must not run before a change of rows that stands above it, where it would.
    fn overtakes(&self, operation: &Operation, change: &RowsChanged, written: bool) -> Option<&'static str> {
        let names_it = |sql: &str| {
            let found = names(sql);
            change.writes.iter().any(|table| found.contains(&table.name))
        };
        let schema = Ident::new(self.now.schema.as_str());
        let text = || direct::statements(operation, &schema).join("; ");
        match operation {
            Operation::CreateTrigger(_) if written => Some("makes a trigger that fires for"),
            Operation::SetDefault(_) | Operation::DropDefault(_)
                if written && (change.adds || change.names.contains(&Ident::new("default"))) =>
            {
                Some("changes a default of")
            }
            Operation::AlterSequence(op) if self.counts(&self.resolve(&op.name), change) => {
                Some("alters a sequence that counts")
            }
            Operation::RenameTable(_) | Operation::DropTable(_)
                if written && change.place < Place::Contract =>
            {
                matches!(operation, Operation::RenameTable(_)).then_some("renames the table of")
            }
            Operation::RenameTable(_) if written => Some("renames the table of"),
            Operation::AddColumn(op) if written && op.up.is_some() => None,
            Operation::AddColumn(op) if op.column.default.is_some() && op.column.references.is_some() => {
                let parents = operation.references();
                let meets = parents.iter().any(|parent| change.writes.contains(&self.resolve(parent)));
                meets.then_some("refers to")
            }
            // PostgreSQL takes the body that is there when the statement runs.
            Operation::CreateFunction(op) | Operation::CreateProcedure(op) | Operation::CreateView(op)
                if change.names.contains(&op.name.name) =>
            {
                Some("replaces what is needed for")
            }
            Operation::CreateMaterializedView(_) if names_it(&text()) => Some("reads"),
            Operation::CreateTable(op) if op.options.is_some() && names_it(&text()) => Some("reads"),
            Operation::Sql(op) => {
                let before = op.expand.iter().any(|sql| names_it(&sql.value));
                let early =
                    change.place == Place::Contract && op.backfill.iter().any(|sql| names_it(&sql.value));
                (before || early).then_some("may read or change")
            }
            _ => None,
        }
    }

    /// Whether a change of rows takes values of a sequence, or works on the rows that it has counted.
    fn counts(&self, sequence: &TableName, change: &RowsChanged) -> bool {
        let full = Ident::new(sequence.to_string());
        let owned = |table: &TableName| {
            let known = self.now.tables.get(table).or_else(|| self.first.tables.get(table));
            known.is_some_and(|known| {
                let serial = known.columns.iter().any(|one| one.owned_sequence.as_ref() == Some(sequence));
                serial || known.sequences.iter().any(|one| one.name == *sequence)
            })
        };
        change.names.contains(&sequence.name)
            || change.names.contains(&full)
            || change.writes.iter().any(owned)
    }

    /// What the file does to rows, for those who come later.
    pub(super) fn on_rows(&self, uses: &mut Uses) {
        for change in &self.rows_changed {
            uses.on_rows.writes.extend(change.writes.iter().cloned());
            if change.place == Place::Expand {
                continue;
            }
            let tables = change.writes.iter().filter_map(|table| self.first.tables.get(table));
            let fired = tables.flat_map(|table| &table.triggers).map(|trigger| names(&trigger.function.name));
            uses.on_rows.delayed.push(Delayed {
                place: change.place,
                writes: change.writes.iter().cloned().collect(),
                names: change.names.iter().cloned().chain(fired.flatten()).collect(),
            });
        }
    }

    /// The earliest place of a change of rows, for the statements above it.
    ///
    /// # Errors
    /// Exit 23 where it speaks of columns that are others until contract, or changes what the file computes from.
    pub(super) fn place_of_rows(
        &self,
        writes: &[TableName],
        mentioned: &BTreeSet<Ident>,
        sets: Option<&[Ident]>,
        adds: bool,
    ) -> Result<Place> {
        self.refuse_computed(writes, mentioned, sets, adds)?;
        let mut place = Place::Expand;
        for change in &self.rows_changed {
            let reads = change.writes.iter().any(|table| mentioned.contains(&table.name));
            let read = writes.iter().any(|table| change.names.contains(&table.name));
            if reads || read {
                place = place.max(change.place);
            }
        }
        let its = |table: &TableName| writes.contains(table);
        let first = |table: &TableName| self.first.tables.get(table);
        // What refuses rows, or fires for them, is there until contract.
        let refusing = self.dropped_constraints.iter().any(|(table, name)| {
            let known =
                first(table).and_then(|table| table.constraints.iter().find(|known| known.name == *name));
            its(table)
                && known.is_some_and(|known| {
                    sets.is_none_or(|sets| {
                        known.columns.is_empty() || sets.iter().any(|set| known.columns.contains(set))
                    })
                })
        });
        let unique = self.dropped_indexes.iter().any(|index| {
            writes.iter().any(|table| {
                let mut indexes = first(table).into_iter().flat_map(|table| &table.indexes);
                table.schema == index.schema && indexes.any(|known| known.unique && known.name == index.name)
            })
        });
        let firing = self.migration.steps.iter().any(|step| match &step.operation {
            Operation::DropTrigger(op) if step.span.start < self.span.start => {
                op.table.as_deref().is_some_and(|table| its(&self.resolve(table)))
            }
            operation if step.span.start < self.span.start => {
                operation.created().is_some_and(|(kind, op)| {
                    let name = op.object(kind).in_schema(&Ident::new(self.now.schema.as_str()));
                    matches!(kind, ObjectKind::Function | ObjectKind::Procedure)
                        && self.first.objects.contains_key(&name)
                        && mentioned.contains(&name.name)
                })
            }
            _ => false,
        });
        // Rows that come get defaults, and those of a column that is replaced change with it.
        let replaced =
            adds && self.dual_writes.iter().any(|(table, work)| its(table) && !work.replaced.is_empty());
        // Where a sequence goes on from is set in contract.
        let restarted = adds
            && self.migration.steps.iter().any(|step| {
                step.span.start < self.span.start
                    && match &step.operation {
                        Operation::SetIdentity(op) => its(&self.resolve(&op.table)),
                        Operation::AlterSequence(_) => true,
                        _ => false,
                    }
            });
        if restarted || refusing || unique || firing || replaced || self.names_changed_column(mentioned) {
            place = Place::Contract;
        }
        Ok(place)
    }

    /// Whether a statement names a column that the file changes above: in the form that it has then, it is there only once
    /// contract has put it in its place. Below, both forms are kept in step.
    pub(super) fn names_changed_column(&self, mentioned: &BTreeSet<Ident>) -> bool {
        let above = self.migration.steps.iter().filter(|step| step.span.start < self.span.start);
        above.into_iter().any(|step| {
            let mut tables = step.operation.tables().into_iter().map(|table| self.resolve(table));
            let there =
                |table: &TableName| mentioned.contains(&table.name) && self.first.tables.contains_key(table);
            let named = |names: &[&Name]| names.iter().any(|name| mentioned.contains(&name.value));
            tables.any(|table| there(&table))
                && match &step.operation {
                    Operation::RenameColumn(op) => named(&[&op.column, &op.to]),
                    Operation::ChangeType(op) => named(&[&op.column]),
                    Operation::SetNotNull(op) => op.up.is_some() && named(&[&op.column]),
                    Operation::TransformColumns(op) => {
                        let columns: Vec<&Name> =
                            op.from.iter().chain(op.to.iter().map(|column| &column.name)).collect();
                        named(&columns)
                    }
                    _ => false,
                }
        })
    }

    fn refuse_computed(
        &self,
        writes: &[TableName],
        mentioned: &BTreeSet<Ident>,
        sets: Option<&[Ident]>,
        adds: bool,
    ) -> Result<()> {
        let refuse = |what: String| Err(Error::refused(what).hint(APART));
        // A computed column follows its sources until contract: psql would have left it as it was computed.
        for (table, work) in self.dual_writes.iter().filter(|(table, _)| writes.contains(table)) {
            for pair in work.pairs.iter().filter(|pair| pair.is_computed()) {
                let computed = pair.new.first().map(|new| new.name.to_string()).unwrap_or_default();
                let changed = match sets {
                    Some(sets) => pair.old.iter().any(|old| sets.contains(&old.column)),
                    None => adds && pair.new.iter().any(|new| !mentioned.contains(&new.name)),
                };
                if changed {
                    return refuse(format!(
                        "column `{computed}` of `{table}` is computed above, and would be computed again from what this changes"
                    ));
                }
            }
        }
        let lent = self
            .lent_defaults
            .iter()
            .find(|(table, column)| adds && writes.contains(table) && !mentioned.contains(column));
        match lent {
            None => Ok(()),
            Some((table, column)) => refuse(format!(
                "column `{column}` of `{table}` has a value for rows that don't name it until contract, and these would get it"
            )),
        }
    }

    /// Tells of rows that were copied from what contract drops: what the old release writes there meanwhile goes with it.
    pub(super) fn tell_of_copied(&mut self, table: &TableName, column: Option<&Ident>) {
        let copied = |change: &&RowsChanged| {
            change.place == Place::Backfill
                && change.names.contains(&table.name)
                && column.is_none_or(|column| change.names.contains(column))
                && (change.writes.iter().any(|written| written != table) || column.is_some())
        };
        let what = column.map_or_else(|| table.to_string(), |column| format!("{table}.{column}"));
        let lines: Vec<(usize, String)> = self
            .rows_changed
            .iter()
            .filter(copied)
            .filter_map(|change| {
                let line = self.migration.source.position(change.span.start).line;
                Some((line, change.writes.first()?.to_string()))
            })
            .collect();
        for (line, written) in lines {
            let text = format!(
                "what the running release writes to {what} after the statement in line {line} has run is not in {written}, and \
                 contract drops it"
            );
            self.warn(false, text.clone());
            self.warn(true, text);
        }
    }

    /// The step that fills a column where it is NULL once more, if the file does so above.
    pub(super) fn fills_again(&self, table: &TableName, column: &Ident) -> Option<Step> {
        let of = |change: &&RowsChanged| change.writes.contains(table);
        let mut changes = self.rows_changed.iter().rev().filter(of);
        let (change, step) = changes.find_map(|change| {
            let found = change.fills.iter().find(|(filled, _)| filled == column)?;
            Some((change, found))
        })?;
        // What it reads may be gone by then.
        let gone = self.migration.steps.iter().any(|step| match &step.operation {
            Operation::DropColumn(op) => {
                change.names.contains(&self.resolve(&op.table).name)
                    && change.names.contains(&op.column.value)
            }
            Operation::DropTable(op) => change.names.contains(&self.resolve(&op.table).name),
            _ => false,
        });
        if gone {
            return None;
        }
        let again = format!("{}, once more: those written meanwhile", step.1.summary);
        Some(Step { summary: again, ..step.1.clone() })
    }
}

/// Whether a statement fails for rows that break what it says.
fn judges_rows(operation: &Operation) -> bool {
    match operation {
        Operation::SetNotNull(op) => op.up.is_none(),
        Operation::AddCheck(_)
        | Operation::AddForeignKey(_)
        | Operation::AddUnique(_)
        | Operation::AddPrimaryKey(_)
        | Operation::AddExclusion(_)
        | Operation::CreateIndex(_)
        | Operation::ValidateConstraint(_) => true,
        _ => false,
    }
}

/// Rows that would make it fail are looked for when its turn has come, and not before: those above change them.
fn at_its_time(mut step: Step) -> Step {
    step.violations.iter_mut().for_each(|violations| violations.at_its_time = true);
    step
}
