//! `ADD COLUMN … NOT NULL` without a default.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-column-required",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-column-required.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    let column = &add.column;
    let has_default = column.default.as_ref().is_some_and(|default| !default.is_null_literal());
    let has_value =
        has_default || column.generated.is_some() || Type::is_serial(&column.type_) || add.up.is_some();
    if !column.not_null || has_value {
        return None;
    }
    let (table, name) = (&add.table, &column.name);
    let message = format!(
        "`{name}` has no value for the rows that `{table}` has, and none for INSERTs of the running release"
    );
    let help = format!(
        "give it a constant default (`{name} {} NOT NULL DEFAULT …`), or add it without NOT NULL, fill the rows in \
         batches and set NOT NULL through a validated check",
        column.type_
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
