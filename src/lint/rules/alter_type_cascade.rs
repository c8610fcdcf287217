//! `ALTER TYPE … ATTRIBUTE … CASCADE`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "alter-type-cascade",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    summary: "ALTER TYPE … ATTRIBUTE … CASCADE alters every table that is made of the type",
    explanation: "\
With CASCADE, adding, dropping or altering an attribute of a composite type does the same to the column of every table
that was made with CREATE TABLE … OF the type. All of them are locked in ACCESS EXCLUSIVE until the transaction ends,
and a change of type writes their rows again.

Not reported: types made earlier in the same file, and the statement without CASCADE, which fails where there are such
tables.",
    online: None,
    bad: "ALTER TYPE address ADD ATTRIBUTE country text CASCADE;",
    good: "ALTER TYPE address ADD ATTRIBUTE country text;",
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
