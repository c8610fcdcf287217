//! PostgreSQL's table locks, by the names that `pg_locks` and the manual give them.

use serde::{Serialize, Serializer};

/// The strongest lock that a statement takes on the table it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// `SHARE`
    Share,
    /// `SHARE ROW EXCLUSIVE`
    ShareRowExclusive,
    /// `ACCESS EXCLUSIVE`
    AccessExclusive,
}

impl Lock {
    /// PostgreSQL's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Who has to wait for it: `reads`, `writes`.
    pub const fn blocks(self) -> &'static [&'static str] {
        match self {
            Self::Share | Self::ShareRowExclusive => &["writes"],
            Self::AccessExclusive => &["reads", "writes"],
        }
    }
}

impl Serialize for Lock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
