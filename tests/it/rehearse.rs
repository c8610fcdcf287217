//! `rehearse`: file and plan side by side in a throwaway server, and a database that doesn't notice

use std::path::{Path, PathBuf};
use std::time::Duration;

use midflight::compare::{self, Contents};
use midflight::ephemeral::Binaries;
use rustix::process::{Signal, kill_process};
use serde_json::Value;
use sqlx::Executor;

use crate::support::comparison::{connect, options, told};
use crate::support::database::TestDb;
use crate::support::program::{Program, Ran, can_dump};

/// Names that have to be quoted, a table that refers to itself and to another, and one that nobody is concerned with.
const SHOP: &str = r#"
    CREATE SCHEMA "My Shop";
    CREATE TYPE "My Shop".mood AS ENUM ('sad', 'ok');
    CREATE TABLE "My Shop"."Users|x" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Na""me" text NOT NULL,
        boss bigint REFERENCES "My Shop"."Users|x", feels "My Shop".mood DEFAULT 'ok');
    CREATE TABLE orders (id serial PRIMARY KEY, buyer bigint NOT NULL REFERENCES "My Shop"."Users|x", amount integer NOT NULL);
    CREATE VIEW totals AS SELECT buyer, sum(amount) FROM orders GROUP BY buyer;
    CREATE TABLE unrelated (id integer PRIMARY KEY);
    CREATE FUNCTION of_unrelated(u unrelated) RETURNS integer LANGUAGE sql AS 'SELECT 1';
    INSERT INTO "My Shop"."Users|x" ("Na""me", boss) SELECT 'u' || n, nullif(n - 1, 0) FROM generate_series(1, 60) n;
    INSERT INTO orders (buyer, amount) SELECT 61 - n, n FROM generate_series(1, 60) n;
"#;

const ALIKE: [(&str, &str); 3] = [
    (
        "0001_users.sql",
        r#"ALTER TABLE "My Shop"."Users|x" RENAME COLUMN "Na""me" TO "Full Name";
           ALTER TABLE "My Shop"."Users|x" ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
           ALTER TYPE "My Shop".mood ADD VALUE 'happy';"#,
    ),
    (
        "0002_orders.yaml",
        "operations:\n  - change_type: {table: orders, column: id, type: bigint}\n  - create_index: {table: orders, columns: [buyer]}\n",
    ),
    (
        "0003_more.sql",
        "CREATE TABLE more (id bigint PRIMARY KEY, at timestamptz DEFAULT now());\n-- midflight: phase expand\nINSERT INTO more (id) SELECT id FROM orders;",
    ),
];

async fn contents(db: &TestDb) -> Contents {
    compare::read(&mut connect(db).await, &options()).await.unwrap()
}

/// What the database has is what it had, midflight's own schema included.
async fn is_untouched(db: &TestDb, before: &Contents) {
    let found = before.differences(&contents(db).await);
    assert!(found.is_empty(), "{}", told(&found));
    assert!(!db.scalar::<bool>("SELECT to_regnamespace('midflight') IS NOT NULL").await);
}

