//! What partitions have of their own, beside what the table above gives them: it follows a replaced column as well, or is
//! found before anything is changed.

use super::replace;
use crate::catalog::{Column, Constraint, ConstraintKind, Evidence, Inbound, Partition, Table};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, literal};
use crate::plan::planner::{Draft, Replaced};
use crate::plan::{LockMode, Step, Work};

/// What depends on a column in partitions alone and can't follow; and foreign keys to a key that can only change hands while
/// nothing refers to it.
pub(super) fn obstacles(draft: &Draft<'_>, table: &Table, column: &Column) -> Vec<String> {
    if table.partitioning.is_none() {
        return Vec::new();
    }
    let name = &column.name;
    let on_column = |columns: &[Ident]| columns.contains(name);
    let inbound = |of: &Table| -> Vec<String> {
        let keys = of.referenced_by.iter().filter(|key| on_column(&key.columns) && !draft.drops_key(key));
        keys.map(|key| format!("foreign key {} of table {}", key.constraint, key.table)).collect()
    };
    let mut found = inbound(table);
    for (partition, below) in draft.now.below(table) {
        found.extend(inbound(below));
        let policies = below.policies.iter().filter(|policy| on_column(&policy.columns));
        found.extend(policies.map(|policy| format!("policy {} on partition {partition}", policy.name)));
        let own = |trigger: &Ident| !table.column_triggers.iter().any(|known| known.name == *trigger);
        let triggers = below.column_triggers.iter().filter(|one| on_column(&one.columns) && own(&one.name));
        found.extend(triggers.map(|one| format!("trigger {} on partition {partition}", one.name)));
        let statistics = below.statistics.iter().filter(|one| on_column(&one.columns));
        found
            .extend(statistics.map(|one| format!("statistics object {} on partition {partition}", one.name)));
        let sent = below.publications.iter().filter(|one| one.names(std::slice::from_ref(name)));
        found.extend(sent.map(|one| format!("publication {} of partition {partition}", one.name)));
        found.extend(below.row_stored_in.iter().map(|one| format!("column {one}, which stores whole rows")));
        let keys = below.constraints.iter().filter(|one| on_column(&one.columns) && !one.inherited);
        let stuck = keys.filter(|one| one.deferrable || one.kind == ConstraintKind::Exclusion);
        let stuck = stuck.filter(|one| one.kind != ConstraintKind::ForeignKey);
        found.extend(stuck.map(|one| format!("constraint {} of partition {partition}", one.name)));
        if let Some(own) = below.column(name) {
            let what = |what: &str| format!("{what} of its own in partition {partition}");
            found.extend((own.default != column.default).then(|| what("a default")));
            found.extend((own.not_null != column.not_null).then(|| what("NOT NULL")));
        }
    }
    found
}

/// Refuses what the file says of the partitions themselves beside a column that is replaced in each, and keys over that.
///
/// # Errors
/// Exit 23.
pub(super) fn refuse_what_meets(
    draft: &Draft<'_>,
    name: &TableName,
    table: &Table,
    columns: &[Replaced],
) -> Result<()> {
    let Some(partitioning) = &table.partitioning else { return Ok(()) };
    let now = draft.now.tables.get(name).and_then(|now| now.partitioning.as_ref());
    let stays =
        |one: &Partition| now.is_some_and(|now| now.partitions.iter().any(|known| known.table == one.table));
    let replaced = |known: &Constraint| columns.iter().any(|one| known.columns.contains(&one.old));
    let key = |known: &Constraint| known.kind != ConstraintKind::Check && replaced(known);
    let mut added = draft.added_constraints.iter().filter(|(of, _)| of == name);
    let what = match partitioning.partitions.iter().find(|one| !stays(one)) {
        Some(gone) => format!("partition `{}` goes in the same file", gone.table),
        None => match added.find(|(_, known)| key(known)) {
            Some((_, known)) => format!("constraint `{}` on it comes in the same file", known.name),
            None => return Ok(()),
        },
    };
    let error = Error::refused(format!("columns of the partitioned table `{name}` are replaced, and {what}"));
    Err(error.hint("put one of the two in a migration of its own"))
}

/// What partitions say of a column themselves: its comment, privileges, statistics target, storage.
pub(super) fn attributes(draft: &Draft<'_>, table: &Table, old: &Ident, new: &Ident) -> Vec<String> {
    let own = draft.now.below(table).filter_map(|(partition, below)| {
        let said = replace::attributes(partition, below.column(old)?, new);
        let above = table.column(old).map(|column| replace::attributes(partition, column, new));
        // What the table above says of it reaches partitions as well, but for comments, privileges and options.
        let reached = |sql: &&String| {
            [" SET STATISTICS ", " SET STORAGE ", " SET COMPRESSION "].iter().any(|what| sql.contains(what))
        };
        let above: Vec<String> = above.unwrap_or_default().iter().filter(reached).cloned().collect();
        Some(said.into_iter().filter(move |sql| !above.contains(sql)))
    });
    own.flatten().collect()
}

