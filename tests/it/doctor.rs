//! `doctor` names what stands in the way, and what it names is so

use std::path::Path;

use serde_json::Value;

use super::support::database::TestDb;
use super::support::program::Program;

async fn checks(program: &Program, code: i32) -> Value {
    let ran = program.exits(&["doctor", "--format", "json"], &[code]).await;
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/doctor.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&found), "{found:#}");
    found["checks"].clone()
}

fn of<'c>(checks: &'c Value, name: &str) -> &'c Value {
    checks.as_array().unwrap().iter().find(|check| check["name"] == name).unwrap()
}

#[tokio::test]
async fn a_sound_database_has_no_problem() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id serial PRIMARY KEY, a int); INSERT INTO t (a) VALUES (1)").await;
    let program = Program::new(&db, &[("1.sql", "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n")]);
    let found = checks(&program, 0).await;
    for name in
        ["connection", "version", "pooler", "privileges", "event triggers", "indexes", "keys", "migrations"]
    {
        assert_eq!(of(&found, name)["outcome"], "ok", "{found:#}");
    }
    // For a person, one line each; and it leaves nothing behind.
    let told = program.ok(&["doctor"]).await.stdout;
    assert!(told.contains("ok       connection") && told.contains("PostgreSQL "), "{told}");
    assert!(db.scalar::<bool>("SELECT to_regnamespace('midflight') IS NULL").await);
}

#[tokio::test]
async fn what_is_wrong_is_named_with_its_cure() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE t (id serial PRIMARY KEY, a int, b int); INSERT INTO t (b) VALUES (1), (1);
         SELECT setval('t_id_seq', 2000000000);
         CREATE PUBLICATION everything FOR ALL TABLES;
         CREATE FUNCTION nothing() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
         CREATE EVENT TRIGGER watches ON ddl_command_start EXECUTE FUNCTION nothing()",
    )
    .await;
    let mut conn = db.connect().await;
    sqlx::raw_sql("CREATE UNIQUE INDEX CONCURRENTLY t_b ON t (b)").execute(&mut conn).await.unwrap_err();
    let program = Program::new(&db, &[("1.sql", "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n")]);
    let found = checks(&program, 0).await;
    for (name, word) in [
        ("keys", "public.t.id (integer, 93 % used)"),
        ("publications", "everything"),
        ("event triggers", "watches"),
        ("indexes", "public.t_b"),
    ] {
        let check = of(&found, name);
        assert_eq!(check["outcome"], "warning", "{check:#}");
        assert!(check["message"].as_str().unwrap().contains(word), "{check:#}");
        assert!(!check["cure"].as_str().unwrap().is_empty());
    }
    program.ok(&["expand"]).await;
    let check = checks(&program, 0).await;
    assert!(of(&check, "migrations")["message"].as_str().unwrap().contains("1 in flight"), "{check:#}");
}

#[tokio::test]
async fn a_role_that_may_not_is_told_so() {
    let db = TestDb::create().await;
    let role = format!("{}_poor", db.name());
    db.exec(&format!("CREATE TABLE t (id int PRIMARY KEY); DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN PASSWORD 'x'"))
        .await;
    db.exec("REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC").await;
    let url = db.url();
    let (scheme, rest) = url.split_once("://").unwrap();
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let host = address.rsplit_once('@').map_or(address, |(_, host)| host);
    let program = Program::new(&db, &[]).with_url(&format!("{scheme}://{role}:x@{host}?{query}"));
    let found = checks(&program, 23).await;
    let check = of(&found, "privileges");
    assert_eq!(check["outcome"], "problem", "{check:#}");
    for word in ["CREATE on the database", "CREATE on schema public"] {
        assert!(check["message"].as_str().unwrap().contains(word), "{check:#}");
    }
    db.exec(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}
