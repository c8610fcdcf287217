//! What a catalog says that files don't: everything that is there already, and how large it is.

use std::collections::BTreeMap;
use std::time::Duration;

use super::schema::{Function, Index, Publishes, Table, TypeInfo};
use super::work::Work;
use crate::ident::{Ident, TableName};

/// A database as it is. Empty where only files are read.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// The server's major version.
    pub server_major: Option<u32>,
    /// Tables, views and materialized views.
    pub tables: BTreeMap<TableName, Table>,
    /// Indexes.
    pub indexes: BTreeMap<TableName, Index>,
    /// Domains and enums.
    pub types: BTreeMap<Ident, TypeInfo>,
    /// What publications send.
    pub publications: Vec<Publishes>,
    /// Functions that PostgreSQL doesn't bring itself.
    pub functions: BTreeMap<Ident, Function>,
}

/// How large a table is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// Estimated rows.
    pub rows: i64,
    /// Bytes of the table, without indexes.
    pub bytes: i64,
}

impl Size {
    /// About how long the work takes. The rates are a third to a half of what one core did on rows in memory (PostgreSQL
    /// 15, two million rows of 269 MB: 2,700 MB/s read, 470 indexed, 83 written), since storage is often slower.
    pub fn time_for(self, work: Work) -> Duration {
        let megabytes_per_second = match work {
            Work::Scan => 800.0,
            Work::Build => 150.0,
            Work::Rewrite | Work::Rows => 45.0,
        };
        Duration::from_secs_f64(self.bytes.max(0) as f64 / (megabytes_per_second * 1e6))
    }
}
