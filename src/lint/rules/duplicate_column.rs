//! One column, twice in a list.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::{Name, Operation};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-column",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/duplicate-column.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, twice) = match &cx.step.operation {
        Operation::CreateTable(create) => {
            (&create.table, repeated(create.columns.iter().map(|column| &column.name))?)
        }
        Operation::AddColumn(add) if !add.if_not_exists => {
            let before = cx.siblings.iter().take_while(|step| !std::ptr::eq(*step, cx.step));
            let added = before.filter_map(|step| match &step.operation {
                Operation::AddColumn(other) => Some(&other.column.name),
                _ => None,
            });
            let name = &add.column.name;
            (&add.table, added.into_iter().find(|other| other.value == name.value).map(|_| name)?)
        }
        _ => {
            let Statement::Write(writes) = cx.statement()? else { return None };
            writes.iter().find_map(|write| Some((&write.table, repeated(write.columns.iter())?)))?
        }
    };
    let message = format!("this fails: column `{twice}` of `{table}` is named twice");
    Some(
        Problem::new(cx.at(twice.span), message)
            .help(format!("take one `{twice}` out, or give it another name")),
    )
}

fn repeated<'a>(names: impl Iterator<Item = &'a Name>) -> Option<&'a Name> {
    let mut seen = std::collections::BTreeSet::new();
    let mut names = names;
    names.find(|name| !seen.insert(&name.value))
}
