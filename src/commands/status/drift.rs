//! What the next stage would refuse to build on.

use std::collections::BTreeMap;

use crate::catalog::{Difference, Extent};
use crate::db::Session;
use crate::error::{Kind, Result};
use crate::exec::{self, Compared};
use crate::state::{Phase, Record, Store};

/// What is different, for each of these that could be built on.
pub(super) async fn of(
    records: &[&Record],
    session: &mut Session,
    store: &Store,
) -> Result<BTreeMap<String, Vec<String>>> {
    let judged: Vec<(&Record, Extent)> =
        records.iter().filter_map(|record| Some((*record, extent(record)?))).collect();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if judged.is_empty() {
        return Ok(found);
    }
    if let Err(error) = store.refuse_another_database(&mut session.conn).await {
        let told: Vec<String> = std::iter::once(error.message).chain(error.details).collect();
        found.extend(judged.iter().map(|(record, _)| (record.id.clone(), told.clone())));
    }
    let compared: Vec<(&str, Compared<'_>)> = judged
        .iter()
        .filter_map(|(record, extent)| {
            Some((record.id.as_str(), (record.fingerprint.as_ref()?, record.plan.as_ref()?, *extent)))
        })
        .collect();
    let all: Vec<Compared<'_>> = compared.iter().map(|(_, one)| *one).collect();
    let mut told = |id: &str, differences: Vec<Difference>| {
        let texts = differences.into_iter().map(|difference| difference.text);
        found.entry(id.to_owned()).or_default().extend(texts);
    };
    match exec::all_differences(session, store, &all).await {
        Ok(differences) => {
            compared.iter().zip(differences).for_each(|((id, _), differences)| told(id, differences));
        }
        // Somebody holds a lock on the table of one of them.
        Err(error) if error.kind == Kind::LockBudget => {
            for (id, one) in compared {
                match exec::all_differences(session, store, &[one]).await {
                    Ok(differences) => told(id, differences.into_iter().flatten().collect()),
                    // A stage that holds a lock just now looks for itself.
                    Err(error) if error.kind == Kind::LockBudget => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Err(error) => return Err(error),
    }
    Ok(found)
}

/// What can be compared. What others build upon later is no drift, and contract has nothing to look for.
fn extent(record: &Record) -> Option<Extent> {
    match record.phase {
        _ if record.is_complete() => None,
        Phase::Expanded | Phase::Backfilled => Some(Extent::All),
        Phase::Backfilling => Some(Extent::WithoutOwnChanges),
        Phase::Pending
        | Phase::Expanding
        | Phase::Contracting
        | Phase::Contracted
        | Phase::Purging
        | Phase::Undoing
        | Phase::Undone
        | Phase::RollingBack
        | Phase::RolledBack => None,
    }
}
