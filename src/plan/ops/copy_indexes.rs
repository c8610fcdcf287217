//! Indexes and constraints follow the columns that are replaced, and so does what other operations of the migration do
//! to those columns. All replaced columns of a table at once, because one index may hold several of them.

use super::converted_rows;
use super::double_indexes;
use super::in_place;
use super::offenders::duplicates;
use super::online::{enforce_not_null, validate};
use super::partitions::{self, Level, build};
use super::recreate_dependents::{self, RecreatedViews};
use crate::catalog::{Constraint, ConstraintKind, Inbound, Index, Table, View};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, literal};
use crate::migration::definition::{deferrability, index_tail, rename_column, rename_referring};
use crate::pg::naming::{numbered, object_name};
use crate::plan::planner::{ColumnChange, ContractPart, Draft, Replaced, Stays};
use crate::plan::{LockMode, Step, TableLock, Violations};

/// Builds copies of every index and constraint that names a replaced column, and lets them take the names at contract.
/// What another operation of the migration drops, or PostgreSQL with a column that it drops, is left out.
///
/// # Errors
/// Exit 23 where a column loses NOT NULL as well: the new side would enforce it.
pub(in crate::plan) fn plan(draft: &mut Draft<'_>) -> Result<()> {
    let all = draft.tables_with_replaced();
    let mut views = RecreatedViews::default();
    for (name, table, columns) in &all {
        partitions::refuse_what_meets(draft, name, table, columns)?;
        let mut changes = Vec::new();
        for column in columns {
            changes.extend(column_changes(draft, name, column)?);
        }
        let (renamed, replaced): (Vec<_>, Vec<_>) =
            columns.iter().cloned().partition(|column| column.stays == Stays::Old);
        // What the migration adds under the new name of a renamed column is on the double, which goes.
        let doubles = renamed.iter().map(|column| Replaced {
            old: column.physical.clone(),
            physical: column.old.clone(),
            ..column.clone()
        });
        let going: Vec<Replaced> = replaced.iter().cloned().chain(doubles).collect();
        copy(draft, name, table, &going, &all);
        if !renamed.is_empty() {
            double_indexes::plan(draft, name, table, columns, &renamed);
        }
        refuse_views_over_both(name, table, &renamed, &replaced)?;
        recreate_dependents::plan(draft, name, table, &replaced, &all, &mut views);
        if !replaced.is_empty() {
            changes.extend(draft.said_again(name));
        }
        if !changes.is_empty() {
            draft.in_contract(format!("default and comment of {name}'s new columns"), name, changes);
        }
    }
    in_place::defaults(draft, &all);
    in_place::plan(draft, &mut views);
    views.plan(draft);
    for (table, statement) in std::mem::take(&mut draft.said_last) {
        draft.in_contract(format!("sequences of {table}"), &table, [statement]);
    }
    Ok(())
}

/// A view that is recreated keeps the names of its columns, which a new name of a column below would change.
fn refuse_views_over_both(
    name: &TableName,
    table: &Table,
    renamed: &[Replaced],
    replaced: &[Replaced],
) -> Result<()> {
    let over = |view: &View, columns: &[Replaced]| columns.iter().any(|one| view.columns.contains(&one.old));
    let Some(view) = table.views.iter().find(|view| over(view, renamed) && over(view, replaced)) else {
        return Ok(());
    };
    let error = Error::refused(format!(
        "view `{}` shows columns of `{name}` of which this file renames one and replaces another",
        view.name
    ));
    Err(error.hint("put the rename in a migration of its own"))
}

