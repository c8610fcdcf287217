//! `-- midflight: allow` with a rule that doesn't exist.

use crate::lint::{Check, Class, Page, Problem, Rule, Severity, nearest};
use crate::migration::operation::Allow;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-rule-in-allow",
    severity: Severity::Warning,
    class: Class::Coverage,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/unknown-rule-in-allow.md")),
    check: Check::Directives,
};

/// What to say of such a directive.
pub fn problem(allow: &Allow) -> Problem {
    let help = match nearest(&allow.rule) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "`midflight rules` lists the rules".to_owned(),
    };
    Problem::new(allow.rule.span, format!("there is no rule `{}`", allow.rule)).help(help)
}
