//! How far replicas are behind, and whether they are there.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{Reading, Signal};
use crate::config::{Size, ThrottleSettings};
use crate::db::{Statement, statement};

/// In bytes: the server's own lag in seconds stands still when nobody writes, and is lost with the replica.
pub(super) struct ReplicaLag {
    limit: Option<Size>,
    expected: u32,
    asked_for: bool,
}

impl ReplicaLag {
    pub fn new(settings: &ThrottleSettings) -> Self {
        let limit = settings.replica_lag_bytes;
        let asked_for = limit.is_set() || settings.replicas > 0;
        Self { limit: limit.value(), expected: settings.replicas, asked_for }
    }
}

impl Signal for ReplicaLag {
    fn key(&self) -> &'static str {
        "replica_lag_bytes"
    }

    fn asked_for(&self) -> bool {
        self.asked_for
    }

    fn needs_stats(&self) -> bool {
        true
    }

    fn query(&self) -> Statement<'_> {
        statement(RECEIVERS)
    }

    fn judge(&mut self, rows: &[PgRow]) -> Result<Reading, sqlx::Error> {
        let mut replicas = 0;
        let mut worst = Reading::clear();
        for row in rows {
            let (name, lag, replica): (String, Option<i64>, bool) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            replicas += u32::from(replica);
            let Some(limit) = self.limit else { continue };
            let reading = match lag {
                Some(lag) => {
                    let lag = Size(lag.max(0).unsigned_abs());
                    let why = format!("replica lag {lag} of {limit} allowed ({name})");
                    Reading::level(lag.0 as f64, limit.0 as f64, why)
                }
                None => Reading::stop(format!("replica {name} has not reported its position")),
            };
            if reading.pressure > worst.pressure {
                worst = reading;
            }
        }
        if replicas < self.expected {
            return Ok(Reading::stop(format!("{replicas} of {} replicas connected", self.expected)));
        }
        Ok(worst)
    }
}

/// Everything that receives WAL. Replicas replay it; subscribers and archivers don't count as such.
const RECEIVERS: &str = "
SELECT coalesce(nullif(r.application_name, ''), 'pid ' || r.pid),
       pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(r.replay_lsn, r.flush_lsn, r.write_lsn, r.sent_lsn))::bigint,
       r.replay_lsn IS NOT NULL
         AND NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
FROM pg_stat_replication r WHERE r.state IS DISTINCT FROM 'backup'";
