//! Partitioned tables get new values while an application writes, moves rows between partitions, makes partitions and
//! attaches them

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, PgConnection};
use tokio::task::JoinHandle;

use crate::support::database::TestDb;
use crate::support::program::Program;

const TYPE: &str = "ALTER TABLE ev ALTER COLUMN amount TYPE bigint;\n";

async fn events(partitions: u32, rows: u32) -> TestDb {
    let db = TestDb::create().await;
    db.exec(&format!(
        "CREATE TABLE ev (id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL, amount integer NOT NULL DEFAULT 0, written text
           NOT NULL DEFAULT '0', extra text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
         DO $$ BEGIN FOR i IN 0..{partitions} - 1 LOOP
           EXECUTE format('CREATE TABLE ev_%s PARTITION OF ev FOR VALUES FROM (%L) TO (%L)', i, date '2026-01-01' + i, date '2026-01-02' + i);
         END LOOP; END $$;
         CREATE INDEX ev_amount ON ev (amount);
         INSERT INTO ev (day, amount, written, extra) SELECT date '2026-01-01' + g % {partitions}, g, g, 'e' || g FROM generate_series(1, {rows}) g;
         ANALYZE ev"
    ))
    .await;
    db
}

/// Writers of one application: every statement writes a number twice, into the column that changes and beside it.
struct Writers {
    stop: Arc<AtomicBool>,
    served: Arc<AtomicU64>,
    tasks: Vec<JoinHandle<()>>,
}

impl Writers {
    async fn start(db: &TestDb, many: u64, partitions: u32, rows: u32) -> Self {
        let (stop, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut tasks = Vec::new();
        for seed in 0..many {
            let (conn, stop, served) = (db.connect().await, stop.clone(), served.clone());
            tasks.push(tokio::spawn(async move {
                let mut rng = fastrand::Rng::with_seed(seed);
                let mut conn = conn;
                while !stop.load(Ordering::Relaxed) {
                    write(&mut conn, &mut rng, partitions, rows).await;
                    served.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }));
        }
        Self { stop, served, tasks }
    }

    /// How many statements they had served.
    async fn stop(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
        self.served.load(Ordering::Relaxed)
    }
}

async fn write(conn: &mut PgConnection, rng: &mut fastrand::Rng, partitions: u32, rows: u32) {
    let (id, day, n) = (rng.u32(1..=rows), rng.u32(0..partitions), rng.u32(0..1_000_000));
    let at = format!("id = {id} AND day = date '2026-01-01' + {}", id % partitions);
    let sql = match rng.u32(0..10) {
        0..4 => format!("UPDATE ev SET amount = {n}, written = '{n}' WHERE {at}"),
        4..6 => {
            format!("INSERT INTO ev (day, amount, written) VALUES (date '2026-01-01' + {day}, {n}, '{n}')")
        }
        6..8 => {
            format!("UPDATE ev SET day = date '2026-01-01' + {day}, amount = {n}, written = '{n}' WHERE {at}")
        }
        8 => format!("UPDATE ev SET day = date '2026-01-01' + {day} WHERE {at}"),
        _ => format!("DELETE FROM ev WHERE {at}"),
    };
    for attempt in 0.. {
        match sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut *conn).await {
            Ok(_) => return,
            // Of two who move one row PostgreSQL refuses the second (40001), with midflight or without.
            Err(error)
                if error.as_database_error().is_some_and(|e| e.code().as_deref() == Some("40001"))
                    && attempt < 50 => {}
            Err(error) => panic!("{sql}: {error}"),
        }
    }
}

async fn wrong(db: &TestDb) -> i64 {
    db.scalar("SELECT count(*) FROM ev WHERE amount::text <> written").await
}

async fn left(db: &TestDb) -> String {
    db.scalar(
        "SELECT coalesce(string_agg(name, ', '), '') FROM (
           SELECT relname AS name FROM pg_class c WHERE relname ~ 'midflight' AND relnamespace = 'public'::regnamespace
           UNION ALL SELECT conname FROM pg_constraint WHERE conname ~ 'midflight_' AND connamespace = 'public'::regnamespace
           UNION ALL SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE attname ~ 'midflight_'
           UNION ALL SELECT tgname FROM pg_trigger WHERE tgname ~ 'midflight_') found",
    )
    .await
}

