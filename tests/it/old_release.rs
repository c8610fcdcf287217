//! What binds or breaks the release that runs is told before, and is no more than what was told

use sqlx::Executor;

use super::support::database::TestDb;
use super::support::program::{Program, Ran};

const TABLE: &str = "
CREATE TABLE regions (code text PRIMARY KEY);
INSERT INTO regions VALUES ('north');
CREATE TABLE customers (id integer PRIMARY KEY, country text, stock integer, region text, \"Mail\" text);
INSERT INTO customers SELECT n, 'DE', 1, 'north', n || '@example.com' FROM generate_series(1, 20) n";

fn told(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

async fn code(db: &TestDb, sql: &str) -> String {
    match db.connect().await.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))).await {
        Ok(_) => "done".to_owned(),
        Err(error) => error.as_database_error().unwrap().code().unwrap().into_owned(),
    }
}

#[tokio::test]
async fn new_constraints_bind_it_and_the_plan_says_so() {
    for (statement, says, write, fails) in [
        (
            "ALTER COLUMN country SET NOT NULL",
            "refuses NULL in country",
            "UPDATE customers SET country = NULL",
            "23514",
        ),
        (
            "ADD CHECK (stock >= 0)",
            "rows that violate CHECK (stock >= 0)",
            "UPDATE customers SET stock = -1",
            "23514",
        ),
        (
            "ADD UNIQUE (\"Mail\")",
            "a second row with the same \"Mail\"",
            "UPDATE customers SET \"Mail\" = 'x'",
            "23505",
        ),
        (
            "ADD FOREIGN KEY (region) REFERENCES regions",
            "values of region that public.regions lacks",
            "UPDATE customers SET region = 'south'",
            "23503",
        ),
    ] {
        let db = TestDb::create().await;
        db.exec(TABLE).await;
        let midflight = Program::new(&db, &[("1.sql", &format!("ALTER TABLE customers {statement};\n"))]);
        assert_eq!(code(&db, &format!("BEGIN; {write}; ROLLBACK")).await, "done");
        assert!(told(&midflight.ok(&["plan"]).await).contains(says), "{statement}");
        let expanded = told(&midflight.ok(&["advance", "--release", "r1"]).await);
        assert!(expanded.contains(says) && expanded.contains(fails), "{statement}: {expanded}");
        assert_eq!(code(&db, write).await, fails, "{write}");
    }
}

/// A constraint on what the file adds binds nobody who runs
#[tokio::test]
async fn what_is_new_binds_nobody() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let file = "ALTER TABLE customers ADD COLUMN plan text DEFAULT 'free' CHECK (plan <> '');\nCREATE TABLE t (id integer UNIQUE CHECK (id > 0));\n";
    let midflight = Program::new(&db, &[("1.sql", file)]);
    assert!(!told(&midflight.ok(&["expand"]).await).contains("running release"));
}

#[tokio::test]
async fn a_column_that_moves_is_named_by_every_stage_that_matters() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let midflight =
        Program::new(&db, &[("1.sql", "ALTER TABLE customers ALTER COLUMN stock TYPE bigint;\n")]);
    let says = "contract moves public.customers.stock to the end of the table";
    for command in ["plan", "expand", "contract"] {
        if command == "contract" {
            midflight.ok(&["backfill"]).await;
        }
        assert!(told(&midflight.ok(&[command]).await).contains(says), "{command}");
    }
    // the last column stays where it is
    let midflight =
        Program::new(&db, &[("2.sql", "ALTER TABLE customers ALTER COLUMN stock TYPE numeric;\n")]);
    assert!(!told(&midflight.ok(&["plan"]).await).contains("moves"));
}

/// Two values change places in one statement, under both names, at every moment
#[tokio::test]
async fn a_deferrable_key_keeps_its_patience() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id integer PRIMARY KEY, pos integer UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO t SELECT n, n FROM generate_series(1, 5) n").await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE t RENAME COLUMN pos TO place;\n")]);
    for stage in ["expand", "backfill", "verify"] {
        midflight.ok(&[stage]).await;
        assert_eq!(code(&db, "UPDATE t SET pos = 6 - pos").await, "done", "after {stage}");
        assert_eq!(
            code(&db, "UPDATE t SET place = 6 - place WHERE place IS NOT NULL").await,
            "done",
            "after {stage}"
        );
        assert_eq!(code(&db, "UPDATE t SET pos = 1").await, "23505", "after {stage}");
    }
    midflight.ok(&["contract"]).await;
    assert_eq!(code(&db, "UPDATE t SET place = 6 - place").await, "done");
    assert_eq!(code(&db, "UPDATE t SET place = 1").await, "23505");
}

