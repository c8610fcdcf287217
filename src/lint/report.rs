//! What a run found, and how much it looked at.

use serde::Serialize;

use super::{FileReport, Finding, Options, Severity, finding, is_on, rules::unparsable};
use crate::migration::source::{Position, Source, Span};
use crate::migration::{Migration, Unread};

/// The findings of a run, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was found and is silenced by a directive.
    pub allowed: Vec<Allowed>,
    /// What nobody could look into.
    pub not_analysed: Vec<NotAnalysed>,
    /// How much was looked at.
    pub summary: Summary,
}

/// A finding that `-- midflight: allow` silences.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// The finding.
    pub finding: Finding,
    /// Why it is accepted.
    pub reason: String,
}

/// A statement that nobody could look into. It is never called clean.
#[derive(Debug, Clone)]
pub struct NotAnalysed {
    /// The migration, by its place in the list that was checked.
    pub file: usize,
    /// The path of its file.
    pub path: String,
    /// Where the statement starts.
    pub start: Position,
    /// One past where it ends.
    pub end: Position,
    /// Why.
    pub reason: String,
}

/// How much was looked at, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files reported on.
    pub files: usize,
    /// Files among them that can't be read at all.
    pub unreadable: usize,
    /// Statements in them.
    pub statements: usize,
    /// Statements that nobody could look into: unreadable ones and `DO` blocks. They are never called clean.
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

impl NotAnalysed {
    pub(super) fn new(file: usize, source: &Source, span: Span, reason: String) -> Self {
        let (start, end) = (source.position(span.start), source.position(span.end.max(span.start)));
        Self { file, path: source.path.clone(), start, end, reason }
    }
}

impl Report {
    /// Whether something is at least as bad as this.
    pub fn reaches(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= severity)
    }

    pub(super) fn add(&mut self, statements: usize, file: FileReport) {
        self.summary.files += 1;
        self.summary.statements += statements;
        self.summary.not_analysed += file.not_analysed.len();
        self.summary.suppressed += file.allowed.len();
        file.findings.iter().for_each(|finding| self.summary.count(finding.severity));
        self.findings.extend(file.findings);
        self.allowed.extend(file.allowed);
        self.not_analysed.extend(file.not_analysed);
    }

    /// Reports a file that can't be read. `migration` stands for it in the list that was checked, at `file`.
    pub fn add_unread(&mut self, file: usize, migration: &Migration, unread: &Unread, options: &Options) {
        self.summary.unreadable += 1;
        if !is_on(&unparsable::RULE, options) {
            return;
        }
        let problem = unparsable::file(unread);
        let finding = finding(&unparsable::RULE, file, migration, options, None, problem);
        self.summary.count(finding.severity);
        let at = self.findings.partition_point(|earlier| earlier.file < file);
        self.findings.insert(at, finding);
    }
}

impl Summary {
    fn count(&mut self, severity: Severity) {
        *match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Advice => &mut self.advice,
        } += 1;
    }
}
