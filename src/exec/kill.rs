//! Ends sessions that hold a table which midflight needs, where the user has allowed it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{Event, Runner};
use crate::config::KillBlockers;
use crate::db::{explain, statement};
use crate::error::Result;
use crate::ident::TableName;
use crate::plan::{LockMode, TableLock};
use crate::state::Audit;

/// Since when each transaction has been seen in the way of one step. Transactions that come and go are never old here,
/// however busy the table is.
#[derive(Default)]
pub(super) struct InTheWay(HashMap<Holder, Seen>);

/// One transaction of a session: whoever comes under the same process id later is another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Holder {
    pid: i32,
    backend_start: String,
    transaction_start: String,
}

struct Seen {
    since: Instant,
    /// Its statement was cancelled, or it can't be ended and that was told.
    dealt_with: bool,
}

/// A session in the way, as it is now.
struct Blocker {
    holder: Holder,
    line: String,
    /// Since when it has done nothing; none for one at work.
    idle: Option<Duration>,
    may_signal: bool,
    superuser: bool,
    facts: serde_json::Value,
}

/// What is done to it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Signal {
    Cancel,
    Terminate,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Terminate => "terminate",
        }
    }
}

/// Signals a session that is still in the same transaction and, where it was idle, still idle.
const SEND: &str = "
SELECT CASE WHEN $5 THEN pg_catalog.pg_terminate_backend(a.pid) ELSE pg_catalog.pg_cancel_backend(a.pid) END
FROM pg_catalog.pg_stat_activity a
WHERE a.pid = $1 AND a.backend_start::text = $2 AND a.xact_start::text = $3 AND (a.state LIKE 'idle%') = $4";

impl Runner<'_> {
    /// Ends what has been in the way of these locks for too long. Says whether anybody was told to go.
    pub(super) async fn clear_the_way(
        &mut self,
        migration: Option<&str>,
        locks: &[TableLock],
        known: &mut InTheWay,
    ) -> Result<bool> {
        let (policy, patience) = (self.kill_blockers, self.settings.lock.kill_after.0);
        if policy == KillBlockers::Never {
            return Ok(false);
        }
        let found = self.holders(locks).await?;
        known.0.retain(|holder, _| found.iter().any(|blocker| blocker.holder == *holder));
        let mut cleared = false;
        for blocker in found {
            let seen = known.0.entry(blocker.holder.clone());
            let seen = seen.or_insert_with(|| Seen { since: Instant::now(), dealt_with: false });
            // Between two statements everybody is idle for a moment.
            let spared =
                policy == KillBlockers::IdleInTransaction && blocker.idle.is_none_or(|time| time < patience);
            if seen.since.elapsed() < patience || spared {
                continue;
            }
            if !blocker.may_signal {
                if !std::mem::replace(&mut seen.dealt_with, true) {
                    self.emit(&Event::Note(no_right(&blocker)));
                }
                continue;
            }
            // A statement that was cancelled takes its transaction with it, unless the application catches that.
            let cancelled = std::mem::replace(&mut seen.dealt_with, true);
            let signal = if blocker.idle.is_some() || cancelled { Signal::Terminate } else { Signal::Cancel };
            cleared |= self.send(signal, migration, &blocker, patience).await?;
        }
        Ok(cleared)
    }

    /// Whoever holds a lock that conflicts, and can be ended: sessions of applications, neither midflight's own nor
    /// PostgreSQL's.
    async fn holders(&mut self, locks: &[TableLock]) -> Result<Vec<Blocker>> {
        let mut found: Vec<Blocker> = Vec::new();
        for TableLock { table, mode } in locks {
            let conflicting: Vec<String> = LockMode::ALL
                .into_iter()
                .filter(|held| held.conflicts(*mode))
                .map(LockMode::catalog_name)
                .collect();
            let query = statement(HOLDERS).bind(table.to_string()).bind(conflicting);
            let rows = query.fetch_all(&mut self.session.conn).await?;
            for blocker in rows.iter().map(|row| blocker(row, table)) {
                if found.iter().all(|known| known.holder != blocker.holder) {
                    found.push(blocker);
                }
            }
        }
        Ok(found)
    }

    /// The audit is written first and commits with the signal sent, or not at all.
    async fn send(
        &mut self,
        signal: Signal,
        migration: Option<&str>,
        blocker: &Blocker,
        after: Duration,
    ) -> Result<bool> {
        let mut detail = blocker.facts.clone();
        detail["signal"] = signal.name().into();
        let release = self.release.clone();
        let entry = Audit {
            migration,
            release: release.as_deref(),
            what: "kill_blocker",
            detail,
            ..Audit::default()
        };
        let path = self.search_path();
        self.session.begin(self.settings.lock.timeout.0, &path).await?;
        let Holder { pid, backend_start, transaction_start } = &blocker.holder;
        let sent = match self.store.audit(&mut self.session.conn, &entry).await {
            Ok(()) => {
                let signalled = statement(SEND).bind(pid).bind(backend_start).bind(transaction_start);
                let signalled = signalled.bind(blocker.idle.is_some()).bind(signal == Signal::Terminate);
                let row = signalled.fetch_optional(&mut self.session.conn).await;
                row.map(|row| row.is_some_and(|row| row.get(0))).map_err(|error| explain(&error))
            }
            Err(error) => Err(error.message),
        };
        let what = match signal {
            Signal::Cancel => "cancelled the statement of",
            Signal::Terminate => "ended",
        };
        let after = humantime::format_duration(Duration::from_secs(after.as_secs()));
        match sent {
            Ok(true) => {
                self.session.commit().await?;
                self.emit(&Event::Note(format!("{what} a session in the way for {after}: {}", blocker.line)));
                Ok(true)
            }
            // it was gone, or had gone on
            Ok(false) => {
                self.session.rollback().await;
                Ok(false)
            }
            Err(why) => {
                self.session.rollback().await;
                self.emit(&Event::Note(format!("can't end {}: {why}", blocker.line)));
                Ok(false)
            }
        }
    }
}

