//! Extensions without a version.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "extension-change",
    severity: Severity::Advice,
    class: Class::Hygiene,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/extension-change.md")),
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
