//! `PRIMARY KEY USING INDEX` on columns that may hold NULL.

use crate::ident::Ident;
use crate::lint::schema::CreatedIn;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, constraint_names};
use crate::migration::index_key::IndexKey;
use crate::migration::operation::{AddKey, Operation, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "primary-key-index-nullable",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/primary-key-index-nullable.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::AddPrimaryKey(add) = &cx.step.operation else { return None };
    let index = add.using_index.as_ref()?;
    if cx.created_here(&add.table) {
        return None;
    }
    let columns = columns(cx, add, index);
    let open = columns.iter().filter(|column| !is_not_null(cx, add, column)).collect::<Vec<_>>();
    let table = &add.table;
    let known = open.iter().find(|column| {
        cx.column(table, column).is_some_and(|known| known.created_in != CreatedIn::default())
    });
    let (message, severity) = match known {
        Some(column) => (
            format!(
                "`{column}` takes NULL, so that this primary key reads all of `{table}` while everything waits"
            ),
            Severity::Warning,
        ),
        None if columns.is_empty() || !open.is_empty() => (
            format!(
                "this primary key reads all of `{table}` while everything waits, unless its columns are NOT NULL"
            ),
            Severity::Advice,
        ),
        None => return None,
    };
    let column = known.or(open.first()).copied().cloned().unwrap_or_else(|| Ident::new("column"));
    let name = constraint_names::no_null(cx, table, &column);
    let help = format!(
        "first `ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID`, `ALTER TABLE \
         {table} VALIDATE CONSTRAINT {name}` in a transaction of its own, and `ALTER TABLE {table} ALTER COLUMN \
         {column} SET NOT NULL`"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive).severity(severity))
}

fn columns(cx: &Context<'_>, add: &AddKey, index: &Ident) -> Vec<Ident> {
    let named = TableRef { schema: add.table.schema.clone(), name: index.clone() };
    let columns = cx.schema.index(&named).map(|index| &index.columns);
    columns.into_iter().flatten().filter_map(IndexKey::column).cloned().collect()
}

/// The columns of the index that may hold NULL; none where no file says which they are.
pub fn open_columns(cx: &Context<'_>, add: &AddKey) -> Vec<Ident> {
    let columns = add.using_index.as_ref().map(|index| columns(cx, add, index)).unwrap_or_default();
    columns.into_iter().filter(|column| !is_not_null(cx, add, column)).collect()
}

/// Whether the primary key reads nothing for the column's sake.
pub fn is_not_null(cx: &Context<'_>, add: &AddKey, column: &Ident) -> bool {
    let set_beside = cx
        .siblings
        .iter()
        .any(|step| matches!(&step.operation, Operation::SetNotNull(set) if set.column.value == *column));
    set_beside
        || cx.column(&add.table, column).is_some_and(|known| known.not_null)
        || cx.schema.proven_not_null(&add.table, column, &[])
}
