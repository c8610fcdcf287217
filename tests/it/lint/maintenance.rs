//! SQL about whole tables, views and triggers, and about the session's parameters.

use super::expect;
use midflight::lint::{Options, Runner, Transaction};

fn asking(rule: &'static str) -> Options {
    Options { enable: [rule].into(), ..Options::default() }
}

#[test]
fn whole_tables() {
    let cases: &[(&str, &str)] = &[
        ("VACUUM FULL t", "rewrite-maintenance"),
        ("VACUUM (FULL) t", "rewrite-maintenance"),
        ("VACUUM (ANALYZE, FULL true) t", "rewrite-maintenance"),
        ("VACUUM FULL", "rewrite-maintenance"),
        ("VACUUM (FULL false) t", "-"),
        ("VACUUM ANALYZE t", "-"),
        ("CLUSTER t USING i", "rewrite-maintenance"),
        ("CLUSTER", "rewrite-maintenance"),
        ("CREATE TABLE t (a int); CLUSTER t USING i; VACUUM FULL t", "-"),
        ("CREATE TEMP TABLE t (a int); VACUUM FULL t", "-"),
        ("CREATE TABLE t (a int); VACUUM FULL t, u", "rewrite-maintenance"),
        ("ALTER TABLE t SET LOGGED", "table-storage-rewrite"),
        ("ALTER TABLE t SET UNLOGGED", "table-storage-rewrite"),
        ("ALTER TABLE t SET TABLESPACE fast", "table-storage-rewrite"),
        ("ALTER TABLE t SET ACCESS METHOD heap", "table-storage-rewrite"),
        ("ALTER INDEX i SET TABLESPACE fast", "table-storage-rewrite"),
        ("CREATE TABLE t (a int); CREATE INDEX i ON t (a); ALTER INDEX i SET TABLESPACE fast", "-"),
        ("CREATE TABLE t (a int); ALTER TABLE t SET UNLOGGED", "-"),
        ("ALTER TABLE t SET (fillfactor = 90); ALTER TABLE t ALTER a SET STATISTICS 500", "-"),
        ("ALTER TABLE t CLUSTER ON i; ALTER TABLE t SET WITHOUT CLUSTER", "-"),
        ("REFRESH MATERIALIZED VIEW v", "refresh-matview-blocks-reads"),
        ("REFRESH MATERIALIZED VIEW v WITH NO DATA", "refresh-matview-blocks-reads"),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", "-"),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; REFRESH MATERIALIZED VIEW v", "-"),
        ("BEGIN; LOCK TABLE t; COMMIT", "explicit-table-lock?"),
        ("BEGIN; LOCK t IN SHARE MODE; COMMIT", "explicit-table-lock?"),
        ("BEGIN; LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE; COMMIT", "-"),
        ("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE; COMMIT", "-"),
        ("BEGIN; CREATE TABLE t (a int); LOCK TABLE t; COMMIT", "-"),
        ("ALTER TYPE pair ADD ATTRIBUTE c int CASCADE", "alter-type-cascade?"),
        ("ALTER TYPE pair ADD ATTRIBUTE c int", "-"),
        ("CREATE TYPE pair AS (a int, b int); ALTER TYPE pair ADD ATTRIBUTE c int CASCADE", "-"),
    ];
    expect(&[], &Options::default(), cases);
    let earlier = "CREATE TABLE p (k int) PARTITION BY LIST (k); \
                   CREATE MATERIALIZED VIEW v AS SELECT 1 AS a WITH NO DATA; CREATE MATERIALIZED VIEW w AS SELECT 1 AS a";
    let cases = [
        ("ALTER TABLE p SET TABLESPACE fast", "-"),
        ("REFRESH MATERIALIZED VIEW v", "-"),
        ("REFRESH MATERIALIZED VIEW v; REFRESH MATERIALIZED VIEW v", "refresh-matview-blocks-reads"),
        ("REFRESH MATERIALIZED VIEW w", "refresh-matview-blocks-reads"),
    ];
    expect(&[earlier], &Options::default(), &cases);
}

