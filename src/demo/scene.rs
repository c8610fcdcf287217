//! What the script is made of: commands as a user types them, clients that come and go, periods that are measured.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Demo;
use super::release::Release;
use super::shared::Tally;
use super::stats::Period;
use super::traffic::{Client, Role};
use crate::commands::lint::{self, Database, LintArgs, LintDefaults};
use crate::commands::plan::{self, PlanArgs};
use crate::commands::stage::{self, ReleaseArgs};
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;
use crate::lint::Runner;
use crate::output::{plan_brief, plan_human, time};
use crate::state::Stage;

/// What comes so soon after a stage counts with it: the stage may be over in milliseconds, what it does to the
/// application is not.
const AFTERMATH: Duration = Duration::from_secs(1);

impl Demo {
    /// What the migration would do if it were run as it is.
    pub(super) fn lint(&self) -> Result<()> {
        self.command("lint --runner sql");
        let args = LintArgs { runner: Some(Runner::Sql), ..LintArgs::default() };
        let mut defaults = LintDefaults::new(self.migrations(), Ident::new("public"));
        defaults.color = self.context.printer.color;
        let folder = format!("{}/", self.shop.cluster.dir().display());
        self.say(&lint::run(&args, &defaults, &Database::default())?.text.replace(&folder, ""));
        self.say(
            "  Run as it is, the file would stop the application: that is why midflight takes it through stages.",
        );
        Ok(())
    }

    /// What midflight makes of it.
    pub(super) async fn plan(&self) -> Result<()> {
        self.command("plan");
        let show = if self.context.printer.verbose { plan_human } else { plan_brief };
        for plan in plan::plans(&PlanArgs::default(), &self.context).await? {
            self.say(&show(&plan));
        }
        Ok(())
    }

    /// Carries the migration through a stage.
    pub(super) async fn stage(&mut self, period: Period, stage: Stage, release: Option<&str>) -> Result<()> {
        let flag = release.map(|release| format!(" --release {release}")).unwrap_or_default();
        self.command(&format!("{}{flag}", stage.name()));
        self.enter(period);
        let args = ReleaseArgs { release: release.map(str::to_owned), ..ReleaseArgs::default() };
        stage::run(stage, args, &self.context).await?;
        self.aftermath().await
    }

    /// The second after a stage, which counts with it.
    pub(super) async fn aftermath(&self) -> Result<()> {
        self.context.interrupt.clone().sleep(AFTERMATH).await
    }

    /// Starts a release's clients.
    pub(super) fn deploy(&mut self, release: Release) -> Result<()> {
        for role in [Role::Writer, Role::Reader] {
            self.clients.push((release, Client::start(Arc::clone(&self.shared), release, role)?));
        }
        Ok(())
    }

    /// Stops a release's clients and collects their figures.
    pub(super) async fn retire(&mut self, release: Release, tallies: &mut [(Release, Tally)]) -> Result<()> {
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
    pub(super) async fn flag(&self) -> Result<()> {
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
        self.say("  v2's feature flag has turned true: it reads `customer_name` from here on");
        Ok(())
    }

    /// A period in which only the applications work.
    pub(super) async fn rest(&mut self, period: Period) -> Result<()> {
        self.enter(period);
        self.say(&format!("  … {} of traffic", time(self.options.quiet)));
        self.context.interrupt.clone().sleep(self.options.quiet).await
    }

    /// Begins a period.
    pub(super) fn enter(&mut self, period: Period) {
        self.close();
        self.periods.push((period, Duration::ZERO));
        self.shared.enter(period);
    }

    /// Notes how long the current period lasted.
    pub(super) fn close(&mut self) {
        if let Some((_, lasted)) = self.periods.last_mut() {
            *lasted = self.entered.elapsed();
        }
        self.entered = Instant::now();
    }

    /// Tells what comes next.
    pub(super) fn chapter(&self, text: &str) {
        self.say(&format!("\n{} {text}", self.context.printer.strong("#")));
    }

    /// Shows what a user would type.
    pub(super) fn command(&self, command: &str) {
        self.say(&format!("\n{}", self.context.printer.strong(&format!("$ midflight {command}"))));
    }

    /// Tells the viewer.
    pub(super) fn say(&self, text: &str) {
        self.context.printer.say(text);
    }
}
