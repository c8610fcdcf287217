//! A sequence that gives numbers again, or runs out.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::Operation;
use crate::migration::statement::Statement;
use crate::migration::{self, mentions};

/// The rule.
pub static RULE: Rule = Rule {
    id: "sequence-set-back",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/sequence-set-back.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    match &cx.step.operation {
        Operation::AlterSequence(alter) => {
            if cx.object_created_here(ObjectKind::Sequence, &alter.name) {
                return None;
            }
            let (name, options) = (&alter.name, alter.options.value.as_str());
            if mentions(options, "RESTART") {
                return Some(set_back(cx, &name.to_string()));
            }
            let narrow = migration::after(options, "AS")
                .and_then(|type_| type_.split_whitespace().next().map(str::to_lowercase))
                .and_then(|type_| match type_.as_str() {
                    "smallint" | "int2" => Some(("smallint", "32767")),
                    "integer" | "int" | "int4" => Some(("integer", "2147483647")),
                    _ => None,
                });
            // of a sequence that no file speaks of, integer may be wider than before
            let (type_, last) = narrow.filter(|(type_, _)| *type_ == "smallint")?;
            let message = format!(
                "`{name}` as {type_} runs out at {last}: from there on every INSERT that asks it for a number fails"
            );
            let help = format!("leave `{name}` as wide as the column that it feeds");
            Some(Problem::new(cx.step.span, message).help(help))
        }
        Operation::Unplaced(unplaced) => {
            let Statement::Query(called) = &unplaced.statement else { return None };
            called.iter().find(|name| name.as_str() == "setval")?;
            // computed from what is there it goes to the right place
            let arguments = migration::after(&unplaced.sql, "setval")?;
            let arguments = migration::list(arguments.trim().trim_start_matches('(').trim_end_matches(')'));
            let number = arguments.get(1)?.trim();
            let name = arguments.first()?.trim().trim_matches('\'');
            let plain = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
            let reference = migration::table_named(name);
            let new = reference.is_some_and(|name| cx.object_created_here(ObjectKind::Sequence, &name));
            (plain && !new).then(|| set_back(cx, name))
        }
        _ => None,
    }
}

fn set_back(cx: &Context<'_>, name: &str) -> Problem {
    let message = format!(
        "`{name}` gives numbers again that rows have already: INSERTs of the running release fail with a duplicate key"
    );
    let help = format!(
        "set it from the rows, so that it can't be too low: `SELECT setval('{name}', (SELECT max(…) FROM …))`; or leave it \
         alone: a gap in the numbers does no harm"
    );
    Problem::new(cx.step.span, message).help(help)
}
