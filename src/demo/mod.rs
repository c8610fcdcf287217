//! `midflight demo`: a migration carried through every stage while two releases of an application work without pause.
//!
//! This file is the script. `shop` is the database, `migration` what changes it, `release` what each application knows,
//! `traffic` the clients (`writer`, `reader`, and what they have in common, `shared`), `scene` what the script is made
//! of, `ledger` what the clients wrote, `audit` the comparison of every row with it, `stats` and `report` the figures.

mod audit;
mod ledger;
mod migration;
mod reader;
mod release;
mod report;
mod scene;
mod shared;
mod shop;
mod stats;
mod traffic;
mod writer;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::commands::context::Context;
use crate::config::Settings;
use crate::db::Interrupt;
use crate::error::{Error, Kind, Result};
use crate::output::{Format, Printer, count, time};
use crate::state::Stage;
use release::Release;
pub use report::Report;
use shared::{Shared, Tally};
use shop::Shop;
use stats::Period;
use traffic::Client;

/// What the user chose.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Orders to load.
    pub rows: i64,
    /// How long each period lasts in which only the applications work.
    pub quiet: Duration,
}

/// A demo with its server.
pub struct Demo {
    shop: Shop,
    context: Context,
    options: Options,
    shared: Arc<Shared>,
    clients: Vec<(Release, Client)>,
    periods: Vec<(Period, Duration)>,
    entered: Instant,
    begun: Instant,
}

impl Demo {
    /// Starts the server.
    ///
    /// # Errors
    /// When there are no server programs on this machine, or the server doesn't start.
    pub async fn start(options: Options, printer: Printer, interrupt: Interrupt) -> Result<Self> {
        let begun = Instant::now();
        let shop = tokio::task::spawn_blocking(Shop::start).await.map_err(anyhow::Error::from)??;
        let url = shop.url();
        let settings = Settings {
            database_url: Some(url.clone()),
            migrations: shop.migrations.display().to_string(),
            ..Settings::default()
        };
        // The stages say what they say to a person; a program gets nothing but the report.
        let for_machines = printer.format != Format::Human;
        let printer = Printer { format: Format::Human, quiet: printer.quiet || for_machines, ..printer };
        let shared = Arc::new(Shared::new(url, options.rows));
        let context = Context { settings, printer, interrupt };
        Ok(Self {
            shop,
            context,
            options,
            shared,
            clients: Vec::new(),
            periods: Vec::new(),
            entered: begun,
            begun,
        })
    }

    /// Plays the whole script.
    ///
    /// # Errors
    /// When a stage fails or the user interrupts. Failed statements and wrong rows are in the report.
    pub async fn run(&mut self) -> Result<Report> {
        let outcome = self.script().await;
        outcome.map_err(|error| match error.kind {
            Kind::Interrupted => {
                Error::new(Kind::Interrupted, "the demo was interrupted; its server and data are gone")
            }
            _ => Error { resume: None, ..error },
        })
    }

    async fn script(&mut self) -> Result<Report> {
        self.load().await?;
        let mut tallies = vec![(Release::Old, Tally::default()), (Release::New, Tally::default())];

        self.chapter("Release v1 serves: one client writes and one reads, 100 statements a second each.");
        self.deploy(Release::Old)?;
        self.rest(Period::Before).await?;

        self.chapter("A developer has written a migration that changes two columns.");
        self.enter(Period::Plan);
        self.say(&format!("  migrations/{}.sql\n{}", migration::ID, indented(migration::SQL)));
        self.lint()?;
        self.plan().await?;
        self.aftermath().await?;

        self.chapter("The new columns are added, v1 keeps serving.");
        self.stage(Period::Expand, Stage::Expand, Some("v2")).await?;

        self.chapter("Release v2 is deployed beside v1, with two clients as well. It writes `customer_name`, and reads");
        self.say("  `customer` until its feature flag turns true:");
        self.say(&format!("    SELECT midflight.readable('{}');", migration::ID));
        self.deploy(Release::New)?;
        self.rest(Period::Both).await?;

        self.chapter("The rows that were there before are converted while both releases write.");
        self.stage(Period::Backfill, Stage::Backfill, None).await?;
        self.stage(Period::Verify, Stage::Verify, None).await?;
        self.flag().await?;

        self.chapter("Release v1 is switched off.");
        self.retire(Release::Old, &mut tallies).await?;

        self.chapter("A later deployment, v3, takes the old columns away.");
        self.stage(Period::Contract, Stage::Contract, Some("v3")).await?;
        self.say("  `amount_cents` is a bigint now: v2 writes amounts above 3,000,000,000, which v1 could not store.");
        self.shared.wide.store(true, Ordering::Relaxed);
        self.rest(Period::After).await?;
        self.retire(Release::New, &mut tallies).await?;
        self.close();

        self.chapter("Every row is compared with what was loaded and what the applications wrote.");
        let mut session = self.context.connect().await?;
        let compared = audit::compare(&mut session, &self.shared).await?;
        Ok(Report {
            rows: self.options.rows,
            server: self.shop.version.clone(),
            periods: std::mem::take(&mut self.periods),
            releases: tallies,
            compared,
            took: self.begun.elapsed(),
        })
    }

    /// Where the server listens.
    pub fn url(&self) -> String {
        self.shop.url()
    }

    /// The folder of the migration file.
    pub fn migrations(&self) -> &str {
        &self.context.settings.migrations
    }

    /// Ends the server and removes all it had.
    pub async fn end(self) {
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    async fn load(&mut self) -> Result<()> {
        let rows = count(self.options.rows);
        self.chapter(&format!(
            "a throwaway PostgreSQL {} gets a table `orders` with {rows} rows",
            self.shop.version
        ));
        let started = Instant::now();
        let mut session = self.context.connect().await?;
        shop::load(&mut session, self.options.rows).await?;
        self.say(&format!("  loaded in {}", time(started.elapsed())));
        Ok(())
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
