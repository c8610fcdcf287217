//! Publications: which of a table's changes are sent to subscribers, and what names the rows that are changed.

use super::{ConstraintKind, Table};
use crate::ident::{Ident, TableName};
use crate::migration::expression::{Expr, words};

/// A publication that sends a table's changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// Its name.
    pub name: Ident,
    /// How the table came into it.
    pub member: Member,
    /// Whether it sends UPDATE: then every UPDATE needs a replica identity.
    pub updates: bool,
    /// Whether it sends DELETE: the same of that.
    pub deletes: bool,
    /// The columns that it sends; none where it sends all, those that are added later included.
    pub columns: Option<Vec<Ident>>,
    /// The condition of the rows that it sends, as the server writes it.
    pub filter: Option<String>,
    /// Whether the connected role owns it.
    pub owned: bool,
    /// Whether it is of whole schemas as well: then PostgreSQL takes no list of columns in it.
    pub of_schemas: bool,
}

/// How a table comes into a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// `FOR ALL TABLES`
    Everything,
    /// `FOR TABLES IN SCHEMA`
    Schema,
    /// `FOR TABLE`, under its own name.
    Table,
    /// By a partitioned table above it, or by a partition of its own.
    Partition,
}

/// What PostgreSQL logs of the old row, so that subscribers find it: `REPLICA IDENTITY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReplicaIdentity {
    /// The primary key's columns, if there is one.
    #[default]
    Default,
    /// The whole row.
    Full,
    /// The columns of an index.
    Index,
    /// Nothing.
    Nothing,
}

impl ReplicaIdentity {
    /// `pg_class.relreplident`
    pub fn of(letter: char) -> Option<Self> {
        match letter {
            'd' => Some(Self::Default),
            'f' => Some(Self::Full),
            'i' => Some(Self::Index),
            'n' => Some(Self::Nothing),
            _ => None,
        }
    }

    /// What a statement sets it to, with the index that it names.
    pub fn read(text: &str) -> Option<(Self, Option<Ident>)> {
        let said = words(text);
        let is = |at: usize, word: &str| {
            said.get(at).is_some_and(|found| found.ident.as_str().eq_ignore_ascii_case(word))
        };
        match said.as_slice() {
            [_] if is(0, "default") => Some((Self::Default, None)),
            [_] if is(0, "full") => Some((Self::Full, None)),
            [_] if is(0, "nothing") => Some((Self::Nothing, None)),
            [_, _, index] if is(0, "using") && is(1, "index") => {
                Some((Self::Index, Some(index.ident.clone())))
            }
            _ => None,
        }
    }
}

impl Publication {
    /// Whether a column that is added to the table is sent from then on.
    pub fn sends_new_columns(&self) -> bool {
        self.columns.is_none()
    }

    /// Whether it names the table itself and is the role's own, so that its list of columns can be set.
    pub fn can_be_listed_again(&self) -> bool {
        self.member == Member::Table && self.owned && !self.of_schemas
    }

    /// Whether its list of columns or its condition names one of these.
    pub fn names(&self, columns: &[Ident]) -> bool {
        let listed = self.columns.iter().flatten().any(|column| columns.contains(column));
        listed || self.filters_by(columns)
    }

    /// Whether its condition names one of these.
    pub fn filters_by(&self, columns: &[Ident]) -> bool {
        let named = self.filter.as_deref().map(|filter| Expr::from(filter).columns()).unwrap_or_default();
        columns.iter().any(|column| named.contains(column))
    }

    /// The statements that give it another list of columns for a table, or none.
    pub fn relist(&self, table: &TableName, columns: Option<&[Ident]>) -> [String; 2] {
        let list = columns.map(|columns| {
            let names: Vec<String> = columns.iter().map(ToString::to_string).collect();
            format!(" ({})", names.join(", "))
        });
        let filter = self.filter.as_ref().map(|filter| format!(" WHERE ({filter})"));
        [
            self.leave(table),
            format!(
                "ALTER PUBLICATION {} ADD TABLE ONLY {table}{}{}",
                self.name,
                list.unwrap_or_default(),
                filter.unwrap_or_default()
            ),
        ]
    }

    /// The statement that takes a table out of it.
    pub fn leave(&self, table: &TableName) -> String {
        format!("ALTER PUBLICATION {} DROP TABLE ONLY {table}", self.name)
    }
}

impl Table {
    /// Whether there is something by which the old row of an UPDATE or DELETE is told to subscribers.
    pub fn can_be_identified(&self) -> bool {
        match self.identity {
            ReplicaIdentity::Full => true,
            ReplicaIdentity::Default => self
                .constraints
                .iter()
                .any(|known| known.kind == ConstraintKind::PrimaryKey && !known.deferrable),
            ReplicaIdentity::Index => self.indexes.iter().any(|index| index.replica_identity),
            ReplicaIdentity::Nothing => false,
        }
    }
}
