//! Batches, the sweep and verification, on tables and among sessions of every kind

use std::time::Duration;

use super::support::database::TestDb;
use super::support::program::Program;
use super::support::traffic::Traffic;

const TYPE_CHANGE: &str = "ALTER TABLE orders ALTER COLUMN amount_cents TYPE bigint;\n";

/// Rows whose converted value is their number.
async fn orders(rows: i64) -> TestDb {
    let db = TestDb::create().await;
    db.exec(&format!(
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount_cents integer NOT NULL, status text NOT NULL DEFAULT 'new', customer text NOT NULL DEFAULT 'c');
         CREATE INDEX ON orders (status);
         INSERT INTO orders (amount_cents) SELECT n FROM generate_series(1, {rows}) n; ANALYZE orders"
    ))
    .await;
    db
}

async fn unconverted(db: &TestDb) -> i64 {
    db.scalar("SELECT count(*) FROM orders WHERE _midflight_amount_cents IS DISTINCT FROM amount_cents").await
}

#[tokio::test]
async fn tables_with_keys_of_every_kind_and_without() {
    let db = TestDb::create().await;
    let keys = [
        "x int, y int",
        "id uuid PRIMARY KEY DEFAULT gen_random_uuid()",
        "a int DEFAULT 1, b text DEFAULT md5(random()::text), PRIMARY KEY (a, b)",
        "code text COLLATE \"C\" PRIMARY KEY DEFAULT md5(random()::text)",
        "n numeric PRIMARY KEY DEFAULT random()::numeric",
    ];
    let mut change = String::new();
    for (at, key) in keys.iter().enumerate() {
        db.exec(&format!(
            "CREATE TABLE t{at} ({key}, v int); INSERT INTO t{at} (v) SELECT nullif(n % 5000, 7) FROM generate_series(1, 20000) n; ANALYZE t{at}"
        ))
        .await;
        change.push_str(&format!("ALTER TABLE t{at} ALTER COLUMN v TYPE bigint;\n"));
    }
    let midflight = Program::new(&db, &[("1.sql", &change)]);
    for stage in ["expand", "backfill", "verify", "contract"] {
        midflight.ok(&[stage]).await;
    }
    for at in 0..keys.len() {
        let found: String = db
            .scalar(&format!("SELECT format('%s %s %s', pg_typeof(min(v)), count(*), sum(v)) FROM t{at}"))
            .await;
        assert_eq!(found, format!("bigint 20000 {}", 4 * (4999 * 2500 - 7)), "t{at}");
    }
}

#[tokio::test]
async fn rows_that_somebody_holds_are_waited_for_and_the_holder_named() {
    let db = orders(20_000).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE), ("midflight.yaml", "lock: {attempts: 2}\n")]);
    midflight.ok(&["expand"]).await;
    let mut holder = db.connect().await;
    let hold = "SET application_name = 'month end'; BEGIN; SELECT FROM orders WHERE id IN (5, 10000, 19999) FOR UPDATE";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let ran = midflight.run(&["backfill"]).await;
    assert_eq!(ran.code, 10, "{}", ran.stderr);
    for part in ["3 row(s) of public.orders are locked", "all others are done", "month end"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    assert_eq!(unconverted(&db).await, 3);
    midflight.write("midflight.yaml", "");
    let waiting = midflight.start(&["backfill"]);
    tokio::time::sleep(Duration::from_millis(700)).await;
    sqlx::raw_sql("COMMIT").execute(&mut holder).await.unwrap();
    let ended = waiting.wait_with_output().await.unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(unconverted(&db).await, 0);
}

