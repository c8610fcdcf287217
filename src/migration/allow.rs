//! Findings that a file accepts.

use super::source::Located;

/// The rule that a file allows once the subscribers of a published table have its new columns: linter and planner ask for
/// the same word.
pub const PUBLISHED_COLUMN: &str = "published-column";

/// `-- midflight: allow RULE because REASON`
#[derive(Debug, Clone, PartialEq)]
pub struct Allow {
    /// The rule it silences.
    pub rule: Located<String>,
    /// Why.
    pub reason: String,
    /// Whether it was written for another linter: then nobody is told that it silences nothing.
    pub foreign: bool,
}

impl Allow {
    /// The rule of a comment for another linter that silences every rule.
    pub const EVERY_RULE: &str = "*";

    /// Whether it silences a rule.
    pub fn is_about(&self, rule: &str) -> bool {
        self.rule.value == rule || (self.foreign && self.rule.value == Self::EVERY_RULE)
    }
}
