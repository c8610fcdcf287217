//! Who stands in the way of a lock.

use std::time::Duration;

use sqlx::Row;

use super::Runner;
use crate::db::statement;
use crate::plan::TableLock;

/// The sessions that hold locks on the tables of a failed attempt.
pub(super) struct Blockers {
    /// One line each, for a person to act on.
    pub lines: Vec<String>,
    /// An ordinary autovacuum is what the attempt waited for: it gives way to whoever waits for longer than this.
    pub vacuum_yields_after: Option<Duration>,
}

impl Runner<'_> {
    /// Looks at who holds locks on the tables.
    pub(super) async fn blockers(&mut self, locks: &[TableLock]) -> Blockers {
        let tables: Vec<String> = locks.iter().map(|lock| lock.table.to_string()).collect();
        let rows =
            statement(HOLDERS).bind(&tables).fetch_all(&mut self.session.conn).await.unwrap_or_default();
        let lines = rows.iter().filter_map(|row| row.get::<Option<String>, _>(0));
        let lines = lines.map(|text| format!("in the way: {text}")).collect();
        // The application's short transactions come and go; one that lasts is what the attempt waited for.
        let vacuum = rows.iter().find(|row| row.get::<bool, _>(1));
        let others = rows.iter().any(|row| !row.get::<bool, _>(1) && row.get::<bool, _>(2));
        let patience = |deadlock_timeout: i64| Duration::from_millis(deadlock_timeout.unsigned_abs() * 6 / 5);
        let vacuum_yields_after = vacuum.filter(|_| !others).map(|row| patience(row.get(3)));
        Blockers { lines, vacuum_yields_after }
    }
}

/// A vacuum against wraparound doesn't yield, so it counts as anybody else.
const HOLDERS: &str = "
SELECT pg_catalog.format('pid %s, %s, user %s, %s, transaction open %s: %s', a.pid,
         coalesce(nullif(a.application_name, ''), a.backend_type, 'no application name'), a.usename, a.state,
         date_trunc('milliseconds', clock_timestamp() - a.xact_start), left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80)),
       coalesce(a.backend_type = 'autovacuum worker' AND a.query NOT LIKE '%to prevent wraparound%', false),
       coalesce(a.xact_start < clock_timestamp() - interval '100 ms', true),
       (SELECT s.setting::bigint FROM pg_catalog.pg_settings s WHERE s.name = 'deadlock_timeout')
FROM (SELECT DISTINCT l.pid FROM pg_catalog.pg_locks l
      WHERE l.relation = ANY (SELECT pg_catalog.to_regclass(t) FROM pg_catalog.unnest($1::text[]) t) AND l.granted) holders
JOIN pg_catalog.pg_stat_activity a USING (pid)
WHERE a.pid <> pg_catalog.pg_backend_pid()
ORDER BY a.xact_start LIMIT 5";
