//! `CREATE INDEX CONCURRENTLY IF NOT EXISTS`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "concurrent-if-not-exists",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/concurrent-if-not-exists.md")),
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