#[tokio::test]
async fn functions_over_whole_rows_are_named() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    db.exec(
        "CREATE FUNCTION all_of_them() RETURNS SETOF customers LANGUAGE sql AS 'SELECT * FROM customers';
         CREATE FUNCTION \"Name\"(c customers) RETURNS text LANGUAGE sql AS 'SELECT c.country'",
    )
    .await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE customers RENAME COLUMN stock TO pieces;\n")]);
    for command in ["plan", "expand"] {
        let told = told(&midflight.ok(&[command]).await);
        assert!(told.contains("all_of_them()") && told.contains("\"Name\"(public.customers)"), "{told}");
    }
}

/// Found by trying: whatever the function is written in, and whatever fires it
#[tokio::test]
async fn triggers_that_take_whole_rows_are_refused() {
    for (events, body) in [
        ("AFTER UPDATE", "INSERT INTO history SELECT NEW.*"),
        ("AFTER INSERT", "INSERT INTO history SELECT NEW.*"),
        ("BEFORE UPDATE OF stock", "EXECUTE 'INSERT INTO history SELECT ($1).*' USING NEW"),
        ("AFTER UPDATE", "INSERT INTO history VALUES (NEW.*)"),
        ("AFTER DELETE", "INSERT INTO history VALUES (OLD.*)"),
        ("AFTER UPDATE", "IF NEW.stock < 0 THEN INSERT INTO history SELECT OLD.*; END IF"),
    ] {
        let db = TestDb::create().await;
        db.exec(TABLE).await;
        db.exec(&format!(
            "CREATE TABLE history (LIKE customers);
             CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NEW; END $$;
             CREATE TRIGGER \"Keep\" {events} ON customers FOR EACH ROW EXECUTE FUNCTION keep()"
        ))
        .await;
        for change in ["RENAME COLUMN stock TO pieces", "ALTER COLUMN stock TYPE bigint"] {
            let file = format!("-- midflight: triggers skip\nALTER TABLE customers {change};\n");
            let ran = Program::new(&db, &[("1.sql", &file)]).exits(&["expand"], &[23]).await;
            assert!(
                ran.stderr.contains("trigger \"Keep\" of public.customers takes the whole row"),
                "{}",
                ran.stderr
            );
        }
        assert_eq!(db.scalar::<i64>("SELECT count(*) FROM history").await, 0);
        assert!(db.scalar::<bool>("SELECT to_regnamespace('midflight') IS NULL").await);
    }
}

/// Statements that were prepared while the column had its old type, after the change
#[tokio::test]
async fn parameters_of_the_old_type_fail_as_the_plan_says() {
    for (old, new, value) in [
        ("integer", "bigint", "1"),
        ("integer", "text", "1"),
        ("integer", "numeric", "1"),
        ("boolean", "text", "true"),
        ("text", "numeric", "1"),
        ("text", "uuid", "00000000-0000-0000-0000-000000000001"),
        ("date", "timestamp", "2026-01-01"),
        ("timestamp", "timestamptz", "2026-01-01"),
        ("json", "jsonb", "{}"),
        ("numeric", "double precision", "1"),
        ("varchar(40)", "varchar(80)", "a"),
        ("varchar(40)", "text", "a"),
        ("cidr", "inet", "10.0.0.0/8"),
        ("time", "interval", "10:00"),
    ] {
        let db = TestDb::create().await;
        db.exec(&format!(
            "CREATE TABLE t (id integer PRIMARY KEY, c {old}); INSERT INTO t VALUES (1, '{value}')"
        ))
        .await;
        let using = if old == "timestamp" {
            "USING c AT TIME ZONE 'UTC'".to_owned()
        } else {
            format!("USING c::{new}")
        };
        let change = format!("ALTER TABLE t ALTER COLUMN c TYPE {new} {using}");
        let midflight = Program::new(&db, &[("1.sql", &format!("{change};\n"))]);
        let said = told(&midflight.ok(&["plan"]).await);
        let mut conn = db.connect().await;
        conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PREPARE u ({old}) AS UPDATE t SET c = $1"))))
            .await
            .unwrap();
        let compared = format!("PREPARE w ({old}) AS SELECT id FROM t WHERE c = $1");
        let comparable = conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(compared))).await.is_ok();
        db.exec(&change).await;
        for (name, sqlstate) in [("u", "42804"), ("w", "42883")] {
            if name == "w" && !comparable {
                continue;
            }
            let ran =
                conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("EXECUTE {name} ('{value}')")))).await;
            let fails =
                ran.err().map(|error| error.as_database_error().unwrap().code().unwrap().into_owned());
            let expected =
                said.contains(&format!("SQLSTATE {sqlstate}")) || said.contains(&format!("{sqlstate} where"));
            assert_eq!(fails.as_deref(), expected.then_some(sqlstate), "{name}, {old} to {new}: {said}");
        }
        assert!(said.contains("SQLSTATE 0A000"), "{old} to {new}: {said}");
    }
}
