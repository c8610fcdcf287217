//! SQL about transactions, locks that outlive their statement, and partitions.

use super::{expect, lint};
use midflight::lint::{Options, Transaction};

fn within(transaction: Transaction) -> Options {
    Options { transaction, ..Options::default() }
}

#[test]
fn locks_outlive_their_statement() {
    let cases: &[(&str, &str)] = &[
        (
            "BEGIN; ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE a IS NULL; COMMIT",
            "long-work-under-lock",
        ),
        (
            "BEGIN; ALTER TABLE t ADD a int; UPDATE u SET a = 1 WHERE a IS NULL; COMMIT",
            "long-work-under-lock",
        ),
        ("BEGIN; ALTER TABLE t ADD a int; DELETE FROM u WHERE b < 9; COMMIT", "long-work-under-lock"),
        ("BEGIN; ALTER TABLE t ADD a int; INSERT INTO u SELECT * FROM v; COMMIT", "long-work-under-lock"),
        (
            "BEGIN; ALTER TABLE t ADD a int; INSERT INTO u (a) (SELECT b FROM v); COMMIT",
            "long-work-under-lock",
        ),
        ("BEGIN; ALTER TABLE t ADD a int; COPY u FROM '/x'; COMMIT", "long-work-under-lock"),
        ("BEGIN; ALTER TABLE t ADD a int; CREATE TABLE u AS SELECT * FROM v; COMMIT", "long-work-under-lock"),
        (
            "BEGIN; ALTER TABLE t ADD a int; MERGE INTO u USING v ON u.a = v.a WHEN MATCHED THEN UPDATE SET b = 1; \
             COMMIT",
            "long-work-under-lock",
        ),
        (
            "BEGIN; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID; \
             UPDATE u SET a = 1 WHERE b IS NULL; COMMIT",
            "long-work-under-lock",
        ),
        (
            "BEGIN; ALTER TABLE t ADD a int; WITH gone AS (DELETE FROM u WHERE b < 9 RETURNING *) \
             INSERT INTO v SELECT * FROM gone; COMMIT",
            "long-work-under-lock",
        ),
        (
            "DO $$ BEGIN ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE a IS NULL; END $$",
            "long-work-under-lock",
        ),
        ("BEGIN; UPDATE t SET a = 1 WHERE a IS NULL; ALTER TABLE t ADD b int; COMMIT", "-"),
        ("ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE a IS NULL", "-"),
        ("BEGIN; ALTER TABLE t ADD a int; COMMIT; UPDATE t SET a = 1 WHERE a IS NULL", "-"),
        ("BEGIN; ALTER TABLE t ADD a int; ROLLBACK; UPDATE t SET a = 1 WHERE a IS NULL", "-"),
        (
            "BEGIN; SAVEPOINT s; ALTER TABLE t ADD a int; ROLLBACK TO s; UPDATE t SET a = 1 WHERE a IS NULL; COMMIT",
            "-",
        ),
        ("BEGIN; ALTER TABLE t ADD a int; COMMIT AND CHAIN; UPDATE t SET a = 1 WHERE a IS NULL; COMMIT", "-"),
        ("BEGIN; ALTER TABLE t ADD a int; INSERT INTO u VALUES (1), (2); COMMIT", "-"),
        (
            "BEGIN; ALTER TABLE t ADD a int; INSERT INTO u SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM u); COMMIT",
            "-",
        ),
        ("BEGIN; ALTER TABLE t ADD a int; INSERT INTO u SELECT * FROM (VALUES (1), (2)) AS v; COMMIT", "-"),
        ("BEGIN; ALTER TABLE t ADD a int; UPDATE u SET a = 1 WHERE id = 7; COMMIT", "-"),
        ("BEGIN; CREATE TABLE t (a int); UPDATE u SET a = 1 WHERE b IS NULL; COMMIT", "-"),
        (
            "BEGIN; CREATE TABLE u (a int); ALTER TABLE t ADD a int; INSERT INTO u SELECT a FROM t; COMMIT",
            "long-work-under-lock",
        ),
        ("BEGIN; ALTER TABLE t ADD a int; SET lock_timeout = '1s'; ALTER TABLE t ADD b int; COMMIT", "-"),
        ("BEGIN; COMMENT ON TABLE t IS 'x'; UPDATE t SET a = 1 WHERE a IS NULL; COMMIT", "-"),
        // what reads the table under its own lock is reported for that
        ("BEGIN; ALTER TABLE t ADD a int; ALTER TABLE t ADD CHECK (b > 0); COMMIT", "add-check-scans"),
        (
            "BEGIN; ALTER TABLE t ADD a int; CREATE INDEX i ON t (a); COMMIT",
            "index-build-blocks-writes long-work-under-lock",
        ),
        (
            "BEGIN; CREATE INDEX i ON t (a); CREATE INDEX j ON t (b); COMMIT",
            "index-build-blocks-writes index-build-blocks-writes",
        ),
        (
            "BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u VALIDATE CONSTRAINT c; COMMIT",
            "long-work-under-lock",
        ),
        (
            "BEGIN; ALTER TABLE t ADD a int; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p; COMMIT",
            "add-foreign-key-scans",
        ),
        (
            "BEGIN; ALTER TABLE t ADD a int; REFRESH MATERIALIZED VIEW CONCURRENTLY v; COMMIT",
            "long-work-under-lock",
        ),
        (
            "BEGIN; ALTER TABLE t ADD a int; CREATE TABLE n (a int); INSERT INTO n SELECT * FROM t; COMMIT",
            "long-work-under-lock",
        ),
        (
            "BEGIN; REFRESH MATERIALIZED VIEW CONCURRENTLY v; REFRESH MATERIALIZED VIEW CONCURRENTLY w; COMMIT",
            "-",
        ),
    ];
    expect(&[], &Options::default(), cases);
    let bare = "ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE a IS NULL";
    for transaction in [Transaction::File, Transaction::Batch] {
        expect(
            &[],
            &within(transaction),
            &[
                (bare, "long-work-under-lock"),
                (
                    "ALTER TABLE t ADD a int; COMMIT; UPDATE t SET a = 1 WHERE a IS NULL",
                    "transaction-control?",
                ),
                ("-- no-transaction\nALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE a IS NULL", "-"),
            ],
        );
    }
}

