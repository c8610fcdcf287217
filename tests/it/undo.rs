//! Rollback undoes what was done and nothing else, says what it leaves, and needs no file

use super::support::database::TestDb;
use super::support::program::Program;

const TABLES: &str = "
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE u (id int PRIMARY KEY, t int CONSTRAINT u_t_fkey REFERENCES t);
INSERT INTO t SELECT g FROM generate_series(1, 10) g;
INSERT INTO u SELECT g, g FROM generate_series(1, 10) g";

/// A statement that fails in its transaction, with the undo that would harm.
// Behind a block nobody can say before what PostgreSQL will take.
const REPLACES: &str = "operations:
  - sql: {expand: DO $$ BEGIN END $$}
  - sql:
      expand: ALTER TABLE u ADD CONSTRAINT u_t_fkey FOREIGN KEY (t) REFERENCES t ON DELETE CASCADE
      rollback: ALTER TABLE u DROP CONSTRAINT u_t_fkey
";

async fn project(setup: &str, files: &[(&str, &str)]) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(setup).await;
    let midflight = Program::new(&db, files);
    (db, midflight)
}

#[tokio::test]
async fn a_constraint_that_was_there_outlives_a_failed_expand() {
    let (db, midflight) = project(TABLES, &[("1.yaml", REPLACES)]).await;
    let ran = midflight.exits(&["expand"], &[1]).await;
    assert!(
        ran.stderr.contains("42710") && ran.stderr.contains("`midflight rollback 1` goes back"),
        "{}",
        ran.stderr
    );
    let back = midflight.ok(&["rollback"]).await;
    assert!(!back.stderr.contains("undone"), "{}", back.stderr);
    let kept: bool = db.scalar("SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = 'u_t_fkey')").await;
    assert!(kept);
}

#[tokio::test]
async fn a_table_made_by_hand_after_a_failed_step_stays() {
    let yaml = "operations:\n  - sql: {expand: \"CREATE TABLE c AS SELECT 1 / 0 AS id\", rollback: \"DROP TABLE IF EXISTS c\"}\n";
    let (db, midflight) = project(TABLES, &[("1.yaml", yaml)]).await;
    midflight.exits(&["expand"], &[1, 21]).await;
    db.exec("CREATE TABLE c AS SELECT g AS id FROM generate_series(1, 100) g").await;
    midflight.ok(&["rollback"]).await;
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM c").await, 100);
    let phase: String = db.scalar("SELECT phase FROM midflight.migrations").await;
    assert_eq!(phase, "rolled_back");
}

#[tokio::test]
async fn an_index_that_somebody_made_after_a_failed_build_stays() {
    let sql = "CREATE INDEX i ON t ((1 / (id - 5)));\n";
    let (db, midflight) = project(TABLES, &[("1.sql", sql)]).await;
    midflight.exits(&["expand"], &[1, 21]).await;
    let rest: i64 = db.scalar("SELECT count(*) FROM pg_index WHERE NOT indisvalid").await;
    assert_eq!(rest, 0, "what the build left");
    db.exec("CREATE INDEX i ON t (id)").await;
    let again = midflight.exits(&["expand"], &[1]).await;
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
    midflight.ok(&["rollback"]).await;
    assert!(db.scalar::<bool>("SELECT to_regclass('i') IS NOT NULL").await, "the index is gone");
}

