//! Killed in the middle of each stage, under traffic: resumed, nothing lost, nobody disturbed
//!
//! `MIDFLIGHT_TEST_ROWS` sets the size of the table; the figures in docs come from 2,000,000.

use std::time::Duration;

use super::support::database::TestDb;
use super::support::program::Program;
use super::support::traffic::Traffic;

const TYPE_CHANGE: &str = "ALTER TABLE orders ALTER COLUMN amount_cents TYPE bigint;\n";
const RENAME: &str = "ALTER TABLE orders RENAME COLUMN amount_cents TO total_cents;\n";

async fn orders() -> TestDb {
    let rows = std::env::var("MIDFLIGHT_TEST_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(60_000);
    let db = TestDb::create().await;
    db.exec(&format!(
        "CREATE TABLE orders (
           id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
           customer text NOT NULL DEFAULT 'somebody',
           amount_cents integer NOT NULL DEFAULT 0 CHECK (amount_cents >= 0),
           status text NOT NULL DEFAULT 'new');
         CREATE INDEX orders_amount_idx ON orders (amount_cents) WHERE amount_cents > 10;
         COMMENT ON COLUMN orders.amount_cents IS 'in cents, it''s an integer';
         INSERT INTO orders (customer, amount_cents) SELECT 'c' || n, n % 1000000 FROM generate_series(1, {rows}::int) n;
         ANALYZE orders"
    ))
    .await;
    db
}

/// What the same statement gives on an idle database, but for the order of columns.
async fn shape(db: &TestDb) -> String {
    db.scalar(
        "SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
           SELECT format('%s %s %s %s %s', attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid),
                         col_description(attrelid, attnum)) AS line
           FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
           WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped
           UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid FROM pg_index WHERE indrelid = 'orders'::regclass
           UNION ALL SELECT conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE conrelid = 'orders'::regclass
           UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = 'orders'::regclass
           UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = to_regnamespace('midflight') AND proname NOT IN ('phase', 'readable')
         ) lines",
    )
    .await
}

