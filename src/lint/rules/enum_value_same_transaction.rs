//! A value of an enum, used in the transaction that adds it.

use crate::ident::{Ident, literal};
use crate::lint::schema::Table;
use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity, expression};
use crate::migration::operation::{Expr, Operation};
use crate::migration::statement::{Statement, TableAction, WriteKind};
use crate::migration::{contains, mentions};

/// The rule.
pub static RULE: Rule = Rule {
    id: "enum-value-same-transaction",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/enum-value-same-transaction.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let transaction = &cx.schema.session.transaction;
    if transaction.enum_values.is_empty() {
        return None;
    }
    let literals = literals(cx);
    let made_here = |type_| cx.options.pg_version >= 17 && transaction.types.contains(type_);
    let (type_, value) = transaction
        .enum_values
        .iter()
        .find(|(type_, value)| literals.contains(value) && !made_here(type_) && !goes_elsewhere(cx, type_))?;
    let value = literal(value);
    let is_dynamic = matches!(cx.statement(), Some(Statement::Dynamic(_)));
    let (fails, severity) =
        if is_dynamic { ("may fail", Severity::Warning) } else { ("fails", Severity::Error) };
    let message = format!(
        "this {fails} with `unsafe use of new value`: {value} was added to `{type_}` in this transaction, which has \
         not committed yet"
    );
    let help =
        format!("put `ALTER TYPE {type_} ADD VALUE {value}` in a migration of its own, before this one");
    Some(Problem::new(cx.step.span, message).help(help).severity(severity))
}

/// The literals that the server reads when the step runs.
fn literals(cx: &Context<'_>) -> Vec<String> {
    let written = texts(&cx.step.operation).into_iter().flat_map(expression::literals);
    if !holds_sql(cx) {
        return written.collect();
    }
    let with_inner = |text: String| {
        let inner = expression::literals(&text);
        std::iter::once(text).chain(inner)
    };
    written.flat_map(with_inner).collect()
}

/// Whether literals of the step are SQL themselves: EXECUTE, and the body of an SQL function, which the server tests when
/// it is made. PL/pgSQL is read when it is called.
fn holds_sql(cx: &Context<'_>) -> bool {
    match &cx.step.operation {
        Operation::CreateFunction(create) | Operation::CreateProcedure(create) => {
            let off = |value: &String| ["off", "false", "no", "0"].contains(&value.to_lowercase().as_str());
            let unchecked = cx.schema.session.setting("check_function_bodies").and_then(<[_]>::first);
            !unchecked.is_some_and(off)
                && create.definition.as_ref().is_some_and(|text| mentions(text, "LANGUAGE sql"))
        }
        _ => matches!(cx.statement(), Some(Statement::Dynamic(_))),
    }
}

/// The parts of a step in which a literal becomes a value at once.
fn texts(operation: &Operation) -> Vec<&str> {
    match operation {
        Operation::CreateTable(create) => create.statement.iter().map(String::as_str).collect(),
        Operation::AddColumn(add) => {
            let column = &add.column;
            let generated = column.generated.iter().map(|text| text.as_str());
            column.default.iter().chain(&column.check).map(Expr::text).chain(generated).collect()
        }
        Operation::ChangeType(change) => change.up.iter().map(Expr::text).collect(),
        Operation::SetDefault(set) => vec![set.default.text()],
        Operation::AddCheck(add) => vec![add.check.text()],
        Operation::AddExclusion(add) => vec![&add.exclude],
        Operation::CreateIndex(index) => {
            let keys = index.columns.iter().map(|key| key.text.as_str());
            keys.chain(index.predicate.iter().map(Expr::text)).collect()
        }
        Operation::CreateView(create)
        | Operation::CreateMaterializedView(create)
        | Operation::CreatePolicy(create)
        | Operation::CreateTrigger(create) => create.definition.iter().map(|text| text.as_str()).collect(),
        Operation::CreateFunction(create) | Operation::CreateProcedure(create) => {
            let arguments = create.arguments.iter().flatten().chain(&create.definition);
            arguments.map(|part| part.value.as_str()).collect()
        }
        Operation::Unplaced(unplaced) => match &unplaced.statement {
            Statement::Write(_)
            | Statement::Query(_)
            | Statement::CreateTableAs { .. }
            | Statement::ChangeTrigger(_)
            | Statement::AlterTable(_, TableAction::Attach { .. } | TableAction::SetExpression(_)) => {
                vec![&unplaced.sql]
            }
            // adding another value, or the same one again, uses none
            Statement::Dynamic(_) if !contains(&unplaced.sql, "ADD VALUE") => vec![&unplaced.sql],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether the rows go into a table that is known to have no column of this type.
fn goes_elsewhere(cx: &Context<'_>, type_: &Ident) -> bool {
    let Some(Statement::Write(writes)) = cx.statement() else { return false };
    let has_none = |table: &Table| {
        let mut types = table.columns.values().map(|column| column.type_.as_deref());
        table.complete
            && types.all(|written| written.is_some_and(|written| Type::parse(written).ident() != *type_))
    };
    writes
        .iter()
        .all(|write| write.kind == WriteKind::InsertValues && cx.table(&write.table).is_some_and(has_none))
}
