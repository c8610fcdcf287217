//! A concurrent index build goes on in the server when its runner is gone

use rustix::process::Signal;
use sqlx::PgConnection;

use crate::support::database::TestDb;
use crate::support::program::Program;

const BUILDING: &str = "SELECT count(*) > 0 FROM pg_stat_progress_create_index WHERE datname = current_database() AND index_relid > 0";
const INDEX: &str =
    "SELECT format('%s %s', indexrelid, indisvalid) FROM pg_index WHERE indexrelid = 't_n'::regclass";

/// A build whose runner was killed, and the transaction that keeps it from being finished
async fn orphaned() -> (TestDb, Program, PgConnection) {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT n, n FROM generate_series(1, 1000) n").await;
    let midflight = Program::new(&db, &[("1.sql", "CREATE INDEX t_n ON t (n);\n")]);
    let mut writer = db.connect().await;
    sqlx::raw_sql("BEGIN; UPDATE t SET n = 0 WHERE id = 1").execute(&mut writer).await.unwrap();
    let runner = midflight.begin(&["expand"]);
    db.until(BUILDING).await;
    runner.signal(Signal::KILL);
    runner.ends(-1).await;
    (db, midflight, writer)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_run_waits_for_it() {
    let (db, midflight, mut writer) = orphaned().await;
    let index: String = db.scalar(INDEX).await;
    let runner = midflight.begin(&["expand"]);
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert!(db.scalar::<bool>(BUILDING).await);
    sqlx::raw_sql("COMMIT").execute(&mut writer).await.unwrap();
    let ran = runner.ends(0).await;
    assert!(ran.stderr.contains("t_n is still being built by another server process"), "{}", ran.stderr);
    // It is the index of the run before.
    assert_eq!(db.scalar::<String>(INDEX).await, index.replace(" f", " t"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_leaves_invalid_is_built_anew() {
    let (db, midflight, mut writer) = orphaned().await;
    let index: String = db.scalar(INDEX).await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index WHERE datname = current_database()";
    assert!(db.scalar::<bool>(end).await);
    db.until(&format!("SELECT NOT ({BUILDING})")).await;
    sqlx::raw_sql("COMMIT").execute(&mut writer).await.unwrap();
    assert_eq!(db.scalar::<String>(INDEX).await, index);
    let ran = midflight.ok(&["expand"]).await;
    assert!(ran.stderr.contains("t_n is invalid after a failed build"), "{}", ran.stderr);
    let built: String = db.scalar(INDEX).await;
    assert!(built.ends_with(" t") && !built.starts_with(index.trim_end_matches(" f")), "{built}");
}
