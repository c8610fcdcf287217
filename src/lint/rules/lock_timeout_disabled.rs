//! `SET lock_timeout = 0` in front of a lock.

use crate::lint::impact::Impact;
use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::TableRef;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "lock-timeout-disabled",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    summary: "lock_timeout = 0 lets a statement wait for its lock without end, and everything else behind it",
    explanation: "\
A statement that waits for a strong lock stands in a queue: every later statement that needs the table waits behind it,
reads included, though the lock isn't even taken yet. One forgotten transaction in front is enough. A lock_timeout of a
few seconds ends the waiting, and the migration can be tried again; zero turns the timeout off.

Concurrent builds (CREATE INDEX CONCURRENTLY and the like) are the exception: a timeout makes them fail and leaves an
INVALID index, and nobody waits behind them. Turn the timeout off for them alone.

Not reported: where only such builds, new tables, or another SET follow.",
    online: None,
    bad: "\
SET lock_timeout = 0;
ALTER TABLE orders ADD COLUMN note text;",
    good: "\
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);",
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
