//! Files tried on empty copies of the tables that they name: PostgreSQL itself says whether it takes each statement after
//! those above it. What it doesn't take must not be found out by a stage that has begun.
//!
//! All of it happens in one transaction that is rolled back, in schemas of its own. A table of the application is only
//! ever read there, and its rows never are.

mod act;
mod names;
mod queries;
mod world;

use std::collections::BTreeSet;

use act::{Act, Targets};
use world::World;

use crate::config::Settings;
use crate::db::{Session, explain, position, statement};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::source::{Source, Span};
use crate::migration::units::{Statement, units};
use crate::migration::{self, Guard, Migration};
use crate::plan::{Plan, Touch};
use crate::state::Record;

/// One statement of a file, and what is done with it.
struct Tried<'m> {
    migration: &'m Migration,
    statement: Statement,
    act: Act,
}

/// Tries files that are expanded together, in their order.
///
/// # Errors
/// Exit 2 with the place for a statement that PostgreSQL doesn't take. What can't be tried is no error: rights that are
/// missing, a table that is held, a statement whose outcome nobody knows.
pub async fn try_on_copies<'r>(
    session: &mut Session,
    settings: &Settings,
    migrations: &[&Migration],
    records: impl Iterator<Item = &'r Record>,
) -> Result<()> {
    if session.has_citus() {
        return Ok(());
    }
    let mut targets = Targets::default();
    let schema = Ident::new(settings.schema.as_str());
    let Some(tried) = tried(migrations, &schema, &mut targets) else { return Ok(()) };
    if !tried.iter().any(|one| matches!(one.act, Act::Run(_) | Act::Compile)) {
        return Ok(());
    }
    let outcome = in_transaction(session, settings, &tried, &targets, &busy(records)).await;
    session.rollback().await;
    outcome
}

/// Tables of which a copy would not be what the file meets: they have shadow columns, or a name that is a view for now.
fn busy<'r>(records: impl Iterator<Item = &'r Record>) -> BTreeSet<TableName> {
    let plans = records.filter(|record| record.phase.in_flight()).filter_map(|record| record.plan.as_ref());
    let whole = |plan: &&Plan, touch: &&Touch| touch.column.is_none() || !plan.backfill.is_empty();
    plans
        .flat_map(|plan| plan.touches.iter().filter(move |touch| whole(&plan, touch)))
        .map(|touch| touch.table.clone())
        .collect()
}

/// The statements up to the first one of which nobody knows what it does.
fn tried<'m>(migrations: &[&'m Migration], schema: &Ident, targets: &mut Targets) -> Option<Vec<Tried<'m>>> {
    let mut all = Vec::new();
    for &migration in migrations {
        for unit in units(migration, schema).ok()? {
            for whole in unit.statements {
                // YAML may have several statements in one text
                let source = Source::new("statement.sql", whole.sql.as_str());
                for part in migration::statements(&source) {
                    let statement = Statement { sql: source.slice(part).to_owned(), ..whole.clone() };
                    let act = act::act(&statement.sql, schema, targets);
                    if matches!(act, Act::Stop) {
                        return Some(all);
                    }
                    all.push(Tried { migration, statement, act });
                }
            }
        }
    }
    Some(all)
}

