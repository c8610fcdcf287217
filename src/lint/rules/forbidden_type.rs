//! A type that the configuration forbids.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity, created};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "forbidden-type",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "A column of a type that the configuration forbids",
    explanation: "\
`lint.forbidden_types` of midflight.yaml names types, and what to use instead:

    lint:
      forbidden_types: {timestamp: timestamptz, varchar: text}

A column that is made with such a type, or gets it, is reported, and so is an array of it. However a type is written,
with a length or without, it is the same one. Set there, the rule is on.

Switched on without that, it reports timetz: the manual advises against it (\"Date/Time Types\"), since without a date
nobody can tell whether summer time holds.",
    online: None,
    bad: "CREATE TABLE shops (id bigint PRIMARY KEY, opens timetz);",
    good: "CREATE TABLE shops (id bigint PRIMARY KEY, opens time);",
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
