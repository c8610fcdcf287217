//! `ALTER TYPE … ATTRIBUTE … CASCADE`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "alter-type-cascade",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/alter-type-cascade.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::AlterAttributes { type_, cascade: true } = cx.statement()? else { return None };
    if cx.object_created_here(ObjectKind::Type, type_) {
        return None;
    }
    let message = format!(
        "CASCADE locks every table of type `{type_}` against reads and writes, and changes all of them"
    );
    let help = format!(
        "without CASCADE it fails where tables were made OF `{type_}`: take them off the type first, with `ALTER TABLE … \
         NOT OF`, and change them one by one"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
