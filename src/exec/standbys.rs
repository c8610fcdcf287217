//! Synchronous standbys. No transaction of midflight's waits for one while it holds a lock (`db::CALM`); what a stage did
//! has reached them all the same before the stage says that it is done, so that a failover loses nothing of what was said.

use std::time::Duration;

use sqlx::Row;

use super::{Event, Runner};
use crate::db::{Session, statement};
use crate::error::{Error, Kind, Result};

/// How long the last commit of a stage may take to get there.
const PATIENCE: Duration = Duration::from_secs(30);
/// Who waits for longer is told why.
const SOON: Duration = Duration::from_secs(2);

impl Runner<'_> {
    /// Waits for one commit with the session's own `synchronous_commit`: what was committed before is where it is.
    ///
    /// # Errors
    /// Exit 30 with the standbys that don't confirm it.
    pub(super) async fn reach_standbys(&mut self) -> Result<()> {
        let names: String = self.session.one(NAMES).await?.get(0);
        if names.trim().is_empty() {
            return Ok(());
        }
        // A connection of its own: one that waits for a standby can do nothing else.
        let mut own = self.session.sibling().await?;
        own.conn.begin("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '10s'").await?;
        let waits: String = own.one(WAITS).await?.get(0);
        if ["off", "local"].contains(&waits.as_str()) {
            own.rollback().await;
            return Ok(());
        }
        self.store.write_nothing_new(&mut own.conn).await?;
        let (pid, mut interrupt) = (own.pid, self.session.interrupt());
        let commit = own.commit();
        tokio::pin!(commit);
        let confirmed = tokio::select! {
            done = &mut commit => return Ok(done?),
            () = tokio::time::sleep(SOON) => {
                self.emit(&Event::Note(format!("waiting for the synchronous standbys to confirm the last commit ({names})")));
                tokio::select! {
                    done = &mut commit => return Ok(done?),
                    () = interrupt.fired() => self.session.interrupt().check(),
                    () = tokio::time::sleep(PATIENCE.saturating_sub(SOON)) => {
                        Err(unconfirmed(&mut self.session, &names).await)
                    }
                }
            }
        };
        // The commit stays; only the wait for it ends.
        if !self.session.pooled {
            let cancel = statement("SELECT pg_catalog.pg_cancel_backend($1)").bind(pid);
            let _ = cancel.execute(&mut self.session.conn).await;
        }
        confirmed
    }
}

const NAMES: &str = "SELECT pg_catalog.current_setting('synchronous_standby_names')";
const WAITS: &str = "SELECT pg_catalog.current_setting('synchronous_commit')";

/// Which standbys have not got it. Who may not see them names what is configured.
async fn unconfirmed(session: &mut Session, names: &str) -> Error {
    let rows = session.rows(STANDBYS).await.unwrap_or_default();
    let lines = rows.iter().map(|row| {
        let (name, state, behind): (String, String, i64) = (row.get(0), row.get(1), row.get(2));
        format!("standby {name}: {state}, {behind} bytes behind")
    });
    let lines: Vec<String> = lines.collect();
    let missing = if lines.is_empty() {
        vec!["no standby is connected, or this role may not see it".to_owned()]
    } else {
        lines
    };
    Error::new(
        Kind::Unreachable,
        format!(
            "the work is committed here, but no synchronous standby has confirmed it within {} s (synchronous_standby_names = {names})",
            PATIENCE.as_secs()
        ),
    )
    .details(missing)
    .hint("see to the standby, or take it off synchronous_standby_names; the same command waits once more and changes nothing")
}

const STANDBYS: &str = "
SELECT coalesce(nullif(s.application_name, ''), s.pid::text), coalesce(s.sync_state, 'unknown'),
       coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), coalesce(s.replay_lsn, s.flush_lsn)), 0)::bigint
FROM pg_catalog.pg_stat_replication s WHERE s.application_name IS NOT NULL ORDER BY 1";
