//! What publications send of a table.

use super::{How, Object, Uses};
use crate::catalog::Catalog;
use crate::ident::literal;
use crate::migration::operation::{Operation, Step};
use crate::plan::Plan;

impl Uses {
    /// What a publication sends of a table is one thing: two migrations in flight don't both change it.
    pub(in crate::plan) fn publications(&mut self, plan: &Plan, first: &Catalog, steps: &[Step]) {
        let statements: Vec<&String> = plan.contract.iter().flat_map(|step| &step.sql).collect();
        for (name, table) in &first.tables {
            let about = |step: &&Step| step.operation.tables().iter().any(|of| first.resolve(of) == *name);
            if !steps.iter().filter(about).any(|step| shapes(&step.operation)) {
                continue;
            }
            for publication in &table.publications {
                let leave = publication.leave(name);
                // Within a block of code it is part of a literal.
                let within = literal(&leave);
                let within = within.trim_matches('\'');
                let changes = statements.iter().any(|sql| sql.contains(&leave) || sql.contains(within));
                let object = Object::OnTable {
                    table: name.clone(),
                    kind: "publication".to_owned(),
                    name: publication.name.clone(),
                };
                self.push(object, if changes { How::Changes } else { How::Needs });
            }
        }
    }
}

/// Whether an operation changes what a publication's list of columns has to hold: the columns, or those of the identity.
fn shapes(operation: &Operation) -> bool {
    matches!(operation, Operation::SetNotNull(op) if op.up.is_some())
        || matches!(
            operation,
            Operation::AddColumn(_)
                | Operation::DropColumn(_)
                | Operation::RenameColumn(_)
                | Operation::ChangeType(_)
                | Operation::TransformColumns(_)
                | Operation::SetReplicaIdentity(_)
                | Operation::AddPrimaryKey(_)
                | Operation::DropConstraint(_)
        )
}
