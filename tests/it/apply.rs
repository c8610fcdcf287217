//! `apply`: files as plain SQL, on a database that no release uses

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};

use crate::support::comparison::{Sides, options};
use crate::support::database::TestDb;
use crate::support::oracle_case::{Psql, psql};
use crate::support::program::Program;

const FILES: &[(&str, &str)] = &[
    (
        "0001_types.sql",
        "CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE SCHEMA \"Sales\";
         CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
         DO $$ BEGIN CREATE TYPE mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
    ),
    (
        "0002_tables.sql",
        "BEGIN;
         CREATE TABLE \"Sales\".\"Orders\" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, feels mood DEFAULT 'ok', n integer);
         INSERT INTO \"Sales\".\"Orders\" (n) SELECT twice(n) FROM generate_series(1, 100) n;
         SAVEPOINT s; DROP TABLE \"Sales\".\"Orders\"; ROLLBACK TO s;
         COMMIT;",
    ),
    // a value of an enum can't be used before it is committed
    (
        "0003_value.sql",
        "ALTER TYPE mood ADD VALUE 'happy';
         UPDATE \"Sales\".\"Orders\" SET feels = 'happy' WHERE id < 10;",
    ),
    (
        "0004_index.sql",
        "SET search_path TO \"Sales\";
         CREATE INDEX CONCURRENTLY orders_n ON \"Orders\" (n);
         ALTER TABLE \"Orders\" ALTER n TYPE bigint, ADD note text NOT NULL DEFAULT 'none';
         CREATE PROCEDURE two_parts() LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE a (); COMMIT; CREATE TABLE b (); END $$;
         CALL two_parts();",
    ),
    // the search_path of the file before is gone
    ("0005_view.sql", "CREATE VIEW notes AS SELECT note FROM \"Sales\".\"Orders\";\nSET LOCAL search_path TO \"Sales\";\nCREATE TABLE here ();"),
];

#[tokio::test]
async fn an_empty_database_is_built_by_one_command() {
    let (db, wanted) = (TestDb::create().await, TestDb::create().await);
    let program = Program::new(&db, FILES);
    let ran = program.ok(&["apply", "--format", "json"]).await;
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let lines = document["applied"].as_array().unwrap();
    let together: Vec<bool> =
        lines.iter().map(|line| line["in_one_transaction"].as_bool().unwrap()).collect();
    assert_eq!(together, [true, true, false, false, true], "{document}");
    by_psql(&program, &wanted).await;
    Sides::of(&wanted, &db).await.assert_alike("applied, psql is the first", &options()).await;
    let again = program.ok(&["apply", "--no-old-release"]).await;
    assert!(again.stderr.contains("nothing to do"), "{}", again.stderr);
    assert!(program.ok(&["advance", "--release", "v1"]).await.stderr.contains("nothing to do"));
}

async fn by_psql(program: &Program, db: &TestDb) {
    for (name, _) in FILES {
        let path = program.folder().join("migrations").join(name);
        assert_eq!(psql(db, &path).await, Psql::Takes, "{name}");
    }
}

#[tokio::test]
async fn a_failure_stops_there_and_undoes_its_file() {
    let db = TestDb::create().await;
    let files = [
        ("0001.sql", "CREATE TABLE a (n integer);"),
        ("0002.sql", "CREATE TABLE b ();\nALTER TABLE a\n  ADD COLUMN n text;"),
        ("0003.sql", "CREATE TABLE c ();"),
    ];
    let program = Program::new(&db, &files);
    let ran = program.exits(&["apply", "--no-old-release"], &[1]).await;
    assert!(
        ran.stderr.contains("migrations/0002.sql:2") && ran.stderr.contains("already exists"),
        "{}",
        ran.stderr
    );
    let there = "SELECT array_to_string(array_agg(relname ORDER BY relname), ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert_eq!(db.scalar::<String>(there).await, "a");
    program.write("0002.sql", "CREATE TABLE b ();");
    program.ok(&["apply", "--no-old-release"]).await;
    assert_eq!(db.scalar::<String>(there).await, "a b c");
}