fn no_right(blocker: &Blocker) -> String {
    let why = if blocker.superuser {
        "only a superuser may end a superuser's session"
    } else {
        "it takes membership in its role or in `pg_signal_backend`, and `pg_read_all_stats` to see what it does"
    };
    format!("`lock.kill_blockers` can't end {}: {why}; midflight keeps waiting", blocker.line)
}

fn blocker(row: &PgRow, table: &TableName) -> Blocker {
    let mut facts: serde_json::Value = row.get(7);
    facts["table"] = table.to_string().into();
    Blocker {
        holder: Holder {
            pid: row.get(0),
            backend_start: row.get::<Option<_>, _>(1).unwrap_or_default(),
            transaction_start: row.get::<Option<_>, _>(2).unwrap_or_default(),
        },
        line: row.get(3),
        idle: row.get::<Option<f64>, _>(4).map(|seconds| Duration::from_secs_f64(seconds.max(0.0))),
        may_signal: row.get(5),
        superuser: row.get(6),
        facts,
    }
}

/// The table's partitions and children are locked with it. What PostgreSQL hides of a session counts as not allowed.
const HOLDERS: &str = "
WITH RECURSIVE tables(oid) AS (
  SELECT pg_catalog.to_regclass($1)::oid
  UNION SELECT i.inhrelid FROM tables t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.oid),
held AS (
  SELECT DISTINCT l.pid FROM pg_catalog.pg_locks l JOIN tables t ON l.relation = t.oid
  WHERE l.granted AND l.mode = ANY ($2)
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
SELECT a.pid, a.backend_start::text, a.xact_start::text,
       pg_catalog.format('pid %s, %s, user %s, %s, transaction open %s: %s', a.pid, coalesce(nullif(a.application_name, ''), 'no application name'),
         a.usename, a.state, date_trunc('milliseconds', clock_timestamp() - a.xact_start), q.head),
       CASE WHEN a.state LIKE 'idle%' THEN extract(epoch FROM clock_timestamp() - a.state_change)::float8 END,
       coalesce(a.xact_start IS NOT NULL AND (me.rolsuper OR NOT them.rolsuper
         AND (pg_catalog.pg_has_role(a.usesysid, 'USAGE') OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE'))), false),
       coalesce(them.rolsuper AND NOT me.rolsuper, false),
       jsonb_build_object('pid', a.pid, 'user', a.usename, 'application', a.application_name, 'client', host(a.client_addr), 'state', a.state,
         'transaction_seconds', round(extract(epoch FROM clock_timestamp() - a.xact_start)::numeric, 1), 'query', q.head)
FROM held JOIN pg_catalog.pg_stat_activity a USING (pid)
JOIN pg_catalog.pg_roles me ON me.rolname = current_user
LEFT JOIN pg_catalog.pg_roles them ON them.oid = a.usesysid,
LATERAL (SELECT left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80) AS head) q
WHERE a.pid <> pg_catalog.pg_backend_pid() AND coalesce(a.backend_type, 'client backend') = 'client backend'
  AND coalesce(a.application_name, '') NOT LIKE 'midflight%'
ORDER BY a.xact_start";
