//! Triggers of the application: what batches would have them do is found before anything is changed, and what is made
//! meanwhile is seen

use sqlx::{Connection, Executor};

use super::support::database::TestDb;
use super::support::program::Program;

const TABLES: &str = "
CREATE TABLE accounts (id integer PRIMARY KEY, balance integer NOT NULL);
CREATE TABLE payments (id integer PRIMARY KEY, cents integer NOT NULL, note text);
INSERT INTO accounts VALUES (1, 0);
INSERT INTO payments SELECT n, 100, 'n' FROM generate_series(1, 300) n;
CREATE FUNCTION book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE accounts SET balance = balance + NEW.cents; RETURN NEW; END $$;
CREATE FUNCTION norm() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.cents := NEW.cents + 1; RETURN NEW; END'";
const BOOK: &str =
    "CREATE TRIGGER payments_book AFTER INSERT OR UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION book()";
const CHANGE: &str = "ALTER TABLE payments ALTER COLUMN cents TYPE bigint;\n";
const BALANCE: &str = "SELECT balance::bigint FROM accounts";

async fn project(more: &str, file: &str) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(TABLES).await;
    db.exec(more).await;
    let midflight = Program::new(&db, &[("1.sql", file)]);
    (db, midflight)
}

#[tokio::test]
async fn every_command_stops_before_anything_is_changed() {
    for file in [CHANGE, "ALTER TABLE payments RENAME COLUMN note TO remark;\n"] {
        let (db, midflight) = project(BOOK, file).await;
        for command in
            [&["plan"] as &[&str], &["expand", "--dry-run"], &["expand"], &["advance", "--release", "r1"]]
        {
            let ran = midflight.exits(command, &[23]).await;
            for part in ["trigger payments_book", "public.accounts", "triggers skip", "triggers fire"] {
                assert!(ran.stderr.contains(part), "{command:?}: `{part}` is missing in {}", ran.stderr);
            }
        }
        assert_eq!(db.scalar::<i64>(BALANCE).await, 0);
        let untouched = "SELECT NOT EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE 'zzzz_midflight_%')";
        assert!(db.scalar::<bool>(untouched).await);
    }
}

/// Each word, in SQL and in YAML, does what it says
#[tokio::test]
async fn they_fire_or_are_skipped_as_the_file_says() {
    let yaml = |word: &str| {
        format!(
            "operations:\n  - change_type: {{table: payments, column: cents, type: bigint}}\n    triggers: {word}\n"
        )
    };
    let sql = |word: &str| format!("-- midflight: triggers {word}\n{CHANGE}");
    for (name, file, booked) in [
        ("1.sql", sql("fire"), 30_000),
        ("1.sql", sql("skip"), 0),
        ("1.yaml", yaml("fire"), 30_000),
        ("1.yaml", yaml("skip"), 0),
    ] {
        let db = TestDb::create().await;
        db.exec(TABLES).await;
        db.exec(BOOK).await;
        let midflight = Program::new(&db, &[(name, &file)]);
        let plan = midflight.ok(&["plan"]).await.stdout;
        assert_eq!(db.scalar::<i64>(BALANCE).await, 0, "plan changes nothing");
        let expanded = midflight.ok(&["expand"]).await;
        for told in [plan, format!("{}{}", expanded.stdout, expanded.stderr)] {
            let word = if booked == 0 {
                "skips your triggers"
            } else {
                "fires your trigger(s) trigger payments_book"
            };
            assert!(told.contains(word), "{told}");
        }
        midflight.ok(&["backfill"]).await;
        assert_eq!(db.scalar::<i64>(BALANCE).await, booked, "{file}");
        // the application's own writes fire it, and go to both sides
        db.exec("UPDATE payments SET cents = 7 WHERE id = 1").await;
        assert_eq!(db.scalar::<i64>(BALANCE).await, booked + 7);
        midflight.ok(&["verify"]).await;
        midflight.ok(&["contract"]).await;
        assert_eq!(db.scalar::<i64>("SELECT cents FROM payments WHERE id = 1").await, 7);
    }
}

