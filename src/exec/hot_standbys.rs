//! Hot standbys that answer reads. An ACCESS EXCLUSIVE lock is replayed there: it waits for statements that read the table,
//! all later reads wait behind it, and after `max_standby_streaming_delay` the statement is cancelled. So midflight takes
//! such a lock only while no statement there has been reading the table for longer than `lock.timeout`.

use std::time::{Duration, Instant};

use sqlx::Row;

use super::{Event, Runner};
use crate::config::Settings;
use crate::db::{Interrupt, Session, statement};
use crate::error::{Error, Kind, Result};
use crate::ident::TableName;
use crate::plan::{LockMode, Plan, Step, TableLock};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);
/// How often whoever watches is told.
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// The standbys of the configuration, connected.
pub(super) struct HotStandbys {
    sessions: Vec<(String, Session)>,
}

impl HotStandbys {
    /// Connects to all of them: one that can't be asked is found before anything is changed.
    ///
    /// # Errors
    /// Exit 30 for one that can't be reached; exit 2 for what is no standby of this database, and for a role that may not
    /// see what others do there.
    pub async fn connect(settings: &Settings, session: &mut Session) -> Result<Self> {
        let mut sessions = Vec::new();
        if !settings.standbys.is_empty() {
            let here = session.one(DATABASE).await?.get::<String, _>(0);
            for (at, url) in settings.standbys.iter().enumerate() {
                sessions.push(open(at, url, &here, session.interrupt()).await?);
            }
        }
        Ok(Self { sessions })
    }

    /// Statements that have read one of the tables for longer than this.
    async fn readers(&mut self, tables: &[String], longer_than: Duration) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for (name, session) in &mut self.sessions {
            let query = || statement(READERS).bind(tables.to_vec()).bind(longer_than.as_secs_f64());
            let rows = match query().fetch_all(&mut session.conn).await {
                Ok(rows) => rows,
                // It may have been closed for its silence.
                Err(_) => {
                    *session = session.sibling().await?;
                    query().fetch_all(&mut session.conn).await?
                }
            };
            found.extend(rows.iter().map(|row| format!("in the way on {name}: {}", row.get::<String, _>(0))));
        }
        Ok(found)
    }
}

impl Runner<'_> {
    /// Waits until the locks of a step are in no reader's way on a standby.
    ///
    /// # Errors
    /// Exit 10 with the statements there that went on for longer than `lock.deadline`.
    pub(super) async fn let_standbys_read(&mut self, locks: &[TableLock]) -> Result<()> {
        let strong = locks.iter().filter(|lock| lock.mode == LockMode::AccessExclusive);
        self.let_standbys_read_tables(&strong.map(|lock| &lock.table).collect::<Vec<_>>()).await
    }

    /// The same for a step that drops something: an index that is dropped concurrently is locked ACCESS EXCLUSIVE in the end,
    /// and whoever reads the table needs it.
    pub(super) async fn let_standbys_read_all(&mut self, step: &Step) -> Result<()> {
        let tables: Vec<&TableName> = step.locks.iter().map(|lock| &lock.table).collect();
        self.let_standbys_read_tables(&tables).await
    }

    async fn let_standbys_read_tables(&mut self, tables: &[&TableName]) -> Result<()> {
        if self.hot_standbys.sessions.is_empty() || tables.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
        let (started, mut told) = (Instant::now(), None::<Instant>);
        loop {
            self.session.interrupt().check()?;
            let readers = self.hot_standbys.readers(&names, self.settings.lock.timeout.0).await?;
            if readers.is_empty() {
                return Ok(());
            }
            if started.elapsed() >= self.settings.lock.deadline.0 {
                let message = format!(
                    "a lock on {} would have stopped reads on a standby: statements there have read it for longer than `lock.timeout`",
                    names.join(", ")
                );
                return Err(Error::new(Kind::LockBudget, message).details(readers).hint(
                    "run the same command again when they are done; `lock.deadline` sets how long it waits for them",
                ));
            }
            if told.is_none_or(|at| at.elapsed() >= TOLD_EVERY) {
                told = Some(Instant::now());
                self.emit(&Event::Note(format!(
                    "waiting with a lock on {}; {}",
                    names.join(", "),
                    readers.join("; ")
                )));
            }
            self.session.interrupt().sleep(PAUSE).await?;
        }
    }
}

