//! A foreign key whose lock on the referenced table outlasts it.

use crate::ident::TableName;
use crate::lint::impact::Impact;
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity, foreign_keys};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "foreign-key-locks-parent",
    severity: Severity::Advice,
    class: Class::Locking,
    on: true,
    summary: "A foreign key stops writes to the table it refers to until the transaction ends",
    explanation: "\
A new foreign key locks the table that it refers to in SHARE ROW EXCLUSIVE: nobody can write to it, reads go on. That is
so for CREATE TABLE … REFERENCES, for ADD COLUMN … REFERENCES and for NOT VALID too. By itself it lasts an instant. In a
transaction it lasts to the end, and when a later statement has to wait for a lock on another table, every write to the
referenced table waits with it.

Give the statement a short transaction of its own, with lock_timeout set.

Not reported: statements that commit by themselves, transactions that lock no further table in use after it, and
referenced tables made earlier in the same file.",
    online: Some("`midflight expand` runs every statement in a transaction of its own"),
    bad: "\
BEGIN;
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE invoices ALTER COLUMN due SET DEFAULT now();
COMMIT;",
    good: "\
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE invoices ALTER COLUMN due SET DEFAULT now();",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let refers = match &cx.step.operation {
        Operation::AddForeignKey(_) => true,
        Operation::AddColumn(add) => add.column.references.is_some(),
        Operation::CreateTable(create) => !create.references.is_empty(),
        _ => false,
    };
    if !refers || !cx.in_transaction() {
        return None;
    }
    let parents = foreign_keys::of(&cx.step.operation).into_iter().map(|key| cx.schema.resolve(&key.parent));
    let parent =
        parents.into_iter().find(|parent| cx.impact.locks.iter().any(|(table, _)| table == parent))?;
    let next = next_locked(cx)?;
    let message = format!(
        "this foreign key stops writes to `{parent}` until the transaction ends, and `{next}` has to be locked before \
         that"
    );
    let help = "commit right after this statement, and set lock_timeout before it";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::ShareRowExclusive))
}

/// The next other table that the transaction locks so that somebody waits. Where that takes long, the finding is there.
fn next_locked(cx: &Context<'_>) -> Option<TableName> {
    let mut schema = foreign_keys::after(cx);
    let own =
        |table: &TableName| cx.impacts.iter().any(|impact| impact.locks.iter().any(|(own, _)| own == table));
    cx.later_in_transaction().find_map(|later| {
        let impact = Impact::of(later, &schema, cx.options.pg_version);
        schema.apply(later);
        let other = impact.locks.iter().find(|(table, lock)| lock.is_blocking() && !own(table));
        other.filter(|_| impact.work.is_none()).map(|(table, _)| table.clone())
    })
}
