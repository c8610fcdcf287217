//! Rows in flight: a change of rows runs in backfill or contract, while what a later migration does to them may run before.
//! psql would have done the one before the other.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Uses;
use crate::ident::{Ident, TableName};
use crate::plan::rows::Place;

/// A change of rows that runs after expand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delayed {
    /// The stage that it runs in.
    pub place: Place,
    /// The tables whose rows it changes.
    pub writes: BTreeSet<TableName>,
    /// Every name in it, and the functions that fire for it.
    pub names: BTreeSet<Ident>,
}

/// What a migration does to rows at all, in whatever stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnRows {
    /// Those that run after expand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delayed: Vec<Delayed>,
    /// Tables whose rows it writes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub writes: BTreeSet<TableName>,
    /// Every name in what reads rows: queries that fill tables and materialized views, changes of rows.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reads: BTreeSet<Ident>,
    /// Tables of which it says what becomes of rows that are written: triggers, defaults.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rules: BTreeSet<TableName>,
    /// Functions and sequences that it replaces, alters or drops.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub replaces: BTreeSet<Ident>,
}

impl OnRows {
    /// Whether it does nothing to rows.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Uses {
    /// The table on whose rows this migration would work before an earlier one has changed them, and when that one does.
    /// `done` is the last stage of the earlier one that comes before this migration is expanded.
    pub fn overtakes(&self, earlier: &Self, done: Place) -> Option<(TableName, Place)> {
        let waiting = earlier.on_rows.delayed.iter().filter(|change| change.place > done);
        let mut met = waiting.filter_map(|change| Some((self.met(change)?.clone(), change.place)));
        met.next()
    }

    fn met<'d>(&'d self, change: &'d Delayed) -> Option<&'d TableName> {
        let mine = &self.on_rows;
        let written = mine
            .writes
            .iter()
            .find(|table| change.writes.contains(*table) || change.names.contains(&table.name));
        let changed = |table: &&TableName| mine.reads.contains(&table.name) || mine.rules.contains(*table);
        let replaced = || change.writes.iter().next().filter(|_| !mine.replaces.is_disjoint(&change.names));
        written.or_else(|| change.writes.iter().find(changed)).or_else(replaced)
    }
}
