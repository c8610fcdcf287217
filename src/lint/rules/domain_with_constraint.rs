//! `CREATE DOMAIN` with rules.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "domain-with-constraint",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "A domain with CHECK or NOT NULL can't be changed online later",
    explanation: "\
A constraint of a domain is checked in every table that uses the domain, all at once and under SHARE, so that writes to
all of them wait: even VALIDATE CONSTRAINT after NOT VALID works so. ADD COLUMN with such a domain writes the whole
table again, with a constant default too. The same rule as a CHECK of each table can be added and validated while
reads and writes go on.

Use the plain type, and write the rule as a CHECK of each table.",
    online: None,
    bad: "CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');",
    good: "CREATE DOMAIN email AS text;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateDomain(create) = &cx.step.operation else { return None };
    let mut after = cx.schema.clone();
    after.apply(&cx.step.operation);
    let name = &create.name;
    if !after.has_checks(&Type::parse(&name.name.to_string())) {
        return None;
    }
    let message = format!(
        "the rule of domain `{name}` can't be changed later without stopping writes to every table that uses it"
    );
    let help =
        format!("make `{name}` a domain without it, or use the plain type, and give each table a CHECK");
    Some(Problem::new(cx.step.span, message).help(help))
}
