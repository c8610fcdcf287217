//! What a migration does to relations that were there before it, as a server shows it
//!
//! Locks are read by a second session before they are let go. A statement that can't run in a transaction is
//! observed by what it has to wait for: every table is held by a session of its own, which lets go once it is waited for.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::time::Duration;

use midflight::lint::Transaction;
use sqlx::postgres::types::Oid;
use sqlx::{AssertSqlSafe, PgConnection};

use super::database::TestDb;
use super::statements::{first_word, split};

/// Weaker ones stop nobody but the strongest.
const MODES: [(&str, &str); 6] = [
    ("AccessExclusiveLock", "ACCESS EXCLUSIVE"),
    ("ExclusiveLock", "EXCLUSIVE"),
    ("ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"),
    ("ShareLock", "SHARE"),
    ("ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"),
    ("RowExclusiveLock", "ROW EXCLUSIVE"),
];

/// The user's relations: name, kind, file, and how often this session has read them from end to end.
const RELATIONS: &str = "
SELECT c.oid, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name, c.relkind::text AS kind,
       coalesce(i.indrelid, 0::oid) AS table, pg_catalog.pg_relation_filenode(c.oid) AS file,
       coalesce(s.seq_scan, 0) AS scans, coalesce(NOT i.indisvalid, false) AS invalid
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_catalog.pg_stat_xact_all_tables s ON s.relid = c.oid
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'm', 'v', 'i')";

const LOCKS: &str = "
SELECT relation, mode FROM pg_catalog.pg_locks
 WHERE locktype = 'relation' AND pid = $1 AND granted = $2
   AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

#[derive(Clone)]
struct Relation {
    oid: Oid,
    name: String,
    kind: String,
    table: Oid,
    file: Option<Oid>,
    scans: i64,
    invalid: bool,
}

type Relations = BTreeMap<u32, Relation>;

/// Runs a migration as its label says, and tells what was seen: `ACCESS EXCLUSIVE on orders; scans orders`.
pub async fn observe(db: &TestDb, migration: &str, transaction: Transaction) -> String {
    let statements = split(migration);
    // an implicit transaction is observed as an explicit one; a single statement is none
    let wrapped = match transaction {
        Transaction::Statement => false,
        Transaction::File => true,
        Transaction::Batch => statements.len() > 1,
    };
    let mut observer = Observer::new(db).await;
    if wrapped {
        observer.control("BEGIN").await.unwrap();
    }
    for statement in statements {
        if let Err(code) = observer.run(statement).await {
            observer.fails = Some(code);
            break;
        }
    }
    if observer.in_transaction {
        let _ = observer.control("COMMIT").await; // a failed one is rolled back by it
    }
    observer.finish().await
}

struct Observer<'a> {
    db: &'a TestDb,
    session: PgConnection,
    watcher: PgConnection,
    pid: i32,
    in_transaction: bool,
    before: Relations,
    last: Relations,
    locks: BTreeMap<u32, usize>,
    scanned: BTreeSet<u32>,
    rewritten: BTreeSet<u32>,
    built: BTreeMap<u32, String>,
    fails: Option<String>,
}

