//! `ADD COLUMN … DEFAULT` with a volatile function.

use crate::lint::cost::{self, Rewrites};
use crate::lint::expression::Volatile;
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-column-volatile-default",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    summary: "ADD COLUMN with a volatile default writes the whole table again while nobody can read or write it",
    explanation: "\
A default that is the same for every row is stored once in the catalog, and ADD COLUMN takes no time. That holds for
constants and for stable functions too: now(), CURRENT_DATE, current_user. A volatile function gives each row its own
value (clock_timestamp(), random(), gen_random_uuid(), nextval()), so PostgreSQL writes the whole table and all of its
indexes again under ACCESS EXCLUSIVE.

PostgreSQL counts a function as volatile unless it is declared otherwise, and so does this rule: functions of your own
are reported unless an earlier statement creates them as STABLE or IMMUTABLE.

Not reported: tables made earlier in the same file, and SET DEFAULT, which only concerns rows to come.",
    online: Some("`midflight expand` adds the column and its default without touching a row, and fills the old rows in batches"),
    bad: "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();",
    good: "\
ALTER TABLE users ADD COLUMN token uuid;
ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();
-- then fill the old rows in batches",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    let default = add.column.default.as_ref()?;
    let (table, column) = (&add.table, &add.column.name);
    let Some(Rewrites::VolatileDefault(function)) =
        cost::of_added(cx.schema, &add.column, cx.options.pg_version)
    else {
        return None;
    };
    let message = match function {
        Volatile::Known(name) => {
            format!(
                "`{name}()` is volatile: adding `{column}` with it writes every row and index of `{table}` again"
            )
        }
        Volatile::Undeclared(name) => format!(
            "nothing says that `{name}()` is stable or immutable, and PostgreSQL takes that for volatile: adding \
             `{column}` with it writes every row and index of `{table}` again"
        ),
    };
    let help = format!(
        "add `{column}` without a default, then `ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {}`, then \
         fill the old rows in batches{}",
        default.value,
        if add.column.not_null { ", and set NOT NULL through a validated check" } else { "" }
    );
    Some(Problem::new(cx.at(default.span), message).help(help).lock(Lock::AccessExclusive))
}
