//! A table whose rows are in partitions.

use super::{Catalog, RelationKind, Table};
use crate::ident::{Ident, TableName};

/// How the rows of a partitioned table are spread.
#[derive(Debug, Clone, Default)]
pub struct Partitioning {
    /// Every column that a partition key names, its own or a partition's, plain or within an expression.
    pub key: Vec<Ident>,
    /// Whether one of these keys has an expression: then no unique index is possible.
    pub by_expression: bool,
    /// Whether it has a partition for all rows that no other takes.
    pub has_default: bool,
    /// Everything below the table, those first that have others below them.
    pub partitions: Vec<Partition>,
}

/// A partition, on any level.
#[derive(Debug, Clone)]
pub struct Partition {
    /// Its name.
    pub table: TableName,
    /// A table that holds rows, one that is partitioned itself, or a foreign one.
    pub kind: RelationKind,
}

impl Partitioning {
    /// The partitions that hold rows on this server.
    pub fn leaves(&self) -> impl Iterator<Item = &TableName> {
        self.partitions
            .iter()
            .filter(|partition| partition.kind == RelationKind::Table)
            .map(|partition| &partition.table)
    }
}

impl Catalog {
    /// Everything below a table, those first that have others below them.
    pub fn below<'c>(
        &'c self,
        table: &'c Table,
    ) -> impl DoubleEndedIterator<Item = (&'c TableName, &'c Table)> {
        let partitions = table.partitioning.iter().flat_map(|partitioning| &partitioning.partitions);
        partitions.filter_map(|partition| self.partitions.get_key_value(&partition.table))
    }
}

impl Table {
    /// It has a partition less.
    pub fn forget_partition(&mut self, name: &TableName) {
        if let Some(partitioning) = &mut self.partitioning {
            partitioning.partitions.retain(|partition| partition.table != *name);
        }
    }

    /// Takes on what partitions have in rows and bytes, and the triggers that are theirs alone: they fire for rows of the
    /// whole.
    pub fn sum_up<'t>(&mut self, partitions: impl Iterator<Item = &'t Table>) {
        for partition in partitions {
            if partition.kind == RelationKind::Table {
                self.rows += partition.rows;
                self.bytes += partition.bytes;
                self.pages += partition.pages;
                self.index_bytes += partition.index_bytes;
            }
            self.attributes = self.attributes.max(partition.attributes);
            for trigger in &partition.triggers {
                if self.triggers.iter().all(|known| known.name != trigger.name) {
                    self.triggers.push(trigger.clone());
                }
            }
        }
    }
}

impl Catalog {
    /// Whether a table is a partition of another one.
    pub fn has_partition(&self, table: &TableName) -> bool {
        let listed = |one: &Table| {
            let partitions = one.partitioning.iter().flat_map(|partitioning| &partitioning.partitions);
            partitions.into_iter().any(|partition| partition.table == *table)
        };
        self.tables.get(table).is_some_and(|known| known.is_partition) || self.tables.values().any(listed)
    }
}
