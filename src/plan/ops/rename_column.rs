//! `RENAME COLUMN`: both names exist until contract, kept in step.

use super::replace::{self, Successor};
use crate::error::Result;
use crate::migration::operation::RenameColumn;
use crate::plan::planner::Draft;

pub(super) fn plan(op: &RenameColumn, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table(&op.table)?;
    let old = draft.column(&table_name, &table, &op.column)?;
    draft.free_column(&table_name, &table, &op.to)?;
    let successor = Successor {
        final_name: op.to.value.clone(),
        physical: op.to.value.clone(),
        type_text: old.type_.clone(),
        type_info: old.type_info.clone(),
        collation: old.collation.clone(),
        not_null: old.not_null,
        up: None,
        down: None,
        lossless: true,
        can_fail: false,
        counted: true,
    };
    replace::plan(draft, &table_name, &table, old, &successor)
}