/// What a trigger may not do to a row of a batch, whatever the file agrees to
#[tokio::test]
async fn what_cannot_end_well_is_refused_even_so() {
    for (function, says) in [
        ("BEGIN NEW.cents := 5; RETURN NEW; END", "cents, which is converted"),
        ("BEGIN RETURN NULL; END", "left as they are"),
        ("BEGIN RAISE EXCEPTION 'append only'; END", "append only"),
    ] {
        let trigger = format!(
            "CREATE FUNCTION \"It\"() RETURNS trigger LANGUAGE plpgsql AS $${function}$$;
             CREATE TRIGGER \"It\" BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION \"It\"()"
        );
        let (db, midflight) = project(&trigger, &format!("-- midflight: triggers fire\n{CHANGE}")).await;
        let ran = midflight.exits(&["expand"], &[23]).await;
        assert!(ran.stderr.contains(says) && !ran.stderr.contains("triggers fire` where"), "{}", ran.stderr);
        assert!(db.scalar::<bool>("SELECT to_regnamespace('midflight') IS NULL").await);
        midflight.write("1.sql", &format!("-- midflight: triggers skip\n{CHANGE}"));
        for stage in ["expand", "backfill", "verify", "contract"] {
            midflight.ok(&[stage]).await;
        }
        assert_eq!(db.scalar::<i64>("SELECT sum(cents)::bigint FROM payments").await, 30_000);
    }
}

/// One that the same file makes is there before the rows are written
#[tokio::test]
async fn one_that_the_file_makes() {
    let (db, midflight) = project("", &format!("{BOOK};\n{CHANGE}")).await;
    let ran = midflight.exits(&["plan"], &[23]).await;
    assert!(ran.stderr.contains("payments_book is made by this file"), "{}", ran.stderr);
    midflight.write("1.sql", &format!("{BOOK};\n-- midflight: triggers skip\n{CHANGE}"));
    for stage in ["expand", "backfill", "verify", "contract"] {
        midflight.ok(&[stage]).await;
    }
    assert_eq!(db.scalar::<i64>(BALANCE).await, 0);
}

/// The dual-write trigger waits for columns that a statement names: another trigger may change one that none names
#[tokio::test]
async fn one_that_is_made_meanwhile() {
    let make = "CREATE TRIGGER norm BEFORE UPDATE OF note ON payments FOR EACH ROW EXECUTE FUNCTION norm()";
    for stages in [&["expand"] as &[&str], &["expand", "backfill"]] {
        let (db, midflight) = project("", CHANGE).await;
        for stage in stages {
            midflight.ok(&[stage]).await;
        }
        db.exec(make).await;
        let next: &[&str] = if stages.len() == 1 { &["backfill"] } else { &["verify", "contract"] };
        for stage in next {
            let ran = midflight.run(&[stage]).await;
            assert!(ran.code == 22 || ran.code == 4, "{stage}: {}", ran.stderr);
            assert!(
                ran.stderr.contains("trigger norm of public.payments was created later"),
                "{}",
                ran.stderr
            );
        }
        db.exec("DROP TRIGGER norm ON payments").await;
        for stage in next {
            midflight.ok(&[stage]).await;
        }
    }
}

/// Where there is a BEFORE trigger already, dual writes see every change
#[tokio::test]
async fn one_more_where_there_is_one() {
    let idle = "CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER idle BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION idle()";
    let (db, midflight) = project(idle, CHANGE).await;
    for stage in ["expand", "backfill"] {
        midflight.ok(&[stage]).await;
    }
    db.exec("CREATE TRIGGER norm BEFORE UPDATE OF note ON payments FOR EACH ROW EXECUTE FUNCTION norm()")
        .await;
    db.exec("UPDATE payments SET note = 'x' WHERE id = 2").await;
    midflight.ok(&["verify"]).await;
    db.exec("CREATE TRIGGER zzzzz BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION norm()").await;
    midflight.exits(&["verify"], &[22]).await;
    db.exec("DROP TRIGGER zzzzz ON payments").await;
    midflight.ok(&["contract"]).await;
    assert_eq!(db.scalar::<i64>("SELECT cents FROM payments WHERE id = 2").await, 101);
}

/// A plpgsql trigger function keeps plans for the types of a session's first call
#[tokio::test]
async fn a_session_that_stays_connected_goes_on() {
    let hash = "ALTER TABLE payments ADD COLUMN hash text;
         CREATE FUNCTION \"Hash it\"() RETURNS trigger LANGUAGE plpgsql COST 50 AS 'BEGIN NEW.hash := md5(NEW.cents::text); RETURN NEW; END';
         UPDATE payments SET hash = md5(cents::text);
         CREATE TRIGGER hash BEFORE INSERT OR UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION \"Hash it\"()";
    let (db, midflight) = project(hash, CHANGE).await;
    let mut session = db.connect().await;
    let write = "UPDATE payments SET note = 'seen' WHERE id = 1";
    for _ in 0..3 {
        session.execute(write).await.unwrap();
    }
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
        session.execute(write).await.unwrap();
    }
    session.close().await.unwrap();
    assert!(db.scalar::<bool>("SELECT procost = 50 FROM pg_proc WHERE proname = 'Hash it'").await);
}
