//! Statements that PostgreSQL refuses inside a transaction, known by their words (`PreventInTransactionBlock`). Indexes,
//! `VACUUM`, `CLUSTER` and `REINDEX` are read as what they are, and judged where they are read.

/// A statement that no transaction may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    /// Its leading words.
    pub head: &'static str,
    /// When it is refused.
    pub when: When,
}

/// When a statement is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Whatever it says.
    Always,
    /// With these words in it.
    With(&'static str),
    /// Unless one of these words keeps it from asking another server.
    Unless(&'static [&'static str]),
    /// It depends on what the catalog holds: a slot, a subscription that is switched on.
    Perhaps,
}

/// All of them.
pub const OUTSIDE: &[Outside] = &[
    always("ALTER SYSTEM"),
    always("COMMIT PREPARED"),
    always("CREATE DATABASE"),
    always("CREATE TABLESPACE"),
    always("DROP DATABASE"),
    always("DROP TABLESPACE"),
    always("ROLLBACK PREPARED"),
    Outside { head: "ALTER DATABASE", when: When::With("SET TABLESPACE") },
    Outside { head: "CREATE SUBSCRIPTION", when: When::Unless(&["CREATE_SLOT", "CONNECT"]) },
    Outside { head: "ALTER SUBSCRIPTION", when: When::Perhaps },
    Outside { head: "DROP SUBSCRIPTION", when: When::Perhaps },
];

const fn always(head: &'static str) -> Outside {
    Outside { head, when: When::Always }
}
