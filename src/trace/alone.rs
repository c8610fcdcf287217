//! Statements that no transaction may hold, `CREATE INDEX CONCURRENTLY` above all: their locks come and go while they
//! run. Other sessions stand in their way for a moment, as an application would, so that they are caught with the
//! locks they have.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ServerError;
use super::snapshot::{Kind, LockRow, Oid, Snapshot, strongest};
use super::worker::{BETWEEN_LOOKS, Worker, json};
use crate::db::Session;
use crate::error::Result;
use crate::plan::LockMode;

/// What is in the way, the last first: VACUUM waits for the one, concurrent builds have to wait for writers as well.
const IN_THE_WAY: [LockMode; 2] = [LockMode::RowExclusive, LockMode::ShareUpdateExclusive];

/// Runs a statement and gives the strongest lock that it was seen to hold, or to wait for, on each relation.
pub async fn run(
    worker: &mut Worker,
    sql: &str,
    before: &Snapshot,
) -> Result<(Result<(), ServerError>, BTreeMap<Oid, LockMode>)> {
    let mut observer = worker.watch.sibling().await?;
    let mut in_the_way = Vec::new();
    for mode in IN_THE_WAY {
        let mut session = worker.watch.sibling().await?;
        session.conn.leave_transactions_alone();
        lock_all(&mut session, mode, before).await?;
        in_the_way.push(session);
    }
    let pid = worker.pid();
    let work = worker.send(sql);
    tokio::pin!(work);
    let mut seen = Vec::new();
    let sent = loop {
        tokio::select! {
            sent = &mut work => break sent?,
            () = tokio::time::sleep(BETWEEN_LOOKS) => {}
        }
        let look = look(&mut observer, pid).await?;
        seen.extend(look.locks);
        if look.waiting
            && let Some(mut session) = in_the_way.pop()
        {
            session.rollback().await;
        }
    };
    Ok((sent, strongest(seen)))
}

/// Locks every table, until the session rolls back.
async fn lock_all(session: &mut Session, mode: LockMode, before: &Snapshot) -> Result<()> {
    let tables = before.relations.values().filter(|state| state.kind == Kind::Table);
    let tables: Vec<String> = tables.map(|state| state.name.to_string()).collect();
    session.run("BEGIN").await?;
    if !tables.is_empty() {
        session.run(&format!("LOCK TABLE {} IN {} MODE", tables.join(", "), mode.name())).await?;
    }
    Ok(())
}

/// The locks of another session, and whether it waits for one.
#[derive(Deserialize)]
struct Look {
    locks: Vec<LockRow>,
    waiting: bool,
}

async fn look(session: &mut Session, pid: i32) -> Result<Look> {
    json(session, &include_str!("look.sql").replace("$1", &pid.to_string())).await
}
