//! A server that is read-only, crashes, fails over, or has settings of its own

use midflight::ephemeral::{Binaries, Cluster, ClusterOptions};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};

use crate::support::database::{TestDb, until};
use crate::support::program::Program;
use crate::support::standby::Pair;

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL) WITH (fillfactor = 10);
    INSERT INTO t SELECT n, n FROM generate_series(1, 20000) n; ANALYZE t";
const CHANGE: &str = "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n";
const SLOW: &str = "backfill: {pause: 100ms, max_batch: 300}\n";
const ROWS_DONE: &str = "SELECT rows_done FROM midflight.backfills";
const CONTENT: &str = "SELECT format('%s %s %s', count(*), sum(a), pg_typeof(min(a))) FROM t";

async fn content(url: &str) -> String {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(CONTENT).fetch_one(&mut conn).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn read_only_by_a_setting() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let midflight = Program::new(&db, &[("1.sql", CHANGE)]);
    let read_only =
        |on: &str| format!("ALTER DATABASE {} SET default_transaction_read_only = {on}", db.name());
    for stage in ["expand", "backfill", "verify", "contract"] {
        db.exec(&read_only("on")).await;
        let ran = midflight.exits(&[stage], &[30]).await;
        assert!(ran.stderr.contains("read-only"), "{}", ran.stderr);
        midflight.ok(&["status"]).await;
        db.exec(&format!("BEGIN READ WRITE; {}; COMMIT", read_only("off"))).await;
        midflight.ok(&[stage]).await;
    }
    assert_eq!(content(&db.url()).await, "20000 200010000 bigint");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_and_its_promotion_without_the_last_transactions() {
    let pair = Pair::start().await;
    pair.exec(TABLE).await;
    let there =
        Program::without_database(&[("1.sql", CHANGE), ("midflight.yaml", SLOW)]).with_url(&pair.url());
    there.ok(&["expand"]).await;
    let backfill = there.begin(&["backfill"]);
    pair.until("SELECT rows_done > 1000 FROM midflight.backfills").await;

    let more = "ALTER TABLE t ADD COLUMN b int;\n";
    let here = Program::without_database(&[("1.sql", CHANGE), ("2.sql", more)]).with_url(&pair.standby_url());
    let mut standby = PgConnection::connect(&pair.standby_url()).await.unwrap();
    until(&mut standby, "SELECT rows_done > 1000 FROM midflight.backfills").await;
    for command in [["expand", "2"], ["backfill", "1"], ["rollback", "1"]] {
        let ran = here.exits(&command, &[30]).await;
        assert!(ran.stderr.contains("read-only"), "{}", ran.stderr);
    }
    here.ok(&["status"]).await;

    let mut primary = PgConnection::connect(&pair.url()).await.unwrap();
    pair.fail_over(async {
        let done: i64 = sqlx::query_scalar(ROWS_DONE).fetch_one(&mut primary).await.unwrap();
        pair.until(&format!("SELECT rows_done > {done} + 1000 FROM midflight.backfills")).await;
    })
    .await;
    let lost: i64 = sqlx::query_scalar(ROWS_DONE).fetch_one(&mut primary).await.unwrap();
    backfill.signal(Signal::KILL);
    until(&mut standby, "SELECT NOT pg_is_in_recovery()").await;
    let kept: i64 = sqlx::query_scalar(ROWS_DONE).fetch_one(&mut standby).await.unwrap();
    let converted: i64 =
        sqlx::query_scalar("SELECT count(_midflight_a) FROM t").fetch_one(&mut standby).await.unwrap();
    assert!(kept < lost && kept == converted, "{kept} rows recorded, {converted} there, {lost} before");
    here.ok(&["backfill", "1"]).await;
    here.ok(&["contract", "1"]).await;
    assert_eq!(content(&pair.standby_url()).await, "20000 200010000 bigint");
}

/// The process of one session dies by SIGKILL: the server ends all others, and recovers from its log.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_and_recovery() {
    let start = || Cluster::start(&Binaries::find().unwrap(), &ClusterOptions::default()).unwrap();
    let cluster = tokio::task::spawn_blocking(start).await.unwrap();
    let url = cluster.url("postgres");
    let mut conn = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(TABLE).execute(&mut conn).await.unwrap();
    let midflight = Program::without_database(&[("1.sql", CHANGE), ("midflight.yaml", SLOW)]).with_url(&url);
    midflight.ok(&["expand"]).await;
    let backfill = midflight.begin(&["backfill"]);
    until(&mut conn, "SELECT rows_done > 1000 FROM midflight.backfills").await;
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut conn).await.unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
    let ran = backfill.ends(30).await;
    assert!(ran.stderr.contains("goes on from what was committed"), "{}", ran.stderr);
    let mut conn = loop {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if let Ok(conn) = PgConnection::connect(&url).await {
            break conn;
        }
    };
    let same = "SELECT rows_done = (SELECT count(_midflight_a) FROM t) FROM midflight.backfills";
    assert!(sqlx::query_scalar::<_, bool>(same).fetch_one(&mut conn).await.unwrap());
    midflight.write("midflight.yaml", "");
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
    assert_eq!(content(&url).await, "20000 200010000 bigint");
}

/// Settings that a role may have for its other work
#[tokio::test(flavor = "multi_thread")]
async fn settings_of_the_role() {
    let db = TestDb::create().await;
    let role = format!("{}_set", db.name());
    db.exec(&format!("DROP ROLE IF EXISTS {role}; CREATE ROLE {role} SUPERUSER LOGIN")).await;
    for setting in [
        "statement_timeout = '250ms'",
        "lock_timeout = '1ms'",
        "idle_in_transaction_session_timeout = '100ms'",
        "idle_session_timeout = '800ms'",
        "default_transaction_isolation = 'serializable'",
        "default_transaction_deferrable = on",
        "search_path = ''",
        "standard_conforming_strings = off",
        "quote_all_identifiers = on",
        "datestyle = 'SQL, DMY'",
        "intervalstyle = 'iso_8601'",
        "bytea_output = 'escape'",
        "timezone = 'Asia/Kathmandu'",
        "session_replication_role = replica",
        "synchronous_commit = off",
        "client_min_messages = error",
    ] {
        db.exec(&format!("ALTER ROLE {role} SET {setting}")).await;
    }
    // One row takes longer than a statement may.
    db.exec(
        "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, note text DEFAULT E'a\\\\b');
         INSERT INTO t SELECT n, n FROM generate_series(1, 1000) n;
         CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.6); RETURN new; END $$;
         CREATE TRIGGER doze BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.id = 7) EXECUTE FUNCTION doze();
         ALTER TABLE t ENABLE ALWAYS TRIGGER doze"
    )
    .await;
    let both = format!(
        "{CHANGE}ALTER TABLE t RENAME COLUMN note TO remark;\nCREATE INDEX t_remark ON t (remark);\n"
    );
    let midflight = Program::new(&db, &[("1.sql", &both), ("midflight.yaml", "backfill: {pause: 1s}\n")])
        .with_url(&db.url().replacen("postgres@", &format!("{role}@"), 1));
    for stage in ["expand", "rollback", "expand", "backfill", "verify", "contract"] {
        midflight.ok(&[stage]).await;
    }
    let kept = "SELECT count(*) FROM t WHERE remark = E'a\\\\b'";
    assert_eq!(db.scalar::<i64>(kept).await, 1000);
    assert_eq!(content(&db.url()).await, "1000 500500 bigint");
}