#[tokio::test]
async fn killed_while_an_index_is_built_the_next_run_goes_on() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE \"T\" (n integer); INSERT INTO \"T\" SELECT generate_series(1, 100)").await;
    let file = "SET search_path TO pg_catalog, public;\nCREATE TABLE public.log (n integer);\nINSERT INTO log VALUES (1);\n\
                CREATE INDEX CONCURRENTLY \"By n\" ON \"T\" (n);\nINSERT INTO log VALUES (2);";
    let program = Program::new(&db, &[("0001.sql", file)]);
    let mut holder = db.connect().await;
    holder.execute("BEGIN; INSERT INTO \"T\" VALUES (0)").await.unwrap();
    let building = "SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'By n')";
    let killed = program
        .at(&["apply", "--no-old-release"], db.until(building), |pid| {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        })
        .await;
    assert!(killed.is_some());
    holder.execute("COMMIT").await.unwrap();
    db.until("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^CREATE INDEX')").await;
    assert!(
        program
            .exits(&["contract", "0001", "--release", "v2"], &[4])
            .await
            .stderr
            .contains("midflight apply")
    );
    program.exits(&["rollback", "0001"], &[4, 23]).await;
    program.ok(&["apply", "--no-old-release"]).await;
    let indexes = "SELECT string_agg(c.relname || ' ' || i.indisvalid, ', ') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                   WHERE i.indrelid = '\"T\"'::regclass";
    assert_eq!(db.scalar::<String>(indexes).await, "By n true");
    assert_eq!(db.scalar::<i64>("SELECT sum(n) FROM log").await, 3);
    assert_eq!(db.scalar::<String>("SELECT midflight.phase('0001')").await, "contracted");
}

#[tokio::test]
async fn what_has_run_may_not_change_what_comes_after_may() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (n integer); INSERT INTO t VALUES (1), (1)").await;
    let file = |first: &str, last: &str| {
        format!("{first};\nVACUUM t;\nCREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n);\n{last};")
    };
    let program = Program::new(&db, &[("0001.sql", &file("CREATE TABLE a ()", "SELECT 1"))]);
    let ran = program.exits(&["apply", "--no-old-release"], &[1]).await;
    assert!(ran.stderr.contains("0001.sql:3") && ran.stderr.contains("2 of 4"), "{}", ran.stderr);
    let status = program.ok(&["status"]).await.stdout;
    assert!(status.contains("being applied") && status.contains("2 of 4 parts"), "{status}");
    let status: Value =
        serde_json::from_str(&program.ok(&["status", "--format", "json"]).await.stdout).unwrap();
    let found = &status["migrations"][0];
    assert_eq!((&found["applying"]["done"], &found["applying"]["parts"]), (&2.into(), &4.into()), "{found}");
    assert_eq!(found["next"], "apply (resumes)");
    program.write("0001.sql", &file("CREATE TABLE b ()", "SELECT 1"));
    let ran = program.exits(&["apply", "--no-old-release"], &[22]).await;
    assert!(ran.stderr.contains("CREATE TABLE a"), "{}", ran.stderr);
    db.exec("DELETE FROM t WHERE ctid = '(0,1)'").await;
    program.write("0001.sql", &file("CREATE TABLE a ()", "CREATE TABLE b ()"));
    program.ok(&["apply", "--no-old-release"]).await;
    assert!(db.scalar::<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_n'::regclass").await);
}

#[tokio::test]
async fn a_database_in_use_is_left_alone() {
    let db = TestDb::create().await;
    let program = Program::new(&db, &[("0001.sql", "CREATE TABLE a ();")]);
    let mut client = db.connect().await;
    client.execute("SET application_name = 'the shop'; SELECT 1").await.unwrap();
    let ran = program.exits(&["apply"], &[4]).await;
    assert!(ran.stderr.contains("the shop") && ran.stderr.contains("--no-old-release"), "{}", ran.stderr);
    assert!(db.scalar::<Option<String>>("SELECT to_regclass('a')::text").await.is_none());
    let others = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'the shop')";
    db.until(others).await;
    program.write("midflight.yaml", "apply: {ignore: ['', the shop]}");
    program.ok(&["apply"]).await;
    program.write("0002.sql", "CREATE TABLE b ();");
    program.ok(&["advance", "--release", "v1"]).await;
    program.ok(&["advance", "--release", "v2"]).await;
    program.write("0003.sql", "CREATE TABLE c ();");
    let ran = program.exits(&["apply"], &[4]).await;
    assert!(ran.stderr.contains("v2"), "{}", ran.stderr);
    program.ok(&["apply", "--no-old-release"]).await;
}

#[tokio::test]
async fn a_migration_in_flight_comes_first() {
    let db = TestDb::create().await;
    let program =
        Program::new(&db, &[("0001.sql", "CREATE TABLE a ();"), ("0002.sql", "CREATE TABLE b ();")]);
    program.ok(&["expand", "0001", "--release", "v1"]).await;
    let ran = program.exits(&["apply", "--no-old-release"], &[23]).await;
    assert!(ran.stderr.contains("0001") && ran.stderr.contains("backfilled"), "{}", ran.stderr);
}

