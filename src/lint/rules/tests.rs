use std::fs;
use std::path::{Path, PathBuf};

use crate::lint::*;
use crate::migration::{self, source::Source};

fn migration(path: &str, sql: &str) -> Migration {
    migration::parse(Source::new(path, sql)).unwrap()
}

fn lint(files: &[&str], options: &Options) -> Report {
    let parsed: Vec<_> =
        files.iter().enumerate().map(|(i, sql)| migration(&format!("{i}.sql"), sql)).collect();
    check(&parsed, options)
}

/// The rules that fire in the last of some files, warnings as `rule?`, advice as `rule!`.
fn found(files: &[&str], options: &Options) -> Vec<String> {
    let report = lint(files, options);
    let last = report.findings.iter().filter(|finding| finding.file == files.len() - 1);
    last.map(|finding| {
        let mark = match finding.severity {
            Severity::Error => "",
            Severity::Warning => "?",
            Severity::Advice => "!",
        };
        format!("{}{mark}", finding.rule.id)
    })
    .collect()
}

fn of(sql: &str) -> Vec<String> {
    found(&[sql], &Options::default())
}

#[test]
fn examples_trip_their_rule_and_no_other() {
    for rule in RULES {
        let report = lint(&[rule.bad], &Options::default());
        let ids: Vec<_> = report.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(ids, [rule.id], "{}", rule.bad);
        assert_eq!(report.findings[0].severity, rule.severity, "{}", rule.id);
        assert_eq!(of(rule.good), Vec::<String>::new(), "{}", rule.good);
    }
}

#[test]
fn registry_is_complete_sorted_and_documented() {
    assert!(RULES.is_sorted_by(|a, b| a.id < b.id));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let id = stem.replace('_', "-");
        assert!(["mod", "tests"].contains(&stem.as_str()) || find(&id).is_some(), "add `{stem}` to RULES");
    }
    for rule in RULES {
        assert!(rule.explanation.len() > 80, "{} needs an explanation", rule.id);
        assert!(
            !rule.summary.ends_with('.') && !rule.summary.contains('\n'),
            "{}: one line, no full stop",
            rule.id
        );
        assert!(rule.online.is_none_or(|online| online.contains("`midflight ")), "{}", rule.id);
        assert!(explain(rule).contains(rule.bad), "{}", rule.id);
    }
    assert_eq!(list().len(), RULES.len());
}

/// docs/rules is written from the rules: `UPDATE_DOCS=1 cargo test --lib` writes, otherwise this compares.
#[test]
fn docs_are_what_the_rules_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut index = String::from(
        "# Lint rules\n\nWritten from the rules themselves: `UPDATE_DOCS=1 cargo test --lib docs_are`.\n\n\
         | rule | severity | with midflight | what it finds |\n|---|---|---|---|\n",
    );
    let mut pages = Vec::new();
    for rule in RULES {
        let online = if rule.online.is_some() { "advice" } else { "same" };
        index.push_str(&format!(
            "| [`{0}`]({0}.md) | {1} | {online} | {2} |\n",
            rule.id, rule.severity, rule.summary
        ));
        pages.push((folder.join(format!("{}.md", rule.id)), explain(rule)));
    }
    pages.push((folder.join("README.md"), index));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        pages.iter().for_each(|(path, text)| fs::write(path, text).unwrap());
    }
    for (path, text) in &pages {
        let kept = fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == *text,
            "{} is not what the rules say: UPDATE_DOCS=1 cargo test --lib",
            path.display()
        );
    }
    let known: Vec<&PathBuf> = pages.iter().map(|(path, _)| path).collect();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(known.contains(&&path), "{} belongs to no rule", path.display());
    }
}