async fn open(at: usize, url: &str, here: &str, interrupt: Interrupt) -> Result<(String, Session)> {
    let name = format!("standby {}", at + 1);
    let mut session = Session::connect(url, interrupt)
        .await
        .map_err(|error| Error { message: format!("{name} of `standbys`: {}", error.message), ..error })?;
    let row = session.one(STANDBY).await?;
    let (address, standby, database): (Option<String>, bool, String) = (row.get(0), row.get(1), row.get(2));
    let name = address.map_or(name.clone(), |address| format!("{name} ({address})"));
    if !standby || database != here {
        let message = format!("{name} of `standbys` is no standby with database `{here}`");
        return Err(Error::usage(message)
            .hint("give the address of a standby of this server, with the same database"));
    }
    if !row.get::<bool, _>(3) {
        let message = format!("{name} of `standbys`: this role may not see since when others read there");
        return Err(
            Error::usage(message).hint("on the primary: `GRANT pg_read_all_stats TO …`, or pg_monitor")
        );
    }
    Ok((name, session))
}

/// What a plan means for standbys of which midflight is told nothing.
pub(super) async fn tell(
    session: &mut Session,
    settings: &Settings,
    plan: &Plan,
) -> Result<Vec<(bool, String)>> {
    if !settings.standbys.is_empty() {
        return Ok(Vec::new());
    }
    let strong = |steps: &[Step]| {
        let locks = steps.iter().flat_map(|step| &step.locks);
        let locks = locks.filter(|lock| lock.mode == LockMode::AccessExclusive);
        let mut tables: Vec<String> = locks.map(|lock| lock.table.to_string()).collect();
        tables.sort();
        tables.dedup();
        tables
    };
    let before = strong(&[plan.expand.as_slice(), plan.finish.as_slice()].concat());
    let stages = [(false, before), (true, strong(&plan.contract))];
    if stages.iter().all(|(_, tables)| tables.is_empty()) {
        return Ok(Vec::new());
    }
    let rows = session.rows(CONNECTED).await?;
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let (names, delay): (String, String) = (first.get(0), first.get(1));
    let text = |(at_contract, tables): (bool, Vec<String>)| {
        let stage = if at_contract { "contract" } else { "expand and backfill" };
        let text = format!(
            "{names} replays the ACCESS EXCLUSIVE locks of {stage} on {}: where a statement reads it there, all later reads wait \
             behind it, for max_standby_streaming_delay at most ({delay} here; a standby has its own setting), and then the \
             statement is cancelled (SQLSTATE 40001). With `standbys:` in midflight.yaml midflight waits for such statements first",
            tables.join(", ")
        );
        (at_contract, text)
    };
    Ok(stages.into_iter().filter(|(_, tables)| !tables.is_empty()).map(text).collect())
}

const DATABASE: &str = "SELECT pg_catalog.current_database()::text";

const STANDBY: &str = "
SELECT pg_catalog.host(pg_catalog.inet_server_addr()) || ':' || pg_catalog.inet_server_port(), pg_catalog.pg_is_in_recovery(),
       pg_catalog.current_database()::text, pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')";

/// Whoever replays the primary's locks holds them for good reason.
const READERS: &str = "
SELECT DISTINCT pg_catalog.format('pid %s, %s, user %s, %s, transaction open %s: %s', a.pid,
         coalesce(nullif(a.application_name, ''), 'no application name'), a.usename, a.state,
         date_trunc('milliseconds', clock_timestamp() - a.xact_start), left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80))
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
WHERE l.relation = ANY (SELECT pg_catalog.to_regclass(t) FROM pg_catalog.unnest($1::text[]) t)
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  AND l.granted AND a.backend_type <> 'startup' AND a.pid <> pg_catalog.pg_backend_pid()
  AND a.xact_start < clock_timestamp() - $2 * interval '1 second'
LIMIT 5";

/// Those that stream the whole server, and not what a publication sends. Who may not see more sees their number.
const CONNECTED: &str = "
SELECT CASE WHEN count(*) = 1 THEN 'standby ' ELSE 'each of the standbys ' END || coalesce(
         pg_catalog.string_agg(coalesce(nullif(s.application_name, ''), 'pid ' || s.pid)
           || coalesce(' (' || pg_catalog.host(s.client_addr) || ')', ''), ', ' ORDER BY s.pid), ''),
       pg_catalog.current_setting('max_standby_streaming_delay')
FROM pg_catalog.pg_stat_replication s
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots r WHERE r.active_pid = s.pid AND r.slot_type = 'logical')
  AND s.state IS DISTINCT FROM 'backup'
HAVING count(*) > 0";
