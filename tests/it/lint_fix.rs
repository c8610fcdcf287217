//! `lint --fix`: what it writes lints clean, ends in the schema that the original ends in, and leaves the rest of the file as it is

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use midflight::lint::{RULES, fix};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};

use super::support::comparison::{Sides, options};
use super::support::database::TestDb;
use super::support::program::Program;
use super::support::statements::split;

/// The tables that every case meets.
const SETUP: &str = r#"
CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, CHECK (name <> ''));
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total integer, note text, code text, "Ship to" text,
  lo integer, hi integer);
CREATE TABLE loose (id bigint, part integer NOT NULL, label text);
CREATE INDEX orders_total ON orders (total);
CREATE INDEX "Notes" ON orders (note);
INSERT INTO users SELECT n, 'u' || n, 'n' FROM generate_series(1, 20) n;
INSERT INTO orders SELECT n, n, n, 'n', 'c' || n, 's' || n, 1, 2 FROM generate_series(1, 20) n;
INSERT INTO loose SELECT n, n, 'l' || n FROM generate_series(1, 20) n;
"#;

/// A rule, and what it finds. What `--fix` writes has to end in the same schema.
const SAME: &[(&str, &str)] = &[
    ("index-build-blocks-writes", "CREATE INDEX ON orders (user_id, lower(note) DESC) WHERE total > 0;"),
    (
        "index-build-blocks-writes",
        r#"CREATE UNIQUE INDEX "New one" ON orders USING btree ("Ship to" text_pattern_ops) INCLUDE (lo) WITH (fillfactor = 70);"#,
    ),
    ("index-drop-blocks-access", "DROP INDEX orders_total;"),
    ("index-drop-blocks-access", r#"DROP INDEX IF EXISTS orders_total, "Notes" RESTRICT;"#),
    ("reindex-blocks-access", "REINDEX (VERBOSE) TABLE orders;\nREINDEX INDEX \"Notes\";"),
    ("add-check-scans", "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NO INHERIT;"),
    ("add-check-scans", r#"ALTER TABLE orders ADD CHECK (lo < hi), ADD CHECK ("Ship to" <> '');"#),
    ("add-check-scans", "ALTER TABLE users ADD CHECK (name <> 'x');"),
    (
        "add-check-scans",
        "ALTER TABLE orders ADD COLUMN state text DEFAULT 'new' CHECK (state <> '') NOT NULL;",
    ),
    (
        "add-check-scans",
        "ALTER TABLE orders ADD COLUMN a integer CONSTRAINT small CHECK (a < lo), ADD COLUMN b integer;",
    ),
    (
        "add-foreign-key-scans",
        "ALTER TABLE IF EXISTS ONLY orders\n  ADD FOREIGN KEY (user_id) REFERENCES users (id) MATCH FULL ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;",
    ),
    (
        "add-foreign-key-scans",
        "alter table orders add constraint \"To user\" foreign key (user_id) references users;",
    ),
    (
        "add-foreign-key-scans",
        "ALTER TABLE orders ADD COLUMN other bigint DEFAULT 1 NOT NULL REFERENCES users ON UPDATE CASCADE;",
    ),
    ("set-not-null-scans", "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;"),
    (
        "set-not-null-scans",
        r#"ALTER TABLE orders ALTER "Ship to" SET NOT NULL, ADD COLUMN x integer, ALTER note SET NOT NULL, DROP COLUMN hi;"#,
    ),
    ("add-unique-builds-index", "ALTER TABLE orders ADD UNIQUE (code, \"Ship to\");"),
    (
        "add-unique-builds-index",
        "ALTER TABLE orders ADD CONSTRAINT one UNIQUE (code) INCLUDE (lo) WITH (fillfactor = 80) DEFERRABLE INITIALLY DEFERRED;",
    ),
    ("add-unique-builds-index", "ALTER TABLE orders ADD UNIQUE (code) USING INDEX TABLESPACE pg_default;"),
    ("add-unique-builds-index", "ALTER TABLE orders ADD UNIQUE (code) INCLUDE (lo);"),
    (
        "add-unique-builds-index",
        "ALTER TABLE orders ADD COLUMN key text UNIQUE DEFERRABLE, ADD COLUMN z integer;",
    ),
    (
        "add-unique-builds-index",
        "ALTER TABLE orders ADD FOREIGN KEY (lo) REFERENCES orders (total), ADD UNIQUE (total), DROP COLUMN hi;",
    ),
    ("add-primary-key-builds-index", "ALTER TABLE loose ADD PRIMARY KEY (id, part);"),
    (
        "add-primary-key-builds-index",
        "ALTER TABLE loose ADD CONSTRAINT \"Key\" PRIMARY KEY (part) DEFERRABLE, ADD CHECK (id > 0);",
    ),
    (
        "primary-key-index-nullable",
        "CREATE UNIQUE INDEX CONCURRENTLY built ON loose (id, part);\nALTER TABLE loose ADD PRIMARY KEY USING INDEX built;",
    ),
    (
        "validate-under-strong-lock",
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (lo > 0) NOT VALID;\nALTER TABLE orders ADD COLUMN y integer, VALIDATE CONSTRAINT c;",
    ),
    (
        "missing-lock-timeout",
        "ALTER TABLE orders ADD COLUMN y integer;\n  ALTER TABLE users ADD COLUMN y integer;",
    ),
    (
        "require-idempotent",
        "CREATE TABLE t (a integer);\nALTER TABLE orders ADD COLUMN y integer, DROP lo, DROP COLUMN hi, DROP CONSTRAINT orders_pkey CASCADE;",
    ),
    (
        "require-idempotent",
        "CREATE VIEW v AS SELECT 1 AS one;\nCREATE SEQUENCE s;\nDROP VIEW v;\nDROP INDEX CONCURRENTLY \"Notes\";\nCREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';\nDROP TABLE loose;",
    ),
    (
        "unnamed-constraint",
        "ALTER TABLE orders ADD CHECK (lo < hi) NOT VALID, ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;\nALTER TABLE loose ADD UNIQUE (label), ADD PRIMARY KEY (part);",
    ),
];

/// Rules that ask for another schema than what was written: what is found, and what takes its place.
const OTHER: &[(&str, &str, &str)] = &[
    (
        "prefer-jsonb",
        "CREATE TABLE t (a json, b JSON[] NOT NULL);",
        "CREATE TABLE t (a jsonb, b jsonb[] NOT NULL);",
    ),
    (
        "prefer-text",
        "ALTER TABLE orders ADD COLUMN s character varying(20) DEFAULT 'x';",
        "ALTER TABLE orders ADD COLUMN s text DEFAULT 'x';",
    ),
    ("avoid-char", "CREATE TABLE t (a char(3), b varchar(3));", "CREATE TABLE t (a text, b varchar(3));"),
    (
        "prefer-timestamptz",
        "CREATE TABLE t (at timestamp without time zone DEFAULT now());",
        "CREATE TABLE t (at timestamptz DEFAULT now());",
    ),
    (
        "prefer-bigint-key",
        "CREATE TABLE t (id integer PRIMARY KEY);",
        "CREATE TABLE t (id bigint PRIMARY KEY);",
    ),
    (
        "prefer-identity",
        "CREATE TABLE t (id bigserial PRIMARY KEY, n serial);",
        "CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n integer GENERATED BY DEFAULT AS IDENTITY);",
    ),
];

struct Fixed {
    program: Program,
    json: Value,
}

impl Fixed {
    async fn of(sql: &str, rule: &str) -> Self {
        let program = Program::without_database(&[("0001_setup.sql", SETUP), ("0002_case.sql", sql)]);
        program.write("midflight.yaml", "lint: {start_after: 0001_setup}\n");
        let json = fix_case(&program, rule).await;
        Self { program, json }
    }

    fn text(&self) -> String {
        read(&self.program, "0002_case.sql")
    }

    fn rules(&self) -> BTreeSet<&str> {
        self.json["findings"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect()
    }
}

fn read(program: &Program, name: &str) -> String {
    std::fs::read_to_string(program.folder().join("migrations").join(name)).unwrap()
}

async fn fix_case(program: &Program, rule: &str) -> Value {
    let arguments = ["lint", "--fix", "migrations", "--enable", rule, "--format", "json"];
    let ran = program.exits(&arguments, &[0, 3]).await;
    serde_json::from_str(&ran.stdout).unwrap()
}

async fn run(conn: &mut PgConnection, sql: &str) {
    for statement in split(sql) {
        let ran = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut *conn).await;
        ran.unwrap_or_else(|error| panic!("{error}\nin: {statement}\nof: {sql}"));
    }
}

#[test]
fn every_rule_that_has_a_fix_is_tried() {
    let tried: BTreeSet<&str> =
        SAME.iter().map(|case| case.0).chain(OTHER.iter().map(|case| case.0)).collect();
    let fixable = RULES.iter().map(|rule| rule.id).filter(|rule| fix::has_fix(rule));
    assert_eq!(fixable.collect::<BTreeSet<_>>(), tried);
}

#[tokio::test]
async fn what_is_written_lints_clean_and_ends_in_the_same_schema() {
    let (written, original) = (TestDb::create().await, TestDb::create().await);
    let (mut fixed, mut plain) = (written.connect().await, original.connect().await);
    for (number, (rule, sql)) in SAME.iter().enumerate() {
        let case = Fixed::of(sql, rule).await;
        let text = case.text();
        assert_ne!(text, *sql, "{rule}: {sql}\n{:#}", case.json);
        assert!(!case.rules().contains(rule), "{rule}: {sql}\n{text}\n{:#}", case.json);
        // once more changes nothing
        fix_case(&case.program, rule).await;
        assert_eq!(case.text(), text, "{rule}: {sql}");
        assert_eq!(read(&case.program, "0001_setup.sql"), SETUP);
        let start =
            format!("CREATE SCHEMA case_{number}; SET search_path = case_{number}; SET lock_timeout = 0;");
        run(&mut fixed, &format!("{start}{SETUP}{text}")).await;
        run(&mut plain, &format!("{start}{SETUP}{sql}")).await;
    }
    Sides::of(&written, &original).await.assert_alike("fixed, and as it was", &options()).await;
}

#[tokio::test]
async fn rules_that_want_another_schema_get_it() {
    let db = TestDb::create().await;
    let mut conn = db.connect().await;
    for (number, (rule, sql, wanted)) in OTHER.iter().enumerate() {
        let case = Fixed::of(sql, rule).await;
        assert_eq!(case.text(), *wanted, "{rule}");
        assert!(!case.rules().contains(rule), "{rule}: {:#}", case.json);
        let start = format!("CREATE SCHEMA case_{number}; SET search_path = case_{number};");
        run(&mut conn, &format!("{start}{SETUP}{wanted}")).await;
    }
}

#[tokio::test]
async fn all_else_in_the_file_stays_as_it_is() {
    let before = "\u{feff}-- Größe\r\n\tCREATE INDEX i ON orders (total); -- why\r\n\r\nSELECT  1 ;\r\n\
                  -- midflight: allow drop-column because nobody reads it\r\nALTER TABLE orders DROP COLUMN hi;\r\n\
                  ALTER TABLE orders /* here */ ADD CHECK (lo > 0)  ;\r\n\tALTER TABLE orders ADD CHECK (total > 0);";
    let after = "\u{feff}-- Größe\r\n\tCREATE INDEX CONCURRENTLY i ON orders (total); -- why\r\n\r\nSELECT  1 ;\r\n\
                 -- midflight: allow drop-column because nobody reads it\r\nALTER TABLE orders DROP COLUMN hi;\r\n\
                 ALTER TABLE orders /* here */ ADD CHECK (lo > 0)  ;\r\n\
                 \tALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total > 0) NOT VALID;\r\n\
                 \tALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;";
    let program = Program::without_database(&[("0001_setup.sql", SETUP), ("0002_case.sql", before)]);
    let path = program.folder().join("migrations/0002_case.sql");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let diff = program.exits(&["lint", "--fix", "--diff", "migrations"], &[3]).await.stdout;
    assert_eq!(read(&program, "0002_case.sql"), before);
    assert!(
        diff.starts_with("--- a/migrations/0002_case.sql\n+++ b/migrations/0002_case.sql\n@@ "),
        "{diff}"
    );
    assert!(diff.contains("\n+\tCREATE INDEX CONCURRENTLY i"), "{diff}");
    let ran = program.exits(&["lint", "--fix", "migrations"], &[3]).await;
    assert!(ran.stdout.starts_with("fixed: migrations/0002_case.sql:"), "{}", ran.stdout);
    assert_eq!(read(&program, "0002_case.sql"), after);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    std::fs::write(&path, before).unwrap();
    std::fs::write(program.folder().join("fix.diff"), diff).unwrap();
    let git = std::process::Command::new("git")
        .args(["apply", "fix.diff"])
        .current_dir(program.folder())
        .output()
        .unwrap();
    assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    assert_eq!(read(&program, "0002_case.sql"), after);
}

#[tokio::test]
async fn what_has_no_safe_form_in_its_place_is_left() {
    for sql in [
        "BEGIN;\nCREATE INDEX i ON orders (total);\nALTER TABLE orders ADD CHECK (lo > 0);\nCOMMIT;\n",
        "DO $$ BEGIN CREATE INDEX i ON orders (total); END $$;\n",
        "CREATE INDEX IF NOT EXISTS i ON orders (total);\n",
        "ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CHECK (lo > 0);\n",
        "-- midflight: allow add-check-scans because it is small\nALTER TABLE orders ADD CHECK (lo > 0);\n",
        "DROP INDEX orders_total CASCADE;\n",
        "ALTER TABLE IF EXISTS orders ADD UNIQUE (code);\n",
        "ALTER TABLE orders ADD COLUMN a uuid DEFAULT gen_random_uuid();\n",
        "ALTER TABLE orders ADD CHECK (lo > 0), -- why\n  ADD COLUMN q integer;\n",
        "UPDATE orders SET lo = 1;\nALTER TABEL orders;\n",
    ] {
        assert_eq!(Fixed::of(sql, "add-check-scans").await.text(), sql);
    }
    let sql = "CREATE INDEX i ON orders (total);\nALTER TABLE orders ADD CHECK (lo > 0);\n";
    let program = Program::without_database(&[("0001_setup.sql", SETUP), ("0002_case.sql", sql)]);
    program.exits(&["lint", "--fix", "migrations", "--runner", "midflight"], &[0]).await;
    assert_eq!(read(&program, "0002_case.sql"), sql);
}

/// Each statement has its trouble with the runner's one transaction.
const TOGETHER: &str = "-- first\nALTER TABLE orders ADD COLUMN q integer; -- q\nCREATE INDEX i ON orders (total);\n\
                        -- last\nALTER TABLE orders ADD CHECK (lo > 0);\n";

#[tokio::test]
async fn what_has_to_be_committed_apart_gets_files_of_its_own() {
    let parts = [
        "-- first\nALTER TABLE orders ADD COLUMN q integer; -- q\n",
        "CREATE INDEX CONCURRENTLY i ON orders (total);\n",
        "-- last\nALTER TABLE orders ADD CONSTRAINT orders_lo_check CHECK (lo > 0) NOT VALID;\n",
        "ALTER TABLE orders VALIDATE CONSTRAINT orders_lo_check;\n",
    ];
    let atlas = ("0000_a.sql", "-- atlas:txmode none\n\nSELECT 1;\n");
    for (names, mark, more) in [
        (
            ["0002_case.sql", "0003_case_2.sql", "0004_case_3.sql", "0005_case_4.sql"],
            "-- no-transaction\n",
            None,
        ),
        (
            ["0002_case.sql", "0003_case_2.sql", "0004_case_3.sql", "0005_case_4.sql"],
            "-- atlas:txmode none\n\n",
            Some(atlas),
        ),
        (
            ["V2__case.sql", "V2_1__case_2.sql", "V2_2__case_3.sql", "V2_3__case_4.sql"],
            "",
            Some(("V3__later.sql", "SELECT 1;\n")),
        ),
        (
            [
                "20260102030405_c.sql",
                "20260102030406_c_2.sql",
                "20260102030407_c_3.sql",
                "20260102030408_c_4.sql",
            ],
            "-- no-transaction\n",
            Some(("20260102040000_later.sql", "SELECT 1;\n")),
        ),
    ] {
        let setup = if names[0].starts_with('V') { "V1__setup.sql" } else { "0001_setup.sql" };
        let program = Program::without_database(&[(setup, SETUP), (names[0], TOGETHER)]);
        more.into_iter().for_each(|(name, text)| program.write(name, text));
        let fix = ["lint", "--fix", "migrations", "--transaction", "file"];
        let diff = program.exits(&[&fix[..], &["--diff"]].concat(), &[0]).await.stdout;
        assert!(diff.contains(&format!("--- /dev/null\n+++ b/migrations/{}\n", names[1])), "{diff}");
        assert_eq!(read(&program, names[0]), TOGETHER);
        let ran = program.exits(&fix, &[0]).await;
        assert!(ran.stdout.contains("fixed: ") && !ran.stdout.contains("not fixed"), "{}", ran.stdout);
        for (number, (name, part)) in names.iter().zip(parts).enumerate() {
            let mark = if number == 1 { mark } else { "" };
            assert_eq!(read(&program, name), format!("{mark}{part}"), "{name}");
        }
    }
}

#[tokio::test]
async fn files_that_can_not_be_several_stay_one() {
    let goose = format!("-- +goose Up\n{TOGETHER}-- +goose Down\nSELECT 1;\n");
    let setting = format!("SET lock_timeout = '1s';\n{TOGETHER}");
    for (name, text, beside, why) in [
        ("0002_case.sql", TOGETHER, "0003_next.sql", "there is no number left before `0003_next`"),
        ("0002_case.up.sql", TOGETHER, "0002_case.down.sql", "the way back in `0002_case.down.sql`"),
        ("20260102_case.sql", TOGETHER, "z.sql", "no time follows 20260102"),
        ("a_case.sql", TOGETHER, "z.sql", "its name has no number"),
        ("0002_case.sql", goose.as_str(), "z.sql", "sections that belong together"),
        ("0002_case.sql", setting.as_str(), "z.sql", "would end with the first file"),
    ] {
        let program =
            Program::without_database(&[("0001_setup.sql", SETUP), (name, text), (beside, "SELECT 1;\n")]);
        let ran = program.exits(&["lint", "--fix", "migrations", "--transaction", "file"], &[3]).await;
        assert!(
            ran.stdout.starts_with("not fixed: migrations/") && ran.stdout.contains(why),
            "{}",
            ran.stdout
        );
        assert_eq!(read(&program, name), text);
        assert_eq!(std::fs::read_dir(program.folder().join("migrations")).unwrap().count(), 3);
    }
}

#[tokio::test]
async fn standard_input_is_printed() {
    let program = Program::without_database(&[("1.sql", "SELECT 1;")]);
    let ran = program.reads(b"CREATE INDEX i ON orders (total)", &["lint", "--fix", "-"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "CREATE INDEX CONCURRENTLY i ON orders (total)"));
    assert!(ran.stderr.contains("fixed: stdin.sql:1: index-build-blocks-writes"), "{}", ran.stderr);
    let ran = program.reads(b"", &["lint", "--fix", "-", "migrations/1.sql"]).await;
    assert!(ran.code == 2 && ran.stderr.contains("give `-` alone"), "{}", ran.stderr);
}

#[tokio::test]
async fn deployed_migrations_are_not_rewritten_unasked() {
    let sql = "CREATE INDEX i ON orders (total);\n";
    let program = Program::without_database(&[("0001_setup.sql", SETUP), ("0002_case.sql", sql)]);
    let ran = program.exits(&["lint", "--fix"], &[2]).await;
    assert!(ran.stderr.contains("--since"), "{}", ran.stderr);
    assert_eq!(read(&program, "0002_case.sql"), sql);
    program.exits(&["lint", "--fix", "--diff"], &[0]).await;
    program.exits(&["lint", "--diff"], &[2]).await;
    // what is known is not touched either
    program.exits(&["lint", "--write-baseline", "known.json"], &[0]).await;
    program.exits(&["lint", "--fix", "migrations", "--baseline", "known.json"], &[0]).await;
    assert_eq!(read(&program, "0002_case.sql"), sql);
}

#[tokio::test]
async fn programs_get_the_edits() {
    let program = Program::without_database(&[("1.sql", "ALTER TABLE orders ADD CHECK (lo > 0);\n")]);
    let ran = program.exits(&["lint", "--format", "json"], &[3]).await;
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    let finding =
        json["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "add-check-scans").unwrap();
    let edits = serde_json::json!([
        {"line": 1, "column": 24, "end_line": 1, "end_column": 24, "text": "CONSTRAINT orders_lo_check "},
        {"line": 1, "column": 38, "end_line": 1, "end_column": 38,
         "text": " NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_lo_check"}
    ]);
    assert_eq!(finding["fix"], serde_json::json!({"edits": edits, "apart": true}));
}
