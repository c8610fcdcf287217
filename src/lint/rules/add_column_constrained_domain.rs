//! `ADD COLUMN` of a domain with constraints.

use crate::lint::cost::{self, Rewrites};
use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-column-constrained-domain",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-column-constrained-domain.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    if cost::of_added(cx.schema, &add.column, cx.options.pg_version) != Some(Rewrites::ConstrainedDomain) {
        return None;
    }
    let (table, column, domain) = (&add.table, &add.column.name, &add.column.type_);
    let message = format!("domain `{domain}` has constraints: adding `{column}` with it rewrites `{table}`");
    let help = format!(
        "add `{column}` as {}, add the domain's condition to `{table}` as a CHECK with NOT VALID, then run VALIDATE \
         CONSTRAINT in a transaction of its own",
        cx.schema.base_type(&Type::parse(domain)).name
    );
    Some(Problem::new(cx.at(domain.span), message).help(help).lock(Lock::AccessExclusive))
}
