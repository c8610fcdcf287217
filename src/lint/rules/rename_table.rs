//! `ALTER TABLE … RENAME TO`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::{Operation, RenameTable, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-table",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    summary: "RENAME TO breaks the running release, which knows the table's old name only",
    explanation: "\
The statement itself takes an instant, but from then on every statement of the running release that uses the old name
fails, and the new release failed until then.

A view with the old name, created in the same transaction, keeps the old release working: PostgreSQL passes INSERT,
UPDATE and DELETE on a simple view through to the table. Drop the view when no release uses the old name. Without the
transaction there is a gap in which neither name works for the old release. COPY and TRUNCATE don't work on a view.

Not reported: tables made earlier in the same file, and renames with such a view in the same transaction.",
    online: Some("`midflight expand` makes a view under the new name, and `midflight contract` renames the table once the old release is gone"),
    bad: "ALTER TABLE customers RENAME TO clients;",
    good: "\
BEGIN;
ALTER TABLE customers RENAME TO clients;
CREATE VIEW customers AS SELECT * FROM clients;
COMMIT;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::RenameTable(rename) = &cx.step.operation else { return None };
    if cx.created_here(&rename.table) || cx.later_in_transaction().any(|later| is_view_for(cx, later, rename))
    {
        return None;
    }
    let (table, new) = (&rename.table, &rename.to);
    let message = format!(
        "the running release knows `{table}` only: its statements fail once the table is named `{new}`"
    );
    let renamed = match &table.schema {
        Some(schema) => format!("{schema}.{new}"),
        None => new.to_string(),
    };
    let help = format!(
        "in one transaction with it: `CREATE VIEW {table} AS SELECT * FROM {renamed}`; drop the view when no release \
         uses the old name"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn is_view_for(cx: &Context<'_>, later: &Operation, rename: &RenameTable) -> bool {
    let same = |name: &TableRef| cx.schema.resolve(name) == cx.schema.resolve(&rename.table);
    matches!(later, Operation::CreateView(view) if same(&view.name))
}
