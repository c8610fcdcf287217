//! A schema for each release: what each sees, from its first statement to its last

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Column, Connection, Executor, PgConnection, Row, TypeInfo, postgres::PgRow};
use tokio::task::JoinHandle;

use super::support::database::TestDb;
use super::support::program::Program;

/// A table, its first file contracted long ago
const BEFORE: &str = "
CREATE TABLE users (id bigint PRIMARY KEY, name text, visits integer NOT NULL DEFAULT 7, flag boolean DEFAULT true, w bigint);
CREATE INDEX ON users (visits);
INSERT INTO users SELECT n, 'u' || n, n, true, n FROM generate_series(1, 500) n";

/// Every kind of change of columns
const CHANGE: &str = "
ALTER TABLE users ALTER COLUMN visits TYPE bigint;
ALTER TABLE users RENAME COLUMN name TO full_name;
ALTER TABLE users ADD COLUMN note text DEFAULT 'none';
ALTER TABLE users DROP COLUMN flag;
";

/// The columns that the old release knows, in their order
const OLD: &[(&str, &str)] =
    &[("id", "INT8"), ("name", "TEXT"), ("visits", "INT4"), ("flag", "BOOL"), ("w", "INT8")];
/// The same of the new one
const NEW: &[(&str, &str)] =
    &[("id", "INT8"), ("full_name", "TEXT"), ("visits", "INT8"), ("w", "INT8"), ("note", "TEXT")];

struct Project {
    db: TestDb,
    midflight: Program,
}

impl Project {
    async fn new(before: &str, files: &[(&str, &str)]) -> Self {
        let db = TestDb::create().await;
        db.exec(before).await;
        let midflight = Program::new(&db, &[("0001_first.sql", "SELECT 1;")]);
        midflight.write("midflight.yaml", "version_schemas: true");
        midflight.ok(&["baseline", "--through", "0001_first"]).await;
        for (name, text) in files {
            midflight.write(name, text);
        }
        Self { db, midflight }
    }

    async fn through(&self, version: &str) -> PgConnection {
        let mut conn = self.db.connect().await;
        conn.execute(sqlx::raw_sql(AssertSqlSafe(format!("SET search_path = {version}, public"))))
            .await
            .unwrap();
        conn
    }

    async fn code(&self, version: &str, sql: &str) -> String {
        let mut conn = self.through(version).await;
        match conn.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await {
            Ok(_) => "done".to_owned(),
            Err(error) => error.as_database_error().unwrap().code().unwrap().into_owned(),
        }
    }

    async fn major(&self) -> u32 {
        self.db.scalar::<String>("SHOW server_version_num").await.parse::<u32>().unwrap() / 10_000
    }

    async fn schemas(&self) -> String {
        self.db
            .scalar(
                "SELECT coalesce(string_agg(nspname, ' ' ORDER BY nspname), '') FROM pg_namespace
                 WHERE obj_description(oid, 'pg_namespace') LIKE 'midflight version %'",
            )
            .await
    }
}

/// Statements that a driver prepares once and repeats on its connection, as sqlx does. It never prepares again.
struct Application {
    stop: Arc<AtomicBool>,
    rounds: Arc<AtomicI64>,
    task: JoinHandle<Result<(), String>>,
}

/// Rows of the applications have numbers of their own
static NEXT: AtomicI64 = AtomicI64::new(10_000);

