//! Extensions without a version.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "extension-change",
    severity: Severity::Advice,
    class: Class::Hygiene,
    on: false,
    summary: "Which version of an extension is installed or updated to depends on the server",
    explanation: "\
CREATE EXTENSION and ALTER EXTENSION … UPDATE without a version take the one that the server's files call the default:
the same migration makes another database on another server, and what an update changes, and which locks it takes,
nobody has looked at.",
    online: None,
    bad: "CREATE EXTENSION pg_trgm;",
    good: "CREATE EXTENSION pg_trgm VERSION '1.6';",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let message = match &cx.step.operation {
        Operation::CreateExtension(create) => {
            let pinned = create.definition.as_ref().is_some_and(|text| mentions(text, "VERSION"));
            (!pinned)
                .then(|| format!("which version of `{}` this installs depends on the server", create.name))?
        }
        Operation::Unplaced(unplaced) if unplaced.head == "ALTER EXTENSION" => {
            let updates = mentions(&unplaced.sql, "UPDATE") && !mentions(&unplaced.sql, "UPDATE TO");
            updates.then(|| "which version this updates the extension to depends on the server".to_owned())?
        }
        _ => return None,
    };
    Some(Problem::new(cx.step.span, message).help("write the version: `VERSION '…'`, `UPDATE TO '…'`"))
}
