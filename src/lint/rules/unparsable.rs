//! Statements that can't be read.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unparsable",
    severity: Severity::Error,
    class: Class::Coverage,
    on: true,
    summary: "A statement can't be read, so nobody knows what it does",
    explanation: "\
A statement that can't be read can't be judged, and silence would look like approval. The rest of the file is still
looked at. Mostly it is a typing mistake that PostgreSQL would refuse as well; if PostgreSQL accepts the statement,
that is a gap in midflight and worth a report.",
    online: None,
    bad: "ALTER TABLE users ADD COLUMN COLUMN plan text;",
    good: "ALTER TABLE users ADD COLUMN plan text;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::Unplaced(unplaced) = &cx.step.operation else { return None };
    if unplaced.recognised {
        return None;
    }
    let why = unplaced.error.as_ref().map_or_else(String::new, |error| format!(": {error}"));
    let help = "correct it; if PostgreSQL accepts it as it is, silence this with `-- midflight: allow unparsable because …`";
    Some(Problem::new(cx.step.span, format!("this statement can't be read{why}")).help(help))
}
