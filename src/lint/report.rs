//! What a run found.

use serde::Serialize;

use super::{Estimate, Lock, Rule, Severity};
use crate::migration::source::{Position, Span};

/// What a rule found, where. Rendering is in [`render`].
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// The migration, by its place in the list that was checked.
    pub file: usize,
    /// The path of its file.
    pub path: String,
    /// The bytes it is about.
    pub span: Span,
    /// Where they start.
    pub start: Position,
    /// One past where they end.
    pub end: Position,
    /// What goes wrong.
    pub message: String,
    /// The safe way; empty where there is none to give.
    pub help: String,
    /// The strongest lock on the table.
    pub lock: Option<Lock>,
    /// How long that lock is held, where a database told how large the table is.
    pub estimate: Option<Estimate>,
}

/// How much was looked at, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Statements in them.
    pub statements: usize,
    /// Statements that nobody could look into, or not into all of: unreadable ones, and `DO` blocks that put their
    /// statements together when they run. They are never called clean.
    pub not_analysed: usize,
    /// Findings by severity.
    pub errors: usize,
    /// Findings by severity.
    pub warnings: usize,
    /// Findings by severity.
    pub advice: usize,
    /// Findings that directives silence.
    pub suppressed: usize,
}

/// The findings of a run, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found.
    pub findings: Vec<Finding>,
    /// How much was looked at.
    pub summary: Summary,
}

impl Report {
    /// Whether something is at least as bad as this.
    pub fn reaches(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= severity)
    }
}
