//! Which operations can't be in a transaction.

use super::operation::{Operation, TableRef, Unplaced};
use super::source::Source;
use super::statement::{ReindexScope, Statement, TableAction};
use crate::pg::transactions::{OUTSIDE, When};

/// What has to be looked up to tell.
pub trait Partitioned {
    /// Whether a table has partitions.
    fn table(&self, table: &TableRef) -> bool;
    /// Whether an index is on a table that has partitions.
    fn index(&self, index: &TableRef) -> bool;
}

/// Nothing is known: then a statement that would be refused for a partitioned table is taken to be refused.
struct Unknown;

impl Partitioned for Unknown {
    fn table(&self, _: &TableRef) -> bool {
        true
    }

    fn index(&self, _: &TableRef) -> bool {
        true
    }
}

impl Operation {
    /// What PostgreSQL calls the statement, if it can't be in a transaction.
    pub fn outside_transactions(&self, partitioned: &impl Partitioned) -> Option<&str> {
        match self {
            Self::CreateIndex(index) => index.concurrently.then_some("CREATE INDEX CONCURRENTLY"),
            Self::DropIndex(drop) => drop.concurrently.then_some("DROP INDEX CONCURRENTLY"),
            Self::Unplaced(unplaced) => statement(unplaced, partitioned),
            _ => None,
        }
    }
}

fn statement<'a>(unplaced: &'a Unplaced, partitioned: &impl Partitioned) -> Option<&'a str> {
    match &unplaced.statement {
        Statement::Reindex { concurrently: true, .. } => Some("REINDEX CONCURRENTLY"),
        Statement::Reindex { scope: ReindexScope::Many, .. } => Some("REINDEX of more than a table"),
        Statement::Reindex { scope: ReindexScope::Table(table), .. } => {
            partitioned.table(table).then_some("REINDEX of a partitioned table")
        }
        Statement::Reindex { scope: ReindexScope::Index(index), .. } => {
            partitioned.index(index).then_some("REINDEX of a partitioned index")
        }
        Statement::AlterTable(_, TableAction::Detach { concurrently: true, .. }) => {
            Some("DETACH PARTITION CONCURRENTLY")
        }
        Statement::Vacuum { .. } => Some("VACUUM"),
        Statement::Cluster(None) => Some("CLUSTER without a table"),
        Statement::Cluster(Some(table)) => {
            partitioned.table(table).then_some("CLUSTER of a partitioned table")
        }
        Statement::Administration => Some(&unplaced.head),
        _ => always(&unplaced.head).then_some(unplaced.head.as_str()),
    }
}

fn always(head: &str) -> bool {
    OUTSIDE.iter().any(|known| known.when == When::Always && known.head == head)
}

/// The statements of a piece of SQL, each by itself, if one of them can't be in a transaction or may not be.
pub fn apart(sql: &str) -> Option<Vec<String>> {
    let read = super::parse(Source::new("own.sql", sql)).ok()?;
    let perhaps = |operation: &Operation| matches!(operation, Operation::Unplaced(one) if one.statement == Statement::Subscription);
    let alone =
        |operation: &Operation| operation.outside_transactions(&Unknown).is_some() || perhaps(operation);
    read.steps.iter().any(|step| alone(&step.operation)).then(|| {
        let statements = super::statements(&read.source);
        statements.into_iter().map(|span| read.source.slice(span).to_owned()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_alone_is_known_however_it_is_written() {
        for sql in [
            "ALTER SYSTEM SET work_mem = '8MB'",
            "create database \"x\"",
            "ALTER DATABASE d SET TABLESPACE t",
            "CREATE TABLESPACE t LOCATION '/x'",
            "DROP TABLESPACE IF EXISTS t",
            "VACUUM (ANALYZE) orders",
            "REINDEX (VERBOSE, CONCURRENTLY) INDEX i",
            "REINDEX SCHEMA public",
            "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
            "DROP INDEX CONCURRENTLY IF EXISTS public.i",
            "ALTER TABLE p DETACH PARTITION c CONCURRENTLY",
            "CLUSTER",
            "CLUSTER VERBOSE",
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
            "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
            "DROP SUBSCRIPTION s",
            "COMMIT PREPARED 'x'",
            "SELECT 1; VACUUM orders",
        ] {
            assert!(apart(sql).is_some(), "{sql}");
        }
        for sql in [
            "ALTER DATABASE d SET work_mem = '8MB'",
            "CREATE TABLE \"concurrently\" (a int)",
            "UPDATE t SET a = 'VACUUM; CREATE INDEX CONCURRENTLY'",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "ANALYZE orders",
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
            "ALTER TYPE mood ADD VALUE 'x'",
            "DROP INDEX i",
        ] {
            assert_eq!(apart(sql), None, "{sql}");
        }
    }
}
