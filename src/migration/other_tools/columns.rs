//! What both tools do to columns that are there.

use super::Written;
use crate::ident::Ident;
use crate::migration::expression::Expr;
use crate::migration::operation::{ColumnTarget, Name, Operation, PlacedSql, SetComment, TableRef};
use crate::migration::source::Located;

/// Whether an expression is the column and nothing else.
pub(super) fn is_column(expression: &Expr, column: &Ident) -> bool {
    let text = expression.text();
    text == column.as_str() || text == column.to_string() || text.eq_ignore_ascii_case(&column.to_string())
}

/// New values for rows that are there, in the place of a column that the other tool would have doubled.
pub(super) fn new_values(table: &Located<TableRef>, values: &[(Name, Expr)]) -> Option<Written> {
    let changed: Vec<&(Name, Expr)> =
        values.iter().filter(|(column, value)| !is_column(value, column)).collect();
    if changed.is_empty() {
        return None;
    }
    let set: Vec<String> =
        changed.iter().map(|(column, value)| format!("{} = {value}", column.value)).collect();
    let differs: Vec<String> = changed
        .iter()
        .map(|(column, value)| format!("{} IS DISTINCT FROM ({value})", column.value))
        .collect();
    let sql = format!("UPDATE {} SET {} WHERE {}", table.value, set.join(", "), differs.join(" OR "));
    let operation =
        Operation::Sql(PlacedSql { rows: Some(Located::new(sql, table.span)), ..PlacedSql::default() });
    let note =
        "`up`: the rows that are there get the value. What the old release writes later is not changed"
            .to_owned();
    Some(Written { notes: vec![note], operation })
}

/// Adds the note that `down` is left out, where it says anything.
pub(super) fn without_down<'a>(
    written: &mut [Written],
    down: impl IntoIterator<Item = (&'a Ident, &'a Expr)>,
) {
    let said = down.into_iter().find(|(column, value)| !is_column(value, column));
    if let (Some((column, value)), Some(first)) = (said, written.first_mut()) {
        let value = value.text().split_whitespace().collect::<Vec<_>>().join(" ");
        first.notes.push(format!(
            "`down` of `{}` is left out ({value}): until contract the old release reads what the new one writes",
            column.as_str()
        ));
    }
}

/// A column of a table.
pub(super) fn target(table: &Located<TableRef>, column: &Name) -> ColumnTarget {
    ColumnTarget { table: table.clone(), column: column.clone() }
}

/// A comment on a table or on one of its columns.
pub(super) fn comment(
    table: &Located<TableRef>,
    column: Option<&Name>,
    comment: Option<String>,
) -> Operation {
    Operation::SetComment(SetComment { table: table.clone(), column: column.cloned(), comment })
}

/// Names between parentheses.
pub(super) fn listed(names: &[Name]) -> String {
    names.iter().map(|name| name.value.to_string()).collect::<Vec<_>>().join(", ")
}
