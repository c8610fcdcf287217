//! Who stands in the way of a lock.

use std::time::Duration;

use sqlx::Row;

use crate::db::{Session, statement};
use crate::ident::TableName;

/// The sessions that hold locks on the tables of a failed attempt.
pub(super) struct Blockers {
    /// One line each, for a person to act on.
    pub lines: Vec<String>,
    /// An ordinary autovacuum is what the attempt waited for: it gives way to whoever waits for longer than this.
    pub vacuum_yields_after: Option<Duration>,
}

/// What is being waited for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Blocking {
    /// A lock on the table, which any other lock may block.
    Table,
    /// Locks on rows, which readers don't hold.
    Rows,
}

/// Looks at who holds locks on the tables.
pub(super) async fn blockers(session: &mut Session, tables: &[&TableName], blocking: Blocking) -> Blockers {
    let tables: Vec<String> = tables.iter().map(ToString::to_string).collect();
    let found = statement(HOLDERS).bind(&tables).bind(blocking == Blocking::Rows);
    let rows = found.fetch_all(&mut session.conn).await.unwrap_or_default();
    let lines = rows.iter().filter_map(|row| row.get::<Option<String>, _>(0));
    let lines = lines.map(|text| format!("in the way: {text}")).collect();
    // The application's short transactions come and go; one that lasts is what the attempt waited for.
    let vacuum = rows.iter().find(|row| row.get::<bool, _>(1));
    let others = rows.iter().any(|row| !row.get::<bool, _>(1) && row.get::<bool, _>(2));
    let patience = |deadlock_timeout: i64| Duration::from_millis(deadlock_timeout.unsigned_abs() * 6 / 5);
    let vacuum_yields_after = vacuum.filter(|_| !others).map(|row| patience(row.get(3)));
    Blockers { lines, vacuum_yields_after }
}

/// A vacuum against wraparound doesn't yield, so it counts as anybody else.
const HOLDERS: &str = "
WITH held AS (
  SELECT DISTINCT l.pid, l.virtualtransaction FROM pg_catalog.pg_locks l
  WHERE l.relation = ANY (SELECT pg_catalog.to_regclass(t) FROM pg_catalog.unnest($1::text[]) t)
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    AND l.granted AND NOT ($2 AND l.mode = 'AccessShareLock')),
holders AS (
  SELECT pg_catalog.format('pid %s, %s, user %s, %s, transaction open %s: %s', a.pid,
           coalesce(nullif(a.application_name, ''), a.backend_type, 'no application name'), a.usename, a.state,
           date_trunc('milliseconds', clock_timestamp() - a.xact_start), left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80)) AS line,
         coalesce(a.backend_type = 'autovacuum worker' AND a.query NOT LIKE '%to prevent wraparound%', false) AS vacuum,
         a.xact_start AS since
  FROM held JOIN pg_catalog.pg_stat_activity a USING (pid)
  WHERE a.pid <> pg_catalog.pg_backend_pid()
  UNION ALL
  SELECT pg_catalog.format('prepared transaction %L, user %s, open %s: COMMIT PREPARED or ROLLBACK PREPARED ends it',
           p.gid, p.owner, date_trunc('milliseconds', clock_timestamp() - p.prepared)), false, p.prepared
  FROM held JOIN pg_catalog.pg_prepared_xacts p ON held.virtualtransaction = '-1/' || p.transaction)
SELECT line, vacuum, coalesce(since < clock_timestamp() - interval '100 ms', true),
       (SELECT s.setting::bigint FROM pg_catalog.pg_settings s WHERE s.name = 'deadlock_timeout')
FROM holders ORDER BY since LIMIT 5";
