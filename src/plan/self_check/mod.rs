//! A plan has to end where its file ends, and every step has to be possible where it stands. Before anything runs, the
//! statements of the plan are read as any file is read, and applied to the catalog as it is; so are those of the file. Where
//! the two ends differ, or a statement speaks of what is not there, the plan is wrong, whoever wrote it, and is refused. The
//! way back is walked as well. What is compared is what [`catalog::apply`] knows; nothing is asked of the code that made the
//! plan.

mod ends;
mod keys;
mod possible;
mod types;
mod walk;

use std::collections::BTreeSet;

use super::{Kept, Plan, Step, Work};
use crate::catalog::Catalog;
use crate::error::{Error, Kind};
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectName;
use crate::migration::operation::Operation;
use crate::migration::{self, source::Source};
use walk::Walk;

/// Why a plan can't be trusted.
///
/// # Errors
/// Exit 23.
pub(super) fn check(
    plan: &Plan,
    file: &[Operation],
    first: &Catalog,
    state_schema: &Ident,
) -> Result<(), Error> {
    if meets_another(plan, first) {
        return Ok(());
    }
    let asked = Walk::of_file(first, file);
    let mut planned = Walk::of_plan(first, &asked, state_schema);
    let mut way_back = Vec::new();
    for (stage, step) in plan.steps() {
        planned.step(step).map_err(|trouble| impossible(&step.id, &trouble))?;
        if stage != "contract" {
            way_back.push(step);
        }
        let last_of_stage = plan.expand.last().is_some_and(|last| last.id == step.id)
            || plan.finish.last().is_some_and(|last| last.id == step.id);
        if last_of_stage {
            back(planned.clone(), &way_back, first)?;
        }
    }
    let unlisted = Unlisted::of(first);
    match ends::differences(&planned.catalog, &asked.catalog, &unlisted).into_iter().next() {
        None => Ok(()),
        Some(difference) => Err(refusal(format!(
            "the steps that midflight would take don't end where this file ends: {difference}"
        ))),
    }
}

/// The catalog once the contract of a plan has run.
pub(super) fn contracted(plan: &Plan, catalog: &Catalog, state_schema: &Ident) -> Catalog {
    let mut walk = Walk::onwards(catalog, state_schema);
    plan.contract.iter().filter(|step| !step.only_views()).for_each(|step| walk.carry_out_all(&step.sql));
    walk.catalog
}

/// Why the ways of a contract that keeps can't be trusted: purge has to end where the file does, and undo, with the rollback
/// that follows, where the file begins.
///
/// # Errors
/// What is wrong, in words.
pub(super) fn check_kept(
    plan: &Plan,
    kept: &Kept,
    file: &[Operation],
    first: &Catalog,
    state_schema: &Ident,
) -> Result<(), String> {
    if meets_another(plan, first) {
        return Ok(());
    }
    let asked = Walk::of_file(first, file);
    let mut walk = Walk::of_plan(first, &asked, state_schema);
    let way_back: Vec<&Step> = plan.expand.iter().chain(&plan.finish).collect();
    for step in way_back.iter().copied().chain(&kept.contract) {
        walk.step(step).map_err(|trouble| format!("in {}, {trouble}", step.id))?;
    }
    let mut purged = walk.clone();
    for step in &kept.purge {
        purged.step(step).map_err(|trouble| format!("in {}, {trouble}", step.id))?;
    }
    let unlisted = Unlisted::of(first);
    if let Some(difference) = ends::differences(&purged.catalog, &asked.catalog, &unlisted).into_iter().next()
    {
        return Err(format!("purge would not end where the file ends: {difference}"));
    }
    for step in &kept.undo {
        walk.step(step).map_err(|trouble| format!("in {}, {trouble}", step.id))?;
    }
    back(walk, &way_back, first).map_err(|error| error.message)
}

/// Whether a shadow column of this plan is there already: another migration's, and the two are refused as a pair.
fn meets_another(plan: &Plan, first: &Catalog) -> bool {
    let steps = plan.expand.iter().flat_map(|step| &step.sql);
    steps.flat_map(|sql| operations(sql)).any(|operation| match operation {
        Operation::AddColumn(add) => {
            let table = first.tables.get(&first.resolve(&add.table));
            let own = add.column.name.as_str().starts_with("_midflight_");
            own && table.is_some_and(|table| table.column(&add.column.name).is_some())
        }
        _ => false,
    })
}

