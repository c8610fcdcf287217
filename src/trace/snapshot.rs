//! What the server says at one moment: relations, their files, rows read so far, and the locks of the session that
//! asks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Relation;
use crate::ident::TableName;
use crate::plan::LockMode;

/// The query. Its answer is a [`Snapshot`] in JSON; it touches system catalogs only.
pub const QUERY: &str = include_str!("snapshot.sql");
/// The name of its column, by which a batch tells it from the file's own queries.
pub const COLUMN: &str = "midflight_snapshot";

/// An object id.
pub type Oid = u32;

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A table, a partitioned one or a partition.
    Table,
    /// An index, on a partitioned table as well.
    Index,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A sequence.
    Sequence,
    /// A foreign table.
    ForeignTable,
}

/// The server at one moment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Document")]
pub struct Snapshot {
    /// Relations outside the system schemas.
    pub relations: BTreeMap<Oid, State>,
    /// The session's locks, the strongest on each relation.
    pub locks: BTreeMap<Oid, LockMode>,
    /// Seconds since 1970, by the server's clock.
    pub at: f64,
}

/// A relation at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Schema and name.
    pub name: TableName,
    /// What it is.
    pub kind: Kind,
    /// The file that holds it; 0 where it has none.
    pub file: u32,
    /// The table, for an index.
    pub table: Option<Oid>,
    /// Rows that sequential scans returned to this session; entries, for an index.
    pub rows_read: i64,
}

impl State {
    /// As the report has it.
    pub fn relation(&self, existed_before: bool) -> Relation {
        Relation { name: self.name.clone(), kind: self.kind, existed_before }
    }
}

#[derive(Deserialize)]
struct Document {
    relations: Vec<RelationRow>,
    locks: Vec<LockRow>,
    at: f64,
}

#[derive(Deserialize)]
struct RelationRow {
    oid: Oid,
    schema: String,
    name: String,
    kind: String,
    file: u32,
    table: Option<Oid>,
    rows_read: i64,
}

/// A lock of a session.
#[derive(Debug, Deserialize)]
pub struct LockRow {
    /// The relation.
    pub oid: Oid,
    /// How it is locked.
    pub mode: LockMode,
}

impl From<Document> for Snapshot {
    fn from(document: Document) -> Self {
        let relations = document.relations.into_iter().map(|row| {
            let state = State {
                name: TableName::new(row.schema.as_str(), row.name.as_str()),
                kind: kind(&row.kind),
                file: row.file,
                table: row.table,
                rows_read: row.rows_read,
            };
            (row.oid, state)
        });
        Self { relations: relations.collect(), locks: strongest(document.locks), at: document.at }
    }
}

/// The strongest lock on each relation.
pub fn strongest(rows: impl IntoIterator<Item = LockRow>) -> BTreeMap<Oid, LockMode> {
    let mut locks = BTreeMap::new();
    for LockRow { oid, mode } in rows {
        let known = locks.entry(oid).or_insert(mode);
        *known = (*known).max(mode);
    }
    locks
}

/// The meaning of `pg_class.relkind`, of those that the query asks for.
fn kind(relkind: &str) -> Kind {
    match relkind {
        "i" | "I" => Kind::Index,
        "v" => Kind::View,
        "m" => Kind::MaterializedView,
        "S" => Kind::Sequence,
        "f" => Kind::ForeignTable,
        _ => Kind::Table,
    }
}
