//! Keys of partitioned tables. PostgreSQL builds nothing concurrently on a partitioned table, and before 18 makes no foreign
//! key there without a scan; but a constraint above takes over those of the partitions that are like it. So theirs come first,
//! each in the form that keeps nobody waiting.

use super::constraints::{add, added};
use super::create_index::refuse_partial_key;
use super::offenders::duplicates;
use super::online::validate;
use crate::catalog::{Constraint, ConstraintKind, Evidence, Partitioning};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::{AddForeignKey, AddKey};
use crate::pg::naming;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, TableLock, Violations, Work};

/// A UNIQUE or PRIMARY KEY to come.
pub(super) struct Key<'k> {
    pub op: &'k AddKey,
    pub table: &'k TableName,
    pub partitioning: &'k Partitioning,
    /// Its name.
    pub name: &'k Ident,
    pub kind: ConstraintKind,
}

/// An index in each partition, then the constraint of each, then the one above.
pub(super) fn key(key: &Key<'_>, draft: &mut Draft<'_>) -> Result<()> {
    let Key { op, table, partitioning, name, kind } = *key;
    let columns: Vec<Ident> = op.columns.iter().map(|column| column.value.clone()).collect();
    refuse_partial_key(&columns, table, partitioning, op.table.span, draft)?;
    refuse_filled(draft, table, &columns)?;
    if let Some(index) = &op.using_index {
        let error =
            Error::refused(format!("`{table}` is partitioned: PostgreSQL makes no key of an index there"));
        return Err(draft.blame(error.hint("name the columns in place of the index"), index.span));
    }
    if draft.physical_constraint(table, name, true) != *name {
        let error = Error::refused(format!("the name `{name}` is taken until contract"));
        return Err(draft.blame(error.hint("give the constraint another name"), op.table.span));
    }
    let (word, label) = match kind {
        ConstraintKind::PrimaryKey => ("PRIMARY KEY", "pkey"),
        _ => ("UNIQUE", "key"),
    };
    let list = listed(&columns);
    let nulls = if op.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let include: Vec<Ident> = op.include.iter().map(|column| column.value.clone()).collect();
    let included =
        if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", listed(&include)) };
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    let texts: Vec<String> = columns.iter().map(ToString::to_string).collect();
    let mut violations =
        (!draft.is_new(table)).then(|| duplicates(draft, table, &texts, None, op.nulls_not_distinct));
    draft.touch(table, None);
    draft.binds(table, &columns, &format!("a second row with the same {list}"), "23505");
    let after = if label == "pkey" { String::new() } else { naming::joined(columns.iter().chain(&include)) };
    for leaf in partitioning.leaves() {
        let taken = |name: &Ident| draft.exists(&TableName::new(leaf.schema.clone(), name.clone()));
        let part = naming::object_name(leaf.name.as_str(), &after, label, taken);
        let index = TableName::new(leaf.schema.clone(), part.clone());
        let build = Step::alone(
            format!("build unique index {part} on {leaf}"),
            leaf,
            format!("CREATE UNIQUE INDEX CONCURRENTLY {part} ON {leaf} ({list}){included}{nulls}"),
            vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")],
            Work::IndexBuild,
            Evidence::IndexValid(index),
        );
        draft.expand(Step { violations: violations.take(), ..build });
        draft.after_rows(Step::catalog_only(
            format!("make index {part} a constraint of {leaf}"),
            leaf,
            LockMode::AccessExclusive,
            vec![format!("ALTER TABLE {leaf} ADD CONSTRAINT {part} {word} USING INDEX {part}{options}")],
            vec![format!("ALTER TABLE {leaf} DROP CONSTRAINT IF EXISTS {part}")],
        ));
    }
    let definition = format!("{word}{nulls} ({list}){included}{options}");
    draft.after_rows(Step::catalog_only(
        format!("make {name} of {table} out of the constraints of its partitions"),
        table,
        LockMode::AccessExclusive,
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")],
        vec![format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")],
    ));
    draft.add_constraint(table, added(name, kind, definition, &columns, true));
    Ok(())
}

/// A foreign key to come.
pub(super) struct ForeignKey<'k> {
    pub op: &'k AddForeignKey,
    pub table: &'k TableName,
    pub partitioning: &'k Partitioning,
    pub parent: &'k TableName,
    /// Its name.
    pub name: &'k Ident,
    /// Without `NOT VALID`.
    pub definition: &'k str,
    /// Rows that refer to nothing.
    pub orphans: Option<Violations>,
}

/// One of each partition, each validated by itself, then the one above.
pub(super) fn foreign_key(key: ForeignKey<'_>, draft: &mut Draft<'_>) -> Result<()> {
    let ForeignKey { op, table, partitioning, parent, name, definition, orphans } = key;
    let columns: Vec<Ident> = op.columns.iter().map(|column| column.value.clone()).collect();
    refuse_filled(draft, table, &columns)?;
    if op.not_valid {
        let error =
            Error::refused(format!("`{table}` is partitioned, and its foreign key can't stay NOT VALID"));
        return Err(draft.blame(
            error.hint("leave NOT VALID out: midflight validates partition by partition"),
            op.table.span,
        ));
    }
    if draft.physical_constraint(table, name, false) != *name {
        let error = Error::refused(format!("the name `{name}` is taken until contract"));
        return Err(draft.blame(error.hint("give the foreign key another name"), op.table.span));
    }
    draft.touch(table, None);
    draft.binds(table, &columns, &format!("values of {} that {parent} lacks", listed(&columns)), "23503");
    let mut violations = orphans;
    for leaf in partitioning.leaves() {
        let mut step = add(leaf, name, &format!("{definition} NOT VALID"), LockMode::ShareRowExclusive);
        if !draft.is_new(parent) {
            step.locks.insert(0, TableLock { table: parent.clone(), mode: LockMode::ShareRowExclusive });
        }
        step.violations = violations.take();
        draft.expand(step);
        draft.after_rows(validate(leaf, name));
    }
    let mut whole = Step::catalog_only(
        format!("make {name} of {table} out of the foreign keys of its partitions"),
        table,
        LockMode::ShareRowExclusive,
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")],
        vec![format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")],
    );
    // The triggers by which each partition's own watched the other table go.
    if !draft.is_new(parent) {
        whole.locks.insert(0, TableLock { table: parent.clone(), mode: LockMode::AccessExclusive });
    }
    draft.after_rows(whole);
    let known = added(name, ConstraintKind::ForeignKey, definition.to_owned(), &columns, true);
    draft.add_constraint(table, Constraint { references: Some(parent.clone()), ..known });
    Ok(())
}

/// Values to come, and a key over them by partition, in one file: nobody has tried.
fn refuse_filled(draft: &Draft<'_>, table: &TableName, columns: &[Ident]) -> Result<()> {
    let filled = draft.filled_columns(table);
    match columns.iter().find(|column| filled.contains(column)) {
        None => Ok(()),
        Some(column) => Err(Error::refused(format!(
            "column `{column}` of the partitioned table `{table}` gets its values in this file, and a key in the same"
        ))
        .hint("put the key in a migration of its own, after this one")),
    }
}

fn listed(columns: &[Ident]) -> String {
    columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
