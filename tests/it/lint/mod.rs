//! What the linter says of SQL, rule by rule. Needs no server.

mod columns;
mod constraints;
mod formats;
mod indexes;
mod maintenance;
mod removals;
mod report;
mod rules;
mod statements;
mod style;
mod transactions;

use std::collections::BTreeSet;

use midflight::lint::{Options, Report, Severity, check};
use midflight::migration::source::Source;
use midflight::migration::{self, Migration};

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
