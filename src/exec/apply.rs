//! Files as plain SQL, for a database that no release uses. A file runs in one transaction together with its record;
//! where PostgreSQL doesn't allow that, part by part with what is done so far in the journal.

use super::Runner;
use crate::db::{Failure, Session, classify, explain, position};
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, literal};
use crate::migration::Migration;
use crate::migration::source::Span;
use crate::migration::units::{Role, Statement, Unit, units};
use crate::state::{Record, StepStatus};

/// How a file was carried out.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Applied {
    /// How many statements ran in this run.
    pub statements: usize,
    /// In one transaction together with its record.
    pub in_one_transaction: bool,
}

/// What the server says of a statement that wants no transaction, or a later one than its file's: it commits by itself,
/// it needs what a statement above it has only begun.
const WANTS_ANOTHER_TRANSACTION: [&str; 4] = ["25001", "2D000", "55P04", "55006"];

/// What the server says when a statement has been done before.
const DONE_BEFORE: [&str; 7] = ["42P07", "42710", "42701", "42P06", "42723", "42704", "42P01"];

/// The record is midflight's, whatever role and settings the file has chosen.
const OWN_AGAIN: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";
const OWN_FOR_NOW: &str =
    "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE; SET LOCAL search_path = pg_catalog";

/// Runs a file, or goes on with it.
///
/// # Errors
/// Exit 1 with the statement that failed, exit 22 where a statement that has run is no longer in the file.
pub async fn apply(
    runner: &mut Runner<'_>,
    migration: &Migration,
    record: Option<&Record>,
) -> Result<Applied> {
    let units = units(migration, &Ident::new(runner.settings.schema.as_str()))?;
    let begun = record.is_some_and(Record::is_being_applied);
    runner.drop_versions().await?;
    if !begun && fits_one_transaction(&units) {
        let mut own = session(runner).await?;
        match whole(runner, &mut own, migration, &units).await? {
            Whole::Done(statements) => return Ok(Applied { statements, in_one_transaction: true }),
            Whole::WantsAnother => {}
        }
    }
    let statements = in_parts(runner, migration, &units).await?;
    Ok(Applied { statements, in_one_transaction: false })
}

/// A connection that ends with the file, and with it whatever the file sets.
async fn session(runner: &Runner<'_>) -> Result<Session> {
    runner.session.sibling().await
}

/// Left as it is, the search_path is the role's, as with psql.
async fn set_search_path(runner: &Runner<'_>, own: &mut Session) -> Result<()> {
    if runner.settings.schema != "public" {
        let path = literal(&runner.search_path());
        own.run(&format!("SELECT pg_catalog.set_config('search_path', {path}, false)")).await?;
    }
    Ok(())
}

/// Several transactions of the file's own stay several.
fn fits_one_transaction(units: &[Unit]) -> bool {
    units.len() == 1
        || units.iter().all(|unit| !unit.together || unit.statements.iter().all(|s| s.role() == Role::Works))
}

/// What came of a file in one transaction.
enum Whole {
    Done(usize),
    WantsAnother,
}

async fn whole(
    runner: &Runner<'_>,
    own: &mut Session,
    migration: &Migration,
    units: &[Unit],
) -> Result<Whole> {
    own.conn.begin("BEGIN").await?;
    set_search_path(runner, own).await?;
    let mut count = 0;
    for unit in units {
        for statement in &unit.statements {
            // psql runs it outside transactions, where it does nothing
            if !unit.together && statement.role() == Role::SetsTransaction {
                continue;
            }
            if let Err(error) = own.run_long(&statement.sql).await? {
                own.rollback().await;
                if wants_another(&error) {
                    return Ok(Whole::WantsAnother);
                }
                let error = failed(migration, statement, error);
                return Err(match error.kind {
                    Kind::Failed => error.hint(
                        "nothing of this file was applied; correct it, then run the same command again",
                    ),
                    _ => error,
                });
            }
            count += 1;
        }
    }
    let ended = async {
        own.run(OWN_AGAIN).await?;
        runner.store.applied(&mut own.conn, &migration.id, &migration.checksum).await?;
        runner.fence().check(&mut own.conn).await
    };
    if let Err(error) = ended.await {
        own.rollback().await;
        return Err(error);
    }
    match own.commit().await {
        Ok(()) => Ok(Whole::Done(count)),
        // Nobody knows whether the last COMMIT happened: the next run reads the record.
        Err(error) if classify(&error) == Failure::OutcomeUnknown => Err(error.into()),
        Err(error) => {
            Err(Error::new(Kind::Failed, format!("`{}`: {}", migration.source.path, explain(&error)))
                .hint("the server refused to commit, and nothing of this file was applied"))
        }
    }
}

async fn in_parts(runner: &mut Runner<'_>, migration: &Migration, units: &[Unit]) -> Result<usize> {
    if runner.session.pooled {
        return Err(Error::refused(format!(
            "`{}` can't run in one transaction, and a pooler stands in between",
            migration.source.path
        ))
        .hint("give a URL that leads to the server itself"));
    }
    let (done, may_have_run) = resume(runner, migration, units).await?;
    let texts: Vec<String> = units.iter().map(Unit::text).collect();
    runner
        .store
        .begin_applying(&mut runner.session.conn, &migration.id, &migration.checksum, &texts, done)
        .await?;
    let mut own = session(runner).await?;
    set_search_path(runner, &mut own).await?;
    // what the earlier run has set ended with its connection
    for statement in units.iter().take(done).flat_map(|unit| &unit.statements) {
        if statement.role() == Role::SetsSession
            && let Err(error) = own.run_long(&statement.sql).await?
        {
            return Err(failed(migration, statement, error));
        }
    }
    let mut count = 0;
    for (at, unit) in units.iter().enumerate().skip(done) {
        let before = at == done && may_have_run;
        part(runner, &mut own, migration, (at, unit), before).await.map_err(|error| {
            if error.kind == Kind::Failed && error.hint.is_none() {
                error.hint(format!(
                    "{at} of {} parts of this file are applied; correct this one, then run the same command again",
                    units.len()
                ))
            } else {
                error
            }
        })?;
        count += unit.statements.len();
    }
    let conn = &mut runner.session.conn;
    runner.store.applied(conn, &migration.id, &migration.checksum).await?;
    Ok(count)
}