/// On partitions first, then on what is above them.
fn copy(
    draft: &mut Draft<'_>,
    name: &TableName,
    table: &Table,
    columns: &[Replaced],
    all: &[(TableName, Table, Vec<Replaced>)],
) {
    let first = draft.finish.len();
    let mut parts = Copies::default();
    let partitions = partitions::with_what_stays(draft, name, table);
    let many = partitions.len();
    for (partition, below) in partitions {
        let level = if below.partitioning.is_some() { Level::Above } else { Level::Rows };
        let copies = copy_on(draft, (name, &partition), &below, columns, all, level);
        parts.carried.extend(copies.carried);
        parts.named_later.extend(copies.named_later);
    }
    let level = if table.partitioning.is_some() { Level::Above } else { Level::Rows };
    if level == Level::Above {
        // Values of one partition can meet those of no other: a unique index holds the partition key.
        let copy = CopyIndexes { table: name, root: name, columns, copies: Copies::default(), draft, level };
        let concerned = table.indexes.iter().filter(|index| index.valid && copy.concerns(&index.columns));
        let meet: Vec<Violations> = concerned.filter_map(|index| copy.values_that_meet(index)).collect();
        for (step, violations) in draft.finish[first..].iter_mut().zip(meet) {
            step.violations = Some(violations);
        }
    }
    if !parts.carried.is_empty() {
        let summary = format!("name the copies of constraints of the {many} partitions of {name}");
        draft.in_contract(summary, name, parts.carried);
    }
    let Copies { carried, .. } = copy_on(draft, (name, name), table, columns, all, level);
    for index in table.indexes.iter().filter(|index| level == Level::Above && index.constraint.is_none()) {
        if index.valid && concerns(draft, name, columns, &index.columns) {
            let last = TableName::new(name.schema.clone(), draft.last_index(&name.schema, &index.name));
            parts.named_later.extend(partitions::name_new_parts(&last, columns));
        }
    }
    if !carried.is_empty() {
        draft.in_contract(format!("name the copies of indexes and constraints of {name}"), name, carried);
    }
    if !parts.named_later.is_empty() {
        // Nobody asks for an index by its name: that need not wait under the lock of the table.
        let summary = format!("name the copies of indexes of the {many} partitions of {name}");
        draft.contract_alone(Step::free(summary, parts.named_later, Vec::new()));
    }
}

fn copy_on(
    draft: &mut Draft<'_>,
    (root, name): (&TableName, &TableName),
    table: &Table,
    columns: &[Replaced],
    all: &[(TableName, Table, Vec<Replaced>)],
    level: Level,
) -> Copies {
    let mut copy = CopyIndexes { table: name, root, columns, copies: Copies::default(), draft, level };
    for index in table.indexes.iter().filter(|index| !index.valid) {
        if copy.concerns(&index.columns) {
            copy.draft.note(format!(
                "index {} of {name} is invalid: it has no copy, and contract drops it with the column that is replaced",
                index.name
            ));
        }
    }
    for index in table.indexes.iter().filter(|index| index.valid) {
        let owner =
            index.constraint.as_ref().and_then(|name| table.constraints.iter().find(|c| c.name == *name));
        if copy.concerns(&index.columns) {
            copy.draft.carries(name, &index.columns);
            copy.index(index, owner);
        }
    }
    // A foreign key to the table itself follows with those of other tables.
    let inbound = |name: &Ident| {
        let own = table.referenced_by.iter().find(|key| key.table == *copy.table && key.constraint == *name);
        own.is_some_and(|key| copy.concerns(&key.columns))
    };
    // And so does one to another table whose column is replaced as well.
    let elsewhere = |constraint: &Constraint| {
        let parent = all.iter().find(|(parent, _, _)| Some(parent) == constraint.references.as_ref());
        parent.filter(|(parent, _, _)| parent != copy.table).is_some_and(|(_, parent, replaced)| {
            let same = |key: &Inbound| match copy.root == copy.table {
                true => key.constraint == constraint.name,
                false => constraint.inherited && key.definition == constraint.definition,
            };
            let ours = |key: &&Inbound| key.table == *copy.root && same(key);
            let goes =
                |column: &Ident| replaced.iter().any(|one| one.stays == Stays::New && one.old == *column);
            parent.referenced_by.iter().find(ours).is_some_and(|key| key.columns.iter().any(goes))
        })
    };
    let own: Vec<bool> =
        table.constraints.iter().map(|found| inbound(&found.name) || elsewhere(found)).collect();
    for (constraint, inbound) in table.constraints.iter().zip(own) {
        // What PostgreSQL made of another key comes and goes with that one. A copy would be a key that nobody asked for.
        let carried = match constraint.kind {
            ConstraintKind::Check => !constraint.inherited,
            // The one above takes over those of the partitions.
            ConstraintKind::ForeignKey => !constraint.parent || constraint.inherited,
            ConstraintKind::PrimaryKey
            | ConstraintKind::Unique
            | ConstraintKind::Exclusion
            | ConstraintKind::NotNull
            | ConstraintKind::ConstraintTrigger => false,
        } && !inbound;
        if carried && copy.concerns(&constraint.columns) {
            copy.draft.carries(name, &constraint.columns);
            copy.constraint(constraint);
        }
    }
    if copy.draft.names_not_null() && root == name {
        copy.not_null_names(table);
    }
    copy.copies
}