/// One file each. `rule` is an error, `rule?` a warning, `rule!` advice, `-` nothing.
#[test]
fn traps() {
    let cases: &[(&str, &str)] = &[
        // indexes
        ("CREATE INDEX i ON t (a)", "index-build-blocks-writes"),
        ("create unique index i on t (a)", "index-build-blocks-writes"),
        ("CREATE INDEX ON t (lower(a))", "index-build-blocks-writes"),
        ("CREATE INDEX IF NOT EXISTS i ON t (a)", "index-build-blocks-writes"),
        ("CREATE INDEX CONCURRENTLY i ON t (a)", "-"),
        ("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", "-"),
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
        ("ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b * 2) STORED NOT NULL", "-"),
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
        ("CREATE TABLE t (a int); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p", "-"),
        (
            "CREATE TABLE p (id int PRIMARY KEY); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p",
            "add-foreign-key-scans",
        ),
        ("ALTER TABLE t ADD COLUMN a int REFERENCES p (id)", "-"),
        ("ALTER TABLE t ADD COLUMN a int DEFAULT 1 REFERENCES p (id)", "add-foreign-key-scans"),
        ("ALTER TABLE t ADD COLUMN a int DEFAULT NULL REFERENCES p (id)", "add-foreign-key-scans"),
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
        ("ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY USING INDEX p", "-"),
        ("ALTER TABLE t ADD COLUMN id int PRIMARY KEY", "add-primary-key-builds-index"),
        // what breaks the running release
        ("ALTER TABLE t DROP COLUMN a", "drop-column"),
        ("ALTER TABLE t DROP a", "drop-column"),
        ("ALTER TABLE t DROP COLUMN IF EXISTS a CASCADE", "drop-column"),
        ("ALTER TABLE t ADD COLUMN a int; ALTER TABLE t DROP COLUMN a", "-"),
        ("ALTER TABLE t ADD COLUMN a int; ALTER TABLE shop.t DROP COLUMN a", "drop-column"),
        ("DROP TABLE t", "drop-table"),
        ("DROP TABLE IF EXISTS a, b", "drop-table drop-table"),
        ("CREATE TABLE t (a int); INSERT INTO t VALUES (1); DROP TABLE t", "-"),
        ("CREATE TEMP TABLE t (a int); DROP TABLE t; DROP TABLE t", "drop-table"),
        ("ALTER TABLE p DETACH PARTITION t; DROP TABLE t", "-"),
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
        ("ALTER TABLE t ALTER COLUMN a TYPE varchar(10)", "change-type-rewrites"),
        ("ALTER TABLE t ALTER COLUMN a TYPE varchar(50), ALTER COLUMN i TYPE bigint", "change-type-rewrites"),
        ("ALTER TABLE shop.t ALTER COLUMN a TYPE varchar(50)", "change-type-rewrites?"),
        ("ALTER TABLE t ALTER COLUMN n TYPE numeric(12,2)", "-"),
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
    for (sql, expected) in cases {
        let expected = if *expected == "-" { "" } else { expected };
        assert_eq!(found(&[base, sql], &Options::default()).join(" "), expected, "{sql}");
    }
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

#[test]
fn options_decide() {
    let midflight = Options { runner: Runner::Midflight, ..Options::default() };
    for rule in RULES.iter().filter(|rule| rule.online.is_some()) {
        assert_eq!(found(&[rule.bad], &midflight), [format!("{}!", rule.id)]);
    }
    assert_eq!(found(&["ALTER TABLE t ADD COLUMN a int NOT NULL"], &midflight), ["add-column-required"]);
    // what the user places runs as it stands
    let placed =
        "-- midflight: phase expand\nCREATE INDEX i ON t (a);\n-- midflight: phase contract\nDROP TABLE t;";
    assert_eq!(found(&[placed], &midflight), ["index-build-blocks-writes", "drop-table!"]);

    let disabled = Options { disable: BTreeSet::from(["drop-table"]), ..Options::default() };
    assert!(found(&["-- midflight: allow drop-table because x\nDROP TABLE t"], &disabled).is_empty());
    let severity =
        Options { severity: BTreeMap::from([("drop-table", Severity::Warning)]), ..Options::default() };
    assert_eq!(found(&["DROP TABLE t"], &severity), ["drop-table?"]);
    let schema = Options { default_schema: Ident::new("shop"), ..Options::default() };
    assert!(found(&["CREATE TABLE shop.t (a int); CREATE INDEX i ON t (a)"], &schema).is_empty());
    let file = Options { transaction: Transaction::File, ..Options::default() };
    assert!(found(&["ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u"], &file).is_empty());
}

/// YAML is midflight's own, whoever runs the SQL files; SQL inside it runs as it stands.
#[test]
fn yaml_is_looked_at_as_midflight_runs_it() {
    let yaml = "\
operations:
  - change_type: {table: orders, column: amount_cents, type: bigint}
  - set_not_null: {table: users, column: email, up: \"coalesce(email, '')\"}
  - drop_table: {table: sessions}
  - add_column: {table: users, column: {name: plan, type: text, not_null: true}}
  - add_column: {table: users, column: {name: plan, type: text, not_null: true}, up: \"'free'\"}
  - sql:
      expand: CREATE INDEX i ON users (plan)
      contract: |
        DROP TABLE old_users;
        ALTER TABLE users ADD CHECK (plan <> '');
";
    let files = [migration("1.yaml", yaml)];
    let report = check(&files, &Options::default());
    let got = report.findings.iter().map(|finding| (finding.start.line, finding.rule.id, finding.severity));
    let expected = [
        (2, "change-type-rewrites", Severity::Advice),
        (3, "set-not-null-scans", Severity::Advice),
        (4, "drop-table", Severity::Advice),
        (5, "add-column-required", Severity::Error),
        (8, "index-build-blocks-writes", Severity::Error),
        (10, "drop-table", Severity::Advice),
        (10, "add-check-scans", Severity::Error),
    ];
    let mut got: Vec<_> = got.collect();
    got.sort_by_key(|(line, rule, _)| (*line, std::cmp::Reverse(*rule)));
    let mut expected = expected.to_vec();
    expected.sort_by_key(|(line, rule, _)| (*line, std::cmp::Reverse(*rule)));
    assert_eq!(got, expected);
}

#[test]
fn everything_is_counted() {
    let report = lint(
        &[
            "DROP TABLE a; DO $$ BEGIN DROP TABLE b; END $$; ALTER TABEL c",
            "-- midflight: allow drop-table because empty\nDROP TABLE a, b; ALTER TABLE t ALTER a TYPE text; SELECT 1;",
        ],
        &Options::default(),
    );
    let expected = Summary {
        files: 2,
        statements: 6,
        not_analysed: 2,
        errors: 2,
        warnings: 1,
        advice: 0,
        suppressed: 2,
    };
    assert_eq!(report.summary, expected);
    assert!(report.reaches(Severity::Error) && !Report::default().reaches(Severity::Advice));
}

#[test]
fn places_are_exact() {
    let place = |sql: &str| {
        let report = lint(&[sql], &Options::default());
        let finding = &report.findings[0];
        let (start, end) = (finding.start, finding.end);
        let text = migration("x.sql", sql).source.slice(finding.span).to_owned();
        ((start.line, start.column, end.line, end.column), text)
    };
    assert_eq!(
        place("-- größe\r\nALTER TABLE \"größe\" ALTER COLUMN x TYPE bigint;\r\n"),
        ((2, 41, 2, 47), "bigint".to_owned())
    );
    assert_eq!(
        place("SELECT 1;\nALTER TABLE t\n  ADD COLUMN a uuid DEFAULT gen_random_uuid();"),
        ((3, 29, 3, 46), "gen_random_uuid()".to_owned())
    );
    assert_eq!(place("DROP TABLE a.b"), ((1, 12, 1, 15), "a.b".to_owned()));
    assert_eq!(
        place("ALTER TABLE t ADD a int, DROP COLUMN b;"),
        ((1, 26, 1, 39), "DROP COLUMN b".to_owned())
    );
    assert_eq!(place("\n  -- midflight: phase contract\n  DROP TABLE b;"), ((3, 14, 3, 15), "b".to_owned()));
    assert_eq!(
        place("-- midflight: allow drop-tabel because x\nSELECT 1;"),
        ((1, 21, 1, 31), "drop-tabel".to_owned())
    );
}

#[test]
fn people_see_the_line_the_lock_and_the_way_out() {
    let show = |sql: &str| {
        let files = [migration("migrations/0002.sql", sql)];
        render::human(&check(&files, &Options::default()), &files, false)
    };
    insta::assert_snapshot!(show("-- amounts outgrow integer\r\nALTER TABLE orders\r\n  ALTER COLUMN amount TYPE bigint;\r\n"), @r##"
    error[change-type-rewrites]: changing `amount` to bigint writes every row and index of `orders` again
     --> migrations/0002.sql:3:28
      |
    3 |   ALTER COLUMN amount TYPE bigint;
      |                            ^^^^^^
      |
      = note: takes ACCESS EXCLUSIVE, which blocks reads and writes
      = help: add a second column of type bigint to `orders`, keep it in step with `amount` by a trigger, convert the old rows in batches, then let the columns change places
      = help: `midflight expand` adds a shadow column that a trigger keeps in step, and converts the rows in batches

    1 error in 1 file (1 statement)
    "##);
    insta::assert_snapshot!(show("CREATE INDEX \"Orders by date\"\n    ON orders (created_at DESC)\n    WHERE not done;\n"), @r##"
    error[index-build-blocks-writes]: building this index stops every write to `orders` until it is done
     --> migrations/0002.sql:1:1
      |
    1 | / CREATE INDEX "Orders by date"
    2 | |     ON orders (created_at DESC)
    3 | |     WHERE not done;
      | |__________________^
      |
      = note: takes SHARE, which blocks writes
      = help: run `CREATE INDEX CONCURRENTLY "Orders by date" ON orders (created_at DESC) WHERE not done` by itself, outside a transaction
      = help: `midflight expand` builds it concurrently, and builds it again when a build fails

    1 error in 1 file (1 statement)
    "##);
    insta::assert_snapshot!(show("-- midflight: allow drop-tabel because x\nALTER TABLE t ALTER c TYPE text;"), @r##"
    warning[unknown-rule-in-allow]: there is no rule `drop-tabel`
     --> migrations/0002.sql:1:21
      |
    1 | -- midflight: allow drop-tabel because x
      |                     ^^^^^^^^^^
      |
      = help: did you mean `drop-table`?

    warning[change-type-rewrites]: changing `c` to text may write all of `t` again: no file says what its type is
     --> migrations/0002.sql:2:28
      |
    2 | ALTER TABLE t ALTER c TYPE text;
      |                            ^^^^
      |
      = note: takes ACCESS EXCLUSIVE, which blocks reads and writes
      = help: add a second column of type text to `t`, keep it in step with `c` by a trigger, convert the old rows in batches, then let the columns change places
      = help: `midflight expand` adds a shadow column that a trigger keeps in step, and converts the rows in batches

    2 warnings in 1 file (1 statement)
    "##);
    insta::assert_snapshot!(show("SELECT 1;"), @r##"
    no findings in 1 file (1 statement)
    "##);
    let files = [migration("a.sql", "DROP TABLE t")];
    assert!(render::human(&check(&files, &Options::default()), &files, true).contains("\u{1b}["));
}

#[test]
fn json_has_the_documented_shape() {
    let files = [migration("m/1.sql", "CREATE INDEX i ON t (a);\nALTER TABEL x;")];
    let text = render::json(&check(&files, &Options::default()));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["schema_version", "findings", "summary"]);
    assert_eq!(
        keys(&json["findings"][0]),
        [
            "rule",
            "severity",
            "path",
            "line",
            "column",
            "end_line",
            "end_column",
            "message",
            "help",
            "lock",
            "blocks"
        ]
    );
    let first = &json["findings"][0];
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(1), Some(1)));
    assert_eq!((first["end_line"].as_u64(), first["end_column"].as_u64()), (Some(1), Some(24)));
    assert_eq!((&first["lock"], &first["blocks"]), (&"SHARE".into(), &serde_json::json!(["writes"])));
    assert_eq!(
        (&json["findings"][1]["lock"], &json["findings"][1]["blocks"]),
        (&serde_json::Value::Null, &serde_json::json!([]))
    );
    assert_eq!(json["summary"]["not_analysed"], 1);
}

#[test]
fn github_gets_annotations() {
    let files = [migration("m/a,b:1.sql", "DROP TABLE \"50%\";")];
    let text = render::github(&check(&files, &Options::default()));
    assert!(
        text.starts_with("::error file=m/a%2Cb%3A1.sql,line=1,col=12,endLine=1,endColumn=16,title=drop-table::dropping `\"50%25\"`"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains("%0AHelp: "));
}
