//! What is new is planned before anything is changed: there is no way back from contract, and a deployment whose files
//! are refused doesn't take place.

use std::collections::BTreeSet;

use super::{due_for_contract, never_in_one_release, recorded};
use crate::commands::ahead::Ahead;
use crate::commands::context::Context;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::exec;
use crate::ident::{Ident, TableName};
use crate::migration::Migration;
use crate::migration::operation::Operation;
use crate::plan::Plan;
use crate::state::{Entry, Phase, Record, Stage};

/// Refuses, before anything is contracted or expanded, what could not be expanded afterwards.
///
/// # Errors
/// Those of planning; exit 23 where two migrations can't be in flight together.
pub(super) async fn refuse(
    release: &str,
    migrations: &[Migration],
    records: &[Record],
    session: &mut Session,
    context: &Context,
) -> Result<()> {
    let is_due =
        |record: &Record| due_for_contract(record) && never_in_one_release(record, release).is_none();
    let due = migrations.iter().filter_map(|migration| {
        recorded(records, migration).filter(|record| is_due(record)).map(|record| (migration, record))
    });
    let due: Vec<(&Migration, &Record)> = due.collect();
    let changes = |record: &&Record| {
        is_due(record) && record.plan.as_ref().is_some_and(|plan| !plan.contract.is_empty())
    };
    let contracts = records.iter().any(|record| changes(&record));
    let mut changing: BTreeSet<TableName> = records
        .iter()
        .filter(changes)
        .filter_map(|record| record.plan.as_ref())
        .flat_map(tables_of)
        .collect();
    let stays = records.iter().filter(|record| !is_due(record));
    let mut ahead = Ahead::new(stays, due, Stage::Backfill, context);
    let mut makes_objects = false;
    for migration in migrations {
        let record = recorded(records, migration);
        let phase = record.map_or(Phase::Pending, |record| record.phase);
        if phase.enter(Stage::Expand) != Entry::Start {
            continue;
        }
        let planned = ahead.foresee(migration, session).await.map_err(|error| untouched(error, contracts))?;
        if let Some(plan) = &planned
            && let Err(error) = tried(migration, record, plan, session, context).await
            && is_final(&error, migration, &changing, makes_objects, context)
        {
            return Err(untouched(error, contracts));
        }
        makes_objects |= names_objects(migration);
        match planned {
            Some(plan) => changing.extend(tables_of(&plan)),
            None => changing.extend(tables_in(migration, context)),
        }
    }
    // What contract changes first has no copies yet.
    if contracts { Ok(()) } else { ahead.try_on_copies(session).await }
}

/// What is wrong with the file is wrong before the contract of an earlier one, too.
fn untouched(error: Error, contracts: bool) -> Error {
    if contracts { error.detail("nothing was contracted") } else { error }
}

async fn tried(
    migration: &Migration,
    record: Option<&Record>,
    plan: &Plan,
    session: &mut Session,
    context: &Context,
) -> Result<()> {
    exec::kept_steps(session, &context.settings.store(), record, plan, None).await?;
    exec::compile(session, &context.settings, migration, plan).await
}

/// Whether an error stays what it is, whatever contract and the files before do to the tables that are changing.
fn is_final(
    error: &Error,
    migration: &Migration,
    changing: &BTreeSet<TableName>,
    makes_objects: bool,
    context: &Context,
) -> bool {
    if !matches!(error.kind, Kind::Usage | Kind::Refused | Kind::BadRows) {
        return true;
    }
    if blames_unplaced(error, migration) {
        return true;
    }
    let objects = names_objects(migration);
    let apart = tables_in(migration, context).is_disjoint(changing);
    apart && !objects && !makes_objects
}

/// A statement that can't be read, or that nobody placed in a stage, is refused whatever the catalog holds.
fn blames_unplaced(error: &Error, migration: &Migration) -> bool {
    let Some(place) = &error.place else { return false };
    let unplaced = migration.steps.iter().filter(|step| matches!(step.operation, Operation::Unplaced(_)));
    let mut lines = unplaced.map(|step| {
        let (from, to) = (step.span.start, step.span.end);
        migration.source.position(from).line..=migration.source.position(to).line
    });
    lines.any(|lines| lines.contains(&place.start.line))
}

/// Whether it is about more than tables that it names: views, functions, types, SQL of the user's own.
fn names_objects(migration: &Migration) -> bool {
    migration.steps.iter().any(|step| step.operation.tables().is_empty())
}

fn tables_in(migration: &Migration, context: &Context) -> BTreeSet<TableName> {
    let schema = Ident::new(context.settings.schema.as_str());
    let tables = migration.steps.iter().flat_map(|step| step.operation.tables());
    tables
        .map(|table| {
            TableName::new(table.schema.clone().unwrap_or_else(|| schema.clone()), table.name.clone())
        })
        .collect()
}

fn tables_of(plan: &Plan) -> Vec<TableName> {
    let touched = plan.touches.iter().map(|touch| touch.table.clone());
    let locked = plan.contract.iter().flat_map(|step| &step.locks).map(|lock| lock.table.clone());
    touched.chain(locked).collect()
}
