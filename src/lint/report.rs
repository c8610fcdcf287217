//! What a run found, and how much it looked at.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Estimate, Fix, Lock, Rule, Severity};
use crate::migration::source::{Position, Source, Span};

/// The findings of a run, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was found and is silenced by a directive.
    pub allowed: Vec<Allowed>,
    /// What nobody could look into.
    pub not_analysed: Vec<NotAnalysed>,
    /// What `--fix` has mended: the findings that were there.
    pub fixed: Vec<Finding>,
    /// What `--fix` could have written, and why it didn't.
    pub refused: Vec<Refused>,
    /// How much was looked at.
    pub summary: Summary,
}

/// What a rule found, where. Rendering is in [`super::render`].
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
    /// What `--fix` would write, where it can.
    pub fix: Option<Fix>,
}

/// What came of one file.
#[derive(Debug, Default)]
pub(super) struct FileReport {
    pub findings: Vec<Finding>,
    pub allowed: Vec<Allowed>,
    pub not_analysed: Vec<NotAnalysed>,
}

/// A finding that `-- midflight: allow` silences.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// The finding.
    pub finding: Finding,
    /// Why it is accepted.
    pub reason: String,
}

/// A fix that was not written.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Its finding.
    pub finding: Finding,
    /// What it would have brought.
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
    /// Findings that the baseline knows.
    pub known: usize,
    /// Findings of the baseline that are there no more.
    pub gone: usize,
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

    /// Takes findings away that are known, by their places.
    pub(super) fn leave_out_known(&mut self, places: &BTreeSet<usize>, gone: usize) {
        let mut place = 0..;
        self.findings.retain(|_| !place.next().is_some_and(|place| places.contains(&place)));
        (self.summary.known, self.summary.gone) = (places.len(), gone);
        (self.summary.errors, self.summary.warnings, self.summary.advice) = (0, 0, 0);
        self.findings.iter().for_each(|finding| self.summary.count(finding.severity));
    }

    /// Reports a file that can't be read.
    pub(super) fn add_unreadable(&mut self, finding: Option<Finding>) {
        self.summary.unreadable += 1;
        finding.into_iter().for_each(|finding| self.add_finding(finding));
    }

    /// Reports a finding that no rule made.
    pub(super) fn add_finding(&mut self, finding: Finding) {
        self.summary.count(finding.severity);
        let at = self.findings.partition_point(|earlier| earlier.file < finding.file);
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
