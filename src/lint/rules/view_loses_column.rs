//! A view that is dropped and created again without one of its columns.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration;
use crate::migration::object::ObjectKind;

/// The rule.
pub static RULE: Rule = Rule {
    id: "view-loses-column",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/view-loses-column.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (kind, create) = cx.step.operation.created()?;
    if !matches!(kind, ObjectKind::View | ObjectKind::MaterializedView) {
        return None;
    }
    let old = cx.schema.dropped_view(&create.name)?;
    let new = migration::view_columns(create.definition.as_ref()?)?;
    let lost = old.iter().find(|column| !new.contains(column))?;
    let view = &create.name;
    let message = format!(
        "`{view}` is there again without `{lost}`: every query of the running release that names it fails"
    );
    let help = format!(
        "first deploy a release that no longer reads `{lost}` from `{view}`, then leave it out in a later migration"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
