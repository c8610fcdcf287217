//! `SECURITY DEFINER` without a search_path.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "security-definer-search-path",
    severity: Severity::Advice,
    class: Class::Security,
    on: false,
    summary: "A SECURITY DEFINER function runs with its owner's rights and its caller's search_path",
    explanation: "\
A SECURITY DEFINER function runs with the rights of its owner. The tables, functions and operators that it names
without a schema are looked up in the search_path of whoever calls it: a caller who may create a schema can put their
own in front, and run what they like with the owner's rights.

`SET search_path` as part of the function fixes it.",
    online: None,
    bad: "\
CREATE FUNCTION close_order(id bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
    AS $$ UPDATE orders SET state = 'closed' WHERE orders.id = $1 $$;",
    good: "\
CREATE FUNCTION close_order(id bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = shop, pg_temp
    AS $$ UPDATE orders SET state = 'closed' WHERE orders.id = $1 $$;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (Operation::CreateFunction(create) | Operation::CreateProcedure(create)) = &cx.step.operation else {
        return None;
    };
    let definition = create.definition.as_ref()?;
    if !mentions(definition, "SECURITY DEFINER") || mentions(definition, "SET search_path") {
        return None;
    }
    let name = &create.name;
    let message =
        format!("`{name}` runs with its owner's rights, and finds its tables by its caller's search_path");
    let help = "add `SET search_path = …, pg_temp` with the schemas that it needs";
    Some(Problem::new(cx.at(name.span), message).help(help))
}