#[test]
fn one_transaction_one_table() {
    let cases: &[(&str, &str)] = &[
        ("BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; COMMIT", "wide-lock-window?"),
        (
            "BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; ALTER TABLE v ADD a int; COMMIT",
            "wide-lock-window?",
        ),
        ("BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int, ADD b int; COMMIT", "wide-lock-window?"),
        (
            "BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; COMMIT; \
             BEGIN; ALTER TABLE t ADD b int; ALTER TABLE u ADD b int; COMMIT",
            "wide-lock-window? wide-lock-window?",
        ),
        ("DO $$ BEGIN ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; END $$", "wide-lock-window?"),
        ("ALTER TABLE t ADD a int; ALTER TABLE u ADD a int", "-"),
        ("BEGIN; ALTER TABLE t ADD a int; COMMIT; BEGIN; ALTER TABLE u ADD a int; COMMIT", "-"),
        (
            "BEGIN; ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; ALTER TABLE public.t ADD c int; COMMIT",
            "-",
        ),
        ("BEGIN; ALTER TABLE t ADD a int; ALTER TABLE shop.t ADD b int; COMMIT", "wide-lock-window?"),
        ("BEGIN; CREATE TABLE t (a int); ALTER TABLE t ADD b int; ALTER TABLE u ADD a int; COMMIT", "-"),
        (
            "BEGIN; ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u; ALTER TABLE u ADD a int; COMMIT",
            "-",
        ),
        ("BEGIN; CREATE OR REPLACE VIEW v AS SELECT 1; CREATE OR REPLACE VIEW w AS SELECT 1; COMMIT", "-"),
        ("BEGIN; ALTER TABLE t ADD a int; CREATE OR REPLACE VIEW w AS SELECT 1; COMMIT", "-"),
        (
            "BEGIN; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID; ALTER TABLE u ADD a int; \
             COMMIT",
            "-",
        ),
    ];
    expect(&[], &Options::default(), cases);
    for transaction in [Transaction::File, Transaction::Batch] {
        let cases = [("ALTER TABLE t ADD a int; ALTER TABLE u ADD a int", "wide-lock-window?")];
        expect(&[], &within(transaction), &cases);
    }
}

