//! SQL for the rules of taste, which are off by default.

use super::expect;
use midflight::lint::{Options, Runner};

fn asking(rule: &'static str) -> Options {
    Options { enable: [rule].into(), ..Options::default() }
}

#[test]
fn types_of_new_columns() {
    let cases = [
        ("prefer-identity", "CREATE TABLE t (a serial, b bigserial, c bigint)", "prefer-identity!"),
        ("prefer-identity", "ALTER TABLE t ADD a bigint", "-"),
        ("prefer-text", "ALTER TABLE t ADD a varchar(20)", "prefer-text!"),
        ("prefer-text", "CREATE TABLE t (a character varying (20)[])", "prefer-text!"),
        ("prefer-text", "CREATE TABLE t (a varchar, b text)", "-"),
        ("avoid-char", "CREATE TABLE t (a char(2))", "avoid-char!"),
        ("avoid-char", "CREATE TABLE t (a character, b bpchar)", "avoid-char!"),
        ("avoid-char", "CREATE TABLE t (a \"char\", \"char\" text, b varchar(2))", "-"),
        ("prefer-timestamptz", "CREATE TABLE t (a timestamp(3))", "prefer-timestamptz!"),
        ("prefer-timestamptz", "CREATE TABLE t (a timestamp without time zone)", "prefer-timestamptz!"),
        (
            "prefer-timestamptz",
            "CREATE TABLE t (a timestamp with time zone, b timestamptz, timestamp date)",
            "-",
        ),
        ("prefer-jsonb", "ALTER TABLE t ADD a json", "prefer-jsonb!"),
        ("prefer-jsonb", "ALTER TABLE t ADD json jsonb", "-"),
        ("avoid-money", "CREATE TABLE t (a money)", "avoid-money!"),
        ("prefer-bigint-key", "CREATE TABLE t (id serial PRIMARY KEY)", "prefer-bigint-key!"),
        ("prefer-bigint-key", "CREATE TABLE t (id int, PRIMARY KEY (id))", "prefer-bigint-key!"),
        ("prefer-bigint-key", "CREATE TABLE t (id bigint, n int, PRIMARY KEY (id, n))", "-"),
        ("prefer-bigint-key", "CREATE TABLE t (id bigint PRIMARY KEY, n int, u int REFERENCES unknown)", "-"),
        (
            "prefer-bigint-key",
            "CREATE TABLE u (id bigint PRIMARY KEY); CREATE TABLE t (u_id int REFERENCES u (id))",
            "prefer-bigint-key!",
        ),
        (
            "prefer-bigint-key",
            "CREATE TABLE u (id bigint PRIMARY KEY); CREATE TABLE t (a int, FOREIGN KEY (a) REFERENCES u)",
            "prefer-bigint-key!",
        ),
        (
            "prefer-bigint-key",
            "CREATE TABLE u (n bigint, k int UNIQUE); CREATE TABLE t (u_id int REFERENCES u (k))",
            "-",
        ),
    ];
    for (rule, sql, expected) in cases {
        expect(&[], &asking(rule), &[(sql, expected)]);
    }
}

