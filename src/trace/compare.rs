//! What `lint` said of a statement, against what it did.

use super::snapshot::Kind;
use super::{FileTrace, LockTaken, NotDone, Observed, Outcome, Relation, StatementTrace, TraceReport};
use crate::lint::{Finding, Severity};
use crate::migration::Migration;
use crate::migration::source::Span;
use crate::plan::LockMode;

/// What is to be said of a statement.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The findings about it.
    pub reported: Vec<Reported>,
    /// What it did that no finding tells.
    pub unsaid: Option<Unsaid>,
}

/// A finding, held against what was seen.
#[derive(Debug, Clone, Copy)]
pub struct Reported {
    /// Its rule.
    pub rule: &'static str,
    /// What came of it.
    pub verdict: Verdict,
}

/// Whether a finding is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It happened.
    Confirmed,
    /// It did not happen.
    NotSeen,
    /// A trace can't tell: it is about the application, or the statement did not run.
    Unchecked,
}

/// A lock that stops the application while the server works, of which no finding warns.
#[derive(Debug, Clone)]
pub struct Unsaid {
    /// The lock.
    pub lock: LockTaken,
    /// What the server does under it.
    pub work: Work,
    /// To what.
    pub relations: Vec<Relation>,
}

/// Work that takes the longer the bigger the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Every row or entry is rewritten.
    Rewrites,
    /// An index is built.
    Builds,
    /// Every row is read.
    Scans,
}

impl Work {
    /// As it is said of a statement.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Rewrites => "rewrites",
            Self::Builds => "builds",
            Self::Scans => "scans",
        }
    }
}

/// Rules whose names don't say that what they find is rewritten.
const REWRITING: [&str; 6] = [
    "add-column-auto-increment",
    "add-column-constrained-domain",
    "add-column-stored-generated",
    "add-column-volatile-default",
    "refresh-matview-blocks-reads",
    "rewrite-maintenance",
];
/// Rules that find what PostgreSQL refuses.
const FAILING: [&str; 8] = [
    "add-column-required",
    "concurrent-index-on-partitioned",
    "detach-concurrently-with-default",
    "drop-constraint-owned-index",
    "duplicate-column",
    "enum-value-same-transaction",
    "not-allowed-in-transaction",
    "not-valid-unsupported",
];

/// What a rule's name promises, besides the lock of its finding.
enum Claim {
    Work(Work),
    Failure,
    Nothing,
}

impl Claim {
    fn of(rule: &str) -> Self {
        match rule {
            _ if FAILING.contains(&rule) => Self::Failure,
            _ if REWRITING.contains(&rule) || rule.ends_with("-rewrites") => Self::Work(Work::Rewrites),
            _ if rule.ends_with("-scans") => Self::Work(Work::Scans),
            _ if rule.ends_with("-builds-index") || rule.starts_with("index-build-") => {
                Self::Work(Work::Builds)
            }
            _ => Self::Nothing,
        }
    }
}

/// Judges every statement of a trace, file by file. `migrations` and `findings` may be about more files.
pub fn judge(report: &TraceReport, migrations: &[Migration], findings: &[Finding]) -> Vec<Vec<Judged>> {
    let files = report.files.iter().map(|file| {
        let migration = migrations.iter().find(|migration| migration.source.path == file.path);
        let findings: Vec<&Finding> = findings.iter().filter(|finding| finding.path == file.path).collect();
        let statements = file.statements.iter().enumerate();
        statements.map(|(at, statement)| one(file, at, statement, migration, &findings)).collect()
    });
    files.collect()
}

fn one(
    file: &FileTrace,
    at: usize,
    statement: &StatementTrace,
    migration: Option<&Migration>,
    findings: &[&Finding],
) -> Judged {
    let about = |span: Span| statement.span.range().contains(&span.start);
    let mine: Vec<&&Finding> = findings.iter().filter(|finding| about(finding.span)).collect();
    let reported = mine
        .iter()
        .map(|finding| Reported { rule: finding.rule.id, verdict: verdict(file, at, statement, finding) })
        .collect();
    let excused =
        migration.is_some_and(|it| it.steps.iter().any(|step| about(step.span) && !step.allows.is_empty()));
    let warned = mine.iter().any(|finding| finding.severity.max(finding.rule.severity) >= Severity::Warning);
    let unsaid = if excused || warned { None } else { statement.seen().and_then(blocking_work) };
    Judged { reported, unsaid }
}

fn verdict(file: &FileTrace, at: usize, statement: &StatementTrace, finding: &Finding) -> Verdict {
    let claim = Claim::of(finding.rule.id);
    if let Claim::Failure = claim {
        // rows made it fail, and were taken away
        let met_rows = file.rows.failed().is_some_and(|(failed, _)| failed == at);
        return match statement.outcome {
            Outcome::NotDone(NotDone::NotRun(_)) => Verdict::Unchecked,
            _ if statement.error().is_some() || met_rows => Verdict::Confirmed,
            _ => Verdict::NotSeen,
        };
    }
    let Some(seen) = statement.seen() else { return Verdict::Unchecked };
    let lock = finding.lock.map(|mode| old_locks(seen).any(|taken| taken.mode >= mode));
    let work = match claim {
        Claim::Work(work) => Some(does(seen, work).next().is_some()),
        Claim::Failure | Claim::Nothing => None,
    };
    let has_rows = file.rows.empty().is_empty() && file.rows.failed().is_none_or(|(failed, _)| at < failed);
    match (lock, work) {
        (None, None) => Verdict::Unchecked,
        (Some(false), _) => Verdict::NotSeen,
        (_, Some(false)) if has_rows => Verdict::NotSeen,
        (_, Some(false)) => Verdict::Unchecked, // without rows there is nothing to read
        (Some(true) | None, Some(true) | None) => Verdict::Confirmed,
    }
}

/// Locks on tables and the like that are older than the file.
fn old_locks(seen: &Observed) -> impl Iterator<Item = &LockTaken> {
    seen.all_locks().filter(|lock| lock.relation.existed_before)
}

/// Work on what is older than the file.
fn does(seen: &Observed, work: Work) -> impl Iterator<Item = &Relation> {
    let relations = match work {
        Work::Rewrites => &seen.rewritten,
        Work::Builds => &seen.built,
        Work::Scans => &seen.scanned,
    };
    // an index that is built is new, but its table is not
    relations.iter().filter(move |relation| relation.existed_before || work == Work::Builds)
}

fn blocking_work(seen: &Observed) -> Option<Unsaid> {
    let tables = old_locks(seen).filter(|lock| lock.relation.kind != Kind::Index);
    let lock = tables.filter(|lock| lock.mode >= LockMode::Share).max_by_key(|lock| lock.mode)?;
    [Work::Rewrites, Work::Builds, Work::Scans].into_iter().find_map(|work| {
        let relations: Vec<Relation> = does(seen, work).cloned().collect();
        (!relations.is_empty()).then(|| Unsaid { lock: lock.clone(), work, relations })
    })
}
