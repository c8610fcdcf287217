//! Settings of the session in migration files: left out where they make no difference, refused where they do

use super::support::database::TestDb;
use super::support::program::Program;

const TABLES: &str = "CREATE TABLE foo (id bigint PRIMARY KEY); CREATE SCHEMA app; CREATE TABLE app.bar (id bigint PRIMARY KEY)";

/// What pg_dump, ORMs and linters write at the head of a file.
const HEAD: &str = "SET statement_timeout = 0;
SET lock_timeout = '2s';
SET LOCAL lock_timeout TO '2s';
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
RESET lock_timeout;
RESET ROLE;
";

async fn project(files: &[(&str, &str)]) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(TABLES).await;
    let midflight = Program::new(&db, files);
    (db, midflight)
}

#[tokio::test]
async fn what_dumps_and_linters_write_is_left_out() {
    let sql = format!(
        "{HEAD}SET search_path = public;\nSET search_path TO \"$user\", public;\nALTER TABLE public.foo ADD COLUMN y int;\n"
    );
    let (db, midflight) = project(&[("1.sql", &sql)]).await;
    let plan = midflight.ok(&["plan"]).await;
    assert!(plan.stdout.contains("`SET LOCK_TIMEOUT` is left out"), "{}", plan.stdout);
    midflight.ok(&["expand"]).await;
    let steps: i64 = db.scalar("SELECT count(*) FROM midflight.steps").await;
    assert_eq!(steps, 1);
}

#[tokio::test]
async fn a_path_that_the_configuration_says_already() {
    let sql = "SET search_path TO app, public;\nALTER TABLE bar ADD COLUMN y int;\n";
    let (db, midflight) = project(&[("1.sql", sql), ("midflight.yaml", "schema: app\n")]).await;
    midflight.ok(&["expand"]).await;
    assert!(
        db.scalar::<bool>(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'app.bar'::regclass AND attname = 'y')"
        )
        .await
    );
}

#[tokio::test]
async fn what_would_change_the_statements_below_is_refused() {
    for (set, says) in [
        ("SET search_path TO app", "schema: app"),
        ("set SEARCH_PATH = 'app', public", "schema: app"),
        ("SELECT set_config('search_path', 'app, public', false)", "schema: app"),
        ("SET ROLE owner", "OWNER TO"),
        ("SET LOCAL ROLE owner", "OWNER TO"),
        ("SET SESSION AUTHORIZATION owner", "OWNER TO"),
        ("SET TimeZone = 'Europe/Berlin'", "AT TIME ZONE"),
        ("SET TIME ZONE 'UTC'", "AT TIME ZONE"),
        ("SET default_tablespace = 'fast'", "SET LOCAL"),
    ] {
        for phase in ["", "-- midflight: phase expand\n"] {
            let sql = format!("{phase}{set};\nCREATE TABLE x (id int);\n");
            let (db, midflight) = project(&[("1.sql", &sql)]).await;
            let ran = midflight.exits(&["expand"], &[23]).await;
            assert!(ran.stderr.contains(says), "{set}: {}", ran.stderr);
            assert!(db.scalar::<bool>("SELECT to_regnamespace('midflight') IS NULL").await);
        }
    }
}

#[tokio::test]
async fn settings_of_own_sql_end_with_it() {
    let local = "operations:\n  - sql: {expand: \"SET LOCAL search_path TO app; CREATE TABLE x (id int); SET LOCAL ROLE pg_monitor; RESET ROLE\", rollback: DROP TABLE app.x}\n  - create_table: {table: y, columns: [{name: id, type: int}]}\n";
    let (db, midflight) = project(&[("1.yaml", local)]).await;
    midflight.ok(&["expand"]).await;
    assert!(
        db.scalar::<bool>("SELECT to_regclass('app.x') IS NOT NULL AND to_regclass('public.y') IS NOT NULL")
            .await
    );
    midflight.ok(&["rollback"]).await;
    for (sql, says) in [
        ("SET search_path TO app; CREATE TABLE x (id int)", "schema: app"),
        ("SET LOCAL ROLE pg_monitor; CREATE TABLE x (id int)", "RESET ROLE"),
        ("SET app.tenant = '1'; UPDATE foo SET id = 1", "SET LOCAL"),
    ] {
        midflight.write("1.yaml", &format!("operations:\n  - sql: {{expand: \"{sql}\"}}\n"));
        let ran = midflight.exits(&["expand"], &[23]).await;
        assert!(ran.stderr.contains(says), "{sql}: {}", ran.stderr);
    }
}
