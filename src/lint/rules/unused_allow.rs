//! `-- midflight: allow` that silences nothing.

use crate::lint::{Check, Class, Problem, Rule, Severity};
use crate::migration::operation::Allow;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unused-allow",
    severity: Severity::Advice,
    class: Class::Coverage,
    on: true,
    summary: "An allow directive silences nothing",
    explanation: "\
The statement below the directive doesn't break the rule, or no longer does. A directive that stays may silence
something else some day, so remove it.",
    online: None,
    bad: "-- midflight: allow drop-table because nobody uses it\nALTER TABLE users ADD COLUMN plan text;",
    good: "ALTER TABLE users ADD COLUMN plan text;",
    check: Check::Directives,
};

/// What to say of such a directive.
pub fn problem(allow: &Allow) -> Problem {
    Problem::new(allow.rule.span, format!("the statement below doesn't break `{}`", allow.rule))
        .help("remove the directive")
}
