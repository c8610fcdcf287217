//! A column that can't change because something uses it.

use crate::lint::schema::User;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "column-has-dependents",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/column-has-dependents.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, column, does) = match &cx.step.operation {
        Operation::ChangeType(change) => (&change.table, &change.column, "change its type"),
        Operation::DropColumn(drop) if !drop.cascade => (&drop.table, &drop.column, "be dropped"),
        _ => return None,
    };
    let gone = cx.siblings.iter().filter_map(|step| match &step.operation {
        Operation::DropColumn(drop) => Some(&drop.column.value),
        _ => None,
    });
    let user = cx.schema.user_of(table, column, &gone.collect::<Vec<_>>())?;
    let (what, help) = match user {
        User::Object(kind, name) => (
            format!("{} `{name}` uses it", kind.noun()),
            format!("drop {} `{name}` before, and recreate it after, in one transaction", kind.noun()),
        ),
        User::Generated(name) => (
            format!("the generated column `{name}` is computed from it"),
            format!("drop `{name}` in the same statement, and add it again after"),
        ),
        User::PartitionKey => (
            format!("it is in the key of the partitioned table `{table}`"),
            "make a new table with the key that you need, and move the rows".to_owned(),
        ),
    };
    let message = format!("this fails: `{column}` of `{table}` can't {does} while {what}");
    Some(Problem::new(cx.at(column.span), message).help(help))
}
