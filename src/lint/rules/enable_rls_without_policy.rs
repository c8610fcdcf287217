//! `ENABLE ROW LEVEL SECURITY` before there is a policy.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{Operation, TableProperty};

/// The rule.
pub static RULE: Rule = Rule {
    id: "enable-rls-without-policy",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/enable-rls-without-policy.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::SetRowSecurity(TableProperty { table, to }) = &cx.step.operation else { return None };
    let has_policy = || {
        cx.table(table).is_some_and(|known| !known.policies.is_empty())
            || cx.later_in_transaction().any(|later| makes_policy(cx, later, table))
    };
    if !to.eq_ignore_ascii_case("ENABLE") || cx.created_here(table) || has_policy() {
        return None;
    }
    let message = format!(
        "from here on no role but the owner sees a row of `{table}` or inserts one, until there is a policy"
    );
    let help = format!("`CREATE POLICY … ON {table} …` before it, or in the same transaction");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn makes_policy(
    cx: &Context<'_>,
    operation: &Operation,
    table: &crate::migration::operation::TableRef,
) -> bool {
    let Operation::CreatePolicy(create) = operation else { return false };
    create.table.as_ref().is_some_and(|on| cx.schema.resolve(on) == cx.schema.resolve(table))
}