impl<'a> Observer<'a> {
    async fn new(db: &'a TestDb) -> Self {
        let (mut session, watcher) = (db.connect().await, db.connect().await);
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut session).await.unwrap();
        let before = relations(&mut session).await;
        Self {
            db,
            session,
            watcher,
            pid,
            in_transaction: false,
            last: before.clone(),
            before,
            locks: BTreeMap::new(),
            scanned: BTreeSet::new(),
            rewritten: BTreeSet::new(),
            built: BTreeMap::new(),
            fails: None,
        }
    }

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
        self.last = relations(&mut self.session).await;
        execute(&mut self.session, statement).await?;
        let held = locks(&mut self.watcher, self.pid, true).await;
        self.note(held);
        let scanned = self.look().await;
        self.scanned.extend(scanned);
        Ok(())
    }

    async fn run_outside(&mut self, statement: &str) -> Result<(), String> {
        let mut holders = Vec::new();
        for relation in self.before.values().filter(|relation| matches!(relation.kind.as_str(), "r" | "p")) {
            holders.push((relation.oid, hold(self.db, relation.oid).await));
        }
        let mut wanted = Vec::new();
        let done = {
            let mut running = pin!(execute(&mut self.session, statement));
            loop {
                tokio::select! {
                    done = &mut running => break done,
                    () = tokio::time::sleep(Duration::from_millis(2)) => {
                        let waits = locks(&mut self.watcher, self.pid, false).await;
                        holders.retain(|(held, _)| !waits.iter().any(|(table, _)| table == held));
                        wanted.extend(waits);
                    }
                }
            }
        };
        self.note(wanted);
        self.look().await; // its scans are already counted elsewhere
        done
    }

    fn note(&mut self, seen: Vec<(Oid, String)>) {
        for (relation, mode) in seen {
            let Some(strength) = MODES.iter().position(|(name, _)| *name == mode) else { continue };
            if self.before.contains_key(&relation.0) {
                let strongest = self.locks.entry(relation.0).or_insert(strength);
                *strongest = strength.min(*strongest);
            }
        }
    }

    /// Takes note of new files and new indexes, and tells what was read from end to end since the last look.
    async fn look(&mut self) -> Vec<u32> {
        let now = relations(&mut self.session).await;
        let mut builds: BTreeMap<u32, i64> = BTreeMap::new();
        let is_new_file = |relation: &Relation| {
            relation.file.is_some()
                && self.last.get(&relation.oid.0).is_none_or(|last| last.file != relation.file)
        };
        for relation in now.values().filter(|relation| relation.kind != "i") {
            if self.before.contains_key(&relation.oid.0) && is_new_file(relation) {
                self.rewritten.insert(relation.oid.0);
            }
        }
        for index in now.values().filter(|relation| relation.kind == "i" && is_new_file(relation)) {
            *builds.entry(index.table.0).or_default() += 1;
            let rebuilt_with_table =
                self.rewritten.contains(&index.table.0) && self.last.contains_key(&index.oid.0);
            if self.before.contains_key(&index.table.0) && !rebuilt_with_table {
                self.built.insert(index.oid.0, index.name.clone());
            }
        }
        let scanned = now.values().filter(|relation| {
            let oid = relation.oid.0;
            let scans = relation.scans - self.last.get(&oid).map_or(0, |last| last.scans);
            self.before.contains_key(&oid) && scans > builds.get(&oid).copied().unwrap_or(0)
        });
        let scanned = scanned.map(|relation| relation.oid.0).collect();
        self.last = now;
        scanned
    }

    async fn finish(mut self) -> String {
        let mut seen = Vec::new();
        let mut locks: Vec<(usize, &str)> = Vec::new();
        for (oid, strength) in &self.locks {
            let relation = &self.before[oid];
            // with its table goes the index
            let covered = self.locks.get(&relation.table.0).is_some_and(|table| table <= strength);
            if !covered {
                locks.push((*strength, &relation.name));
            }
        }
        locks.sort_unstable();
        seen.extend(locks.iter().map(|(strength, name)| format!("{} on {name}", MODES[*strength].1)));
        let names = |oids: &BTreeSet<u32>| {
            oids.iter().map(|oid| self.before[oid].name.clone()).collect::<BTreeSet<_>>()
        };
        let scanned = self.scanned.difference(&self.rewritten).copied().collect();
        seen.extend(names(&scanned).iter().map(|name| format!("scans {name}")));
        seen.extend(names(&self.rewritten).iter().map(|name| format!("rewrites {name}")));
        seen.extend(self.built.values().collect::<BTreeSet<_>>().iter().map(|name| format!("builds {name}")));
        let _ = execute(&mut self.session, "ROLLBACK").await;
        let after = relations(&mut self.watcher).await;
        seen.extend(
            after
                .values()
                .filter(|index| index.invalid)
                .map(|index| format!("leaves {} invalid", index.name)),
        );
        if let Some(code) = &self.fails {
            seen.push(format!("fails {code}"));
        }
        if seen.is_empty() { "nothing on existing tables".to_owned() } else { seen.join("; ") }
    }
}

/// A session that holds a table until it is dropped.
async fn hold(db: &TestDb, table: Oid) -> PgConnection {
    let mut session = db.connect().await;
    let sql = format!(
        "BEGIN; DO $$ BEGIN EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', {}::regclass); END $$",
        table.0
    );
    execute(&mut session, &sql).await.unwrap();
    session
}

async fn relations(session: &mut PgConnection) -> Relations {
    type Row = (Oid, String, String, Oid, Option<Oid>, i64, bool);
    let rows: Vec<Row> = sqlx::query_as(RELATIONS).fetch_all(session).await.unwrap();
    let relation = |(oid, name, kind, table, file, scans, invalid)| Relation {
        oid,
        name,
        kind,
        table,
        file,
        scans,
        invalid,
    };
    rows.into_iter().map(|row| (row.0.0, relation(row))).collect()
}

/// The locks that a session has, or those it waits for.
async fn locks(watcher: &mut PgConnection, pid: i32, granted: bool) -> Vec<(Oid, String)> {
    sqlx::query_as(LOCKS).bind(pid).bind(granted).fetch_all(watcher).await.unwrap()
}

/// Sends a text as one query, and gives the SQLSTATE where it fails.
async fn execute(session: &mut PgConnection, sql: &str) -> Result<(), String> {
    match sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(session).await {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) => Err(error.code().unwrap_or_default().into_owned()),
        Err(error) => panic!("{error}\nin: {sql}"),
    }
}
