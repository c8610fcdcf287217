//! For programs: one object, versioned. docs/schemas/lint.schema.json describes it.

use serde::Serialize;

use super::{Input, pretty};
use crate::lint::fix::Shown;
use crate::lint::{Allowed, Estimate, Finding, Lock, NotAnalysed, Refused, Severity, Summary};
use crate::migration::source::Source;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    findings: Vec<Entry<'a>>,
    allowed: Vec<AllowedEntry<'a>>,
    not_analysed: Vec<Statement<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixed: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_fixed: Vec<AllowedEntry<'a>>,
    summary: &'a Summary,
}

/// Positions count from 1; the end is one past the last character.
#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: Severity,
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: &'a str,
    help: &'a str,
    lock: Option<Lock>,
    blocks: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    estimate: Option<&'a Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixEntry>,
}

/// What `--fix` would write.
#[derive(Serialize)]
struct FixEntry {
    edits: Vec<EditEntry>,
    /// Whether its statements have to be committed one by one.
    apart: bool,
}

#[derive(Serialize)]
struct EditEntry {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: String,
}

#[derive(Serialize)]
struct AllowedEntry<'a> {
    #[serde(flatten)]
    finding: Entry<'a>,
    reason: &'a str,
}

#[derive(Serialize)]
struct Statement<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    reason: &'a str,
}

impl<'a> From<&'a Finding> for Entry<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule.id,
            severity: finding.severity,
            path: &finding.path,
            line: finding.start.line,
            column: finding.start.column,
            end_line: finding.end.line,
            end_column: finding.end.column,
            message: &finding.message,
            help: &finding.help,
            lock: finding.lock,
            blocks: finding.lock.map_or(&[], Lock::stops),
            estimate: finding.estimate.as_ref(),
            fix: None,
        }
    }
}

impl<'a> From<&'a Allowed> for AllowedEntry<'a> {
    fn from(allowed: &'a Allowed) -> Self {
        Self { finding: Entry::from(&allowed.finding), reason: &allowed.reason }
    }
}

impl<'a> From<&'a Refused> for AllowedEntry<'a> {
    fn from(refused: &'a Refused) -> Self {
        Self { finding: Entry::from(&refused.finding), reason: &refused.reason }
    }
}

impl<'a> From<&'a NotAnalysed> for Statement<'a> {
    fn from(statement: &'a NotAnalysed) -> Self {
        Self {
            path: &statement.path,
            line: statement.start.line,
            column: statement.start.column,
            end_line: statement.end.line,
            end_column: statement.end.column,
            reason: &statement.reason,
        }
    }
}

impl<'a> Entry<'a> {
    /// With the fix: its places are those of the file as it was checked.
    fn with_fix(finding: &'a Finding, source: Option<&Source>) -> Self {
        let fix = finding.fix.as_ref().zip(source).map(|(fix, source)| FixEntry {
            edits: fix.shown(source).into_iter().map(EditEntry::from).collect(),
            apart: fix.apart,
        });
        Self { fix, ..Self::from(finding) }
    }
}

impl From<Shown> for EditEntry {
    fn from(edit: Shown) -> Self {
        Self {
            line: edit.start.line,
            column: edit.start.column,
            end_line: edit.end.line,
            end_column: edit.end.column,
            text: edit.text,
        }
    }
}

/// `{"schema_version": 1, "findings": […], "allowed": […], "not_analysed": […], "summary": {…}}`
pub fn json(input: Input<'_>) -> String {
    let report = input.report;
    let source = |finding: &Finding| input.migrations.get(finding.file).map(|migration| &migration.source);
    pretty(&Document {
        schema_version: 1,
        findings: report.findings.iter().map(|finding| Entry::with_fix(finding, source(finding))).collect(),
        allowed: report.allowed.iter().map(AllowedEntry::from).collect(),
        not_analysed: report.not_analysed.iter().map(Statement::from).collect(),
        fixed: report.fixed.iter().map(Entry::from).collect(),
        not_fixed: report.refused.iter().map(AllowedEntry::from).collect(),
        summary: &report.summary,
    })
}
