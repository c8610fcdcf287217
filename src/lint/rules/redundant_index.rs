//! An index that another one covers.

use crate::lint::schema::Index;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "redundant-index",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/redundant-index.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateIndex(new) = &cx.step.operation else { return None };
    let btree = new.using.as_ref().is_none_or(|method| method.as_str() == "btree");
    if new.unique || new.predicate.is_some() || !new.include.is_empty() || !btree {
        return None;
    }
    let begins_with =
        |index: &Index| index.btree && index.predicate.is_none() && index.columns.starts_with(&new.columns);
    let table = cx.schema.resolve(&new.table);
    let (other, _) = cx.schema.indexes_of(&table).find(|(name, index)| {
        new.name.as_ref().is_none_or(|own| own.value != name.name) && begins_with(index)
    })?;
    let other = &other.name;
    let message =
        format!("`{other}` begins with the same columns of `{}`: this index adds nothing", new.table);
    Some(Problem::new(cx.step.span, message).help("leave it out"))
}
