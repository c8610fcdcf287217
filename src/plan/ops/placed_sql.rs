//! SQL that the user placed in a stage, and SQL that nobody placed.

use super::session;
use crate::error::{Error, Result};
use crate::migration;
use crate::migration::operation::{PlacedSql, Unplaced};
use crate::migration::statement::Statement;
use crate::plan::planner::Draft;
use crate::plan::{Mode, Step, Work};

pub(super) fn plan(op: &PlacedSql, draft: &mut Draft<'_>) -> Result<()> {
    if let Some(sql) = &op.rollback {
        session::leaves_out(&sql.value, migration::apart(&sql.value).is_none(), draft)?;
    }
    if let Some(sql) = &op.expand
        && !session::leaves_out(&sql.value, migration::apart(&sql.value).is_none(), draft)?
    {
        let undo: Vec<String> = op.rollback.iter().map(|sql| sql.value.clone()).collect();
        if undo.is_empty() {
            draft.note("your SQL in expand has no `rollback`: a rollback leaves what it did");
        }
        draft.expand(step("your SQL", &sql.value, undo));
    }
    if let Some(sql) = &op.contract
        && !session::leaves_out(&sql.value, migration::apart(&sql.value).is_none(), draft)?
    {
        draft.own_in_contract(step("your SQL", &sql.value, Vec::new()));
    }
    Ok(())
}

fn step(summary: &str, sql: &str, undo: Vec<String>) -> Step {
    let apart = migration::apart(sql);
    let mode = if apart.is_some() { Mode::Alone { done_when: None } } else { Mode::Transaction };
    Step {
        id: String::new(),
        summary: summary.to_owned(),
        sql: apart.unwrap_or_else(|| vec![sql.to_owned()]),
        undo,
        mode,
        locks: Vec::new(),
        work: Work::Unknown,
        violations: None,
        undo_violations: None,
        undo_apart: false,
    }
}

pub(super) fn unplaced(op: &Unplaced, draft: &mut Draft<'_>) -> Result<()> {
    if let Some(error) = &op.error {
        let error = Error::usage(format!("this statement can't be read: {error}"));
        return Err(error.hint("correct it; or, if PostgreSQL takes it, say where it runs: `-- midflight: phase expand` above it"));
    }
    // Files written for other runners wrap themselves in a transaction; midflight has its own.
    if matches!(op.head.as_str(), "BEGIN" | "START TRANSACTION" | "COMMIT" | "END") {
        draft.note(format!("`{}` is left out: every step has its own transaction", op.head));
        return Ok(());
    }
    if let Statement::Rename { kind, name, table, part: None, to } = &op.statement {
        return super::renames::object(*kind, name, table.as_deref(), to, op, draft);
    }
    if session::plan(op, draft)? {
        return Ok(());
    }
    Err(Error::refused(format!("midflight doesn't know in which stage `{}` belongs", op.head)).hint(
        "say so in a comment above the statement: `-- midflight: phase expand` if both releases can live with it, \
         `-- midflight: phase contract` if it must wait until the old release is gone",
    ))
}
