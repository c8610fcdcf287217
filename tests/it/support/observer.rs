//! What a migration does to relations that were there before it, as a server shows it
//!
//! Locks are read by a second session before they are let go. A statement that can't run in a transaction shows
//! them by what it waits for: each table is held by a session of its own, which lets go once it is waited for.

use std::pin::pin;
use std::time::Duration;

use midflight::lint::Transaction;
use midflight::pg::LockMode;
use sqlx::postgres::types::Oid;
use sqlx::{AssertSqlSafe, PgConnection};

use super::database::TestDb;
use super::sightings::{Held, Relation, Relations, Sightings};
use super::statements::{first_word, split};

/// The user's relations, and how often this session has read them from end to end.
const RELATIONS: &str = "
SELECT c.oid, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, c.relkind::text,
       coalesce(i.indrelid, 0::oid), pg_catalog.pg_relation_filenode(c.oid), coalesce(s.seq_scan, 0),
       coalesce(NOT i.indisvalid, false)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_catalog.pg_stat_xact_all_tables s ON s.relid = c.oid
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'm', 'v', 'i')";

const LOCKS: &str = "
SELECT relation, mode FROM pg_catalog.pg_locks
 WHERE locktype = 'relation' AND pid = $1 AND granted = $2
   AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

/// Runs a migration in a session of its own, and tells what another one saw: `ACCESS EXCLUSIVE on orders; scans orders`.
pub async fn observe(
    db: &TestDb,
    watcher: &mut PgConnection,
    migration: &str,
    transaction: Transaction,
) -> String {
    let statements = split(migration);
    // an implicit transaction is observed as an explicit one; a single statement is none
    let wrapped = match transaction {
        Transaction::Statement => false,
        Transaction::File => true,
        Transaction::Batch => statements.len() > 1,
    };
    let mut observer = Observer::new(db, watcher).await;
    if wrapped {
        observer.control("BEGIN").await.unwrap();
    }
    let mut failed = None;
    for statement in statements {
        if let Err(code) = observer.run(statement).await {
            failed = Some(code);
            break;
        }
    }
    // what never ends its transaction has it rolled back
    let end = if wrapped { "COMMIT" } else { "ROLLBACK" };
    if let Err(code) = observer.control(end).await {
        failed.get_or_insert(code);
    }
    let after = relations(observer.watcher).await;
    observer.seen.words(&after, failed)
}

struct Observer<'a> {
    db: &'a TestDb,
    session: PgConnection,
    watcher: &'a mut PgConnection,
    pid: i32,
    in_transaction: bool,
    seen: Sightings,
}

impl<'a> Observer<'a> {
    async fn new(db: &'a TestDb, watcher: &'a mut PgConnection) -> Self {
        let mut session = db.connect().await;
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut session).await.unwrap();
        let seen = Sightings::new(relations(&mut session).await);
        Self { db, session, watcher, pid, in_transaction: false, seen }
    }

    /// Runs a statement, and gives the SQLSTATE where it fails.
    async fn run(&mut self, statement: &str) -> Result<(), String> {
        match first_word(statement).as_str() {
            "begin" | "start" | "commit" | "end" | "abort" => return self.control(statement).await,
            "rollback" if !statement.to_lowercase().contains(" to ") => return self.control(statement).await,
            _ => {}
        }
        if self.in_transaction {
            return self.run_inside(statement).await;
        }
        self.control("BEGIN").await?;
        match self.run_inside(statement).await {
            Err(code) if matches!(code.as_str(), "25001" | "2D000") => {
                self.control("ROLLBACK").await?;
                self.run_outside(statement).await
            }
            Err(code) => Err(code),
            Ok(()) => self.control("COMMIT").await,
        }
    }

    /// What begins or ends a transaction.
    async fn control(&mut self, statement: &str) -> Result<(), String> {
        execute(&mut self.session, statement).await?;
        let words = statement.to_lowercase();
        self.in_transaction =
            words.starts_with("begin") || words.starts_with("start") || words.contains("and chain");
        Ok(())
    }

    async fn run_inside(&mut self, statement: &str) -> Result<(), String> {
        let before = relations(&mut self.session).await;
        execute(&mut self.session, statement).await?;
        let held = locks(self.watcher, self.pid, true).await;
        let after = relations(&mut self.session).await;
        self.seen.locks(&held);
        self.seen.scans(&before, &after, &held);
        self.seen.files(&before, &after);
        Ok(())
    }

    async fn run_outside(&mut self, statement: &str) -> Result<(), String> {
        let before = relations(&mut self.session).await;
        let mut holders = Vec::new();
        for table in before.values().filter(|relation| relation.is_table()) {
            holders.push((table.oid, hold(self.db, table.oid).await));
        }
        let done = {
            let mut running = pin!(execute(&mut self.session, statement));
            loop {
                tokio::select! {
                    done = &mut running => break done,
                    () = tokio::time::sleep(Duration::from_millis(2)) => {
                        let wanted = locks(self.watcher, self.pid, false).await;
                        holders.retain(|(held, _)| !wanted.iter().any(|(table, _)| table == held));
                        self.seen.locks(&wanted);
                    }
                }
            }
        };
        self.seen.files(&before, &relations(&mut self.session).await);
        done
    }
}

/// A session that holds a table until it is dropped, against all but plain readers.
async fn hold(db: &TestDb, table: u32) -> PgConnection {
    let mut session = db.connect().await;
    let sql = format!(
        "BEGIN; DO $$ BEGIN EXECUTE format('LOCK TABLE ONLY %s IN EXCLUSIVE MODE', {table}::regclass); END $$"
    );
    execute(&mut session, &sql).await.unwrap();
    session
}

async fn relations(session: &mut PgConnection) -> Relations {
    type Row = (Oid, String, String, Oid, Option<Oid>, i64, bool);
    let rows: Vec<Row> = sqlx::query_as(RELATIONS).fetch_all(session).await.unwrap();
    let relation = |(oid, name, kind, table, file, scans, invalid): Row| Relation {
        oid: oid.0,
        name,
        kind,
        table: table.0,
        file: file.map(|file| file.0),
        scans,
        invalid,
    };
    rows.into_iter().map(relation).map(|relation| (relation.oid, relation)).collect()
}

/// The locks that a session has, or those it waits for.
async fn locks(watcher: &mut PgConnection, pid: i32, granted: bool) -> Held {
    let rows: Vec<(Oid, String)> =
        sqlx::query_as(LOCKS).bind(pid).bind(granted).fetch_all(watcher).await.unwrap();
    rows.into_iter().map(|(oid, mode)| (oid.0, LockMode::of_catalog(&mode).unwrap())).collect()
}

/// Sends a text as one query, and gives the SQLSTATE where it fails.
async fn execute(session: &mut PgConnection, sql: &str) -> Result<(), String> {
    match sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(session).await {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) => Err(error.code().unwrap_or_default().into_owned()),
        Err(error) => panic!("{error}\nin: {sql}"),
    }
}
