//! `DROP DEFAULT` of a new required column.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-default",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    summary: "DROP DEFAULT on a new NOT NULL column makes the running release's INSERTs fail",
    explanation: "\
ADD COLUMN … NOT NULL DEFAULT … followed by DROP DEFAULT fills the old rows and nothing else: some frameworks write it
so. The running release doesn't know the column, its INSERTs leave it out, and without a default they fail.

Keep the default in the database until every release writes the column.

Not reported: nullable columns; columns and tables that were there before this file, or tables that the file makes.",
    online: None,
    bad: "\
ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';
ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;",
    good: "ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropDefault(drop) = &cx.step.operation else { return None };
    let known = cx.column(&drop.table, &drop.column)?;
    if cx.created_here(&drop.table) || !cx.is_new(known.created_in) || !known.not_null {
        return None;
    }
    let (table, column) = (&drop.table, &drop.column);
    let message = format!(
        "the running release doesn't write the new `{column}`: without its default every INSERT into `{table}` fails"
    );
    let help =
        format!("drop the default of `{column}` in a later migration, when every release writes the column");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
