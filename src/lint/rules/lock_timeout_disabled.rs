//! `SET lock_timeout = 0` in front of a lock.

use crate::lint::impact::Impact;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::TableRef;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "lock-timeout-disabled",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/lock-timeout-disabled.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::Set(setting) = cx.statement()? else { return None };
    if setting.name != "lock_timeout" {
        return None;
    }
    let table = first_unlimited(cx)?;
    let message = format!(
        "lock_timeout = 0 lets a later statement wait for `{table}` without end, and everybody behind it"
    );
    let help = "`SET lock_timeout = '2s'`, and try again when the time runs out";
    Some(Problem::new(cx.step.span, message).help(help))
}

/// The first table that a later statement waits for while this setting lasts.
fn first_unlimited(cx: &Context<'_>) -> Option<TableRef> {
    let mut schema = cx.schema.clone();
    schema.apply(&cx.step.operation);
    for statement in cx.later {
        match (schema.session.in_body, statement.body.is_some()) {
            (true, false) => schema.leave_body(),
            (false, true) => schema.enter_body(),
            _ => schema.settle(),
        }
        if !schema.session.timeout("lock_timeout")?.is_zero() {
            return None;
        }
        for step in &*statement.steps {
            let impact = Impact::of(&step.operation, &schema, cx.options.pg_version);
            if let Some((table, _)) = impact.locks.iter().find(|(_, lock)| lock.is_blocking()) {
                return Some(cx.shown(table));
            }
        }
        statement.steps.iter().for_each(|step| schema.apply(&step.operation));
    }
    None
}
