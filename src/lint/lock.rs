//! PostgreSQL's table locks, by the names that `pg_locks` and the manual give them.

use serde::{Serialize, Serializer};

/// A table lock, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// `ROW EXCLUSIVE`
    RowExclusive,
    /// `SHARE UPDATE EXCLUSIVE`
    ShareUpdateExclusive,
    /// `SHARE`
    Share,
    /// `SHARE ROW EXCLUSIVE`
    ShareRowExclusive,
    /// `EXCLUSIVE`
    Exclusive,
    /// `ACCESS EXCLUSIVE`
    AccessExclusive,
}

impl Lock {
    /// PostgreSQL's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// The lock that `LOCK TABLE … IN mode MODE` names. `ACCESS SHARE` and `ROW SHARE` are none: they stop nobody.
    pub fn named(mode: &str) -> Option<Self> {
        let all = [
            Self::RowExclusive,
            Self::ShareUpdateExclusive,
            Self::Share,
            Self::ShareRowExclusive,
            Self::Exclusive,
            Self::AccessExclusive,
        ];
        all.into_iter().find(|lock| lock.name() == mode)
    }

    /// Who has to wait for it: `reads`, `writes`.
    pub const fn blocks(self) -> &'static [&'static str] {
        match self {
            Self::RowExclusive | Self::ShareUpdateExclusive => &[],
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => &["writes"],
            Self::AccessExclusive => &["reads", "writes"],
        }
    }

    /// Whether ordinary statements of an application have to wait for it.
    pub const fn is_blocking(self) -> bool {
        !self.blocks().is_empty()
    }
}

impl Serialize for Lock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
