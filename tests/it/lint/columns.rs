//! Columns: facts observed on PostgreSQL 14 to 18.

use super::expect;
use midflight::lint::{Options, Runner};

/// What earlier files have made.
const BASE: &str = "
    CREATE DOMAIN short AS text CHECK (length(value) < 9);
    CREATE DOMAIN shorter AS short;
    CREATE DOMAIN plain AS text;
    CREATE DOMAIN late AS text;
    ALTER DOMAIN late ADD CONSTRAINT filled CHECK (value <> '') NOT VALID;
    CREATE TABLE t (
        id bigint PRIMARY KEY, v varchar(20), w varchar(20), x text, n numeric(10,2), ts timestamp, f float8,
        big bigint, bits bit(3), plain text NOT NULL, d text DEFAULT 'x', o int,
        s int GENERATED ALWAYS AS (o + 1) STORED, virt int GENERATED ALWAYS AS (o + 1) VIRTUAL,
        CONSTRAINT filled CHECK (w <> '' AND w <> 'w'));
    CREATE INDEX t_v_idx ON t (v);
    CREATE INDEX t_x_idx ON t (lower(x));
    CREATE INDEX t_ts_idx ON t (ts);
    CREATE INDEX t_bits_idx ON t (bits);
    CREATE INDEX t_n_idx ON t (id) WHERE n > 0;";

fn version(pg_version: u32) -> Options {
    Options { pg_version, ..Options::default() }
}

#[test]
fn columns_that_write_every_row() {
    let stored = "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (o * 2) STORED";
    let unsaid = "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (o * 2)";
    let virt = "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (o * 2) VIRTUAL";
    expect(
        &[BASE],
        &version(18),
        &[
            (stored, "add-column-stored-generated"),
            (unsaid, "-"),
            (virt, "-"),
            ("CREATE TABLE m (o int); ALTER TABLE m ADD g int GENERATED ALWAYS AS (o) STORED", "-"),
            (
                "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (o) VIRTUAL CHECK (g > 0)",
                "add-check-scans",
            ),
            ("ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (o) VIRTUAL NOT NULL", "set-not-null-scans"),
            ("ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS IDENTITY", "add-column-auto-increment"),
            ("ALTER TABLE t ALTER COLUMN s SET EXPRESSION AS (o + 2)", "set-expression-rewrites"),
            ("ALTER TABLE t ALTER virt SET EXPRESSION AS (o + 2)", "-"),
            ("ALTER TABLE u ALTER COLUMN s SET EXPRESSION AS (o + 2)", "set-expression-rewrites"),
            (
                "CREATE TABLE m (o int, g int GENERATED ALWAYS AS (o) STORED); ALTER TABLE m ALTER g SET EXPRESSION AS (o + 2)",
                "-",
            ),
        ],
    );
    expect(&[BASE], &version(17), &[(stored, "add-column-stored-generated")]);
    expect(
        &[BASE],
        &Options::default(),
        &[
            ("ALTER TABLE t ADD COLUMN a short", "add-column-constrained-domain"),
            ("ALTER TABLE t ADD COLUMN a public.short DEFAULT 'x'", "add-column-constrained-domain"),
            ("ALTER TABLE t ADD COLUMN a shorter", "add-column-constrained-domain"),
            ("ALTER TABLE t ADD COLUMN a late", "add-column-constrained-domain"),
            ("ALTER TABLE t ADD COLUMN a short DEFAULT my_text()", "add-column-constrained-domain"),
            ("ALTER TABLE t ADD COLUMN a plain DEFAULT 'x'", "-"),
            ("ALTER TABLE t ADD COLUMN a short[]", "-"),
            ("ALTER TABLE t ADD COLUMN a unknown_type", "-"),
            ("CREATE TABLE m (a int); ALTER TABLE m ADD b short", "-"),
            ("ALTER DOMAIN short DROP CONSTRAINT short_check; ALTER TABLE t ADD b short", "-"),
            ("CREATE DOMAIN text AS text; ALTER TABLE t ADD b text", "-"),
            ("DROP DOMAIN short; CREATE DOMAIN short AS text; ALTER TABLE t ADD b short", "-"),
        ],
    );
}