fn document(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

fn assert_valid(document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/rehearse.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

#[tokio::test]
async fn files_that_end_alike_leave_the_database_as_it_was() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    let before = contents(&db).await;
    let program = Program::new(&db, &ALIKE);
    let ran = program.ok(&["rehearse", "--format", "json"]).await;
    let found = document(&ran);
    assert_valid(&found);
    let files = found["files"].as_array().unwrap();
    assert_eq!(files.len(), 3, "{found:#}");
    assert!(files.iter().all(|file| file["alike"] == true), "{found:#}");
    // what the key is drawn for differs by chance, and is found to
    let chance: Vec<&str> = files[0]["not_compared"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["column"].as_str().unwrap())
        .collect();
    assert_eq!(chance, ["token"]);
    let rewritten = &files[0]["direct"]["statements"][1]["rewritten"];
    assert_eq!(rewritten[0], "\"My Shop\".\"Users|x\"", "{found:#}");
    let plan = &files[1]["plan"];
    assert!(plan["rewritten"].as_array().unwrap().is_empty(), "{plan:#}");
    assert!(plan["steps"].as_array().unwrap().iter().any(|step| step["work"] == "index_build"), "{plan:#}");
    assert!(
        found["notes"].as_array().unwrap().iter().any(|note| note.as_str().unwrap().contains("1 relation")),
        "{found:#}"
    );
    is_untouched(&db, &before).await;
}

/// Steps of one's own that are placed so that they read what the plan has yet to remove.
const READS_TOO_EARLY: &str = "CREATE TABLE counts (n bigint);
    -- midflight: phase contract
    DELETE FROM orders WHERE id % 2 = 0;
    -- midflight: phase expand
    INSERT INTO counts SELECT count(*) FROM orders;";

#[tokio::test]
async fn a_file_that_ends_differently_is_named_with_what_differs() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    let before = contents(&db).await;
    let files = [
        ("0001_first.sql", "ALTER TABLE orders ADD COLUMN note text;"),
        ("0002_counts.sql", READS_TOO_EARLY),
        ("0003_last.sql", "ALTER TABLE counts ADD COLUMN m text;"),
    ];
    let program = Program::new(&db, &files);
    let ran = program.exits(&["rehearse", "--format", "json"], &[24]).await;
    let found = document(&ran);
    assert_valid(&found);
    assert_eq!(ran.stderr, "");
    let files = found["files"].as_array().unwrap();
    let ends: Vec<bool> = files.iter().map(|file| file["alike"].as_bool().unwrap()).collect();
    assert_eq!(ends, [true, false], "{found:#}");
    let difference = &files[1]["differences"][0];
    assert_eq!(
        (difference["kind"].as_str(), difference["name"].as_str()),
        (Some("rows"), Some("public.counts"))
    );
    let text = program.exits(&["rehearse", "0001_first", "migrations/0002_counts.sql"], &[24]).await;
    assert!(text.stdout.contains("DIFFERENT") && text.stdout.contains("public.counts"), "{}", text.stdout);
    is_untouched(&db, &before).await;
}

#[tokio::test]
async fn what_the_plan_refuses_is_refused() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    let before = contents(&db).await;
    let program = Program::new(
        &db,
        &[
            ("0001_fine.sql", "ALTER TABLE orders ADD COLUMN note text;"),
            ("0002_truncate.sql", "TRUNCATE orders CASCADE;"),
        ],
    );
    let ran = program.exits(&["rehearse"], &[23]).await;
    assert!(
        ran.stderr.contains("0002_truncate.sql:1") && ran.stderr.contains("alike until here: 0001_fine"),
        "{}",
        ran.stderr
    );
    program.write("0002_truncate.sql", "ALTER TABLE orders ADD COLUMN amount text;");
    let ran = program.exits(&["rehearse", "0002_truncate"], &[2, 23]).await;
    assert!(ran.stderr.contains("psql refuses the file as well"), "{}", ran.stderr);
    program.exits(&["rehearse", "0002_trunkate"], &[2]).await;
    is_untouched(&db, &before).await;
}

#[tokio::test]
async fn a_schema_file_is_enough() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    let program = Program::without_database(&ALIKE);
    std::fs::write(program.folder().join("schema.sql"), dumped(&db)).unwrap();
    let found = document(&program.ok(&["rehearse", "--schema", "schema.sql", "--format", "json"]).await);
    assert_eq!((found["files"].as_array().unwrap().len(), found["alike"].as_bool()), (3, Some(true)));
    std::fs::write(program.folder().join("broken.sql"), "CREATE TABLE a ();\nCREATE TABEL b ();\n").unwrap();
    let ran = program.exits(&["rehearse", "--schema", "broken.sql"], &[2]).await;
    assert!(ran.stderr.contains("broken.sql:2"), "{}", ran.stderr);
    program.exits(&["rehearse", "--schema", "none.sql"], &[2]).await;
}

