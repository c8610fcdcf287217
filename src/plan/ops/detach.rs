//! `ALTER TABLE … DETACH PARTITION`: both releases read its rows by way of the table until contract.

use crate::catalog::Evidence;
use crate::error::{Error, Result};
use crate::migration::operation::{TableRef, Unplaced};
use crate::migration::source::Located;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Mode, Step, TableLock, Work};

/// Plans it. With CONCURRENTLY it is a step of its own, outside transactions; without, it is a change of the catalog under the
/// lock of the table and of the partition.
pub(super) fn plan(
    op: &Unplaced,
    (table, partition): (&Located<TableRef>, &Located<TableRef>),
    concurrently: bool,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let (table_name, found) = draft.table_or_partitioned(table)?;
    let part = draft.resolve(partition);
    let Some(partitioning) = &found.partitioning else {
        let error = Error::usage(format!("table `{table_name}` is not partitioned"));
        return Err(draft.blame(error, table.span));
    };
    if !partitioning.partitions.iter().any(|known| known.table == part) {
        let error = Error::usage(format!("`{part}` is no partition of `{table_name}`"));
        return Err(draft.blame(error, partition.span));
    }
    if concurrently && partitioning.has_default {
        let message = format!(
            "PostgreSQL detaches no partition of `{table_name}` concurrently: it has a default partition"
        );
        let hint = "leave CONCURRENTLY out: contract then takes its lock for an instant";
        return Err(draft.blame(Error::refused(message).hint(hint), partition.span));
    }
    draft.touch(&table_name, None);
    draft.touch(&part, None);
    draft.note(format!(
        "contract detaches {part}: from then on its rows are not read by way of {table_name}; until then both releases write to it"
    ));
    let summary = format!("detach partition {part} of {table_name}");
    if !found.referenced_by.is_empty() {
        draft.note(format!(
            "PostgreSQL looks for rows that refer to {part} while it is locked, and refuses to detach it while there is one"
        ));
    }
    if !concurrently {
        draft.lock_in_contract(&table_name, LockMode::AccessExclusive);
        draft.in_contract(summary, &part, [op.sql.clone()]);
        return Ok(());
    }
    let lock = |table: &crate::ident::TableName| TableLock {
        table: table.clone(),
        mode: LockMode::ShareUpdateExclusive,
    };
    draft.own_in_contract(Step {
        mode: Mode::Alone {
            done_when: Some(Evidence::Detached { table: table_name.clone(), partition: part.clone() }),
        },
        locks: vec![lock(&table_name), lock(&part)],
        work: Work::Catalog,
        ..Step::free(summary, vec![op.sql.clone()], Vec::new())
    });
    Ok(())
}
