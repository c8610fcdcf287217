//! Databases side by side: one by psql's way, one by the plan; another by psql's way, for what differs by chance; and one
//! in which every statement of a file is watched.

use std::time::{Duration, Instant};

use crate::commands::context::Context;
use crate::commands::stage::{self, Request};
use crate::compare::Difference;
use crate::config::ContractSettings;
use crate::db::{Interrupt, Session};
use crate::error::{Error, Kind, Result};
use crate::exec::{self, Runner};
use crate::ident::{Ident, TableName};
use crate::migration::Migration;
use crate::output::{Color, Format, Printer};
use crate::rehearse::chance::compare_but_chance;
use crate::rehearse::copies::{BEFORE, Copies, rewritten, storage};
use crate::rehearse::steps::{StepRun, Steps};
use crate::rehearse::{End, FileRun};
use crate::state::Stage;
use crate::trace::{self, StatementTrace, TraceOptions};

const DIRECT: &str = "direct";
const AGAIN: &str = "direct_again";
const STAGED: &str = "staged";
const WATCHED: &str = "watched";

/// Why a file comes to no end by its plan.
pub struct Refusal {
    pub error: Error,
    /// Rows may be to blame, with this message.
    pub because: Option<String>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let because = (error.kind == Kind::BadRows).then(|| error.message.clone());
        Self { error, because }
    }
}

impl Refusal {
    /// The error, where there were none but the rows that files write themselves.
    pub fn without_rows(self) -> Error {
        match self.because {
            Some(_) => self
                .error
                .detail("made-up rows and empty tables fail alike: the file may rely on rows that are there")
                .hint("`--sample` takes real rows"),
            None => self.error,
        }
    }

    /// Says which files went well before.
    pub fn after(mut self, earlier: &str) -> Self {
        if !earlier.is_empty() {
            self.error = self.error.detail(format!("alike until here: {earlier}"));
        }
        self
    }
}

/// All of them, each carried along from file to file.
pub struct BothWays<'c> {
    copies: &'c Copies,
    /// The user's settings, for a database that nobody else uses.
    staged: Context,
    direct: Context,
    again: Context,
    interrupt: Interrupt,
}

/// What one way came to.
struct ByPlan {
    steps: Vec<StepRun>,
    rewritten: Vec<(Stage, Vec<TableName>)>,
    took: Duration,
    outcome: Result<()>,
    /// Whether anything was changed.
    begun: bool,
}

impl<'c> BothWays<'c> {
    /// Makes the databases.
    pub async fn begin(copies: &'c mut Copies, context: &Context) -> Result<Self> {
        for database in [DIRECT, AGAIN, STAGED, WATCHED] {
            copies.create(database, BEFORE).await?;
        }
        let at = |database: &str| alone(context, copies.url(database));
        let (staged, direct, again) = (at(STAGED), at(DIRECT), at(AGAIN));
        Ok(Self { copies, staged, direct, again, interrupt: context.interrupt.clone() })
    }

    /// Takes a file by both ways.
    pub async fn run(&mut self, migration: &Migration) -> std::result::Result<FileRun, Refusal> {
        let roles = self.copies.roles().await?;
        let statements = self.watched(migration).await?;
        if self.copies.roles().await? != roles {
            let message = "the file makes, changes or drops roles: these are of the whole server, which a rehearsal has only one of";
            return Err(Error::refused(message).hint("rehearse it without these statements").into());
        }
        let begun = Instant::now();
        let direct = by_psql(migration, &self.direct).await;
        let direct_took = begun.elapsed();
        interrupted(&direct)?;
        if direct.is_ok() {
            by_psql(migration, &self.again).await?;
        }
        let plan = self.by_plan(migration).await?;
        let end = match (direct, plan.outcome) {
            (Ok(()), Ok(())) => {
                let (found, chance) = self.compare().await?;
                if found.is_empty() { End::Alike { chance } } else { End::Different { found, chance } }
            }
            (Err(direct), Ok(())) => {
                if let Some(because) = blamed_on_rows(&statements) {
                    return Err(Refusal { error: direct, because: Some(because) });
                }
                End::OneSided { why: format!("psql refuses the file, the plan takes it: {}", direct.message) }
            }
            (Ok(()), Err(error)) if plan.begun && !is_verdict(error.kind) => End::OneSided {
                why: format!("psql takes the file, the plan fails on its way: {}", error.message),
            },
            (Ok(()), Err(error)) => return Err(error.into()),
            (Err(direct), Err(error)) => {
                let because = blamed_on_rows(&statements).or_else(|| Refusal::from(error.clone()).because);
                let error = error.detail(format!("psql refuses the file as well: {}", direct.message));
                return Err(Refusal { error, because });
            }
        };
        Ok(FileRun {
            migration: migration.clone(),
            statements,
            direct: direct_took,
            steps: plan.steps,
            rewritten: plan.rewritten,
            stages: plan.took,
            end,
        })
    }

