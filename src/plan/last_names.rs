//! What has to follow the renames of contract, since it speaks of the names that things get there.

use super::names::{Handover, Named};
use super::planner::{ContractPart, Draft};
use crate::ident::{Ident, TableName};
use crate::migration::definition::names_used;
use crate::migration::operation::Operation;
use crate::migration::takes_every_column;

impl Draft<'_> {
    /// An index that the file has renamed, and drops: it goes under the name that it has.
    pub(super) fn forget_index_name(&mut self, index: &TableName) -> TableName {
        let first = self.first_index(index);
        if first != *index {
            let what = Named::Index { schema: index.schema.clone() };
            let its = |one: &Handover| one.what == what && one.last == index.name;
            self.names.given.retain(|one| !its(one));
            self.contract_transaction
                .parts
                .retain(|part| !matches!(part, ContractPart::HandOver(one) if its(one)));
        }
        first
    }

    /// Whether a statement has to follow the renames of contract: its text has names that columns or tables get there, or
    /// something that has to follow them itself.
    pub(super) fn speaks_of_last_names(&self, operation: &Operation, statements: &[String]) -> bool {
        if operation.dropped().is_some() {
            return false;
        }
        let text = statements.join("; ");
        let mut last: Vec<Ident> = Vec::new();
        for later in &self.later {
            match later {
                Operation::RenameColumn(rename) => last.push(rename.to.value.clone()),
                Operation::RenameTable(rename) => last.push(rename.to.value.clone()),
                _ => {}
            }
        }
        last.extend(self.names.made_last.iter().cloned());
        let renamed = self.later.iter().filter_map(|later| match later {
            Operation::RenameColumn(rename) => Some(self.resolve(&rename.table).name),
            _ => None,
        });
        let renamed: Vec<Ident> = renamed.collect();
        // `*` has the last names, and no column of midflight's own.
        let of_all = takes_every_column(&text) && !names_used(&text, &renamed).is_empty();
        of_all || !names_used(&text, &last).is_empty()
    }

    /// Adds statements to the contract transaction, after all renames.
    pub(super) fn last_in_contract(&mut self, summary: String, table: Option<TableName>, sql: Vec<String>) {
        self.contract_transaction.last.push(ContractPart::Statements { summary, sql, table });
    }

    /// Whether an index of this name is another one until contract.
    pub(super) fn takes_over_name(&self, table: &TableName, index: &Ident) -> bool {
        let here = |what: &Named| match what {
            Named::Index { schema } => *schema == table.schema,
            Named::Constraint { table: of } => of == table,
            Named::Type { .. } => false,
        };
        self.names.given.iter().any(|one| here(&one.what) && one.last == *index && one.physical != one.last)
    }

    /// Whether this is the name that the file gives to a table which is there: a view until contract.
    pub(super) fn is_double(&self, name: &TableName) -> bool {
        let renamed = |later: &Operation| match later {
            Operation::RenameTable(rename) => {
                let from = self.resolve(&rename.table);
                TableName::new(from.schema, rename.to.value.clone()) == *name
            }
            _ => false,
        };
        self.objects.doubles.contains(name) || self.later.iter().any(renamed)
    }
}
