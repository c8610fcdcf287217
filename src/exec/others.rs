//! Other migrations on the same objects.

use super::Runner;
use crate::error::{Error, Result};
use crate::ident::TableName;
use crate::plan::{Object, Place, Plan};
use crate::state::{Phase, Record};

/// Two migrations that work on one object would undo each other. One that contract has nothing to remove of is in
/// nobody's way.
///
/// # Errors
/// Exit 23.
pub fn refuse_conflicts<'r>(records: impl IntoIterator<Item = &'r Record>, plan: &Plan) -> Result<()> {
    for other in records {
        let itself = other.id == plan.migration && other.elsewhere.is_none();
        refuse_change_of_kept(other, plan)?;
        if !other.phase.in_flight() || other.is_complete() || itself {
            continue;
        }
        if let Some(table) = other.plan.as_ref().and_then(|theirs| plan.unseen(theirs)) {
            let message = format!(
                "migration `{}` in flight works on {table} without version schemas: the views of this migration's release would keep \
                 what that one's contract removes",
                other.id
            );
            return Err(Error::refused(message).hint(format!("contract or roll back {} first", named(other))));
        }
        if let Some(object) = other.plan.as_ref().and_then(|theirs| plan.conflict(theirs)) {
            return Err(
                conflict(other, &object).hint(format!("contract or roll back {} first", named(other)))
            );
        }
        let done = match other.phase {
            Phase::Backfilled | Phase::Contracting => Place::Backfill,
            _ => Place::Expand,
        };
        let met = other.plan.as_ref().and_then(|theirs| plan.overtakes(theirs, done));
        if let Some((table, place)) = met {
            return Err(overtaken(&named(other), &table, place));
        }
    }
    Ok(())
}

/// What contract keeps of one migration is fed from columns, and stands on tables, that another one may not take away.
fn refuse_change_of_kept(other: &Record, plan: &Plan) -> Result<()> {
    let kept = other.kept_until.as_ref().and_then(|until| Some((until, other.plan.as_ref()?.kept()?)));
    let Some((until, kept)) = kept.filter(|_| other.phase == Phase::Contracted) else { return Ok(()) };
    let Some(object) = plan.changes_of(kept) else { return Ok(()) };
    Err(Error::refused(format!(
        "this migration changes {object}, from which contract of {} keeps the old shape in step, until {until}",
        named(other)
    ))
    .hint(format!(
        "`midflight purge {}` ends that, and with it the way back; or `midflight undo {}` first",
        other.id, other.id
    )))
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
        let phases = Phase::ALL.into_iter().filter(|phase| *phase != Phase::RolledBack);
        for other in self.store.related(&mut self.session.conn, phases, &plan.schemas()).await? {
            let itself = other.id == record.id && other.elsewhere.is_none();
            if itself {
                continue;
            }
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
                _ => error.hint(format!("roll back {} first", named(&other))),
            });
        }
        Ok(())
    }
}

/// Exit 23 for a migration that would work on rows before an earlier one, which `psql` would have run first, has changed them.
pub fn overtaken(earlier: &str, table: &TableName, place: Place) -> Error {
    Error::refused(format!(
        "migration {earlier} changes rows of {table} in {}, and what this one does to rows there would come before that",
        place.name()
    ))
    .hint(format!("expand this one after {} of {earlier}", place.name()))
}

fn conflict(other: &Record, object: &Object) -> Error {
    Error::refused(format!("migration {} works on {object} as well, and is {}", named(other), other.phase))
}

/// Its id, and the application schema where that is another one than ours.
fn named(record: &Record) -> String {
    match &record.elsewhere {
        Some(schema) => format!("`{}` of schema {schema}", record.id),
        None => format!("`{}`", record.id),
    }
}
