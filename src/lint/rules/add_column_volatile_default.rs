//! `ADD COLUMN … DEFAULT` with a volatile function.

use crate::lint::cost::{self, Rewrites};
use crate::lint::expression::Volatile;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-column-volatile-default",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-column-volatile-default.md")),
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
            format!("`{name}()` is volatile: adding `{column}` with it rewrites `{table}`")
        }
        Volatile::Undeclared(name) => format!(
            "nothing says that `{name}()` is stable or immutable, and PostgreSQL takes that for volatile: adding \
             `{column}` with it rewrites `{table}`"
        ),
    };
    let help = format!(
        "add `{column}` without a default, then `ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {}`, then \
         fill the old rows in batches{}",
        default,
        if add.column.not_null { ", and set NOT NULL through a validated check" } else { "" }
    );
    Some(Problem::new(cx.at(default.span), message).help(help).lock(Lock::AccessExclusive))
}
