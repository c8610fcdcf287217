//! Constraints without a name.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unnamed-constraint",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/unnamed-constraint.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, columns, suffix) = match &cx.step.operation {
        Operation::AddCheck(add) if add.name.is_none() => (&add.table, Vec::new(), "check"),
        Operation::AddForeignKey(add) if add.name.is_none() => {
            (&add.table, add.columns.iter().collect(), "fkey")
        }
        Operation::AddUnique(add) if add.name.is_none() && add.using_index.is_none() => {
            (&add.table, add.columns.iter().collect(), "key")
        }
        Operation::AddPrimaryKey(add) if add.name.is_none() && add.using_index.is_none() => {
            (&add.table, Vec::new(), "pkey")
        }
        Operation::AddExclusion(add) if add.name.is_none() => (&add.table, Vec::new(), "excl"),
        _ => return None,
    };
    let columns = columns.iter().map(|column| column.as_str()).collect::<Vec<_>>();
    let name = super::constraint_name(None, table.name.as_str(), &columns, suffix);
    let message = format!("PostgreSQL chooses the name of this constraint of `{table}`");
    Some(Problem::new(cx.step.span, message).help(format!("`ADD CONSTRAINT {name} …`")))
}
