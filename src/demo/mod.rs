//! `midflight demo`: a migration carried through every stage while two releases of an application work without pause.
//!
//! This file is the script. `shop` is the database, `release` what each application knows, `traffic` the clients
//! (`writer`, `reader`), `ledger` what they wrote, `audit` the comparison of every row with it, `stats` and `report`
//! the figures.

mod audit;
mod ledger;
mod reader;
mod release;
mod report;
mod shop;
mod stats;
mod traffic;
mod writer;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::commands::context::Context;
use crate::commands::lint::{self, LintArgs, LintDefaults};
use crate::commands::plan::{self, PlanArgs};
use crate::commands::stage::{self, StageArgs};
use crate::config::Settings;
use crate::db::Interrupt;
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;
use crate::lint::Runner;
use crate::output::{Format, Printer, count, plan_brief, plan_human, time};
use crate::state::Stage;
use release::Release;
pub use report::Report;
use shop::Shop;
use stats::Period;
use traffic::{Client, Role, Shared, Tally};

/// What comes so soon after a stage counts with it: the stage may be over in milliseconds, what it does to the
/// application is not.
const AFTERMATH: Duration = Duration::from_secs(1);

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

        self.chapter("release v1 serves: one client writes, one reads, 100 statements a second each");
        self.deploy(Release::Old)?;
        self.rest(Period::Before).await?;

        self.chapter("a developer wants to change two columns");
        self.enter(Period::Plan);
        self.say(&format!("  migrations/{}.sql\n{}", shop::MIGRATION, indented(shop::migration_sql())));
        self.lint()?;
        self.plan().await?;
        self.aftermath().await?;

        self.chapter("before v2 is deployed");
        self.stage(Period::Expand, Stage::Expand, Some("v2")).await?;

        self.chapter("v2 is deployed beside v1: it writes `customer_name`, and reads `customer` until its feature flag,");
        self.say(&format!("  SELECT midflight.readable('{}'), says otherwise", shop::MIGRATION));
        self.deploy(Release::New)?;
        self.rest(Period::Both).await?;

        self.stage(Period::Backfill, Stage::Backfill, None).await?;
        self.stage(Period::Verify, Stage::Verify, None).await?;
        self.flag().await?;

        self.chapter("v1 is retired");
        self.retire(Release::Old, &mut tallies).await?;
        self.chapter("before v3 is deployed");
        self.stage(Period::Contract, Stage::Contract, Some("v3")).await?;
        self.say("  `amount_cents` is a bigint now: v2 writes amounts above 3,000,000,000, which v1 could not have stored");
        self.shared.wide.store(true, Ordering::Relaxed);
        self.rest(Period::After).await?;
        self.retire(Release::New, &mut tallies).await?;
        self.close();

        self.chapter("every row is compared with what was loaded and written");
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

    fn lint(&self) -> Result<()> {
        self.command("lint --runner sql");
        let args = LintArgs { runner: Some(Runner::Sql), ..LintArgs::default() };
        let mut defaults = LintDefaults::new(self.migrations(), Ident::new("public"));
        defaults.color = self.context.printer.color;
        let folder = format!("{}/", self.shop.cluster.dir().display());
        self.say(&lint::run(&args, &defaults)?.text.replace(&folder, ""));
        self.say(
            "  (as expected: run as it is, this file would stop the application. midflight takes it online.)",
        );
        Ok(())
    }

    async fn plan(&self) -> Result<()> {
        self.command("plan");
        let show = if self.context.printer.verbose { plan_human } else { plan_brief };
        for plan in plan::plans(&PlanArgs::default(), &self.context).await? {
            self.say(&show(&plan));
        }
        Ok(())
    }

    async fn stage(&mut self, period: Period, stage: Stage, release: Option<&str>) -> Result<()> {
        let flag = release.map(|release| format!(" --release {release}")).unwrap_or_default();
        self.command(&format!("{}{flag}", stage.name()));
        self.enter(period);
        stage::run(stage, &StageArgs::default(), release, &self.context).await?;
        self.aftermath().await
    }

    async fn aftermath(&self) -> Result<()> {
        self.context.interrupt.clone().sleep(AFTERMATH).await
    }

    fn deploy(&mut self, release: Release) -> Result<()> {
        for role in [Role::Writer, Role::Reader] {
            self.clients.push((release, Client::start(Arc::clone(&self.shared), release, role)?));
        }
        Ok(())
    }

    async fn retire(&mut self, release: Release, tallies: &mut [(Release, Tally)]) -> Result<()> {
        let (gone, stay) = std::mem::take(&mut self.clients).into_iter().partition(|(of, _)| *of == release);
        self.clients = stay;
        let stop =
            move || gone.into_iter().map(|(_, client): (Release, Client)| client.stop()).collect::<Vec<_>>();
        let counted = tokio::task::spawn_blocking(stop).await.map_err(anyhow::Error::from)?;
        let Some((_, tally)) = tallies.iter_mut().find(|(of, _)| *of == release) else { return Ok(()) };
        counted.into_iter().for_each(|client| tally.merge(client));
        let failed = match tally.failures {
            0 => "none of its statements failed".to_owned(),
            failures => format!("{failures} of its statements failed"),
        };
        self.say(&format!("  {} has stopped; {failed}", release.name()));
        Ok(())
    }

    /// Waits until the new release has seen its flag change: reads go to the new column from there on.
    async fn flag(&self) -> Result<()> {
        let patience = Instant::now();
        while !self.shared.flag_seen.load(Ordering::Relaxed) && patience.elapsed() < Duration::from_secs(5) {
            self.context.interrupt.clone().sleep(Duration::from_millis(20)).await?;
        }
        if !self.shared.flag_seen.load(Ordering::Relaxed) {
            return Err(Error::new(
                Kind::Failed,
                "v2 has not seen `midflight.readable` say true within 5 s of verification",
            ));
        }
        self.say("  v2's feature flag has switched: it reads `customer_name` from here on");
        Ok(())
    }

    /// A period in which only the applications work.
    async fn rest(&mut self, period: Period) -> Result<()> {
        self.enter(period);
        self.say(&format!("  … for {}", time(self.options.quiet)));
        self.context.interrupt.clone().sleep(self.options.quiet).await
    }

    fn enter(&mut self, period: Period) {
        self.close();
        self.periods.push((period, Duration::ZERO));
        self.shared.enter(period);
    }

    /// Notes how long the current period lasted.
    fn close(&mut self) {
        if let Some((_, lasted)) = self.periods.last_mut() {
            *lasted = self.entered.elapsed();
        }
        self.entered = Instant::now();
    }

    fn chapter(&self, text: &str) {
        self.say(&format!("\n{} {text}", self.context.printer.strong("#")));
    }

    fn command(&self, command: &str) {
        self.say(&format!("\n{}", self.context.printer.strong(&format!("$ midflight {command}"))));
    }

    fn say(&self, text: &str) {
        self.context.printer.say(text);
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
