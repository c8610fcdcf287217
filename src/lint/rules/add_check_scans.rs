//! `ADD CHECK` without `NOT VALID`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, constraint_names};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-check-scans",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-check-scans.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, name, condition, span, inline) = match &cx.step.operation {
        Operation::AddCheck(check) if !check.not_valid && !super::not_enforced(check.options.as_ref()) => {
            (&check.table, check.name.as_ref(), &check.check, cx.step.span, false)
        }
        Operation::AddColumn(add) => {
            let condition = add.column.check.as_ref()?;
            (&add.table, add.column.names.check.as_ref(), condition, cx.at(condition.span), true)
        }
        _ => return None,
    };
    if cx.created_here(table) {
        return None;
    }
    let name = constraint_names::check(cx, table, name, condition);
    let message = format!("this check reads all of `{table}` while everything waits");
    let options = match &cx.step.operation {
        Operation::AddCheck(check) => check.options.as_ref().map(|options| format!(" {}", options.value)),
        _ => None,
    };
    let options = options.unwrap_or_default();
    let start = if inline { "add the column without it, then " } else { "" };
    let help = format!(
        "{start}`ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}){options} NOT VALID`, then `ALTER TABLE {table} \
         VALIDATE CONSTRAINT {name}` in a transaction of its own"
    );
    Some(Problem::new(span, message).help(help).lock(Lock::AccessExclusive))
}
