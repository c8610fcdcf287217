use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::ident::Ident;
use crate::lint::render::{Format, Input};
use crate::lint::*;
use crate::migration::{self, Migration, source::Source};

fn migration(path: &str, sql: &str) -> Migration {
    migration::parse(Source::new(path, sql)).unwrap()
}

pub fn lint(files: &[&str], options: &Options) -> Report {
    let parsed: Vec<_> =
        files.iter().enumerate().map(|(i, sql)| migration(&format!("{i}.sql"), sql)).collect();
    check(&parsed, options)
}

/// The rules that fire in the last of some files, warnings as `rule?`, advice as `rule!`.
pub fn found(files: &[&str], options: &Options) -> Vec<String> {
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

pub fn of(sql: &str) -> Vec<String> {
    found(&[sql], &Options::default())
}

/// An example may need an earlier file.
fn files(example: &str) -> Vec<&str> {
    example.split("-- next file\n").collect()
}

/// Checks the last of some files against the rules that are expected there: `rule` is an error, `rule?` a warning,
/// `rule!` advice, `-` nothing. Rules that no case expects have tables of their own.
pub fn expect(earlier: &[&str], options: &Options, cases: &[(&str, &str)]) {
    assert_all(cases, |sql| found(&earlier.iter().copied().chain([sql]).collect::<Vec<_>>(), options));
}

/// The same for findings that are had in another way.
pub fn assert_all(cases: &[(&str, &str)], look: impl Fn(&str) -> Vec<String>) {
    let bare = |rule: &str| rule.trim_end_matches(['?', '!']).to_owned();
    let about: BTreeSet<String> =
        cases.iter().flat_map(|(_, expected)| expected.split(' ').map(bare)).collect();
    let mut wrong = Vec::new();
    for (sql, expected) in cases {
        let expected = if *expected == "-" { "" } else { expected };
        let mut got = look(sql);
        got.retain(|rule| about.contains(&bare(rule)));
        let got = got.join(" ");
        if got != expected {
            wrong.push(format!("{sql}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn examples_trip_their_rule_and_no_other() {
    for rule in RULES {
        let options = Options { enable: BTreeSet::from([rule.id]), ..Options::default() };
        let report = lint(&files(rule.bad), &options);
        let last = report.findings.iter().filter(|finding| finding.file + 1 == files(rule.bad).len());
        // two rules may speak of one statement where the explanation says so
        let told = |id: &str| id != rule.id && rule.explanation.contains(id);
        let rest = last.filter(|finding| !told(finding.rule.id));
        let got: Vec<_> = rest.map(|finding| (finding.rule.id, finding.severity)).collect();
        assert_eq!(got, [(rule.id, rule.severity)], "{}", rule.bad);
        assert_eq!(found(&files(rule.good), &options), Vec::<String>::new(), "{}", rule.good);
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
        assert!(
            stem == "mod" || stem == "tests" || stem.starts_with("cases") || find(&id).is_some(),
            "add `{stem}` to RULES"
        );
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
         | rule | severity | default | with midflight | what it finds |\n|---|---|---|---|---|\n",
    );
    let mut pages = Vec::new();
    for rule in RULES {
        let online = if rule.online.is_some() { "advice" } else { "same" };
        let default = if rule.on { "on" } else { "off" };
        index.push_str(&format!(
            "| [`{0}`]({0}.md) | {1} | {default} | {online} | {2} |\n",
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

#[test]
fn options_decide() {
    let midflight = Options { runner: Runner::Midflight, ..Options::default() };
    for rule in RULES.iter().filter(|rule| rule.online.is_some()) {
        let options = Options { enable: BTreeSet::from([rule.id]), ..midflight.clone() };
        assert!(found(&files(rule.bad), &options).contains(&format!("{}!", rule.id)), "{}", rule.id);
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

fn rendered(format: Format, path: &str, sql: &str) -> String {
    let migrations = [migration(path, sql)];
    let report = check(&migrations, &Options::default());
    render::render(format, Input { report: &report, migrations: &migrations, color: false })
}

#[test]
fn people_see_the_line_the_lock_and_the_way_out() {
    let show = |sql: &str| rendered(Format::Human, "migrations/0002.sql", sql);
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
    `midflight explain change-type-rewrites` tells why and shows the safe way
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
    `midflight explain index-build-blocks-writes` tells why and shows the safe way
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
    `midflight explain change-type-rewrites` tells why and shows the safe way (likewise: unknown-rule-in-allow)
    "##);
    insta::assert_snapshot!(show("SELECT 1;"), @r##"
    no findings in 1 file (1 statement)
    "##);
    let migrations = [migration("a.sql", "DROP TABLE t")];
    let report = check(&migrations, &Options::default());
    let input = Input { report: &report, migrations: &migrations, color: true };
    assert!(render::render(Format::Human, input).contains("\u{1b}["));
}

#[test]
fn json_has_the_documented_shape() {
    let text = rendered(Format::Json, "m/1.sql", "CREATE INDEX i ON t (a);\nALTER TABEL x;");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["schema_version", "findings", "allowed", "not_analysed", "summary"]);
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
    let text = rendered(Format::Github, "./m/a,b:1.sql", "DROP TABLE \"50%\";");
    assert!(
        text.starts_with("::error file=m/a%2Cb%3A1.sql,line=1,col=12,endLine=1,endColumn=16,title=drop-table::dropping `\"50%25\"`"),
        "{text}"
    );
    assert_eq!(text.lines().nth(1), Some("1 error in 1 file (1 statement)"));
    assert!(text.contains("%0AHelp: "));
}
