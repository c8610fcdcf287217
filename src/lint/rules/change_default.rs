//! `SET DEFAULT` and `DROP DEFAULT` of a column in use.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "change-default",
    severity: Severity::Advice,
    class: Class::Incompatible,
    on: false,
    summary: "A default changes under the running release",
    explanation: "\
SET DEFAULT and DROP DEFAULT take ACCESS EXCLUSIVE for an instant and touch no row. What they change is what the
running release writes: INSERTs that leave the column out get the new value at once, or NULL. Some frameworks also keep
the default that they read when they started, and write it themselves.

Not reported: columns and tables made earlier in the same file.",
    online: None,
    bad: "ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'basic';",
    good: "ALTER TABLE users ADD COLUMN plan text DEFAULT 'basic';",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, column, change) = match &cx.step.operation {
        Operation::SetDefault(set) => (&set.table, &set.column, "change what they write"),
        Operation::DropDefault(drop) => (&drop.table, &drop.column, "write NULL"),
        _ => return None,
    };
    if cx.column_created_here(table, column) {
        return None;
    }
    let message =
        format!("INSERTs of the running release that leave `{table}.{column}` out {change} from here on");
    let help =
        format!("make sure that the running release writes `{column}` itself, or can live with the change");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
