//! `CREATE INDEX`: always concurrently, unless the table is new.

use super::offenders::duplicates;
use crate::catalog::made::{columns_used, index_name, index_on, tail};
use crate::catalog::{Evidence, Partitioning};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::index_key::IndexKey;
use crate::migration::key_options;
use crate::migration::operation::CreateIndex;
use crate::migration::source::Span;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Work};

pub(super) fn plan(op: &CreateIndex, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.indexable(&op.table)?;
    let name = op.name.as_ref().map_or_else(|| free_name(op, &table_name, draft), |name| name.value.clone());
    let full = TableName::new(table_name.schema.clone(), name.clone());
    // A concurrent build that failed leaves an index which serves no query.
    let invalid = table.indexes.iter().any(|index| index.name == name && !index.valid);
    let built_again = op.if_not_exists && invalid && table.partitioning.is_none();
    if draft.exists(&full) && !built_again {
        if op.if_not_exists && !invalid {
            draft.note(format!("index {full} exists already"));
            return Ok(());
        }
        let error = Error::usage(format!("a relation named `{full}` exists already"));
        let error = if invalid && table.partitioning.is_some() {
            error.hint("it is INVALID, since a partition lacks its part: `ALTER INDEX … ATTACH PARTITION …` for each that is missing, or drop it")
        } else if invalid {
            error.hint("it is INVALID, left by a build that failed: write `IF NOT EXISTS`, and it is dropped and rebuilt")
        } else {
            error
        };
        return Err(draft.blame(error, op.name.as_ref().map_or(op.table.span, |name| name.span)));
    }
    draft.touch(&table_name, None);
    let tail = tail(op, &table_name);
    let built = TableName::new(table_name.schema.clone(), draft.physical_index(&table_name, &name));
    let known = draft.column_names(&table_name, &table);
    let used = columns_used(op, &known);
    let mut steps = match &table.partitioning {
        Some(_) if op.only => vec![alone_above(op, &table_name, &built, &tail)],
        Some(partitioning) => by_partition(op, &table_name, partitioning, &built, (&tail, &used), draft)?,
        None => vec![concurrently(op, &table_name, built.clone(), &tail)],
    };
    if built_again {
        draft.note(format!("index {full} exists and is INVALID: it is dropped and rebuilt"));
        steps.iter_mut().take(1).for_each(|first| {
            first.sql.insert(0, format!("DROP INDEX CONCURRENTLY IF EXISTS {full}"));
        });
    }
    // An index on a shadow column waits for the rows: building it first would make every batch write it.
    let uses_shadow = draft.filled_columns(&table_name);
    draft.add_index(&table_name, index_on(op, &built.name, &tail, &used));
    // Its copy is what the file asks for, and the only one that is sure to be possible.
    let retyped = used.iter().any(|column| draft.is_retyped(&table_name, column));
    if retyped && !(op.unique && is_plain(op)) {
        return Ok(());
    }
    if uses_shadow.iter().any(|column| used.contains(column)) {
        steps.into_iter().for_each(|step| draft.after_rows(step));
        return Ok(());
    }
    if op.unique {
        let keys: Vec<String> = op.columns.iter().filter_map(|key| key.value(&table_name.name)).collect();
        draft.binds(&table_name, &used, &format!("a second row with the same {}", keys.join(", ")), "23505");
    }
    let there = |key: &IndexKey| key.column().is_none_or(|column| table.column(column).is_some());
    let value = |key: &IndexKey| key.value(&table_name.name).filter(|_| there(key));
    let values: Option<Vec<String>> = op.columns.iter().map(value).collect();
    if let Some(columns) = values.filter(|_| op.unique && draft.can_be_checked(&table_name, &used)) {
        let predicate = op.predicate.as_ref().map(|predicate| predicate.without_table(&table_name.name));
        let nulls = op.options.as_ref().is_some_and(|options| key_options(options).0);
        let found = duplicates(draft, &table_name, &columns, predicate.as_ref(), nulls);
        steps.iter_mut().take(1).for_each(|first| first.violations = Some(found.clone()));
    }
    steps.into_iter().for_each(|step| draft.expand(step));
    Ok(())
}