/// What other operations do to a column, done to its successor: at contract, because until then the new side has no
/// default; NOT NULL before, because it needs a scan.
fn column_changes(draft: &mut Draft<'_>, table: &TableName, column: &Replaced) -> Result<Vec<String>> {
    let Replaced { old, physical, last, stays, .. } = column;
    // What is done to a column that stays is done to it directly; only what speaks of the new name waits.
    let mut changes = if *stays == Stays::New { draft.column_changes(table, old) } else { Vec::new() };
    if last != old {
        changes.extend(draft.column_changes(table, last));
    }
    let required = if *stays == Stays::New { physical } else { old };
    let mut contract_sql = Vec::new();
    for change in changes {
        match change {
            ColumnChange::Default(Some(default)) => {
                contract_sql.push(format!("ALTER TABLE {table} ALTER COLUMN {last} SET DEFAULT {default}"));
            }
            ColumnChange::Default(None) => {
                contract_sql.push(format!("ALTER TABLE {table} ALTER COLUMN {last} DROP DEFAULT"));
            }
            ColumnChange::Comment(text) => {
                let text = text.map_or("NULL".to_owned(), |text| literal(&text));
                contract_sql.push(format!("COMMENT ON COLUMN {table}.{last} IS {text}"));
            }
            ColumnChange::NotNull => {
                let composite = draft.holds_rows(table, required);
                enforce_not_null(draft, table, required, composite);
            }
            ColumnChange::Nullable => {
                let message = format!(
                    "column `{}` of `{table}` is replaced and loses NOT NULL in one migration",
                    old.as_str()
                );
                return Err(
                    Error::refused(message).hint("drop NOT NULL in a migration of its own, before this one")
                );
            }
        }
    }
    Ok(contract_sql)
}

/// What follows on one table.
struct CopyIndexes<'c, 'd> {
    draft: &'c mut Draft<'d>,
    table: &'c TableName,
    /// The table that the file names: the same, or the one of which it is a partition.
    root: &'c TableName,
    level: Level,
    columns: &'c [Replaced],
    copies: Copies,
}

/// What becomes of the copies once the old columns are gone and their names free.
#[derive(Default)]
struct Copies {
    /// In the contract transaction.
    carried: Vec<String>,
    /// After it.
    named_later: Vec<String>,
}

impl CopyIndexes<'_, '_> {
    fn concerns(&self, columns: &[Ident]) -> bool {
        concerns(self.draft, self.root, self.columns, columns)
    }

    fn renamed(&self, definition: &str, rename: fn(&str, &Ident, &Ident) -> String) -> String {
        self.columns
            .iter()
            .fold(definition.to_owned(), |text, column| rename(&text, &column.old, &column.physical))
    }

    /// A definition with the names of the end.
    fn last(&self, definition: &str) -> String {
        let renamed = self.columns.iter().filter(|column| column.old != column.last);
        renamed.fold(definition.to_owned(), |text, column| rename_column(&text, &column.old, &column.last))
    }

