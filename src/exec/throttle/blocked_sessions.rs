//! Who waits for midflight.

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};

use super::{OURS, Reading, Signal};
use crate::db::{Statement, statement};

/// Sessions that wait for a lock which midflight holds or is ahead of them in the queue for. The application feels it
/// before any other figure shows it.
pub(super) struct BlockedSessions {
    limit: u32,
    asked_for: bool,
}

impl BlockedSessions {
    pub fn new(limit: u32, asked_for: bool) -> Self {
        Self { limit, asked_for }
    }
}

impl Signal for BlockedSessions {
    fn key(&self) -> &'static str {
        "blocked_sessions"
    }

    fn asked_for(&self) -> bool {
        self.asked_for
    }

    fn needs_stats(&self) -> bool {
        false
    }

    fn slows_reading(&self) -> bool {
        true
    }

    fn query(&self) -> Statement<'_> {
        // Everybody may see who waits, and own sessions. pg_blocking_pids() is asked for those who wait only: it stops
        // the lock manager for a moment.
        statement(AssertSqlSafe(format!(
            "WITH ours AS MATERIALIZED (SELECT array_agg(a.pid) AS pids FROM pg_stat_activity a WHERE {OURS}),
                  waiting AS MATERIALIZED (SELECT DISTINCT l.pid FROM pg_locks l WHERE NOT l.granted)
             SELECT count(*) FROM waiting, ours
             WHERE waiting.pid <> ALL (ours.pids) AND pg_blocking_pids(waiting.pid) && ours.pids"
        )))
    }

    fn judge(&mut self, rows: &[PgRow]) -> Result<Reading, sqlx::Error> {
        let blocked: i64 = rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
        let why = format!("{blocked} sessions of {} allowed wait for midflight's locks", self.limit);
        Ok(Reading::level(blocked as f64, f64::from(self.limit), why))
    }
}
