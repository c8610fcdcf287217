//! A file is a sequence: each statement means what it means after those above it. Planning wants one change for each
//! thing, under the name that the thing has before the file, since that is its name while the stages run. So the file is
//! brought into that form first: renames go to the end, and what speaks of a later name speaks of the first one;
//! several changes of one column are one; of two opposites the last one stays.

mod columns;
mod computed;
mod fold;
mod judge;
mod labels;
mod names;
mod refer;
mod retyped;

pub(super) use judge::Fence;

use crate::catalog::{Catalog, RelationKind};
use crate::error::Result;
use crate::ident::TableName;
use crate::migration::Migration;
use crate::migration::change::RenameIndex;
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, Step, TableRef, Unplaced};
use crate::migration::statement::Statement;

/// The operations of a file in the form that planning wants, with the outcome of the file.
///
/// # Errors
/// Exit 23 where one name stands for two things in one file, and neither can have another for a while.
pub(super) fn net(migration: &Migration, catalog: &Catalog) -> Result<Net> {
    let file = File { migration, catalog };
    let (steps, notes) = judge::judged(&file)?;
    let steps = labels::by_first_name(&file, &steps)?;
    let steps = retyped::once(&file, &steps);
    let (steps, filled) = computed::columns_with_values(&file, steps);
    let steps = file.under_first_names(&steps)?;
    Ok(Net { steps: fold::fold(&steps, catalog, &file.new_tables(&steps), &filled), notes })
}

/// What a file does, without what its conditions leave out.
pub(super) fn operations(migration: &Migration, catalog: &Catalog) -> Vec<Operation> {
    let judged = judge::judged(&File { migration, catalog }).map(|(steps, _)| steps).unwrap_or_default();
    judged.into_iter().map(|step| step.operation).collect()
}

/// A file in that form.
pub(super) struct Net {
    pub(super) steps: Vec<Step>,
    /// What has nothing to do.
    pub(super) notes: Vec<String>,
}

/// What the passes look at.
struct File<'f> {
    migration: &'f Migration,
    catalog: &'f Catalog,
}

impl File<'_> {
    fn under_first_names(&self, steps: &[Step]) -> Result<Vec<Step>> {
        let steps: Vec<Step> = steps.iter().map(|step| self.of_its_kind(step)).collect();
        let steps = names::last_names_first(self, &steps);
        columns::by_first_name(self, &steps)
    }

    /// `ALTER TABLE … RENAME TO` renames indexes, views and sequences as well.
    fn of_its_kind(&self, step: &Step) -> Step {
        let Operation::RenameTable(op) = &step.operation else { return step.clone() };
        let kind = match self.catalog.relations.get(&self.resolve(&op.table)) {
            Some(RelationKind::Index | RelationKind::PartitionedIndex) => {
                let rename = RenameIndex { index: op.table.clone(), to: op.to.clone(), if_exists: false };
                return Step { operation: Operation::RenameIndex(rename), ..step.clone() };
            }
            Some(RelationKind::View) => ObjectKind::View,
            Some(RelationKind::MaterializedView) => ObjectKind::MaterializedView,
            Some(RelationKind::Sequence) => ObjectKind::Sequence,
            Some(
                RelationKind::Table
                | RelationKind::PartitionedTable
                | RelationKind::ForeignTable
                | RelationKind::CompositeType
                | RelationKind::Toast,
            )
            | None => return step.clone(),
        };
        let statement =
            Statement::Rename { kind, name: op.table.clone(), table: None, part: None, to: op.to.clone() };
        let sql = format!("ALTER {} {} RENAME TO {}", kind.keywords(), op.table.value, op.to);
        let head = format!("ALTER {}", kind.keywords());
        let unplaced = Unplaced { sql, head, target: None, recognised: true, error: None, statement };
        Step { operation: Operation::Unplaced(unplaced), ..step.clone() }
    }

    fn resolve(&self, table: &TableRef) -> TableName {
        self.catalog.resolve(table)
    }

    /// Tables that the file makes: nobody uses them yet, and their statements run as they are written.
    fn new_tables(&self, steps: &[Step]) -> Vec<TableName> {
        let made = |step: &Step| match &step.operation {
            Operation::CreateTable(op) => Some(self.resolve(&op.table)),
            _ => None,
        };
        let known = |table: &TableName| self.catalog.relations.contains_key(table);
        steps.iter().filter_map(made).filter(|table| !known(table)).collect()
    }
}
