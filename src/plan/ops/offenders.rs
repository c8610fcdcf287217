//! Rows that are there and that a constraint to come would refuse, found before anything is changed.

use crate::catalog::Table;
use crate::ident::{Ident, TableName};
use crate::migration::mentions;
use crate::migration::operation::{AddForeignKey, Expr, Name};
use crate::pg::null::missing;
use crate::plan::Violations;
use crate::plan::planner::{Draft, Replaced};

/// Rows that a unique index would refuse.
pub(super) fn duplicates(
    draft: &Draft<'_>,
    table: &TableName,
    columns: &[String],
    predicate: Option<&Expr>,
    nulls_not_distinct: bool,
) -> Violations {
    let list = columns.join(", ");
    let compared = columns.iter().filter(|_| !nulls_not_distinct);
    let mut conditions: Vec<String> = compared.map(|column| format!("({column}) IS NOT NULL")).collect();
    conditions.extend(predicate.map(|predicate| format!("({predicate})")));
    conditions.push("true".to_owned());
    let shown = vec!["%s"; columns.len()].join(", ");
    draft.violations(
        table,
        format!("`{list}` is to be unique, and these values occur more than once"),
        format!(
            "SELECT pg_catalog.format('({shown}) %s times', {list}, pg_catalog.count(*)) FROM {table} WHERE {} \
             GROUP BY {list} HAVING pg_catalog.count(*) > 1 LIMIT 20",
            conditions.join(" AND ")
        ),
    )
}

/// Rows without a value in a column that is to have one.
pub(super) fn nulls(draft: &Draft<'_>, name: &TableName, table: &Table, column: &Ident) -> Violations {
    draft.violations(
        name,
        format!("column `{column}` is to be NOT NULL, and these rows have NULL"),
        format!(
            "SELECT {} FROM {name} WHERE {} LIMIT 20",
            draft.name_of_rows(name, table),
            missing(column, draft.holds_rows(name, column))
        ),
    )
}

/// Rows that refer to nothing. A column that comes with this migration has the same value in every row: its default.
/// Where tables or columns are not there yet, or get other values on the way, the validation finds such rows.
pub(super) fn orphans(
    op: &AddForeignKey,
    name: &TableName,
    table: &Table,
    parent: &TableName,
    default: Option<&str>,
    draft: &Draft<'_>,
) -> Option<Violations> {
    let unchecked = op.options.as_ref().is_some_and(|options| mentions(&options.value, "NOT ENFORCED"));
    if op.not_valid || unchecked || draft.is_new(name) || draft.is_new(parent) {
        return None;
    }
    let referenced = draft.first.tables.get(parent)?;
    let targets = match &op.referenced_columns[..] {
        [] => referenced.key(),
        named => named.iter().map(|column| column.value.clone()).collect(),
    };
    // Rows are looked at before anything is changed.
    let known = |name: &TableName, column: &Ident| {
        let there = draft.first.tables.get(name).and_then(|table| table.column(column));
        there.is_some() && !replaces(draft, name, column)
    };
    if targets.len() != op.columns.len() || !targets.iter().all(|column| known(parent, column)) {
        return None;
    }
    let value = |column: &Name| match default {
        Some(default) if draft.adds_column(name, column) => Some(format!("({default})")),
        _ => known(name, column).then(|| format!("child.{column}")),
    };
    let values = op.columns.iter().map(value).collect::<Option<Vec<String>>>()?;
    let given = values.iter().map(|value| format!("{value} IS NOT NULL"));
    let same = values.iter().zip(&targets).map(|(value, target)| format!("parent.{target} = {value}"));
    Some(draft.violations(
        name,
        format!("these rows refer to nothing in `{parent}`"),
        format!(
            "SELECT {} FROM {name} AS child WHERE {} AND NOT EXISTS (SELECT FROM {parent} AS parent WHERE {}) LIMIT 20",
            draft.name_of_rows(name, table),
            given.collect::<Vec<_>>().join(" AND "),
            same.collect::<Vec<_>>().join(" AND "),
        ),
    ))
}

/// Whether a column gets other values in this migration.
fn replaces(draft: &Draft<'_>, table: &TableName, column: &Ident) -> bool {
    let of = |(name, _, _): &(TableName, Table, Vec<Replaced>)| name == table;
    let replaced = draft.tables_with_replaced().into_iter().filter(of);
    replaced.flat_map(|(_, _, columns)| columns).any(|one| one.old == *column || one.last == *column)
}
