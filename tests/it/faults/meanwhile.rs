//! What others do to the table in the middle of a backfill

use rustix::process::Signal;
use sqlx::PgConnection;

use crate::support::database::TestDb;
use crate::support::program::{Program, Ran, Running};

/// Ten seconds or so, for a batch is a share of many pages
const SLOW: &str = "backfill: {pause: 100ms, max_batch: 300}\n";
const CHANGE: &str = "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n";

/// A table whose backfill is in its middle.
async fn halfway() -> (TestDb, Program, Running) {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text) WITH (fillfactor = 10);
         INSERT INTO t SELECT n, n FROM generate_series(1, 20000) n; ANALYZE t",
    )
    .await;
    let midflight = Program::new(&db, &[("1.sql", CHANGE), ("midflight.yaml", SLOW)]);
    midflight.ok(&["expand"]).await;
    let backfill = midflight.begin(&["backfill"]);
    db.until("SELECT rows_done > 2000 FROM midflight.backfills").await;
    (db, midflight, backfill)
}

/// What was done to the table has kept nobody from finishing.
async fn finishes(db: &TestDb, midflight: &Program, backfill: Running) -> Ran {
    midflight.ok(&["resume", "--batch-pause", "0s", "--max-batch", "50000"]).await;
    let ran = backfill.ends(0).await;
    let wrong = "SELECT count(*) FROM t WHERE _midflight_a IS DISTINCT FROM a";
    assert_eq!(db.scalar::<i64>(wrong).await, 0);
    midflight.ok(&["verify"]).await;
    midflight.ok(&["contract"]).await;
    ran
}

/// Rows and the sum of their values.
async fn content(db: &TestDb) -> String {
    db.scalar("SELECT format('%s %s %s', count(*), sum(a), pg_typeof(min(a))) FROM t").await
}

#[tokio::test(flavor = "multi_thread")]
async fn truncated() {
    let (db, midflight, backfill) = halfway().await;
    db.exec("TRUNCATE t; INSERT INTO t SELECT n, n FROM generate_series(1, 50) n").await;
    let status = midflight.ok(&["status", "--format", "json"]).await;
    assert!(!status.stdout.contains(": -"), "a negative figure: {}", status.stdout);
    finishes(&db, &midflight, backfill).await;
    assert_eq!(content(&db).await, "50 1275 bigint");
}

#[tokio::test(flavor = "multi_thread")]
async fn most_rows_are_deleted() {
    let (db, midflight, backfill) = halfway().await;
    db.exec("DELETE FROM t WHERE id BETWEEN 100 AND 19900").await;
    finishes(&db, &midflight, backfill).await;
    assert_eq!(content(&db).await, "199 2000000 bigint");
}

/// Every row gets another place: those that are still to convert come behind the cursor.
#[tokio::test(flavor = "multi_thread")]
async fn rewritten_by_vacuum_full() {
    let (db, midflight, backfill) = halfway().await;
    db.exec("DELETE FROM t WHERE id % 2 = 0").await;
    db.exec("VACUUM FULL t").await;
    finishes(&db, &midflight, backfill).await;
    assert_eq!(content(&db).await, "10000 100000000 bigint");
}

