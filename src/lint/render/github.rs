//! For GitHub Actions: workflow commands, which the runner turns into annotations of the pull request.

use crate::lint::{Finding, Report, Severity};

/// One line per finding.
pub fn github(report: &Report) -> String {
    report.findings.iter().map(line).collect()
}

fn line(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let mut message = finding.message.clone();
    if let Some(lock) = finding.lock {
        message.push_str(&format!("\nTakes {}, which blocks {}.", lock.name(), lock.blocks().join(" and ")));
    }
    if !finding.help.is_empty() {
        message.push_str(&format!("\nHelp: {}", finding.help));
    }
    let (start, end) = (finding.start, finding.end);
    // GitHub ignores columns when an annotation spans lines, and its last column is inclusive
    let end_column = end.column.saturating_sub(1).max(if start.line == end.line { start.column } else { 1 });
    format!(
        "::{level} file={},line={},col={},endLine={},endColumn={end_column},title={}::{}\n",
        property(&finding.path),
        start.line,
        start.column,
        end.line,
        property(finding.rule.id),
        data(&message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
