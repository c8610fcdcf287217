//! A schema for each release (`version_schemas`): before expand changes a table, every release that is alive gets a view of it
//! as it is; at the end of expand the new release gets one of it as it will be. A view shows columns by their numbers, so that
//! names may change hands below it, and nothing changes for who reads it.

mod shape;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::planner::Draft;
use super::{Mode, Step, Work};
use crate::catalog::{Mark, Table, Version, VersionView, make_views, version_schema};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};

/// What planning has to know of releases beside the catalog.
#[derive(Debug, Clone, Default)]
pub struct Releases {
    /// The migrations, in the order of their files.
    pub order: Vec<String>,
    /// Whether every migration has a schema of its own, so that the release before this one looks for one as well.
    pub each: bool,
}

/// The schema of the release that knows a migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionSchema {
    /// Its name.
    pub schema: Ident,
    /// Its place among releases.
    pub ordinal: i32,
    /// The names under which the release sees the tables that are another thing for others.
    pub tables: Vec<Ident>,
    /// The tables behind them, under the names that they had before expand.
    pub over: Vec<TableName>,
}

/// What a step does to version schemas beside its statements.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VersionWork {
    /// Drops those of releases before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drops_before: Option<i32>,
    /// Their names when this was planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Ident>,
    /// Drops the views of these tables, and recreates them once the step's statements have run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remakes: Vec<TableName>,
    /// The same for every table: the user's own SQL may change any of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub remakes_all: bool,
}

/// At most so many views are made in one transaction.
const VIEWS_AT_A_TIME: usize = 400;

/// The steps for version schemas.
#[derive(Default)]
pub(super) struct VersionSteps {
    /// Before anything else in expand.
    pub first: Vec<Step>,
    /// After everything else in expand.
    pub last: Vec<Step>,
    /// What contract begins with.
    pub contract: VersionWork,
    /// The new release's.
    pub schema: Option<VersionSchema>,
}

/// A schema to be, or one that gets more views.
struct Making<'s> {
    schema: &'s Ident,
    /// None for one that is there.
    mark: Option<Mark>,
    views: Vec<VersionView>,
}

