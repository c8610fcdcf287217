//! Keys and indexes in their online forms, where what is there already makes a difference

use serde_json::Value;

use super::support::database::TestDb;
use super::support::observer::observe;
use super::support::program::Program;
use midflight::lint::Transaction;

const TABLE: &str =
    "CREATE TABLE t (a int, b int); INSERT INTO t SELECT n, n FROM generate_series(1, 1000) n;
    CREATE UNIQUE INDEX t_a ON t (a) INCLUDE (b); CREATE INDEX t_b ON t (b); ANALYZE t";
const KEY: &str = "ALTER TABLE t ADD CONSTRAINT t_key PRIMARY KEY USING INDEX t_a;\n";
const INVALID: &str = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_b'::regclass";

async fn table() -> TestDb {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    db
}

/// The statements of backfill and contract, but for statistics.
async fn statements(midflight: &Program) -> Vec<String> {
    let plan = midflight.ok(&["plan", "--format", "json"]).await;
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let plan = &plan["plans"][0];
    let stages = [&plan["backfill"]["steps"], &plan["contract"]].map(|steps| steps.as_array().unwrap());
    let sql = stages.into_iter().flatten().flat_map(|step| step["sql"].as_array().unwrap());
    sql.map(|sql| sql.as_str().unwrap().to_owned()).filter(|sql| !sql.starts_with("ANALYZE")).collect()
}

/// A key over an index names no columns: without proof PostgreSQL reads the table under ACCESS EXCLUSIVE
#[tokio::test]
async fn a_primary_key_over_an_index_scans_nothing() {
    let (db, unproven) = (table().await, table().await);
    let mut watcher = unproven.connect().await;
    let seen = observe(&unproven, &mut watcher, KEY, Transaction::Statement).await;
    assert!(seen.contains("scans t"), "nothing to be seen without proof either: {seen}");

    let midflight = Program::new(&db, &[("1.sql", KEY)]);
    let mut statements = statements(&midflight).await;
    let last = statements.pop().unwrap();
    assert!(last.contains("PRIMARY KEY USING INDEX t_a"), "{last}");
    for sql in &statements {
        assert!(!sql.contains("(b IS NOT NULL)"), "an INCLUDE column may be NULL: {sql}");
        db.exec(sql).await;
    }
    let mut watcher = db.connect().await;
    let seen = observe(&db, &mut watcher, &last, Transaction::Statement).await;
    assert!(seen.contains("ACCESS EXCLUSIVE on t") && !seen.contains("scans"), "{seen}");

    let db = table().await;
    let midflight = Program::new(&db, &[("1.sql", KEY)]);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    let key: String =
        db.scalar("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 't_key'").await;
    assert_eq!(key, "PRIMARY KEY (a) INCLUDE (b)");
}

#[tokio::test]
async fn indexes_that_make_no_key() {
    let db = table().await;
    db.exec("CREATE UNIQUE INDEX t_expression ON t ((a + b)); CREATE UNIQUE INDEX t_invalid ON t (a, b)")
        .await;
    db.exec(&INVALID.replace("t_b", "t_invalid")).await;
    for (sql, code, says) in [
        ("ALTER TABLE t ADD UNIQUE USING INDEX t_b;", 2, "is not unique"),
        ("ALTER TABLE t ADD UNIQUE USING INDEX t_expression;", 2, "is on an expression"),
        ("ALTER TABLE t ADD UNIQUE USING INDEX t_invalid;", 23, "is INVALID"),
        ("ALTER TABLE t ADD UNIQUE USING INDEX t_none;", 2, "has no index `t_none`"),
        ("ALTER TABLE t ADD CONSTRAINT t_b UNIQUE (a);", 2, "a relation named `public.t_b` exists already"),
    ] {
        let ran = Program::new(&db, &[("1.sql", sql)]).exits(&["expand"], &[code]).await;
        assert!(ran.stderr.contains(says) && ran.stderr.contains("1.sql:1:"), "{sql}: {}", ran.stderr);
    }
    let traces: bool = db.scalar("SELECT to_regnamespace('midflight') IS NULL").await;
    assert!(traces, "the database was changed");
}

#[tokio::test]
async fn an_invalid_index_is_built_again_where_one_may_exist() {
    let db = table().await;
    db.exec(INVALID).await;
    let midflight = Program::new(&db, &[("1.sql", "CREATE INDEX t_b ON t (b);\n")]);
    let ran = midflight.exits(&["expand"], &[2]).await;
    assert!(ran.stderr.contains("it is INVALID") && ran.stderr.contains("IF NOT EXISTS"), "{}", ran.stderr);
    midflight.write("1.sql", "CREATE INDEX CONCURRENTLY IF NOT EXISTS t_b ON t (b);\n");
    let plan = midflight.ok(&["plan"]).await;
    assert!(plan.stdout.contains("DROP INDEX CONCURRENTLY IF EXISTS public.t_b"), "{}", plan.stdout);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    assert!(db.scalar::<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_b'::regclass").await);
    // a valid one is kept
    let kept: i64 = db.scalar("SELECT 't_b'::regclass::oid::bigint").await;
    midflight.write("2.sql", "CREATE INDEX IF NOT EXISTS t_b ON t (b);\n");
    midflight.ok(&["expand"]).await;
    assert_eq!(db.scalar::<i64>("SELECT 't_b'::regclass::oid::bigint").await, kept);
}

#[tokio::test]
async fn partitioned_tables_are_refused_in_words() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE events (id int, day int) PARTITION BY RANGE (day); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);
             INSERT INTO events SELECT n, n % 100 FROM generate_series(1, 1000) n").await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE events ALTER COLUMN day TYPE bigint;\n")]);
    let ran = midflight.exits(&["expand"], &[23]).await;
    assert!(ran.stderr.contains("`day` is in the partition key of `public.events`"), "{}", ran.stderr);
    // an index partition by partition, as `explain` has it
    midflight.write(
        "1.sql",
        "-- midflight: phase expand\nCREATE INDEX events_day ON ONLY events (day);\n-- midflight: phase expand\nCREATE INDEX CONCURRENTLY events_1_day ON events_1 (day);
         -- midflight: phase expand\nALTER INDEX events_day ATTACH PARTITION events_1_day;\n",
    );
    midflight.ok(&["expand"]).await;
    assert!(
        db.scalar::<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = 'events_day'::regclass").await
    );
}
