//! Changes of rows that a file asks for: which triggers and rules they fire, and whether a DELETE would read a table for each
//! row; and rows that stand in the way of a step once its turn has come.

use std::time::Duration;

use sqlx::Row;

use super::bad_rows::by_data;
use super::{Runner, search_path};
use crate::config::Settings;
use crate::db::{Failure, Session, blames_statement, classify, explain, statement};
use crate::error::{Error, Kind, Result};
use crate::migration::Migration;
use crate::migration::operation::UserTriggers;
use crate::migration::source::Span;
use crate::plan::{Mode, Plan, Step, Verb};

/// What is to be told of them.
///
/// # Errors
/// Exit 23 for triggers that fire once for a statement, where batches are many, and for rules.
pub(super) async fn check(session: &mut Session, migration: &Migration, plan: &Plan) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for (_, step) in plan.steps() {
        let Mode::Batches(work) = &step.mode else { continue };
        let (event, rule) = match work.verb {
            Verb::Update => (16_i16, "2"),
            Verb::Delete => (8, "4"),
            Verb::Insert => (4, "3"),
        };
        let skipped = work.triggers == Some(UserTriggers::Skip);
        let enabled = if skipped { "AR" } else { "AO" };
        let found = statement(FIRING).bind(work.writes.to_string()).bind(event).bind(enabled).bind(rule);
        for row in found.fetch_all(&mut session.conn).await? {
            let (name, each_row): (String, bool) = (row.get(0), row.get(1));
            if each_row {
                told.push(format!(
                    "the {} of {} fires {name} for each row, as it does in psql",
                    work.verb.name(),
                    work.table
                ));
            } else if work.triggers != Some(UserTriggers::Fire) {
                let error = Error::refused(format!(
                    "{name} of {} would fire for each batch of the {}, and not once as in psql",
                    work.writes,
                    work.verb.name()
                ))
                .hint(
                    "say `-- midflight: triggers fire` above the statement where that is right; or `-- midflight: phase expand` \
                     or `phase contract`: then it is one statement, which locks all its rows until it ends",
                );
                let place = plan.rows_tried.iter().find(|trial| step.sql.contains(&trial.sql));
                return Err(match place {
                    Some(trial) => error.at(&migration.source, Span::new(trial.start, trial.end)),
                    None => error,
                });
            }
        }
        if work.verb == Verb::Delete {
            let found =
                statement(WITHOUT_INDEX).bind(work.table.to_string()).fetch_all(&mut session.conn).await?;
            for row in found {
                let (child, key): (String, String) = (row.get(0), row.get(1));
                told.push(format!(
                    "{child} refers to {} without an index on the columns of {key}: each deleted row reads all of {child}; \
                     build an index first",
                    work.table
                ));
            }
        }
    }
    told.dedup();
    Ok(told)
}

