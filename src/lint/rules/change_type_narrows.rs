//! `ALTER COLUMN … TYPE` to a smaller type.

use crate::lint::narrowing::{self, Loss};
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "change-type-narrows",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "ALTER COLUMN TYPE to a smaller type fails on values that don't fit, or cuts them",
    explanation: "\
A shorter varchar, a smaller integer, fewer digits: PostgreSQL writes every row and index of the table again under
ACCESS EXCLUSIVE, and when it meets a value that doesn't fit, the statement fails and all was for nothing. A cast in
USING, such as `USING name::varchar(20)`, doesn't fail but cuts text off. Fewer digits after the point, or of a second,
are rounded away without an error.

A CHECK … NOT VALID keeps new values in bounds, and VALIDATE CONSTRAINT says whether the old ones are. Then add a
second column of the new type, keep both in step by a trigger, convert the old rows in batches, and let the columns
change places.

Reported besides change-type-rewrites, where an earlier file says what the type was. Not reported: USING with an
expression of one's own; tables and columns made earlier in the same file.",
    online: Some(
        "`midflight expand` tries the new type on every row before it changes anything, and converts the rows in batches",
    ),
    bad: "\
CREATE TABLE users (name varchar(50));
-- next file
ALTER TABLE users ALTER COLUMN name TYPE varchar(20);",
    good: "\
CREATE TABLE users (name varchar(50));
-- next file
ALTER TABLE users ADD CONSTRAINT name_fits CHECK (length(name) <= 20) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT name_fits;
-- then a second column that takes the place of the first",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::ChangeType(op) = &cx.step.operation else { return None };
    if cx.column_created_here(&op.table, &op.column) {
        return None;
    }
    let old = cx.column(&op.table, &op.column)?.type_.as_deref()?;
    let loss = narrowing::of_change(cx.schema, op)?;
    let (table, column, new) = (&op.table, &op.column, &op.type_.value);
    let what = match loss {
        Loss::Fails(_) => "fails on the first value that doesn't fit",
        Loss::CutsOff => "cuts off what doesn't fit, without an error",
        Loss::Rounds => "rounds values, for good",
    };
    let message = format!(
        "changing `{column}` from {old} to {new} {what}, while it writes every row and index of `{table}` again"
    );
    let convert = format!(
        "add a second column of type {new}, keep it in step with `{column}` by a trigger, and convert the old rows in \
         batches"
    );
    let help = match loss {
        Loss::Fails(condition) => format!(
            "make sure of the values first: `ALTER TABLE {table} ADD CHECK ({condition}) NOT VALID`, and VALIDATE \
             CONSTRAINT; then {convert}"
        ),
        Loss::CutsOff | Loss::Rounds => convert,
    };
    Some(Problem::new(cx.at(op.type_.span), message).help(help).lock(Lock::AccessExclusive))
}
