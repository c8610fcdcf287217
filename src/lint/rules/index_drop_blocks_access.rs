//! `DROP INDEX` without `CONCURRENTLY`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "index-drop-blocks-access",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    summary: "DROP INDEX without CONCURRENTLY stops reads and writes of the table",
    explanation: "\
DROP INDEX takes ACCESS EXCLUSIVE on the index and on its table. The work takes an instant, but the lock has to wait
for every transaction that has read the table, and meanwhile every new read and write waits behind it.

DROP INDEX CONCURRENTLY waits without stopping anybody. It takes one index, no CASCADE, and no transaction: several
indexes need a statement each.

Not reported: an index that is made earlier in the same file, or whose table is; IF EXISTS of one that earlier files
have dropped; an index of a partitioned table, which can't be dropped concurrently; an index that a constraint owns,
which DROP INDEX can't drop at all.",
    online: Some("`midflight contract` drops it concurrently"),
    bad: "DROP INDEX orders_created_at_idx;",
    good: "DROP INDEX CONCURRENTLY orders_created_at_idx;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropIndex(drop) = &cx.step.operation else { return None };
    if drop.concurrently || drop.if_exists && cx.schema.index_is_gone(&drop.index) {
        return None;
    }
    let known = cx.schema.index(&drop.index);
    if let Some(index) = known
        && (cx.is_new(index.created_in)
            || cx.schema.table_is_new(&index.table)
            || cx.schema.is_partitioned(&index.table)
            || index.constraint.is_some())
    {
        return None;
    }
    let name = &drop.index;
    let table = known
        .map_or_else(|| "its table".to_owned(), |index| format!("`{}`", cx.schema.written(&index.table)));
    let message =
        format!("dropping `{name}` stops every read and write of {table} while it waits for its lock");
    let if_exists = if drop.if_exists { "IF EXISTS " } else { "" };
    let help = format!("run `DROP INDEX CONCURRENTLY {if_exists}{name}` by itself, outside a transaction");
    Some(Problem::new(cx.at(name.span), message).help(help).lock(Lock::AccessExclusive))
}
