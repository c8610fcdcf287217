//! The index that `CREATE INDEX` makes, as the catalog will have it.

use crate::catalog::{Index, Table};
use crate::ident::{Ident, TableName};
use crate::migration::operation::CreateIndex;
use crate::pg::naming;

/// The same, where the columns that it names are known.
pub(crate) fn index_on(op: &CreateIndex, name: &Ident, tail: &str, columns: &[Ident]) -> Index {
    let method = if op.using.is_some() { "" } else { "USING btree " };
    let include = op.include.iter().map(|column| &column.value);
    let columns = columns.iter().chain(include).cloned().collect();
    Index {
        name: name.clone(),
        definition: format!("{method}{tail}"),
        columns,
        parts: op.columns.iter().map(|key| key.column().cloned()).collect(),
        keys: op.columns.len(),
        has_expressions: op.columns.iter().any(|key| key.column().is_none()),
        unique: op.unique,
        valid: true,
        ..Index::default()
    }
}

/// What stands behind the table's name: method, columns, options, predicate.
pub(crate) fn tail(op: &CreateIndex, table: &TableName) -> String {
    let columns: Vec<String> = op.columns.iter().map(|key| key.sql(&table.name)).collect();
    let mut tail = op.using.as_ref().map(|method| format!("USING {method} ")).unwrap_or_default();
    tail.push_str(&format!("({})", columns.join(", ")));
    if !op.include.is_empty() {
        let include: Vec<String> = op.include.iter().map(ToString::to_string).collect();
        tail.push_str(&format!(" INCLUDE ({})", include.join(", ")));
    }
    if let Some(options) = &op.options {
        tail.push_str(&format!(" {}", options.value));
    }
    if let Some(predicate) = &op.predicate {
        tail.push_str(&format!(" WHERE {}", predicate.without_table(&table.name)));
    }
    tail
}

/// The index that an operation makes, as the catalog will have it.
pub(crate) fn index_of(op: &CreateIndex, name: &Ident, table: &TableName, known: &Table) -> Index {
    let columns: Vec<Ident> = known.columns.iter().map(|column| column.name.clone()).collect();
    let used = columns_used(op, &columns);
    index_on(op, name, &tail(op, table), &used)
}

/// PostgreSQL's own scheme (`ChooseIndexName`): table, columns, `idx`, and a number while the name is taken.
pub(crate) fn index_name(op: &CreateIndex, table: &TableName, taken: impl Fn(&Ident) -> bool) -> Ident {
    let key = op.columns.iter().map(|key| key.name());
    let include = op.include.iter().map(|column| column.value.clone());
    let columns = naming::joined(&naming::index_columns(key.chain(include)));
    naming::object_name(table.name.as_str(), &columns, "idx", taken)
}

/// The columns that the index holds or asks for.
pub(crate) fn columns_used(op: &CreateIndex, known: &[Ident]) -> Vec<Ident> {
    let table = &op.table.name;
    let mut used: Vec<Ident> = op.columns.iter().flat_map(|key| key.columns_of(table, known)).collect();
    used.extend(op.predicate.iter().flat_map(|predicate| predicate.columns_of(table, known)));
    used.sort_unstable();
    used.dedup();
    used
}
