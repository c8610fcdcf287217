//! Files of pgroll and reshape: converted, run through every stage, and compared with what those tools say is the end

use std::fs;
use std::path::{Path, PathBuf};

use midflight::compare::{Options, Volatile};

use crate::support::comparison::{Sides, options};
use crate::support::database::TestDb;
use crate::support::oracle_case::{Psql, psql};
use crate::support::program::Program;

fn folder(tool: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/other_tools").join(tool)
}

/// Converts the folder of a tool and carries each file to its end before the next, as that tool does.
async fn ends_alike(tool: &str) {
    let (db, wanted) = (TestDb::create().await, TestDb::create().await);
    let midflight = Program::new(&db, &[]);
    let files = folder(tool).join("files");
    let converted = midflight.ok(&["convert", files.to_str().unwrap(), "--output", "migrations"]).await;
    assert_eq!(converted.stdout.lines().count(), fs::read_dir(files).unwrap().count());
    for path in converted.stdout.lines() {
        let id = Path::new(path).file_stem().unwrap().to_str().unwrap();
        midflight.ok(&["expand", id, "--release", &format!("before {id}")]).await;
        midflight.ok(&["backfill", id]).await;
        midflight.ok(&["contract", id, "--release", &format!("after {id}")]).await;
    }
    assert_eq!(psql(&wanted, &folder(tool).join("end.sql")).await, Psql::Takes);
    // a value that is another one each time
    let code = Volatile { relation: "public.goods".to_owned(), column: Some("code".to_owned()) };
    let options = Options { volatile: vec![code], ..options() };
    Sides::of(&wanted, &db).await.assert_alike(tool, &options).await;
}

#[tokio::test]
async fn a_folder_of_pgrolls_ends_as_its_pages_say() {
    ends_alike("pgroll").await;
}

#[tokio::test]
async fn a_folder_of_reshapes_ends_as_its_pages_say() {
    ends_alike("reshape").await;
}

#[tokio::test]
async fn a_folder_is_converted_whole_or_not_at_all() {
    let midflight = Program::without_database(&[
        ("1_fine.json", r#"{"operations": [{"drop_table": {"name": "t"}}]}"#),
        ("2_not.yaml", "operations:\n- drop_tabel: {name: t}\n"),
        ("3_not.yaml", "operations:\n- sql: {up: SELECT 1, after: SELECT 2}\n"),
    ]);
    let ran = midflight.exits(&["convert", "migrations", "--output", "converted"], &[2]).await;
    for said in [
        "2 operations can't be converted",
        "2_not.yaml:2: pgroll has no operation",
        "3_not.yaml:2: `sql` has an unknown key `after`",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    assert!(!midflight.folder().join("converted").exists());
    midflight.remove("2_not.yaml");
    midflight.remove("3_not.yaml");
    midflight.ok(&["convert", "migrations", "--output", "converted"]).await;
    let again = midflight.exits(&["convert", "migrations", "--output", "converted"], &[2]).await;
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    let printed = midflight.exits(&["convert", "migrations"], &[2]).await;
    assert!(printed.stderr.contains("`--output`"), "{}", printed.stderr);
}