async fn shape_after(sql: &str) -> String {
    let db = orders().await;
    db.exec(sql).await;
    shape(&db).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_change_under_four_writers() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("0001_amount.sql", TYPE_CHANGE)]);
    let traffic = Traffic::start(&db, "amount_cents", 4, 0, 4).await;
    for stage in ["expand", "backfill", "verify", "contract"] {
        midflight.ok(&[stage]).await;
    }
    let tally = traffic.stop().await;
    println!("{} statements, longest {:?}", tally.served, tally.longest);
    tally.check(&db, "amount_cents").await;
    assert_eq!(shape(&db).await, shape_after(TYPE_CHANGE).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_backfill_again_and_again() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("0001_amount.sql", TYPE_CHANGE)]);
    let traffic = Traffic::start(&db, "amount_cents", 4, 0, 4).await;
    midflight.ok(&["expand"]).await;
    let mut killed = 0;
    for attempt in 1..40 {
        if !midflight.kill_after(&["backfill"], Duration::from_millis(60 * attempt)).await {
            break;
        }
        killed += 1;
    }
    assert!(killed > 0, "it was too fast to be killed");
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
    let tally = traffic.stop().await;
    println!("killed {killed} times, {} statements, longest {:?}", tally.served, tally.longest);
    tally.check(&db, "amount_cents").await;
    assert_eq!(shape(&db).await, shape_after(TYPE_CHANGE).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_contract_while_it_waits_for_a_lock() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("0001_amount.sql", TYPE_CHANGE)]);
    let traffic = Traffic::start(&db, "amount_cents", 4, 0, 4).await;
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    let mut reader = db.connect().await;
    sqlx::raw_sql("BEGIN; SELECT count(*) FROM orders WHERE id = 1").execute(&mut reader).await.unwrap();
    assert!(midflight.kill_after(&["contract"], Duration::from_millis(1500)).await);
    // Nothing was changed yet, so the way back is still open.
    let status = midflight.ok(&["status", "--format", "json"]).await;
    assert!(status.stdout.contains("\"phase\": \"backfilled\""), "{}", status.stdout);
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
    for millis in [5, 15, 25, 35, 45] {
        midflight.kill_after(&["contract"], Duration::from_millis(millis)).await;
    }
    midflight.ok(&["contract"]).await;
    let tally = traffic.stop().await;
    println!("{} statements, longest {:?}", tally.served, tally.longest);
    tally.check(&db, "amount_cents").await;
    assert_eq!(shape(&db).await, shape_after(TYPE_CHANGE).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_expand_and_rollback() {
    let db = orders().await;
    let before = shape(&db).await;
    let midflight = Program::new(&db, &[("0001_amount.sql", TYPE_CHANGE)]);
    let traffic = Traffic::start(&db, "amount_cents", 4, 0, 4).await;
    for millis in [5, 20, 40, 60, 80, 100, 120] {
        midflight.kill_after(&["expand"], Duration::from_millis(millis)).await;
    }
    midflight.ok(&["expand"]).await;
    midflight.kill_after(&["backfill"], Duration::from_millis(100)).await;
    for millis in [5, 10, 15, 20, 25, 30] {
        midflight.kill_after(&["rollback"], Duration::from_millis(millis)).await;
    }
    midflight.ok(&["rollback"]).await;
    traffic.stop().await.check(&db, "amount_cents").await;
    assert_eq!(shape(&db).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_keeps_the_writes_of_both_releases() {
    let db = orders().await;
    let before = shape(&db).await;
    let midflight = Program::new(&db, &[("0001_total.sql", RENAME)]);
    let old = Traffic::start(&db, "amount_cents", 2, 0, 4).await;
    midflight.ok(&["expand"]).await;
    let new = Traffic::start(&db, "total_cents", 2, 2, 4).await;
    midflight.ok(&["backfill"]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    // The new release is taken back, then its columns are.
    let new = new.stop().await;
    new.check(&db, "total_cents").await;
    midflight.ok(&["rollback"]).await;
    old.stop().await.check(&db, "amount_cents").await;
    new.check(&db, "amount_cents").await;
    assert_eq!(shape(&db).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_runner_is_turned_away() {
    let db = orders().await;
    let midflight = Program::new(
        &db,
        &[("0001_amount.sql", TYPE_CHANGE), ("midflight.yaml", "backfill: {pause: 200ms}\n")],
    );
    midflight.ok(&["expand"]).await;
    let mut first = midflight.start(&["backfill"]);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let second = midflight.run(&["backfill"]).await;
    assert_eq!(second.code, 12, "{}", second.stderr);
    first.kill().await.unwrap();
    midflight.write("midflight.yaml", "");
    // The server has lost the first runner's connection, so its lease is free at once.
    midflight.ok(&["backfill"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_by_the_user_it_can_go_on() {
    let db = orders().await;
    let midflight = Program::new(
        &db,
        &[("0001_amount.sql", TYPE_CHANGE), ("midflight.yaml", "backfill: {pause: 100ms}\n")],
    );
    midflight.ok(&["expand"]).await;
    let child = midflight.start(&["backfill"]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let pid = rustix::process::Pid::from_raw(child.id().unwrap() as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let ended = child.wait_with_output().await.unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
    midflight.write("midflight.yaml", "");
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_held_by_someone_else_is_named() {
    let db = orders().await;
    let lock = "lock: {timeout: 100ms, attempts: 3}\n";
    let midflight = Program::new(&db, &[("0001_amount.sql", TYPE_CHANGE), ("midflight.yaml", lock)]);
    let mut reader = db.connect().await;
    sqlx::raw_sql("SET application_name = 'nightly report'; BEGIN; SELECT count(*) FROM orders WHERE id = 1")
        .execute(&mut reader)
        .await
        .unwrap();
    let ran = midflight.run(&["expand"]).await;
    assert_eq!(ran.code, 10, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("nightly report") && ran.stderr.contains("idle in transaction"),
        "{}",
        ran.stderr
    );
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
    midflight.ok(&["expand"]).await;
    midflight.ok(&["rollback"]).await;
}

/// A type change, a rename, a column that is filled row by row, an index: every kind of step.
const EVERY_KIND: &str = "
ALTER TABLE t ALTER COLUMN a TYPE bigint;
ALTER TABLE t RENAME COLUMN b TO c;
ALTER TABLE t ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
CREATE INDEX t_token ON t (token);
";

/// `MIDFLIGHT_TEST_ROUNDS` says how often; each round has nine kills.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_of_every_stage() {
    let rounds: usize = std::env::var("MIDFLIGHT_TEST_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let table = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 3 CHECK (a > 0), b text UNIQUE);
                 CREATE INDEX ON t (a); INSERT INTO t SELECT n, n, 'b' || n FROM generate_series(1, 3000) n; ANALYZE t";
    for round in 0..rounds {
        let db = TestDb::create().await;
        db.exec(table).await;
        let midflight = Program::new(&db, &[("1.sql", EVERY_KIND)]);
        let back = round % 3 == 2;
        for stage in ["expand", "backfill", if back { "rollback" } else { "contract" }] {
            for _ in 0..3 {
                midflight.kill_after(&[stage], Duration::from_millis(fastrand::u64(8..130))).await;
            }
            midflight.ok(&[stage]).await;
        }
        let found: String = db
            .scalar(
                "SELECT format('%s rows; %s; %s indexes, %s of them invalid; %s functions', (SELECT count(*) FROM t),
                   (SELECT string_agg(attname || ' ' || atttypid::regtype, ', ' ORDER BY attname) FROM pg_attribute
                    WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped),
                   (SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass),
                   (SELECT count(*) FROM pg_index WHERE NOT indisvalid),
                   (SELECT count(*) FROM pg_proc WHERE pronamespace = 'midflight'::regnamespace))",
            )
            .await;
        let wanted = match back {
            true => "3000 rows; a integer, b text, id integer; 3 indexes, 0 of them invalid; 4 functions",
            false => {
                "3000 rows; a bigint, c text, id integer, token uuid; 4 indexes, 0 of them invalid; 4 functions"
            }
        };
        assert_eq!(found, wanted, "round {round}");
    }
}
