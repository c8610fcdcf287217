//! docs/operations: what becomes of each operation, as `plan` says it
//!
//! A page has a schema in `<!-- schema: … -->` and examples: a block of SQL or YAML and, right below, the markers
//! `<!-- plan -->` and `<!-- end -->`. What stands between them is written here, from plans of the examples against
//! that schema.

use std::fmt::Write;
use std::fs;

use midflight::migration::operation::Operation;
use serde_json::Value;

use super::support::database::TestDb;
use super::support::page::root;
use super::support::program::Program;

const START: &str = "<!-- plan -->";
const END: &str = "<!-- end -->";

/// UPDATE_DOCS=1 writes the pages.
#[tokio::test]
async fn operations_are_documented() {
    let version: i32 =
        TestDb::create().await.scalar("SELECT current_setting('server_version_num')::int").await;
    for path in pages() {
        let found = fs::read_to_string(&path).unwrap();
        let wanted = with_plans(&found).await;
        if version >= 180_000 {
            continue; // names NOT NULL constraints, and so renames them; the pages say what 14 to 17 do
        }
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &wanted).unwrap();
        } else {
            assert_eq!(found, wanted, "run UPDATE_DOCS=1 cargo nextest run operations_are_documented");
        }
    }
}

#[test]
fn every_operation_has_a_section() {
    let error = serde_json::from_str::<Operation>(r#"{"?": {}}"#).unwrap_err().to_string();
    let (_, known) = error.split_once("expected one of ").unwrap();
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    assert!(known.len() > 50, "{error}");
    let text: String = pages().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    // a heading of its own, or a row where many are alike
    let told: String =
        text.lines().filter(|line| line.starts_with("## ") || line.starts_with("| `")).collect();
    let missing: Vec<_> = known.iter().filter(|name| !told.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "no section for {missing:?}");
}

fn pages() -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(root().join("docs/operations")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.file_name().is_some_and(|name| name != "README.md")).collect();
    paths.sort();
    assert!(paths.len() > 3);
    paths
}

/// A page with what belongs between its markers.
async fn with_plans(page: &str) -> String {
    let db = TestDb::create().await;
    let (_, schema) = page.split_once("<!-- schema:\n").expect("a page has a schema");
    db.exec(schema.split_once("-->").unwrap().0).await;
    let program = Program::new(&db, &[]);
    let mut parts = page.split(START);
    let mut out = parts.next().unwrap().to_owned();
    for (number, part) in parts.enumerate() {
        let (_, rest) = part.split_once(END).expect("`<!-- plan -->` ends with `<!-- end -->`");
        let (kind, text) = last_block(&out);
        let name = format!("example_{number}.{kind}");
        program.write(&name, text);
        let plan = program.ok(&["plan", &format!("example_{number}"), "--format", "json"]).await.stdout;
        let mut written = String::new();
        if kind == "sql" {
            let yaml = program.ok(&["convert", &format!("migrations/{name}")]).await.stdout;
            write!(written, "\n```yaml\n{}\n```\n", yaml.trim_end()).unwrap();
        }
        let document: Value = serde_json::from_str(&plan).unwrap();
        written.push_str(&table(&document["plans"][0]));
        program.remove(&name);
        write!(out, "{START}\n{written}\n{END}{rest}").unwrap();
    }
    out
}

/// The kind and the text of the block that a page ends with.
fn last_block(page: &str) -> (&str, &str) {
    let (before, _) = page.rsplit_once("\n```").unwrap();
    let (_, block) = before.rsplit_once("\n```").unwrap();
    block.split_once('\n').unwrap()
}

/// The steps of a plan.
fn table(plan: &Value) -> String {
    let mut out = "\n| stage | step | locks | rollback |\n|---|---|---|---|\n".to_owned();
    let rows = plan["backfill"]["rows"].as_array().unwrap();
    for step in plan["expand"].as_array().unwrap() {
        step_row(&mut out, "expand", step);
    }
    for row in rows {
        let columns: Vec<&str> =
            row["columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let (columns, table) = (columns.join(", "), row["table"].as_str().unwrap());
        writeln!(out, "| backfill | fill {columns} of {table}, in batches | the rows of a batch | goes with the column |")
            .unwrap();
    }
    for step in plan["backfill"]["steps"].as_array().unwrap() {
        step_row(&mut out, "backfill", step);
    }
    for step in plan["contract"].as_array().unwrap() {
        step_row(&mut out, "contract", step);
    }
    out
}

fn step_row(out: &mut String, stage: &str, step: &Value) {
    let work = match step["work"].as_str().unwrap() {
        "catalog" => "catalog only",
        "scan" => "while it reads the table",
        "index_build" => "while it builds the index",
        "rows" => "the rows that it writes",
        _ => "not known to midflight",
    };
    let locks = step["locks"].as_array().unwrap().iter().map(|lock| {
        let word = |key: &str| lock[key].as_str().unwrap();
        format!("{} on {}: blocks {}", word("lock"), word("table"), word("blocks"))
    });
    let mut locks: Vec<String> = locks.collect();
    if locks.is_empty() {
        let none = match step["work"].as_str().unwrap() {
            "unknown" => "those of your SQL",
            "rows" => "those of the statement",
            _ => "none on your tables",
        };
        locks.push(none.to_owned());
    }
    let undone = match (step["reversible"].as_bool().unwrap(), step["undo"].as_array().unwrap().is_empty()) {
        (true, false) => "undone",
        (true, true) if step["work"] == "rows" => "stays",
        (true, true) => "nothing to undo",
        (false, _) => "no",
    };
    let summary = step["summary"].as_str().unwrap();
    writeln!(out, "| {stage} | {summary} | {}; {work} | {undone} |", locks.join("; ")).unwrap();
}
