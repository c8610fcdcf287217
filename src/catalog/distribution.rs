//! How Citus keeps a table, where it does.

use crate::ident::Ident;

/// A table that is not what it looks like: its rows are in shards, and the table itself is a shell without pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Distribution {
    /// Spread over shards by the values of a column.
    ByColumn(Ident),
    /// In one shard, with the others of its schema or group.
    SingleShard,
    /// On every node.
    Reference,
    /// In one shard at the coordinator, so that it can refer to reference tables.
    Local,
}

impl Distribution {
    /// What `pg_dist_partition` says: how rows are spread, how shards are copied, whether it is in a group with others, and
    /// the column.
    pub fn of(method: &str, replication: &str, colocated: bool, column: Option<&str>) -> Self {
        match (method, column) {
            ("n", _) | (_, None) if replication == "t" => Self::Reference,
            ("n", _) | (_, None) if colocated => Self::SingleShard,
            ("n", _) | (_, None) => Self::Local,
            (_, Some(column)) => Self::ByColumn(Ident::new(column)),
        }
    }

    /// What Citus calls such a table.
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::ByColumn(_) => "a distributed table of Citus",
            Self::SingleShard => "a table of Citus in one shard",
            Self::Reference => "a reference table of Citus",
            Self::Local => "a local table of Citus",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Citus 13 writes them, for `create_distributed_table`, `create_reference_table`,
    /// `citus_add_local_table_to_metadata` and a schema that is distributed.
    #[test]
    fn the_kinds_are_told_apart() {
        let column = Distribution::ByColumn(Ident::new("tenant_id"));
        assert_eq!(Distribution::of("h", "s", true, Some("tenant_id")), column);
        assert_eq!(Distribution::of("n", "t", true, None), Distribution::Reference);
        assert_eq!(Distribution::of("n", "s", false, None), Distribution::Local);
        assert_eq!(Distribution::of("n", "s", true, None), Distribution::SingleShard);
    }
}
