//! What a draft remembers of the statements above: columns that are replaced, added and dropped, and what was said about them.

use std::collections::{BTreeMap, BTreeSet};

use super::Trial;
use super::planner::{ColumnChange, Draft, NewValue, Replaced, ShadowWork, Stays};
use crate::catalog::{Constraint, Inbound, Index, Table};
use crate::ident::{Ident, TableName};
use crate::migration::names;

impl Draft<'_> {
    /// Remembers that a shadow column takes a column's place, so that what depends on the old one can follow.
    pub(super) fn replaces(&mut self, table: &TableName, column: Replaced) {
        self.changed_at.insert(table.clone(), self.span);
        self.dual_writes.entry(table.clone()).or_default().replaced.push(column);
    }

    /// The tables with replaced columns, with the indexes and constraints that they get from this migration, and those
    /// columns.
    pub(super) fn tables_with_replaced(&self) -> Vec<(TableName, Table, Vec<Replaced>)> {
        let replaced = self.dual_writes.iter().filter(|(_, work)| !work.replaced.is_empty());
        let of = |(name, work): (&TableName, &ShadowWork)| {
            let mut table = self.first.tables.get(name)?.clone();
            table.constraints.retain(|known| !self.drops_constraint(name, &known.name));
            table.indexes.retain(|index| {
                let full = TableName::new(name.schema.clone(), index.name.clone());
                !self.dropped_indexes.contains(&full)
                    && !index.constraint.as_ref().is_some_and(|owner| self.drops_constraint(name, owner))
            });
            let indexes = self.added_indexes.iter().filter(|(of, _)| of == name);
            table.indexes.extend(indexes.map(|(_, index)| index.clone()));
            // The file may have set another replica identity.
            let now = self.now.tables.get(name).map(|table| table.indexes.as_slice()).unwrap_or_default();
            for index in &mut table.indexes {
                let last = self.last_index(&name.schema, &index.name);
                let found = now.iter().find(|known| known.name == last);
                index.replica_identity = found.map_or(index.replica_identity, |known| known.replica_identity);
            }
            let constraints = self.added_constraints.iter().filter(|(of, _)| of == name);
            table.constraints.extend(constraints.map(|(_, constraint)| constraint.clone()));
            table.referenced_by.retain(|key| !self.drops_constraint(&key.table, &key.constraint));
            let keys = self.added_keys.iter().filter(|(of, _)| of == name);
            table.referenced_by.extend(keys.map(|(_, key)| Inbound {
                constraint: self.first_constraint(&key.table, &key.constraint),
                ..key.clone()
            }));
            Some((name.clone(), table, work.replaced.clone()))
        };
        replaced.filter_map(of).collect()
    }

    /// Remembers an index that an operation adds.
    pub(super) fn add_index(&mut self, table: &TableName, index: Index) {
        self.added_indexes.push((table.clone(), index));
    }

    /// Remembers a constraint that an operation adds.
    pub(super) fn add_constraint(&mut self, table: &TableName, constraint: Constraint) {
        self.added_constraints.push((table.clone(), constraint));
    }

    /// Has an expression of the planner's own tried as a value of a type, before anything is changed.
    pub(super) fn try_value(&mut self, what: String, expression: &str, base_type: &str) {
        let name = format!("pg_temp.midflight_value_{}", self.trials.len());
        let head = format!("CREATE FUNCTION {name}() RETURNS {base_type} LANGUAGE sql BEGIN ATOMIC SELECT (");
        self.trials.push(Trial {
            what,
            offset: head.len(),
            sql: format!("{head}{expression}\n); END"),
            expression: String::new(),
            start: self.span.start,
            end: self.span.end,
            function: String::new(),
            instead: None,
        });
    }

    /// Remembers a change of a column.
    pub(super) fn change_column(&mut self, table: &TableName, column: &Ident, change: ColumnChange) {
        self.column_changes.push((table.clone(), column.clone(), change));
    }

    /// The changes of a column, in order.
    pub(super) fn column_changes(&self, table: &TableName, column: &Ident) -> Vec<ColumnChange> {
        let changes = self.column_changes.iter().filter(|(of, name, _)| of == table && name == column);
        changes.map(|(_, _, change)| change.clone()).collect()
    }

    /// Whether the migration validates a constraint that was there before.
    pub(super) fn validates(&self, table: &TableName, constraint: &Ident) -> bool {
        let sql = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}");
        self.finish.iter().any(|step| step.sql.contains(&sql))
    }

    /// Whether the server keeps NOT NULL as a constraint with a name.
    pub(super) fn names_not_null(&self) -> bool {
        self.first.server_major >= 18
    }

    /// Remembers a column whose type changes without a shadow column.
    pub(super) fn changes_in_place(&mut self, table: &TableName, column: &Ident) {
        self.in_place.push((table.clone(), column.clone()));
    }

    /// The columns whose type changes without a shadow column.
    pub(super) fn in_place(&self) -> BTreeMap<TableName, BTreeSet<Ident>> {
        let mut tables: BTreeMap<TableName, BTreeSet<Ident>> = BTreeMap::new();
        for (table, column) in &self.in_place {
            tables.entry(table.clone()).or_default().insert(column.clone());
        }
        tables
    }

    /// Whether a column has another type from here on, for which another column stands until contract: what the file says
    /// of it below is meant for that one, and need not be possible on the old.
    pub(super) fn is_retyped(&self, table: &TableName, column: &Ident) -> bool {
        !self.type_is_still_old(table, column)
            && self.dual_writes.get(table).is_some_and(|work| {
                work.replaced.iter().any(|one| one.stays == Stays::New && one.old == *column)
            })
    }

    /// Whether values are computed with a function of this name until contract, or by statements after expand.
    pub(super) fn computes_with(&self, function: &Ident) -> bool {
        let pairs = self.dual_writes.values().flat_map(|work| &work.pairs);
        let mut expressions = pairs.flat_map(|pair| pair.up.iter().chain(&pair.down));
        expressions.any(|derived| names(&derived.expression).contains(function))
            || self.rows_changed.iter().any(|change| change.names.contains(function))
    }

    /// Whether no table has changed so far.
    pub(super) fn nothing_made_yet(&self) -> bool {
        let tables = self.first.tables.len() == self.now.tables.len();
        tables && self.added_columns.is_empty() && self.dual_writes.is_empty()
    }

    /// Foreign keys that this file adds: if the column that they refer to is replaced, they follow like the others.
    pub(super) fn find_new_keys(&mut self) {
        let mut found = Vec::new();
        for (parent, table) in &self.now.tables {
            for key in &table.referenced_by {
                let same = |known: &Inbound| known.table == key.table && known.constraint == key.constraint;
                let first = self.first.tables.get(parent);
                let there = first.is_some_and(|table| table.referenced_by.iter().any(same));
                if !there {
                    found.push((parent.clone(), key.clone()));
                } else if self.drops_constraint(&key.table, &key.constraint) {
                    // Another one of the name, which the old one has until contract.
                    let constraint = self.first_constraint(&key.table, &key.constraint);
                    // One that comes in contract has the name itself.
                    if constraint != key.constraint {
                        found.push((parent.clone(), Inbound { constraint, ..key.clone() }));
                    }
                }
            }
        }
        for (parent, key) in found {
            let same = |(of, known): &(TableName, Inbound)| {
                *of == parent && known.table == key.table && known.constraint == key.constraint
            };
            if !self.added_keys.iter().any(same) {
                self.added_keys.push((parent, key));
            }
        }
    }

    /// Remembers a constraint that is made on the columns of the end alone.
    pub(super) fn has_copy_only(&mut self, table: &TableName, constraint: Constraint) {
        self.copies_only.push((table.clone(), constraint.name.clone()));
        self.add_constraint(table, constraint);
    }

    /// Whether a constraint is made on the columns of the end alone.
    pub(super) fn is_copy_only(&self, table: &TableName, constraint: &Ident) -> bool {
        self.copies_only.iter().any(|(of, name)| of == table && name == constraint)
    }

    /// A column that is there before the file.
    pub(super) fn is_of_before(&self, table: &TableName, column: &Ident) -> Option<()> {
        self.first.tables.get(table)?.column(column).map(|_| ())
    }

    /// The value that a column's successor gets, from the columns of now; none where its type comes with the file.
    pub(super) fn converted(&self, table: &TableName, column: &Ident) -> Option<String> {
        let work = self.dual_writes.get(table)?;
        let one = work.replaced.iter().find(|one| one.old == *column)?;
        let pairs = work.pairs.iter().zip(&work.conversions);
        let mut targets = pairs.flat_map(|(pair, conversion)| pair.up.iter().zip(&conversion.columns));
        let (up, side) = targets.find(|(up, _)| up.target == one.physical)?;
        let type_ = &side.type_info.spelling;
        (!type_.is_empty()).then(|| format!("({})::{type_}", up.expression))
    }

    /// How messages name rows that are there before the file, by the key of then.
    pub(super) fn name_of_rows(&self, name: &TableName, table: &Table) -> String {
        Self::row_name(self.first.tables.get(name).unwrap_or(table))
    }

    /// Remembers that a column goes.
    pub(super) fn drop_column(&mut self, table: &TableName, column: &Ident) {
        self.dropped_columns.push((table.clone(), column.clone()));
    }

    /// Remembers that a constraint goes.
    pub(super) fn drop_constraint(&mut self, table: &TableName, constraint: &Ident) {
        self.dropped_constraints.push((table.clone(), constraint.clone()));
    }

    /// Whether the migration drops a column.
    pub(super) fn drops_column(&self, table: &TableName, column: &Ident) -> bool {
        self.dropped_columns.iter().any(|(of, name)| of == table && name == column)
    }

    /// Whether the migration drops a constraint.
    pub(super) fn drops_constraint(&self, table: &TableName, constraint: &Ident) -> bool {
        self.dropped_constraints.iter().any(|(of, name)| of == table && name == constraint)
    }

    /// Whether the migration drops an index.
    pub(super) fn drops_index(&self, index: &TableName) -> bool {
        self.dropped_indexes.contains(index)
    }

    /// The columns of a table that this migration fills row by row.
    pub fn filled_columns(&self, table: &TableName) -> Vec<Ident> {
        let shadows = self.dual_writes.get(table).into_iter().flat_map(|work| &work.conversions);
        let shadows = shadows.flat_map(|c| &c.columns).map(|side| side.physical.clone());
        let fills = self.fills.iter().filter(|fill| fill.table == *table);
        shadows.chain(fills.flat_map(|fill| fill.columns.clone())).collect()
    }

    /// Remembers a column that this migration adds.
    pub fn add_column(&mut self, table: &TableName, column: &Ident) {
        self.added_columns.push((table.clone(), column.clone()));
    }

    /// Remembers what the old release's rows have in a new column.
    pub(super) fn add_value(&mut self, table: &TableName, value: NewValue) {
        self.new_values.push((table.clone(), value));
    }

    /// What the old release's rows have in new columns.
    pub(super) fn new_values<'s>(&'s self, table: &'s TableName) -> impl Iterator<Item = &'s NewValue> {
        self.new_values.iter().filter(move |(of, _)| of == table).map(|(_, value)| value)
    }

    /// Whether a name is that of a column which this migration adds.
    pub fn adds_column(&self, table: &TableName, column: &Ident) -> bool {
        self.added_columns.iter().any(|(of, name)| of == table && name == column)
    }

    /// The columns that an expression over a table's row may name, those that this migration adds included.
    pub fn column_names(&self, name: &TableName, table: &Table) -> Vec<Ident> {
        let added = self.added_columns.iter().filter(|(of, _)| of == name).map(|(_, column)| column.clone());
        table.columns.iter().map(|column| column.name.clone()).chain(added).collect()
    }

    /// Whether the rows that are there can be asked now about these columns: not on a table or of a column that comes with
    /// this migration.
    pub fn can_be_checked(&self, table: &TableName, columns: &[Ident]) -> bool {
        !self.is_new(table) && !columns.iter().any(|column| self.adds_column(table, column))
    }

    /// Whether a table has a constraint at this place of the file.
    pub fn has_constraint(&self, table: &TableName, name: &Ident) -> bool {
        let known = self.now.tables.get(table).into_iter().flat_map(|table| &table.constraints);
        known.into_iter().any(|known| known.name == *name)
    }

    /// Has contract say this again if it replaces a column of the table.
    pub(super) fn again_if_replaced(&mut self, table: &TableName, statement: String) {
        self.again.push((table.clone(), statement));
    }

    /// Has contract say this of a table once its columns are those of the end.
    pub(super) fn in_the_end(&mut self, table: &TableName, statement: String) {
        self.said_last.push((table.clone(), statement));
    }

    /// What has to be said again of a table.
    pub(super) fn said_again(&self, table: &TableName) -> Vec<String> {
        self.again.iter().filter(|(of, _)| of == table).map(|(_, statement)| statement.clone()).collect()
    }

    /// Remembers that an index goes.
    pub(super) fn drop_index(&mut self, index: &TableName) {
        self.dropped_indexes.push(index.clone());
    }
}
