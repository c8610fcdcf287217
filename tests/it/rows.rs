//! UPDATE, DELETE and INSERT of a migration file: what is done once, what is filled once more, what is refused

use super::support::database::TestDb;
use super::support::program::Program;

const USERS: &str = "
CREATE TABLE users (id bigint PRIMARY KEY, logins integer NOT NULL DEFAULT 0, country text);
INSERT INTO users SELECT n, n, CASE WHEN n % 2 = 0 THEN 'DE' END FROM generate_series(1, 700) n";

async fn project(setup: &str, files: &[(&str, &str)]) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(setup).await;
    let midflight = Program::new(&db, files);
    (db, midflight)
}

#[tokio::test]
async fn what_a_rollback_left_is_not_done_twice() {
    let (db, midflight) = project(USERS, &[("1.sql", "UPDATE users SET logins = logins + 1000;\n")]).await;
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    let back = midflight.ok(&["rollback"]).await;
    assert!(back.stderr.contains("changes of rows stay"), "{}", back.stderr);
    let again = midflight.ok(&["expand"]).await;
    assert!(again.stderr.contains("is not run again"), "{}", again.stderr);
    midflight.ok(&["backfill"]).await;
    assert!(db.scalar::<bool>("SELECT bool_and(logins = id + 1000) FROM users").await);
    midflight.ok(&["rollback"]).await;
    midflight.ok(&["expand", "--left-sql", "run"]).await;
    midflight.ok(&["backfill"]).await;
    assert!(db.scalar::<bool>("SELECT bool_and(logins = id + 2000) FROM users").await);
}

#[tokio::test]
async fn what_goes_with_a_new_column_is_done_again() {
    let file = "ALTER TABLE users ADD COLUMN many boolean;\n\
                UPDATE users SET many = EXISTS (SELECT FROM limits WHERE users.logins > limits.least);\n";
    let setup = format!("{USERS}; CREATE TABLE limits (least integer); INSERT INTO limits VALUES (100)");
    let (db, midflight) = project(&setup, &[("1.sql", file)]).await;
    for stage in ["expand", "backfill", "rollback", "expand", "backfill"] {
        midflight.ok(&[stage]).await;
    }
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM users WHERE many").await, 600);
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM users WHERE many IS NULL").await, 0);
}

#[tokio::test]
async fn rows_that_come_meanwhile_have_no_value_before_contract_and_one_after() {
    let file = "ALTER TABLE users ADD COLUMN limited integer;\n\
                UPDATE users SET limited = (SELECT least FROM limits);\n\
                ALTER TABLE users ALTER COLUMN limited SET NOT NULL;\n";
    let setup = format!("{USERS}; CREATE TABLE limits (least integer); INSERT INTO limits VALUES (100)");
    let (db, midflight) = project(&setup, &[("1.sql", file)]).await;
    midflight.ok(&["expand", "--release", "1"]).await;
    midflight.ok(&["backfill"]).await;
    // The old release doesn't know the column, and goes on.
    db.exec("INSERT INTO users (id) SELECT generate_series(701, 720)").await;
    midflight.ok(&["contract", "--release", "2"]).await;
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM users WHERE limited = 100").await, 720);
    let required =
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'limited'";
    assert!(db.scalar::<bool>(required).await);
}

#[tokio::test]
async fn a_trigger_that_fires_for_each_statement_needs_a_word() {
    let setup = format!(
        "{USERS}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER each AFTER UPDATE ON users FOR EACH STATEMENT EXECUTE FUNCTION f()"
    );
    let update = "UPDATE users SET logins = 1;\n";
    let (_db, midflight) = project(&setup, &[("1.sql", update)]).await;
    let refused = midflight.exits(&["plan"], &[23]).await;
    assert!(refused.stderr.contains("would fire for each batch"), "{}", refused.stderr);
    midflight.write("1.sql", &format!("-- midflight: triggers fire\n{update}"));
    midflight.ok(&["plan"]).await;
}

#[tokio::test]
async fn a_delete_names_children_without_an_index() {
    let setup =
        format!("{USERS}; CREATE TABLE orders (id bigint PRIMARY KEY, owner bigint REFERENCES users)");
    let (db, midflight) = project(&setup, &[("1.sql", "DELETE FROM users WHERE country IS NULL;\n")]).await;
    let plan = midflight.ok(&["plan"]).await;
    assert!(plan.stdout.contains("orders refers to public.users without an index"), "{}", plan.stdout);
    db.exec("CREATE INDEX ON orders (owner)").await;
    let plan = midflight.ok(&["plan"]).await;
    assert!(!plan.stdout.contains("without an index"), "{}", plan.stdout);
}

#[tokio::test]
async fn not_null_without_a_default_needs_an_empty_table_and_a_word() {
    let add = "ALTER TABLE users ADD COLUMN plan text NOT NULL;\n";
    let (db, midflight) = project("CREATE TABLE users (id bigint PRIMARY KEY)", &[("1.sql", add)]).await;
    let refused = midflight.exits(&["plan"], &[23]).await;
    assert!(refused.stderr.contains("midflight: up COLUMN = EXPRESSION"), "{}", refused.stderr);
    midflight
        .write("1.sql", &format!("-- midflight: allow add-column-required because nobody writes it\n{add}"));
    db.exec("INSERT INTO users VALUES (1)").await;
    midflight.exits(&["expand"], &[21]).await;
    db.exec("DELETE FROM users").await;
    midflight.ok(&["expand"]).await;
}

/// The rows went with the table that another migration made, and so did the column that it added
#[tokio::test]
async fn rows_that_went_with_another_migration_are_written_again() {
    let (db, midflight) = project(
        USERS,
        &[
            ("1.sql", "CREATE TABLE names (id bigint PRIMARY KEY);\n"),
            ("2.sql", "ALTER TABLE users ADD COLUMN kind text;\n"),
            ("3.sql", "INSERT INTO names SELECT id FROM users;\n"),
            ("4.sql", "UPDATE users SET kind = 'k';\n"),
        ],
    )
    .await;
    for _ in 0..2 {
        for id in ["1", "2", "3", "4"] {
            midflight.ok(&["expand", id]).await;
            midflight.ok(&["backfill", id]).await;
        }
        assert_eq!(db.scalar::<i64>("SELECT count(*) FROM names").await, 700);
        assert_eq!(db.scalar::<i64>("SELECT count(*) FROM users WHERE kind = 'k'").await, 700);
        for id in ["4", "3", "2", "1"] {
            midflight.ok(&["rollback", id]).await;
        }
    }
}