async fn under_writers(partitions: u32, rows: u32) {
    let db = events(partitions, rows).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE)]);
    let writers = Writers::start(&db, 3, partitions, rows).await;
    midflight.ok(&["expand"]).await;
    midflight.kill_after(&["backfill"], Duration::from_millis(700)).await;
    midflight.ok(&["rollback"]).await;
    assert_eq!((wrong(&db).await, left(&db).await), (0, String::new()));
    midflight.ok(&["expand"]).await;
    let mut killed = 0;
    for attempt in 1..=3 {
        killed += i32::from(midflight.kill_after(&["backfill"], Duration::from_millis(500 * attempt)).await);
    }
    // Who writes makes a partition, as every month.
    db.exec(
        "CREATE TABLE ev_next PARTITION OF ev FOR VALUES FROM ('2030-01-01') TO ('2030-02-01');
             INSERT INTO ev (day, amount, written) VALUES ('2030-01-03', 5, '5')",
    )
    .await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
    let served = writers.stop().await;
    assert!(killed > 0 && served > 100, "killed {killed} times, {served} statements");
    assert_eq!((wrong(&db).await, left(&db).await), (0, String::new()));
    let types: String = db
        .scalar("SELECT string_agg(DISTINCT format_type(atttypid, atttypmod), ', ') FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                 WHERE attname = 'amount' AND (c.oid = 'ev'::regclass OR c.relispartition) AND c.relkind IN ('r', 'p')")
        .await;
    assert_eq!(types, "bigint");
    let indexes: i64 =
        db.scalar("SELECT count(*) FROM pg_inherits WHERE inhparent = 'ev_amount'::regclass").await;
    assert_eq!(indexes, i64::from(partitions) + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_four_partitions_under_writers_that_move_rows() {
    under_writers(24, 20_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_partitions_under_writers_that_move_rows() {
    under_writers(400, 8_000).await;
}

/// A column that takes NULL: rows of a table that is attached are not converted by whoever attaches it.
#[tokio::test]
async fn rows_of_a_partition_attached_after_verification_are_converted() {
    let db = events(3, 300).await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE ev RENAME COLUMN extra TO more;\n")]);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    db.exec(
        "CREATE TABLE late (LIKE ev INCLUDING DEFAULTS);
         INSERT INTO late (id, day, amount, written, extra) SELECT 100000 + g, '2031-01-01', g, g, 'late ' || g FROM generate_series(1, 50) g;
         ALTER TABLE ev ATTACH PARTITION late FOR VALUES FROM ('2031-01-01') TO ('2031-02-01')",
    )
    .await;
    let ran = midflight.ok(&["contract"]).await;
    assert!(
        ran.stderr.contains("partition public.late of public.ev came after"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    let late: i64 = db.scalar("SELECT count(more) FROM ev WHERE more LIKE 'late %'").await;
    assert_eq!((late, left(&db).await), (50, String::new()));
}

/// What is in another partition has been converted: the INSERT that PostgreSQL makes of a move changes nothing.
#[tokio::test]
async fn a_row_that_moves_keeps_what_the_new_release_wrote() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE ev (id int, part int, name text DEFAULT 'none', base int DEFAULT 1, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
         CREATE TABLE ev_0 PARTITION OF ev FOR VALUES IN (0); CREATE TABLE ev_1 PARTITION OF ev FOR VALUES IN (1);
         INSERT INTO ev SELECT g, 0, 'Ann ' || g FROM generate_series(1, 6) g",
    )
    .await;
    let split = "operations:
  - transform_columns:
      table: ev
      from: [name]
      to: [{name: first, type: text}, {name: last, type: text}]
      up: {first: \"split_part(name, ' ', 1)\", last: \"split_part(name, ' ', 2)\"}
      down: {name: \"concat_ws(' ', first, last)\"}
  - add_column: {table: ev, column: {name: size, type: integer}, up: base + 1}
";
    let midflight = Program::new(&db, &[("1.yaml", split)]);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    // Both NULL, both kept as written, and a value that is the old column's default.
    db.exec(
        "UPDATE ev SET first = NULL, last = NULL WHERE id = 1; UPDATE ev SET size = NULL WHERE id = 2;
         UPDATE ev SET name = 'X Y', first = 'P', last = 'Q' WHERE id = 3; UPDATE ev SET first = 'none', last = NULL WHERE id = 4;
         UPDATE ev SET part = 1; UPDATE ev SET name = 'Bob 5', part = 0 WHERE id = 5; UPDATE ev SET last = 'Six', part = 0 WHERE id = 6",
    )
    .await;
    midflight.ok(&["verify"]).await;
    midflight.ok(&["contract"]).await;
    let rows: String = db
        .scalar("SELECT string_agg(format('%s %s %s %s', id, coalesce(first, '-'), coalesce(last, '-'), coalesce(size::text, '-')), '; ' ORDER BY id) FROM ev")
        .await;
    assert_eq!(rows, "1 - - 2; 2 Ann 2 -; 3 P Q 2; 4 none - 2; 5 Bob 5 2; 6 Ann Six 2");
}

/// Old data goes as it does every night: nothing that is planned for the partition stands in anybody's way
#[tokio::test]
async fn a_partition_is_dropped_in_flight() {
    for stage in ["expand", "backfill"] {
        for back in [false, true] {
            let db = events(3, 90).await;
            let midflight = Program::new(&db, &[("1.sql", TYPE)]);
            midflight.ok(&["expand", "--release", "1"]).await;
            if stage == "backfill" {
                midflight.ok(&["backfill"]).await;
            }
            db.exec("DROP TABLE ev_1").await;
            if back {
                midflight.ok(&["rollback"]).await;
                continue;
            }
            midflight.ok(&["backfill"]).await;
            midflight.ok(&["contract", "--release", "2"]).await;
            assert_eq!(db.scalar::<i64>("SELECT count(*) FROM ev WHERE amount = written::bigint").await, 60);
        }
    }
}
