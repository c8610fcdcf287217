//! Other migrations on the same objects.

use super::Runner;
use crate::error::{Error, Result};
use crate::plan::{Plan, Touch};
use crate::state::{Phase, Record};

impl Runner<'_> {
    /// Two migrations that work on one column would undo each other. One that contract has nothing to remove of is in
    /// nobody's way.
    ///
    /// # Errors
    /// Exit 23.
    pub(super) async fn refuse_conflicts(&mut self, plan: &Plan) -> Result<()> {
        for other in self.store.records(&mut self.session.conn).await? {
            if !other.phase.in_flight() || other.is_complete() || other.id == plan.migration {
                continue;
            }
            if let Some(touch) = other.plan.as_ref().and_then(|theirs| plan.conflict(theirs)) {
                return Err(
                    conflict(&other, touch).hint(format!("contract or roll back `{}` first", other.id))
                );
            }
        }
        Ok(())
    }

    /// A migration that reserves nothing may have had others built upon it: they have to go back before it.
    ///
    /// # Errors
    /// Exit 23.
    pub(super) async fn refuse_built_upon(&mut self, record: &Record, plan: &Plan) -> Result<()> {
        if !record.is_complete() {
            return Ok(());
        }
        for other in self.store.records(&mut self.session.conn).await? {
            let later = other.begun > record.begun && other.phase != Phase::RolledBack;
            let Some(touch) = other.plan.as_ref().filter(|_| later).and_then(|theirs| plan.conflict(theirs))
            else {
                continue;
            };
            let error = conflict(&other, touch);
            return Err(match other.phase {
                Phase::Contracting | Phase::Contracted => error
                    .detail(format!("it came after `{}` and has no way back", record.id))
                    .hint("write a new migration that changes it back"),
                _ => error.hint(format!("roll back `{}` first", other.id)),
            });
        }
        Ok(())
    }
}

fn conflict(other: &Record, touch: &Touch) -> Error {
    let what = match &touch.column {
        Some(column) => format!("{}.{column}", touch.table),
        None => touch.table.to_string(),
    };
    Error::refused(format!("migration `{}` works on {what} as well, and is {}", other.id, other.phase))
}
