//! Everything that can be found wrong before anything is changed. Nothing here outlives its transaction.

use std::time::Instant;

use sqlx::Row;

use super::bad_rows::{self, Among, by_data};
use super::partitions::parts;
use super::row_changes;
use super::{Event, Listener, recreated, search_path, tries};
use crate::config::Settings;
use crate::db::{Failure, Session, blames_statement, classify, explain, position, statement};
use crate::error::{Error, Kind, Result};
use crate::migration::Migration;
use crate::migration::source::Span;
use crate::plan::{Conversion, OLD_RELEASE_HINT, Plan, Trial};
use crate::text::count;

/// How a query of the plan's ends that lists rows, and how many it lists then.
const LIMIT: &str = " LIMIT 20";
const MOST: usize = 20;

/// Pages that one transaction of the trial reads.
const PAGES: i64 = 8192;

/// Compiles every expression, tries it on every row, and looks for rows that constraints would refuse.
///
/// # Errors
/// Exit 2 with the place for an expression that doesn't compile; exit 21 with the keys of rows that can't be converted
/// or violate a constraint.
pub async fn check(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
    listener: &dyn Listener,
) -> Result<()> {
    let preflight = Preflight { settings, migration, plan, listener };
    let outcome = preflight.run(session).await;
    session.rollback().await;
    outcome
}

/// Compiles every expression, without a look at the rows.
///
/// # Errors
/// Exit 2 with the place for an expression that doesn't compile.
pub async fn compile(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
) -> Result<()> {
    let preflight = Preflight { settings, migration, plan, listener: &() };
    let outcome = preflight.trials(session).await;
    session.rollback().await;
    outcome
}

struct Preflight<'p> {
    settings: &'p Settings,
    migration: &'p Migration,
    plan: &'p Plan,
    listener: &'p dyn Listener,
}

