//! `ALTER SCHEMA … RENAME`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-schema",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    summary: "Renaming a schema breaks every statement and search_path that names it",
    explanation: "\
No table is locked, and the rename takes an instant. But from then on every statement that names an object in the schema
fails, and so does every session whose search_path has the old name: it finds nothing there, without an error of its
own. The new release failed until then: there is no moment at which both work.

Make a schema with the new name and move the objects one by one, each with a view under its old name in the same
transaction.

Not reported: schemas made earlier in the same file.",
    online: None,
    bad: "ALTER SCHEMA sales RENAME TO orders;",
    good: "CREATE SCHEMA orders;\nCREATE VIEW orders.invoices AS SELECT * FROM sales.invoices;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::Rename { kind: ObjectKind::Schema, name, to, .. }) = cx.statement() else {
        return None;
    };
    if cx.object_created_here(ObjectKind::Schema, name) {
        return None;
    }
    let message = format!(
        "every statement and search_path of the running release that names schema `{name}` fails once it is named `{to}`"
    );
    let help = format!(
        "make schema `{to}`, and move the objects one by one, each with a view under its old name in the same transaction"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
