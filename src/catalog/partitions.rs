//! A table whose rows are in partitions.

use super::RelationKind;
use crate::ident::{Ident, TableName};

/// How the rows of a partitioned table are spread.
#[derive(Debug, Clone, Default)]
pub struct Partitioning {
    /// Every column that a partition key names, its own or a partition's, plain or within an expression.
    pub key: Vec<Ident>,
    /// Whether one of these keys has an expression: then no unique index is possible.
    pub by_expression: bool,
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
