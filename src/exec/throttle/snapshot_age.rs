//! What keeps dead rows from being reused.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};

use super::{OURS, Reading, Signal};
use crate::config::Span;
use crate::db::{Statement, statement};

/// The oldest transaction, prepared transaction, replica or slot whose snapshot the server has to keep rows for. Under
/// it every converted row leaves a dead one that nothing can remove: the table doubles.
pub(super) struct SnapshotAge {
    limit: Duration,
    asked_for: bool,
    /// Replicas and slots say which transaction they need, not since when: that is how long they have not moved.
    since: HashMap<(String, String), Instant>,
}

impl SnapshotAge {
    pub fn new(limit: Duration, asked_for: bool) -> Self {
        Self { limit, asked_for, since: HashMap::new() }
    }
}

impl Signal for SnapshotAge {
    fn key(&self) -> &'static str {
        "snapshot_age"
    }

    fn asked_for(&self) -> bool {
        self.asked_for
    }

    fn needs_stats(&self) -> bool {
        true
    }

    fn query(&self) -> Statement<'_> {
        statement(AssertSqlSafe(holders()))
    }

    fn judge(&mut self, rows: &[PgRow]) -> Result<Reading, sqlx::Error> {
        let now = Instant::now();
        let mut still = HashMap::new();
        let mut oldest: Option<(Duration, String)> = None;
        for row in rows {
            let who: String = row.try_get(0)?;
            let age = match (row.try_get::<Option<f64>, _>(1)?, row.try_get::<Option<String>, _>(2)?) {
                (Some(seconds), _) => Duration::from_secs_f64(seconds.max(0.0)),
                (None, xmin) => {
                    let key = (who.clone(), xmin.unwrap_or_default());
                    let since = self.since.get(&key).copied().unwrap_or(now);
                    still.insert(key, since);
                    now - since
                }
            };
            if oldest.as_ref().is_none_or(|(oldest, _)| age > *oldest) {
                oldest = Some((age, who));
            }
        }
        self.since = still;
        Ok(oldest.map_or_else(Reading::clear, |(age, who)| {
            let whole = |time: Duration| Span(Duration::from_secs(time.as_secs()));
            let why = format!("a snapshot {} old of {} allowed ({who})", whole(age), whole(self.limit));
            Reading::level(age.as_secs_f64(), self.limit.as_secs_f64(), why)
        }))
    }
}

/// A vacuum's own snapshot holds nothing back. Sessions of other databases hold back only what all share.
fn holders() -> String {
    format!(
        "SELECT format('pid %s, %s, user %s', a.pid, coalesce(nullif(a.application_name, ''), a.backend_type), a.usename),
                extract(epoch FROM clock_timestamp() - a.xact_start)::float8, NULL
         FROM pg_stat_activity a
         WHERE (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL) AND a.xact_start IS NOT NULL
           AND a.datname = current_database() AND NOT {OURS}
           AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = a.pid)
         UNION ALL
         SELECT 'prepared transaction ' || p.gid, extract(epoch FROM clock_timestamp() - p.prepared)::float8, NULL
         FROM pg_prepared_xacts p WHERE p.database = current_database()
         UNION ALL
         SELECT 'replica ' || coalesce(nullif(r.application_name, ''), 'pid ' || r.pid), NULL, r.backend_xmin::text
         FROM pg_stat_replication r WHERE age(r.backend_xmin) > 0
         UNION ALL
         SELECT 'replication slot ' || s.slot_name, NULL, s.xmin::text
         FROM pg_replication_slots s WHERE age(s.xmin) > 0"
    )
}
