//! `GRANT … TO PUBLIC`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "grant-to-public",
    severity: Severity::Advice,
    class: Class::Security,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/grant-to-public.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let on = match &cx.step.operation {
        Operation::Grant(grant) => {
            let public = grant.roles.iter().any(|role| role.eq_ignore_ascii_case("public"));
            public.then(|| format!(" on `{}`", grant.on.value))?
        }
        Operation::Unplaced(unplaced) if unplaced.head.starts_with("GRANT") => {
            mentions(&unplaced.sql, "TO PUBLIC").then(String::new)?
        }
        _ => return None,
    };
    let message = format!("every role gets this privilege{on}, also roles that are made later");
    Some(Problem::new(cx.step.span, message).help("grant it to the roles that need it"))
}