/// `ON ONLY`: PostgreSQL builds nothing, and the index is INVALID until each partition has a part of it.
fn alone_above(op: &CreateIndex, table: &TableName, index: &TableName, tail: &str) -> Step {
    let (unique, name) = (if op.unique { "UNIQUE " } else { "" }, &index.name);
    Step {
        without_partitions: true,
        ..Step::catalog_only(
            format!("create {}index {name} on {table} without its partitions", unique.to_lowercase()),
            table,
            LockMode::Share,
            vec![format!("CREATE {unique}INDEX {name} ON ONLY {table} {tail}")],
            vec![format!("DROP INDEX IF EXISTS {index}")],
        )
    }
}

/// Whether every type that has an order can have such an index.
fn is_plain(op: &CreateIndex) -> bool {
    let bare = |key: &IndexKey| key.column().is_some_and(|column| key.text.value == column.to_string());
    op.using.is_none() && op.predicate.is_none() && op.columns.iter().all(bare)
}

fn concurrently(op: &CreateIndex, table: &TableName, index: TableName, tail: &str) -> Step {
    let (unique, name) = (if op.unique { "UNIQUE " } else { "" }, &index.name);
    Step::alone(
        format!("build {}index {name} on {table}", unique.to_lowercase()),
        table,
        format!("CREATE {unique}INDEX CONCURRENTLY {name} ON {table} {tail}"),
        vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")],
        Work::IndexBuild,
        Evidence::IndexValid(index),
    )
}

/// PostgreSQL builds no index of a partitioned table concurrently. But CREATE INDEX on it takes over an index of a
/// partition that is like the one to build, and then has only catalog rows to write: so the partitions' come first.
fn by_partition(
    op: &CreateIndex,
    table: &TableName,
    partitioning: &Partitioning,
    index: &TableName,
    (tail, used): (&str, &[Ident]),
    draft: &mut Draft<'_>,
) -> Result<Vec<Step>> {
    if op.unique {
        let keys: Vec<Ident> = op.columns.iter().filter_map(|key| key.column()).cloned().collect();
        refuse_partial_key(&keys, table, partitioning, op.table.span, draft)?;
    }
    let mut steps = Vec::new();
    for leaf in partitioning.leaves() {
        let name = free_name(op, leaf, draft);
        let built = TableName::new(leaf.schema.clone(), name.clone());
        draft.add_index(leaf, index_on(op, &name, tail, used));
        steps.push(concurrently(op, leaf, built, tail));
    }
    let (unique, name) = (if op.unique { "UNIQUE " } else { "" }, &index.name);
    steps.push(Step::catalog_only(
        format!("make {}index {name} of {table} out of those of its partitions", unique.to_lowercase()),
        table,
        LockMode::Share,
        vec![format!("CREATE {unique}INDEX {name} ON {table} {tail}")],
        vec![format!("DROP INDEX IF EXISTS {index}")],
    ));
    Ok(steps)
}

/// Each partition sees its own rows only, so that only the partition key keeps equal values together.
pub(super) fn refuse_partial_key(
    keys: &[Ident],
    table: &TableName,
    partitioning: &Partitioning,
    span: Span,
    draft: &Draft<'_>,
) -> Result<()> {
    let has = |column: &&Ident| keys.contains(column);
    let missing: Vec<String> =
        partitioning.key.iter().filter(|column| !has(column)).map(ToString::to_string).collect();
    if missing.is_empty() && !partitioning.by_expression {
        return Ok(());
    }
    let error = match partitioning.by_expression {
        true => {
            Error::refused(format!("`{table}` is partitioned by an expression: no index on it can be unique"))
        }
        false => Error::refused(format!(
            "a unique index on `{table}` has to name its partition key: {} missing",
            missing.join(", ")
        )),
    };
    Err(draft.blame(error, span))
}

fn free_name(op: &CreateIndex, table: &TableName, draft: &Draft<'_>) -> Ident {
    index_name(op, table, |name| draft.exists(&TableName::new(table.schema.clone(), name.clone())))
}
