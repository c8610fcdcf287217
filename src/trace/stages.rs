//! An earlier migration in YAML: only midflight can run it, so it goes through all of its stages at once.

use super::{Gap, NotDone, TraceOptions};
use crate::config::{ContractSettings, Settings};
use crate::db::{Session, catalog};
use crate::error::{Error, Kind, Result};
use crate::exec::{self, Overrides, Runner};
use crate::migration::Migration;
use crate::migration::source::Span;
use crate::plan::{self, Plan};

/// Carries a migration out and removes midflight's own tables again. A failure of its own is a gap.
pub async fn carry_out(url: &str, migration: &Migration, options: &TraceOptions) -> Result<Option<Gap>> {
    let settings = Settings {
        schema: options.schema.as_str().to_owned(),
        contract: ContractSettings { new_release: false, ..ContractSettings::default() },
        ..Settings::default()
    };
    let session = Session::connect(url, options.interrupt.clone()).await?;
    match stages(session, migration, &settings).await {
        Ok(()) => Ok(None),
        Err(error) if error.kind == Kind::Interrupted => Err(error),
        Err(error) => Ok(Some(gap(migration, &error))),
    }
}

async fn stages(mut session: Session, migration: &Migration, settings: &Settings) -> Result<()> {
    let snapshot = catalog::load(&mut session, &settings.schema, &[migration]).await?;
    let context =
        plan::Context { state_schema: settings.store().schema().clone(), releases: None, again: false };
    let plan = plan::build(migration, &snapshot, &context)?;
    let mut runner = Runner::start(session, settings, None, &()).await?;
    let outcome = one_after_the_other(&mut runner, migration, &plan).await;
    let mut session = runner.stop(&migration.id, outcome.as_ref().err()).await;
    session.run(&format!("DROP SCHEMA {} CASCADE", context.state_schema)).await?;
    outcome
}

async fn one_after_the_other(runner: &mut Runner<'_>, migration: &Migration, plan: &Plan) -> Result<()> {
    exec::expand(runner, migration, Some(plan)).await?;
    exec::backfill(runner, &migration.id).await?;
    exec::contract(runner, &migration.id, &Overrides::default()).await
}

fn gap(migration: &Migration, error: &Error) -> Gap {
    let span = Span::new(0, migration.source.text.len());
    Gap { path: migration.source.path.clone(), span, why: NotDone::NotRun(error.message.clone()) }
}
