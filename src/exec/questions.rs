//! What only the server can tell of a plan before anything is changed, and what every command that plans has to know.

use sqlx::Row;

use super::{hot_standbys, row_changes, session_reads, user_triggers, whole_row};
use crate::config::Settings;
use crate::db::Session;
use crate::error::Result;
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
