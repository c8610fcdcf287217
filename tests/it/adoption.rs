//! Existing databases, and no database at all: `baseline`, `plan --schema`, `new`, `convert`

use super::support::database::TestDb;
use super::support::program::Program;

const ADD: &str = "ALTER TABLE orders ADD COLUMN note text;\n";
const WIDEN: &str = "ALTER TABLE orders ALTER COLUMN amount_cents TYPE bigint;\n";

#[tokio::test]
async fn files_that_another_tool_applied_are_left_alone() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE orders (id bigint PRIMARY KEY, amount_cents integer NOT NULL, note text)").await;
    let midflight = Program::new(&db, &[("1_add.sql", ADD), ("2_widen.sql", WIDEN)]);
    let marked = midflight.ok(&["baseline", "--through", "1_add"]).await;
    assert!(marked.stdout.contains("1_add") && !marked.stdout.contains("2_widen"), "{}", marked.stdout);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
    let type_: String = db.scalar("SELECT pg_typeof(amount_cents)::text FROM (SELECT (SELECT amount_cents FROM orders)) o(amount_cents)").await;
    assert_eq!(type_, "bigint");
    let again = midflight.ok(&["baseline"]).await;
    assert!(again.stdout.contains("nothing to mark"), "{}", again.stdout);
}