/// How many parts an earlier run has done, and whether the next may have run as well.
async fn resume(runner: &mut Runner<'_>, migration: &Migration, units: &[Unit]) -> Result<(usize, bool)> {
    let known = runner.store.record(&mut runner.session.conn, &migration.id).await?;
    if !known.is_some_and(|record| record.is_being_applied()) {
        return Ok((0, false));
    }
    let parts = runner.store.applied_parts(&mut runner.session.conn, &migration.id).await?;
    let done = parts.iter().take_while(|part| part.status == StepStatus::Done).count();
    for (at, part) in parts.iter().enumerate().take(done) {
        if units.get(at).map(Unit::text).as_ref() != Some(&part.sql) {
            let first = part.sql.lines().next().unwrap_or_default();
            return Err(Error::new(
                Kind::Drift,
                format!("`{}` has changed: part {} has run already", migration.source.path, at + 1),
            )
            .detail(format!("it was: {first}"))
            .hint("put it back as it was; what comes after it may change"));
        }
    }
    let next = parts.get(done).filter(|part| units.get(done).map(Unit::text).as_ref() == Some(&part.sql));
    Ok((done, next.is_some_and(|part| part.status.may_have_run())))
}

async fn part(
    runner: &mut Runner<'_>,
    own: &mut Session,
    migration: &Migration,
    (at, unit): (usize, &Unit),
    may_have_run: bool,
) -> Result<()> {
    if may_have_run {
        drop_what_was_cut_off(own, unit).await?;
    }
    own.conn.begin("BEGIN").await?;
    for statement in &unit.statements {
        let Err(error) = own.run_long(&statement.sql).await? else { continue };
        own.rollback().await;
        if !unit.together && wants_another(&error) {
            return alone(runner, own, migration, (at, statement), may_have_run).await;
        }
        if may_have_run && done_before(&error) {
            return mark(runner, &migration.id, at, StepStatus::Done).await;
        }
        return Err(failed(migration, statement, error));
    }
    let ended = async {
        own.run(OWN_FOR_NOW).await?;
        runner.store.set_part(&mut own.conn, &migration.id, at, StepStatus::Done).await?;
        runner.fence().check(&mut own.conn).await?;
        Ok::<_, Error>(own.commit().await?)
    };
    let ended: Result<()> = ended.await;
    if ended.is_err() {
        own.rollback().await;
    }
    ended
}

/// A statement that no transaction may hold: the journal says first that it will run.
async fn alone(
    runner: &mut Runner<'_>,
    own: &mut Session,
    migration: &Migration,
    (at, statement): (usize, &Statement),
    may_have_run: bool,
) -> Result<()> {
    mark(runner, &migration.id, at, StepStatus::Running).await?;
    match own.run_long(&statement.sql).await? {
        // it may go on in the server, and the journal says that it may have run
        Err(error) if classify(&error) == Failure::OutcomeUnknown => Err(failed(migration, statement, error)),
        Err(error) if !(may_have_run && done_before(&error)) => {
            mark(runner, &migration.id, at, StepStatus::Failed).await?;
            Err(failed(migration, statement, error))
        }
        Ok(_) | Err(_) => mark(runner, &migration.id, at, StepStatus::Done).await,
    }
}

async fn mark(runner: &mut Runner<'_>, id: &str, at: usize, status: StepStatus) -> Result<()> {
    runner.store.set_part(&mut runner.session.conn, id, at, status).await
}

/// A concurrent build that was cut off leaves an invalid index under its name.
async fn drop_what_was_cut_off(own: &mut Session, unit: &Unit) -> Result<()> {
    for build in unit.statements.iter().filter_map(|statement| statement.builds.as_ref()) {
        let invalid = format!(
            "SELECT i.indexrelid::regclass::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
             WHERE i.indrelid = pg_catalog.to_regclass({}) AND c.relname = {} AND NOT i.indisvalid",
            literal(&build.table),
            literal(build.index.as_str())
        );
        for row in own.rows(&invalid).await? {
            let index: String = sqlx::Row::try_get(&row, 0)?;
            own.run_long(&format!("DROP INDEX CONCURRENTLY {index}")).await??;
        }
    }
    Ok(())
}

fn wants_another(error: &sqlx::Error) -> bool {
    has_code(error, &WANTS_ANOTHER_TRANSACTION)
}

fn done_before(error: &sqlx::Error) -> bool {
    has_code(error, &DONE_BEFORE)
}

fn has_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| codes.contains(&code.as_ref()))
}

/// The server's words, where in the file. What comes from the connection or the server's state is no fault of it.
fn failed(migration: &Migration, statement: &Statement, error: sqlx::Error) -> Error {
    let inside = position(&error).filter(|_| migration.is_sql()).and_then(|character| {
        statement.sql.char_indices().nth(character.saturating_sub(1)).map(|(byte, _)| byte)
    });
    let span = inside.map_or(statement.span, |byte| {
        let at = statement.span.start + byte;
        Span::new(at, at + 1)
    });
    let explained = explain(&error);
    match Error::from(error) {
        error if error.kind == Kind::Unreachable => error,
        _ => Error::new(Kind::Failed, explained).at(&migration.source, span),
    }
}
