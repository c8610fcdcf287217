//! `DROP INDEX` of an index that a constraint owns.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-constraint-owned-index",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    summary: "DROP INDEX fails when a PRIMARY KEY, UNIQUE or EXCLUDE constraint owns the index",
    explanation: "\
An index that was made for a constraint, or that became one by USING INDEX, goes with its constraint only. DROP INDEX
fails, with CASCADE as well.

To get rid of it, ALTER TABLE … DROP CONSTRAINT. To build it again, REINDEX INDEX CONCURRENTLY.

Reported where an earlier statement or file makes the constraint.",
    online: None,
    bad: "\
CREATE TABLE users (id bigint PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);
DROP INDEX users_email_key;",
    good: "\
CREATE TABLE users (id bigint PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);
ALTER TABLE users DROP CONSTRAINT users_email_key;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropIndex(drop) = &cx.step.operation else { return None };
    let index = cx.schema.index(&drop.index)?;
    let constraint = index.constraint.as_ref()?;
    let (name, table) = (&drop.index, cx.schema.written(&index.table));
    let message = format!("this fails: constraint `{constraint}` of `{table}` owns `{name}`");
    let help = format!(
        "`ALTER TABLE {table} DROP CONSTRAINT {constraint}` drops both; `REINDEX INDEX CONCURRENTLY {name}` builds it \
         again"
    );
    Some(Problem::new(cx.at(name.span), message).help(help))
}
