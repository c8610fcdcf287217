//! Files that are expanded together: each is planned as those before it leave the catalog, and none may meet another in
//! flight. All of it before anything is changed.

use super::context::Context;
use crate::db::{Session, catalog};
use crate::error::{Error, Kind, Result};
use crate::exec;
use crate::migration::Migration;
use crate::plan::{self, Place, Plan};
use crate::state::{Record, Stage};

/// What is in flight, and what is to be expanded.
pub(super) struct Ahead<'a> {
    context: &'a Context,
    records: Vec<&'a Record>,
    /// Files that are contracted or expanded first, in order.
    before: Vec<Before<'a>>,
    /// The plans of those that are expanded.
    plans: Vec<Plan>,
    /// The stage up to which each file is carried before the next one is expanded.
    up_to: Stage,
}

/// A file that comes first.
struct Before<'a> {
    migration: &'a Migration,
    /// What its contract is known to do, where that is all that is left of it.
    due: Option<&'a Plan>,
}

impl<'a> Ahead<'a> {
    /// `in_flight` stays while the others are expanded; `due` is contracted first.
    pub(super) fn new(
        in_flight: impl Iterator<Item = &'a Record>,
        due: Vec<(&'a Migration, &'a Record)>,
        up_to: Stage,
        context: &'a Context,
    ) -> Self {
        let before = due.into_iter();
        let before = before.map(|(migration, record)| Before { migration, due: record.plan.as_ref() });
        Self { context, records: in_flight.collect(), before: before.collect(), plans: Vec::new(), up_to }
    }

    /// Plans the next file.
    ///
    /// # Errors
    /// Those of planning; exit 23 where it can't be in flight together with another one.
    pub(super) async fn plan(&mut self, migration: &'a Migration, session: &mut Session) -> Result<Plan> {
        let planned = self.planned(migration, session).await;
        self.before.push(Before { migration, due: None });
        self.goes_with_others(planned?, session).await
    }

    /// The plan, if it can be in flight together with the others.
    async fn goes_with_others(&mut self, plan: Plan, session: &mut Session) -> Result<Plan> {
        exec::refuse_conflicts(self.records.iter().copied(), &plan)?;
        let met = self.context.in_flight(session, &plan).await?;
        exec::refuse_conflicts(met.iter().filter(|record| record.elsewhere.is_some()), &plan)?;
        self.refuse_together(&plan)?;
        self.plans.push(plan.clone());
        Ok(plan)
    }

    /// The same, but for what only the database can tell once the files before have run: they hold SQL of the user's own.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn foresee(
        &mut self,
        migration: &'a Migration,
        session: &mut Session,
    ) -> Result<Option<Plan>> {
        let opaque = self.before.iter().any(|earlier| plan::is_opaque(earlier.migration));
        let planned = self.planned(migration, session).await;
        self.before.push(Before { migration, due: None });
        match planned {
            Err(error) if opaque && matches!(error.kind, Kind::Usage | Kind::Refused) => Ok(None),
            Err(error) => Err(error),
            Ok(plan) => {
                let plan = self.goes_with_others(plan, session).await?;
                plan.refuse_unaccepted(&migration.source)?;
                Ok(Some(plan))
            }
        }
    }

    /// Has PostgreSQL read the files that are to be expanded.
    ///
    /// # Errors
    /// Exit 2 for a statement that it doesn't take.
    pub(super) async fn try_on_copies(&self, session: &mut Session) -> Result<()> {
        let files = self.before.iter().filter(|earlier| earlier.due.is_none());
        let files: Vec<&Migration> = files.map(|earlier| earlier.migration).collect();
        exec::try_on_copies(session, &self.context.settings, &files, self.records.iter().copied()).await
    }

    /// What the database is now counts first: what is there is known better than what will be.
    async fn planned(&self, migration: &Migration, session: &mut Session) -> Result<Plan> {
        let error = match self.context.plan(session, migration).await {
            Err(error) if self.may_be_cured(&error) => error,
            outcome => return outcome,
        };
        match self.planned_after(migration, session).await {
            Ok(plan) => Ok(plan),
            Err(_) => Err(error.details(
                self.plans
                    .last()
                    .map(|plan| format!("`{}` comes before it and has not been expanded", plan.migration)),
            )),
        }
    }

    /// Against the catalog that the files before will leave.
    async fn planned_after(&self, migration: &Migration, session: &mut Session) -> Result<Plan> {
        let before = self.before.iter().map(|earlier| earlier.migration);
        let all: Vec<&Migration> = before.chain([migration]).collect();
        let mut snapshot = catalog::load(session, &self.context.settings.schema, &all).await?;
        for earlier in &self.before {
            snapshot = match earlier.due {
                Some(plan) => plan::left_by_contract(plan, &snapshot, self.context.settings.store().schema()),
                None => plan::left_by(earlier.migration, &snapshot),
            };
        }
        let mut plan = plan::build(migration, &snapshot, &self.context.planning(migration)?)?;
        let names: Vec<String> =
            self.before.iter().map(|earlier| format!("`{}`", earlier.migration.id)).collect();
        plan.notes.insert(0, format!("planned as {} will leave the database", names.join(", ")));
        Ok(plan)
    }

    fn may_be_cured(&self, error: &Error) -> bool {
        !self.before.is_empty() && matches!(error.kind, Kind::Usage | Kind::Refused)
    }

    fn refuse_together(&self, plan: &Plan) -> Result<()> {
        for earlier in self.plans.iter().filter(|earlier| self.stays_in_flight(earlier)) {
            if let Some(object) = plan.conflict(earlier) {
                let (first, second) = (&earlier.migration, &plan.migration);
                let message = format!(
                    "migrations `{first}` and `{second}` both work on {object}, and can't be in flight together"
                );
                let hint = if earlier.contract.is_empty() {
                    format!("expand `{second}` once `{first}` is backfilled")
                } else {
                    format!("expand `{second}` once `{first}` is contracted: in a later release")
                };
                return Err(Error::refused(message).hint(hint));
            }
            let done = if self.up_to == Stage::Expand { Place::Expand } else { Place::Backfill };
            if let Some((table, place)) = plan.overtakes(earlier, done) {
                return Err(exec::overtaken(&format!("`{}`", earlier.migration), &table, place));
            }
        }
        Ok(())
    }

    /// Whether a file still reserves something when the next one is expanded.
    fn stays_in_flight(&self, plan: &Plan) -> bool {
        !plan.contract.is_empty() || self.up_to == Stage::Expand && !plan.nothing_to_fill()
    }
}