/// Undoes the steps, the last one first, and looks whether that leads to where it began.
fn back(mut walk: Walk<'_>, steps: &[&Step], first: &Catalog) -> Result<(), Error> {
    // The user's own SQL, and its `rollback`, mean what they mean.
    let left = steps.iter().any(|step| step.left_by_rollback().is_some() || step.work == Work::Unknown);
    for step in steps.iter().rev() {
        walk.undo(step).map_err(|trouble| impossible(&format!("the undo of {}", step.id), &trouble))?;
    }
    if left {
        return Ok(());
    }
    let (mut end, mut begin) = (walk.catalog.clone(), first.clone());
    forget_invalid(first, &mut end);
    forget_invalid(first, &mut begin);
    match ends::differences(&end, &begin, &Unlisted::of(first)).into_iter().next() {
        None => Ok(()),
        Some(difference) => {
            Err(refusal(format!("a rollback would not lead back to where this file begins: {difference}")))
        }
    }
}

/// What a failed build left is no loss: a new build removes it first.
fn forget_invalid(first: &Catalog, catalog: &mut Catalog) {
    for (name, table) in &first.tables {
        for index in table.indexes.iter().filter(|index| !index.valid) {
            catalog.relations.remove(&TableName::new(name.schema.clone(), index.name.clone()));
            if let Some(known) = catalog.tables.get_mut(name) {
                known.indexes.retain(|known| known.name != index.name);
            }
        }
    }
}

fn impossible(step: &str, trouble: &str) -> Error {
    refusal(format!("the steps that midflight would take can't be carried out: in {step}, {trouble}"))
}

fn refusal(message: String) -> Error {
    Error::new(Kind::Refused, message).hint(
        "nothing was changed. Put the statements about this object in a migration of their own, which is expanded once this \
         one is contracted; and please report it: the file is right, and the plan is not",
    )
}

/// The operations of SQL text; what can't be read says nothing.
pub(super) fn operations(sql: &str) -> Vec<Operation> {
    read(sql).into_iter().map(|step| step.operation).collect()
}

fn read(sql: &str) -> Vec<migration::operation::Step> {
    migration::parse(Source::new("plan.sql", sql)).map(|read| read.steps).unwrap_or_default()
}

/// What a catalog has only with the tables that it belongs to: planning didn't ask for these names, and what recreates one
/// makes nothing new.
struct Unlisted {
    relations: BTreeSet<TableName>,
    objects: BTreeSet<TableName>,
    /// Partitions: PostgreSQL passes on to them what is done to the table above, which nobody follows here.
    partitions: BTreeSet<TableName>,
}

impl Unlisted {
    fn of(first: &Catalog) -> Self {
        let mut names = BTreeSet::new();
        for (name, table) in &first.tables {
            let beside = |part: &Ident| TableName::new(name.schema.clone(), part.clone());
            names.extend(table.views.iter().map(|view| view.name.clone()));
            names.extend(table.statistics.iter().map(|statistic| statistic.name.clone()));
            names.extend(table.policies.iter().map(|policy| beside(&policy.name)));
            names.extend(table.column_triggers.iter().map(|trigger| beside(&trigger.name)));
        }
        let known = |name: &TableName| first.objects.keys().any(|object| full(object) == *name);
        let indexes = first.tables.iter().flat_map(|(name, table)| {
            table.indexes.iter().map(|index| TableName::new(name.schema.clone(), index.name.clone()))
        });
        let relations = names.iter().cloned().chain(indexes);
        let relations = relations.filter(|name| !first.relations.contains_key(name)).collect();
        names.retain(|name| !known(name));
        let partitions = first.tables.iter().filter(|(_, table)| table.is_partition);
        let partitions = partitions.map(|(name, _)| name.clone()).collect();
        Self { relations, objects: names, partitions }
    }

    /// Whether a relation is a part of a partition.
    fn is_passed_on(&self, name: &TableName, catalog: &Catalog) -> bool {
        let mut known = self.partitions.iter().filter_map(|partition| catalog.tables.get(partition));
        known.any(|table| table.indexes.iter().any(|index| index.name == name.name))
    }

    fn has_object(&self, object: &ObjectName) -> bool {
        self.objects.contains(&full(object))
    }
}

/// An object's name in its schema; of what is on a table, in the table's.
fn full(object: &ObjectName) -> TableName {
    let schema = object.table.as_ref().map_or(&object.schema, |table| &table.schema);
    TableName::new(schema.clone(), object.name.clone())
}
