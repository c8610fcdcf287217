//! `ADD COLUMN … GENERATED ALWAYS AS (…) STORED`.

use crate::lint::cost::{self, Rewrites};
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-column-stored-generated",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-column-stored-generated.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    let generated = add.column.generated.as_ref()?;
    if cost::of_added(cx.schema, &add.column, cx.options.pg_version) != Some(Rewrites::Stored) {
        return None;
    }
    let (table, column) = (&add.table, &add.column.name);
    let message = format!("computing `{column}` rewrites `{table}`");
    let plain =
        format!("add `{column}` as a plain column, let a trigger fill it, and fill the old rows in batches");
    let help = if cx.options.pg_version >= 18 {
        format!("make it VIRTUAL, which writes nothing; or {plain}")
    } else {
        plain
    };
    Some(Problem::new(cx.at(generated.span), message).help(help).lock(Lock::AccessExclusive))
}
