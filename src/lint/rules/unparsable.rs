//! Statements that can't be read.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::Unread;
use crate::migration::operation::Operation;
use crate::migration::source::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unparsable",
    severity: Severity::Error,
    class: Class::Coverage,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/unparsable.md")),
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

/// A file that can't be read at all, in a run over others that can.
pub fn file(unread: &Unread) -> Problem {
    let error = &unread.error;
    let span = error.place.as_ref().map_or(Span::new(0, 0), |place| {
        Span::new(unread.source.byte_at(place.start), unread.source.byte_at(place.end))
    });
    Problem::new(span, format!("this file can't be read: {}", error.message))
        .help(error.hint.clone().unwrap_or_default())
}
