//! `DROP VIEW`, `DROP FUNCTION` and their like.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::object::{DropObject, ObjectKind};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-dependent-object",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-dependent-object.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (kind, drop) = cx.step.operation.dropped()?;
    let family = family(kind)?;
    if cx.object_created_here(kind, &drop.name)
        || cx.later_in_transaction().any(|later| is_made_again(cx, later, family, drop))
        || is_trigger_function(cx, family, drop)
    {
        return None;
    }
    let (name, noun) = (&drop.name, kind.noun());
    let again = cx.later_steps().any(|later| is_made_again(cx, later, family, drop));
    let (message, help) = if again {
        (
            format!("until {noun} `{name}` is recreated, every statement that uses it fails"),
            format!("put both statements between BEGIN and COMMIT{}", or_replace(kind)),
        )
    } else {
        (
            format!(
                "every statement of the running release that uses {noun} `{name}` fails once it is dropped"
            ),
            format!("first deploy a release that no longer uses `{name}`, then drop it in a later migration"),
        )
    };
    let problem = Problem::new(cx.step.span, message).help(help);
    Some(if family == Family::Relation { problem.lock(Lock::AccessExclusive) } else { problem })
}

/// Objects that can take each other's place under one name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Relation,
    Type,
    Routine,
    Extension,
}

const fn family(kind: ObjectKind) -> Option<Family> {
    match kind {
        ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Sequence => Some(Family::Relation),
        ObjectKind::Type | ObjectKind::Domain => Some(Family::Type),
        ObjectKind::Function | ObjectKind::Procedure => Some(Family::Routine),
        ObjectKind::Extension => Some(Family::Extension),
        _ => None,
    }
}

fn is_made_again(cx: &Context<'_>, operation: &Operation, of: Family, drop: &DropObject) -> bool {
    let (made, name) = match operation {
        Operation::CreateTable(create) => (Some(Family::Relation), &create.table.value),
        Operation::RenameTable(rename) => {
            return of == Family::Relation && rename.to.value == drop.name.name;
        }
        _ => match operation.created() {
            Some((kind, create)) => (family(kind), &create.name.value),
            None => return false,
        },
    };
    made == Some(of) && cx.schema.resolve(name) == cx.schema.resolve(&drop.name)
}

/// Nobody but triggers calls it, and while one does, it can't be dropped.
fn is_trigger_function(cx: &Context<'_>, family: Family, drop: &DropObject) -> bool {
    let drops_trigger = |operation: &Operation| matches!(operation, Operation::DropTrigger(_));
    family == Family::Routine
        && cx.schema.function(&drop.name.name).map_or_else(
            || cx.earlier_steps().any(drops_trigger) && drop.arguments.as_ref().is_none_or(Vec::is_empty),
            |known| known.for_triggers,
        )
}

const fn or_replace(kind: ObjectKind) -> &'static str {
    if kind.is_replaceable() { ", or CREATE OR REPLACE it" } else { "" }
}
