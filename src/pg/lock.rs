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
    /// All of them, weakest first.
    pub const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

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

    /// Whether one session's lock keeps another from having the other.
    pub const fn conflicts(self, other: Self) -> bool {
        use LockMode::*;
        match self {
            AccessShare => matches!(other, AccessExclusive),
            RowShare => matches!(other, Exclusive | AccessExclusive),
            RowExclusive => matches!(other, Share | ShareRowExclusive | Exclusive | AccessExclusive),
            ShareUpdateExclusive => !matches!(other, AccessShare | RowShare | RowExclusive),
            Share => !matches!(other, AccessShare | RowShare | Share),
            ShareRowExclusive => !matches!(other, AccessShare | RowShare),
            Exclusive => !matches!(other, AccessShare),
            AccessExclusive => true,
        }
    }

    /// The mode that `LOCK TABLE … IN mode MODE` names.
    pub fn named(mode: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == mode)
    }

    /// The name in `pg_locks`.
    pub fn catalog_name(self) -> String {
        let words = self.name().split(' ').map(|word| {
            let (first, rest) = word.split_at(1);
            format!("{first}{}", rest.to_ascii_lowercase())
        });
        format!("{}Lock", words.collect::<String>())
    }

    /// The mode that `pg_locks` calls so.
    pub fn of_catalog(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.catalog_name() == name)
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

    /// Which statements of an application wait for it: `reads`, `writes`.
    pub const fn stops(self) -> &'static [&'static str] {
        match self {
            Self::AccessShare | Self::RowShare | Self::RowExclusive | Self::ShareUpdateExclusive => &[],
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => &["writes"],
            Self::AccessExclusive => &["reads", "writes"],
        }
    }

    /// Whether ordinary statements of an application have to wait for it.
    pub const fn is_blocking(self) -> bool {
        !self.stops().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table 13.2 of the manual, row by row.
    #[test]
    fn conflicts_are_those_of_the_manual() {
        let table =
            ["       X", "      XX", "    XXXX", "   XXXXX", "  XX XXX", "  XXXXXX", " XXXXXXX", "XXXXXXXX"];
        for (mine, row) in LockMode::ALL.into_iter().zip(table) {
            let found: String = LockMode::ALL
                .into_iter()
                .map(|other| if mine.conflicts(other) { 'X' } else { ' ' })
                .collect();
            assert_eq!(found, row, "{}", mine.name());
        }
    }
}