#[test]
fn transactions_begin_and_end() {
    let cases: &[(&str, &str)] = &[
        ("COMMIT", "transaction-control?"),
        ("SELECT 1; ROLLBACK", "transaction-control?"),
        ("BEGIN; BEGIN; SELECT 1; COMMIT", "transaction-control?"),
        ("BEGIN; SELECT 1; COMMIT; COMMIT", "transaction-control?"),
        ("BEGIN; SELECT 1; END", "-"),
        ("START TRANSACTION; SELECT 1; COMMIT WORK", "-"),
        ("BEGIN; SAVEPOINT s; SELECT 1; ROLLBACK TO SAVEPOINT s; RELEASE s; COMMIT", "-"),
        ("BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT", "-"),
        ("BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2", "unterminated-transaction"),
        ("BEGIN; SELECT 1", "unterminated-transaction"),
        ("BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2", "unterminated-transaction"),
        ("BEGIN; SAVEPOINT s; ROLLBACK TO s", "unterminated-transaction"),
        ("BEGIN; DO $$ BEGIN COMMIT; END $$", "unterminated-transaction transaction-control"),
        ("DO $$ BEGIN UPDATE t SET a = 1 WHERE b IS NULL; COMMIT; END $$", "-"),
        ("DO $$ BEGIN ALTER TABLE t ADD a int; COMMIT; UPDATE t SET a = 1 WHERE a IS NULL; END $$", "-"),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; END; \
             SELECT 1",
            "-",
        ),
        ("/* x */ BEGIN; SELECT 1; -- COMMIT\nCOMMIT", "-"),
    ];
    expect(&[], &Options::default(), cases);
    expect(
        &[],
        &within(Transaction::File),
        &[
            ("BEGIN; ALTER TABLE t ADD a int; COMMIT", "transaction-control?"),
            ("ALTER TABLE t ADD a int; COMMIT; ALTER TABLE u ADD a int", "transaction-control?"),
            (
                "ALTER TABLE t ADD a int; COMMIT; BEGIN; ALTER TABLE u ADD a int",
                "transaction-control? unterminated-transaction",
            ),
            ("BEGIN; SELECT 1", "transaction-control?"),
            ("DO $$ BEGIN COMMIT; END $$", "transaction-control"),
            ("SAVEPOINT s; SELECT 1; RELEASE s", "-"),
            ("-- +goose NO TRANSACTION\nBEGIN; SELECT 1; COMMIT", "-"),
        ],
    );
    expect(
        &[],
        &within(Transaction::Batch),
        &[
            ("BEGIN; ALTER TABLE t ADD a int; COMMIT", "-"),
            ("SELECT 1; COMMIT; SELECT 2", "transaction-control?"),
            ("BEGIN; SELECT 1", "unterminated-transaction"),
            ("COMMIT", "transaction-control?"),
        ],
    );
}

