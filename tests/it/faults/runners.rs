//! Several runners at once, and one that is frozen while another takes over

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustix::process::Signal;
use sqlx::{AssertSqlSafe, PgConnection};

use super::scenario::{Case, TYPE_CHANGE};
use crate::support::database::TestDb;
use crate::support::pooler::{self, Pooled};
use crate::support::program::{Program, Running};
use crate::support::wire::{Point, Side, Wire};

const ROWS: &str = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL) WITH (fillfactor = 10);
    INSERT INTO t SELECT n, n FROM generate_series(1, 8000) n; ANALYZE t";
const CHANGE: &str = "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n";
/// Longer than a runner waits for a lease
const SLOW: &str = "backfill: {pause: 1s}\n";

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once() {
    let db = TestDb::create().await;
    let midflight = Program::new(&db, &[("1.sql", CHANGE), ("midflight.yaml", SLOW)]);
    ten_on(&midflight, &mut db.connect().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_through_a_pooler() {
    let Some(pooled) = Pooled::start().await else { return };
    let midflight = Program::without_database(&[("1.sql", CHANGE), ("midflight.yaml", SLOW)]);
    let mut direct = pooler::connect(&pooled.direct_url()).await.unwrap();
    ten_on(&midflight.with_url(&pooled.url()), &mut direct).await;
}

/// Ten runners of each stage: one works, and others may find that all is done.
async fn ten_on(midflight: &Program, conn: &mut PgConnection) {
    sqlx::raw_sql(ROWS).execute(&mut *conn).await.unwrap();
    for (stage, phases) in [
        ("expand", ["pending > expanding", "expanding > expanded"]),
        ("backfill", ["expanded > backfilling", "backfilling > backfilled"]),
        ("contract", ["backfilled > contracting", "contracting > contracted"]),
    ] {
        let runs = join_all((0..10).map(async |_| midflight.exits(&[stage], &[0, 12]).await)).await;
        let worked = runs.iter().filter(|ran| ran.code == 0).count();
        assert!(worked == 1 || worked > 1 && stage != "backfill", "{worked} runners of {stage} succeeded");
        for turned_away in runs.iter().filter(|ran| ran.code == 12) {
            assert!(turned_away.stderr.contains("another midflight is at work"), "{}", turned_away.stderr);
        }
        let told = "SELECT array_agg(format('%s > %s', from_phase, to_phase) ORDER BY id) FROM midflight.events WHERE what = 'phase'";
        let told: Vec<String> = value(conn, told).await;
        assert_eq!(told[told.len() - 2..], phases, "{told:?}");
    }
    let steps = "SELECT max(attempts) FROM midflight.steps";
    assert_eq!(value::<i32>(conn, steps).await, 1, "a step was run twice");
    let rows = "SELECT format('%s %s %s', pg_typeof(min(a)), count(*), sum(a)) FROM t";
    assert_eq!(value::<String>(conn, rows).await, "bigint 8000 32004000");
}

async fn value<T>(conn: &mut PgConnection, sql: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(conn).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn frozen_between_two_batches_and_overtaken() {
    let db = TestDb::create().await;
    db.exec(ROWS).await;
    let midflight = Program::new(&db, &[("1.sql", CHANGE), ("midflight.yaml", SLOW)]);
    midflight.ok(&["expand"]).await;
    let first = midflight.begin(&["backfill"]);
    db.until("SELECT rows_done > 0 FROM midflight.backfills").await;
    freeze_between_transactions(&db, &first).await;
    midflight.exits(&["backfill"], &[12]).await;
    outlast_its_lease(&db).await;
    let second = midflight.begin(&["backfill"]);
    let rows = "SELECT format('%s of %s', sum(rows_done), (SELECT count(_midflight_a) FROM t)) FROM midflight.backfills";
    let before: String = db.scalar(rows).await;
    db.until(&format!("SELECT ({rows}) <> '{before}'")).await;
    second.signal(Signal::TERM);
    second.ends(130).await;
    let before: String = db.scalar(rows).await;
    first.signal(Signal::CONT);
    let ran = first.ends(13).await;
    assert!(ran.stderr.contains("another runner took over"), "{}", ran.stderr);
    assert_eq!(db.scalar::<String>(rows).await, before, "the batch of a runner without a lease stayed");
    midflight.write("midflight.yaml", "");
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
    assert_eq!(db.scalar::<i64>("SELECT sum(a)::bigint FROM t").await, 32_004_000);
}

async fn freeze_between_transactions(db: &TestDb, runner: &Running) {
    let idle = "SELECT count(*) = 0 FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'midflight' AND state <> 'idle'";
    loop {
        runner.signal(Signal::STOP);
        tokio::time::sleep(Duration::from_millis(50)).await;
        if db.scalar(idle).await {
            return;
        }
        runner.signal(Signal::CONT);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until the lease of a frozen runner has run out by the server's clock; or sets it back by as much.
async fn outlast_its_lease(db: &TestDb) {
    if super::long() {
        tokio::time::sleep(Duration::from_secs(31)).await;
    } else {
        db.exec("UPDATE midflight.lease SET expires_at = expires_at - interval '31 s'").await;
    }
}

/// Its rows are locked; after the lease and the phase, the number of pages and one batch are committed.
#[tokio::test(flavor = "multi_thread")]
async fn frozen_in_a_batch() {
    frozen_in("backfill", 5, "RowExclusiveLock").await;
}

/// The table is locked against everybody; the lease is committed.
#[tokio::test(flavor = "multi_thread")]
async fn frozen_in_contract() {
    frozen_in("contract", 2, "AccessExclusiveLock").await;
}

/// The server ends the transaction of a runner that is silent, so the application waits for seconds at most; another
/// runner does the work, and the first can't commit when it wakes up.
async fn frozen_in(stage: &str, nth: usize, lock: &str) {
    let finished = TYPE_CHANGE.finished().await;
    let mut case = Case::new(&TYPE_CHANGE).await;
    case.before(stage).await;
    let wire = Wire::new(&case.db.url(), Point { side: Side::Before, nth }).await;
    let first = case.midflight.begin(&[stage, "--database-url", wire.url()]);
    wire.stopped().await;
    first.signal(Signal::STOP);
    let frozen = Instant::now();
    let locked = format!(
        "SELECT count(*) > 0 FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE relation = 't'::regclass AND mode = '{lock}' AND state = 'idle in transaction' AND application_name = 'midflight'"
    );
    assert!(case.db.scalar::<bool>(&locked).await, "it was not frozen where it holds {lock}");
    case.db.until(&format!("SELECT NOT ({locked})")).await;
    let held = frozen.elapsed();
    assert!(held < Duration::from_secs(7), "it held its locks for {held:?}");
    outlast_its_lease(&case.db).await;
    case.midflight.ok(&[stage]).await;
    wire.go_on();
    first.signal(Signal::CONT);
    first.ends(30).await;
    case.finishes(stage, &finished).await;
}
