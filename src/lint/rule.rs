//! What a rule is.

use std::fmt;

use serde::Serialize;

use super::{Context, Lock, Page, Severity};
use crate::migration::source::Span;

/// One thing to look for. Its words stand in its page.
pub struct Rule {
    /// Its name everywhere: file, docs page, directive, output.
    pub id: &'static str,
    /// How bad it is where nothing says otherwise.
    pub severity: Severity,
    /// What kind of harm it is about.
    pub class: Class,
    /// Whether it runs without being asked for.
    pub on: bool,
    /// Its documentation, docs/rules/ID.md, with the examples that tests run.
    pub page: Page,
    /// How it looks.
    pub check: Check,
}

/// The harm that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The application waits.
    Locking,
    /// A table is rewritten, or an index rebuilt.
    Rewriting,
    /// Data is lost.
    Destructive,
    /// The running release fails.
    Incompatible,
    /// The statement fails, or does something else than it says.
    Correctness,
    /// The statement and its transaction don't go together.
    Transaction,
    /// It works, slowly.
    Performance,
    /// Good habits.
    Hygiene,
    /// A matter of taste, or of the team's rules.
    Style,
    /// Somebody may do or see too much.
    Security,
    /// What the linter could not see.
    Coverage,
}

/// How a rule looks at files.
#[derive(Clone, Copy)]
pub enum Check {
    /// At each step.
    Step(fn(&Context<'_>) -> Option<Problem>),
    /// At the directives; [`suppress`] does it once every step has been looked at.
    Directives,
}

/// What a rule's check has to say. [`check`] makes a [`Finding`] of it.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: String,
    pub(super) lock: Option<Lock>,
    pub(super) severity: Option<Severity>,
}

impl Problem {
    /// A problem at a place. The message names the table and what goes wrong.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: String::new(), lock: None, severity: None }
    }

    /// The safe way, with the user's own names.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The strongest lock on the table.
    #[must_use]
    pub fn lock(mut self, lock: Lock) -> Self {
        self.lock = Some(lock);
        self
    }

    /// Another severity than the rule's.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
