//! A type that the configuration forbids.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity, created};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "forbidden-type",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/forbidden-type.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let instead_of = |type_: &str| cx.options.policy.instead_of(type_);
    let (table, column, type_, instead) = match &cx.step.operation {
        Operation::ChangeType(op) => (&op.table, &op.column, &op.type_, instead_of(&op.type_)?),
        operation => {
            let (table, columns) = created::columns(operation)?;
            let forbidden = columns.iter().find_map(|column| Some((column, instead_of(&column.type_)?)));
            let (column, instead) = forbidden?;
            (table, &column.name, &column.type_, instead)
        }
    };
    let message = format!("`{column}` of `{table}` is {type_}, which is not to be used here");
    Some(Problem::new(cx.at(type_.span), message).help(format!("instead: {instead}")))
}
