//! `DROP … CASCADE`.

use crate::lint::schema::ConstraintRule;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-cascade",
    severity: Severity::Warning,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-cascade.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (what, known) = dropped(cx)?;
    let known = if known.is_empty() { String::new() } else { format!(", {} among them", known.join(", ")) };
    let message =
        format!("CASCADE drops everything that depends on {what}{known}: this file doesn't say what that is");
    let help =
        format!("leave CASCADE out, and drop what PostgreSQL then lists as depending on {what} by name");
    Some(Problem::new(cx.step.span, message).help(help))
}

/// What is dropped with CASCADE from under others, and what of that the files know.
fn dropped(cx: &Context<'_>) -> Option<(String, Vec<String>)> {
    let named = |noun: &str, name: &TableRef| (format!("{noun} `{name}`"), Vec::new());
    match &cx.step.operation {
        Operation::DropTable(drop) if drop.cascade && !cx.created_here(&drop.table) => {
            Some((format!("`{}`", drop.table), referring(cx, &drop.table)))
        }
        Operation::DropColumn(drop) if drop.cascade && !cx.column_created_here(&drop.table, &drop.column) => {
            Some((format!("`{}.{}`", drop.table, drop.column), Vec::new()))
        }
        Operation::DropConstraint(drop) if drop.cascade && !cx.created_here(&drop.table) => {
            let known = cx.schema.constraint(&drop.table, &drop.name);
            let new = known.is_some_and(|known| cx.is_new(known.created_in));
            (!new).then(|| (format!("constraint `{}` of `{}`", drop.name, drop.table), Vec::new()))
        }
        // together with CONCURRENTLY it fails
        Operation::DropIndex(drop) if drop.cascade && !drop.concurrently => {
            let new = cx.schema.index(&drop.index).is_some_and(|index| cx.is_new(index.created_in));
            (!new).then(|| named("index", &drop.index))
        }
        Operation::Unplaced(unplaced) => {
            let drops = unplaced.head.starts_with("DROP ") && mentions(&unplaced.sql, "CASCADE");
            let name = unplaced.target.as_ref().map_or_else(|| "it".to_owned(), |name| format!("`{name}`"));
            drops.then_some((name, Vec::new()))
        }
        other => {
            let (kind, drop) = other.dropped().filter(|(_, drop)| drop.cascade)?;
            let elsewhere = matches!(kind, ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Statistics);
            (!elsewhere && !cx.object_created_here(kind, &drop.name)).then(|| named(&kind.noun(), &drop.name))
        }
    }
}

/// The foreign keys to a table that the files know.
fn referring(cx: &Context<'_>, table: &TableRef) -> Vec<String> {
    let parent = cx.schema.resolve(table);
    let mut found = Vec::new();
    for (name, other) in cx.schema.relations().filter(|(name, _)| **name != parent) {
        let refers = |rule: &ConstraintRule| matches!(rule, ConstraintRule::ForeignKey { references, .. } if *references == parent);
        let keys = other.constraints.iter().filter(|(_, constraint)| refers(&constraint.rule));
        found.extend(keys.map(|(key, _)| format!("foreign key `{key}` of `{name}`")));
    }
    found
}
