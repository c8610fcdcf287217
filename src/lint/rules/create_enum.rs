//! `CREATE TYPE … AS ENUM`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "create-enum",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "CREATE TYPE AS ENUM, where a table of values would be easier to change",
    explanation: "\
Values can be added to an enum and renamed, but never removed or put in another order without a new type and a rewrite
of every table that uses it. A table of values with a foreign key, or a text column with a CHECK, changes without
either. For teams that prefer those.",
    online: None,
    bad: "CREATE TYPE order_state AS ENUM ('new', 'sent');",
    good: "\
CREATE TABLE order_states (name text PRIMARY KEY);
INSERT INTO order_states VALUES ('new'), ('sent');",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateType(create) = &cx.step.operation else { return None };
    if !create.definition.as_ref().is_some_and(|definition| mentions(definition, "AS ENUM")) {
        return None;
    }
    let name = &create.name;
    let message = format!("values of `{name}` can be added later, but neither removed nor moved");
    Some(
        Problem::new(cx.at(name.span), message)
            .help("use a table of values with a foreign key, or text with a CHECK"),
    )
}