#[tokio::test]
async fn yaml_runs_as_its_plain_statements() {
    let (db, wanted) = (TestDb::create().await, TestDb::create().await);
    let before = "CREATE TABLE users (id bigint PRIMARY KEY, name text, email text); INSERT INTO users VALUES (1, 'Ann Lee', NULL), (2, 'Bo', 'b@c')";
    db.exec(before).await;
    wanted.exec(before).await;
    let yaml = "operations:
  - transform_columns:
      table: users
      from: [name]
      to: [{name: first_name, type: text, not_null: true}, {name: last_name, type: text}]
      up: {first_name: \"split_part(name, ' ', 1)\", last_name: \"nullif(split_part(name, ' ', 2), '')\"}
      down: {name: \"concat_ws(' ', first_name, last_name)\"}
  - set_not_null: {table: users, column: email, up: \"'none'\"}
  - create_type: {name: mood, definition: \"AS ENUM ('ok')\"}
  - create_type: {name: mood, definition: \"AS ENUM ('x')\", if_not_exists: true}
  - add_enum_value: {type: mood, value: sad}
  - add_column: {table: users, column: {name: feels, type: mood, not_null: true, default: \"'ok'\"}, up: \"'sad'\"}
  - create_index: {table: users, columns: [last_name]}
";
    let program = Program::new(&db, &[("0001.yaml", yaml)]);
    program.ok(&["apply", "--no-old-release"]).await;
    for sql in [
        "ALTER TABLE users ADD first_name text, ADD last_name text; UPDATE users SET first_name = split_part(name, ' ', 1), last_name = nullif(split_part(name, ' ', 2), '')",
        "ALTER TABLE users ALTER first_name SET NOT NULL, DROP name; UPDATE users SET email = 'none' WHERE email IS NULL",
        "ALTER TABLE users ALTER email SET NOT NULL; CREATE TYPE mood AS ENUM ('ok', 'sad'); ALTER TABLE users ADD feels mood NOT NULL DEFAULT 'sad'",
        "ALTER TABLE users ALTER feels SET DEFAULT 'ok'; CREATE INDEX ON users (last_name)",
    ] {
        wanted.connect().await.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    }
    Sides::of(&wanted, &db).await.assert_alike("plain statements are the first", &options()).await;
}

#[tokio::test]
async fn what_a_file_chooses_ends_with_it() {
    let db = TestDb::create().await;
    db.exec("CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO pg_monitor").await;
    let program = Program::new(
        &db,
        &[
            ("0001.sql", "SET ROLE pg_monitor;\nSET search_path TO app;\nCREATE TABLE a ();"),
            ("0002.sql", "CREATE TABLE b ();\nVACUUM;"),
            ("0003.sql", "SET SESSION AUTHORIZATION pg_monitor;\nVACUUM pg_class;\nCREATE TABLE app.c ();"),
        ],
    );
    program.ok(&["apply", "--no-old-release"]).await;
    let owners = "SELECT string_agg(schemaname || '.' || tablename || ' ' || (tableowner = 'pg_monitor'), ', ' ORDER BY tablename)
                  FROM pg_tables WHERE schemaname IN ('app', 'public')";
    assert_eq!(db.scalar::<String>(owners).await, "app.a true, public.b false, app.c true");
}

#[tokio::test]
async fn the_projects_schema_is_where_unqualified_names_belong() {
    let db = TestDb::create().await;
    db.exec("CREATE SCHEMA shop").await;
    let program = Program::new(
        &db,
        &[("0001.sql", "CREATE TABLE a ();"), ("0002.sql", "CREATE TABLE b ();\nVACUUM b;")],
    );
    program.write("midflight.yaml", "schema: shop");
    program.ok(&["apply", "--no-old-release"]).await;
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM pg_tables WHERE schemaname = 'shop'").await, 2);
}

#[tokio::test]
async fn what_only_psql_can_do_is_refused_before_anything_runs() {
    let db = TestDb::create().await;
    for (sql, code) in [
        ("CREATE TABLE a ();\n\\i other.sql\n", 23),
        ("CREATE TABLE a ();\nBEGIN;\nCREATE TABLE b ();\n", 2),
        ("CREATE TABLE a (n int);\nCOPY a FROM STDIN;\n", 23),
    ] {
        let program = Program::new(&db, &[("0001.sql", sql)]);
        program.exits(&["apply", "--no-old-release"], &[code]).await;
        assert!(db.scalar::<Option<String>>("SELECT to_regclass('a')::text").await.is_none(), "{sql}");
    }
}