/// The partitions of a table whose columns are replaced, what holds rows first, with the indexes and constraints that they
/// have from the table above or by themselves, and which the file leaves.
pub(super) fn with_what_stays(draft: &Draft<'_>, name: &TableName, table: &Table) -> Vec<(TableName, Table)> {
    let stays = |one: &Constraint| {
        let same = |above: &Constraint| above.kind == one.kind && above.columns == one.columns;
        !one.inherited || table.constraints.iter().any(same)
    };
    let below = draft.first.tables.get(name).map(|first| draft.first.below(first).rev());
    let with = |(partition, below): (&TableName, &Table)| {
        let mut below = below.clone();
        below.constraints.retain(stays);
        let known: Vec<Ident> = below.constraints.iter().map(|one| one.name.clone()).collect();
        below.indexes.retain(|index| index.constraint.as_ref().is_none_or(|owner| known.contains(owner)));
        let added = draft.added_indexes.iter().filter(|(of, _)| of == partition);
        below.indexes.extend(added.map(|(_, index)| index.clone()));
        (partition.clone(), below)
    };
    below.into_iter().flatten().map(with).collect()
}

/// Where what is copied stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// On a table that holds rows: its copies are built beside writes.
    Rows,
    /// On a table above partitions: its copies take over those of the partitions, which are built before.
    Above,
}

/// Builds an index: beside writes where there are rows; above them it takes over those of the partitions.
pub(super) fn build(
    level: Level,
    summary: String,
    table: &TableName,
    index: &TableName,
    unique: &str,
    tail: &str,
) -> Step {
    let name = &index.name;
    match level {
        Level::Rows => Step::alone(
            summary,
            table,
            format!("CREATE {unique}INDEX CONCURRENTLY {name} ON {table} {tail}"),
            vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")],
            Work::IndexBuild,
            Evidence::IndexValid(index.clone()),
        ),
        Level::Above => Step::catalog_only(
            format!("{summary}, out of those of the partitions"),
            table,
            LockMode::Share,
            vec![format!("CREATE {unique}INDEX {name} ON {table} {tail}")],
            vec![format!("DROP INDEX IF EXISTS {index}")],
        ),
    }
}

/// PostgreSQL names the part of an index for a partition that is made meanwhile after the columns as they are called then.
pub(super) fn name_new_parts(index: &TableName, columns: &[Replaced]) -> Vec<String> {
    let shadows = columns.iter().filter(|column| column.physical != column.last);
    let rename = |column: &Replaced| {
        let (from, to) = (format!("_{}", column.physical.as_str()), format!("_{}", column.last.as_str()));
        let (of, from, to) = (literal(&index.to_string()), literal(&from), literal(&to));
        format!(
            "DO $midflight$ DECLARE part pg_catalog.text; BEGIN FOR part IN SELECT pg_catalog.format('ALTER INDEX %I.%I RENAME TO \
             %I', n.nspname, c.relname, pg_catalog.replace(c.relname, {from}, {to})) FROM pg_catalog.pg_partition_tree({of}) tree \
             JOIN pg_catalog.pg_class c ON c.oid = tree.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE \
             pg_catalog.strpos(c.relname, {from}) > 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_class other WHERE \
             other.relnamespace = c.relnamespace AND other.relname = pg_catalog.replace(c.relname, {from}, {to})) \
             LOOP EXECUTE part; END LOOP; END $midflight$"
        )
    };
    shadows.map(rename).collect()
}

/// A foreign key that a partition has from the one above.
pub(super) struct InheritedKey {
    pub partition: TableName,
    pub name: Ident,
    /// Whether the partition holds rows, and no partitions.
    pub has_rows: bool,
}

/// Those of the partitions of a table that refers to another one.
pub(super) fn inherited_keys(draft: &Draft<'_>, key: &Inbound) -> Vec<InheritedKey> {
    if !key.partitioned {
        return Vec::new();
    }
    let first = draft.first;
    let child = first.tables.get(&key.table).or_else(|| first.partitions.get(&key.table));
    let below = child.map(|child| first.below(child)).into_iter().flatten();
    let own = |(partition, table): (&TableName, &Table)| {
        let same = |one: &&Constraint| one.inherited && one.definition == key.definition;
        let name = table.constraints.iter().find(same)?.name.clone();
        Some(InheritedKey { partition: partition.clone(), name, has_rows: table.partitioning.is_none() })
    };
    below.filter_map(own).collect()
}
