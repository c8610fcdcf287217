//! `ALTER CONSTRAINT … ENFORCED` (PostgreSQL 18).

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "enforce-constraint-scans",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    summary: "ALTER CONSTRAINT … ENFORCED reads both tables while nobody can read or write one of them",
    explanation: "\
Making a NOT ENFORCED foreign key ENFORCED (PostgreSQL 18) checks every row at once: under ACCESS EXCLUSIVE on its
table, and SHARE ROW EXCLUSIVE on the table that it refers to.

Add a second foreign key NOT VALID instead, which takes an instant, VALIDATE it in a transaction of its own, while reads
and writes go on, and drop the first one.

Not reported: tables made earlier in the same file.",
    online: None,
    bad: "ALTER TABLE orders ALTER CONSTRAINT orders_customer_id_fkey ENFORCED;",
    good: "\
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::AlterTable(table, TableAction::AlterConstraint { name, enforce: true })) =
        cx.statement()
    else {
        return None;
    };
    if cx.created_here(table) {
        return None;
    }
    let message = format!(
        "enforcing `{name}` reads all of `{table}` and looks up each row in the table that it refers to, while nobody \
         can read or write `{table}`"
    );
    let help = format!(
        "add the same foreign key to `{table}` once more, NOT VALID and under a new name, VALIDATE it in a transaction \
         of its own, then `ALTER TABLE {table} DROP CONSTRAINT {name}`"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
