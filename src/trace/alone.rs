//! Statements that no transaction may hold, `CREATE INDEX CONCURRENTLY` above all: their locks come and go while they
//! run. The watching session stands in their way for a moment, as an application would, so that they are caught with
//! the locks they have.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ServerError;
use super::snapshot::{Kind, LockRow, Oid, Snapshot, strongest};
use super::worker::{BETWEEN_LOOKS, Worker, json};
use crate::db::Session;
use crate::error::Result;
use crate::plan::LockMode;

/// Runs a statement and gives the strongest lock that it was seen to hold, or to wait for, on each relation.
pub async fn run(
    worker: &mut Worker,
    sql: &str,
    before: &Snapshot,
) -> Result<(Result<(), ServerError>, BTreeMap<Oid, LockMode>)> {
    let mut looks = worker.watch.sibling().await?;
    stand_in_the_way(&mut looks, before).await?;
    let pid = worker.pid();
    let work = worker.send(sql);
    tokio::pin!(work);
    let mut seen = Vec::new();
    let mut in_the_way = true;
    let sent = loop {
        tokio::select! {
            sent = &mut work => break sent?,
            () = tokio::time::sleep(BETWEEN_LOOKS) => {}
        }
        let look = look(&mut looks, pid).await?;
        seen.extend(look.locks);
        if look.waiting && in_the_way {
            looks.rollback().await;
            in_the_way = false;
        }
    };
    Ok((sent, strongest(seen)))
}

/// As a transaction that has written to every table. `session` gets out of the way when it rolls back.
async fn stand_in_the_way(session: &mut Session, before: &Snapshot) -> Result<()> {
    let tables = before.relations.values().filter(|state| state.kind == Kind::Table);
    let tables: Vec<String> = tables.map(|state| state.name.to_string()).collect();
    session.run("BEGIN").await?;
    if !tables.is_empty() {
        session.run(&format!("LOCK TABLE {} IN ROW EXCLUSIVE MODE", tables.join(", "))).await?;
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
