//! Exclusion constraints. PostgreSQL builds them under ACCESS EXCLUSIVE only, so they are for tables without rows.

use crate::catalog::made::exclusion_elements;
use crate::error::{Error, Result};
use crate::migration::change::AddExclusion;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step};

pub(super) fn plan(op: &AddExclusion, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table(&op.table)?;
    if table.pages > 0 {
        let error = Error::refused(format!(
            "an exclusion constraint can't be added to `{table_name}` online: PostgreSQL reads every row under ACCESS EXCLUSIVE"
        ));
        return Err(draft.blame(
            error.hint(
                "put it on a new table and move the rows; or, where the table is small enough to stand still, \
                 place the statement: `-- midflight: phase expand`",
            ),
            op.exclude.span,
        ));
    }
    let name = super::constraints::chosen(
        op.name.as_ref(),
        &table_name,
        &exclusion_elements(&op.exclude),
        "excl",
        draft,
    )?;
    let name = draft.physical_constraint(&table_name, &name, true);
    draft.touch(&table_name, None);
    draft.binds(&table_name, &[], &format!("rows that violate EXCLUDE {}", op.exclude), "23P01");
    draft.expand(Step::catalog_only(
        format!("add exclusion constraint {name} to {table_name}, which has no rows"),
        &table_name,
        LockMode::AccessExclusive,
        vec![format!("ALTER TABLE {table_name} ADD CONSTRAINT {name} EXCLUDE {}", op.exclude)],
        vec![format!("ALTER TABLE {table_name} DROP CONSTRAINT IF EXISTS {name}")],
    ));
    Ok(())
}
