//! `NOT VALID` where PostgreSQL has none.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "not-valid-unsupported",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/not-valid-unsupported.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, kind, help) = match &cx.step.operation {
        Operation::AddUnique(add) if add.not_valid => (&add.table, "a UNIQUE constraint", BUILD_FIRST),
        Operation::AddPrimaryKey(add) if add.not_valid => (&add.table, "a primary key", BUILD_FIRST),
        Operation::AddExclusion(add) if mentions(&add.exclude, "NOT VALID") => {
            (&add.table, "an exclusion constraint", "leave NOT VALID out: PostgreSQL can't add one online")
        }
        Operation::AddForeignKey(add)
            if add.not_valid && cx.options.pg_version < 18 && cx.is_partitioned(&add.table) =>
        {
            let help = "add it to each partition, NOT VALID and then validated, and to the parent last, without NOT VALID";
            (&add.table, "a foreign key of a partitioned table", help)
        }
        _ => return None,
    };
    let message = format!("this fails: {kind} can't be NOT VALID (table `{table}`)");
    Some(Problem::new(cx.step.span, message).help(help))
}

const BUILD_FIRST: &str = "build the index with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint with USING INDEX, without NOT VALID";
