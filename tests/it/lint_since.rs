//! `lint --since`: what a branch changes, in real repositories

use serde_json::Value;

use super::support::program::Program;
use super::support::repository::{commit, git};

/// A project whose `main` has three migrations, with a branch checked out that has changed nothing yet.
fn repository() -> Program {
    let program = Program::without_database(&[
        ("0001_init.sql", "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(20));\n"),
        ("0002_old.sql", "DROP TABLE gone;\n"),
        ("0003_later.sql", "SELECT 1;\nSELECT 2;\nSELECT 3;\nDROP TABLE renamed;\n"),
    ]);
    let folder = program.folder();
    git(folder, &["init", "-q", "-b", "main"]);
    commit(folder);
    git(folder, &["checkout", "-q", "-b", "feature"]);
    program
}

/// The paths of the findings, and how many files were reported on.
async fn findings(program: &Program, arguments: &[&str]) -> (Vec<String>, u64) {
    let arguments = [&["lint", "--format", "json", "--since", "main"], arguments].concat();
    let ran = program.exits(&arguments, &[0, 3]).await;
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let paths = report["findings"].as_array().unwrap().iter();
    let paths = paths.map(|finding| finding["path"].as_str().unwrap().to_owned()).collect();
    (paths, report["summary"]["files"].as_u64().unwrap())
}

#[tokio::test]
async fn changed_files_are_judged_by_the_others() {
    let program = repository();
    assert_eq!(findings(&program, &[]).await, (vec![], 0));
    program.write(
        "0004 été \"x\".sql",
        "ALTER TABLE users ALTER name TYPE varchar(50);\nCREATE INDEX i ON users (name);\n",
    );
    program.write("0005_staged.sql", "DROP TABLE staged;");
    git(program.folder(), &["add", "migrations/0005_staged.sql"]);
    let (paths, files) = findings(&program, &[]).await;
    // the widened column is no finding: the first file says what its type is, and made the table in an earlier step
    assert_eq!(paths, ["migrations/0004 été \"x\".sql", "migrations/0005_staged.sql"]);
    assert_eq!(files, 2);
    commit(program.folder());
    assert_eq!(findings(&program, &[]).await.0, paths);
    // from a folder below, and for files by name
    let named = ["migrations/0001_init.sql", "migrations/0004 été \"x\".sql"];
    assert_eq!(findings(&program, &named).await, (vec![paths[0].clone()], 1));
}

#[tokio::test]
async fn renamed_files_count_and_deleted_ones_do_not() {
    let program = repository();
    git(program.folder(), &["mv", "migrations/0003_later.sql", "migrations/0009_renamed.sql"]);
    git(program.folder(), &["rm", "-q", "migrations/0002_old.sql"]);
    commit(program.folder());
    assert_eq!(findings(&program, &[]).await, (vec!["migrations/0009_renamed.sql".to_owned()], 1));
}

#[tokio::test]
async fn what_main_does_meanwhile_is_not_the_branch() {
    let program = repository();
    let folder = program.folder();
    program.write("0004_mine.sql", "DROP TABLE mine;");
    commit(folder);
    git(folder, &["checkout", "-q", "main"]);
    program.write("0002_old.sql", "DROP TABLE gone_too;\n");
    commit(folder);
    git(folder, &["checkout", "-q", "feature"]);
    assert_eq!(findings(&program, &[]).await, (vec!["migrations/0004_mine.sql".to_owned()], 1));
}

#[tokio::test]
async fn where_git_can_not_tell_the_cure_is_named() {
    let refused = async |program: &Program, reference: &str, message: &str, cure: &str| {
        let since = format!("--since={reference}");
        let ran = program.exits(&["lint", &since], &[2]).await;
        assert!(ran.stderr.contains(message) && ran.stderr.contains(cure), "{}", ran.stderr);
    };
    let outside = Program::without_database(&[("1.sql", "SELECT 1;")]);
    refused(&outside, "main", "`--since` needs a git repository", "without `--since`").await;
    let program = repository();
    refused(&program, "origin/main", "git doesn't know `origin/main`", "fetch-depth: 0").await;
    refused(&program, "--output=x", "`--output=x` is not a git reference", "origin/main").await;
    refused(&program, "", "is not a git reference", "origin/main").await;

    program.write("0004_mine.sql", "DROP TABLE mine;");
    commit(program.folder());
    git(program.folder(), &["checkout", "-q", "main"]);
    commit(program.folder());
    let origin = format!("file://{}", program.folder().display());
    let shallow = Program::without_database(&[]);
    std::fs::remove_dir(shallow.folder().join("migrations")).unwrap();
    git(shallow.folder(), &["clone", "-q", "--depth=1", "--no-single-branch", &origin, "."]);
    git(shallow.folder(), &["checkout", "-q", "feature"]);
    refused(&shallow, "origin/main", "no commit in common", "fetch-depth: 0").await;
    let ran = program.reads(b"SELECT 1;", &["lint", "-", "--since", "main"]).await;
    assert_eq!(ran.code, 2, "{}", ran.stdout);
}
