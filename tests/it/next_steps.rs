//! What midflight says to do next can be done, and leads on

use super::support::database::TestDb;
use super::support::program::Program;

const TABLES: &str = "CREATE TABLE orders (id int PRIMARY KEY, note text, n int);
INSERT INTO orders SELECT g, 'n' || g, g FROM generate_series(1, 100) g";
const RENAME: &str = "ALTER TABLE orders RENAME COLUMN note TO remark;\n";
const INDEX: &str = "CREATE INDEX orders_n ON orders (n);\n";

async fn project(files: &[(&str, &str)]) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(TABLES).await;
    let midflight = Program::new(&db, files);
    (db, midflight)
}

#[tokio::test]
async fn who_waits_for_backfill_is_named_without_names() {
    let (_, midflight) = project(&[("1.sql", RENAME)]).await;
    midflight.ok(&["contract", "--release", "r2"]).await;
    midflight.ok(&["expand", "--release", "r1"]).await;
    for stage in ["contract", "verify"] {
        for names in [&[][..], &["1"]] {
            let ran = midflight.exits(&[&[stage], names].concat(), &[4]).await;
            assert!(ran.stderr.contains(&format!("backfill comes before {stage}")), "{}", ran.stderr);
            assert!(ran.stderr.contains("`midflight backfill 1`"), "{}", ran.stderr);
        }
    }
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["verify"]).await;
    midflight.ok(&["contract", "--release", "r2"]).await;
}

#[tokio::test]
async fn what_has_nothing_to_fill_and_nothing_to_remove_is_in_nobodys_way() {
    let files = [("1.sql", INDEX), ("2.sql", "CREATE TABLE extra (id int PRIMARY KEY);\n")];
    let (db, midflight) = project(&files).await;
    let expanded = midflight.ok(&["expand", "--release", "r1"]).await;
    assert!(!expanded.stderr.contains("midflight backfill"), "{}", expanded.stderr);
    let state: String = db
        .scalar("SELECT string_agg(phase || ' ' || (verified_at IS NOT NULL) || (expanded_at IS NOT NULL), ', ') FROM midflight.migrations")
        .await;
    assert_eq!(state, "backfilled truetrue, backfilled truetrue");
    midflight.ok(&["status", "--check", "--stale", "0s"]).await;
    midflight.ok(&["backfill"]).await;
    // the table is free for others
    midflight.write("3.sql", "ALTER TABLE orders ALTER COLUMN n TYPE bigint;\n");
    midflight.ok(&["expand", "--release", "r1"]).await;
    // which have to go before it
    let first = midflight.exits(&["rollback", "1"], &[23]).await;
    assert!(first.stderr.contains("roll back `3` first"), "{}", first.stderr);
    midflight.ok(&["rollback", "3"]).await;
    midflight.ok(&["rollback", "1"]).await;
    assert!(db.scalar::<bool>("SELECT to_regclass('orders_n') IS NULL").await);

    midflight.remove("3.sql");
    let same = midflight.ok(&["advance", "--release", "r1", "--format", "json"]).await;
    let same: serde_json::Value = serde_json::from_str(&same.stdout).unwrap();
    assert_eq!((same["expanded"][0].as_str(), same["waiting"].as_array().unwrap().len()), (Some("1"), 0));
    assert_eq!(same["backfilled"].as_array().unwrap().len(), 0, "{same}");
    midflight.ok(&["advance", "--release", "r2"]).await;
    let phases: String =
        db.scalar("SELECT string_agg(phase || ' ' || coalesce(contract_release, '-'), ', ' ORDER BY id) FROM midflight.migrations WHERE id < '3'").await;
    assert_eq!(phases, "contracted r2, contracted r2");
    midflight.exits(&["rollback", "1"], &[23]).await;
}

#[tokio::test]
async fn what_was_built_upon_and_contracted_has_no_way_back() {
    let (_, midflight) = project(&[("1.sql", "ALTER TABLE orders ADD COLUMN x int;\n")]).await;
    midflight.ok(&["expand", "--release", "r1"]).await;
    midflight.write("2.sql", "ALTER TABLE orders ALTER COLUMN x TYPE bigint;\n");
    midflight.ok(&["expand", "2", "--release", "r1"]).await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract", "2", "--release", "r2"]).await;
    let ran = midflight.exits(&["rollback", "1"], &[23]).await;
    assert!(
        ran.stderr.contains("`2` works on public.orders.x") && ran.stderr.contains("new migration"),
        "{}",
        ran.stderr
    );
}

