//! Names without a schema.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::object::Naming;
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "require-schema-qualified",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/require-schema-qualified.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let name = target(&cx.step.operation).filter(|name| name.schema.is_none())?;
    let known = cx.schema.resolve(name).schema;
    if known.as_str() == "pg_temp"
        || is_temporary(&cx.step.operation)
        || cx.schema.session.setting("search_path").is_some()
    {
        return None;
    }
    let first = cx.siblings.iter().position(|step| target(&step.operation) == Some(name));
    if !first.is_some_and(|first| cx.is_step(first)) {
        return None;
    }
    let message = format!("which `{name}` this means depends on search_path");
    let help = format!("write `{}.{name}`, or the schema that is meant", cx.options.default_schema);
    Some(Problem::new(cx.step.span, message).help(help))
}

/// The name of what a statement makes, changes or drops.
fn target(operation: &Operation) -> Option<&TableRef> {
    let qualified = |naming| matches!(naming, Naming::Qualified | Naming::Signature);
    if let Some((kind, create)) = operation.created() {
        return if qualified(kind.naming()) { Some(&create.name) } else { create.table.as_deref() };
    }
    if let Some((kind, drop)) = operation.dropped() {
        return if qualified(kind.naming()) { Some(&drop.name) } else { drop.table.as_deref() };
    }
    match operation {
        Operation::AddEnumValue(add) => Some(&add.type_),
        Operation::Unplaced(unplaced) => match &unplaced.statement {
            Statement::CreateTableAs { table, .. } | Statement::AlterTable(table, _) => Some(table),
            Statement::AlterIndex(name, _)
            | Statement::AlterDomain(name, _)
            | Statement::AlterAttributes { type_: name, .. }
            | Statement::SetSchema { name, .. } => Some(name),
            Statement::Rename { kind, name, table, .. } => {
                if qualified(kind.naming()) {
                    Some(name)
                } else {
                    table.as_deref()
                }
            }
            Statement::ChangeTrigger(table) => Some(table),
            Statement::Truncate { tables, .. } => tables.first().map(|table| &table.value),
            _ => None,
        },
        other => other.tables().first().copied(),
    }
}

fn is_temporary(operation: &Operation) -> bool {
    match operation {
        Operation::CreateTable(create) => create.temporary,
        Operation::Unplaced(unplaced) => {
            matches!(unplaced.statement, Statement::CreateTableAs { temporary: true, .. })
        }
        _ => operation.created().is_some_and(|(_, create)| {
            create.modifier.as_ref().is_some_and(|word| word.to_uppercase().starts_with("TEMP"))
        }),
    }
}