impl Draft<'_> {
    /// Whether the new release reads and writes tables through views of its own.
    pub(super) fn versioned(&self) -> bool {
        self.context.releases.is_some()
    }

    /// What the migration means for version schemas.
    ///
    /// # Errors
    /// Exit 23 for a table that can't be shown as each release knows it.
    pub(super) fn version_steps(&mut self) -> Result<VersionSteps> {
        let alive = &self.first.versions;
        let last = alive.iter().map(|version| version.mark.ordinal).max().unwrap_or(0);
        let mut steps = VersionSteps::default();
        // A later migration may have views made meanwhile.
        steps.contract.remakes = self.in_place().into_keys().collect();
        steps.contract.drops_before = (!alive.is_empty()).then_some(last + 1);
        steps.contract.earlier = alive.iter().map(|version| version.schema.clone()).collect();
        if !self.versioned() {
            return Ok(steps);
        }
        self.refuse_older_file()?;
        let own = version_schema(&self.first.schema, &self.migration.id);
        let (before, after) = self.shapes()?;
        let known = alive.last();
        // Of other tables the new release sees what the one before sees.
        let touched: BTreeSet<u32> = after.iter().chain(&before).map(|view| view.table_oid).collect();
        let dropped = self.dropped_tables();
        let carried = known.into_iter().flat_map(|version| &version.views).filter(|view| {
            !view.plain && !touched.contains(&view.table_oid) && !dropped.contains(&view.table_oid)
        });
        let after: Vec<VersionView> = carried.cloned().chain(after).collect();
        if after.is_empty() && before.is_empty() {
            return Ok(steps);
        }
        self.refuse_creation()?;
        let (first, drops_before, made) = self.older(alive, last, &before, &own);
        steps.first = first;
        steps.contract.earlier.extend(made);
        steps.contract.drops_before = Some(drops_before);
        let mark = self.mark(&self.migration.id, drops_before);
        let tables = after.iter().map(|view| view.name.clone()).collect();
        let over = after.iter().map(|view| view.table.clone()).collect();
        let making = Making { schema: &own, mark: Some(mark), views: after };
        steps.last = self.making(making, &format!("let the new release see its own tables in schema {own}"));
        steps.schema = Some(VersionSchema { schema: own, ordinal: drops_before, tables, over });
        self.tell_of_versions(&steps);
        Ok(steps)
    }

    /// The releases that are alive see the tables as they are. Gives the ordinal of the new release, and the schema of the
    /// one before where that comes only now.
    fn older(
        &self,
        alive: &[Version],
        last: i32,
        before: &[VersionView],
        own: &Ident,
    ) -> (Vec<Step>, i32, Option<Ident>) {
        let lacks = |version: Option<&Version>| -> Vec<VersionView> {
            let there =
                |view: &&VersionView| version.is_none_or(|known| known.view_of(view.table_oid).is_none());
            before.iter().filter(there).cloned().collect()
        };
        let summary = |schema: &Ident| {
            format!("let the release of schema {schema} go on seeing the tables as they are")
        };
        let mut first = Vec::new();
        for version in alive {
            let making = Making { schema: &version.schema, mark: None, views: lacks(Some(version)) };
            first.extend(self.making(making, &summary(&version.schema)));
        }
        // The release that runs looks for its schema from its start on, also where nobody has needed one so far.
        let previous =
            self.previous_file().filter(|_| self.context.releases.as_ref().is_some_and(|known| known.each));
        let schema = previous.map(|id| (id, version_schema(&self.first.schema, id)));
        let missing = schema
            .filter(|(_, schema)| schema != own && alive.iter().all(|version| version.schema != *schema));
        let Some((id, schema)) = missing else { return (first, last + 1, None) };
        let newest = alive.last();
        let mut views = lacks(newest);
        views.extend(
            newest
                .into_iter()
                .flat_map(|version| &version.views)
                .filter(|view| !view.plain || before.iter().any(|one| one.table_oid == view.table_oid))
                .cloned(),
        );
        let making = Making { schema: &schema, mark: Some(self.mark(id, last + 1)), views };
        first.extend(self.making(making, &summary(&schema)));
        (first, last + 2, Some(schema))
    }

    fn mark(&self, migration: &str, ordinal: i32) -> Mark {
        Mark { migration: migration.to_owned(), schema: self.first.schema.clone(), ordinal }
    }

    fn previous_file(&self) -> Option<&String> {
        let order = &self.context.releases.as_ref()?.order;
        let at = order.iter().position(|id| *id == self.migration.id)?;
        at.checked_sub(1).and_then(|at| order.get(at))
    }

    /// The steps that make views, and take them back.
    fn making(&self, making: Making<'_>, summary: &str) -> Vec<Step> {
        let Making { schema, mut mark, views } = making;
        let mut steps = Vec::new();
        // A release may see nothing of its own.
        let empty = views.is_empty() && mark.is_some();
        let parts = views.chunks(VIEWS_AT_A_TIME).chain(empty.then_some(&[] as &[VersionView]));
        for part in parts {
            let mut sql = Vec::new();
            let mut undo: Vec<String> = part.iter().map(|view| view.drop(schema)).collect();
            if let Some(mark) = mark.take() {
                sql.push(format!("CREATE SCHEMA {schema}"));
                sql.push(mark.statement(schema));
                let users = self.first.schema_users.iter().map(|user| {
                    user.as_ref().map_or("PUBLIC".to_owned(), |user| Ident::new(user.as_str()).to_string())
                });
                sql.extend(users.map(|user| format!("GRANT USAGE ON SCHEMA {schema} TO {user}")));
                undo.push(format!("DROP SCHEMA IF EXISTS {schema}"));
            }
            sql.extend(make_views(schema, part));
            let versions = Some(VersionWork::default());
            steps.push(Step { versions, ..Step::free(summary, sql, undo) });
        }
        steps
    }

    /// What the user has to know.
    fn tell_of_versions(&mut self, steps: &VersionSteps) {
        let Some(own) = &steps.schema else { return };
        let (schema, of) = (&own.schema, Ident::new(self.first.schema.as_str()));
        let names: Vec<String> = own.tables.iter().map(ToString::to_string).collect();
        self.note(format!(
            "the release that knows this migration sets its search_path to {schema}, {of}: `midflight schema` prints it. It sees \
             {} through views there",
            if names.is_empty() { "its tables".to_owned() } else { names.join(", ") }
        ));
        if !steps.first.is_empty() {
            self.note(
                "a release that runs without a version schema in its search_path is not behind views: what this plan says of \
                 its statements holds for it",
            );
        }
        self.note(
            "through a view there is no COPY, TRUNCATE, ON CONFLICT ON CONSTRAINT, GROUP BY the key alone, system column (ctid, \
             xmin) and, before PostgreSQL 17, MERGE: docs/version-schemas.md has the way around each",
        );
        for table in &steps.contract.remakes {
            self.note(format!(
                "contract recreates the views of {table} around a change in place: a prepared statement that returns the column \
                 through one fails from then on (`cached plan must not change result type`) unless its driver prepares it again"
            ));
        }
    }

    /// Views of later files show what this one would change, and would not show it.
    fn refuse_older_file(&self) -> Result<()> {
        let Some(releases) = &self.context.releases else { return Ok(()) };
        let place = |id: &str| releases.order.iter().position(|known| known == id);
        let Some(own) = place(&self.migration.id) else { return Ok(()) };
        let later = |version: &&Version| place(&version.mark.migration).is_some_and(|at| at > own);
        match self.first.versions.iter().find(later) {
            None => Ok(()),
            Some(later) => Err(Error::refused(format!(
                "`{}` comes after this file, and its release has schema {} already: it would not see what this file changes",
                later.mark.migration, later.schema
            ))
            .hint("give this file a name that comes last: releases find their schema by the last file that they know")),
        }
    }

    fn refuse_creation(&self) -> Result<()> {
        let own = version_schema(&self.first.schema, &self.migration.id);
        if self.first.versions.iter().any(|version| version.schema == own) {
            return Err(Error::refused(format!("schema {own} is there already"))
                .hint("it is left of another attempt: `midflight rollback`, or drop it with its views"));
        }
        if self.first.creates_schemas {
            return Ok(());
        }
        Err(Error::refused("version schemas need CREATE on the database, which the connected role lacks")
            .hint("`GRANT CREATE ON DATABASE … TO …` for the role that runs midflight"))
    }

    /// Whether a view of the table asks who reads it for privileges and rows. It does so for every column, read or not, so that
    /// roles with privileges on some columns could read none.
    ///
    /// # Errors
    /// Exit 23 where the table needs both.
    fn asks_invoker(&self, name: &TableName, table: &Table) -> Result<bool> {
        let by_column = table.columns.iter().any(|column| !column.grants.is_empty());
        let invoker = self.first.server_major >= 15 && !by_column;
        if !table.row_security || invoker {
            return Ok(invoker);
        }
        let message = if by_column {
            format!(
                "`{name}` has row-level security and privileges on columns: a view that keeps the one does not keep the other"
            )
        } else {
            format!("`{name}` has row-level security, which a view bypasses before PostgreSQL 15")
        };
        Err(Error::refused(message).hint(
            "leave `version_schemas` out for this migration; or grant privileges on the whole table, on PostgreSQL 15 or later",
        ))
    }
}

