//! Tries what contract recreates on empty copies: what does not fit the new types must not be found out in contract.

use super::search_path;
use crate::config::Settings;
use crate::db::{Session, explain};
use crate::error::{Error, Result};
use crate::migration::Migration;
use crate::migration::source::Span;
use crate::plan::Plan;

/// Tries it all in one transaction, which is rolled back.
///
/// # Errors
/// Exit 23 for what PostgreSQL does not take over the new types.
pub(super) async fn check(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
) -> Result<()> {
    if plan.recreated.is_empty() {
        return Ok(());
    }
    session.begin(settings.lock.timeout.0, &search_path(settings)).await?;
    let tried = on_copies(session, migration, plan).await;
    session.rollback().await;
    tried
}

async fn on_copies(session: &mut Session, migration: &Migration, plan: &Plan) -> Result<()> {
    for trial in &plan.recreated {
        let Err(error) = session.run(&trial.sql).await else { continue };
        let Some(code) = error.as_database_error().and_then(|error| error.code()) else {
            return Err(error.into());
        };
        // What can't be tried (no temporary tables for this role) is left to the plan's own knowledge.
        let fault = (code.starts_with("42") && code != "42501") || code.starts_with("22");
        if trial.what.is_empty() || !fault {
            return Ok(());
        }
        let message = format!("{} can't follow to the new type: {}", trial.what, explain(&error));
        let hint = "drop it above this statement and recreate it below, in a form that the new type takes; or drop it in a \
                    migration before";
        let span = Span::new(trial.start, trial.end);
        return Err(Error::refused(message).hint(hint).at(&migration.source, span));
    }
    Ok(())
}