/// Tries them in the order of the file, in a transaction that is rolled back: on small tables in fact, and then the rows that
/// they leave are those that later steps will find.
///
/// # Errors
/// Exit 2 for a statement that PostgreSQL doesn't take; exit 21 for one that fails on the rows that are there, and for rows
/// that a constraint below would refuse.
pub(super) async fn try_all(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
) -> Result<()> {
    if plan.rows_tried.is_empty() {
        return Ok(());
    }
    for attempt in 1.. {
        let tried = try_once(session, settings, migration, plan).await;
        session.rollback().await;
        match tried {
            Ok(outcome) => return outcome,
            // Somebody holds a row: what is only tried is not worth waiting for.
            Err(error) if classify(&error) == Failure::Retry && attempt < ATTEMPTS => {
                session.interrupt().sleep(Duration::from_millis(200)).await?;
            }
            Err(error) if classify(&error) == Failure::Retry => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Who waits for somebody else's lock tries again.
const ATTEMPTS: u32 = 5;

async fn try_once(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
) -> Result<Result<()>, sqlx::Error> {
    session.begin(settings.lock.timeout.0, &search_path(settings)).await?;
    let mut all_ran = true;
    for trial in &plan.rows_tried {
        let sql = if trial.runs { trial.sql.clone() } else { format!("EXPLAIN {}", trial.sql) };
        all_ran &= trial.runs;
        if let Err(error) = session.run(&sql).await {
            return judged(error, migration, Span::new(trial.start, trial.end)).map(Err);
        }
    }
    if !all_ran {
        return Ok(Ok(()));
    }
    if let Err(error) = session.run("SET CONSTRAINTS ALL IMMEDIATE").await {
        let span = plan.rows_tried.last().map_or(Span::default(), |trial| Span::new(trial.start, trial.end));
        return judged(error, migration, span).map(Err);
    }
    for (_, step) in plan.steps() {
        let Some(violations) = step.violations.as_ref().filter(|of| of.at_its_time) else { continue };
        session.run("SAVEPOINT tried").await?;
        match session.rows(&violations.query).await {
            Ok(rows) if rows.is_empty() => {}
            Ok(rows) => {
                let listed = rows.iter().map(|row| row.get::<Option<String>, _>(0).unwrap_or_default());
                return Ok(Err(Error::new(Kind::BadRows, format!("{}, also after the statements above", violations.rule))
                    .at(&migration.source, Span::new(violations.start, violations.end))
                    .details(listed.map(|row| format!("{}: {row}", violations.table)))
                    .hint("correct these rows, or the statement that should, then run the same command again; nothing was changed")));
            }
            // It may speak of what the migration makes.
            Err(error) if error.as_database_error().is_some() && classify(&error) != Failure::Retry => {
                session.rollback_to("tried").await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Ok(()))
}

fn judged(error: sqlx::Error, migration: &Migration, span: Span) -> Result<Error, sqlx::Error> {
    if by_data(&error) {
        let message = format!("this fails on rows that are there: {}", explain(&error));
        return Ok(Error::new(Kind::BadRows, message).at(&migration.source, span).hint(
            "correct the rows or the statement, then run the same command again; nothing was changed",
        ));
    }
    if blames_statement(&error) {
        return Ok(Error::usage(format!("PostgreSQL does not take this: {}", explain(&error)))
            .at(&migration.source, span));
    }
    Err(error)
}

impl Runner<'_> {
    /// Rows that a step would trip over, looked for when its turn has come: statements before it have changed them.
    ///
    /// # Errors
    /// Exit 21 with their keys.
    pub(super) async fn refuse_rows_in_the_way(&mut self, step: &Step) -> Result<()> {
        let Some(violations) = step.violations.as_ref().filter(|violations| violations.at_its_time) else {
            return Ok(());
        };
        let path = self.search_path();
        self.session.begin(self.settings.lock.timeout.0, &path).await?;
        let rows = self.session.rows_long(&violations.query).await?;
        self.session.rollback().await;
        let rows = rows?;
        if rows.is_empty() {
            return Ok(());
        }
        let listed = rows.iter().map(|row| row.get::<Option<String>, _>(0).unwrap_or_default());
        Err(Error::new(Kind::BadRows, violations.rule.clone())
            .details(listed.map(|row| format!("{}: {row}", violations.table)))
            .hint("correct these rows, then run the same command again: it goes on with this step"))
    }
}

const FIRING: &str = "
SELECT pg_catalog.format('trigger %I', t.tgname), (t.tgtype & 1) = 1 FROM pg_catalog.pg_trigger t
WHERE t.tgrelid = pg_catalog.to_regclass($1) AND NOT t.tgisinternal AND (t.tgtype & $2) = $2
  AND pg_catalog.strpos($3, t.tgenabled::text) > 0 AND t.tgname !~ '^zzzz_midflight_'
UNION ALL
SELECT pg_catalog.format('rule %I', r.rulename), false FROM pg_catalog.pg_rewrite r
WHERE r.ev_class = pg_catalog.to_regclass($1) AND r.ev_type::text = $4 AND pg_catalog.strpos($3, r.ev_enabled::text) > 0
ORDER BY 1";

const WITHOUT_INDEX: &str = "
SELECT k.conrelid::pg_catalog.regclass::text, k.conname::text FROM pg_catalog.pg_constraint k
WHERE k.confrelid = pg_catalog.to_regclass($1) AND k.contype = 'f' AND k.conparentid = 0
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = k.conrelid AND i.indisvalid
                    AND i.indkey[0] = ANY (k.conkey) AND i.indpred IS NULL)
ORDER BY 1, 2";
