//! For editors: a line for each finding, as compilers write it, which every editor can read.

use super::Input;
use crate::lint::Severity;
use crate::text::visible;

/// `path:line:column: error: message [rule]`
pub fn gcc(input: Input<'_>) -> String {
    let findings = input.report.findings.iter().map(|finding| {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "note",
        };
        let (path, at) = (visible(&finding.path), finding.start);
        let message = visible(&finding.message.replace('\n', " "));
        format!("{path}:{}:{}: {severity}: {message} [{}]\n", at.line, at.column, finding.rule.id)
    });
    findings.collect()
}
