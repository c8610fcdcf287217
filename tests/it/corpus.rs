//! The linter and a server, held against the labels of `tests/corpus`
//!
//! `UPDATE_CORPUS=1` writes what the server showed into the files.

use std::collections::BTreeMap;
use std::time::Duration;

use midflight::lint::{Created, Options, Severity, check, find};
use midflight::migration::source::Source;
use midflight::migration::{self, Migration};
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::time::timeout;

use super::support::corpus::{Case, read};
use super::support::database::TestDb;
use super::support::observer::observe;
use super::support::statements::split;

/// What the linter says of the corpus that is not so: `file: -rule` for a missed one, `+rule` for a false one.
const KNOWN: &[&str] = &[];

/// No file has a reason to take longer.
const LONGEST: Duration = Duration::from_secs(20);

/// Files at a time.
const PARALLEL: usize = 4;

const EMPTY: &str = include_str!("support/empty.sql");
const FILL: &str = include_str!("support/fill.sql");

#[test]
fn the_linter_agrees_with_the_labels() {
    let cases = read();
    let mut wrong = Vec::new();
    let mut pairs = Share::default();
    let mut dangerous = Share::default();
    let mut flagged = Share::default();
    for case in &cases {
        let found = findings(case);
        let named = |rule: &&String| found.contains_key(*rule);
        let missed: Vec<_> =
            case.expected.iter().chain(&case.expected_advice).filter(|rule| !named(rule)).collect();
        let wanted = |rule: &String| case.expected.contains(rule) || case.also.contains(rule);
        let extra: Vec<_> = found
            .iter()
            .filter(|(rule, severity)| **severity > Severity::Advice && !wanted(rule))
            .map(|(rule, _)| rule)
            .collect();
        wrong.extend(missed.iter().map(|rule| format!("{}: -{rule}", case.name)));
        wrong.extend(extra.iter().map(|rule| format!("{}: +{rule}", case.name)));
        if case.is_safe() {
            flagged.count(!extra.is_empty());
        } else if !case.expected.is_empty() {
            dangerous.count(case.expected.iter().any(|rule| named(&rule)));
            case.expected.iter().for_each(|rule| pairs.count(named(&rule)));
        }
    }
    println!("{}", wrong.join("\n"));
    println!("dangerous files with an expected rule named: {dangerous}; rules named in them: {pairs}");
    println!("safe files flagged: {flagged}");
    assert!(dangerous.percent() >= 95.0 && flagged.percent() <= 3.0);
    assert_eq!(wrong, KNOWN, "what the linter gets wrong is not what is known");
}

#[test]
fn labels_name_rules_that_exist() {
    let mut wrong = Vec::new();
    for case in read() {
        for rule in case.expected.iter().chain(&case.expected_advice).chain(&case.also) {
            if find(rule).is_none() {
                wrong.push(format!("{}: {rule}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_that_is_on_has_two_dangerous_files() {
    let mut files: BTreeMap<String, usize> = BTreeMap::new();
    for case in read() {
        for rule in case.expected.iter().chain(&case.expected_advice) {
            *files.entry(rule.clone()).or_default() += 1;
        }
    }
    // Those about directives, and what only a database knows.
    let about_directives = ["unknown-rule-in-allow", "unused-allow", "published-column"];
    let few: Vec<_> = midflight::lint::RULES
        .iter()
        .filter(|rule| {
            rule.on && !about_directives.contains(&rule.id) && files.get(rule.id).copied().unwrap_or(0) < 2
        })
        .map(|rule| rule.id)
        .collect();
    assert!(few.is_empty(), "fewer than two files of the corpus expect {}", few.join(", "));
}

#[test]
fn what_is_called_safe_blocks_nobody_for_long() {
    let long = ["scans ", "rewrites ", "fails ", "leaves "];
    let wrong: Vec<_> = read()
        .into_iter()
        .filter(|case| {
            case.is_safe()
                && case.observed.split("; ").any(|seen| long.iter().any(|word| seen.starts_with(word)))
        })
        .map(|case| format!("{}: {}", case.name, case.observed))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn statements_are_cut_alike_by_other_code() {
    for case in read() {
        let parsed = parsed("2_migration.sql", &case.migration);
        assert_eq!(parsed.statements, split(&case.migration).len(), "{}", case.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_does_what_the_labels_say() {
    let version: i32 =
        TestDb::create().await.scalar("SELECT current_setting('server_version_num')::int / 10000").await;
    let fits = |case: &Case| case.version.is_none_or(|wanted| i64::from(wanted) == i64::from(version));
    let mut lots: Vec<Vec<Case>> = (0..PARALLEL).map(|_| Vec::new()).collect();
    for (at, case) in read().into_iter().filter(fits).enumerate() {
        lots[at % PARALLEL].push(case);
    }
    let running: Vec<_> = lots.into_iter().map(|lot| tokio::spawn(run(lot))).collect();
    let mut wrong = Vec::new();
    for lot in running {
        for (case, seen) in lot.await.unwrap() {
            if seen != case.observed {
                wrong.push(format!(
                    "{}: {}\n  label:  {}\n  server: {seen}",
                    case.name, case.because, case.observed
                ));
                if std::env::var_os("UPDATE_CORPUS").is_some() {
                    case.write_observed(&seen);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} labels are wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Runs migrations one after the other in a database that is emptied in between.
async fn run(cases: Vec<Case>) -> Vec<(Case, String)> {
    let db = TestDb::create().await;
    let mut session = db.connect().await;
    let mut results = Vec::new();
    for case in cases {
        let seen = match set_up(&mut session, &case).await {
            Ok(()) => timeout(LONGEST, observe(&db, &mut session, &case.migration, case.transaction))
                .await
                .unwrap_or_else(|_| "waits for ever".to_owned()),
            Err(error) => format!("the setup fails: {error}"),
        };
        results.push((case, seen));
    }
    results
}

async fn set_up(session: &mut PgConnection, case: &Case) -> sqlx::Result<()> {
    for sql in ["RESET ALL", EMPTY].into_iter().chain(split(&case.setup)).chain([FILL]) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *session).await?;
    }
    Ok(())
}

fn findings(case: &Case) -> BTreeMap<String, Severity> {
    let mut migrations = Vec::new();
    if case.setup_is_known {
        migrations.push(parsed("1_setup.sql", &case.setup));
    }
    let file = migrations.len();
    migrations.push(parsed("2_migration.sql", &case.migration));
    let options = Options {
        pg_version: case.lint_version(),
        transaction: case.transaction,
        created: Created::InFile,
        ..Options::default()
    };
    let mut found = BTreeMap::new();
    for finding in check(&migrations, &options).findings.iter().filter(|finding| finding.file == file) {
        let worst = found.entry(finding.rule.id.to_owned()).or_insert(finding.severity);
        *worst = finding.severity.max(*worst);
    }
    found
}

fn parsed(path: &str, text: &str) -> Migration {
    migration::parse(Source::new(path, text)).unwrap()
}

/// How many of how many.
#[derive(Default)]
struct Share {
    hits: u32,
    all: u32,
}

impl Share {
    fn count(&mut self, hit: bool) {
        self.all += 1;
        self.hits += u32::from(hit);
    }

    fn percent(&self) -> f64 {
        100.0 * f64::from(self.hits) / f64::from(self.all.max(1))
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} ({:.1} %)", self.hits, self.all, self.percent())
    }
}