#[tokio::test]
async fn rows_that_move_while_an_old_snapshot_is_open() {
    let db = orders(40_000).await;
    let midflight = Program::new(
        &db,
        &[("1.sql", TYPE_CHANGE), ("midflight.yaml", "backfill: {pause: 20ms, max_batch: 1000}\n")],
    );
    midflight.ok(&["expand"]).await;
    let mut reader = db.connect().await;
    let open = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class";
    sqlx::raw_sql(open).execute(&mut reader).await.unwrap();
    let walking = midflight.start(&["backfill"]);
    for round in 0..6 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        // Every row moves to a new page, before or behind the walk: more than a sweep takes one by one.
        db.exec(&format!("UPDATE orders SET status = 'moved {round}' WHERE id % 3 = {round} % 3")).await;
    }
    let ended = walking.wait_with_output().await.unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(unconverted(&db).await, 0);
    midflight.ok(&["contract"]).await;
    assert_eq!(db.scalar::<i64>("SELECT sum(amount_cents)::bigint FROM orders").await, 40_000 * 40_001 / 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_with_some_workers_and_resumed_with_others() {
    let db = orders(60_000).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    let traffic = Traffic::start(&db, "amount_cents", 2, 0, 2).await;
    midflight.ok(&["expand"]).await;
    let mut killed = 0;
    for (round, workers) in [4, 1, 2, 4, 2, 1].into_iter().enumerate() {
        let settings = format!("backfill: {{workers: {workers}, pause: 5ms, max_batch: 500}}\n");
        midflight.write("midflight.yaml", &settings);
        killed += usize::from(
            midflight.kill_after(&["backfill"], Duration::from_millis(150 + 40 * round as u64)).await,
        );
    }
    assert!(killed > 2, "it was too fast to be killed");
    midflight.write("midflight.yaml", "backfill: {workers: 4}\n");
    midflight.ok(&["backfill"]).await;
    assert_eq!(unconverted(&db).await, 0);
    midflight.ok(&["contract"]).await;
    traffic.stop().await.check(&db, "amount_cents").await;
}

#[tokio::test]
async fn bad_rows_all_over_the_table() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE orders (id bigint PRIMARY KEY, price text);
         INSERT INTO orders SELECT n, n::text FROM generate_series(1, 40000) n; ANALYZE orders",
    )
    .await;
    let up = "-- midflight: reverse price = price::text\nALTER TABLE orders ALTER COLUMN price TYPE integer USING price::integer;\n";
    let midflight = Program::new(&db, &[("1.sql", up)]);
    midflight.ok(&["expand"]).await;
    db.exec("UPDATE orders SET price = 'none' WHERE id % 320 = 1").await;
    let ran = midflight.run(&["backfill"]).await;
    assert_eq!(ran.code, 21, "{}", ran.stderr);
    for part in ["125 row(s) of public.orders", "all others are done", "\"none\"", "and 25 more"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    let done: i64 = db.scalar("SELECT count(*) FROM orders WHERE _midflight_price = id").await;
    assert_eq!(done, 40_000 - 125);
    db.exec("UPDATE orders SET price = '0' WHERE price = 'none' AND id > 1000").await;
    let ran = midflight.exits(&["backfill"], &[21]).await;
    assert!(ran.stderr.contains("4 row(s) of public.orders"), "{}", ran.stderr);
    db.exec("UPDATE orders SET price = '0' WHERE price = 'none'").await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
}

#[tokio::test]
async fn rows_that_the_table_itself_refuses() {
    let db = orders(20_000).await;
    db.exec(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER keep BEFORE UPDATE ON orders FOR EACH ROW WHEN (OLD.id = 777) EXECUTE FUNCTION keep()",
    )
    .await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    midflight.ok(&["expand"]).await;
    // Before expand it would be found by expand.
    db.exec("ALTER TABLE orders ADD CHECK (id <> 12345) NOT VALID").await;
    let ran = midflight.exits(&["backfill"], &[21]).await;
    for part in ["1 row(s) of public.orders stay as they are", "id=777: its UPDATE changes nothing"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    db.exec("DROP TRIGGER keep ON orders").await;
    let ran = midflight.exits(&["backfill"], &[21]).await;
    for part in ["1 row(s) of public.orders can't be converted", "id=12345: ", "orders_id_check"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    db.exec("ALTER TABLE orders DROP CONSTRAINT orders_id_check").await;
    midflight.ok(&["backfill"]).await;
    assert_eq!(unconverted(&db).await, 0);
}

#[tokio::test]
async fn rows_of_megabytes() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE letters (id int PRIMARY KEY, body text); ALTER TABLE letters ALTER body SET STORAGE EXTERNAL;
         INSERT INTO letters SELECT n, repeat('letter', 200000) FROM generate_series(1, 60) n; ANALYZE letters",
    )
    .await;
    let yaml = "operations:\n  - add_column: {table: letters, column: {name: size, type: int}, up: \"length(body)\"}\n";
    let midflight = Program::new(&db, &[("1.yaml", yaml)]);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    assert_eq!(db.scalar::<i64>("SELECT sum(size)::bigint FROM letters").await, 60 * 1_200_000);
}

