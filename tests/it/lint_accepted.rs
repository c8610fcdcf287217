//! Findings that a team lives with: directives of a statement and of a file, comments for other linters, the baseline, the
//! last migration that is not looked at any more

use super::support::program::Program;

const FILES: [(&str, &str); 2] = [
    ("0001_first.sql", "CREATE TABLE t (id bigint PRIMARY KEY, a int, b int);\n"),
    ("0002_second.sql", "ALTER TABLE t DROP COLUMN a;\nCREATE INDEX t_b ON t (b);\n"),
];

async fn lines(program: &Program, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["lint", "--format", "gcc"], arguments].concat();
    let ran = program.exits(&arguments, &[0, 3]).await;
    assert_eq!(ran.stderr, "");
    ran.stdout.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn gcc_has_a_line_for_each_finding() {
    let program = Program::without_database(&FILES);
    let found = lines(&program, &[]).await;
    assert!(found[0].starts_with("migrations/0002_second.sql:1:"), "{found:?}");
    assert!(found[0].contains(": error: ") && found[0].ends_with("[drop-column]"), "{found:?}");
    assert!(
        found.iter().any(|line| line.starts_with("migrations/0002_second.sql:2:1: error: ")),
        "{found:?}"
    );
}

#[tokio::test]
async fn junit_is_xml_with_the_failures_that_the_exit_code_means() {
    let program = Program::without_database(&FILES);
    let ran = program.exits(&["lint", "--format", "junit"], &[3]).await;
    assert!(
        ran.stdout.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "),
        "{}",
        ran.stdout
    );
    let failures = ran.stdout.matches("<failure ").count();
    assert_eq!(failures, 2, "{}", ran.stdout);
    assert!(ran.stdout.contains("failures=\"2\"") && ran.stdout.trim_end().ends_with("</testsuites>"));
    let program = Program::without_database(&FILES[..1]);
    let ran = program.exits(&["lint", "--format", "junit"], &[0]).await;
    assert!(ran.stdout.contains("name=\"no findings\"/>"), "{}", ran.stdout);
}

#[tokio::test]
async fn a_baseline_leaves_out_what_is_known_and_nothing_else() {
    let program = Program::without_database(&FILES);
    let ran = program.exits(&["lint", "--write-baseline", "known.json"], &[0]).await;
    assert!(ran.stdout.contains("findings written to known.json"), "{}", ran.stdout);
    assert_eq!(lines(&program, &["--baseline", "known.json"]).await, [""; 0]);
    // Another line of the same file is new; what moves down is known.
    program.write("0002_second.sql", &format!("ALTER TABLE t DROP COLUMN b;\n{}", FILES[1].1));
    let found = lines(&program, &["--baseline", "known.json"]).await;
    assert!(found.iter().all(|line| line.starts_with("migrations/0002_second.sql:1:")), "{found:?}");
    assert!(!found.is_empty());
    program.write("0002_second.sql", "CREATE INDEX t_b ON t (b);\n");
    let ran = program.exits(&["lint", "--baseline", "known.json"], &[0]).await;
    assert!(ran.stdout.contains(" known") && ran.stdout.contains("of the baseline gone"), "{}", ran.stdout);
    for (written, message) in [("{}", "is no baseline"), ("", "is no baseline")] {
        std::fs::write(program.folder().join("known.json"), written).unwrap();
        let ran = program.exits(&["lint", "--baseline", "known.json"], &[2]).await;
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
    let ran = program.exits(&["lint", "--baseline", "none.json"], &[2]).await;
    assert!(ran.stderr.contains("none.json") && ran.stderr.contains("--write-baseline"), "{}", ran.stderr);
}

#[tokio::test]
async fn lint_begins_after_a_migration() {
    let program = Program::without_database(&FILES);
    for last in ["0002_second", "0002_second.sql"] {
        program.write("midflight.yaml", &format!("lint: {{start_after: {last}}}\n"));
        assert_eq!(lines(&program, &[]).await, [""; 0]);
    }
    program.write("midflight.yaml", "lint: {start_after: 0001_first}\n");
    assert!(!lines(&program, &[]).await.is_empty());
    program.write("midflight.yaml", "lint: {start_after: 0001_frist}\n");
    let ran = program.exits(&["lint"], &[2]).await;
    assert!(ran.stderr.contains("did you mean `0001_first`?"), "{}", ran.stderr);
}

#[tokio::test]
async fn directives_of_a_file_of_several_rules_and_of_other_linters() {
    for (file, left) in [
        (
            "-- midflight: allow drop-column, drop-table because they are empty\nALTER TABLE t DROP COLUMN a;\n",
            "unused-allow",
        ),
        (
            "-- midflight: allow drop-column,drop-dependent-object because it is empty\nALTER TABLE t DROP COLUMN a;\n",
            "unused-allow",
        ),
        (
            "ALTER TABLE t DROP COLUMN a;\nALTER TABLE t DROP COLUMN b;\n-- midflight: allow-file drop-column because nobody is there\n",
            "",
        ),
        ("-- squawk-ignore ban-drop-column\nALTER TABLE t DROP COLUMN a;\n", ""),
        ("-- squawk-ignore ban-drop-table\nALTER TABLE t DROP COLUMN a;\n", "drop-column"),
        ("-- squawk-ignore-file ban-drop-column\nSELECT 1;\nALTER TABLE t DROP COLUMN a;\n", ""),
        ("-- atlas:nolint destructive\nALTER TABLE t DROP COLUMN a;\n", ""),
        ("-- atlas:nolint\nALTER TABLE t DROP COLUMN a;\nALTER TABLE t DROP COLUMN b;\n", "drop-column"),
        (
            "-- squawk-ignore-file\nALTER TABLE t DROP COLUMN a;\nCREATE INDEX t_b ON t (b);\n-- squawk-ignore prefer-big-int\n",
            "",
        ),
    ] {
        let program = Program::without_database(&[FILES[0], ("0002_second.sql", file)]);
        let found = lines(&program, &["--disable", "missing-lock-timeout"]).await;
        let rules: Vec<&str> =
            found.iter().filter_map(|line| line.rsplit_once('[')?.1.strip_suffix(']')).collect();
        let rules: std::collections::BTreeSet<&str> = rules.into_iter().collect();
        assert_eq!(rules.into_iter().collect::<Vec<_>>().join(" "), left, "{file}");
    }
    let program = Program::without_database(&[(
        "1.sql",
        "-- midflight: allow drop-column, because it is empty\nSELECT 1;\n",
    )]);
    let ran = program.exits(&["lint"], &[0, 2, 3]).await;
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("expected the rule to allow"), "{}", ran.stdout);
}
