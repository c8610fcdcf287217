//! Tables without a primary key.

use crate::lint::created;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::{CreateTable, Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "require-primary-key",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/require-primary-key.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateTable(create) = &cx.step.operation else { return None };
    let exists = create.if_not_exists && cx.table(&create.table).is_some();
    if create.temporary || create.partition_of.is_some() || exists || has_key(create) {
        return None;
    }
    if cx.later_steps().any(|later| settles(later, &create.table)) {
        return None;
    }
    let message = format!("`{}` has no primary key", create.table);
    Some(
        Problem::new(cx.at(create.table.span), message)
            .help("`id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`, or the columns that name a row"),
    )
}

fn has_key(create: &CreateTable) -> bool {
    let copied = |text: &str| mentions(text, "INCLUDING ALL") || mentions(text, "INCLUDING INDEXES");
    create.columns.iter().any(|column| column.primary_key)
        || create.constraints.iter().any(|constraint| copied(constraint))
        || created::constraints(create).iter().any(|added| matches!(added, Operation::AddPrimaryKey(_)))
}

/// Whether a later statement gives the table a key, or needs none any more.
fn settles(later: &Operation, table: &TableRef) -> bool {
    match later {
        Operation::AddPrimaryKey(key) => key.table.value == *table,
        Operation::AddColumn(add) => add.column.primary_key && add.table.value == *table,
        Operation::DropTable(drop) => drop.table.value == *table,
        Operation::Unplaced(unplaced) => match &unplaced.statement {
            Statement::AlterTable(_, TableAction::Attach { partition, .. }) => partition.value == *table,
            _ => false,
        },
        _ => false,
    }
}