impl Preflight<'_> {
    async fn run(&self, session: &mut Session) -> Result<()> {
        self.trials(session).await?;
        session.rollback().await;
        tries::check(session, self.settings, self.migration, self.plan).await?;
        recreated::check(session, self.settings, self.migration, self.plan).await?;
        row_changes::try_all(session, self.settings, self.migration, self.plan).await?;
        self.violations(session).await?;
        for work in self.plan.backfill.iter().filter(|work| !work.probe.is_empty()) {
            self.open(session).await?;
            let found = parts(session, work).await;
            session.rollback().await;
            for part in found? {
                self.try_rows(session, &part.work).await?;
            }
        }
        Ok(())
    }

    async fn trials(&self, session: &mut Session) -> Result<()> {
        self.open(session).await?;
        for trial in &self.plan.trials {
            if let Err(error) = session.run(&trial.sql).await {
                return Err(self.rejected(trial, error));
            }
        }
        Ok(())
    }

    async fn open(&self, session: &mut Session) -> Result<()> {
        Ok(session.begin(self.settings.lock.timeout.0, &search_path(self.settings)).await?)
    }

    /// Blames the user's expression, at the character where the server saw the error.
    fn rejected(&self, trial: &Trial, error: sqlx::Error) -> Error {
        // The temporary schema may be out of bounds, the server read-only, or the connection gone.
        if !blames_statement(&error) {
            return error.into();
        }
        let at =
            position(&error).and_then(|chars| trial.sql.char_indices().nth(chars - 1)).map(|(byte, _)| byte);
        let inside =
            at.and_then(|byte| byte.checked_sub(trial.offset)).filter(|byte| *byte < trial.expression.len());
        let whole = Span::new(trial.start, trial.end);
        let span = inside.map_or(whole, |byte| {
            let text = self.migration.source.slice(whole);
            // An expression whose escapes or line folding differ from the file's text has no exact place.
            let rest = if text == trial.expression { text.get(byte..) } else { None };
            let Some(rest) = rest else { return whole };
            let word = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .map(char::len_utf8)
                .sum::<usize>();
            Span::new(trial.start + byte, trial.start + byte + word.max(1))
        });
        Error::usage(format!("{} doesn't compile: {}", trial.what, explain(&error)))
            .at(&self.migration.source, span)
            .hint("correct the expression; it may use every column of the row by its name")
    }

    async fn violations(&self, session: &mut Session) -> Result<()> {
        for (stage, step) in self.plan.steps() {
            let Some(violations) = step.violations.as_ref().filter(|of| !of.at_its_time) else { continue };
            session.begin(self.settings.lock.timeout.0, &search_path(self.settings)).await?;
            let rows = session.rows(&violations.query).await;
            let more = match &rows {
                Ok(rows) => unlisted(session, &violations.query, rows.len()).await,
                Err(_) => None,
            };
            session.rollback().await;
            // What can't be converted is listed row by row, below.
            if stage == "backfill" && rows.as_ref().is_err_and(|error| classify(error) == Failure::Data) {
                continue;
            }
            let rows = rows.map_err(|error| {
                if !blames_statement(&error) {
                    return error.into();
                }
                let error = Error::usage(format!("this can't be checked: {}", explain(&error)));
                error.at(&self.migration.source, Span::new(violations.start, violations.end))
            })?;
            if !rows.is_empty() && violations.old_release {
                return Err(Error::refused(violations.rule.clone())
                    .at(&self.migration.source, Span::new(violations.start, violations.end))
                    .hint(OLD_RELEASE_HINT));
            }
            if !rows.is_empty() {
                let listed = rows.iter().map(|row| row.get::<Option<String>, _>(0).unwrap_or_default());
                if violations.after_own_sql {
                    return Err(Error::refused(format!(
                        "{}; your own SQL above may change them, but nothing is changed before all rows are known to pass",
                        violations.rule
                    ))
                    .at(&self.migration.source, Span::new(violations.start, violations.end))
                    .details(listed.map(|row| format!("{}: {row}", violations.table)))
                    .hint("leave `phase expand` out where the SQL above is an UPDATE, DELETE or INSERT: it runs in its order then, and the \
                           rows are looked at after it; or put this statement in a migration of its own"));
                }
                return Err(Error::new(Kind::BadRows, violations.rule.clone())
                    .at(&self.migration.source, Span::new(violations.start, violations.end))
                    .details(listed.map(|row| format!("{}: {row}", violations.table)))
                    .details(more)
                    .hint("correct these rows, then run the same command again; nothing was changed"));
            }
        }
        Ok(())
    }

    /// Reads the whole table in ranges, each in a transaction of its own that makes the functions and undoes them.
    async fn try_rows(&self, session: &mut Session, work: &Conversion) -> Result<()> {
        let started = Instant::now();
        // PostgreSQL locks a table to tell its size: nobody may wait for that without an end.
        self.open(session).await?;
        let pages = pages(session, work).await;
        session.rollback().await;
        let pages = pages?;
        let total = work.rows;
        for from in (0..pages).step_by(PAGES as usize) {
            session.interrupt().check()?;
            let range = from..pages.min(from + PAGES);
            self.open(session).await?;
            for trial in &self.plan.trials {
                session.run(&trial.sql).await?;
            }
            session.run("SAVEPOINT probe").await?;
            let verdict = session.rows(&bad_rows::probe(work, &range)).await;
            let good = match verdict {
                Ok(rows) => rows.first().is_none_or(|row| row.get::<i64, _>(0) == 0),
                Err(error) if by_data(&error) => false,
                Err(error) => return Err(error.into()),
            };
            if !good {
                session.rollback_to("probe").await?;
                let condition = bad_rows::within(&range);
                let most = bad_rows::LISTED + 1;
                let bad = bad_rows::find(session, work, Among::All, &condition, most).await?;
                if !bad.is_empty() {
                    return Err(self.bad_rows(work, &bad));
                }
            }
            session.rollback().await;
            let done = pages.min(from + PAGES);
            self.listener.event(&Event::Rows {
                doing: "try",
                table: &work.table,
                rows: total * done / pages.max(1),
                rows_total: total,
                pages: done,
                pages_total: pages,
            });
        }
        self.listener.event(&Event::RowsDone {
            doing: "try",
            table: &work.table,
            rows: total,
            took: started.elapsed(),
        });
        Ok(())
    }

    fn bad_rows(&self, work: &Conversion, bad: &[bad_rows::BadRow]) -> Error {
        // Rather a written expression than the operation around it.
        let trials = &self.plan.trials;
        let blamed = trials.iter().find(|trial| !trial.expression.is_empty()).or(trials.first());
        let span = blamed.map_or(Span::default(), |trial| Span::new(trial.start, trial.end));
        let reports: Vec<String> = bad.iter().take(bad_rows::LISTED).map(|row| row.report.clone()).collect();
        let many = if bad.len() > reports.len() { "more than " } else { "" };
        Error::new(
            Kind::BadRows,
            format!("{many}{} row(s) of {} can't be converted", reports.len(), work.table),
        )
        .at(&self.migration.source, span)
        .details(bad_rows::listed(work, &reports))
        .hint("correct these rows or the expression, then run the same command again; nothing was changed")
    }
}

/// How many rows a list leaves out, where it is full.
async fn unlisted(session: &mut Session, query: &str, listed: usize) -> Option<String> {
    let all = query.strip_suffix(LIMIT).filter(|_| listed >= MOST)?;
    let counted = session.rows(&format!("SELECT pg_catalog.count(*) FROM ({all}) AS every")).await.ok()?;
    let more = counted.first()?.get::<i64, _>(0) - listed as i64;
    (more > 0).then(|| format!("and {} more", count(more)))
}

/// How many pages the table has now.
pub(super) async fn pages(session: &mut Session, work: &Conversion) -> Result<i64> {
    let sql =
        "SELECT pg_catalog.pg_relation_size($1::regclass) / pg_catalog.current_setting('block_size')::bigint";
    Ok(statement(sql).bind(work.table.to_string()).fetch_one(&mut session.conn).await?.get(0))
}
