//! A backfill waits for replicas, snapshots, blocked sessions, gates and people; it says why, and it goes on

use midflight::ephemeral::{Binaries, Cluster, ClusterOptions};
use rustix::process::Signal;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::support::database::{TestDb, until};
use super::support::health::Health;
use super::support::older_state::take_back;
use super::support::program::Program;
use super::support::standby::Pair;

/// Many pages, for a batch is a share of so many pages
const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL) WITH (fillfactor = 10);
    INSERT INTO t SELECT n, n FROM generate_series(1, 40000) n; ANALYZE t";
const TYPE_CHANGE: &str = "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n";
/// Some thirty seconds for the table, unless it is told to hurry
const SLOW: &str = "backfill: {pause: 100ms, max_batch: 100, max_throttle: 1m}\n";
const HURRY: [&str; 5] = ["resume", "--batch-pause", "0s", "--max-batch", "50000"];

/// A table that is expanded, and a slow backfill for it
async fn expanded(config: &str) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    midflight.ok(&["expand"]).await;
    midflight.write("midflight.yaml", &format!("{SLOW}{config}"));
    (db, midflight)
}

const RUNS: &str = "SELECT rows_done > 0 FROM midflight.backfills";

fn waits_for(reason: &str) -> String {
    format!("SELECT throttled_by LIKE '{reason}' FROM midflight.backfills")
}

/// Asserts that no row is converted while it waits
async fn nothing_moves(db: &TestDb) {
    let rows = "SELECT rows_done FROM midflight.backfills";
    let before: i64 = db.scalar(rows).await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(db.scalar::<i64>(rows).await, before);
}

