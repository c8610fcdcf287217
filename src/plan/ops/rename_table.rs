//! `RENAME TO`: until contract the new name is a view of the table. The old release is not touched at all; the new one
//! reads and writes through the view, which PostgreSQL updates by itself (manual, CREATE VIEW).

use crate::catalog::{Grant, Table};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::RenameTable;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step};

/// What a role may do through a view.
const THROUGH_A_VIEW: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

pub(super) fn plan(op: &RenameTable, draft: &mut Draft<'_>) -> Result<()> {
    let (old, table) = draft.table(&op.table)?;
    let new = TableName::new(old.schema.clone(), op.to.value.clone());
    if draft.exists(&new) {
        let error = Error::usage(format!("a relation named `{new}` exists already"));
        return Err(draft.blame(error, op.to.span));
    }
    let rename = format!("ALTER TABLE {old} RENAME TO {}", new.name);
    let invoker = draft.server_major() >= 15;
    if table.row_security && !invoker {
        let error = Error::refused(format!(
            "`{old}` has row-level security, which a view bypasses before PostgreSQL 15"
        ))
        .hint("rename it while no release uses it, under `-- midflight: phase contract`");
        return Err(draft.blame(error, op.table.span));
    }
    draft.touch(&old, None);
    draft.touch(&new, None);
    draft.alone_on(&old, &new)?;
    draft.objects.doubles.push(new.clone());
    let mut step = Step::catalog_only(
        format!("let {new} be a view of {old}, for the new release"),
        &old,
        LockMode::AccessShare,
        view(&old, &new, &table, invoker),
        vec![format!("DROP VIEW IF EXISTS {new}")],
    );
    step.locks.clear();
    draft.expand(step);
    draft.note(format!(
        "until contract {new} is a view: COPY, TRUNCATE, REFERENCES, ON CONFLICT ON CONSTRAINT and, before PostgreSQL 17, \
         MERGE need the name {old}"
    ));
    draft.in_contract(format!("rename {old} to {new}"), &old, [format!("DROP VIEW {new}"), rename]);
    Ok(())
}

/// The view, with the privileges of the table: as the caller where PostgreSQL can (15 and later), so that privileges
/// and row-level security of the table go on deciding.
fn view(old: &TableName, new: &TableName, table: &Table, invoker: bool) -> Vec<String> {
    let option = if invoker { " WITH (security_invoker = true)" } else { "" };
    let columns: Vec<String> = table.columns.iter().map(|column| column.name.to_string()).collect();
    let mut sql = vec![format!("CREATE VIEW {new}{option} AS SELECT {} FROM {old}", columns.join(", "))];
    sql.push(format!("ALTER VIEW {new} OWNER TO {}", Ident::new(table.owner.as_str())));
    let useful = |grant: &&Grant| THROUGH_A_VIEW.contains(&grant.privilege.as_str());
    sql.extend(table.grants.iter().filter(useful).map(|grant| grant.statement("", &new.to_string())));
    for column in &table.columns {
        let list = format!(" ({})", column.name);
        sql.extend(column.grants.iter().filter(useful).map(|grant| grant.statement(&list, &new.to_string())));
    }
    sql
}
