//! `CHECK` with an answer that changes.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity, created, expression};
use crate::migration::operation::{ColumnDef, CreateTable, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "volatile-check",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/volatile-check.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, call) = match &cx.step.operation {
        Operation::AddCheck(add) => (&add.table, expression::changing(&add.check)),
        Operation::AddColumn(add) => (&add.table, of_column(&add.column)),
        Operation::CreateTable(create) => {
            let inline = create.columns.iter().find_map(of_column);
            (&create.table, inline.or_else(|| of_constraints(create)))
        }
        _ => return None,
    };
    let call = call?;
    let message = format!(
        "this check of `{table}` depends on `{call}`, not on the row alone: rows that pass it now break it later, and \
         updating them or restoring a dump fails"
    );
    let help = "compare with a column that keeps the value of the moment, or check it in a BEFORE INSERT OR UPDATE trigger";
    Some(Problem::new(cx.step.span, message).help(help))
}

fn of_column(column: &ColumnDef) -> Option<String> {
    expression::changing(column.check.as_ref()?)
}

fn of_constraints(create: &CreateTable) -> Option<String> {
    // most constraints are keys, and reading one takes longer than this
    if !create.constraints.iter().any(|text| text.to_ascii_lowercase().contains("check")) {
        return None;
    }
    created::constraints(create).into_iter().find_map(|operation| match operation {
        Operation::AddCheck(add) => expression::changing(&add.check),
        _ => None,
    })
}
