//! The way back: every step that ran, undone in reverse order.

use super::ddl::Note;
use super::{Event, Runner};
use crate::error::Result;
use crate::plan::{Mode, Plan, Step};
use crate::state::{Passage, StepStatus};

impl Runner<'_> {
    /// Undoes the steps of expand and backfill that ran or may have run.
    pub(super) async fn undo(&mut self, passage: &Passage<'_>, plan: &Plan) -> Result<()> {
        let migration = passage.migration();
        let journal = self.store.steps(&mut self.session.conn, migration).await?;
        for step in plan.finish.iter().rev().chain(plan.expand.iter().rev()) {
            let ran = journal.iter().any(|row| row.step_id == step.id && row.status.may_have_run());
            if ran {
                self.undo_step(migration, step).await?;
            }
        }
        Ok(())
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
