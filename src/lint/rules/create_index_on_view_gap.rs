//! `CREATE OR REPLACE VIEW`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "create-index-on-view-gap",
    severity: Severity::Advice,
    class: Class::Locking,
    on: false,
    summary: "CREATE OR REPLACE VIEW makes readers of the view wait",
    explanation: "\
CREATE OR REPLACE VIEW takes ACCESS EXCLUSIVE on the view, not on the tables below it. That takes an instant, but it
waits for every query that uses the view, and everything else that uses the view waits behind it. In a transaction the
lock stays until the end.

Not reported: views made earlier in the same file.",
    online: None,
    bad: "CREATE OR REPLACE VIEW open_orders AS SELECT * FROM orders WHERE done_at IS NULL;",
    good: "CREATE VIEW open_orders AS SELECT * FROM orders WHERE done_at IS NULL;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateView(view) = &cx.step.operation else { return None };
    let name = &view.name;
    if !view.or_replace || cx.object_created_here(ObjectKind::View, name) {
        return None;
    }
    let message = format!("replacing `{name}` waits for its readers, and new readers wait behind it");
    let help = "run it by itself after `SET lock_timeout = '2s'`, and again when the time runs out";
    Some(Problem::new(cx.at(name.span), message).help(help).lock(Lock::AccessExclusive))
}
