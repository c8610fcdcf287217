//! `-- midflight: allow` with a rule that doesn't exist.

use crate::lint::{Check, Class, Problem, Rule, Severity, nearest};
use crate::migration::operation::Allow;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-rule-in-allow",
    severity: Severity::Warning,
    class: Class::Coverage,
    on: true,
    summary: "An allow directive names a rule that doesn't exist",
    explanation: "\
The directive silences nothing. Most likely the rule's name is misspelt; `midflight rules` lists them all.",
    online: None,
    bad: "-- midflight: allow drop-colum because no release reads it\nALTER TABLE users ADD COLUMN plan text;",
    good: "-- midflight: allow drop-column because no release reads it\nALTER TABLE users DROP COLUMN plan;",
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
