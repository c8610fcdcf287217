//! Statements that can't be read.

use crate::error::Error;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::Unread;
use crate::migration::operation::Operation;
use crate::migration::source::{Source, Span};

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
    // a command of psql is nothing to correct: that it was not looked into is told beside the findings
    if unplaced.recognised || unplaced.head.starts_with('\\') {
        return None;
    }
    let why = unplaced.error.as_ref().map_or_else(String::new, |error| format!(": {error}"));
    let help = "correct it; if PostgreSQL accepts it as it is, silence this with `-- midflight: allow unparsable because …`";
    Some(Problem::new(cx.step.span, format!("this statement can't be read{why}")).help(help))
}

/// A directive that is wrong.
pub fn directive(mistake: &Error, source: &Source) -> Problem {
    let message = format!("this directive can't be read: {}", mistake.message);
    Problem::new(place(mistake, source), message).help(mistake.hint.clone().unwrap_or_default())
}

fn place(error: &Error, source: &Source) -> Span {
    error
        .place
        .as_ref()
        .map_or(Span::new(0, 0), |place| Span::new(source.byte_at(place.start), source.byte_at(place.end)))
}

/// A file that can't be read at all, in a run over others that can.
pub fn file(unread: &Unread) -> Problem {
    let error = &unread.error;
    Problem::new(place(error, &unread.source), format!("this file can't be read: {}", error.message))
        .help(error.hint.clone().unwrap_or_default())
}
