//! `DROP INDEX` of a unique index.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::index_key::IndexKey;
use crate::migration::operation::{Name, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-unique-index",
    severity: Severity::Warning,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-unique-index.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (name, index) = match &cx.step.operation {
        Operation::DropIndex(drop) => (drop.index.to_string(), cx.schema.index(&drop.index)?),
        Operation::DropColumn(drop) => {
            let table = cx.schema.resolve(&drop.table);
            let mut indexes = cx.schema.indexes_of(&table);
            let holds = |key: &IndexKey| key.column() == Some(&drop.column.value);
            let (name, index) = indexes.find(|(_, index)| {
                index.unique && index.columns.len() > 1 && index.columns.iter().any(holds)
            })?;
            (name.name.to_string(), index)
        }
        _ => return None,
    };
    if !index.unique
        || index.constraint.is_some() && matches!(cx.step.operation, Operation::DropIndex(_))
        || cx.is_new(index.created_in)
        || cx.schema.table_is_new(&index.table)
    {
        return None;
    }
    let columns = index.columns.iter().map(IndexKey::name).collect::<Vec<_>>();
    let same = |other: &[IndexKey]| other.iter().map(IndexKey::name).eq(columns.iter().cloned());
    let keyed = |names: &[Name]| names.iter().map(|name| &name.value).eq(columns.iter());
    let beside = cx.siblings.iter().map(|step| &step.operation);
    let replaced = cx.earlier_steps().chain(beside).chain(cx.later_steps()).any(|other| match other {
        Operation::CreateIndex(create) => create.unique && same(&create.columns),
        Operation::AddUnique(key) | Operation::AddPrimaryKey(key) => keyed(&key.columns),
        Operation::DropTable(gone) => cx.schema.resolve(&gone.table) == index.table,
        _ => false,
    });
    let others = cx.schema.indexes_of(&index.table);
    let kept = others.into_iter().filter(|(_, other)| other.unique && same(&other.columns)).count() > 1;
    if replaced || kept {
        return None;
    }
    let listed = index.columns.iter().map(|key| key.text.value.as_str()).collect::<Vec<_>>().join(", ");
    let table = cx.shown(&index.table);
    let message = format!(
        "without the unique index `{name}` on `{table}`, duplicates of ({listed}) come in, and `ON CONFLICT ({listed})` of \
         the running release fails"
    );
    let help = format!(
        "make sure that no release relies on `{name}`, then say so: `-- midflight: allow drop-unique-index because …`"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
