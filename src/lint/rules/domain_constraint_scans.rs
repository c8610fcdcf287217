//! `ALTER DOMAIN` that checks rows.

use crate::lint::impact::Impact;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::statement::{DomainAction, Statement};

/// The rule.
pub static RULE: Rule = Rule {
    id: "domain-constraint-scans",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/domain-constraint-scans.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::AlterDomain(domain, DomainAction::Scans(words))) = cx.statement() else {
        return None;
    };
    let known = cx.schema.type_info(&domain.name).is_some();
    if cx.object_created_here(ObjectKind::Domain, domain) || known && cx.impact.locks.is_empty() {
        return None;
    }
    let message =
        format!("{words} of domain `{domain}` reads {}, and nobody can write meanwhile", users(cx.impact));
    let help = match *words {
        "SET NOT NULL" => {
            "set NOT NULL on the columns instead, each through a check that is NOT VALID first and validated on its own"
        }
        "VALIDATE CONSTRAINT" => {
            "leave it NOT VALID, which checks new values all the same, and give each table a CHECK of its own to validate"
        }
        _ => {
            "add it NOT VALID and leave it so, which checks new values, or give each table a CHECK of its own, NOT VALID first and validated on its own"
        }
    };
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::Share))
}

fn users(impact: &Impact) -> String {
    let tables = impact.locks.iter().map(|(table, _)| format!("`{table}`")).collect::<Vec<_>>();
    match tables.is_empty() {
        true => "every table that uses it".to_owned(),
        false => format!("every table that uses it ({})", tables.join(", ")),
    }
}