    fn index(&mut self, index: &Index, owner: Option<&Constraint>) {
        let table = self.table;
        let name = &index.name;
        let last = self.draft.last_index(&table.schema, name);
        let last = self.draft.last_constraint(table, &last);
        let copy = name.prefixed("_midflight_");
        let full = TableName::new(table.schema.clone(), copy.clone());
        let unique = if index.unique { "UNIQUE " } else { "" };
        let tail = self.renamed(index_tail(&index.definition), rename_column);
        let violations = if self.level == Level::Rows { self.values_that_meet(index) } else { None };
        let summary = format!("build the copy of index {name}");
        let build = build(self.level, summary, table, &full, unique, &tail);
        if self.level == Level::Rows || owner.is_none() {
            self.draft.after_rows(Step { violations, ..build });
        }
        let later = owner.is_none() && index.inherited && !index.replica_identity && !index.clustered;
        match owner {
            Some(constraint) => {
                let instead = |part: &ContractPart| matches!(part, ContractPart::Key { table: of, index, .. } if of == table && index == name);
                self.draft.contract_transaction.parts.retain(|part| !instead(part));
                self.own(constraint, &copy);
            }
            None if later => {
                self.copies.named_later.push(format!("{} {full} RENAME TO {last}", self.alter("INDEX")));
            }
            None => {
                let rename = format!("{} {full} RENAME TO {last}", self.alter("INDEX"));
                self.copies.carried.push(rename);
            }
        }
        let final_name = TableName::new(table.schema.clone(), last.clone());
        let comment = comment("INDEX", &final_name.to_string(), index.comment.as_deref());
        match later {
            true => self.copies.named_later.extend(comment),
            false => self.copies.carried.extend(comment),
        }
        if index.replica_identity {
            let alter = self.alter("TABLE");
            self.copies.carried.push(format!("{alter} {table} REPLICA IDENTITY USING INDEX {last}"));
        }
        if index.clustered {
            let alter = self.alter("TABLE");
            self.copies.carried.push(format!("{alter} {table} CLUSTER ON {last}"));
        }
        // PostgreSQL renames a column of an index above in its parts as well. Constraints above are made with the last names.
        let by_itself = match self.level {
            Level::Rows => owner.is_some() || !index.inherited,
            Level::Above => owner.is_none() && !index.inherited,
        };
        if by_itself {
            self.column_names(index, &final_name);
        }
    }

    /// A partition may be dropped while the migration is in flight.
    fn alter(&self, what: &str) -> String {
        let may_be_gone = if self.table == self.root { "" } else { " IF EXISTS" };
        format!("ALTER {what}{may_be_gone}")
    }

    /// Rows that differ now and are alike once they are converted: text that becomes case-insensitive, a rounded number.
    fn values_that_meet(&self, index: &Index) -> Option<Violations> {
        let keys = index.parts.get(..index.keys)?;
        if !index.unique || index.has_expressions || index.definition.contains(" WHERE ") {
            return None;
        }
        let named: Vec<Ident> = keys.iter().flatten().cloned().collect();
        let replaced = |column: &Ident| self.columns.iter().find(|one| one.old == *column);
        if !converted_rows::differ(self.draft, self.table, &named) {
            return None;
        }
        let value = |key: &Option<Ident>| match replaced(key.as_ref()?) {
            Some(one) => self.draft.converted(self.table, &one.old),
            None => key.as_ref().map(ToString::to_string),
        };
        let values = keys.iter().map(value).collect::<Option<Vec<String>>>()?;
        Some(duplicates(
            self.draft,
            self.table,
            &values,
            None,
            index.definition.contains("NULLS NOT DISTINCT"),
        ))
    }

    /// The constraint takes over the copy of its index, and gives it its name.
    fn own(&mut self, constraint: &Constraint, copy: &Ident) {
        let table = self.table;
        let kind = if constraint.kind == ConstraintKind::PrimaryKey { "PRIMARY KEY" } else { "UNIQUE" };
        let name = &self.last_name(&constraint.name);
        let deferrable = deferrability(&constraint.definition);
        let what = match self.level {
            Level::Rows => format!("{kind} USING INDEX {copy} {deferrable}"),
            // It takes over the constraints of the partitions, where each has taken over its index.
            Level::Above => self.last(&constraint.definition),
        };
        let alter = self.alter("TABLE");
        self.copies
            .carried
            .push(format!("{alter} {table} ADD CONSTRAINT {name} {what}").trim_end().to_owned());
        self.copies.carried.extend(comment(
            "CONSTRAINT",
            &format!("{name} ON {table}"),
            constraint.comment.as_deref(),
        ));
    }

    /// An index keeps the names its columns had when it was built, and `psql` shows them.
    fn column_names(&mut self, index: &Index, full: &TableName) {
        let alter = self.alter("TABLE");
        for column in self.columns.iter().filter(|column| column.physical != column.last) {
            let same = index.parts.iter().filter(|part| part.as_ref() == Some(&column.old));
            // PostgreSQL numbers the columns of an index that holds one column of the table more than once.
            self.copies.carried.extend(same.enumerate().map(|(at, _)| {
                let (from, to) = (numbered(&column.physical, at), numbered(&column.last, at));
                format!("{alter} {full} RENAME COLUMN {from} TO {to}")
            }));
        }
    }

