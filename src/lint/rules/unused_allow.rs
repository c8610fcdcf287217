//! `-- midflight: allow` that silences nothing.

use crate::lint::{Check, Class, Page, Problem, Rule, Severity};
use crate::migration::operation::Allow;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unused-allow",
    severity: Severity::Advice,
    class: Class::Coverage,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/unused-allow.md")),
    check: Check::Directives,
};

/// What to say of such a directive.
pub fn problem(allow: &Allow) -> Problem {
    Problem::new(allow.rule.span, format!("the statement below doesn't break `{}`", allow.rule))
        .help("remove the directive")
}
