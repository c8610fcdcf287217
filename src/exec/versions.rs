//! The views of releases: those of earlier ones go at contract, and those of a table that is changed in place are dropped before
//! the change and recreated after it, as they were, in one transaction.

use sqlx::Row;

use super::Runner;
use super::ddl::{Note, Work};
use crate::catalog::{Version, VersionView, make_views};
use crate::db::{statement, versions};
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, TableName};
use crate::plan::{Plan, VersionWork};

/// Views that were dropped, with their schema.
pub(super) struct Taken {
    schema: Ident,
    views: Vec<VersionView>,
}

/// Every lock of a transaction has a place in the server's table.
const VIEWS_AT_A_TIME: usize = 400;

impl Runner<'_> {
    /// Drops what the step says, before it locks a table: a reader of a view locks that first, and then its table.
    pub(super) async fn take_views(&mut self, work: &VersionWork) -> Result<Vec<Taken>, sqlx::Error> {
        let (earlier, others) = self.versions_around(work).await?;
        for version in &earlier {
            for view in &version.views {
                self.session.run(&view.drop(&version.schema)).await?;
            }
            self.session.run(&format!("DROP SCHEMA IF EXISTS {}", version.schema)).await?;
        }
        let mut taken = Vec::new();
        for version in others {
            let over = |view: &VersionView| work.remakes_all || work.remakes.contains(&view.table);
            let views: Vec<VersionView> = version.views.into_iter().filter(over).collect();
            for view in &views {
                self.session.run(&view.drop(&version.schema)).await?;
            }
            if !views.is_empty() {
                taken.push(Taken { schema: version.schema, views });
            }
        }
        Ok(taken)
    }

    /// Recreates views over the same columns, whatever their names are now.
    pub(super) async fn give_views(&mut self, taken: Vec<Taken>) -> Result<(), sqlx::Error> {
        for Taken { schema, mut views } in taken {
            let mut again = Vec::new();
            for mut view in std::mem::take(&mut views) {
                let rows = statement(NAMES).bind(i64::from(view.table_oid));
                let rows = rows.fetch_all(&mut self.session.conn).await?;
                // What the user's own SQL has dropped nobody can see any more.
                view.columns.retain(|column| rows.iter().any(|row| row.get::<i16, _>(2) == column.number));
                for row in &rows {
                    view.table = TableName::new(row.get::<&str, _>(0), row.get::<&str, _>(1));
                    let columns =
                        view.columns.iter_mut().filter(|column| column.number == row.get::<i16, _>(2));
                    columns.for_each(|column| column.physical = Ident::new(row.get::<&str, _>(3)));
                }
                again.extend((!rows.is_empty()).then_some(view));
            }
            views = again;
            for sql in make_views(&schema, &views) {
                self.session.run(&sql).await?;
            }
        }
        Ok(())
    }

    /// Views beyond those that fit into one transaction with contract's own work go before it. The release that reads them
    /// is gone; killed here, the next run finds those that are left.
    pub(super) async fn shed_views(&mut self, plan: &Plan, with: &mut Vec<Note<'_>>) -> Result<()> {
        match plan.contract.iter().find_map(|step| step.versions.as_ref()) {
            Some(work) => self.shed(work, with).await,
            None => Ok(()),
        }
    }

    /// No release uses the database: what is there for releases would only stand in the way of plain SQL.
    pub(super) async fn drop_versions(&mut self) -> Result<()> {
        let all = VersionWork { drops_before: Some(i32::MAX), ..VersionWork::default() };
        let (known, _) = self.versions_around(&all).await?;
        if known.is_empty() {
            return Ok(());
        }
        self.shed(&all, &mut Vec::new()).await?;
        self.transaction_of(Work { locks: &[], sql: &[], versions: Some(&all) }, &[]).await
    }

    async fn shed(&mut self, work: &VersionWork, with: &mut Vec<Note<'_>>) -> Result<()> {
        loop {
            let (earlier, _) = self.versions_around(work).await?;
            let views = earlier
                .iter()
                .flat_map(|version| version.views.iter().map(|view| view.drop(&version.schema)));
            let views: Vec<String> = views.collect();
            if views.len() <= VIEWS_AT_A_TIME {
                return Ok(());
            }
            let notes: Vec<&Note<'_>> = with.iter().collect();
            self.transaction(&[], &views[..VIEWS_AT_A_TIME], &notes).await?;
            with.clear();
        }
    }

    /// The versions that the step ends, and all others.
    async fn versions_around(
        &mut self,
        work: &VersionWork,
    ) -> Result<(Vec<Version>, Vec<Version>), sqlx::Error> {
        let known = versions(&mut self.session.conn).await?;
        let own = self.settings.schema.as_str();
        let goes = |version: &Version| {
            version.mark.schema == own && work.drops_before.is_some_and(|end| version.mark.ordinal < end)
        };
        Ok(known.into_iter().partition(goes))
    }

    /// A release that is built upon this migration reads its columns through views of its own.
    ///
    /// # Errors
    /// Exit 23.
    pub(super) async fn refuse_seen(&mut self, plan: &Plan) -> Result<()> {
        let known = versions(&mut self.session.conn).await?;
        let Some(own) = &plan.version_schema else { return Ok(()) };
        let later = known.iter().find(|version| {
            version.mark.schema == self.settings.schema && version.mark.ordinal > own.ordinal
        });
        match later {
            None => Ok(()),
            Some(later) => Err(Error::new(
                Kind::Refused,
                format!(
                    "`{}` was expanded after `{}`, and its release sees what both have changed through schema {}",
                    later.mark.migration, plan.migration, later.schema
                ),
            )
            .hint(format!(
                "`midflight rollback {}` first; once that one is contracted, contract this one as well",
                later.mark.migration
            ))),
        }
    }
}

const NAMES: &str = "
SELECT n.nspname::text, c.relname::text, a.attnum, a.attname::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid = $1::bigint::oid";
