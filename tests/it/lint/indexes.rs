//! Indexes, enums, and what no transaction may hold: facts observed on PostgreSQL 14 to 18.

use super::expect;
use midflight::lint::{Options, Transaction};

fn wrapped(transaction: Transaction) -> Options {
    Options { transaction, ..Options::default() }
}

fn version(pg_version: u32) -> Options {
    Options { pg_version, ..Options::default() }
}

/// What earlier files have made.
const BASE: &str = "
    CREATE TABLE t (id int PRIMARY KEY, a int, b text, email text UNIQUE);
    CREATE INDEX t_a_idx ON t (a);
    CREATE TABLE p (id int, day date) PARTITION BY RANGE (day);
    CREATE INDEX p_day_idx ON p (day);
    CREATE TYPE state AS ENUM ('new');
    CREATE TABLE orders (id int, state state);
    CREATE TABLE notes (id int, note text);";

const CIC: &str = "CREATE INDEX CONCURRENTLY i ON t (a)";

#[test]
fn what_no_transaction_may_hold() {
    expect(
        &[BASE],
        &Options::default(),
        &[
            (CIC, "-"),
            ("BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT", "not-allowed-in-transaction"),
            ("/* first */ begin; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT", "not-allowed-in-transaction"),
            ("START TRANSACTION; DROP INDEX CONCURRENTLY t_a_idx; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; REINDEX TABLE CONCURRENTLY t; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; REINDEX (CONCURRENTLY) INDEX t_a_idx; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; REINDEX (CONCURRENTLY false) TABLE t; COMMIT", "reindex-blocks-access"),
            ("BEGIN; REINDEX SCHEMA public; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; REINDEX TABLE p; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; REINDEX INDEX p_day_idx; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; VACUUM ANALYZE t; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; ANALYZE t; COMMIT", "-"),
            ("BEGIN; CLUSTER; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; CLUSTER p USING p_day_idx; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; ALTER SYSTEM SET work_mem = '8MB'; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; CREATE DATABASE d; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; DROP TABLESPACE d; COMMIT", "not-allowed-in-transaction"),
            (
                "BEGIN; CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p; COMMIT",
                "not-allowed-in-transaction",
            ),
            (
                "BEGIN; CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p WITH (create_slot = false); COMMIT",
                "-",
            ),
            ("BEGIN; ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY; COMMIT", "not-allowed-in-transaction"),
            ("BEGIN; REFRESH MATERIALIZED VIEW CONCURRENTLY v; COMMIT", "-"),
            // where a transaction begins and ends
            ("BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            ("BEGIN; SELECT 1; ROLLBACK; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            ("BEGIN; SELECT 1; END; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            (
                "BEGIN; SELECT 1; COMMIT AND CHAIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT",
                "not-allowed-in-transaction",
            ),
            (
                "BEGIN; SAVEPOINT s; ROLLBACK TO s; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT",
                "not-allowed-in-transaction",
            ),
            ("BEGIN; SAVEPOINT s; RELEASE s; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; \
                 CREATE INDEX CONCURRENTLY i ON t (a)",
                "-",
            ),
            ("DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON t (a); END $$", "not-allowed-in-transaction"),
            ("DO $$ BEGIN EXECUTE 'VACUUM t'; END $$", "not-allowed-in-transaction"),
            ("DO $$ BEGIN PERFORM 1; END $$; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            (
                "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP INDEX CONCURRENTLY t_a_idx; END $$",
                "not-allowed-in-transaction",
            ),
            (
                "CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN COMMIT; EXECUTE 'VACUUM t'; END $$",
                "not-allowed-in-transaction",
            ),
            ("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'VACUUM t' $$", "-"),
            // a table of one's own doesn't help
            (
                "BEGIN; CREATE TABLE n (a int); CREATE INDEX CONCURRENTLY i ON n (a); COMMIT",
                "not-allowed-in-transaction",
            ),
        ],
    );
    expect(
        &[BASE],
        &wrapped(Transaction::File),
        &[
            (CIC, "not-allowed-in-transaction"),
            ("-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            ("-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", "-"),
        ],
    );
    expect(
        &[BASE],
        &wrapped(Transaction::Batch),
        &[
            (CIC, "-"),
            ("CREATE INDEX CONCURRENTLY i ON t (a); -- alone", "-"),
            ("CREATE INDEX CONCURRENTLY i ON t (a); SELECT 1", "not-allowed-in-transaction"),
            ("BEGIN; SELECT 1; COMMIT; VACUUM t", "not-allowed-in-transaction"),
            ("-- no-transaction\nSELECT 1; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
        ],
    );
}

#[test]
fn indexes_that_go_or_are_built_again() {
    expect(
        &[BASE],
        &Options::default(),
        &[
            ("DROP INDEX t_a_idx", "index-drop-blocks-access?"),
            ("DROP INDEX public.t_a_idx", "index-drop-blocks-access?"),
            ("DROP INDEX IF EXISTS nobody_knows", "index-drop-blocks-access?"),
            ("DROP INDEX t_a_idx, u_idx", "index-drop-blocks-access? index-drop-blocks-access?"),
            ("DROP INDEX CONCURRENTLY t_a_idx", "-"),
            ("DROP INDEX CONCURRENTLY t_a_idx; DROP INDEX IF EXISTS t_a_idx", "-"),
            ("DROP INDEX CONCURRENTLY i; CREATE INDEX CONCURRENTLY i ON t (b); DROP INDEX IF EXISTS i", "-"),
            (
                "BEGIN; DROP TABLE t; ROLLBACK; DROP INDEX IF EXISTS t_a_idx",
                "drop-table index-drop-blocks-access?",
            ),
            ("DROP INDEX p_day_idx", "index-drop-blocks-access?"),
            ("SET lock_timeout = '1s'; DROP INDEX p_day_idx", "-"),
            ("CREATE INDEX CONCURRENTLY i ON t (b); DROP INDEX i", "-"),
            ("CREATE TABLE n (a int); CREATE INDEX i ON n (a); DROP INDEX i", "-"),
            ("CREATE TEMP TABLE n (a int); CREATE INDEX i ON n (a); DROP INDEX i", "-"),
            (
                "CREATE TABLE shop.n (a int); CREATE INDEX i ON shop.n (a); DROP INDEX i",
                "index-drop-blocks-access?",
            ),
            ("CREATE TABLE shop.n (a int); CREATE INDEX i ON shop.n (a); DROP INDEX shop.i", "-"),
            ("CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX i ON v (a); DROP INDEX i", "-"),
            (
                "BEGIN; CREATE TABLE n (a int); CREATE INDEX i ON n (a); ROLLBACK; DROP INDEX i",
                "index-drop-blocks-access?",
            ),
            ("ALTER INDEX t_a_idx RENAME TO j; DROP INDEX j", "index-drop-blocks-access?"),
            ("DO $$ BEGIN DROP INDEX t_a_idx; END $$", "index-drop-blocks-access?"),
            ("REINDEX INDEX t_a_idx", "reindex-blocks-access"),
            ("REINDEX TABLE t", "reindex-blocks-access"),
            ("REINDEX (VERBOSE) TABLE t", "reindex-blocks-access"),
            ("REINDEX (CONCURRENTLY false) TABLE t", "reindex-blocks-access"),
            ("REINDEX (CONCURRENTLY off, VERBOSE) INDEX t_a_idx", "reindex-blocks-access"),
            ("REINDEX (CONCURRENTLY) TABLE t", "-"),
            ("REINDEX (CONCURRENTLY true) TABLE t", "-"),
            ("REINDEX TABLE CONCURRENTLY t", "-"),
            ("REINDEX DATABASE app", "reindex-blocks-access"),
            ("REINDEX TABLE p", "reindex-blocks-access"),
            ("CREATE TABLE n (a int); REINDEX TABLE n", "-"),
            ("CREATE TABLE n (a int); CREATE INDEX i ON n (a); REINDEX INDEX i", "-"),
            ("CREATE TABLE n (a int PRIMARY KEY); REINDEX INDEX n_pkey", "-"),
        ],
    );
}

#[test]
fn enum_values_wait_for_the_commit() {
    let cases: &[(&str, &str)] = &[
        (
            "BEGIN; ALTER TYPE state ADD VALUE 'sent'; INSERT INTO orders VALUES (1, 'sent'); COMMIT",
            "enum-value-same-transaction",
        ),
        (
            "BEGIN; ALTER TYPE public.state ADD VALUE 'sent' BEFORE 'new'; SELECT 'sent'::state; COMMIT",
            "enum-value-same-transaction",
        ),
        (
            "BEGIN; ALTER TYPE state ADD VALUE IF NOT EXISTS 'sent'; ALTER TABLE orders ALTER state SET DEFAULT 'sent'; COMMIT",
            "enum-value-same-transaction",
        ),
        (
            "BEGIN; ALTER TYPE state ADD VALUE 'it''s'; ALTER TABLE orders ADD CHECK (state <> 'it''s') NOT VALID; COMMIT",
            "enum-value-same-transaction",
        ),
        (
            "BEGIN; ALTER TYPE state ADD VALUE 'sent'; ALTER TABLE orders ADD COLUMN s state DEFAULT 'sent'::state; COMMIT",
            "enum-value-same-transaction",
        ),
        (
            "BEGIN; ALTER TYPE state ADD VALUE 'sent'; CREATE TABLE n (s state DEFAULT 'sent'); COMMIT",
            "enum-value-same-transaction",
        ),
        (
            "BEGIN; ALTER TYPE state ADD VALUE 'sent'; CREATE VIEW v AS SELECT id FROM orders WHERE state = 'sent'; COMMIT",
            "enum-value-same-transaction",
        ),
        (
            "DO $$ BEGIN ALTER TYPE state ADD VALUE 'sent'; INSERT INTO orders VALUES (1, 'sent'); END $$",
            "enum-value-same-transaction",
        ),
        (
            "BEGIN; ALTER TYPE state ADD VALUE 'sent'; CREATE FUNCTION f() RETURNS state LANGUAGE sql RETURN 'sent'::state; COMMIT",
            "enum-value-same-transaction",
        ),
        (
            "BEGIN; ALTER TYPE state ADD VALUE 'sent'; SAVEPOINT s; INSERT INTO orders VALUES (1, 'sent'); COMMIT",
            "enum-value-same-transaction",
        ),
        ("ALTER TYPE state ADD VALUE 'sent'; INSERT INTO orders VALUES (1, 'sent')", "-"),
        ("BEGIN; ALTER TYPE state ADD VALUE 'sent'; COMMIT; INSERT INTO orders VALUES (1, 'sent')", "-"),
        (
            "BEGIN; SAVEPOINT s; ALTER TYPE state ADD VALUE 'sent'; ROLLBACK TO s; INSERT INTO notes VALUES (1, 'sent'); COMMIT",
            "-",
        ),
        ("BEGIN; ALTER TYPE state ADD VALUE 'sent'; INSERT INTO orders VALUES (1, 'new'); COMMIT", "-"),
        ("BEGIN; ALTER TYPE state ADD VALUE 'sent'; INSERT INTO notes VALUES (1, 'sent'); COMMIT", "-"),
        ("BEGIN; ALTER TYPE state ADD VALUE 'sent'; COMMENT ON TABLE orders IS 'sent'; COMMIT", "-"),
        (
            "BEGIN; ALTER TYPE state ADD VALUE 'sent'; -- 'sent'\nINSERT INTO orders VALUES (1, 'new'); COMMIT",
            "-",
        ),
        ("BEGIN; ALTER TYPE state ADD VALUE 'a'; ALTER TYPE state ADD VALUE 'b' AFTER 'a'; COMMIT", "-"),
    ];
    expect(&[BASE], &Options::default(), cases);
    expect(
        &[BASE],
        &wrapped(Transaction::File),
        &[
            (
                "ALTER TYPE state ADD VALUE 'sent'; INSERT INTO orders VALUES (1, 'sent')",
                "enum-value-same-transaction",
            ),
            (
                "-- migrate:up transaction:false\nALTER TYPE state ADD VALUE 'sent'; INSERT INTO orders VALUES (1, 'sent')",
                "-",
            ),
        ],
    );
    let both = "ALTER TYPE state ADD VALUE 'sent'; INSERT INTO orders VALUES (1, 'sent')";
    expect(&[BASE], &wrapped(Transaction::Batch), &[(both, "enum-value-same-transaction")]);
    expect(
        &[BASE, "ALTER TYPE state ADD VALUE 'sent'"],
        &wrapped(Transaction::File),
        &[("INSERT INTO orders VALUES (1, 'sent')", "-")],
    );
    let made = "BEGIN; CREATE TYPE m AS ENUM ('a'); ALTER TYPE m ADD VALUE 'b'; SELECT 'b'::m; COMMIT";
    expect(&[], &version(16), &[(made, "enum-value-same-transaction")]);
    expect(&[], &version(17), &[(made, "-")]);
}

#[test]
fn concurrent_builds_that_fail_or_leave_something_behind() {
    expect(
        &[BASE],
        &Options::default(),
        &[
            ("CREATE INDEX CONCURRENTLY i ON p (id)", "concurrent-index-on-partitioned"),
            ("CREATE INDEX CONCURRENTLY i ON ONLY p (id)", "concurrent-index-on-partitioned"),
            ("DROP INDEX CONCURRENTLY p_day_idx", "concurrent-index-on-partitioned"),
            ("CREATE INDEX i ON ONLY p (id)", "-"),
            ("CREATE INDEX CONCURRENTLY i ON p1 (id)", "-"),
            ("CREATE INDEX CONCURRENTLY i ON shop.p (id)", "-"),
            (
                "CREATE TABLE n (a int) PARTITION BY LIST (a); CREATE INDEX CONCURRENTLY i ON n (a)",
                "concurrent-index-on-partitioned",
            ),
            ("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", "concurrent-if-not-exists?"),
            ("DROP INDEX CONCURRENTLY IF EXISTS i; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", "-"),
            (
                "DROP INDEX CONCURRENTLY IF EXISTS j; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
                "concurrent-if-not-exists?",
            ),
            ("CREATE TABLE n (a int); CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON n (a)", "-"),
            (
                "SET lock_timeout = '5s'; CREATE INDEX CONCURRENTLY i ON t (a)",
                "concurrent-build-with-timeout?",
            ),
            (
                "SET statement_timeout TO 60000; REINDEX TABLE CONCURRENTLY t",
                "concurrent-build-with-timeout?",
            ),
            (
                "SELECT set_config('lock_timeout', '5s', false); CREATE INDEX CONCURRENTLY i ON t (a)",
                "concurrent-build-with-timeout?",
            ),
            (
                "SET lock_timeout = '5s'; SELECT 1; SET lock_timeout = 0; CREATE INDEX CONCURRENTLY i ON t (a)",
                "-",
            ),
            ("SET lock_timeout = '5s'; RESET lock_timeout; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            ("SET lock_timeout = '5s'; RESET ALL; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            (
                "BEGIN; SET LOCAL lock_timeout = '5s'; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a)",
                "-",
            ),
            (
                "BEGIN; SET lock_timeout = '5s'; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a)",
                "concurrent-build-with-timeout?",
            ),
            ("BEGIN; SET lock_timeout = '5s'; ROLLBACK; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
            (
                "SET lock_timeout = '5s'; BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT",
                "not-allowed-in-transaction",
            ),
            (
                "SET lock_timeout = '5s'; CREATE INDEX CONCURRENTLY i ON p (id)",
                "concurrent-index-on-partitioned",
            ),
            ("SET lock_timeout = '5s'; DROP INDEX CONCURRENTLY t_a_idx", "-"),
            ("SET work_mem = '1GB'; CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
        ],
    );
}

#[test]
fn indexes_of_constraints_and_indexes_that_repeat() {
    expect(
        &[BASE],
        &Options::default(),
        &[
            ("DROP INDEX t_pkey", "drop-constraint-owned-index"),
            ("DROP INDEX CONCURRENTLY t_email_key", "drop-constraint-owned-index"),
            ("DROP INDEX t_email_key CASCADE", "drop-constraint-owned-index"),
            ("CREATE UNIQUE INDEX CONCURRENTLY u ON t (b); DROP INDEX u", "-"),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY u ON t (b); ALTER TABLE t ADD CONSTRAINT b_once UNIQUE USING INDEX u; \
                 DROP INDEX b_once",
                "drop-constraint-owned-index",
            ),
            (
                "CREATE TABLE r (a int, CONSTRAINT r_ex EXCLUDE (a WITH =)); DROP INDEX r_ex",
                "drop-constraint-owned-index",
            ),
            ("ALTER INDEX t_email_key RENAME TO k; DROP INDEX k", "drop-constraint-owned-index"),
            (
                "CREATE TABLE r (a int UNIQUE); ALTER TABLE r DROP CONSTRAINT r_a_key; DROP INDEX IF EXISTS r_a_key",
                "-",
            ),
            (
                "DROP INDEX CONCURRENTLY t_a_idx; CREATE INDEX CONCURRENTLY t_a_b_idx ON t (a, b)",
                "index-replaced-drop-first!",
            ),
            ("DROP INDEX CONCURRENTLY t_a_idx; CREATE INDEX CONCURRENTLY i ON t (b)", "-"),
            ("DROP INDEX CONCURRENTLY t_a_idx; CREATE INDEX CONCURRENTLY t_a_idx ON t (a)", "-"),
            ("DROP INDEX CONCURRENTLY t_a_idx; CREATE INDEX CONCURRENTLY i ON orders (a)", "-"),
            ("CREATE INDEX CONCURRENTLY t_a_b_idx ON t (a, b); DROP INDEX CONCURRENTLY t_a_idx", "-"),
        ],
    );
    let strict = Options {
        enable: ["redundant-index", "unnamed-concurrent-index", "enum-value-order", "create-enum"].into(),
        ..Options::default()
    };
    expect(
        &[BASE, "CREATE INDEX t_b_id_idx ON t (b, id)"],
        &strict,
        &[
            ("CREATE INDEX CONCURRENTLY i ON t (b)", "redundant-index!"),
            ("CREATE INDEX CONCURRENTLY i ON t USING btree (b)", "redundant-index!"),
            ("CREATE INDEX CONCURRENTLY i ON t (id)", "redundant-index!"),
            ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (b)", "-"),
            ("CREATE INDEX CONCURRENTLY i ON t (b) WHERE a > 0", "-"),
            ("CREATE INDEX CONCURRENTLY i ON t (b) INCLUDE (a)", "-"),
            ("CREATE INDEX CONCURRENTLY i ON t (b DESC)", "-"),
            ("CREATE INDEX CONCURRENTLY i ON t (b text_pattern_ops)", "-"),
            ("CREATE INDEX CONCURRENTLY i ON t USING hash (b)", "-"),
            ("CREATE INDEX CONCURRENTLY i ON t (b, id, a)", "-"),
            ("CREATE INDEX CONCURRENTLY i ON orders (b)", "-"),
            ("CREATE INDEX CONCURRENTLY ON t (a, b)", "unnamed-concurrent-index!"),
            ("ALTER TYPE state ADD VALUE 'x'", "enum-value-order!"),
            ("ALTER TYPE state ADD VALUE 'x' AFTER 'new'", "-"),
            ("CREATE TYPE colour AS ENUM ('red')", "create-enum!"),
            ("CREATE TYPE pair AS (a int, enum text)", "-"),
        ],
    );
}
