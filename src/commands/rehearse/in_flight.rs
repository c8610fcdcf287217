//! Migrations in flight: a deployment contracts them before it expands anything, and so does a rehearsal.

use super::both_ways::{Refusal, alone};
use crate::commands::context::Context;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::exec::{self, Overrides, Runner};
use crate::rehearse::copies::{BEFORE, Copies, SCHEMA};
use crate::rehearse::sample;
use crate::state::{Record, Store};

/// Copies what midflight knows of them.
pub async fn take_over(from: &mut Session, copies: &Copies, store: &Store) -> Result<()> {
    let mut to = copies.connect(SCHEMA).await?;
    sample::copy_all(from, &mut to, &store.tables_to_go_on()).await
}

/// Carries each to contract, by its stored plan.
pub async fn contract(copies: &Copies, records: &[Record], context: &Context) -> Result<(), Refusal> {
    let context = alone(context, copies.url(BEFORE));
    if !records.is_empty() {
        // the copy stands for the database that they were expanded in
        let store = context.settings.store();
        store.accept_database(&mut context.connect().await?.conn, "a rehearsal").await?;
    }
    for record in records {
        let session = context.connect().await?;
        let mut runner = Runner::start(session, &context.settings, None, &()).await?;
        let done = async {
            exec::backfill(&mut runner, &record.id).await?;
            exec::contract(&mut runner, &record.id, &Overrides::default()).await
        };
        let done = done.await;
        runner.stop(&record.id, done.as_ref().err()).await;
        done.map_err(|error| refused(record, error))?;
    }
    Ok(())
}

/// Made-up values stand on both sides of what is converted, and know nothing of each other.
fn refused(record: &Record, error: Error) -> Refusal {
    let rows = matches!(error.kind, Kind::BadRows | Kind::WrongRows);
    let because = rows.then(|| error.message.clone());
    Refusal { error: error.detail(format!("contracting `{}`, which is in flight", record.id)), because }
}