#[test]
fn triggers_and_views() {
    let trigger = "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()";
    let in_transaction = format!("BEGIN; SET LOCAL lock_timeout = '2s'; {trigger}; COMMIT");
    let limited = format!("SET lock_timeout = '2s'; {trigger}");
    let new = format!("CREATE TABLE t (a int); {trigger}");
    let cases: &[(&str, &str)] = &[
        (trigger, "trigger-change!"),
        (&in_transaction, "trigger-change!"),
        (&limited, "-"),
        (&new, "-"),
        ("ALTER TRIGGER g ON t DEPENDS ON EXTENSION e", "trigger-change!"),
        ("CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING", "trigger-change!"),
        ("CREATE POLICY p ON t USING (true)", "trigger-change!"),
        ("ALTER POLICY p ON t USING (a = 1)", "trigger-change!"),
        ("DROP POLICY p ON t", "trigger-change!"),
        ("DROP TRIGGER g ON t", "trigger-change!"),
    ];
    expect(&[], &Options::default(), cases);
    let midflight = Options { runner: Runner::Midflight, ..Options::default() };
    let rule = "CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING";
    expect(&[], &midflight, &[(trigger, "-"), (rule, "trigger-change!")]);
    let cases = [
        ("CREATE OR REPLACE VIEW v AS SELECT 1", "create-index-on-view-gap!"),
        ("CREATE VIEW v AS SELECT 1", "-"),
        ("CREATE VIEW v AS SELECT 1; CREATE OR REPLACE VIEW v AS SELECT 2", "-"),
    ];
    expect(&[], &asking("create-index-on-view-gap"), &cases);
    let cases = [
        ("CREATE MATERIALIZED VIEW v AS SELECT * FROM t", "matview-with-data!"),
        ("CREATE MATERIALIZED VIEW v AS SELECT * FROM t WITH NO DATA", "-"),
        ("CREATE TABLE v AS SELECT * FROM t", "matview-with-data!"),
        ("CREATE TABLE v AS SELECT * FROM t WITH NO DATA", "-"),
        ("SELECT * INTO v FROM t", "matview-with-data!"),
        ("CREATE TABLE v (a int GENERATED ALWAYS AS (1) STORED)", "-"),
    ];
    expect(&[], &asking("matview-with-data"), &cases);
}

#[test]
fn alters_in_a_row() {
    let cases = [
        ("ALTER TABLE t ADD a int; ALTER TABLE t ADD b int", "multiple-alters-same-table!"),
        ("ALTER TABLE t ADD a int; ALTER TABLE t ADD b int, ADD c int", "multiple-alters-same-table!"),
        ("ALTER TABLE t ADD a int; ALTER TABLE u ADD b int", "-"),
        ("ALTER TABLE t ADD a int; COMMENT ON TABLE t IS 'x'; ALTER TABLE t ADD b int", "-"),
        ("ALTER TABLE t ADD CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT t_a_check", "-"),
        ("BEGIN; ALTER TABLE t ADD a int; COMMIT; BEGIN; ALTER TABLE t ADD b int; COMMIT", "-"),
        ("ALTER TABLE t ADD a int; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID", "-"),
        ("CREATE TABLE t (); ALTER TABLE t ADD a int; ALTER TABLE t ADD b int", "-"),
    ];
    expect(&[], &asking("multiple-alters-same-table"), &cases);
    let recipe = "ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT c";
    let proven =
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c";
    expect(&[proven], &asking("multiple-alters-same-table"), &[(recipe, "-")]);
}