async fn in_transaction(
    session: &mut Session,
    settings: &Settings,
    tried: &[Tried<'_>],
    targets: &Targets,
    busy: &BTreeSet<TableName>,
) -> Result<()> {
    let words = tried.iter().flat_map(|one| migration::names(&one.statement.sql)).collect();
    let Some(mut world) = World::make(session, settings, &words, targets).await? else { return Ok(()) };
    if world.is_busy(busy) {
        return Ok(());
    }
    for one in tried {
        let (sql, run) = match &one.act {
            Act::Run(run) if world.reaches_further(run) => return Ok(()),
            Act::Run(run) => (world.names.moved(&run.sql), Some(run)),
            Act::Compile => (format!("{EXPLAIN}{}", world.names.moved(&one.statement.sql)), None),
            Act::PassOver { drops } => {
                world.names.forget(drops);
                world.types_differ |= !drops.is_empty();
                continue;
            }
            Act::Extension(name) => match extension(session, name).await? {
                Extension::Installed => continue,
                Extension::Available => return Ok(()),
                Extension::Unknown => return Err(unknown_extension(one, name)),
            },
            Act::Stop => return Ok(()),
        };
        if run.is_some() {
            let bodies = checks_body(&sql);
            session.run(&format!("SET LOCAL check_function_bodies = {bodies}; SAVEPOINT tried")).await?;
        }
        let Err(error) = session.run(&sql).await else {
            if let Some(run) = run {
                world.types_differ |= run.alters_type;
                world.look(session).await?;
            }
            continue;
        };
        let Some(code) = error.as_database_error().and_then(|error| error.code()) else {
            return Err(error.into());
        };
        if run.and_then(|run| run.guard).is_some_and(|guard| is_met(guard, &code)) {
            session.rollback_to("tried").await?;
            continue;
        }
        let has_dependents = run.is_some_and(|run| run.has_dependents);
        let wrong = is_wrong(&code, world.types_differ, has_dependents);
        return if wrong { Err(refused(one, &sql, &error)) } else { Ok(()) };
    }
    Ok(())
}

/// Compiles a statement.
const EXPLAIN: &str = "EXPLAIN ";

/// A body is checked under the `search_path` that its function sets, and there are no copies.
fn checks_body(sql: &str) -> &'static str {
    if migration::mentions(sql, "search_path") { "off" } else { "on" }
}

/// Whether the condition of a statement is what PostgreSQL complains of.
fn is_met(guard: Guard, code: &str) -> bool {
    match guard {
        Guard::Unless => ["42P07", "42710", "42701", "42723", "42P06"].contains(&code),
        Guard::If => ["42P01", "42704", "42703", "42883"].contains(&code),
    }
}

/// Whether a statement is wrong by itself. Rights, and what depends on a table, may be others at the copies; so may be
/// values of a type that the file has changed. There are no rows: what is not unique is the statement's own.
fn is_wrong(code: &str, types_differ: bool, has_dependents: bool) -> bool {
    match code {
        NO_PRIVILEGE => false,
        NOT_SUPPORTED => !has_dependents,
        // types that don't go together
        "42804" | "42883" | "42846" | "42725" => !types_differ,
        _ => match code.get(..2) {
            Some("42" | "23") => true,
            Some("22") => !types_differ,
            _ => false,
        },
    }
}

const NOT_SUPPORTED: &str = "0A000";
const NO_PRIVILEGE: &str = "42501";

fn refused(one: &Tried<'_>, sql: &str, error: &sqlx::Error) -> Error {
    let statement = &one.statement;
    let written = sql.strip_prefix(EXPLAIN).unwrap_or(sql);
    let before = sql.len() - written.len();
    let inside = position(error).filter(|_| one.migration.is_sql() && written == statement.sql);
    let inside = inside.and_then(|character| {
        let at = character.checked_sub(1 + before)?;
        statement.sql.char_indices().nth(at).map(|(byte, _)| byte)
    });
    let span = inside.map_or(statement.span, |byte| {
        let word = statement.sql[byte..].chars().take_while(|c| c.is_alphanumeric() || *c == '_');
        let start = statement.span.start + byte;
        Span::new(start, start + word.map(char::len_utf8).sum::<usize>().max(1))
    });
    Error::usage(format!("PostgreSQL doesn't take this statement: {}", explain(error)))
        .at(&one.migration.source, span)
        .hint("correct the statement: it was tried on empty copies of the tables, and nothing was changed")
}

/// What the server knows of an extension.
enum Extension {
    Installed,
    Available,
    Unknown,
}

async fn extension(session: &mut Session, name: &Ident) -> Result<Extension> {
    let sql = "SELECT installed_version IS NOT NULL FROM pg_catalog.pg_available_extensions WHERE name = $1";
    let found = statement(sql).bind(name.as_str()).fetch_optional(&mut session.conn).await?;
    Ok(match found.map(|row| sqlx::Row::get(&row, 0)) {
        Some(true) => Extension::Installed,
        Some(false) => Extension::Available,
        None => Extension::Unknown,
    })
}

fn unknown_extension(one: &Tried<'_>, name: &Ident) -> Error {
    Error::usage(format!("the server has no extension {name}"))
        .at(&one.migration.source, one.statement.span)
        .hint("install its package on the server, or correct the name; nothing was changed")
}
