//! `ADD COLUMN … serial` and `… GENERATED AS IDENTITY`.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::mentions;

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-column-auto-increment",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-column-auto-increment.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    let identity = add.column.generated.as_ref().filter(|text| mentions(text, "IDENTITY"));
    if identity.is_none() && !Type::is_serial(&add.column.type_) {
        return None;
    }
    let (table, column) = (&add.table, &add.column.name);
    let span = identity.map_or(add.column.type_.span, |identity| identity.span);
    let what = if identity.is_some() { "an identity column" } else { add.column.type_.value.as_str() };
    let message = format!("adding `{column}` as {what} numbers and writes every row of `{table}`");
    let sequence = super::constraint_name(None, add.table.name.as_str(), &[column.as_str()], "seq");
    let help = format!(
        "add `{column}` as a plain bigint, `CREATE SEQUENCE {sequence}`, `ALTER TABLE {table} ALTER COLUMN {column} \
         SET DEFAULT nextval('{sequence}')`, then number the old rows in batches"
    );
    Some(Problem::new(cx.at(span), message).help(help).lock(Lock::AccessExclusive))
}
