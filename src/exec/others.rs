//! Other migrations on the same objects.

use super::Runner;
use crate::error::{Error, Result};
use crate::plan::{Object, Plan};
use crate::state::{Phase, Record};

/// Two migrations that work on one object would undo each other. One that contract has nothing to remove of is in
/// nobody's way.
///
/// # Errors
/// Exit 23.
pub fn refuse_conflicts<'r>(records: impl IntoIterator<Item = &'r Record>, plan: &Plan) -> Result<()> {
    for other in records {
        if !other.phase.in_flight() || other.is_complete() || other.id == plan.migration {
            continue;
        }
        if let Some(object) = other.plan.as_ref().and_then(|theirs| plan.conflict(theirs)) {
            return Err(conflict(other, &object).hint(format!("contract or roll back `{}` first", other.id)));
        }
    }
    Ok(())
}

impl Runner<'_> {
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
            let Some(object) = other.plan.as_ref().filter(|_| later).and_then(|theirs| plan.conflict(theirs))
            else {
                continue;
            };
            let error = conflict(&other, &object);
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

fn conflict(other: &Record, object: &Object) -> Error {
    Error::refused(format!("migration `{}` works on {object} as well, and is {}", other.id, other.phase))
}
