//! Where the targets of a fleet stand.

use std::collections::BTreeMap;

use super::{FleetArgs, Globals, Members};
use crate::commands::context::Context;
use crate::error::Result;
use crate::fleet::{self, Crew, Goal, Order, Shard, Target};
use crate::output::{Drifts, FleetProgress, fleet_status};

/// Looks at all and prints it.
pub async fn run(
    args: &FleetArgs,
    globals: &Globals,
    members: &Members<'_>,
    context: &Context,
) -> Result<()> {
    let targets = members.chosen.among(members.targets);
    let files = context.migrations()?;
    let found = fleet::look(&targets, &context.settings, &context.interrupt).await;
    context.interrupt.check()?;
    let drifts =
        if args.catalog { Some(drifts(args, globals, members, &targets, context).await?) } else { None };
    fleet_status(context.printer, &members.fleet.name, &files, &targets, &found, drifts.as_ref());
    Ok(())
}

/// What `status` says of drift in each target.
async fn drifts(
    args: &FleetArgs,
    globals: &Globals,
    members: &Members<'_>,
    targets: &[&Target],
    context: &Context,
) -> Result<Drifts> {
    let progress = FleetProgress::new(context.printer);
    let nobody = BTreeMap::new();
    let crew = Crew {
        fleet: &members.fleet.name,
        parallel: args.parallel.map_or(members.fleet.parallel, |given| given as usize),
        per_server: members.fleet.per_server,
        goal: Goal::Asked,
        works: false,
        files: &[],
        passed: &nobody,
        shard: Shard::ALL,
        patience: args.patience.0,
        settings: &context.settings,
        interrupt: &context.interrupt,
        listener: &progress,
    };
    progress.wave("catalog", targets.len());
    let order = globals.order(args);
    let orders: Vec<(&Target, Order)> = targets.iter().map(|target| (*target, order.clone())).collect();
    let finished = crew.work(&orders, usize::MAX).await;
    progress.end();
    context.interrupt.check()?;
    let mut drifts = Drifts::new();
    for one in &finished {
        let migrations = one.document.as_ref().and_then(|document| document["migrations"].as_array());
        for migration in migrations.into_iter().flatten() {
            let texts = migration["drift"].as_array().into_iter().flatten().filter_map(|text| text.as_str());
            let id = migration["id"].as_str().unwrap_or_default();
            let texts = texts.map(|text| format!("{id}: {text}"));
            drifts.entry(one.target.name.clone()).or_default().extend(texts);
        }
    }
    Ok(drifts)
}
