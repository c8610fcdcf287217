//! What midflight plans passes its own linter: the steps made from each dangerous migration of the corpus trip no error

use std::collections::BTreeSet;

use midflight::db::{Interrupt, Session, snapshot};
use midflight::lint::{Class, Options, Severity, check_against};
use midflight::migration::{self, Migration, source::Source};
use serde_json::Value;
use tokio::task::JoinSet;

use super::support::corpus::{Case, read};
use super::support::database::TestDb;
use super::support::program::Program;

const FILL: &str = include_str!("support/fill.sql");

/// Files at a time.
const PARALLEL: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn plans_made_from_dangerous_migrations_trip_no_error() {
    let mut waiting = read().into_iter().filter(|case| !case.expected.is_empty() && case.version.is_none());
    let (mut running, mut planned, mut wrong) = (JoinSet::new(), BTreeSet::new(), Vec::new());
    loop {
        while running.len() < PARALLEL
            && let Some(case) = waiting.next()
        {
            running.spawn(async move { (errors(&case).await, case) });
        }
        let Some(done) = running.join_next().await else { break };
        let (errors, case) = done.unwrap();
        if let Some(errors) = errors {
            planned.extend(case.expected);
            wrong.extend(errors.into_iter().map(|error| format!("{}: {error}", case.name)));
        }
    }
    assert!(planned.len() > 12, "too few were planned: {planned:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The errors that the linter finds in a file's plan; nothing where midflight refuses to plan it.
async fn errors(case: &Case) -> Option<Vec<String>> {
    let db = TestDb::create().await;
    db.exec(&case.setup).await;
    // on an empty table more is allowed
    db.exec(FILL).await;
    let program = Program::new(&db, &[("1.sql", &case.migration)]);
    let ran = program.exits(&["plan", "--format", "json"], &[0, 2, 21, 22, 23]).await;
    if ran.code != 0 {
        return None;
    }
    let plans: Value = serde_json::from_str(&ran.stdout).unwrap();
    let plan = &plans["plans"][0];
    let steps = [
        ("expand", &plan["expand"]),
        ("backfill", &plan["backfill"]["steps"]),
        ("contract", &plan["contract"]),
    ];
    let files = steps
        .map(|(stage, steps)| migration::parse(Source::new(format!("{stage}.sql"), script(steps))).unwrap());
    let mut session = Session::connect(&db.url(), Interrupt::never()).await.unwrap();
    let snapshot = snapshot::load(&mut session, &words(&files)).await.unwrap();
    let report = check_against(&snapshot, &files, &Options::default());
    // the old release is gone by contract: what would break it is what contract is for
    let counts = |class, path: &str| {
        !(path == "contract.sql" && matches!(class, Class::Incompatible | Class::Destructive))
    };
    // what midflight has made nobody else uses, and rows are changed as the file says: the server has tried that
    let own = |rule: &str, message: &str| {
        message.contains("_midflight_") && ["rename-column", "refresh-matview-blocks-reads"].contains(&rule)
            || rule == "duplicate-column"
            // in contract, where the lock is waited for no longer than `lock.timeout`, and held for an instant
            || rule == "detach-partition-blocks"
    };
    let errors = report.findings.iter().filter(|finding| {
        finding.severity == Severity::Error
            && counts(finding.rule.class, &finding.path)
            && !own(finding.rule.id, &finding.message)
    });
    let show = |path: &str, rule: &str, message: &str| format!("{path}: {rule}: {message}");
    Some(errors.map(|finding| show(&finding.path, finding.rule.id, &finding.message)).collect())
}

/// All that may be a name
fn words(files: &[Migration]) -> BTreeSet<String> {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    let split = |file: &Migration| {
        file.source.text.split(|c| !letter(c)).map(str::to_owned).collect::<BTreeSet<String>>()
    };
    files.iter().flat_map(split).collect()
}

/// Steps as the executor sends them.
fn script(steps: &Value) -> String {
    let mut script = String::new();
    for step in steps.as_array().unwrap() {
        let sql = step["sql"].as_array().unwrap().iter().map(|sql| format!("{};\n", sql.as_str().unwrap()));
        let sql = sql.collect::<String>();
        if step["transactional"].as_bool().unwrap() {
            script.push_str(&format!("BEGIN;\n{sql}COMMIT;\n"));
        } else {
            script.push_str(&sql);
        }
    }
    script
}
