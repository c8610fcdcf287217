//! `ALTER TYPE … RENAME VALUE`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-enum-value",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    summary: "RENAME VALUE breaks the running release, which knows the value's old name only",
    explanation: "\
No table is locked and no row is written, but from then on every row that had the old value reads as the new one, which
the running release doesn't know, and every statement that still writes or compares with the old one fails: invalid
input value for enum. The new release failed until then.

Add the new value, deploy a release that reads both and writes the new one, and update the old rows in batches. The old
value stays in the type, where it harms nobody.

Not reported: types made earlier in the same file.",
    online: None,
    bad: "ALTER TYPE order_status RENAME VALUE 'canceled' TO 'cancelled';",
    good: "ALTER TYPE order_status ADD VALUE 'cancelled' AFTER 'canceled';",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::RenameEnumValue(rename) = &cx.step.operation else { return None };
    let (type_, old, new) = (&rename.type_, &rename.value, &rename.to);
    if cx.object_created_here(ObjectKind::Type, type_) {
        return None;
    }
    let message = format!(
        "the running release knows `{old}` of `{type_}` only: its statements with it fail once it is `{new}`, and rows \
         come back with a value that it doesn't know"
    );
    let literal = crate::ident::literal;
    let help = format!(
        "`ALTER TYPE {type_} ADD VALUE {} AFTER {}`, deploy a release that reads both and writes the new one, then \
         update the old rows in batches",
        literal(new),
        literal(old)
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
