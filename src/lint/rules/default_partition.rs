//! A default partition.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "default-partition",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/default-partition.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let parent = parent_of_default(cx).filter(|parent| !cx.created_here(parent))?;
    let message = format!(
        "with this default partition, adding a partition to `{parent}` reads all of it, and detaching one blocks"
    );
    let help = format!("make the partitions of `{parent}` ahead of time instead");
    Some(Problem::new(cx.step.span, message).help(help))
}

fn parent_of_default<'a>(cx: &Context<'a>) -> Option<&'a TableRef> {
    match &cx.step.operation {
        Operation::CreateTable(create) => {
            let parent = create.partition_of.as_ref()?;
            let options = create.options.as_ref()?;
            (mentions(options, "DEFAULT") && !mentions(options, "FOR VALUES")).then_some(parent)
        }
        Operation::Unplaced(_) => match cx.statement()? {
            Statement::AlterTable(parent, TableAction::Attach { bound: Some(bound), .. }) => {
                bound.eq_ignore_ascii_case("default").then_some(parent)
            }
            _ => None,
        },
        _ => None,
    }
}
