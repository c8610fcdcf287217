//! Which publications send a table's new columns.

use super::Schema;
use crate::ident::{Ident, TableName};
use crate::migration::statement::Published;

/// A publication, and something of which it sends every column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishes {
    /// The publication.
    pub publication: Ident,
    /// What it sends.
    pub what: Sent,
}

/// What a publication sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// Every table.
    Everything,
    /// Every table of a schema.
    Schema(Ident),
    /// One table.
    Table(TableName),
}

impl Schema {
    pub(super) fn publish(&mut self, publication: &Ident, tables: &Published) {
        let sent: Vec<Sent> = match tables {
            Published::Everything => vec![Sent::Everything],
            Published::Schemas(schemas) => {
                schemas.iter().map(|schema| Sent::Schema(schema.value.clone())).collect()
            }
            Published::Tables(tables) => {
                tables.iter().map(|table| Sent::Table(self.resolve(table))).collect()
            }
        };
        let publishes = |what| Publishes { publication: publication.clone(), what };
        self.publications.extend(sent.into_iter().map(publishes));
    }

    /// The publications by which subscribers get a column that is added to a table.
    pub fn publications_of(&self, table: &TableName) -> Vec<&Ident> {
        let parent = self.relation(table).and_then(|found| found.partition_of.clone());
        let sends = |sent: &Sent, table: &TableName| match sent {
            Sent::Everything => true,
            Sent::Schema(schema) => table.schema == *schema,
            Sent::Table(one) => one == table,
        };
        let mut found: Vec<&Ident> = self
            .publications
            .iter()
            .filter(|one| {
                sends(&one.what, table) || parent.as_ref().is_some_and(|parent| sends(&one.what, parent))
            })
            .map(|one| &one.publication)
            .collect();
        found.dedup();
        found
    }
}