/// `pg_dump --schema-only`, by the program that belongs to the server.
fn dumped(db: &TestDb) -> Vec<u8> {
    let beside = Binaries::find().ok().and_then(|found| found.client("pg_dump"));
    let program = beside.unwrap_or_else(|| PathBuf::from("pg_dump"));
    let output =
        std::process::Command::new(program).args(["--schema-only", "-d", &db.url()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[tokio::test]
async fn real_rows_come_with_those_that_they_refer_to() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    // made-up amounts are all above 10,000
    let few = "ALTER TABLE orders ADD CONSTRAINT few CHECK (amount < 1000);";
    let program = Program::new(&db, &[("0001_few.sql", few)]);
    let found = document(&program.ok(&["rehearse", "--sample", "5", "--format", "json"]).await);
    assert_valid(&found);
    assert_eq!(
        (&found["rows"]["kind"], &found["rows"]["sample"]),
        (&Value::from("sampled"), &Value::from(5))
    );
    let found = document(&program.ok(&["rehearse", "--format", "json"]).await);
    assert_valid(&found);
    assert_eq!(found["rows"]["kind"], "none");
    assert!(found["rows"]["because"].as_str().unwrap().contains("few"), "{found:#}");
    // a real row that the check refuses
    db.exec("UPDATE orders SET amount = 5000 WHERE id = 1").await;
    program.exits(&["rehearse", "--sample", "100"], &[21]).await;
}

#[tokio::test]
async fn a_sample_keeps_foreign_keys() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    // every key is validated again, and each of the rows would fail
    db.exec("CREATE TABLE notes (n integer PRIMARY KEY, buyer bigint); INSERT INTO notes SELECT n, 61 - n FROM generate_series(1, 60) n").await;
    let again = "ALTER TABLE notes ADD CONSTRAINT first FOREIGN KEY (buyer) REFERENCES \"My Shop\".\"Users|x\";
                 ALTER TABLE \"My Shop\".\"Users|x\" ADD CONSTRAINT again FOREIGN KEY (boss) REFERENCES \"My Shop\".\"Users|x\";
                 ALTER TABLE orders ADD CONSTRAINT again FOREIGN KEY (buyer) REFERENCES \"My Shop\".\"Users|x\";
                 INSERT INTO orders (buyer, amount) SELECT min(id), 1 FROM \"My Shop\".\"Users|x\";";
    let program = Program::new(
        &db,
        &[("0001_keys.sql", &format!("{}\n", again.replace("INSERT", "-- midflight: phase expand\nINSERT")))],
    );
    let found = document(&program.ok(&["rehearse", "--sample", "3", "--format", "json"]).await);
    assert_eq!(
        (&found["rows"]["kind"], &found["alike"]),
        (&Value::from("sampled"), &Value::from(true)),
        "{found:#}"
    );
}

#[tokio::test]
async fn server_programs_and_extensions_that_are_missing_are_exit_2() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec("CREATE TABLE a (n integer)").await;
    let program = Program::new(&db, &[("0001.sql", "ALTER TABLE a ADD COLUMN m text;")]);
    let empty = tempfile::tempdir().unwrap();
    let with = async |dir: &Path| {
        let mut command = tokio::process::Command::from(program.command(&["rehearse"]));
        let output = command.env("PG_BIN_DIR", dir).output().await.unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, told) = with(empty.path()).await;
    assert!(code == Some(2) && told.contains("PG_BIN_DIR is"), "{code:?} {told}");
    // another version is no better
    for (name, text) in
        [("postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 12.1'\n"), ("initdb", "#!/bin/sh\n")]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(empty.path().join(name), text).unwrap();
        std::fs::set_permissions(empty.path().join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let (code, told) = with(empty.path()).await;
    assert!(code == Some(2) && told.contains("12.1"), "{code:?} {told}");
    let path = program.folder().join("schema.sql");
    std::fs::write(&path, "CREATE EXTENSION IF NOT EXISTS no_such_thing WITH SCHEMA public;\n").unwrap();
    let ran = program.exits(&["rehearse", "--schema", path.to_str().unwrap()], &[2]).await;
    assert!(ran.stderr.contains("no_such_thing"), "{}", ran.stderr);
}

#[tokio::test]
async fn the_database_is_locked_for_nothing_but_reading() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    let program = Program::new(&db, &ALIKE[1..2]);
    // the first conflicts with all that is above ACCESS SHARE, the second with everything
    let (mut above, mut all) = (db.connect().await, db.connect().await);
    above.execute("BEGIN; LOCK TABLE orders, \"My Shop\".\"Users|x\" IN EXCLUSIVE MODE").await.unwrap();
    all.execute("BEGIN; LOCK TABLE unrelated IN ACCESS EXCLUSIVE MODE").await.unwrap();
    program.ok(&["rehearse"]).await;
    program.ok(&["rehearse", "--sample", "10"]).await;
    above.execute("ROLLBACK").await.unwrap();
    all.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let ran = program.exits(&["rehearse", "--format", "json"], &[10]).await;
    assert_eq!(document(&ran)["error"]["retryable"], true);
    let gone = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'midflight: rehearse%')";
    db.until(gone).await;
}

