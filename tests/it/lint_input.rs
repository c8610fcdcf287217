//! `lint` and whatever may be in the place of a migration, through the program

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::Value;

use super::support::program::{Program, Ran};

/// A good neighbour: its one finding has to be reported whatever else is wrong.
const GOOD: (&str, &str) = ("9.sql", "DROP TABLE t;\n");

fn project() -> Program {
    Program::without_database(&[GOOD])
}

fn write(program: &Program, name: &str, bytes: &[u8]) {
    std::fs::write(program.folder().join("migrations").join(name), bytes).unwrap();
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

#[tokio::test]
async fn a_bad_file_of_a_folder_is_a_finding_and_stops_no_other() {
    let long = vec![b' '; 17 * 1024 * 1024];
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("DROP".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let cases: [(&str, &[u8], &str); 6] = [
        ("binary.sql", b"\x7fELF\0\0", "is a binary file"),
        ("long.sql", &long, "a migration is at most 16"),
        ("utf16.sql", &utf16, "is UTF-16 text"),
        ("latin1.sql", b"-- caf\xe9\nSELECT 1;", "is not UTF-8: line 1"),
        ("directive.sql", b"-- midflight: alow drop-table because x\nDROP TABLE t;", "alow"),
        ("wrong.yaml", b"operations: [", "this file can't be read"),
    ];
    for (name, bytes, message) in cases {
        let program = project();
        write(&program, name, bytes);
        let ran = program.exits(&["lint", "--format", "json"], &[3]).await;
        let report = json(&ran);
        let found = report["findings"].as_array().unwrap();
        let bad = found.iter().find(|finding| finding["rule"] == "unparsable").unwrap();
        assert!(bad["message"].as_str().unwrap().contains(message), "{name}: {bad}");
        assert!(bad["path"].as_str().unwrap().ends_with(name));
        assert!(found.iter().any(|finding| finding["rule"] == "drop-table"), "{name}: {report}");
        // behind a wrong directive the file is read
        let unreadable = i32::from(name != "directive.sql");
        let summary = (&report["summary"]["unreadable"], &report["summary"]["files"]);
        assert_eq!(summary, (&unreadable.into(), &2.into()), "{name}");
        // people see it drawn like any other
        let ran = program.exits(&["lint"], &[3]).await;
        assert!(ran.stdout.contains("error[unparsable]"), "{}", ran.stdout);
        assert_eq!(ran.stdout.contains("1 file not readable"), unreadable == 1, "{}", ran.stdout);
    }
}

#[tokio::test]
async fn a_named_path_has_to_lead_to_text() {
    let program = project();
    write(&program, "binary.sql", b"\0");
    std::fs::create_dir(program.folder().join("empty")).unwrap();
    std::fs::create_dir(program.folder().join("folder.sql")).unwrap();
    for (path, message) in [
        ("migrations/binary.sql", "is a binary file"),
        ("absent.sql", "there is no file `absent.sql`"),
        ("absent", "there is no file `absent`"),
        ("empty", "there are no migrations in `empty`"),
        ("folder.sql", "there are no migrations in `folder.sql`"),
        ("migrations/*.nope", "there are no migrations in `migrations/*.nope`"),
        ("migrations/[.sql", "is not a pattern"),
        ("/dev/zero", "at most 16"),
    ] {
        let ran = program.exits(&["lint", path], &[2]).await;
        assert!(ran.stderr.contains(message), "{path}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{path}");
    }
    // wrong content is a finding: the other files named are looked at
    write(&program, "wrong.yaml", b"operations: 1");
    let ran = program.exits(&["lint", "migrations/wrong.yaml", "migrations/9.sql"], &[3]).await;
    assert!(ran.stdout.contains("2 errors in 2 files"), "{}", ran.stdout);
}

#[tokio::test]
async fn a_folder_that_looks_like_a_file_is_no_migration() {
    let program = project();
    std::fs::create_dir(program.folder().join("migrations/x.sql")).unwrap();
    let ran = program.exits(&["lint", "--format", "json"], &[3]).await;
    assert_eq!(json(&ran)["summary"]["files"], 1);
}

#[tokio::test]
async fn a_file_without_permission_is_named() {
    let program = project();
    write(&program, "secret.sql", b"SELECT 1;");
    let path = program.folder().join("migrations/secret.sql");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::read(&path).is_ok() {
        return; // root reads everything
    }
    let ran = program.exits(&["lint", "--format", "json"], &[3]).await;
    assert!(ran.stdout.contains("permission denied") && ran.stdout.contains("drop-table"), "{}", ran.stdout);
    let ran = program.exits(&["lint", "migrations/secret.sql"], &[2]).await;
    assert!(ran.stderr.contains("permission denied"), "{}", ran.stderr);
}

#[tokio::test]
async fn an_open_quote_hides_nothing_before_it() {
    let program = Program::without_database(&[
        ("1.sql", "DROP TABLE t;\nSELECT 'open;\nDROP TABLE u;\n"),
        ("2.sql", "DROP TABLE v;"),
    ]);
    let report = json(&program.exits(&["lint", "--format", "json"], &[3]).await);
    let found: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["rule"].as_str().unwrap(), f["line"].as_u64().unwrap()))
        .collect();
    assert_eq!(found, [("drop-table", 1), ("unparsable", 2), ("drop-table", 1)]);
    assert_eq!(report["summary"]["not_analysed"], 1);
}