#[tokio::test]
async fn an_invalid_index_of_a_run_that_was_killed_goes() {
    let (db, midflight) = project(TABLES, &[("1.sql", "CREATE INDEX i ON t (id);\n")]).await;
    midflight.ok(&["expand"]).await;
    // as a server leaves it whose client was killed in the middle
    db.exec("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass;
             UPDATE midflight.steps SET status = 'running'; UPDATE midflight.migrations SET phase = 'expanding', verified_at = NULL")
        .await;
    midflight.ok(&["rollback"]).await;
    assert!(db.scalar::<bool>("SELECT to_regclass('i') IS NULL").await);
}

#[tokio::test]
async fn a_table_that_refers_to_itself_and_to_another() {
    for name in ["c", "\"C d\""] {
        let sql = format!(
            "CREATE TABLE {name} (id int PRIMARY KEY, parent_id int REFERENCES {name}, t_id int REFERENCES t);\n"
        );
        let (db, midflight) = project(TABLES, &[("1.sql", &sql)]).await;
        midflight.ok(&["expand"]).await;
        db.exec(&format!("INSERT INTO {name} VALUES (1, 1, 1)")).await;
        midflight.ok(&["rollback"]).await;
        assert!(db.scalar::<bool>(&format!("SELECT to_regclass('{name}') IS NULL")).await);
    }
}

const RAISE: &str = "-- midflight: phase expand\nUPDATE products SET price = price + 10;\n";
const PRODUCTS: &str =
    "CREATE TABLE products (id int PRIMARY KEY, price int NOT NULL); INSERT INTO products VALUES (1, 100);
    CREATE TYPE mood AS ENUM ('sad')";

#[tokio::test]
async fn own_sql_that_is_left_is_said_and_never_runs_again_unasked() {
    let (db, midflight) = project(PRODUCTS, &[("1.sql", RAISE)]).await;
    let price = async || db.scalar::<i32>("SELECT price FROM products").await;
    midflight.ok(&["expand", "--release", "r1"]).await;
    let back = midflight.ok(&["rollback"]).await;
    assert!(
        back.stderr.contains("left         your SQL") && !back.stderr.contains("undone"),
        "{}",
        back.stderr
    );
    for command in
        [&["expand", "--release", "r2"][..], &["expand", "--dry-run"], &["advance", "--release", "r2"]]
    {
        let refused = midflight.exits(command, &[23]).await;
        assert!(refused.stderr.contains("--left-sql keep"), "{}", refused.stderr);
    }
    assert_eq!(price().await, 110);
    let phase: String = db.scalar("SELECT phase FROM midflight.migrations").await;
    assert_eq!(phase, "rolled_back");

    midflight.ok(&["expand", "--left-sql", "keep"]).await;
    assert_eq!(price().await, 110);
    // it was left by this attempt as by the one before
    midflight.ok(&["rollback"]).await;
    midflight.exits(&["expand"], &[23]).await;
    midflight.ok(&["expand", "--left-sql", "run"]).await;
    assert_eq!(price().await, 120);
    midflight.ok(&["rollback"]).await;
    // other words are another statement
    midflight.write("1.sql", "-- midflight: phase expand\nUPDATE products SET price = price + 5;\n");
    midflight.ok(&["expand"]).await;
    assert_eq!(price().await, 125);
}

#[tokio::test]
async fn an_enum_value_is_left_and_said() {
    let (db, midflight) = project(PRODUCTS, &[("1.sql", "ALTER TYPE mood ADD VALUE 'happy';\n")]).await;
    midflight.ok(&["expand"]).await;
    let back = midflight.ok(&["rollback"]).await;
    assert!(
        back.stderr.contains("left         add value") && !back.stderr.contains("undone"),
        "{}",
        back.stderr
    );
    midflight.ok(&["expand"]).await;
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM pg_enum").await, 2);
}

const RENAME: &str = "ALTER TABLE u RENAME COLUMN t TO t_id;\n";

#[tokio::test]
async fn the_file_may_be_gone() {
    for names in [&[][..], &["2"]] {
        let (db, midflight) =
            project(TABLES, &[("1.sql", "CREATE INDEX u_t ON u (t);\n"), ("2.sql", RENAME)]).await;
        midflight.ok(&["expand", "1", "--release", "r1"]).await;
        midflight.ok(&["contract", "1", "--release", "r2"]).await;
        midflight.ok(&["expand", "--release", "r3"]).await;
        midflight.remove("2.sql");
        // the folder of a release that has no migrations at all
        if names.is_empty() {
            midflight.remove("1.sql");
        }
        let dry = midflight.ok(&[&["rollback", "--dry-run"], names].concat()).await;
        assert!(dry.stdout.contains("DROP COLUMN IF EXISTS t_id"), "{}", dry.stdout);
        midflight.ok(&[&["rollback"], names].concat()).await;
        let columns: i64 = db
            .scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 'u'::regclass AND attname = 't_id'")
            .await;
        assert_eq!(columns, 0);
    }
    let (_, midflight) = project(TABLES, &[("2.sql", RENAME)]).await;
    midflight.ok(&["rollback"]).await;
    midflight.exits(&["rollback", "2"], &[4]).await;
    let unknown = midflight.exits(&["rollback", "3"], &[2]).await;
    assert!(unknown.stderr.contains("there is no migration `3`"), "{}", unknown.stderr);
}

#[tokio::test]
async fn several_go_back_newest_first() {
    let files = [("1.sql", "ALTER TABLE t ADD COLUMN a int;\n"), ("2.sql", RENAME)];
    let (_, midflight) = project(TABLES, &files).await;
    midflight.ok(&["expand", "2"]).await;
    midflight.ok(&["expand", "1"]).await;
    midflight.remove("2.sql");
    let which = midflight.exits(&["rollback"], &[2]).await;
    assert!(which.stderr.contains("`midflight rollback 1 2`"), "{}", which.stderr);
    midflight.ok(&["rollback", "2", "1"]).await;
}

#[tokio::test]
async fn what_is_new_is_planned_before_anything_is_contracted() {
    let bad = [
        ("3.sql", "ALTER TABLE t ADD COLUMN x int NOT NULL;\n", 23),
        ("3.sql", "REFRESH MATERIALIZED VIEW v;\n", 23),
        ("3.sql", "ALTER TABEL u ADD COLUMN x int;\n", 2),
        (
            "3.sql",
            "-- midflight: reverse n = length(n,)\nALTER TABLE t ALTER COLUMN n TYPE text USING n::text;\n",
            2,
        ),
    ];
    for (file, text, code) in bad {
        let (db, midflight) = project(TABLES, &[("2.sql", RENAME)]).await;
        midflight.ok(&["advance", "--release", "v3"]).await;
        midflight.write(file, text);
        for dry in [&["--dry-run"][..], &[]] {
            let ran = midflight.exits(&[&["advance", "--release", "v4"], dry].concat(), &[code]).await;
            assert!(ran.stderr.contains("nothing was contracted"), "{}", ran.stderr);
        }
        let state: String = db
            .scalar("SELECT phase || ' ' || (SELECT count(*) FROM midflight.events WHERE release = 'v4') FROM midflight.migrations")
            .await;
        assert_eq!(state, "backfilled 0", "{text}");
        midflight.write(file, "CREATE INDEX u_t_id ON u (t_id);\n");
        midflight.ok(&["advance", "--release", "v4"]).await;
    }
}

#[tokio::test]
async fn a_file_that_needs_what_contract_leaves_is_no_reason_to_wait() {
    let (db, midflight) = project(TABLES, &[("2.sql", RENAME)]).await;
    midflight.ok(&["advance", "--release", "v3"]).await;
    midflight.write(
        "3.sql",
        "CREATE TABLE w (id int PRIMARY KEY);\nALTER TABLE u ALTER COLUMN t_id TYPE bigint;\n",
    );
    midflight.ok(&["advance", "--release", "v4"]).await;
    let phases: String =
        db.scalar("SELECT string_agg(id || ' ' || phase, ', ' ORDER BY id) FROM midflight.migrations").await;
    assert_eq!(phases, "2 contracted, 3 backfilled");
}
