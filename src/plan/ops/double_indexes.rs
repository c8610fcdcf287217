//! Indexes under the new names of renamed columns, for as long as both names are there.

use super::copy_indexes::concerns;
use super::partitions::{self, Level, build};
use crate::catalog::{Index, Table};
use crate::ident::TableName;
use crate::migration::definition::{index_tail, rename_column};
use crate::plan::planner::{Draft, Replaced};

/// Until contract the new release's queries need indexes under the new names, `ON CONFLICT` unique ones: once the rows
/// are converted, for before that nobody can search by the new name. They go with the columns that they double.
pub(super) fn plan(
    draft: &mut Draft<'_>,
    name: &TableName,
    table: &Table,
    all: &[Replaced],
    renamed: &[Replaced],
) {
    for (partition, below) in partitions::with_what_stays(draft, name, table) {
        if below.partitioning.is_none() {
            on_table(draft, (name, &partition), &below, all, renamed, Level::Rows);
        }
    }
    let level = if table.partitioning.is_some() { Level::Above } else { Level::Rows };
    on_table(draft, (name, name), table, all, renamed, level);
}

fn on_table(
    draft: &mut Draft<'_>,
    (root, name): (&TableName, &TableName),
    table: &Table,
    all: &[Replaced],
    renamed: &[Replaced],
    level: Level,
) {
    let concerned = |index: &&Index| index.valid && concerns(draft, root, renamed, &index.columns);
    let concerned: Vec<&Index> = table.indexes.iter().filter(concerned).collect();
    for index in concerned {
        draft.carries(name, &index.columns);
        let double = index.name.prefixed("_midflight_next_");
        let full = TableName::new(name.schema.clone(), double.clone());
        // A deferrable constraint lets two rows have one value for a while, which no unique index does. The old column's
        // refuses for both, and ON CONFLICT takes no deferrable one.
        let deferrable = index.constraint.as_ref().is_some_and(|owner| {
            table.constraints.iter().any(|constraint| constraint.name == *owner && constraint.deferrable)
        });
        let guards = index.unique && !deferrable;
        let unique = if guards { "UNIQUE " } else { "" };
        let tail = all.iter().fold(index_tail(&index.definition).to_owned(), |text, column| {
            rename_column(&text, &column.old, &column.physical)
        });
        let summary = format!("build index {} under the new names, for the new release", index.name.as_str());
        draft.after_rows(build(level, summary, name, &full, unique, &tail));
        if guards && root == name {
            draft.note(format!(
                "once the rows are converted and until contract two unique indexes of {name} guard the same values ({} and \
                 {double}): INSERT … ON CONFLICT that races with another on the same key may fail once with SQLSTATE 23505",
                index.name.as_str()
            ));
        }
    }
}
