//! Where the targets of a fleet stand.

use super::{FleetArgs, Globals, Members, ask_all};
use crate::commands::context::Context;
use crate::error::Result;
use crate::fleet::{self, Target};
use crate::output::{Drifts, fleet_status};

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
    let finished = ask_all("catalog", args, globals, members, targets, context).await?;
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
