use super::*;
use clap::{Args, FromArgMatches};

fn args(words: &[&str]) -> LintArgs {
    let command = LintArgs::augment_args(clap::Command::new("lint").no_binary_name(true));
    LintArgs::from_arg_matches(&command.get_matches_from(words)).unwrap()
}

fn lint(words: &[&str]) -> Result<LintOutcome> {
    let defaults = LintDefaults { format: Format::Json, ..LintDefaults::new("absent", Ident::new("public")) };
    run(&args(words), &defaults, &Database::default())
}

#[test]
fn folders_are_history_and_files_are_one_deployment() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, sql: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, sql).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let one = write("1.sql", "CREATE TABLE t (a varchar(20));");
    let two = write("2.sql", "ALTER TABLE t ALTER a TYPE varchar(50);\nCREATE INDEX i ON t (a);");
    let whole = lint(&[dir.path().to_str().unwrap()]).unwrap();
    assert!(whole.failed && whole.text.contains("index-build-blocks-writes"));
    assert!(!whole.text.contains("change-type-rewrites"));
    let glob = lint(&[dir.path().join("*.sql").to_str().unwrap()]).unwrap();
    assert_eq!(glob.text, whole.text);
    let together = lint(&[&one, &two]).unwrap();
    assert!(!together.failed, "{}", together.text);
    let alone = lint(&[&two]).unwrap();
    assert!(alone.failed && alone.text.contains("change-type-rewrites"));
    assert!(!lint(&[&two, "--runner", "midflight"]).unwrap().failed);
    assert!(!lint(&[&two, "--disable", "index-build-blocks-writes"]).unwrap().failed);
    assert!(lint(&[&two, "--disable", "index-build-blocks-writes", "--fail-on", "warning"]).unwrap().failed);
}

#[test]
fn mistakes_are_usage_errors_with_a_hint() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().to_str().unwrap();
    for words in [&["absent.sql"][..], &[], &[empty], &["x.sql", "--disable", "drop-colum"], &["-", "-"]] {
        let error = lint(words).unwrap_err();
        assert_eq!(error.kind.exit_code(), 2, "{words:?}");
        assert!(error.hint.is_some() || words.len() == 2, "{words:?}: {error}");
    }
    let error = lint(&["x.sql", "--disable", "drop-table,drop-colum"]).unwrap_err();
    assert!(error.hint.unwrap().contains("`drop-column`"));
}