#[tokio::test]
async fn a_migration_in_flight_is_not_adopted() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE orders (id bigint PRIMARY KEY, amount_cents integer NOT NULL)").await;
    let midflight = Program::new(&db, &[("2_widen.sql", WIDEN)]);
    midflight.ok(&["expand"]).await;
    let ran = midflight.run(&["baseline"]).await;
    assert!(ran.code == 23 && ran.stderr.contains("is expanded"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_plan_needs_no_database() {
    let db = TestDb::create().await;
    let midflight =
        Program::new(&db, &[("2_widen.sql", WIDEN)]).with_url("postgresql://nobody@127.0.0.1:1/nothing");
    let schema = tempfile::NamedTempFile::new().unwrap();
    let dump = "\\restrict x\nCREATE TABLE public.orders (id bigint PRIMARY KEY, amount_cents integer NOT NULL);\n\
                ALTER TABLE public.orders OWNER TO \"The App\";\n\\unrestrict x\n";
    std::fs::write(schema.path(), dump).unwrap();
    let path = schema.path().to_str().unwrap();
    let planned = midflight.ok(&["plan", "--schema", path, "--format", "json"]).await;
    let plan: serde_json::Value = serde_json::from_str(&planned.stdout).unwrap();
    assert_eq!(plan["plans"][0]["contract"][0]["locks"][0]["lock"], "ACCESS EXCLUSIVE");
    std::fs::write(schema.path(), "CREATE TABEL x ();").unwrap();
    let ran = midflight.run(&["plan", "--schema", path]).await;
    assert!(ran.code == 2 && ran.stderr.contains("syntax error"), "{}", ran.stderr);
}

#[tokio::test]
async fn new_files_are_numbered_and_conversions_read_back() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE orders (id bigint PRIMARY KEY, amount_cents integer NOT NULL)").await;
    let midflight = Program::new(&db, &[("0007_widen.sql", WIDEN)]);
    let made = midflight.ok(&["new", "split name", "--yaml"]).await;
    assert_eq!(made.stdout.trim(), "migrations/0008_split_name.yaml");
    let converted = midflight.ok(&["convert", "migrations/0007_widen.sql"]).await;
    midflight.write("0007_widen.sql", "");
    midflight.write("0009_widen.yaml", &converted.stdout);
    let planned = midflight.ok(&["plan", "0009_widen"]).await;
    assert!(planned.stdout.contains("_midflight_amount_cents"), "{}", planned.stdout);
}

/// What each file makes shows in which order they ran.
const FLYWAY: &[(&str, &str)] = &[
    ("R__view.sql", "CREATE OR REPLACE VIEW va AS SELECT id FROM a;\n"),
    ("U2__b.sql", "DROP TABLE b;\n"),
    ("V10__c.sql", "ALTER TABLE b ADD COLUMN c int;\n"),
    ("V1_1__d.sql", "ALTER TABLE a ADD COLUMN d int;\n"),
    ("V1__a.sql", "CREATE TABLE a (id int PRIMARY KEY);\n"),
    ("V2__b.sql", "CREATE TABLE b (id int PRIMARY KEY);\n"),
];

#[tokio::test]
async fn a_folder_of_flyways_is_applied_in_its_order() {
    let db = TestDb::create().await;
    let midflight = Program::new(&db, FLYWAY);
    let status = midflight.ok(&["status", "--format", "json"]).await;
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    let ids: Vec<&str> =
        status["migrations"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["V1__a", "V1_1__d", "V2__b", "V10__c", "R__view"]);
    let marked = midflight.ok(&["baseline", "--through", "V2__b"]).await;
    assert!(marked.stdout.contains("V1__a, V1_1__d, V2__b"), "{}", marked.stdout);
}

#[tokio::test]
async fn a_repeatable_file_is_due_again_when_its_text_has_changed() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE a (id int PRIMARY KEY, n int)").await;
    let midflight = Program::new(&db, &[FLYWAY[0]]);
    let columns = async || {
        db.scalar::<i64>("SELECT count(*) FROM pg_attribute WHERE attrelid = 'va'::regclass AND attnum > 0")
            .await
    };
    let phases = async || {
        db.scalar::<String>(
            "SELECT string_agg(regexp_replace(id, '@.{8}', '@') || ' ' || phase, ', ' ORDER BY created_at) FROM midflight.migrations",
        )
        .await
    };
    midflight.ok(&["advance", "--release", "v1"]).await;
    // comments and white space don't matter
    midflight.write("R__view.sql", "-- a view\nCREATE OR REPLACE VIEW va AS SELECT id  FROM a;\n");
    midflight.ok(&["advance", "--release", "v2"]).await;
    assert_eq!(phases().await, "R__view contracted");
    let wider = "CREATE OR REPLACE VIEW va AS SELECT id, n FROM a;\n";
    midflight.write("R__view.sql", wider);
    let pending = midflight.exits(&["status", "--check"], &[5]).await;
    assert!(pending.stdout.contains("R__view@"), "{}", pending.stdout);
    midflight.ok(&["advance", "--release", "v3"]).await;
    assert_eq!(columns().await, 2);
    assert_eq!(phases().await, "R__view contracted, R__view@ backfilled");
    midflight.ok(&["status", "--check"]).await;
    // one text after the other, and the first one again
    midflight.write("R__view.sql", "DROP VIEW va;\n");
    midflight.ok(&["advance", "--release", "v4"]).await;
    midflight.ok(&["advance", "--release", "v5"]).await;
    midflight.write("R__view.sql", wider);
    midflight.ok(&["advance", "--release", "v6"]).await;
    assert_eq!(columns().await, 2);
    assert_eq!(
        phases().await,
        "R__view contracted, R__view@ contracted, R__view@ contracted, R__view@.2 backfilled"
    );
    midflight.ok(&["rollback"]).await;
    let gone: bool = db.scalar("SELECT to_regclass('va') IS NULL").await;
    assert!(gone);
}

#[tokio::test]
async fn a_forgotten_baseline_is_named() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE customers (id int PRIMARY KEY)").await;
    let midflight = Program::new(&db, &[("1.sql", "CREATE TABLE customers (id int PRIMARY KEY);\n")]);
    for command in ["plan", "expand"] {
        let ran = midflight.exits(&[command], &[2, 23]).await;
        assert!(ran.stderr.contains("`midflight baseline --through 1`"), "{}", ran.stderr);
    }
    midflight.ok(&["baseline", "--through", "1"]).await;
    // who has recorded something knows
    midflight.write("2.sql", "CREATE TABLE customers (id int PRIMARY KEY);\n");
    let ran = midflight.exits(&["expand"], &[2, 23]).await;
    assert!(!ran.stderr.contains("baseline"), "{}", ran.stderr);
}
