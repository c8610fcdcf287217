//! Others hold the table for long while a stage needs it: the stage waits and names them, and nobody else waits for it

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::{Duration, Instant};

use midflight::ephemeral::{Binaries, Cluster, ClusterOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::task::JoinHandle;

use crate::support::database::{TestDb, until};
use crate::support::program::Program;

/// `lock.timeout`, and what a statement takes by itself
const LONGEST: Duration = Duration::from_millis(600);
/// Fifty pages or so
const TABLES: &str =
    "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL DEFAULT 0) WITH (fillfactor = 10);
    INSERT INTO t SELECT n, n FROM generate_series(1, 1200) n; ANALYZE t; CREATE TABLE other AS TABLE t";
const CHANGE: &str = "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_report_during_expand() {
    a_long_report("expand").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_report_during_contract() {
    a_long_report("contract").await;
}

/// A query that takes a minute; less where there is no time.
async fn a_long_report(stage: &str) {
    let seconds = if super::long() { 60 } else { 8 };
    let report = format!("SELECT count(*), pg_sleep({seconds}) FROM t");
    held_up(stage, &["BEGIN", &report, "COMMIT"], "nightly report").await;
}

/// It doesn't give way, as an autovacuum does.
#[tokio::test(flavor = "multi_thread")]
async fn a_vacuum_that_somebody_runs() {
    let slow = ["SET vacuum_cost_limit = 1", "SET vacuum_cost_delay = 100", "VACUUM t"];
    held_up("expand", &slow, ": VACUUM t").await;
}

/// Runs a stage while a session does something with the table that lasts. It succeeds afterwards.
async fn held_up(stage: &str, busy: &[&str], named: &str) {
    let db = TestDb::create().await;
    db.exec(TABLES).await;
    let midflight = Program::new(&db, &[("1.sql", CHANGE)]);
    if stage == "contract" {
        midflight.ok(&["expand"]).await;
        midflight.ok(&["backfill"]).await;
    }
    let mut holder = db.connect().await;
    let busy: Vec<String> =
        ["SET application_name = 'nightly report'"].iter().chain(busy).map(ToString::to_string).collect();
    let holder = tokio::spawn(async move {
        for sql in busy {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut holder).await.unwrap();
        }
    });
    db.until("SELECT count(*) > 0 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE relation = 't'::regclass AND application_name = 'nightly report'").await;
    let stalls = Stalls::start(&db.url()).await;
    let running = midflight.begin(&[stage]);
    holder.await.unwrap();
    let ran = running.ends(0).await;
    for part in ["lock not acquired on public.", ", attempt 3;", named] {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    stalls.are_below(LONGEST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_autovacuum_gives_way() {
    let vacuums = || {
        let settings = [("autovacuum", "on"), ("autovacuum_naptime", "1s")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Cluster::start(&Binaries::find().unwrap(), &ClusterOptions { settings, ..ClusterOptions::default() })
            .unwrap()
    };
    let cluster = tokio::task::spawn_blocking(vacuums).await.unwrap();
    let url = cluster.url("postgres");
    let mut conn = PgConnection::connect(&url).await.unwrap();
    // Minutes of it
    let slow = "ALTER TABLE t SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);
                INSERT INTO t SELECT n, n FROM generate_series(1201, 20000) n; UPDATE t SET b = 1";
    sqlx::raw_sql(AssertSqlSafe(format!("{TABLES}; {slow}"))).execute(&mut conn).await.unwrap();
    until(&mut conn, "SELECT count(*) > 0 FROM pg_stat_progress_vacuum WHERE relid = 't'::regclass").await;
    let stalls = Stalls::start(&url).await;
    let ran = Program::without_database(&[("1.sql", CHANGE)]).with_url(&url).ok(&["expand"]).await;
    assert!(ran.stderr.contains("autovacuum worker"), "{}", ran.stderr);
    // It gives way to who waits for longer than `deadlock_timeout`.
    stalls.are_below(Duration::from_millis(1300)).await;
    let log = std::fs::read_to_string(cluster.dir().join("log")).unwrap();
    assert!(log.contains("canceling autovacuum task"), "{log}");
}

/// Sessions that read and write without pause: two the table of the migration, one a table of its own. What the last
/// one waits for is the machine's doing.
struct Stalls {
    stop: Arc<AtomicBool>,
    sessions: Vec<JoinHandle<Duration>>,
}

impl Stalls {
    async fn start(url: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut sessions = Vec::new();
        for sql in [
            "SELECT a FROM t WHERE id = 7",
            "UPDATE t SET a = a + 1, b = b + 1 WHERE id = 8",
            "UPDATE other SET a = a + 1, b = b + 1 WHERE id = 8",
        ] {
            let mut conn = PgConnection::connect(url).await.unwrap();
            let stopped = stop.clone();
            sessions.push(tokio::spawn(async move {
                let mut longest = Duration::ZERO;
                while !stopped.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
                    longest = longest.max(begun.elapsed());
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                longest
            }));
        }
        Self { stop, sessions }
    }

    async fn are_below(self, most: Duration) {
        self.stop.store(true, Ordering::Relaxed);
        let mut longest = Vec::new();
        for session in self.sessions {
            longest.push(session.await.unwrap());
        }
        println!("the longest read, write, and write elsewhere: {longest:?}");
        let machine = longest.pop().unwrap();
        assert!(longest.iter().all(|stall| *stall < most + machine), "{longest:?}; elsewhere {machine:?}");
    }
}
