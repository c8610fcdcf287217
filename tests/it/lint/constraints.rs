//! Constraints: SQL that linters get wrong, and what is right.

use super::{assert_all, found, of};
use midflight::lint::{Options, Transaction};

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
        (
            "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX i",
            "primary-key-index-nullable!",
        ),
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
            "BEGIN; ALTER TABLE t DROP CONSTRAINT key; ALTER TABLE t ADD PRIMARY KEY (a, b); COMMIT",
            "add-primary-key-builds-index",
        ),
        (
            "ALTER TABLE t DROP CONSTRAINT key; ALTER TABLE t ADD PRIMARY KEY (a, b)",
            "drop-primary-key add-primary-key-builds-index",
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
fn foreign_keys() {
    let (bare, parent) = ("foreign-key-missing-index!", "foreign-key-locks-parent!");
    let cases: &[(&str, &str)] = &[
        ("CREATE TABLE t (id int PRIMARY KEY, a int REFERENCES p)", bare),
        (
            "CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES p, FOREIGN KEY (b) REFERENCES q)",
            bare,
        ),
        ("CREATE TABLE t (a int PRIMARY KEY REFERENCES p)", "-"),
        ("CREATE TABLE t (a int REFERENCES p UNIQUE)", "-"),
        ("CREATE TABLE t (a int REFERENCES p, b int REFERENCES q, PRIMARY KEY (a, b))", bare),
        ("CREATE TABLE t (a int REFERENCES p, b int, PRIMARY KEY (a, b))", "-"),
        ("CREATE TABLE t (a int REFERENCES p); CREATE INDEX ON t (a DESC)", "-"),
        ("CREATE TABLE t (a int REFERENCES p); CREATE INDEX ON t (a) WHERE a > 5", bare),
        ("CREATE TABLE t (a int REFERENCES p); CREATE INDEX ON t (b, a)", bare),
        ("CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES p); CREATE INDEX ON t (b, a, c)", "-"),
        ("CREATE TEMP TABLE t (a int REFERENCES p)", "-"),
        // no file says which indexes there are
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID", "-"),
        ("ALTER TABLE t ADD COLUMN a int; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID", bare),
        ("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int UNIQUE REFERENCES p", "add-unique-builds-index"),
        // the parent's lock
        ("BEGIN; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID; COMMIT", "-"),
        ("BEGIN; CREATE TABLE t (a int PRIMARY KEY REFERENCES p); CREATE INDEX ON t (b); COMMIT", "-"),
        (
            "BEGIN; CREATE TABLE t (a int PRIMARY KEY REFERENCES p); CREATE TABLE u (t int PRIMARY KEY REFERENCES t); \
             CREATE INDEX ON u (b); COMMIT",
            "-",
        ),
        (
            "BEGIN; CREATE TABLE t (a int PRIMARY KEY REFERENCES p); ALTER TABLE u ALTER b DROP DEFAULT; COMMIT",
            parent,
        ),
        (
            "BEGIN; CREATE TABLE t (a int PRIMARY KEY REFERENCES p); COMMIT; ALTER TABLE u ALTER b DROP DEFAULT",
            "-",
        ),
        (
            "BEGIN; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID; ALTER TABLE p ALTER b DROP DEFAULT; COMMIT",
            "-",
        ),
        (
            "BEGIN; CREATE TABLE p (id int PRIMARY KEY); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID; \
             ALTER TABLE u ALTER b DROP DEFAULT; COMMIT",
            "-",
        ),
        // types
        (
            "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE t (a int PRIMARY KEY REFERENCES p)",
            "foreign-key-type-mismatch!",
        ),
        ("CREATE TABLE p (id serial PRIMARY KEY); CREATE TABLE t (a int PRIMARY KEY REFERENCES p)", "-"),
        ("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a bigint PRIMARY KEY REFERENCES p)", "-"),
        ("CREATE TABLE p (id varchar(9) PRIMARY KEY); CREATE TABLE t (a text PRIMARY KEY REFERENCES p)", "-"),
        (
            "CREATE TABLE p (id uuid PRIMARY KEY); CREATE TABLE t (a text PRIMARY KEY REFERENCES p (id))",
            "foreign-key-type-mismatch",
        ),
        (
            "CREATE TABLE p (id int PRIMARY KEY, k bigint UNIQUE); CREATE TABLE t (a int PRIMARY KEY, \
             FOREIGN KEY (a) REFERENCES p (k))",
            "foreign-key-type-mismatch!",
        ),
        (
            "CREATE DOMAIN id AS bigint; CREATE TABLE p (id id PRIMARY KEY); CREATE TABLE t (a int PRIMARY KEY REFERENCES p)",
            "foreign-key-type-mismatch!",
        ),
    ];
    assert_all(cases, of);
    let base = "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE t (a bigint, b bigint UNIQUE)";
    let later = |sql: &str| found(&[base, sql], &Options::default());
    let cases: &[(&str, &str)] = &[
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID", bare),
        ("ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES p NOT VALID", "-"),
        (
            "ALTER TABLE t ADD COLUMN c int REFERENCES p; CREATE INDEX CONCURRENTLY ON t (c)",
            "foreign-key-type-mismatch!",
        ),
    ];
    assert_all(cases, later);
    let files = [
        base,
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID",
        "CREATE INDEX CONCURRENTLY i ON t (a)",
    ];
    assert!(super::lint(&files, &Options::default()).findings.is_empty());
}

#[test]
fn constraints_that_come() {
    let nullable = "primary-key-index-nullable";
    let fails = "not-valid-unsupported";
    let cases: &[(&str, &str)] = &[
        ("ALTER TABLE t ALTER CONSTRAINT f ENFORCED", "enforce-constraint-scans?"),
        ("ALTER TABLE t ALTER CONSTRAINT f NOT ENFORCED", "-"),
        ("ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE", "-"),
        ("ALTER TABLE t ADD UNIQUE (a) NOT VALID", "add-unique-builds-index not-valid-unsupported"),
        ("ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u NOT VALID", fails),
        ("CREATE TABLE t (a int); ALTER TABLE t ADD EXCLUDE USING gist (a WITH =) NOT VALID", fails),
        ("ALTER TABLE t ADD COLUMN a int CHECK (a > 0) NOT VALID", "unparsable"),
        ("ALTER TABLE t ADD CHECK (expires > now()) NOT VALID", "volatile-check?"),
        ("ALTER TABLE t ADD CHECK (expires > CURRENT_DATE) NOT VALID", "volatile-check?"),
        ("ALTER TABLE t ADD CHECK (created <= now()) NOT VALID", "volatile-check?"),
        ("ALTER TABLE t ADD CHECK (now() >= created AND a > 0) NOT VALID", "volatile-check?"),
        ("ALTER TABLE t ADD CHECK (created <= now() AND random() < 0.5) NOT VALID", "volatile-check?"),
        ("ALTER TABLE t ADD CHECK (owner = current_user) NOT VALID", "volatile-check?"),
        ("ALTER TABLE t ADD CHECK (is_open(a) AND length(b) > 3) NOT VALID", "-"),
        ("CREATE TABLE t (a date CHECK (a > CURRENT_DATE))", "volatile-check?"),
        ("CREATE TABLE t (a date, CONSTRAINT \"check (\" CHECK (a > now()), UNIQUE (a))", "volatile-check?"),
        ("CREATE TABLE t (a date DEFAULT now(), CHECK (a > '2000-01-01'))", "-"),
        ("ALTER TABLE t ADD COLUMN a date CHECK (a > now())", "volatile-check? add-check-scans"),
        ("CREATE TABLE t (a int, A int)", "duplicate-column"),
        ("CREATE TABLE t (a int, \"A\" int)", "-"),
        ("ALTER TABLE t ADD a int, ADD a text", "duplicate-column"),
        ("INSERT INTO t (a, b, a) VALUES (1, 2, 3)", "duplicate-column"),
        ("INSERT INTO t (SELECT a, a FROM u)", "-"),
        ("UPDATE t SET a = 1, b = 2, a = 3 WHERE id = 1", "duplicate-column"),
        ("UPDATE t SET (a, b) = (1, 2), b = 3 WHERE id = 1", "duplicate-column"),
        ("UPDATE t SET a[1] = 1, a[2] = 2, c.x = 1, c.y = 2 WHERE id = 1", "-"),
        ("CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY USING INDEX i", "-"),
    ];
    assert_all(cases, of);
    let base = "CREATE TABLE t (a int NOT NULL, b int, c int CHECK (c IS NOT NULL)); \
                CREATE UNIQUE INDEX a ON t (a); CREATE UNIQUE INDEX b ON t (a, b); CREATE UNIQUE INDEX c ON t (c);\
                CREATE TABLE parted (a int) PARTITION BY RANGE (a)";
    let later = |sql: &str| found(&[base, sql], &Options::default());
    let known = format!("{nullable}?");
    let cases: &[(&str, &str)] = &[
        ("ALTER TABLE t ADD PRIMARY KEY USING INDEX a", "-"),
        ("ALTER TABLE t ADD PRIMARY KEY USING INDEX b", &known),
        ("ALTER TABLE t ADD PRIMARY KEY USING INDEX c", "-"),
        ("ALTER TABLE t ALTER b SET NOT NULL, ADD PRIMARY KEY USING INDEX b", "set-not-null-scans"),
        ("ALTER TABLE parted ADD FOREIGN KEY (a) REFERENCES p NOT VALID", "foreign-key-missing-index!"),
    ];
    assert_all(cases, later);
    let old = Options { pg_version: 17, ..Options::default() };
    let foreign =
        "ALTER TABLE parted ADD FOREIGN KEY (a) REFERENCES p NOT VALID; CREATE INDEX i ON ONLY parted (a)";
    assert_eq!(found(&[base, foreign], &old), [fails]);
}

#[test]
fn rules_that_have_to_be_asked_for() {
    let enable = ["not-valid-never-validated", "domain-with-constraint", "replica-identity-change"].into();
    let options = Options { enable, ..Options::default() };
    let cases: &[(&str, &str)] = &[
        ("ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "not-valid-never-validated!"),
        ("ALTER TABLE t ADD CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT t_a_check", "-"),
        ("ALTER TABLE t ADD CHECK (a > b) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT t_check", "-"),
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID", "not-valid-never-validated!"),
        (
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT t_a_fkey",
            "-",
        ),
        ("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID", "not-valid-never-validated!"),
        ("ALTER TABLE t ADD CONSTRAINT n CHECK (a > 0) NOT VALID; ALTER TABLE t DROP CONSTRAINT n", "-"),
        ("CREATE DOMAIN d AS int NOT NULL", "domain-with-constraint!"),
        ("CREATE DOMAIN d AS int DEFAULT 1", "-"),
        ("ALTER TABLE t REPLICA IDENTITY FULL", "replica-identity-change!"),
    ];
    assert_all(cases, |sql| found(&[sql], &options));
    assert!(of("ALTER TABLE t ADD CHECK (a > 0) NOT VALID; ALTER TABLE t REPLICA IDENTITY FULL").is_empty());
    let files =
        ["ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c"];
    assert!(super::lint(&files, &options).findings.is_empty());
}
