//! `REPLICA IDENTITY`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "replica-identity-change",
    severity: Severity::Advice,
    class: Class::Correctness,
    on: false,
    summary: "REPLICA IDENTITY changes what logical replication tells of old rows",
    explanation: "\
Subscribers and change data capture get other columns of updated and deleted rows from this moment on. NOTHING makes
every UPDATE and DELETE of a published table fail; FULL writes each old row into the write-ahead log as a whole, and
subscribers without a fitting index look for it by reading the table. The lock is ACCESS EXCLUSIVE for an instant.

Ask whoever reads the replication stream before you change it.

Not reported: tables made earlier in the same file.",
    online: None,
    bad: "ALTER TABLE orders REPLICA IDENTITY FULL;",
    good: "CREATE TABLE orders (id bigint PRIMARY KEY);\nALTER TABLE orders REPLICA IDENTITY FULL;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::SetReplicaIdentity(set) = &cx.step.operation else { return None };
    if cx.created_here(&set.table) {
        return None;
    }
    let (table, to) = (&set.table, &set.to);
    let message = format!(
        "replica identity {to}: subscribers get other columns of the old rows of `{table}` from here on"
    );
    let help = format!("make sure that every reader of the replication stream of `{table}` can do with it");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
