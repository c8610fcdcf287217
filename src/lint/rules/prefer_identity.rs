//! `serial`.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-identity",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "serial makes a sequence with privileges of its own; an identity column is one thing",
    explanation: "\
serial is a column, a sequence and a default. The sequence needs GRANT of its own, the default can be changed by
accident, and an INSERT may set any value. GENERATED … AS IDENTITY is the SQL standard's way of the same: no privileges
on a sequence, and ALWAYS refuses values that nobody meant to set.",
    online: None,
    bad: "CREATE TABLE orders (id bigserial PRIMARY KEY);",
    good: "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        Type::is_serial,
        "serial is a sequence with privileges and a default of its own",
    )?;
    Some(problem.help("write `bigint GENERATED ALWAYS AS IDENTITY`"))
}
