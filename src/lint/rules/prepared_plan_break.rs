//! Changes that prepared statements don't survive.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "prepared-plan-break",
    severity: Severity::Advice,
    class: Class::Incompatible,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/prepared-plan-break.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, which) = match &cx.step.operation {
        Operation::AddColumn(_) => {
            (&super::added_column(cx)?.table, "`SELECT *` and `RETURNING *`".to_owned())
        }
        Operation::DropColumn(drop) => (&drop.table, "`SELECT *` and `RETURNING *`".to_owned()),
        Operation::RenameColumn(rename) => (&rename.table, "`SELECT *` and `RETURNING *`".to_owned()),
        Operation::ChangeType(change) => (&change.table, format!("`{}`", change.column)),
        _ => return None,
    };
    if cx.created_here(table) {
        return None;
    }
    let message = format!(
        "prepared statements that return {which} of `{table}` fail with `cached plan must not change result type`"
    );
    let help = "name the columns that are read, and let pooled connections reconnect";
    Some(Problem::new(cx.step.span, message).help(help))
}
