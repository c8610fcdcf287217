//! For GitHub Actions: workflow commands, which the runner turns into annotations of the pull request.

use super::{Input, lock, repository_path, words};
use crate::lint::{Finding, NotAnalysed, Severity};

/// How many annotations of a level GitHub shows for one step of a job; the log has the others.
const SHOWN_PER_LEVEL: usize = 10;

/// One line per finding, then what the log should say in plain words.
pub fn github(input: Input<'_>) -> String {
    let report = input.report;
    let mut text: String = report.findings.iter().map(line).collect();
    text.extend(report.not_analysed.iter().map(not_analysed));
    text.push_str(&words::count(&report.summary));
    text.push('\n');
    let summary = &report.summary;
    if [summary.errors, summary.warnings, summary.advice].iter().any(|n| *n > SHOWN_PER_LEVEL) {
        text.push_str(&format!(
            "GitHub shows {SHOWN_PER_LEVEL} annotations of a level for a step; the others are in this log only\n"
        ));
    }
    text
}

fn line(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let mut message = finding.message.clone();
    if let Some(lock) = lock(finding) {
        message.push_str(&format!("\nIt {lock}."));
    }
    if !finding.help.is_empty() {
        message.push_str(&format!("\nHelp: {}", finding.help));
    }
    let (start, end) = (finding.start, finding.end);
    // GitHub ignores columns when an annotation spans lines, and its last column is inclusive
    let end_column = end.column.saturating_sub(1).max(if start.line == end.line { start.column } else { 1 });
    format!(
        "::{level} file={},line={},col={},endLine={},endColumn={end_column},title={}::{}\n",
        property(repository_path(&finding.path)),
        start.line,
        start.column,
        end.line,
        property(finding.rule.id),
        data(&message)
    )
}

fn not_analysed(statement: &NotAnalysed) -> String {
    let NotAnalysed { path, start, reason, .. } = statement;
    format!("not analysed: {}:{}: {}\n", plain(path), start.line, plain(reason))
}

/// Text outside of commands. It makes no line of its own, and no command of the runner's older form, `##[name]`, which
/// may stand anywhere in a line.
fn plain(text: &str) -> String {
    data(text).replace("##[", "#%23[")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