#[tokio::test]
async fn places_survive_line_ends_marks_and_wide_characters() {
    for text in ["SELECT 'é😀';\r\n\r\n  DROP TABLE t;\r\n", "\u{feff}SELECT 1;\n\n  DROP TABLE t;"] {
        let program = Program::without_database(&[("1.sql", text)]);
        let finding = json(&program.exits(&["lint", "--format", "json"], &[3]).await)["findings"][0].clone();
        let place = ["line", "column", "end_line", "end_column"].map(|key| finding[key].as_u64().unwrap());
        assert_eq!(place, [3, 14, 3, 15], "{text:?}");
    }
    let program = Program::without_database(&[("1.sql", "/* é😀 */ DROP TABLE t;")]);
    let finding = json(&program.exits(&["lint", "--format", "json"], &[3]).await)["findings"][0].clone();
    assert_eq!(finding["column"], 21);
}

#[tokio::test]
async fn nothing_to_look_at_is_said() {
    let program = Program::without_database(&[("1.sql", ""), ("2.sql", "-- a comment\n")]);
    assert_eq!(program.ok(&["lint"]).await.stdout, "no findings in 2 files (0 statements)\n");
    let program = Program::without_database(&[]);
    let ran = program.exits(&["lint"], &[2]).await;
    assert!(ran.stderr.contains("there are no migrations in `migrations`"), "{}", ran.stderr);
}

