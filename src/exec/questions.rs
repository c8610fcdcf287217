//! What only the server can tell of a plan before anything is changed, and what every command that plans has to know.

use sqlx::Row;

use super::{hot_standbys, row_changes, session_reads, user_triggers, whole_row};
use crate::config::Settings;
use crate::db::Session;
use crate::error::{Error, Result};
use crate::migration::Migration;
use crate::plan::{Plan, Warning};

/// Asks the server about a plan, in transactions that are rolled back, and adds what it says to the plan's notes.
///
/// # Errors
/// Exit 23 for what would end wrong.
pub async fn ask(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &mut Plan,
) -> Result<()> {
    refuse_long_holds(settings, migration, plan)?;
    // A standby answers none of these; what plans there still sees the plan.
    let read_only = "SELECT pg_catalog.current_setting('transaction_read_only')::bool";
    if session.one(read_only).await?.get::<bool, _>(0) {
        return Ok(());
    }
    let notes = session_reads::check(session, settings, migration, plan).await?;
    plan.notes.extend(notes);
    whole_row::check(session, settings, migration, plan).await?;
    plan.notes.extend(row_changes::check(session, migration, plan).await?);
    for text in user_triggers::check(session, settings, migration, plan).await? {
        plan.notes.push(text.clone());
        plan.warnings.push(Warning { at_contract: false, text });
    }
    for (at_contract, text) in hot_standbys::tell(session, settings, plan).await? {
        plan.notes.push(text.clone());
        plan.warnings.push(Warning { at_contract, text });
    }
    Ok(())
}

/// The file's word for a change that holds many partitions longer than anybody waits for a lock.
const ALLOWED_BY: &str = "long-work-under-lock";

/// A hold is bounded by no timeout: where it is longer than the one for locks, somebody has to have agreed.
fn refuse_long_holds(settings: &Settings, migration: &Migration, plan: &Plan) -> Result<()> {
    let limit = settings.lock.timeout.0;
    let allowed =
        migration.steps.iter().flat_map(|step| &step.allows).any(|allow| allow.rule.value == ALLOWED_BY);
    match plan.holds.iter().find(|hold| hold.time() > limit && !allowed) {
        None => Ok(()),
        Some(hold) => Err(Error::refused(format!("{}; that is longer than lock.timeout", hold.told())).hint(format!(
            "`-- midflight: allow {ALLOWED_BY} because REASON` above the statement accepts it; or raise `lock.timeout`"
        ))),
    }
}