#[tokio::test]
async fn interrupted_or_killed_it_leaves_nothing_behind() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    let before = contents(&db).await;
    let slow = "-- midflight: phase expand\nINSERT INTO orders (buyer, amount) SELECT 10001, 1 FROM (SELECT pg_sleep(100)) s;";
    let program = Program::new(&db, &[("0001_slow.sql", slow)]);
    for (signal, code) in [(Signal::INT, Some(130)), (Signal::KILL, None)] {
        // the server's account has to get through
        let temp = tempfile::Builder::new().prefix("rehearse").tempdir_in("/tmp").unwrap();
        std::os::unix::fs::chown(temp.path(), None, None).unwrap();
        std::fs::set_permissions(temp.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        let entries = || std::fs::read_dir(temp.path()).unwrap().flatten().count();
        let mut command = tokio::process::Command::from(program.command(&["rehearse", "--sample", "10"]));
        let mut child =
            command.env("TMPDIR", temp.path()).stdout(std::process::Stdio::null()).spawn().unwrap();
        let pid = rustix::process::Pid::from_raw(child.id().unwrap() as i32).unwrap();
        let mut said = tokio::io::BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        tokio::io::AsyncBufReadExt::read_line(&mut said, &mut line).await.unwrap();
        assert!(line.contains("rehearsing 0001_slow"), "{line}");
        assert_eq!(entries(), 1, "the server's folder");
        kill_process(pid, signal).unwrap();
        assert_eq!(child.wait().await.unwrap().code(), code);
        for _ in 0..600 {
            if entries() == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(entries(), 0, "{signal:?}");
    }
    is_untouched(&db, &before).await;
}

#[tokio::test]
async fn what_is_in_flight_is_contracted_first() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    let wide = ("0001_wide.sql", "ALTER TABLE orders ALTER COLUMN amount TYPE bigint;");
    let name = ("0002_name.sql", "ALTER TABLE orders RENAME COLUMN buyer TO customer;");
    let program = Program::new(&db, &[wide]);
    program.ok(&["expand", "--release", "v1"]).await;
    program.write(name.0, name.1);
    // no integer is that big
    program.write("0003_next.sql", "ALTER TABLE orders ALTER COLUMN amount SET DEFAULT 5000000000;");
    let before = contents(&db).await;
    for more in [&["--sample", "20"][..], &[]] {
        let found = document(&program.ok(&[&["rehearse", "--format", "json"], more].concat()).await);
        let files: Vec<&str> = found["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file["migration"].as_str().unwrap())
            .collect();
        assert_eq!(
            (files, &found["alike"]),
            (vec!["0002_name", "0003_next"], &Value::from(true)),
            "{found:#}"
        );
        assert!(
            found["notes"]
                .as_array()
                .unwrap()
                .iter()
                .any(|note| note.as_str().unwrap().contains("0001_wide")),
            "{found:#}"
        );
    }
    program.exits(&["rehearse", "0001_wide"], &[23]).await;
    let found = before.differences(&contents(&db).await);
    assert!(found.is_empty(), "{}", told(&found));
}

#[tokio::test]
async fn what_triggers_write_to_comes_along() {
    if !can_dump() {
        return;
    }
    let db = TestDb::create().await;
    db.exec(
        r#"CREATE TABLE orders (id integer PRIMARY KEY, amount integer);
           CREATE TABLE "Audit" (id integer); CREATE TABLE deeper (id integer);
           CREATE FUNCTION deeper() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO deeper VALUES (NEW.id); RETURN NULL; END $$;
           CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "Audit" VALUES (NEW.id); RETURN NULL; END $$;
           CREATE TRIGGER audit AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION audit();
           CREATE TRIGGER deeper AFTER INSERT ON "Audit" FOR EACH ROW EXECUTE FUNCTION deeper();"#,
    )
    .await;
    let insert = "-- midflight: phase expand\nINSERT INTO orders VALUES (1, 1);";
    let program = Program::new(&db, &[("0001_insert.sql", insert)]);
    let found = document(&program.ok(&["rehearse", "--format", "json"]).await);
    assert_eq!(
        (&found["rows"]["kind"], &found["copied"]),
        (&Value::from("made_up"), &Value::from(3)),
        "{found:#}"
    );
}
