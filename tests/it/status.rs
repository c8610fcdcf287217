//! Waiting for a phase, and being told of work that was left, of what contract will do, and of who is still there

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::database::TestDb;
use super::support::program::Program;
use super::support::wire::{Point, Side, Wire};

/// Rows on many pages, so that a backfill can be slow
const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b int) WITH (fillfactor = 10);
    INSERT INTO t SELECT n, n, n FROM generate_series(1, 20000) n; ANALYZE t";
const TO_INTEGER: &str =
    "-- midflight: reverse a = a::text\nALTER TABLE t ALTER COLUMN a TYPE integer USING a::integer;\n";

async fn project(files: &[(&str, &str)]) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let midflight = Program::new(&db, files);
    (db, midflight)
}

async fn document(midflight: &Program, arguments: &[&str], code: i32) -> Value {
    let ran = midflight.exits(&[arguments, &["--format", "json"]].concat(), &[code]).await;
    serde_json::from_str(&ran.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn waits_for_a_phase_or_a_later_one() {
    let (_db, midflight) = project(&[("1.sql", TO_INTEGER)]).await;
    let waiting = midflight.begin(&["status", "--wait", "backfilled", "--timeout", "2m"]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    let ran = waiting.ends(0).await;
    assert!(ran.stderr.contains("waits: 1 is pending\n"), "{}", ran.stderr);
    assert!(ran.stdout.contains("backfilled, verified"), "{}", ran.stdout);

    midflight.ok(&["status", "1", "--wait", "expanded", "--timeout", "0s"]).await;
    let ran = midflight.exits(&["status", "--wait", "contracted", "--timeout", "1500ms"], &[4]).await;
    assert!(ran.stderr.contains("not contracted within 1s 500ms\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("1 is backfilled"), "{}", ran.stderr);

    let waiting = midflight.begin(&["status", "--wait", "contracted"]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    midflight.ok(&["rollback"]).await;
    let ran = waiting.ends(1).await;
    assert!(ran.stderr.contains("migration `1` is roll"), "{}", ran.stderr);
    assert!(ran.stderr.contains(" and won't be contracted"), "{}", ran.stderr);
    let told = document(&midflight, &["status", "--wait", "rolled_back"], 0).await;
    assert_eq!(told["migrations"][0]["phase"], "rolled_back");
    midflight.exits(&["status", "--wait", "sometime"], &[2]).await;
    midflight.exits(&["status", "--wait", "expanded", "--check"], &[2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn does_not_wait_for_what_takes_a_person() {
    let (db, midflight) = project(&[("1.sql", TO_INTEGER)]).await;
    midflight.ok(&["expand"]).await;
    // who was killed can be started again
    midflight.write("midflight.yaml", "backfill: {pause: 200ms, max_batch: 100}\n");
    assert!(midflight.kill_after(&["backfill"], Duration::from_millis(1500)).await);
    midflight.exits(&["status", "--wait", "backfilled", "--timeout", "1500ms"], &[4]).await;

    db.exec("INSERT INTO t VALUES (0, 'many', 0)").await;
    midflight.write("midflight.yaml", "");
    midflight.exits(&["backfill"], &[21]).await;
    let begun = Instant::now();
    let ran = midflight.exits(&["status", "--wait", "backfilled"], &[1]).await;
    assert!(begun.elapsed() < Duration::from_secs(30));
    let says = "migration `1` is backfilling and won't be backfilled without help: ";
    assert!(ran.stderr.contains(says), "{}", ran.stderr);

    // once somebody works on it there is hope again
    db.exec("UPDATE t SET a = '7' WHERE id = 0").await;
    db.exec("CREATE TABLE gate AS SELECT false AS open").await;
    midflight.write("midflight.yaml", "gates: [{name: g, sql: SELECT open FROM gate}]\n");
    let backfill = midflight.begin(&["backfill"]);
    db.until("SELECT throttled_by IS NOT NULL FROM midflight.backfills").await;
    let waiting = midflight.begin(&["status", "--wait", "backfilled"]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    db.exec("UPDATE gate SET open = true").await;
    backfill.ends(0).await;
    waiting.ends(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_what_is_left_and_what_was_forgotten() {
    let (db, midflight) = project(&[("1.sql", TO_INTEGER)]).await;
    midflight.write("2.sql", "ALTER TABLE t DROP COLUMN b;\n");
    let told = document(&midflight, &["status", "--check", "--stale", "14d"], 5).await;
    assert_eq!((&told["pending"], &told["stale"]), (&json!(["1", "2"]), &json!([])));
    for stage in ["expand", "backfill"] {
        midflight.ok(&[stage]).await;
    }
    let ran = midflight.exits(&["status", "--check"], &[5]).await;
    assert!(ran.stderr.contains("2 migrations with a stage to go"), "{}", ran.stderr);
    assert!(ran.stderr.contains("1: contract, once the old release is gone"), "{}", ran.stderr);
    assert!(ran.stdout.contains("backfilled, verified"), "{}", ran.stdout);

    midflight.ok(&["status", "--stale", "14d"]).await;
    db.exec("UPDATE midflight.migrations SET expanded_at = now() - interval '15 days' WHERE id = '2'").await;
    let ran = midflight.exits(&["status", "--stale", "14d"], &[5]).await;
    assert!(
        ran.stderr.contains("1 migration expanded more than 14days ago and still in flight"),
        "{}",
        ran.stderr
    );
    midflight.ok(&["status", "1", "--stale", "14d"]).await;
    // its file is gone, and it is in the database
    midflight.remove("2.sql");
    let told = document(&midflight, &["status", "--stale", "14d"], 5).await;
    assert_eq!(told["stale"], json!(["2"]));
    assert_eq!(told["migrations"][1]["next"], "put its file back: no stage runs without it");
    midflight.exits(&["status", "2", "--check"], &[5]).await;

    midflight.write("2.sql", "ALTER TABLE t DROP COLUMN b;\n");
    midflight.ok(&["contract"]).await;
    let told = document(&midflight, &["status", "--check", "--stale", "1s"], 0).await;
    assert_eq!((&told["pending"], &told["stale"]), (&json!([]), &json!([])));
}

/// Whether something of that kind and name is there
async fn is_there(db: &TestDb, kind: &str, name: &str) -> bool {
    let sql = match kind {
        "column" => {
            let (table, column) = name.rsplit_once('.').unwrap();
            format!(
                "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = '{column}' AND NOT attisdropped)"
            )
        }
        "function" => format!("SELECT to_regprocedure('{name}') IS NOT NULL"),
        "trigger" => {
            let (trigger, table) = name.split_once(" ON ").unwrap();
            format!(
                "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND tgname = '{trigger}')"
            )
        }
        _ => format!("SELECT to_regclass('{name}') IS NOT NULL"),
    };
    db.scalar(&sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_contract_will_take_away_is_what_goes() {
    let (db, midflight) = project(&[("1.sql", TO_INTEGER)]).await;
    db.exec("CREATE INDEX t_a_idx ON t (a); CREATE INDEX t_b_idx ON t (b); CREATE VIEW v AS SELECT a FROM t; CREATE TABLE old (id int)")
        .await;
    let others = "ALTER TABLE t RENAME COLUMN b TO c;\nDROP TABLE old;\nDROP INDEX t_b_idx;\n";
    midflight.write("2.sql", others);
    midflight.ok(&["expand", "--release", "v2"]).await;
    midflight.ok(&["backfill"]).await;
    let told = document(&midflight, &["status"], 0).await;
    let mut told: Vec<Value> = told["migrations"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|migration| migration["at_contract"].as_array().unwrap().clone())
        .collect();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    for one in &told {
        let (kind, name) = (text(one, "kind"), text(one, "name"));
        assert!(is_there(&db, &kind, &name).await, "{kind} {name} is not there");
    }
    // people read the same, before contract is called and as it would be called
    let lines = [
        "contract replaces column public.t.a, index public.t_a_idx; recreates view public.v; removes ",
        "contract drops table public.old, index public.t_b_idx; renames column public.t.b to c; removes ",
    ];
    let [status, dry_run, advance] =
        [&["status", "-v"][..], &["contract", "--dry-run"], &["advance", "--release", "v3", "--dry-run"]];
    for arguments in [status, dry_run, advance] {
        let ran = midflight.ok(arguments).await;
        for line in lines {
            assert!(ran.stdout.contains(line), "no {line:?} in {}", ran.stdout);
        }
    }
    assert!(!midflight.ok(&["status"]).await.stdout.contains("contract replaces"));
    let plans = document(&midflight, dry_run, 0).await;
    let advance = document(&midflight, advance, 0).await;
    assert_eq!(plans["plans"][1]["at_contract"], advance["at_contract"]["2"]);

    midflight.ok(&["contract"]).await;
    told.retain(|one| ["drop", "rename"].contains(&text(one, "fate").as_str()));
    assert!(told.len() > 8, "{told:?}");
    for one in &told {
        let (kind, name) = (text(one, "kind"), text(one, "name"));
        assert!(!is_there(&db, &kind, &name).await, "{kind} {name} is still there");
    }
    let told = document(&midflight, &["status"], 0).await;
    assert_eq!(told["migrations"][0]["at_contract"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_before_expand_are_named() {
    let (db, midflight) = project(&[("1.sql", "ALTER TABLE t RENAME COLUMN b TO c;\n")]).await;
    let mut old = db.connect().await;
    sqlx::raw_sql("SET application_name = 'shop v1'").execute(&mut old).await.unwrap();
    midflight.ok(&["expand"]).await;
    let mut new = db.connect().await;
    sqlx::raw_sql("SET application_name = 'shop v2'").execute(&mut new).await.unwrap();
    let told = document(&midflight, &["status"], 0).await;
    let sessions = &told["migrations"][0]["old_sessions"];
    assert_eq!(sessions["hidden"], 0);
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1, "{sessions}");
    assert_eq!(
        (&sessions["sessions"][0]["application_name"], &sessions["sessions"][0]["count"]),
        (&json!("shop v1"), &json!(1))
    );
    let says = "1 session has been connected since before expand: 1 shop v1 (since ";
    midflight.ok(&["backfill"]).await;
    let ran = midflight.ok(&["status"]).await;
    assert!(ran.stdout.contains(says), "{}", ran.stdout);
    let ran = midflight.ok(&["contract"]).await;
    assert!(ran.stderr.contains(says) && !ran.stderr.contains("shop v2"), "{}", ran.stderr);
    let told = document(&midflight, &["status"], 0).await;
    assert_eq!(told["migrations"][0]["old_sessions"], Value::Null);
    drop((old, new));
}

/// The statement that docs/release-stages.md gives to applications, between expand and contract
#[tokio::test(flavor = "multi_thread")]
async fn a_feature_flag_chooses_the_side() {
    let page = include_str!("../../docs/release-stages.md");
    let statement =
        page.split("```sql\n").nth(1).unwrap().split("```").next().unwrap().trim_end().trim_end_matches(';');
    let db = TestDb::create().await;
    db.exec("CREATE TABLE people (id int PRIMARY KEY, name text); INSERT INTO people VALUES (1, 'Ada')")
        .await;
    let rename = "ALTER TABLE people RENAME COLUMN name TO full_name;\n";
    let midflight = Program::new(&db, &[("0001_full_name.sql", rename)]);
    midflight.ok(&["expand"]).await;
    let name = format!("SELECT name FROM ({statement}) people");
    assert_eq!(db.scalar::<String>(&name).await, "Ada");
    midflight.ok(&["backfill"]).await;
    assert!(db.scalar::<bool>("SELECT midflight.readable('0001_full_name')").await);
    assert_eq!(db.scalar::<String>(&name).await, "Ada");
    assert!(
        db.scalar::<bool>("SELECT midflight.phase('never') IS NULL AND NOT midflight.readable('never')")
            .await
    );
    midflight.ok(&["rollback"]).await;
    assert!(!db.scalar::<bool>("SELECT midflight.readable('0001_full_name')").await);
}

/// However many migrations there are, a few transactions will do
#[tokio::test(flavor = "multi_thread")]
async fn many_migrations_are_asked_about_at_once() {
    let files: Vec<(String, String)> = (1..=40)
        .map(|n| {
            (
                format!("{n:04}_c.sql"),
                format!("ALTER TABLE t ADD COLUMN c{n} integer;\nALTER TABLE t ALTER b TYPE bigint;\n"),
            )
        })
        .collect();
    let borrowed: Vec<(&str, &str)> = files
        .iter()
        .enumerate()
        .map(|(at, (name, sql))| (name.as_str(), if at < 39 { sql.lines().next().unwrap() } else { sql }))
        .collect();
    let (db, midflight) = project(&borrowed).await;
    midflight.ok(&["init"]).await;
    let few = Point { side: Side::Idle, nth: 40 };
    for (arguments, told) in [
        (&["baseline", "--through", "0025_c"][..], "0025_c"),
        (&["status"], "0040_c"),
        (&["status", "--check", "--stale", "14d"], "0040_c"),
    ] {
        let wire = Wire::new(&db.url(), few).await;
        let program = Program::new(&db, &borrowed).with_url(wire.url());
        tokio::select! {
            ran = program.run(arguments) => assert!(ran.stdout.contains(told), "{arguments:?}: {}{}", ran.stdout, ran.stderr),
            () = wire.stopped() => panic!("{arguments:?} takes more than {} transactions", few.nth),
        }
        if arguments[0] == "baseline" {
            midflight.ok(&["expand"]).await;
        }
    }
}
