//! `ADD COLUMN` of a domain with constraints.

use crate::lint::cost::{self, Rewrites};
use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-column-constrained-domain",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    summary: "ADD COLUMN of a domain with CHECK or NOT NULL writes the whole table again",
    explanation: "\
When the type of a new column is a domain with a CHECK or NOT NULL, of its own or of a domain below it, PostgreSQL
writes every row and index of the table again under ACCESS EXCLUSIVE, even when the column is nullable or its default
a constant. That the domain's constraint is NOT VALID changes nothing.

Add the column with the type below the domain, and the condition as a CHECK of the table: NOT VALID first, then
VALIDATE CONSTRAINT in a transaction of its own.

Reported where an earlier statement or file makes the domain. Not reported: domains without constraints, arrays of
domains, tables made earlier in the same file.",
    online: None,
    bad: "\
CREATE DOMAIN email AS text CHECK (value LIKE '%@%');
ALTER TABLE users ADD COLUMN contact email;",
    good: "\
ALTER TABLE users ADD COLUMN contact text;
ALTER TABLE users ADD CONSTRAINT contact_is_email CHECK (contact LIKE '%@%') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT contact_is_email;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    if cost::of_added(cx.schema, &add.column, cx.options.pg_version) != Some(Rewrites::ConstrainedDomain) {
        return None;
    }
    let (table, column, domain) = (&add.table, &add.column.name, &add.column.type_);
    let message = format!(
        "domain `{domain}` has constraints: adding `{column}` with it writes every row and index of `{table}` again"
    );
    let help = format!(
        "add `{column}` as {}, add the domain's condition to `{table}` as a CHECK with NOT VALID, then run VALIDATE \
         CONSTRAINT in a transaction of its own",
        cx.schema.base_type(&Type::parse(domain)).name
    );
    Some(Problem::new(cx.at(domain.span), message).help(help).lock(Lock::AccessExclusive))
}
