//! Reports of `lint` as they come out of the program: against the schemas of their formats, and what services do with
//! them

use std::path::Path;

use serde_json::Value;

use super::support::program::Program;

/// A file for each thing that a report can hold.
const FILES: [(&str, &str); 6] = [
    (
        "0001_init.sql",
        "CREATE TABLE users (id bigint PRIMARY KEY, name text);\nDO LANGUAGE plperl $$ 1 $$;\n",
    ),
    ("0002_clean.sql", "ALTER TABLE users ADD COLUMN plan text;\n"),
    (
        "0003_drop, été 100%.sql",
        "DROP TABLE\n  users;\nCREATE INDEX i ON orders (a);\nCREATE INDEX i ON orders (a);\n",
    ),
    ("0004_allowed.sql", "-- midflight: allow drop-table because nobody reads it\nDROP TABLE old;\n"),
    ("0005_broken.sql", "ALTER TABEL users;\nALTER TABLE users ALTER COLUMN a TYPE bigint;\n"),
    ("0006_wrong.yaml", "operations:\n  - drop_tabel: {table: users}\n"),
];

fn schema(path: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    // SARIF's has a bracket too many in the pattern of a language, which no strict reader of patterns takes
    let schema: Value = serde_json::from_str(&text.replace("{2}]?$", "{2}$")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// A report has to be what a schema describes.
fn assert_valid(report: &Value, path: &str) {
    let validator = schema(path);
    let errors: Vec<String> =
        validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{report:#}");
}

async fn report(program: &Program, format: &str) -> Value {
    let ran = program.exits(&["lint", "--format", format], &[0, 3]).await;
    assert_eq!(ran.stderr, "");
    serde_json::from_str(&ran.stdout).unwrap()
}

#[tokio::test]
async fn reports_are_what_their_schemas_say() {
    let full = Program::without_database(&FILES);
    let clean = Program::without_database(&FILES[1..2]);
    for program in [full, clean] {
        assert_valid(&report(&program, "json").await, "docs/schemas/lint.schema.json");
        assert_valid(&report(&program, "sarif").await, "tests/schemas/sarif-2.1.0-rtm.5.json");
        assert_valid(&report(&program, "gitlab").await, "tests/schemas/gitlab-code-quality.json");
    }
}

#[tokio::test]
async fn schemas_would_see_a_mistake() {
    let program = Program::without_database(&FILES);
    let mut json = report(&program, "json").await;
    json["findings"][0]["line"] = 0.into();
    assert!(!schema("docs/schemas/lint.schema.json").is_valid(&json));
}

#[tokio::test]
async fn json_has_everything_and_counts_it() {
    let program = Program::without_database(&FILES);
    let json = report(&program, "json").await;
    let of = |list: &str| json[list].as_array().unwrap().len() as u64;
    let summary = &json["summary"];
    assert_eq!(summary["files"], 6);
    assert_eq!(summary["unreadable"], 1);
    assert_eq!(summary["statements"], 9);
    assert_eq!((&summary["not_analysed"], of("not_analysed")), (&2.into(), 2));
    assert_eq!((&summary["suppressed"], of("allowed")), (&1.into(), 1));
    let counted = ["errors", "warnings", "advice"].map(|key| summary[key].as_u64().unwrap());
    assert_eq!(counted.iter().sum::<u64>(), of("findings"));
    assert_eq!(json["allowed"][0]["reason"], "nobody reads it");
    assert_eq!(json["not_analysed"][0]["line"], 2);
    let wrong = json["findings"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&wrong["rule"], &wrong["line"], &wrong["column"]),
        (&"unparsable".into(), &2.into(), &5.into())
    );
    assert!(wrong["message"].as_str().unwrap().contains("did you mean `drop_table`?"), "{wrong}");
}

#[tokio::test]
async fn code_scanning_gets_rules_places_and_what_was_not_analysed() {
    let program = Program::without_database(&FILES);
    let sarif = report(&program, "sarif").await;
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(result["ruleId"], rule["id"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# "));
    }
    let drop = results.iter().find(|result| result["ruleId"] == "drop-table").unwrap();
    let place = &drop["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "migrations/0003_drop%2C%20%C3%A9t%C3%A9%20100%25.sql");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&2.into(), &3.into()));
    let suppressed: Vec<_> = results.iter().filter(|result| result.get("suppressions").is_some()).collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["suppressions"][0]["justification"], "nobody reads it");
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications.len(), 2);
}

#[tokio::test]
async fn fingerprints_survive_moved_lines_and_tell_equals_apart() {
    let marks = |report: &Value| {
        let issues = report.as_array().unwrap().iter();
        issues.map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let program = Program::without_database(&FILES);
    let before = marks(&report(&program, "gitlab").await);
    let distinct: std::collections::BTreeSet<_> = before.iter().collect();
    assert_eq!(distinct.len(), before.len());
    for (name, text) in &FILES[..5] {
        program.write(
            name,
            &format!("-- a new line\n\nSELECT 1;\n{}", text.replace("TABLE\n  users", "TABLE users")),
        );
    }
    assert_eq!(marks(&report(&program, "gitlab").await), before);
    program.write("0003_drop, été 100%.sql", "DROP TABLE accounts;");
    assert_ne!(marks(&report(&program, "gitlab").await), before);
}

#[tokio::test]
async fn annotations_are_escaped_and_start_at_one() {
    let program = Program::without_database(&FILES);
    let ran = program.exits(&["lint", "--format", "github"], &[3]).await;
    let drop = ran.stdout.lines().find(|line| line.contains("title=drop-table")).unwrap();
    let place = "file=migrations/0003_drop%2C été 100%25.sql,line=2,col=3,endLine=2,endColumn=7";
    assert!(drop.starts_with(&format!("::error {place},title=drop-table::")), "{drop}");
    assert!(drop.contains("%0AHelp: "));
    assert!(
        ran.stdout.contains("\nnot analysed: migrations/0001_init.sql:2: it is written in plperl\n"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("GitHub shows"));
    let many = "DROP TABLE t;\n".repeat(11);
    let program = Program::without_database(&[("1.sql", &many)]);
    let ran = program.exits(&["lint", "--format", "github"], &[3]).await;
    assert!(ran.stdout.ends_with("the others are in this log only\n"), "{}", ran.stdout);
}

#[tokio::test]
async fn comments_are_found_again_and_fit() {
    let program = Program::without_database(&FILES);
    let ran = program.exits(&["lint", "--format", "markdown"], &[3]).await;
    let comment = ran.stdout;
    assert!(comment.starts_with("<!-- midflight lint -->\n### midflight lint: 6 errors"), "{comment}");
    assert!(
        comment.contains("<summary><code>migrations/0003_drop, été 100%.sql</code>: 3 findings</summary>")
    );
    assert!(comment.contains("- `migrations/0001_init.sql`, line 2: it is written in plperl"));
    assert_eq!(comment.matches("<details").count(), comment.matches("</details>").count());

    let hostile = "DROP TABLE \"</details><img src=x> @everyone | `\";";
    let program = Program::without_database(&[("<b>.sql", hostile)]);
    let ran = program.exits(&["lint", "--format", "markdown"], &[3]).await;
    assert!(!ran.stdout.contains("<img") && !ran.stdout.contains("<b>"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("@everyone"), "{}", ran.stdout);

    let many = "DROP TABLE some_table;\n".repeat(1000);
    let program = Program::without_database(&[("1.sql", &many), ("2.sql", &many)]);
    let ran = program.exits(&["lint", "--format", "markdown"], &[3]).await;
    let (shown, length) = (ran.stdout.matches("**error**").count(), ran.stdout.chars().count());
    assert!((60_000..=65_000).contains(&length), "{length}");
    assert!(ran.stdout.contains(&format!("\n{} more findings not shown", 2000 - shown)), "{shown}");
    assert_eq!(ran.stdout.matches("<details").count(), ran.stdout.matches("</details>").count());

    let program = Program::without_database(&FILES[1..2]);
    let ran = program.ok(&["lint", "--format", "markdown"]).await;
    assert!(ran.stdout.starts_with("<!-- midflight lint -->\n### midflight lint: no findings\n"));
}

#[tokio::test]
async fn people_are_told_what_was_left_out_and_where_to_read_more() {
    let program = Program::without_database(&FILES);
    let ran = program.exits(&["lint"], &[3]).await;
    assert!(!ran.stdout.contains('\u{1b}'));
    let tail: Vec<&str> = ran.stdout.lines().rev().take(4).collect();
    assert!(
        tail[3].ends_with("in 6 files (9 statements, 2 not analysed, 1 file not readable, 1 silenced)"),
        "{tail:?}"
    );
    assert_eq!(tail[2], "not analysed: migrations/0001_init.sql:2: it is written in plperl");
    assert!(tail[0].starts_with("`midflight explain change-type-rewrites` tells why"), "{tail:?}");
    let ran = program.exits(&["lint", "--color", "always"], &[3]).await;
    assert!(ran.stdout.contains('\u{1b}'));
}

#[tokio::test]
async fn other_commands_refuse_formats_of_lint() {
    let program = Program::without_database(&FILES[1..2]);
    for format in ["sarif", "gitlab", "markdown", "github"] {
        let ran = program.exits(&["status", "--format", format], &[2]).await;
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains(&format!("`--format {format}` is for `lint`")), "{}", ran.stderr);
    }
    let ran = program.exits(&["lint", "--format", "sarf"], &[2]).await;
    assert!(ran.stderr.contains("'sarif'"), "{}", ran.stderr);
    let ran = program.ok(&["--format", "sarif", "lint"]).await;
    assert!(ran.stdout.contains("\"version\": \"2.1.0\""), "{}", ran.stdout);
}
