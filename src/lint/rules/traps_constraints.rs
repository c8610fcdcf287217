//! Constraints, removals and renames: SQL that linters get wrong, and what is right.

use super::tests::{found, of};
use crate::lint::{Options, Transaction};

fn assert_all(cases: &[(&str, &str)], look: impl Fn(&str) -> Vec<String>) {
    let mut wrong = Vec::new();
    for (sql, expected) in cases {
        let expected = if *expected == "-" { "" } else { expected };
        let got = look(sql).join(" ");
        if got != expected {
            wrong.push(format!("{sql}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn validation_travels_alone() {
    let strong = "validate-under-strong-lock";
    let cases: &[(&str, &str)] = &[
        ("ALTER TABLE t VALIDATE CONSTRAINT c", "-"),
        ("BEGIN; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT", "-"),
        ("BEGIN; ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET STATISTICS 500; COMMIT", "-"),
        ("BEGIN; ALTER TABLE t ALTER a SET STATISTICS 500; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT", "-"),
        ("BEGIN; ALTER TABLE u ALTER a DROP DEFAULT; COMMIT; ALTER TABLE t VALIDATE CONSTRAINT c", "-"),
        ("ALTER TABLE t VALIDATE CONSTRAINT c, VALIDATE CONSTRAINT d, ALTER a SET STATISTICS 500", "-"),
        ("ALTER TABLE t VALIDATE CONSTRAINT c, SET (fillfactor = 70)", "-"),
        ("ALTER TABLE t ALTER a SET DEFAULT 1; ALTER TABLE t VALIDATE CONSTRAINT c", "-"),
        ("ALTER TABLE t VALIDATE CONSTRAINT c, ALTER a SET DEFAULT 1", strong),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT c", strong),
        ("BEGIN; ALTER TABLE t ALTER a SET DEFAULT 1; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT", strong),
        ("BEGIN; ALTER TABLE t ALTER a SET DEFAULT 1; ROLLBACK; ALTER TABLE t VALIDATE CONSTRAINT c", "-"),
        (
            "BEGIN; SAVEPOINT s; ALTER TABLE t ALTER a SET DEFAULT 1; ROLLBACK TO s; \
             ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT",
            "-",
        ),
        (
            "BEGIN; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID; \
             ALTER TABLE t VALIDATE CONSTRAINT f; COMMIT",
            strong,
        ),
        ("BEGIN; ALTER TABLE t ADD COLUMN a int; COMMIT AND CHAIN; ALTER TABLE t VALIDATE CONSTRAINT c", "-"),
        ("COMMIT AND CHAIN; ALTER TABLE t ADD COLUMN a int; ALTER TABLE t VALIDATE CONSTRAINT c", strong),
        ("BEGIN; ALTER TABLE shop.t ADD COLUMN a int; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT", "-"),
        ("BEGIN; CREATE TABLE t (a int); ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT", "-"),
        ("BEGIN; LOCK TABLE t IN SHARE MODE; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT", strong),
        (
            "DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; \
             ALTER TABLE t VALIDATE CONSTRAINT c; END $$",
            strong,
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; \
             DO $$ BEGIN ALTER TABLE t VALIDATE CONSTRAINT c; END $$",
            "-",
        ),
    ];
    assert_all(cases, of);
    let two = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c";
    for (transaction, expected) in [
        (Transaction::Statement, vec![]),
        (Transaction::File, vec![strong]),
        (Transaction::Batch, vec![strong]),
    ] {
        let options = Options { transaction, ..Options::default() };
        assert_eq!(found(&[two], &options), expected, "{transaction:?}");
        assert_eq!(found(&["ALTER TABLE t VALIDATE CONSTRAINT c"], &options), Vec::<String>::new());
    }
}

#[test]
fn rows_that_go_all_at_once() {
    let cases: &[(&str, &str)] = &[
        ("TRUNCATE t", "truncate-table"),
        ("TRUNCATE TABLE a, b RESTART IDENTITY", "truncate-table"),
        ("TRUNCATE ONLY t CASCADE", "truncate-cascade"),
        ("CREATE TABLE t (a int); TRUNCATE t", "-"),
        ("CREATE TEMP TABLE t (a int); TRUNCATE t CASCADE; TRUNCATE pg_temp.x", "-"),
        ("CREATE TABLE t (a int); TRUNCATE t, u", "truncate-table"),
        ("BEGIN; CREATE TABLE t (a int); ROLLBACK; TRUNCATE t", "truncate-table"),
        ("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ TRUNCATE t; DELETE FROM t $$", "-"),
        ("DO $$ BEGIN TRUNCATE t; END $$", "truncate-table"),
        ("DELETE FROM t", "delete-all-rows"),
        ("DELETE FROM t AS x WHERE true", "delete-all-rows"),
        ("DELETE FROM t WHERE 1 = 1", "delete-all-rows"),
        ("DELETE FROM t WHERE (1 = 1) RETURNING id", "delete-all-rows"),
        ("DELETE FROM t USING u", "delete-all-rows"),
        ("DELETE FROM t USING u WHERE u.gone", "delete-all-rows"),
        ("DELETE FROM t USING u WHERE u.gone AND t.id = u.id", "-"),
        ("DELETE FROM t x USING u WHERE x.id = u.id", "-"),
        ("DELETE FROM t USING u WHERE u.gone AND old", "-"),
        ("DELETE FROM t WHERE id = 5", "-"),
        ("DELETE FROM t WHERE created_at < now() - interval '1 year'", "-"),
        ("DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 1000)", "-"),
        ("WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM gone", "delete-all-rows"),
        ("WITH gone AS (DELETE FROM t WHERE old RETURNING *) INSERT INTO u SELECT * FROM gone", "-"),
        ("CREATE TEMP TABLE t (a int); DELETE FROM t; UPDATE t SET a = 1", "-"),
        ("ALTER TABLE t ADD a int NOT NULL DEFAULT 1; DELETE FROM t WHERE a IS NOT NULL", "delete-all-rows"),
        ("UPDATE t SET a = 1", "update-all-rows?"),
        ("UPDATE t SET a = 1 WHERE TRUE", "update-all-rows?"),
        ("UPDATE t AS x SET a = 1, b = u.b FROM u", "update-all-rows?"),
        ("UPDATE t SET a = u.a FROM u WHERE u.active", "update-all-rows?"),
        ("UPDATE t x SET a = u.a FROM u WHERE u.id = x.id", "-"),
        ("UPDATE public.t SET a = u.a FROM u WHERE public.t.id = u.id", "-"),
        ("UPDATE t SET a = u.a FROM u WHERE u.id = u_id", "-"),
        ("UPDATE t SET a = 1 WHERE id = 7", "-"),
        ("UPDATE t SET a = 1 WHERE id BETWEEN 1 AND 1000", "-"),
        ("UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 1000)", "-"),
        ("INSERT INTO t (id, a) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = 2", "-"),
        ("SELECT * FROM t FOR UPDATE", "-"),
        // after ADD COLUMN every row has NULL
        ("ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE a IS NULL", "update-all-rows?"),
        ("ALTER TABLE t ADD a int; UPDATE t SET b = 1 WHERE t.a IS NULL", "update-all-rows?"),
        ("ALTER TABLE t ADD a int DEFAULT 1; UPDATE t SET a = 1 WHERE a IS NULL", "-"),
        ("ALTER TABLE t ADD a int DEFAULT NULL; UPDATE t SET a = 1 WHERE a IS NULL", "update-all-rows?"),
        (
            "ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE a IS NULL AND id < 1000; \
             UPDATE t SET a = 1 WHERE a IS NULL",
            "-",
        ),
        ("CREATE TABLE t (a int); UPDATE t SET a = 1 WHERE a IS NULL", "-"),
        ("UPDATE t SET a = 1 WHERE a IS NULL", "update-all-rows!"),
        ("UPDATE t SET a = 1 WHERE b IS NULL", "-"),
        ("UPDATE t SET a = 1 WHERE a IS NOT NULL", "-"),
        ("UPDATE t SET a = 1 WHERE a IS NULL AND b", "-"),
    ];
    assert_all(cases, of);
    let earlier = ["CREATE TABLE t (id int)", "ALTER TABLE t ADD a int, ADD b int NOT NULL DEFAULT 1"];
    let later = |sql: &str| found(&[earlier[0], earlier[1], sql], &Options::default());
    let cases: &[(&str, &str)] = &[
        ("UPDATE t SET a = 1 WHERE a IS NULL", "update-all-rows?"),
        ("UPDATE t SET a = 1 WHERE b IS NULL", "-"),
        ("UPDATE t SET a = 1 WHERE b IS NOT NULL", "update-all-rows?"),
        ("TRUNCATE t", "truncate-table"),
    ];
    assert_all(cases, later);
}

#[test]
fn constraints_that_go() {
    let cases: &[(&str, &str)] = &[
        ("ALTER TABLE t DROP CONSTRAINT c", "drop-constraint?"),
        ("ALTER TABLE t DROP CONSTRAINT IF EXISTS c", "drop-constraint?"),
        ("CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0)); ALTER TABLE t DROP CONSTRAINT c", "-"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t DROP CONSTRAINT c", "-"),
        ("ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "-"),
        ("ALTER TABLE t DROP CONSTRAINT c; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "-"),
        (
            "ALTER TABLE t DROP CONSTRAINT c; ALTER TABLE u ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
            "drop-constraint?",
        ),
        (
            "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a); \
             ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c UNIQUE USING INDEX i",
            "-",
        ),
        // the last step of the recipe for NOT NULL
        ("ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT t_a_nn", "set-not-null-scans"),
        // primary keys
        ("ALTER TABLE t DROP CONSTRAINT t_pkey", "drop-primary-key"),
        ("ALTER TABLE shop.t DROP CONSTRAINT t_pkey", "drop-primary-key"),
        ("ALTER TABLE t DROP CONSTRAINT u_pkey", "drop-constraint?"),
        ("ALTER TABLE t DROP CONSTRAINT t_pkey, ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX i", "-"),
        ("CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t DROP CONSTRAINT t_pkey", "-"),
    ];
    assert_all(cases, of);

    let base = "CREATE TABLE p (id int PRIMARY KEY);\
                CREATE TABLE t (a int UNIQUE, b int REFERENCES p, c int, n int CONSTRAINT n_set CHECK (n IS NOT NULL),\
                CONSTRAINT key PRIMARY KEY (a, b), CONSTRAINT rule CHECK (c > 0),\
                CONSTRAINT more CHECK (n IS NOT NULL AND n > 0), EXCLUDE USING gist (c WITH =))";
    let later = |sql: &str| found(&[base, sql], &Options::default());
    let cases: &[(&str, &str)] = &[
        ("ALTER TABLE t DROP CONSTRAINT key", "drop-primary-key"),
        (
            "BEGIN; ALTER TABLE t DROP CONSTRAINT key; ALTER TABLE t ADD PRIMARY KEY USING INDEX i; COMMIT",
            "-",
        ),
        (
            "ALTER TABLE t DROP CONSTRAINT key; ALTER TABLE t ADD PRIMARY KEY USING INDEX i",
            "drop-primary-key",
        ),
        ("ALTER TABLE t DROP CONSTRAINT rule", "drop-constraint?"),
        ("ALTER TABLE t DROP CONSTRAINT t_c_excl", "drop-constraint?"),
        ("ALTER TABLE t DROP CONSTRAINT t_a_key", "drop-constraint?"),
        ("ALTER TABLE t DROP CONSTRAINT t_b_fkey", "drop-constraint?"),
        ("ALTER TABLE t ALTER n SET NOT NULL; ALTER TABLE t DROP CONSTRAINT n_set", "-"),
        ("ALTER TABLE t ALTER n SET NOT NULL; ALTER TABLE t DROP CONSTRAINT more", "drop-constraint?"),
        ("ALTER TABLE t DROP CONSTRAINT n_set", "drop-constraint?"),
        (
            "ALTER TABLE t ADD CONSTRAINT wider CHECK (c >= 0) NOT VALID; ALTER TABLE t DROP CONSTRAINT rule",
            "-",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES p ON DELETE CASCADE NOT VALID; \
             ALTER TABLE t VALIDATE CONSTRAINT f; ALTER TABLE t DROP CONSTRAINT t_b_fkey",
            "-",
        ),
        (
            "ALTER TABLE t RENAME CONSTRAINT rule TO old; ALTER TABLE t DROP CONSTRAINT old",
            "drop-constraint?",
        ),
    ];
    assert_all(cases, later);
    let recipe = [base, "ALTER TABLE t ALTER n SET NOT NULL", "ALTER TABLE t DROP CONSTRAINT n_set"];
    assert!(found(&recipe, &Options::default()).is_empty());
}

#[test]
fn domains_and_exclusion() {
    let cases: &[(&str, &str)] = &[
        ("ALTER DOMAIN d ADD CHECK (VALUE > 0)", "domain-constraint-scans"),
        ("ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID", "-"),
        ("ALTER DOMAIN d VALIDATE CONSTRAINT c", "domain-constraint-scans"),
        ("ALTER DOMAIN d SET NOT NULL", "domain-constraint-scans"),
        ("ALTER DOMAIN d DROP NOT NULL; ALTER DOMAIN d SET DEFAULT 1; ALTER DOMAIN d DROP CONSTRAINT c", "-"),
        ("CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CHECK (VALUE > 0)", "-"),
        ("ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)", "add-exclusion-constraint"),
        ("CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&))", "-"),
        ("CREATE TABLE t (a int4range); ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)", "-"),
        (
            "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (id, during WITHOUT OVERLAPS)",
            "add-exclusion-constraint",
        ),
    ];
    assert_all(cases, of);
    let base = "CREATE DOMAIN used AS int; CREATE DOMAIN unused AS int; CREATE TABLE t (a used)";
    let later = |sql: &str| found(&[base, sql], &Options::default());
    let cases: &[(&str, &str)] = &[
        ("ALTER DOMAIN used SET NOT NULL", "domain-constraint-scans"),
        ("ALTER DOMAIN unused SET NOT NULL", "-"),
        ("CREATE TABLE n (a unused); ALTER DOMAIN unused SET NOT NULL", "-"),
    ];
    assert_all(cases, later);
}

#[test]
fn objects_that_go() {
    let drops = "drop-dependent-object?";
    let cases: &[(&str, &str)] = &[
        ("DROP VIEW v", drops),
        ("DROP MATERIALIZED VIEW IF EXISTS v", drops),
        ("DROP FUNCTION f(int)", drops),
        ("DROP PROCEDURE f", drops),
        ("DROP TYPE mood", drops),
        ("DROP DOMAIN d", drops),
        ("DROP SEQUENCE s", drops),
        ("DROP EXTENSION pgcrypto", drops),
        ("DROP TRIGGER x ON t; DROP POLICY p ON t; DROP STATISTICS s", "-"),
        ("BEGIN; DROP VIEW v; CREATE VIEW v AS SELECT 1; COMMIT", "-"),
        ("BEGIN; DROP VIEW v; CREATE MATERIALIZED VIEW v AS SELECT 1; COMMIT", "-"),
        ("BEGIN; DROP VIEW v; CREATE VIEW shop.v AS SELECT 1; COMMIT", drops),
        ("BEGIN; DROP VIEW v; COMMIT; CREATE VIEW v AS SELECT 1", drops),
        ("DROP VIEW v; CREATE VIEW v AS SELECT 1", drops),
        ("CREATE VIEW v AS SELECT 1; DROP VIEW v", "-"),
        ("BEGIN; DROP VIEW t; ALTER TABLE u RENAME TO t; COMMIT", "rename-table"),
        (
            "BEGIN; DROP FUNCTION f(int); CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMIT",
            "-",
        ),
        ("DROP TRIGGER x ON t; DROP FUNCTION sync()", "-"),
        ("DROP TRIGGER x ON t; DROP FUNCTION sync(int)", drops),
    ];
    assert_all(cases, of);
    let base = "CREATE FUNCTION sync() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\
                CREATE FUNCTION price(int) RETURNS int LANGUAGE sql AS 'SELECT 1'";
    let later = |sql: &str| found(&[base, sql], &Options::default());
    let cases: &[(&str, &str)] =
        &[("DROP FUNCTION sync()", "-"), ("DROP TRIGGER x ON t; DROP FUNCTION price", drops)];
    assert_all(cases, later);
}
