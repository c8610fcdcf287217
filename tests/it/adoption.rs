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
