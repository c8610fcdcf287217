//! Sessions in the way: named and waited for, and ended only where that was asked for

use std::time::Duration;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::support::database::TestDb;
use super::support::program::{Program, Ran};

const MIGRATION: &str = "ALTER TABLE t ADD COLUMN b int NOT NULL DEFAULT 1;\n";
/// Some seconds in all
const PATIENT: &str = "timeout: 100ms, attempts: 12, kill_after: 500ms";
const HASTY: &str = "timeout: 100ms, attempts: 3, kill_after: 100ms";

/// A table, and somebody who has read it and does nothing
struct Scene {
    db: TestDb,
    midflight: Program,
}

impl Scene {
    async fn new(lock: &str) -> Self {
        let db = TestDb::create().await;
        db.exec("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)").await;
        let midflight = Program::new(&db, &[("1.sql", MIGRATION)]);
        midflight.write("midflight.yaml", &format!("lock: {{{lock}}}\n"));
        Self { db, midflight }
    }

    async fn holder(&self) -> Holder {
        Holder::new(self.db.connect().await).await
    }

    async fn audit(&self) -> Vec<Value> {
        let found: Value = self
            .db
            .scalar("SELECT coalesce(jsonb_agg(detail || jsonb_build_object('migration', migration_id) ORDER BY id), '[]') FROM midflight.events WHERE what = 'kill_blocker'")
            .await;
        found.as_array().unwrap().clone()
    }

    /// The command gives up, and whoever was in the way still is.
    async fn gives_up(&self, arguments: &[&str], holder: &mut Holder) -> Ran {
        let ran = self.midflight.exits(arguments, &[10]).await;
        assert!(ran.stderr.contains(&format!("pid {}", holder.pid)), "{}", ran.stderr);
        assert!(holder.lives().await, "it was ended: {}", ran.stderr);
        assert_eq!(self.audit().await, [Value::Null; 0]);
        ran
    }
}

struct Holder {
    conn: PgConnection,
    pid: i32,
}

impl Holder {
    async fn new(mut conn: PgConnection) -> Self {
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut conn).await.unwrap();
        sqlx::raw_sql("BEGIN; SELECT * FROM t").execute(&mut conn).await.unwrap();
        Self { conn, pid }
    }

    async fn lives(&mut self) -> bool {
        sqlx::raw_sql("SELECT 1").execute(&mut self.conn).await.is_ok()
    }
}

