//! What the formats for people say alike.

use crate::lint::{Severity, Summary};

/// `2 errors, 1 advice`, or `no findings`
pub fn found(summary: &Summary) -> String {
    let counts = [
        (summary.errors, Severity::Error),
        (summary.warnings, Severity::Warning),
        (summary.advice, Severity::Advice),
    ];
    let counts = counts.iter().filter(|(n, _)| *n > 0);
    let words = counts.map(|(n, severity)| match severity {
        Severity::Advice => format!("{n} advice"),
        severity => counted(*n, &severity.to_string()),
    });
    let words = words.collect::<Vec<_>>().join(", ");
    if words.is_empty() { "no findings".to_owned() } else { words }
}

/// `2 errors, 1 advice in 3 files (12 statements, 1 not analysed, 2 silenced)`
pub fn count(summary: &Summary) -> String {
    let mut aside = vec![counted(summary.statements, "statement")];
    if summary.not_analysed > 0 {
        aside.push(format!("{} not analysed", summary.not_analysed));
    }
    if summary.unreadable > 0 {
        aside.push(format!("{} not readable", counted(summary.unreadable, "file")));
    }
    if summary.suppressed > 0 {
        aside.push(format!("{} silenced", summary.suppressed));
    }
    if summary.known > 0 {
        aside.push(format!("{} known", summary.known));
    }
    if summary.gone > 0 {
        aside.push(format!("{} of the baseline gone", summary.gone));
    }
    format!("{} in {} ({})", found(summary), counted(summary.files, "file"), aside.join(", "))
}

/// `1 file`, `2 files`
pub fn counted(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}
