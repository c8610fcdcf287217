//! `CREATE INDEX CONCURRENTLY IF NOT EXISTS`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "concurrent-if-not-exists",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    summary: "CREATE INDEX CONCURRENTLY IF NOT EXISTS takes a broken index for a finished one",
    explanation: "\
A concurrent build that fails or is cancelled leaves an INVALID index with the name that was asked for. No query uses
it, every write maintains it, and a unique one rejects duplicates. When the migration runs again, IF NOT EXISTS finds
the name taken and reports success: the index stays INVALID.

DROP INDEX CONCURRENTLY IF EXISTS first, then CREATE INDEX CONCURRENTLY without IF NOT EXISTS: so the file can be run
again after a failure, and ends with an index that works.

Not reported: after a DROP INDEX of the same index in the same file; on tables made in the same file.",
    online: None,
    bad: "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_created_at_idx ON orders (created_at);",
    good: "\
DROP INDEX CONCURRENTLY IF EXISTS orders_created_at_idx;
CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateIndex(index) = &cx.step.operation else { return None };
    if !index.concurrently || !index.if_not_exists || cx.created_here(&index.table) {
        return None;
    }
    let name = index.name.as_ref()?;
    let dropped =
        |step: &Operation| matches!(step, Operation::DropIndex(drop) if drop.index.name == name.value);
    if cx.earlier_steps().any(dropped) {
        return None;
    }
    let message = format!(
        "if a build of `{name}` has failed before, it is there but INVALID, and this statement leaves it so and reports \
         success"
    );
    let schema = index.table.schema.as_ref().map_or_else(String::new, |schema| format!("{schema}."));
    let help = format!(
        "run `DROP INDEX CONCURRENTLY IF EXISTS {schema}{name}` first, and this one without IF NOT EXISTS"
    );
    Some(Problem::new(cx.at(name.span), message).help(help))
}
