//! What PostgreSQL doesn't take is found before anything is changed, wherever in a file it stands.

use crate::support::database::TestDb;
use crate::support::program::Program;

const BEFORE: &str = "
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TABLE parents (id int PRIMARY KEY, name text UNIQUE);
    CREATE TABLE things (id int PRIMARY KEY, a text, b int, m mood, CONSTRAINT b_is_positive CHECK (b > 0));
    CREATE VIEW shown AS SELECT id, a FROM things;
    CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql AS 'SELECT x * 2';
    CREATE SEQUENCE numbers;
    CREATE INDEX by_a ON things (a);
    INSERT INTO things VALUES (1, 'x', 1, 'ok'), (2, 'y', 2, 'sad')";

/// Statements, and what the server says of each.
const WRONG: &[(&str, &str)] = &[
    ("CREATE TABLE n (a nowhere)", "type \"nowhere\" does not exist"),
    ("CREATE TABLE n (a int DEFAULT 'x')", "invalid input syntax"),
    ("CREATE TABLE n (a int, CHECK (b > 0))", "column \"b\" does not exist"),
    ("CREATE TABLE n (a text REFERENCES parents)", "cannot be implemented"),
    ("CREATE TABLE n (a int) WITH (nothing = 1)", "unrecognized parameter"),
    ("CREATE TABLE n AS SELECT nothing FROM things", "column \"nothing\" does not exist"),
    ("CREATE VIEW w AS SELECT twice('x'::text) FROM public.things", "does not exist"),
    ("CREATE OR REPLACE VIEW shown AS SELECT id FROM things", "cannot drop columns from view"),
    ("CREATE OR REPLACE VIEW shown AS SELECT id::bigint, a FROM things", "cannot change data type"),
    ("CREATE INDEX CONCURRENTLY i ON things (lower(b))", "does not exist"),
    ("CREATE INDEX i ON things USING gin (b)", "no default operator class"),
    ("CREATE INDEX i ON public.things (a) WHERE b > 'x'", "invalid input syntax"),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1 END'", "syntax error"),
    (
        "CREATE OR REPLACE FUNCTION public.twice(x int) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
        "return type",
    ),
    ("CREATE TRIGGER g BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION twice()", "does not exist"),
    ("CREATE POLICY p ON things USING (nothing = 1)", "column \"nothing\" does not exist"),
    ("CREATE DOMAIN d AS int CHECK (VALUE > 'x')", "invalid input syntax"),
    ("ALTER TYPE mood ADD VALUE 'z' AFTER 'glad'", "not an existing enum label"),
    ("ALTER TABLE things ADD COLUMN c int DEFAULT a", "column reference"),
    ("ALTER TABLE things ADD COLUMN c int REFERENCES things (b)", "no unique constraint"),
    ("ALTER TABLE things ALTER b SET DEFAULT 'x'", "invalid input syntax"),
    ("ALTER TABLE things ALTER b SET STORAGE external", "storage"),
    ("ALTER TABLE things SET (fillfactor = 1000)", "out of bounds"),
    ("ALTER TABLE things REPLICA IDENTITY USING INDEX by_a", "non-unique"),
    ("ALTER SEQUENCE numbers MINVALUE 10 MAXVALUE 5", "must be less than"),
    ("CREATE EXTENSION nothing_of_the_kind", "no extension"),
    ("GRANT SELECT ON things TO nobody_at_all", "does not exist"),
    ("REVOKE SELECT ON things FROM nobody_at_all", "does not exist"),
    ("COMMENT ON INDEX nothing IS 'x'", "does not exist"),
    ("CREATE STATISTICS s ON a, nothing FROM things", "does not exist"),
    ("UPDATE things SET b = a", "is of type"),
    ("INSERT INTO things (id, b) VALUES (5, 'x')", "invalid input syntax"),
];

#[tokio::test]
async fn nothing_is_changed_by_a_file_that_postgresql_does_not_take() {
    let db = TestDb::create().await;
    db.exec(BEFORE).await;
    for (wrong, says) in WRONG {
        let file = format!("CREATE TABLE made_first (id int);\n{wrong};\n");
        let midflight = Program::new(&db, &[("1.sql", &file)]);
        for command in [&["plan"][..], &["expand", "--dry-run"], &["expand"], &["advance", "--release", "1"]]
        {
            let ran = midflight.run(command).await;
            assert!(
                [2, 21].contains(&ran.code),
                "{wrong}: {command:?} ended with {}\n{}",
                ran.code,
                ran.stderr
            );
            assert!(ran.stderr.contains(says) && ran.stderr.contains("1.sql:2"), "{wrong}\n{}", ran.stderr);
        }
    }
    let left = "SELECT (to_regclass('made_first') IS NOT NULL)::int + (to_regnamespace('midflight') IS NOT NULL)::int
                + (SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%try%')::int";
    assert_eq!(db.scalar::<i32>(left).await, 0);
}

/// A table that somebody holds is not waited for, and statements that are in its way are not.
#[tokio::test]
async fn no_table_is_locked_by_a_trial() {
    let db = TestDb::create().await;
    db.exec(BEFORE).await;
    let file = "DROP VIEW shown;\nALTER TABLE things ADD COLUMN c int;\nALTER TABLE things DROP CONSTRAINT b_is_positive;\n\
                CREATE TRIGGER g BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();\n";
    let midflight = Program::new(&db, &[("1.sql", file)]);
    // Whoever takes a strong lock, if only in a transaction that is rolled back, is written down.
    db.exec("CREATE TABLE strong (mode text)").await;
    db.exec(
        "CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
           IF EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND mode <> 'AccessShareLock'
                      AND relation IN ('public.things'::regclass, 'public.shown'::regclass, 'public.parents'::regclass)) THEN
             RAISE EXCEPTION 'a trial locks a table of the application';
           END IF; END $$;
         CREATE EVENT TRIGGER notes ON ddl_command_end EXECUTE FUNCTION note()",
    )
    .await;
    let wrong = format!("{file}CREATE TABLE n (a nowhere);\n");
    let refused = Program::new(&db, &[("1.sql", &wrong)]).run(&["plan"]).await;
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("\"nowhere\" does not exist"), "{}", refused.stderr);
    assert_eq!(midflight.run(&["plan"]).await.code, 0);
}
