//! For programs: one object, versioned.

use serde::Serialize;

use crate::lint::{Estimate, Finding, Lock, Report, Severity, Summary};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    findings: Vec<Entry<'a>>,
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
            blocks: finding.lock.map_or(&[], Lock::blocks),
            estimate: finding.estimate.as_ref(),
        }
    }
}

/// `{"schema_version": 1, "findings": […], "summary": {…}}`
pub fn json(report: &Report) -> String {
    let findings = report.findings.iter().map(Entry::from).collect();
    let document = Document { schema_version: 1, findings, summary: &report.summary };
    // strings, numbers and lists of them always have a JSON form
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
