//! `ADD COLUMN … NOT NULL` without a default.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::is_null;

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-column-required",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    summary: "ADD COLUMN NOT NULL without a default fails on a table with rows, and breaks INSERTs of the running release",
    explanation: "\
The rows that are there already have no value for the new column, so the statement fails as soon as there is one. On
an empty table it succeeds, and every INSERT of the release that doesn't know the column fails from then on.
DEFAULT NULL is no default.

A constant default costs nothing, NOT NULL included: `NOT NULL DEFAULT 0` is stored in the catalog. Where no constant
fits, add the column without NOT NULL, let the application write it, fill the old rows, and set NOT NULL last.

Not reported: tables made earlier in the same file; identity, serial and generated columns, which have a value.",
    online: None,
    bad: "ALTER TABLE users ADD COLUMN plan text NOT NULL;",
    good: "ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    let column = &add.column;
    let has_default = column.default.as_ref().is_some_and(|default| !is_null(default));
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