#[test]
fn tables_names_and_indexes() {
    let long = "a".repeat(64);
    let umlauts = "ä".repeat(32);
    let (index, quoted) =
        (format!("ALTER INDEX i RENAME TO {long}"), format!("CREATE TABLE \"{umlauts}\" (a int)"));
    let (fits, word) =
        (format!("CREATE TABLE \"{}\" (a int)", &long[1..]), format!("COMMENT ON TABLE t IS '{long}'"));
    let inside = format!("CREATE TABLE t (a int CONSTRAINT {long} CHECK (a > 0))");
    let alias = format!("SELECT 1 AS {long}");
    expect(
        &[],
        &Options::default(),
        &[
            (&index, "identifier-too-long?"),
            (&quoted, "identifier-too-long?"),
            (&inside, "identifier-too-long?"),
            (&fits, "-"),
            (&word, "-"),
            (&alias, "-"),
        ],
    );
    let cases = [
        ("require-primary-key", "CREATE TABLE t (a int)", "require-primary-key!"),
        ("require-primary-key", "CREATE TABLE t AS SELECT 1 AS a", "require-primary-key!"),
        ("require-primary-key", "CREATE TABLE t (a int, CONSTRAINT p PRIMARY KEY (a))", "-"),
        ("require-primary-key", "CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a)", "-"),
        ("require-primary-key", "CREATE TEMP TABLE t (a int)", "-"),
        ("require-primary-key", "CREATE TABLE t (LIKE u INCLUDING ALL)", "-"),
        (
            "require-primary-key",
            "CREATE TABLE t (LIKE u); ALTER TABLE p ATTACH PARTITION t FOR VALUES IN (1)",
            "-",
        ),
        ("require-primary-key", "CREATE TABLE t (a int); DROP TABLE t", "-"),
        ("require-schema-qualified", "CREATE TABLE t (a int)", "require-schema-qualified!"),
        ("require-schema-qualified", "CREATE TABLE s.t (a int)", "-"),
        ("require-schema-qualified", "CREATE TEMP TABLE t (a int); ALTER TABLE t ADD b int", "-"),
        ("require-schema-qualified", "ALTER TABLE t ADD b int, ADD c int", "require-schema-qualified!"),
        (
            "require-schema-qualified",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "require-schema-qualified!",
        ),
        (
            "require-schema-qualified",
            "CREATE SCHEMA s; CREATE EXTENSION hstore; SELECT 1; UPDATE t SET a = 1 WHERE id = 1",
            "-",
        ),
        ("require-schema-qualified", "SET search_path = s; CREATE TABLE t (a int)", "-"),
        ("require-idempotent", "ALTER TABLE t ADD a int", "require-idempotent!"),
        ("require-idempotent", "DROP INDEX CONCURRENTLY i", "require-idempotent!"),
        ("require-idempotent", "CREATE VIEW v AS SELECT 1", "require-idempotent!"),
        ("require-idempotent", "CREATE TYPE e AS ENUM ('a')", "-"),
        ("require-idempotent", "CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
        (
            "require-idempotent",
            "ALTER TABLE t ADD IF NOT EXISTS a int; CREATE OR REPLACE VIEW v AS SELECT 1",
            "-",
        ),
        ("require-idempotent", "BEGIN; ALTER TABLE t ADD a int; COMMIT", "-"),
        (
            "unnamed-constraint",
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID",
            "unnamed-constraint!",
        ),
        ("unnamed-constraint", "ALTER TABLE t ADD UNIQUE USING INDEX i", "-"),
        ("unnamed-constraint", "CREATE TABLE t (a int CHECK (a > 0))", "-"),
        ("wide-index", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a, b, c, d)", "-"),
        ("extension-change", "ALTER EXTENSION hstore UPDATE", "extension-change!"),
        ("extension-change", "ALTER EXTENSION hstore UPDATE TO '1.8'", "-"),
        ("grant-to-public", "GRANT ALL ON SCHEMA s TO app, public", "grant-to-public!"),
        ("grant-to-public", "GRANT SELECT ON t TO \"public_reader\"; REVOKE ALL ON t FROM PUBLIC", "-"),
        ("superuser-statement", "CREATE ROLE r SUPERUSER", "superuser-statement!"),
        ("superuser-statement", "CREATE EXTENSION pg_stat_statements", "superuser-statement!"),
        ("superuser-statement", "CREATE EXTENSION pg_trgm; CREATE ROLE r NOSUPERUSER", "-"),
        (
            "unlogged-or-no-autovacuum",
            "ALTER TABLE t SET (autovacuum_enabled = false)",
            "unlogged-or-no-autovacuum!",
        ),
        (
            "unlogged-or-no-autovacuum",
            "CREATE TABLE t (a int) WITH (autovacuum_enabled = 'off')",
            "unlogged-or-no-autovacuum!",
        ),
        ("unlogged-or-no-autovacuum", "ALTER TABLE t SET (autovacuum_enabled = true)", "-"),
        (
            "security-definer-search-path",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 /* SECURITY DEFINER */'",
            "-",
        ),
    ];
    for (rule, sql, expected) in cases {
        expect(&[], &asking(rule), &[(sql, expected)]);
    }
    let midflight = Options { runner: Runner::Midflight, ..asking("require-idempotent") };
    expect(&[], &midflight, &[("ALTER TABLE t ADD a int", "-")]);
}
