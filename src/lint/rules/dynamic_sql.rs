//! Statements that are made when they run.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity, functions};
use crate::migration::mentions;
use crate::migration::operation::{Name, Operation};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "dynamic-sql",
    severity: Severity::Advice,
    class: Class::Coverage,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/dynamic-sql.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let help = "look at it yourself, or write out the statements";
    let (span, message) = match cx.statement()? {
        Statement::Dynamic(_) => {
            (cx.step.span, "this statement is made when it runs: nothing can be said of it".to_owned())
        }
        Statement::Do(body) if body.language != "plpgsql" => {
            (cx.step.span, format!("this block is written in {}: nothing can be said of it", body.language))
        }
        Statement::Query(functions) => {
            let changes =
                |name: &&Name| cx.schema.function(name).is_some_and(|function| function.changes_schema);
            if let Some(name) = functions.iter().find(changes) {
                (cx.at(name.span), format!("`{name}` changes the schema, and nothing can be said of how"))
            } else {
                let name = only_call(cx, functions)?;
                (cx.at(name.span), format!("nothing says what `{name}` does"))
            }
        }
        _ => return None,
    };
    Some(Problem::new(span, message).help(help))
}

/// The function that a query is there for: `SELECT migrate_customers()`, where neither PostgreSQL nor a file has it.
fn only_call<'a>(cx: &Context<'a>, functions: &'a [Name]) -> Option<&'a Name> {
    let Operation::Unplaced(unplaced) = &cx.step.operation else { return None };
    let [name] = functions else { return None };
    let unknown = cx.schema.function(name).is_none() && !functions::is_built_in(name.as_str());
    (unknown && !mentions(&unplaced.sql, "FROM")).then_some(name)
}
