//! Other expressions for a migration in flight.

use std::time::Instant;

use super::ddl::Note;
use super::{Next, Runner, not_expanded};
use crate::error::Result;
use crate::plan::Amendment;
use crate::state::Stage;

/// Replaces the dual writes of an expanded migration, and has its rows looked at once more by the next backfill.
///
/// # Errors
/// Exit 22 for drift, exit 4 in a phase in which nothing is converted; neither changes anything.
pub async fn amend(
    runner: &mut Runner<'_>,
    id: &str,
    amendment: &Amendment,
    checksums: (&str, &str),
) -> Result<()> {
    let record = runner.recorded(id).await?.ok_or_else(|| not_expanded(id))?;
    let started = Instant::now();
    let Some(permit) = runner.enter(id, record.phase, Stage::Amend)? else {
        return Err(not_expanded(id));
    };
    if let Some(stored) = &record.plan {
        runner.refuse_drift(&record, stored).await?;
    }
    let plan = &amendment.plan;
    let amended = Note::Amended { migration: id, plan, checksums };
    let fingerprint = Note::Fingerprint { migration: id, plan };
    let notes: Vec<Note<'_>> =
        permit.begins().map(Note::Phase).into_iter().chain([amended, fingerprint]).collect();
    runner.transaction(&amendment.locks, &amendment.sql, &notes.iter().collect::<Vec<_>>()).await?;
    runner.done(id, Stage::Amend, started, Next::Backfill).await
}
