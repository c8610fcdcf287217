//! Replica identities: without one PostgreSQL takes no UPDATE of a table whose updates are published.

use super::planner::Draft;
use super::publications::sends;
use super::{Plan, Verb};
use crate::catalog::{Publication, Table};
use crate::error::{Error, Result};
use crate::ident::TableName;
use crate::migration::operation::{Operation, Step};

impl Draft<'_> {
    /// Without an identity PostgreSQL refuses what it could not send.
    pub(super) fn tell_of_lost_identity(&mut self, name: &TableName, table: &Table) {
        let sends_old_rows = |publication: &&Publication| publication.updates || publication.deletes;
        let sending: Vec<&Publication> = table.publications.iter().filter(sends_old_rows).collect();
        let lost = self.now.tables.get(name).is_some_and(|now| !now.can_be_identified());
        if sending.is_empty() || !lost || !table.can_be_identified() {
            return;
        }
        let text = format!(
            "{} {name}, which has no replica identity any more once this file is done: UPDATE and DELETE of it fail from then on \
             (SQLSTATE 55000), until `ALTER TABLE {name} REPLICA IDENTITY FULL` or another key",
            sends(&sending)
        );
        self.warn(false, text.clone());
        self.warn(true, text);
    }

    /// PostgreSQL refuses UPDATE and DELETE where it can't tell subscribers of which row.
    ///
    /// # Errors
    /// Exit 23 for a table that backfill, or a statement of the file in batches, could not write.
    pub(super) fn refuse_unidentified(&self, plan: &Plan) -> Result<()> {
        let rows = plan.backfill.iter().map(|work| (&work.table, Verb::Update));
        for (name, verb) in rows.chain(plan.row_batches().map(|work| (&work.writes, work.verb))) {
            self.refuse_unidentified_table(name, verb)?;
        }
        Ok(())
    }

    fn refuse_unidentified_table(&self, name: &TableName, verb: Verb) -> Result<()> {
        let (Some(first), Some(now)) = (self.first.tables.get(name), self.now.tables.get(name)) else {
            return Ok(());
        };
        let sends_it = |publication: &&Publication| match verb {
            Verb::Update => publication.updates,
            Verb::Delete => publication.deletes,
            Verb::Insert => false,
        };
        let sending: Vec<&Publication> = first.publications.iter().filter(sends_it).collect();
        let given = self.migration.steps.iter().any(
            |step| matches!(&step.operation, Operation::SetReplicaIdentity(op) if self.resolve(&op.table) == *name),
        );
        let identified = first.can_be_identified() || given && now.can_be_identified();
        let whole = first.partitioning.is_none() || !first.has_partitions_without_identity;
        if sending.is_empty() || identified && whole {
            return Ok(());
        }
        let statement = verb.name().to_uppercase();
        let message = format!(
            "{} every {statement} of {name}, which has no replica identity: PostgreSQL refuses that of this migration",
            sends(&sending)
        );
        let about = |step: &&Step| step.operation.tables().iter().any(|of| self.resolve(of) == *name);
        let span = self.migration.steps.iter().find(about).map_or(self.span, |step| step.span);
        Err(self.blame(Error::refused(message), span).hint(format!(
            "in an earlier migration or above this one: `ALTER TABLE {name} REPLICA IDENTITY FULL`, or USING INDEX with a unique \
             index of NOT NULL columns; or give the table a primary key before"
        )))
    }
}