#[test]
fn partitions() {
    let parent = "CREATE TABLE p (k int, v text) PARTITION BY RANGE (k);";
    let range = "ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (10) TO (20)";
    let with = |check: &str, valid: bool| {
        let validate = if valid { "ALTER TABLE c VALIDATE CONSTRAINT b;" } else { "" };
        format!("ALTER TABLE c ADD CONSTRAINT b CHECK ({check}) NOT VALID; {validate} {range}")
    };
    let tight = "k IS NOT NULL AND k >= 10 AND k < 20";
    let owned = [
        (with(tight, true), "-"),
        (with(tight, false), "attach-partition-scans"),
        (with("k >= 10 AND k < 20", true), "attach-partition-scans"),
        (with("k IS NOT NULL AND k >= 10 AND k < 21", true), "attach-partition-scans"),
        (with("v IS NOT NULL AND v >= 10 AND v < 20", true), "attach-partition-scans"),
        (format!("{}; DROP TABLE x", with(tight, true)), "drop-table"),
    ];
    let mut cases = owned.iter().map(|(sql, expected)| (sql.as_str(), *expected)).collect::<Vec<_>>();
    let drop_first =
        format!("{}; {range}", with(tight, true).replace(range, "ALTER TABLE c DROP CONSTRAINT b"));
    cases.extend([
        (range, "attach-partition-scans"),
        (drop_first.as_str(), "attach-partition-scans"),
        ("CREATE TABLE c (LIKE p); ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (10) TO (20)", "-"),
        ("ALTER TABLE p ATTACH PARTITION c DEFAULT", "attach-partition-scans"),
        ("CREATE TABLE c PARTITION OF p FOR VALUES FROM (10) TO (20)", "create-partition-locks-parent?"),
        ("CREATE TABLE c PARTITION OF q FOR VALUES FROM (10) TO (20)", "create-partition-locks-parent?"),
        ("CREATE TABLE IF NOT EXISTS c PARTITION OF p DEFAULT", "create-partition-locks-parent?"),
        ("CREATE TABLE q (k int) PARTITION BY LIST (k); CREATE TABLE c PARTITION OF q FOR VALUES IN (1)", "-"),
        ("ALTER TABLE p DETACH PARTITION c", "detach-partition-blocks"),
        ("ALTER TABLE p DETACH PARTITION c CONCURRENTLY", "-"),
        ("ALTER TABLE p DETACH PARTITION c FINALIZE", "-"),
        ("CREATE TABLE q (k int) PARTITION BY LIST (k); ALTER TABLE q DETACH PARTITION c", "-"),
        (
            "CREATE TABLE d (LIKE p); ALTER TABLE p ATTACH PARTITION d DEFAULT; ALTER TABLE p DETACH PARTITION c",
            "-",
        ),
    ]);
    expect(&[parent], &Options::default(), &cases);

    let with_default = format!(
        "{parent} CREATE TABLE d PARTITION OF p DEFAULT; CREATE TABLE e PARTITION OF p (v DEFAULT 'x') FOR VALUES FROM (0) TO (10)"
    );
    let attach_new = "CREATE TABLE c (LIKE p); ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (10) TO (20)";
    let excluded = format!(
        "ALTER TABLE d ADD CONSTRAINT x CHECK (k < 10 OR k >= 20) NOT VALID; ALTER TABLE d VALIDATE CONSTRAINT x; \
         {attach_new}"
    );
    let cases = [
        (attach_new, "attach-partition-scans"),
        (excluded.as_str(), "-"),
        ("ALTER TABLE p DETACH PARTITION e", "-"),
        ("ALTER TABLE p DETACH PARTITION e CONCURRENTLY", "detach-concurrently-with-default"),
        ("CREATE TABLE f PARTITION OF p FOR VALUES FROM (10) TO (20)", "create-partition-locks-parent?"),
        ("CREATE TABLE IF NOT EXISTS e PARTITION OF p FOR VALUES FROM (0) TO (10)", "-"),
        ("DROP TABLE d; ALTER TABLE p DETACH PARTITION e CONCURRENTLY", "drop-table"),
    ];
    expect(&[&with_default], &Options::default(), &cases);
    let report = lint(
        &[&with_default, "CREATE TABLE f PARTITION OF p FOR VALUES FROM (10) TO (20)"],
        &Options::default(),
    );
    let finding = report.findings.last().unwrap();
    assert!(finding.message.contains("default partition `d`"), "{}", finding.message);
    assert!(finding.help.contains("ATTACH PARTITION f FOR VALUES FROM (10) TO (20)"), "{}", finding.help);

    let report = lint(&[range], &Options::default());
    let help = &report.findings[0].help;
    assert!(help.contains("CHECK (partition_key IS NOT NULL AND partition_key >= 10"), "{help}");

    let unknown = "ALTER TABLE c ADD CONSTRAINT b CHECK (k IS NOT NULL AND k IN ('a')) NOT VALID; \
                   ALTER TABLE c VALIDATE CONSTRAINT b; ALTER TABLE q ATTACH PARTITION c FOR VALUES IN ('a', 'b')";
    let asks = Options { enable: ["default-partition"].into(), ..Options::default() };
    expect(
        &[],
        &asks,
        &[
            (unknown, "-"),
            ("CREATE TABLE d PARTITION OF p DEFAULT", "create-partition-locks-parent? default-partition!"),
            ("CREATE TABLE p (k int) PARTITION BY LIST (k); CREATE TABLE d PARTITION OF p DEFAULT", "-"),
        ],
    );
}
