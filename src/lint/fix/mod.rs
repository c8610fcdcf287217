//! The safe form of what a rule has found, as changes of the file's text. A rule whose safe form ends in the same schema, and
//! can be told from the text, has a line in [`FIXES`].

mod columns;
mod constraints;
mod indexes;
mod repeatable;
mod statement;
mod text;
mod timeouts;
mod types;

use super::schema::Block;
use super::{Context, Rule, Runner};
use crate::migration::source::{Position, Source, Span};

/// What to write in the place of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fix {
    /// The statement, without its semicolon.
    pub statement: Place,
    /// What changes inside of it.
    pub edits: Vec<Edit>,
    /// Statements that go before it.
    pub before: Vec<String>,
    /// Statements that go after it.
    pub after: Vec<String>,
    /// Whether it only works outside of a transaction, each statement for itself.
    pub apart: bool,
    /// Whether that takes several files: the runner puts each in one transaction.
    pub several_files: bool,
}

/// A range of bytes, compared by its numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// A text in the place of some bytes of a file; of none, where it is put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that it replaces.
    pub place: Place,
    /// The new text.
    pub text: String,
}

/// An edit as editors count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Where the replaced text starts.
    pub start: Position,
    /// One past where it ends.
    pub end: Position,
    /// The new text.
    pub text: String,
}

/// How a rule's finding is mended. The place is the finding's.
type Mend = fn(&Statement<'_>, Span) -> Option<Fix>;

use statement::Statement;

/// The rules that have a fix.
const FIXES: &[(&str, Mend)] = &[
    ("add-check-scans", constraints::check),
    ("add-foreign-key-scans", constraints::foreign_key),
    ("add-primary-key-builds-index", constraints::primary_key),
    ("add-unique-builds-index", constraints::unique),
    ("avoid-char", types::text),
    ("index-build-blocks-writes", indexes::build),
    ("index-drop-blocks-access", indexes::drop),
    ("missing-lock-timeout", timeouts::lock),
    ("prefer-bigint-key", types::bigint),
    ("prefer-identity", types::identity),
    ("prefer-jsonb", types::jsonb),
    ("prefer-text", types::text),
    ("prefer-timestamptz", types::timestamptz),
    ("primary-key-index-nullable", constraints::nullable_key),
    ("reindex-blocks-access", indexes::reindex),
    ("require-idempotent", repeatable::clause),
    ("set-not-null-scans", constraints::not_null),
    ("unnamed-constraint", constraints::name),
    ("validate-under-strong-lock", constraints::validate),
];

/// Whether `lint --fix` can mend what the rule finds, at least in some cases.
pub fn has_fix(rule: &str) -> bool {
    FIXES.iter().any(|(id, _)| *id == rule)
}

/// The fix of a finding. `whole` finds the statement's place in the file.
pub(super) fn of(
    cx: &Context<'_>,
    rule: &Rule,
    found: Span,
    whole: impl FnOnce() -> Option<Span>,
) -> Option<Fix> {
    let (_, mend) = FIXES.iter().find(|(id, _)| *id == rule.id)?;
    // midflight does it online, and reads the plain form
    if cx.runner == Runner::Midflight && rule.page.online().is_some() {
        return None;
    }
    let span = if cx.siblings.len() == 1 { cx.step.span } else { whole()? };
    let mut fix = mend(&Statement::new(cx, span)?, found)?;
    fix.several_files = fix.apart && cx.in_transaction();
    // what somebody has put in one transaction belongs together; a runner's transaction ends with the file
    let possible = !fix.apart || matches!(cx.block(), Block::None | Block::Runner | Block::QueryString);
    (possible && !cx.schema.session.in_body).then_some(fix)
}

impl Fix {
    /// The edits of the file, in order.
    pub fn edits(&self, source: &Source) -> Vec<Edit> {
        text::edits(self, &source.text)
    }

    /// The same for editors.
    pub fn shown(&self, source: &Source) -> Vec<Shown> {
        let shown = |edit: Edit| Shown {
            start: source.position(edit.place.start),
            end: source.position(edit.place.end),
            text: edit.text,
        };
        self.edits(source).into_iter().map(shown).collect()
    }

    /// The statements that take the statement's place, each on its own.
    pub fn statements(&self, source: &Source) -> Vec<String> {
        text::statements(self, &source.text)
    }
}

/// The text with the fixes in it, which don't overlap.
pub fn apply(source: &Source, fixes: &[&Fix]) -> String {
    text::apply(&source.text, fixes)
}

impl Place {
    /// Whether the two have bytes, or an end, in common.
    pub const fn touches(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}
