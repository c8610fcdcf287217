//! `RENAME COLUMN`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-column",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    summary: "RENAME COLUMN breaks the running release, which knows the old name only",
    explanation: "\
The statement itself takes an instant, but from then on every statement of the running release that uses the old name
fails, and the new release failed until then: there is no moment at which both work.

Add a column with the new name, keep both in step by a trigger, copy the old rows in batches, deploy the release that
uses the new name, and drop the old column last.

Not reported: columns and tables made earlier in the same file.",
    online: Some("`midflight expand` keeps both names working, and `midflight contract` takes the old one away"),
    bad: "ALTER TABLE users RENAME COLUMN name TO full_name;",
    good: "\
ALTER TABLE users ADD COLUMN full_name text;
-- a trigger keeps both columns in step, old rows are copied in batches, the old column goes with the old release",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::RenameColumn(rename) = &cx.step.operation else { return None };
    if cx.column_created_here(&rename.table, &rename.column) {
        return None;
    }
    let (table, old, new) = (&rename.table, &rename.column, &rename.to);
    let message = format!(
        "the running release knows `{table}.{old}` only: its statements fail once it is named `{new}`"
    );
    let help = format!(
        "add `{new}` to `{table}`, keep it in step with `{old}` by a trigger, copy the old rows in batches, and drop \
         `{old}` when no release uses it"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