#[tokio::test]
async fn nobody_is_ended_by_default() {
    let scene = Scene::new(HASTY).await;
    let mut holder = scene.holder().await;
    scene.gives_up(&["expand"], &mut holder).await;
    // who is at work is not idle
    let mut busy = scene.holder().await;
    drop(holder);
    let work = tokio::spawn(async move {
        sqlx::raw_sql("SELECT pg_sleep(4)").execute(&mut busy.conn).await.unwrap();
        busy
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    scene.midflight.exits(&["expand", "--kill-blockers", "idle-in-transaction"], &[10]).await;
    assert!(work.await.unwrap().lives().await);
    assert_eq!(scene.audit().await, [Value::Null; 0]);
}

/// Between two statements everybody is idle for a moment
#[tokio::test]
async fn who_works_on_in_its_transaction_is_not_idle() {
    let scene = Scene::new("timeout: 100ms, attempts: 6, kill_after: 500ms").await;
    let mut holder = scene.holder().await;
    let work = tokio::spawn(async move {
        loop {
            sqlx::raw_sql("SELECT 1").execute(&mut holder.conn).await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    scene.midflight.exits(&["expand", "--kill-blockers", "idle-in-transaction"], &[10]).await;
    assert!(!work.is_finished(), "it was ended");
    work.abort();
    assert_eq!(scene.audit().await, [Value::Null; 0]);
}

#[tokio::test]
async fn who_is_idle_in_a_transaction_is_ended_and_it_is_written_down() {
    let scene = Scene::new(&format!("{PATIENT}, kill_blockers: idle_in_transaction")).await;
    let mut holder = scene.holder().await;
    // the flag goes before the file
    let hasty = Scene::new(&format!("{HASTY}, kill_blockers: any")).await;
    let mut other = hasty.holder().await;
    hasty.gives_up(&["expand", "--kill-blockers", "never"], &mut other).await;
    hasty.midflight.write("midflight.yaml", "");

    let ran = scene.midflight.ok(&["expand", "--release", "v2"]).await;
    assert!(ran.stderr.contains("ended a session in the way for"), "{}", ran.stderr);
    assert!(!holder.lives().await);
    let audit = scene.audit().await;
    let entry = &audit[0];
    assert_eq!(audit.len(), 1, "{audit:?}");
    assert_eq!(entry["pid"], holder.pid);
    assert_eq!((&entry["signal"], &entry["state"]), (&"terminate".into(), &"idle in transaction".into()));
    assert_eq!((&entry["migration"], &entry["table"]), (&"1".into(), &"public.t".into()));
    assert!(entry["query"].as_str().unwrap().contains("SELECT * FROM t"), "{entry}");
    assert!(entry["user"].is_string() && entry["transaction_seconds"].as_f64().unwrap() >= 0.5, "{entry}");
}

#[tokio::test]
async fn a_statement_at_work_is_cancelled_first() {
    let scene = Scene::new(PATIENT).await;
    let mut holder = scene.holder().await;
    let work = tokio::spawn(async move {
        let slept = sqlx::raw_sql("SELECT pg_sleep(60)").execute(&mut holder.conn).await;
        (slept.unwrap_err().to_string(), holder)
    });
    scene.midflight.ok(&["expand", "--kill-blockers", "any"]).await;
    let (error, mut holder) = work.await.unwrap();
    assert!(error.contains("canceling statement due to user request"), "{error}");
    sqlx::raw_sql("ROLLBACK").execute(&mut holder.conn).await.unwrap();
    assert!(holder.lives().await, "the session was to stay");
    let audit = scene.audit().await;
    assert_eq!((audit.len(), &audit[0]["signal"]), (1, &"cancel".into()), "{audit:?}");
}

/// Who catches the cancellation is ended the next time
#[tokio::test]
async fn who_goes_on_all_the_same_is_ended() {
    let scene = Scene::new(PATIENT).await;
    let mut holder = scene.holder().await;
    let stubborn = "DO $$ BEGIN FOR i IN 1..100 LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$";
    let work = tokio::spawn(async move { sqlx::raw_sql(stubborn).execute(&mut holder.conn).await.map(drop) });
    scene.midflight.ok(&["expand", "--kill-blockers", "any"]).await;
    assert!(work.await.unwrap().is_err());
    let signals: Vec<Value> = scene.audit().await.into_iter().map(|entry| entry["signal"].clone()).collect();
    assert_eq!(signals, ["cancel", "terminate"]);
}

#[tokio::test]
async fn midflights_own_sessions_are_left_alone() {
    let scene = Scene::new(HASTY).await;
    let mut conn = scene.db.connect().await;
    sqlx::raw_sql("SET application_name = 'midflight'").execute(&mut conn).await.unwrap();
    let mut holder = Holder::new(conn).await;
    scene.gives_up(&["expand", "--kill-blockers", "any"], &mut holder).await;
}

#[tokio::test]
async fn without_the_right_it_is_said_and_waited_for() {
    let scene = Scene::new(PATIENT).await;
    let (db, name) = (&scene.db, scene.db.name());
    let (owner, reader) = (format!("{name}_owner"), format!("{name}_reader"));
    for role in [&owner, &reader] {
        db.exec(&format!("DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN NOSUPERUSER PASSWORD 'x'"))
            .await;
    }
    db.exec(&format!(
        "GRANT ALL ON DATABASE {name} TO {owner}; GRANT ALL ON SCHEMA public TO {owner}; ALTER TABLE t OWNER TO {owner}; GRANT SELECT ON t TO {reader}"
    ))
    .await;
    let url = |role: &str| {
        let url = db.url();
        let (scheme, rest) = url.split_once("://").unwrap();
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let host = address.rsplit_once('@').map_or(address, |(_, host)| host);
        format!("{scheme}://{role}:x@{host}?{query}")
    };
    let midflight = Program::new(db, &[("1.sql", MIGRATION)]).with_url(&url(&owner));
    let hasty = format!("lock: {{{HASTY}}}\n");
    midflight.write("midflight.yaml", &hasty);
    let kill = ["expand", "--kill-blockers", "any"];

    let mut superuser = scene.holder().await;
    db.exec(&format!("GRANT pg_signal_backend, pg_read_all_stats TO {owner}")).await;
    let ran = midflight.exits(&kill, &[10]).await;
    assert!(ran.stderr.contains("only a superuser may end"), "{}", ran.stderr);
    assert!(superuser.lives().await);
    drop(superuser);
    db.exec(&format!("REVOKE pg_signal_backend, pg_read_all_stats FROM {owner}")).await;

    let mut other = Holder::new(PgConnection::connect(&url(&reader)).await.unwrap()).await;
    let ran = midflight.exits(&kill, &[10]).await;
    assert!(
        ran.stderr.contains("it takes membership in its role or in `pg_signal_backend`"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.matches("it takes membership").count(), 1, "told once:\n{}", ran.stderr);
    assert!(other.lives().await);
    db.exec(&format!("GRANT pg_signal_backend, pg_read_all_stats TO {owner}")).await;
    midflight.write("midflight.yaml", &format!("lock: {{{PATIENT}}}\n"));
    midflight.ok(&kill).await;
    assert!(!other.lives().await);
}

/// A lock that stands in nobody's way, and transactions that come and go
#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_in_the_way_for_long_is_ended() {
    let scene = Scene::new("timeout: 100ms, attempts: 40, kill_after: 2s").await;
    scene.db.exec("CREATE TABLE u (id int); INSERT INTO u VALUES (1)").await;
    let mut elsewhere = scene.db.connect().await;
    sqlx::raw_sql("BEGIN; SELECT * FROM u").execute(&mut elsewhere).await.unwrap();
    let mut traffic = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let mut conn = scene.db.connect().await;
        traffic.spawn(async move {
            // each longer than an attempt
            for _ in 0..15 {
                let sql = "BEGIN; SELECT * FROM t; SELECT pg_sleep(0.3); COMMIT";
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
            }
        });
    }
    scene.midflight.ok(&["expand", "--kill-blockers", "any"]).await;
    while let Some(ended) = traffic.join_next().await {
        ended.unwrap();
    }
    sqlx::raw_sql("SELECT 1").execute(&mut elsewhere).await.unwrap();
    assert_eq!(scene.audit().await, [Value::Null; 0]);
}