async fn begin(db: &TestDb, sql: &'static str) -> PgConnection {
    let mut conn = db.connect().await;
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    conn
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_lags_or_is_lost() {
    let mut pair = Pair::start().await;
    pair.exec(TABLE).await;
    let db = TestDb::create().await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]).with_url(&pair.url());
    midflight.ok(&["expand"]).await;
    midflight.write("midflight.yaml", &format!("{SLOW}throttle: {{replica_lag_bytes: 1MB, replicas: 1}}\n"));

    pair.exec_on_standby("SELECT pg_wal_replay_pause()").await;
    pair.exec("CREATE TABLE other AS SELECT generate_series(1, 100000)").await;
    let backfill = midflight.begin(&["backfill", "--format", "json"]);
    pair.until(&waits_for("replica lag % of 1.0 MB allowed (standby1)")).await;
    let status = midflight.ok(&["status"]).await;
    assert!(status.stdout.contains("public.t waits: replica lag"), "{}", status.stdout);
    pair.exec_on_standby("SELECT pg_wal_replay_resume()").await;
    pair.until(RUNS).await;

    pair.lose_standby();
    pair.until(&waits_for("0 of 1 replicas connected")).await;
    backfill.signal(Signal::TERM);
    backfill.ends(130).await;
    // The lease was given back.
    midflight.write("midflight.yaml", "");
    midflight.ok(&["backfill"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_snapshot_until_the_deadline() {
    let (db, midflight) = expanded("throttle: {snapshot_age: 1s}\n").await;
    let snapshot = "SET application_name = 'nightly report'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t";
    let report = begin(&db, snapshot).await;
    let backfill = midflight.begin(&["backfill"]);
    db.until(&waits_for("a snapshot %s old of 1s allowed (pid %, nightly report, user %)")).await;
    nothing_moves(&db).await;
    backfill.signal(Signal::TERM);
    let ran = backfill.ends(130).await;
    assert!(ran.stderr.contains("waits        backfill of public.t: a snapshot"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`midflight backfill 1` resumes"), "{}", ran.stderr);

    midflight.write("midflight.yaml", "throttle: {snapshot_age: 1s}\nbackfill: {max_throttle: 2s}\n");
    let ran = midflight.exits(&["backfill"], &[11]).await;
    assert!(ran.stderr.contains("throttled for 2s: a snapshot"), "{}", ran.stderr);
    drop(report);
    midflight.ok(&["backfill"]).await;
    let verified = db.scalar::<bool>("SELECT midflight.readable('1')").await;
    assert!(verified);
}

/// A server whose archiver fails
fn troubled() -> Cluster {
    let settings = [
        ("archive_mode", "on"),
        ("archive_command", "false"),
        ("autovacuum", "on"),
        ("autovacuum_naptime", "1s"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Cluster::start(&Binaries::find().unwrap(), &ClusterOptions { settings, ..ClusterOptions::default() })
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archiver_and_a_vacuum_in_trouble() {
    let cluster = tokio::task::spawn_blocking(troubled).await.unwrap();
    let mut conn = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    let db = TestDb::create().await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]).with_url(&cluster.url("postgres"));
    sqlx::raw_sql(TABLE).execute(&mut conn).await.unwrap();
    midflight.ok(&["expand"]).await;

    // Where archiving stood when the work began is all that is known while nothing was ever archived.
    midflight
        .write("midflight.yaml", &format!("{SLOW}throttle: {{archive_backlog: 1MB, autovacuum: off}}\n"));
    let backfill = midflight.begin(&["backfill"]);
    until(&mut conn, RUNS).await;
    let wal = "CREATE TABLE other AS SELECT generate_series(1, 50000); SELECT pg_switch_wal()";
    sqlx::raw_sql(wal).execute(&mut conn).await.unwrap();
    until(&mut conn, &waits_for("% MB of WAL wait to be archived, 1.0 MB are allowed")).await;
    backfill.signal(Signal::TERM);
    backfill.ends(130).await;

    // Transaction ids run away, and the vacuum that is to help is slow.
    let burn = "ALTER TABLE t SET (autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
                CREATE TABLE ids (id int); DO $$ BEGIN FOR i IN 1..110000 LOOP
                  BEGIN INSERT INTO ids VALUES (i); EXCEPTION WHEN others THEN RAISE; END; END LOOP; END $$";
    sqlx::raw_sql(burn).execute(&mut conn).await.unwrap();
    midflight.write("midflight.yaml", SLOW);
    let backfill = midflight.begin(&["backfill"]);
    until(&mut conn, &waits_for("autovacuum of %t to prevent wraparound")).await;
    backfill.signal(Signal::TERM);
    backfill.ends(130).await;
    midflight.write(
        "midflight.yaml",
        "throttle: {autovacuum: off, wraparound_age: 100000}\nbackfill: {max_throttle: 1s}\n",
    );
    let ran = midflight.exits(&["backfill"], &[11]).await;
    assert!(ran.stderr.contains("transactions old, 100000 are allowed"), "{}", ran.stderr);
}

/// A table whose batches take as long as a trigger sleeps
async fn dozing(rows: u32) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(&format!(
        "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int);
         INSERT INTO t SELECT n, n FROM generate_series(1, {rows}) n; ANALYZE t;
         CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN IF new.b IS NOT DISTINCT FROM old.b THEN PERFORM pg_sleep(0.02); END IF; RETURN new; END $$;
         CREATE TRIGGER doze BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION doze()"
    ))
    .await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    midflight.ok(&["expand"]).await;
    (db, midflight)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_signal_waits_for_the_batch_and_the_second_does_not() {
    let dozes = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    let (db, midflight) = dozing(800).await;
    let backfill = midflight.begin(&["backfill"]);
    db.until(dozes).await;
    backfill.signal(Signal::TERM);
    backfill.ends(130).await;
    assert!(db.scalar::<i64>("SELECT rows_done FROM midflight.backfills").await > 0);

    let (db, midflight) = dozing(8000).await;
    let backfill = midflight.begin(&["backfill"]);
    db.until(dozes).await;
    backfill.signal(Signal::INT);
    // One that comes too early is taken for the first.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    backfill.signal(Signal::INT);
    backfill.ends(130).await;
    assert_eq!(db.scalar::<i64>("SELECT rows_done FROM midflight.backfills").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_wait_for_midflight() {
    let (db, midflight) = dozing(400).await;
    midflight.write("midflight.yaml", "throttle: {blocked_sessions: 0}\n");
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let mut conn = db.connect().await;
        writers.spawn(async move {
            for b in 0.. {
                let update =
                    sqlx::query("UPDATE t SET b = $1 WHERE id = $2").bind(b).bind(fastrand::i32(1..=400));
                update.execute(&mut conn).await.unwrap();
            }
        });
    }
    let backfill = midflight.begin(&["backfill"]);
    db.until(&waits_for("% of 0 allowed wait for midflight''s locks")).await;
    writers.abort_all();
    backfill.ends(0).await;
    let audited = "SELECT count(*) > 0 FROM midflight.events WHERE what = 'throttled' AND detail->>'reason' LIKE '%locks'";
    assert!(db.scalar::<bool>(audited).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn gates_of_each_kind_close_and_open() {
    let (db, midflight) = expanded("").await;
    db.exec("CREATE TABLE gate AS SELECT true AS open").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("closed");
    let health = Health::start().await;
    let gates = format!(
        "gates:\n  - {{name: queue, sql: SELECT open FROM gate}}\n  - {{name: script, command: test ! -e {}}}\n  - {{name: health, http: '{}'}}\n",
        file.display(),
        health.url("/")
    );
    midflight.write("midflight.yaml", &format!("{SLOW}{gates}"));
    let backfill = midflight.begin(&["backfill"]);
    db.until(RUNS).await;
    db.exec("UPDATE gate SET open = false").await;
    std::fs::write(&file, "").unwrap();
    health.answers(503);
    db.until(&waits_for("%gate `queue`: the query gives false%gate `script`: %gate `health`: %answers 503%"))
        .await;
    nothing_moves(&db).await;
    db.exec("UPDATE gate SET open = true").await;
    std::fs::remove_file(&file).unwrap();
    health.answers(200);
    db.until("SELECT throttled_by IS NULL FROM midflight.backfills").await;
    midflight.ok(&HURRY).await;
    backfill.ends(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn not_knowing_is_a_reason() {
    let (db, midflight) = expanded("").await;
    let backfill = midflight.begin(&["backfill"]);
    db.until(RUNS).await;
    // Of midflight's sessions, this is the one that asks and rolls back.
    db.until(
        "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'midflight' AND query = 'ROLLBACK' AND state = 'idle'",
    )
    .await;
    db.until("SELECT count(*) = 1 FROM midflight.events WHERE what = 'throttled' AND detail->>'reason' LIKE 'the load of the database is not known: %'").await;
    midflight.ok(&HURRY).await;
    backfill.ends(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paused_from_elsewhere() {
    let (db, midflight) = expanded("").await;
    let backfill = midflight.begin(&["backfill"]);
    db.until(RUNS).await;
    midflight.ok(&["pause"]).await;
    db.until(&waits_for("paused by %")).await;
    nothing_moves(&db).await;
    let status = midflight.ok(&["status"]).await;
    assert!(status.stdout.contains("`midflight resume 1` lets it go on"), "{}", status.stdout);
    // It keeps its lease, and others out.
    midflight.exits(&["backfill"], &[12]).await;
    db.exec("CREATE TABLE seen AS SELECT expires_at FROM midflight.lease").await;
    db.until("SELECT l.expires_at > s.expires_at FROM midflight.lease l, seen s").await;

    midflight.ok(&["resume", "1"]).await;
    db.until("SELECT throttled_by IS NULL FROM midflight.backfills").await;
    midflight.ok(&["pause", "1"]).await;
    db.until(&waits_for("paused by %")).await;
    backfill.signal(Signal::TERM);
    let ran = backfill.ends(130).await;
    for line in ["waits        backfill of public.t: paused by", "goes on      after"] {
        assert!(ran.stderr.contains(line), "`{line}` is missing in:\n{}", ran.stderr);
    }
    // A pause outlives the process.
    let ran = midflight.exits(&["backfill"], &[4]).await;
    assert!(ran.stderr.contains("`midflight resume 1` lets it go on"), "{}", ran.stderr);
    midflight.ok(&HURRY).await;
    let pace = "pace set by `midflight resume`: pause 0s, max_batch 50000";
    assert!(midflight.ok(&["status"]).await.stdout.contains(pace));
    assert!(midflight.ok(&["backfill"]).await.stderr.contains(pace));
    midflight.ok(&["resume", "--configured-pace", "--target", "20ms"]).await;
    assert_eq!(
        db.scalar::<String>("SELECT pace::text FROM midflight.migrations").await,
        r#"{"target": "20ms"}"#
    );
    let told =
        "SELECT string_agg(what, ', ' ORDER BY id) FROM midflight.events WHERE what IN ('pause', 'resume')";
    assert_eq!(db.scalar::<String>(told).await, "pause, resume, pause, resume, resume");
    let ran = midflight.exits(&["pause", "2"], &[4]).await;
    assert!(ran.stderr.contains("no migration `2` is in flight"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_changed_while_it_runs_and_waits() {
    let (db, midflight) = expanded("throttle: {snapshot_age: 1s}\n").await;
    let report = begin(&db, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t").await;
    let backfill = midflight.begin(&["backfill"]);
    let old_snapshot = waits_for("a snapshot % old of 1s allowed%");
    db.until(&old_snapshot).await;
    midflight.ok(&["resume", "--limit", "snapshot_age=1h"]).await;
    db.until(RUNS).await;
    db.until("SELECT throttled_by IS NULL FROM midflight.backfills").await;
    // one that was off at the start
    midflight.ok(&["resume", "--limit", "replicas=1", "--limit", "replica_lag_bytes=off"]).await;
    db.until(&waits_for("0 of 1 replicas connected")).await;
    assert_eq!(
        db.scalar::<String>("SELECT pace::text FROM midflight.migrations").await,
        r#"{"limits": {"replicas": "1", "snapshot_age": "1h", "replica_lag_bytes": "off"}}"#
    );
    let pace = "pace set by `midflight resume`: limit replica_lag_bytes=off, limit replicas=1, limit snapshot_age=1h";
    let status = midflight.ok(&["status"]).await.stdout;
    assert!(status.contains(pace), "{status}");
    // those that were set hold from the start of another run on
    backfill.signal(Signal::TERM);
    backfill.ends(130).await;
    let ran = midflight.exits(&["backfill", "--max-throttle", "1s"], &[11]).await;
    assert!(ran.stderr.contains("throttled for 1s: 0 of 1 replicas connected"), "{}", ran.stderr);

    let backfill = midflight.begin(&["backfill"]);
    db.until(&waits_for("0 of 1 replicas connected")).await;
    midflight.ok(&["resume", "--configured-pace"]).await;
    db.until(&old_snapshot).await;
    midflight.ok(&["resume", "--limit", "snapshot_age=off"]).await;
    db.until("SELECT throttled_by IS NULL FROM midflight.backfills").await;
    // the steps after the rows want locks that it stands in the way of
    drop(report);
    midflight.ok(&HURRY).await;
    backfill.ends(0).await;
    for (limit, says) in [
        ("snapshot=1s", "there is no limit `snapshot`"),
        ("snapshot_age=soon", "neither `off` nor a limit"),
        ("snapshot_age", "written as `NAME=VALUE`"),
    ] {
        let ran = midflight.exits(&["resume", "--limit", limit], &[2]).await;
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_wait_together() {
    let (db, midflight) = expanded("").await;
    midflight.write("midflight.yaml", "backfill: {pause: 100ms, max_batch: 100, workers: 3}\n");
    let backfill = midflight.begin(&["backfill"]);
    db.until(RUNS).await;
    midflight.ok(&["pause"]).await;
    db.until("SELECT held > '2s' FROM midflight.backfills").await;
    nothing_moves(&db).await;
    let real = "SELECT held < clock_timestamp() - started_at FROM midflight.backfills";
    assert!(db.scalar::<bool>(real).await, "waited for longer than it ran");
    midflight.ok(&["resume"]).await;
    db.until("SELECT throttled_by IS NULL FROM midflight.backfills").await;
    midflight.ok(&["pause"]).await;
    db.until(&waits_for("paused by %")).await;
    db.exec("UPDATE midflight.lease SET owner = 'somebody else', epoch = epoch + 1, backend_pid = pg_backend_pid()").await;
    backfill.ends(13).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_is_stolen_while_it_waits() {
    let (db, midflight) = expanded("").await;
    let backfill = midflight.begin(&["backfill"]);
    db.until(RUNS).await;
    midflight.ok(&["pause"]).await;
    db.until(&waits_for("paused by %")).await;
    let rows: i64 = db.scalar("SELECT rows_done FROM midflight.backfills").await;
    db.exec("UPDATE midflight.lease SET owner = 'somebody else', epoch = epoch + 1, expires_at = now() + interval '1 hour', backend_pid = pg_backend_pid()").await;
    backfill.ends(13).await;
    assert_eq!(db.scalar::<i64>("SELECT rows_done FROM midflight.backfills").await, rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_whose_connection_is_lost() {
    let (db, midflight) = expanded("").await;
    let backfill = midflight.begin(&["backfill"]);
    db.until(RUNS).await;
    midflight.ok(&["pause"]).await;
    db.until(&waits_for("paused by %")).await;
    db.exec(
        "CREATE TABLE seen AS SELECT backend_pid, pg_terminate_backend(backend_pid) FROM midflight.lease",
    )
    .await;
    db.until("SELECT l.backend_pid <> s.backend_pid FROM midflight.lease l, seen s").await;
    midflight.exits(&["backfill"], &[12]).await;
    midflight.ok(&HURRY).await;
    backfill.ends(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_in_the_middle_of_the_sweep() {
    let db = TestDb::create().await;
    // What is left to convert is asked row by row, and the answer takes its time.
    db.exec(
        "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT n, n FROM generate_series(1, 50) n;
         CREATE FUNCTION slow(int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
         BEGIN IF current_query() LIKE 'SELECT ctid::text FROM%' THEN PERFORM pg_sleep(5); END IF; RETURN nullif($1, 0); END $$",
    )
    .await;
    let up =
        "-- midflight: reverse a = a::integer\nALTER TABLE t ALTER COLUMN a TYPE bigint USING slow(a);\n";
    let midflight = Program::new(&db, &[("1.sql", up)]);
    midflight.ok(&["expand"]).await;
    db.exec("UPDATE t SET a = NULL").await;
    let backfill = midflight.begin(&["backfill"]);
    db.until("SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'").await;
    backfill.signal(Signal::TERM);
    backfill.ends(130).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terminated_while_it_waits_for_a_lock() {
    let (db, midflight) = expanded("").await;
    midflight.ok(&HURRY).await;
    midflight.ok(&["backfill"]).await;
    let _reader = begin(&db, "BEGIN; SELECT count(*) FROM t").await;
    let contract = midflight.begin(&["contract"]);
    db.until("SELECT count(*) > 0 FROM pg_locks WHERE relation = 't'::regclass AND NOT granted").await;
    contract.signal(Signal::TERM);
    contract.ends(130).await;
    assert!(db.scalar::<bool>("SELECT expires_at < now() FROM midflight.lease").await);
}

/// Batches that a table of 2000 rows takes on a server of its own. Each row is written once, by its batch
async fn batches(cluster: &Cluster, table: &str) -> i64 {
    let db = TestDb::create().await;
    let change = format!("ALTER TABLE {table} ALTER COLUMN a TYPE bigint;\n");
    let url = cluster.url("postgres");
    let midflight = Program::new(&db, &[(&format!("{table}.sql"), &change)]).with_url(&url);
    midflight.write("midflight.yaml", "backfill: {target: 10s, busy_target: 1us}\n");
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let create = format!(
        "CREATE TABLE {table} AS SELECT n AS id, n AS a FROM generate_series(1, 2000) n; ANALYZE {table}"
    );
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let count = format!("SELECT count(DISTINCT xmin::text) FROM {table}");
    let batches = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    batches
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_small_while_others_are_at_work() {
    let start = || Cluster::start(&Binaries::find().unwrap(), &ClusterOptions::default()).unwrap();
    let cluster = tokio::task::spawn_blocking(start).await.unwrap();
    let connected = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    // Longer than a session counts as at work after its last statement, which here was its start.
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    let alone = batches(&cluster, "alone").await;
    assert!(alone < 50, "{alone} batches");
    let mut at_work = connected;
    let work = tokio::spawn(async move { sqlx::raw_sql("SELECT pg_sleep(600)").execute(&mut at_work).await });
    let beside_others = batches(&cluster, "accompanied").await;
    assert!(beside_others > 500, "{beside_others} batches");
    work.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_sees_its_own_sessions_only() {
    let db = TestDb::create().await;
    let role = format!("{}_owner", db.name());
    db.exec(&format!("DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN; GRANT CREATE ON DATABASE {} TO {role}; GRANT ALL ON SCHEMA public TO {role}", db.name())).await;
    db.exec(&format!("{TABLE}; ALTER TABLE t OWNER TO {role}")).await;
    let url = db.url().replacen("postgres@", &format!("{role}@"), 1);
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]).with_url(&url);
    midflight.ok(&["expand"]).await;
    midflight.write("midflight.yaml", "throttle: {replicas: 1, snapshot_age: 10m}\n");
    let ran = midflight.exits(&["backfill"], &[2]).await;
    assert!(ran.stderr.contains("can't be watched: replica_lag_bytes, snapshot_age"), "{}", ran.stderr);
    midflight.write("midflight.yaml", "");
    let ran = midflight.ok(&["backfill"]).await;
    let note = "not watched: replica_lag_bytes, active_backends, snapshot_age, autovacuum; they take the role pg_monitor";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
}

#[tokio::test]
async fn state_of_an_older_version_is_brought_up_to_date() {
    let (db, midflight) = expanded("").await;
    take_back(&db, 1).await;
    midflight.ok(&["status"]).await;
    midflight.write("midflight.yaml", "");
    midflight.ok(&["backfill"]).await;
    db.exec("UPDATE midflight.meta SET version = version + 1").await;
    midflight.exits(&["status"], &[22]).await;
}
