//! What options decide, what is counted, and where findings are.

use std::collections::{BTreeMap, BTreeSet};

use midflight::ident::Ident;
use midflight::lint::{Options, RULES, Report, Runner, Severity, Summary, Transaction, check};

use super::{files, found, lint, migration};

#[test]
fn options_decide() {
    let midflight = Options { runner: Runner::Midflight, ..Options::default() };
    for rule in RULES.iter().filter(|rule| rule.page.online().is_some()) {
        let options = Options { enable: BTreeSet::from([rule.id]), ..midflight.clone() };
        assert!(found(&files(rule.page.bad()), &options).contains(&format!("{}!", rule.id)), "{}", rule.id);
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
            "DROP TABLE a; DO $$ BEGIN DROP TABLE b; EXECUTE format('DROP TABLE %I', c); END $$; ALTER TABEL c",
            "-- midflight: allow drop-table because empty\nDROP TABLE a, b; ALTER TABLE t ALTER a TYPE text; SELECT 1;",
        ],
        &Options::default(),
    );
    let expected = Summary {
        unreadable: 0,
        files: 2,
        statements: 6,
        not_analysed: 2,
        errors: 3,
        warnings: 1,
        advice: 1,
        suppressed: 2,
        known: 0,
        gone: 0,
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