#[tokio::test]
async fn standard_input_may_be_anything() {
    let program = project();
    let ran = program
        .reads(b"DROP TABLE t;", &["lint", "-", "--stdin-filename", "a/b.sql", "--format", "json"])
        .await;
    assert_eq!((ran.code, &json(&ran)["findings"][0]["path"]), (3, &"a/b.sql".into()));
    assert_eq!(program.reads(b"", &["lint", "-"]).await.code, 0);
    let ran = program.reads(b"\0\x01", &["lint", "-"]).await;
    assert!(ran.code == 2 && ran.stderr.contains("is a binary file"), "{}", ran.stderr);
    let ran = program.reads(&vec![b' '; 17 * 1024 * 1024], &["lint", "-"]).await;
    assert!(ran.code == 2 && ran.stderr.contains("at most 16"), "{}", ran.stderr);
    let ran = program.exits(&["lint", "-", "-"], &[2]).await;
    assert!(ran.stderr.contains("give `-` once"));
    // closed altogether
    let ran = std::process::Command::new("sh")
        .args(["-c", "exec \"$0\" lint - <&-", env!("CARGO_BIN_EXE_midflight")])
        .current_dir(program.folder())
        .output()
        .unwrap();
    assert!(matches!(ran.status.code(), Some(0 | 2)), "{ran:?}");
    assert!(!String::from_utf8_lossy(&ran.stderr).contains("panicked"), "{ran:?}");
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_error() {
    let many = "DROP TABLE t;\n".repeat(20_000);
    let program = Program::without_database(&[("1.sql", &many)]);
    let mut child = program.command(&["lint"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 5];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((&first, output.status.code(), output.stderr.as_slice()), (b"error", Some(3), &b""[..]));
}

#[tokio::test]
async fn a_report_that_can_not_be_written_is_an_error() {
    let program = project();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let child = program.command(&["lint", "--format", "sarif"]).stdout(full).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("can't be written"), "{output:?}");
}

#[tokio::test]
async fn large_input_is_read_to_its_end() {
    let statements = "DROP TABLE t; ".repeat(5_000);
    let row = format!("INSERT INTO t VALUES {};", vec!["(1, 'é')"; 40_000].join(", "));
    let wrong = "SELEC 1;\n".repeat(2_000);
    let program = Program::without_database(&[("1.sql", &statements), ("2.sql", &row), ("3.sql", &wrong)]);
    let report = json(&program.exits(&["lint", "--format", "json"], &[3]).await);
    assert_eq!(report["summary"]["statements"], 7_001);
    assert_eq!(report["findings"][4_999]["column"], 4_999 * 14 + 12);
    // people get the place of a line that is too long to draw
    let ran = program.exits(&["lint"], &[3]).await;
    assert!(ran.stdout.contains("--> migrations/1.sql:1:69998\n"), "{}", &ran.stdout[..500]);
    assert!(ran.stdout.len() < 6_000_000, "{}", ran.stdout.len());
}

#[tokio::test]
async fn settings_are_read_and_flags_go_first() {
    let program = Program::without_database(&[
        ("1_seed.sql", "DROP TABLE a;"),
        ("2.sql", "CREATE INDEX i ON t (a);"),
        (
            "midflight.yaml",
            "lint:\n  paths: ['migrations/*.sql']\n  exclude: ['*_seed.sql']\n  severity: {index-build-blocks-writes: warning}\n  fail_on: warning\n",
        ),
    ]);
    let report = json(&program.exits(&["lint", "--format", "json"], &[3]).await);
    assert_eq!((&report["summary"]["files"], &report["summary"]["warnings"]), (&1.into(), &1.into()));
    program.ok(&["lint", "--fail-on", "error"]).await;
    program.ok(&["lint", "--disable", "index-build-blocks-writes"]).await;
    program.write(
        "midflight.yaml",
        "lint:\n  severity:\n    index-build-blocks-writes: off\n    drop-table: 'off'\n",
    );
    program.ok(&["lint"]).await;
    program.exits(&["lint", "--enable", "drop-table"], &[3]).await;
}

#[tokio::test]
async fn what_a_team_agreed_on_is_on_once_it_is_written_down() {
    let table = "CREATE TABLE Shops (id bigint PRIMARY KEY, opened timestamp, plan text CONSTRAINT p CHECK (plan > ''));\n";
    let program = Program::without_database(&[
        ("1.sql", table),
        (
            "midflight.yaml",
            "lint:\n  forbidden_types: {timestamp: timestamptz}\n  naming: {table: '[a-z]+s', check: '.+_check'}\n",
        ),
    ]);
    let found = |report: &Value| {
        let findings = report["findings"].as_array().unwrap().iter();
        let told = |key: &'static str| move |finding: &Value| finding[key].as_str().unwrap().to_owned();
        let found = findings.map(|finding| (told("rule")(finding), told("message")(finding)));
        found.filter(|(rule, _)| ["forbidden-type", "naming"].contains(&rule.as_str())).collect::<Vec<_>>()
    };
    let pair = |rule: &str, message: &str| (rule.to_owned(), message.to_owned());
    let report = json(&program.ok(&["lint", "migrations/1.sql", "--format", "json"]).await);
    let expected = [
        pair("naming", "`p` is not how a CHECK is named here"),
        pair("forbidden-type", "`opened` of `shops` is timestamp, which is not to be used here"),
    ];
    let mut got = found(&report);
    got.sort_by(|a, b| b.cmp(a));
    assert_eq!(got, expected);
    let off = ["lint", "migrations/1.sql", "--format", "json", "--disable", "naming,forbidden-type"];
    assert_eq!(found(&json(&program.ok(&off).await)), []);
    program.write("midflight.yaml", "lint:\n  naming: {table: '[A-Z].*'}\n  severity: {naming: error}\n");
    program.exits(&["lint", "migrations/1.sql"], &[3]).await;
}

#[tokio::test]
async fn wrong_settings_are_shown_with_the_right_word() {
    for (yaml, place, message) in [
        ("lint:\n  disabel: [drop-table]\n", "midflight.yaml:2:3", "did you mean `disable`?"),
        ("lint:\n  disable:\n    - drop-tabel\n", "midflight.yaml:3:7", "did you mean `drop-table`?"),
        ("lint:\n  severity:\n    drop-tabel: off\n", "midflight.yaml:3:5", "did you mean `drop-table`?"),
        ("lint:\n  severity: {drop-table: warnin}\n", "midflight.yaml:2:26", "did you mean `warning`?"),
        ("lint:\n  runner: midfligt\n", "midflight.yaml:2:11", "did you mean `midflight`?"),
        ("lint:\n  transaction: fil\n", "midflight.yaml:2:16", "did you mean `file`?"),
        ("lint:\n  exclude: ['a[']\n", "midflight.yaml:2:13", "`a[` is not a pattern"),
        ("lint:\n  fail_on: [error]\n", "midflight.yaml:2:12", "expected"),
        ("lint:\n  naming: {tabel: x}\n", "midflight.yaml:2:12", "did you mean `table`?"),
        ("lint:\n  naming: {table: '[a'}\n", "midflight.yaml:2:19", "`[a` is not a regular expression"),
    ] {
        let program = Program::without_database(&[GOOD, ("midflight.yaml", yaml)]);
        let ran = program.exits(&["lint"], &[2]).await;
        assert!(ran.stderr.contains(place) && ran.stderr.contains(message), "{yaml}\n{}", ran.stderr);
    }
    let yaml = "lint: {enable: [drop-table], disable: [drop-table]}";
    let program = Program::without_database(&[GOOD, ("midflight.yaml", yaml)]);
    let ran = program.exits(&["lint"], &[2]).await;
    assert!(ran.stderr.contains("`drop-table` is in `lint.enable`"), "{}", ran.stderr);
}