    /// Statements of YAML are nobody's.
    async fn watched(&self, migration: &Migration) -> Result<Vec<StatementTrace>> {
        if !migration.is_sql() {
            by_psql(migration, &alone(&self.direct, self.copies.url(WATCHED))).await.or_else(|error| {
                match error.kind {
                    Kind::Failed | Kind::BadRows => Ok(()),
                    _ => Err(error),
                }
            })?;
            return Ok(Vec::new());
        }
        let options = TraceOptions {
            schema: Ident::new(self.direct.settings.schema.as_str()),
            ..TraceOptions::new(self.interrupt.clone())
        };
        trace::statements(&self.copies.url(WATCHED), migration, &options).await
    }

    async fn by_plan(&self, migration: &Migration) -> Result<ByPlan> {
        let steps = Steps::default();
        let mut watch = self.staged.connect().await?;
        let mut before = storage(&mut watch).await?;
        let begun = Instant::now();
        let mut plan = ByPlan {
            steps: Vec::new(),
            rewritten: Vec::new(),
            took: Duration::ZERO,
            outcome: Ok(()),
            begun: false,
        };
        for stage in [Stage::Expand, Stage::Backfill, Stage::Verify, Stage::Contract] {
            plan.outcome = self.stage(stage, migration, &steps).await;
            let heard = steps.take();
            plan.begun |= stage != Stage::Expand || !heard.is_empty();
            plan.steps.extend(heard);
            let after = storage(&mut watch).await?;
            let found = rewritten(&before, &after);
            if !found.is_empty() {
                plan.rewritten.push((stage, found));
            }
            before = after;
            if plan.outcome.is_err() {
                break;
            }
        }
        plan.took = begun.elapsed();
        interrupted(&plan.outcome)?;
        Ok(plan)
    }

    async fn stage(&self, stage: Stage, migration: &Migration, steps: &Steps) -> Result<()> {
        let mut session = self.staged.connect().await?;
        let records = self.staged.records(&mut session).await?;
        let record = records.iter().find(|record| record.id == migration.id);
        if stage == Stage::Verify && record.is_some_and(|record| record.is_complete()) {
            return Ok(()); // nothing was converted, nothing waits
        }
        stage::one(stage, migration, record, session, &Request::default(), steps, &self.staged)
            .await
            .map(drop)
    }

    async fn compare(&self) -> Result<(Vec<Difference>, Vec<crate::compare::Volatile>)> {
        let connect = async |context: &Context| -> Result<Session> { context.connect().await };
        let (mut direct, mut staged, mut again) =
            (connect(&self.direct).await?, connect(&self.staged).await?, connect(&self.again).await?);
        compare_but_chance(&mut direct, &mut staged, &mut again, self.staged.settings.store().schema()).await
    }
}

/// The file's own statements, as `apply` runs them.
async fn by_psql(migration: &Migration, context: &Context) -> Result<()> {
    let session = context.connect().await?;
    let mut runner = Runner::start(session, &context.settings, None, &()).await?;
    let applied = exec::apply(&mut runner, migration, None).await;
    runner.stop(&migration.id, applied.as_ref().err()).await;
    applied.map(drop)
}

/// The same settings, for a database that nobody waits for: no release, no gate, nothing to be gentle to.
pub fn alone(context: &Context, url: String) -> Context {
    let mut settings = context.settings.clone();
    settings.database_url = Some(url);
    settings.gates.clear();
    settings.standbys.clear();
    settings.contract = ContractSettings { new_release: false, ..ContractSettings::default() };
    settings.throttle = Default::default();
    let printer = Printer::new(Format::Human, Color::Never, true, false);
    Context { settings, printer, interrupt: context.interrupt.clone() }
}

fn interrupted(outcome: &Result<()>) -> Result<()> {
    match outcome {
        Err(error) if matches!(error.kind, Kind::Interrupted | Kind::Unreachable) => Err(error.clone()),
        _ => Ok(()),
    }
}

/// What a plan may be refused with, as it would be in the database itself.
fn is_verdict(kind: Kind) -> bool {
    matches!(kind, Kind::Usage | Kind::Refused | Kind::BadRows | Kind::NotYet)
}

fn blamed_on_rows(statements: &[StatementTrace]) -> Option<String> {
    let error = statements.iter().find_map(StatementTrace::error)?;
    error.blames_rows().then(|| error.message.clone())
}
