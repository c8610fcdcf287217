//! An index that goes before its successor is there.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::{CreateIndex, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "index-replaced-drop-first",
    severity: Severity::Advice,
    class: Class::Performance,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/index-replaced-drop-first.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropIndex(drop) = &cx.step.operation else { return None };
    let old = cx.schema.index(&drop.index)?;
    if cx.is_new(old.created_in) || cx.schema.table_is_new(&old.table) || old.constraint.is_some() {
        return None;
    }
    let follows = |new: &&CreateIndex| {
        cx.schema.resolve(&new.table) == old.table && new.columns.first() == old.columns.first()
    };
    let again = |new: &CreateIndex| {
        new.name.as_ref().is_some_and(|name| name.value == drop.index.name) && new.columns == old.columns
    };
    let created = cx.later_steps().filter_map(|step| match step {
        Operation::CreateIndex(new) => Some(new),
        _ => None,
    });
    let new = created.filter(follows).find(|new| !again(new))?;
    let name = &drop.index;
    let successor = new.name.as_ref().map_or_else(|| "the new index".to_owned(), |name| format!("`{name}`"));
    let message = format!(
        "between this and the end of the build of {successor}, queries on `{}` have neither index",
        cx.schema.written(&old.table)
    );
    let help = format!("build the new index first, and drop `{name}` when it is there");
    Some(Problem::new(cx.at(name.span), message).help(help))
}
