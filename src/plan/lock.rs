//! PostgreSQL's table locks: their names and whom they block (manual, section 13.3).

use serde::{Deserialize, Serialize};

/// A table-level lock mode, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LockMode {
    /// What a SELECT takes.
    #[serde(rename = "ACCESS SHARE")]
    AccessShare,
    /// What SELECT … FOR UPDATE takes.
    #[serde(rename = "ROW SHARE")]
    RowShare,
    /// What INSERT, UPDATE and DELETE take.
    #[serde(rename = "ROW EXCLUSIVE")]
    RowExclusive,
    /// VALIDATE, concurrent index builds: other DDL and VACUUM wait, the application doesn't.
    #[serde(rename = "SHARE UPDATE EXCLUSIVE")]
    ShareUpdateExclusive,
    /// A plain CREATE INDEX: writes wait.
    #[serde(rename = "SHARE")]
    Share,
    /// Foreign keys, CREATE TRIGGER: writes wait.
    #[serde(rename = "SHARE ROW EXCLUSIVE")]
    ShareRowExclusive,
    /// REFRESH … CONCURRENTLY: writes wait.
    #[serde(rename = "EXCLUSIVE")]
    Exclusive,
    /// Most of ALTER TABLE: everything waits.
    #[serde(rename = "ACCESS EXCLUSIVE")]
    AccessExclusive,
}

impl LockMode {
    /// The name in the manual and in `LOCK TABLE … IN … MODE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Whom it blocks, in the application's words.
    pub const fn blocks(self) -> &'static str {
        match self {
            Self::AccessShare | Self::RowShare | Self::RowExclusive => "nobody",
            Self::ShareUpdateExclusive => "other DDL and VACUUM only",
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "writes",
            Self::AccessExclusive => "reads and writes",
        }
    }
}