#[tokio::test]
async fn verification_goes_on_where_it_was_stopped() {
    let db = orders(20_000).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    db.exec("SET midflight.backfill = 'on'; UPDATE orders SET _midflight_amount_cents = 0 WHERE id < 200")
        .await;
    db.exec("INSERT INTO orders (amount_cents) SELECT n FROM generate_series(20001, 21000) n").await;
    // As a run leaves it that was killed near the end.
    let last = "(SELECT pg_relation_size('orders') / 8192 - 1)";
    let stopped =
        |at: &str| format!("UPDATE midflight.backfills SET verify_cursor = {last}, verify_at = {at}");
    db.exec(&stopped("now()")).await;
    midflight.ok(&["verify"]).await;
    let ran = midflight.exits(&["verify"], &[20]).await;
    assert!(ran.stderr.contains("more than 100 row(s) of public.orders differ"), "{}", ran.stderr);
    assert!(ran.stderr.contains("public.orders: id=1"), "{}", ran.stderr);
    // What was compared long ago is compared again.
    db.exec(&stopped("now() - interval '2 hours'")).await;
    midflight.exits(&["verify"], &[20]).await;
}

#[tokio::test]
async fn a_failed_verification_keeps_contract_closed() {
    let db = orders(20_000).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    let set = |value: &str| {
        format!(
            "SET midflight.backfill = 'on'; UPDATE orders SET _midflight_amount_cents = {value} WHERE id IN (3, 19000)"
        )
    };
    db.exec(&set("0")).await;
    let ran = midflight.exits(&["verify"], &[20]).await;
    for part in ["2 row(s) of public.orders differ", "id=3", "id=19000"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    assert!(!db.scalar::<bool>("SELECT midflight.readable('1')").await);
    // Nobody but a later verification opens it.
    db.exec(&set("id")).await;
    midflight.exits(&["contract"], &[4]).await;
    midflight.ok(&["verify"]).await;
    midflight.ok(&["contract"]).await;
}

#[tokio::test]
async fn new_columns_have_statistics_when_their_release_reads_them() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE people (id int PRIMARY KEY, name text, age int, nick text);
         INSERT INTO people SELECT n, 'first' || n || ' last', n % 90, 'nick' || n FROM generate_series(1, 3000) n; ANALYZE people",
    )
    .await;
    let yaml = "operations:
  - transform_columns:
      table: people
      from: [name]
      to: [{name: first, type: text}, {name: last, type: text}]
      up: {first: \"split_part(name, ' ', 1)\", last: \"split_part(name, ' ', 2)\"}
      down: {name: \"concat_ws(' ', first, last)\"}
  - rename_column: {table: people, column: nick, to: alias}
  - change_type: {table: people, column: age, type: bigint}
";
    let midflight = Program::new(&db, &[("1.yaml", yaml)]);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    let known: String = db
        .scalar("SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_stats WHERE tablename = 'people' AND n_distinct <> 0 AND NOT starts_with(attname, '_midflight_done_')")
        .await;
    assert_eq!(known, "_midflight_age age alias first id last name nick");
}

#[tokio::test]
async fn a_plan_says_how_rows_are_batched_and_what_they_take() {
    let db = orders(50_000).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    let plan = midflight.ok(&["plan"]).await.stdout;
    for part in
        ["every eighth row", "(HOT)", "disk: table +", "WAL around", "with a snapshot open all the time"]
    {
        assert!(plan.contains(part), "`{part}` is missing in:\n{plan}");
    }
    let plan: serde_json::Value =
        serde_json::from_str(&midflight.ok(&["plan", "--format", "json"]).await.stdout).unwrap();
    let rows = &plan["plans"][0]["backfill"]["rows"][0];
    assert_eq!(rows["batches"], "hot_stripes");
    assert!(rows["estimated_growth_bytes"]["table"].as_i64() < rows["bytes"].as_i64(), "{rows}");
}
