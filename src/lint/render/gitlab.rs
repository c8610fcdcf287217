//! For GitLab: a code quality report, which it shows in the merge request.

use serde::Serialize;

use super::{Input, lock, pretty, repository_path};
use crate::lint::Severity;
use crate::lint::fingerprint::{Marked, marked};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// One issue per finding. Accepted findings have no place in the format.
pub fn gitlab(input: Input<'_>) -> String {
    let issues = marked(input.report, input.migrations)
        .into_iter()
        .filter(|marked| marked.allowed.is_none())
        .map(issue);
    pretty(&issues.collect::<Vec<_>>())
}

fn issue(Marked { finding, fingerprint, .. }: Marked<'_>) -> Issue<'_> {
    let lock = lock(finding).map_or_else(String::new, |lock| format!(" ({lock})"));
    Issue {
        description: format!("{}{lock}", finding.message),
        check_name: finding.rule.id,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Advice => "info",
        },
        location: Location {
            path: repository_path(&finding.path),
            lines: Lines { begin: finding.start.line, end: finding.end.line },
        },
    }
}
