//! A database that was copied in mid-flight, with the state of what it was copied from: a tenant made from a template. Alone it
//! is refused as another database than the recorded one; a fleet that lists it takes it in where all is as it was left.

use crate::catalog::Extent;
use crate::db::Session;
use crate::error::{Kind, Result};
use crate::fleet::membership::Membership;
use crate::state::{Phase, Record, Store};

/// Takes this database for the recorded one, where it is a faithful copy.
///
/// # Errors
/// Exit 22 where it isn't: what is in flight differs from what was recorded, or can't be compared.
pub async fn take_in(session: &mut Session, store: &Store, fleet: &Membership) -> Result<()> {
    if !store.exists(&mut session.conn).await? {
        return Ok(());
    }
    let Err(another) = store.refuse_another_database(&mut session.conn).await else { return Ok(()) };
    if another.kind != Kind::Drift {
        return Err(another);
    }
    let records = store.records(&mut session.conn).await?;
    let in_flight: Vec<&Record> = records.iter().filter(|record| record.phase.in_flight()).collect();
    if store.in_flight_elsewhere(&mut session.conn).await? {
        return Err(another.detail("other application schemas have migrations in flight here as well"));
    }
    let mut compared = Vec::new();
    for record in &in_flight {
        let extent = match record.phase {
            Phase::Expanded | Phase::Backfilled => Some(Extent::All),
            Phase::Backfilling => Some(Extent::WithoutOwnChanges),
            // a stage was changing the catalog: nobody knows how it should be
            Phase::Expanding | Phase::Contracting | Phase::Purging | Phase::Undoing | Phase::RollingBack => {
                None
            }
            Phase::Pending | Phase::Contracted | Phase::Undone | Phase::RolledBack => continue,
        };
        match (extent, &record.fingerprint, &record.plan) {
            (Some(extent), Some(was), Some(plan)) => compared.push((was, plan, extent)),
            _ => {
                let why =
                    format!("migration `{}` is {} and can't be compared", record.id, record.phase.name());
                return Err(another.detail(why));
            }
        }
    }
    let found = super::all_differences(session, store, &compared).await?;
    let found: Vec<String> = found.into_iter().flatten().map(|difference| difference.text).collect();
    if !found.is_empty() {
        return Err(another.details(found));
    }
    let because =
        format!("a copy in which all is as it was left; the fleet `{}` has it as a target", fleet.fleet);
    store.accept_database(&mut session.conn, &because).await
}
