//! The way back: every step that ran, undone in reverse order.

use sqlx::Row;

use super::ddl::Note;
use super::{Event, Runner};
use crate::error::{Error, Kind, Result};
use crate::plan::{Mode, Plan, Step};
use crate::state::{StagePermit, StepStatus};

impl Runner<'_> {
    /// Looks for rows that the old table can't hold, before anything is undone.
    ///
    /// # Errors
    /// Exit 21 with their keys.
    pub(super) async fn may_undo(&mut self, migration: &str, plan: &Plan) -> Result<()> {
        for step in self.steps_that_ran(migration, plan).await? {
            let Some(violations) = &step.undo_violations else { continue };
            let path = self.search_path();
            self.session.begin(self.settings.lock.timeout.0, &path).await?;
            let rows = self.session.rows_long(&violations.query).await?;
            self.session.rollback().await;
            let rows = rows?;
            if !rows.is_empty() {
                let listed = rows.iter().map(|row| row.get::<Option<String>, _>(0).unwrap_or_default());
                return Err(Error::new(Kind::BadRows, violations.rule.clone())
                    .details(listed.map(|row| format!("{}: {row}", violations.table)))
                    .hint(
                        "give these rows a value, then run `midflight rollback` again; nothing was undone",
                    ));
            }
        }
        Ok(())
    }

    /// Undoes the steps of expand and backfill that ran or may have run.
    pub(super) async fn undo(&mut self, permit: &StagePermit<'_>, plan: &Plan) -> Result<()> {
        for step in self.steps_that_ran(permit.migration(), plan).await? {
            self.undo_step(permit.migration(), step).await?;
        }
        Ok(())
    }

    async fn steps_that_ran<'p>(&mut self, migration: &str, plan: &'p Plan) -> Result<Vec<&'p Step>> {
        let journal = self.store.steps(&mut self.session.conn, migration).await?;
        let ran =
            |step: &&Step| journal.iter().any(|row| row.step_id == step.id && row.status.may_have_run());
        Ok(plan.finish.iter().rev().chain(plan.expand.iter().rev()).filter(ran).collect())
    }

    async fn undo_step(&mut self, migration: &str, step: &Step) -> Result<()> {
        let undone = Note::Step { migration, step: &step.id, status: StepStatus::Undone };
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
            Mode::Alone { .. } => {
                for sql in &step.undo {
                    self.run_apart(sql).await??;
                }
                self.note(&[&undone]).await?;
            }
        }
        self.emit(&Event::StepUndone { step });
        Ok(())
    }
}