    /// The successor's NOT NULL was named after the shadow column.
    fn not_null_names(&mut self, table: &Table) {
        let name = self.table;
        let called = |column: &Ident| object_name(name.name.as_str(), column.as_str(), "not_null", |_| false);
        for column in self.columns.iter().filter(|column| column.stays == Stays::New) {
            let set = self.draft.column_changes(name, &column.old).contains(&ColumnChange::NotNull);
            if !column.not_null && !set {
                continue;
            }
            let is_its = |c: &&Constraint| {
                c.kind == ConstraintKind::NotNull && c.columns == std::slice::from_ref(&column.old)
            };
            let old = table.constraints.iter().find(is_its);
            let wanted = old.map_or_else(|| called(&column.last), |old| old.name.clone());
            let given = called(&column.physical);
            if given != wanted {
                self.copies.carried.push(format!("ALTER TABLE {name} RENAME CONSTRAINT {given} TO {wanted}"));
            }
            let text = old.and_then(|old| old.comment.as_deref());
            self.copies.carried.extend(comment("CONSTRAINT", &format!("{wanted} ON {name}"), text));
        }
    }

    fn last_name(&self, constraint: &Ident) -> Ident {
        let last = self.draft.last_index(&self.table.schema, constraint);
        self.draft.last_constraint(self.table, &last)
    }

    fn constraint(&mut self, constraint: &Constraint) {
        let table = self.table;
        let last = self.last_name(&constraint.name);
        let name = &constraint.name;
        let copy = name.prefixed("_midflight_");
        let definition = constraint.definition.trim_end_matches(" NOT VALID");
        let mut locks = vec![TableLock { table: table.clone(), mode: LockMode::AccessExclusive }];
        let definition = if constraint.kind == ConstraintKind::ForeignKey {
            locks[0].mode = LockMode::ShareRowExclusive;
            if let Some(parent) = &constraint.references {
                locks.insert(0, TableLock { table: parent.clone(), mode: LockMode::ShareRowExclusive });
                // Dropping the old column drops its foreign key, and that locks the other table as well.
                self.draft.lock_in_contract(parent, LockMode::AccessExclusive);
            }
            self.renamed(definition, rename_referring)
        } else {
            self.renamed(definition, rename_column)
        };
        // A foreign key of a table above takes over those of its partitions, which are valid by then.
        let adopts = self.level == Level::Above && constraint.kind == ConstraintKind::ForeignKey;
        if adopts && let Some(parent) = locks.first_mut() {
            parent.mode = LockMode::AccessExclusive;
        }
        let (summary, validity) = match adopts {
            true => (format!("make the copy of foreign key {name} out of those of the partitions"), ""),
            false => (format!("add the copy of constraint {name}, not valid yet"), " NOT VALID"),
        };
        let step = Step::catalog_only(
            summary,
            table,
            LockMode::AccessExclusive,
            vec![format!("ALTER TABLE {table} ADD CONSTRAINT {copy} {definition}{validity}")],
            vec![format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {copy}")],
        );
        let validates = !adopts && (constraint.validated || self.draft.validates(table, name));
        let new = self.draft.is_copy_only(table, name);
        let asks = validates && (new || converted_rows::differ(self.draft, table, &constraint.columns));
        let violations = match self.draft.now.tables.get(table) {
            Some(known) if asks => converted_rows::violations(self.draft, table, known, constraint),
            _ => None,
        };
        self.draft.after_rows(Step { locks, violations, ..step });
        if validates {
            self.draft.after_rows(validate(table, &copy));
        }
        let alter = self.alter("TABLE");
        self.copies.carried.push(format!("{alter} {table} RENAME CONSTRAINT {copy} TO {last}"));
        self.copies.carried.extend(comment(
            "CONSTRAINT",
            &format!("{last} ON {table}"),
            constraint.comment.as_deref(),
        ));
    }
}

/// Whether one of these columns is replaced, and none of them dropped.
pub(super) fn concerns(
    draft: &Draft<'_>,
    root: &TableName,
    replaced: &[Replaced],
    columns: &[Ident],
) -> bool {
    let replaced = |column: &Ident| replaced.iter().any(|replaced| replaced.old == *column);
    columns.iter().any(replaced) && !columns.iter().any(|column| draft.drops_column(root, column))
}

fn comment(kind: &str, object: &str, text: Option<&str>) -> Option<String> {
    text.map(|text| format!("COMMENT ON {kind} {object} IS {}", literal(text)))
}