#[test]
fn changes_of_type_that_only_look_free() {
    expect(
        &[BASE],
        &Options::default(),
        &[
            ("ALTER TABLE t ALTER v TYPE varchar(30)", "-"),
            ("ALTER TABLE t ALTER v TYPE text", "-"),
            ("ALTER TABLE t ALTER v TYPE text COLLATE \"C\"", "change-type-rescans?"),
            ("ALTER TABLE t ALTER d TYPE text COLLATE \"C\"", "-"),
            ("ALTER TABLE t ALTER w TYPE text", "change-type-rescans?"),
            ("ALTER TABLE t ADD CONSTRAINT nn NOT NULL d NOT VALID; ALTER TABLE t ALTER d TYPE varchar", "-"),
            ("ALTER TABLE t ALTER w TYPE text, DROP CONSTRAINT filled", "-"),
            ("ALTER TABLE t DROP CONSTRAINT filled; ALTER TABLE t ALTER w TYPE text", "-"),
            ("ALTER TABLE t ALTER x TYPE varchar", "change-type-rescans?"),
            ("DROP INDEX CONCURRENTLY t_x_idx; ALTER TABLE t ALTER x TYPE varchar", "-"),
            ("ALTER TABLE t ALTER n TYPE numeric(12,2)", "change-type-rescans?"),
            ("SET timezone = 'UTC'; ALTER TABLE t ALTER ts TYPE timestamptz", "change-type-rescans?"),
            ("ALTER TABLE t ALTER bits TYPE varbit", "change-type-rescans?"),
            ("ALTER TABLE shop.t ALTER w TYPE varchar(10)", "change-type-rewrites?"),
            ("CREATE TABLE m (a varchar(5) CHECK (a <> '')); ALTER TABLE m ALTER a TYPE text", "-"),
            // what doesn't fit
            ("ALTER TABLE t ALTER v TYPE varchar(10)", "change-type-narrows change-type-rewrites"),
            (
                "ALTER TABLE t ALTER v TYPE varchar(10) USING v::varchar(10)",
                "change-type-narrows change-type-rewrites",
            ),
            ("ALTER TABLE t ALTER v TYPE varchar(10) USING left(v, 10)", "change-type-rewrites"),
            ("ALTER TABLE t ALTER x TYPE varchar(200)", "change-type-narrows change-type-rewrites"),
            ("ALTER TABLE t ALTER big TYPE int", "change-type-narrows change-type-rewrites"),
            ("ALTER TABLE t ALTER n TYPE numeric(8,2)", "change-type-narrows change-type-rewrites"),
            ("ALTER TABLE t ALTER n TYPE numeric(12,3)", "change-type-rewrites"),
            ("ALTER TABLE t ALTER ts TYPE timestamp(3)", "change-type-narrows change-type-rewrites"),
            ("ALTER TABLE t ALTER f TYPE real", "change-type-narrows change-type-rewrites"),
            ("ALTER TABLE unknown ALTER v TYPE varchar(10)", "change-type-rewrites?"),
            ("CREATE TABLE m (a text); ALTER TABLE m ALTER a TYPE varchar(5)", "-"),
        ],
    );
    let midflight = Options { runner: Runner::Midflight, ..Options::default() };
    expect(
        &[BASE],
        &midflight,
        &[
            ("ALTER TABLE t ALTER w TYPE text", "change-type-rescans!"),
            ("ALTER TABLE t ALTER v TYPE varchar(10)", "change-type-narrows!"),
        ],
    );
}

#[test]
fn what_old_writers_and_readers_meet() {
    expect(
        &[BASE],
        &Options::default(),
        &[
            (
                "ALTER TABLE t ADD a int; ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID",
                "required-by-constraint",
            ),
            (
                "ALTER TABLE t ADD a int DEFAULT NULL, ADD CONSTRAINT c CHECK (a IS NOT NULL AND a > 0) NOT VALID",
                "required-by-constraint",
            ),
            (
                "ALTER TABLE t ADD a int; ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID",
                "required-by-constraint",
            ),
            (
                "ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE id = 1; ALTER TABLE t ALTER a SET NOT NULL",
                "required-by-constraint set-not-null-scans",
            ),
            ("ALTER TABLE t ADD a int; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "-"),
            (
                "ALTER TABLE t ADD a int DEFAULT 1; ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID",
                "-",
            ),
            (
                "ALTER TABLE t ADD a int; ALTER TABLE t ALTER a SET DEFAULT 1; ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID",
                "-",
            ),
            (
                "ALTER TABLE t ADD a int; CREATE TRIGGER f BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); \
                 ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID",
                "-",
            ),
            ("ALTER TABLE t ADD CONSTRAINT c CHECK (v IS NOT NULL) NOT VALID", "-"),
            ("CREATE TABLE m (a int); ALTER TABLE m ADD b int; ALTER TABLE m ALTER b SET NOT NULL", "-"),
            (
                "ALTER TABLE t ADD a int; ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT ENFORCED",
                "-",
            ),
            // defaults
            (
                "ALTER TABLE t ADD a int NOT NULL DEFAULT 1; ALTER TABLE t ALTER a DROP DEFAULT",
                "drop-default?",
            ),
            ("ALTER TABLE t ADD a int DEFAULT 1; ALTER TABLE t ALTER a DROP DEFAULT", "-"),
            ("ALTER TABLE t ALTER d DROP DEFAULT", "-"),
            ("CREATE TABLE m (a int NOT NULL DEFAULT 1); ALTER TABLE m ALTER a DROP DEFAULT", "-"),
            (
                "ALTER TABLE t ADD a int NOT NULL DEFAULT 1; ALTER TABLE t ALTER a DROP NOT NULL, ALTER a DROP DEFAULT",
                "-",
            ),
            // NULL for readers
            ("ALTER TABLE t ALTER plain DROP NOT NULL", "drop-not-null?"),
            ("ALTER TABLE unknown ALTER plain DROP NOT NULL", "drop-not-null?"),
            ("ALTER TABLE t ALTER v DROP NOT NULL", "-"),
            ("ALTER TABLE t ALTER plain DROP NOT NULL; ALTER TABLE t DROP COLUMN plain", "drop-column"),
            ("CREATE TABLE m (a int NOT NULL); ALTER TABLE m ALTER a DROP NOT NULL", "-"),
            ("ALTER TABLE t ADD a int NOT NULL DEFAULT 1; ALTER TABLE t ALTER a DROP NOT NULL", "-"),
        ],
    );
    let strict = Options { enable: ["change-default", "prepared-plan-break"].into(), ..Options::default() };
    expect(
        &[BASE],
        &strict,
        &[
            ("ALTER TABLE t ALTER d SET DEFAULT 'y'", "change-default!"),
            ("ALTER TABLE t ALTER d DROP DEFAULT", "change-default!"),
            ("ALTER TABLE t ADD a int; ALTER TABLE t ALTER a SET DEFAULT 1", "prepared-plan-break!"),
            ("ALTER TABLE t ADD IF NOT EXISTS v text", "-"),
            ("ALTER TABLE t ALTER v TYPE varchar(30)", "prepared-plan-break!"),
            ("ALTER TABLE t DROP v", "drop-column prepared-plan-break!"),
            ("CREATE TABLE m (a int); ALTER TABLE m ADD b int, DROP a", "-"),
        ],
    );
}
