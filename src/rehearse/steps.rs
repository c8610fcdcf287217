//! Listens to the stages of a rehearsal: which steps ran, and how long each took.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::exec::{Event, Listener};
use crate::plan::Work;

/// A step of the plan that ran, or a pass over rows.
#[derive(Debug, Clone)]
pub struct StepRun {
    /// `expand.2`; what is done for a pass over rows: `backfill`, `verify`.
    pub id: String,
    /// What it does, for people.
    pub summary: String,
    /// What it costs under its locks.
    pub work: Option<Work>,
    /// How long it took on these rows.
    pub took: Duration,
}

/// Collects them, in order.
#[derive(Debug, Default)]
pub struct Steps(Mutex<Vec<StepRun>>);

impl Steps {
    /// What was heard since the last time that somebody asked.
    pub fn take(&self) -> Vec<StepRun> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, run: StepRun) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(run);
    }
}

impl Listener for Steps {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::StepDone { step, took } => self.add(StepRun {
                id: step.id.clone(),
                summary: step.summary.clone(),
                work: Some(step.work),
                took: *took,
            }),
            Event::RowsDone { doing, table, rows, took } => self.add(StepRun {
                id: (*doing).to_owned(),
                summary: format!("{rows} rows of {table}"),
                work: None,
                took: *took,
            }),
            Event::StageStarted { .. }
            | Event::StageSkipped { .. }
            | Event::StageDone { .. }
            | Event::StepStarted { .. }
            | Event::StepUndone { .. }
            | Event::StepLeft { .. }
            | Event::LockRetry { .. }
            | Event::RowsHeld { .. }
            | Event::Rows { .. }
            | Event::Held { .. }
            | Event::Released { .. }
            | Event::Sampled { .. }
            | Event::Soaking { .. }
            | Event::Soaked
            | Event::Note(_) => {}
        }
    }
}
