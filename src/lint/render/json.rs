//! For programs: one object, versioned. docs/schemas/lint.schema.json describes it.

use serde::Serialize;

use super::{Input, pretty};
use crate::lint::{Allowed, Estimate, Finding, Lock, NotAnalysed, Severity, Summary};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    findings: Vec<Entry<'a>>,
    allowed: Vec<AllowedEntry<'a>>,
    not_analysed: Vec<Statement<'a>>,
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
        }
    }
}

impl<'a> From<&'a Allowed> for AllowedEntry<'a> {
    fn from(allowed: &'a Allowed) -> Self {
        Self { finding: Entry::from(&allowed.finding), reason: &allowed.reason }
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

/// `{"schema_version": 1, "findings": […], "allowed": […], "not_analysed": […], "summary": {…}}`
pub fn json(input: Input<'_>) -> String {
    let report = input.report;
    pretty(&Document {
        schema_version: 1,
        findings: report.findings.iter().map(Entry::from).collect(),
        allowed: report.allowed.iter().map(AllowedEntry::from).collect(),
        not_analysed: report.not_analysed.iter().map(Statement::from).collect(),
        summary: &report.summary,
    })
}