/// Rows that are converted and rows that are not change sides.
#[tokio::test(flavor = "multi_thread")]
async fn keys_change() {
    let (db, midflight, backfill) = halfway().await;
    db.exec(
        "UPDATE t SET id = -id, b = 'moved' WHERE id % 3 = 0; UPDATE t SET id = id + 50000 WHERE id % 3 = 1",
    )
    .await;
    finishes(&db, &midflight, backfill).await;
    assert_eq!(content(&db).await, "20000 200010000 bigint");
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_and_indexes_that_it_knows_nothing_of() {
    let (db, midflight, backfill) = halfway().await;
    db.exec("ALTER TABLE t ADD COLUMN c int DEFAULT 1, DROP COLUMN b; CREATE INDEX ON t (c); ALTER TABLE t ALTER c TYPE text").await;
    finishes(&db, &midflight, backfill).await;
    assert_eq!(content(&db).await, "20000 200010000 bigint");
}

/// What the migration works on: the batch is undone, and all goes on when the column is back.
#[tokio::test(flavor = "multi_thread")]
async fn the_column_is_renamed() {
    let (db, midflight, backfill) = halfway().await;
    db.exec("ALTER TABLE t RENAME COLUMN _midflight_a TO stolen").await;
    let ran = backfill.ends(22).await;
    assert!(ran.stderr.contains("_midflight_a"), "{}", ran.stderr);
    db.exec("ALTER TABLE t RENAME COLUMN stolen TO _midflight_a").await;
    let backfill = midflight.begin(&["backfill"]);
    finishes(&db, &midflight, backfill).await;
    assert_eq!(content(&db).await, "20000 200010000 bigint");
}

/// An application that locks rows in the order opposite to the table's. Batches take their time, so that each meets
/// several of its transactions.
#[tokio::test(flavor = "multi_thread")]
async fn transactions_in_the_opposite_order() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int); INSERT INTO t SELECT n, n FROM generate_series(1, 1600) n;
         CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN IF new.b IS NOT DISTINCT FROM old.b THEN PERFORM pg_sleep(0.003); END IF; RETURN new; END $$;
         CREATE TRIGGER doze BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION doze()",
    )
    .await;
    let midflight = Program::new(&db, &[("1.sql", CHANGE)]);
    midflight.ok(&["expand"]).await;
    let mut conn = db.connect().await;
    let mut backfill = std::pin::pin!(midflight.run(&["backfill"]));
    let mut transactions = 0;
    let ran = loop {
        tokio::select! {
            biased;
            ran = &mut backfill => break ran,
            () = backwards(&mut conn) => transactions += 1,
        }
    };
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(transactions > 5, "{transactions} transactions");
    drop(conn);
    assert_eq!(content(&db).await, "1600 1280800 integer");
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(db.scalar::<i64>(deadlocks).await, 0);
}

async fn backwards(conn: &mut PgConnection) {
    sqlx::raw_sql("BEGIN").execute(&mut *conn).await.unwrap();
    for id in (1..=40).rev() {
        let id = id * 40 - fastrand::i32(0..40);
        let update = sqlx::query("UPDATE t SET b = coalesce(b, 0) + 1 WHERE id = $1").bind(id);
        update.execute(&mut *conn).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    sqlx::raw_sql("COMMIT").execute(conn).await.unwrap();
}

/// As a subscriber of logical replication does, for which ordinary triggers don't fire.
#[tokio::test(flavor = "multi_thread")]
async fn written_by_a_replica() {
    let (db, midflight, backfill) = halfway().await;
    db.exec("SET session_replication_role = replica; INSERT INTO t SELECT n, 1 FROM generate_series(30001, 30100) n; UPDATE t SET a = 0 WHERE id <= 100 OR id BETWEEN 19901 AND 20000").await;
    let wrong = "SELECT count(*) FROM t WHERE (id <= 100 OR id > 19900) AND _midflight_a IS DISTINCT FROM a";
    assert_eq!(db.scalar::<i64>(wrong).await, 0);
    finishes(&db, &midflight, backfill).await;
    assert_eq!(content(&db).await, "20100 198010000 bigint");
}

/// What a server does that has run out of disk: the first batch fails with what it says, and the next run goes on.
#[tokio::test(flavor = "multi_thread")]
async fn the_disk_is_full() {
    let (db, midflight, backfill) = halfway().await;
    backfill.signal(Signal::TERM);
    backfill.ends(130).await;
    db.exec(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
         CREATE TRIGGER full_disk AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.id = 15000) EXECUTE FUNCTION full_disk()",
    )
    .await;
    midflight.write("midflight.yaml", "");
    let ran = midflight.exits(&["backfill"], &[30]).await;
    assert!(ran.stderr.contains("could not extend file"), "{}", ran.stderr);
    db.exec("DROP TRIGGER full_disk ON t").await;
    let backfill = midflight.begin(&["backfill"]);
    finishes(&db, &midflight, backfill).await;
}
