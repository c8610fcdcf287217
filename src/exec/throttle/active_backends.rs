//! How many sessions are at work.

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};

use super::{OURS, Reading, Signal};
use crate::db::{Statement, statement};

/// Client sessions that run a statement, midflight's own left out.
pub(super) struct ActiveBackends {
    limit: u32,
    asked_for: bool,
    settled: bool,
}

impl ActiveBackends {
    pub fn new(limit: u32, asked_for: bool) -> Self {
        Self { limit, asked_for, settled: asked_for }
    }
}

impl Signal for ActiveBackends {
    fn key(&self) -> &'static str {
        "active_backends"
    }

    fn asked_for(&self) -> bool {
        self.asked_for
    }

    fn needs_stats(&self) -> bool {
        true
    }

    fn slows_reading(&self) -> bool {
        true
    }

    fn query(&self) -> Statement<'_> {
        statement(AssertSqlSafe(format!(
            "SELECT count(*) FROM pg_stat_activity a
             WHERE a.backend_type = 'client backend' AND a.state = 'active' AND NOT {OURS}"
        )))
    }

    fn judge(&mut self, rows: &[PgRow]) -> Result<Reading, sqlx::Error> {
        let active: i64 = rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
        if !self.settled {
            // What a large server always has is no reason to wait: half more than at the start is.
            self.limit = self.limit.max((active * 3 / 2).try_into().unwrap_or(u32::MAX));
            self.settled = true;
        }
        let why = format!("{active} active sessions of {} allowed", self.limit);
        Ok(Reading::level(active as f64, f64::from(self.limit), why))
    }
}
