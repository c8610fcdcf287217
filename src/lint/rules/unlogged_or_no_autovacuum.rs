//! Tables that lose rows or are never vacuumed.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::after;
use crate::migration::operation::{Operation, SqlText};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unlogged-or-no-autovacuum",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/unlogged-or-no-autovacuum.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, unlogged, unvacuumed) = match &cx.step.operation {
        Operation::CreateTable(create) if !create.temporary => {
            (&create.table, create.unlogged, create.options.as_ref().is_some_and(disables))
        }
        Operation::SetStorageParameters(set) => (&set.table, false, set.set.iter().any(disables)),
        _ => return None,
    };
    let (message, help) = if unlogged {
        let message = format!("`{table}` is emptied when the server crashes, and standbys don't have it");
        (message, "leave UNLOGGED out where rows must survive")
    } else if unvacuumed {
        let message = format!("nobody cleans `{table}` up: dead rows keep their space, statistics age");
        (message, "leave autovacuum on, and tune `autovacuum_vacuum_scale_factor` of the table instead")
    } else {
        return None;
    };
    Some(Problem::new(cx.step.span, message).help(help))
}

fn disables(options: &SqlText) -> bool {
    let value = after(options, "autovacuum_enabled");
    value.is_some_and(|value| {
        let word = value.trim_start_matches(['=', ' ', '\'']).to_lowercase();
        ["false", "off", "no", "0"].iter().any(|off| word.starts_with(off))
    })
}
