//! SQL that linters get wrong, and what is right: facts observed on PostgreSQL 14 to 18.

use super::{expect, found, lint, of};
use midflight::lint::{Created, Options};

/// One file each. `rule` is an error, `rule?` a warning, `rule!` advice, `-` nothing.
#[test]
fn cases() {
    let cases: &[(&str, &str)] = &[
        // indexes
        ("CREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        ("create unique index i on t (a)", "index-build-blocks-writes"),
        ("CREATE INDEX ON t (lower(a))", "index-build-blocks-writes"),
        ("CREATE INDEX IF NOT EXISTS i ON t (a)", "index-build-blocks-writes"),
        ("CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
        ("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", "concurrent-if-not-exists?"),
        ("CREATE INDEX i ON ONLY t (a)", "-"),
        ("CREATE TABLE t (a int); CREATE INDEX i ON t (a)", "-"),
        ("CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a)", "-"),
        ("CREATE TABLE public.t (a int); CREATE INDEX i ON t (a)", "-"),
        ("CREATE TABLE t (a int); CREATE INDEX i ON public.t (a)", "-"),
        ("CREATE TABLE shop.t (a int); CREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        ("CREATE TABLE t (a int); CREATE INDEX i ON shop.t (a)", "index-build-blocks-writes"),
        ("SET search_path = shop; CREATE TABLE t (a int); CREATE INDEX i ON shop.t (a)", "-"),
        ("CREATE TABLE T (a int); CREATE INDEX i ON t (a)", "-"),
        ("CREATE TABLE \"T\" (a int); CREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        ("CREATE TABLE \"T\" (a int); CREATE INDEX i ON \"T\" (a)", "-"),
        ("CREATE TEMP TABLE t (a int); CREATE INDEX i ON t (a)", "-"),
        ("CREATE TEMP TABLE t (a int); CREATE INDEX i ON public.t (a)", "index-build-blocks-writes"),
        ("CREATE TEMP TABLE t (a int); CREATE INDEX i ON pg_temp.t (a)", "-"),
        ("CREATE TABLE t AS SELECT 1 AS a; CREATE INDEX i ON t (a)", "-"),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE UNIQUE INDEX i ON v (a)", "-"),
        ("CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; CREATE INDEX i ON u (a)", "-"),
        (
            "CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; CREATE INDEX i ON t (a)",
            "index-build-blocks-writes",
        ),
        ("BEGIN; CREATE TABLE t (a int); COMMIT; CREATE INDEX i ON t (a)", "-"),
        ("BEGIN; CREATE TABLE t (a int); ROLLBACK; CREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        (
            "BEGIN; SAVEPOINT s; CREATE TABLE t (a int); ROLLBACK TO s; CREATE INDEX i ON t (a); COMMIT",
            "index-build-blocks-writes",
        ),
        ("CREATE TABLE t (a int); DROP TABLE t; CREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        ("-- CREATE INDEX i ON t (a)\n/* CREATE INDEX j ON t (b); */ SELECT 1", "-"),
        ("CREATE TABLE t (a int)\r\n;\r\nCREATE INDEX i\r\n  ON t (a);\r\n", "-"),
        // types
        ("ALTER TABLE t ALTER COLUMN a TYPE bigint", "change-type-rewrites"),
        ("ALTER TABLE t ALTER a SET DATA TYPE bigint", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN a TYPE text", "change-type-rewrites?"),
        ("ALTER TABLE t ALTER COLUMN a TYPE varchar(50)", "change-type-rewrites?"),
        ("ALTER TABLE t ALTER COLUMN a TYPE numeric(12,2)", "change-type-rewrites?"),
        ("ALTER TABLE t ALTER COLUMN a TYPE text USING a::text", "change-type-rewrites?"),
        ("ALTER TABLE t ALTER COLUMN a TYPE text USING upper(a)", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN a TYPE timestamptz USING a AT TIME ZONE 'UTC'", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN a TYPE mood USING a::mood", "change-type-rewrites?"),
        (
            "CREATE TYPE mood AS ENUM ('a'); ALTER TABLE t ALTER COLUMN a TYPE mood USING a::mood",
            "change-type-rewrites",
        ),
        ("CREATE TABLE t (a int); ALTER TABLE t ALTER COLUMN a TYPE bigint", "-"),
        ("ALTER TABLE t ADD COLUMN a int; ALTER TABLE t ALTER COLUMN a TYPE bigint", "-"),
        (
            "ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE jsonb",
            "change-type-rewrites change-type-rewrites",
        ),
        // defaults
        ("ALTER TABLE t ADD COLUMN a timestamptz DEFAULT now()", "-"),
        ("ALTER TABLE t ADD COLUMN a timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP", "-"),
        ("ALTER TABLE t ADD COLUMN a timestamptz DEFAULT pg_catalog.now()", "-"),
        ("ALTER TABLE t ADD COLUMN a date DEFAULT CURRENT_DATE", "-"),
        ("ALTER TABLE t ADD COLUMN a text DEFAULT current_user", "-"),
        ("ALTER TABLE t ADD COLUMN a timestamp DEFAULT (now() AT TIME ZONE 'utc')", "-"),
        ("ALTER TABLE t ADD COLUMN a jsonb NOT NULL DEFAULT '{}'::jsonb", "-"),
        ("ALTER TABLE t ADD COLUMN a timestamptz DEFAULT clock_timestamp()", "add-column-volatile-default"),
        ("ALTER TABLE t ADD COLUMN a uuid NOT NULL DEFAULT gen_random_uuid()", "add-column-volatile-default"),
        ("ALTER TABLE t ADD COLUMN a uuid DEFAULT public.uuid_generate_v4()", "add-column-volatile-default"),
        ("ALTER TABLE t ADD COLUMN a int DEFAULT floor(random() * 10)", "add-column-volatile-default"),
        ("ALTER TABLE t ADD COLUMN a bigint DEFAULT nextval('s')", "add-column-volatile-default"),
        ("ALTER TABLE t ADD COLUMN a text DEFAULT my_key()", "add-column-volatile-default"),
        (
            "CREATE FUNCTION my_key() RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'x' $$; \
             ALTER TABLE t ADD COLUMN a text DEFAULT my_key()",
            "-",
        ),
        ("CREATE TABLE t (a uuid DEFAULT gen_random_uuid())", "-"),
        ("CREATE TABLE t (); ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()", "-"),
        ("ALTER TABLE t ALTER COLUMN a SET DEFAULT gen_random_uuid()", "-"),
        (
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS a uuid DEFAULT gen_random_uuid()",
            "add-column-volatile-default",
        ),
        ("ALTER TABLE t ADD COLUMN a serial", "add-column-auto-increment"),
        ("ALTER TABLE t ADD COLUMN a serial8 NOT NULL", "add-column-auto-increment"),
        ("ALTER TABLE t ADD COLUMN a bigint GENERATED BY DEFAULT AS IDENTITY", "add-column-auto-increment"),
        ("CREATE TABLE t (); ALTER TABLE t ADD COLUMN a bigserial", "-"),
        // required
        ("ALTER TABLE t ADD COLUMN a text NOT NULL", "add-column-required"),
        ("ALTER TABLE t ADD COLUMN a text NOT NULL DEFAULT NULL", "add-column-required"),
        ("ALTER TABLE t ADD COLUMN a text NOT NULL DEFAULT NULL::text", "add-column-required"),
        ("ALTER TABLE t ADD COLUMN a text NOT NULL DEFAULT ''", "-"),
        (
            "ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b * 2) STORED NOT NULL",
            "add-column-stored-generated",
        ),
        ("CREATE TABLE t (a text NOT NULL); ALTER TABLE t ADD COLUMN b text NOT NULL", "-"),
        // not null
        ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", "set-not-null-scans"),
        ("CREATE TABLE t (a int); ALTER TABLE t ALTER COLUMN a SET NOT NULL", "-"),
        ("ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 1; ALTER TABLE t ALTER COLUMN a SET NOT NULL", "-"),
        (
            "ALTER TABLE t ADD COLUMN a int DEFAULT 1; ALTER TABLE t ALTER COLUMN a SET NOT NULL",
            "set-not-null-scans",
        ),
        ("ALTER TABLE t ADD COLUMN a int DEFAULT 1, ALTER COLUMN a SET NOT NULL", "set-not-null-scans"),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t ALTER a SET NOT NULL",
            "set-not-null-scans",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; \
             ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT c",
            "-",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; \
             ALTER TABLE t ALTER b SET NOT NULL",
            "set-not-null-scans",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; \
             ALTER TABLE t ALTER a SET NOT NULL",
            "set-not-null-scans",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0 AND a IS NOT NULL) NOT VALID; \
             ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL",
            "-",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL OR b) NOT VALID; \
             ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL",
            "set-not-null-scans",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; \
             ALTER TABLE t ALTER a SET NOT NULL, DROP CONSTRAINT c",
            "set-not-null-scans",
        ),
        (
            "ALTER TABLE t ADD CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT t_a_check; \
             ALTER TABLE t ALTER a SET NOT NULL",
            "-",
        ),
        ("ALTER TABLE t ADD CONSTRAINT nn NOT NULL a", "set-not-null-scans"),
        (
            "ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT nn; \
             ALTER TABLE t ALTER a SET NOT NULL",
            "-",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NOT VALID; ALTER TABLE t ALTER a SET NOT NULL",
            "set-not-null-scans",
        ),
        // foreign keys
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)", "add-foreign-key-scans"),
        ("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID", "-"),
        ("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p ON DELETE CASCADE NOT VALID", "-"),
        ("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT ENFORCED", "-"),
        ("CREATE TABLE t (a int UNIQUE); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p", "-"),
        (
            "CREATE TABLE p (id int PRIMARY KEY); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p",
            "add-foreign-key-scans",
        ),
        ("ALTER TABLE t ADD COLUMN a int REFERENCES p (id)", "foreign-key-missing-index!"),
        (
            "ALTER TABLE t ADD COLUMN a int DEFAULT 1 REFERENCES p (id); CREATE INDEX CONCURRENTLY ON t (a)",
            "add-foreign-key-scans",
        ),
        (
            "ALTER TABLE t ADD COLUMN a int DEFAULT NULL REFERENCES p (id); CREATE INDEX CONCURRENTLY ON t (a)",
            "add-foreign-key-scans",
        ),
        // checks
        ("ALTER TABLE t ADD CHECK (a > 0)", "add-check-scans"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "-"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED", "-"),
        ("ALTER TABLE t ADD COLUMN a int CHECK (a > 0)", "add-check-scans"),
        ("CREATE TABLE t (a int CHECK (a > 0)); ALTER TABLE t ADD CHECK (a < 9)", "-"),
        // unique and primary keys
        ("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b)", "add-unique-builds-index"),
        ("ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u", "-"),
        ("ALTER TABLE t ADD COLUMN a int UNIQUE", "add-unique-builds-index"),
        ("CREATE TABLE t (a int); ALTER TABLE t ADD UNIQUE (a)", "-"),
        ("ALTER TABLE t ADD PRIMARY KEY (a)", "add-primary-key-builds-index"),
        ("ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY USING INDEX p", "primary-key-index-nullable!"),
        ("ALTER TABLE t ADD COLUMN id int PRIMARY KEY", "add-primary-key-builds-index"),
        // what breaks the running release
        ("ALTER TABLE t DROP COLUMN a", "drop-column"),
        ("ALTER TABLE t DROP a", "drop-column"),
        ("ALTER TABLE t DROP COLUMN IF EXISTS a CASCADE", "drop-cascade? drop-column"),
        ("ALTER TABLE t ADD COLUMN a int; ALTER TABLE t DROP COLUMN a", "-"),
        ("ALTER TABLE t ADD COLUMN a int; ALTER TABLE shop.t DROP COLUMN a", "drop-column"),
        ("DROP TABLE t", "drop-table"),
        ("DROP TABLE IF EXISTS a, b", "drop-table drop-table"),
        ("CREATE TABLE t (a int); INSERT INTO t VALUES (1); DROP TABLE t", "-"),
        ("CREATE TEMP TABLE t (a int); DROP TABLE t; DROP TABLE t", "drop-table"),
        ("ALTER TABLE p DETACH PARTITION t; DROP TABLE t", "detach-partition-blocks"),
        ("ALTER TABLE p DETACH PARTITION t CONCURRENTLY; DROP TABLE t", "-"),
        ("DROP TABLE pg_temp.t", "-"),
        ("ALTER TABLE t RENAME COLUMN a TO b", "rename-column"),
        ("ALTER TABLE t RENAME a TO b", "rename-column"),
        ("CREATE TABLE t (a int); ALTER TABLE t RENAME a TO b", "-"),
        ("ALTER TABLE t ADD a int; ALTER TABLE t RENAME a TO b; ALTER TABLE t DROP b", "-"),
        ("ALTER TABLE t RENAME TO u", "rename-table"),
        ("CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO v", "-"),
        ("BEGIN; ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u; COMMIT", "-"),
        ("ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u", "rename-table"),
        ("BEGIN; ALTER TABLE t RENAME TO u; COMMIT; CREATE VIEW t AS SELECT * FROM u", "rename-table"),
        ("ALTER INDEX i RENAME TO j; ALTER TABLE t RENAME CONSTRAINT a TO b", "-"),
        // several actions, several rules
        (
            "ALTER TABLE t ADD COLUMN a int, DROP COLUMN b, ALTER COLUMN c TYPE bigint, ADD CHECK (d > 0)",
            "drop-column change-type-rewrites add-check-scans",
        ),
        ("ALTER TABLE t DROP COLUMN a, ADD COLUMN a bigint", "drop-column"),
        // unreadable, and what follows
        ("ALTER TABEL t ADD a int; DROP TABLE t", "unparsable drop-table"),
        ("SELECT 1 +; CREATE INDEX i ON t (a)", "unparsable index-build-blocks-writes"),
        // directives
        ("-- midflight: allow drop-table because it is empty\nDROP TABLE t", "-"),
        ("-- midflight: allow drop-table because it is empty\nDROP TABLE a, b", "-"),
        ("-- midflight: allow drop-table because it is empty\nDROP TABLE t; DROP TABLE u", "drop-table"),
        ("-- midflight: allow drop-column because so\nDROP TABLE t", "unused-allow! drop-table"),
        ("-- midflight: allow drop-tabel because so\nDROP TABLE t", "unknown-rule-in-allow? drop-table"),
        ("-- midflight: phase contract\nDROP TABLE t", "drop-table"),
        ("-- midflight: phase contract\n-- midflight: allow drop-table because empty\nDROP TABLE t", "-"),
        ("-- midflight: phase expand\nCREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        ("", "-"),
    ];
    let mut wrong = Vec::new();
    for (sql, expected) in cases {
        let expected = if *expected == "-" { "" } else { expected };
        let got = of(sql).join(" ");
        if got != expected {
            wrong.push(format!("{sql}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(cases.len() >= 80);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// What an earlier file of the folder says about the last one.
#[test]
fn earlier_files_are_known() {
    let base = "CREATE TABLE t (id serial PRIMARY KEY, a varchar(20), n numeric(10,2), ts timestamp(3), c char(5), \
                i int NOT NULL, v varchar(9)[], CONSTRAINT named CHECK (n IS NOT NULL), e email);\
                CREATE DOMAIN email AS text; CREATE DOMAIN short AS text CHECK (length(value) < 9);\
                CREATE TABLE \"W x\" (k int, b int, PRIMARY KEY (k), CONSTRAINT \"of b\" CHECK (b IS NOT NULL));\
                CREATE TABLE parted (a int) PARTITION BY RANGE (a);";
    let cases: &[(&str, &str)] = &[
        ("ALTER TABLE t ALTER COLUMN a TYPE varchar(50)", "-"),
        ("ALTER TABLE t ALTER COLUMN a TYPE text", "-"),
        ("ALTER TABLE t ALTER COLUMN a TYPE text USING a::text", "-"),
        ("ALTER TABLE public.t ALTER COLUMN \"a\" TYPE character varying(21)", "-"),
        ("ALTER TABLE T ALTER COLUMN A TYPE VARCHAR (50)", "-"),
        ("ALTER TABLE t ALTER COLUMN a TYPE varchar(10)", "change-type-narrows change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN a TYPE varchar(50), ALTER COLUMN i TYPE bigint", "change-type-rewrites"),
        ("ALTER TABLE shop.t ALTER COLUMN a TYPE varchar(50)", "change-type-rewrites?"),
        ("ALTER TABLE t ALTER COLUMN n TYPE numeric(12,2)", "change-type-rescans?"),
        ("ALTER TABLE t DROP CONSTRAINT named; ALTER TABLE t ALTER COLUMN n TYPE numeric(12,2)", "-"),
        ("ALTER TABLE t ALTER COLUMN n TYPE numeric(12,3)", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN ts TYPE timestamp", "-"),
        ("ALTER TABLE t ALTER COLUMN ts TYPE timestamptz", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN c TYPE text", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN v TYPE text[]", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN a TYPE email", "-"),
        ("ALTER TABLE t ALTER COLUMN e TYPE text", "-"),
        ("ALTER TABLE t ALTER COLUMN a TYPE short", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN a TYPE citext", "-"),
        ("ALTER TABLE t ALTER COLUMN id TYPE bigint", "change-type-rewrites"),
        ("ALTER TABLE t RENAME COLUMN a TO b; ALTER TABLE t ALTER COLUMN b TYPE text", "rename-column"),
        ("ALTER TABLE t ALTER COLUMN i SET NOT NULL", "-"),
        ("ALTER TABLE t ALTER COLUMN id SET NOT NULL", "-"),
        ("ALTER TABLE t ALTER COLUMN n SET NOT NULL", "-"),
        ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", "set-not-null-scans"),
        (
            "ALTER TABLE t DROP CONSTRAINT named; ALTER TABLE t ALTER COLUMN n SET NOT NULL",
            "set-not-null-scans",
        ),
        ("CREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        ("ALTER TABLE \"W x\" ALTER k SET NOT NULL", "-"),
        ("ALTER TABLE \"W x\" ALTER b SET NOT NULL", "-"),
        (
            "ALTER TABLE \"W x\" DROP CONSTRAINT \"of b\"; ALTER TABLE \"W x\" ALTER b SET NOT NULL",
            "set-not-null-scans",
        ),
        ("CREATE INDEX i ON parted (a)", "index-build-blocks-writes"),
        ("CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        ("DROP TABLE t; CREATE TABLE t (a int); CREATE INDEX i ON t (a)", "drop-table"),
        ("ALTER TABLE t ADD COLUMN IF NOT EXISTS a text NOT NULL", "-"),
        ("SET timezone = 'UTC'; ALTER TABLE t ALTER COLUMN ts TYPE timestamptz(3)", "-"),
    ];
    expect(&[base], &Options::default(), cases);
    let together = Options { created: Created::InRun, ..Options::default() };
    assert!(found(&[base, "CREATE INDEX i ON t (a); DROP TABLE parted"], &together).is_empty());
    let recipe = [
        "ALTER TABLE u ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID",
        "ALTER TABLE u VALIDATE CONSTRAINT c",
        "ALTER TABLE u ALTER COLUMN a SET NOT NULL; ALTER TABLE u DROP CONSTRAINT c",
    ];
    assert!(found(&recipe, &Options::default()).is_empty());
    let partitioned = lint(&[base, "CREATE INDEX i ON parted (a)"], &Options::default());
    assert!(partitioned.findings[0].help.contains("ON ONLY parted"));
}
