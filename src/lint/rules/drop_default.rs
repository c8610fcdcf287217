//! `DROP DEFAULT` of a required column.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{ColumnTarget, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-default",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-default.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropDefault(drop) = &cx.step.operation else { return None };
    let known = cx.column(&drop.table, &drop.column)?;
    if cx.created_here(&drop.table) || !known.not_null || goes_on(cx, drop) {
        return None;
    }
    let (table, column) = (&drop.table, &drop.column);
    let (message, until) = if cx.is_new(known.created_in) {
        (
            format!(
                "the running release doesn't write the new `{column}`: without its default every INSERT into `{table}` fails"
            ),
            "writes the column",
        )
    } else if known.default {
        (
            format!("INSERTs into `{table}` that leave `{column}` out fail from here on: it is NOT NULL"),
            "writes the column itself",
        )
    } else {
        return None;
    };
    let help = format!("drop the default of `{column}` in a later migration, when every release {until}");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

/// Whether the column has a default again, or is gone, further down: around a type change PostgreSQL asks for this order.
fn goes_on(cx: &Context<'_>, drop: &ColumnTarget) -> bool {
    let beside = cx.siblings.iter().map(|step| &step.operation);
    beside.chain(cx.later_steps()).any(|later| match later {
        Operation::SetDefault(set) => {
            set.table.value == drop.table.value && set.column.value == drop.column.value
        }
        Operation::DropColumn(gone) => {
            gone.table.value == drop.table.value && gone.column.value == drop.column.value
        }
        Operation::DropNotNull(loose) => {
            loose.table.value == drop.table.value && loose.column.value == drop.column.value
        }
        Operation::DropTable(gone) => gone.table.value == drop.table.value,
        _ => false,
    })
}
