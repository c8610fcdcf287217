//! What a migration reads and writes, dependents included, so that two in flight never meet on one object: the plan of
//! each holds names, and copies what it found when it was made.

mod of_file;
mod published;
mod row_changes;

use std::collections::BTreeSet;
use std::fmt;

pub(super) use of_file::of_file;
pub use row_changes::{Delayed, OnRows};
use serde::{Deserialize, Serialize};

use super::Touch;
use crate::ident::{Ident, TableName};

/// The objects of a migration, and the names in SQL that can't be looked into.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uses {
    /// Each object with what is done to it.
    pub objects: BTreeSet<Use>,
    /// Every name in bodies, queries and the user's own SQL.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub names: BTreeSet<Ident>,
    /// Tables that have columns of midflight's own until contract.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub filled: BTreeSet<TableName>,
    /// Tables that get a trigger which decides what a row is.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fires: BTreeSet<TableName>,
    /// Some of that SQL takes every column of a table (`*`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole_rows: bool,
    /// What it does to rows.
    #[serde(default, skip_serializing_if = "OnRows::is_nothing")]
    pub on_rows: OnRows,
}

/// One object, and what is done to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Use {
    /// What it is done to.
    pub object: Object,
    /// What is done.
    pub how: How,
}

/// Something with an identity of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// A table, view, index or sequence: they share one name space.
    Relation(TableName),
    /// A column.
    Column {
        /// Its table.
        table: TableName,
        /// Its name.
        column: Ident,
    },
    /// A constraint, trigger or policy.
    OnTable {
        /// Its table.
        table: TableName,
        /// `constraint`, `trigger`, `policy`.
        kind: String,
        /// Its name.
        name: Ident,
    },
    /// A type, function, schema…
    Other {
        /// What it is.
        kind: String,
        /// Its name, without arguments: functions of one name are one.
        name: TableName,
    },
}

/// What a migration does to an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It has to stay as it is: an index on a column, a key to a table.
    Needs,
    /// One property of it is set, and nothing else: its default, its comment.
    Sets(String),
    /// It is made.
    Adds,
    /// It is dropped, renamed, replaced, or recreated.
    Changes,
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relation(name) => write!(f, "{name}"),
            Self::Column { table, column } => write!(f, "{table}.{column}"),
            Self::OnTable { table, kind, name } => write!(f, "{kind} {name} of {table}"),
            Self::Other { kind, name } if name.schema.as_str().is_empty() => {
                write!(f, "{kind} {}", name.name)
            }
            Self::Other { kind, name } => write!(f, "{kind} {name}"),
        }
    }
}

impl From<&Touch> for Object {
    fn from(touch: &Touch) -> Self {
        match &touch.column {
            Some(column) => Self::Column { table: touch.table.clone(), column: column.clone() },
            None => Self::Relation(touch.table.clone()),
        }
    }
}

impl Uses {
    /// Whether it makes a table or column that has one of these names.
    pub fn makes_one_of(&self, names: &BTreeSet<Ident>) -> bool {
        self.objects.iter().filter(|one| one.how == How::Adds).any(|one| match &one.object {
            Object::Relation(table) => names.contains(&table.name),
            Object::Column { table, column } => names.contains(&table.name) && names.contains(column),
            Object::OnTable { .. } | Object::Other { .. } => false,
        })
    }

    /// The object because of which two migrations can't be in flight together.
    pub fn conflict(&self, other: &Self) -> Option<Object> {
        self.object_of_both(other)
            .cloned()
            .or_else(|| self.whole_rows_of(other))
            .or_else(|| other.whole_rows_of(self))
            .or_else(|| self.triggers_on(other))
            .or_else(|| other.triggers_on(self))
    }

    /// A table on whose rows the other one works while this one changes what becomes of them.
    fn triggers_on(&self, other: &Self) -> Option<Object> {
        self.fires.intersection(&other.filled).next().map(|table| Object::Relation(table.clone()))
    }

    /// A table of which this one takes every column, those of the other one's own included.
    fn whole_rows_of(&self, other: &Self) -> Option<Object> {
        let mut taken =
            other.filled.iter().filter(|table| self.whole_rows && self.names.contains(&table.name));
        taken.next().map(|table| Object::Relation(table.clone()))
    }

    fn object_of_both<'u>(&'u self, other: &'u Self) -> Option<&'u Object> {
        let met = |mine: &&'u Use| other.objects.iter().any(|theirs| mine.meets(theirs));
        let found =
            self.objects.iter().find(met).or_else(|| self.objects.iter().find(|mine| other.speaks_of(mine)));
        found
            .or_else(|| other.objects.iter().find(|theirs| self.speaks_of(theirs)))
            .map(|found| &found.object)
    }

    fn push(&mut self, object: Object, how: How) {
        if let Object::Column { table, .. } | Object::OnTable { table, .. } = &object {
            let table = Object::Relation(table.clone());
            self.objects.insert(Use { object: table, how: How::Needs });
        }
        self.objects.insert(Use { object, how });
    }

    /// Whether SQL that can't be looked into may be about what the other migration makes or changes. A property that is
    /// set stands in nobody's way.
    fn speaks_of(&self, of: &Use) -> bool {
        if matches!(of.how, How::Needs | How::Sets(_)) {
            return false;
        }
        let names = |name: &Ident| self.names.contains(name);
        match &of.object {
            Object::Relation(table) => names(&table.name),
            Object::Column { table, column } => {
                names(&table.name) && (names(column) || self.whole_rows && of.how == How::Changes)
            }
            Object::OnTable { name, .. } => names(name),
            Object::Other { name, .. } => names(&name.name),
        }
    }
}

impl Use {
    fn meets(&self, other: &Self) -> bool {
        self.object == other.object
            && match (&self.how, &other.how) {
                (How::Needs, How::Needs | How::Sets(_)) | (How::Sets(_), How::Needs) => false,
                (How::Sets(one), How::Sets(other)) => one == other,
                (How::Adds | How::Changes, _) | (_, How::Adds | How::Changes) => true,
            }
    }
}