impl Application {
    async fn start(project: &Project, version: &str, columns: &'static [(&str, &str)]) -> Self {
        let mut conn = project.through(version).await;
        let (stop, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
        let (stopped, counted, version) = (stop.clone(), rounds.clone(), version.to_owned());
        let task = tokio::spawn(async move {
            while !stopped.load(Ordering::Relaxed) {
                round(&mut conn, columns).await.map_err(|error| format!("{version}: {error}"))?;
                counted.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
        let started = Self { stop, rounds, task };
        started.another_round().await;
        started
    }

    async fn another_round(&self) {
        let begun = self.rounds.load(Ordering::Relaxed);
        while self.rounds.load(Ordering::Relaxed) <= begun && !self.task.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn stop(self) {
        self.another_round().await;
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap().unwrap();
    }
}

/// One of each statement. A row has its number in `visits`, and in `w`, which no migration changes.
async fn round(conn: &mut PgConnection, columns: &[(&str, &str)]) -> Result<(), String> {
    let (id, n) = (NEXT.fetch_add(1, Ordering::Relaxed), NEXT.load(Ordering::Relaxed) % 1_000_000);
    let name = columns[1].0;
    let positional = match columns.len() {
        5 if columns[3].0 == "flag" => {
            "INSERT INTO users VALUES ($1, 'p', $2::bigint, false, $2) RETURNING *"
        }
        _ => "INSERT INTO users VALUES ($1, 'p', $2::bigint, $2, 'said') RETURNING *",
    };
    let by_name = format!(
        "INSERT INTO users (id, {name}, visits, w) VALUES ($1, 'i', $2::bigint, $2) ON CONFLICT (id) DO UPDATE
         SET visits = excluded.visits, w = excluded.w, {name} = excluded.{name} || users.{name} RETURNING *"
    );
    let update = "UPDATE users SET visits = $2::bigint, w = $2 WHERE id = $1 RETURNING *";
    let left_out = "INSERT INTO users (id, w) VALUES ($1, $2 - $2 + 7) RETURNING *";
    let read = "SELECT * FROM users WHERE id = $1 AND $2::bigint > 0";
    for (sql, id) in [
        (positional, id),
        (by_name.as_str(), id),
        (by_name.as_str(), -id),
        (left_out, -1_000_000_000 - id),
        (update, n % 500 + 1),
        (read, n % 500 + 1),
        (read, id),
    ] {
        let row =
            sqlx::query(AssertSqlSafe(sql.to_owned())).bind(id).bind(n).fetch_optional(&mut *conn).await;
        let row = row.map_err(|error| format!("{error}\nin: {sql}"))?;
        right(&row.ok_or_else(|| format!("no row: {sql}"))?, columns)
            .map_err(|why| format!("{why}\nin: {sql}"))?;
    }
    Ok(())
}

/// Its columns are those that the release knows, in order, and its number is one.
fn right(row: &PgRow, columns: &[(&str, &str)]) -> Result<(), String> {
    let found: Vec<(&str, &str)> =
        row.columns().iter().map(|column| (column.name(), column.type_info().name())).collect();
    if found != columns {
        return Err(format!("{found:?}, not {columns:?}"));
    }
    let visits = match columns[2].1 {
        "INT4" => i64::from(row.get::<i32, _>("visits")),
        _ => row.get("visits"),
    };
    if visits == row.get::<i64, _>("w") {
        Ok(())
    } else {
        Err(format!("visits {visits}, w {}", row.get::<i64, _>("w")))
    }
}

#[tokio::test]
async fn prepared_statements_of_both_releases_never_fail() {
    let project = Project::new(BEFORE, &[("0002_change.sql", CHANGE)]).await;
    let midflight = &project.midflight;
    let old = Application::start(&project, "public_0001_first", OLD).await;
    // Straight to the table, by a script that knows nothing of versions.
    midflight.ok(&["expand", "--release", "2"]).await;
    old.another_round().await;
    project.db.exec("INSERT INTO public.users (id, name, visits, w) VALUES (-1, 'script', 3, 3)").await;
    midflight.ok(&["rollback", "0002_change"]).await;
    assert_eq!(project.schemas().await, "");
    old.another_round().await;
    midflight.ok(&["expand", "--release", "2"]).await;
    assert_eq!(project.schemas().await, "public_0001_first public_0002_change");
    let new = Application::start(&project, "public_0002_change", NEW).await;
    midflight.ok(&["backfill"]).await;
    new.another_round().await;
    old.another_round().await;
    midflight.ok(&["verify"]).await;
    project.db.exec("UPDATE public.users SET visits = 4, w = 4 WHERE id = -1").await;
    old.stop().await;
    midflight.ok(&["contract", "--release", "3"]).await;
    assert_eq!(project.schemas().await, "public_0002_change");
    new.stop().await;
    let wrong =
        "SELECT count(*) FROM public.users WHERE visits <> w OR full_name IS NULL AND id > -1000000000";
    assert_eq!(project.db.scalar::<i64>(wrong).await, 0);
}

#[tokio::test]
async fn several_versions_are_alive_at_once() {
    let project = Project::new(BEFORE, &[("0002_change.sql", CHANGE)]).await;
    let midflight = &project.midflight;
    let old = Application::start(&project, "public_0001_first", OLD).await;
    midflight.ok(&["advance", "--release", "2"]).await;
    let new = Application::start(&project, "public_0002_change", NEW).await;
    midflight.write("0003_more.sql", "ALTER TABLE users ADD COLUMN more text;\n");
    midflight.ok(&["expand", "0003_more", "--release", "3"]).await;
    const NEWEST: &[(&str, &str)] = &[
        ("id", "INT8"),
        ("full_name", "TEXT"),
        ("visits", "INT8"),
        ("w", "INT8"),
        ("note", "TEXT"),
        ("more", "TEXT"),
    ];
    let newest = Application::start(&project, "public_0003_more", NEWEST).await;
    // What is built upon has to stay.
    let refused = midflight.exits(&["rollback", "0002_change"], &[23]).await;
    assert!(refused.stderr.contains("midflight rollback 0003_more"), "{}", refused.stderr);
    old.another_round().await;
    old.stop().await;
    midflight.ok(&["contract", "0002_change", "--release", "3"]).await;
    assert_eq!(project.schemas().await, "public_0002_change public_0003_more");
    new.another_round().await;
    new.stop().await;
    midflight.ok(&["contract", "0003_more", "--release", "4"]).await;
    assert_eq!(project.schemas().await, "public_0003_more");
    newest.stop().await;
    // Without columns of its own the next release sees what this one saw, in its order.
    midflight.write("0004_other.sql", "CREATE TABLE other (id bigint);");
    midflight.ok(&["expand", "--release", "4"]).await;
    let last = Application::start(&project, "public_0004_other", NEWEST).await;
    last.stop().await;
}

#[tokio::test]
async fn quoted_names_and_row_level_security() {
    let before = "
        CREATE TABLE \"Order Lines\" (\"Id\" integer PRIMARY KEY, \"Sum\" integer DEFAULT 5, \"Owner\" text);
        ALTER TABLE \"Order Lines\" ENABLE ROW LEVEL SECURITY;
        INSERT INTO \"Order Lines\" VALUES (1, 10, 'v_app'), (2, 20, 'somebody');
        DO $$ BEGIN CREATE ROLE v_app; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
        CREATE POLICY own ON \"Order Lines\" USING (\"Owner\" = current_user);
        GRANT SELECT, UPDATE ON \"Order Lines\" TO v_app";
    let files = [("0002_Sum.sql", "ALTER TABLE \"Order Lines\" ALTER COLUMN \"Sum\" TYPE bigint;\n")];
    let project = Project::new(before, &files).await;
    let midflight = &project.midflight;
    let name = midflight.ok(&["schema"]).await.stdout;
    let name = name.trim();
    assert!(name.starts_with("public_0002_sum_"), "{name}");
    if project.major().await < 15 {
        let refused = midflight.exits(&["expand", "--release", "2"], &[23]).await;
        assert!(refused.stderr.contains("has row-level security"), "{}", refused.stderr);
        return;
    }
    midflight.ok(&["advance", "--release", "2"]).await;
    for version in ["public_0001_first", name] {
        let rows = "SET ROLE v_app; SELECT 1 / (count(*) - 2) FROM \"Order Lines\"";
        assert_eq!(project.code(version, rows).await, "done", "one row and not two: {version}");
        let update = "SET ROLE v_app; UPDATE \"Order Lines\" SET \"Sum\" = 11";
        assert_eq!(project.code(version, update).await, "done", "{version}");
        let insert = "SET ROLE v_app; INSERT INTO \"Order Lines\" (\"Id\") VALUES (9)";
        assert_eq!(project.code(version, insert).await, "42501", "{version}");
        // What an application creates without a schema does not end up here.
        assert_eq!(project.code(version, "SET ROLE v_app; CREATE TABLE t ()").await, "42501", "{version}");
    }
    let sums =
        "SELECT string_agg(\"Sum\" || '/' || \"_midflight_Sum\", ' ' ORDER BY \"Id\") FROM \"Order Lines\"";
    assert_eq!(project.db.scalar::<String>(sums).await, "11/11 20/20");
    midflight.ok(&["contract", "--release", "3"]).await;
    let large = "SET ROLE v_app; UPDATE \"Order Lines\" SET \"Sum\" = 3000000000";
    assert_eq!(project.code(name, large).await, "done");
}

/// PostgreSQL asks who reads a view for every column of it, unless the view's owner reads the table
#[tokio::test]
async fn privileges_on_columns_hold_through_views() {
    let before = "
        CREATE TABLE t (id bigint PRIMARY KEY, amount integer, secret text);
        INSERT INTO t VALUES (1, 1, 'x');
        DO $$ BEGIN CREATE ROLE v_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
        GRANT SELECT (id, amount), UPDATE (amount) ON t TO v_reader";
    let files = [("0002_amount.sql", "ALTER TABLE t ALTER COLUMN amount TYPE bigint;\n")];
    let project = Project::new(before, &files).await;
    project.midflight.ok(&["advance", "--release", "2"]).await;
    for version in ["public_0001_first", "public_0002_amount"] {
        let read = "SET ROLE v_reader; SELECT id, amount FROM t";
        assert_eq!(project.code(version, read).await, "done", "{version}");
        let update = "SET ROLE v_reader; UPDATE t SET amount = 2 WHERE id = 1";
        assert_eq!(project.code(version, update).await, "done", "{version}");
        let secret = "SET ROLE v_reader; SELECT secret FROM t";
        assert_eq!(project.code(version, secret).await, "42501", "{version}");
    }
    // Neither kind of view does both.
    project.midflight.ok(&["rollback", "0002_amount"]).await;
    project.db.exec("ALTER TABLE t ENABLE ROW LEVEL SECURITY").await;
    let refused = project.midflight.exits(&["plan"], &[23]).await;
    assert!(refused.stderr.contains("row-level security"), "{}", refused.stderr);
}

#[tokio::test]
async fn what_can_not_be_shown_is_refused() {
    let project = Project::new(BEFORE, &[]).await;
    let midflight = &project.midflight;
    // A way back that nobody knows.
    midflight
        .write("0002_type.sql", "ALTER TABLE users ALTER COLUMN name TYPE integer USING length(name);\n");
    let refused = midflight.exits(&["plan"], &[23]).await;
    assert!(refused.stderr.contains("-- midflight: reverse name ="), "{}", refused.stderr);
    midflight.remove("0002_type.sql");
    // One that is in flight without version schemas.
    midflight.write("midflight.yaml", "");
    midflight.write("0002_drop.sql", "ALTER TABLE users DROP COLUMN flag;\n");
    midflight.ok(&["expand", "--release", "2"]).await;
    midflight.write("midflight.yaml", "version_schemas: true");
    midflight.write("0003_add.sql", "ALTER TABLE users ADD COLUMN note text;\n");
    let refused = midflight.exits(&["expand", "0003_add", "--release", "2"], &[23]).await;
    assert!(refused.stderr.contains("`0002_drop` in flight works on public.users"), "{}", refused.stderr);
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract", "0002_drop", "--release", "3"]).await;
    midflight.ok(&["expand", "0003_add", "--release", "3"]).await;
    // A file that comes before one whose schema is there.
    midflight.write("0002_late.sql", "ALTER TABLE users ADD COLUMN late text;\n");
    let refused = midflight.exits(&["expand", "0002_late", "--release", "3"], &[23]).await;
    assert!(refused.stderr.contains("`0003_add` comes after this file"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_change_in_place_recreates_the_views_of_all_releases() {
    let before =
        "CREATE TABLE t (id bigint PRIMARY KEY, code varchar(4) DEFAULT 'abcd'); INSERT INTO t VALUES (1)";
    let files = [("0002_wider.sql", "ALTER TABLE t ALTER COLUMN code TYPE varchar(20);\n")];
    let project = Project::new(before, &files).await;
    let midflight = &project.midflight;
    midflight.ok(&["expand", "--release", "2"]).await;
    midflight.write("0003_more.sql", "ALTER TABLE t ADD COLUMN more text;\n");
    midflight.ok(&["expand", "0003_more", "--release", "3"]).await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract", "0002_wider", "--release", "3"]).await;
    for version in ["public_0002_wider", "public_0003_more"] {
        let long = "UPDATE t SET code = '12345678901234567890'";
        assert_eq!(project.code(version, long).await, "done", "{version}");
        assert_eq!(
            project.code(version, "INSERT INTO t (id) VALUES (2); DELETE FROM t WHERE id = 2").await,
            "done"
        );
    }
}

/// Nobody knows what it changes
#[tokio::test]
async fn own_sql_finds_no_view_in_its_way() {
    let before =
        "CREATE TABLE t (id bigint PRIMARY KEY, code varchar(4), gone text); INSERT INTO t VALUES (1, 'a')";
    let own = "ALTER TABLE t ADD COLUMN more text;
        -- midflight: phase contract
        ALTER TABLE t ALTER COLUMN code TYPE text, DROP COLUMN gone;\n";
    let project = Project::new(before, &[("0002_own.sql", own)]).await;
    project.midflight.ok(&["advance", "--release", "2"]).await;
    project.midflight.ok(&["contract", "--release", "3"]).await;
    let long = "UPDATE t SET code = 'longer than before', more = 'x'";
    assert_eq!(project.code("public_0002_own", long).await, "done");
    assert_eq!(project.schemas().await, "public_0002_own");
    let shown = "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'public_0002_own.t'::regclass";
    assert_eq!(project.db.scalar::<String>(shown).await, "id code more");
}

#[tokio::test]
async fn the_name_is_known_without_a_database_and_the_latest_from_it() {
    let project = Project::new(BEFORE, &[("0002_change.sql", CHANGE)]).await;
    let midflight = &project.midflight;
    let told = async |arguments: &[&str]| midflight.ok(arguments).await.stdout.trim().to_owned();
    assert_eq!(told(&["schema"]).await, "public_0002_change");
    assert_eq!(told(&["schema", "0001_first"]).await, "public_0001_first");
    assert_eq!(
        told(&["schema", "--format", "env"]).await,
        "PGOPTIONS=-csearch_path=public_0002_change,public"
    );
    assert_eq!(told(&["schema", "--latest"]).await, "public_0001_first");
    midflight.ok(&["expand", "--release", "2"]).await;
    assert_eq!(told(&["schema", "--latest"]).await, "public_0001_first", "not readable yet");
    midflight.ok(&["backfill"]).await;
    assert_eq!(told(&["schema", "--latest"]).await, "public_0002_change");
    let url = told(&["schema", "--format", "url"]).await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let path: String = sqlx::query_scalar("SHOW search_path").fetch_one(&mut conn).await.unwrap();
    assert_eq!(path, "public_0002_change,public");
    let status: Value = serde_json::from_str(&told(&["status", "--format", "json"]).await).unwrap();
    assert_eq!(status["migrations"][1]["version_schema"], "public_0002_change", "{status}");
    midflight.exits(&["schema", "--format", "github"], &[2]).await;
    midflight.exits(&["status", "--format", "env"], &[2]).await;
}

#[tokio::test]
async fn statements_that_break_are_named_in_the_application() {
    let midflight = Program::without_database(&[("0002_change.sql", CHANGE)]);
    let source = midflight.folder().join("app");
    std::fs::create_dir(&source).unwrap();
    std::fs::write(source.join("load.sql"), "COPY users FROM STDIN;\nTRUNCATE public.users;\n").unwrap();
    let model = r#"
def read(id): return run("SELECT * FROM users WHERE id = %s", id)
INSERT = """
  INSERT INTO users VALUES (%s, %s)
  ON CONFLICT ON CONSTRAINT users_pkey DO NOTHING"""
NAME = f"UPDATE users SET name = {name}"
"#;
    std::fs::write(source.join("model.py"), model).unwrap();
    let found = async |midflight: &Program| {
        let ran = midflight.exits(&["lint", "--app", "app", "--format", "json"], &[3]).await;
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        let one = |one: &Value| {
            let file = one["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            format!("{file}:{}:{}", one["line"], one["rule"].as_str().unwrap())
        };
        report["findings"].as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(
        found(&midflight).await,
        ["model.py:2:prepared-star", "model.py:4:positional-insert", "model.py:6:gone"]
    );
    midflight.write("midflight.yaml", "version_schemas: true");
    assert_eq!(found(&midflight).await, ["load.sql:1:copy", "model.py:5:on-constraint", "model.py:6:gone"]);
}