#[test]
fn parameters_of_the_session() {
    let cases: &[(&str, &str)] = &[
        ("SET LOCAL lock_timeout = '2s'", "ineffective-set-local?"),
        ("SET LOCAL ROLE admin", "ineffective-set-local?"),
        ("BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT", "-"),
        ("BEGIN; SELECT 1; COMMIT; SET LOCAL lock_timeout = '2s'", "ineffective-set-local?"),
        ("DO $$ BEGIN SET LOCAL lock_timeout = '2s'; END $$", "-"),
        ("SET SESSION lock_timeout = '2s'", "-"),
        ("SET lock_timeout = 0; ALTER TABLE t ADD a int", "lock-timeout-disabled?"),
        ("SET lock_timeout TO '0s'; SELECT 1; ALTER TABLE t ADD a int", "lock-timeout-disabled?"),
        ("SELECT set_config('lock_timeout', '0', false); ALTER TABLE t ADD a int", "lock-timeout-disabled?"),
        ("BEGIN; SET LOCAL lock_timeout = 0; ALTER TABLE t ADD a int; COMMIT", "lock-timeout-disabled?"),
        ("BEGIN; SET LOCAL lock_timeout = 0; SELECT 1; COMMIT; ALTER TABLE t ADD a int", "-"),
        ("SET lock_timeout = 0; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
        ("SET lock_timeout = 0; ALTER TABLE t VALIDATE CONSTRAINT c", "-"),
        ("SET lock_timeout = 0; CREATE TABLE t (a int); ALTER TABLE t ADD b int", "-"),
        ("SET lock_timeout = 0; SET lock_timeout = '2s'; ALTER TABLE t ADD a int", "-"),
        ("SET lock_timeout = 0; RESET lock_timeout; ALTER TABLE t ADD a int", "-"),
        ("DO $$ BEGIN SET LOCAL lock_timeout = 0; END $$; ALTER TABLE t ADD a int", "-"),
        ("DO $$ BEGIN SET LOCAL lock_timeout = 0; ALTER TABLE t ADD a int; END $$", "lock-timeout-disabled?"),
        (
            "SET lock_timeout = 0; DO $$ BEGIN SET LOCAL lock_timeout = '2s'; ALTER TABLE t ADD a int; END $$",
            "-",
        ),
        ("SET statement_timeout = 0; ALTER TABLE t ADD a int", "-"),
    ];
    expect(&[], &Options::default(), cases);
    let local = [("SET LOCAL lock_timeout = '2s'; SELECT 1", "-")];
    for transaction in [Transaction::File, Transaction::Batch] {
        expect(&[], &Options { transaction, ..Options::default() }, &local);
    }

    let cases = [
        ("ALTER TABLE t ADD a int", "missing-lock-timeout!"),
        ("ALTER TABLE t ADD a int, ADD b int", "missing-lock-timeout!"),
        ("ALTER TABLE t ADD a int; ALTER TABLE t ADD b int", "missing-lock-timeout! missing-lock-timeout!"),
        ("BEGIN; ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; COMMIT", "missing-lock-timeout!"),
        ("SET lock_timeout = '2s'; ALTER TABLE t ADD a int", "-"),
        ("SELECT set_config('lock_timeout', '2s', false); ALTER TABLE t ADD a int", "-"),
        ("BEGIN; SET LOCAL lock_timeout = '2s'; ALTER TABLE t ADD a int; COMMIT", "-"),
        ("BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT; ALTER TABLE t ADD a int", "missing-lock-timeout!"),
        (
            "SET LOCAL lock_timeout = '2s'; ALTER TABLE t ADD a int",
            "ineffective-set-local? missing-lock-timeout!",
        ),
        ("SET lock_timeout = 0; ALTER TABLE t ADD a int", "lock-timeout-disabled?"),
        ("CREATE INDEX CONCURRENTLY i ON t (a); DROP INDEX CONCURRENTLY j", "-"),
        ("ALTER TABLE p DETACH PARTITION c CONCURRENTLY", "-"),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", "-"),
        ("CREATE SCHEMA s; COMMENT ON TABLE t IS 'x'; GRANT SELECT ON t TO r", "-"),
        ("CREATE TABLE t (a int); ALTER TABLE t ADD b int", "-"),
        ("UPDATE t SET a = 1 WHERE b IS NULL", "-"),
    ];
    expect(&[], &asking("missing-lock-timeout"), &cases);
    let midflight = Options { runner: Runner::Midflight, ..asking("missing-lock-timeout") };
    expect(&[], &midflight, &[("ALTER TABLE t ADD a int", "-")]);
    let cases = [
        ("ALTER TABLE t ADD a int", "missing-statement-timeout!"),
        ("SET lock_timeout = '2s'; ALTER TABLE t ADD a int", "missing-statement-timeout!"),
        ("SET statement_timeout = '5s'; ALTER TABLE t ADD a int", "-"),
        ("SET transaction_timeout = '5s'; ALTER TABLE t ADD a int", "-"),
        ("ALTER TABLE t VALIDATE CONSTRAINT c; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
    ];
    expect(&[], &asking("missing-statement-timeout"), &cases);
}

#[test]
fn what_is_made_when_it_runs() {
    let changes =
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE t ADD a int; END $$;";
    let reads = "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;";
    let called = format!("{changes} SELECT f()");
    let harmless = format!("{reads} SELECT g()");
    let cases = [
        ("DO $$ BEGIN EXECUTE format('DROP TABLE %I', x); END $$", "dynamic-sql!"),
        ("DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$", "drop-table"),
        ("DO LANGUAGE plpython3u $$ plpy.execute('DROP TABLE t') $$", "dynamic-sql!"),
        (called.as_str(), "dynamic-sql!"),
        (harmless.as_str(), "-"),
        ("SELECT now()", "-"),
    ];
    expect(&[], &asking("dynamic-sql"), &cases);
}