impl VersionWork {
    /// Whether there is nothing to do beside the statements.
    pub fn is_nothing(&self) -> bool {
        self.drops_before.is_none() && self.remakes.is_empty() && !self.remakes_all
    }

    /// Puts it into contract: into its first transaction, so that a contract that gets no lock has changed nothing.
    pub(super) fn begin(self, contract: &mut Vec<Step>, new: bool) {
        if self.is_nothing() || contract.is_empty() && !new {
            return;
        }
        for own in contract.iter_mut().filter(|step| step.work == Work::Unknown) {
            own.versions = Some(Self { remakes_all: true, ..Self::default() });
        }
        let earlier: Vec<String> = self.earlier.iter().map(ToString::to_string).collect();
        let summary = match &earlier[..] {
            [] => "drop the views of releases that are gone".to_owned(),
            earlier => format!("drop version schema {}", earlier.join(", ")),
        };
        match contract.iter_mut().find(|step| step.mode == Mode::Transaction) {
            Some(step) if step.work == Work::Catalog => {
                step.summary = match self.drops_before {
                    Some(_) if !earlier.is_empty() => format!("{summary}; {}", step.summary),
                    _ => step.summary.clone(),
                };
                step.versions = Some(self);
            }
            _ => contract
                .insert(0, Step { versions: Some(self), ..Step::free(summary, Vec::new(), Vec::new()) }),
        }
    }
}
