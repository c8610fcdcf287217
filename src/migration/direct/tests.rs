use super::statements;
use crate::migration::parse;
use crate::migration::source::Source;

/// The statements of a YAML file with one operation.
fn direct(yaml: &str) -> Vec<String> {
    let migration = parse(Source::new("m.yaml", format!("operations:\n  - {yaml}"))).unwrap();
    migration.steps.iter().flat_map(|step| statements(&step.operation)).collect()
}

#[test]
fn an_operation_is_what_one_would_write() {
    for (yaml, sql) in [
        (
            "change_type: {table: Orders, column: amount, type: bigint, up: \"amount::bigint\", down: \"amount::integer\"}",
            &["ALTER TABLE \"Orders\" ALTER COLUMN amount TYPE bigint USING amount::bigint"][..],
        ),
        (
            "set_not_null: {table: users, column: email, up: \"'none'\"}",
            &[
                "UPDATE users SET email = 'none' WHERE email IS NULL",
                "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
            ],
        ),
        (
            "add_column: {table: s.users, column: {name: plan, type: text, not_null: true, default: \"'free'\"}, up: \"'old'\"}",
            &[
                "ALTER TABLE s.users ADD COLUMN plan text",
                "UPDATE s.users SET plan = 'old' WHERE plan IS NULL",
                "ALTER TABLE s.users ALTER COLUMN plan SET DEFAULT 'free'",
                "ALTER TABLE s.users ALTER COLUMN plan SET NOT NULL",
            ],
        ),
        (
            "transform_columns: {table: t, from: [a], to: [{name: a, type: int, not_null: true}, {name: b, type: text, default: \"'x'\"}], up: {a: \"a::int\", b: \"a\"}, down: {a: \"a::text\"}}",
            &[
                "ALTER TABLE t ADD COLUMN _midflight_a int",
                "ALTER TABLE t ADD COLUMN b text",
                "UPDATE t SET _midflight_a = a::int, b = a",
                "ALTER TABLE t ALTER COLUMN _midflight_a SET NOT NULL",
                "ALTER TABLE t ALTER COLUMN b SET DEFAULT 'x'",
                "ALTER TABLE t DROP COLUMN a",
                "ALTER TABLE t RENAME COLUMN _midflight_a TO a",
            ],
        ),
        (
            "create_index: {table: t, name: I, unique: true, columns: [\"lower(a)\"], include: [b], where: \"a <> ''\"}",
            &["CREATE UNIQUE INDEX \"I\" ON t (lower(a)) INCLUDE (b) WHERE a <> ''"],
        ),
        (
            "create_type: {name: Mood, definition: \"AS ENUM ('a')\", if_not_exists: true}",
            &[
                "DO 'BEGIN\n  EXECUTE ''CREATE TYPE \"Mood\" AS ENUM (''''a'''')'';\nEXCEPTION WHEN duplicate_object OR duplicate_table OR duplicate_function THEN\n  NULL;\nEND'",
            ],
        ),
        (
            "drop_table: {table: t, aside: t_old, if_exists: true}",
            &["ALTER TABLE IF EXISTS t RENAME TO t_old"],
        ),
        ("sql: {expand: SELECT 1, contract: SELECT 2, rollback: SELECT 3}", &["SELECT 1", "SELECT 2"]),
    ] {
        assert_eq!(direct(yaml), sql, "{yaml}");
    }
}

/// What SQL says and YAML spells out comes back as the same operations.
#[test]
fn what_is_written_reads_back() {
    for sql in [
        "CREATE TABLE IF NOT EXISTS s.t (\n  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT k PRIMARY KEY,\n  a text COLLATE \"C\" DEFAULT 'x' NOT NULL CHECK (a <> '') REFERENCES u (b) ON DELETE CASCADE,\n  UNIQUE (a)\n) WITH (fillfactor = 70)",
        "DROP TABLE IF EXISTS \"T\"",
        "ALTER TABLE t RENAME COLUMN \"A\" TO b",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NO INHERIT NOT VALID",
        "ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES s.u (c, d) ON UPDATE CASCADE DEFERRABLE",
        "ALTER TABLE t ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b)",
        "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i DEFERRABLE",
        "ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (a WITH =)",
        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k",
        "ALTER TABLE t ALTER COLUMN a SET STATISTICS 5",
        "ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE t REPLICA IDENTITY FULL",
        "ALTER INDEX IF EXISTS s.i RENAME TO j",
        "ALTER TYPE m ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'",
        "ALTER SEQUENCE IF EXISTS s CYCLE",
        "COMMENT ON COLUMN t.a IS 'it''s'",
        "COMMENT ON FUNCTION f(int) IS NULL",
        "GRANT SELECT, UPDATE (a) ON t TO r WITH GRANT OPTION",
        "REVOKE GRANT OPTION FOR ALL ON FUNCTION f(int) FROM r, PUBLIC",
        "CREATE OR REPLACE VIEW v AS SELECT 1 AS a",
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE POLICY p ON t USING (true)",
        "CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1",
        "DROP FUNCTION IF EXISTS f(int)",
        "DROP TRIGGER g ON t",
    ] {
        let read = |text: &str| -> Vec<_> {
            let migration = parse(Source::new("m.sql", text)).unwrap();
            migration.steps.into_iter().map(|step| step.operation).collect()
        };
        let operations = read(sql);
        let mut written: Vec<_> = operations.iter().flat_map(statements).collect();
        assert_eq!(written.len(), 1, "{sql}");
        // a table made by SQL carries its own statement
        let again = read(&written.remove(0));
        let spelled = |mut operations: Vec<crate::migration::operation::Operation>| {
            for operation in &mut operations {
                if let crate::migration::operation::Operation::CreateTable(create) = operation {
                    create.statement = None;
                }
            }
            operations
        };
        let (operations, again) = (spelled(operations), spelled(again));
        let written: Vec<_> = operations.iter().flat_map(statements).collect();
        assert_eq!(again, operations, "{sql}\n{written:?}");
    }
}