#[tokio::test]
async fn nothing_resumes_that_cannot() {
    let (db, midflight) = project(&[("1.sql", "ALTER TABLE orders ALTER COLUMN nope TYPE bigint;\n")]).await;
    for command in [&["expand"][..], &["advance", "--release", "r1"]] {
        let ran = midflight.exits(command, &[2]).await;
        assert!(!ran.stderr.contains("resumes") && !ran.stderr.contains("rollback"), "{}", ran.stderr);
    }
    // contract's own SQL that always fails
    midflight.write("1.sql", "-- midflight: phase contract\nSELECT nope FROM orders;\n");
    midflight.ok(&["expand", "--release", "r1"]).await;
    let ran = midflight.exits(&["contract", "--release", "r2"], &[1]).await;
    assert!(!ran.stderr.contains("resumes"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("nothing was changed, and `midflight rollback 1` still goes back"),
        "{}",
        ran.stderr
    );
    midflight.ok(&["rollback", "1"]).await;
    // a lock that nobody gives back in time can be had later
    midflight.write("1.sql", RENAME);
    midflight.write("midflight.yaml", "lock: {timeout: 100ms, attempts: 1}\n");
    let mut holder = db.connect().await;
    sqlx::raw_sql("BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE").execute(&mut holder).await.unwrap();
    let ran = midflight.exits(&["advance", "--release", "r2"], &[10]).await;
    assert!(ran.stderr.contains("`midflight advance --release r2` resumes"), "{}", ran.stderr);
}

#[tokio::test]
async fn advance_names_no_step_that_it_takes_itself() {
    let (_, midflight) = project(&[("1.sql", RENAME), ("2.sql", "CREATE TABLE extra (id int);\n")]).await;
    let ran = midflight.ok(&["advance", "--release", "r1"]).await;
    assert!(
        !ran.stderr.contains("midflight backfill") && !ran.stderr.contains("midflight contract"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("`midflight advance` of a later release contracts it"), "{}", ran.stderr);
    assert!(ran.stderr.contains("nothing is left to do"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_backfill_that_stopped_says_so_in_true_figures() {
    let (db, midflight) = project(&[("1.sql", RENAME)]).await;
    midflight.ok(&["expand"]).await;
    // as a process leaves it that was killed a moment ago
    db.exec("UPDATE midflight.migrations SET phase = 'backfilling';
             UPDATE midflight.backfills SET status = 'running', range_end = 1000, cursor = 0, rows_done = 30, rows_total = 100,
               started_at = clock_timestamp() - interval '20 s', updated_at = clock_timestamp()")
        .await;
    let shown = midflight.ok(&["status"]).await;
    assert!(
        shown.stdout.contains("30 (30%, stopped)") && !shown.stdout.contains("rows/s"),
        "{}",
        shown.stdout
    );
    let json = midflight.ok(&["status", "--format", "json"]).await;
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let table = &json["migrations"][0]["tables"][0];
    assert_eq!((&table["status"], &table["rows_per_second"]), (&"stopped".into(), &serde_json::Value::Null));
}

#[tokio::test]
async fn a_table_in_another_schema_of_the_path_is_found() {
    let (db, midflight) = project(&[("1.sql", "ALTER TABLE \"Sales\" ADD COLUMN x int;\n")]).await;
    db.exec(&format!(
        "CREATE SCHEMA shop; CREATE TABLE shop.\"Sales\" (id int PRIMARY KEY); ALTER DATABASE {} SET search_path = public, shop",
        db.name()
    ))
    .await;
    let ran = midflight.exits(&["plan"], &[2]).await;
    assert!(ran.stderr.contains("write `schema: shop`"), "{}", ran.stderr);
    midflight.write("midflight.yaml", "schema: shop\n");
    midflight.ok(&["plan"]).await;
}

#[tokio::test]
async fn names_on_a_terminal_do_nothing() {
    let file = "1\u{1b}[31m.sql";
    let sql = "ALTER TABLE orders ADD COLUMN \"x\u{1b}]0;title\u{7}\u{202e}\" int;\n-- midflight: phase expand\nSELECT '\u{1b}[2J';\n";
    let (_, midflight) = project(&[(file, sql)]).await;
    for command in [&["plan"][..], &["expand", "--dry-run"], &["expand", "-v"], &["status"], &["backfill"]] {
        let ran = midflight.ok(command).await;
        let text = ran.stdout + &ran.stderr;
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{command:?}: {text:?}");
    }
    let plan = midflight.run(&["plan", "1\u{1b}[31m"]).await;
    assert!(plan.stdout.contains("1␛[31m") && plan.stdout.contains("locks unknown"), "{}", plan.stdout);
}

#[tokio::test]
async fn a_list_of_rows_says_how_many_it_leaves_out() {
    let (db, midflight) = project(&[("1.sql", "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;\n")]).await;
    db.exec("UPDATE orders SET note = NULL").await;
    let ran = midflight.exits(&["expand"], &[21]).await;
    assert!(ran.stderr.contains("and 80 more"), "{}", ran.stderr);
}
