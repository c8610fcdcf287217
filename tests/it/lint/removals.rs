//! Rows, objects and names that go: SQL that linters get wrong, and what is right.

use super::{assert_all, found, of};
use midflight::lint::Options;

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

#[test]
fn whatever_depends() {
    let cases: &[(&str, &str)] = &[
        ("DROP TABLE t CASCADE", "drop-cascade? drop-table"),
        ("CREATE TABLE t (a int); DROP TABLE t CASCADE", "-"),
        ("ALTER TABLE t DROP CONSTRAINT c CASCADE", "drop-cascade? drop-constraint?"),
        ("ALTER TABLE t ADD a int; ALTER TABLE t DROP COLUMN a CASCADE", "-"),
        ("DROP VIEW v CASCADE", "drop-cascade? drop-dependent-object?"),
        ("DROP EXTENSION citext CASCADE", "drop-cascade? drop-dependent-object?"),
        ("DROP TRIGGER x ON t CASCADE", "-"),
        ("DROP AGGREGATE a(int) CASCADE", "drop-cascade?"),
        ("DROP AGGREGATE a(int)", "-"),
        ("REVOKE SELECT ON t FROM app CASCADE", "-"),
        ("DROP SCHEMA s", "drop-schema?"),
        ("DROP SCHEMA s CASCADE", "drop-cascade? drop-schema"),
        ("CREATE SCHEMA s; DROP SCHEMA s CASCADE", "-"),
        ("DROP DATABASE IF EXISTS d", "drop-database"),
        ("DROP OWNED BY a, b CASCADE", "drop-cascade? drop-owned"),
    ];
    assert_all(cases, of);
}

#[test]
fn names_and_places() {
    let cases: &[(&str, &str)] = &[
        ("ALTER SCHEMA s RENAME TO r", "rename-schema"),
        ("CREATE SCHEMA s; ALTER SCHEMA s RENAME TO r", "-"),
        ("ALTER TABLE t SET SCHEMA s", "move-schema"),
        ("ALTER FUNCTION f(int) SET SCHEMA s", "move-schema"),
        ("CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA s", "-"),
        ("BEGIN; ALTER TABLE t SET SCHEMA s; CREATE VIEW t AS SELECT * FROM s.t; COMMIT", "-"),
        ("ALTER TABLE t SET SCHEMA s; CREATE VIEW t AS SELECT * FROM s.t", "move-schema"),
        ("ALTER TYPE mood RENAME VALUE 'a' TO 'b'", "rename-enum-value"),
        ("CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood RENAME VALUE 'a' TO 'b'", "-"),
        ("ALTER VIEW v RENAME TO w", "rename-object?"),
        ("ALTER VIEW v RENAME COLUMN a TO b", "rename-object?"),
        ("ALTER FUNCTION f(int) RENAME TO g", "rename-object?"),
        ("ALTER TYPE mood RENAME TO old", "rename-object?"),
        ("ALTER SEQUENCE s RENAME TO r", "rename-object?"),
        ("ALTER TRIGGER a ON t RENAME TO b", "rename-object!"),
        ("ALTER POLICY a ON t RENAME TO b", "rename-object!"),
        ("ALTER INDEX i RENAME TO j; ALTER TABLE t RENAME CONSTRAINT a TO b", "-"),
        ("CREATE VIEW v AS SELECT 1; ALTER VIEW v RENAME TO w", "-"),
        // a new enum in the old one's place
        ("BEGIN; ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('a'); DROP TYPE old; COMMIT", "-"),
        ("ALTER VIEW v RENAME TO w; DROP VIEW w", "rename-object?"),
        ("CREATE INDEX CONCURRENTLY i ON t (a); ALTER TABLE i RENAME TO j", "rename-index-through-table!"),
        (
            "CREATE INDEX CONCURRENTLY i ON t (a); ALTER INDEX i RENAME TO j; ALTER TABLE j RENAME TO k",
            "rename-index-through-table!",
        ),
        ("CREATE TABLE t (a int); CREATE INDEX i ON t (a); ALTER TABLE i RENAME TO j", "-"),
        ("CREATE SEQUENCE s; ALTER TABLE s RENAME TO r", "-"),
        ("ALTER TABLE t DISABLE TRIGGER ALL", "disable-trigger?"),
        ("ALTER TABLE t DISABLE TRIGGER sync", "disable-trigger?"),
        ("ALTER TABLE t ENABLE TRIGGER sync", "-"),
        ("CREATE TABLE t (a int); ALTER TABLE t DISABLE TRIGGER USER", "-"),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "enable-rls-without-policy?"),
        ("ALTER TABLE t DISABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY", "-"),
        ("CREATE POLICY p ON t USING (true); ALTER TABLE t ENABLE ROW LEVEL SECURITY", "-"),
        (
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (true)",
            "enable-rls-without-policy?",
        ),
        (
            "BEGIN; ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON public.t USING (true); COMMIT",
            "-",
        ),
        ("CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY", "-"),
    ];
    assert_all(cases, of);
}
