//! The way back: every step that was done, undone in reverse order. The journal decides what was done.

use sqlx::Row;

use super::ddl::{IndexState, Note, index_state};
use super::partitions::is_of_dropped;
use super::{Event, Runner};
use crate::catalog::Evidence;
use crate::db::{Conn, Session};
use crate::error::{Error, Kind, Result};
use crate::plan::{Mode, Plan, Step, Violations};
use crate::state::{StagePermit, StepStatus, Store};

impl Runner<'_> {
    /// Looks for rows that the old table can't hold, before anything is undone.
    ///
    /// # Errors
    /// Exit 21 with their keys.
    pub(super) async fn may_undo(&mut self, migration: &str, plan: &Plan) -> Result<()> {
        for step in steps_to_undo(&mut self.session, &self.store, migration, plan).await? {
            let Some(violations) = &step.undo_violations else { continue };
            let hint = "give these rows a value, then run `midflight rollback` again; nothing was undone";
            self.refuse_rows_that_stay(violations, hint).await?;
        }
        Ok(())
    }

    /// Lists rows that the shape to go back to can't hold.
    ///
    /// # Errors
    /// Exit 21 with their keys.
    pub(super) async fn refuse_rows_that_stay(&mut self, violations: &Violations, hint: &str) -> Result<()> {
        let path = self.search_path();
        self.session.begin(self.settings.lock.timeout.0, &path).await?;
        let rows = self.session.rows_long(&violations.query).await?;
        self.session.rollback().await;
        let rows = rows?;
        if rows.is_empty() {
            return Ok(());
        }
        let listed = rows.iter().map(|row| row.get::<Option<String>, _>(0).unwrap_or_default());
        Err(Error::new(Kind::BadRows, violations.rule.clone())
            .details(listed.map(|row| format!("{}: {row}", violations.table)))
            .hint(hint))
    }

    /// Undoes the steps of expand and backfill that were done, and says what it leaves.
    pub(super) async fn undo(&mut self, permit: &StagePermit<'_>, plan: &Plan) -> Result<()> {
        for step in steps_to_undo(&mut self.session, &self.store, permit.migration(), plan).await? {
            match step.left_by_rollback() {
                // It stays `done` in the journal: the next expand asks what to do about it.
                Some(why) => self.emit(&Event::StepLeft { step, why }),
                None => self.undo_step(permit.migration(), step).await?,
            }
        }
        Ok(())
    }

    async fn undo_step(&mut self, migration: &str, step: &Step) -> Result<()> {
        let undone = Note::Step { migration, step: &step.id, status: StepStatus::Undone };
        if is_of_dropped(&mut self.session, step).await? {
            return self.note(&[&undone]).await;
        }
        // What is dropped is locked more strongly than it was when it was made.
        if !step.undo.is_empty() {
            self.let_standbys_read_all(step).await?;
        }
        match &step.mode {
            Mode::Transaction if !step.undo_apart => {
                self.transaction(&step.locks, &step.undo, &[&undone]).await?;
            }
            Mode::Transaction => {
                for sql in &step.undo {
                    self.transaction(&step.locks, std::slice::from_ref(sql), &[]).await?;
                }
                self.note(&[&undone]).await?;
            }
            // They have no way back: they are left, and said to be.
            Mode::Batches(_) => self.note(&[&undone]).await?,
            Mode::Alone { .. } => {
                for sql in &step.undo {
                    self.run_apart(sql).await??;
                }
                self.note(&[&undone]).await?;
            }
        }
        // What goes with another step's undo is told there.
        if !step.undo.is_empty() {
            self.emit(&Event::StepUndone { step });
        }
        Ok(())
    }
}

/// The steps of expand and backfill that changed something, the last one first.
///
/// # Errors
/// The database's.
pub async fn steps_to_undo<'p>(
    session: &mut Session,
    store: &Store,
    migration: &str,
    plan: &'p Plan,
) -> Result<Vec<&'p Step>> {
    let journal = store.steps(&mut session.conn, migration).await?;
    let mut found = Vec::new();
    for step in plan.finish.iter().rev().chain(plan.expand.iter().rev()) {
        let row = journal.iter().find(|row| row.step_id == step.id);
        if let Some(row) = row
            && changed_something(&mut session.conn, step, row.status).await?
        {
            found.push(step);
        }
    }
    Ok(found)
}

/// Whether there is anything of a step to undo. An undo that ran for a step which changed nothing would remove what
/// somebody else made under the same name.
async fn changed_something(conn: &mut Conn, step: &Step, status: StepStatus) -> Result<bool> {
    match (status, &step.mode) {
        (StepStatus::Pending | StepStatus::Undone, _) => Ok(false),
        (StepStatus::Done, _) => Ok(true),
        // A transaction that failed has left nothing, and one that committed says so.
        (StepStatus::Running | StepStatus::Failed, Mode::Transaction) => Ok(false),
        // What batches have committed stays, however the last of them ended.
        (StepStatus::Running | StepStatus::Failed, Mode::Batches(_)) => Ok(true),
        // Nobody knows how far a run came that was killed; what the server refused did nothing.
        (StepStatus::Running, Mode::Alone { done_when: None }) => Ok(true),
        (StepStatus::Failed, Mode::Alone { done_when: None }) => Ok(false),
        (StepStatus::Running, Mode::Alone { done_when: Some(Evidence::IndexValid(index)) }) => {
            Ok(index_state(conn, index).await?.is_some())
        }
        // A valid index is not what a failed build leaves.
        (StepStatus::Failed, Mode::Alone { done_when: Some(Evidence::IndexValid(index)) }) => {
            Ok(matches!(index_state(conn, index).await?, Some(IndexState { valid: false, .. })))
        }
        // It belongs to contract, which nothing undoes.
        (
            StepStatus::Running | StepStatus::Failed,
            Mode::Alone { done_when: Some(Evidence::Detached { .. }) },
        ) => Ok(false),
        (
            StepStatus::Running | StepStatus::Failed,
            Mode::Alone { done_when: Some(Evidence::IndexGone(index)) },
        ) => Ok(index_state(conn, index).await?.is_none()),
    }
}
