//! Where the targets of a fleet stand.

use super::Members;
use crate::commands::context::Context;
use crate::error::Result;
use crate::fleet;
use crate::output::fleet_status;

/// Looks at all and prints it.
pub async fn run(members: &Members<'_>, context: &Context) -> Result<()> {
    let targets = members.chosen.among(members.targets);
    let files = context.migrations()?;
    let found = fleet::look(&targets, &context.settings, &context.interrupt).await;
    context.interrupt.check()?;
    fleet_status(context.printer, &members.fleet.name, &files, &targets, &found);
    Ok(())
}
